# Glossary
# article = artículo
# thread (an article with its comments) = hilo
# comment = comentario
# comment digest = resumen de comentarios; on cards: lo que se comenta
# digest (the scheduled post) = boletín
# archive = hemeroteca
# archive (a file such as .zip) = fichero comprimido
# load = carga
# dump = volcado
# file = fichero
# receipt = informe de carga
# undo = deshacer
# follow = seguimiento
# notice = aviso
# catch-up = novedades
# source = fuente
# site = sitio
# author = autor
# moderator = moderador; as a group: el equipo de moderación
# member = miembro
# server = servidor
# channel = canal
# forum = foro
# thread (Discord's) = hilo
# role = rol
# permission = permiso
# direct message = mensaje directo, MD
# button = botón
# message = mensaje
# post = publicación
# settings = ajustes
# mention = mención
# slash command = comando de barra diagonal
# quote = cita
# word for word = textual
# summary = resumen
# headline = titular
# score = puntuación
# points = puntos
# rejected = rechazado
# operator = operador (del bot)
# database = base de datos
# folder = carpeta; drop folder = carpeta de entrada
# word vectors = vectores de palabras
# language model = modelo de lenguaje
# View Channel = Ver canal
# Send Messages = Enviar mensajes
# Send Messages in Threads = Enviar mensajes en hilos
# Create Posts = Crear publicaciones
# Create Public Threads = Crear hilos públicos
# Read Message History = Leer el historial de mensajes
# Manage Server = Gestionar servidor
# Manage Threads = Gestionar hilos

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-article = Lee y publica artículos
    .name = artículo
command-article-post = Publica un artículo a la vista de todo el canal
    .name = publicar
command-article-random = Muestra un artículo al azar
    .name = al-azar
command-article-related = Busca artículos relacionados con otro
    .name = relacionados
command-article-show = Muestra la ficha de un artículo
    .name = mostrar
command-article-timeline = Ver cómo se informó de una noticia, con sus hilos
    .name = cronología
command-article-summary = Lee el resumen de un artículo
    .name = resumen
option-title = Parte del título; elígelo en la lista
    .name = título
option-length = Extensión del resumen
    .name = extensión
choice-length-short = Corto (3 frases)
choice-length-medium = Medio (6 frases)
choice-length-long = Largo (12 frases)
option-channel-to-post = Dónde publicarlo (por defecto, aquí)
option-thread = Abrir también un hilo para él
    .name = hilo
command-catchup = Lo nuevo desde tu última visita
    .name = novedades
command-comments = Lee lo que se comenta de un artículo
    .name = comentarios
command-comments-digest = Resume lo que se comenta de un artículo
    .name = resumen
command-comments-list = Lee los comentarios de un artículo
    .name = lista
option-sort = Cómo ordenar los comentarios
    .name = orden
option-hide-bots = Omite los comentarios de bots
    .name = sin-bots
option-one-thread = Solo este hilo, no toda la noticia
    .name = solo-este-hilo
command-digest = Programa publicaciones de la hemeroteca
    .name = boletín
command-digest-create = Programa un boletín, con vista previa
    .name = crear
command-digest-delete = Elimina un boletín; lo ya publicado se queda
    .name = eliminar
command-digest-edit = Cambia un boletín, con vista previa
    .name = editar
command-digest-history = Últimas ediciones de un boletín, con enlaces
    .name = historial
command-digest-list = Lista de los boletines de este servidor
    .name = lista
command-digest-pause = Pausa un boletín hasta que lo reanudes
    .name = pausar
command-digest-resume = Reanuda un boletín en pausa
    .name = reanudar
command-digest-run = Publica un boletín ahora, fuera de su horario
    .name = publicar
command-digest-show = Muestra los ajustes y el estado de un boletín
    .name = mostrar
command-digest-why = Por qué se publicaron u omitieron artículos
    .name = por-qué
option-digest = Qué boletín
    .name = boletín
option-when = Cada cuánto se publica
    .name = frecuencia
option-what = Qué se publica
    .name = contenido
option-query-of-digest = Palabras, o una fuente o un subreddit
option-channel-of-digest = Dónde (por defecto, el canal de boletines o este)
option-at = Hora local, como 8:30 (por defecto, 08:00)
    .name = hora
option-at-of-post = Hora de la edición, como 2024-03-12 08:00
option-day = Semanal: de lunes a domingo. Mensual: de 1 a 31
    .name = día
option-cron = Cinco campos de cron, como 30 8 * * 1-5
    .name = cron
option-zone-of-digest = Como Europe/Madrid (por defecto, la del servidor)
option-count = Máximo de artículos (por defecto, 5)
    .name = máximo
option-style = Cuánto se muestra de cada artículo
    .name = formato
option-days = Para lo más comentado: últimos N días (0: todos)
    .name = periodo
option-late = Horas de retraso admitidas (0: ninguna)
    .name = retraso
option-skip-empty = No publicar nada si no hay novedades
    .name = omitir-vacíos
option-quiet = Horas sin publicaciones: 22:00-7:00, u off
    .name = silencio
option-thread-on-digest = Abrir un hilo en cada publicación
option-tag = En un foro: la etiqueta de cada publicación
    .name = etiqueta
option-article = Por qué se publicó u omitió este artículo
    .name = artículo
option-topic = Palabras que buscar
    .name = tema
choice-daily = cada día
choice-weekdays = de lunes a viernes
choice-weekly = una vez por semana
choice-monthly = una vez al mes
choice-cron = cron (para expertos)
choice-newest = lo nuevo desde el último boletín
choice-on-this-day = tal día como hoy en otros años
choice-most-discussed = lo más comentado
choice-search = lo último de una búsqueda
choice-source = lo último de una fuente
choice-subreddit = lo último de un subreddit
choice-random = una selección al azar
choice-headlines = titulares
choice-summaries = resúmenes
choice-comment-digests = lo que se comenta
command-follow = Recibe avisos de artículos y comentarios nuevos
    .name = seguimiento
command-follow-add = Sigue una búsqueda, para ti o para un canal
    .name = añadir
command-follow-digest = Recibe un boletín por mensaje directo, cuando quieras
    .name = boletín
option-channel = Avisar a este canal y no a ti
    .name = canal
command-follow-list = Consulta, silencia o quita seguimientos
    .name = lista
command-follow-remove = Deja de seguir algo
    .name = quitar
option-follow = Qué seguimiento quitar
    .name = seguimiento
command-privacy = Ver qué se guarda sobre ti o pedir que se te olvide
    .name = privacidad
command-privacy-mine = Ver qué se guarda sobre ti y borrarlo
    .name = mis-datos
command-privacy-policy = Leer la política de privacidad de este bot
    .name = política
command-privacy-request = Pedir que se te olvide como autor
    .name = solicitar
option-author-to-request = El nombre con el que escribiste, como en la hemeroteca
option-note = Algo que ayude a comprobar que eres tú
    .name = nota
command-archive-forget = Borra para siempre lo que escribió un autor y su nombre
    .name = olvidar
option-author-to-forget = Su nombre, tal como sale en la hemeroteca
command-archive = Carga artículos en la hemeroteca de este servidor
    .name = hemeroteca
command-archive-load = Carga artículos y comentarios desde un fichero
    .name = cargar
command-archive-loads = Últimas cargas y sus informes
    .name = cargas
command-archive-stats = Muestra qué hay en la hemeroteca de este servidor
    .name = estadísticas
command-archive-undo = Deshaz una carga
    .name = deshacer
command-archive-export = Exportar un hilo, una búsqueda o la hemeroteca
    .name = exportar
option-format = Markdown para leer, CSV para hojas de cálculo, NDJSON para volver a cargar
    .name = formato
choice-export-markdown = Markdown, para leer
choice-export-csv = CSV, para hojas de cálculo
choice-export-ndjson = NDJSON, para volver a cargar
option-title-to-export = Exportar este hilo
option-query-to-export = Exportar los hilos de esta búsqueda
command-archive-requests = Decidir sobre las solicitudes de olvido
    .name = solicitudes
command-audit = Ver quién ha cargado, deshecho o cambiado qué
    .name = registro
option-about = Solo este tipo de acciones
    .name = tipo
choice-audit-loads = cargas y exportaciones
choice-audit-privacy = autores olvidados y eliminaciones
choice-audit-settings = ajustes
choice-audit-digests = boletines y seguimientos
option-dry-run = Mostrar lo que se cargaría, sin cargarlo
    .name = simulación
option-file = Página .txt, volcado de Reddit o un comprimido
    .name = fichero
option-load = La carga; elígela en la lista
    .name = carga
option-min-score = Solo a partir de esta puntuación
    .name = puntuación-mínima
option-over-18 = Incluir lo +18 (por defecto queda fuera)
    .name = mayores-de-18
option-path = En vez de un fichero: un nombre de la carpeta de entrada
    .name = ruta
option-subreddit = Solo estos subreddits, separados por comas
    .name = subreddit
command-about = Qué es Newsdesk y qué guarda
    .name = acerca-de
command-ask = Recibe una respuesta con citas de la hemeroteca
    .name = preguntar
option-question = Tu pregunta, con tus palabras
    .name = pregunta
option-article-to-ask = Solo este artículo; elígelo en la lista
menu-ask = Preguntar por esto
menu-ask-help = Pregunta por los artículos de un mensaje
command-help = Qué puedes hacer aquí
    .name = ayuda
option-topic-of-help = Más información sobre un tema
choice-help-search = buscar
choice-help-asking = preguntar
choice-help-following = seguir
choice-help-loading = cargar
command-news = Un boletín sobre un tema, solo para ti
    .name = noticias
command-search = Busca artículos y sus comentarios
    .name = buscar
menu-find = Buscar en la hemeroteca
menu-find-help = Busca los enlaces y el titular de un mensaje
command-browse = Explora artículos por fuente, subreddit, día o flair
    .name = explorar
option-by = Por qué explorar (por defecto, lo más reciente)
    .name = por
option-value = Una fuente, un subreddit, flair, día o mes
    .name = valor
option-stats-by = Cuenta los hilos por mes, fuente o subreddit
command-trend = Cuánto aparecen unas palabras o una fuente con el tiempo
    .name = tendencia
choice-browse-newest = más recientes
choice-browse-source = fuente
choice-browse-subreddit = subreddit
choice-browse-flair = flair
choice-browse-day = día
choice-browse-month = mes
command-searches = Guarda búsquedas y repítelas
    .name = búsquedas
command-searches-save = Guarda una búsqueda con un nombre
    .name = guardar
command-searches-list = Tus búsquedas guardadas y las compartidas aquí
    .name = lista
command-searches-run = Repite una búsqueda guardada
    .name = repetir
command-searches-delete = Borra una búsqueda guardada
    .name = borrar
option-name = El nombre de la búsqueda
    .name = nombre
option-shared = Que pueda usarla todo el servidor (por defecto, no)
    .name = compartida
option-query = Palabras, "una frase", -sin, una OR otra, inicio*
    .name = consulta
option-in = Dónde buscar (por defecto, en ambos)
    .name = en
option-source = Solo artículos de este sitio
    .name = fuente
option-author = Solo artículos o comentarios de esta persona
    .name = autor
option-after = Desde ese día: 2024, 2024-03 o 2024-03-12
    .name = desde
option-before = Antes de: 2024, 2024-03 o 2024-03-12
    .name = antes
option-search-title = Solo hilos con estas palabras en el titular
option-search-subreddit = Solo este subreddit
option-flair = Solo artículos con este flair
    .name = flair
option-min-comments = Solo hilos con al menos estos comentarios
    .name = comentarios-mínimos
option-order = Cómo ordenar (por defecto, los más relevantes)
    .name = orden
choice-best-first = primero los más relevantes
choice-newest-first = primero los más recientes
choice-highest-first = primero los más votados
choice-articles = artículos
choice-comments = comentarios
choice-articles-and-comments = artículos y comentarios
command-settings = Consulta y cambia los ajustes de este servidor
    .name = ajustes
command-status = Consulta las cargas, los próximos boletines y los problemas
    .name = estado
option-zone = Zona horaria de los boletines, como Europe/Madrid
    .name = zona-horaria
option-follows-a-day = Máximo de avisos al día en cada destino
    .name = avisos-al-día
option-language = Idioma de lo que ve todo el mundo
    .name = idioma
choice-server-language = El mismo que el servidor
option-file-to-import = Fichero guardado con Exportar; antes verás los cambios

## Shared by many cards

fault = Algo ha fallado por nuestra parte. Referencia para el operador: { $reference }
button-article = Artículo
button-ask = Preguntar
button-comments = Comentarios
button-cancel = Cancelar
button-keep = Dejarlo como está
button-follow = Seguir
button-save = Guardar
button-pause = Pausar
button-resume = Reanudar
button-share = Compartir
button-timeline = Cronología
button-undo = Deshacer
button-what-people-say = Lo que se comenta
select-open = Abrir…
quoted = «{ $text }»
shared-by = -# Compartido por { $who }
posted-by = -# Publicado por { $who }
articles = { $count ->
    [one] 1 artículo
    [many] { $count } de artículos
   *[other] { $count } artículos
}
threads = { $count ->
    [one] 1 hilo
    [many] { $count } de hilos
   *[other] { $count } hilos
}
comments = { $count ->
    [one] 1 comentario
    [many] { $count } de comentarios
   *[other] { $count } comentarios
}
comments-of-known = { $count } de unos { $known } comentarios
points = { $count ->
    [one] 1 punto
    [many] { $count } de puntos
   *[other] { $count } puntos
}
page-of = página { $page } de { $count }
items-shown = { $range } de { $total }
items-shown-of-more = { $range } de más de { $total }
archive-size-years = { $threads }, de { $first } a { $last }
archive-size-year = { $threads }, de { $first }

archive-empty = Aquí todavía no hay artículos. El equipo de moderación puede añadirlos con { $load }.
archive-empty-shared = Aquí todavía no hay artículos. En los mensajes directos se busca en la hemeroteca compartida del operador; cada servidor puede tener la suya.

## Errors: what is wrong, where, and what to do

