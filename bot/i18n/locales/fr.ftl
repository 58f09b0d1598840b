# Glossary
# article = article
# thread (an article with its comments) = discussion
# comment = commentaire
# commenter = internaute
# comment digest = synthèse des commentaires
# what people say = ce qu’on en dit
# digest (scheduled post) = revue
# run (of a digest) = parution
# quiet hours = plage de silence
# archive = archives (plural); a .zip and the like = fichier compressé
# load = chargement, charger
# dump = dump
# receipt = bilan
# undo (a load) = retirer, retrait
# cancel (a load in progress) = annuler
# forget (an author) = effacer
# follow = suivi, suivre
# notice (of a follow) = alerte
# catch-up = quoi de neuf
# source = source
# author = auteur
# moderator = la modération
# operator = l’équipe du bot
# member = membre
# server = serveur
# channel = salon
# forum = forum; a post in one = post
# thread (Discord's) = fil
# tag = tag
# role = rôle
# permission = permission (View Channel = Voir le salon; Send Messages = Envoyer des messages; Send Messages in Threads
# = Envoyer des messages dans les fils; Create Posts = Créer des posts; Create Public Threads = Créer des fils publics;
# Read Message History = Voir les anciens messages; Manage Server = Gérer le serveur; Manage Threads = Gérer les fils)
# age-restricted = soumis à une limite d’âge
# direct message = message privé, MP
# button = bouton
# message = message
# settings = paramètres
# mention = mention, mentionner
# slash command = commande slash
# quote = citation, citer
# summary = résumé
# headline = titre
# score, points = score, points
# rejected = rejeté
# language model = modèle de langage; token = jeton

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-article = Lire et publier des articles
    .name = article
command-article-post = Publier un article pour tout le monde
    .name = publier
command-article-random = Afficher un article au hasard
    .name = hasard
command-article-related = Trouver des articles proches d’un autre
    .name = similaires
command-article-show = Afficher un article en bref
    .name = afficher
command-article-timeline = Voir comment un sujet a été couvert
    .name = chronologie
command-article-summary = Lire le résumé d’un article
    .name = résumé
option-title = Une partie du titre ; choisissez dans la liste
    .name = titre
option-length = La longueur du résumé
    .name = longueur
choice-length-short = Court (3 phrases)
choice-length-medium = Moyen (6 phrases)
choice-length-long = Long (12 phrases)
option-channel-to-post = Où le publier (par défaut : ici)
option-thread = Ouvrir aussi un fil pour cet article
    .name = fil
command-catchup = Voir les nouveautés depuis votre dernière visite
    .name = quoi-de-neuf
command-comments = Lire ce qu’on dit d’un article
    .name = commentaires
command-comments-digest = Voir l’essentiel de ce qu’on dit d’un article
    .name = synthèse
command-comments-list = Lire les commentaires d’un article
    .name = liste
option-sort = Comment trier les commentaires
    .name = tri
option-hide-bots = Masquer les commentaires de bots
    .name = sans-bots
option-one-thread = Seulement cette discussion, pas tout le sujet
    .name = cette-discussion
command-digest = Des articles tirés des archives, à heure fixe
    .name = revue
command-digest-create = Programmer une revue, avec un aperçu avant d’enregistrer
    .name = créer
command-digest-delete = Supprimer une revue ; ses publications restent
    .name = supprimer
command-digest-edit = Modifier une revue, avec un aperçu avant d’enregistrer
    .name = modifier
command-digest-history = Voir les dernières parutions d’une revue, avec les liens
    .name = historique
command-digest-list = Lister les revues de ce serveur
    .name = liste
command-digest-pause = Mettre une revue en pause
    .name = pause
command-digest-resume = Reprendre une revue en pause
    .name = reprendre
command-digest-run = Publier une revue maintenant, en plus de ses horaires
    .name = lancer
command-digest-show = Voir les réglages et l’état d’une revue
    .name = afficher
command-digest-why = Voir pourquoi un article a été publié ou écarté
    .name = pourquoi
option-digest = Quelle revue
    .name = revue
option-when = À quel rythme publier
    .name = quand
option-what = Que publier
    .name = quoi
option-query-of-digest = Mots à chercher, ou nom d’une source ou d’un subreddit
option-channel-of-digest = Salon, fil ou forum (sinon le salon des revues, ou ici)
option-at = Heure locale, par exemple 8h30 (par défaut : 08:00)
    .name = heure
option-at-of-post = Expliquer la parution la plus proche de : 2024-03-12 08:00
option-day = Par semaine : lundi à dimanche. Par mois : 1 à 31
    .name = jour
option-cron = Pour spécialistes : cinq champs cron, par exemple 30 8 * * 1-5
    .name = cron
option-zone-of-digest = Fuseau, par exemple Europe/Paris (sinon celui du serveur)
option-count = Nombre maximal d’articles par publication (par défaut : 5)
    .name = nombre
option-style = Ce qu’il faut montrer de chaque article
    .name = format
option-days = Les plus commentés : sur combien de jours (0 : tous)
    .name = jours
option-late = Rattraper une parution manquée : en heures (0 : jamais)
    .name = rattrapage
option-skip-empty = Ne rien publier s’il n’y a rien de nouveau
    .name = sauf-vide
option-quiet = Heures sans publication, par exemple 22:00-7:00, ou off
    .name = silence
option-thread-on-digest = Ouvrir un fil sous chaque publication
option-tag = Dans un forum : le tag de chaque post
    .name = tag
option-article = Expliquer pourquoi cet article a été publié ou écarté
    .name = article
option-topic = Mots à chercher
    .name = sujet
choice-daily = tous les jours
choice-weekdays = du lundi au vendredi
choice-weekly = une fois par semaine
choice-monthly = une fois par mois
choice-cron = cron (pour spécialistes)
choice-newest = nouveautés depuis la dernière revue
choice-on-this-day = ce jour-là, les années passées
choice-most-discussed = les plus commentés
choice-search = nouveautés d’une recherche
choice-source = nouveautés d’une source
choice-subreddit = nouveautés d’un subreddit
choice-random = une sélection au hasard
choice-headlines = titres
choice-summaries = résumés
choice-comment-digests = ce qu’on en dit
command-follow = Être au courant des nouveaux articles et commentaires
    .name = suivi
command-follow-add = Suivre une recherche, pour vous ou pour un salon
    .name = ajouter
command-follow-digest = Recevoir une revue par message privé, quand vous voulez
    .name = revue
option-channel = Avertir ce salon plutôt que vous
    .name = salon
command-follow-list = Voir et gérer vos suivis et ceux de ce salon
    .name = liste
command-follow-remove = Ne plus suivre quelque chose
    .name = supprimer
option-follow = Quel suivi supprimer
    .name = suivi
command-privacy = Voir ce qui est enregistré sur vous, ou demander l’effacement
    .name = confidentialité
command-privacy-mine = Voir ce qui est enregistré sur vous, et le supprimer
    .name = mes-données
command-privacy-policy = Lire la politique de confidentialité de ce bot
    .name = politique
command-privacy-request = Demander à être effacé des archives
    .name = demande
option-author-to-request = Le nom sous lequel vous écriviez, comme dans les archives
option-note = De quoi vérifier que c’est bien vous
    .name = note
command-archive-forget = Effacer définitivement les écrits et le nom d’un auteur
    .name = effacer
option-author-to-forget = Son nom, tel que les archives l’affichent
command-archive = Charger des articles dans les archives de ce serveur
    .name = archives
command-archive-load = Charger des articles et des commentaires depuis un fichier
    .name = charger
command-archive-loads = Lister les derniers chargements et leurs bilans
    .name = chargements
command-archive-stats = Voir ce que contiennent les archives de ce serveur
    .name = statistiques
command-archive-undo = Retirer un chargement
    .name = retirer
command-archive-export = Exporter une discussion, une recherche ou les archives
    .name = exporter
option-format = Markdown pour lire, CSV pour tableurs, NDJSON pour recharger
    .name = format
choice-export-markdown = Markdown, pour lire
choice-export-csv = CSV, pour tableurs
choice-export-ndjson = NDJSON, pour recharger
option-title-to-export = Exporter cette discussion
option-query-to-export = Exporter les discussions de cette recherche
command-archive-requests = Statuer sur les demandes d’effacement
    .name = demandes
command-audit = Voir qui a chargé, retiré ou modifié quoi
    .name = journal
option-about = Seulement ce type d’actions
    .name = type
choice-audit-loads = chargements et exports
choice-audit-privacy = auteurs effacés et suppressions
choice-audit-settings = paramètres
choice-audit-digests = revues et suivis
option-dry-run = Montrer seulement ce qui serait chargé
    .name = simulation
option-file = Page .txt ou dump Reddit, compressés ou non
    .name = fichier
option-load = Le chargement ; choisissez dans la liste
    .name = chargement
option-min-score = Seulement à partir de ce score
    .name = score-min
option-over-18 = Inclure les contenus 18+, laissés de côté sinon
    .name = contenus-18
option-path = Au lieu d’un fichier joint : un nom dans le dossier de dépôt
    .name = chemin
option-subreddit = Seulement ces subreddits, séparés par des virgules
    .name = subreddit
command-about = Découvrir Newsdesk et ce qu’il conserve
    .name = à-propos
command-ask = Poser une question et obtenir une réponse citée des archives
    .name = demander
option-question = Votre question, avec vos mots
    .name = question
option-article-to-ask = Interroger seulement cet article ; choisissez dans la liste
menu-ask = Question à ce sujet
menu-ask-help = Interroger les articles d’un message
command-help = Voir ce que vous pouvez faire ici
    .name = aide
option-topic-of-help = En savoir plus sur un sujet
choice-help-search = la recherche
choice-help-asking = les questions
choice-help-following = les suivis
choice-help-loading = les chargements
command-news = Recevoir une revue sur un sujet, rien que pour vous
    .name = actualités
command-search = Chercher dans les articles et leurs commentaires
    .name = rechercher
menu-find = Chercher dans les archives
menu-find-help = Retrouver les liens et le titre d’un message
command-browse = Parcourir les articles par source, subreddit, jour ou flair
    .name = parcourir
option-by = Le critère (par défaut : les plus récents)
    .name = par
option-value = Une source, un subreddit, un flair, un jour ou un mois
    .name = valeur
option-stats-by = Compter les discussions par mois, source ou subreddit
command-trend = Voir la fréquence de mots ou d’une source au fil du temps
    .name = tendance
choice-browse-newest = plus récents
choice-browse-source = source
choice-browse-subreddit = subreddit
choice-browse-flair = flair
choice-browse-day = jour
choice-browse-month = mois
command-searches = Enregistrer des recherches et les relancer
    .name = recherches
command-searches-save = Enregistrer une recherche sous un nom
    .name = enregistrer
command-searches-list = Vos recherches enregistrées et celles partagées ici
    .name = liste
command-searches-run = Relancer une recherche enregistrée
    .name = lancer
command-searches-delete = Supprimer une recherche enregistrée
    .name = supprimer
option-name = Le nom de la recherche
    .name = nom
option-shared = Tout le serveur peut la lancer (par défaut : non)
    .name = partagée
option-query = Mots, "expression exacte", -exclu, l’un OR l’autre, début*
    .name = requête
option-in = Où chercher (par défaut : articles et commentaires)
    .name = dans
option-source = Seulement les articles de ce site
    .name = source
option-author = Seulement les articles ou commentaires de cette personne
    .name = auteur
option-after = À partir de : 2024, 2024-03 ou 2024-03-12
    .name = après
option-before = Avant : 2024, 2024-03 ou 2024-03-12
    .name = avant
option-search-title = Seulement les discussions avec ces mots dans le titre
option-search-subreddit = Seulement ce subreddit
option-flair = Seulement les articles avec ce flair
    .name = flair
option-min-comments = Seulement à partir de ce nombre de commentaires
    .name = commentaires-min
option-order = Le tri (par défaut : les plus pertinentes d’abord)
    .name = tri
choice-best-first = les plus pertinentes d’abord
choice-newest-first = les plus récentes d’abord
choice-highest-first = les meilleurs scores d’abord
choice-articles = articles
choice-comments = commentaires
choice-articles-and-comments = articles et commentaires
command-settings = Voir et modifier les paramètres de ce serveur
    .name = paramètres
command-status = Voir les chargements, les prochaines revues et les problèmes
    .name = état
option-zone = Fuseau horaire des revues, par exemple Europe/Paris
    .name = fuseau
option-follows-a-day = Nombre maximal d’alertes par jour à un même endroit
    .name = alertes-par-jour
option-language = Langue des publications que tout le monde voit
    .name = langue
choice-server-language = Comme le serveur
option-file-to-import = Un fichier exporté ; ses changements s’affichent d’abord

## Shared by many cards

fault = Un problème est survenu de notre côté. Référence pour l’équipe du bot : { $reference }
button-article = Article
button-ask = Poser une question
button-comments = Commentaires
button-cancel = Annuler
button-keep = Laisser tel quel
button-follow = Suivre
button-save = Enregistrer
button-pause = Pause
button-resume = Reprendre
button-share = Partager
button-timeline = Chronologie
button-undo = Retirer
button-what-people-say = Ce qu’on en dit
select-open = Ouvrir…
quoted = « { $text } »
shared-by = -# Partagé par { $who }
posted-by = -# Publié par { $who }
articles = { $count ->
    [one] { $count } article
    [many] { $count } d’articles
   *[other] { $count } articles
}
threads = { $count ->
    [one] { $count } discussion
    [many] { $count } de discussions
   *[other] { $count } discussions
}
comments = { $count ->
    [one] { $count } commentaire
    [many] { $count } de commentaires
   *[other] { $count } commentaires
}
comments-of-known = { $count } commentaires sur environ { $known }
points = { $count ->
    [one] { $count } point
    [many] { $count } de points
   *[other] { $count } points
}
page-of = page { $page } sur { $count }
items-shown = { $range } sur { $total }
items-shown-of-more = { $range } sur plus de { $total }
archive-size-years = { $threads }, de { $first } à { $last }
archive-size-year = { $threads }, { $first }

archive-empty = Aucun article ici pour l’instant. La modération peut en ajouter avec { $load }.
archive-empty-shared = Aucun article ici pour l’instant. En message privé, la recherche porte sur les archives partagées par l’équipe du bot ; chaque serveur peut avoir les siennes.

## Errors: what is wrong, where, and what to do

