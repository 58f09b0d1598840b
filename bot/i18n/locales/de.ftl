# German. Address: du. Gender-free where it can be said well.
# Glossary (English = German)
# article = Artikel
# thread = Thread (ein Artikel mit seinen Kommentaren)
# thread (Discord's) = Thread
# comment = Kommentar
# comment digest = Stimmen (zu einem Artikel)
# digest (the scheduled post) = Presseschau; a run of one = Ausgabe
# archive = Archiv; a .zip = Archivdatei
# load = Import, importieren
# dump = Dump
# receipt = Importbericht
# undo = rückgängig machen; button: Rückgängig
# follow = Abo, abonnieren
# catch-up = Neues seit deinem letzten Besuch
# source = Quelle; site = Website
# author = Person (wer geschrieben hat)
# commenter = Kommentierende, Person
# moderator = Moderation
# member = Mitglied
# server = Server
# channel = Kanal
# forum = Forum; a post in it = Post
# role = Rolle
# permission = Berechtigung: Kanal ansehen, Nachrichten senden, Nachrichten in Threads senden, Posts erstellen,
#     Öffentliche Threads erstellen, Nachrichtenverlauf anzeigen, Server verwalten, Threads verwalten
# direct message = Direktnachricht
# button = Schaltfläche
# message = Nachricht; a message posted for everyone = Beitrag
# settings = Einstellungen
# mention = Erwähnung, erwähnen
# slash command = Slash-Befehl
# quote = Zitat; word for word = wörtlich
# summary = Zusammenfassung
# headline = Schlagzeile
# score, points = Punkte
# passage = Stelle
# rejected = abgelehnt
# operator = Bot-Administration
# drop folder = Ablageordner
# age-restricted channel = altersbeschränkter Kanal; 18+ = ab 18

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-article = Artikel lesen und posten
    .name = artikel
command-article-post = Einen Artikel für alle sichtbar posten
    .name = posten
command-article-random = Einen zufälligen Artikel zeigen
    .name = zufall
command-article-related = Ähnliche Artikel finden
    .name = ähnliche
command-article-show = Einen Artikel im Überblick zeigen
    .name = zeigen
command-article-timeline = Zeigen, wie berichtet wurde, mit allen Threads
    .name = chronik
command-article-summary = Die Zusammenfassung eines Artikels lesen
    .name = zusammenfassung
option-title = Teil des Titels; wähle aus der Liste
    .name = titel
option-length = Wie lang die Zusammenfassung sein soll
    .name = länge
choice-length-short = Kurz (3 Sätze)
choice-length-medium = Mittel (6 Sätze)
choice-length-long = Lang (12 Sätze)
option-channel-to-post = Wohin damit (Standard: hierher)
option-thread = Gleich einen Thread dazu öffnen
    .name = thread
command-catchup = Sehen, was seit deinem letzten Besuch neu ist
    .name = neues
command-comments = Lesen, was andere zu einem Artikel sagen
    .name = kommentare
command-comments-digest = Die wichtigsten Stimmen zu einem Artikel
    .name = stimmen
command-comments-list = Alle Kommentare zu einem Artikel lesen
    .name = liste
option-sort = Reihenfolge der Kommentare
    .name = sortierung
option-hide-bots = Kommentare von Bots weglassen
    .name = ohne-bots
option-one-thread = Nur diesen Thread zeigen, nicht die ganze Meldung
    .name = nur-dieser-thread
command-digest = Regelmäßige Beiträge aus dem Archiv
    .name = presseschau
command-digest-create = Eine Presseschau planen, mit Vorschau vor dem Speichern
    .name = erstellen
command-digest-delete = Eine Presseschau löschen; ihre Beiträge bleiben
    .name = löschen
command-digest-edit = Eine Presseschau ändern, mit Vorschau vor dem Speichern
    .name = bearbeiten
command-digest-history = Die letzten Ausgaben einer Presseschau, mit Links
    .name = verlauf
command-digest-list = Alle Presseschauen dieses Servers
    .name = liste
command-digest-pause = Eine Presseschau pausieren, bis du sie fortsetzt
    .name = pausieren
command-digest-resume = Eine pausierte Presseschau fortsetzen
    .name = fortsetzen
command-digest-run = Eine Ausgabe sofort posten, außer der Reihe
    .name = posten
command-digest-show = Einstellungen und Status einer Presseschau zeigen
    .name = zeigen
command-digest-why = Erfahren, warum Artikel dabei waren oder fehlten
    .name = warum
option-digest = Welche Presseschau
    .name = presseschau
option-when = Wie oft sie erscheint
    .name = wann
option-what = Was sie bringt
    .name = was
option-query-of-digest = Suchbegriffe, eine Quelle oder ein Subreddit
option-channel-of-digest = Kanal, Thread oder Forum (Standard: der eingestellte, sonst hier)
option-at = Ortszeit, etwa 8:30 (Standard: 08:00)
    .name = zeit
option-at-of-post = Ausgabe, die dieser Zeit am nächsten liegt, etwa 2024-03-12 08:00
option-day = Wöchentlich: monday bis sunday. Monatlich: 1 bis 31
    .name = tag
option-cron = Für Profis: fünf Cron-Felder, etwa 30 8 * * 1-5
    .name = cron
option-zone-of-digest = Zeitzone, etwa Europe/Berlin (Standard: die des Servers)
option-count = Höchstzahl der Artikel pro Ausgabe (Standard: 5)
    .name = anzahl
option-style = Wie viel von jedem Artikel zu sehen ist
    .name = umfang
option-days = Für meistdiskutiert: in wie vielen Tagen (0: insgesamt)
    .name = tage
option-late = Verpasstes bis zu so viele Stunden später posten (0: nie)
    .name = verspätung
option-skip-empty = Ohne Neues erscheint nichts
    .name = leere-auslassen
option-quiet = Stunden ohne Beiträge, etwa 22:00-7:00, oder off
    .name = ruhezeit
option-thread-on-digest = Zu jedem Beitrag einen Thread öffnen
option-tag = Im Forum: das Tag für jeden Post
    .name = forum-tag
option-article = Erklären, warum dieser Artikel dabei war oder fehlte
    .name = artikel
option-topic = Suchbegriffe
    .name = thema
choice-daily = täglich
choice-weekdays = Montag bis Freitag
choice-weekly = einmal pro Woche
choice-monthly = einmal im Monat
choice-cron = Cron (für Profis)
choice-newest = neu seit der letzten Ausgabe
choice-on-this-day = an diesem Tag in früheren Jahren
choice-most-discussed = meistdiskutiert
choice-search = Neues zu einer Suche
choice-source = Neues aus einer Quelle
choice-subreddit = Neues aus einem Subreddit
choice-random = zufällige Auswahl
choice-headlines = Schlagzeilen
choice-summaries = Zusammenfassungen
choice-comment-digests = Stimmen dazu
command-follow = Über neue Artikel und Kommentare informiert werden
    .name = abo
command-follow-add = Eine Suche abonnieren, für dich oder einen Kanal
    .name = hinzufügen
command-follow-digest = Eine Presseschau per Direktnachricht, wann du willst
    .name = presseschau
option-channel = Diesen Kanal benachrichtigen statt dich
    .name = kanal
command-follow-list = Deine Abos und die dieses Kanals ansehen und ändern
    .name = liste
command-follow-remove = Ein Abo beenden
    .name = beenden
option-follow = Welches Abo
    .name = abo
command-privacy = Sehen, was über dich gespeichert ist, oder um Vergessen bitten
    .name = datenschutz
command-privacy-mine = Sehen, was über dich gespeichert ist, und es löschen
    .name = meine-daten
command-privacy-policy = Die Datenschutzerklärung dieses Bots lesen
    .name = erklärung
command-privacy-request = Darum bitten, als Autorin oder Autor vergessen zu werden
    .name = antrag
option-author-to-request = Der Name, unter dem du geschrieben hast, wie im Archiv
option-note = Was zu prüfen hilft, dass du es bist
    .name = hinweis
command-archive-forget = Texte und Namen einer Person endgültig entfernen
    .name = vergessen
option-author-to-forget = Der Name, so wie ihn das Archiv zeigt
command-archive = Artikel in das Archiv dieses Servers importieren
    .name = archiv
command-archive-load = Artikel und Kommentare aus einer Datei importieren
    .name = importieren
command-archive-loads = Die letzten Importe und ihre Berichte
    .name = importe
command-archive-stats = Zeigen, was das Archiv dieses Servers enthält
    .name = statistik
command-archive-undo = Einen Import rückgängig machen
    .name = rückgängig
command-archive-export = Thread, Suche oder Archiv als Datei exportieren
    .name = export
option-format = Markdown zum Lesen, CSV für Tabellen, NDJSON zum erneuten Import
    .name = format
choice-export-markdown = Markdown, zum Lesen
choice-export-csv = CSV, für Tabellen
choice-export-ndjson = NDJSON, zum erneuten Import
option-title-to-export = Diesen Thread exportieren
option-query-to-export = Die Threads dieser Suche exportieren
command-archive-requests = Über Bitten um Vergessen entscheiden
    .name = anträge
command-audit = Auflisten, wer was importiert, rückgängig gemacht oder geändert hat
    .name = protokoll
option-about = Nur diese Art von Aktionen
    .name = art
choice-audit-loads = Importe und Exporte
choice-audit-privacy = vergessene Personen und Löschungen
choice-audit-settings = Einstellungen
choice-audit-digests = Presseschauen und Abos
option-dry-run = Nur zeigen, was importiert würde
    .name = probelauf
option-file = Eine .txt-Seite, ein Reddit-Dump oder eine Archivdatei davon
    .name = datei
option-load = Der Import; wähle ihn aus der Liste
    .name = import
option-min-score = Nur ab so vielen Punkten
    .name = mindestpunkte
option-over-18 = Auch Inhalte ab 18, die sonst wegfallen
    .name = ab-18
option-path = Statt einer Datei: ein Name im Ablageordner
    .name = pfad
option-subreddit = Nur diese Subreddits, durch Kommas getrennt
    .name = subreddit
command-about = Erfahren, was Newsdesk ist und was es speichert
    .name = info
command-ask = Eine Frage stellen, beantwortet mit Zitaten aus dem Archiv
    .name = fragen
option-question = Deine Frage, in deinen Worten
    .name = frage
option-article-to-ask = Nur zu diesem Artikel fragen; wähle ihn aus der Liste
menu-ask = Dazu fragen
menu-ask-help = Fragen zu den Artikeln in einer Nachricht stellen
command-help = Sehen, was du hier tun kannst
    .name = hilfe
option-topic-of-help = Mehr über ein Thema erfahren
choice-help-search = Suchen
choice-help-asking = Fragen
choice-help-following = Abonnieren
choice-help-loading = Importieren
command-news = Sofort eine Presseschau zu einem Thema, nur für dich
    .name = nachrichten
command-search = Artikel und ihre Kommentare durchsuchen
    .name = suche
menu-find = Im Archiv finden
menu-find-help = Die Links und die Schlagzeile einer Nachricht nachschlagen
command-browse = Artikel nach Quelle, Subreddit, Tag oder Flair durchstöbern
    .name = stöbern
option-by = Wonach (Standard: neueste)
    .name = nach
option-value = Eine Quelle, ein Subreddit, Flair, Tag oder Monat
    .name = wert
option-stats-by = Threads nach Monat, Quelle oder Subreddit zählen
command-trend = Sehen, wie oft Wörter oder eine Quelle über die Zeit vorkommen
    .name = trend
choice-browse-newest = neueste
choice-browse-source = Quelle
choice-browse-subreddit = Subreddit
choice-browse-flair = Flair
choice-browse-day = Tag
choice-browse-month = Monat
command-searches = Suchen speichern und wieder ausführen
    .name = suchen
command-searches-save = Eine Suche unter einem Namen speichern
    .name = speichern
command-searches-list = Deine gespeicherten und die hier geteilten Suchen
    .name = liste
command-searches-run = Eine gespeicherte Suche ausführen
    .name = ausführen
command-searches-delete = Eine gespeicherte Suche löschen
    .name = löschen
option-name = Der Name der Suche
    .name = name
option-shared = Alle auf diesem Server dürfen sie ausführen (Standard: nein)
    .name = geteilt
option-query = Wörter, "genaue Wortfolge", -ohne, eins OR andere, anfang*
    .name = suchbegriffe
option-in = Wo gesucht wird (Standard: Artikel und Kommentare)
    .name = wo
option-source = Nur Artikel von dieser Website
    .name = quelle
option-author = Nur Artikel oder Kommentare dieser Person
    .name = person
option-after = Ab diesem Tag: 2024, 2024-03 oder 12.3.2024
    .name = ab
option-before = Vor diesem Tag: 2024, 2024-03 oder 12.3.2024
    .name = vor
option-search-title = Nur Threads mit diesen Wörtern in der Schlagzeile
option-search-subreddit = Nur dieses Subreddit
option-flair = Nur Artikel mit diesem Flair
    .name = flair
option-min-comments = Nur Threads mit mindestens so vielen Kommentaren
    .name = mindestkommentare
option-order = Sortierung (Standard: beste Treffer zuerst)
    .name = sortierung
choice-best-first = beste Treffer zuerst
choice-newest-first = neueste zuerst
choice-highest-first = meiste Punkte zuerst
choice-articles = Artikel
choice-comments = Kommentare
choice-articles-and-comments = Artikel und Kommentare
command-settings = Die Einstellungen dieses Servers ansehen und ändern
    .name = einstellungen
command-status = Importe, nächste Presseschauen und Probleme ansehen
    .name = status
option-zone = Zeitzone der Presseschauen, etwa Europe/Berlin
    .name = zeitzone
option-follows-a-day = Wie viele Abo-Nachrichten ein Ort pro Tag höchstens bekommt
    .name = abo-nachrichten-pro-tag
option-language = Sprache der Beiträge, die alle sehen
    .name = sprache
choice-server-language = Wie der Server
option-file-to-import = Mit „Exportieren“ gespeicherte Datei; zeigt erst die Änderungen

## Shared by many cards

fault = Bei uns ist etwas schiefgelaufen. Referenz für die Bot-Administration: { $reference }
button-article = Artikel
button-ask = Fragen
button-comments = Kommentare
button-cancel = Abbrechen
button-keep = So lassen
button-follow = Abonnieren
button-save = Speichern
button-pause = Pausieren
button-resume = Fortsetzen
button-share = Teilen
button-timeline = Chronik
button-undo = Rückgängig
button-what-people-say = Stimmen
select-open = Öffnen …
quoted = „{ $text }“
shared-by = -# Geteilt von { $who }
posted-by = -# Gepostet von { $who }
articles = { $count ->
    [one] 1 Artikel
   *[other] { $count } Artikel
}
threads = { $count ->
    [one] 1 Thread
   *[other] { $count } Threads
}
comments = { $count ->
    [one] 1 Kommentar
   *[other] { $count } Kommentare
}
comments-of-known = { $count } von etwa { $known } Kommentaren
points = { $count ->
    [one] 1 Punkt
   *[other] { $count } Punkte
}
page-of = Seite { $page } von { $count }
items-shown = { $range } von { $total }
items-shown-of-more = { $range } von mehr als { $total }
archive-size-years = { $threads }, { $first } bis { $last }
archive-size-year = { $threads }, { $first }

archive-empty = Hier gibt es noch keine Artikel. Die Moderation kann mit { $load } welche importieren.
archive-empty-shared = Hier gibt es noch keine Artikel. Direktnachrichten durchsuchen das gemeinsame Archiv der Bot-Administration; Server können ein eigenes haben.

## Errors: what is wrong, where, and what to do