error-already-undone = La carga { $load } ya está deshecha.
error-always-quiet = Todas las horas de este boletín caen en sus horas de silencio. Cámbialas o permite que se publique con retraso.
error-archive-empty = Esta hemeroteca está vacía. Carga primero algunos artículos.
error-asked-too-often = { $most ->
    [one] Puedes hacer 1 pregunta por minuto.
    [many] Puedes hacer { $most } de preguntas por minuto.
   *[other] Puedes hacer { $most } preguntas por minuto.
} { $seconds ->
    [one] Vuelve a intentarlo en 1 segundo.
    [many] Vuelve a intentarlo en { $seconds } de segundos.
   *[other] Vuelve a intentarlo en { $seconds } segundos.
}
error-attachment-gone = Ese fichero ya no está en Discord. Adjúntalo de nuevo.
error-attachment-too-large = Ese fichero ocupa { $size }, y aquí el límite es de { $limit }. Divídelo o pide al operador que lo cargue.
error-backup-exists = { $file } ya existe. Elige otra carpeta para la copia de seguridad.
error-data-in-use = Newsdesk está usando «{ $data }». Detenlo primero.
error-data-locked = «{ $data }» se está restaurando o actualizando. Vuelve a intentarlo cuando termine.
error-no-room-for-upgrade = Antes de actualizar se hace una copia de seguridad. Necesita { $needed } MB y hay { $free } MB libres. Libera espacio e inicia de nuevo.
error-no-room-for-backup = Una copia de seguridad necesita { $needed } MB en { $folder }, contando el espacio para probarla; hay { $free } MB libres. Libera espacio o elige otra carpeta.
error-no-room-for-restore = Esta copia de seguridad necesita { $needed } MB y hay { $free } MB libres. Libera espacio y vuelve a intentarlo.
error-not-a-backup = No hay ninguna copia de seguridad en «{ $folder }»: falta corpus.db o es la propia carpeta de datos. Elige la carpeta de una copia.
error-backup-damaged = La copia de seguridad en { $folder } está dañada ({ $problem }). No se ha cambiado nada. Usa otra.
error-backup-unsound = La nueva copia de seguridad en { $folder } no se pudo restaurar ({ $problem }). Ejecuta newsdesk check.
error-no-database-dump = No hay ninguna copia de seguridad en «{ $folder }», o no es de esta base de datos. Elige la carpeta de una copia.
error-transfer-same = La hemeroteca ya está ahí. Indica otra base de datos u otra carpeta.
error-transfer-not-empty = Ya hay algo en { $place }. Elige una base de datos o una carpeta vacía.
error-transfer-unfinished = El traslado a { $place } no ha terminado. Ejecútalo de nuevo desde donde estaba la hemeroteca.
error-transfer-outdated = La hemeroteca ha cambiado desde que empezó el traslado a { $place }. Empieza de nuevo con una base de datos o una carpeta vacía.
error-transfer-differs = La copia de { $table } es distinta: { $before } filas allí, { $after } aquí. La hemeroteca ha cambiado desde que empezó el traslado. Empieza de nuevo con una base de datos o una carpeta vacía.
error-no-pg-dump = Las copias de seguridad de PostgreSQL necesitan { $program }, que no está instalado aquí. Instala los programas cliente de PostgreSQL, o haz la copia en el propio servidor.
error-pg-dump-failed = { $program } ha fallado: { $problem }. No se ha cambiado nada. Resuélvelo y vuelve a intentarlo.
error-bad-cron = { $field ->
    [minute] El minuto de una línea de cron va de 0 a 59; «{ $value }» no vale.
    [hour] La hora de una línea de cron va de 0 a 23; «{ $value }» no vale.
    [monthday] El día del mes de una línea de cron va de 1 a 31; «{ $value }» no vale.
    [month] El mes de una línea de cron va de 1 a 12, o de jan a dec; «{ $value }» no vale.
    [weekday] El día de la semana de una línea de cron va de 0 a 7, o de mon a sun; «{ $value }» no vale.
   *[line] «{ $value }» no es una línea de cron. Escribe cinco campos, como 30 8 * * 1-5.
}
error-bad-date = «{ $text }» no es una fecha. Prueba con 2024-03-12, 12.3.2024, 2024-03 o 2024.
error-bad-day = «{ $text }» no es un día. Usa de lunes a domingo en los boletines semanales y de 1 a 31 en los mensuales.
error-bad-exclusions = Son demasiadas cosas que omitir. Cada lista admite hasta { $most } entradas de hasta { $longest } caracteres.
error-exclusions-too-long = Son demasiadas cosas que omitir. Las entradas de un mismo campo pueden sumar hasta { $most } caracteres.
error-bad-minimum = «{ $text }» no es un mínimo. Escribe, por ejemplo: score 10, comments 5.
error-bad-plan = El valor de { $field } de este boletín está fuera de los límites. Créalo de nuevo con /digest create.
error-bad-tag-rule = «{ $text }» no es una regla de etiquetas. Escribe solo una etiqueta o una regla como «Deporte: source bbc.co.uk».
error-bot-may-not-ping = Newsdesk no puede mencionar el rol { $role } en #{ $where }. Permite que cualquiera lo mencione o elige otro.
error-member-may-not-ping = No puedes mencionar el rol { $role } en #{ $where }. Elige uno que puedas mencionar.
error-member-lacks = No tienes permiso para crear este boletín en #{ $where }. Allí necesitas { $permissions }.
error-no-such-role = Ese rol no se puede mencionar. Elige un rol de este servidor que no sea @everyone.
error-not-announcements = #{ $where } no es un canal de anuncios, así que no se puede difundir nada desde ahí. Desactiva la difusión o elige otro canal.
error-unknown-placeholder = { $name } no es un marcador válido aquí. Los válidos son: { $known }.
error-bad-quiet = «{ $text }» no es una franja horaria. Prueba con 22:00-7:00, o con off.
error-bad-settings-file = Eso no es un fichero de ajustes de Newsdesk. Elige uno guardado con Exportar.
error-bad-time = «{ $text }» no es una hora. Prueba con 8:30 o 20:15.
error-bad-zone = «{ $text }» no es una zona horaria. Prueba con Europe/Madrid o America/Bogota.
# $operator is an operator of a search, such as score; $value is what was written after it.
error-operator-date = «{ $operator }:{ $value }» no lleva una fecha. Escribe { $operator }:2024-03-12, { $operator }:2024 o { $operator }:yesterday.
error-operator-number = «{ $operator }:{ $value }» no lleva un número. Escribe { $operator }:>10, { $operator }:<5 o { $operator }:10..20.
error-operator-or-excluded = OR no puede unir solo una palabra excluida y un operador como author:. Añade una palabra que buscar.
error-operator-value = «{ $operator }:{ $value }» no nombra nada. Escribe { $operator }:NOMBRE o { $operator }:"DOS PALABRAS" entre comillas.
error-query-too-complex = Esa búsqueda combina demasiadas palabras con OR y paréntesis. Pon menos palabras entre paréntesis.
error-no-search-name = Ponle un nombre a la búsqueda.
error-no-such-saved-search = No hay ninguna búsqueda guardada «{ $name }». Elige una de la lista.
error-not-your-search = Solo puedes borrar las búsquedas que has guardado tú. El equipo de moderación puede borrar las compartidas.
error-too-many-saved = Ya tienes { $most } búsquedas guardadas aquí. Borra una primero.
error-too-many-shared = Este servidor ya tiene { $most } búsquedas compartidas. Guárdala sin compartirla o borra una primero.
error-bot-lacks = Newsdesk no tiene permiso para publicar boletines en #{ $where }. Allí necesita: { $permissions }.
error-bot-may-not-post = Newsdesk no tiene permiso para publicar en #{ $where }. Allí necesita «Ver canal» y «Enviar mensajes».
error-bot-may-not-thread = Newsdesk no tiene permiso para crear hilos en #{ $where }. Allí necesita «Crear hilos públicos».
error-bot-not-allowed = Newsdesk no tiene permiso para hacer eso aquí. Revisa sus permisos en este canal.
error-changed-meanwhile = Otra persona acaba de cambiar el boletín { $schedule }. Revísalo y repite tu cambio.
error-channel-gone = El canal del boletín { $schedule } ya no existe. Elige otro con /digest edit.
error-channel-too-busy = { $most ->
    [one] En este canal se puede hacer 1 pregunta por minuto.
    [many] En este canal se pueden hacer { $most } de preguntas por minuto.
   *[other] En este canal se pueden hacer { $most } preguntas por minuto.
} { $seconds ->
    [one] Vuelve a intentarlo en 1 segundo.
    [many] Vuelve a intentarlo en { $seconds } de segundos.
   *[other] Vuelve a intentarlo en { $seconds } segundos.
}
error-commands-changed = Este comando ha cambiado. Reinicia Discord para usar la nueva versión.
error-cron-too-often = { $minutes ->
    [one] Un boletín se puede publicar como mucho una vez por minuto. Haz que la línea de cron sea menos frecuente.
    [many] Un boletín se puede publicar como mucho cada { $minutes } de minutos. Haz que la línea de cron sea menos frecuente.
   *[other] Un boletín se puede publicar como mucho cada { $minutes } minutos. Haz que la línea de cron sea menos frecuente.
}
error-archive-unavailable = La hemeroteca no está disponible ahora mismo. Vuelve a intentarlo en un momento.
error-bad-database-url = DATABASE_URL no es la dirección de una base de datos PostgreSQL. Usa una como postgresql://user:password@host/newsdesk y escribe los caracteres especiales de la contraseña como %40.
error-database-busy = La hemeroteca ({ $file }) está ocupada. Vuelve a intentarlo en un momento.
error-database-damaged = La base de datos { $file } está dañada. Ejecuta «newsdesk check» para saber qué hacer.
error-database-read-only = La base de datos { $file } es de solo lectura. Revisa los permisos de su carpeta.
error-database-unreachable = No se puede abrir { $file }. Comprueba que su carpeta existe y que Newsdesk tiene acceso a ella.
error-disk-error = El disco ha fallado mientras se usaba { $file }. Revísalo y, si hace falta, restaura una copia de seguridad.
error-disk-full = El disco está lleno y { $file } no puede crecer. Libera espacio y vuelve a intentarlo.
error-no-locks = { $file } está en un sistema de archivos sin bloqueos y podría dañarse. Mueve la carpeta de datos a un disco local.
error-file-and-path = Indica un fichero o una ruta, pero no ambos.
error-follow-needs-manage = Solo el equipo de moderación y quienes gestionan ese canal pueden añadirle seguimientos.
error-forget-cancelled = El autor se ha olvidado solo en parte. Ejecuta el comando otra vez para terminar.
error-purge-of-what = Indica qué borrar: --before, --source o --subreddit, o solo --all para toda la hemeroteca.
error-purge-cancelled = Solo se borró una parte. Ejecuta el comando otra vez para terminar.
error-archive-full-articles = La hemeroteca de este servidor admite como máximo { $most } artículos, y esta carga la superaría. Deshaz otra carga, carga menos o pide más espacio a quien administra el bot.
error-archive-full-size = La hemeroteca de este servidor admite como máximo { $most } MB de texto, y esta carga la superaría. Deshaz otra carga, carga menos o pide más espacio a quien administra el bot.
error-forum-needs-tag = Las publicaciones de #{ $where } necesitan una etiqueta, y Newsdesk no puede usar ninguna. Añade una que pueda usar todo el mundo, o dale a Newsdesk el permiso «Gestionar hilos».
error-load-cancelled = Cancelada antes de empezar. No ha cambiado nada.
error-load-not-running = La carga { $load } ya no está en curso.
error-load-not-undoing = La carga { $load } ya no se está deshaciendo.
error-load-not-waiting = Esa carga ya no está en espera.
error-load-running = La carga { $load } sigue en curso. Cancélala o espera a que termine.
error-load-stalled = No se ha podido leer nada durante un minuto cerca de { $where }, así que la carga se ha detenido. Quita esa parte del fichero e inténtalo de nuevo.
error-loader-busy = Hay otra carga en curso. Vuelve a intentarlo cuando termine.
error-loader-died = La carga se ha detenido de forma inesperada (código { $code }). Lo que ya había guardado se conserva.
error-managers-only = Solo quienes tienen el permiso «Gestionar servidor» pueden elegir el rol de moderación.
error-mcp-extra-missing = Falta el paquete para MCP. Instálalo: pip install 'newsdesk[mcp]'.
error-health-port = No se puede abrir el puerto { $port }. Pon en NEWSDESK_HEALTH_PORT un puerto libre por encima de 1023.
error-member-may-not-post = No tienes permiso para publicar en #{ $where }. Elige otro canal.
error-member-may-not-thread = No tienes permiso para crear hilos en #{ $where }. Elige otro canal.
error-model-extra-missing = Hay un modelo de lenguaje configurado, pero falta su cliente. Instálalo: pip install 'newsdesk[openai]'.
error-model2vec-missing = Los vectores de palabras «{ $setting }» necesitan model2vec. Instálalo: pip install 'newsdesk[model2vec]'.
error-moderators-only = Eso solo puede hacerlo aquí el equipo de moderación: quienes tienen «Gestionar servidor» o el rol elegido en /settings.
error-names-hidden = Este servidor muestra letras en lugar de nombres, así que no se puede buscar por nombre.
error-needs-cron = Añade una línea de cron: cinco campos, como 30 8 * * 1-5.
error-needs-query = Añade una consulta: las palabras que buscar, una fuente o un subreddit.
error-never-due = Esa fecha no llega nunca. Revisa el día y el mes.
error-newer-schema = { $file } se creó con una versión más reciente de Newsdesk (esquema { $found }; esta admite el { $known }). Actualiza Newsdesk.
error-newer-settings-file = Ese fichero se guardó con una versión más reciente de Newsdesk (formato { $found }; esta admite el { $known }). Actualiza Newsdesk.
error-no-archive = Todavía no hay ninguna hemeroteca en «{ $data }». Carga antes algunos artículos o elige otra carpeta con --data.
error-no-drop-folder = No hay carpeta de entrada. El operador puede definirla con NEWSDESK_DROP.
error-no-name = Escribe el nombre de un autor tal como sale en la hemeroteca, con 80 caracteres como máximo.
error-no-such-article = Ningún artículo de aquí coincide con «{ $ref }». Prueba con su número o con parte de su título.
error-no-such-comment = El comentario { $comment } no está en esta hemeroteca.
error-no-such-delivery = La publicación { $delivery } no es de este servidor.
error-no-such-file = No existe ningún fichero ni carpeta «{ $path }».
error-no-such-follow = Aquí no hay ningún seguimiento { $follow }. Consulta /follow list.
error-no-room-for-load = Este volcado necesita unos { $needed } MB de espacio en disco y hay { $free } MB libres. Libera espacio o carga solo una parte con filtros como `desde` o `puntuación-mínima`.
error-no-such-load = En esta hemeroteca no hay ninguna carga { $load }.
error-no-such-schedule = En este servidor no hay ningún boletín { $schedule }. Consulta /digest list.
error-no-such-tag = #{ $where } no tiene ninguna etiqueta «{ $text }» que Newsdesk pueda usar.
error-no-threads-there = Newsdesk no puede crear hilos en #{ $where }. Elige un canal de texto o publica sin hilo.
error-not-a-member = Ya no eres miembro de ese servidor.
error-not-a-message-channel = Los seguimientos no pueden publicar en un foro. Elige un canal de texto o un hilo.
error-not-a-place-to-post = Newsdesk no puede publicar ahí. Elige un canal de texto, un hilo o un foro.
error-not-a-posting-channel = La moderación no permite publicar con Newsdesk en #{ $where }. Los comandos te siguen respondiendo en privado; la moderación puede cambiarlo en /settings.
error-not-dropped = En la carpeta de entrada no hay ningún fichero «{ $name }».
error-not-for-adults = Este artículo es +18, y #{ $where } no tiene restricción de edad. Elige un canal que la tenga.
error-not-our-database = { $file } no es una base de datos de Newsdesk. Elige otra carpeta o mueve ese fichero a otro sitio.
error-not-resumable = { $state ->
    [queued] La carga { $load } está esperando para empezar.
    [running] La carga { $load } ya está en curso.
    [undoing] La carga { $load } está deshecha en parte. Deshazla otra vez para terminar.
    [undone] La carga { $load } está deshecha. Carga de nuevo el volcado.
   *[done] La carga { $load } ya ha terminado.
}
error-not-your-follow = Solo puedes cambiar los seguimientos que has creado. Los de un canal los puede cambiar también el equipo de moderación.
error-nothing-mentioned = Ningún artículo de esta hemeroteca coincide con los enlaces o el titular de ese mensaje.
error-nothing-to-follow = Elige qué seguir: palabras, una fuente o un autor.
error-nothing-to-load = Adjunta un fichero, o indica en `ruta` uno de la carpeta de entrada.
error-nothing-to-resume = No hay ninguna carga detenida o fallida que reanudar.
error-port-unusable = El puerto { $port } no está disponible. Elige otro con --port, o no indiques ninguno.
error-question-too-long = { $most ->
    [one] Las preguntas pueden tener 1 carácter como máximo. Acorta la tuya.
    [many] Las preguntas pueden tener { $most } de caracteres como máximo. Acorta la tuya.
   *[other] Las preguntas pueden tener { $most } caracteres como máximo. Acorta la tuya.
}
error-sample-loaded = La muestra ya está en esta hemeroteca. Prueba /search harbour o quítala con /archive undo.
error-sample-loading = La muestra se está cargando. Su informe llega enseguida.
error-server-only = Eso solo funciona en un servidor.
error-shard-count = Otros procesos de este bot funcionan con { $other } shards y este se ha iniciado con { $count }. Inícialo con la misma cantidad o detén antes los demás.
error-settings-file-cap = El valor follow_cap de ese fichero de ajustes debe ir de 0 a { $most }. Corrígelo.
error-settings-file-channels = Ese fichero de ajustes nombra más de { $most } canales para publicar. Quita algunos.
error-settings-file-field = El valor de { $place } en ese fichero de ajustes no es del tipo correcto. Elige un fichero guardado con Exportar.
error-settings-file-follow = El seguimiento { $number } de ese fichero de ajustes está vacío o es demasiado largo. Corrígelo o quítalo.
error-settings-file-language = Newsdesk no tiene el idioma «{ $language }» de ese fichero de ajustes. Corrígelo o quítalo.
error-settings-file-languages = Los idiomas de ese fichero de ajustes deben ser unos pocos códigos cortos, como en. Corrígelos.
error-settings-file-schedule = El boletín { $number } de ese fichero de ajustes no se puede publicar nunca. Corrígelo o quítalo.
error-settings-file-too-large = Ese fichero es demasiado grande para ser de ajustes. Elige uno guardado con Exportar.
error-several-articles = Varios artículos coinciden con «{ $ref }»: { $titles }. Elige uno en la lista o indica su número.
error-stale-button = Este botón ha caducado. Haz la búsqueda de nuevo.
error-export-running = Ya hay una exportación de este servidor en curso. Espera o cancélala.
error-export-not-running = No hay ninguna exportación en curso.
error-export-cancelled = La exportación se ha cancelado.
error-export-too-large = Serían más de { $most } ficheros del tamaño que acepta Discord. Exporta un hilo o una búsqueda, o pide al operador newsdesk export.
error-export-too-slow = La exportación ha tardado demasiado. Exporta un hilo o una búsqueda, o pide al operador newsdesk export.
error-export-one-subject = Elige un hilo o una búsqueda, no ambos.
error-export-json-needs-output = Indica un fichero con --output: la salida estándar lleva la exportación.
error-nothing-to-export = No hay nada que exportar.
error-request-decided = Esta solicitud ya está resuelta o ha caducado.
error-too-many-requests = Puedes hacer { $most } solicitudes en { $days } días. Espera a que el equipo de moderación decida o inténtalo más tarde.
error-too-many-open-requests = El equipo de moderación de este servidor tiene demasiadas solicitudes pendientes. Inténtalo más tarde.
error-thinker-died = La lectura de ese hilo ha fallado dos veces. Inténtalo más tarde. El motivo puede estar en el registro del operador.
error-thread-article-gone = El artículo de este hilo ya no está en la hemeroteca. Pregunta en otro canal.
error-thread-in-thread = #{ $where } ya es un hilo. Elige un canal para crear en él uno nuevo.
error-thread-locked = El hilo { $where } está cerrado y bloqueado. Desbloquéalo o dale a Newsdesk el permiso «Gestionar hilos».
error-too-many-files = Newsdesk tiene demasiados ficheros abiertos. Inténtalo de nuevo en un momento. Si vuelve a ocurrir, el operador puede subir el límite (ulimit -n).
error-took-too-long = Eso ha tardado demasiado. Vuelve a intentarlo en un momento.
error-queue-of-member = { $most ->
    [one] Ya tienes 1 petición en espera. Espera a que termine.
    [many] Ya tienes { $most } de peticiones en espera. Espera a que termine alguna.
   *[other] Ya tienes { $most } peticiones en espera. Espera a que termine alguna.
}
error-queue-of-server = { $most ->
    [one] Ya hay 1 petición de este servidor en espera. Inténtalo de nuevo en un momento.
    [many] Ya hay { $most } de peticiones de este servidor en espera. Inténtalo de nuevo en un momento.
   *[other] Ya hay { $most } peticiones de este servidor en espera. Inténtalo de nuevo en un momento.
}
error-too-many-follows = { $most ->
    [one] Aquí ya hay 1 seguimiento, el máximo. Quítalo con /follow remove.
    [many] Aquí ya hay { $most } de seguimientos, el máximo. Quita alguno con /follow remove.
   *[other] Aquí ya hay { $most } seguimientos, el máximo. Quita alguno con /follow remove.
}
error-too-many-schedules = { $most ->
    [one] Aquí ya hay 1 boletín programado, el máximo. Elimínalo antes.
    [many] Aquí ya hay { $most } de boletines programados, el máximo. Elimina antes alguno.
   *[other] Aquí ya hay { $most } boletines programados, el máximo. Elimina antes alguno.
}
error-too-many-to-publish = Discord difunde como máximo { $most } mensajes por hora desde un canal. Publica menos artículos, o una sola publicación para todos.
error-too-many-direct-schedules = Ya recibes aquí { $most } boletines por mensaje directo, el límite. Elimina uno primero.
error-try-extra-missing = La prueba necesita el Discord simulado. Instálalo: pip install 'newsdesk[try]'.
error-undo-cancelled = La carga { $load } solo está deshecha en parte. Deshazla otra vez para terminar.
error-unknown-follow = No hay ningún seguimiento { $follow }. «newsdesk follows» muestra los que hay.
error-vectors-damaged = Los vectores de palabras están incompletos: { $file } falta o está dañado. Reinstala wordllama o pon NEWSDESK_VECTORS en off.
error-vectors-unusable = No se pueden usar los vectores de palabras «{ $setting }»: { $reason }. Elige otro modelo, shipped u off.

## Search