error-already-undone = Le chargement { $load } est déjà retiré.
error-always-quiet = Tous les horaires de cette revue tombent dans sa plage de silence. Changez cette plage, ou autorisez les parutions en retard.
error-archive-empty = Ces archives sont vides. Chargez d’abord un dump d’articles et de commentaires.
error-asked-too-often = { $most ->
    [one] Vous pouvez poser { $most } question par minute.
    [many] Vous pouvez poser { $most } de questions par minute.
   *[other] Vous pouvez poser { $most } questions par minute.
} { $seconds ->
    [one] Réessayez dans { $seconds } seconde.
    [many] Réessayez dans { $seconds } de secondes.
   *[other] Réessayez dans { $seconds } secondes.
}
error-attachment-gone = Ce fichier n’est plus sur Discord. Joignez-le à nouveau.
error-attachment-too-large = Ce fichier pèse { $size }, et la limite ici est de { $limit }. Découpez-le, ou demandez à l’équipe du bot de le charger.
error-backup-exists = { $file } existe déjà. Choisissez un autre dossier pour la sauvegarde.
error-data-in-use = Newsdesk utilise « { $data } » en ce moment. Arrêtez-le d’abord.
error-data-locked = « { $data } » est en cours de restauration ou de mise à jour. Réessayez quand ce sera terminé.
error-no-room-for-upgrade = Une sauvegarde précède la mise à jour. Elle demande { $needed } Mo, et { $free } Mo sont libres. Libérez de la place, puis redémarrez.
error-no-room-for-backup = Une sauvegarde demande { $needed } Mo dans { $folder }, essai compris ; { $free } Mo sont libres. Libérez de la place, ou choisissez un autre dossier.
error-no-room-for-restore = Cette sauvegarde demande { $needed } Mo, et { $free } Mo sont libres. Libérez de la place, puis réessayez.
error-not-a-backup = Il n’y a pas de sauvegarde dans « { $folder } » : corpus.db manque, ou c’est le dossier de données lui-même. Choisissez le dossier d’une sauvegarde.
error-backup-damaged = La sauvegarde dans { $folder } est endommagée ({ $problem }). Rien n’a été modifié. Prenez-en une autre.
error-backup-unsound = La nouvelle sauvegarde dans { $folder } n’a pas pu être restaurée ({ $problem }). Lancez newsdesk check.
error-no-database-dump = Il n’y a pas de sauvegarde dans « { $folder } », ou elle n’est pas de cette base de données. Choisissez le dossier d’une sauvegarde.
error-transfer-same = Les archives sont déjà là. Indiquez une autre base de données ou un autre dossier.
error-transfer-not-empty = Il y a déjà quelque chose dans { $place }. Choisissez une base de données ou un dossier vide.
error-transfer-unfinished = Le transfert vers { $place } n’est pas terminé. Relancez-le depuis l’endroit où étaient les archives.
error-transfer-outdated = Les archives ont changé depuis le début du transfert vers { $place }. Recommencez avec une base de données ou un dossier vide.
error-transfer-differs = La copie de { $table } diffère : { $before } lignes là-bas, { $after } ici. Les archives ont changé depuis le début du transfert. Recommencez avec une base de données ou un dossier vide.
error-no-pg-dump = Les sauvegardes de PostgreSQL nécessitent { $program }, qui n’est pas installé ici. Installez les programmes clients de PostgreSQL, ou sauvegardez le serveur lui-même.
error-pg-dump-failed = { $program } a échoué : { $problem }. Rien n’a changé. Corrigez cela, puis réessayez.
error-bad-cron = { $field ->
    [minute] Dans une ligne cron, la minute va de 0 à 59 : « { $value } » ne convient pas.
    [hour] Dans une ligne cron, l’heure va de 0 à 23 : « { $value } » ne convient pas.
    [monthday] Dans une ligne cron, le jour du mois va de 1 à 31 : « { $value } » ne convient pas.
    [month] Dans une ligne cron, le mois va de 1 à 12, ou de jan à dec : « { $value } » ne convient pas.
    [weekday] Dans une ligne cron, le jour de la semaine va de 0 à 7, ou de mon à sun : « { $value } » ne convient pas.
   *[line] « { $value } » n’est pas une ligne cron. Écrivez cinq champs, par exemple 30 8 * * 1-5.
}
error-bad-date = « { $text } » n’est pas une date reconnue. Essayez 2024-03-12, 12.3.2024, 2024-03 ou 2024.
error-bad-day = « { $text } » n’est pas un jour. Indiquez lundi à dimanche pour une revue hebdomadaire, 1 à 31 pour une revue mensuelle.
error-bad-exclusions = C’est trop à exclure. Chaque liste compte au plus { $most } entrées de { $longest } caractères au plus.
error-exclusions-too-long = C’est trop à exclure. Les entrées d’un même champ comptent au plus { $most } caractères en tout.
error-bad-minimum = « { $text } » n’est pas un minimum. Écrivez par exemple : score 10, comments 5.
error-bad-plan = La valeur de { $field } sort des limites pour cette revue. Recréez-la avec /digest create.
error-bad-tag-rule = « { $text } » n’est pas une règle de tag. Écrivez un tag seul, ou une règle comme « Sport: source bbc.co.uk ».
error-bot-may-not-ping = Newsdesk ne peut pas mentionner le rôle { $role } dans #{ $where }. Autorisez tout le monde à le mentionner, ou choisissez-en un autre.
error-member-may-not-ping = Vous ne pouvez pas mentionner le rôle { $role } dans #{ $where }. Choisissez-en un que vous pouvez mentionner.
error-member-lacks = Vous ne pouvez pas programmer cette revue dans #{ $where }. Il vous y manque { $permissions }.
error-no-such-role = Ce rôle ne peut pas être mentionné. Choisissez un rôle de ce serveur autre que @everyone.
error-not-announcements = #{ $where } n’est pas un salon d’annonces : rien ne peut y être diffusé. Désactivez la diffusion ou choisissez un autre salon.
error-unknown-placeholder = { $name } n’est pas un champ reconnu ici. Champs possibles : { $known }.
error-bad-quiet = « { $text } » n’est pas une plage horaire. Essayez 22:00-7:00, ou off.
error-bad-settings-file = Ce n’est pas un fichier de paramètres de Newsdesk. Choisissez-en un obtenu avec « Exporter ».
error-bad-time = « { $text } » n’est pas une heure. Essayez 8h30 ou 20h15.
error-bad-zone = « { $text } » n’est pas un fuseau horaire. Essayez Europe/Paris ou America/Toronto.
# $operator is an operator of a search, such as score; $value is what was written after it.
error-operator-date = « { $operator }:{ $value } » ne donne pas de date. Écrivez { $operator }:2024-03-12, { $operator }:2024 ou { $operator }:yesterday.
error-operator-number = « { $operator }:{ $value } » ne donne pas de nombre. Écrivez { $operator }:>10, { $operator }:<5 ou { $operator }:10..20.
error-operator-or-excluded = OR ne peut pas relier seulement un mot à exclure et un opérateur comme author:. Ajoutez un mot à chercher.
error-operator-value = « { $operator }:{ $value } » ne désigne rien. Écrivez { $operator }:NOM ou { $operator }:"DEUX MOTS" entre guillemets.
error-query-too-complex = Cette recherche combine trop de mots avec OR et des parenthèses. Mettez moins de mots entre parenthèses.
error-no-search-name = Donnez un nom à la recherche.
error-no-such-saved-search = Il n’y a pas de recherche enregistrée « { $name } ». Choisissez-en une dans la liste.
error-not-your-search = Vous ne pouvez supprimer que vos propres recherches. La modération peut supprimer celles qui sont partagées.
error-too-many-saved = Vous avez déjà { $most } recherches enregistrées ici. Supprimez-en une d’abord.
error-too-many-shared = Ce serveur a déjà { $most } recherches partagées. Enregistrez-la sans la partager, ou supprimez-en une d’abord.
error-bot-lacks = Newsdesk n’a pas la permission de publier des revues dans #{ $where }. Il lui faut { $permissions } dans ce salon.
error-bot-may-not-post = Newsdesk n’a pas la permission de publier dans #{ $where }. Il lui faut « Voir le salon » et « Envoyer des messages » dans ce salon.
error-bot-may-not-thread = Newsdesk n’a pas la permission de créer des fils dans #{ $where }. Il lui faut « Créer des fils publics » dans ce salon.
error-bot-not-allowed = Newsdesk n’a pas la permission de faire cela ici. Vérifiez ses permissions dans ce salon.
error-changed-meanwhile = Quelqu’un vient de modifier la revue { $schedule }. Vérifiez-la, puis refaites votre changement.
error-channel-gone = Le salon de la revue { $schedule } n’existe plus. Choisissez-en un autre avec /digest edit.
error-channel-too-busy = { $most ->
    [one] Ce salon peut poser { $most } question par minute.
    [many] Ce salon peut poser { $most } de questions par minute.
   *[other] Ce salon peut poser { $most } questions par minute.
} { $seconds ->
    [one] Réessayez dans { $seconds } seconde.
    [many] Réessayez dans { $seconds } de secondes.
   *[other] Réessayez dans { $seconds } secondes.
}
error-commands-changed = Cette commande a changé. Redémarrez Discord pour utiliser la nouvelle version.
error-cron-too-often = { $minutes ->
    [one] Une revue peut paraître une fois par minute au plus. Espacez la ligne cron.
    [many] Une revue peut paraître toutes les { $minutes } de minutes au plus. Espacez la ligne cron.
   *[other] Une revue peut paraître toutes les { $minutes } minutes au plus. Espacez la ligne cron.
}
error-archive-unavailable = Les archives sont indisponibles pour le moment. Réessayez dans un instant.
error-bad-database-url = DATABASE_URL n’est pas l’adresse d’une base PostgreSQL. Utilisez par exemple postgresql://user:password@host/newsdesk et écrivez les caractères spéciaux du mot de passe comme %40.
error-database-busy = Les archives ({ $file }) sont occupées. Réessayez dans un instant.
error-database-damaged = La base de données { $file } est endommagée. Lancez « newsdesk check » pour savoir quoi faire.
error-database-read-only = La base de données { $file } est en lecture seule. Vérifiez les droits de son dossier.
error-database-unreachable = Impossible d’ouvrir { $file }. Vérifiez que son dossier existe et que Newsdesk y a accès.
error-disk-error = Une erreur de disque s’est produite pendant l’accès à { $file }. Vérifiez le disque, puis restaurez une sauvegarde si besoin.
error-disk-full = Le disque est plein : { $file } ne peut plus s’agrandir. Libérez de la place, puis réessayez.
error-no-locks = { $file } se trouve sur un système de fichiers sans verrous et pourrait être endommagé. Déplacez le dossier de données sur un disque local.
error-file-and-path = Indiquez un fichier ou un chemin, pas les deux.
error-follow-needs-manage = Pour ajouter un suivi à ce salon, il faut faire partie de la modération ou pouvoir gérer le salon.
error-forget-cancelled = L’effacement s’est arrêté en cours de route. Relancez la commande pour le terminer.
error-purge-of-what = Dites quoi supprimer : --before, --source ou --subreddit, ou --all seul pour toutes les archives.
error-purge-cancelled = Seule une partie a été supprimée. Relancez la commande pour terminer.
error-archive-full-articles = Les archives de ce serveur sont limitées à { $most } articles, et ce chargement dépasserait cette limite. Retirez un autre chargement, chargez-en moins ou demandez plus de place à l’équipe du bot.
error-archive-full-size = Les archives de ce serveur sont limitées à { $most } Mo de texte, et ce chargement dépasserait cette limite. Retirez un autre chargement, chargez-en moins ou demandez plus de place à l’équipe du bot.
error-forum-needs-tag = Les posts de #{ $where } exigent un tag, et Newsdesk ne peut en utiliser aucun. Ajoutez un tag ouvert à tout le monde, ou donnez à Newsdesk « Gérer les fils ».
error-load-cancelled = Annulé avant de commencer. Rien n’a changé.
error-load-not-running = Le chargement { $load } n’est plus en cours.
error-load-not-undoing = Le retrait du chargement { $load } n’est plus en cours.
error-load-not-waiting = Ce chargement n’est plus en attente.
error-load-running = Le chargement { $load } est encore en cours. Annulez-le, ou attendez qu’il se termine.
error-load-stalled = Rien n’a pu être lu pendant une minute près de { $where } : le chargement a été arrêté. Retirez cette partie du fichier, puis réessayez.
error-loader-busy = Un autre chargement est en cours. Réessayez quand il sera terminé.
error-loader-died = Le chargement s’est arrêté de façon inattendue (code { $code }). Ce qu’il avait enregistré est conservé.
error-managers-only = Seuls les membres ayant « Gérer le serveur » peuvent choisir le rôle de modération.
error-mcp-extra-missing = La prise en charge de MCP n’est pas installée. Installez-la : pip install 'newsdesk[mcp]'.
error-health-port = Le port { $port } ne peut pas être ouvert. Choisissez pour NEWSDESK_HEALTH_PORT un port libre au-dessus de 1023.
error-member-may-not-post = Vous n’avez pas la permission de publier dans #{ $where }. Choisissez un autre salon.
error-member-may-not-thread = Vous n’avez pas la permission de créer des fils dans #{ $where }. Choisissez un autre salon.
error-model-extra-missing = Un modèle de langage est configuré, mais son client n’est pas installé. Installez-le : pip install 'newsdesk[openai]'.
error-model2vec-missing = Les vecteurs de mots « { $setting } » ont besoin de model2vec. Installez-le : pip install 'newsdesk[model2vec]'.
error-moderators-only = Cette action est réservée à la modération : les membres ayant « Gérer le serveur » ou le rôle choisi dans /settings.
error-names-hidden = Ce serveur remplace les noms par des lettres : la recherche par nom n’y est pas possible.
error-needs-cron = Ajoutez une ligne cron : cinq champs, par exemple 30 8 * * 1-5.
error-needs-query = Ajoutez une requête : les mots à chercher, une source ou un subreddit.
error-never-due = Cette date n’existe pas. Vérifiez le jour et le mois.
error-newer-schema = { $file } vient d’une version plus récente de Newsdesk (schéma { $found }, celle-ci accepte { $known }). Mettez Newsdesk à jour.
error-newer-settings-file = Ce fichier vient d’une version plus récente de Newsdesk (format { $found }, celle-ci accepte { $known }). Mettez Newsdesk à jour.
error-no-archive = Il n’y a pas encore d’archives dans « { $data } ». Chargez d’abord un dump, ou choisissez un autre dossier avec --data.
error-no-drop-folder = Il n’y a pas de dossier de dépôt. L’équipe du bot peut en définir un avec NEWSDESK_DROP.
error-no-name = Indiquez le nom d’un seul auteur, tel que les archives l’affichent, en 80 caractères au plus.
error-no-such-article = Aucun article ici ne correspond à « { $ref } ». Essayez son numéro ou une partie de son titre.
error-no-such-comment = Le commentaire { $comment } n’est pas dans ces archives.
error-no-such-delivery = La publication { $delivery } ne vient pas de ce serveur.
error-no-such-file = Aucun fichier ni dossier « { $path } ».
error-no-such-follow = Il n’y a pas de suivi { $follow } ici. Consultez /follow list.
error-no-room-for-load = Ce dump demande environ { $needed } Mo d’espace disque, et { $free } Mo sont libres. Libérez de la place, ou chargez-en une partie avec des filtres comme `après` ou `score-min`.
error-no-such-load = Il n’y a pas de chargement { $load } dans ces archives.
error-no-such-schedule = Il n’y a pas de revue { $schedule } sur ce serveur. Consultez /digest list.
error-no-such-tag = #{ $where } n’a pas de tag « { $text } » que Newsdesk puisse utiliser.
error-no-threads-there = Newsdesk ne peut pas créer de fil dans #{ $where }. Choisissez un salon textuel, ou publiez sans fil.
error-not-a-member = Vous n’êtes plus membre de ce serveur.
error-not-a-message-channel = Un suivi ne peut pas publier dans un forum. Choisissez un salon textuel ou un fil.
error-not-a-place-to-post = Newsdesk ne peut pas publier à cet endroit. Choisissez un salon textuel, un fil ou un forum.
error-not-a-posting-channel = La modération ne permet pas de publier avec Newsdesk dans #{ $where }. Les commandes vous répondent toujours en privé ; la modération peut changer cela dans /settings.
error-not-dropped = Il n’y a pas de fichier « { $name } » dans le dossier de dépôt.
error-not-for-adults = Cet article est marqué 18+, et #{ $where } n’est pas soumis à une limite d’âge. Choisissez un salon qui l’est.
error-not-our-database = { $file } n’est pas une base de données de Newsdesk. Choisissez un autre dossier, ou déplacez ce fichier.
error-not-resumable = { $state ->
    [queued] Le chargement { $load } attend son tour.
    [running] Le chargement { $load } est déjà en cours.
    [undoing] Le chargement { $load } est retiré en partie. Retirez-le de nouveau pour terminer.
    [undone] Le chargement { $load } est retiré. Chargez plutôt le dump de nouveau.
   *[done] Le chargement { $load } est déjà terminé.
}
error-not-your-follow = Vous ne pouvez modifier que les suivis que vous avez créés. La modération peut aussi modifier ceux d’un salon.
error-nothing-mentioned = Aucun article de ces archives ne correspond aux liens ou au titre de ce message.
error-nothing-to-follow = Choisissez quoi suivre : des mots, une source ou un auteur.
error-nothing-to-load = Joignez un dump avec l’option fichier, ou choisissez-en un du dossier de dépôt avec l’option chemin.
error-nothing-to-resume = Aucun chargement arrêté ou en échec à reprendre.
error-port-unusable = Le port { $port } n’est pas disponible. Choisissez-en un autre avec --port, ou omettez cette option.
error-question-too-long = { $most ->
    [one] Une question peut compter { $most } caractère au plus. Raccourcissez la vôtre.
    [many] Une question peut compter { $most } de caractères au plus. Raccourcissez la vôtre.
   *[other] Une question peut compter { $most } caractères au plus. Raccourcissez la vôtre.
}
error-sample-loaded = L’exemple est déjà dans ces archives. Essayez /search harbour, ou retirez-le avec /archive undo.
error-sample-loading = L’exemple est en cours de chargement. Son bilan arrive dans un instant.
error-server-only = Cela ne fonctionne que sur un serveur.
error-shard-count = D’autres processus de ce bot tournent avec { $other } shards, et celui-ci a été lancé avec { $count }. Lancez-le avec le même nombre, ou arrêtez d’abord les autres.
error-settings-file-cap = Dans ce fichier de paramètres, follow_cap doit être compris entre 0 et { $most }. Corrigez-le.
error-settings-file-channels = Ce fichier de paramètres indique plus de { $most } salons de publication. Retirez-en quelques-uns.
error-settings-file-field = Dans ce fichier de paramètres, la valeur de { $place } n’est pas du bon type. Choisissez un fichier obtenu avec « Exporter ».
error-settings-file-follow = Dans ce fichier de paramètres, le suivi { $number } est vide ou trop long. Corrigez-le ou supprimez-le.
error-settings-file-language = Newsdesk n’a pas la langue « { $language } » de ce fichier de paramètres. Corrigez-la ou supprimez-la.
error-settings-file-languages = Dans ce fichier de paramètres, les langues doivent être quelques codes courts, par exemple fr. Corrigez-les.
error-settings-file-schedule = Dans ce fichier de paramètres, la revue { $number } ne peut jamais paraître. Corrigez-la ou supprimez-la.
error-settings-file-too-large = Ce fichier est trop gros pour un fichier de paramètres. Choisissez-en un obtenu avec « Exporter ».
error-several-articles = Plusieurs articles correspondent à « { $ref } » : { $titles }. Choisissez dans la liste, ou indiquez un numéro.
error-stale-button = Ce bouton a expiré. Relancez la recherche.
error-export-running = Un export de ce serveur est déjà en cours. Attendez-le, ou annulez-le.
error-export-not-running = Aucun export en cours.
error-export-cancelled = L’export a été annulé.
error-export-too-large = Cela ferait plus de { $most } fichiers de la taille acceptée par Discord. Exportez une discussion ou une recherche, ou demandez newsdesk export à l’équipe du bot.
error-export-too-slow = L’export a pris trop de temps. Exportez une discussion ou une recherche, ou demandez newsdesk export à l’équipe du bot.
error-export-one-subject = Choisissez une discussion ou une recherche, pas les deux.
error-export-json-needs-output = Indiquez un fichier avec --output : la sortie standard contient l’export lui-même.
error-nothing-to-export = Il n’y a rien à exporter.
error-request-decided = Cette demande est déjà traitée, ou a expiré.
error-too-many-requests = Vous pouvez faire { $most } demandes en { $days } jours. Attendez la décision de la modération, ou réessayez plus tard.
error-too-many-open-requests = La modération de ce serveur a trop de demandes en attente. Réessayez plus tard.
error-thinker-died = La lecture de cette discussion a échoué deux fois. Réessayez plus tard. Le journal de l’équipe du bot peut en donner la raison.
error-thread-article-gone = L’article de ce fil n’est plus dans les archives. Posez votre question dans un autre salon.
error-thread-in-thread = #{ $where } est déjà un fil. Choisissez un salon où en créer un nouveau.
error-thread-locked = Le fil { $where } est fermé et verrouillé. Déverrouillez-le, ou donnez à Newsdesk « Gérer les fils ».
error-too-many-files = Newsdesk a trop de fichiers ouverts. Réessayez dans un instant. Si cela se reproduit, l’équipe du bot peut relever la limite (ulimit -n).
error-took-too-long = La réponse a pris trop de temps. Réessayez dans un instant.
error-queue-of-member = { $most ->
    [one] Vous avez déjà { $most } demande en attente. Attendez qu’elle soit terminée.
    [many] Vous avez déjà { $most } de demandes en attente. Attendez que l’une d’elles soit terminée.
   *[other] Vous avez déjà { $most } demandes en attente. Attendez que l’une d’elles soit terminée.
}
error-queue-of-server = { $most ->
    [one] { $most } demande de ce serveur est déjà en attente. Réessayez dans un instant.
    [many] { $most } de demandes de ce serveur sont déjà en attente. Réessayez dans un instant.
   *[other] { $most } demandes de ce serveur sont déjà en attente. Réessayez dans un instant.
}
error-too-many-follows = { $most ->
    [one] La limite ici est d’un seul suivi. Supprimez-le d’abord avec /follow remove.
    [many] Il y a déjà { $most } de suivis ici, c’est la limite. Supprimez-en un avec /follow remove.
   *[other] Il y a déjà { $most } suivis ici, c’est la limite. Supprimez-en un avec /follow remove.
}
error-too-many-schedules = { $most ->
    [one] La limite ici est d’une seule revue programmée. Supprimez-la d’abord.
    [many] Il y a déjà { $most } de revues programmées ici, c’est la limite. Supprimez-en une d’abord.
   *[other] Il y a déjà { $most } revues programmées ici, c’est la limite. Supprimez-en une d’abord.
}
error-too-many-to-publish = Discord diffuse au plus { $most } messages par heure depuis un salon. Publiez moins d’articles, ou une publication pour tous.
error-too-many-direct-schedules = Vous recevez déjà ici { $most } revues par message privé, la limite. Supprimez-en une d’abord.
error-try-extra-missing = L’essai a besoin du Discord simulé. Installez-le : pip install 'newsdesk[try]'.
error-undo-cancelled = Le chargement { $load } n’est retiré qu’en partie. Retirez-le de nouveau pour terminer.
error-unknown-follow = Il n’y a pas de suivi { $follow }. « newsdesk follows » les liste.
error-vectors-damaged = Les vecteurs de mots sont incomplets : { $file } est absent ou endommagé. Réinstallez wordllama, ou mettez NEWSDESK_VECTORS à off.
error-vectors-unusable = Impossible d’utiliser les vecteurs de mots « { $setting } » : { $reason }. Choisissez un autre modèle, shipped ou off.

## Search