error-already-undone = Import { $load } ist schon rückgängig gemacht.
error-always-quiet = Alle Termine dieser Presseschau fallen in ihre Ruhezeit. Ändere die Ruhezeit oder erlaube verspätete Beiträge.
error-archive-empty = Dieses Archiv ist leer. Importiere zuerst einen Dump mit Artikeln und Kommentaren.
error-asked-too-often = { $most ->
    [one] Du kannst 1 Frage pro Minute stellen.
   *[other] Du kannst { $most } Fragen pro Minute stellen.
} { $seconds ->
    [one] Versuch es in 1 Sekunde noch einmal.
   *[other] Versuch es in { $seconds } Sekunden noch einmal.
}
error-attachment-gone = Diese Datei ist nicht mehr auf Discord. Hänge sie noch einmal an.
error-attachment-too-large = Diese Datei hat { $size }, erlaubt sind hier { $limit }. Teile sie auf oder bitte die Bot-Administration, sie zu importieren.
error-backup-exists = { $file } gibt es schon. Wähle einen anderen Ordner für die Sicherung.
error-data-in-use = Newsdesk läuft gerade mit „{ $data }“. Stoppe es zuerst.
error-data-locked = „{ $data }“ wird gerade wiederhergestellt oder aktualisiert. Versuch es noch einmal, wenn das fertig ist.
error-no-room-for-upgrade = Vor der Aktualisierung wird eine Sicherung gemacht. Sie braucht { $needed } MB, frei sind { $free } MB. Schaffe Platz und starte noch einmal.
error-no-room-for-backup = Eine Sicherung braucht { $needed } MB in { $folder }, auch zum Ausprobieren; frei sind { $free } MB. Schaffe Platz oder wähle einen anderen Ordner.
error-no-room-for-restore = Diese Sicherung braucht { $needed } MB, frei sind { $free } MB. Schaffe Platz und versuche es noch einmal.
error-not-a-backup = In „{ $folder }“ liegt keine Sicherung: corpus.db fehlt, oder es ist der Datenordner selbst. Wähle den Ordner einer Sicherung.
error-backup-damaged = Die Sicherung in { $folder } ist beschädigt ({ $problem }). Es wurde nichts geändert. Nimm eine andere.
error-backup-unsound = Die neue Sicherung in { $folder } ließ sich nicht wiederherstellen ({ $problem }). Führe newsdesk check aus.
error-no-database-dump = In „{ $folder }“ liegt keine Sicherung oder keine für diese Datenbank. Wähle den Ordner einer Sicherung.
error-transfer-same = Dort ist das Archiv schon. Nenne eine andere Datenbank oder einen anderen Ordner.
error-transfer-not-empty = In { $place } ist schon etwas. Wähle eine leere Datenbank oder einen leeren Ordner.
error-transfer-unfinished = Der Umzug nach { $place } ist nicht abgeschlossen. Führe ihn noch einmal von dort aus, wo das Archiv war.
error-transfer-outdated = Das Archiv hat sich seit Beginn des Umzugs nach { $place } geändert. Fang mit einer leeren Datenbank oder einem leeren Ordner neu an.
error-transfer-differs = Die Kopie von { $table } weicht ab: dort { $before } Zeilen, hier { $after }. Das Archiv hat sich seit Beginn des Umzugs geändert. Fang mit einer leeren Datenbank oder einem leeren Ordner neu an.
error-no-pg-dump = Sicherungen von PostgreSQL brauchen { $program }, das hier nicht installiert ist. Installiere die Client-Programme von PostgreSQL oder sichere den Server selbst.
error-pg-dump-failed = { $program } ist fehlgeschlagen: { $problem }. Nichts wurde geändert. Behebe das und versuch es noch einmal.
error-bad-cron = { $field ->
    [minute] Die Minute einer Cron-Zeile geht von 0 bis 59; „{ $value }“ passt nicht.
    [hour] Die Stunde einer Cron-Zeile geht von 0 bis 23; „{ $value }“ passt nicht.
    [monthday] Der Monatstag einer Cron-Zeile geht von 1 bis 31; „{ $value }“ passt nicht.
    [month] Der Monat einer Cron-Zeile geht von 1 bis 12 oder von jan bis dec; „{ $value }“ passt nicht.
    [weekday] Der Wochentag einer Cron-Zeile geht von 0 bis 7 oder von mon bis sun; „{ $value }“ passt nicht.
   *[line] „{ $value }“ ist keine Cron-Zeile. Schreib fünf Felder, etwa 30 8 * * 1-5.
}
error-bad-date = „{ $text }“ ist kein Datum. Versuch es mit 12.3.2024, 2024-03-12 oder 2024.
error-bad-day = „{ $text }“ ist kein gültiger Tag. Schreib für wöchentliche Presseschauen monday bis sunday, für monatliche 1 bis 31.
error-bad-exclusions = Das ist zu viel zum Weglassen. Jede Liste hat bis zu { $most } Einträge mit bis zu { $longest } Zeichen.
error-exclusions-too-long = Das ist zu viel zum Weglassen. Alle Einträge eines Felds haben zusammen bis zu { $most } Zeichen.
error-bad-minimum = „{ $text }“ ist kein Mindestwert. Schreib zum Beispiel: score 10, comments 5.
error-bad-plan = Der Wert für { $field } ist in dieser Presseschau nicht erlaubt. Richte sie mit /digest create neu ein.
error-bad-tag-rule = „{ $text }“ ist keine Regel für Tags. Schreib nur einen Tag oder eine Regel wie „Sport: source bbc.co.uk“.
error-bot-may-not-ping = Newsdesk kann die Rolle { $role } in #{ $where } nicht erwähnen. Erlaube allen, sie zu erwähnen, oder wähle eine andere.
error-member-may-not-ping = Du darfst die Rolle { $role } in #{ $where } nicht erwähnen. Wähle eine, die du erwähnen darfst.
error-member-lacks = Du darfst diese Presseschau in #{ $where } nicht einrichten. Dir fehlt dort { $permissions }.
error-no-such-role = Diese Rolle kann nicht erwähnt werden. Wähle eine andere Rolle dieses Servers, nicht @everyone.
error-not-announcements = #{ $where } ist kein Ankündigungskanal, dort kann nichts veröffentlicht werden. Schalte das Veröffentlichen aus oder wähle einen anderen Kanal.
error-unknown-placeholder = { $name } ist hier kein Platzhalter. Möglich sind: { $known }.
error-bad-quiet = „{ $text }“ ist keine Zeitspanne. Versuch es mit 22:00-7:00 oder off.
error-bad-settings-file = Das ist keine Einstellungsdatei von Newsdesk. Wähle eine, die mit „Exportieren“ gespeichert wurde.
error-bad-time = „{ $text }“ ist keine Uhrzeit. Versuch es mit 8:30 oder 20:15.
error-bad-zone = „{ $text }“ ist keine Zeitzone. Versuch es mit Europe/Berlin oder America/New_York.
# $operator is an operator of a search, such as score; $value is what was written after it.
error-operator-date = „{ $operator }:{ $value }“ enthält kein Datum. Schreib { $operator }:2024-03-12, { $operator }:2024 oder { $operator }:yesterday.
error-operator-number = „{ $operator }:{ $value }“ enthält keine Zahl. Schreib { $operator }:>10, { $operator }:<5 oder { $operator }:10..20.
error-operator-or-excluded = OR kann ein auszuschließendes Wort nicht allein mit einem Operator wie author: verbinden. Füge ein Suchwort hinzu.
error-operator-value = „{ $operator }:{ $value }“ nennt nichts. Schreib { $operator }:NAME oder { $operator }:"ZWEI WÖRTER" in Anführungszeichen.
error-query-too-complex = Diese Suche verknüpft zu viele Wörter mit OR und Klammern. Setz weniger Wörter in die Klammern.
error-no-search-name = Gib der Suche einen Namen.
error-no-such-saved-search = Es gibt keine gespeicherte Suche „{ $name }“. Wähl eine aus der Liste.
error-not-your-search = Du kannst nur Suchen löschen, die du selbst gespeichert hast. Die Moderation kann geteilte löschen.
error-too-many-saved = Du hast hier schon { $most } gespeicherte Suchen. Lösch zuerst eine.
error-too-many-shared = Dieser Server hat schon { $most } geteilte Suchen. Speichere sie ungeteilt oder lösch zuerst eine.
error-bot-lacks = Newsdesk darf in #{ $where } keine Presseschau posten. Nötig sind dort diese Berechtigungen: { $permissions }.
error-bot-may-not-post = Newsdesk darf in #{ $where } nichts posten. Nötig sind dort „Kanal ansehen“ und „Nachrichten senden“.
error-bot-may-not-thread = Newsdesk darf in #{ $where } keine Threads erstellen. Nötig ist dort „Öffentliche Threads erstellen“.
error-bot-not-allowed = Newsdesk darf das hier nicht. Prüfe seine Berechtigungen in diesem Kanal.
error-changed-meanwhile = Presseschau { $schedule } wurde gerade von jemand anderem geändert. Sieh sie dir an und nimm deine Änderung dann noch einmal vor.
error-channel-gone = Den Kanal von Presseschau { $schedule } gibt es nicht mehr. Wähle mit /digest edit einen anderen.
error-channel-too-busy = { $most ->
    [one] In diesem Kanal ist 1 Frage pro Minute möglich.
   *[other] In diesem Kanal sind { $most } Fragen pro Minute möglich.
} { $seconds ->
    [one] Versuch es in 1 Sekunde noch einmal.
   *[other] Versuch es in { $seconds } Sekunden noch einmal.
}
error-commands-changed = Dieser Befehl hat sich geändert. Starte Discord neu, um die neue Version zu nutzen.
error-cron-too-often = { $minutes ->
    [one] Eine Presseschau kann höchstens einmal pro Minute erscheinen. Wähle in der Cron-Zeile größere Abstände.
   *[other] Eine Presseschau kann höchstens alle { $minutes } Minuten erscheinen. Wähle in der Cron-Zeile größere Abstände.
}
error-archive-unavailable = Das Archiv ist gerade nicht verfügbar. Versuch es gleich noch einmal.
error-bad-database-url = DATABASE_URL ist nicht die Adresse einer PostgreSQL-Datenbank. Nimm eine wie postgresql://user:password@host/newsdesk und schreib Sonderzeichen im Passwort als %40.
error-database-busy = Das Archiv ({ $file }) ist gerade belegt. Versuch es gleich noch einmal.
error-database-damaged = Die Datenbank { $file } ist beschädigt. „newsdesk check“ sagt, was zu tun ist.
error-database-read-only = Die Datenbank { $file } ist schreibgeschützt. Prüfe die Rechte ihres Ordners.
error-database-unreachable = { $file } lässt sich nicht öffnen. Prüfe, ob der Ordner existiert und Newsdesk ihn nutzen darf.
error-disk-error = Beim Zugriff auf { $file } trat ein Datenträgerfehler auf. Prüfe den Datenträger und spiele bei Bedarf eine Sicherung ein.
error-disk-full = Der Datenträger ist voll, deshalb kann { $file } nicht wachsen. Schaff Platz und versuch es noch einmal.
error-no-locks = { $file } liegt auf einem Dateisystem ohne Sperren und könnte beschädigt werden. Verschieb den Datenordner auf einen lokalen Datenträger.
error-file-and-path = Gib entweder eine Datei oder einen Pfad an, nicht beides.
error-follow-needs-manage = Abos für diesen Kanal können nur die Moderation und Mitglieder hinzufügen, die ihn verwalten dürfen.
error-forget-cancelled = Die Person wurde nur teilweise vergessen. Führe den Befehl noch einmal aus, um das abzuschließen.
error-purge-of-what = Sag, was gelöscht werden soll: --before, --source oder --subreddit, oder --all allein für das ganze Archiv.
error-purge-cancelled = Es wurde nur ein Teil gelöscht. Führe den Befehl noch einmal aus, um das abzuschließen.
error-archive-full-articles = Das Archiv dieses Servers darf höchstens { $most } Artikel haben, und dieser Import ginge darüber hinaus. Mach einen anderen Import rückgängig, importiere weniger oder bitte die Bot-Administration um mehr Platz.
error-archive-full-size = Das Archiv dieses Servers darf höchstens { $most } MB Text haben, und dieser Import ginge darüber hinaus. Mach einen anderen Import rückgängig, importiere weniger oder bitte die Bot-Administration um mehr Platz.
error-forum-needs-tag = Posts in #{ $where } brauchen ein Tag, und Newsdesk kann keines davon verwenden. Füge eines hinzu, das alle nutzen dürfen, oder gib Newsdesk „Threads verwalten“.
error-load-cancelled = Vor dem Start abgebrochen. Nichts hat sich geändert.
error-load-not-running = Import { $load } läuft nicht mehr.
error-load-not-undoing = Import { $load } wird nicht mehr rückgängig gemacht.
error-load-not-waiting = Dieser Import wartet nicht mehr.
error-load-running = Import { $load } läuft noch. Brich ihn ab oder warte, bis er fertig ist.
error-load-stalled = In der Nähe von { $where } ließ sich eine Minute lang nichts lesen, deshalb wurde der Import gestoppt. Entferne diesen Teil der Datei und versuche es noch einmal.
error-loader-busy = Es läuft schon ein anderer Import. Versuch es noch einmal, wenn er fertig ist.
error-loader-died = Der Import wurde unerwartet beendet (Code { $code }). Was schon gespeichert war, bleibt.
error-managers-only = Nur Mitglieder mit „Server verwalten“ können die Moderationsrolle festlegen.
error-mcp-extra-missing = Die Unterstützung für MCP fehlt. Installiere sie: pip install 'newsdesk[mcp]'.
error-health-port = Port { $port } lässt sich nicht öffnen. Setze NEWSDESK_HEALTH_PORT auf einen freien Port über 1023.
error-member-may-not-post = Du darfst in #{ $where } nichts posten. Wähle einen anderen Kanal.
error-member-may-not-thread = Du darfst in #{ $where } keine Threads erstellen. Wähle einen anderen Kanal.
error-model-extra-missing = Ein Sprachmodell ist eingestellt, aber sein Client fehlt. Installiere ihn: pip install 'newsdesk[openai]'.
error-model2vec-missing = Die Wortvektoren „{ $setting }“ brauchen model2vec. Installiere es: pip install 'newsdesk[model2vec]'.
error-moderators-only = Das kann hier nur die Moderation: alle mit „Server verwalten“ oder der in /settings gewählten Rolle.
error-names-hidden = Auf diesem Server erscheinen Kommentierende nur als Buchstaben, die Suche nach Namen ist also nicht möglich.
error-needs-cron = Gib eine Cron-Zeile an: fünf Felder, etwa 30 8 * * 1-5.
error-needs-query = Gib an, wonach gesucht wird: Suchbegriffe, eine Quelle oder ein Subreddit.
error-never-due = Dieses Datum gibt es nie. Prüfe Tag und Monat.
error-newer-schema = { $file } stammt von einer neueren Version von Newsdesk (Schema { $found }, diese kennt { $known }). Aktualisiere Newsdesk.
error-newer-settings-file = Diese Datei stammt von einer neueren Version von Newsdesk (Format { $found }, diese kennt { $known }). Aktualisiere Newsdesk.
error-no-archive = In „{ $data }“ gibt es noch kein Archiv. Importiere zuerst einen Dump oder wähle mit --data einen anderen Ordner.
error-no-drop-folder = Es gibt keinen Ablageordner. Die Bot-Administration kann mit NEWSDESK_DROP einen festlegen.
error-no-name = Gib genau einen Namen an, so wie ihn das Archiv zeigt, mit höchstens 80 Zeichen.
error-no-such-article = Zu „{ $ref }“ passt hier kein Artikel. Versuch es mit seiner Nummer oder einem Teil des Titels.
error-no-such-comment = Kommentar { $comment } ist nicht in diesem Archiv.
error-no-such-delivery = Beitrag { $delivery } gehört nicht zu diesem Server.
error-no-such-file = Eine Datei oder einen Ordner „{ $path }“ gibt es nicht.
error-no-such-follow = Ein Abo { $follow } gibt es hier nicht. Sieh in /follow list nach.
error-no-room-for-load = Dieser Dump braucht etwa { $needed } MB Speicherplatz, frei sind { $free } MB. Schaffe Platz oder importiere mit Filtern wie `ab` oder `mindestpunkte` nur einen Teil.
error-no-such-load = Einen Import { $load } gibt es in diesem Archiv nicht.
error-no-such-schedule = Eine Presseschau { $schedule } gibt es auf diesem Server nicht. Sieh in /digest list nach.
error-no-such-tag = #{ $where } hat kein Tag „{ $text }“, das Newsdesk verwenden kann.
error-no-threads-there = In #{ $where } kann Newsdesk keine Threads erstellen. Wähle einen Textkanal oder poste ohne Thread.
error-not-a-member = Du bist kein Mitglied dieses Servers mehr.
error-not-a-message-channel = Abos können nicht in einem Forum posten. Wähle einen Textkanal oder einen Thread.
error-not-a-place-to-post = Dort kann Newsdesk nicht posten. Wähle einen Textkanal, einen Thread oder ein Forum.
error-not-a-posting-channel = Die Moderation lässt in #{ $where } keine Beiträge mit Newsdesk zu. Befehle antworten dir weiterhin nur privat; ändern lässt sich das in /settings.
error-not-dropped = Im Ablageordner gibt es keine Datei „{ $name }“.
error-not-for-adults = Dieser Artikel ist ab 18, und #{ $where } ist nicht altersbeschränkt. Wähle einen altersbeschränkten Kanal.
error-not-our-database = { $file } ist keine Datenbank von Newsdesk. Wähle einen anderen Ordner oder verschiebe die Datei.
error-not-resumable = { $state ->
    [queued] Import { $load } wartet auf seinen Start.
    [running] Import { $load } läuft schon.
    [undoing] Import { $load } ist erst teilweise rückgängig gemacht. Mach ihn noch einmal rückgängig, um das abzuschließen.
    [undone] Import { $load } ist rückgängig gemacht. Importiere den Dump stattdessen neu.
   *[done] Import { $load } ist schon fertig.
}
error-not-your-follow = Du kannst nur Abos ändern, die du angelegt hast. Die Moderation kann auch die eines Kanals ändern.
error-nothing-mentioned = Kein Artikel in diesem Archiv passt zu den Links oder der Schlagzeile in dieser Nachricht.
error-nothing-to-follow = Wähle, was du abonnieren willst: Suchbegriffe, eine Quelle oder eine Person.
error-nothing-to-load = Hänge unter „datei“ einen Dump an oder nenne unter „pfad“ einen aus dem Ablageordner.
error-nothing-to-resume = Es gibt keinen angehaltenen oder fehlgeschlagenen Import, der sich fortsetzen lässt.
error-port-unusable = Port { $port } ist nicht verfügbar. Wähle mit --port einen anderen oder lass die Option weg.
error-question-too-long = { $most ->
    [one] Fragen dürfen höchstens 1 Zeichen lang sein. Kürze deine.
   *[other] Fragen dürfen höchstens { $most } Zeichen lang sein. Kürze deine.
}
error-sample-loaded = Das Beispiel ist schon in diesem Archiv. Probiere /search harbour aus oder entferne es mit /archive undo.
error-sample-loading = Das Beispiel wird gerade importiert. Der Importbericht folgt gleich.
error-server-only = Das geht nur auf einem Server.
error-shard-count = Andere Prozesse dieses Bots laufen mit { $other } Shards, dieser wurde mit { $count } gestartet. Starte ihn mit derselben Anzahl oder halte erst die anderen an.
error-settings-file-cap = follow_cap muss in dieser Einstellungsdatei zwischen 0 und { $most } liegen. Korrigiere den Wert.
error-settings-file-channels = Diese Einstellungsdatei nennt mehr als { $most } Kanäle für Beiträge. Entferne einige.
error-settings-file-field = Der Wert von { $place } hat in dieser Einstellungsdatei die falsche Form. Wähle eine Datei, die mit „Exportieren“ gespeichert wurde.
error-settings-file-follow = Abo { $number } in dieser Einstellungsdatei ist leer oder zu lang. Korrigiere oder entferne es.
error-settings-file-language = Die Sprache „{ $language }“ aus dieser Einstellungsdatei gibt es in Newsdesk nicht. Korrigiere oder entferne sie.
error-settings-file-languages = Die Sprachen in dieser Einstellungsdatei müssen einige kurze Codes sein, etwa de. Korrigiere sie.
error-settings-file-schedule = Presseschau { $number } in dieser Einstellungsdatei kann nie erscheinen. Korrigiere oder entferne sie.
error-settings-file-too-large = Diese Datei ist zu groß für eine Einstellungsdatei. Wähle eine, die mit „Exportieren“ gespeichert wurde.
error-several-articles = Zu „{ $ref }“ passen mehrere Artikel: { $titles }. Wähle einen aus der Liste oder gib seine Nummer an.
error-stale-button = Diese Schaltfläche ist abgelaufen. Suche noch einmal.
error-export-running = Ein Export dieses Servers läuft schon. Warte darauf oder brich ihn ab.
error-export-not-running = Es läuft kein Export.
error-export-cancelled = Der Export wurde abgebrochen.
error-export-too-large = Das wären mehr als { $most } Dateien der Größe, die Discord annimmt. Exportiere einen Thread oder eine Suche, oder bitte die Bot-Administration um newsdesk export.
error-export-too-slow = Der Export hat zu lange gedauert. Exportiere einen Thread oder eine Suche, oder bitte die Bot-Administration um newsdesk export.
error-export-one-subject = Wähle einen Thread oder eine Suche, nicht beides.
error-export-json-needs-output = Nenne mit --output eine Datei: Auf der Standardausgabe steht der Export selbst.
error-nothing-to-export = Es gibt nichts zu exportieren.
error-request-decided = Über diesen Antrag ist schon entschieden, oder er ist abgelaufen.
error-too-many-requests = Du kannst { $most } Anträge in { $days } Tagen stellen. Warte, bis die Moderation entschieden hat, oder versuch es später.
error-too-many-open-requests = Die Moderation dieses Servers hat zu viele offene Anträge. Versuch es später.
error-thinker-died = Dieser Thread ließ sich zweimal nicht auswerten. Versuch es später noch einmal. Den Grund zeigt vielleicht das Log der Bot-Administration.
error-thread-article-gone = Der Artikel dieses Threads ist nicht mehr im Archiv. Frag in einem anderen Kanal.
error-thread-in-thread = #{ $where } ist schon ein Thread. Wähle für einen neuen Thread einen Kanal.
error-thread-locked = Der Thread { $where } ist geschlossen und gesperrt. Entsperre ihn oder gib Newsdesk „Threads verwalten“.
error-too-many-files = Newsdesk hat zu viele Dateien geöffnet. Versuche es gleich noch einmal. Passiert es wieder, kann die Bot-Administration das Limit erhöhen (ulimit -n).
error-took-too-long = Das hat zu lange gedauert. Versuch es gleich noch einmal.
error-queue-of-member = { $most ->
    [one] Du hast schon 1 Anfrage, die wartet. Warte, bis sie fertig ist.
   *[other] Du hast schon { $most } Anfragen, die warten. Warte, bis eine davon fertig ist.
}
error-queue-of-server = { $most ->
    [one] Von diesem Server wartet schon 1 Anfrage. Versuch es gleich noch einmal.
   *[other] Von diesem Server warten schon { $most } Anfragen. Versuch es gleich noch einmal.
}
error-too-many-follows = { $most ->
    [one] Hier ist nur 1 Abo möglich. Beende es zuerst mit /follow remove.
   *[other] Hier gibt es schon { $most } Abos, mehr sind nicht möglich. Beende eines mit /follow remove.
}
error-too-many-schedules = { $most ->
    [one] Hier ist nur 1 geplante Presseschau möglich. Lösche sie zuerst.
   *[other] Hier gibt es schon { $most } geplante Presseschauen, mehr sind nicht möglich. Lösche zuerst eine.
}
error-too-many-to-publish = Discord veröffentlicht höchstens { $most } Nachrichten pro Stunde aus einem Kanal. Poste weniger Artikel oder einen Beitrag für alle.
error-too-many-direct-schedules = Du bekommst hier schon { $most } Presseschauen per Direktnachricht, mehr geht nicht. Lösche zuerst eine.
error-try-extra-missing = Zum Ausprobieren ist das simulierte Discord nötig. Installiere es: pip install 'newsdesk[try]'.
error-undo-cancelled = Import { $load } ist nur teilweise rückgängig gemacht. Mach ihn noch einmal rückgängig, um das abzuschließen.
error-unknown-follow = Ein Abo { $follow } gibt es nicht. „newsdesk follows“ listet alle auf.
error-vectors-damaged = Die Wortvektoren sind unvollständig: { $file } fehlt oder ist beschädigt. Installiere wordllama neu oder setze NEWSDESK_VECTORS auf off.
error-vectors-unusable = Die Wortvektoren „{ $setting }“ lassen sich nicht nutzen: { $reason }. Wähle ein anderes Modell, shipped oder off.