search-heading = { $count ->
    [one] **1 hilo sobre { $query }**
    [many] **{ $count } de hilos sobre { $query }**
   *[other] **{ $count } hilos sobre { $query }**
}
search-heading-more = **Más de { $count } hilos sobre { $query }**
search-heading-respelt = No hay hilos sobre { $query }. { $count ->
    [one] Aquí tienes **1 sobre { $instead }**
    [many] Aquí tienes **{ $count } sobre { $instead }**
   *[other] Aquí tienes **{ $count } sobre { $instead }**
}
search-heading-all = { $count ->
    [one] **1 hilo**
    [many] **{ $count } de hilos**
   *[other] **{ $count } hilos**
}
search-heading-all-more = **Más de { $count } hilos**
# $word is a word of the search in quotation marks.
search-word-count = { $count ->
    [0] { $word } en ningún texto
    [one] { $word } en 1 texto
    [many] { $word } en { $count } de textos
   *[other] { $word } en { $count } textos
}
search-word-count-more = { $word } en más de { $count } textos
# $words is a list of words in quotation marks.
search-ignored = no se ha tenido en cuenta: { $words }
# $words are words in quotation marks that are near in meaning to those of the search.
search-heading-meaning = { $count ->
    [one] Nada contiene { $query }; lo más cercano por significado: 1 hilo con { $words }
    [many] Nada contiene { $query }; lo más cercano por significado: { $count } de hilos con { $words }
   *[other] Nada contiene { $query }; lo más cercano por significado: { $count } hilos con { $words }
}
search-near = Lo más cercano por significado, con { $words }:
search-some = Solo con algunas de las palabras:
search-order-relevance = primero los más relevantes
search-order-newest = primero los más recientes
search-order-score = primero los más votados
search-only-articles = solo artículos
search-only-comments = solo comentarios
search-from-source = en { $source }
search-by-author = de { $author }
search-since = desde el { $day }
search-before = antes del { $day }
search-all-words = { $count ->
    [0] ninguno tiene todas las palabras
    [one] solo el primero tiene todas las palabras
    [many] los { $count } primeros tienen todas las palabras
   *[other] los { $count } primeros tienen todas las palabras
}
search-nothing = No hay nada sobre { $query } en esta hemeroteca ({ $size }).
search-nothing-narrowed = No se ha encontrado nada sobre { $query } ({ $filters }). Esta hemeroteca tiene { $size }.
search-typed = Buscar { $query }
search-beginnings = Con { $words } solo se han buscado las palabras más frecuentes. Escribe más letras para buscar las demás.
search-cut-short = Esta búsqueda tardaba demasiado y se ha interrumpido. Pueden faltar resultados.
search-everything = Buscar en todo
search-newest = Más recientes
search-highest = Más votados
search-best = Más relevantes
search-only-comments-button = Solo comentarios
search-articles-too = Todo
search-jump = Ir a…
search-hit-article = Artículo
search-hit-comment = Comentario
search-also-in-comments = { $count ->
    [one] también en 1 comentario
    [many] también en { $count } de comentarios
   *[other] también en { $count } comentarios
}
search-story = { $threads ->
    [one] 1 hilo
    [many] { $threads } de hilos
   *[other] { $threads } hilos
}, { $papers ->
    [one] 1 medio
    [many] { $papers } de medios
   *[other] { $papers } medios
}
search-story-threads = { $count ->
    [one] 1 hilo
    [many] { $count } de hilos
   *[other] { $count } hilos
}
search-mentioned = { $count ->
    [one] **En la hemeroteca** · 1 artículo
    [many] **En la hemeroteca** · { $count } de artículos
   *[other] **En la hemeroteca** · { $count } artículos
}
search-help =
    ### Buscar
    La búsqueda mira en titulares, artículos y comentarios. Las palabras valen en cualquier orden y con cualquier terminación. Cada hilo sale una sola vez, con su mejor fragmento. Primero van los hilos que tienen todas las palabras.
    `"rail yard"` estas palabras, juntas
    `market -fish` sin una palabra
    `market -"rail yard"` sin una frase
    `tram OR gulls` cualquiera de las dos; también `tram | gulls`
    `stall*` palabras que empiezan por estas letras
    `rail-yard` las palabras unidas cuentan como una frase
    `(tram OR bus) strike NOT rail` paréntesis, con AND, OR y NOT
    `title:tram`, `author:NOMBRE`, `source:SITIO`, `r/NOMBRE`, `flair:"DOS PALABRAS"` también con `-` delante
    `score:>10`, `comments:5..20`, `after:2024-03`, `before:yesterday` números y fechas
    {"**"}Opciones** para afinar la búsqueda: `en` artículos o comentarios, `fuente` para un sitio, `autor` para quien publicó el artículo o escribió el comentario, `desde` (ese día incluido) y `antes`, como 2024, 2024-03 o 2024-03-12. Pulsa **Más recientes** para ordenar los mismos resultados por fecha.
    -# Da igual usar o no tildes y mayúsculas. El chino, el japonés y el coreano no necesitan espacios. Si una palabra no aparece en ningún sitio, se busca la más parecida y los resultados lo indican; los números no se cambian nunca.

## Browsing

browse-sources = { $count ->
    [one] **1 fuente**
    [many] **{ $count } de fuentes**
   *[other] **{ $count } fuentes**
}
browse-subreddits = { $count ->
    [one] **1 subreddit**
    [many] **{ $count } de subreddits**
   *[other] **{ $count } subreddits**
}
browse-flairs = { $count ->
    [one] **1 flair**
    [many] **{ $count } de flairs**
   *[other] **{ $count } flairs**
}
browse-days = { $count ->
    [one] **1 día**
    [many] **{ $count } de días**
   *[other] **{ $count } días**
}
browse-months = { $count ->
    [one] **1 mes**
    [many] **{ $count } de meses**
   *[other] **{ $count } meses**
}
browse-most-first = primero con más hilos
browse-tab-sources = Fuentes
browse-tab-subreddits = Subreddits
browse-tab-flairs = Flairs
browse-tab-days = Días
browse-tab-months = Meses
browse-open = Abrir…
browse-nothing = { $by ->
    [source] Ningún artículo de esta hemeroteca indica su fuente.
    [subreddit] Ningún artículo de esta hemeroteca viene de un subreddit.
    [flair] Ningún artículo de esta hemeroteca tiene flair.
   *[day] Ningún artículo de esta hemeroteca tiene fecha.
}
saved-heading = { $count ->
    [one] **1 búsqueda guardada** de { $most } como máximo
    [many] **{ $count } de búsquedas guardadas** de { $most } como máximo
   *[other] **{ $count } búsquedas guardadas** de { $most } como máximo
}
saved-shared-heading = **Compartidas por otros en este servidor**
saved-is-shared = compartida
saved-run = Repetir…
saved-hint = Borra una con { $command }.
saved-none = Aún no tienes búsquedas guardadas. Guarda una con { $command } o pulsa Guardar en una búsqueda.
# $name is in quotation marks, here and below.
saved-saved = Se ha guardado { $name }. Repítela con { $command }.
saved-deleted = Se ha borrado la búsqueda { $name }.
saved-form-title = Guardar esta búsqueda
saved-form-label = Nombre
# $query is in quotation marks.
trend-heading = { $count ->
    [one] { $query } en 1 texto
    [many] { $query } en { $count } de textos
   *[other] { $query } en { $count } textos
}
trend-heading-about = { $query } en unos { $count } textos
trend-bars = { $unit ->
    [day] cada barra es un día
    [month] cada barra es un mes
   *[year] cada barra es un año
}
trend-peak = máximo: { $when }, con { $count }
trend-description = Gráfico de barras de los textos con { $query }, de { $first } a { $last }. La barra más alta es { $peak }, con { $count }.
trend-open = Ver los textos

## Articles

article-first-comment = primer comentario: { $day }
article-adults-only = +18
article-reading-time = { $minutes } min de lectura
article-headline-only = De este solo tenemos el titular.
article-full-text = Texto completo
article-text-cut = El resto del texto es demasiado largo para mostrarlo.
article-another = Otro
article-discuss = Debatir
article-original = Original
article-shorter = Más corto
article-longer = Más largo
author-deleted = cuenta eliminada
author-unnamed = sin nombre
commenter-letter = Comentarista { $letter }
commenter-unknown = Un comentarista
article-related-heading = ### Relacionados con: { $title }
article-related-none = Todavía no hay artículos relacionados en esta hemeroteca.
article-related-reasons = Ambos mencionan { $phrases }
article-timeline-heading = ### Cronología: { $title }
article-timeline-same = La misma noticia
article-timeline-reports = Otros hilos sobre el mismo tema
article-timeline-alone = En el archivo no hay ningún otro hilo sobre esta noticia.
article-timeline-open = Abrir un hilo
article-timeline-oldest = Los { $shown } hilos más antiguos de { $count }
article-posted = Publicado: { $link }
article-untitled = Artículo
article-thread-hint = -# ¿Preguntas sobre este artículo? Menciona a { $me } y pregunta. Solo lee los mensajes que lo mencionan o le responden.

comments-heading = ### Comentarios: { $title }
comments-none = Este artículo todavía no tiene comentarios. Aparecerán aquí cuando se carguen.
comments-all-deleted = { $count ->
    [one] Se ha eliminado el único comentario.
    [many] Se han eliminado los { $count } de comentarios.
   *[other] Se han eliminado los { $count } comentarios.
}
comments-newest-first = primero los más recientes
comments-best-first = primero los mejores
comments-most-answered-first = primero los que tienen más respuestas
comments-oldest-first = primero los más antiguos
comments-in-thread = primero los más antiguos, con las respuestas debajo
comments-newest-button = Más recientes
comments-best-button = Mejores
comments-oldest-button = Más antiguos
comments-thread-button = Por conversación
comments-deleted = { $count ->
    [one] 1 eliminado más
    [many] { $count } eliminados más
   *[other] { $count } eliminados más
}
comments-hide-bots = { $count ->
    [one] Ocultar 1 comentario de bot
    [many] Ocultar { $count } de comentarios de bots
   *[other] Ocultar { $count } comentarios de bots
}
comments-show-bots = { $count ->
    [one] Mostrar 1 comentario de bot
    [many] Mostrar { $count } de comentarios de bots
   *[other] Mostrar { $count } comentarios de bots
}
comments-bots-hidden = { $count ->
    [one] 1 comentario de bot oculto
    [many] { $count } de comentarios de bots ocultos
   *[other] { $count } comentarios de bots ocultos
}
comments-threads = { $count ->
    [one] de 1 hilo
    [many] de { $count } de hilos
   *[other] de { $count } hilos
}
comments-some-threads = hilos: { $count } de { $all }
comments-one-thread = solo { $thread }
comments-select-thread = Elige un hilo…
comments-all-threads = { $count ->
    [one] El único hilo de esta noticia
    [many] Los { $count } de hilos de esta noticia
   *[other] Los { $count } hilos de esta noticia
}
comments-threads-together = Hilos juntos: { $count } de { $all }
comments-other-reports = { $count ->
    [one] Otro hilo trata el mismo tema.
    [many] Otros { $count } de hilos tratan el mismo tema.
   *[other] Otros { $count } hilos tratan el mismo tema.
}
comments-read-in-full = Leer entero…
comments-go-to = Ir a…
comments-range = Comentarios { $range }
comment-on = en { $title }
comment-surrounding = Ver en contexto
comment-parent = Ver a qué responde
comment-replying = en respuesta a { $author }
comment-replying-missing = en respuesta a un comentario que no está en la hemeroteca
comment-replies = { $count ->
    [one] 1 respuesta
    [many] { $count } de respuestas
   *[other] { $count } respuestas
}
comment-replies-of = { $count ->
    [one] { $author }: 1 respuesta
    [many] { $author }: { $count } de respuestas
   *[other] { $author }: { $count } respuestas
}
comment-replies-heading = { $count ->
    [one] ### 1 respuesta a { $author }
    [many] ### { $count } de respuestas a { $author }
   *[other] ### { $count } respuestas a { $author }
}
comment-back = Ver el comentario
comment-loaded = cargado el { $day } desde { $name } (carga { $load })
comment-captured = capturado el { $day }
comment-edited = editado el { $day }
comment-changed-by = actualizado por la carga { $load }

## Comment digests

comment-digest-heading = ### Lo que se comenta: { $title }
comment-digest-theme-quote = **«{ $quote }»** — { $author }
comment-digest-theme-second = «{ $quote }» — { $author }
comment-digest-theme-quote-within = { $author } dice: **«{ $quote }»** — { $details }
comment-digest-theme-second-within = { $author } dice: «{ $quote }» — { $details }
comment-digest-quote-within = { $author } dice: «{ $quote }»
comment-digest-opening = { $count } de { $total } comentarios mencionan { $words }
comment-digest-opening-few = { $count ->
    [one] Ningún tema predomina: 1 de { $total } comentarios menciona { $words }
   *[other] Ningún tema predomina: { $count } de { $total } comentarios mencionan { $words }
}
comment-digest-theme-mentions = { $count ->
    [one] 1 comentario menciona { $words }
    [many] { $count } de comentarios mencionan { $words }
   *[other] { $count } comentarios mencionan { $words }
}
comment-digest-theme-says = { $count ->
    [one] 1 más dice más o menos lo mismo
    [many] { $count } más dicen más o menos lo mismo
   *[other] { $count } más dicen más o menos lo mismo
}
comment-digest-theme-replies = { $count ->
    [one] 1 respuesta
    [many] { $count } de respuestas
   *[other] { $count } respuestas
}
comment-digest-more-themes = { $count ->
    [one] 1 tema más a continuación, con { $comments }
    [many] { $count } temas más a continuación, con { $comments }
   *[other] { $count } temas más a continuación, con { $comments }
}
comment-digest-also-mentioned = También se menciona: { $subjects }
comment-digest-mentioned-most = Lo más mencionado: { $subjects }
comment-digest-subject = { $words } ({ $comments })
comment-digest-rest = { $count ->
    [one] 1 comentario más: { $groups }
    [many] { $count } de comentarios más: { $groups }
   *[other] { $count } comentarios más: { $groups }
}
comment-digest-rest-among = { $count ->
    [one] 1 comentario más, de ellos { $groups }
    [many] { $count } de comentarios más, de ellos { $groups }
   *[other] { $count } comentarios más, de ellos { $groups }
}
comment-digest-rest-mentions = { $count ->
    [one] 1 menciona «{ $word }»
    [many] { $count } mencionan «{ $word }»
   *[other] { $count } mencionan «{ $word }»
}
comment-digest-rest-only-points = { $count ->
    [one] 1 comentario más
    [many] { $count } de comentarios más
   *[other] { $count } comentarios más
}
comment-digest-rest-points = { $count ->
    [one] 1 comentario más largo
    [many] { $count } de comentarios más largos
   *[other] { $count } comentarios más largos
}
comment-digest-rest-questions = { $count ->
    [one] 1 pregunta
    [many] { $count } de preguntas
   *[other] { $count } preguntas
}
comment-digest-rest-short = { $count ->
    [one] 1 comentario breve
    [many] { $count } de comentarios breves
   *[other] { $count } comentarios breves
}
comment-digest-rest-jokes = { $count ->
    [one] 1 broma
    [many] { $count } de bromas
   *[other] { $count } bromas
}
comment-digest-more-comments = { $count ->
    [one] 1 comentario más
    [many] { $count } de comentarios más
   *[other] { $count } comentarios más
}
comment-digest-disputed = { $count ->
    [one] 1 persona contradice el artículo
    [many] { $count } de personas contradicen el artículo
   *[other] { $count } personas contradicen el artículo
}
comment-digest-disputed-figures = { $count ->
    [one] **1 persona contradice el artículo:** { $theirs }, no { $ours }
    [many] **{ $count } de personas contradicen el artículo:** { $theirs }, no { $ours }
   *[other] **{ $count } personas contradicen el artículo:** { $theirs }, no { $ours }
}
comment-digest-article-says = El artículo: «{ $quote }»
comment-digest-added = No está en el artículo
comment-digest-single-points = También se dice
comment-digest-single-points-alone = Entre los comentarios
comment-digest-questions = Preguntas abiertas
comment-digest-links = Enlaces compartidos
comment-digest-busiest = { $count ->
    [one] **Momento más activo:** 1 comentario en { $span }, desde { $time }
    [many] **Momento más activo:** { $count } de comentarios en { $span }, desde { $time }
   *[other] **Momento más activo:** { $count } comentarios en { $span }, desde { $time }
}
comment-digest-chart-caption = de { $start } a { $end } · cada barra: { $span }
comment-digest-chart-description = { $count ->
    [one] Gráfico de barras de 1 comentario, de { $start } a { $end }.
    [many] Gráfico de barras de { $count } de comentarios, de { $start } a { $end }.
   *[other] Gráfico de barras de { $count } comentarios, de { $start } a { $end }.
} Cada barra equivale a { $span }. La más alta tiene { $highest ->
    [one] 1 comentario
    [many] { $highest } de comentarios
   *[other] { $highest } comentarios
} y empieza en { $peak }.
comment-digest-coverage = Según { $read } de { $total ->
    [one] 1 comentario
    [many] { $total } de comentarios
   *[other] { $total } comentarios
} (sin contar { $skipped })
comment-digest-coverage-all = { $total ->
    [one] Según el único comentario
    [many] Según los { $total } de comentarios
   *[other] Según los { $total } comentarios
}
comment-digest-known = La hemeroteca tiene { $count } de unos { $known } comentarios.
comment-digest-skipped-deleted = { $count ->
    [one] 1 eliminado
    [many] { $count } eliminados
   *[other] { $count } eliminados
}
comment-digest-skipped-bots = { $count ->
    [one] 1 de un bot
    [many] { $count } de bots
   *[other] { $count } de bots
}
comment-digest-skipped-copies = { $count ->
    [one] 1 repetido
    [many] { $count } repetidos
   *[other] { $count } repetidos
}
comment-digest-skipped-unread = { $count } fuera de una muestra uniforme
comment-digest-skipped-brief = { $count ->
    [one] 1 muy breve
    [many] { $count } muy breves
   *[other] { $count } muy breves
}
comment-digest-page-overview = En conjunto
comment-digest-page-themes = Más temas
comment-digest-page-more = Más
comment-digest-all-of-theme = Todos los comentarios sobre…
comment-digest-open = Abrir un comentario…

## Scheduled digests