search-heading = { $count ->
    [one] **{ $count } discussion pour { $query }**
    [many] **{ $count } de discussions pour { $query }**
   *[other] **{ $count } discussions pour { $query }**
}
search-heading-more = **Plus de { $count } discussions pour { $query }**
search-heading-respelt = Aucune discussion pour { $query }. { $count ->
    [one] Voici **{ $count } résultat pour { $instead }**
    [many] Voici **{ $count } de résultats pour { $instead }**
   *[other] Voici **{ $count } résultats pour { $instead }**
}
search-heading-all = { $count ->
    [one] **{ $count } discussion**
    [many] **{ $count } de discussions**
   *[other] **{ $count } discussions**
}
search-heading-all-more = **Plus de { $count } discussions**
# $word is a word of the search in quotation marks.
search-word-count = { $count ->
    [0] { $word } dans aucun texte
    [one] { $word } dans { $count } texte
    [many] { $word } dans { $count } de textes
   *[other] { $word } dans { $count } textes
}
search-word-count-more = { $word } dans plus de { $count } textes
# $words is a list of words in quotation marks.
search-ignored = sans tenir compte de : { $words }
# $words are words in quotation marks that are near in meaning to those of the search.
search-heading-meaning = { $count ->
    [one] Rien ne contient { $query } ; au plus près du sens : { $count } discussion avec { $words }
    [many] Rien ne contient { $query } ; au plus près du sens : { $count } de discussions avec { $words }
   *[other] Rien ne contient { $query } ; au plus près du sens : { $count } discussions avec { $words }
}
search-near = Au plus près du sens, avec { $words } :
search-some = Avec une partie des mots seulement :
search-order-relevance = les plus pertinentes d’abord
search-order-newest = les plus récentes d’abord
search-order-score = les meilleurs scores d’abord
search-only-articles = articles seulement
search-only-comments = commentaires seulement
search-from-source = de { $source }
search-by-author = par { $author }
search-since = depuis le { $day }
search-before = avant le { $day }
search-all-words = { $count ->
    [0] aucune ne contient tous les mots
    [one] seule la première contient tous les mots
    [many] les { $count } premières contiennent tous les mots
   *[other] les { $count } premières contiennent tous les mots
}
search-nothing = Rien sur { $query } dans ces archives ({ $size }).
search-nothing-narrowed = Rien trouvé pour { $query } ({ $filters }). Ces archives comptent { $size }.
search-typed = Rechercher { $query }
search-beginnings = Pour { $words }, seuls les mots les plus courants ont été recherchés. Écrivez plus de lettres pour chercher les autres.
search-cut-short = Cette recherche prenait trop de temps et a été interrompue. Il peut manquer des résultats.
search-everything = Chercher partout
search-newest = Plus récentes
search-highest = Meilleurs scores
search-best = Plus pertinentes
search-only-comments-button = Commentaires seuls
search-articles-too = Tout
search-jump = Aller à…
search-hit-article = Article
search-hit-comment = Commentaire
search-also-in-comments = { $count ->
    [one] aussi dans { $count } commentaire
    [many] aussi dans { $count } de commentaires
   *[other] aussi dans { $count } commentaires
}
search-story = { $threads ->
    [one] { $threads } discussion
    [many] { $threads } de discussions
   *[other] { $threads } discussions
}, { $papers ->
    [one] { $papers } source
    [many] { $papers } de sources
   *[other] { $papers } sources
}
search-story-threads = { $count ->
    [one] { $count } discussion
    [many] { $count } de discussions
   *[other] { $count } discussions
}
search-mentioned = { $count ->
    [one] **Dans les archives** · { $count } article
    [many] **Dans les archives** · { $count } d’articles
   *[other] **Dans les archives** · { $count } articles
}
search-help =
    ### La recherche
    La recherche porte sur les titres, les articles et les commentaires. Les mots sont trouvés dans n’importe quel ordre et avec n’importe quelle terminaison. Chaque discussion apparaît une fois, avec son meilleur extrait. Celles qui contiennent tous les mots viennent en premier.
    `"marché couvert"` ces mots côte à côte
    `marché -poisson` sans un mot
    `marché -"gare routière"` sans une expression
    `tram OR mouettes` l’un ou l’autre, aussi `tram | mouettes`
    `travau*` les mots qui commencent ainsi
    `porte-parole` les mots composés comptent comme une expression
    `(tram OR bus) grève NOT train` des parenthèses, avec AND, OR et NOT
    `title:tram`, `author:NOM`, `source:SITE`, `r/NOM`, `flair:"DEUX MOTS"` aussi précédés de `-`
    `score:>10`, `comments:5..20`, `after:2024-03`, `before:yesterday` des nombres et des dates
    {"**"}Les options** précisent une recherche : `dans` pour les articles ou les commentaires, `source` pour un site, `auteur` pour la personne qui a publié l’article ou écrit le commentaire, `après` (à partir de ce jour) et `avant`, par exemple 2024, 2024-03 ou 2024-03-12. Le bouton **Plus récentes** trie les mêmes résultats par date.
    -# Les accents et les majuscules ne comptent pas. Le chinois, le japonais et le coréen se passent d’espaces. Si un mot ne figure nulle part, l’orthographe la plus proche est cherchée à sa place et les résultats l’indiquent ; les nombres ne sont jamais modifiés.

## Browsing

browse-sources = { $count ->
    [one] **{ $count } source**
    [many] **{ $count } de sources**
   *[other] **{ $count } sources**
}
browse-subreddits = { $count ->
    [one] **{ $count } subreddit**
    [many] **{ $count } de subreddits**
   *[other] **{ $count } subreddits**
}
browse-flairs = { $count ->
    [one] **{ $count } flair**
    [many] **{ $count } de flairs**
   *[other] **{ $count } flairs**
}
browse-days = { $count ->
    [one] **{ $count } jour**
    [many] **{ $count } de jours**
   *[other] **{ $count } jours**
}
browse-months = { $count ->
    [one] **{ $count } mois**
    [many] **{ $count } de mois**
   *[other] **{ $count } mois**
}
browse-most-first = le plus de discussions d’abord
browse-tab-sources = Sources
browse-tab-subreddits = Subreddits
browse-tab-flairs = Flairs
browse-tab-days = Jours
browse-tab-months = Mois
browse-open = Ouvrir…
browse-nothing = { $by ->
    [source] Aucun article de ces archives n’indique sa source.
    [subreddit] Aucun article de ces archives ne vient d’un subreddit.
    [flair] Aucun article de ces archives n’a de flair.
   *[day] Aucun article de ces archives n’est daté.
}
saved-heading = { $count ->
    [one] **{ $count } recherche enregistrée** sur { $most } au plus
    [many] **{ $count } de recherches enregistrées** sur { $most } au plus
   *[other] **{ $count } recherches enregistrées** sur { $most } au plus
}
saved-shared-heading = **Partagées par d’autres sur ce serveur**
saved-is-shared = partagée
saved-run = Lancer…
saved-hint = { $command } en supprime une.
saved-none = Vous n’avez pas encore de recherche enregistrée. Enregistrez-en une avec { $command }, ou avec le bouton Enregistrer d’une recherche.
# $name is in quotation marks, here and below.
saved-saved = { $name } est enregistrée. Relancez-la avec { $command }.
saved-deleted = Recherche { $name } supprimée.
saved-form-title = Enregistrer cette recherche
saved-form-label = Nom
# $query is in quotation marks.
trend-heading = { $count ->
    [one] { $query } dans { $count } texte
    [many] { $query } dans { $count } de textes
   *[other] { $query } dans { $count } textes
}
trend-heading-about = { $query } dans environ { $count } textes
trend-bars = { $unit ->
    [day] une barre par jour
    [month] une barre par mois
   *[year] une barre par an
}
trend-peak = maximum : { $when }, avec { $count }
trend-description = Diagramme en barres des textes avec { $query }, de { $first } à { $last }. La barre la plus haute : { $peak }, avec { $count }.
trend-open = Voir les textes

## Articles

article-first-comment = premier commentaire le { $day }
article-adults-only = 18+
article-reading-time = { $minutes } min de lecture
article-headline-only = Nous n’avons que le titre de cet article.
article-full-text = Texte intégral
article-text-cut = La suite de ce texte est trop longue pour être affichée.
article-another = Un autre
article-discuss = En discuter
article-original = Article d’origine
article-shorter = Plus court
article-longer = Plus long
author-deleted = compte supprimé
author-unnamed = anonyme
commenter-letter = Internaute { $letter }
commenter-unknown = Un internaute
article-related-heading = ### Articles proches de : { $title }
article-related-none = Aucun article proche dans ces archives pour l’instant.
article-related-reasons = Les deux évoquent { $phrases }
article-timeline-heading = ### Chronologie : { $title }
article-timeline-same = Le même article
article-timeline-reports = Autres discussions sur le même sujet
article-timeline-alone = Aucune autre discussion sur ce sujet n’est dans l’archive.
article-timeline-open = Ouvrir une discussion
article-timeline-oldest = Les { $shown } plus anciennes discussions sur { $count }
article-posted = Publié : { $link }
article-untitled = Article
article-thread-hint = -# Une question sur cet article ? Mentionnez { $me } et posez-la. Newsdesk ne lit que les messages qui le mentionnent ou lui répondent.

comments-heading = ### Commentaires : { $title }
comments-none = Aucun commentaire sur cet article pour l’instant. Ils apparaîtront ici une fois chargés.
comments-all-deleted = { $count ->
    [one] Le seul commentaire a été supprimé.
    [many] Les { $count } de commentaires ont tous été supprimés.
   *[other] Les { $count } commentaires ont tous été supprimés.
}
comments-newest-first = les plus récents d’abord
comments-best-first = les meilleurs d’abord
comments-most-answered-first = d’abord ceux qui ont le plus de réponses
comments-oldest-first = les plus anciens d’abord
comments-in-thread = les plus anciens d’abord, réponses en dessous
comments-newest-button = Plus récents
comments-best-button = Meilleurs
comments-oldest-button = Plus anciens
comments-thread-button = Par échange
comments-deleted = { $count ->
    [one] { $count } autre a été supprimé
    [many] { $count } autres ont été supprimés
   *[other] { $count } autres ont été supprimés
}
comments-hide-bots = { $count ->
    [one] Masquer { $count } commentaire de bot
    [many] Masquer { $count } de commentaires de bots
   *[other] Masquer { $count } commentaires de bots
}
comments-show-bots = { $count ->
    [one] Afficher { $count } commentaire de bot
    [many] Afficher { $count } de commentaires de bots
   *[other] Afficher { $count } commentaires de bots
}
comments-bots-hidden = { $count ->
    [one] { $count } commentaire de bot masqué
    [many] { $count } de commentaires de bots masqués
   *[other] { $count } commentaires de bots masqués
}
comments-threads = { $count ->
    [one] dans { $count } discussion
    [many] dans { $count } de discussions
   *[other] dans { $count } discussions
}
comments-some-threads = discussions : { $count } sur { $all }
comments-one-thread = seulement { $thread }
comments-select-thread = Choisir une discussion…
comments-all-threads = { $count ->
    [one] La seule discussion sur ce sujet
    [many] Les { $count } de discussions sur ce sujet
   *[other] Les { $count } discussions sur ce sujet
}
comments-threads-together = Discussions réunies : { $count } sur { $all }
comments-other-reports = { $count ->
    [one] { $count } autre discussion porte sur le même sujet.
    [many] { $count } d’autres discussions portent sur le même sujet.
   *[other] { $count } autres discussions portent sur le même sujet.
}
comments-read-in-full = Lire en entier…
comments-go-to = Aller à…
comments-range = Commentaires { $range }
comment-on = sur { $title }
comment-surrounding = Commentaires voisins
comment-parent = Commentaire parent
comment-replying = en réponse à { $author }
comment-replying-missing = en réponse à un commentaire absent des archives
comment-replies = { $count ->
    [one] { $count } réponse
    [many] { $count } de réponses
   *[other] { $count } réponses
}
comment-replies-of = { $count ->
    [one] { $author } : { $count } réponse
    [many] { $author } : { $count } de réponses
   *[other] { $author } : { $count } réponses
}
comment-replies-heading = { $count ->
    [one] ### { $count } réponse à { $author }
    [many] ### { $count } de réponses à { $author }
   *[other] ### { $count } réponses à { $author }
}
comment-back = Le commentaire
comment-loaded = chargé le { $day } depuis { $name } (chargement { $load })
comment-captured = capturé le { $day }
comment-edited = modifié le { $day }
comment-changed-by = mis à jour par le chargement { $load }

## Comment digests

comment-digest-heading = ### Ce qu’on en dit : { $title }
comment-digest-theme-quote = **« { $quote } »** — { $author }
comment-digest-theme-second = « { $quote } » — { $author }
comment-digest-theme-quote-within = { $author } écrit : **« { $quote } »** — { $details }
comment-digest-theme-second-within = { $author } écrit : « { $quote } » — { $details }
comment-digest-quote-within = { $author } écrit : « { $quote } »
comment-digest-opening = { $count } commentaires sur { $total } mentionnent { $words }
comment-digest-opening-few = { $count ->
    [one] Aucun sujet ne domine : { $count } commentaire sur { $total } mentionne { $words }
   *[other] Aucun sujet ne domine : { $count } commentaires sur { $total } mentionnent { $words }
}
comment-digest-theme-mentions = { $count ->
    [one] { $count } commentaire mentionne { $words }
    [many] { $count } de commentaires mentionnent { $words }
   *[other] { $count } commentaires mentionnent { $words }
}
comment-digest-theme-says = { $count ->
    [one] { $count } autre dit à peu près la même chose
    [many] { $count } d’autres disent à peu près la même chose
   *[other] { $count } autres disent à peu près la même chose
}
comment-digest-theme-replies = { $count ->
    [one] { $count } réponse
    [many] { $count } de réponses
   *[other] { $count } réponses
}
comment-digest-more-themes = { $count ->
    [one] { $count } autre thème suit, avec { $comments }
    [many] { $count } d’autres thèmes suivent, avec { $comments }
   *[other] { $count } autres thèmes suivent, avec { $comments }
}
comment-digest-also-mentioned = Également mentionné : { $subjects }
comment-digest-mentioned-most = Le plus souvent mentionné : { $subjects }
comment-digest-subject = { $words } ({ $comments })
comment-digest-rest = { $count ->
    [one] { $count } autre commentaire : { $groups }
    [many] { $count } d’autres commentaires : { $groups }
   *[other] { $count } autres commentaires : { $groups }
}
comment-digest-rest-among = { $count ->
    [one] { $count } autre commentaire, dont { $groups }
    [many] { $count } d’autres commentaires, dont { $groups }
   *[other] { $count } autres commentaires, dont { $groups }
}
comment-digest-rest-mentions = { $count ->
    [one] { $count } cite « { $word } »
    [many] { $count } citent « { $word } »
   *[other] { $count } citent « { $word } »
}
comment-digest-rest-only-points = { $count ->
    [one] { $count } autre commentaire
    [many] { $count } d’autres commentaires
   *[other] { $count } autres commentaires
}
comment-digest-rest-points = { $count ->
    [one] { $count } commentaire plus long
    [many] { $count } de commentaires plus longs
   *[other] { $count } commentaires plus longs
}
comment-digest-rest-questions = { $count ->
    [one] { $count } question
    [many] { $count } de questions
   *[other] { $count } questions
}
comment-digest-rest-short = { $count ->
    [one] { $count } remarque courte
    [many] { $count } de remarques courtes
   *[other] { $count } remarques courtes
}
comment-digest-rest-jokes = { $count ->
    [one] { $count } plaisanterie
    [many] { $count } de plaisanteries
   *[other] { $count } plaisanteries
}
comment-digest-more-comments = { $count ->
    [one] { $count } autre commentaire
    [many] { $count } d’autres commentaires
   *[other] { $count } autres commentaires
}
comment-digest-disputed = { $count ->
    [one] { $count } internaute conteste l’article
    [many] { $count } d’internautes contestent l’article
   *[other] { $count } internautes contestent l’article
}
comment-digest-disputed-figures = { $count ->
    [one] **{ $count } internaute conteste l’article :** { $theirs }, et non { $ours }
    [many] **{ $count } d’internautes contestent l’article :** { $theirs }, et non { $ours }
   *[other] **{ $count } internautes contestent l’article :** { $theirs }, et non { $ours }
}
comment-digest-article-says = L’article : « { $quote } »
comment-digest-added = Absent de l’article
comment-digest-single-points = Autres points
comment-digest-single-points-alone = Parmi les commentaires
comment-digest-questions = Questions ouvertes
comment-digest-links = Liens partagés
comment-digest-busiest = { $count ->
    [one] **Moment le plus animé :** { $count } commentaire en { $span } à partir du { $time }
    [many] **Moment le plus animé :** { $count } de commentaires en { $span } à partir du { $time }
   *[other] **Moment le plus animé :** { $count } commentaires en { $span } à partir du { $time }
}
comment-digest-chart-caption = du { $start } au { $end } · une barre = { $span }
comment-digest-chart-description = { $count ->
    [one] Diagramme à barres de { $count } commentaire, du { $start } au { $end }.
    [many] Diagramme à barres de { $count } de commentaires, du { $start } au { $end }.
   *[other] Diagramme à barres de { $count } commentaires, du { $start } au { $end }.
} Chaque barre couvre { $span }. La plus haute en compte { $highest ->
    [one] { $highest }
    [many] { $highest }
   *[other] { $highest }
} et commence le { $peak }.
comment-digest-coverage = D’après { $read ->
    [one] { $read } commentaire
    [many] { $read } de commentaires
   *[other] { $read } commentaires
} sur { $total } (hors { $skipped })
comment-digest-coverage-all = { $total ->
    [one] D’après le seul commentaire
    [many] D’après les { $total } de commentaires
   *[other] D’après les { $total } commentaires
}
comment-digest-known = Les archives contiennent { $count } commentaires sur environ { $known }.
comment-digest-skipped-deleted = { $count ->
    [one] { $count } supprimé
    [many] { $count } supprimés
   *[other] { $count } supprimés
}
comment-digest-skipped-bots = { $count ->
    [one] { $count } de bot
    [many] { $count } de bots
   *[other] { $count } de bots
}
comment-digest-skipped-copies = { $count ->
    [one] { $count } répété
    [many] { $count } répétés
   *[other] { $count } répétés
}
comment-digest-skipped-unread = { $count } hors d’un échantillon régulier
comment-digest-skipped-brief = { $count ->
    [one] { $count } très court
    [many] { $count } très courts
   *[other] { $count } très courts
}
comment-digest-page-overview = Vue d’ensemble
comment-digest-page-themes = Autres thèmes
comment-digest-page-more = Plus
comment-digest-all-of-theme = Tous les commentaires sur…
comment-digest-open = Ouvrir un commentaire…

## Scheduled digests