## Search

search-heading = { $count ->
    [one] **1 Thread zu { $query }**
   *[other] **{ $count } Threads zu { $query }**
}
search-heading-more = **Mehr als { $count } Threads zu { $query }**
search-heading-respelt = Keine Threads zu { $query }. { $count ->
    [one] Stattdessen **1 zu { $instead }**
   *[other] Stattdessen **{ $count } zu { $instead }**
}
search-heading-all = { $count ->
    [one] **1 Thread**
   *[other] **{ $count } Threads**
}
search-heading-all-more = **Mehr als { $count } Threads**
# $word is a word of the search in quotation marks.
search-word-count = { $count ->
    [0] { $word } in keinem Text
    [one] { $word } in 1 Text
   *[other] { $word } in { $count } Texten
}
search-word-count-more = { $word } in über { $count } Texten
# $words is a list of words in quotation marks.
search-ignored = nicht gesucht: { $words }
# $words are words in quotation marks that are near in meaning to those of the search.
search-heading-meaning = { $count ->
    [one] Nichts enthält { $query }; dem Sinn nach am nächsten: 1 Thread mit { $words }
   *[other] Nichts enthält { $query }; dem Sinn nach am nächsten: { $count } Threads mit { $words }
}
search-near = Dem Sinn nach am nächsten, mit { $words }:
search-some = Mit nur einem Teil der Wörter:
search-order-relevance = beste Treffer zuerst
search-order-newest = neueste zuerst
search-order-score = meiste Punkte zuerst
search-only-articles = nur Artikel
search-only-comments = nur Kommentare
search-from-source = aus { $source }
search-by-author = von { $author }
search-since = ab dem { $day }
search-before = vor dem { $day }
search-all-words = { $count ->
    [0] keiner enthält alle Wörter
    [one] nur der erste enthält alle Wörter
   *[other] die ersten { $count } enthalten alle Wörter
}
search-nothing = Nichts zu { $query } in diesem Archiv ({ $size }).
search-nothing-narrowed = Nichts gefunden zu { $query } ({ $filters }). Umfang dieses Archivs: { $size }.
search-typed = Suche nach { $query }
search-beginnings = Bei { $words } wurden nur die häufigsten Wörter gesucht. Mit mehr Buchstaben werden auch die anderen gefunden.
search-cut-short = Diese Suche hat zu lange gedauert und wurde abgebrochen. Treffer können fehlen.
search-everything = Alles durchsuchen
search-newest = Neueste
search-highest = Meiste Punkte
search-best = Beste zuerst
search-only-comments-button = Nur Kommentare
search-articles-too = Alles
search-jump = Springen zu …
search-hit-article = Artikel
search-hit-comment = Kommentar
search-also-in-comments = { $count ->
    [one] auch in 1 Kommentar
   *[other] auch in { $count } Kommentaren
}
search-story = { $threads ->
    [one] 1 Thread
   *[other] { $threads } Threads
}, { $papers ->
    [one] 1 Quelle
   *[other] { $papers } Quellen
}
search-story-threads = { $count ->
    [one] 1 Thread
   *[other] { $count } Threads
}
search-mentioned = { $count ->
    [one] **Im Archiv** · 1 Artikel
   *[other] **Im Archiv** · { $count } Artikel
}
search-help =
    ### Suchen
    Die Suche durchsucht Schlagzeilen, Artikel und Kommentare. Reihenfolge und Endungen der Wörter spielen keine Rolle. Jeder Thread erscheint einmal, mit seinem besten Ausschnitt. Threads mit allen Wörtern stehen vorn.
    `"alter Hafen"` diese Wörter direkt nebeneinander
    `Markt -Fisch` ohne ein Wort
    `Markt -"alter Hafen"` ohne eine Wortfolge
    `Tram OR Möwen` eins der Wörter, auch `Tram | Möwen`
    `Markt*` Wörter, die so anfangen
    `Rhein-Ufer` verbundene Wörter gelten als Wortfolge
    `(Tram OR Bus) Streik NOT Bahn` Klammern, mit AND, OR und NOT
    `title:Tram`, `author:NAME`, `source:WEBSITE`, `r/NAME`, `flair:"ZWEI WÖRTER"` auch mit `-` davor
    `score:>10`, `comments:5..20`, `after:2024-03`, `before:yesterday` Zahlen und Daten
    {"**"}Optionen** grenzen die Suche ein: `wo` auf Artikel oder Kommentare, `quelle` auf eine Website, `person` auf den Namen über Artikel oder Kommentar, `ab` (einschließlich dieses Tages) und `vor` auf eine Zeit, etwa 2024, 2024-03 oder 12.3.2024. **Neueste** sortiert dieselben Treffer nach Datum.
    -# Akzente und Großschreibung spielen keine Rolle. Chinesisch, Japanisch und Koreanisch brauchen keine Leerzeichen. Kommt ein Wort nirgends vor, wird nach dem ähnlichsten gesucht, und die Treffer weisen darauf hin; Zahlen bleiben immer, wie sie sind.

## Browsing

browse-sources = { $count ->
    [one] **1 Quelle**
   *[other] **{ $count } Quellen**
}
browse-subreddits = { $count ->
    [one] **1 Subreddit**
   *[other] **{ $count } Subreddits**
}
browse-flairs = { $count ->
    [one] **1 Flair**
   *[other] **{ $count } Flairs**
}
browse-days = { $count ->
    [one] **1 Tag**
   *[other] **{ $count } Tage**
}
browse-months = { $count ->
    [one] **1 Monat**
   *[other] **{ $count } Monate**
}
browse-most-first = meiste Threads zuerst
browse-tab-sources = Quellen
browse-tab-subreddits = Subreddits
browse-tab-flairs = Flairs
browse-tab-days = Tage
browse-tab-months = Monate
browse-open = Öffnen …
browse-nothing = { $by ->
    [source] Kein Artikel in diesem Archiv nennt seine Quelle.
    [subreddit] Kein Artikel in diesem Archiv stammt aus einem Subreddit.
    [flair] Kein Artikel in diesem Archiv hat ein Flair.
   *[day] Kein Artikel in diesem Archiv hat ein Datum.
}
saved-heading = { $count ->
    [one] **1 gespeicherte Suche** von höchstens { $most }
   *[other] **{ $count } gespeicherte Suchen** von höchstens { $most }
}
saved-shared-heading = **Von anderen auf diesem Server geteilt**
saved-is-shared = geteilt
saved-run = Ausführen …
saved-hint = { $command } löscht eine.
saved-none = Du hast noch keine gespeicherten Suchen. Speichere eine mit { $command } oder drück bei einer Suche auf Speichern.
# $name is in quotation marks, here and below.
saved-saved = { $name } ist gespeichert. { $command } führt die Suche wieder aus.
saved-deleted = Gespeicherte Suche { $name } gelöscht.
saved-form-title = Diese Suche speichern
saved-form-label = Name der Suche
# $query is in quotation marks.
trend-heading = { $count ->
    [one] { $query } in 1 Text
   *[other] { $query } in { $count } Texten
}
trend-heading-about = { $query } in etwa { $count } Texten
trend-bars = { $unit ->
    [day] jeder Balken ist ein Tag
    [month] jeder Balken ist ein Monat
   *[year] jeder Balken ist ein Jahr
}
trend-peak = am meisten: { $when } mit { $count }
trend-description = Balkendiagramm der Texte mit { $query }, { $first } bis { $last }. Der höchste Balken ist { $peak } mit { $count }.
trend-open = Texte zeigen

## Articles

article-first-comment = erster Kommentar { $day }
article-adults-only = ab 18
article-reading-time = { $minutes } Min. Lesezeit
article-headline-only = Zu diesem Artikel gibt es hier nur die Schlagzeile.
article-full-text = Ganzer Text
article-text-cut = Der Rest des Textes ist zu lang, um hier zu stehen.
article-another = Noch einer
article-discuss = Diskutieren
article-original = Original
article-shorter = Kürzer
article-longer = Länger
author-deleted = gelöschtes Konto
author-unnamed = ohne Namen
commenter-letter = Person { $letter }
commenter-unknown = Jemand
article-related-heading = ### Ähnlich wie: { $title }
article-related-none = In diesem Archiv gibt es noch keine ähnlichen Artikel.
article-related-reasons = Gemeinsam: { $phrases }
article-timeline-heading = ### Chronik: { $title }
article-timeline-same = Dieselbe Meldung
article-timeline-reports = Weitere Threads zum selben Thema
article-timeline-alone = Im Archiv ist kein anderer Thread zu dieser Meldung.
article-timeline-open = Thread öffnen
article-timeline-oldest = Die ältesten { $shown } von { $count } Threads
article-posted = Gepostet: { $link }
article-untitled = Artikel
article-thread-hint = -# Fragen zu diesem Artikel? Erwähne { $me } und frag los. Gelesen werden nur Nachrichten, die den Bot erwähnen oder ihm antworten.

comments-heading = ### Kommentare: { $title }
comments-none = Zu diesem Artikel gibt es noch keine Kommentare. Sobald welche importiert sind, stehen sie hier.
comments-all-deleted = { $count ->
    [one] Der einzige Kommentar wurde gelöscht.
   *[other] Alle { $count } Kommentare wurden gelöscht.
}
comments-newest-first = neueste zuerst
comments-best-first = beste zuerst
comments-most-answered-first = meiste Antworten zuerst
comments-oldest-first = älteste zuerst
comments-in-thread = älteste zuerst, Antworten darunter
comments-newest-button = Neueste zuerst
comments-best-button = Beste zuerst
comments-oldest-button = Älteste zuerst
comments-thread-button = Nach Gesprächen
comments-deleted = { $count ->
    [one] 1 weiterer wurde gelöscht
   *[other] { $count } weitere wurden gelöscht
}
comments-hide-bots = { $count ->
    [one] 1 Bot-Kommentar ausblenden
   *[other] { $count } Bot-Kommentare ausblenden
}
comments-show-bots = { $count ->
    [one] 1 Bot-Kommentar einblenden
   *[other] { $count } Bot-Kommentare einblenden
}
comments-bots-hidden = { $count ->
    [one] 1 Bot-Kommentar ausgeblendet
   *[other] { $count } Bot-Kommentare ausgeblendet
}
comments-threads = { $count ->
    [one] aus 1 Thread
   *[other] aus { $count } Threads
}
comments-some-threads = aus { $count } von { $all } Threads
comments-one-thread = nur { $thread }
comments-select-thread = Thread auswählen …
comments-all-threads = { $count ->
    [one] Der einzige Thread zu dieser Meldung
   *[other] Alle { $count } Threads zu dieser Meldung
}
comments-threads-together = { $count } von { $all } Threads zusammen
comments-other-reports = { $count ->
    [one] 1 weiterer Thread behandelt dasselbe Thema.
   *[other] { $count } weitere Threads behandeln dasselbe Thema.
}
comments-read-in-full = Ganz lesen …
comments-go-to = Gehe zu …
comments-range = Kommentare { $range }
comment-on = zu { $title }
comment-surrounding = Kommentare drumherum
comment-parent = Übergeordneter Kommentar
comment-replying = Antwort an { $author }
comment-replying-missing = Antwort auf einen Kommentar, der nicht im Archiv ist
comment-replies = { $count ->
    [one] 1 Antwort
   *[other] { $count } Antworten
}
comment-replies-of = { $count ->
    [one] { $author }: 1 Antwort
   *[other] { $author }: { $count } Antworten
}
comment-replies-heading = { $count ->
    [one] ### 1 Antwort an { $author }
   *[other] ### { $count } Antworten an { $author }
}
comment-back = Zum Kommentar
comment-loaded = importiert am { $day } aus { $name } (Import { $load })
comment-captured = Stand vom { $day }
comment-edited = bearbeitet am { $day }
comment-changed-by = aktualisiert durch Import { $load }

## Comment digests

comment-digest-heading = ### Stimmen zu: { $title }
comment-digest-theme-quote = **„{ $quote }“** – { $author }
comment-digest-theme-second = „{ $quote }“ – { $author }
comment-digest-theme-quote-within = { $author } schreibt: **„{ $quote }“** – { $details }
comment-digest-theme-second-within = { $author } schreibt: „{ $quote }“ – { $details }
comment-digest-quote-within = { $author } schreibt: „{ $quote }“
comment-digest-opening = { $count } von { $total } Kommentaren erwähnen { $words }
comment-digest-opening-few = { $count ->
    [one] Kein Thema überwiegt: 1 von { $total } Kommentaren erwähnt { $words }
   *[other] Kein Thema überwiegt: { $count } von { $total } Kommentaren erwähnen { $words }
}
comment-digest-theme-mentions = { $count ->
    [one] 1 Kommentar erwähnt { $words }
   *[other] { $count } Kommentare erwähnen { $words }
}
comment-digest-theme-says = { $count ->
    [one] 1 weiterer sagt etwa dasselbe
   *[other] { $count } weitere sagen etwa dasselbe
}
comment-digest-theme-replies = { $count ->
    [one] 1 Antwort
   *[other] { $count } Antworten
}
comment-digest-more-themes = { $count ->
    [one] 1 weiteres Thema folgt, mit { $comments }
   *[other] { $count } weitere Themen folgen, mit { $comments }
}
comment-digest-also-mentioned = Auch erwähnt: { $subjects }
comment-digest-mentioned-most = Am häufigsten erwähnt: { $subjects }
comment-digest-subject = { $words } ({ $comments })
comment-digest-rest = { $count ->
    [one] 1 weiterer Kommentar: { $groups }
   *[other] { $count } weitere Kommentare: { $groups }
}
comment-digest-rest-among = { $count ->
    [one] 1 weiterer Kommentar, darunter { $groups }
   *[other] { $count } weitere Kommentare, darunter { $groups }
}
comment-digest-rest-mentions = { $count ->
    [one] 1 erwähnt „{ $word }“
   *[other] { $count } erwähnen „{ $word }“
}
comment-digest-rest-only-points = { $count ->
    [one] 1 weiterer Kommentar
   *[other] { $count } weitere Kommentare
}
comment-digest-rest-points = { $count ->
    [one] 1 längerer Kommentar
   *[other] { $count } längere Kommentare
}
comment-digest-rest-questions = { $count ->
    [one] 1 Frage
   *[other] { $count } Fragen
}
comment-digest-rest-short = { $count ->
    [one] 1 kurze Bemerkung
   *[other] { $count } kurze Bemerkungen
}
comment-digest-rest-jokes = { $count ->
    [one] 1 Scherz
   *[other] { $count } Scherze
}
comment-digest-more-comments = { $count ->
    [one] 1 weiterer Kommentar
   *[other] { $count } weitere Kommentare
}
comment-digest-disputed = { $count ->
    [one] Eine Person widerspricht dem Artikel
   *[other] { $count } Personen widersprechen dem Artikel
}
comment-digest-disputed-figures = { $count ->
    [one] **Eine Person widerspricht dem Artikel:** { $theirs }, nicht { $ours }
   *[other] **{ $count } Personen widersprechen dem Artikel:** { $theirs }, nicht { $ours }
}
comment-digest-article-says = Der Artikel: „{ $quote }“
comment-digest-added = Steht nicht im Artikel
comment-digest-single-points = Außerdem gesagt
comment-digest-single-points-alone = Aus den Kommentaren
comment-digest-questions = Offene Fragen
comment-digest-links = Geteilte Links
comment-digest-busiest = { $count ->
    [one] **Am meisten los:** 1 Kommentar ab { $time } ({ $span })
   *[other] **Am meisten los:** { $count } Kommentare ab { $time } ({ $span })
}
comment-digest-chart-caption = { $start } bis { $end } · jeder Balken: { $span }
comment-digest-chart-description = { $count ->
    [one] Balkendiagramm mit 1 Kommentar von { $start } bis { $end }.
   *[other] Balkendiagramm mit { $count } Kommentaren von { $start } bis { $end }.
} Jeder Balken: { $span }. Der höchste steht für { $highest ->
    [one] 1 Kommentar
   *[other] { $highest } Kommentare
} und beginnt { $peak }.
comment-digest-coverage = Grundlage: { $read } von { $total ->
    [one] 1 Kommentar
   *[other] { $total } Kommentaren
} (nicht berücksichtigt: { $skipped })
comment-digest-coverage-all = { $total ->
    [one] Grundlage: der einzige Kommentar
   *[other] Grundlage: alle { $total } Kommentare
}
comment-digest-known = Im Archiv sind { $count } von etwa { $known } Kommentaren.
comment-digest-skipped-deleted = { $count ->
    [one] 1 gelöschter
   *[other] { $count } gelöschte
}
comment-digest-skipped-bots = { $count ->
    [one] 1 von einem Bot
   *[other] { $count } von Bots
}
comment-digest-skipped-copies = { $count ->
    [one] 1 wiederholter
   *[other] { $count } wiederholte
}
comment-digest-skipped-unread = { $count } außerhalb einer gleichmäßigen Stichprobe
comment-digest-skipped-brief = { $count ->
    [one] 1 sehr kurzer
   *[other] { $count } sehr kurze
}
comment-digest-page-overview = Überblick
comment-digest-page-themes = Weitere Themen
comment-digest-page-more = Mehr
comment-digest-all-of-theme = Alle Kommentare zu …
comment-digest-open = Kommentar öffnen …

## Scheduled digests

digest-timing = { $every ->
    [daily] täglich um { $time } Uhr ({ $zone })
    [weekdays] montags bis freitags um { $time } Uhr ({ $zone })
    [weekly] jeden { $weekday } um { $time } Uhr ({ $zone })
    [monthly] am { $day }. jedes Monats um { $time } Uhr ({ $zone })
    [monthly-or-last] am { $day }. jedes Monats, sonst am letzten Tag, um { $time } Uhr ({ $zone })
   *[cron] Cron `{ $cron }` ({ $zone })
}
digest-source = { $what ->
    [newest] Neues seit der letzten Ausgabe
    [on-this-day] An diesem Tag in früheren Jahren
    [most-discussed] Meistdiskutiertes aus der ganzen Zeit
    [search] Neues zu „{ $text }“
    [source] Neues von { $text }
    [subreddit] Neues aus r/{ $text }
   *[random] Zufällige Auswahl
}
digest-source-most-discussed = { $days ->
    [one] Meistdiskutiertes vom letzten Tag
   *[other] Meistdiskutiertes der letzten { $days } Tage
}
digest-heading = { $what ->
    [newest] Neu im Archiv
    [on-this-day] An diesem Tag
    [most-discussed] Am meisten diskutiert
    [search] Neu zu „{ $text }“
    [source] Neu von { $text }
    [subreddit] Neu aus r/{ $text }
   *[random] Aus dem Archiv
}
digest-heading-most-discussed = { $days ->
    [one] Am meisten diskutiert: der letzte Tag
   *[other] Am meisten diskutiert: die letzten { $days } Tage
}
digest-up-to-headlines = { $count ->
    [one] 1 Schlagzeile
   *[other] bis zu { $count } Schlagzeilen
}
digest-up-to-summaries = { $count ->
    [one] 1 Zusammenfassung
   *[other] bis zu { $count } Zusammenfassungen
}
digest-up-to-comment-digests = { $count ->
    [one] 1 Artikel mit Stimmen dazu
   *[other] bis zu { $count } Artikel mit Stimmen dazu
}
digest-late = { $hours ->
    [one] Verpasstes erscheint bis zu 1 Stunde später
   *[other] Verpasstes erscheint bis zu { $hours } Stunden später
}
digest-never-late = Verpasstes entfällt
digest-quiet = Ruhezeit von { $start } bis { $end } Uhr
digest-target = { $target ->
    [thread] öffnet zu jedem Beitrag einen Thread
   *[forum] jedes Mal ein Post im Forum
}
digest-target-tagged = jedes Mal ein Post im Forum mit dem Tag { $tag }
digest-skips-empty = ohne Neues erscheint nichts
digest-posts-empty = erscheint auch ohne Neues
digest-posts-each = ein Beitrag pro Artikel
digest-pings = erwähnt { $role }
digest-silent = ohne Benachrichtigungen
digest-published = in folgenden Kanälen veröffentlicht
digest-pinned = neuester Beitrag angeheftet
digest-tags = Tags nach Regel: { $tags }
digest-own-template = eigene Vorlage