digest-timing = { $every ->
    [daily] cada día a las { $time } ({ $zone })
    [weekdays] de lunes a viernes a las { $time } ({ $zone })
    [weekly] cada { $weekday } a las { $time } ({ $zone })
    [monthly] el día { $day } de cada mes a las { $time } ({ $zone })
    [monthly-or-last] el día { $day } de cada mes, o el último si no lo hay, a las { $time } ({ $zone })
   *[cron] cron `{ $cron }` ({ $zone })
}
digest-source = { $what ->
    [newest] lo nuevo desde el último boletín
    [on-this-day] tal día como hoy en otros años
    [most-discussed] lo más comentado de siempre
    [search] lo último sobre «{ $text }»
    [source] lo último de { $text }
    [subreddit] lo último de r/{ $text }
   *[random] una selección al azar
}
digest-source-most-discussed = { $days ->
    [one] lo más comentado del último día
    [many] lo más comentado de los últimos { $days } de días
   *[other] lo más comentado de los últimos { $days } días
}
digest-heading = { $what ->
    [newest] Novedades de la hemeroteca
    [on-this-day] Tal día como hoy
    [most-discussed] Lo más comentado de siempre
    [search] Lo último sobre «{ $text }»
    [source] Lo último de { $text }
    [subreddit] Lo último de r/{ $text }
   *[random] De la hemeroteca
}
digest-heading-most-discussed = { $days ->
    [one] Lo más comentado del último día
    [many] Lo más comentado de los últimos { $days } de días
   *[other] Lo más comentado de los últimos { $days } días
}
digest-up-to-headlines = { $count ->
    [one] 1 titular
    [many] hasta { $count } de titulares
   *[other] hasta { $count } titulares
}
digest-up-to-summaries = { $count ->
    [one] 1 resumen
    [many] hasta { $count } de resúmenes
   *[other] hasta { $count } resúmenes
}
digest-up-to-comment-digests = { $count ->
    [one] 1 artículo con lo que se comenta
    [many] hasta { $count } de artículos con lo que se comenta
   *[other] hasta { $count } artículos con lo que se comenta
}
digest-late = { $hours ->
    [one] si se retrasa, sale hasta 1 hora después
    [many] si se retrasa, sale hasta { $hours } de horas después
   *[other] si se retrasa, sale hasta { $hours } horas después
}
digest-never-late = si se retrasa, no sale
digest-quiet = en silencio de { $start } a { $end }
digest-target = { $target ->
    [thread] abre un hilo en cada publicación
   *[forum] una publicación en el foro cada vez
}
digest-target-tagged = una publicación en el foro cada vez, con la etiqueta { $tag }
digest-skips-empty = si no hay novedades, no sale
digest-posts-empty = sale aunque no haya novedades
digest-posts-each = una publicación por artículo
digest-pings = menciona a { $role }
digest-silent = sin notificaciones
digest-published = se difunde en los canales que lo siguen
digest-pinned = la última publicación se fija
digest-tags = etiquetas por regla: { $tags }
digest-own-template = plantilla propia

### Posts of digests

digest-nothing-new = Esta vez no hay novedades.
digest-why-these = ¿Por qué estos?
digest-direct = por mensaje directo
digest-from-server = Tu boletín de { $server }
digest-more-posts = { $count ->
    [one] Y 1 publicación más como esta, de otro artículo.
    [many] Y { $count } de publicaciones más como esta, una por artículo.
   *[other] Y { $count } publicaciones más como esta, una por artículo.
}
digest-quote = «{ $quote }» *{ $author }*
digest-also = También: { $reports }
digest-also-more = También: { $reports } y { $count } más
digest-chart-caption = Comentarios del artículo { $number }: { $caption }
topic-heading = ### Boletín: { $topic }
topic-respelt = No hay hilos sobre «{ $topic }». Aquí tienes los de **«{ $instead }»**.

### Planning a digest

digest-preview = Vista previa. No se publica nada hasta que guardes.
digest-preview-of-change = Vista previa del boletín { $number } con tus cambios. Seguirá igual hasta que guardes.
digest-where = **Se publica en** <#{ $channel }>
digest-where-direct = **Se envía** a ti por mensaje directo
digest-show-post = Ver la publicación
digest-show-times = Horario y últimos 7 días
digest-next-runs = **Próximas ediciones**
digest-run-held = tras las horas de silencio
digest-run-moved = { $every ->
    [cron] más tarde, por el cambio de hora
   *[other] más tarde, por el cambio de hora: ese día no existen las { $time }
}
digest-run-clocks-change = antes cambia la hora en { $zone }
digest-past-runs = **En los últimos 7 días se habría publicado**
digest-no-past-runs = En los últimos 7 días no se habría publicado nada.
digest-past-left-out = { $count ->
    [one] Los filtros omiten 1 artículo.
    [many] Los filtros omiten { $count } de artículos.
   *[other] Los filtros omiten { $count } artículos.
}
digest-earlier-past-runs = Antes, { $runs ->
    [one] 1 edición
    [many] { $runs } de ediciones
   *[other] { $runs } ediciones
} con { $articles ->
    [one] 1 artículo
    [many] { $articles } de artículos
   *[other] { $articles } artículos
}; después:
digest-past-run-empty = nada
digest-more = y { $count } más
digest-saved = Boletín { $number } guardado.
digest-changed = Boletín { $number } cambiado.
digest-still-paused = Sigue en pausa. Reanúdalo con { $resume }.
digest-not-saved = Sin guardar. No ha cambiado nada.
digest-next-post = Próxima publicación: { $when }, { $relative }
digest-no-next-post = No hay más publicaciones previstas.

### Lists, settings and history

digest-list = **Boletines programados** · { $count }
digest-list-empty = Todavía no hay boletines. Un boletín publica artículos de la hemeroteca en un canal, tan a menudo como quieras. Crea uno con { $create }.
digest-list-direct = **Boletines que recibes**
digest-name = Boletín { $number }
digest-title = ### Boletín { $number }: { $what }
digest-next = próxima edición { $when }
digest-state = { $state ->
    [active] activo
    [paused] en pausa
   *[deleted] eliminado
}
digest-paused-because = en pausa: { $reason }
digest-status = **Estado:** { $state }
digest-last-run = Última edición: { $run }
digest-created-by = creado por { $name } · { $when }
digest-paused = Boletín { $number } en pausa. Reanúdalo con { $resume }.
digest-resumed = Boletín { $number } reanudado.
digest-deleted = Boletín { $number } eliminado. Lo ya publicado se queda.
digest-running = El boletín { $number } se publicará en <#{ $channel }> en un momento. Su horario no cambia.
digest-running-direct = El boletín { $number } te llegará en un momento. Su horario no cambia.
digest-open = Abrir un boletín
digest-pause-several = Pausar boletines
digest-new = Nuevo boletín…
digest-all = Todos los boletines
digest-edit = Editar…
digest-posts = Publicaciones…
digest-template = Plantilla…
digest-run = Publicar ahora
digest-history = Historial
digest-delete = Eliminar…
digest-delete-question = ¿Eliminar el boletín { $number }? Lo ya publicado se queda.
digest-delete-confirm = Eliminar boletín
leave-out-button = Omitir…
leave-out-title = Qué se omite
leave-out-words = Palabras
leave-out-words-hint = En el titular o en el texto, separadas por comas
leave-out-sources = Fuentes y subreddits
leave-out-sources-hint = Por ejemplo: courier.example, r/funny
leave-out-authors = Autores
leave-out-flair = Flair
leave-out-commas = Separados por comas
leave-out-minimum = Mínimo de puntuación y comentarios
leave-out-minimum-hint = Por ejemplo: score 10, comments 5
leave-out = omite { $what }
leave-out-author = un autor
leave-out-list = { $filter ->
    [words] palabras: { $names }
    [sources] fuentes: { $names }
    [authors] autores: { $names }
    [subreddits] { $names }
   *[flair] flair: { $names }
}
leave-out-score = { $count ->
    [one] menos de 1 punto
    [many] menos de { $count } de puntos
   *[other] menos de { $count } puntos
}
leave-out-comments = { $count ->
    [one] sin comentarios
    [many] menos de { $count } de comentarios
   *[other] menos de { $count } comentarios
}
leave-out-reason = { $whose ->
    [server] omitido por el filtro de este servidor: { $what }
   *[digest] omitido por el filtro de este boletín: { $what }
}
digest-form-new = Nuevo boletín
digest-form-when = Frecuencia
digest-form-time = Hora
digest-form-time-hint = 08:00, lunes 08:00, 15 08:00 (día del mes) o una línea de cron
digest-form-what = Qué se publica
digest-form-query = Palabras, fuente o subreddit
digest-form-query-hint = Solo para una búsqueda, una fuente o un subreddit
digest-form-style = Cuánto se muestra de cada artículo
post-form-title = Cómo se publica
post-form-count = Publicaciones
post-form-one = Una publicación para todos los artículos
post-form-each = Una publicación o hilo de foro por artículo
post-form-role = Rol que se menciona
post-form-role-hint = Ninguno por defecto. Solo un rol que puedas mencionar, al inicio de la primera publicación.
post-form-how = Además
post-form-silent = Publicar sin notificaciones
post-form-publish = Difundir en canales de anuncios
post-form-pin = Fijar la última publicación y quitar la anterior
post-form-tags = Etiquetas, una regla por línea
post-form-tags-hint = Noticias · Deporte: source bbc.co.uk · Ayuda: flair Duda · Puerto: search "fish market"
template-form-title = Plantilla
template-form-heading = Encabezado
template-form-item = Cada artículo
template-form-footer = Pie
template-form-hint = Entre { "{" }{ "}" }: { $names }
digest-paused-itself = El boletín { $number } de <#{ $channel }> está en pausa: { $reason }. Cuando esté resuelto, usa { $resume }. Más detalles en { $why }.
digest-posted = { $count ->
    [one] 1 artículo publicado
    [many] { $count } de artículos publicados
   *[other] { $count } artículos publicados
}
digest-posted-parts = { $posted } de { $count } publicaciones hechas
digest-outcome = { $state ->
    [claimed] pendiente
    [sending] publicándose
    [empty] nada que publicar
    [missed] no publicada a tiempo
   *[failed] fallida
}
digest-outcome-because = { $state ->
    [claimed] pendiente: { $reason }
    [sending] publicándose: { $reason }
    [missed] no publicada a tiempo: { $reason }
   *[failed] fallida: { $reason }
}
digest-on-request = a petición
digest-explain-run = Explicar una edición…

### Why an article was posted or skipped

digest-rule = { $rule ->
    [picked] elegido
    [new-comments] elegido otra vez por sus comentarios nuevos
    [shown-before] omitido porque ya se publicó y no tiene comentarios nuevos
    [twin] omitido porque se eligió una copia de la otra hemeroteca
    [story-shown] omitido porque ya se publicó otro hilo de la misma noticia
    [same-story] omitido porque se eligió otro hilo de la misma noticia
    [over-18] omitido porque el canal no tiene restricción de edad
   *[enough] omitido porque otros artículos iban antes
}
digest-over-18 = Un artículo +18
digest-more-skipped = { $count ->
    [one] y 1 omitido más
    [many] y { $count } omitidos más
   *[other] y { $count } omitidos más
}
digest-not-run = Este boletín todavía no se ha publicado.
digest-never-considered = Este boletín nunca ha tenido en cuenta este artículo. Publica: { $what }.
digest-asked-future = Esa hora aún no ha llegado.
digest-asked-quiet = Esa hora cae en las horas de silencio, de { $start } a { $end }, y entonces no se publica nada.
digest-chance = Si saliera ahora: { $rule }
digest-chance-none = Si saliera ahora, no tendría en cuenta este artículo.
digest-chance-random = La próxima edición se elige al azar.

### Why a digest was not posted or is paused: stands after a colon

digest-reason-deleted = se eliminó el boletín
digest-reason-discord-refused = Discord rechazó la publicación
digest-reason-forum-needs-tag = el foro exige una etiqueta, y Newsdesk no puede poner ninguna
digest-reason-no-such-tag = el foro ya no tiene la etiqueta elegida, o Newsdesk no puede ponerla
digest-reason-nothing = el artículo ya no está en el archivo
digest-reason-paused = se puso en pausa el boletín
digest-reason-quiet = las horas de silencio lo retuvieron hasta que fue demasiado tarde
digest-reason-too-late = era demasiado tarde para publicarlo
digest-reason-unreachable = no hay conexión con Discord; Newsdesk sigue intentándolo

## Posts

permission-view-channel = Ver canal
permission-attach-files = Adjuntar archivos
permission-send-messages = Enviar mensajes
permission-send-messages-in-threads = Enviar mensajes en hilos
permission-create-posts = Crear publicaciones
permission-create-public-threads = Crear hilos públicos
permission-manage-threads = Gestionar hilos
permission-pin-messages = Fijar mensajes
permission-read-message-history = Leer el historial de mensajes

### Why a message was not sent or edited: stands after a colon

reason-bot-removed = Newsdesk ya no está en ese servidor
reason-channel-gone = se eliminó el canal
reason-fault = algo ha fallado por nuestra parte; los detalles están en el registro del operador
reason-may-not-post = Newsdesk necesita allí «{ permission-view-channel }» y «{ permission-send-messages }»
reason-needs = Newsdesk necesita allí: { $permissions }
reason-thread-archived = el hilo está archivado y bloqueado
reason-edit-direct-refused = el miembro tiene cerrados los MD
reason-edit-refused = Discord rechazó la edición
reason-edit-no-access = Newsdesk ya no puede ver ese canal
reason-edit-too-late = no hubo conexión con Discord durante una semana
reason-message-gone = el mensaje ya se había eliminado

### Posts that show undone or erased content

posts-marked = { $count ->
    [one] 1 publicación de Newsdesk en este servidor todavía muestra lo que has deshecho.
    [many] { $count } de publicaciones de Newsdesk en este servidor todavía muestran lo que has deshecho.
   *[other] { $count } publicaciones de Newsdesk en este servidor todavía muestran lo que has deshecho.
}
posts-marked-choice = Al limpiarlas, ese contenido desaparece. Las que queden vacías se eliminan.
posts-redact = { $count ->
    [one] Limpiar 1 publicación
    [many] Limpiar { $count } de publicaciones
   *[other] Limpiar { $count } publicaciones
}
button-redact-posts = Limpiar publicaciones
nothing-changed = No ha cambiado nada.
posts-kept = Las publicaciones se quedan como están.
posts-none-marked = Aquí no hay publicaciones que limpiar.
posts-edited = { $count ->
    [one] 1 publicación editada.
    [many] { $count } de publicaciones editadas.
   *[other] { $count } publicaciones editadas.
}
posts-deleted = { $count ->
    [one] 1 publicación eliminada, porque había quedado vacía.
    [many] { $count } de publicaciones eliminadas, porque habían quedado vacías.
   *[other] { $count } publicaciones eliminadas, porque habían quedado vacías.
}
posts-waiting = { $count ->
    [one] 1 publicación más se editará en cuanto Discord lo permita.
    [many] { $count } de publicaciones más se editarán en cuanto Discord lo permita.
   *[other] { $count } publicaciones más se editarán en cuanto Discord lo permita.
}
post-not-edited = Sin editar: { $link } ({ $reason })
post-not-edited-direct = Sin editar: un mensaje directo ({ $reason })
post-edit-failed = { $link } todavía muestra contenido deshecho o borrado. Newsdesk no ha podido editarlo: { $reason }. Elimínalo a mano.
post-items-removed = { $count ->
    [one] Se ha retirado 1 elemento de este mensaje.
    [many] Se han retirado { $count } de elementos de este mensaje.
   *[other] Se han retirado { $count } elementos de este mensaje.
}
post-since-undone = { $count ->
    [0] comentarios deshechos después
    [one] 1 elemento deshecho después
    [many] { $count } de elementos deshechos después
   *[other] { $count } elementos deshechos después
}
post-since-edited = { $count ->
    [0] editada después
    [one] editada después: 1 elemento retirado
    [many] editada después: { $count } de elementos retirados
   *[other] editada después: { $count } elementos retirados
}
post-since-emptied = eliminada después: había quedado vacía
post-since-deleted = mensaje eliminado después
post-since-waiting = edición pendiente
post-since-not-edited = sin editar: { $reason }

## Follows

follow-search-narrowed = «{ $query }» ({ $filters })
follow-everything = todo ({ $filters })
follow-comments = los comentarios nuevos de «{ $title }»
follow-comments-gone = los comentarios nuevos de un artículo que se retiró
follow-added = Sigues { $what }. Recibirás un MD cuando llegue algo nuevo.
follow-added-here = { $channel } sigue { $what }. Newsdesk publicará allí cuando llegue algo nuevo.
follow-known = Ya sigues { $what }.
follow-known-here = { $channel } ya sigue { $what }.
follow-direct-limits = Si tienes los MD cerrados, el seguimiento queda en pausa.
follow-now-muted = Silenciado: { $what }. Puedes reanudarlo o quitarlo en { $list }.
follow-now-resumed = Reanudado: { $what }. Los avisos vuelven con la próxima carga.
follow-now-removed = Has dejado de seguir { $what }.
follow-none = Aquí todavía no sigues nada. Sigue una búsqueda con { $add }, o pulsa **Seguir** bajo los resultados de una búsqueda o un artículo.
follow-own = **Lo que sigues**, por MD
follow-channels = **Lo que siguen los canales**
follow-held-back = { $count ->
    [one] 1 carga de las últimas 24 horas superó tu límite diario. Mira lo que trajo con { $catchup }.
    [many] { $count } de cargas de las últimas 24 horas superaron tu límite diario. Mira lo que trajeron con { $catchup }.
   *[other] { $count } cargas de las últimas 24 horas superaron tu límite diario. Mira lo que trajeron con { $catchup }.
}
follow-choose = Elige un seguimiento…
follow-choose-mute = Silenciar…
follow-mute = Silenciar
follow-resume = Reanudar
follow-remove = Quitar
follow-here = Seguir también aquí
follow-active = activo
follow-muted = silenciado
follow-paused = en pausa: { $reason }
follow-paused-notice = { $count ->
    [one] 1 seguimiento de { $channel } está en pausa: { $reason }. Resuélvelo y reanúdalo en { $list }.
    [many] { $count } de seguimientos de { $channel } están en pausa: { $reason }. Resuélvelo y reanúdalos en { $list }.
   *[other] { $count } seguimientos de { $channel } están en pausa: { $reason }. Resuélvelo y reanúdalos en { $list }.
}
follow-reason-direct-refused = los MD de Newsdesk están bloqueados
follow-reason-discord-refused = Discord rechazó el mensaje
follow-reason-left = ya no es miembro del servidor

### Notices of follows

follow-heading = Novedades: { $what }
follow-heading-comments = Comentarios nuevos: { $title }
follow-new-comments = { $count ->
    [one] 1 comentario nuevo
    [many] { $count } de comentarios nuevos
   *[other] { $count } comentarios nuevos
}
follow-threads-at-least = { $count ->
    [one] al menos 1 hilo
    [many] al menos { $count } de hilos
   *[other] al menos { $count } hilos
}
follow-more = { $count ->
    [one] y 1 más
    [many] y { $count } más
   *[other] y { $count } más
}
follow-more-at-least = { $count ->
    [one] y al menos 1 más
    [many] y al menos { $count } más
   *[other] y al menos { $count } más
}
follow-show-all = Ver todo
follow-show-all-for = Ver todo: { $what }
follow-last-today = Por hoy, este es el último mensaje de los seguimientos aquí. { $catchup } muestra el resto; el equipo de moderación puede subir el límite en { $settings }.
follow-in-server = Sigues esto en { $server }.
follow-help =
    ### Seguir
    { $add } sigue una búsqueda. Cuando se cargan artículos que coinciden, recibes un MD con sus titulares. Con `canal` se publican allí, si eres del equipo de moderación o puedes gestionar ese canal.
    El botón **Seguir** bajo los resultados de una búsqueda hace lo mismo. Bajo un artículo, sigue sus comentarios.
    Cada artículo se anuncia una sola vez, por muchos comentarios que reciba después. Si una carga se deshace y se repite, sus artículos cuentan como nuevos. Un canal recibe un mensaje por carga con todo lo que sigue.
    {"**"}Silenciar** detiene un seguimiento hasta que lo reanudes en { $list }. { $remove } lo quita.
    El equipo de moderación decide cuántos mensajes al día recibe cada destino. { $catchup } siempre muestra todo desde tu última visita.
    { $digest } te envía un boletín a las horas que elijas. **Omitir…** filtra lo que muestra un seguimiento o un boletín.
    -# Los artículos +18 solo se anuncian en canales con restricción de edad. Si cierras los MD o dejas el servidor, tus seguimientos quedan en pausa.