digest-timing = { $every ->
    [daily] tous les jours à { $time } ({ $zone })
    [weekdays] du lundi au vendredi à { $time } ({ $zone })
    [weekly] chaque { $weekday } à { $time } ({ $zone })
    [monthly] le { $day ->
        [1] 1er
       *[other] { $day }
    } de chaque mois à { $time } ({ $zone })
    [monthly-or-last] le { $day } de chaque mois, ou le dernier jour, à { $time } ({ $zone })
   *[cron] cron `{ $cron }` ({ $zone })
}
digest-source = { $what ->
    [newest] nouveautés depuis la dernière revue
    [on-this-day] ce jour-là, les années passées
    [most-discussed] les plus commentés depuis toujours
    [search] nouveautés pour « { $text } »
    [source] nouveautés de { $text }
    [subreddit] nouveautés de r/{ $text }
   *[random] une sélection au hasard
}
digest-source-most-discussed = { $days ->
    [one] les plus commentés du dernier jour
    [many] les plus commentés des { $days } de derniers jours
   *[other] les plus commentés des { $days } derniers jours
}
digest-heading = { $what ->
    [newest] Du nouveau dans les archives
    [on-this-day] Ce jour-là
    [most-discussed] Les plus commentés depuis toujours
    [search] Du nouveau pour « { $text } »
    [source] Du nouveau de { $text }
    [subreddit] Du nouveau de r/{ $text }
   *[random] Dans les archives
}
digest-heading-most-discussed = { $days ->
    [one] Les plus commentés du dernier jour
    [many] Les plus commentés des { $days } de derniers jours
   *[other] Les plus commentés des { $days } derniers jours
}
digest-up-to-headlines = { $count ->
    [one] { $count } titre
    [many] jusqu’à { $count } de titres
   *[other] jusqu’à { $count } titres
}
digest-up-to-summaries = { $count ->
    [one] { $count } résumé
    [many] jusqu’à { $count } de résumés
   *[other] jusqu’à { $count } résumés
}
digest-up-to-comment-digests = { $count ->
    [one] { $count } article avec ce qu’on en dit
    [many] jusqu’à { $count } d’articles avec ce qu’on en dit
   *[other] jusqu’à { $count } articles avec ce qu’on en dit
}
digest-late = { $hours ->
    [one] rattrape une parution manquée jusqu’à { $hours } heure après
    [many] rattrape une parution manquée jusqu’à { $hours } d’heures après
   *[other] rattrape une parution manquée jusqu’à { $hours } heures après
}
digest-never-late = ne rattrape pas les parutions manquées
digest-quiet = silence de { $start } à { $end }
digest-target = { $target ->
    [thread] ouvre un fil sous chaque publication
   *[forum] un post de forum à chaque fois
}
digest-target-tagged = un post de forum à chaque fois, avec le tag { $tag }
digest-skips-empty = ne paraît pas sans nouveautés
digest-posts-empty = paraît même sans nouveautés
digest-posts-each = une publication par article
digest-pings = mentionne { $role }
digest-silent = sans notification
digest-published = diffusée dans les salons abonnés
digest-pinned = dernière publication épinglée
digest-tags = tags selon des règles : { $tags }
digest-own-template = modèle personnalisé

### Posts of digests

digest-nothing-new = Rien de nouveau cette fois.
digest-why-these = Pourquoi ce choix ?
digest-direct = par message privé
digest-from-server = Votre revue de { $server }
digest-more-posts = { $count ->
    [one] Et 1 autre publication de ce type, pour un autre article.
    [many] Et { $count } d’autres publications de ce type, une par article.
   *[other] Et { $count } autres publications de ce type, une par article.
}
digest-quote = « { $quote } » *{ $author }*
digest-also = Aussi : { $reports }
digest-also-more = Aussi : { $reports } et { $count } de plus
digest-chart-caption = Commentaires de l’article { $number } : { $caption }
topic-heading = ### Revue : { $topic }
topic-respelt = Aucune discussion pour « { $topic } ». Voici **« { $instead } »**.

### Planning a digest

digest-preview = Aperçu. Rien ne paraît tant que vous n’avez pas enregistré.
digest-preview-of-change = Aperçu de la revue { $number } avec vos changements. Elle reste telle quelle tant que vous n’avez pas enregistré.
digest-where = **Paraît dans** <#{ $channel }>
digest-where-direct = **Envoyée** à vous par message privé
digest-show-post = Voir la publication
digest-show-times = Horaires et 7 derniers jours
digest-next-runs = **Prochaines parutions**
digest-run-held = après la plage de silence
digest-run-moved = { $every ->
    [cron] plus tard, à cause du changement d’heure
   *[other] plus tard, à cause du changement d’heure : { $time } n’existe pas ce jour-là
}
digest-run-clocks-change = changement d’heure d’ici là ({ $zone })
digest-past-runs = **Ces 7 derniers jours, elle aurait publié**
digest-no-past-runs = Ces 7 derniers jours, elle n’aurait rien publié.
digest-past-left-out = { $count ->
    [one] Les filtres excluent 1 article.
    [many] Les filtres excluent { $count } d’articles.
   *[other] Les filtres excluent { $count } articles.
}
digest-earlier-past-runs = { $runs ->
    [one] { $runs } parution plus ancienne
    [many] { $runs } de parutions plus anciennes
   *[other] { $runs } parutions plus anciennes
} avec { $articles ->
    [one] { $articles } article
    [many] { $articles } d’articles
   *[other] { $articles } articles
}, puis :
digest-past-run-empty = rien
digest-more = { $count ->
    [one] et { $count } autre
    [many] et { $count } autres
   *[other] et { $count } autres
}
digest-saved = Revue { $number } enregistrée.
digest-changed = Revue { $number } modifiée.
digest-still-paused = Elle est toujours en pause. Utilisez { $resume } pour qu’elle reprenne.
digest-not-saved = Rien n’a été enregistré ni modifié.
digest-next-post = Prochaine parution { $when }, { $relative }
digest-no-next-post = Aucune autre parution n’est prévue.

### Lists, settings and history

digest-list = **Revues programmées** · { $count }
digest-list-empty = Aucune revue pour l’instant. Une revue publie des articles des archives dans un salon, aussi souvent que vous le voulez. Créez-en une avec { $create }.
digest-list-direct = **Revues qui vous sont envoyées**
digest-name = Revue { $number }
digest-title = ### Revue { $number } : { $what }
digest-next = prochaine parution { $when }
digest-state = { $state ->
    [active] active
    [paused] en pause
   *[deleted] supprimée
}
digest-paused-because = en pause : { $reason }
digest-status = **État** { $state }
digest-last-run = Dernière parution : { $run }
digest-created-by = créée par { $name } · { $when }
digest-paused = Revue { $number } en pause. Utilisez { $resume } pour qu’elle reprenne.
digest-resumed = La revue { $number } reprend.
digest-deleted = Revue { $number } supprimée. Ses publications restent.
digest-running = La revue { $number } va paraître dans <#{ $channel }> dans un instant. Ses horaires ne changent pas.
digest-running-direct = La revue { $number } vous parviendra dans un instant. Ses horaires ne changent pas.
digest-open = Ouvrir une revue
digest-pause-several = Mettre des revues en pause
digest-new = Nouvelle revue…
digest-all = Toutes les revues
digest-edit = Modifier…
digest-posts = Publications…
digest-template = Modèle…
digest-run = Publier maintenant
digest-history = Historique
digest-delete = Supprimer…
digest-delete-question = Supprimer la revue { $number } ? Ses publications restent.
digest-delete-confirm = Supprimer la revue
leave-out-button = Exclure…
leave-out-title = Ce qui est exclu
leave-out-words = Mots
leave-out-words-hint = Dans le titre ou le texte, séparés par des virgules
leave-out-sources = Sources et subreddits
leave-out-sources-hint = Par exemple courier.example, r/funny
leave-out-authors = Auteurs
leave-out-flair = Flair
leave-out-commas = Séparés par des virgules
leave-out-minimum = Minimum de points et de commentaires
leave-out-minimum-hint = Par exemple : score 10, comments 5
leave-out = exclut { $what }
leave-out-author = un auteur
leave-out-list = { $filter ->
    [words] mots : { $names }
    [sources] sources : { $names }
    [authors] auteurs : { $names }
    [subreddits] { $names }
   *[flair] flair : { $names }
}
leave-out-score = { $count ->
    [one] moins de 1 point
    [many] moins de { $count } de points
   *[other] moins de { $count } points
}
leave-out-comments = { $count ->
    [one] sans commentaire
    [many] moins de { $count } de commentaires
   *[other] moins de { $count } commentaires
}
leave-out-reason = { $whose ->
    [server] écarté par le filtre de ce serveur : { $what }
   *[digest] écarté par le filtre de cette revue : { $what }
}
digest-form-new = Nouvelle revue
digest-form-when = Rythme
digest-form-time = Heure
digest-form-time-hint = 08:00, lundi 08:00, 15 08:00 (jour du mois) ou une ligne cron
digest-form-what = Contenu
digest-form-query = Mots, source ou subreddit
digest-form-query-hint = Seulement pour une recherche, une source ou un subreddit
digest-form-style = Ce qui est montré de chaque article
post-form-title = Mode de publication
post-form-count = Publications
post-form-one = Une publication pour tous les articles
post-form-each = Une publication ou un post par article
post-form-role = Rôle à mentionner
post-form-role-hint = Aucun par défaut. Un rôle que vous pouvez mentionner, en tête de la première publication.
post-form-how = Options
post-form-silent = Publier sans notification
post-form-publish = Diffuser dans les salons d’annonces
post-form-pin = Épingler la dernière, détacher la précédente
post-form-tags = Tags, une règle par ligne
post-form-tags-hint = Actu · Sport: source bbc.co.uk · Aide: flair Question · Port: search "fish market"
template-form-title = Modèle
template-form-heading = En-tête
template-form-item = Chaque article
template-form-footer = Pied de page
template-form-hint = Entre { "{" }{ "}" } : { $names }
digest-paused-itself = La revue { $number } dans <#{ $channel }> est en pause : { $reason }. Une fois le problème réglé, utilisez { $resume }. Pour les détails, utilisez { $why }.
digest-posted = { $count ->
    [one] { $count } article publié
    [many] { $count } d’articles publiés
   *[other] { $count } articles publiés
}
digest-posted-parts = { $posted } publications sur { $count }
digest-outcome = { $state ->
    [claimed] prévue
    [sending] publication en cours
    [empty] rien à publier
    [missed] manquée
   *[failed] échec
}
digest-outcome-because = { $state ->
    [claimed] prévue : { $reason }
    [sending] publication en cours : { $reason }
    [missed] manquée : { $reason }
   *[failed] échec : { $reason }
}
digest-on-request = à la demande
digest-explain-run = Expliquer une parution…

### Why an article was posted or skipped

digest-rule = { $rule ->
    [picked] retenu
    [new-comments] retenu à nouveau pour ses nouveaux commentaires
    [shown-before] écarté, car déjà publié et sans nouveaux commentaires
    [twin] écarté, car une copie issue des autres archives a été retenue
    [story-shown] écarté, car une autre discussion sur le même sujet a déjà été publiée
    [same-story] écarté, car une autre discussion sur le même sujet a été retenue
    [over-18] écarté, car le salon n’est pas soumis à une limite d’âge
   *[enough] écarté, car d’autres articles passaient avant
}
digest-over-18 = Un article marqué 18+
digest-more-skipped = { $count ->
    [one] et { $count } autre écarté
    [many] et { $count } d’autres écartés
   *[other] et { $count } autres écartés
}
digest-not-run = Cette revue n’est pas encore parue.
digest-never-considered = Cette revue n’a jamais examiné cet article. Elle publie : { $what }.
digest-asked-future = Ce moment n’est pas encore venu.
digest-asked-quiet = Ce moment tombe dans la plage de silence, de { $start } à { $end }, où rien ne paraît.
digest-chance = Si elle paraissait maintenant : { $rule }
digest-chance-none = Si elle paraissait maintenant, elle n’examinerait pas cet article.
digest-chance-random = La prochaine parution choisit au hasard.

### Why a digest was not posted or is paused: stands after a colon

digest-reason-deleted = la revue a été supprimée
digest-reason-discord-refused = Discord a refusé la publication
digest-reason-forum-needs-tag = le forum exige un tag, et Newsdesk ne peut en mettre aucun
digest-reason-no-such-tag = le forum n’a plus le tag choisi, ou Newsdesk ne peut pas le mettre
digest-reason-nothing = l’article n’est plus dans les archives
digest-reason-paused = la revue a été mise en pause
digest-reason-quiet = retenue par la plage de silence jusqu’à ce qu’il soit trop tard
digest-reason-too-late = trop tard pour paraître
digest-reason-unreachable = Discord est injoignable ; Newsdesk réessaie

## Posts

permission-view-channel = « Voir le salon »
permission-attach-files = « Joindre des fichiers »
permission-send-messages = « Envoyer des messages »
permission-send-messages-in-threads = « Envoyer des messages dans les fils »
permission-create-posts = « Créer des posts »
permission-create-public-threads = « Créer des fils publics »
permission-manage-threads = Gérer les fils
permission-pin-messages = Épingler des messages
permission-read-message-history = « Voir les anciens messages »

### Why a message was not sent or edited: stands after a colon

reason-bot-removed = Newsdesk n’est plus sur ce serveur
reason-channel-gone = le salon a été supprimé
reason-fault = un problème est survenu de notre côté ; le journal de l’équipe du bot en donne le détail
reason-may-not-post = il manque à Newsdesk { permission-view-channel } ou { permission-send-messages } dans ce salon
reason-needs = il faut à Newsdesk { $permissions } dans ce salon
reason-thread-archived = le fil est archivé et verrouillé
reason-edit-direct-refused = les MP du membre sont fermés
reason-edit-refused = Discord a refusé la modification
reason-edit-no-access = Newsdesk ne voit plus ce salon
reason-edit-too-late = Discord est resté injoignable pendant une semaine
reason-message-gone = le message était déjà supprimé

### Posts that show undone or erased content

posts-marked = { $count ->
    [one] { $count } message de Newsdesk sur ce serveur montre encore ce que vous avez retiré.
    [many] { $count } de messages de Newsdesk sur ce serveur montrent encore ce que vous avez retiré.
   *[other] { $count } messages de Newsdesk sur ce serveur montrent encore ce que vous avez retiré.
}
posts-marked-choice = Le nettoyage efface ce contenu. Les messages qui n’ont plus rien à montrer sont supprimés.
posts-redact = { $count ->
    [one] Nettoyer { $count } message
    [many] Nettoyer { $count } de messages
   *[other] Nettoyer { $count } messages
}
button-redact-posts = Nettoyer les messages
nothing-changed = Rien n’a changé.
posts-kept = Les messages restent tels quels.
posts-none-marked = Aucun message n’est à nettoyer ici.
posts-edited = { $count ->
    [one] { $count } message modifié.
    [many] { $count } de messages modifiés.
   *[other] { $count } messages modifiés.
}
posts-deleted = { $count ->
    [one] { $count } message supprimé, car il n’en restait rien.
    [many] { $count } de messages supprimés, car il n’en restait rien.
   *[other] { $count } messages supprimés, car il n’en restait rien.
}
posts-waiting = { $count ->
    [one] { $count } autre message sera modifié dès que Discord le permettra.
    [many] { $count } d’autres messages seront modifiés dès que Discord le permettra.
   *[other] { $count } autres messages seront modifiés dès que Discord le permettra.
}
post-not-edited = Non modifié : { $link } ({ $reason })
post-not-edited-direct = Non modifié : un message privé ({ $reason })
post-edit-failed = { $link } montre encore un contenu retiré ou effacé. Newsdesk n’a pas pu le modifier : { $reason }. Supprimez-le à la main.
post-items-removed = { $count ->
    [one] { $count } élément a été supprimé de ce message.
    [many] { $count } d’éléments ont été supprimés de ce message.
   *[other] { $count } éléments ont été supprimés de ce message.
}
post-since-undone = { $count ->
    [0] commentaires retirés depuis
    [one] { $count } élément retiré depuis
    [many] { $count } d’éléments retirés depuis
   *[other] { $count } éléments retirés depuis
}
post-since-edited = { $count ->
    [0] message modifié depuis
    [one] message modifié depuis : { $count } élément supprimé
    [many] message modifié depuis : { $count } d’éléments supprimés
   *[other] message modifié depuis : { $count } éléments supprimés
}
post-since-emptied = message supprimé depuis : il n’en restait rien
post-since-deleted = message supprimé depuis
post-since-waiting = modification en attente
post-since-not-edited = message non modifié : { $reason }

## Follows

follow-search-narrowed = « { $query } » ({ $filters })
follow-everything = tout ({ $filters })
follow-comments = les nouveaux commentaires sur « { $title } »
follow-comments-gone = les nouveaux commentaires sur un article supprimé
follow-added = Vous suivez { $what }. Vous recevrez un MP dès qu’il y aura du nouveau.
follow-added-here = { $channel } suit { $what }. Newsdesk y publiera un message dès qu’il y aura du nouveau.
follow-known = Vous suivez déjà { $what }.
follow-known-here = { $channel } suit déjà { $what }.
follow-direct-limits = Si vos MP sont fermés, le suivi est mis en pause.
follow-now-muted = En sourdine : { $what }. Pour reprendre ou supprimer ce suivi : { $list }.
follow-now-resumed = Suivi repris : { $what }. Les alertes reviennent au prochain chargement.
follow-now-removed = Vous ne suivez plus { $what }.
follow-none = Vous ne suivez encore rien ici. Suivez une recherche avec { $add }, ou appuyez sur **Suivre** sous des résultats ou un article.
follow-own = **Vos suivis**, par MP
follow-channels = **Suivis du salon**
follow-held-back = { $count ->
    [one] { $count } chargement de ces dernières 24 heures dépassait votre limite quotidienne. Voyez ce qu’il a apporté avec { $catchup }.
    [many] { $count } de chargements de ces dernières 24 heures dépassaient votre limite quotidienne. Voyez ce qu’ils ont apporté avec { $catchup }.
   *[other] { $count } chargements de ces dernières 24 heures dépassaient votre limite quotidienne. Voyez ce qu’ils ont apporté avec { $catchup }.
}
follow-choose = Choisir un suivi…
follow-choose-mute = Mettre en sourdine…
follow-mute = Mettre en sourdine
follow-resume = Reprendre
follow-remove = Supprimer
follow-here = Suivre ici aussi
follow-active = actif
follow-muted = en sourdine
follow-paused = en pause : { $reason }
follow-paused-notice = { $count ->
    [one] { $count } suivi dans { $channel } est en pause : { $reason }. Réglez cela, puis reprenez-le dans { $list }.
    [many] { $count } de suivis dans { $channel } sont en pause : { $reason }. Réglez cela, puis reprenez-les dans { $list }.
   *[other] { $count } suivis dans { $channel } sont en pause : { $reason }. Réglez cela, puis reprenez-les dans { $list }.
}
follow-reason-direct-refused = les MP de Newsdesk sont bloqués
follow-reason-discord-refused = Discord a refusé le message
follow-reason-left = départ du serveur

### Notices of follows

follow-heading = Du nouveau pour { $what }
follow-heading-comments = Nouveaux commentaires sur { $title }
follow-new-comments = { $count ->
    [one] { $count } nouveau commentaire
    [many] { $count } de nouveaux commentaires
   *[other] { $count } nouveaux commentaires
}
follow-threads-at-least = { $count ->
    [one] au moins { $count } discussion
    [many] au moins { $count } de discussions
   *[other] au moins { $count } discussions
}
follow-more = { $count ->
    [one] et { $count } autre
    [many] et { $count } autres
   *[other] et { $count } autres
}
follow-more-at-least = { $count ->
    [one] et au moins { $count } autre
    [many] et au moins { $count } autres
   *[other] et au moins { $count } autres
}
follow-show-all = Tout afficher
follow-show-all-for = Tout voir pour { $what }
follow-last-today = C’est la dernière alerte ici pour aujourd’hui. { $catchup } montre la suite ; la modération peut relever la limite dans { $settings }.
follow-in-server = Vous suivez cela sur { $server }.
follow-help =
    ### Les suivis
    { $add } suit une recherche. Quand des articles correspondants sont chargés, vous recevez un MP avec leurs titres. L’option `salon` envoie l’alerte dans ce salon, si vous faites partie de la modération ou pouvez gérer ce salon.
    Le bouton **Suivre** sous des résultats fait de même. Sous un article, il suit les commentaires.
    Chaque article est annoncé une seule fois, quel que soit le nombre de commentaires reçus ensuite. Si un chargement est retiré puis refait, ses articles comptent comme nouveaux. Un salon reçoit un seul message par chargement pour tous ses suivis.
    {"**"}Mettre en sourdine** suspend un suivi jusqu’à ce que vous le repreniez dans { $list }. { $remove } le supprime.
    La modération fixe le nombre d’alertes par jour à un même endroit. { $catchup } montre toujours tout ce qui est arrivé depuis votre dernière visite.
    { $digest } vous envoie une revue aux heures que vous choisissez. **Exclure…** filtre ce que montre un suivi ou une revue.
    -# Les articles marqués 18+ ne sont annoncés que dans les salons soumis à une limite d’âge. Si vos MP sont fermés ou si vous quittez le serveur, vos suivis sont mis en pause.