### Posts of digests

digest-nothing-new = Diesmal nichts Neues.
digest-why-these = Warum diese?
digest-direct = per Direktnachricht
digest-from-server = Deine Presseschau aus { $server }
digest-more-posts = { $count ->
    [one] Dazu 1 weiterer Beitrag dieser Art zu einem anderen Artikel.
   *[other] Dazu { $count } weitere Beiträge dieser Art, einer pro Artikel.
}
digest-quote = „{ $quote }“ *{ $author }*
digest-also = Auch: { $reports }
digest-also-more = Auch: { $reports } und { $count } weitere
digest-chart-caption = Kommentare zu Artikel { $number }: { $caption }
topic-heading = ### Presseschau: { $topic }
topic-respelt = Keine Threads zu „{ $topic }“. Stattdessen: **„{ $instead }“**.

### Planning a digest

digest-preview = Vorschau. Gepostet wird erst, wenn du speicherst.
digest-preview-of-change = Vorschau von Presseschau { $number } mit deinen Änderungen. Sie gelten erst, wenn du speicherst.
digest-where = **Erscheint in** <#{ $channel }>
digest-where-direct = **Geht** als Direktnachricht an dich
digest-show-post = Beitrag zeigen
digest-show-times = Termine und letzte 7 Tage
digest-next-runs = **Nächste Ausgaben**
digest-run-held = nach der Ruhezeit
digest-run-moved = { $every ->
    [cron] später wegen der Zeitumstellung
   *[other] später wegen der Zeitumstellung: { $time } Uhr gibt es an diesem Tag nicht
}
digest-run-clocks-change = davor werden in { $zone } die Uhren umgestellt
digest-past-runs = **In den letzten 7 Tagen wäre erschienen**
digest-no-past-runs = In den letzten 7 Tagen wäre nichts erschienen.
digest-past-left-out = { $count ->
    [one] Filter lassen 1 Artikel weg.
   *[other] Filter lassen { $count } Artikel weg.
}
digest-earlier-past-runs = { $runs ->
    [one] 1 frühere Ausgabe
   *[other] { $runs } frühere Ausgaben
} mit { $articles ->
    [one] 1 Artikel
   *[other] { $articles } Artikeln
}, dann:
digest-past-run-empty = nichts
digest-more = { $count ->
    [one] und 1 weiterer
   *[other] und { $count } weitere
}
digest-saved = Presseschau { $number } gespeichert.
digest-changed = Presseschau { $number } geändert.
digest-still-paused = Sie ist weiterhin pausiert. Mit { $resume } setzt du sie fort.
digest-not-saved = Nicht gespeichert. Nichts hat sich geändert.
digest-next-post = Nächster Beitrag { $when }, { $relative }
digest-no-next-post = Es stehen keine Beiträge mehr an.

### Lists, settings and history

digest-list = **Geplante Presseschauen** · { $count }
digest-list-empty = Noch keine Presseschau. Sie bringt Artikel aus dem Archiv in einen Kanal, so oft du willst. Richte mit { $create } eine ein.
digest-list-direct = **Presseschauen für dich**
digest-name = Presseschau { $number }
digest-title = ### Presseschau { $number }: { $what }
digest-next = nächste Ausgabe { $when }
digest-state = { $state ->
    [active] aktiv
    [paused] pausiert
   *[deleted] gelöscht
}
digest-paused-because = pausiert: { $reason }
digest-status = **Status:** { $state }
digest-last-run = Letzte Ausgabe: { $run }
digest-created-by = erstellt von { $name } · { $when }
digest-paused = Presseschau { $number } pausiert. Mit { $resume } setzt du sie fort.
digest-resumed = Presseschau { $number } läuft wieder.
digest-deleted = Presseschau { $number } gelöscht. Ihre Beiträge bleiben.
digest-running = Presseschau { $number } erscheint gleich in <#{ $channel }>. Ihre Termine bleiben gleich.
digest-running-direct = Presseschau { $number } kommt gleich zu dir. Ihr Zeitplan bleibt gleich.
digest-open = Presseschau öffnen
digest-pause-several = Presseschauen pausieren
digest-new = Neue Presseschau …
digest-all = Alle Presseschauen
digest-edit = Bearbeiten …
digest-posts = Beiträge…
digest-template = Vorlage…
digest-run = Jetzt posten
digest-history = Verlauf
digest-delete = Löschen …
digest-delete-question = Presseschau { $number } löschen? Was sie gepostet hat, bleibt.
digest-delete-confirm = Presseschau löschen
leave-out-button = Weglassen…
leave-out-title = Was weggelassen wird
leave-out-words = Wörter
leave-out-words-hint = In der Schlagzeile oder im Text, durch Kommas getrennt
leave-out-sources = Quellen und Subreddits
leave-out-sources-hint = Etwa courier.example, r/funny
leave-out-authors = Personen
leave-out-flair = Flair
leave-out-commas = Durch Kommas getrennt
leave-out-minimum = Mindestens so viele Punkte und Kommentare
leave-out-minimum-hint = Etwa: score 10, comments 5
leave-out = lässt weg: { $what }
leave-out-author = eine Person
leave-out-list = { $filter ->
    [words] Wörter: { $names }
    [sources] Quellen: { $names }
    [authors] Personen: { $names }
    [subreddits] { $names }
   *[flair] Flair: { $names }
}
leave-out-score = { $count ->
    [one] weniger als 1 Punkt
   *[other] weniger als { $count } Punkte
}
leave-out-comments = { $count ->
    [one] ohne Kommentare
   *[other] weniger als { $count } Kommentare
}
leave-out-reason = { $whose ->
    [server] vom Filter dieses Servers weggelassen: { $what }
   *[digest] vom Filter dieser Presseschau weggelassen: { $what }
}
digest-form-new = Neue Presseschau
digest-form-when = Wie oft
digest-form-time = Uhrzeit
digest-form-time-hint = 08:00, Montag 08:00, 15 08:00 (Tag im Monat) oder eine Cron-Zeile
digest-form-what = Was erscheint
digest-form-query = Suchwörter, Quelle oder Subreddit
digest-form-query-hint = Nur für eine Suche, eine Quelle oder ein Subreddit
digest-form-style = Wie viel von jedem Artikel
post-form-title = So wird gepostet
post-form-count = Beiträge
post-form-one = Ein Beitrag für alle Artikel
post-form-each = Ein Beitrag oder Forum-Post pro Artikel
post-form-role = Rolle, die erwähnt wird
post-form-role-hint = Normalerweise keine. Nur eine Rolle, die du erwähnen darfst, oben im ersten Beitrag.
post-form-how = Außerdem
post-form-silent = Ohne Benachrichtigungen posten
post-form-publish = In Ankündigungskanälen veröffentlichen
post-form-pin = Neuesten Beitrag anheften, vorigen lösen
post-form-tags = Tags, eine Regel pro Zeile
post-form-tags-hint = News · Sport: source bbc.co.uk · Hilfe: flair Frage · Hafen: search "fish market"
template-form-title = Vorlage
template-form-heading = Überschrift
template-form-item = Jeder Artikel
template-form-footer = Fußzeile
template-form-hint = In { "{" }{ "}" }: { $names }
digest-paused-itself = Presseschau { $number } in <#{ $channel }> ist pausiert: { $reason }. Ist das behoben, setzt du sie mit { $resume } fort. Mehr dazu zeigt { $why }.
digest-posted = { $count ->
    [one] 1 Artikel gepostet
   *[other] { $count } Artikel gepostet
}
digest-posted-parts = { $posted } von { $count } Beiträgen gepostet
digest-outcome = { $state ->
    [claimed] fällig
    [sending] wird gepostet
    [empty] nichts zu posten
    [missed] verpasst
   *[failed] fehlgeschlagen
}
digest-outcome-because = { $state ->
    [claimed] fällig: { $reason }
    [sending] wird gepostet: { $reason }
    [missed] verpasst: { $reason }
   *[failed] fehlgeschlagen: { $reason }
}
digest-on-request = außer der Reihe
digest-explain-run = Eine Ausgabe erklären …

### Why an article was posted or skipped

digest-rule = { $rule ->
    [picked] ausgewählt
    [new-comments] wegen neuer Kommentare noch einmal ausgewählt
    [shown-before] nicht dabei, weil schon gepostet und ohne neue Kommentare
    [twin] nicht dabei, weil derselbe Artikel aus dem anderen Archiv ausgewählt wurde
    [story-shown] nicht dabei, weil ein anderer Thread zu dieser Meldung schon gepostet wurde
    [same-story] nicht dabei, weil ein anderer Thread zu dieser Meldung ausgewählt wurde
    [over-18] nicht dabei, weil der Kanal nicht altersbeschränkt ist
   *[enough] nicht dabei, weil andere Artikel vorgingen
}
digest-over-18 = Ein Artikel ab 18
digest-more-skipped = { $count ->
    [one] und 1 weiterer nicht dabei
   *[other] und { $count } weitere nicht dabei
}
digest-not-run = Diese Presseschau ist noch nicht erschienen.
digest-never-considered = Dieser Artikel kam für diese Presseschau noch nie infrage. Sie bringt: { $what }.
digest-asked-future = Dieser Termin kommt erst noch.
digest-asked-quiet = Dieser Termin liegt in der Ruhezeit von { $start } bis { $end } Uhr, in der nichts gepostet wird.
digest-chance = Stand jetzt: { $rule }
digest-chance-none = Stand jetzt käme dieser Artikel nicht infrage.
digest-chance-random = Die nächste Ausgabe wählt zufällig aus.

### Why a digest was not posted or is paused: stands after a colon

digest-reason-deleted = die Presseschau wurde gelöscht
digest-reason-discord-refused = Discord hat den Beitrag abgelehnt
digest-reason-forum-needs-tag = das Forum verlangt ein Tag, und Newsdesk kann keines setzen
digest-reason-no-such-tag = das gewählte Tag gibt es im Forum nicht mehr, oder Newsdesk kann es nicht setzen
digest-reason-nothing = der Artikel ist nicht mehr im Archiv
digest-reason-paused = die Presseschau wurde pausiert
digest-reason-quiet = wegen der Ruhezeit zurückgehalten, bis es zu spät war
digest-reason-too-late = zu spät für den Beitrag
digest-reason-unreachable = Discord ist nicht erreichbar; Newsdesk versucht es weiter

## Posts

permission-view-channel = Kanal ansehen
permission-attach-files = Dateien anhängen
permission-send-messages = Nachrichten senden
permission-send-messages-in-threads = Nachrichten in Threads senden
permission-create-posts = Posts erstellen
permission-create-public-threads = Öffentliche Threads erstellen
permission-manage-threads = Threads verwalten
permission-pin-messages = Nachrichten anheften
permission-read-message-history = Nachrichtenverlauf anzeigen

### Why a message was not sent or edited: stands after a colon

reason-bot-removed = Newsdesk ist nicht mehr auf diesem Server
reason-channel-gone = der Kanal wurde gelöscht
reason-fault = bei uns ist etwas schiefgelaufen; Näheres steht im Log der Bot-Administration
reason-may-not-post = Newsdesk braucht dort „{ permission-view-channel }“ und „{ permission-send-messages }“
reason-needs = Newsdesk braucht dort diese Berechtigungen: { $permissions }
reason-thread-archived = der Thread ist archiviert und gesperrt
reason-edit-direct-refused = das Mitglied nimmt keine Direktnachrichten an
reason-edit-refused = Discord hat die Änderung abgelehnt
reason-edit-no-access = Newsdesk sieht diesen Kanal nicht mehr
reason-edit-too-late = Discord war eine Woche lang nicht erreichbar
reason-message-gone = die Nachricht war schon gelöscht

### Posts that show undone or erased content

posts-marked = { $count ->
    [one] 1 Beitrag von Newsdesk auf diesem Server zeigt noch, was du rückgängig gemacht hast.
   *[other] { $count } Beiträge von Newsdesk auf diesem Server zeigen noch, was du rückgängig gemacht hast.
}
posts-marked-choice = Bereinigen entfernt es daraus. Beiträge, von denen nichts übrig bleibt, werden gelöscht.
posts-redact = { $count ->
    [one] 1 Beitrag bereinigen
   *[other] { $count } Beiträge bereinigen
}
button-redact-posts = Beiträge bereinigen
nothing-changed = Nichts wurde geändert.
posts-kept = Die Beiträge bleiben, wie sie sind.
posts-none-marked = Hier gibt es keine Beiträge zu bereinigen.
posts-edited = { $count ->
    [one] 1 Beitrag bearbeitet.
   *[other] { $count } Beiträge bearbeitet.
}
posts-deleted = { $count ->
    [one] 1 Beitrag gelöscht, weil nichts davon übrig war.
   *[other] { $count } Beiträge gelöscht, weil nichts davon übrig war.
}
posts-waiting = { $count ->
    [one] 1 weiterer Beitrag wird bearbeitet, sobald Discord es zulässt.
   *[other] { $count } weitere Beiträge werden bearbeitet, sobald Discord es zulässt.
}
post-not-edited = Nicht bearbeitet: { $link } ({ $reason })
post-not-edited-direct = Nicht bearbeitet: eine Direktnachricht ({ $reason })
post-edit-failed = { $link } zeigt noch Inhalte, die rückgängig gemacht oder gelöscht wurden. Newsdesk konnte den Beitrag nicht bearbeiten: { $reason }. Lösche ihn von Hand.
post-items-removed = { $count ->
    [one] Aus dieser Nachricht wurde 1 Eintrag entfernt.
   *[other] Aus dieser Nachricht wurden { $count } Einträge entfernt.
}
post-since-undone = { $count ->
    [0] Kommentare seither rückgängig gemacht
    [one] 1 Eintrag seither rückgängig gemacht
   *[other] { $count } Einträge seither rückgängig gemacht
}
post-since-edited = { $count ->
    [0] seither bearbeitet
    [one] seither bearbeitet: 1 Eintrag entfernt
   *[other] seither bearbeitet: { $count } Einträge entfernt
}
post-since-emptied = seither gelöscht: nichts war davon übrig
post-since-deleted = Nachricht seither gelöscht
post-since-waiting = Änderung steht noch aus
post-since-not-edited = nicht bearbeitet: { $reason }

## Follows

follow-search-narrowed = „{ $query }“ ({ $filters })
follow-everything = alles ({ $filters })
follow-comments = neue Kommentare zu „{ $title }“
follow-comments-gone = neue Kommentare zu einem Artikel, der entfernt wurde
follow-added = Abonniert: { $what }. Du bekommst eine Direktnachricht, sobald etwas Neues dazukommt.
follow-added-here = Für { $channel } abonniert: { $what }. Newsdesk postet dort, sobald etwas Neues dazukommt.
follow-known = Das hast du schon abonniert: { $what }.
follow-known-here = Für { $channel } schon abonniert: { $what }.
follow-direct-limits = Nimmst du keine Direktnachrichten an, pausiert das Abo.
follow-now-muted = Stummgeschaltet: { $what }. In { $list } kannst du das Abo fortsetzen oder beenden.
follow-now-resumed = Fortgesetzt: { $what }. Nachrichten kommen wieder ab dem nächsten Import.
follow-now-removed = Abo beendet: { $what }.
follow-none = Du hast hier noch nichts abonniert. Abonniere mit { $add } eine Suche oder drücke unter Suchergebnissen oder einem Artikel auf **Abonnieren**.
follow-own = **Deine Abos**, per Direktnachricht
follow-channels = **Abos des Kanals**
follow-held-back = { $count ->
    [one] In den letzten 24 Stunden ging 1 Import über dein Tageslimit hinaus. Was er gebracht hat, zeigt { $catchup }.
   *[other] In den letzten 24 Stunden gingen { $count } Importe über dein Tageslimit hinaus. Was sie gebracht haben, zeigt { $catchup }.
}
follow-choose = Abo auswählen …
follow-choose-mute = Stummschalten …
follow-mute = Stummschalten
follow-resume = Fortsetzen
follow-remove = Beenden
follow-here = Auch hier abonnieren
follow-active = aktiv
follow-muted = stummgeschaltet
follow-paused = pausiert: { $reason }
follow-paused-notice = { $count ->
    [one] 1 Abo in { $channel } ist pausiert: { $reason }. Behebe das und setze es dann in { $list } fort.
   *[other] { $count } Abos in { $channel } sind pausiert: { $reason }. Behebe das und setze sie dann in { $list } fort.
}
follow-reason-direct-refused = Direktnachrichten von Newsdesk sind blockiert
follow-reason-discord-refused = Discord hat die Nachricht abgelehnt
follow-reason-left = kein Mitglied des Servers mehr

### Notices of follows

follow-heading = Neu: { $what }
follow-heading-comments = Neue Kommentare zu { $title }
follow-new-comments = { $count ->
    [one] 1 neuer Kommentar
   *[other] { $count } neue Kommentare
}
follow-threads-at-least = { $count ->
    [one] mindestens 1 Thread
   *[other] mindestens { $count } Threads
}
follow-more = { $count ->
    [one] und 1 mehr
   *[other] und { $count } mehr
}
follow-more-at-least = { $count ->
    [one] und mindestens 1 mehr
   *[other] und mindestens { $count } mehr
}
follow-show-all = Alle zeigen
follow-show-all-for = Alle zeigen: { $what }
follow-last-today = Das ist für heute die letzte Abo-Nachricht hier. Den Rest zeigt { $catchup }; die Moderation kann das Limit in { $settings } erhöhen.
follow-in-server = Das hast du auf { $server } abonniert.
follow-help =
    ### Abonnieren
    { $add } abonniert eine Suche. Werden passende Artikel importiert, bekommst du eine Direktnachricht mit ihren Schlagzeilen. Soll sie stattdessen in einem Kanal erscheinen, wähle `kanal`; das geht für die Moderation und für alle, die den Kanal verwalten dürfen.
    Die Schaltfläche **Abonnieren** unter Suchergebnissen tut dasselbe. Unter einem Artikel abonniert sie die Kommentare.
    Jeder Artikel wird einmal gemeldet, auch wenn später Kommentare dazukommen. Wird ein Import rückgängig gemacht und wiederholt, gelten seine Artikel als neu. Ein Kanal bekommt pro Import eine Nachricht für alle seine Abos.
    {"**"}Stummschalten** hält ein Abo an, bis du es in { $list } fortsetzt. { $remove } beendet es.
    Wie viele Nachrichten ein Ort pro Tag bekommt, legt die Moderation fest. { $catchup } zeigt immer alles seit deinem letzten Besuch.
    { $digest } schickt dir eine Presseschau, wann du willst. **Weglassen…** filtert, was ein Abo oder eine Presseschau zeigt.
    -# Artikel ab 18 werden nur in altersbeschränkten Kanälen gemeldet. Nimmst du keine Direktnachrichten an oder verlässt du den Server, pausieren deine Abos.

## Catch-up