## Catch-up

catch-up-heading = ### Novedades desde el { $time }, { $ago }
catch-up-first = Es tu primera visita, así que aquí tienes los últimos 7 días. La próxima vez verás lo nuevo desde esta visita.
catch-up-nothing = Desde entonces no se ha cargado ni publicado nada. Usa { $add } para enterarte cuando llegue algo nuevo.
catch-up-loaded = **Cargado**
catch-up-counts = { $articles ->
    [0] ningún artículo nuevo
    [one] 1 artículo nuevo
    [many] { $articles } de artículos nuevos
   *[other] { $articles } artículos nuevos
}, { $comments ->
    [0] ningún comentario nuevo
    [one] 1 comentario nuevo
    [many] { $comments } de comentarios nuevos
   *[other] { $comments } comentarios nuevos
}
catch-up-shared-load = hemeroteca compartida
catch-up-more-loads = { $count ->
    [one] y 1 carga más
    [many] y { $count } de cargas más
   *[other] y { $count } cargas más
}
catch-up-posted = { $count ->
    [one] **Publicado** · 1 boletín o aviso
    [many] **Publicado** · { $count } de boletines y avisos
   *[other] **Publicado** · { $count } boletines y avisos
}
catch-up-paused = Tu seguimiento { $number } ({ $what }) está en pausa: { $reason }. Reanúdalo en { $list }.

## Settings

settings-title = ### Ajustes del servidor
settings-moderators = **Moderación:** quienes tienen «Gestionar servidor»
settings-moderators-and-role = **Moderación:** quienes tienen «Gestionar servidor» o { $role }
settings-shared-archive = { $state ->
    [on] **Hemeroteca compartida:** activada. También se busca en la hemeroteca del operador.
   *[off] **Hemeroteca compartida:** desactivada. Solo se busca en lo que se ha cargado aquí.
}
settings-adult = { $state ->
    [on] **Artículos +18:** solo se muestran en canales con restricción de edad
   *[off] **Artículos +18:** ocultos
}
settings-pseudonyms = { $state ->
    [on] **Quienes comentan** aparecen como Comentarista A, B, C, con letras nuevas en cada hilo. Los nombres dentro de los comentarios se quedan.
   *[off] **Quienes comentan** aparecen con su nombre.
}
settings-digests = **Los boletines nuevos** se publican en { $channel } si no eliges otro canal.
settings-digests-anywhere = **Los boletines nuevos** se publican donde se crean si no eliges otro canal.
settings-digest-zone = **Zona horaria de los boletines:** { $zone }
settings-digest-languages = **Idiomas de los boletines:** { $languages }
settings-leave-out = **Los boletines y avisos:** { $what }
settings-any-language = cualquiera
settings-notices = **Si un boletín queda en pausa,** el equipo de moderación recibe un aviso en { $channel }.
settings-notices-to-maker = **Si un boletín queda en pausa,** quien lo creó recibe un MD.
settings-follows = { $count ->
    [one] **Los seguimientos** envían como máximo 1 mensaje al día a cada destino. Cámbialo con `avisos-al-día`.
    [many] **Los seguimientos** envían como máximo { $count } de mensajes al día a cada destino. Cámbialo con `avisos-al-día`.
   *[other] **Los seguimientos** envían como máximo { $count } mensajes al día a cada destino. Cámbialo con `avisos-al-día`.
}
settings-language = **Idioma de las publicaciones:** { $language }
settings-language-of-server = **Idioma de las publicaciones:** { $language }, el del servidor
settings-note = Discord muestra /archive, /digest, /settings, /status y /audit a quienes tienen «Gestionar servidor». Para que también los vea el rol de moderación, añádelo en Ajustes del servidor > Integraciones > Newsdesk. Para importar un fichero exportado, adjúntalo a /settings.
permissions-complete = **Permisos:** Newsdesk tiene todos los que necesita en #{ $channel }.
permissions-missing = { $count ->
    [one] **A Newsdesk le falta 1 permiso en #{ $channel }**
    [many] **A Newsdesk le faltan { $count } permisos en #{ $channel }**
   *[other] **A Newsdesk le faltan { $count } permisos en #{ $channel }**
}
permissions-item = - {"**"}{ $permission }**: { $why }
permissions-why = { $permission ->
    [view_channel] para ver el canal
    [send_messages] para publicar boletines, avisos, tarjetas compartidas y respuestas a menciones
    [send_messages_in_threads] para responder en hilos
    [create_public_threads] para abrir hilos de debate y de boletines
    [attach_files] para adjuntar gráficos, exportaciones y listas de líneas rechazadas
   *[read_message_history] para encontrar sus propias publicaciones y no publicar nada dos veces
}
permissions-what-to-do = Abre los ajustes del canal, elige Permisos y concédelo al rol de Newsdesk.
permissions-no-channel = { $server } no tiene ningún canal de texto en el que Newsdesk pueda publicar. Crea uno y vuelve a comprobarlo.
settings-role-placeholder = Rol de moderación
settings-digest-placeholder = Canal para los boletines nuevos
settings-notices-placeholder = Canal para los avisos a la moderación
settings-languages-placeholder = Idiomas de los artículos en los boletines: cualquiera
settings-language-placeholder = Idioma de las publicaciones: el del servidor
settings-switch-shared = { $to ->
    [on] Activar hemeroteca compartida
   *[off] Desactivar hemeroteca compartida
}
settings-switch-adult = { $to ->
    [on] Mostrar artículos +18
   *[off] Ocultar artículos +18
}
settings-switch-names = { $to ->
    [on] Ocultar nombres
   *[off] Mostrar nombres
}
settings-zone = Zona horaria…
settings-zone-title = Zona horaria de los boletines
settings-zone-label = Región/Ciudad, como Europe/Madrid
settings-export = Exportar

### Settings as a file

settings-exported = **Fichero de ajustes:** los ajustes de este servidor, { $digests ->
    [0] ningún boletín
    [one] 1 boletín
    [many] { $digests } de boletines
   *[other] { $digests } boletines
} y { $follows ->
    [0] ningún seguimiento de canales
    [one] 1 seguimiento de canales
    [many] { $follows } de seguimientos de canales
   *[other] { $follows } seguimientos de canales
}. Los seguimientos de cada miembro son privados y no se incluyen.
settings-import = ### ¿Importar estos ajustes?
settings-imported = **Ajustes importados.**
settings-not-imported = Importación cancelada. No ha cambiado nada.
settings-import-nothing = Todo lo que hay en ese fichero ya está configurado aquí.
settings-import-confirm = Importar
settings-import-digests = { $count ->
    [one] 1 boletín nuevo
    [many] { $count } de boletines nuevos
   *[other] { $count } boletines nuevos
}
settings-import-follows = { $count ->
    [one] 1 seguimiento nuevo
    [many] { $count } de seguimientos nuevos
   *[other] { $count } seguimientos nuevos
}
settings-import-already = { $count ->
    [one] 1 de sus boletines y seguimientos ya está aquí.
    [many] { $count } de sus boletines y seguimientos ya están aquí.
   *[other] { $count } de sus boletines y seguimientos ya están aquí.
}
settings-import-left-out = { $count ->
    [one] 1 queda fuera: su canal o su artículo no está aquí, tú o Newsdesk no podéis publicar allí, o los nombres están ocultos.
    [many] { $count } quedan fuera: sus canales o sus artículos no están aquí, tú o Newsdesk no podéis publicar allí, o los nombres están ocultos.
   *[other] { $count } quedan fuera: sus canales o sus artículos no están aquí, tú o Newsdesk no podéis publicar allí, o los nombres están ocultos.
}
settings-state = { $state ->
    [on] sí
   *[off] no
}
settings-none = ninguno
settings-field-moderator-role = Rol de moderación
settings-field-shared-archive = Hemeroteca compartida
settings-field-zone = Zona horaria
settings-field-moderator-channel = Canal para los avisos a la moderación
settings-field-digest-channel = Canal para los boletines nuevos
settings-field-languages = Idiomas de los artículos en los boletines
settings-field-leave-out = Qué se omite
settings-field-language = Idioma de las publicaciones
settings-field-adult = Artículos +18
settings-field-pseudonyms = Nombres ocultos
settings-field-follow-cap = Mensajes de seguimientos al día
settings-places-where = { $rule ->
    [nowhere] **Los miembros todavía no pueden publicar con Newsdesk** en ningún canal. Elige alguno abajo.
    [only] **Los miembros pueden publicar con Newsdesk** solo en { $channels }.
    [except] **Los miembros pueden publicar con Newsdesk** en cualquier canal salvo { $channels }.
   *[everywhere] **Los miembros pueden publicar con Newsdesk** en todos los canales.
}
settings-mentions = { $state ->
    [on] **Las menciones** se responden allí.
   *[off] **Las menciones** no se responden.
}
settings-places = Canales…
settings-places-title = ### Dónde pueden publicar los miembros con Newsdesk
settings-places-note = Esto vale para las fichas compartidas, los hilos de debate y las respuestas a menciones. Los hilos siguen a su canal. En los demás sitios los comandos responden en privado. Los boletines y los seguimientos se publican en los canales elegidos para ellos.
settings-places-rule = { $rule ->
    [only] Solo estos canales
    [except] Todos los canales menos estos
   *[everywhere] Todos los canales
}
settings-places-placeholder = Canales y categorías
settings-places-back = Volver a los ajustes
settings-switch-mentions = { $to ->
    [on] Responder a menciones
   *[off] Dejar de responder a menciones
}
settings-field-posting-rule = Dónde pueden publicar los miembros
settings-field-posting-channels = Canales de esa regla
settings-field-answers-mentions = Respuestas a menciones

## Privacy

privacy-question = **¿Olvidar a { $name }?**
privacy-found = Aquí hay { $what }, en { $threads ->
    [one] 1 hilo
    [many] { $threads } de hilos
   *[other] { $threads } hilos
}.
privacy-found-nothing = Nadie con ese nombre ha escrito ni publicado nada aquí.
privacy-found-part = Esta hemeroteca es demasiado grande para contarlo todo de una vez: puede haber más.
privacy-nearest = Nombres parecidos aquí: { $names }.
privacy-effect =
    Sus artículos y comentarios se vacían y su nombre desaparece de todas partes. Las respuestas se quedan, bajo «[deleted]». Ni los ficheros que se carguen después ni deshacer una carga traerán nada de vuelta.
    {"**"}Esto no se puede deshacer.**
privacy-limits = Newsdesk también edita sus publicaciones que citan a esa persona, donde Discord lo permite. Quedan fuera la hemeroteca compartida, que solo puede cambiar el operador, y lo que otros hayan escrito sobre ella.
privacy-confirm = Olvidar para siempre
privacy-keep-out = Excluir de las próximas cargas
privacy-erasing = **Olvidando a { $name }…** En una hemeroteca grande puede tardar un poco.
privacy-erased = **Se ha olvidado a { $name }.** A petición de { $by }.
privacy-erased-counts = Contenido vaciado: { $comments ->
    [0] 0 comentarios
    [one] 1 comentario
    [many] { $comments } de comentarios
   *[other] { $comments } comentarios
} y { $articles ->
    [0] 0 artículos
    [one] 1 artículo
    [many] { $articles } de artículos
   *[other] { $articles } artículos
}.
privacy-erased-nothing = Aquí no había nada con ese nombre. Las próximas cargas tampoco traerán nada suyo.
privacy-erased-limits = Las próximas cargas no traerán nada de eso de vuelta. Las copias y citas que hayan hecho los miembros no cambian.

## The audit list: who did what, and when

audit-title = { $count ->
    [one] **Registro** · 1 entrada
    [many] **Registro** · { $count } de entradas, de la más reciente a la más antigua
   *[other] **Registro** · { $count } entradas, de la más reciente a la más antigua
}
audit-none = Todavía no hay nada. Aquí aparecen las cargas, las cargas deshechas, los autores olvidados, las exportaciones y los cambios en los ajustes, los boletines y los filtros de los seguimientos de canales.
audit-note = Las entradas se guardan un año. Los nombres de los autores olvidados no se guardan.
audit-load = { $state ->
    [done] Carga { $load }: { $name }
    [cancelled] Carga { $load }: { $name }, cancelada
   *[failed] Carga { $load }: { $name }, fallida
}
audit-load-paused = Carga { $load } en pausa
audit-load-resumed = Carga { $load } reanudada
audit-undo = Carga { $load } deshecha
audit-forget = Se ha olvidado a un autor
audit-purge = El operador ha eliminado una parte de la hemeroteca
audit-request-declined = Se ha rechazado una solicitud de olvido
audit-export = { $what ->
    [thread] Se ha exportado un hilo en { $format }
    [search] Se ha exportado una búsqueda en { $format }
   *[archive] Se ha exportado la hemeroteca en { $format }
}
audit-setting = { $setting }: { $old } → { $new }
audit-digest = { $what ->
    [created] Boletín { $digest } creado
    [edited] Boletín { $digest } editado
    [paused] Boletín { $digest } en pausa
    [resumed] Boletín { $digest } reanudado
    [deleted] Boletín { $digest } eliminado
   *[run] Boletín { $digest } publicado fuera de su horario
}
audit-follow-filters = Filtros del seguimiento { $follow } en { $channel }: { $old } → { $new }
privacy-backups = Las copias de seguridad anteriores todavía los contienen.
privacy-backup = { $name } ({ $day })
privacy-backups-known = Estas copias de seguridad anteriores todavía los contienen, hasta que el operador las borre: { $backups }.

## What is stored about a member (/privacy mine)

mine-title = **Qué guarda Newsdesk sobre ti**
mine-nothing = Newsdesk no guarda nada con tu ID de Discord.
mine-authors = Esto se refiere a tu cuenta de Discord. Para que se quiten artículos y comentarios que has escrito en otro sitio, usa { $request }.
mine-follows = { $count ->
    [one] 1 seguimiento en tus mensajes directos
    [many] { $count } de seguimientos en tus mensajes directos
   *[other] { $count } seguimientos en tus mensajes directos
}
mine-own-digests = { $count ->
    [one] 1 boletín en tus mensajes directos
    [many] { $count } de boletines en tus mensajes directos
   *[other] { $count } boletines en tus mensajes directos
}
mine-channel-follows = { $count ->
    [one] 1 seguimiento que has creado para un canal
    [many] { $count } de seguimientos que has creado para canales
   *[other] { $count } seguimientos que has creado para canales
}
mine-digests = { $count ->
    [one] 1 boletín que has planificado
    [many] { $count } de boletines que has planificado
   *[other] { $count } boletines que has planificado
}
mine-shared = { $count ->
    [one] 1 tarjeta que has compartido o publicado
    [many] { $count } de tarjetas que has compartido o publicado
   *[other] { $count } tarjetas que has compartido o publicado
}
mine-messages = { $count ->
    [one] El registro de 1 mensaje que has recibido
    [many] El registro de { $count } de mensajes que has recibido
   *[other] El registro de { $count } mensajes que has recibido
}
mine-visits = { $count ->
    [one] Cuándo usaste el bot por última vez, en 1 servidor
    [many] Cuándo usaste el bot por última vez, en { $count } de servidores
   *[other] Cuándo usaste el bot por última vez, en { $count } servidores
}
mine-searches = { $count ->
    [one] 1 búsqueda guardada
    [many] { $count } de búsquedas guardadas
   *[other] { $count } búsquedas guardadas
}
mine-requests = { $count ->
    [one] 1 solicitud de olvido
    [many] { $count } de solicitudes de olvido
   *[other] { $count } solicitudes de olvido
}
mine-tokens = Tu uso del modelo de lenguaje hoy, hasta la medianoche UTC
mine-audit = { $count ->
    [one] 1 entrada en el registro de moderación, durante un año
    [many] { $count } de entradas en el registro de moderación, durante un año
   *[other] { $count } entradas en el registro de moderación, durante un año
}
mine-loads = { $count ->
    [one] Tu nombre en el informe de 1 carga
    [many] Tu nombre en los informes de { $count } de cargas
   *[other] Tu nombre en los informes de { $count } cargas
}
mine-kept = Las preguntas y búsquedas no se guardan con tu nombre. Los informes de carga, las solicitudes, el recuento de tokens y el registro no se pueden borrar aquí.
mine-delete = Borrar
mine-question = **¿Borrar lo que Newsdesk guarda sobre ti?**
mine-effect = Se borran tus propios seguimientos, boletines y búsquedas guardadas, tus últimas visitas y los registros de mensajes que has recibido, que ya no se podrán corregir. Los boletines, los seguimientos de canales y las tarjetas compartidas se quedan, sin tu nombre.
mine-confirm = Borrar para siempre
mine-deleted = **Tus datos están borrados.** Las copias de seguridad los conservan hasta que se borren.

## The privacy policy

policy-title = ### Política de privacidad
policy-text =
    Newsdesk guarda los artículos y comentarios que cargan el equipo de moderación y el operador, con los nombres de sus autores tal como se publicaron. La hemeroteca de un servidor solo se ve en ese servidor. La hemeroteca compartida se ve en todos los que no la hayan desactivado.
    También guarda los ajustes, los boletines y los seguimientos de cada servidor, con el ID de Discord y el nombre de quien los creó; los ID de sus propios mensajes, para corregirlos o borrarlos; y cuándo usó el bot cada miembro por última vez en un servidor.
    Solo lee mensajes que lo mencionan, le responden o se le envían. Los datos nunca se venden ni se usan para publicidad ni para entrenar modelos.
policy-no-log = Las preguntas no se guardan.
policy-log = El operador guarda las preguntas, sin el nombre ni el ID de quien pregunta.
policy-model = Las preguntas y las citas encontradas se envían a un modelo de lenguaje, sin nombres de miembros ni de comentaristas.
policy-retention = **Se conservan** los registros de publicaciones { $posts } días, las visitas { $visits } días y el registro de moderación { $audit } días. Las hemerotecas y los ajustes se quedan hasta que los borre el equipo de moderación o el operador.
policy-purged = { $days ->
    [one] **Cuando un servidor quita el bot**, su hemeroteca y sus ajustes se borran para siempre después de 1 día.
    [many] **Cuando un servidor quita el bot**, su hemeroteca y sus ajustes se borran para siempre después de { $days } de días.
   *[other] **Cuando un servidor quita el bot**, su hemeroteca y sus ajustes se borran para siempre después de { $days } días.
}
policy-stays = **Cuando un servidor quita el bot**, sus datos se quedan hasta que el operador los borre.
policy-contact = **Contacto**: { $contact }
policy-no-contact = **Contacto**: el operador de este bot no ha indicado ninguno. Pregunta al equipo de moderación de este servidor.
policy-commands = { $mine } muestra y borra lo que se guarda sobre ti. { $request } sirve para pedir que se te olvide como autor.