## Catch-up

catch-up-heading = ### Du nouveau depuis le { $time }, { $ago }
catch-up-first = C’est votre première visite : voici les 7 derniers jours. La prochaine fois, vous verrez les nouveautés depuis celle-ci.
catch-up-nothing = Rien n’a été chargé ni publié depuis. Utilisez { $add } pour être au courant des nouveautés.
catch-up-loaded = **Chargé**
catch-up-counts = { $articles ->
    [0] aucun nouvel article
    [one] { $articles } nouvel article
    [many] { $articles } de nouveaux articles
   *[other] { $articles } nouveaux articles
}, { $comments ->
    [0] aucun nouveau commentaire
    [one] { $comments } nouveau commentaire
    [many] { $comments } de nouveaux commentaires
   *[other] { $comments } nouveaux commentaires
}
catch-up-shared-load = archives partagées
catch-up-more-loads = { $count ->
    [one] et { $count } autre chargement
    [many] et { $count } d’autres chargements
   *[other] et { $count } autres chargements
}
catch-up-posted = { $count ->
    [one] **Publié** · { $count } revue ou alerte
    [many] **Publié** · { $count } de revues et alertes
   *[other] **Publié** · { $count } revues et alertes
}
catch-up-paused = Votre suivi { $number } ({ $what }) est en pause : { $reason }. Reprenez-le dans { $list }.

## Settings

settings-title = ### Paramètres du serveur
settings-moderators = **Modération :** membres ayant « Gérer le serveur »
settings-moderators-and-role = **Modération :** membres ayant « Gérer le serveur » ou { $role }
settings-shared-archive = { $state ->
    [on] **Archives partagées :** activées. La recherche inclut les archives de l’équipe du bot.
   *[off] **Archives partagées :** désactivées. La recherche ne trouve que ce qui a été chargé ici.
}
settings-adult = { $state ->
    [on] **Articles 18+ :** visibles seulement dans les salons soumis à une limite d’âge
   *[off] **Articles 18+ :** masqués
}
settings-pseudonyms = { $state ->
    [on] **Les internautes** sont désignés par des lettres : A, B, C, différentes dans chaque discussion. Les noms cités dans les commentaires restent.
   *[off] **Les internautes** apparaissent sous leur nom.
}
settings-digests = **Les nouvelles revues** paraissent dans { $channel }, sauf si vous choisissez un autre salon.
settings-digests-anywhere = **Les nouvelles revues** paraissent là où elles sont créées, sauf si vous choisissez un autre salon.
settings-digest-zone = **Fuseau horaire des revues :** { $zone }
settings-digest-languages = **Langues des revues :** { $languages }
settings-leave-out = **Les revues et alertes :** { $what }
settings-any-language = toutes les langues
settings-notices = **Si une revue est mise en pause,** la modération en est avertie dans { $channel }.
settings-notices-to-maker = **Si une revue est mise en pause,** la personne qui l’a créée reçoit un MP.
settings-follows = { $count ->
    [one] **Les suivis** envoient au plus { $count } alerte par jour à un même endroit. Changez cela avec `alertes-par-jour`.
    [many] **Les suivis** envoient au plus { $count } d’alertes par jour à un même endroit. Changez cela avec `alertes-par-jour`.
   *[other] **Les suivis** envoient au plus { $count } alertes par jour à un même endroit. Changez cela avec `alertes-par-jour`.
}
settings-language = **Langue des publications :** { $language }
settings-language-of-server = **Langue des publications :** { $language }, celle du serveur
settings-note = Discord montre /archive, /digest, /settings, /status et /audit aux membres ayant « Gérer le serveur ». Pour les montrer aussi au rôle de modération, ajoutez ce rôle dans Paramètres du serveur > Intégrations > Newsdesk. Pour importer un fichier exporté, joignez-le à /settings.
permissions-complete = **Permissions :** Newsdesk a toutes celles qu’il faut dans #{ $channel }.
permissions-missing = { $count ->
    [one] **Il manque 1 permission à Newsdesk dans #{ $channel }**
    [many] **Il manque { $count } permissions à Newsdesk dans #{ $channel }**
   *[other] **Il manque { $count } permissions à Newsdesk dans #{ $channel }**
}
permissions-item = - {"**"}{ $permission }** : { $why }
permissions-why = { $permission ->
    [view_channel] pour voir le salon
    [send_messages] pour publier les revues, les alertes, les fiches partagées et les réponses aux mentions
    [send_messages_in_threads] pour répondre dans les fils
    [create_public_threads] pour ouvrir des fils, de discussion ou pour les revues
    [attach_files] pour joindre des graphiques, des exports et la liste des lignes rejetées
   *[read_message_history] pour retrouver ses propres messages et ne rien publier deux fois
}
permissions-what-to-do = Ouvrez les paramètres du salon, choisissez Permissions et accordez cela au rôle de Newsdesk.
permissions-no-channel = { $server } n’a aucun salon textuel où Newsdesk pourrait publier. Créez-en un, puis vérifiez à nouveau.
settings-role-placeholder = Rôle de modération
settings-digest-placeholder = Salon des nouvelles revues
settings-notices-placeholder = Salon des avis à la modération
settings-languages-placeholder = Langues des articles dans les revues : toutes
settings-language-placeholder = Langue des publications : celle du serveur
settings-switch-shared = { $to ->
    [on] Activer les archives partagées
   *[off] Désactiver les archives partagées
}
settings-switch-adult = { $to ->
    [on] Montrer les articles 18+
   *[off] Masquer les articles 18+
}
settings-switch-names = { $to ->
    [on] Masquer les noms
   *[off] Montrer les noms
}
settings-zone = Fuseau horaire…
settings-zone-title = Fuseau horaire des revues
settings-zone-label = Région/Ville, par exemple Europe/Paris
settings-export = Exporter

### Settings as a file

settings-exported = **Fichier de paramètres :** les paramètres de ce serveur, { $digests ->
    [0] aucune revue
    [one] { $digests } revue
    [many] { $digests } de revues
   *[other] { $digests } revues
} et { $follows ->
    [0] aucun suivi de salon
    [one] { $follows } suivi de salon
    [many] { $follows } de suivis de salon
   *[other] { $follows } suivis de salon
}. Les suivis des membres sont privés et n’y figurent pas.
settings-import = ### Importer ces paramètres ?
settings-imported = **Paramètres importés.**
settings-not-imported = Importation annulée. Rien n’a changé.
settings-import-nothing = Tout ce que contient ce fichier est déjà en place ici.
settings-import-confirm = Importer
settings-import-digests = { $count ->
    [one] { $count } nouvelle revue
    [many] { $count } de nouvelles revues
   *[other] { $count } nouvelles revues
}
settings-import-follows = { $count ->
    [one] { $count } nouveau suivi
    [many] { $count } de nouveaux suivis
   *[other] { $count } nouveaux suivis
}
settings-import-already = { $count ->
    [one] { $count } de ses revues et suivis est déjà ici.
    [many] { $count } de ses revues et suivis sont déjà ici.
   *[other] { $count } de ses revues et suivis sont déjà ici.
}
settings-import-left-out = { $count ->
    [one] { $count } est laissé de côté : son salon ou son article n’est pas ici, vous ou Newsdesk ne pouvez pas y écrire, ou les noms sont masqués.
    [many] { $count } sont laissés de côté : leurs salons ou leurs articles ne sont pas ici, vous ou Newsdesk ne pouvez pas y écrire, ou les noms sont masqués.
   *[other] { $count } sont laissés de côté : leurs salons ou leurs articles ne sont pas ici, vous ou Newsdesk ne pouvez pas y écrire, ou les noms sont masqués.
}
settings-state = { $state ->
    [on] oui
   *[off] non
}
settings-none = aucun
settings-field-moderator-role = Rôle de modération
settings-field-shared-archive = Archives partagées
settings-field-zone = Fuseau horaire
settings-field-moderator-channel = Salon des avis à la modération
settings-field-digest-channel = Salon des nouvelles revues
settings-field-languages = Langues des articles dans les revues
settings-field-leave-out = Ce qui est exclu
settings-field-language = Langue des publications
settings-field-adult = Articles 18+
settings-field-pseudonyms = Noms masqués
settings-field-follow-cap = Alertes par jour
settings-places-where = { $rule ->
    [nowhere] **Les membres ne peuvent encore publier avec Newsdesk** dans aucun salon. Choisissez-en ci-dessous.
    [only] **Les membres peuvent publier avec Newsdesk** uniquement dans { $channels }.
    [except] **Les membres peuvent publier avec Newsdesk** partout sauf dans { $channels }.
   *[everywhere] **Les membres peuvent publier avec Newsdesk** dans tous les salons.
}
settings-mentions = { $state ->
    [on] **Les mentions** y reçoivent une réponse.
   *[off] **Les mentions** restent sans réponse.
}
settings-places = Salons…
settings-places-title = ### Où les membres peuvent publier avec Newsdesk
settings-places-note = Cela concerne les fiches partagées, les fils de discussion et les réponses aux mentions. Les fils suivent leur salon. Ailleurs, les commandes répondent en privé. Les revues et les alertes paraissent dans les salons choisis pour elles.
settings-places-rule = { $rule ->
    [only] Seulement ces salons
    [except] Tous les salons sauf ceux-ci
   *[everywhere] Tous les salons
}
settings-places-placeholder = Salons et catégories
settings-places-back = Retour aux paramètres
settings-switch-mentions = { $to ->
    [on] Répondre aux mentions
   *[off] Ne plus répondre aux mentions
}
settings-field-posting-rule = Où les membres peuvent publier
settings-field-posting-channels = Salons de cette règle
settings-field-answers-mentions = Réponses aux mentions

## Privacy

privacy-question = **Effacer { $name } des archives ?**
privacy-found = Ici : { $what }, dans { $threads ->
    [one] { $threads } discussion
    [many] { $threads } de discussions
   *[other] { $threads } discussions
}.
privacy-found-nothing = Personne n’a rien écrit ni publié ici sous ce nom.
privacy-found-part = Ces archives sont trop grandes pour tout compter d’un coup : il y en a peut-être davantage.
privacy-nearest = Noms proches ici : { $names }.
privacy-effect =
    Ses articles et ses commentaires seront vidés, et son nom supprimé partout. Les réponses restent, sous « [deleted] ». Rien ne reviendra avec un fichier chargé plus tard, ni avec le retrait d’un chargement.
    {"**"}Cette action est irréversible.**
privacy-limits = Newsdesk modifie aussi ses propres messages qui citent cette personne, là où Discord le permet. Ne sont pas concernés : les archives partagées, que seule l’équipe du bot peut modifier, et ce que d’autres ont écrit sur elle.
privacy-confirm = Effacer définitivement
privacy-keep-out = Écarter des prochains chargements
privacy-erasing = **Effacement de { $name }…** Cela peut prendre un moment dans de grandes archives.
privacy-erased = **{ $name } ne figure plus dans ces archives.** À la demande de { $by }.
privacy-erased-counts = Contenu vidé : { $comments ->
    [0] aucun commentaire
    [one] { $comments } commentaire
    [many] { $comments } de commentaires
   *[other] { $comments } commentaires
} et { $articles ->
    [0] aucun article
    [one] { $articles } article
    [many] { $articles } d’articles
   *[other] { $articles } articles
}.
privacy-erased-nothing = Il n’y avait rien à ce nom ici. Les prochains chargements le laisseront de côté.
privacy-erased-limits = Les prochains chargements n’y changeront rien. Les copies et les citations faites par les membres ne sont pas concernées.

## The audit list: who did what, and when

audit-title = { $count ->
    [one] **Journal** · { $count } entrée
    [many] **Journal** · { $count } d’entrées, de la plus récente à la plus ancienne
   *[other] **Journal** · { $count } entrées, de la plus récente à la plus ancienne
}
audit-none = Rien pour l’instant. On trouve ici les chargements, les retraits, les auteurs effacés, les exports et les changements de paramètres, de revues et de filtres des suivis de salon.
audit-note = Les entrées sont gardées un an. Les noms des auteurs effacés ne sont pas gardés.
audit-load = { $state ->
    [done] Chargement { $load } : { $name }
    [cancelled] Chargement { $load } : { $name }, annulé
   *[failed] Chargement { $load } : { $name }, échoué
}
audit-load-paused = Chargement { $load } en pause
audit-load-resumed = Chargement { $load } repris
audit-undo = Chargement { $load } retiré
audit-forget = Un auteur a été effacé
audit-purge = L’équipe du bot a supprimé une partie des archives
audit-request-declined = Une demande d’effacement a été refusée
audit-export = { $what ->
    [thread] Une discussion exportée en { $format }
    [search] Une recherche exportée en { $format }
   *[archive] Les archives exportées en { $format }
}
audit-setting = { $setting } : { $old } → { $new }
audit-digest = { $what ->
    [created] Revue { $digest } créée
    [edited] Revue { $digest } modifiée
    [paused] Revue { $digest } en pause
    [resumed] Revue { $digest } reprise
    [deleted] Revue { $digest } supprimée
   *[run] Revue { $digest } publiée hors calendrier
}
audit-follow-filters = Filtres du suivi { $follow } dans { $channel } : { $old } → { $new }
privacy-backups = Les sauvegardes antérieures les contiennent encore.
privacy-backup = { $name } ({ $day })
privacy-backups-known = Ces sauvegardes antérieures les contiennent encore, jusqu’à ce que l’équipe du bot les supprime : { $backups }.

## What is stored about a member (/privacy mine)

mine-title = **Ce que Newsdesk enregistre sur vous**
mine-nothing = Newsdesk n’enregistre rien sous votre identifiant Discord.
mine-authors = Il s’agit de votre compte Discord. Pour faire retirer des articles et commentaires que vous avez écrits ailleurs, utilisez { $request }.
mine-follows = { $count ->
    [one] { $count } suivi dans vos messages privés
    [many] { $count } de suivis dans vos messages privés
   *[other] { $count } suivis dans vos messages privés
}
mine-own-digests = { $count ->
    [one] { $count } revue dans vos messages privés
    [many] { $count } de revues dans vos messages privés
   *[other] { $count } revues dans vos messages privés
}
mine-channel-follows = { $count ->
    [one] { $count } suivi que vous avez créé pour un salon
    [many] { $count } de suivis que vous avez créés pour des salons
   *[other] { $count } suivis que vous avez créés pour des salons
}
mine-digests = { $count ->
    [one] { $count } revue que vous avez planifiée
    [many] { $count } de revues que vous avez planifiées
   *[other] { $count } revues que vous avez planifiées
}
mine-shared = { $count ->
    [one] { $count } carte que vous avez partagée ou publiée
    [many] { $count } de cartes que vous avez partagées ou publiées
   *[other] { $count } cartes que vous avez partagées ou publiées
}
mine-messages = { $count ->
    [one] La trace de { $count } message qui vous a été envoyé
    [many] La trace de { $count } de messages qui vous ont été envoyés
   *[other] La trace de { $count } messages qui vous ont été envoyés
}
mine-visits = { $count ->
    [one] Votre dernière utilisation du bot, dans { $count } serveur
    [many] Votre dernière utilisation du bot, dans { $count } de serveurs
   *[other] Votre dernière utilisation du bot, dans { $count } serveurs
}
mine-searches = { $count ->
    [one] { $count } recherche enregistrée
    [many] { $count } de recherches enregistrées
   *[other] { $count } recherches enregistrées
}
mine-requests = { $count ->
    [one] { $count } demande d’effacement
    [many] { $count } de demandes d’effacement
   *[other] { $count } demandes d’effacement
}
mine-tokens = Votre utilisation du modèle de langage aujourd’hui, jusqu’à minuit UTC
mine-audit = { $count ->
    [one] { $count } entrée dans le journal de la modération, pendant un an
    [many] { $count } d’entrées dans le journal de la modération, pendant un an
   *[other] { $count } entrées dans le journal de la modération, pendant un an
}
mine-loads = { $count ->
    [one] Votre nom sur le bilan de { $count } chargement
    [many] Votre nom sur les bilans de { $count } de chargements
   *[other] Votre nom sur les bilans de { $count } chargements
}
mine-kept = Les questions et les recherches ne sont pas enregistrées sous votre nom. Les bilans, les demandes, les compteurs de jetons et le journal ne peuvent pas être supprimés ici.
mine-delete = Supprimer
mine-question = **Supprimer ce que Newsdesk enregistre sur vous ?**
mine-effect = Sont supprimés vos propres suivis, revues et recherches enregistrées, vos dernières visites et la trace des messages qui vous ont été envoyés : ils ne pourront plus être corrigés. Les revues, les suivis de salons et les cartes partagées restent, sans votre nom.
mine-confirm = Supprimer définitivement
mine-deleted = **Vos données sont supprimées.** Les sauvegardes les gardent jusqu’à leur propre suppression.

## The privacy policy

policy-title = ### Politique de confidentialité
policy-text =
    Newsdesk enregistre les articles et commentaires que chargent la modération et l’équipe du bot, avec les noms de leurs auteurs tels que publiés. Les archives d’un serveur ne sont visibles que dans ce serveur. Les archives partagées sont visibles dans tous ceux qui ne les ont pas désactivées.
    Il enregistre aussi les paramètres, revues et suivis de chaque serveur, avec l’identifiant Discord et le nom de la personne qui les a créés ; les identifiants de ses propres messages, pour les corriger ou les supprimer ; et la dernière utilisation du bot par chaque membre dans un serveur.
    Il ne lit que les messages qui le mentionnent, lui répondent ou lui sont envoyés. Les données ne sont jamais vendues, ni utilisées pour la publicité ou l’entraînement de modèles.
policy-no-log = Les questions ne sont pas enregistrées.
policy-log = L’équipe du bot enregistre les questions, sans le nom ni l’identifiant de qui les pose.
policy-model = Les questions et les citations trouvées sont envoyées à un modèle de langage, sans noms de membres ni d’internautes.
policy-retention = **Durées** : traces des publications { $posts } jours, visites { $visits } jours, journal de la modération { $audit } jours. Les archives et les paramètres restent jusqu’à ce que la modération ou l’équipe du bot les supprime.
policy-purged = { $days ->
    [one] **Quand un serveur retire le bot**, ses archives et ses paramètres sont définitivement supprimés après { $days } jour.
    [many] **Quand un serveur retire le bot**, ses archives et ses paramètres sont définitivement supprimés après { $days } de jours.
   *[other] **Quand un serveur retire le bot**, ses archives et ses paramètres sont définitivement supprimés après { $days } jours.
}
policy-stays = **Quand un serveur retire le bot**, ses données restent jusqu’à ce que l’équipe du bot les supprime.
policy-contact = **Contact** : { $contact }
policy-no-contact = **Contact** : l’équipe de ce bot n’en a pas indiqué. Demandez à la modération de ce serveur.
policy-commands = { $mine } montre et supprime ce qui est enregistré sur vous. { $request } sert à demander votre effacement des archives.