catch-up-heading = ### Neu seit { $time }, { $ago }
catch-up-first = Das ist dein erster Besuch, deshalb siehst du hier die letzten 7 Tage. Beim nächsten Mal siehst du, was seit diesem Besuch neu ist.
catch-up-nothing = Seitdem wurde nichts importiert oder gepostet. Mit { $add } erfährst du, wenn etwas Neues dazukommt.
catch-up-loaded = **Importiert**
catch-up-counts = { $articles ->
    [0] keine neuen Artikel
    [one] 1 neuer Artikel
   *[other] { $articles } neue Artikel
}, { $comments ->
    [0] keine neuen Kommentare
    [one] 1 neuer Kommentar
   *[other] { $comments } neue Kommentare
}
catch-up-shared-load = gemeinsames Archiv
catch-up-more-loads = { $count ->
    [one] und 1 weiterer Import
   *[other] und { $count } weitere Importe
}
catch-up-posted = { $count ->
    [one] **Gepostet** · 1 Presseschau oder Abo-Nachricht
   *[other] **Gepostet** · { $count } Presseschauen und Abo-Nachrichten
}
catch-up-paused = Dein Abo { $number } ({ $what }) ist pausiert: { $reason }. Setze es in { $list } fort.

## Settings

settings-title = ### Servereinstellungen
settings-moderators = **Moderation:** Mitglieder mit „Server verwalten“
settings-moderators-and-role = **Moderation:** Mitglieder mit „Server verwalten“ oder { $role }
settings-shared-archive = { $state ->
    [on] **Gemeinsames Archiv:** an. Die Suche schließt das Archiv der Bot-Administration ein.
   *[off] **Gemeinsames Archiv:** aus. Die Suche findet nur, was hier importiert wurde.
}
settings-adult = { $state ->
    [on] **Artikel ab 18:** nur in altersbeschränkten Kanälen zu sehen
   *[off] **Artikel ab 18:** ausgeblendet
}
settings-pseudonyms = { $state ->
    [on] **Kommentierende** erscheinen als Person A, B, C, mit neuen Buchstaben in jedem Thread. Namen im Text der Kommentare bleiben.
   *[off] **Kommentierende** erscheinen mit Namen.
}
settings-digests = **Neue Presseschauen** erscheinen in { $channel }, wenn du keinen anderen Kanal wählst.
settings-digests-anywhere = **Neue Presseschauen** erscheinen dort, wo sie erstellt werden, wenn du keinen anderen Kanal wählst.
settings-digest-zone = **Zeitzone der Presseschauen:** { $zone }
settings-digest-languages = **Sprachen in Presseschauen:** { $languages }
settings-leave-out = **Presseschauen und Benachrichtigungen:** { $what }
settings-any-language = alle Sprachen
settings-notices = **Wenn eine Presseschau pausiert,** erfährt es die Moderation in { $channel }.
settings-notices-to-maker = **Wenn eine Presseschau pausiert,** geht eine Direktnachricht an die Person, die sie erstellt hat.
settings-follows = { $count ->
    [one] **Abos** senden höchstens 1 Nachricht pro Tag an einen Ort. Ändern kannst du das mit `abo-nachrichten-pro-tag`.
   *[other] **Abos** senden höchstens { $count } Nachrichten pro Tag an einen Ort. Ändern kannst du das mit `abo-nachrichten-pro-tag`.
}
settings-language = **Sprache der Beiträge:** { $language }
settings-language-of-server = **Sprache der Beiträge:** { $language }, wie der Server
settings-note = Discord zeigt /archive, /digest, /settings, /status und /audit nur Mitgliedern mit „Server verwalten“. Damit auch die Moderationsrolle sie sieht, füge die Rolle unter Servereinstellungen > Integrationen > Newsdesk hinzu. Eine exportierte Datei übernimmst du, indem du sie an /settings anhängst.
permissions-complete = **Berechtigungen:** Newsdesk hat in #{ $channel } alle nötigen.
permissions-missing = { $count ->
    [one] **Newsdesk fehlt in #{ $channel } 1 Berechtigung**
   *[other] **Newsdesk fehlen in #{ $channel } { $count } Berechtigungen**
}
permissions-item = - {"**"}{ $permission }**: { $why }
permissions-why = { $permission ->
    [view_channel] um den Kanal überhaupt zu sehen
    [send_messages] um Presseschauen, Benachrichtigungen, geteilte Karten und Antworten auf Erwähnungen zu posten
    [send_messages_in_threads] um in Threads zu antworten
    [create_public_threads] um Threads zum Diskutieren und für Presseschauen zu erstellen
    [attach_files] um Diagramme, Exporte und Listen abgelehnter Zeilen anzuhängen
   *[read_message_history] um eigene Beiträge zu finden, damit nichts doppelt gepostet wird
}
permissions-what-to-do = Öffne die Einstellungen des Kanals, wähle „Berechtigungen“ und erlaube das der Rolle von Newsdesk.
permissions-no-channel = { $server } hat keinen Textkanal, in dem Newsdesk posten könnte. Erstelle einen und prüfe noch einmal.
settings-role-placeholder = Moderationsrolle
settings-digest-placeholder = Kanal für neue Presseschauen
settings-notices-placeholder = Kanal für Hinweise an die Moderation
settings-languages-placeholder = Sprachen der Artikel in Presseschauen: alle
settings-language-placeholder = Sprache der Beiträge: wie der Server
settings-switch-shared = { $to ->
    [on] Gemeinsames Archiv einschalten
   *[off] Gemeinsames Archiv ausschalten
}
settings-switch-adult = { $to ->
    [on] Artikel ab 18 zeigen
   *[off] Artikel ab 18 ausblenden
}
settings-switch-names = { $to ->
    [on] Namen ausblenden
   *[off] Namen zeigen
}
settings-zone = Zeitzone …
settings-zone-title = Zeitzone der Presseschauen
settings-zone-label = Region/Stadt, etwa Europe/Berlin
settings-export = Exportieren

### Settings as a file

settings-exported = **Einstellungsdatei:** die Einstellungen dieses Servers, { $digests ->
    [0] keine Presseschau
    [one] 1 Presseschau
   *[other] { $digests } Presseschauen
} und { $follows ->
    [0] keine Kanal-Abos
    [one] 1 Kanal-Abo
   *[other] { $follows } Kanal-Abos
}. Die Abos der Mitglieder sind privat und nicht enthalten.
settings-import = ### Diese Einstellungen übernehmen?
settings-imported = **Einstellungen übernommen.**
settings-not-imported = Abgebrochen. Nichts wurde geändert.
settings-import-nothing = Alles aus dieser Datei ist hier schon eingerichtet.
settings-import-confirm = Übernehmen
settings-import-digests = { $count ->
    [one] 1 neue Presseschau
   *[other] { $count } neue Presseschauen
}
settings-import-follows = { $count ->
    [one] 1 neues Abo
   *[other] { $count } neue Abos
}
settings-import-already = { $count ->
    [one] 1 Presseschau oder Abo daraus gibt es hier schon.
   *[other] { $count } Presseschauen und Abos daraus gibt es hier schon.
}
settings-import-left-out = { $count ->
    [one] 1 entfällt: Kanal oder Artikel gibt es hier nicht, du oder Newsdesk dürft dort nichts posten, oder Namen sind ausgeblendet.
   *[other] { $count } entfallen: Kanäle oder Artikel gibt es hier nicht, du oder Newsdesk dürft dort nichts posten, oder Namen sind ausgeblendet.
}
settings-state = { $state ->
    [on] an
   *[off] aus
}
settings-none = nicht gesetzt
settings-field-moderator-role = Moderationsrolle
settings-field-shared-archive = Gemeinsames Archiv
settings-field-zone = Zeitzone
settings-field-moderator-channel = Kanal für Hinweise an die Moderation
settings-field-digest-channel = Kanal für neue Presseschauen
settings-field-languages = Sprachen der Artikel in Presseschauen
settings-field-leave-out = Was weggelassen wird
settings-field-language = Sprache der Beiträge
settings-field-adult = Artikel ab 18
settings-field-pseudonyms = Namen ausgeblendet
settings-field-follow-cap = Abo-Nachrichten pro Tag
settings-places-where = { $rule ->
    [nowhere] **Mitglieder können mit Newsdesk posten:** noch in keinem Kanal. Wähle unten welche aus.
    [only] **Mitglieder können mit Newsdesk posten:** nur in { $channels }.
    [except] **Mitglieder können mit Newsdesk posten:** überall außer in { $channels }.
   *[everywhere] **Mitglieder können mit Newsdesk posten:** in allen Kanälen.
}
settings-mentions = { $state ->
    [on] **Erwähnungen** werden dort beantwortet.
   *[off] **Erwähnungen** werden nicht beantwortet.
}
settings-places = Kanäle …
settings-places-title = ### Wo Mitglieder mit Newsdesk posten können
settings-places-note = Das gilt für geteilte Karten, Diskussions-Threads und Antworten auf Erwähnungen. Threads richten sich nach ihrem Kanal. Überall sonst antworten Befehle nur dir. Presseschauen und Abos erscheinen in den Kanälen, die dafür gewählt sind.
settings-places-rule = { $rule ->
    [only] Nur diese Kanäle
    [except] Alle Kanäle außer diesen
   *[everywhere] Alle Kanäle
}
settings-places-placeholder = Kanäle und Kategorien
settings-places-back = Zurück zu den Einstellungen
settings-switch-mentions = { $to ->
    [on] Erwähnungen beantworten
   *[off] Erwähnungen nicht mehr beantworten
}
settings-field-posting-rule = Wo Mitglieder posten können
settings-field-posting-channels = Kanäle dieser Regel
settings-field-answers-mentions = Antworten auf Erwähnungen

## Privacy

privacy-question = **{ $name } vergessen?**
privacy-found = Vorhanden: { $what } in { $threads ->
    [one] 1 Thread
   *[other] { $threads } Threads
}.
privacy-found-nothing = Unter diesem Namen hat hier niemand etwas geschrieben oder eingestellt.
privacy-found-part = Dieses Archiv ist zu groß, um alles auf einmal zu zählen. Es kann mehr sein.
privacy-nearest = Ähnliche Namen hier: { $names }.
privacy-effect =
    Alle Artikel und Kommentare unter diesem Namen werden geleert, der Name wird überall entfernt. Antworten bleiben, unter „[deleted]“. Weder ein späterer noch ein rückgängig gemachter Import bringt etwas davon zurück.
    {"**"}Das lässt sich nicht rückgängig machen.**
privacy-limits = Newsdesk bereinigt auch die eigenen Beiträge, die daraus zitieren, soweit Discord es zulässt. Nicht betroffen sind das gemeinsame Archiv, das nur die Bot-Administration ändern kann, und was andere über die Person geschrieben haben.
privacy-confirm = Endgültig vergessen
privacy-keep-out = Bei späteren Importen auslassen
privacy-erasing = **{ $name } wird vergessen …** In einem großen Archiv kann das etwas dauern.
privacy-erased = **{ $name } ist vergessen.** Veranlasst von { $by }.
privacy-erased-counts = Geleert: { $comments ->
    [0] keine Kommentare
    [one] 1 Kommentar
   *[other] { $comments } Kommentare
} und { $articles ->
    [0] keine Artikel
    [one] 1 Artikel
   *[other] { $articles } Artikel
}.
privacy-erased-nothing = Unter diesem Namen gab es hier nichts. Spätere Importe lassen ihn aus.
privacy-erased-limits = Spätere Importe bringen nichts davon zurück. Kopien und Zitate von Mitgliedern sind nicht betroffen.

## The audit list: who did what, and when

audit-title = { $count ->
    [one] **Protokoll** · 1 Eintrag
   *[other] **Protokoll** · { $count } Einträge, neueste zuerst
}
audit-none = Noch nichts. Hier stehen Importe, rückgängig gemachte Importe, vergessene Personen, Exporte sowie Änderungen an Einstellungen, Presseschauen und an Filtern von Kanal-Abos.
audit-note = Einträge bleiben ein Jahr. Namen vergessener Personen werden nicht aufbewahrt.
audit-load = { $state ->
    [done] Import { $load }: { $name }
    [cancelled] Import { $load }: { $name }, abgebrochen
   *[failed] Import { $load }: { $name }, fehlgeschlagen
}
audit-load-paused = Import { $load } pausiert
audit-load-resumed = Import { $load } fortgesetzt
audit-undo = Import { $load } rückgängig gemacht
audit-forget = Eine Person wurde vergessen
audit-purge = Ein Teil des Archivs wurde von der Bot-Administration gelöscht
audit-request-declined = Eine Bitte um Vergessen wurde abgelehnt
audit-export = { $what ->
    [thread] Ein Thread als { $format } exportiert
    [search] Eine Suche als { $format } exportiert
   *[archive] Das Archiv als { $format } exportiert
}
audit-setting = { $setting }: { $old } → { $new }
audit-digest = { $what ->
    [created] Presseschau { $digest } angelegt
    [edited] Presseschau { $digest } geändert
    [paused] Presseschau { $digest } pausiert
    [resumed] Presseschau { $digest } fortgesetzt
    [deleted] Presseschau { $digest } gelöscht
   *[run] Presseschau { $digest } außer der Reihe gepostet
}
audit-follow-filters = Filter von Abo { $follow } in { $channel }: { $old } → { $new }
privacy-backups = Frühere Sicherungen enthalten sie noch.
privacy-backup = { $name } ({ $day })
privacy-backups-known = Frühere Sicherungen enthalten sie noch, bis die Bot-Administration sie löscht: { $backups }.

## What is stored about a member (/privacy mine)

mine-title = **Was Newsdesk über dich speichert**
mine-nothing = Newsdesk speichert nichts unter deiner Discord-ID.
mine-authors = Hier geht es um dein Discord-Konto. Sollen Artikel und Kommentare verschwinden, die du anderswo geschrieben hast, nutze { $request }.
mine-follows = { $count ->
    [one] 1 Abo in deinen Direktnachrichten
   *[other] { $count } Abos in deinen Direktnachrichten
}
mine-own-digests = { $count ->
    [one] 1 Presseschau in deinen Direktnachrichten
   *[other] { $count } Presseschauen in deinen Direktnachrichten
}
mine-channel-follows = { $count ->
    [one] 1 Abo, das du für einen Kanal angelegt hast
   *[other] { $count } Abos, die du für Kanäle angelegt hast
}
mine-digests = { $count ->
    [one] 1 Presseschau, die du geplant hast
   *[other] { $count } Presseschauen, die du geplant hast
}
mine-shared = { $count ->
    [one] 1 Karte, die du geteilt oder gepostet hast
   *[other] { $count } Karten, die du geteilt oder gepostet hast
}
mine-messages = { $count ->
    [one] Ein Vermerk zu 1 Nachricht an dich
   *[other] Vermerke zu { $count } Nachrichten an dich
}
mine-visits = { $count ->
    [one] Wann du den Bot zuletzt genutzt hast, auf 1 Server
   *[other] Wann du den Bot zuletzt genutzt hast, auf { $count } Servern
}
mine-searches = { $count ->
    [one] 1 gespeicherte Suche
   *[other] { $count } gespeicherte Suchen
}
mine-requests = { $count ->
    [one] 1 Antrag auf Vergessen
   *[other] { $count } Anträge auf Vergessen
}
mine-tokens = Wie viel du heute das Sprachmodell genutzt hast, bis Mitternacht UTC
mine-audit = { $count ->
    [one] 1 Eintrag im Protokoll der Moderation, ein Jahr lang
   *[other] { $count } Einträge im Protokoll der Moderation, ein Jahr lang
}
mine-loads = { $count ->
    [one] Dein Name im Bericht von 1 Import
   *[other] Dein Name in den Berichten von { $count } Importen
}
mine-kept = Fragen und Suchen werden nicht unter deinem Namen gespeichert. Importberichte, Anträge, Token-Zähler und das Protokoll lassen sich hier nicht löschen.
mine-delete = Löschen
mine-question = **Löschen, was Newsdesk über dich speichert?**
mine-effect = Gelöscht werden deine eigenen Abos, Presseschauen und gespeicherten Suchen, deine letzten Besuche und die Vermerke zu Nachrichten an dich; diese lassen sich dann nicht mehr korrigieren. Presseschauen, Abos von Kanälen und geteilte Karten bleiben, ohne deinen Namen.
mine-confirm = Endgültig löschen
mine-deleted = **Deine Daten sind gelöscht.** Sicherungen enthalten sie noch, bis auch diese gelöscht werden.

## The privacy policy

policy-title = ### Datenschutzerklärung
policy-text =
    Newsdesk speichert die Artikel und Kommentare, die Moderation und Bot-Administration importieren, mit den veröffentlichten Namen der Schreibenden. Das Archiv eines Servers ist nur dort sichtbar. Das gemeinsame Archiv ist auf jedem Server sichtbar, der es nicht abgeschaltet hat.
    Gespeichert werden auch Einstellungen, Presseschauen und Abos jedes Servers, mit Discord-ID und Namen der Person, die sie angelegt hat; die IDs eigener Nachrichten, um sie korrigieren oder löschen zu können; und wann ein Mitglied den Bot auf einem Server zuletzt genutzt hat.
    Gelesen werden nur Nachrichten, die den Bot erwähnen, ihm antworten oder direkt an ihn gehen. Daten werden nie verkauft, für Werbung genutzt oder zum Training von Modellen verwendet.
policy-no-log = Fragen werden nicht gespeichert.
policy-log = Die Bot-Administration speichert Fragen, ohne Namen und ID der Fragenden.
policy-model = Fragen und gefundene Zitate gehen an ein Sprachmodell, ohne Namen von Mitgliedern und Kommentierenden.
policy-retention = **Aufbewahrt** werden Vermerke zu Beiträgen { $posts } Tage, Besuche { $visits } Tage, das Protokoll der Moderation { $audit } Tage. Archive und Einstellungen bleiben, bis Moderation oder Bot-Administration sie löschen.
policy-purged = { $days ->
    [one] **Entfernt ein Server den Bot**, werden sein Archiv und seine Einstellungen nach 1 Tag endgültig gelöscht.
   *[other] **Entfernt ein Server den Bot**, werden sein Archiv und seine Einstellungen nach { $days } Tagen endgültig gelöscht.
}
policy-stays = **Entfernt ein Server den Bot**, bleiben seine Daten, bis die Bot-Administration sie löscht.
policy-contact = **Kontakt**: { $contact }
policy-no-contact = **Kontakt**: Die Bot-Administration hat keinen angegeben. Frag die Moderation dieses Servers.
policy-commands = { $mine } zeigt und löscht, was über dich gespeichert ist. Mit { $request } bittest du darum, als Autorin oder Autor vergessen zu werden.

## Requests to be forgotten

request-sent = **Dein Antrag liegt bei der Moderation.** Sie entscheidet, ob alles von { $name } aus dem Archiv dieses Servers entfernt wird, und fragt vielleicht nach einem Nachweis. Die Entscheidung bekommst du als Direktnachricht, wenn du solche annimmst.
request-shared = Es geht um das eigene Archiv dieses Servers. Das gemeinsame Archiv gehört der Bot-Administration.
request-shared-contact = Es geht um das eigene Archiv dieses Servers. Zum gemeinsamen Archiv wende dich an die Bot-Administration: { $contact }
request-none = Es gibt keine offenen Anträge.
request-more = { $count ->
    [one] 1 weiterer Antrag wartet.
   *[other] { $count } weitere Anträge warten.
}
request-card = **Antrag auf Vergessen**
    { $member } bittet darum, alles von **{ $name }** aus dem Archiv dieses Servers zu entfernen.