## Requests to be forgotten

request-sent = **El equipo de moderación tiene tu solicitud.** Decide si se quita de la hemeroteca de este servidor todo lo que ha escrito { $name }, y puede pedirte que demuestres que eres tú. Recibirás la decisión por mensaje directo, si los aceptas.
request-shared = Esto se refiere a la hemeroteca propia de este servidor. La compartida es del operador del bot.
request-shared-contact = Esto se refiere a la hemeroteca propia de este servidor. Para la compartida, contacta con el operador: { $contact }
request-none = No hay solicitudes pendientes.
request-more = { $count ->
    [one] Hay 1 solicitud más en espera.
    [many] Hay { $count } de solicitudes más en espera.
   *[other] Hay { $count } solicitudes más en espera.
}
request-card = **Solicitud de olvido**
    { $member } pide que se quite de la hemeroteca de este servidor todo lo que ha escrito **{ $name }**.
request-check = Comprueba antes que es esa persona, por ejemplo con un mensaje desde la cuenta con la que escribió.
request-grant = Olvidar para siempre
request-decline = Rechazar
request-decided = { $what ->
    [granted] **Solicitud aceptada** por { $by }. El autor que ha indicado { $member } ha quedado olvidado.
   *[declined] **Solicitud rechazada** por { $by }. No ha cambiado nada para { $member }.
}
request-answer = { $what ->
    [granted] El equipo de moderación de { $server } ha aceptado tu solicitud: el autor que has indicado ha quedado olvidado en su hemeroteca.
   *[declined] El equipo de moderación de { $server } ha rechazado tu solicitud de olvido. Puedes preguntarle por qué.
}
request-owner = Alguien en { $server } pide que se le olvide como autor. Usa allí { $command } para decidir. Para recibir estas solicitudes en un canal, elige uno para moderación en los ajustes.

## Command line: help

cli-about = Newsdesk es una hemeroteca para buscar noticias y los debates que generan.
cli-audit = Ver quién ha cargado, deshecho, olvidado o cambiado qué
cli-audit-about = Solo este tipo de acciones
cli-audit-offset = Saltar esta cantidad de entradas
cli-export = Exportar un hilo, una búsqueda o la hemeroteca
cli-export-loads-again = NDJSON se vuelve a cargar en las mismas filas. La exportación va a la salida estándar o a --output.
cli-export-thread = solo este artículo con sus comentarios, por ID o título
cli-export-search = solo los hilos de esta búsqueda, 500 como máximo
cli-export-format = markdown, csv o ndjson, que se vuelve a cargar (predeterminado)
cli-export-output = el fichero que se escribe
cli-exit-codes = Códigos de salida: 0 hecho, 1 no encontrado, 2 entrada incorrecta, 69 sin conexión con Discord. Una lista vacía es 0.
cli-usage = uso:
cli-heading-commands = comandos
cli-heading-arguments = argumentos
cli-heading-options = opciones
cli-help = Mostrar esta ayuda
cli-version = Mostrar la versión
cli-data = Carpeta de las bases de datos (por defecto, NEWSDESK_DATA o, si no, «data»)
cli-guild = Usar la hemeroteca de este servidor de Discord, no la compartida
cli-json = Escribir un objeto JSON, para programas

cli-article-id = Número, clave (t3_…) o título de un artículo
cli-source = Solo este sitio, como courier.example
cli-after = Desde esta fecha, como 2024-03-12
cli-before = Antes de esta fecha
cli-limit = Mostrar esta cantidad como máximo (por defecto, { $default })

cli-article = Mostrar un artículo y sus comentarios
cli-article-comments = Mostrar como máximo esta cantidad de comentarios, los más recientes (por defecto, todos)
cli-article-newest = Mostrar primero los comentarios más recientes, sin sangrar las respuestas
cli-ask = Hacer una pregunta y recibir citas de la hemeroteca
cli-ask-question = Tu pregunta, con tus palabras
cli-ask-article = Preguntar solo por este artículo y sus comentarios
cli-ask-exit-code = El código de salida es 1 si la hemeroteca no tiene respuesta.
cli-backup = Hacer una copia de seguridad y comprobarla, incluso con el bot en marcha
cli-backup-target = Carpeta para la copia de seguridad
cli-restore = Restaurar una copia de seguridad; los archivos actuales se guardan aparte
cli-restore-folder = Carpeta de la copia de seguridad
cli-check = Revisar las bases de datos y decir cómo arreglar los fallos
cli-check-repair = Reconstruir un índice de búsqueda roto
cli-comments = Mostrar lo que se comenta de un artículo
cli-comments-list = Mostrar la lista de comentarios en su lugar
cli-comments-order = Cómo ordenar la lista (por defecto, thread)
cli-comments-hide-bots = Omitir los comentarios de bots
cli-comments-one-thread = Mostrar solo el hilo de este artículo, no toda la noticia
cli-comments-timeline = newsdesk timeline { $id } los muestra.
cli-comments-replies = Mostrar solo las respuestas a este comentario
cli-comments-offset = Saltar esta cantidad de comentarios
cli-deliveries = Mostrar si se publicaron los boletines programados
cli-deliveries-schedule = Solo este boletín
cli-follows = Mostrar lo que siguen canales y miembros
cli-follows-remove = Quitar este seguimiento
cli-forget = Borrar para siempre el nombre de un autor y lo que escribió
cli-forget-everywhere = Sin --guild, se aplica a todas las hemerotecas.
cli-forget-what = Qué olvidar
cli-forget-name = El nombre del autor; da igual usar mayúsculas o no
cli-forget-dry-run = Mostrar lo que se borraría, sin borrarlo
cli-forget-keep-out = Olvidar este nombre aunque el archivo no tenga nada suyo
cli-purge = Borrar para siempre artículos y sus comentarios, por antigüedad, fuente o subreddit
cli-purge-permanent = Con --guild, en la hemeroteca de ese servidor; si no, en la compartida. No se puede deshacer: haz antes una copia de seguridad.
cli-purge-subreddit = Solo este subreddit
cli-purge-all = Toda la hemeroteca, con la lista de sus cargas
cli-purge-dry-run = Mostrar lo que se borraría, sin borrarlo
cli-load = Cargar artículos y comentarios desde ficheros
cli-load-path = Ficheros y carpetas que cargar, tal cual o en .zip, .tar, .gz, .xz o .zst
cli-load-resume = Reanudar esta carga, o la última que se detuvo o falló
cli-load-name = Nombre de la carga (por defecto, el del primer fichero)
cli-load-dry-run = Mostrar lo que se cargaría, sin cargarlo
cli-load-subreddit = Solo este subreddit; se puede repetir
cli-load-min-score = Solo a partir de esta puntuación
cli-load-min-length = Solo comentarios con al menos estos caracteres
cli-load-over-18 = Incluir contenido +18, que por defecto queda fuera
cli-load-filters = Los filtros se aplican a cada artículo y comentario. Las páginas de artículos no tienen subreddit ni puntuación.
cli-loads = Mostrar las últimas cargas
cli-loads-rejected = Mostrar todo lo que esta carga rechazó, un objeto JSON por línea
cli-mcp = Permitir que herramientas de IA lean la hemeroteca por MCP
cli-related = Buscar artículos relacionados con otro
cli-timeline = Ver cómo se informó de una noticia, con sus hilos
cli-run = Poner en marcha el bot (necesita DISCORD_TOKEN)
cli-run-shards = funcionar como uno de varios procesos: sus shards, como 0-3/16, o auto para una parte igual de los que recomienda Discord
cli-schedules = Mostrar los boletines programados
cli-search = Buscar artículos y sus comentarios
cli-search-query = Palabras, "frase exacta", -sin, una OR otra, comienzo*
cli-search-in = Dónde buscar (por defecto, en ambos)
cli-search-author = Solo artículos o comentarios de esta persona
cli-search-order = Cómo ordenar los resultados (por defecto, relevance)
cli-search-offset = Saltar esta cantidad de resultados
cli-browse = Explora la hemeroteca por fuente, subreddit, flair, día o mes
cli-browse-by = Por qué explorar; si se omite, se listan los artículos más recientes
cli-browse-value = Solo los artículos de esta fuente, subreddit, flair, día (2024-03-12) o mes (2024-03)
cli-stats-by = Cuenta los hilos por mes, fuente o subreddit
cli-trend = Muestra cuántos textos coinciden con una búsqueda a lo largo del tiempo
cli-stats = Mostrar qué contiene la hemeroteca
cli-status = Mostrar el estado del bot, sus cargas y sus publicaciones
cli-status-running = indicar solo si el bot está conectado a Discord; si no, código de salida 1
cli-summary = Mostrar las frases clave de un artículo
cli-try = Probar el bot en el navegador, sin Discord
cli-try-port = Puerto de la página local (por defecto, uno libre)
cli-try-data = Guardar la hemeroteca en esta carpeta (por defecto, no se guarda nada)
cli-undo = Deshacer una carga
cli-undo-load = El número de la carga

## Command line: mistakes in what was typed

cli-mistake-in = { $argument_name }: { $message }
cli-mistake-missing = Falta: { $value }
cli-mistake-missing-one = Indica uno de estos: { $value }
cli-mistake-unknown = No se reconoce: { $value }
cli-mistake-conflict = No se puede usar junto con { $value }
cli-mistake-unwanted-value = No lleva valor, pero se ha indicado { $value }
cli-mistake-no-value = Necesita un valor
cli-mistake-ambiguous = { $option } podría ser { $matches }
cli-mistake-choice = { $value } no es una de las opciones: { $choices }
cli-mistake-example = Escribe: { $example }
cli-not-an-author = «{ $text }» no es el nombre de un autor
cli-not-a-server = «{ $text }» no es el ID de un servidor de Discord
cli-not-shards = «{ $text }» no es auto ni una indicación de shards como 0-3/16
cli-not-a-number = «{ $text }» no es un número entero de { $minimum } a { $maximum }

## Command line: what it prints

cli-undated = sin fecha
cli-by = por { $name }, { $time }
cli-posted-by = publicado por { $author }
cli-commenter = comentarista { $author }
cli-headline = titular
cli-article-number = artículo { $id }
cli-comment-number = comentario { $id }
cli-digest-number = boletín { $id }
cli-server = servidor { $id }
cli-channel = canal { $id }
cli-member = miembro { $id }

cli-search-found = { $count ->
    [one] 1 hilo sobre { $query }
    [many] { $count } de hilos sobre { $query }
   *[other] { $count } hilos sobre { $query }
}
cli-search-more = Más de { $count } hilos sobre { $query }
cli-search-respelt = No hay hilos sobre { $query }. Aquí tienes { $count ->
    [one] 1 sobre { $instead }
    [many] { $count } sobre { $instead }
   *[other] { $count } sobre { $instead }
}
cli-summary-sentences = { $shown } de { $count ->
    [one] 1 frase
    [many] { $count } de frases
   *[other] { $count } frases
}

cli-ask-differs = Otra fuente dice otra cosa
cli-ask-supporters = { $count } de { $read ->
    [one] 1 comentario
    [many] { $read } de comentarios
   *[other] { $read } comentarios
}

cli-digest-disputed-figures = { $count ->
    [one] 1 persona contradice el artículo: { $theirs }, no { $ours }
    [many] { $count } de personas contradicen el artículo: { $theirs }, no { $ours }
   *[other] { $count } personas contradicen el artículo: { $theirs }, no { $ours }
}
cli-digest-busiest = { $count ->
    [one] Momento más activo: 1 comentario en { $span }, desde { $time }
    [many] Momento más activo: { $count } de comentarios en { $span }, desde { $time }
   *[other] Momento más activo: { $count } comentarios en { $span }, desde { $time }
}

cli-loading = Cargando
cli-load-waiting = Esperando a que termine otra carga
cli-load-ended = { $state ->
    [done] Carga de { $name } completada en { $duration }
    [cancelled] Carga de { $name } cancelada tras { $duration }
    [paused] Carga de { $name } detenida tras { $duration }
   *[failed] Carga de { $name } incompleta; detenida tras { $duration }
}
cli-load-preview = Se cargaría: { $articles ->
    [one] 1 artículo
    [many] { $articles } de artículos
   *[other] { $articles } artículos
} y { $comments ->
    [one] 1 comentario
    [many] { $comments } de comentarios
   *[other] { $comments } comentarios
}
cli-load-not-written = No se ha cargado nada. Para cargarlo, ejecuta el comando sin --dry-run.
cli-load-rejected = Rechazados: { $count }
cli-load-more-rejected = y { $count } más
cli-load-rejects-file = Lista completa: { $path }
cli-load-rejects-command = newsdesk loads --rejected { $load }
cli-load-resume-hint = Para continuar: newsdesk load --resume { $load }
cli-load-undo-hint = Para deshacer: newsdesk undo { $load }
cli-loads-none = Todavía no se ha cargado nada. Empieza con: newsdesk load FICHERO
cli-forget-done = Contenido vaciado: { $articles ->
    [one] 1 artículo
    [many] { $articles } de artículos
   *[other] { $articles } artículos
} y { $comments ->
    [one] 1 comentario
    [many] { $comments } de comentarios
   *[other] { $comments } comentarios
}. El nombre del autor ha desaparecido de todas partes. Volver a cargar un volcado no los traerá de vuelta.
cli-forget-nothing = No se ha encontrado nada de este autor. Los volcados que se carguen después no traerán nada suyo.
cli-forget-unknown = No se ha cambiado nada. Si este nombre no se olvidó antes, las cargas futuras pueden traerlo; añade --keep-out para evitarlo.

cli-schedules-none = No hay boletines programados. El equipo de moderación los crea en Discord con /digest create.
cli-next = próxima edición: { $time }
cli-deliveries-none = Todavía no ha llegado la hora de ningún boletín. Para ver los programados: newsdesk schedules
cli-follows-none = Todavía no hay seguimientos. Los miembros los añaden en Discord con /follow add.
cli-audit-none = Todavía no hay entradas.
cli-export-done = Exportado a { $path }: { $articles ->
    [one] 1 artículo
    [many] { $articles } de artículos
   *[other] { $articles } artículos
} y { $comments ->
    [one] 1 comentario
    [many] { $comments } de comentarios
   *[other] { $comments } comentarios
}.
cli-audit-shared = hemeroteca compartida
cli-follows-removed = Seguimiento { $id } quitado: { $what }.

cli-stats-articles = { $articles ->
    [one] 1 artículo
    [many] { $articles } de artículos
   *[other] { $articles } artículos
} de { $sources ->
    [one] 1 fuente
    [many] { $sources } de fuentes
   *[other] { $sources } fuentes
}
cli-stats-size = { $size } en disco
cli-transfer = trasladar la hemeroteca a otra base de datos
cli-transfer-to = la dirección de una base de datos PostgreSQL, o una carpeta para SQLite
cli-transfer-copying = Copiando { $table }: { $done } de { $total } filas
cli-transfer-comparing = Comparando { $table }: { $done } de { $total } filas
cli-transfer-stopped = Detenido. Ejecuta el mismo comando de nuevo para continuar.
cli-transferred =
    { $rows ->
        [one] { $rows } fila copiada y comparada.
        [many] { $rows } de filas copiadas y comparadas.
       *[other] { $rows } filas copiadas y comparadas.
    }
cli-transferred-url = Pon esa dirección en DATABASE_URL e inicia el bot. La base de datos anterior no ha cambiado.
cli-transferred-folder = Deja vacío DATABASE_URL, pon { $folder } en NEWSDESK_DATA e inicia el bot. La base de datos anterior no ha cambiado.
cli-backup-restore = Comprobada. Para restaurarla, detén el bot y ejecuta: newsdesk restore { $folder }
cli-restored = { $folder } se ha restaurado.
cli-restored-check = Los textos están intactos, pero hay otra cosa mal. newsdesk check dice qué hacer.
cli-restored-aside = Los archivos de antes están en { $folder }. Bórralos cuando todo esté bien.
cli-upgrade-backup = Copia de seguridad antes de la actualización ({ $size }): { $part }
cli-upgrade-running = Actualizando { $file }, tiempo transcurrido: { $duration }.
cli-upgrade-done = { $file } se ha actualizado en { $duration }. Para volver atrás, ejecuta newsdesk restore { $backup } y usa la versión anterior.
cli-check-ok = correcto
cli-check-broken = dañado

## Command line: what "newsdesk check" finds: what was checked, the result, and what to do

check-pages = { $file }: páginas
check-pages-good = intactas
check-schema = { $file }: tablas
check-schema-good = completas
check-schema-bad = falta o es incorrecto: { $names }
check-references = { $file }: referencias
check-references-good = completas
check-references-bad = { $count ->
    [one] 1 no lleva a ninguna parte
    [many] { $count } no llevan a ninguna parte
   *[other] { $count } no llevan a ninguna parte
}
check-counts-good = sin errores
check-comment-counts = { $file }: recuento de comentarios
check-comment-counts-bad = { $count ->
    [one] 1 artículo tiene mal el recuento de comentarios
    [many] { $count } de artículos tienen mal el recuento de comentarios
   *[other] { $count } artículos tienen mal el recuento de comentarios
}
check-receipts = { $file }: informes de carga
check-receipts-bad = { $count ->
    [one] 1 informe incluye comentarios que faltan
    [many] { $count } de informes incluyen comentarios que faltan
   *[other] { $count } informes incluyen comentarios que faltan
}
check-totals = { $file }: totales
check-totals-bad = { $count ->
    [one] 1 informe no cuadra con su número de comentarios
    [many] { $count } de informes no cuadran con su número de comentarios
   *[other] { $count } informes no cuadran con su número de comentarios
}
check-numbers = { $file }: identificadores
check-numbers-bad = { $count ->
    [one] 1 hemeroteca usaría dos veces un identificador
    [many] { $count } de hemerotecas usarían dos veces un identificador
   *[other] { $count } hemerotecas usarían dos veces un identificador
}
check-undos = { $file }: cargas deshechas
check-undos-good = completas
check-undos-bad = deshechas solo en parte: { $loads }
check-undos-advice = Si no se está deshaciendo ahora mismo, deshazla otra vez para terminar.
check-statistics = { $file }: estadísticas de búsqueda
check-statistics-good = completas
check-statistics-bad = la última actualización falló: { $parts }
check-statistics-advice = La búsqueda funciona, pero pueden faltar correcciones ortográficas y formas de palabras. El motivo está en el registro. Si acabas de actualizar Newsdesk, la próxima carga las pondrá al día.
check-indexes = { $file }: índice de búsqueda
check-index = { $file }: índice de búsqueda { $table }
check-index-good = coincide con los textos
check-index-bad = no coincide con los textos
check-index-rebuilt = no coincidía con los textos; ya está reconstruido
check-index-advice = Para reconstruirlo: newsdesk check --repair
check-index-skipped = sin revisar
check-index-room = Libera { $size } en el disco de la carpeta de datos y vuelve a revisar.
check-not-created = todavía no se ha creado
check-not-ours = no es una base de datos de Newsdesk
check-newer = creada con una versión más reciente de Newsdesk
check-upgrade = Actualiza Newsdesk.
check-damaged = dañada
check-unreadable = no se puede leer
check-disk = Revisa el disco y los permisos de la carpeta.
check-restore = Detén el bot, restaura la última copia de seguridad con newsdesk restore y vuelve a revisar.