## Requests to be forgotten

request-sent = **La modération a reçu votre demande.** Elle décide si tout ce qu’a écrit { $name } est retiré des archives de ce serveur, et peut vous demander de prouver que c’est vous. Vous recevrez sa décision en message privé, si vous les acceptez.
request-shared = Il s’agit des archives propres à ce serveur. Les archives partagées appartiennent à l’équipe du bot.
request-shared-contact = Il s’agit des archives propres à ce serveur. Pour les archives partagées, contactez l’équipe du bot : { $contact }
request-none = Aucune demande en attente.
request-more = { $count ->
    [one] { $count } autre demande attend.
    [many] { $count } d’autres demandes attendent.
   *[other] { $count } autres demandes attendent.
}
request-card = **Demande d’effacement**
    { $member } demande que tout ce qu’a écrit **{ $name }** soit retiré des archives de ce serveur.
request-check = Vérifiez d’abord qu’il s’agit bien de cet auteur, par exemple grâce à un message envoyé depuis le compte d’origine.
request-grant = Effacer définitivement
request-decline = Refuser
request-decided = { $what ->
    [granted] **Demande acceptée** par { $by }. L’auteur indiqué par { $member } est effacé.
   *[declined] **Demande refusée** par { $by }. Rien n’a changé pour { $member }.
}
request-answer = { $what ->
    [granted] La modération de { $server } a accepté votre demande : l’auteur indiqué est effacé de ses archives.
   *[declined] La modération de { $server } a refusé votre demande d’effacement. Vous pouvez lui demander pourquoi.
}
request-owner = Quelqu’un dans { $server } demande à être effacé des archives. Utilisez-y { $command } pour décider. Pour recevoir ces demandes dans un salon, choisissez-en un pour la modération dans les paramètres.

## Command line: help

cli-about = Newsdesk réunit des articles de presse et leurs discussions dans des archives où l’on peut chercher.
cli-audit = Voir qui a chargé, retiré, effacé ou modifié quoi
cli-audit-about = Seulement ce type d’actions
cli-audit-offset = Sauter ce nombre d’entrées
cli-export = Exporter une discussion, une recherche ou les archives
cli-export-loads-again = Le NDJSON se recharge à l’identique. L’export va sur la sortie standard, ou dans --output.
cli-export-thread = seulement cet article et ses commentaires, par identifiant ou titre
cli-export-search = seulement les discussions de cette recherche, 500 au plus
cli-export-format = markdown, csv, ou ndjson, qui se recharge (par défaut)
cli-export-output = le fichier à écrire
cli-exit-codes = Codes de sortie : 0 terminé, 1 introuvable, 2 saisie incorrecte, 69 Discord injoignable. Une liste vide donne 0.
cli-usage = utilisation :
cli-heading-commands = commandes
cli-heading-arguments = arguments
cli-heading-options = options
cli-help = Afficher cette aide
cli-version = Afficher la version
cli-data = Dossier des bases de données (par défaut : NEWSDESK_DATA, sinon « data »)
cli-guild = Utiliser les archives de ce serveur Discord, et non les archives partagées
cli-json = Afficher un objet JSON, pour les programmes

cli-article-id = Numéro, clé (t3_…) ou titre d’un article
cli-source = Seulement ce site, par exemple courier.example
cli-after = À partir de cette date, par exemple 2024-03-12
cli-before = Avant cette date
cli-limit = Nombre maximal de résultats (par défaut : { $default })

cli-article = Afficher un article et ses commentaires
cli-article-comments = Nombre maximal de commentaires, les plus récents (par défaut : tous)
cli-article-newest = Afficher les commentaires du plus récent au plus ancien, sans retrait
cli-ask = Poser une question et obtenir une réponse citée des archives
cli-ask-question = Votre question, avec vos mots
cli-ask-article = Interroger seulement cet article et ses commentaires
cli-ask-exit-code = Le code de sortie est 1 si les archives n’ont pas de réponse.
cli-backup = Sauvegarder les données et vérifier la sauvegarde, même pendant que le bot tourne
cli-backup-target = Dossier de la sauvegarde
cli-restore = Restaurer une sauvegarde ; les fichiers actuels sont mis de côté
cli-restore-folder = Dossier de la sauvegarde
cli-check = Vérifier les bases de données et dire comment réparer
cli-check-repair = Reconstruire un index de recherche abîmé
cli-comments = Afficher ce qu’on dit d’un article
cli-comments-list = Lister plutôt les commentaires
cli-comments-order = Comment trier la liste (par défaut : thread)
cli-comments-hide-bots = Masquer les commentaires de bots
cli-comments-one-thread = Lister seulement la discussion de cet article, pas tout le sujet
cli-comments-timeline = newsdesk timeline { $id } les affiche.
cli-comments-replies = Lister seulement les réponses à ce commentaire
cli-comments-offset = Sauter ce nombre de commentaires
cli-deliveries = Afficher si les revues programmées sont parues
cli-deliveries-schedule = Seulement cette revue
cli-follows = Lister ce que suivent les salons et les membres
cli-follows-remove = Supprimer ce suivi
cli-forget = Effacer définitivement le nom et les écrits d’un auteur
cli-forget-everywhere = Sans --guild, toutes les archives sont concernées.
cli-forget-what = Quoi effacer
cli-forget-name = Le nom de l’auteur ; les majuscules ne comptent pas
cli-forget-dry-run = Montrer ce qui serait effacé, sans l’effacer
cli-forget-keep-out = Oublier ce nom même si l’archive n’a rien de lui
cli-purge = Supprimer pour de bon des articles et leurs commentaires, par date, source ou subreddit
cli-purge-permanent = Avec --guild, dans les archives de ce serveur ; sinon dans les archives partagées. C’est irréversible : faites d’abord une sauvegarde.
cli-purge-subreddit = Seulement ce subreddit
cli-purge-all = Toutes les archives, avec la liste de leurs chargements
cli-purge-dry-run = Montrer ce qui serait supprimé, sans le supprimer
cli-load = Charger des articles et des commentaires depuis des fichiers
cli-load-path = Fichiers et dossiers à charger, tels quels ou en .zip, .tar, .gz, .xz ou .zst
cli-load-resume = Reprendre ce chargement, ou le dernier qui s’est arrêté ou a échoué
cli-load-name = Nom du chargement (par défaut : celui du premier fichier)
cli-load-dry-run = Montrer ce qui serait chargé, sans le charger
cli-load-subreddit = Seulement ce subreddit ; l’option peut être répétée
cli-load-min-score = Seulement à partir de ce score
cli-load-min-length = Seulement les commentaires d’au moins autant de caractères
cli-load-over-18 = Inclure les publications marquées 18+
cli-load-filters = Les filtres s’appliquent à chaque article et à chaque commentaire. Les pages d’articles n’ont ni subreddit ni score.
cli-loads = Lister les derniers chargements
cli-loads-rejected = Afficher tout ce que ce chargement a rejeté, un objet JSON par ligne
cli-mcp = Laisser des outils d’IA lire les archives par MCP
cli-related = Trouver des articles proches d’un autre
cli-timeline = Voir comment un sujet a été couvert
cli-run = Lancer le bot (nécessite DISCORD_TOKEN)
cli-run-shards = tourner comme un processus parmi plusieurs : ses shards, par exemple 0-3/16, ou auto pour une part égale de ceux que Discord recommande
cli-schedules = Lister les revues programmées
cli-search = Chercher dans les articles et leurs commentaires
cli-search-query = Mots, "expression exacte", -exclu, l’un OR l’autre, début*
cli-search-in = Où chercher (par défaut : les deux)
cli-search-author = Seulement les articles ou commentaires de cette personne
cli-search-order = Comment trier les résultats (par défaut : relevance)
cli-search-offset = Sauter ce nombre de résultats
cli-browse = Parcourir les archives par source, subreddit, flair, jour ou mois
cli-browse-by = Le critère ; sans lui, les articles les plus récents
cli-browse-value = Seulement les articles de cette source, de ce subreddit, flair, jour (2024-03-12) ou mois (2024-03)
cli-stats-by = Compter les discussions par mois, source ou subreddit
cli-trend = Montrer combien de textes répondent à une recherche au fil du temps
cli-stats = Afficher ce que contiennent les archives
cli-status = Montrer l’état du bot, de ses chargements et de ses messages
cli-status-running = indiquer seulement si le bot est connecté à Discord ; code de sortie 1 sinon
cli-summary = Afficher les phrases clés d’un article
cli-try = Essayer le bot dans votre navigateur, sans Discord
cli-try-port = Port de la page locale (par défaut : un port libre)
cli-try-data = Conserver les archives dans ce dossier (par défaut : rien n’est conservé)
cli-undo = Retirer un chargement
cli-undo-load = Le numéro du chargement

## Command line: mistakes in what was typed

cli-mistake-in = { $argument_name } : { $message }
cli-mistake-missing = Il manque : { $value }
cli-mistake-missing-one = Indiquez l’un de ceux-ci : { $value }
cli-mistake-unknown = Non reconnu : { $value }
cli-mistake-conflict = Ne peut pas s’utiliser avec { $value }
cli-mistake-unwanted-value = N’accepte pas de valeur, mais { $value } a été indiqué
cli-mistake-no-value = Nécessite une valeur
cli-mistake-ambiguous = { $option } peut désigner { $matches }
cli-mistake-choice = { $value } ne fait pas partie de { $choices }
cli-mistake-example = Tapez : { $example }
cli-not-an-author = « { $text } » n’est pas un nom d’auteur
cli-not-a-server = « { $text } » n’est pas l’identifiant d’un serveur Discord
cli-not-shards = « { $text } » n’est ni auto ni une indication de shards comme 0-3/16
cli-not-a-number = « { $text } » n’est pas un nombre entier de { $minimum } à { $maximum }

## Command line: what it prints

cli-undated = sans date
cli-by = par { $name }, { $time }
cli-posted-by = publié par { $author }
cli-commenter = internaute { $author }
cli-headline = titre
cli-article-number = article { $id }
cli-comment-number = commentaire { $id }
cli-digest-number = revue { $id }
cli-server = serveur { $id }
cli-channel = salon { $id }
cli-member = membre { $id }

cli-search-found = { $count ->
    [one] { $count } discussion pour { $query }
    [many] { $count } de discussions pour { $query }
   *[other] { $count } discussions pour { $query }
}
cli-search-more = Plus de { $count } discussions pour { $query }
cli-search-respelt = Aucune discussion pour { $query }. { $count ->
    [one] Voici { $count } résultat pour { $instead }
    [many] Voici { $count } de résultats pour { $instead }
   *[other] Voici { $count } résultats pour { $instead }
}
cli-summary-sentences = { $shown } sur { $count ->
    [one] { $count } phrase
    [many] { $count } de phrases
   *[other] { $count } phrases
}

cli-ask-differs = Une autre source dit autre chose
cli-ask-supporters = { $count ->
    [one] { $count } commentaire
    [many] { $count } de commentaires
   *[other] { $count } commentaires
} sur { $read }

cli-digest-disputed-figures = { $count ->
    [one] { $count } internaute conteste l’article : { $theirs }, et non { $ours }
    [many] { $count } d’internautes contestent l’article : { $theirs }, et non { $ours }
   *[other] { $count } internautes contestent l’article : { $theirs }, et non { $ours }
}
cli-digest-busiest = { $count ->
    [one] Moment le plus animé : { $count } commentaire en { $span } à partir du { $time }
    [many] Moment le plus animé : { $count } de commentaires en { $span } à partir du { $time }
   *[other] Moment le plus animé : { $count } commentaires en { $span } à partir du { $time }
}

cli-loading = Chargement
cli-load-waiting = En attente de la fin d’un autre chargement
cli-load-ended = { $state ->
    [done] { $name } : chargé en { $duration }
    [cancelled] { $name } : annulé après { $duration }
    [paused] { $name } : arrêté après { $duration }
   *[failed] { $name } : chargement incomplet, arrêté après { $duration }
}
cli-load-preview = À charger : { $articles ->
    [one] { $articles } article
    [many] { $articles } d’articles
   *[other] { $articles } articles
} et { $comments ->
    [one] { $comments } commentaire
    [many] { $comments } de commentaires
   *[other] { $comments } commentaires
}
cli-load-not-written = Rien n’a été chargé. Relancez la commande sans --dry-run pour charger tout cela.
cli-load-rejected = { $count ->
    [one] { $count } rejeté :
    [many] { $count } rejetés :
   *[other] { $count } rejetés :
}
cli-load-more-rejected = { $count ->
    [one] et { $count } autre
    [many] et { $count } autres
   *[other] et { $count } autres
}
cli-load-rejects-file = Liste complète : { $path }
cli-load-rejects-command = newsdesk loads --rejected { $load }
cli-load-resume-hint = Pour continuer : newsdesk load --resume { $load }
cli-load-undo-hint = Pour retirer : newsdesk undo { $load }
cli-loads-none = Rien n’est encore chargé. Commencez par : newsdesk load FICHIER
cli-forget-done = Contenu vidé : { $articles ->
    [one] { $articles } article
    [many] { $articles } d’articles
   *[other] { $articles } articles
} et { $comments ->
    [one] { $comments } commentaire
    [many] { $comments } de commentaires
   *[other] { $comments } commentaires
}. Le nom de l’auteur est supprimé partout. Un dump chargé de nouveau ne les ramènera pas.
cli-forget-nothing = Rien trouvé de cet auteur. Les dumps chargés plus tard n’en apporteront pas non plus.
cli-forget-unknown = Rien n’a été modifié. Si ce nom n’a pas déjà été oublié, les prochains imports peuvent l’apporter. Ajoutez --keep-out pour l’éviter.

cli-schedules-none = Aucune revue programmée. La modération en crée sur Discord avec /digest create.
cli-next = prochaine parution { $time }
cli-deliveries-none = Aucune revue n’était encore à paraître. Pour voir ce qui est prévu : newsdesk schedules
cli-follows-none = Aucun suivi pour l’instant. Les membres en ajoutent sur Discord avec /follow add.
cli-audit-none = Aucune entrée pour l’instant.
cli-export-done = Exporté dans { $path } : { $articles ->
    [one] { $articles } article
    [many] { $articles } d’articles
   *[other] { $articles } articles
} et { $comments ->
    [one] { $comments } commentaire
    [many] { $comments } de commentaires
   *[other] { $comments } commentaires
}.
cli-audit-shared = archives partagées
cli-follows-removed = Suivi { $id } supprimé : { $what }.

cli-stats-articles = { $articles ->
    [one] { $articles } article
    [many] { $articles } d’articles
   *[other] { $articles } articles
} de { $sources ->
    [one] { $sources } site
    [many] { $sources } de sites
   *[other] { $sources } sites
}
cli-stats-size = { $size } sur le disque
cli-transfer = transférer les archives vers une autre base de données
cli-transfer-to = l’adresse d’une base PostgreSQL, ou un dossier pour SQLite
cli-transfer-copying = Copie de { $table } : { $done } lignes sur { $total }
cli-transfer-comparing = Comparaison de { $table } : { $done } lignes sur { $total }
cli-transfer-stopped = Arrêté. Relancez la même commande pour continuer.
cli-transferred =
    { $rows ->
        [one] { $rows } ligne copiée et comparée.
        [many] { $rows } de lignes copiées et comparées.
       *[other] { $rows } lignes copiées et comparées.
    }
cli-transferred-url = Donnez cette adresse à DATABASE_URL et démarrez le bot. L’ancienne base est inchangée.
cli-transferred-folder = Laissez DATABASE_URL vide, donnez { $folder } à NEWSDESK_DATA et démarrez le bot. L’ancienne base est inchangée.
cli-backup-restore = Vérifiée. Pour la restaurer, arrêtez le bot et lancez : newsdesk restore { $folder }
cli-restored = { $folder } est restauré.
cli-restored-check = Les textes sont intacts, mais autre chose ne va pas. newsdesk check dit quoi faire.
cli-restored-aside = Les fichiers d’avant sont dans { $folder }. Supprimez-les quand tout va bien.
cli-upgrade-backup = Sauvegarde avant la mise à jour ({ $size }) : { $part }
cli-upgrade-running = Mise à jour de { $file }, depuis { $duration }.
cli-upgrade-done = { $file } a été mis à jour en { $duration }. Pour revenir en arrière, lancez newsdesk restore { $backup }, puis utilisez la version précédente.
cli-check-ok = OK
cli-check-broken = défaut

## Command line: what "newsdesk check" finds: what was checked, the result, and what to do

check-pages = { $file } : pages
check-pages-good = intactes
check-schema = { $file } : tables
check-schema-good = complètes
check-schema-bad = manquant ou incorrect : { $names }
check-references = { $file } : références
check-references-good = complètes
check-references-bad = { $count ->
    [one] { $count } ne mène nulle part
    [many] { $count } ne mènent nulle part
   *[other] { $count } ne mènent nulle part
}
check-counts-good = tout concorde
check-comment-counts = { $file } : nombres de commentaires
check-comment-counts-bad = { $count ->
    [one] { $count } article a un nombre de commentaires erroné
    [many] { $count } d’articles ont un nombre de commentaires erroné
   *[other] { $count } articles ont un nombre de commentaires erroné
}
check-receipts = { $file } : bilans
check-receipts-bad = { $count ->
    [one] { $count } bilan cite des commentaires introuvables
    [many] { $count } de bilans citent des commentaires introuvables
   *[other] { $count } bilans citent des commentaires introuvables
}
check-totals = { $file } : totaux
check-totals-bad = { $count ->
    [one] { $count } bilan ne correspond pas au nombre de ses commentaires
    [many] { $count } de bilans ne correspondent pas au nombre de leurs commentaires
   *[other] { $count } bilans ne correspondent pas au nombre de leurs commentaires
}
check-numbers = { $file } : identifiants
check-numbers-bad = { $count ->
    [one] les archives de { $count } serveur utiliseraient un identifiant deux fois
    [many] les archives de { $count } de serveurs utiliseraient un identifiant deux fois
   *[other] les archives de { $count } serveurs utiliseraient un identifiant deux fois
}
check-undos = { $file } : chargements retirés
check-undos-good = retraits complets
check-undos-bad = retirés en partie seulement : { $loads }
check-undos-advice = Si le retrait n’est pas en cours en ce moment, relancez-le pour le terminer.
check-statistics = { $file } : statistiques de recherche
check-statistics-good = complètes
check-statistics-bad = la dernière mise à jour a échoué : { $parts }
check-statistics-advice = La recherche fonctionne, mais des corrections d’orthographe et des formes de mots peuvent manquer. Cherchez-en la raison dans le journal. Après une mise à jour de Newsdesk, le chargement suivant les actualise.
check-indexes = { $file } : index de recherche
check-index = { $file } : index de recherche { $table }
check-index-good = conforme aux textes
check-index-bad = ne correspond pas aux textes
check-index-rebuilt = ne correspondait pas aux textes ; reconstruit
check-index-advice = Pour le reconstruire : newsdesk check --repair
check-index-skipped = non vérifié
check-index-room = Libérez { $size } sur le disque du dossier de données, puis relancez la vérification.
check-not-created = pas encore créée
check-not-ours = n’est pas une base de données de Newsdesk
check-newer = créée par une version plus récente de Newsdesk
check-upgrade = Mettez Newsdesk à jour.
check-damaged = endommagée
check-unreadable = illisible
check-disk = Vérifiez le disque et les droits du dossier.
check-restore = Arrêtez le bot, restaurez la dernière sauvegarde avec newsdesk restore et relancez la vérification.