request-check = Prüf zuerst, ob es wirklich diese Person ist, etwa durch eine Nachricht von dem Konto, mit dem sie geschrieben hat.
request-grant = Endgültig vergessen
request-decline = Ablehnen
request-decided = { $what ->
    [granted] **Antrag bewilligt** von { $by }. Die Person, die { $member } genannt hat, ist vergessen.
   *[declined] **Antrag abgelehnt** von { $by }. Für { $member } wurde nichts geändert.
}
request-answer = { $what ->
    [granted] Die Moderation von { $server } hat deinen Antrag bewilligt: Die genannte Person ist in ihrem Archiv vergessen.
   *[declined] Die Moderation von { $server } hat deinen Antrag auf Vergessen abgelehnt. Du kannst dort nach dem Grund fragen.
}
request-owner = Jemand auf { $server } bittet darum, als Autorin oder Autor vergessen zu werden. Entscheide dort mit { $command }. Damit solche Anträge in einem Kanal ankommen, wähle in den Einstellungen einen für die Moderation.

## Command line: help

cli-about = Newsdesk ist ein durchsuchbares Archiv aus Nachrichtenartikeln und ihren Diskussionen.
cli-audit = Auflisten, wer was importiert, rückgängig gemacht, vergessen oder geändert hat
cli-audit-about = Nur diese Art von Aktionen
cli-audit-offset = So viele Einträge überspringen
cli-export = Thread, Suche oder Archiv exportieren
cli-export-loads-again = NDJSON lässt sich wieder in dieselben Zeilen importieren. Der Export geht auf die Standardausgabe oder nach --output.
cli-export-thread = nur diesen Artikel mit seinen Kommentaren, nach ID oder Titel
cli-export-search = nur die Threads dieser Suche, höchstens 500
cli-export-format = markdown, csv oder ndjson, das sich wieder importieren lässt (Standard)
cli-export-output = die Datei, die geschrieben wird
cli-exit-codes = Exit-Codes: 0 erledigt, 1 nicht gefunden, 2 fehlerhafte Eingabe, 69 Discord nicht erreichbar. Eine leere Liste ist 0.
cli-usage = Aufruf:
cli-heading-commands = Befehle
cli-heading-arguments = Argumente
cli-heading-options = Optionen
cli-help = Diese Hilfe zeigen
cli-version = Die Version zeigen
cli-data = Ordner der Datenbanken (Standard: NEWSDESK_DATA, sonst „data“)
cli-guild = Das Archiv dieses Discord-Servers nutzen statt des gemeinsamen
cli-json = Ein JSON-Objekt ausgeben, für Programme

cli-article-id = Nummer, Schlüssel (t3_…) oder Titel eines Artikels
cli-source = Nur diese Website, etwa courier.example
cli-after = Ab diesem Datum, etwa 2024-03-12
cli-before = Vor diesem Datum
cli-limit = Höchstens so viele zeigen (Standard: { $default })

cli-article = Einen Artikel und seine Kommentare zeigen
cli-article-comments = Höchstens so viele Kommentare zeigen, die neuesten (Standard: alle)
cli-article-newest = Kommentare mit den neuesten zuerst, Antworten nicht eingerückt
cli-ask = Eine Frage stellen, beantwortet mit Zitaten aus dem Archiv
cli-ask-question = Deine Frage, in deinen Worten
cli-ask-article = Nur zu diesem Artikel und seinen Kommentaren fragen
cli-ask-exit-code = Der Exit-Code ist 1, wenn das Archiv keine Antwort hat.
cli-backup = Die Daten sichern und die Sicherung prüfen; geht auch, während der Bot läuft
cli-backup-target = Ordner für die Sicherung
cli-restore = Eine Sicherung wiederherstellen; die jetzigen Dateien werden beiseitegelegt
cli-restore-folder = Ordner der Sicherung
cli-check = Die Datenbanken prüfen und sagen, wie sich Fehler beheben lassen
cli-check-repair = Einen defekten Suchindex neu aufbauen
cli-comments = Stimmen zu einem Artikel zeigen
cli-comments-list = Stattdessen die Kommentare auflisten
cli-comments-order = Sortierung der Liste (Standard: thread)
cli-comments-hide-bots = Kommentare von Bots weglassen
cli-comments-one-thread = Nur den Thread dieses Artikels auflisten, nicht die ganze Meldung
cli-comments-timeline = newsdesk timeline { $id } listet sie auf.
cli-comments-replies = Nur die Antworten unter diesem Kommentar auflisten
cli-comments-offset = So viele Kommentare überspringen
cli-deliveries = Zeigen, ob geplante Presseschauen erschienen sind
cli-deliveries-schedule = Nur diese Presseschau
cli-follows = Abos von Kanälen und Mitgliedern auflisten
cli-follows-remove = Dieses Abo beenden
cli-forget = Name und Texte einer Person endgültig entfernen
cli-forget-everywhere = Ohne --guild gilt das für alle Archive.
cli-forget-what = Was vergessen werden soll
cli-forget-name = Name der Person; Großschreibung spielt keine Rolle
cli-forget-dry-run = Zeigen, was gelöscht würde, ohne es zu löschen
cli-forget-keep-out = Den Namen vergessen, auch wenn im Archiv nichts von ihm ist
cli-purge = Artikel und ihre Kommentare endgültig löschen, nach Alter, Quelle oder Subreddit
cli-purge-permanent = Mit --guild im Archiv dieses Servers, sonst im gemeinsamen. Das lässt sich nicht rückgängig machen; mach vorher eine Sicherung.
cli-purge-subreddit = Nur dieses Subreddit
cli-purge-all = Das ganze Archiv, mit der Liste seiner Importe
cli-purge-dry-run = Zeigen, was gelöscht würde, ohne es zu löschen
cli-load = Artikel und Kommentare aus Dateien importieren
cli-load-path = Dateien und Ordner zum Importieren, einzeln oder in .zip, .tar, .gz, .xz oder .zst
cli-load-resume = Diesen Import fortsetzen oder den letzten, der angehalten wurde oder fehlschlug
cli-load-name = Name des Imports (Standard: Name der ersten Datei)
cli-load-dry-run = Zeigen, was importiert würde, ohne es zu importieren
cli-load-subreddit = Nur dieses Subreddit; mehrfach möglich
cli-load-min-score = Nur ab so vielen Punkten
cli-load-min-length = Nur Kommentare ab so vielen Zeichen
cli-load-over-18 = Auch Beiträge ab 18
cli-load-filters = Filter gelten für jeden Artikel und Kommentar. Artikelseiten haben weder Subreddit noch Punkte.
cli-loads = Die letzten Importe auflisten
cli-loads-rejected = Alles ausgeben, was dieser Import abgelehnt hat, ein JSON-Objekt je Zeile
cli-mcp = KI-Programme das Archiv über MCP lesen lassen
cli-related = Ähnliche Artikel finden
cli-timeline = Zeigen, wie berichtet wurde, mit allen Threads
cli-run = Den Bot starten (braucht DISCORD_TOKEN)
cli-run-shards = als einer von mehreren Prozessen laufen: seine Shards, etwa 0-3/16, oder auto für einen gleichen Anteil der von Discord empfohlenen
cli-schedules = Geplante Presseschauen auflisten
cli-search = Artikel und ihre Kommentare durchsuchen
cli-search-query = Wörter, "genaue Wortfolge", -ohne, eins OR andere, anfang*
cli-search-in = Wo gesucht wird (Standard: in beiden)
cli-search-author = Nur Artikel oder Kommentare dieser Person
cli-search-order = Sortierung der Treffer (Standard: relevance)
cli-search-offset = So viele Treffer überspringen
cli-browse = Das Archiv nach Quelle, Subreddit, Flair, Tag oder Monat durchstöbern
cli-browse-by = Wonach; ohne Angabe werden die neuesten Artikel gezeigt
cli-browse-value = Nur Artikel mit dieser Quelle, diesem Subreddit, Flair, Tag (2024-03-12) oder Monat (2024-03)
cli-stats-by = Threads nach Monat, Quelle oder Subreddit zählen
cli-trend = Zeigen, wie viele Texte über die Zeit zu einer Suche passen
cli-stats = Zeigen, was das Archiv enthält
cli-status = Den Status des Bots, seiner Importe und Beiträge zeigen
cli-status-running = nur zeigen, ob der Bot mit Discord verbunden ist; sonst Exit-Code 1
cli-summary = Die wichtigsten Sätze eines Artikels zeigen
cli-try = Den Bot im Browser ausprobieren, ohne Discord
cli-try-port = Port der lokalen Seite (Standard: irgendein freier)
cli-try-data = Das Archiv in diesem Ordner behalten (Standard: nichts bleibt)
cli-undo = Einen Import rückgängig machen
cli-undo-load = Nummer des Imports

## Command line: mistakes in what was typed

cli-mistake-in = { $argument_name }: { $message }
cli-mistake-missing = Es fehlt: { $value }
cli-mistake-missing-one = Gib eines davon an: { $value }
cli-mistake-unknown = Nicht erkannt: { $value }
cli-mistake-conflict = Nicht zusammen mit { $value } möglich
cli-mistake-unwanted-value = Erwartet keinen Wert, angegeben war { $value }
cli-mistake-no-value = Braucht einen Wert
cli-mistake-ambiguous = { $option } ist mehrdeutig: { $matches }
cli-mistake-choice = { $value } ist keine der Möglichkeiten: { $choices }
cli-mistake-example = So geht es: { $example }
cli-not-an-author = „{ $text }“ ist kein Name aus dem Archiv
cli-not-a-server = „{ $text }“ ist keine ID eines Discord-Servers
cli-not-shards = „{ $text }“ ist weder auto noch eine Angabe von Shards wie 0-3/16
cli-not-a-number = „{ $text }“ ist keine ganze Zahl von { $minimum } bis { $maximum }

## Command line: what it prints

cli-undated = ohne Datum
cli-by = von { $name }, { $time }
cli-posted-by = gepostet von { $author }
cli-commenter = Kommentar von { $author }
cli-headline = Schlagzeile
cli-article-number = Artikel { $id }
cli-comment-number = Kommentar { $id }
cli-digest-number = Presseschau { $id }
cli-server = Server { $id }
cli-channel = Kanal { $id }
cli-member = Mitglied { $id }

cli-search-found = { $count ->
    [one] 1 Thread zu { $query }
   *[other] { $count } Threads zu { $query }
}
cli-search-more = Mehr als { $count } Threads zu { $query }
cli-search-respelt = Keine Threads zu { $query }. Stattdessen { $count ->
    [one] 1 zu { $instead }
   *[other] { $count } zu { $instead }
}
cli-summary-sentences = { $shown } von { $count ->
    [one] 1 Satz
   *[other] { $count } Sätzen
}

cli-ask-differs = Eine andere Quelle sagt etwas anderes
cli-ask-supporters = { $count } von { $read ->
    [one] 1 Kommentar
   *[other] { $read } Kommentaren
}

cli-digest-disputed-figures = { $count ->
    [one] Eine Person widerspricht dem Artikel: { $theirs }, nicht { $ours }
   *[other] { $count } Personen widersprechen dem Artikel: { $theirs }, nicht { $ours }
}
cli-digest-busiest = { $count ->
    [one] Am meisten los: 1 Kommentar ab { $time } ({ $span })
   *[other] Am meisten los: { $count } Kommentare ab { $time } ({ $span })
}

cli-loading = Import läuft
cli-load-waiting = Wartet, bis ein anderer Import fertig ist
cli-load-ended = { $state ->
    [done] Importiert: { $name } (in { $duration })
    [cancelled] Abgebrochen: { $name } (nach { $duration })
    [paused] Angehalten: { $name } (nach { $duration })
   *[failed] Nicht vollständig importiert: { $name } (beendet nach { $duration })
}
cli-load-preview = Importiert würden { $articles ->
    [one] 1 Artikel
   *[other] { $articles } Artikel
} und { $comments ->
    [one] 1 Kommentar
   *[other] { $comments } Kommentare
}
cli-load-not-written = Nichts wurde importiert. Ohne --dry-run importiert derselbe Befehl alles.
cli-load-rejected = { $count } abgelehnt:
cli-load-more-rejected = und { $count } weitere
cli-load-rejects-file = Vollständige Liste: { $path }
cli-load-rejects-command = newsdesk loads --rejected { $load }
cli-load-resume-hint = Fortsetzen: newsdesk load --resume { $load }
cli-load-undo-hint = Rückgängig machen: newsdesk undo { $load }
cli-loads-none = Noch nichts importiert. So fängst du an: newsdesk load DATEI
cli-forget-done = Geleert: { $articles ->
    [one] 1 Artikel
   *[other] { $articles } Artikel
} und { $comments ->
    [one] 1 Kommentar
   *[other] { $comments } Kommentare
}. Der Name ist überall entfernt. Auch ein erneuter Import eines Dumps bringt nichts davon zurück.
cli-forget-nothing = Unter diesem Namen wurde nichts gefunden. Spätere Importe lassen ihn aus.
cli-forget-unknown = Nichts wurde geändert. Wurde der Name nicht schon früher vergessen, können spätere Importe ihn mitbringen; --keep-out verhindert das.

cli-schedules-none = Keine geplanten Presseschauen. Die Moderation erstellt sie in Discord mit /digest create.
cli-next = nächste Ausgabe { $time }
cli-deliveries-none = Noch war keine Presseschau fällig. Was geplant ist, zeigt: newsdesk schedules
cli-follows-none = Noch keine Abos. Mitglieder legen sie in Discord mit /follow add an.
cli-audit-none = Noch keine Einträge.
cli-export-done = Exportiert nach { $path }: { $articles ->
    [one] 1 Artikel
   *[other] { $articles } Artikel
} und { $comments ->
    [one] 1 Kommentar
   *[other] { $comments } Kommentare
}.
cli-audit-shared = gemeinsames Archiv
cli-follows-removed = Abo { $id } beendet: { $what }.

cli-stats-articles = { $articles ->
    [one] 1 Artikel
   *[other] { $articles } Artikel
} von { $sources ->
    [one] 1 Website
   *[other] { $sources } Websites
}
cli-stats-size = { $size } Speicherplatz
cli-transfer = das Archiv in eine andere Datenbank umziehen
cli-transfer-to = die Adresse einer PostgreSQL-Datenbank oder ein Ordner für SQLite
cli-transfer-copying = { $table } wird kopiert: { $done } von { $total } Zeilen
cli-transfer-comparing = { $table } wird verglichen: { $done } von { $total } Zeilen
cli-transfer-stopped = Angehalten. Führe denselben Befehl noch einmal aus, um fortzufahren.
cli-transferred =
    { $rows ->
        [one] { $rows } Zeile kopiert und verglichen.
       *[other] { $rows } Zeilen kopiert und verglichen.
    }
cli-transferred-url = Setze DATABASE_URL auf diese Adresse und starte den Bot. Die alte Datenbank ist unverändert.
cli-transferred-folder = Lass DATABASE_URL leer, setze NEWSDESK_DATA auf { $folder } und starte den Bot. Die alte Datenbank ist unverändert.
cli-backup-restore = Geprüft. Zum Wiederherstellen stoppst du den Bot und führst aus: newsdesk restore { $folder }
cli-restored = { $folder } ist wiederhergestellt.
cli-restored-check = Die Texte sind unversehrt, aber etwas anderes stimmt nicht. newsdesk check sagt, was zu tun ist.
cli-restored-aside = Die Dateien von vorher liegen in { $folder }. Lösche sie, wenn alles in Ordnung ist.
cli-upgrade-backup = Sicherung vor der Aktualisierung ({ $size }): { $part }
cli-upgrade-running = { $file } wird aktualisiert, seit { $duration }.
cli-upgrade-done = { $file } ist aktualisiert, in { $duration }. Zurück geht es mit der früheren Version und: newsdesk restore { $backup }
cli-check-ok = OK
cli-check-broken = defekt

## Command line: what "newsdesk check" finds: what was checked, the result, and what to do

check-pages = { $file }: Seiten
check-pages-good = intakt
check-schema = { $file }: Tabellen
check-schema-good = vollständig
check-schema-bad = fehlt oder ist falsch: { $names }
check-references = { $file }: Verweise
check-references-good = vollständig
check-references-bad = { $count ->
    [one] 1 führt ins Leere
   *[other] { $count } führen ins Leere
}
check-counts-good = korrekt
check-comment-counts = { $file }: Kommentarzahlen
check-comment-counts-bad = { $count ->
    [one] 1 Artikel hat eine falsche Kommentarzahl
   *[other] { $count } Artikel haben eine falsche Kommentarzahl
}
check-receipts = { $file }: Importberichte
check-receipts-bad = { $count ->
    [one] 1 Importbericht nennt Kommentare, die fehlen
   *[other] { $count } Importberichte nennen Kommentare, die fehlen
}
check-totals = { $file }: Summen
check-totals-bad = { $count ->
    [one] 1 Importbericht passt nicht zur Zahl seiner Kommentare
   *[other] { $count } Importberichte passen nicht zur Zahl ihrer Kommentare
}
check-numbers = { $file }: IDs
check-numbers-bad = { $count ->
    [one] 1 Archiv würde eine ID doppelt vergeben
   *[other] { $count } Archive würden eine ID doppelt vergeben
}
check-undos = { $file }: rückgängig gemachte Importe
check-undos-good = vollständig
check-undos-bad = nur teilweise rückgängig gemacht: { $loads }
check-undos-advice = Falls das nicht gerade noch läuft, mach den Import noch einmal rückgängig, um es abzuschließen.
check-statistics = { $file }: Suchstatistik
check-statistics-good = vollständig
check-statistics-bad = die letzte Aktualisierung schlug fehl: { $parts }
check-statistics-advice = Die Suche funktioniert, aber Rechtschreibkorrektur und Wortformen können fehlen. Den Grund zeigt das Log. Nach einem Upgrade von Newsdesk aktualisiert sie der nächste Import.
check-indexes = { $file }: Suchindex
check-index = { $file }: Suchindex { $table }
check-index-good = passt zu den Texten
check-index-bad = passt nicht zu den Texten
check-index-rebuilt = passte nicht zu den Texten; jetzt neu aufgebaut
check-index-advice = Neu aufbauen: newsdesk check --repair
check-index-skipped = nicht geprüft
check-index-room = Schaff auf dem Datenträger mit dem Datenordner { $size } Platz und prüfe dann noch einmal.
check-not-created = noch nicht angelegt
check-not-ours = keine Datenbank von Newsdesk
check-newer = stammt von einer neueren Version von Newsdesk
check-upgrade = Aktualisiere Newsdesk.
check-damaged = beschädigt
check-unreadable = nicht lesbar
check-disk = Prüfe den Datenträger und die Rechte des Ordners.
check-restore = Stoppe den Bot, stelle mit newsdesk restore die letzte Sicherung wieder her und prüfe noch einmal.

## Configuration: settings that are wrong, as the command line shows them

config-problem = { $name }: { $problem }
config-token-missing = DISCORD_TOKEN fehlt. Erstelle im Discord Developer Portal eine Anwendung, kopiere den Token von der Seite „Bot“ (alle drei privilegierten Intents bleiben aus) und setze DISCORD_TOKEN in .env oder in der Umgebung. Beim Start steht dann der Einladungslink im Log.
config-token-with-bot = Lass das Wort „Bot“ weg und gib nur das Token an.
config-no-token = Das ist kein Bot-Token. Ein Token besteht aus drei Teilen, verbunden durch Punkte, ohne Leerzeichen.
config-not-a-folder = „{ $path }“ ist kein Ordner.
config-no-such-folder = Einen Ordner „{ $path }“ gibt es nicht.
config-time = „{ $text }“ ist keine Uhrzeit. Schreib sie wie 03:00.
config-no-file = „{ $path }“ kann keine Datei sein. Wähle einen Dateinamen in einem vorhandenen Ordner.
config-no-policy = „{ $path }“ ist nicht als Text lesbar. Gib eine Textdatei in UTF-8 an.
config-long-policy = „{ $path }“ ist zu lang. Höchstens { $most } Zeichen sind möglich.
config-long-contact = Das ist zu lang. Höchstens { $most } Zeichen sind möglich.
config-one-of = „{ $text }“ ist ungültig. Möglich: { $choices }.
config-some-of = „{ $text }“ ist ungültig. Möglich, auch mehrere: { $choices }.
config-number = „{ $text }“ ist ungültig. Nötig ist eine ganze Zahl von { $minimum } bis { $maximum }.
config-vectors = „{ $text }“ ist ungültig. Möglich: shipped, off, ein Ordner oder ein Hub-Name wie somebody/model.
config-vectors-need-extra = Dafür ist model2vec nötig. Installiere newsdesk[model2vec] oder nimm shipped oder off.
config-no-address = Das ist keine Webadresse. Nimm eine wie http://localhost:8080/v1.
config-no-database = Das ist nicht die Adresse einer PostgreSQL-Datenbank. Nimm eine wie postgresql://user:password@host/newsdesk und schreib Sonderzeichen im Passwort als %40.
config-database-needs-extra = Dafür ist psycopg nötig. Installiere newsdesk[postgres] oder lass die Einstellung leer.
config-address-with-key = Gib nur die Adresse an. Ein Schlüssel gehört in LLM_API_KEY.
config-no-key = Das ist kein Schlüssel. Ein Schlüssel hat weder Leerzeichen noch Buchstaben mit Akzent.
config-alert = Das ist weder die Adresse eines Webhooks noch die ID einer Person.
config-half-a-model = { $missing } fehlt. { $given } braucht es.
config-misspelt = { $name } ist keine Einstellung. Meintest du { $near }?
config-env-file = .env ist nicht lesbar: { $reason }