## Configuration: settings that are wrong, as the command line shows them

config-problem = { $name }: { $problem }
config-token-missing = Falta DISCORD_TOKEN. Crea una aplicación en el Developer Portal de Discord, copia el token de su página «Bot» (deja desactivados los tres intents privilegiados) y define DISCORD_TOKEN en .env o en el entorno. El siguiente inicio muestra el enlace de invitación.
config-token-with-bot = Quita la palabra «Bot» y deja solo el token.
config-no-token = Esto no es un token de bot. Un token tiene tres partes unidas por puntos y ningún espacio.
config-not-a-folder = «{ $path }» no es una carpeta.
config-no-such-folder = No existe la carpeta «{ $path }».
config-time = «{ $text }» no es una hora. Escríbela como 03:00.
config-no-file = «{ $path }» no puede ser un fichero. Elige un nombre de fichero en una carpeta que exista.
config-no-policy = «{ $path }» no se puede leer como texto. Indica un fichero de texto en UTF-8.
config-long-policy = «{ $path }» es demasiado largo. El máximo son { $most } caracteres.
config-long-contact = Es demasiado largo. El máximo son { $most } caracteres.
config-one-of = «{ $text }» no es válido. Usa { $choices }.
config-some-of = «{ $text }» no es válido. Usa uno o varios de estos valores: { $choices }.
config-number = «{ $text }» no es válido. Usa un número entero de { $minimum } a { $maximum }.
config-vectors = «{ $text }» no es válido. Usa shipped, off, una carpeta o un nombre del hub como somebody/model.
config-vectors-need-extra = Esto necesita model2vec. Instala newsdesk[model2vec], o usa shipped u off.
config-no-address = Esto no es una dirección web. Usa una como http://localhost:8080/v1.
config-no-database = Esto no es la dirección de una base de datos PostgreSQL. Usa una como postgresql://user:password@host/newsdesk y escribe los caracteres especiales de la contraseña como %40.
config-database-needs-extra = Esto necesita psycopg. Instala newsdesk[postgres], o deja vacío el ajuste.
config-address-with-key = Pon solo la dirección. La clave va en LLM_API_KEY.
config-no-key = Esto no es una clave. Una clave no tiene espacios ni letras con tilde.
config-alert = Esto no es la dirección de un webhook ni el ID de un usuario.
config-half-a-model = Falta { $missing }. { $given } lo necesita.
config-misspelt = { $name } no es un ajuste. ¿Querías decir { $near }?
config-env-file = No se puede leer .env: { $reason }

## Loads

load-starting = **Cargando** { $name } · leyendo el fichero…
load-queued = **En espera** { $name } · empieza sola cuando acabe la carga en curso
load-running = **Cargando** { $name }
load-left = quedan { $duration }
load-comments-of = { $count } de unos { $total } comentarios
load-rate = { $count }/s
load-read = { $done } leídos
load-read-of = { $done } de { $total } leídos
load-rejected = { $count ->
    [one] 1 rechazado
    [many] { $count } rechazados
   *[other] { $count } rechazados
}
load-rejected-attached = { $count ->
    [one] 1 rechazado (en el fichero adjunto)
    [many] { $count } rechazados (en el fichero adjunto)
   *[other] { $count } rechazados (en el fichero adjunto)
}
load-left-out = { $reason ->
    [subreddit] de otros subreddits, excluidos: { $count } ({ $option })
    [after] por fecha anterior, excluidos: { $count } ({ $option })
    [before] por fecha posterior, excluidos: { $count } ({ $option })
    [min_score] por su puntuación, excluidos: { $count } ({ $option })
    [min_length] por ser muy cortos, excluidos: { $count } ({ $option })
   *[over_18] contenido +18 excluido: { $count } (se carga con { $option })
}
load-left-out-uncounted = { $count ->
    [one] 1 excluido (+18 o por los filtros)
    [many] { $count } excluidos (+18 o por los filtros)
   *[other] { $count } excluidos (+18 o por los filtros)
}

load-receipt = { $state ->
    [done] **Carga completada:** { $name }, en { $duration }
    [cancelled] **Carga cancelada:** { $name }, tras { $duration }
    [paused] **Carga en pausa:** { $name }, tras { $duration }
    [failed] **Carga fallida:** { $name }, tras { $duration }
    [undone] **Carga deshecha:** { $name }
    [undoing] **Carga deshecha en parte:** { $name }
   *[running] **Cargando** { $name }
}
load-new-articles = { $count ->
    [0] Ningún artículo nuevo
    [one] 1 artículo nuevo
    [many] { $count } de artículos nuevos
   *[other] { $count } artículos nuevos
}
load-new-comments = { $count ->
    [0] Ningún comentario nuevo
    [one] 1 comentario nuevo
    [many] { $count } de comentarios nuevos
   *[other] { $count } comentarios nuevos
}
load-updated = { $count ->
    [one] 1 actualizado
    [many] { $count } actualizados
   *[other] { $count } actualizados
}
load-unchanged = { $count ->
    [one] 1 sin cambios
    [many] { $count } sin cambios
   *[other] { $count } sin cambios
}
load-older = anteriores a la versión guardada: { $count }
load-waiting = Comentarios a la espera de su artículo, que aún no se muestran: { $count }. Aparecerán cuando se carguen los artículos (en volcados de Reddit: las publicaciones, RS_…).
load-missing = Comentarios que existen pero no están en la hemeroteca: { $count }. Pueden estar tras «cargar más» o en ficheros sin cargar.
load-books = { $kind ->
    [articles] Artículos leídos: { $read } ({ $parts })
   *[comments] Comentarios leídos: { $read } ({ $parts })
}
load-books-part = { $what ->
    [new] nuevos: { $count }
    [updated] actualizados: { $count }
    [unchanged] sin cambios: { $count }
    [older] anteriores: { $count }
    [waiting] a la espera: { $count }
    [rejected] rechazados: { $count }
   *[left_out] excluidos: { $count }
}
load-unaccounted = Elementos leídos que no constan en ninguna cuenta: { $count }. Es un fallo de Newsdesk; comunícalo, por favor.
load-nothing = No se ha cargado nada.
load-nothing-new = Nada nuevo. Ya en la hemeroteca: { $what }.
load-number = Carga { $load }
load-by = por { $who }
load-rejects-cut = El fichero adjunto es la primera parte de { $size }. El operador lo tiene entero en la carpeta de datos, en rejects/{ $load }.ndjson.
load-pausing = Pausando la carga { $load }. En un momento podrás reanudarla.
load-cancelling = Cancelando la carga { $load }. Su informe aparecerá en un momento.
load-never-started = No se ha cargado nada.
load-interrupted = Newsdesk se está apagando. La carga continuará sola cuando vuelva.
load-out-of-sight = Newsdesk no tiene permiso para publicar aquí, así que este mensaje deja de actualizarse a los 15 minutos. El informe está en { $command }.
load-direct = Para deshacer esta carga, usa { $undo } en el servidor.
load-ended = { $how ->
    [cancelled] **Carga cancelada:** { $name }
    [interrupted] **Carga interrumpida:** { $name }
   *[failed] **Carga fallida:** { $name }
}

load-would-load = **Se cargaría** { $name }
load-would-change = En comparación con la hemeroteca:
export-done = { $count ->
    [one] **Exportado** en { $format }, en 1 fichero
    [many] **Exportado** en { $format }, en { $count } de ficheros
   *[other] **Exportado** en { $format }, en { $count } ficheros
}
export-points = { $count ->
    [one] 1 punto
    [many] { $count } de puntos
   *[other] { $count } puntos
}
export-running = **Exportando**
export-loads-again = Se puede volver a cargar, en esta hemeroteca o en otra: adjunta los ficheros a /archive load.
export-by = enviado por { $who }
load-dates = de { $first } a { $last }
load-would-reject = { $count ->
    [one] 1 se rechazaría
    [many] { $count } se rechazarían
   *[other] { $count } se rechazarían
}
load-room = Necesita hasta { $needed } de espacio en disco; hay { $free } libres.
load-no-room = No cabe en el disco: necesita hasta { $needed } y hay { $free } libres.
load-previewed = No se ha cargado nada. Para cargarlo, repite el comando sin `simulación`.

load-undo = Deshacer carga
load-undo-rest = Deshacer el resto
load-undo-question = **¿Deshacer la carga { $load }?** { $name }
    Esto retira { $articles ->
        [one] 1 artículo
        [many] { $articles } de artículos
       *[other] { $articles } artículos
    } y { $comments ->
        [one] 1 comentario
        [many] { $comments } de comentarios
       *[other] { $comments } comentarios
    } y devuelve lo que cambió a como estaba.
load-undoing = **Deshaciendo la carga { $load }**
load-removing = Retirando { $articles ->
    [one] 1 artículo
    [many] { $articles } de artículos
   *[other] { $articles } artículos
} y { $comments ->
    [one] 1 comentario
    [many] { $comments } de comentarios
   *[other] { $comments } comentarios
}.
load-undone = **Carga { $load } deshecha**
load-removed = Retirado: { $articles ->
    [one] 1 artículo
    [many] { $articles } de artículos
   *[other] { $articles } artículos
} y { $comments ->
    [one] 1 comentario
    [many] { $comments } de comentarios
   *[other] { $comments } comentarios
}.
load-restored = { $count ->
    [one] Restaurada 1 versión anterior.
    [many] Restauradas { $count } de versiones anteriores.
   *[other] Restauradas { $count } versiones anteriores.
}
load-undone-by = deshecha por { $who }

load-list = **Cargas**, primero las más recientes
load-none = Todavía no hay cargas. Añade artículos y comentarios con { $command }.
load-open = Abrir un informe…
load-state = { $state ->
    [done] completada
    [cancelled] cancelada
    [paused] en pausa
    [failed] fallida
    [undone] deshecha
    [undoing] deshecha en parte
   *[running] en curso
}
load-own-archive = **La hemeroteca de este servidor**
load-own-empty = Aquí todavía no hay nada. Añade artículos y comentarios con { $command }.
load-shared-archive = **Hemeroteca compartida**, del operador del bot
load-shared-empty = Aquí todavía no hay nada. Solo el operador puede añadir contenido.
load-sources = { $count ->
    [one] 1 fuente
    [many] { $count } de fuentes
   *[other] { $count } fuentes
}
load-loads = { $count ->
    [one] 1 carga
    [many] { $count } de cargas
   *[other] { $count } cargas
}
load-help =
    ### Cargar
    { -accepted-files } Adjunta el fichero a { $load } o, si es más grande, indica en `ruta` uno de la carpeta de entrada del operador.
    {"**"}Opciones** para acotar la carga: `subreddit`, `desde`, `antes` y `puntuación-mínima`. El contenido +18 queda fuera si no activas `mayores-de-18`. `simulación` muestra lo que se cargaría.
    {"**"}Mientras está en curso** puedes pausar o cancelar una carga. Tras un reinicio sigue sola. Las líneas que no se pueden leer salen en un fichero, con el motivo; todo lo demás se carga. Cargar otra vez el mismo volcado solo añade lo nuevo.
    {"**"}Después,** { $undo } retira todo lo que añadió una carga.
    -# Para borrar los artículos y comentarios de una persona de la hemeroteca de este servidor, usa { $forget }.

load-problem-interrupted = Newsdesk se detuvo con esta carga en curso. Reanúdala para seguir donde se quedó.
load-problem-lost = Newsdesk se detuvo con esta carga en curso. Lo cargado se conserva; puedes deshacerlo.
load-problem-crashed = Esta carga ha fallado tres veces en el mismo punto, así que ya no continúa sola. Lo que ya había cargado se conserva. Reanuda la carga { $load } para intentarlo otra vez o deshazla.
load-problem-damaged = { $where } está dañado o incompleto. Sustitúyelo por una copia completa y reanuda la carga { $load }.
load-problem-disk = No se ha podido leer { $where } hasta el final: { $problem }. Revisa el disco y reanuda la carga { $load }.
load-problem-stalled = No se ha podido leer nada durante un minuto cerca de { $where }, así que la carga se ha detenido. Lo que ya había cargado se conserva. Quita esa parte del fichero y reanuda la carga { $load }.
load-problem-unreadable = No se ha podido leer el fichero hasta el final: { $problem }.
load-problem-fault = Algo ha fallado por nuestra parte ({ $fault }). El registro del operador tiene más detalles.

## Rejected input: what is wrong with a file or line of a dump, and what to do

-accepted-files = Newsdesk lee páginas de artículos, páginas web guardadas (HTML, MHTML, WARC), canales de noticias (RSS, Atom), volcados de Reddit, hilos de Hacker News, Lemmy y Discourse, y artículos o comentarios en CSV o JSON, tal cual o en .zip, .tar, .gz, .xz o .zst.
accepted-files = { -accepted-files }

rejected-empty = Este fichero está vacío.
rejected-file-kind = { $kind ->
    [office] Esto es un documento de ofimática o un libro electrónico. { -accepted-files }
    [pdf] Esto es un PDF. { -accepted-files }
    [picture] Esto es una imagen. { -accepted-files }
    [media] Esto es audio o vídeo. { -accepted-files }
    [database] Esto es una base de datos SQLite. Exporta sus tablas como CSV.
    [parquet] Esto es una tabla Parquet. Expórtala como CSV o líneas JSON.
    [seven-zip] Esto es un fichero comprimido 7-Zip. { -accepted-files }
    [rar] Esto es un fichero comprimido RAR. { -accepted-files }
    [program] Esto es un programa. { -accepted-files }
    [spreadsheet] Esto es una hoja de cálculo. Guárdala como CSV.
    [dataset] Esto es una tabla en forma binaria (Arrow, Avro, HDF5 o NumPy). Expórtala como CSV o líneas JSON.
    [pickle] Esto es un pickle de Python. Exporta su contenido como CSV o líneas JSON.
    [sql] Esto es un volcado de una base de datos (SQL). Exporta sus tablas como CSV.
    [yaml] Esto es YAML. Conviértelo en líneas JSON.
    [compressed] Esto está comprimido de una forma que Newsdesk no puede leer. Comprímelo como .gz o .zst.
    [encrypted] Este fichero está cifrado. Descífralo primero.
    [lfs] Este fichero solo apunta al verdadero (Git LFS). Descárgalo con «git lfs pull».
    [torrent] Esto es un torrent. Carga los ficheros que descarga.
    [email] Esto es correo electrónico. { -accepted-files }
    [javascript] Esto es JavaScript. Quita lo que rodea al JSON.
    [python] Esto es Python, no JSON. Escríbelo con json.dump.
   *[binary] Esto son datos binarios. { -accepted-files }
}
rejected-xml = Esto es XML, pero ni una página web ni un canal de noticias (RSS, Atom). { -accepted-files }
rejected-html-extra = Las páginas web guardadas, los archivos WARC y los canales de noticias (RSS, Atom) se leen con bibliotecas que no están instaladas aquí. El operador puede instalarlas con «pip install 'newsdesk[html]'».
rejected-html-no-article = En esta página web no hay ningún artículo, solo menús, enlaces o nada. Las páginas que cargan su texto después hay que guardarlas desde el navegador.
rejected-html-tags = Este fichero tiene más de { $count } etiquetas HTML, demasiadas para una página.
rejected-html-elements = Esta página web tiene más de { $count } elementos, demasiados para un artículo.
rejected-html-depth = Los elementos de esta página web están anidados a más de { $depth } niveles, y lo que está más adentro no se puede leer.
rejected-empty-feed = No hay ninguna entrada en este canal de noticias.
rejected-cut-feed = Este canal de noticias se corta antes del final. Consigue otra copia del fichero.
rejected-warc-others = { $count ->
    [one] En este archivo WARC hay { $count } respuesta más de un servidor que no es una página web (una imagen, un script, un error). Se ha pasado por alto.
    [many] En este archivo WARC hay { $count } respuestas más de servidores que no son páginas web (imágenes, scripts, errores). Se han pasado por alto.
   *[other] En este archivo WARC hay { $count } respuestas más de servidores que no son páginas web (imágenes, scripts, errores). Se han pasado por alto.
}
rejected-warc-no-pages = En este archivo (WARC) no hay páginas web.
rejected-warc-damaged = Este archivo de páginas web (WARC) está dañado aquí. Se ha leído todo lo anterior.
rejected-warc-encoding = Esta página web está comprimida de una forma que Newsdesk no puede leer ({ $encoding }).
rejected-binary-text = En este fichero hay datos binarios. { -accepted-files }
rejected-parquet = Esto es una tabla Parquet con las columnas { $columns }. Expórtala como CSV o líneas JSON.
rejected-table = Esto es una tabla con las columnas { $columns }. Llama a las columnas «title» y «text» para cargar artículos, o «id», «link_id» y «body» para cargar comentarios.
rejected-empty-table = Esta tabla no tiene filas, solo las columnas { $columns }.
rejected-not-a-page = Esto no es una página de artículo: bajo el título falta «Authored by … and submitted by …», y no hay comentarios con nombre y hora. { -accepted-files }
rejected-index = Esto es una portada o un índice con varios artículos, no un solo artículo. Carga mejor las páginas de los artículos.
rejected-several-pages = Aquí empieza una segunda página. Guarda cada página en su propio fichero.
rejected-no-title = Esta página no tiene título.
rejected-long-title = Esta línea es demasiado larga para un título. { -accepted-files }
rejected-too-many-lines = Este fichero tiene más de { $count } líneas, demasiadas para una página de artículo.
rejected-large-page = Este fichero pasa de { $megabytes } MB, demasiado para una página de artículo. { -accepted-files }