## Configuration: settings that are wrong, as the command line shows them

config-problem = { $name } : { $problem }
config-token-missing = DISCORD_TOKEN est absent. Créez une application dans le Developer Portal de Discord, copiez le jeton de sa page « Bot » (laissez les trois intents privilégiés désactivés) et définissez DISCORD_TOKEN dans .env ou dans l’environnement. Le prochain démarrage affiche alors le lien d’invitation.
config-token-with-bot = Retirez le mot « Bot » et ne donnez que le jeton.
config-no-token = Ce n’est pas un jeton de bot. Un jeton a trois parties reliées par des points, sans espaces.
config-not-a-folder = « { $path } » n’est pas un dossier.
config-no-such-folder = Il n’y a pas de dossier « { $path } ».
config-time = « { $text } » n’est pas une heure. Écrivez-la comme 03:00.
config-no-file = « { $path } » ne peut pas être un fichier. Choisissez un nom de fichier dans un dossier existant.
config-no-policy = « { $path } » n’est pas lisible comme texte. Indiquez un fichier texte en UTF-8.
config-long-policy = « { $path } » est trop long. Le maximum est de { $most } caractères.
config-long-contact = C’est trop long. Le maximum est de { $most } caractères.
config-one-of = « { $text } » n’est pas valide. Utilisez { $choices }.
config-some-of = « { $text } » n’est pas valide. Utilisez une ou plusieurs de ces valeurs : { $choices }.
config-number = « { $text } » n’est pas valide. Utilisez un nombre entier de { $minimum } à { $maximum }.
config-vectors = « { $text } » n’est pas valide. Utilisez shipped, off, un dossier ou un nom de hub comme somebody/model.
config-vectors-need-extra = Cela nécessite model2vec. Installez newsdesk[model2vec], ou utilisez shipped ou off.
config-no-address = Ce n’est pas une adresse web. Utilisez par exemple http://localhost:8080/v1.
config-no-database = Ce n’est pas l’adresse d’une base PostgreSQL. Utilisez par exemple postgresql://user:password@host/newsdesk et écrivez les caractères spéciaux du mot de passe comme %40.
config-database-needs-extra = Cela nécessite psycopg. Installez newsdesk[postgres], ou laissez le réglage vide.
config-address-with-key = Ne donnez que l’adresse. Une clé se place dans LLM_API_KEY.
config-no-key = Ce n’est pas une clé. Une clé n’a ni espaces ni lettres accentuées.
config-alert = Ce n’est ni l’adresse d’un webhook, ni l’identifiant d’un utilisateur.
config-half-a-model = { $missing } est absent, et { $given } en a besoin.
config-misspelt = { $name } n’est pas un paramètre. Vouliez-vous dire { $near } ?
config-env-file = Impossible de lire .env : { $reason }

## Loads

load-starting = **Chargement :** { $name } · lecture du fichier…
load-queued = **En attente :** { $name } · commencera après le chargement en cours
load-running = **Chargement :** { $name }
load-left = encore { $duration }
load-comments-of = commentaires : { $count } sur environ { $total }
load-rate = { $count }/s
load-read = { $done } lus
load-read-of = { $done } lus sur { $total }
load-rejected = { $count ->
    [one] { $count } rejeté
    [many] { $count } rejetés
   *[other] { $count } rejetés
}
load-rejected-attached = { $count ->
    [one] { $count } rejeté (voir le fichier joint)
    [many] { $count } rejetés (voir le fichier joint)
   *[other] { $count } rejetés (voir le fichier joint)
}
load-left-out = { $reason ->
    [subreddit] d’autres subreddits, laissés de côté : { $count } ({ $option })
    [after] trop anciens, laissés de côté : { $count } ({ $option })
    [before] trop récents, laissés de côté : { $count } ({ $option })
    [min_score] score trop bas, laissés de côté : { $count } ({ $option })
    [min_length] trop courts, laissés de côté : { $count } ({ $option })
   *[over_18] contenus 18+ laissés de côté : { $count } ({ $option } les charge)
}
load-left-out-uncounted = { $count ->
    [one] { $count } laissé de côté (18+ ou filtré)
    [many] { $count } laissés de côté (18+ ou filtrés)
   *[other] { $count } laissés de côté (18+ ou filtrés)
}

load-receipt = { $state ->
    [done] **Chargement terminé :** { $name }, en { $duration }
    [cancelled] **Chargement annulé :** { $name }, après { $duration }
    [paused] **Chargement en pause :** { $name }, après { $duration }
    [failed] **Échec du chargement :** { $name }, après { $duration }
    [undone] **Chargement retiré :** { $name }
    [undoing] **Chargement retiré en partie :** { $name }
   *[running] **Chargement en cours :** { $name }
}
load-new-articles = { $count ->
    [0] Aucun nouvel article
    [one] { $count } nouvel article
    [many] { $count } de nouveaux articles
   *[other] { $count } nouveaux articles
}
load-new-comments = { $count ->
    [0] Aucun nouveau commentaire
    [one] { $count } nouveau commentaire
    [many] { $count } de nouveaux commentaires
   *[other] { $count } nouveaux commentaires
}
load-updated = { $count ->
    [one] { $count } mis à jour
    [many] { $count } mis à jour
   *[other] { $count } mis à jour
}
load-unchanged = { $count ->
    [one] { $count } inchangé
    [many] { $count } inchangés
   *[other] { $count } inchangés
}
load-older = plus anciens que la version conservée : { $count }
load-waiting = Commentaires en attente de leur article, pas encore affichés : { $count }. Ils apparaîtront quand les articles seront chargés (dans les dumps Reddit : les publications, RS_…).
load-missing = Commentaires connus mais absents des archives : { $count }. Ils se trouvent peut-être derrière « voir plus » ou dans des fichiers non chargés.
load-books = { $kind ->
    [articles] Articles lus : { $read } ({ $parts })
   *[comments] Commentaires lus : { $read } ({ $parts })
}
load-books-part = { $what ->
    [new] nouveaux : { $count }
    [updated] mis à jour : { $count }
    [unchanged] inchangés : { $count }
    [older] plus anciens : { $count }
    [waiting] en attente : { $count }
    [rejected] rejetés : { $count }
   *[left_out] laissés de côté : { $count }
}
load-unaccounted = Éléments lus dont le sort est inconnu : { $count }. C’est un défaut de Newsdesk, merci de le signaler.
load-nothing = Rien n’a été chargé.
load-nothing-new = Rien de nouveau. Déjà dans les archives : { $what }.
load-number = Chargement { $load }
load-by = par { $who }
load-rejects-cut = Le fichier joint est le début d’un fichier de { $size }. L’équipe du bot a le tout dans le dossier de données, sous rejects/{ $load }.ndjson.
load-pausing = Mise en pause du chargement { $load }. Vous pourrez le reprendre dans un instant.
load-cancelling = Annulation du chargement { $load }. Son bilan arrive dans un instant.
load-never-started = Rien n’a été chargé.
load-interrupted = Newsdesk s’arrête. Le chargement reprendra de lui-même à son retour.
load-out-of-sight = Newsdesk n’a pas la permission de publier ici : ce message cesse de se mettre à jour au bout de 15 minutes. Le bilan est dans { $command }.
load-direct = Pour retirer ce chargement, utilisez { $undo } sur le serveur.
load-ended = { $how ->
    [cancelled] **Chargement annulé :** { $name }
    [interrupted] **Chargement interrompu :** { $name }
   *[failed] **Échec du chargement :** { $name }
}

load-would-load = **À charger :** { $name }
load-would-change = Par rapport aux archives :
export-done = { $count ->
    [one] **Exporté** en { $format }, en { $count } fichier
    [many] **Exporté** en { $format }, en { $count } de fichiers
   *[other] **Exporté** en { $format }, en { $count } fichiers
}
export-points = { $count ->
    [one] { $count } point
    [many] { $count } de points
   *[other] { $count } points
}
export-running = **Export en cours**
export-loads-again = Cela se recharge, dans ces archives ou d’autres : joignez les fichiers à /archive load.
export-by = proposé par { $who }
load-dates = du { $first } au { $last }
load-would-reject = { $count ->
    [one] { $count } serait rejeté
    [many] { $count } seraient rejetés
   *[other] { $count } seraient rejetés
}
load-room = Demande jusqu’à { $needed } d’espace disque ; { $free } libres.
load-no-room = Ne tient pas sur le disque : demande jusqu’à { $needed }, { $free } libres.
load-previewed = Rien n’a été chargé. Pour charger, relancez la commande sans l’option simulation.

load-undo = Retirer le chargement
load-undo-rest = Retirer le reste
load-undo-question = **Retirer le chargement { $load } ?** { $name }
    Cela supprime { $articles ->
        [one] { $articles } article
        [many] { $articles } d’articles
       *[other] { $articles } articles
    } et { $comments ->
        [one] { $comments } commentaire
        [many] { $comments } de commentaires
       *[other] { $comments } commentaires
    }, et rétablit tout ce qu’il avait modifié.
load-undoing = **Retrait du chargement { $load }**
load-removing = À supprimer : { $articles ->
    [one] { $articles } article
    [many] { $articles } d’articles
   *[other] { $articles } articles
} et { $comments ->
    [one] { $comments } commentaire
    [many] { $comments } de commentaires
   *[other] { $comments } commentaires
}.
load-undone = **Chargement { $load } retiré**
load-removed = Supprimé : { $articles ->
    [one] { $articles } article
    [many] { $articles } d’articles
   *[other] { $articles } articles
} et { $comments ->
    [one] { $comments } commentaire
    [many] { $comments } de commentaires
   *[other] { $comments } commentaires
}.
load-restored = { $count ->
    [one] { $count } version antérieure rétablie.
    [many] { $count } de versions antérieures rétablies.
   *[other] { $count } versions antérieures rétablies.
}
load-undone-by = retiré par { $who }

load-list = **Chargements**, du plus récent au plus ancien
load-none = Aucun chargement pour l’instant. Ajoutez des articles et des commentaires avec { $command }.
load-open = Ouvrir un bilan…
load-state = { $state ->
    [done] terminé
    [cancelled] annulé
    [paused] en pause
    [failed] échec
    [undone] retiré
    [undoing] retiré en partie
   *[running] en cours
}
load-own-archive = **Archives de ce serveur**
load-own-empty = Rien ici pour l’instant. Ajoutez des articles et des commentaires avec { $command }.
load-shared-archive = **Archives partagées**, par l’équipe du bot
load-shared-empty = Rien ici pour l’instant. Seule l’équipe du bot peut y ajouter des articles.
load-sources = { $count ->
    [one] { $count } source
    [many] { $count } de sources
   *[other] { $count } sources
}
load-loads = { $count ->
    [one] { $count } chargement
    [many] { $count } de chargements
   *[other] { $count } chargements
}
load-help =
    ### Les chargements
    { -accepted-files } Joignez le fichier à { $load }, ou indiquez avec `chemin` le nom d’un plus gros, dans le dossier de dépôt de l’équipe du bot.
    {"**"}Les options** restreignent un chargement : `subreddit`, `après`, `avant` et `score-min`. Les contenus 18+ sont laissés de côté, sauf avec `contenus-18`. `simulation` montre ce qui serait chargé.
    {"**"}Pendant le chargement**, vous pouvez le mettre en pause ou l’annuler. Après un redémarrage, il reprend de lui-même. Les lignes illisibles sont listées dans un fichier, avec la raison ; tout le reste est chargé. Charger de nouveau le même dump n’ajoute que les nouveautés.
    {"**"}Ensuite**, { $undo } supprime tout ce qu’un chargement a ajouté.
    -# Pour effacer les articles et commentaires d’une personne des archives de ce serveur, utilisez { $forget }.

load-problem-interrupted = Newsdesk s’est arrêté pendant ce chargement. Reprenez-le pour continuer là où il en était.
load-problem-lost = Newsdesk s’est arrêté pendant ce chargement. Ce qui était chargé est conservé ; vous pouvez le retirer.
load-problem-crashed = Ce chargement a planté trois fois au même endroit : il ne reprend plus tout seul. Ce qu’il avait chargé est conservé. Reprenez le chargement { $load } pour réessayer, ou retirez-le.
load-problem-damaged = { $where } est endommagé ou incomplet. Remplacez-le par une copie complète, puis reprenez le chargement { $load }.
load-problem-disk = { $where } n’a pas pu être lu jusqu’au bout : { $problem }. Vérifiez le disque, puis reprenez le chargement { $load }.
load-problem-stalled = Rien n’a pu être lu pendant une minute près de { $where } : le chargement a été arrêté. Ce qu’il avait chargé est conservé. Retirez cette partie du fichier, puis reprenez le chargement { $load }.
load-problem-unreadable = Le fichier n’a pas pu être lu jusqu’au bout : { $problem }.
load-problem-fault = Un problème est survenu de notre côté ({ $fault }). Le journal de l’équipe du bot en dit plus.

## Rejected input: what is wrong with a file or line of a dump, and what to do

-accepted-files = Newsdesk lit les pages d’articles, les pages web enregistrées (HTML, MHTML, WARC), les flux (RSS, Atom), les dumps Reddit, les fils de Hacker News, Lemmy et Discourse, et les articles ou commentaires en CSV ou JSON, tels quels ou en .zip, .tar, .gz, .xz ou .zst.
accepted-files = { -accepted-files }

rejected-empty = Ce fichier est vide.
rejected-file-kind = { $kind ->
    [office] C’est un document bureautique ou un livre numérique. { -accepted-files }
    [pdf] C’est un PDF. { -accepted-files }
    [picture] C’est une image. { -accepted-files }
    [media] C’est du son ou de la vidéo. { -accepted-files }
    [database] C’est une base de données SQLite. Exportez ses tables en CSV.
    [parquet] C’est une table Parquet. Exportez-la en CSV ou en lignes JSON.
    [seven-zip] C’est un fichier 7-Zip. { -accepted-files }
    [rar] C’est un fichier RAR. { -accepted-files }
    [program] C’est un programme. { -accepted-files }
    [spreadsheet] C’est une feuille de calcul. Enregistrez-la en CSV.
    [dataset] C’est une table sous forme binaire (Arrow, Avro, HDF5 ou NumPy). Exportez-la en CSV ou en lignes JSON.
    [pickle] C’est un pickle Python. Exportez son contenu en CSV ou en lignes JSON.
    [sql] C’est un dump de base de données (SQL). Exportez ses tables en CSV.
    [yaml] C’est du YAML. Convertissez-le en lignes JSON.
    [compressed] C’est compressé d’une façon que Newsdesk ne sait pas lire. Compressez-le en .gz ou .zst.
    [encrypted] Ce fichier est chiffré. Déchiffrez-le d’abord.
    [lfs] Ce fichier ne fait que renvoyer au vrai (Git LFS). Récupérez celui-ci avec « git lfs pull ».
    [torrent] C’est un torrent. Chargez les fichiers qu’il télécharge.
    [email] C’est du courrier électronique. { -accepted-files }
    [javascript] C’est du JavaScript. Supprimez ce qui entoure le JSON.
    [python] C’est du Python, pas du JSON. Écrivez-le avec json.dump.
   *[binary] Ce sont des données binaires. { -accepted-files }
}
rejected-xml = C’est du XML, mais ni une page web ni un flux (RSS, Atom). { -accepted-files }
rejected-html-extra = Les pages web enregistrées, les archives WARC et les flux sont lus par des bibliothèques qui ne sont pas installées ici. L’équipe du bot peut les installer avec « pip install 'newsdesk[html]' ».
rejected-html-no-article = Il n’y a pas d’article sur cette page web, seulement des menus, des liens ou rien du tout. Les pages qui chargent leur texte après coup doivent être enregistrées depuis le navigateur.
rejected-html-tags = Ce fichier a plus de { $count } balises HTML, trop pour une page.
rejected-html-elements = Cette page web a plus de { $count } éléments, trop pour un article.
rejected-html-depth = Les éléments de cette page web sont imbriqués sur plus de { $depth } niveaux, et ce qui est plus profond ne peut pas être lu.
rejected-empty-feed = Il n’y a aucune entrée dans ce flux.
rejected-cut-feed = Ce flux s’interrompt avant la fin. Procurez-vous une nouvelle copie du fichier.
rejected-warc-others = { $count ->
    [one] Dans cette archive, { $count } autre réponse de serveur n’est pas une page web (une image, un script, une erreur). Elle a été laissée de côté.
    [many] Dans cette archive, { $count } autres réponses de serveurs ne sont pas des pages web (images, scripts, erreurs). Elles ont été laissées de côté.
   *[other] Dans cette archive, { $count } autres réponses de serveurs ne sont pas des pages web (images, scripts, erreurs). Elles ont été laissées de côté.
}
rejected-warc-no-pages = Il n’y a pas de pages web dans cette archive (WARC).
rejected-warc-damaged = Cette archive de pages web (WARC) est endommagée ici. Tout ce qui précède a été lu.
rejected-warc-encoding = Cette page web est compressée d’une manière que Newsdesk ne sait pas lire ({ $encoding }).
rejected-binary-text = Ce fichier contient des données binaires. { -accepted-files }
rejected-parquet = C’est une table Parquet avec les colonnes { $columns }. Exportez-la en CSV ou en lignes JSON.
rejected-table = C’est un tableau avec les colonnes { $columns }. Nommez les colonnes « title » et « text » pour charger des articles, ou « id », « link_id » et « body » pour des commentaires.
rejected-empty-table = Ce tableau n’a aucune ligne, seulement les colonnes { $columns }.
rejected-not-a-page = Ce n’est pas une page d’article : aucune ligne « Authored by … and submitted by … » sous le titre, et aucun commentaire avec un nom et une heure. { -accepted-files }
rejected-index = C’est une page d’accueil ou un sommaire qui réunit plusieurs articles, et non la page d’un article. Chargez plutôt les pages des articles.
rejected-several-pages = Une deuxième page commence ici. Enregistrez chaque page dans son propre fichier.
rejected-no-title = Cette page n’a pas de titre.
rejected-long-title = Cette ligne est trop longue pour un titre. { -accepted-files }
rejected-too-many-lines = Ce fichier a plus de { $count } lignes, c’est trop pour une page d’article.
rejected-large-page = Ce fichier dépasse { $megabytes } Mo, c’est trop pour une page d’article. { -accepted-files }