## Loads

load-starting = **Import:** { $name } · liest die Datei …
load-queued = **Wartet:** { $name } · startet von selbst nach dem laufenden Import
load-running = **Import läuft:** { $name }
load-left = noch { $duration }
load-comments-of = { $count } von etwa { $total } Kommentaren
load-rate = { $count }/s
load-read = { $done } gelesen
load-read-of = { $done } von { $total } gelesen
load-rejected = { $count ->
    [one] 1 abgelehnt
   *[other] { $count } abgelehnt
}
load-rejected-attached = { $count ->
    [one] 1 abgelehnt (siehe angehängte Datei)
   *[other] { $count } abgelehnt (siehe angehängte Datei)
}
load-left-out = { $reason ->
    [subreddit] { $count } ausgelassen, weil aus anderen Subreddits ({ $option })
    [after] { $count } ausgelassen, weil zu früh ({ $option })
    [before] { $count } ausgelassen, weil zu spät ({ $option })
    [min_score] { $count } ausgelassen, weil zu wenig Punkte ({ $option })
    [min_length] { $count } ausgelassen, weil zu kurz ({ $option })
   *[over_18] { $count } ausgelassen, weil ab 18 (mit { $option } importierbar)
}
load-left-out-uncounted = { $count ->
    [one] 1 ausgelassen (ab 18 oder herausgefiltert)
   *[other] { $count } ausgelassen (ab 18 oder herausgefiltert)
}

load-receipt = { $state ->
    [done] **Importiert:** { $name } (in { $duration })
    [cancelled] **Abgebrochen:** { $name } (nach { $duration })
    [paused] **Pausiert:** { $name } (nach { $duration })
    [failed] **Fehlgeschlagen:** { $name } (nach { $duration })
    [undone] **Rückgängig gemacht:** { $name }
    [undoing] **Teilweise rückgängig gemacht:** { $name }
   *[running] **Import läuft:** { $name }
}
load-new-articles = { $count ->
    [0] Keine neuen Artikel
    [one] 1 neuer Artikel
   *[other] { $count } neue Artikel
}
load-new-comments = { $count ->
    [0] Keine neuen Kommentare
    [one] 1 neuer Kommentar
   *[other] { $count } neue Kommentare
}
load-updated = { $count ->
    [one] 1 aktualisiert
   *[other] { $count } aktualisiert
}
load-unchanged = { $count ->
    [one] 1 unverändert
   *[other] { $count } unverändert
}
load-older = { $count } älter als der Stand im Archiv
load-waiting = { $count ->
    [one] 1 Kommentar wartet auf seinen Artikel und wird noch nicht gezeigt. Er erscheint, sobald der Artikel importiert ist (in Reddit-Dumps: der Beitrag, RS_…).
   *[other] { $count } Kommentare warten auf ihre Artikel und werden noch nicht gezeigt. Sie erscheinen, sobald die Artikel importiert sind (in Reddit-Dumps: die Beiträge, RS_…).
}
load-missing = { $count ->
    [one] 1 Kommentar ist bekannt, aber nicht im Archiv. Vielleicht steht er hinter „mehr laden“ oder in einer nicht importierten Datei.
   *[other] { $count } Kommentare sind bekannt, aber nicht im Archiv. Vielleicht stehen sie hinter „mehr laden“ oder in nicht importierten Dateien.
}
load-books = { $kind ->
    [articles] Artikel gelesen: { $read } ({ $parts })
   *[comments] Kommentare gelesen: { $read } ({ $parts })
}
load-books-part = { $what ->
    [new] { $count } neu
    [updated] { $count } aktualisiert
    [unchanged] { $count } unverändert
    [older] { $count } älter
    [waiting] { $count } wartend
    [rejected] { $count } abgelehnt
   *[left_out] { $count } ausgelassen
}
load-unaccounted = { $count ->
    [one] 1 Eintrag wurde gelesen und ist nirgends gezählt. Bitte melde das als Fehler von Newsdesk.
   *[other] { $count } Einträge wurden gelesen und sind nirgends gezählt. Bitte melde das als Fehler von Newsdesk.
}
load-nothing = Nichts wurde importiert.
load-nothing-new = Nichts Neues. Schon im Archiv: { $what }.
load-number = Import { $load }
load-by = von { $who }
load-rejects-cut = Die angehängte Datei ist der Anfang von insgesamt { $size }. Vollständig liegt sie im Datenordner der Bot-Administration, als rejects/{ $load }.ndjson.
load-pausing = Import { $load } wird pausiert. Gleich kannst du ihn fortsetzen.
load-cancelling = Import { $load } wird abgebrochen. Sein Importbericht erscheint gleich.
load-never-started = Nichts wurde importiert.
load-interrupted = Newsdesk wird heruntergefahren. Der Import läuft von selbst weiter, sobald es wieder da ist.
load-out-of-sight = Newsdesk darf hier nichts posten, deshalb wird diese Nachricht nach 15 Minuten nicht mehr aktualisiert. Den Importbericht zeigt { $command }.
load-direct = Rückgängig machst du diesen Import mit { $undo } auf dem Server.
load-ended = { $how ->
    [cancelled] **Abgebrochen:** { $name }
    [interrupted] **Unterbrochen:** { $name }
   *[failed] **Fehlgeschlagen:** { $name }
}

load-would-load = **Importiert würde:** { $name }
load-would-change = Im Vergleich zum Archiv:
export-done = { $count ->
    [one] **Exportiert** als { $format }, in 1 Datei
   *[other] **Exportiert** als { $format }, in { $count } Dateien
}
export-points = { $count ->
    [one] 1 Punkt
   *[other] { $count } Punkte
}
export-running = **Export läuft**
export-loads-again = Das lässt sich wieder importieren, hier oder anderswo: Häng die Dateien an /archive load an.
export-by = eingereicht von { $who }
load-dates = { $first } bis { $last }
load-would-reject = { $count ->
    [one] 1 würde abgelehnt
   *[other] { $count } würden abgelehnt
}
load-room = Braucht bis zu { $needed } Speicherplatz; frei sind { $free }.
load-no-room = Passt nicht auf den Datenträger: braucht bis zu { $needed }, frei sind { $free }.
load-previewed = Nichts wurde importiert. Für den Import führe den Befehl noch einmal ohne „probelauf“ aus.

load-undo = Import rückgängig machen
load-undo-rest = Rest rückgängig machen
load-undo-question = **Import { $load } rückgängig machen?** { $name }
    Das entfernt { $articles ->
        [one] 1 Artikel
       *[other] { $articles } Artikel
    } und { $comments ->
        [one] 1 Kommentar
       *[other] { $comments } Kommentare
    } und stellt wieder her, was der Import verändert hat.
load-undoing = **Import { $load } wird rückgängig gemacht**
load-removing = Entfernt werden { $articles ->
    [one] 1 Artikel
   *[other] { $articles } Artikel
} und { $comments ->
    [one] 1 Kommentar
   *[other] { $comments } Kommentare
}.
load-undone = **Import { $load } rückgängig gemacht**
load-removed = Entfernt: { $articles ->
    [one] 1 Artikel
   *[other] { $articles } Artikel
} und { $comments ->
    [one] 1 Kommentar
   *[other] { $comments } Kommentare
}.
load-restored = { $count ->
    [one] 1 frühere Fassung wiederhergestellt.
   *[other] { $count } frühere Fassungen wiederhergestellt.
}
load-undone-by = rückgängig gemacht von { $who }

load-list = **Importe**, neueste zuerst
load-none = Noch keine Importe. Mit { $command } fügst du Artikel und Kommentare hinzu.
load-open = Importbericht öffnen …
load-state = { $state ->
    [done] importiert
    [cancelled] abgebrochen
    [paused] pausiert
    [failed] fehlgeschlagen
    [undone] rückgängig gemacht
    [undoing] teilweise rückgängig gemacht
   *[running] läuft
}
load-own-archive = **Archiv dieses Servers**
load-own-empty = Noch ist hier nichts. Mit { $command } fügst du Artikel und Kommentare hinzu.
load-shared-archive = **Gemeinsames Archiv**, von der Bot-Administration
load-shared-empty = Noch ist hier nichts. Nur die Bot-Administration kann etwas hinzufügen.
load-sources = { $count ->
    [one] 1 Quelle
   *[other] { $count } Quellen
}
load-loads = { $count ->
    [one] 1 Import
   *[other] { $count } Importe
}
load-help =
    ### Importieren
    { -accepted-files } Hänge die Datei an { $load } an oder nenne unter `pfad` eine größere aus dem Ablageordner der Bot-Administration.
    {"**"}Optionen** grenzen einen Import ein: `subreddit`, `ab`, `vor` und `mindestpunkte`. Inhalte ab 18 fallen weg, wenn du nicht `ab-18` setzt. `probelauf` zeigt, was importiert würde.
    {"**"}Während er läuft,** kannst du einen Import pausieren oder abbrechen. Nach einem Neustart läuft er von selbst weiter. Unlesbare Zeilen stehen mit dem Grund in einer Datei; alles andere wird importiert. Derselbe Dump noch einmal bringt nur, was neu ist.
    {"**"}Danach** entfernt { $undo } alles, was ein Import hinzugefügt hat.
    -# Die Artikel und Kommentare einer bestimmten Person löscht { $forget } aus dem Archiv dieses Servers.

load-problem-interrupted = Newsdesk wurde beendet, während dieser Import lief. Setze ihn fort, dann geht es an derselben Stelle weiter.
load-problem-lost = Newsdesk wurde beendet, während dieser Import lief. Was schon importiert war, bleibt; du kannst es rückgängig machen.
load-problem-crashed = Dieser Import ist dreimal an derselben Stelle abgestürzt und läuft deshalb nicht mehr von selbst weiter. Was schon importiert war, bleibt. Setze Import { $load } fort, um es noch einmal zu versuchen, oder mache ihn rückgängig.
load-problem-damaged = { $where } ist beschädigt oder unvollständig. Ersetze die Datei durch eine vollständige Kopie und setze dann Import { $load } fort.
load-problem-disk = { $where } ließ sich nicht bis zum Ende lesen: { $problem }. Prüfe den Datenträger und setze dann Import { $load } fort.
load-problem-stalled = In der Nähe von { $where } ließ sich eine Minute lang nichts lesen, deshalb wurde der Import gestoppt. Was schon importiert war, bleibt. Entferne diesen Teil der Datei und setze dann Import { $load } fort.
load-problem-unreadable = Die Datei ließ sich nicht bis zum Ende lesen: { $problem }.
load-problem-fault = Bei uns ist etwas schiefgelaufen ({ $fault }). Näheres steht im Log der Bot-Administration.

## Rejected input: what is wrong with a file or line of a dump, and what to do

-accepted-files = Newsdesk liest Artikelseiten, gespeicherte Webseiten (HTML, MHTML, WARC), Feeds (RSS, Atom), Reddit-Dumps, Threads von Hacker News, Lemmy und Discourse sowie Artikel und Kommentare als CSV oder JSON, einzeln oder in .zip, .tar, .gz, .xz oder .zst.
accepted-files = { -accepted-files }

rejected-empty = Diese Datei ist leer.
rejected-file-kind = { $kind ->
    [office] Das ist ein Office-Dokument oder ein E-Book. { -accepted-files }
    [pdf] Das ist ein PDF. { -accepted-files }
    [picture] Das ist ein Bild. { -accepted-files }
    [media] Das ist eine Ton- oder Videodatei. { -accepted-files }
    [database] Das ist eine SQLite-Datenbank. Exportiere ihre Tabellen als CSV.
    [parquet] Das ist eine Parquet-Tabelle. Exportiere sie als CSV oder JSON-Zeilen.
    [seven-zip] Das ist eine 7-Zip-Archivdatei. { -accepted-files }
    [rar] Das ist eine RAR-Archivdatei. { -accepted-files }
    [program] Das ist ein Programm. { -accepted-files }
    [spreadsheet] Das ist eine Tabellenkalkulation. Speichere sie als CSV.
    [dataset] Das ist eine Tabelle in binärer Form (Arrow, Avro, HDF5 oder NumPy). Exportiere sie als CSV oder JSON-Zeilen.
    [pickle] Das ist ein Python-Pickle. Exportiere seinen Inhalt als CSV oder JSON-Zeilen.
    [sql] Das ist ein Datenbank-Dump (SQL). Exportiere die Tabellen als CSV.
    [yaml] Das ist YAML. Wandle es in JSON-Zeilen um.
    [compressed] Das ist auf eine Weise komprimiert, die Newsdesk nicht lesen kann. Komprimiere es als .gz oder .zst.
    [encrypted] Diese Datei ist verschlüsselt. Entschlüssele sie zuerst.
    [lfs] Diese Datei verweist nur auf die eigentliche (Git LFS). Hole diese mit „git lfs pull“.
    [torrent] Das ist ein Torrent. Importiere die Dateien, die er herunterlädt.
    [email] Das ist E-Mail. { -accepted-files }
    [javascript] Das ist JavaScript. Entferne, was um das JSON darin herum steht.
    [python] Das ist Python, kein JSON. Schreibe es mit json.dump.
   *[binary] Das sind Binärdaten. { -accepted-files }
}
rejected-xml = Das ist XML, aber weder eine Webseite noch ein Feed (RSS, Atom). { -accepted-files }
rejected-html-extra = Gespeicherte Webseiten, WARC-Archive und Feeds werden von Bibliotheken gelesen, die hier nicht installiert sind. Die Bot-Administration kann sie mit „pip install 'newsdesk[html]'“ installieren.
rejected-html-no-article = Auf dieser Webseite steht kein Artikel, nur Menüs, Links oder gar nichts. Seiten, die ihren Text nachladen, müssen aus dem Browser gespeichert werden.
rejected-html-tags = Diese Datei hat mehr als { $count } HTML-Tags, zu viele für eine Seite.
rejected-html-elements = Diese Webseite hat mehr als { $count } Elemente, zu viele für einen Artikel.
rejected-html-depth = Die Elemente dieser Webseite sind mehr als { $depth }-fach verschachtelt. Was tiefer liegt, lässt sich nicht lesen.
rejected-empty-feed = In diesem Feed sind keine Einträge.
rejected-cut-feed = Dieser Feed bricht vor seinem Ende ab. Besorge eine neue Kopie der Datei.
rejected-warc-others = { $count ->
    [one] In diesem Archiv ist { $count } weitere Serverantwort keine Webseite (ein Bild, ein Skript, ein Fehler). Sie wurde übergangen.
   *[other] In diesem Archiv sind { $count } weitere Serverantworten keine Webseiten (Bilder, Skripte, Fehler). Sie wurden übergangen.
}
rejected-warc-no-pages = In diesem Archiv (WARC) sind keine Webseiten.
rejected-warc-damaged = Dieses Archiv von Webseiten (WARC) ist hier beschädigt. Alles davor wurde gelesen.
rejected-warc-encoding = Diese Webseite ist auf eine Art komprimiert, die Newsdesk nicht lesen kann ({ $encoding }).
rejected-binary-text = In dieser Datei stecken Binärdaten. { -accepted-files }
rejected-parquet = Das ist eine Parquet-Tabelle mit den Spalten { $columns }. Exportiere sie als CSV oder JSON-Zeilen.
rejected-table = Das ist eine Tabelle mit den Spalten { $columns }. Nenne die Spalten „title“ und „text“, um Artikel zu importieren, oder „id“, „link_id“ und „body“ für Kommentare.
rejected-empty-table = Diese Tabelle hat keine Zeilen, nur die Spalten { $columns }.
rejected-not-a-page = Das ist keine Artikelseite: Unter dem Titel fehlt „Authored by … and submitted by …“, und es gibt keinen Kommentar mit Name und Zeit. { -accepted-files }
rejected-index = Das ist eine Start- oder Übersichtsseite mit mehreren Artikeln, kein einzelner Artikel. Importiere stattdessen die Artikelseiten.
rejected-several-pages = Hier beginnt eine zweite Seite. Speichere jede Seite als eigene Datei.
rejected-no-title = Diese Seite hat keinen Titel.
rejected-long-title = Diese Zeile ist zu lang für einen Titel. { -accepted-files }
rejected-too-many-lines = Diese Datei hat mehr als { $count } Zeilen, zu viele für eine Artikelseite.
rejected-large-page = Diese Datei ist größer als { $megabytes } MB, zu groß für eine Artikelseite. { -accepted-files }

rejected-not-json = Diese Datei ist kein gültiges JSON: Der Fehler liegt bei „{ $problem }“.
rejected-not-json-line = Diese Zeile ist kein gültiges JSON: Der Fehler liegt bei „{ $problem }“.
rejected-cut-json = Das JSON bricht hier mitten in einem Datensatz ab. Besorge eine neue Kopie der Datei.
rejected-nested-json = Dieses JSON ist zu tief verschachtelt, oder eine Zahl darin ist zu lang.
rejected-not-an-export = Diese Zeile gehört zu keinem Export, den diese Version von Newsdesk liest.
rejected-wiped = Hier stehen { $count } Nullbytes statt Text: Einträge sind verloren gegangen. Die vollständigen Einträge davor und danach wurden gelesen. Besorge eine neue Kopie der Datei.
rejected-many-bad = Mehr als { $count } Einträge hier sind keine Reddit-Kommentare oder -Beiträge. Der Rest wurde nicht gelesen.
rejected-not-a-record = Das ist JSON, aber weder ein Reddit-Kommentar (mit body und link_id) noch ein Beitrag oder Artikel (mit title).
rejected-bad-record = Das ist kein gültiger Reddit-Kommentar oder -Beitrag: Das Feld „{ $problem }“ fehlt oder ist falsch.
rejected-number-id = Das Feld „{ $field }“ ist die Zahl { $number }, die für zwei verschiedene IDs stehen kann. Exportiere IDs als Text, so wie Reddit sie schreibt.
rejected-other-json = Das ist JSON ohne Reddit-Kommentare (mit body und link_id), Beiträge oder Artikel (mit title). { -accepted-files }
rejected-not-a-listing = In dieser Datei sind keine Artikel und keine Kommentare. Wenn sie von einer API stammt, erweitere die Suche und speichere die Ergebnisse noch einmal.
rejected-large-listing = Diese Liste hat { $megabytes } MB, zu viel, um sie auf einmal zu lesen. Importiere den Dump stattdessen als JSON-Zeilen.
rejected-long-line = Diese Zeile ist { $megabytes } MB lang. Die längsten Einträge von Reddit haben etwa 1 MB.
rejected-bad-id = „{ $id }“ ist keine Reddit-ID.
rejected-redacted = Die Einzelheiten wurden entfernt, da sie eine vergessene Person zeigen könnten.
rejected-untitled = Dieser Beitrag hat keinen Titel.
rejected-untitled-article = Dieser Artikel hat keinen Titel.
rejected-row-width = { $fields ->
    [one] Diese Zeile hat ein Feld, die Tabelle aber { $columns } Spalten.
   *[other] Diese Zeile hat { $fields } Felder, die Tabelle aber { $columns } Spalten.
}
rejected-quotes = { $count ->
    [one] In dieser Zeile passen die Anführungszeichen nicht zusammen.
   *[other] In diesen { $count } Zeilen passen die Anführungszeichen nicht zusammen.
}
rejected-lone-comment = Bei diesem Kommentar fehlt, zu welchem Beitrag er gehört (link_id oder permalink).
rejected-no-record = Hier gibt es weder Titel noch Text.
rejected-bad-forum-id = „{ $id }“ ist weder die Nummer noch die Adresse eines Beitrags.
rejected-forum-orphan = Dieser Kommentar sagt nicht, zu welchem Thread er gehört.
rejected-forum-site = Diese Antwort eines Discourse-Forums zeigt nicht, von welcher Website sie stammt. Lade stattdessen die Themen, gespeichert von Adressen wie /t/123.json.
rejected-not-a-forum-record = Das ist weder ein Beitrag noch ein Kommentar, obwohl es zwischen denen eines Forums steht.
rejected-bad-time = „{ $time }“ ist keine Zeit.
rejected-impossible-time = Die Zeit { $time } liegt vor der Gründung von Reddit oder nach diesem Jahrhundert.