rejected-not-json = Este fichero no es JSON válido: el error está en «{ $problem }».
rejected-not-json-line = Esta línea no es JSON válido: el error está en «{ $problem }».
rejected-cut-json = El JSON se corta aquí, en medio de un registro. Consigue una copia nueva del fichero.
rejected-nested-json = Este JSON está anidado a demasiada profundidad, o contiene un número demasiado largo.
rejected-not-an-export = Esta línea no forma parte de una exportación que lea esta versión de Newsdesk.
rejected-wiped = Aquí hay { $count } bytes nulos en lugar de texto, así que se han perdido registros. Los registros completos de alrededor se han leído. Consigue otra copia del fichero.
rejected-many-bad = Aquí hay más de { $count } registros que no son comentarios ni publicaciones de Reddit. El resto no se ha leído.
rejected-not-a-record = Esto es JSON, pero no un comentario de Reddit (con body y link_id), una publicación ni un artículo (con title).
rejected-bad-record = Esto no es un comentario ni una publicación de Reddit válidos: el campo «{ $problem }» falta o es incorrecto.
rejected-number-id = El campo «{ $field }» es el número { $number }, que podría corresponder a dos identificadores distintos. Exporta los identificadores como texto, tal como los escribe Reddit.
rejected-other-json = Esto es JSON sin comentarios de Reddit (con body y link_id), publicaciones ni artículos (con title). { -accepted-files }
rejected-not-a-listing = En este fichero no hay artículos ni comentarios. Si viene de una API, amplía la búsqueda y vuelve a guardar los resultados.
rejected-large-listing = Este listado ocupa { $megabytes } MB, demasiado para leerlo de una vez. Carga mejor el volcado como líneas de JSON.
rejected-long-line = Esta línea ocupa { $megabytes } MB. Los registros más largos de Reddit rondan 1 MB.
rejected-bad-id = «{ $id }» no es un identificador de Reddit.
rejected-redacted = Se han quitado los detalles, porque podrían mostrar a un autor olvidado.
rejected-untitled = Esta publicación no tiene título.
rejected-untitled-article = Este artículo no tiene título.
rejected-row-width = { $fields ->
    [one] Esta fila tiene un campo, pero la tabla tiene { $columns } columnas.
   *[other] Esta fila tiene { $fields } campos, pero la tabla tiene { $columns } columnas.
}
rejected-quotes = { $count ->
    [one] Las comillas de esta fila no cuadran.
   *[other] Las comillas de estas { $count } líneas no cuadran.
}
rejected-lone-comment = Este comentario no dice a qué publicación pertenece (link_id o permalink).
rejected-no-record = Aquí no hay ni título ni texto.
rejected-bad-forum-id = «{ $id }» no es el número ni la dirección de una publicación.
rejected-forum-orphan = Este comentario no dice a qué hilo pertenece.
rejected-forum-site = Esta respuesta de un foro Discourse no muestra de qué sitio procede. Carga en su lugar los temas, guardados desde direcciones como /t/123.json.
rejected-not-a-forum-record = Esto no es una publicación ni un comentario, aunque está entre los de un foro.
rejected-bad-time = «{ $time }» no es una hora.
rejected-impossible-time = La hora { $time } es anterior a Reddit o posterior a este siglo.

rejected-missing = Este fichero no existe.
rejected-zst-window = Descomprimir este fichero .zst requiere más de { $megabytes } MB de memoria. Pon NEWSDESK_ZST_WINDOW_MB en 2048 si el equipo tiene tanta, o vuelve a comprimir el fichero sin «--long».
rejected-unreadable-file = No se puede abrir este fichero: { $problem }.
rejected-unreadable-folder = No se puede abrir esta carpeta: { $problem }.
rejected-read-error = No se ha podido leer este fichero hasta el final: { $problem }.
rejected-empty-folder = Esta carpeta no tiene ficheros. { -accepted-files }
rejected-link = Esto es un enlace a otro sitio. Los enlaces no se siguen.
rejected-device = Esto es un dispositivo o una tubería, no un fichero.
rejected-special = Esto es un dispositivo o un fichero disperso, no un fichero normal.
rejected-empty-archive = En este fichero comprimido no hay ficheros. { -accepted-files }
rejected-empty-zip = Este fichero empieza por «PK», como un .zip, pero no tiene ficheros dentro. { -accepted-files }
rejected-encrypted = Este fichero está cifrado. Descomprímelo y cárgalo sin contraseña.
rejected-method = Este fichero está comprimido de una forma que Newsdesk no puede leer (método de zip { $method }). Comprímelo de otra manera.
rejected-fault = Este fichero se ha omitido porque algo ha fallado por nuestra parte. El registro del operador tiene más detalles.
rejected-damaged = El fichero comprimido está dañado o incompleto en este punto. Todo lo anterior se ha leído.
rejected-bad-header = El fichero comprimido está dañado en este punto: una de sus cabeceras es desmesurada.
rejected-too-deep = Hay más de { $depth } ficheros comprimidos unos dentro de otros. Descomprime antes los de fuera.
rejected-inner-zip = Un .zip dentro de otro fichero comprimido puede ocupar { $megabytes } MB como máximo. Cárgalo aparte.
rejected-too-many-members = En este fichero comprimido hay demasiados ficheros. Divídelo o descomprímelo en una carpeta.
rejected-too-many-files = Hay más de { $count } ficheros. El resto no se ha leído.
rejected-unpacked = Esto ocupa más de { $megabytes } MB al descomprimirlo. El resto no se ha leído.
rejected-bomb = Esto ocupa más de { $ratio } veces su tamaño al descomprimirlo, algo que no pasa con ningún volcado real. El resto no se ha leído.
rejected-rest = El resto de este fichero comprimido no se ha leído.

rejected-unnamed = Este hilo no tiene título ni identificador.
rejected-bad-key = «{ $key }» no es el identificador de una publicación ni de un comentario.
rejected-half-character = En el texto hay medio carácter (un sustituto suelto).
rejected-value = Uno de sus valores es demasiado grande para la hemeroteca.

## The local page: "newsdesk try" shows the bot on a simulated Discord

try-welcome =
    Newsdesk está en marcha en un Discord simulado, con una hemeroteca de muestra. No necesita token ni red.

      { $url }

    Abre esta página en un navegador y escribe en su cuadro de mensajes:
      /search y unas palabras, como { $query }
      /ask y una pregunta, como: { $question }
      /article random y luego prueba los botones. Debatir abre un hilo en el que puedes mencionar a Newsdesk y preguntar.
      /archive load con un volcado tuyo. «Viewing as» te convierte en un miembro, que no puede cargar nada.
try-greeting =
    Newsdesk es una hemeroteca para buscar noticias y los debates que generan. Esta tiene { $size }, todo inventado.
    {"**"}Para probar**
    { $search } con la búsqueda `{ $query }`
    { $ask } con la pregunta `{ $question }`
    { $random } y luego los botones que hay bajo el artículo
    { $load } con un fichero tuyo
    { $help } para todo lo demás
try-kept = Pulsa Ctrl-C para parar. La hemeroteca se queda en { $data }.
try-not-kept = Pulsa Ctrl-C para parar. No se guarda nada.
sample-name = Hemeroteca de muestra
try-server = La sala de lectura
try-topic = Escribe / para ver qué puede hacer Newsdesk
try-moderator = Mira (moderadora)
try-member = Tomas (miembro)

## Answers

answer-article-says = Según el artículo: «{ $quote }»
answer-headline-says = Según el titular: «{ $quote }»
answer-commenter-says = Según un comentario: «{ $quote }»
answer-article-differs = Otro artículo dice otra cosa: «{ $quote }»
answer-headline-differs = Otro titular dice otra cosa: «{ $quote }»
answer-commenter-differs = Un comentario dice otra cosa: «{ $quote }»
answer-also-in = también en { $titles }
answer-for = **A favor**
answer-against = **En contra**
answer-none-against = No se ha encontrado nada en contra
answer-none-for = No se ha encontrado nada a favor
answer-both-sides = Se citan las dos versiones; juzga por tu cuenta
answer-undecided = **Sin un sí o un no claro.** El pasaje más cercano:
answer-latest = **Primero lo más reciente**
answer-opinions = { $count ->
    [one] **Lo que se opina en 1 comentario**
    [many] **Lo que se opina en { $count } de comentarios**
   *[other] **Lo que se opina en { $count } comentarios**
}
answer-not-for = **No se ha encontrado respuesta para { $words }.**
answer-opinion = **{ $opinion } · { $count } de { $total }**
answer-quoted = Citas textuales
answer-not-said = { $articles ->
    [0] **La hemeroteca no lo dice.**
    [one] **Ni el artículo ni sus comentarios lo dicen.**
    [many] **Ni estos artículos ni sus comentarios lo dicen.**
   *[other] **Ni estos artículos ni sus comentarios lo dicen.**
}
answer-not-clear = **No hay una respuesta clara.**
answer-no-mention = Ninguna mención de { $words }.
answer-closest = El pasaje más cercano:
answer-closest-language = El pasaje más cercano, que no está en el idioma de la pregunta:
answer-closest-lacks = El pasaje más cercano no menciona { $words }:
answer-closest-fact = { $type ->
    [who] El pasaje más cercano no dice quién:
    [when] El pasaje más cercano no dice cuándo:
    [where] El pasaje más cercano no dice dónde:
    [count] El pasaje más cercano no da la cifra que se pide:
   *[why] El pasaje más cercano no dice por qué:
}
answer-not-together = Ninguno de los pasajes encontrados contiene a la vez { $words }.
answer-no-question = Eso no parece una pregunta. Pregunta por algo de la hemeroteca, por ejemplo: ¿cuándo se votó lo del mercado?
answer-asked-by = -# «{ $question }», pregunta de { $who }
answer-asked-as = Entendido como: { $question }
answer-related = Relacionados
answer-why = ¿Por qué esto?
answer-ask-more = Preguntar más
answer-ask-everything = Preguntar a toda la hemeroteca
answer-show = Volver a la respuesta

answer-why-heading = ### Por qué esta respuesta: { $question }
answer-words-found = **Encontrado:** { $words }
answer-words-missing = **No encontrado:** { $words }
answer-wanted = { $type ->
    [who] Preguntas quién, así que pesan más los pasajes con nombres.
    [when] Preguntas cuándo, así que pesan más los pasajes con fechas y horas.
    [where] Preguntas dónde, así que pesan más los pasajes con lugares.
    [count] Preguntas por un número, así que pesan más los pasajes con cifras.
    [why] Preguntas por qué, así que pesan más los pasajes con motivos.
    [yesno] Preguntas si algo es así, de modo que ves lo que hay a favor y en contra.
    [latest] Preguntas por lo último, así que van primero los pasajes más recientes.
    [opinion] Preguntas por opiniones, así que solo cuentan los comentarios.
   *[other] Pesan más los pasajes más cercanos a tu pregunta.
}
answer-confidence = Confianza en que la hemeroteca responde a esto: { $confidence } (hace falta al menos { $minimum })
answer-passages = **Pasajes considerados, primero los mejores**
answer-considered = Elegidos entre { $articles ->
    [one] 1 artículo
    [many] { $articles } de artículos
   *[other] { $articles } artículos
} y { $comments ->
    [one] 1 comentario
    [many] { $comments } de comentarios
   *[other] { $comments } comentarios
}

answer-ask-title = { $articles ->
    [0] Preguntar a la hemeroteca
    [one] Preguntar por este artículo
    [many] Preguntar por estos artículos
   *[other] Preguntar por estos artículos
}
answer-ask-label = Tu pregunta
answer-ask-example = ¿Quién votó en contra?

ask-after-mention = Escribe tu pregunta después de la mención: { $me } ¿cuándo se votó lo del mercado? Responde a un mensaje de Newsdesk para preguntar por sus artículos.
ask-mention-bot = Newsdesk solo lee los mensajes que lo mencionan. Pregunta otra vez con { $me }, o deja activada la mención al responder.
ask-mention-bot-not-role = Has mencionado un rol, y Newsdesk solo lee los mensajes que mencionan al bot. Pregunta otra vez con { $me }.
ask-mentions-off = En este servidor todavía no se responde a las menciones. { $ask } te responde en privado, y la moderación puede activar las menciones en { $settings }.

## Language model

llm-written = Escrito por { $model } a partir de estas citas y cotejado con ellas frase a frase
llm-written-in-part = Escrito por { $model } a partir de estas citas y cotejado con ellas frase a frase ({ $dropped ->
    [one] 1 frase sin respaldo omitida
    [many] { $dropped } de frases sin respaldo omitidas
   *[other] { $dropped } frases sin respaldo omitidas
})
llm-server-budget = Citas textuales: este servidor ha gastado los tokens de hoy del modelo de lenguaje
llm-member-budget = Citas textuales: has gastado tus tokens de hoy del modelo de lenguaje
llm-unreachable = Citas textuales: el modelo de lenguaje no ha respondido a tiempo
llm-unusable = Citas textuales: la respuesta del modelo de lenguaje no se ha podido usar
llm-unproven = Citas textuales: las citas respaldan muy poco de lo que ha escrito el modelo de lenguaje
llm-repeated = Citas textuales: el modelo de lenguaje solo ha repetido el titular o una cita
about-llm = Un modelo de lenguaje ({ $model }) puede abreviar lo encontrado. Recibe la pregunta y las citas, nunca los nombres de quienes comentan. Cada una de sus frases se coteja con las citas y se muestra con ellas, o se omite. Las tarjetas indican cuándo se ha usado.
llm-spent = Tokens usados hoy aquí: { $spent } de { $limit }. Se renuevan { $until }.
llm-spent-by-member = Tokens usados hoy aquí: { $spent } de { $limit }; por ti: { $own } de { $own_limit }. Se renuevan { $until }.

## Status: of the bot, its loads, posts and machine

status-heading = Estado
# $since is a time.
status-bot = { $state ->
    [connected] Conectado a Discord, en marcha desde: { $since }.
    [disconnected] Sin conexión con Discord, en marcha desde: { $since }.
    [stuck] El bot no responde. Reinícialo.
   *[stopped] El bot no está en marcha.
}
status-processes = Procesos: { $count }, con { $running } de { $shards } shards
status-waiting = Mensajes pendientes de envío: { $count }
status-disk = Disco: { $free } libres de { $total }; la hemeroteca ocupa { $used }.
status-model = { $state ->
    [unreachable] Modelo de lenguaje: { $model } en { $host }, sin respuesta
   *[working] Modelo de lenguaje: { $model } en { $host }
}
status-no-model = Modelo de lenguaje: ninguno
status-backup = Última copia de seguridad: { $time }
status-no-backup = Última copia de seguridad: ninguna
status-troubles = Por resolver
status-trouble = { $text } (desde: { $since })
status-loads = Últimas cargas
status-no-loads = Todavía no hay cargas.
status-load = { $load }. { $name } · { $state } · { $time }
status-digests = Próximos boletines
status-no-digests = No hay boletines programados.
status-digest = Boletín { $number } · { $channel } · { $time }
status-failures = Fallos de las últimas 24 horas: { $count }
# $reason is such as: the channel was deleted
status-failure = { $kind ->
    [digest] Boletín { $number }
    [notice] Aviso de un seguimiento
   *[edit] Edición de una publicación
} · { $channel } · { $time } · { $reason }
trouble-loader = Una carga se ha detenido de forma inesperada. Busca el motivo en el registro y reanuda la carga.
trouble-disk = El disco de la carpeta de datos está casi lleno. Libera espacio o se detendrán las cargas y las publicaciones.
trouble-database = La base de datos { $file } está dañada. Detén el bot, ejecuta «newsdesk check» y sigue sus consejos.
trouble-posts = Algunas publicaciones fallan. «newsdesk status» muestra cuáles y por qué.
trouble-model = No se puede contactar con el modelo de lenguaje { $model }, así que solo se muestran citas. Revisa los ajustes LLM_BASE_URL y LLM_API_KEY, y el servidor del modelo.
# $reason is a whole sentence.
trouble-backup = La última copia de seguridad ha fallado: { $reason } Resuélvelo y ejecuta «newsdesk backup».
trouble-token = Discord rechaza DISCORD_TOKEN. Vuelve a copiarlo del portal de desarrolladores y reinicia el bot.
# $text is one of the sentences above, for the operator.
alert = Newsdesk necesita atención. { $text }

## Help

help-heading = ### Qué puedes hacer aquí
help-group-read = **Leer**
help-group-ask = **Preguntar y seguir**
help-group-moderators = **Para moderadores**
help-more = -# Elige un tema en { $help } para saber más sobre buscar, preguntar, seguir o cargar.
help-apps = Aplicaciones > { $name }
welcome =
    Newsdesk es una hemeroteca para buscar noticias y los debates que generan.
    Prueba { $search } o { $ask }. El equipo de moderación añade artículos con { $load }. Todo lo demás está en { $help }.
welcome-no-channel = Newsdesk todavía no puede publicar en ningún canal de { $server }. Dale los permisos Ver canal y Enviar mensajes donde deba publicar.
welcome-sample = {"**"}{ $sample }** añade una pequeña hemeroteca inventada para hacer pruebas. Se quita con Deshacer, en su informe.
welcome-sample-direct = {"**"}{ $sample }** añade a { $server } una pequeña hemeroteca inventada para hacer pruebas.
welcome-in-server = En el servidor, { $settings } abre los ajustes y { $create } programa un primer boletín.
welcome-button-sample = Cargar la muestra
welcome-button-settings = Ajustes
welcome-button-digest = Primer boletín…
welcome-button-check = Comprobar permisos
about = Newsdesk es una hemeroteca para buscar noticias y los debates que generan. Sus respuestas y resúmenes, también los de comentarios, son citas textuales.
about-without-model = No usa ningún servicio de IA. Todo se hace en la máquina en la que funciona.
about-archive = Esta hemeroteca tiene { $size }.
about-questions = { $asked ->
    [one] 1 pregunta hecha aquí; con respuesta: { $answered }.
    [many] { $asked } de preguntas hechas aquí; con respuesta: { $answered }.
   *[other] { $asked } preguntas hechas aquí; con respuesta: { $answered }.
}
about-privacy = -# Newsdesk solo lee los mensajes que lo mencionan, le responden o se le envían directamente, y los que abres con Aplicaciones. { $questions ->
    [stored] El operador guarda las preguntas, sin nombres.
   *[counted] Las preguntas se cuentan, pero no se guardan.
} Las búsquedas largas se guardan sin nombre, para que sus botones sigan funcionando. Para /catchup, Newsdesk recuerda cuándo lo usaste por última vez en cada servidor.
ask-help =
    ### Preguntar
    { $ask } responde con citas textuales de la hemeroteca, cada una con su fuente y su fecha. Si la hemeroteca no lo dice, te avisa.
    `who`, `when`, `where`, `how many` (quién, cuándo, dónde, cuántos) ponen el dato por delante
    `is it true that…` (es verdad que…) muestra lo que hay a favor y en contra
    `what do people think of…` (qué opina la gente de…) cuenta y cita los comentarios
    `latest on…` (lo último sobre…) pone primero lo más reciente
    {"**"}Opciones** para acotar la pregunta: `artículo`, `fuente`, `desde` y `antes`.
    {"**"}Sin el comando**, menciona a Newsdesk con tu pregunta en un canal donde la moderación lo permita, responde a uno de sus mensajes con la mención activada (para preguntar por los mismos artículos) o escríbele un mensaje directo (para preguntar a la hemeroteca compartida del operador). Pulsa **Preguntar** en un artículo, o elige **Preguntar por esto** en Aplicaciones sobre cualquier mensaje. **Debatir** abre un hilo sobre un artículo.
    -# Newsdesk no puede leer mensajes que no lo mencionan. El número de preguntas por minuto es limitado.