rejected-not-json = Ce fichier n’est pas du JSON valide : l’erreur se trouve à « { $problem } ».
rejected-not-json-line = Cette ligne n’est pas du JSON valide : l’erreur se trouve à « { $problem } ».
rejected-cut-json = Le JSON s’interrompt ici, au milieu d’un enregistrement. Procurez-vous une nouvelle copie du fichier.
rejected-nested-json = Ce JSON est imbriqué trop profondément, ou contient un nombre trop long.
rejected-not-an-export = Cette ligne n’appartient pas à un export que lit cette version de Newsdesk.
rejected-wiped = Il y a ici { $count } octets nuls au lieu de texte : des enregistrements sont perdus. Les enregistrements complets autour ont été lus. Récupérez une nouvelle copie du fichier.
rejected-many-bad = Plus de { $count } enregistrements ici ne sont ni des commentaires ni des publications Reddit. Le reste n’a pas été lu.
rejected-not-a-record = C’est du JSON, mais ni un commentaire Reddit (avec body et link_id), ni une publication ou un article (avec title).
rejected-bad-record = Ce n’est ni un commentaire ni une publication Reddit valide : le champ « { $problem } » manque ou est incorrect.
rejected-number-id = Le champ « { $field } » est le nombre { $number }, qui peut désigner deux identifiants différents. Exportez les identifiants sous forme de texte, comme Reddit les écrit.
rejected-other-json = C’est du JSON sans commentaires Reddit (avec body et link_id), ni publications ou articles (avec title). { -accepted-files }
rejected-not-a-listing = Il n’y a ni articles ni commentaires dans ce fichier. S’il vient d’une API, élargissez la recherche et enregistrez de nouveau les résultats.
rejected-large-listing = Cette liste pèse { $megabytes } Mo, c’est trop pour être lu d’un coup. Chargez plutôt le dump en lignes JSON.
rejected-long-line = Cette ligne pèse { $megabytes } Mo. Les plus longs enregistrements de Reddit font environ 1 Mo.
rejected-bad-id = « { $id } » n’est pas un identifiant Reddit.
rejected-redacted = Les détails ont été supprimés : ils pouvaient montrer un auteur effacé.
rejected-untitled = Cette publication n’a pas de titre.
rejected-untitled-article = Cet article n’a pas de titre.
rejected-row-width = { $fields ->
    [one] Cette ligne a { $fields } champ, mais le tableau a { $columns } colonnes.
   *[other] Cette ligne a { $fields } champs, mais le tableau a { $columns } colonnes.
}
rejected-quotes = { $count ->
    [one] Les guillemets de cette ligne ne vont pas par paires.
   *[other] Les guillemets de ces { $count } lignes ne vont pas par paires.
}
rejected-lone-comment = C’est un commentaire sans la publication à laquelle il appartient (link_id ou permalink).
rejected-no-record = Il n’y a ni titre ni texte ici.
rejected-bad-forum-id = « { $id } » n’est ni le numéro ni l’adresse d’une publication.
rejected-forum-orphan = Ce commentaire n’indique pas à quel fil il appartient.
rejected-forum-site = Cette réponse d’un forum Discourse n’indique pas de quel site elle vient. Chargez plutôt les sujets, enregistrés depuis des adresses comme /t/123.json.
rejected-not-a-forum-record = Ce n’est ni une publication ni un commentaire, bien que placé parmi ceux d’un forum.
rejected-bad-time = « { $time } » n’est pas une date.
rejected-impossible-time = La date { $time } est antérieure à Reddit ou postérieure à ce siècle.

rejected-missing = Ce fichier n’existe pas.
rejected-zst-window = Décompresser ce fichier .zst demande plus de { $megabytes } Mo de mémoire. Réglez NEWSDESK_ZST_WINDOW_MB sur 2048 si la machine en a autant, ou compressez de nouveau le fichier sans « --long ».
rejected-unreadable-file = Impossible d’ouvrir ce fichier : { $problem }.
rejected-unreadable-folder = Impossible d’ouvrir ce dossier : { $problem }.
rejected-read-error = Ce fichier n’a pas pu être lu jusqu’au bout : { $problem }.
rejected-empty-folder = Ce dossier ne contient aucun fichier. { -accepted-files }
rejected-link = C’est un lien vers un autre endroit. Les liens ne sont pas suivis.
rejected-device = C’est un périphérique ou un tube, et non un fichier.
rejected-special = C’est un périphérique ou un fichier creux, et non un fichier ordinaire.
rejected-empty-archive = Ce fichier compressé ne contient aucun fichier. { -accepted-files }
rejected-empty-zip = Ce fichier commence par « PK » comme un .zip, mais ne contient aucun fichier. { -accepted-files }
rejected-encrypted = Ce fichier est chiffré. Décompressez-le et chargez-le sans mot de passe.
rejected-method = Newsdesk ne peut pas lire cette compression (méthode zip { $method }). Compressez le fichier autrement.
rejected-fault = Ce fichier a été laissé de côté, car un problème est survenu de notre côté. Le journal de l’équipe du bot en dit plus.
rejected-damaged = Le fichier compressé est endommagé ou incomplet ici. Tout ce qui précède a été lu.
rejected-bad-header = Le fichier compressé est endommagé ici : l’un de ses en-têtes est beaucoup trop grand.
rejected-too-deep = Plus de { $depth } fichiers compressés sont emboîtés. Décompressez d’abord les premiers.
rejected-inner-zip = Un .zip placé dans un autre fichier compressé ne peut pas dépasser { $megabytes } Mo. Chargez-le seul.
rejected-too-many-members = Ce fichier compressé contient trop de fichiers. Scindez-le, ou décompressez-le dans un dossier.
rejected-too-many-files = Il y a plus de { $count } fichiers. Le reste n’a pas été lu.
rejected-unpacked = Une fois décompressé, cela dépasse { $megabytes } Mo. Le reste n’a pas été lu.
rejected-bomb = Une fois décompressé, cela dépasse { $ratio } fois sa taille, ce qu’aucun vrai dump ne fait. Le reste n’a pas été lu.
rejected-rest = Le reste de ce fichier compressé n’a pas été lu.

rejected-unnamed = Cette discussion n’a ni titre ni identifiant.
rejected-bad-key = « { $key } » n’est l’identifiant ni d’une publication ni d’un commentaire.
rejected-half-character = Le texte contient une moitié de caractère (un demi-codet isolé).
rejected-value = L’une de ses valeurs est trop grande pour les archives.

## The local page: "newsdesk try" shows the bot on a simulated Discord

try-welcome =
    Newsdesk tourne sur un Discord simulé, avec des archives d’exemple. Il n’a besoin ni de jeton ni de réseau.

      { $url }

    Ouvrez cette page dans un navigateur et écrivez dans sa zone de message :
      /search, puis quelques mots, par exemple { $query }
      /ask, puis une question, par exemple : { $question }
      /article random, puis essayez les boutons. « En discuter » ouvre un fil où vous pouvez mentionner Newsdesk et l’interroger.
      /archive load avec votre propre dump. Le menu « Viewing as » permet de devenir simple membre, sans droit de chargement.
try-greeting =
    Newsdesk réunit des articles de presse et leurs discussions dans des archives où l’on peut chercher. Contenu de celles-ci : { $size }. Tout y est inventé.
    {"**"}À essayer**
    { $search } avec la recherche `{ $query }`
    { $ask } avec la question `{ $question }`
    { $random }, puis les boutons sous l’article
    { $load } avec un fichier à vous
    { $help } pour tout le reste
try-kept = Appuyez sur Ctrl-C pour arrêter. Les archives restent dans { $data }.
try-not-kept = Appuyez sur Ctrl-C pour arrêter. Rien n’est conservé.
sample-name = Archives d’exemple
try-server = La salle de lecture
try-topic = Tapez / pour voir ce que Newsdesk sait faire
try-moderator = Mira (modération)
try-member = Tomas (membre)

## Answers

answer-article-says = L’article dit : « { $quote } »
answer-headline-says = Le titre dit : « { $quote } »
answer-commenter-says = Un commentaire dit : « { $quote } »
answer-article-differs = Un autre article dit autre chose : « { $quote } »
answer-headline-differs = Un autre titre dit autre chose : « { $quote } »
answer-commenter-differs = Un commentaire dit autre chose : « { $quote } »
answer-also-in = aussi dans { $titles }
answer-for = **Ce qui le confirme**
answer-against = **Ce qui le contredit**
answer-none-against = Rien trouvé qui le contredise
answer-none-for = Rien trouvé qui le confirme
answer-both-sides = Les deux camps sont cités ; à vous de juger qui a raison
answer-undecided = **Pas de réponse tranchée.** Le passage le plus proche :
answer-latest = **Du plus récent au plus ancien**
answer-opinions = { $count ->
    [one] **Ce qu’on en dit dans { $count } commentaire**
    [many] **Ce qu’on en dit dans { $count } de commentaires**
   *[other] **Ce qu’on en dit dans { $count } commentaires**
}
answer-not-for = **Aucune réponse trouvée pour { $words }.**
answer-opinion = **{ $opinion } · { $count } sur { $total }**
answer-quoted = Cité mot pour mot
answer-not-said = { $articles ->
    [0] **Les archives ne le disent pas.**
    [one] **L’article et ses commentaires ne le disent pas.**
    [many] **Ces articles et leurs commentaires ne le disent pas.**
   *[other] **Ces articles et leurs commentaires ne le disent pas.**
}
answer-not-clear = **Pas de réponse claire.**
answer-no-mention = Aucune mention de { $words }.
answer-closest = Le passage le plus proche :
answer-closest-language = Le passage le plus proche, dans une autre langue que la question :
answer-closest-lacks = Le passage le plus proche ne mentionne pas { $words } :
answer-closest-fact = { $type ->
    [who] Le passage le plus proche ne dit pas qui :
    [when] Le passage le plus proche ne dit pas quand :
    [where] Le passage le plus proche ne dit pas où :
    [count] Le passage le plus proche ne donne pas le chiffre demandé :
   *[why] Le passage le plus proche ne dit pas pourquoi :
}
answer-not-together = Aucun des passages trouvés ne contient à la fois { $words }.
answer-no-question = Cela ne ressemble pas à une question. Interrogez les archives sur un sujet qu’elles traitent, par exemple : Quand le vote sur le marché a-t-il eu lieu ?
answer-asked-by = -# « { $question } », question de { $who }
answer-asked-as = Question comprise ainsi : { $question }
answer-related = Similaires
answer-why = Pourquoi ?
answer-ask-more = Autre question
answer-ask-everything = Interroger toutes les archives
answer-show = Retour à la réponse

answer-why-heading = ### Pourquoi cette réponse : { $question }
answer-words-found = **Trouvé :** { $words }
answer-words-missing = **Introuvable :** { $words }
answer-wanted = { $type ->
    [who] Vous demandez qui : les passages avec des noms comptent le plus.
    [when] Vous demandez quand : les passages avec des dates et des heures comptent le plus.
    [where] Vous demandez où : les passages avec des lieux comptent le plus.
    [count] Vous demandez un nombre : les passages avec des chiffres comptent le plus.
    [why] Vous demandez pourquoi : les passages avec des raisons comptent le plus.
    [yesno] Vous demandez si c’est le cas : voici ce qui le confirme et ce qui le contredit.
    [latest] Vous demandez les nouvelles : les passages les plus récents viennent en premier.
    [opinion] Vous demandez des avis : seuls les commentaires comptent.
   *[other] Les passages les plus proches de votre question comptent le plus.
}
answer-confidence = Degré de confiance dans cette réponse : { $confidence } (il faut au moins { $minimum })
answer-passages = **Passages examinés, du meilleur au moins bon**
answer-considered = Choisis parmi { $articles ->
    [one] { $articles } article
    [many] { $articles } d’articles
   *[other] { $articles } articles
} et { $comments ->
    [one] { $comments } commentaire
    [many] { $comments } de commentaires
   *[other] { $comments } commentaires
}

answer-ask-title = { $articles ->
    [0] Interroger les archives
    [one] Interroger cet article
    [many] Interroger ces articles
   *[other] Interroger ces articles
}
answer-ask-label = Votre question
answer-ask-example = Qui a voté contre ?

ask-after-mention = Écrivez votre question après la mention : { $me } quand le vote sur le marché a-t-il eu lieu ? Répondez à un message de Newsdesk pour l’interroger sur ses articles.
ask-mention-bot = Newsdesk ne lit que les messages qui le mentionnent. Reposez votre question avec { $me }, ou gardez la mention active quand vous répondez.
ask-mention-bot-not-role = Vous avez mentionné un rôle, et Newsdesk ne lit que les messages qui mentionnent le bot. Reposez votre question avec { $me }.
ask-mentions-off = Les mentions restent sans réponse sur ce serveur pour l’instant. { $ask } vous répond en privé, et la modération peut activer les mentions dans { $settings }.

## Language model

llm-written = Rédigé par { $model } à partir de ces citations, chaque phrase vérifiée
llm-written-in-part = Rédigé par { $model } à partir de ces citations, chaque phrase vérifiée ({ $dropped ->
    [one] { $dropped } phrase non prouvée omise
    [many] { $dropped } de phrases non prouvées omises
   *[other] { $dropped } phrases non prouvées omises
})
llm-server-budget = Cité mot pour mot : ce serveur a épuisé les jetons du modèle de langage pour aujourd’hui
llm-member-budget = Cité mot pour mot : vous avez épuisé les jetons du modèle de langage pour aujourd’hui
llm-unreachable = Cité mot pour mot : le modèle de langage n’a pas répondu à temps
llm-unusable = Cité mot pour mot : la réponse du modèle de langage était inutilisable
llm-unproven = Cité mot pour mot : les citations prouvent trop peu de ce qu’a écrit le modèle de langage
llm-repeated = Cité mot pour mot : le modèle de langage n’a fait que répéter le titre ou une citation
about-llm = Un modèle de langage ({ $model }) peut condenser ce qui a été trouvé. Il reçoit la question et les citations, jamais les noms des internautes. Chacune de ses phrases est vérifiée, puis affichée avec les citations ou écartée. Les cartes indiquent quand il a servi.
llm-spent = Jetons utilisés ici aujourd’hui : { $spent } sur { $limit }. Remise à zéro { $until }.
llm-spent-by-member = Jetons utilisés ici aujourd’hui : { $spent } sur { $limit }, dont vous : { $own } sur { $own_limit }. Remise à zéro { $until }.

## Status: of the bot, its loads, posts and machine

status-heading = État
# $since is a time.
status-bot = { $state ->
    [connected] Connecté à Discord, en marche depuis le { $since }.
    [disconnected] Non connecté à Discord, en marche depuis le { $since }.
    [stuck] Le bot ne répond plus. Redémarrez-le.
   *[stopped] Le bot n’est pas en marche.
}
status-processes = Processus : { $count }, avec { $running } shards sur { $shards }
status-waiting = Messages en attente d’envoi : { $count }
status-disk = Disque : { $free } libres sur { $total } ; les archives occupent { $used }.
status-model = { $state ->
    [unreachable] Modèle de langage : { $model } sur { $host }, injoignable
   *[working] Modèle de langage : { $model } sur { $host }
}
status-no-model = Modèle de langage : aucun
status-backup = Dernière sauvegarde : { $time }
status-no-backup = Dernière sauvegarde : aucune
status-troubles = À corriger
status-trouble = { $text } (depuis : { $since })
status-loads = Derniers chargements
status-no-loads = Aucun chargement pour l’instant.
status-load = { $load }. { $name } · { $state } · { $time }
status-digests = Prochaines revues
status-no-digests = Aucune revue n’est programmée.
status-digest = Revue { $number } · { $channel } · { $time }
status-failures = Échecs des dernières 24 heures : { $count }
# $reason is such as: the channel was deleted
status-failure = { $kind ->
    [digest] Revue { $number }
    [notice] Alerte d’un suivi
   *[edit] Modification d’un message
} · { $channel } · { $time } · { $reason }
trouble-loader = Un chargement s’est arrêté de façon inattendue. Cherchez la raison dans le journal, puis reprenez le chargement.
trouble-disk = Le disque du dossier de données est presque plein. Libérez de la place, sinon les chargements et les messages s’arrêteront.
trouble-database = La base de données { $file } est endommagée. Arrêtez le bot, lancez « newsdesk check » et suivez ses conseils.
trouble-posts = Des messages ne partent pas. « newsdesk status » montre lesquels et pourquoi.
trouble-model = Le modèle de langage { $model } est injoignable : seules les citations s’affichent. Vérifiez les réglages LLM_BASE_URL et LLM_API_KEY, et le serveur du modèle.
# $reason is a whole sentence.
trouble-backup = La dernière sauvegarde a échoué : { $reason } Corrigez cela, puis lancez « newsdesk backup ».
trouble-token = Discord refuse DISCORD_TOKEN. Copiez-le de nouveau depuis le portail des développeurs, puis redémarrez le bot.
# $text is one of the sentences above, for the operator.
alert = Newsdesk a besoin de vous. { $text }

## Help

help-heading = ### Ce que vous pouvez faire ici
help-group-read = **Lire**
help-group-ask = **Demander et suivre**
help-group-moderators = **Pour la modération**
help-more = -# Choisissez un sujet dans { $help } pour en savoir plus sur la recherche, les questions, les suivis ou les chargements.
help-apps = Applications > { $name }
welcome =
    Newsdesk réunit des articles de presse et leurs discussions dans des archives où l’on peut chercher.
    Essayez { $search } ou { $ask }. La modération ajoute des articles avec { $load }. Pour tout le reste, consultez { $help }.
welcome-no-channel = Newsdesk ne peut encore publier dans aucun salon de { $server }. Donnez-lui les permissions Voir le salon et Envoyer des messages là où il doit publier.
welcome-sample = {"**"}{ $sample }** ajoute de petites archives inventées pour faire des essais. Retirer, sur son bilan, les enlève.
welcome-sample-direct = {"**"}{ $sample }** ajoute à { $server } de petites archives inventées pour faire des essais.
welcome-in-server = Sur le serveur, { $settings } ouvre les paramètres et { $create } programme une première revue.
welcome-button-sample = Charger l’exemple
welcome-button-settings = Paramètres
welcome-button-digest = Programmer une revue…
welcome-button-check = Vérifier les permissions
about = Newsdesk réunit des articles de presse et leurs discussions dans des archives où l’on peut chercher. Ses réponses, ses résumés et ses synthèses sont faits de citations, mot pour mot.
about-without-model = Il n’utilise aucun service d’IA. Tout est calculé sur la machine où il tourne.
about-archive = Ces archives comptent { $size }.
about-questions = { $asked ->
    [one] { $asked } question posée ici, { $answered } avec réponse.
    [many] { $asked } de questions posées ici, { $answered } avec réponse.
   *[other] { $asked } questions posées ici, { $answered } avec réponse.
}
about-privacy = -# Newsdesk ne lit que les messages qui le mentionnent, lui répondent ou lui sont adressés en privé, et ceux que vous ouvrez avec Applications. { $questions ->
    [stored] L’équipe du bot conserve les questions, sans les noms.
   *[counted] Les questions sont comptées, pas conservées.
} Les longues recherches sont conservées sans nom, pour que leurs boutons continuent de fonctionner. Pour /catchup, il retient votre dernière utilisation sur chaque serveur.
ask-help =
    ### Les questions
    { $ask } répond par des citations des archives, mot pour mot, chacune avec sa source et sa date. Quand les archives ne disent rien, la réponse l’indique.
    En anglais, certaines tournures orientent la réponse :
    `who`, `when`, `where`, `how many` mettent le fait en premier
    `is it true that…` montre ce qui le confirme et ce qui le contredit
    `what do people think of…` compte et cite les internautes
    `latest on…` met le plus récent en premier
    {"**"}Les options** précisent une question : `article`, `source`, `après` et `avant`.
    {"**"}Sans la commande**, mentionnez Newsdesk avec votre question dans un salon où la modération le permet, répondez à l’un de ses messages en gardant la mention (pour interroger les mêmes articles) ou écrivez-lui en privé (pour interroger les archives partagées de l’équipe du bot). Appuyez sur **Poser une question** sous un article, ou choisissez **Question à ce sujet** dans les Applications d’un message. **En discuter** ouvre un fil sur un article.
    -# Newsdesk ne peut pas lire les messages qui ne le mentionnent pas. Le nombre de questions par minute est limité.