rejected-missing = Diese Datei gibt es nicht.
rejected-zst-window = Um diese .zst-Datei zu entpacken, sind mehr als { $megabytes } MB Arbeitsspeicher nötig. Setze NEWSDESK_ZST_WINDOW_MB auf 2048, wenn der Rechner so viel hat, oder komprimiere die Datei neu, ohne „--long“.
rejected-unreadable-file = Diese Datei lässt sich nicht öffnen: { $problem }.
rejected-unreadable-folder = Dieser Ordner lässt sich nicht öffnen: { $problem }.
rejected-read-error = Diese Datei ließ sich nicht bis zum Ende lesen: { $problem }.
rejected-empty-folder = In diesem Ordner sind keine Dateien. { -accepted-files }
rejected-link = Das ist eine Verknüpfung mit einem anderen Ort. Verknüpfungen werden nicht verfolgt.
rejected-device = Das ist ein Gerät oder eine Pipe, keine Datei.
rejected-special = Das ist ein Gerät oder eine Sparse-Datei, keine gewöhnliche Datei.
rejected-empty-archive = In dieser Archivdatei sind keine Dateien. { -accepted-files }
rejected-empty-zip = Diese Datei beginnt mit „PK“ wie eine .zip, enthält aber keine Dateien. { -accepted-files }
rejected-encrypted = Diese Datei ist verschlüsselt. Entpacke sie und importiere sie ohne Passwort.
rejected-method = Diese Datei ist auf eine Art komprimiert, die Newsdesk nicht lesen kann (Zip-Methode { $method }). Komprimiere sie anders.
rejected-fault = Diese Datei wurde ausgelassen, weil bei uns etwas schiefgelaufen ist. Näheres steht im Log der Bot-Administration.
rejected-damaged = Die Archivdatei ist hier beschädigt oder unvollständig. Alles davor wurde gelesen.
rejected-bad-header = Die Archivdatei ist hier beschädigt: Einer ihrer Header ist viel zu groß.
rejected-too-deep = Mehr als { $depth } ineinander verpackte Archivdateien. Entpacke zuerst die äußeren.
rejected-inner-zip = Eine .zip in einer anderen Archivdatei darf höchstens { $megabytes } MB haben. Importiere sie für sich.
rejected-too-many-members = In dieser Archivdatei sind zu viele Dateien. Teile sie auf oder entpacke sie in einen Ordner.
rejected-too-many-files = Es gibt mehr als { $count } Dateien. Der Rest wurde nicht gelesen.
rejected-unpacked = Entpackt sind das mehr als { $megabytes } MB. Der Rest wurde nicht gelesen.
rejected-bomb = Entpackt ist das mehr als { $ratio }-mal so groß, wie bei keinem echten Dump. Der Rest wurde nicht gelesen.
rejected-rest = Der Rest dieser Archivdatei wurde nicht gelesen.

rejected-unnamed = Dieser Thread hat weder Titel noch ID.
rejected-bad-key = „{ $key }“ ist keine ID eines Beitrags oder Kommentars.
rejected-half-character = Im Text steht ein halbes Zeichen (ein einzelnes Surrogat).
rejected-value = Einer der Werte ist zu groß für das Archiv.

## The local page: "newsdesk try" shows the bot on a simulated Discord

try-welcome =
    Newsdesk läuft auf einem simulierten Discord mit einem Beispielarchiv. Es braucht weder Token noch Netz.

      { $url }

    Öffne diese Seite im Browser und tippe in ihr Nachrichtenfeld:
      /search und dann Wörter, etwa { $query }
      /ask und dann eine Frage, etwa: { $question }
      /article random; probier dann die Schaltflächen aus. „Diskutieren“ öffnet einen Thread, in dem du Newsdesk erwähnen und fragen kannst.
      /archive load mit einem eigenen Dump. „Viewing as“ wechselt zu einem Mitglied, das nichts importieren kann.
try-greeting =
    Newsdesk ist ein durchsuchbares Archiv aus Nachrichtenartikeln und ihren Diskussionen. Umfang hier: { $size }, alles erfunden.
    {"**"}Zum Ausprobieren**
    { $search } mit der Suche `{ $query }`
    { $ask } mit der Frage `{ $question }`
    { $random }, dann die Schaltflächen unter dem Artikel
    { $load } mit einer eigenen Datei
    { $help } für alles Weitere
try-kept = Strg-C beendet das Programm. Das Archiv bleibt in { $data }.
try-not-kept = Strg-C beendet das Programm. Nichts davon bleibt.
sample-name = Beispielarchiv
try-server = Der Lesesaal
try-topic = Tippe / und sieh, was Newsdesk kann
try-moderator = Mira (Moderation)
try-member = Tomas (Mitglied)

## Answers

answer-article-says = Im Artikel steht: „{ $quote }“
answer-headline-says = In der Schlagzeile steht: „{ $quote }“
answer-commenter-says = In einem Kommentar steht: „{ $quote }“
answer-article-differs = In einem anderen Artikel steht etwas anderes: „{ $quote }“
answer-headline-differs = In einer anderen Schlagzeile steht etwas anderes: „{ $quote }“
answer-commenter-differs = In einem Kommentar steht etwas anderes: „{ $quote }“
answer-also-in = auch in { $titles }
answer-for = **Was dafür spricht**
answer-against = **Was dagegen spricht**
answer-none-against = Nichts gefunden, was dagegen spricht
answer-none-for = Nichts gefunden, was dafür spricht
answer-both-sides = Beide Seiten kommen zu Wort; wer recht hat, entscheidest du
answer-undecided = **Kein klares Ja oder Nein.** Die nächstliegende Stelle:
answer-latest = **Neueste zuerst**
answer-opinions = { $count ->
    [one] **Was 1 Kommentar dazu sagt**
   *[other] **Was { $count } Kommentare dazu sagen**
}
answer-not-for = **Keine Antwort zu { $words } gefunden.**
answer-opinion = **{ $opinion } · { $count } von { $total }**
answer-quoted = Wörtlich zitiert
answer-not-said = { $articles ->
    [0] **Dazu sagt das Archiv nichts.**
    [one] **Dazu sagen der Artikel und seine Kommentare nichts.**
   *[other] **Dazu sagen diese Artikel und ihre Kommentare nichts.**
}
answer-not-clear = **Keine eindeutige Antwort.**
answer-no-mention = Von { $words } ist nirgends die Rede.
answer-closest = Die nächstliegende Stelle:
answer-closest-language = Die nächstliegende Stelle, in einer anderen Sprache als die Frage:
answer-closest-lacks = In der nächstliegenden Stelle kommt { $words } nicht vor:
answer-closest-fact = { $type ->
    [who] In der nächstliegenden Stelle steht nicht, wer:
    [when] In der nächstliegenden Stelle steht nicht, wann:
    [where] In der nächstliegenden Stelle steht nicht, wo:
    [count] In der nächstliegenden Stelle steht die gesuchte Zahl nicht:
   *[why] In der nächstliegenden Stelle steht nicht, warum:
}
answer-not-together = In keiner der gefundenen Stellen kommen { $words } zusammen vor.
answer-no-question = Das sieht nicht nach einer Frage aus. Frag etwas zum Inhalt des Archivs, zum Beispiel: Wann war die Abstimmung über den Markt?
answer-asked-by = -# „{ $question }“, gefragt von { $who }
answer-asked-as = Verstanden als: { $question }
answer-related = Ähnliche
answer-why = Warum das?
answer-ask-more = Weiterfragen
answer-ask-everything = Ganzes Archiv fragen
answer-show = Zurück zur Antwort

answer-why-heading = ### Warum diese Antwort: { $question }
answer-words-found = **Gefunden:** { $words }
answer-words-missing = **Nicht gefunden:** { $words }
answer-wanted = { $type ->
    [who] Du hast gefragt, wer, deshalb zählen Stellen mit Namen am meisten.
    [when] Du hast gefragt, wann, deshalb zählen Stellen mit Daten und Uhrzeiten am meisten.
    [where] Du hast gefragt, wo, deshalb zählen Stellen mit Orten am meisten.
    [count] Du hast nach einer Zahl gefragt, deshalb zählen Stellen mit Zahlen am meisten.
    [why] Du hast gefragt, warum, deshalb zählen Stellen mit Gründen am meisten.
    [yesno] Du hast gefragt, ob etwas stimmt, deshalb siehst du, was dafür und was dagegen spricht.
    [latest] Du hast nach dem Neuesten gefragt, deshalb stehen die neuesten Stellen vorn.
    [opinion] Du hast nach Meinungen gefragt, deshalb zählen nur Kommentare.
   *[other] Die Stellen, die deiner Frage am nächsten kommen, zählen am meisten.
}
answer-confidence = Sicherheit, dass das Archiv die Antwort enthält: { $confidence } (nötig: mindestens { $minimum })
answer-passages = **Geprüfte Stellen, beste zuerst**
answer-considered = Ausgewählt aus { $articles ->
    [one] 1 Artikel
   *[other] { $articles } Artikeln
} und { $comments ->
    [one] 1 Kommentar
   *[other] { $comments } Kommentaren
}

answer-ask-title = { $articles ->
    [0] Das Archiv fragen
    [one] Zu diesem Artikel fragen
   *[other] Zu diesen Artikeln fragen
}
answer-ask-label = Deine Frage
answer-ask-example = Wer hat dagegen gestimmt?

ask-after-mention = Schreib deine Frage hinter die Erwähnung: { $me } wann war die Abstimmung über den Markt? Antworte auf eine Nachricht von Newsdesk, um zu ihren Artikeln zu fragen.
ask-mention-bot = Newsdesk liest nur Nachrichten, in denen es erwähnt wird. Frag noch einmal mit { $me } oder lass die Erwähnung an, wenn du antwortest.
ask-mention-bot-not-role = Du hast eine Rolle erwähnt, Newsdesk liest aber nur Nachrichten, die den Bot erwähnen. Frag noch einmal mit { $me }.
ask-mentions-off = Erwähnungen werden auf diesem Server noch nicht beantwortet. { $ask } antwortet nur dir; die Moderation kann Erwähnungen in { $settings } einschalten.

## Language model

llm-written = Formuliert von { $model } aus diesen Zitaten, jeder Satz daran geprüft
llm-written-in-part = Formuliert von { $model } aus diesen Zitaten, jeder Satz daran geprüft ({ $dropped ->
    [one] 1 unbelegter Satz weggelassen
   *[other] { $dropped } unbelegte Sätze weggelassen
})
llm-server-budget = Wörtlich zitiert: Dieser Server hat die Tokens des Sprachmodells für heute aufgebraucht
llm-member-budget = Wörtlich zitiert: Du hast die Tokens des Sprachmodells für heute aufgebraucht
llm-unreachable = Wörtlich zitiert: Das Sprachmodell hat nicht rechtzeitig geantwortet
llm-unusable = Wörtlich zitiert: Die Antwort des Sprachmodells war nicht brauchbar
llm-unproven = Wörtlich zitiert: Die Zitate belegen zu wenig von dem, was das Sprachmodell geschrieben hat
llm-repeated = Wörtlich zitiert: Das Sprachmodell hat nur die Überschrift oder ein Zitat wiederholt
about-llm = Ein Sprachmodell ({ $model }) kann kürzen, was gefunden wurde. Es bekommt die Frage und die Zitate, nie die Namen der Kommentierenden. Jeder seiner Sätze wird an den Zitaten geprüft und mit ihnen gezeigt oder weggelassen. Wo es mitgewirkt hat, steht dabei.
llm-spent = Heute hier verbrauchte Tokens: { $spent } von { $limit }. Neu ab { $until }.
llm-spent-by-member = Heute hier verbrauchte Tokens: { $spent } von { $limit }, davon deine: { $own } von { $own_limit }. Neu ab { $until }.

## Status: of the bot, its loads, posts and machine

status-heading = Aktueller Stand
# $since is a time.
status-bot = { $state ->
    [connected] Mit Discord verbunden, läuft seit { $since }.
    [disconnected] Nicht mit Discord verbunden, läuft seit { $since }.
    [stuck] Der Bot reagiert nicht. Starte ihn neu.
   *[stopped] Der Bot läuft nicht.
}
status-processes = Prozesse: { $count }, mit { $running } von { $shards } Shards
status-waiting = Nachrichten, die auf den Versand warten: { $count }
status-disk = Datenträger: { $free } von { $total } frei; das Archiv belegt { $used }.
status-model = { $state ->
    [unreachable] Sprachmodell: { $model } bei { $host }, nicht erreichbar
   *[working] Sprachmodell: { $model } bei { $host }
}
status-no-model = Sprachmodell: keines
status-backup = Letztes Backup: { $time }
status-no-backup = Letztes Backup: noch keines
status-troubles = Zu beheben
status-trouble = { $text } (seit { $since })
status-loads = Letzte Importe
status-no-loads = Noch keine Importe.
status-load = { $load }. { $name } · { $state } · { $time }
status-digests = Nächste Presseschauen
status-no-digests = Keine Presseschau ist geplant.
status-digest = Presseschau { $number } · { $channel } · { $time }
status-failures = In den letzten 24 Stunden fehlgeschlagen: { $count }
# $reason is such as: the channel was deleted
status-failure = { $kind ->
    [digest] Presseschau { $number }
    [notice] Benachrichtigung eines Abos
   *[edit] Änderung eines Beitrags
} · { $channel } · { $time } · { $reason }
trouble-loader = Ein Import wurde unerwartet beendet. Den Grund nennt das Log; setze den Import danach fort.
trouble-disk = Der Datenträger mit dem Datenordner ist fast voll. Schaff Platz, sonst bleiben Importe und Beiträge stehen.
trouble-database = Die Datenbank { $file } ist beschädigt. Stoppe den Bot, führe „newsdesk check“ aus und folge dem Rat.
trouble-posts = Manche Beiträge lassen sich nicht senden. „newsdesk status“ zeigt, welche und warum.
trouble-model = Das Sprachmodell { $model } ist nicht erreichbar, deshalb erscheinen nur Zitate. Prüfe die Einstellungen LLM_BASE_URL und LLM_API_KEY und den Server des Modells.
# $reason is a whole sentence.
trouble-backup = Das letzte Backup ist fehlgeschlagen: { $reason } Behebe das und führe dann „newsdesk backup“ aus.
trouble-token = Discord lehnt DISCORD_TOKEN ab. Kopiere das Token noch einmal aus dem Developer Portal und starte den Bot neu.
# $text is one of the sentences above, for the operator.
alert = Newsdesk braucht deine Hilfe. { $text }

## Help

help-heading = ### Was du hier tun kannst
help-group-read = **Lesen**
help-group-ask = **Fragen und abonnieren**
help-group-moderators = **Für die Moderation**
help-more = -# Wähle in { $help } ein Thema, um mehr über das Suchen, Fragen, Abonnieren oder Importieren zu erfahren.
help-apps = Apps > { $name }
welcome =
    Newsdesk ist ein durchsuchbares Archiv aus Nachrichtenartikeln und ihren Diskussionen.
    Probier { $search } oder { $ask }. Die Moderation importiert Artikel mit { $load }. Alles Weitere zeigt { $help }.
welcome-no-channel = Newsdesk kann noch in keinem Kanal von { $server } posten. Gib dem Bot die Berechtigungen „Kanal ansehen“ und „Nachrichten senden“, wo er posten soll.
welcome-sample = {"**"}{ $sample }** fügt ein kleines, erfundenes Archiv zum Ausprobieren hinzu. „Rückgängig“ im Importbericht entfernt es wieder.
welcome-sample-direct = {"**"}{ $sample }** bringt ein kleines, erfundenes Archiv zum Ausprobieren auf { $server }.
welcome-in-server = Auf dem Server öffnet { $settings } die Einstellungen, und { $create } plant eine erste Presseschau.
welcome-button-sample = Beispiel laden
welcome-button-settings = Einstellungen
welcome-button-digest = Erste Presseschau …
welcome-button-check = Berechtigungen prüfen
about = Newsdesk ist ein durchsuchbares Archiv aus Nachrichtenartikeln und ihren Diskussionen. Antworten, Zusammenfassungen und Stimmen bestehen aus wörtlichen Zitaten.
about-without-model = Es nutzt keinen KI-Dienst. Alles wird auf dem Rechner berechnet, auf dem es läuft.
about-archive = Umfang dieses Archivs: { $size }.
about-questions = { $asked ->
    [one] 1 Frage hier gestellt, { $answered } beantwortet.
   *[other] { $asked } Fragen hier gestellt, { $answered } beantwortet.
}
about-privacy = -# Newsdesk liest nur Nachrichten, die es erwähnen, ihm antworten oder direkt an es gehen, und solche, die du mit Apps öffnest. { $questions ->
    [stored] Die Bot-Administration bewahrt die Fragen auf, ohne Namen.
   *[counted] Fragen werden gezählt, nicht aufbewahrt.
} Lange Suchanfragen werden ohne Namen aufbewahrt, damit ihre Schaltflächen weiter funktionieren. Für /catchup merkt es sich, wann du es auf jedem Server zuletzt benutzt hast.
ask-help =
    ### Fragen
    { $ask } antwortet mit wörtlichen Zitaten aus dem Archiv, jedes mit Quelle und Datum. Sagt das Archiv nichts dazu, erfährst du auch das.
    Auf Englisch gefragt, wirkt auch die Form der Frage:
    `who`, `when`, `where`, `how many` stellen die Fakten nach vorn
    `is it true that…` zeigt, was dafür und was dagegen spricht
    `what do people think of…` zählt und zitiert die Meinungen aus den Kommentaren
    `latest on…` zeigt das Neueste zuerst
    {"**"}Optionen** grenzen eine Frage ein: `artikel`, `quelle`, `ab` und `vor`.
    {"**"}Ohne den Befehl** erwähnst du Newsdesk mit deiner Frage in einem Kanal, in dem die Moderation das erlaubt, antwortest mit Erwähnung auf eine seiner Nachrichten (dann geht es um dieselben Artikel) oder schreibst ihm direkt (dann fragst du das gemeinsame Archiv der Bot-Administration). Drücke bei einem Artikel auf **Fragen** oder wähle bei einer beliebigen Nachricht unter Apps **Dazu fragen**. **Diskutieren** öffnet einen Thread zu einem Artikel.
    -# Nachrichten ohne Erwähnung kann Newsdesk nicht lesen. Die Zahl der Fragen pro Minute ist begrenzt.
