# Glossary
#
# article = статья
# thread (an article with its comments) = обсуждение
# comment = комментарий; commenter = комментатор
# comment digest = обзор комментариев
# digest (the scheduled post) = дайджест; run of a digest = выпуск
# archive = архив
# load = загрузка
# dump = дамп
# receipt = отчёт
# undo = откатить, откат; cancel = отменить, отмена
# follow = подписка, подписаться
# catch-up = что нового
# source = источник
# author = автор
# moderator = модератор
# member = участник
# server = сервер
# channel = канал
# forum = форум
# thread (Discord's) = ветка
# role = роль
# permission = право, права (View Channel = «Просматривать канал», Send Messages = «Отправлять сообщения»,
#   Send Messages in Threads = «Отправлять сообщения в ветках», Create Posts = «Создавать публикации»,
#   Create Public Threads = «Создавать публичные ветки», Read Message History = «Читать историю сообщений»,
#   Manage Server = «Управлять сервером», Manage Threads = «Управлять ветками»)
# direct message = личное сообщение
# button = кнопка
# message = сообщение
# post = публикация
# settings = настройки
# mention = упоминание
# slash command = слэш-команда
# quote = цитата
# summary = краткое содержание
# headline = заголовок
# score = рейтинг; points = баллы
# rejected = отклонено
# operator = владелец бота
# mute = заглушить; pause = приостановить; resume = возобновить
# age-restricted channel = канал с возрастным ограничением
# word vectors = векторы слов
# Address: вы. Quotation marks: «…».

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-article = Читать и публиковать статьи
    .name = статья
command-article-post = Опубликовать статью для всех
    .name = опубликовать
command-article-random = Показать случайную статью
    .name = случайная
command-article-related = Найти статьи на ту же тему
    .name = похожие
command-article-show = Показать статью в двух словах
    .name = показать
command-article-timeline = Хроника события и все его обсуждения
    .name = хроника
command-article-summary = Прочитать краткое содержание статьи
    .name = кратко
option-title = Часть заголовка; выберите из списка
    .name = заголовок
option-length = Насколько подробно пересказать
    .name = объём
choice-length-short = Коротко (3 предложения)
choice-length-medium = Средне (6 предложений)
choice-length-long = Подробно (12 предложений)
option-channel-to-post = Где опубликовать (по умолчанию здесь)
option-thread = Открыть для статьи ветку
    .name = ветка
command-catchup = Что нового с вашего прошлого визита
    .name = что-нового
command-comments = Узнать, что пишут о статье
    .name = комментарии
command-comments-digest = Что пишут о статье: обзор комментариев
    .name = обзор
command-comments-list = Читать комментарии к статье
    .name = список
option-sort = Как сортировать комментарии
    .name = порядок
option-hide-bots = Скрыть комментарии ботов
    .name = без-ботов
option-one-thread = Только это обсуждение, а не весь сюжет
    .name = только-это-обсуждение
command-digest = Публикации из архива по расписанию
    .name = дайджест
command-digest-create = Создать дайджест: сначала предпросмотр, потом сохранение
    .name = создать
command-digest-delete = Удалить дайджест; его публикации останутся
    .name = удалить
command-digest-edit = Изменить дайджест: сначала предпросмотр, потом сохранение
    .name = изменить
command-digest-history = Последние выпуски дайджеста со ссылками
    .name = история
command-digest-list = Дайджесты этого сервера
    .name = список
command-digest-pause = Приостановить дайджест, пока вы его не возобновите
    .name = приостановить
command-digest-resume = Возобновить приостановленный дайджест
    .name = возобновить
command-digest-run = Выпустить дайджест сейчас, вне расписания
    .name = выпустить
command-digest-show = Настройки и состояние дайджеста
    .name = показать
command-digest-why = Почему статьи вышли в дайджесте или нет
    .name = почему
option-digest = Какой дайджест
    .name = дайджест
option-when = Как часто публиковать
    .name = частота
option-what = Что публиковать
    .name = что
option-query-of-digest = Слова для поиска, название источника или сабреддита
option-channel-of-digest = Канал, ветка, форум (по умолчанию канал дайджестов или этот)
option-at = Местное время, например 8:30 (по умолчанию 08:00)
    .name = время
option-at-of-post = Выпуск, ближайший к этому времени: 2024-03-12 08:00
option-day = Для недели: понедельник–воскресенье, для месяца: 1–31
    .name = день
option-cron = Для знатоков: пять полей cron, например 30 8 * * 1-5
    .name = cron
option-zone-of-digest = Часовой пояс, например Europe/Berlin (по умолчанию пояс сервера)
option-count = Статей в выпуске, не больше (по умолчанию 5)
    .name = количество
option-style = Что показывать о каждой статье
    .name = вид
option-days = Для самого обсуждаемого: за сколько дней (0 — за всё время)
    .name = дни
option-late = На сколько часов можно опоздать с выпуском (0 — нисколько)
    .name = опоздание
option-skip-empty = Ничего не публиковать, если нет нового
    .name = пропускать-пустые
option-quiet = Часы без публикаций, например 22:00-7:00, или off
    .name = тихие-часы
option-thread-on-digest = Открывать ветку под каждым выпуском
option-tag = Для форума: тег каждой публикации
    .name = тег
option-article = Объяснить, почему эта статья вышла или нет
    .name = статья
option-topic = Слова для поиска
    .name = тема
choice-daily = каждый день
choice-weekdays = с понедельника по пятницу
choice-weekly = раз в неделю
choice-monthly = раз в месяц
choice-cron = cron (для знатоков)
choice-newest = новое с прошлого выпуска
choice-on-this-day = в этот день в прошлые годы
choice-most-discussed = самое обсуждаемое
choice-search = новое по запросу
choice-source = новое из источника
choice-subreddit = новое из сабреддита
choice-random = случайная подборка
choice-headlines = заголовки
choice-summaries = краткое содержание
choice-comment-digests = что пишут люди
command-follow = Узнавать о новых статьях и комментариях
    .name = подписка
command-follow-add = Подписать на поиск себя или канал
    .name = добавить
command-follow-digest = Дайджест в личные сообщения, когда вам удобно
    .name = дайджест
option-channel = Писать в этот канал, а не вам
    .name = канал
command-follow-list = Подписки, ваши и канала: смотреть, заглушить, удалить
    .name = список
command-follow-remove = Удалить подписку
    .name = удалить
option-follow = Какую подписку удалить
    .name = подписка
command-privacy = Что о вас хранится, и как попросить о забвении
    .name = приватность
command-privacy-mine = Что о вас хранится, и как это удалить
    .name = мои-данные
command-privacy-policy = Прочитать политику конфиденциальности
    .name = политика
command-privacy-request = Попросить забыть вас как автора
    .name = просьба
option-author-to-request = Имя, под которым вы писали, как в архиве
option-note = Что поможет убедиться, что это вы
    .name = примечание
command-archive-forget = Навсегда убрать имя автора и всё, что он написал
    .name = забыть
option-author-to-forget = Имя, как его показывает архив
command-archive = Загружать статьи в архив сервера
    .name = архив
command-archive-load = Загрузить статьи и комментарии из файла
    .name = загрузить
command-archive-loads = Последние загрузки и отчёты о них
    .name = загрузки
command-archive-stats = Что есть в архиве этого сервера
    .name = статистика
command-archive-undo = Откатить загрузку
    .name = откатить
command-archive-export = Выгрузить обсуждение, поиск или архив в файл
    .name = выгрузить
option-format = Markdown для чтения, CSV для таблиц, NDJSON для новой загрузки
    .name = формат
choice-export-markdown = Markdown — для чтения
choice-export-csv = CSV — для таблиц
choice-export-ndjson = NDJSON — для новой загрузки
option-title-to-export = Выгрузить это обсуждение
option-query-to-export = Выгрузить обсуждения этого поиска
command-archive-requests = Рассмотреть просьбы о забвении
    .name = просьбы
command-audit = Показать, кто что загрузил, откатил или изменил
    .name = журнал
option-about = Только действия этого вида
    .name = вид
choice-audit-loads = загрузки и выгрузки
choice-audit-privacy = забытые авторы и удаления
choice-audit-settings = настройки
choice-audit-digests = дайджесты и подписки
option-dry-run = Только показать, что загрузится
    .name = проба
option-file = Страница .txt, дамп Reddit или архив с ними
    .name = файл
option-load = Загрузка; выберите из списка
    .name = загрузка
option-min-score = Только с рейтингом не ниже этого
    .name = мин-рейтинг
option-over-18 = Включить материалы 18+ (обычно пропускаются)
    .name = материалы-18
option-path = Вместо файла: имя в папке для дампов
    .name = путь
option-subreddit = Только эти сабреддиты, через запятую
    .name = сабреддит
command-about = Что такое Newsdesk и что он хранит
    .name = о-боте
command-ask = Задать вопрос и получить ответ цитатами из архива
    .name = спросить
option-question = Ваш вопрос своими словами
    .name = вопрос
option-article-to-ask = Спросить только об этой статье; выберите из списка
menu-ask = Спросить об этом
menu-ask-help = Спросить о статьях из сообщения
command-help = Что здесь можно сделать
    .name = помощь
option-topic-of-help = Подробнее об одной теме
choice-help-search = поиск
choice-help-asking = вопросы
choice-help-following = подписки
choice-help-loading = загрузка
command-news = Собрать дайджест на одну тему, только для вас
    .name = новости
command-search = Искать в статьях и комментариях
    .name = поиск
menu-find = Найти в архиве
menu-find-help = Найти ссылки и заголовок из сообщения
command-browse = Смотреть статьи по источнику, сабреддиту, дню или метке
    .name = обзор
option-by = По чему (по умолчанию: новые)
    .name = по
option-value = Источник, сабреддит, метка, день или месяц
    .name = значение
option-stats-by = Сосчитать обсуждения по месяцам, источникам, сабреддитам
command-trend = Как часто слова или источник встречаются со временем
    .name = тренд
choice-browse-newest = новые
choice-browse-source = источник
choice-browse-subreddit = сабреддит
choice-browse-flair = метка
choice-browse-day = день
choice-browse-month = месяц
command-searches = Сохранять запросы и повторять их
    .name = запросы
command-searches-save = Сохранить запрос под именем
    .name = сохранить
command-searches-list = Ваши сохранённые запросы и общие запросы сервера
    .name = список
command-searches-run = Повторить сохранённый запрос
    .name = повторить
command-searches-delete = Удалить сохранённый запрос
    .name = удалить
option-name = Имя запроса
    .name = имя
option-shared = Запрос доступен всем на сервере (по умолчанию: нет)
    .name = общий
option-query = Слова, "точная фраза", -без, одно OR другое, начал*
    .name = запрос
option-in = Где искать (по умолчанию в статьях и комментариях)
    .name = где
option-source = Только статьи с этого сайта
    .name = источник
option-author = Только статьи и комментарии этого автора
    .name = автор
option-after = С этой даты: 2024, 2024-03-12, 12.03.2024
    .name = после
option-before = До этой даты: 2024, 2024-03-12, 12.03.2024
    .name = до
option-search-title = Только обсуждения с этими словами в заголовке
option-search-subreddit = Только этот сабреддит
option-flair = Только статьи с этой меткой Reddit
    .name = метка
option-min-comments = Только обсуждения, где комментариев не меньше
    .name = мин-комментариев
option-order = Порядок (по умолчанию: сначала лучшие совпадения)
    .name = порядок
choice-best-first = сначала лучшие совпадения
choice-newest-first = сначала новые
choice-highest-first = сначала с высоким рейтингом
choice-articles = статьи
choice-comments = комментарии
choice-articles-and-comments = статьи и комментарии
command-settings = Посмотреть и изменить настройки сервера
    .name = настройки
command-status = Загрузки, ближайшие дайджесты и проблемы
    .name = состояние
option-zone = Часовой пояс дайджестов, например Europe/Berlin
    .name = часовой-пояс
option-follows-a-day = Лимит сообщений по подпискам в день на канал или участника
    .name = сообщений-в-день
option-language = Язык публикаций, которые видят все
    .name = язык
choice-server-language = Как у сервера
option-file-to-import = Файл экспорта; сначала покажутся изменения

## Shared by many cards

fault = Что-то сломалось на нашей стороне. Код для владельца бота: { $reference }
button-article = Статья
button-ask = Спросить
button-comments = Комментарии
button-cancel = Отмена
button-keep = Оставить как есть
button-follow = Подписаться
button-save = Сохранить
button-pause = Приостановить
button-resume = Возобновить
button-share = Поделиться
button-timeline = Хроника
button-undo = Откатить
button-what-people-say = Что пишут люди
select-open = Открыть…
quoted = «{ $text }»
shared-by = -# Поделился участник { $who }
posted-by = -# Опубликовал участник { $who }
articles = { $count ->
    [one] { $count } статья
    [few] { $count } статьи
    [many] { $count } статей
   *[other] { $count } статьи
}
threads = { $count ->
    [one] { $count } обсуждение
    [few] { $count } обсуждения
    [many] { $count } обсуждений
   *[other] { $count } обсуждения
}
comments = { $count ->
    [one] { $count } комментарий
    [few] { $count } комментария
    [many] { $count } комментариев
   *[other] { $count } комментария
}
comments-of-known = комментарии: { $count } примерно из { $known }
points = { $count ->
    [one] { $count } балл
    [few] { $count } балла
    [many] { $count } баллов
   *[other] { $count } балла
}
page-of = страница { $page } из { $count }
items-shown = { $range } из { $total }
items-shown-of-more = { $range } из более чем { $total }
archive-size-years = { $threads }, { $first }–{ $last }
archive-size-year = { $threads }, { $first }

archive-empty = Статей здесь пока нет. Модераторы добавляют их командой { $load }.
archive-empty-shared = Статей здесь пока нет. В личных сообщениях поиск идёт по общему архиву владельца бота; у сервера может быть свой.

## Errors: what is wrong, where, and what to do

error-already-undone = Откат загрузки { $load } уже выполнен.
error-always-quiet = Все выпуски этого дайджеста попадают на тихие часы. Измените их или разрешите опоздание.
error-archive-empty = Этот архив пуст. Сначала загрузите дамп со статьями и комментариями.
error-asked-too-often = { $most ->
    [one] Можно задать { $most } вопрос в минуту.
    [few] Можно задать { $most } вопроса в минуту.
    [many] Можно задать { $most } вопросов в минуту.
   *[other] Можно задать { $most } вопроса в минуту.
} { $seconds ->
    [one] Попробуйте снова через { $seconds } секунду.
    [few] Попробуйте снова через { $seconds } секунды.
    [many] Попробуйте снова через { $seconds } секунд.
   *[other] Попробуйте снова через { $seconds } секунды.
}
error-attachment-gone = Этого файла больше нет в Discord. Прикрепите его ещё раз.
error-attachment-too-large = Размер файла — { $size }, а здесь можно не больше { $limit }. Разделите его или попросите владельца бота загрузить.
error-backup-exists = { $file } уже существует. Выберите для резервной копии другую папку.
error-data-in-use = Newsdesk сейчас работает с папкой «{ $data }». Сначала остановите его.
error-data-locked = Папка «{ $data }» сейчас восстанавливается или обновляется. Попробуйте снова, когда это закончится.
error-no-room-for-upgrade = Перед обновлением создаётся резервная копия. Для неё нужно { $needed } МБ, а свободно { $free } МБ. Освободите место и запустите снова.
error-no-room-for-backup = Для резервной копии в { $folder } нужно { $needed } МБ, считая место для её проверки, а свободно { $free } МБ. Освободите место или выберите другую папку.
error-no-room-for-restore = Для этой резервной копии нужно { $needed } МБ, а свободно { $free } МБ. Освободите место и попробуйте снова.
error-not-a-backup = В папке «{ $folder }» нет резервной копии: в ней нет corpus.db, или это сама папка данных. Выберите папку с резервной копией.
error-backup-damaged = Резервная копия в { $folder } повреждена ({ $problem }). Ничего не изменено. Возьмите другую.
error-backup-unsound = Новую резервную копию в { $folder } не удалось восстановить ({ $problem }). Выполните newsdesk check.
error-no-database-dump = В папке «{ $folder }» нет резервной копии, или она не для этой базы данных. Выберите папку с резервной копией.
error-transfer-same = Архив уже находится там. Укажите другую базу данных или папку.
error-transfer-not-empty = В { $place } уже что-то есть. Выберите пустую базу данных или папку.
error-transfer-unfinished = Перенос в { $place } не завершён. Запустите его ещё раз оттуда, где был архив.
error-transfer-outdated = Архив изменился после начала переноса в { $place }. Начните заново с пустой базой данных или папкой.
error-transfer-differs = Копия { $table } отличается: там строк { $before }, здесь { $after }. Архив изменился после начала переноса. Начните заново с пустой базой данных или папкой.
error-no-pg-dump = Для резервных копий PostgreSQL нужна программа { $program }, которой здесь нет. Установите клиентские программы PostgreSQL или копируйте сам сервер.
error-pg-dump-failed = Программа { $program } завершилась с ошибкой: { $problem }. Ничего не изменено. Устраните причину и попробуйте ещё раз.
error-bad-cron = { $field ->
    [minute] Минута в строке cron — число от 0 до 59, а не «{ $value }».
    [hour] Час в строке cron — число от 0 до 23, а не «{ $value }».
    [monthday] День месяца в строке cron — число от 1 до 31, а не «{ $value }».
    [month] Месяц в строке cron — число от 1 до 12 или имя от jan до dec, а не «{ $value }».
    [weekday] День недели в строке cron — число от 0 до 7 или имя от mon до sun, а не «{ $value }».
   *[line] «{ $value }» — не строка cron. Нужны пять полей, например 30 8 * * 1-5.
}
error-bad-date = «{ $text }» — не дата. Попробуйте 2024-03-12, 12.03.2024, 2024-03 или 2024.
error-bad-day = «{ $text }» — не день. Для выпуска раз в неделю укажите день от понедельника до воскресенья, раз в месяц — число от 1 до 31.
error-bad-exclusions = Слишком много исключений. В каждом списке не больше { $most } записей длиной до { $longest } символов.
error-exclusions-too-long = Слишком много исключений. Все записи одного поля вместе — не больше { $most } символов.
error-bad-minimum = «{ $text }» — не минимум. Напишите, например: score 10, comments 5.
error-bad-plan = Значение { $field } у этого дайджеста вне допустимых границ. Создайте его заново: /digest create.
error-bad-tag-rule = «{ $text }» — не правило для тегов. Напишите только тег или правило вроде «Спорт: source bbc.co.uk».
error-bot-may-not-ping = Newsdesk не может упоминать роль { $role } в #{ $where }. Разрешите всем упоминать её или выберите другую.
error-member-may-not-ping = Вы не можете упоминать роль { $role } в #{ $where }. Выберите ту, которую вправе упоминать.
error-member-lacks = У вас нет прав настроить такой дайджест в #{ $where }. Там нужны: { $permissions }.
error-no-such-role = Эту роль нельзя упомянуть. Выберите роль этого сервера, кроме @everyone.
error-not-announcements = #{ $where } — не канал с объявлениями, рассылать оттуда нельзя. Отключите рассылку или выберите другой канал.
error-unknown-placeholder = { $name } здесь не подставляется. Можно: { $known }.
error-bad-quiet = «{ $text }» — не промежуток времени. Попробуйте 22:00-7:00 или off.
error-bad-settings-file = Это не файл настроек Newsdesk. Выберите файл, сохранённый кнопкой «Экспорт».
error-bad-time = «{ $text }» — не время суток. Попробуйте 8:30 или 20:15.
error-bad-zone = «{ $text }» — не часовой пояс. Попробуйте Europe/Berlin или America/New_York.
# $operator is an operator of a search, such as score; $value is what was written after it.
error-operator-date = В «{ $operator }:{ $value }» нет даты. Напишите { $operator }:2024-03-12, { $operator }:2024 или { $operator }:yesterday.
error-operator-number = В «{ $operator }:{ $value }» нет числа. Напишите { $operator }:>10, { $operator }:<5 или { $operator }:10..20.
error-operator-or-excluded = OR не может связать только исключаемое слово и оператор вроде author:. Добавьте слово для поиска.
error-operator-value = В «{ $operator }:{ $value }» нет имени. Напишите { $operator }:ИМЯ или { $operator }:"ДВА СЛОВА" в кавычках.
error-query-too-complex = В этом запросе слишком много сочетаний слов с OR и скобками. Оставьте в скобках меньше слов.
error-no-search-name = Дайте запросу имя.
error-no-such-saved-search = Сохранённого запроса «{ $name }» нет. Выберите из списка.
error-not-your-search = Удалять можно только свои запросы. Общие могут удалять модераторы.
error-too-many-saved = У вас здесь уже { $most } сохранённых запросов. Сначала удалите какой-нибудь.
error-too-many-shared = На сервере уже { $most } общих запросов. Сохраните его только для себя или сначала удалите какой-нибудь.
error-bot-lacks = У Newsdesk нет прав публиковать дайджесты в #{ $where }. Там нужны: { $permissions }.
error-bot-may-not-post = У Newsdesk нет прав писать в #{ $where }. Там нужны «Просматривать канал» и «Отправлять сообщения».
error-bot-may-not-thread = У Newsdesk нет права создавать ветки в #{ $where }. Там нужно право «Создавать публичные ветки».
error-bot-not-allowed = У Newsdesk здесь нет на это прав. Проверьте его права в этом канале.
error-changed-meanwhile = Дайджест { $schedule } только что изменил кто-то другой. Проверьте его и внесите изменение ещё раз.
error-channel-gone = Канала дайджеста { $schedule } больше нет. Выберите другой: /digest edit.
error-channel-too-busy = { $most ->
    [one] В этом канале можно задать { $most } вопрос в минуту.
    [few] В этом канале можно задать { $most } вопроса в минуту.
    [many] В этом канале можно задать { $most } вопросов в минуту.
   *[other] В этом канале можно задать { $most } вопроса в минуту.
} { $seconds ->
    [one] Попробуйте снова через { $seconds } секунду.
    [few] Попробуйте снова через { $seconds } секунды.
    [many] Попробуйте снова через { $seconds } секунд.
   *[other] Попробуйте снова через { $seconds } секунды.
}
error-commands-changed = Эта команда изменилась. Перезапустите Discord, чтобы увидеть новую версию.
error-cron-too-often = { $minutes ->
    [1] Дайджест выходит не чаще раза в минуту. Сделайте строку cron реже.
    [one] Дайджест выходит не чаще чем раз в { $minutes } минуту. Сделайте строку cron реже.
    [few] Дайджест выходит не чаще чем раз в { $minutes } минуты. Сделайте строку cron реже.
    [many] Дайджест выходит не чаще чем раз в { $minutes } минут. Сделайте строку cron реже.
   *[other] Дайджест выходит не чаще чем раз в { $minutes } минуты. Сделайте строку cron реже.
}
error-archive-unavailable = Архив сейчас недоступен. Попробуйте ещё раз чуть позже.
error-bad-database-url = DATABASE_URL — не адрес базы данных PostgreSQL. Нужен такой: postgresql://user:password@host/newsdesk, а особые символы пароля пишутся как %40.
error-database-busy = Архив ({ $file }) занят. Попробуйте ещё раз чуть позже.
error-database-damaged = База данных { $file } повреждена. Запустите «newsdesk check», чтобы узнать, что делать.
error-database-read-only = База данных { $file } открыта только для чтения. Проверьте права на её папку.
error-database-unreachable = Не удаётся открыть { $file }. Проверьте, что папка существует и доступна Newsdesk.
error-disk-error = Во время работы с { $file } произошёл сбой диска. Проверьте диск и при необходимости восстановите резервную копию.
error-disk-full = Диск заполнен, и места для { $file } не осталось. Освободите место и попробуйте снова.
error-no-locks = { $file } находится в файловой системе без блокировок и может повредиться. Перенесите папку данных на локальный диск.
error-file-and-path = Укажите либо файл, либо путь, но не то и другое сразу.
error-follow-needs-manage = Подписывать этот канал могут только модераторы и те, кто им управляет.
error-forget-cancelled = Данные автора удалены лишь частично. Запустите команду ещё раз, чтобы закончить.
error-purge-of-what = Укажите, что удалить: --before, --source или --subreddit, либо только --all для всего архива.
error-purge-cancelled = Удалена лишь часть. Запустите команду ещё раз, чтобы закончить.
error-archive-full-articles = В архиве этого сервера может быть не больше { $most } статей, и эта загрузка превысила бы предел. Откатите другую загрузку, загрузите меньше или попросите у владельца бота больше места.
error-archive-full-size = В архиве этого сервера может быть не больше { $most } МБ текста, и эта загрузка превысила бы предел. Откатите другую загрузку, загрузите меньше или попросите у владельца бота больше места.
error-forum-needs-tag = Публикациям в #{ $where } нужен тег, а Newsdesk не может использовать ни один. Добавьте тег, доступный всем, или дайте Newsdesk право «Управлять ветками».
error-load-cancelled = Отменено до начала. Ничего не изменилось.
error-load-not-running = Загрузка { $load } уже не идёт.
error-load-not-undoing = Откат загрузки { $load } уже не идёт.
error-load-not-waiting = Эта загрузка больше не ждёт очереди.
error-load-running = Загрузка { $load } ещё идёт. Отмените её или дождитесь конца.
error-load-stalled = Рядом с { $where } целую минуту ничего не удавалось прочитать, поэтому загрузка остановлена. Уберите эту часть файла и попробуйте ещё раз.
error-loader-busy = Уже идёт другая загрузка. Попробуйте снова, когда она закончится.
error-loader-died = Загрузка неожиданно прервалась (код { $code }). Всё, что она успела сохранить, осталось.
error-managers-only = Роль модератора выбирают только участники с правом «Управлять сервером».
error-mcp-extra-missing = Поддержка MCP не установлена. Установите её: pip install 'newsdesk[mcp]'.
error-health-port = Не удаётся открыть порт { $port }. Укажите в NEWSDESK_HEALTH_PORT свободный порт выше 1023.
error-member-may-not-post = У вас нет прав писать в #{ $where }. Выберите другой канал.
error-member-may-not-thread = У вас нет прав создавать ветки в #{ $where }. Выберите другой канал.
error-model-extra-missing = Языковая модель настроена, но её клиент не установлен. Установите его: pip install 'newsdesk[openai]'.
error-model2vec-missing = Для векторов слов «{ $setting }» нужен model2vec. Установите его: pip install 'newsdesk[model2vec]'.
error-moderators-only = Это здесь могут только модераторы: участники с правом «Управлять сервером» или с ролью, выбранной в /settings.
error-names-hidden = На этом сервере вместо имён комментаторов буквы, поэтому искать по имени нельзя.
error-needs-cron = Добавьте строку cron: пять полей, например 30 8 * * 1-5.
error-needs-query = Добавьте запрос: слова для поиска, источник или сабреддит.
error-never-due = Такой даты не бывает. Проверьте день и месяц.
error-newer-schema = { $file } создан более новой версией Newsdesk (схема { $found }, эта версия знает { $known }). Обновите Newsdesk.
error-newer-settings-file = Этот файл сохранён более новой версией Newsdesk (формат { $found }, эта версия знает { $known }). Обновите Newsdesk.
error-no-archive = В папке «{ $data }» ещё нет архива. Сначала загрузите дамп или выберите другую папку: --data.
error-no-drop-folder = Папки для дампов нет. Владелец бота может задать её через NEWSDESK_DROP.
error-no-name = Укажите имя одного автора, как его показывает архив, не длиннее 80 символов.
error-no-such-article = Статьи «{ $ref }» здесь нет. Попробуйте её номер или часть заголовка.
error-no-such-comment = Комментария { $comment } в этом архиве нет.
error-no-such-delivery = Публикация { $delivery } — не с этого сервера.
error-no-such-file = Файла или папки «{ $path }» нет.
error-no-such-follow = Подписки { $follow } здесь нет. Смотрите /follow list.
error-no-room-for-load = Для этого дампа нужно около { $needed } МБ на диске, а свободно { $free } МБ. Освободите место или загрузите часть с фильтрами вроде `после` или `мин-рейтинг`.
error-no-such-load = Загрузки { $load } в этом архиве нет.
error-no-such-schedule = Дайджеста { $schedule } на этом сервере нет. Смотрите /digest list.
error-no-such-tag = В #{ $where } нет тега «{ $text }», доступного Newsdesk.
error-no-threads-there = Newsdesk не может создавать ветки в #{ $where }. Выберите текстовый канал или публикуйте без ветки.
error-not-a-member = Вы больше не участник того сервера.
error-not-a-message-channel = По подпискам нельзя писать в форум. Выберите текстовый канал или ветку.
error-not-a-place-to-post = Newsdesk не может там публиковать. Выберите текстовый канал, ветку или форум.
error-not-a-posting-channel = Модераторы не разрешают публиковать через Newsdesk в #{ $where }. Команды по-прежнему отвечают вам лично; модератор может изменить это в /settings.
error-not-dropped = Файла «{ $name }» в папке для дампов нет.
error-not-for-adults = Статья помечена 18+, а у #{ $where } нет возрастного ограничения. Выберите канал, где оно есть.
error-not-our-database = { $file } — не база данных Newsdesk. Выберите другую папку или уберите этот файл.
error-not-resumable = { $state ->
    [queued] Загрузка { $load } ждёт своей очереди.
    [running] Загрузка { $load } уже идёт.
    [undoing] Откат загрузки { $load } не доведён до конца. Запустите его ещё раз.
    [undone] Загрузку { $load } откатили. Загрузите дамп заново.
   *[done] Загрузка { $load } уже завершена.
}
error-not-your-follow = Менять можно только свои подписки. Модераторы меняют и подписки канала.
error-nothing-mentioned = В этом архиве нет статей по ссылкам или заголовку из того сообщения.
error-nothing-to-follow = Укажите, на что подписаться: слова, источник или автора.
error-nothing-to-load = Прикрепите дамп в поле «файл» или выберите его из папки для дампов в поле «путь».
error-nothing-to-resume = Нет остановленных или неудавшихся загрузок, возобновлять нечего.
error-port-unusable = Порт { $port } недоступен. Укажите другой через --port или не указывайте никакого.
error-question-too-long = { $most ->
    [one] В вопросе может быть не больше { $most } символа. Сократите его.
    [few] В вопросе может быть не больше { $most } символов. Сократите его.
    [many] В вопросе может быть не больше { $most } символов. Сократите его.
   *[other] В вопросе может быть не больше { $most } символа. Сократите его.
}
error-sample-loaded = Образец уже в этом архиве. Попробуйте /search harbour или уберите его командой /archive undo.
error-sample-loading = Образец сейчас загружается. Отчёт появится через минуту.
error-server-only = Это работает только на сервере.
error-shard-count = Другие процессы этого бота работают с числом шардов { $other }, а этот запущен с числом { $count }. Запустите его с тем же числом или сначала остановите остальные.
error-settings-file-cap = Значение follow_cap в этом файле настроек должно быть от 0 до { $most }. Исправьте его.
error-settings-file-channels = В этом файле настроек больше { $most } каналов для публикаций. Уберите лишние.
error-settings-file-field = Значение { $place } в этом файле настроек не того типа. Выберите файл, сохранённый кнопкой «Экспорт».
error-settings-file-follow = Подписка { $number } в этом файле настроек пуста или слишком длинна. Исправьте или удалите её.
error-settings-file-language = Языка «{ $language }» из этого файла настроек в Newsdesk нет. Исправьте или удалите его.
error-settings-file-languages = Языки в этом файле настроек — несколько коротких кодов, таких как en. Исправьте их.
error-settings-file-schedule = Дайджест { $number } в этом файле настроек никогда не выйдет. Исправьте или удалите его.
error-settings-file-too-large = Для файла настроек этот слишком велик. Выберите файл, сохранённый кнопкой «Экспорт».
error-several-articles = Под «{ $ref }» подходят несколько статей: { $titles }. Выберите одну из списка или укажите её номер.
error-stale-button = Срок действия кнопки истёк. Повторите поиск.
error-export-running = Выгрузка этого сервера уже идёт. Дождитесь её или отмените.
error-export-not-running = Выгрузок сейчас нет.
error-export-cancelled = Выгрузка отменена.
error-export-too-large = Получится больше { $most } файлов такого размера, какой принимает Discord. Выгрузите обсуждение или поиск либо попросите владельца бота о newsdesk export.
error-export-too-slow = Выгрузка заняла слишком много времени. Выгрузите обсуждение или поиск либо попросите владельца бота о newsdesk export.
error-export-one-subject = Выберите обсуждение или поиск, но не оба.
error-export-json-needs-output = Укажите файл через --output: в стандартный вывод идёт сама выгрузка.
error-nothing-to-export = Выгружать нечего.
error-request-decided = По этой просьбе уже принято решение, или она устарела.
error-too-many-requests = Можно подать не больше { $most } просьб за { $days } дней. Дождитесь решения модераторов или попробуйте позже.
error-too-many-open-requests = У модераторов этого сервера слишком много нерассмотренных просьб. Попробуйте позже.
error-thinker-died = Обсуждение дважды не удалось прочитать. Попробуйте позже. Причина может быть в журнале у владельца бота.
error-thread-article-gone = Статьи этой ветки больше нет в архиве. Спросите в другом канале.
error-thread-in-thread = #{ $where } — уже ветка. Чтобы создать новую, выберите канал.
error-thread-locked = Ветка { $where } закрыта и заблокирована. Разблокируйте её или дайте Newsdesk право «Управлять ветками».
error-too-many-files = У Newsdesk открыто слишком много файлов. Попробуйте ещё раз чуть позже. Если это повторится, владелец бота может поднять предел (ulimit -n).
error-took-too-long = Это заняло слишком много времени. Попробуйте ещё раз чуть позже.
error-queue-of-member = { $most ->
    [one] У вас в очереди уже { $most } запрос. Дождитесь, пока он выполнится.
    [few] У вас в очереди уже { $most } запроса. Дождитесь, пока один из них выполнится.
    [many] У вас в очереди уже { $most } запросов. Дождитесь, пока один из них выполнится.
   *[other] У вас в очереди уже { $most } запроса. Дождитесь, пока один из них выполнится.
}
error-queue-of-server = { $most ->
    [one] В очереди уже { $most } запрос с этого сервера. Попробуйте ещё раз чуть позже.
    [few] В очереди уже { $most } запроса с этого сервера. Попробуйте ещё раз чуть позже.
    [many] В очереди уже { $most } запросов с этого сервера. Попробуйте ещё раз чуть позже.
   *[other] В очереди уже { $most } запроса с этого сервера. Попробуйте ещё раз чуть позже.
}
error-too-many-follows = { $most ->
    [1] Здесь может быть только 1 подписка. Сначала удалите её: /follow remove.
    [one] Здесь уже { $most } подписка, больше нельзя. Удалите одну: /follow remove.
    [few] Здесь уже { $most } подписки, больше нельзя. Удалите одну: /follow remove.
    [many] Здесь уже { $most } подписок, больше нельзя. Удалите одну: /follow remove.
   *[other] Здесь уже { $most } подписки, больше нельзя. Удалите одну: /follow remove.
}
error-too-many-schedules = { $most ->
    [1] Здесь может быть только 1 дайджест по расписанию. Сначала удалите его.
    [one] Здесь уже { $most } дайджест по расписанию, больше нельзя. Сначала удалите один.
    [few] Здесь уже { $most } дайджеста по расписанию, больше нельзя. Сначала удалите один.
    [many] Здесь уже { $most } дайджестов по расписанию, больше нельзя. Сначала удалите один.
   *[other] Здесь уже { $most } дайджеста по расписанию, больше нельзя. Сначала удалите один.
}
error-too-many-to-publish = Discord рассылает из канала не больше { $most } сообщений в час. Выберите меньше статей или одну публикацию на все.
error-too-many-direct-schedules = Вы уже получаете здесь { $most } дайджестов в личные сообщения, это предел. Сначала удалите один.
error-try-extra-missing = Для пробы нужен имитатор Discord. Установите его: pip install 'newsdesk[try]'.
error-undo-cancelled = Откат загрузки { $load } выполнен лишь частично. Запустите его ещё раз, чтобы закончить.
error-unknown-follow = Подписки { $follow } нет. Все подписки покажет «newsdesk follows».
error-vectors-damaged = Векторы слов неполны: { $file } отсутствует или повреждён. Переустановите wordllama или задайте NEWSDESK_VECTORS=off.
error-vectors-unusable = Не удаётся использовать векторы слов «{ $setting }»: { $reason }. Выберите другую модель, shipped или off.

## Search

search-heading = { $count ->
    [one] **{ $count } обсуждение по запросу { $query }**
    [few] **{ $count } обсуждения по запросу { $query }**
    [many] **{ $count } обсуждений по запросу { $query }**
   *[other] **{ $count } обсуждения по запросу { $query }**
}
search-heading-more = **Больше { $count } обсуждений по запросу { $query }**
search-heading-respelt = По запросу { $query } ничего нет. { $count ->
    [one] Показано **{ $count } обсуждение по запросу { $instead }**
    [few] Показаны **{ $count } обсуждения по запросу { $instead }**
    [many] Показано **{ $count } обсуждений по запросу { $instead }**
   *[other] Показано **{ $count } обсуждения по запросу { $instead }**
}
search-heading-all = { $count ->
    [one] **{ $count } обсуждение**
    [few] **{ $count } обсуждения**
    [many] **{ $count } обсуждений**
   *[other] **{ $count } обсуждения**
}
search-heading-all-more = **Больше { $count } обсуждений**
# $word is a word of the search in quotation marks.
search-word-count = { $count ->
    [0] { $word } — ни в одном тексте
    [one] { $word } — в { $count } тексте
    [few] { $word } — в { $count } текстах
    [many] { $word } — в { $count } текстах
   *[other] { $word } — в { $count } текста
}
search-word-count-more = { $word } — больше чем в { $count } текстах
# $words is a list of words in quotation marks.
search-ignored = не учтено: { $words }
# $words are words in quotation marks that are near in meaning to those of the search.
search-heading-meaning = { $count ->
    [one] Нигде нет { $query }; ближе всего по смыслу: { $count } обсуждение, слова { $words }
    [few] Нигде нет { $query }; ближе всего по смыслу: { $count } обсуждения, слова { $words }
    [many] Нигде нет { $query }; ближе всего по смыслу: { $count } обсуждений, слова { $words }
   *[other] Нигде нет { $query }; ближе всего по смыслу: { $count } обсуждения, слова { $words }
}
search-near = Ближе всего по смыслу, слова { $words }:
search-some = Только с некоторыми из слов:
search-order-relevance = сначала лучшие совпадения
search-order-newest = сначала новые
search-order-score = сначала с высоким рейтингом
search-only-articles = только статьи
search-only-comments = только комментарии
search-from-source = источник: { $source }
search-by-author = автор: { $author }
search-since = с { $day }
search-before = до { $day }
search-all-words = { $count ->
    [0] все слова сразу не встречаются нигде
    [1] все слова есть только в первом
    [one] все слова есть в первых { $count }
    [few] все слова есть в первых { $count }
    [many] все слова есть в первых { $count }
   *[other] все слова есть в первых { $count }
}
search-nothing = По запросу { $query } в этом архиве ничего нет ({ $size }).
search-nothing-narrowed = По запросу { $query } ничего не найдено ({ $filters }). В архиве { $size }.
search-typed = Искать { $query }
search-beginnings = Для { $words } искали только самые частые слова. Чтобы найти остальные, введите больше букв.
search-cut-short = Поиск занял слишком много времени и был прерван. Часть результатов может отсутствовать.
search-everything = Искать везде
search-newest = Сначала новые
search-highest = По рейтингу
search-best = Сначала лучшие
search-only-comments-button = Только комментарии
search-articles-too = Всё
search-jump = Перейти к…
search-hit-article = Статья
search-hit-comment = Комментарий
search-also-in-comments = { $count ->
    [one] и ещё в { $count } комментарии
    [few] и ещё в { $count } комментариях
    [many] и ещё в { $count } комментариях
   *[other] и ещё в { $count } комментария
}
search-story = { $threads ->
    [one] { $threads } обсуждение
    [few] { $threads } обсуждения
    [many] { $threads } обсуждений
   *[other] { $threads } обсуждения
}, { $papers ->
    [one] { $papers } издание
    [few] { $papers } издания
    [many] { $papers } изданий
   *[other] { $papers } издания
}
search-story-threads = { $count ->
    [one] { $count } обсуждение
    [few] { $count } обсуждения
    [many] { $count } обсуждений
   *[other] { $count } обсуждения
}
search-mentioned = { $count ->
    [one] **В архиве** · { $count } статья
    [few] **В архиве** · { $count } статьи
    [many] **В архиве** · { $count } статей
   *[other] **В архиве** · { $count } статьи
}
search-help =
    ### Поиск
    Поиск просматривает заголовки, статьи и комментарии. Порядок слов и окончания не важны. Каждое обсуждение показано один раз, с лучшим отрывком. Сначала идут те, где есть все слова.
    `"рыбный рынок"` эти слова подряд
    `рынок -рыба` без слова
    `рынок -"рыбный ряд"` без фразы
    `трамвай OR чайки` любое из слов, можно и `трамвай | чайки`
    `рын*` слова с таким началом
    `северо-запад` слова через дефис ищутся как фраза
    `(трамвай OR автобус) забастовка NOT метро` скобки, AND, OR и NOT
    `title:трамвай`, `author:ИМЯ`, `source:САЙТ`, `r/ИМЯ`, `flair:"ДВА СЛОВА"` можно и с `-` впереди
    `score:>10`, `comments:5..20`, `after:2024-03`, `before:yesterday` числа и даты
    {"**"}Параметры** сужают поиск: `где` — статьи или комментарии, `источник` — сайт, `автор` — кто опубликовал статью или написал комментарий, `после` (с этого дня) и `до` — даты, например 2024, 2024-03-12 или 12.03.2024. Кнопка **Сначала новые** сортирует те же результаты по дате.
    -# Регистр и диакритика не важны. В китайском, японском и корейском пробелы не нужны. Если слова нигде нет, поиск возьмёт ближайшее по написанию и скажет об этом; числа не меняются никогда.

## Browsing

browse-sources = { $count ->
    [one] **{ $count } источник**
    [few] **{ $count } источника**
    [many] **{ $count } источников**
   *[other] **{ $count } источника**
}
browse-subreddits = { $count ->
    [one] **{ $count } сабреддит**
    [few] **{ $count } сабреддита**
    [many] **{ $count } сабреддитов**
   *[other] **{ $count } сабреддита**
}
browse-flairs = { $count ->
    [one] **{ $count } метка**
    [few] **{ $count } метки**
    [many] **{ $count } меток**
   *[other] **{ $count } метки**
}
browse-days = { $count ->
    [one] **{ $count } день**
    [few] **{ $count } дня**
    [many] **{ $count } дней**
   *[other] **{ $count } дня**
}
browse-months = { $count ->
    [one] **{ $count } месяц**
    [few] **{ $count } месяца**
    [many] **{ $count } месяцев**
   *[other] **{ $count } месяца**
}
browse-most-first = сначала где больше обсуждений
browse-tab-sources = Источники
browse-tab-subreddits = Сабреддиты
browse-tab-flairs = Метки
browse-tab-days = Дни
browse-tab-months = Месяцы
browse-open = Открыть…
browse-nothing = { $by ->
    [source] Ни у одной статьи в архиве не указан источник.
    [subreddit] В архиве нет статей из сабреддитов.
    [flair] В архиве нет статей с метками.
   *[day] В архиве нет статей с датой.
}
saved-heading = { $count ->
    [one] **{ $count } сохранённый запрос**, не больше { $most }
    [few] **{ $count } сохранённых запроса**, не больше { $most }
    [many] **{ $count } сохранённых запросов**, не больше { $most }
   *[other] **{ $count } сохранённого запроса**, не больше { $most }
}
saved-shared-heading = **Общие запросы других участников сервера**
saved-is-shared = общий
saved-run = Повторить…
saved-hint = Удалить запрос можно командой { $command }.
saved-none = У вас пока нет сохранённых запросов. Сохраните запрос командой { $command } или кнопкой «Сохранить» под поиском.
# $name is in quotation marks, here and below.
saved-saved = Запрос { $name } сохранён. Повторить его можно командой { $command }.
saved-deleted = Сохранённый запрос { $name } удалён.
saved-form-title = Сохранить этот запрос
saved-form-label = Имя
# $query is in quotation marks.
trend-heading = { $count ->
    [one] { $query } — в { $count } тексте
    [few] { $query } — в { $count } текстах
    [many] { $query } — в { $count } текстах
   *[other] { $query } — в { $count } текста
}
trend-heading-about = { $query } — примерно в { $count } текстах
trend-bars = { $unit ->
    [day] один столбец — один день
    [month] один столбец — один месяц
   *[year] один столбец — один год
}
trend-peak = больше всего: { $when } ({ $count })
trend-description = Столбчатая диаграмма: тексты с { $query }, { $first } – { $last }. Самый высокий столбец: { $peak } ({ $count }).
trend-open = Показать тексты

## Articles

article-first-comment = первый комментарий { $day }
article-adults-only = 18+
article-reading-time = { $minutes } мин чтения
article-headline-only = От этой статьи у нас есть только заголовок.
article-full-text = Полный текст
article-text-cut = Остаток текста слишком длинный и здесь не показан.
article-another = Другая статья
article-discuss = Обсудить
article-original = Оригинал
article-shorter = Короче
article-longer = Подробнее
author-deleted = удалённая учётная запись
author-unnamed = без имени
commenter-letter = Комментатор { $letter }
commenter-unknown = Комментатор
article-related-heading = ### Похожие статьи: { $title }
article-related-none = Похожих статей в этом архиве пока нет.
article-related-reasons = Общее: { $phrases }
article-timeline-heading = ### Хроника: { $title }
article-timeline-same = Та же публикация
article-timeline-reports = Другие обсуждения на ту же тему
article-timeline-alone = Других обсуждений этого сюжета в архиве нет.
article-timeline-open = Открыть обсуждение
article-timeline-oldest = Самые ранние: { $shown } из { $count }
article-posted = Опубликовано: { $link }
article-untitled = Статья
article-thread-hint = -# Есть вопросы о статье? Упомяните { $me } и спросите. Он читает только сообщения, где его упомянули, и ответы ему.

comments-heading = ### Комментарии: { $title }
comments-none = Комментариев к этой статье пока нет. Они появятся здесь после загрузки.
comments-all-deleted = { $count ->
    [1] Единственный комментарий удалён.
    [one] Удалён весь { $count } комментарий.
    [few] Удалены все { $count } комментария.
    [many] Удалены все { $count } комментариев.
   *[other] Удалены все { $count } комментария.
}
comments-newest-first = сначала новые
comments-best-first = сначала лучшие
comments-most-answered-first = сначала те, где больше ответов
comments-oldest-first = сначала старые
comments-in-thread = сначала старые, ответы под ними
comments-newest-button = Сначала новые
comments-best-button = Сначала лучшие
comments-oldest-button = Сначала старые
comments-thread-button = По беседам
comments-deleted = { $count ->
    [one] ещё { $count } удалён
    [few] ещё { $count } удалены
    [many] ещё { $count } удалено
   *[other] ещё { $count } удалено
}
comments-hide-bots = { $count ->
    [one] Скрыть { $count } комментарий ботов
    [few] Скрыть { $count } комментария ботов
    [many] Скрыть { $count } комментариев ботов
   *[other] Скрыть { $count } комментария ботов
}
comments-show-bots = { $count ->
    [one] Показать { $count } комментарий ботов
    [few] Показать { $count } комментария ботов
    [many] Показать { $count } комментариев ботов
   *[other] Показать { $count } комментария ботов
}
comments-bots-hidden = { $count ->
    [one] скрыт { $count } комментарий ботов
    [few] скрыто { $count } комментария ботов
    [many] скрыто { $count } комментариев ботов
   *[other] скрыто { $count } комментария ботов
}
comments-threads = { $count ->
    [one] из { $count } обсуждения
    [few] из { $count } обсуждений
    [many] из { $count } обсуждений
   *[other] из { $count } обсуждения
}
comments-some-threads = обсуждения: { $count } из { $all }
comments-one-thread = только { $thread }
comments-select-thread = Выбрать обсуждение…
comments-all-threads = { $count ->
    [one] Все обсуждения сюжета: { $count }
    [few] Все обсуждения сюжета: { $count }
    [many] Все обсуждения сюжета: { $count }
   *[other] Все обсуждения сюжета: { $count }
}
comments-threads-together = Обсуждений вместе: { $count } из { $all }
comments-other-reports = { $count ->
    [one] Ещё { $count } обсуждение на ту же тему.
    [few] Ещё { $count } обсуждения на ту же тему.
    [many] Ещё { $count } обсуждений на ту же тему.
   *[other] Ещё { $count } обсуждения на ту же тему.
}
comments-read-in-full = Читать полностью…
comments-go-to = Перейти к…
comments-range = Комментарии { $range }
comment-on = к статье «{ $title }»
comment-surrounding = Соседние комментарии
comment-parent = Комментарий выше
comment-replying = ответ: { $author }
comment-replying-missing = ответ на комментарий, которого нет в архиве
comment-replies = { $count ->
    [one] { $count } ответ
    [few] { $count } ответа
    [many] { $count } ответов
   *[other] { $count } ответа
}
comment-replies-of = { $count ->
    [one] { $author }: { $count } ответ
    [few] { $author }: { $count } ответа
    [many] { $author }: { $count } ответов
   *[other] { $author }: { $count } ответа
}
comment-replies-heading = { $count ->
    [one] ### { $count } ответ: { $author }
    [few] ### { $count } ответа: { $author }
    [many] ### { $count } ответов: { $author }
   *[other] ### { $count } ответа: { $author }
}
comment-back = К комментарию
comment-loaded = загружено { $day } из { $name } (загрузка { $load })
comment-captured = копия от { $day }
comment-edited = изменено { $day }
comment-changed-by = обновлено загрузкой { $load }

## Comment digests

comment-digest-heading = ### Что пишут люди: { $title }
comment-digest-theme-quote = **«{ $quote }»** — { $author }
comment-digest-theme-second = «{ $quote }» — { $author }
comment-digest-theme-quote-within = { $author } пишет: **«{ $quote }»** — { $details }
comment-digest-theme-second-within = { $author } пишет: «{ $quote }» — { $details }
comment-digest-quote-within = { $author } пишет: «{ $quote }»
comment-digest-opening = { $count ->
    [one] { $count } комментарий из { $total } упоминает { $words }
    [few] { $count } комментария из { $total } упоминают { $words }
    [many] { $count } комментариев из { $total } упоминают { $words }
   *[other] { $count } комментария из { $total } упоминают { $words }
}
comment-digest-opening-few = { $count ->
    [one] Ни одна тема не преобладает: { $count } комментарий из { $total } упоминает { $words }
    [few] Ни одна тема не преобладает: { $count } комментария из { $total } упоминают { $words }
    [many] Ни одна тема не преобладает: { $count } комментариев из { $total } упоминают { $words }
   *[other] Ни одна тема не преобладает: { $count } комментария из { $total } упоминают { $words }
}
comment-digest-theme-mentions = { $count ->
    [one] { $count } комментарий упоминает { $words }
    [few] { $count } комментария упоминают { $words }
    [many] { $count } комментариев упоминают { $words }
   *[other] { $count } комментария упоминают { $words }
}
comment-digest-theme-says = { $count ->
    [one] ещё { $count } говорит примерно то же
    [few] ещё { $count } говорят примерно то же
    [many] ещё { $count } говорят примерно то же
   *[other] ещё { $count } говорят примерно то же
}
comment-digest-theme-replies = { $count ->
    [one] { $count } ответ
    [few] { $count } ответа
    [many] { $count } ответов
   *[other] { $count } ответа
}
comment-digest-more-themes = { $count ->
    [one] далее ещё { $count } тема: { $comments }
    [few] далее ещё { $count } темы: { $comments }
    [many] далее ещё { $count } тем: { $comments }
   *[other] далее ещё { $count } темы: { $comments }
}
comment-digest-also-mentioned = Также упоминают: { $subjects }
comment-digest-mentioned-most = Чаще всего упоминают: { $subjects }
comment-digest-subject = { $words } ({ $comments })
comment-digest-rest = { $count ->
    [one] Ещё { $count } комментарий: { $groups }
    [few] Ещё { $count } комментария: { $groups }
    [many] Ещё { $count } комментариев: { $groups }
   *[other] Ещё { $count } комментария: { $groups }
}
comment-digest-rest-among = { $count ->
    [one] Ещё { $count } комментарий, среди них { $groups }
    [few] Ещё { $count } комментария, среди них { $groups }
    [many] Ещё { $count } комментариев, среди них { $groups }
   *[other] Ещё { $count } комментария, среди них { $groups }
}
comment-digest-rest-mentions = { $count ->
    [one] { $count } упоминает «{ $word }»
    [few] { $count } упоминают «{ $word }»
    [many] { $count } упоминают «{ $word }»
   *[other] { $count } упоминают «{ $word }»
}
comment-digest-rest-only-points = { $count ->
    [one] Ещё { $count } комментарий
    [few] Ещё { $count } комментария
    [many] Ещё { $count } комментариев
   *[other] Ещё { $count } комментария
}
comment-digest-rest-points = { $count ->
    [one] { $count } комментарий подлиннее
    [few] { $count } комментария подлиннее
    [many] { $count } комментариев подлиннее
   *[other] { $count } комментария подлиннее
}
comment-digest-rest-questions = { $count ->
    [one] { $count } вопрос
    [few] { $count } вопроса
    [many] { $count } вопросов
   *[other] { $count } вопроса
}
comment-digest-rest-short = { $count ->
    [one] { $count } короткая реплика
    [few] { $count } короткие реплики
    [many] { $count } коротких реплик
   *[other] { $count } короткой реплики
}
comment-digest-rest-jokes = { $count ->
    [one] { $count } шутка
    [few] { $count } шутки
    [many] { $count } шуток
   *[other] { $count } шутки
}
comment-digest-more-comments = { $count ->
    [one] ещё { $count } комментарий
    [few] ещё { $count } комментария
    [many] ещё { $count } комментариев
   *[other] ещё { $count } комментария
}
comment-digest-disputed = { $count ->
    [1] Один комментатор спорит со статьёй
    [one] { $count } комментатор спорит со статьёй
    [few] { $count } комментатора спорят со статьёй
    [many] { $count } комментаторов спорят со статьёй
   *[other] { $count } комментатора спорят со статьёй
}
comment-digest-disputed-figures = { $count ->
    [1] **Один комментатор спорит со статьёй:** { $theirs }, а не { $ours }
    [one] **{ $count } комментатор спорит со статьёй:** { $theirs }, а не { $ours }
    [few] **{ $count } комментатора спорят со статьёй:** { $theirs }, а не { $ours }
    [many] **{ $count } комментаторов спорят со статьёй:** { $theirs }, а не { $ours }
   *[other] **{ $count } комментатора спорят со статьёй:** { $theirs }, а не { $ours }
}
comment-digest-article-says = В статье: «{ $quote }»
comment-digest-added = Чего нет в статье
comment-digest-single-points = Говорят и такое
comment-digest-single-points-alone = Из комментариев
comment-digest-questions = Открытые вопросы
comment-digest-links = Ссылки из комментариев
comment-digest-busiest = **Пик обсуждения** ({ $span } с { $time }): { $count ->
    [one] { $count } комментарий
    [few] { $count } комментария
    [many] { $count } комментариев
   *[other] { $count } комментария
}
comment-digest-chart-caption = { $start } — { $end } · один столбец: { $span }
comment-digest-chart-description = { $count ->
    [one] Столбчатая диаграмма: { $count } комментарий, { $start } — { $end }.
    [few] Столбчатая диаграмма: { $count } комментария, { $start } — { $end }.
    [many] Столбчатая диаграмма: { $count } комментариев, { $start } — { $end }.
   *[other] Столбчатая диаграмма: { $count } комментария, { $start } — { $end }.
} Один столбец: { $span }. Самый высокий — { $highest ->
    [one] { $highest } комментарий
    [few] { $highest } комментария
    [many] { $highest } комментариев
   *[other] { $highest } комментария
}, его начало: { $peak }.
comment-digest-coverage = На основе { $read } из { $total ->
    [one] { $total } комментария
    [few] { $total } комментариев
    [many] { $total } комментариев
   *[other] { $total } комментария
} (не учтены: { $skipped })
comment-digest-coverage-all = { $total ->
    [1] На основе единственного комментария
    [one] На основе всех комментариев ({ $total })
    [few] На основе всех { $total } комментариев
    [many] На основе всех { $total } комментариев
   *[other] На основе всех { $total } комментария
}
comment-digest-known = В архиве { $count } примерно из { $known } комментариев.
comment-digest-skipped-deleted = { $count ->
    [one] { $count } удалённый
    [few] { $count } удалённых
    [many] { $count } удалённых
   *[other] { $count } удалённого
}
comment-digest-skipped-bots = { $count ->
    [1] 1 от бота
   *[other] { $count } от ботов
}
comment-digest-skipped-copies = { $count ->
    [one] { $count } повторный
    [few] { $count } повторных
    [many] { $count } повторных
   *[other] { $count } повторного
}
comment-digest-skipped-unread = { $count } вне равномерной выборки
comment-digest-skipped-brief = { $count ->
    [one] { $count } очень короткий
    [few] { $count } очень коротких
    [many] { $count } очень коротких
   *[other] { $count } очень короткого
}
comment-digest-page-overview = Обзор
comment-digest-page-themes = Другие темы
comment-digest-page-more = Ещё
comment-digest-all-of-theme = Все комментарии на тему…
comment-digest-open = Открыть комментарий…

## Scheduled digests

digest-timing = { $every ->
    [daily] каждый день в { $time } ({ $zone })
    [weekdays] с понедельника по пятницу в { $time } ({ $zone })
    [weekly] раз в неделю: { $weekday }, { $time } ({ $zone })
    [monthly] каждый месяц { $day }-го числа в { $time } ({ $zone })
    [monthly-or-last] каждый месяц { $day }-го числа или в последний день, в { $time } ({ $zone })
   *[cron] cron `{ $cron }` ({ $zone })
}
digest-source = { $what ->
    [newest] новое с прошлого выпуска
    [on-this-day] в этот день в прошлые годы
    [most-discussed] самое обсуждаемое за всё время
    [search] новое по запросу «{ $text }»
    [source] новое из источника { $text }
    [subreddit] новое из r/{ $text }
   *[random] случайная подборка
}
digest-source-most-discussed = { $days ->
    [1] самое обсуждаемое за последний день
    [one] самое обсуждаемое за последний { $days } день
    [few] самое обсуждаемое за последние { $days } дня
    [many] самое обсуждаемое за последние { $days } дней
   *[other] самое обсуждаемое за последние { $days } дня
}
digest-heading = { $what ->
    [newest] Новое в архиве
    [on-this-day] В этот день
    [most-discussed] Самое обсуждаемое за всё время
    [search] Новое по запросу «{ $text }»
    [source] Новое из источника { $text }
    [subreddit] Новое из r/{ $text }
   *[random] Из архива
}
digest-heading-most-discussed = { $days ->
    [1] Самое обсуждаемое за последний день
    [one] Самое обсуждаемое за последний { $days } день
    [few] Самое обсуждаемое за последние { $days } дня
    [many] Самое обсуждаемое за последние { $days } дней
   *[other] Самое обсуждаемое за последние { $days } дня
}
digest-up-to-headlines = { $count ->
    [1] 1 заголовок
    [one] до { $count } заголовка
    [few] до { $count } заголовков
    [many] до { $count } заголовков
   *[other] до { $count } заголовка
}
digest-up-to-summaries = { $count ->
    [1] 1 статья с кратким содержанием
    [one] до { $count } статьи с кратким содержанием
    [few] до { $count } статей с кратким содержанием
    [many] до { $count } статей с кратким содержанием
   *[other] до { $count } статьи с кратким содержанием
}
digest-up-to-comment-digests = { $count ->
    [1] 1 статья и что о ней пишут
    [one] до { $count } статьи и что о них пишут
    [few] до { $count } статей и что о них пишут
    [many] до { $count } статей и что о них пишут
   *[other] до { $count } статьи и что о них пишут
}
digest-late = { $hours ->
    [one] допустимо опоздание до { $hours } часа
    [few] допустимо опоздание до { $hours } часов
    [many] допустимо опоздание до { $hours } часов
   *[other] допустимо опоздание до { $hours } часа
}
digest-never-late = пропущенные выпуски не выходят
digest-quiet = тихие часы с { $start } до { $end }
digest-target = { $target ->
    [thread] под каждым выпуском открывается ветка
   *[forum] каждый выпуск — публикация на форуме
}
digest-target-tagged = каждый выпуск — публикация на форуме с тегом { $tag }
digest-skips-empty = если нового нет, не выходит
digest-posts-empty = выходит, даже если нового нет
digest-posts-each = отдельная публикация для каждой статьи
digest-pings = упоминает { $role }
digest-silent = без уведомлений
digest-published = рассылается в подписанные каналы
digest-pinned = последняя публикация закреплена
digest-tags = теги по правилам: { $tags }
digest-own-template = свой шаблон

### Posts of digests

digest-nothing-new = На этот раз ничего нового.
digest-why-these = Почему эти?
digest-direct = в личные сообщения
digest-from-server = Ваш дайджест с сервера { $server }
digest-more-posts = { $count ->
    [one] И ещё { $count } такая публикация, по одной на статью.
    [few] И ещё { $count } такие публикации, по одной на статью.
    [many] И ещё { $count } таких публикаций, по одной на статью.
   *[other] И ещё { $count } такой публикации, по одной на статью.
}
digest-quote = «{ $quote }» *{ $author }*
digest-also = Также: { $reports }
digest-also-more = Также: { $reports } и ещё { $count }
digest-chart-caption = Комментарии к статье { $number }: { $caption }
topic-heading = ### Дайджест: { $topic }
topic-respelt = По запросу «{ $topic }» ничего нет. Показано по запросу **«{ $instead }»**.

### Planning a digest

digest-preview = Предпросмотр. Ничего не выйдет, пока вы не сохраните.
digest-preview-of-change = Предпросмотр дайджеста { $number } с вашими изменениями. До сохранения он остаётся прежним.
digest-where = **Где выходит:** <#{ $channel }>
digest-where-direct = **Приходит** вам в личные сообщения
digest-show-post = Показать выпуск
digest-show-times = Время и последние 7 дней
digest-next-runs = **Ближайшие выпуски**
digest-run-held = после тихих часов
digest-run-moved = { $every ->
    [cron] позже из-за перевода часов
   *[other] позже из-за перевода часов: времени { $time } в этот день нет
}
digest-run-clocks-change = перед этим переводят часы ({ $zone })
digest-past-runs = **За последние 7 дней вышло бы**
digest-no-past-runs = За последние 7 дней ничего бы не вышло.
digest-past-left-out = { $count ->
    [one] Фильтры исключают { $count } статью.
    [few] Фильтры исключают { $count } статьи.
    [many] Фильтры исключают { $count } статей.
   *[other] Фильтры исключают { $count } статьи.
}
digest-earlier-past-runs = До этого { $runs ->
    [one] ещё { $runs } выпуск
    [few] ещё { $runs } выпуска
    [many] ещё { $runs } выпусков
   *[other] ещё { $runs } выпуска
}, всего { $articles ->
    [one] { $articles } статья
    [few] { $articles } статьи
    [many] { $articles } статей
   *[other] { $articles } статьи
}. Затем:
digest-past-run-empty = ничего
digest-more = и ещё { $count }
digest-saved = Дайджест { $number } сохранён.
digest-changed = Дайджест { $number } изменён.
digest-still-paused = Он по-прежнему приостановлен. Возобновить: { $resume }.
digest-not-saved = Не сохранено. Ничего не изменилось.
digest-next-post = Следующий выпуск: { $when }, { $relative }
digest-no-next-post = Выпусков больше не будет.

### Lists, settings and history

digest-list = **Дайджесты по расписанию** · { $count }
digest-list-empty = Дайджестов пока нет. Дайджест публикует в канале статьи из архива так часто, как вам нужно. Создать его: { $create }.
digest-list-direct = **Дайджесты для вас**
digest-name = Дайджест { $number }
digest-title = ### Дайджест { $number }: { $what }
digest-next = следующий выпуск { $when }
digest-state = { $state ->
    [active] работает
    [paused] приостановлен
   *[deleted] удалён
}
digest-paused-because = приостановлен: { $reason }
digest-status = **Состояние:** { $state }
digest-last-run = Последний выпуск: { $run }
digest-created-by = автор дайджеста: { $name } · { $when }
digest-paused = Дайджест { $number } приостановлен. Возобновить: { $resume }.
digest-resumed = Дайджест { $number } возобновлён.
digest-deleted = Дайджест { $number } удалён. Его публикации остались.
digest-running = Дайджест { $number } сейчас выйдет в <#{ $channel }>. Расписание не меняется.
digest-running-direct = Дайджест { $number } придёт через мгновение. Расписание не меняется.
digest-open = Открыть дайджест
digest-pause-several = Приостановить дайджесты
digest-new = Новый дайджест…
digest-all = Все дайджесты
digest-edit = Изменить…
digest-posts = Публикации…
digest-template = Шаблон…
digest-run = Выпустить сейчас
digest-history = История
digest-delete = Удалить…
digest-delete-question = Удалить дайджест { $number }? Его публикации останутся.
digest-delete-confirm = Удалить дайджест
leave-out-button = Исключить…
leave-out-title = Что исключить
leave-out-words = Слова
leave-out-words-hint = В заголовке или тексте, через запятую
leave-out-sources = Источники и сабреддиты
leave-out-sources-hint = Например: courier.example, r/funny
leave-out-authors = Авторы
leave-out-flair = Флеры
leave-out-commas = Через запятую
leave-out-minimum = Минимум баллов и комментариев
leave-out-minimum-hint = Например: score 10, comments 5
leave-out = исключает: { $what }
leave-out-author = автор
leave-out-list = { $filter ->
    [words] слова: { $names }
    [sources] источники: { $names }
    [authors] авторы: { $names }
    [subreddits] { $names }
   *[flair] флеры: { $names }
}
leave-out-score = { $count ->
    [one] меньше { $count } балла
    [few] меньше { $count } баллов
    [many] меньше { $count } баллов
   *[other] меньше { $count } балла
}
leave-out-comments = { $count ->
    [one] меньше { $count } комментария
    [few] меньше { $count } комментариев
    [many] меньше { $count } комментариев
   *[other] меньше { $count } комментария
}
leave-out-reason = { $whose ->
    [server] пропущена фильтром этого сервера: { $what }
   *[digest] пропущена фильтром этого дайджеста: { $what }
}
digest-form-new = Новый дайджест
digest-form-when = Как часто
digest-form-time = Время
digest-form-time-hint = 08:00, понедельник 08:00, 15 08:00 (число месяца) или строка cron
digest-form-what = Что публиковать
digest-form-query = Слова, источник или сабреддит
digest-form-query-hint = Только для поиска, источника или сабреддита
digest-form-style = Что показывать о каждой статье
post-form-title = Как публикуется
post-form-count = Публикации
post-form-one = Одна публикация на все статьи
post-form-each = Отдельная публикация на каждую статью
post-form-role = Какую роль упомянуть
post-form-role-hint = По умолчанию никакую. Только роль, которую вы вправе упоминать, в начале первой публикации.
post-form-how = Дополнительно
post-form-silent = Публиковать без уведомлений
post-form-publish = Рассылать из каналов с объявлениями
post-form-pin = Закрепить новую публикацию, открепить прежнюю
post-form-tags = Теги, по правилу в строке
post-form-tags-hint = Новости · Спорт: source bbc.co.uk · Вопросы: flair Question · Порт: search "fish market"
template-form-title = Шаблон
template-form-heading = Шапка
template-form-item = Каждая статья
template-form-footer = Подвал
template-form-hint = В { "{" }{ "}" }: { $names }
digest-paused-itself = Дайджест { $number } в <#{ $channel }> приостановлен: { $reason }. Когда причина исчезнет, возобновите его: { $resume }. Подробности: { $why }.
digest-posted = { $count ->
    [one] опубликована { $count } статья
    [few] опубликованы { $count } статьи
    [many] опубликовано { $count } статей
   *[other] опубликовано { $count } статьи
}
digest-posted-parts = опубликовано { $posted } из { $count }
digest-outcome = { $state ->
    [claimed] пора публиковать
    [sending] публикуется
    [empty] публиковать нечего
    [missed] пропущен
   *[failed] не удался
}
digest-outcome-because = { $state ->
    [claimed] пора публиковать: { $reason }
    [sending] публикуется: { $reason }
    [missed] пропущен: { $reason }
   *[failed] не удался: { $reason }
}
digest-on-request = вне расписания
digest-explain-run = Объяснить выпуск…

### Why an article was posted or skipped

digest-rule = { $rule ->
    [picked] выбрана
    [new-comments] снова выбрана: есть новые комментарии
    [shown-before] пропущена: уже выходила, а новых комментариев нет
    [twin] пропущена: выбрана её копия из другого архива
    [story-shown] пропущена: другое обсуждение этого сюжета уже опубликовано
    [same-story] пропущена: выбрано другое обсуждение этого сюжета
    [over-18] пропущена: у канала нет возрастного ограничения
   *[enough] пропущена: другие статьи оказались выше
}
digest-over-18 = Статья с пометкой 18+
digest-more-skipped = { $count ->
    [one] и ещё { $count } пропущена
    [few] и ещё { $count } пропущены
    [many] и ещё { $count } пропущено
   *[other] и ещё { $count } пропущено
}
digest-not-run = Этот дайджест ещё не выходил.
digest-never-considered = Эту статью дайджест ни разу не рассматривал. Что он публикует: { $what }.
digest-asked-future = Это время ещё не наступило.
digest-asked-quiet = Это время попадает на тихие часы, с { $start } до { $end }: тогда ничего не выходит.
digest-chance = Если бы дайджест вышел сейчас: { $rule }
digest-chance-none = Если бы дайджест вышел сейчас, статья в отбор не попала бы.
digest-chance-random = В следующий выпуск статьи попадут случайно.

### Why a digest was not posted or is paused: stands after a colon

digest-reason-deleted = дайджест удалён
digest-reason-discord-refused = Discord не принял публикацию
digest-reason-forum-needs-tag = форум требует тег, а Newsdesk не может поставить ни одного
digest-reason-no-such-tag = выбранного тега на форуме больше нет, или Newsdesk не может его поставить
digest-reason-nothing = статьи больше нет в архиве
digest-reason-paused = дайджест приостановлен
digest-reason-quiet = тихие часы продлились дольше, чем можно опоздать
digest-reason-too-late = публиковать уже поздно
digest-reason-unreachable = Discord недоступен; Newsdesk продолжает попытки

## Posts

permission-view-channel = «Просматривать канал»
permission-attach-files = «Прикреплять файлы»
permission-send-messages = «Отправлять сообщения»
permission-send-messages-in-threads = «Отправлять сообщения в ветках»
permission-create-posts = «Создавать публикации»
permission-create-public-threads = «Создавать публичные ветки»
permission-manage-threads = «Управлять ветками»
permission-pin-messages = «Закреплять сообщения»
permission-read-message-history = «Читать историю сообщений»

### Why a message was not sent or edited: stands after a colon

reason-bot-removed = Newsdesk больше нет на этом сервере
reason-channel-gone = канал удалён
reason-fault = что-то сломалось на нашей стороне; подробности в журнале у владельца бота
reason-may-not-post = Newsdesk нужны там права { permission-view-channel } и { permission-send-messages }
reason-needs = Newsdesk нужны там права: { $permissions }
reason-thread-archived = ветка в архиве и заблокирована
reason-edit-direct-refused = личные сообщения участника закрыты
reason-edit-refused = Discord не принял правку
reason-edit-no-access = Newsdesk больше не видит этот канал
reason-edit-too-late = Discord был недоступен неделю
reason-message-gone = сообщение уже удалено

### Posts that show undone or erased content

posts-marked = { $count ->
    [one] { $count } публикация Newsdesk на этом сервере всё ещё показывает то, что вы откатили.
    [few] { $count } публикации Newsdesk на этом сервере всё ещё показывают то, что вы откатили.
    [many] { $count } публикаций Newsdesk на этом сервере всё ещё показывают то, что вы откатили.
   *[other] { $count } публикации Newsdesk на этом сервере всё ещё показывают то, что вы откатили.
}
posts-marked-choice = Чистка уберёт это. Публикации, от которых ничего не останется, будут удалены.
posts-redact = { $count ->
    [one] Почистить { $count } публикацию
    [few] Почистить { $count } публикации
    [many] Почистить { $count } публикаций
   *[other] Почистить { $count } публикации
}
button-redact-posts = Почистить публикации
nothing-changed = Ничего не изменено.
posts-kept = Публикации остаются как есть.
posts-none-marked = Публикаций, которые нужно чистить, здесь нет.
posts-edited = { $count ->
    [one] Исправлена { $count } публикация.
    [few] Исправлены { $count } публикации.
    [many] Исправлено { $count } публикаций.
   *[other] Исправлено { $count } публикации.
}
posts-deleted = { $count ->
    [one] Удалена { $count } публикация: от неё ничего не осталось.
    [few] Удалены { $count } публикации: от них ничего не осталось.
    [many] Удалено { $count } публикаций: от них ничего не осталось.
   *[other] Удалено { $count } публикации: от них ничего не осталось.
}
posts-waiting = { $count ->
    [one] Ещё { $count } публикация будет исправлена, как только позволит Discord.
    [few] Ещё { $count } публикации будут исправлены, как только позволит Discord.
    [many] Ещё { $count } публикаций будут исправлены, как только позволит Discord.
   *[other] Ещё { $count } публикации будут исправлены, как только позволит Discord.
}
post-not-edited = Не исправлено: { $link } ({ $reason })
post-not-edited-direct = Не исправлено: личное сообщение ({ $reason })
post-edit-failed = { $link } всё ещё показывает то, что откатили или стёрли. Newsdesk не смог это исправить: { $reason }. Удалите сообщение вручную.
post-items-removed = { $count ->
    [one] Из этого сообщения убрана { $count } запись.
    [few] Из этого сообщения убраны { $count } записи.
    [many] Из этого сообщения убрано { $count } записей.
   *[other] Из этого сообщения убрано { $count } записи.
}
post-since-undone = { $count ->
    [0] позже откат: комментарии
    [one] позже откат: { $count } запись
    [few] позже откат: { $count } записи
    [many] позже откат: { $count } записей
   *[other] позже откат: { $count } записи
}
post-since-edited = { $count ->
    [0] позже исправлено
    [one] позже исправлено: убрана { $count } запись
    [few] позже исправлено: убраны { $count } записи
    [many] позже исправлено: убрано { $count } записей
   *[other] позже исправлено: убрано { $count } записи
}
post-since-emptied = позже удалено: ничего не осталось
post-since-deleted = сообщение позже удалено
post-since-waiting = ждёт правки
post-since-not-edited = не исправлено: { $reason }

## Follows

follow-search-narrowed = «{ $query }» ({ $filters })
follow-everything = всё ({ $filters })
follow-comments = новые комментарии к статье «{ $title }»
follow-comments-gone = новые комментарии к статье, которой больше нет
follow-added = Подписка добавлена: { $what }. Когда появится новое, вам придёт личное сообщение.
follow-added-here = Подписка для { $channel } добавлена: { $what }. Когда появится новое, Newsdesk напишет туда.
follow-known = Такая подписка у вас уже есть: { $what }.
follow-known-here = Такая подписка у { $channel } уже есть: { $what }.
follow-direct-limits = Если ваши личные сообщения закрыты, подписка приостановится.
follow-now-muted = Заглушено: { $what }. Возобновить или удалить: { $list }.
follow-now-resumed = Возобновлено: { $what }. Сообщения пойдут снова со следующей загрузки.
follow-now-removed = Подписка удалена: { $what }.
follow-none = Подписок у вас здесь пока нет. Подпишитесь на поиск командой { $add } или нажмите **Подписаться** под результатами поиска или под статьёй.
follow-own = **Ваши подписки**, в личные сообщения
follow-channels = **Подписки каналов**
follow-held-back = { $count ->
    [one] За последние 24 часа { $count } загрузка не уместилась в ваш дневной лимит. Что в ней нового: { $catchup }.
    [few] За последние 24 часа { $count } загрузки не уместились в ваш дневной лимит. Что в них нового: { $catchup }.
    [many] За последние 24 часа { $count } загрузок не уместились в ваш дневной лимит. Что в них нового: { $catchup }.
   *[other] За последние 24 часа { $count } загрузки не уместились в ваш дневной лимит. Что в них нового: { $catchup }.
}
follow-choose = Выберите подписку…
follow-choose-mute = Заглушить…
follow-mute = Заглушить
follow-resume = Возобновить
follow-remove = Удалить
follow-here = Подписать и этот канал
follow-active = работает
follow-muted = заглушена
follow-paused = приостановлена: { $reason }
follow-paused-notice = { $count ->
    [one] В { $channel } приостановлена { $count } подписка: { $reason }. Устраните причину и возобновите: { $list }.
    [few] В { $channel } приостановлены { $count } подписки: { $reason }. Устраните причину и возобновите: { $list }.
    [many] В { $channel } приостановлено { $count } подписок: { $reason }. Устраните причину и возобновите: { $list }.
   *[other] В { $channel } приостановлено { $count } подписки: { $reason }. Устраните причину и возобновите: { $list }.
}
follow-reason-direct-refused = личные сообщения от Newsdesk заблокированы
follow-reason-discord-refused = Discord не принял сообщение
follow-reason-left = вы больше не участник сервера

### Notices of follows

follow-heading = Новое по подписке: { $what }
follow-heading-comments = Новые комментарии: { $title }
follow-new-comments = { $count ->
    [one] { $count } новый комментарий
    [few] { $count } новых комментария
    [many] { $count } новых комментариев
   *[other] { $count } нового комментария
}
follow-threads-at-least = { $count ->
    [one] не меньше { $count } обсуждения
    [few] не меньше { $count } обсуждений
    [many] не меньше { $count } обсуждений
   *[other] не меньше { $count } обсуждения
}
follow-more = и ещё { $count }
follow-more-at-least = и ещё не меньше { $count }
follow-show-all = Показать всё
follow-show-all-for = Всё по подписке: { $what }
follow-last-today = Сегодня сообщений по подпискам здесь больше не будет. Остальное покажет { $catchup }; модераторы могут поднять лимит в { $settings }.
follow-in-server = Ваша подписка на сервере { $server }.
follow-help =
    ### Подписки
    { $add } подписывает вас на поиск. Когда загрузят подходящие статьи, вам придёт одно личное сообщение с их заголовками. Если вы модератор или управляете каналом, выберите его в поле `канал`, и Newsdesk будет писать туда.
    Кнопка **Подписаться** под результатами поиска делает то же самое. Под статьёй она подписывает на комментарии.
    О каждой статье сообщается один раз, сколько бы комментариев ни появилось потом. Если загрузку откатили и загрузили снова, её статьи считаются новыми. Канал получает одно сообщение на загрузку по всем своим подпискам.
    {"**"}Заглушить** — остановить подписку, пока вы не возобновите её в { $list }. { $remove } удаляет её.
    Модераторы задают, сколько сообщений в день получает один канал или участник. { $catchup } всегда показывает всё, что появилось с вашего прошлого визита.
    { $digest } присылает дайджест в выбранное вами время. **Исключить…** — фильтр того, что показывает подписка или дайджест.
    -# О статьях с пометкой 18+ сообщается только в каналах с возрастным ограничением. Если ваши личные сообщения закрыты или вы уйдёте с сервера, подписки приостановятся.

## Catch-up

catch-up-heading = ### Новое с { $time }, { $ago }
catch-up-first = Это ваш первый визит, поэтому здесь последние 7 дней. В следующий раз вы увидите новое с этого визита.
catch-up-nothing = С тех пор ничего не загружали и не публиковали. Чтобы узнавать о новом, подпишитесь: { $add }.
catch-up-loaded = **Загружено**
catch-up-counts = { $articles ->
    [0] нет новых статей
    [one] { $articles } новая статья
    [few] { $articles } новые статьи
    [many] { $articles } новых статей
   *[other] { $articles } новой статьи
}, { $comments ->
    [0] нет новых комментариев
    [one] { $comments } новый комментарий
    [few] { $comments } новых комментария
    [many] { $comments } новых комментариев
   *[other] { $comments } нового комментария
}
catch-up-shared-load = общий архив
catch-up-more-loads = { $count ->
    [one] и ещё { $count } загрузка
    [few] и ещё { $count } загрузки
    [many] и ещё { $count } загрузок
   *[other] и ещё { $count } загрузки
}
catch-up-posted = { $count ->
    [one] **Опубликовано** · { $count } выпуск или сообщение
    [few] **Опубликовано** · { $count } выпуска и сообщения
    [many] **Опубликовано** · { $count } выпусков и сообщений
   *[other] **Опубликовано** · { $count } выпуска и сообщения
}
catch-up-paused = Ваша подписка { $number } ({ $what }) приостановлена: { $reason }. Возобновить: { $list }.

## Settings

settings-title = ### Настройки сервера
settings-moderators = **Модераторы:** участники с правом «Управлять сервером»
settings-moderators-and-role = **Модераторы:** участники с правом «Управлять сервером» или ролью { $role }
settings-shared-archive = { $state ->
    [on] **Общий архив:** включён. Поиск охватывает и архив владельца бота.
   *[off] **Общий архив:** выключен. Поиск находит только загруженное здесь.
}
settings-adult = { $state ->
    [on] **Статьи 18+:** только в каналах с возрастным ограничением
   *[off] **Статьи 18+:** скрыты
}
settings-pseudonyms = { $state ->
    [on] **Комментаторы** показаны буквами: A, B, C, в каждом обсуждении заново. Имена внутри комментариев остаются.
   *[off] **Комментаторы** показаны под своими именами.
}
settings-digests = **Новые дайджесты** выходят в { $channel }, если не выбрать другой канал.
settings-digests-anywhere = **Новые дайджесты** выходят там, где созданы, если не выбрать другой канал.
settings-digest-zone = **Часовой пояс дайджестов:** { $zone }
settings-digest-languages = **Языки дайджестов:** { $languages }
settings-leave-out = **Дайджесты и уведомления:** { $what }
settings-any-language = любые
settings-notices = **Если дайджест приостановлен,** модераторам приходит сообщение в { $channel }.
settings-notices-to-maker = **Если дайджест приостановлен,** его создателю приходит личное сообщение.
settings-follows = { $count ->
    [one] **По подпискам** канал или участник получает не больше { $count } сообщения в день. Изменить: `сообщений-в-день`.
    [few] **По подпискам** канал или участник получает не больше { $count } сообщений в день. Изменить: `сообщений-в-день`.
    [many] **По подпискам** канал или участник получает не больше { $count } сообщений в день. Изменить: `сообщений-в-день`.
   *[other] **По подпискам** канал или участник получает не больше { $count } сообщения в день. Изменить: `сообщений-в-день`.
}
settings-language = **Язык публикаций:** { $language }
settings-language-of-server = **Язык публикаций:** { $language }, как у сервера
settings-note = Команды /archive, /digest, /settings, /status и /audit Discord показывает участникам с правом «Управлять сервером». Чтобы их видела и роль модератора, добавьте её в «Настройки сервера» > «Интеграции» > Newsdesk. Чтобы импортировать сохранённый файл, прикрепите его к /settings.
permissions-complete = **Права:** у Newsdesk есть все нужные в #{ $channel }.
permissions-missing = { $count ->
    [one] **Newsdesk не хватает { $count } права в #{ $channel }**
    [few] **Newsdesk не хватает { $count } прав в #{ $channel }**
    [many] **Newsdesk не хватает { $count } прав в #{ $channel }**
   *[other] **Newsdesk не хватает { $count } права в #{ $channel }**
}
permissions-item = - {"**"}{ $permission }**: { $why }
permissions-why = { $permission ->
    [view_channel] чтобы видеть канал
    [send_messages] чтобы публиковать дайджесты, уведомления, карточки и ответы на упоминания
    [send_messages_in_threads] чтобы отвечать в ветках
    [create_public_threads] чтобы создавать ветки для обсуждений и дайджестов
    [attach_files] чтобы прикреплять графики, выгрузки и списки отклонённых строк
   *[read_message_history] чтобы находить свои сообщения и ничего не публиковать дважды
}
permissions-what-to-do = Откройте настройки канала, раздел «Права доступа», и разрешите это роли Newsdesk.
permissions-no-channel = На сервере { $server } нет текстового канала, в который Newsdesk мог бы писать. Создайте его и проверьте снова.
settings-role-placeholder = Роль модератора
settings-digest-placeholder = Канал для новых дайджестов
settings-notices-placeholder = Канал для сообщений модераторам
settings-languages-placeholder = Языки статей в дайджестах: любые
settings-language-placeholder = Язык публикаций: как у сервера
settings-switch-shared = { $to ->
    [on] Включить общий архив
   *[off] Выключить общий архив
}
settings-switch-adult = { $to ->
    [on] Показывать статьи 18+
   *[off] Скрыть статьи 18+
}
settings-switch-names = { $to ->
    [on] Скрыть имена
   *[off] Показывать имена
}
settings-zone = Часовой пояс…
settings-zone-title = Часовой пояс дайджестов
settings-zone-label = Регион/город, например Europe/Berlin
settings-export = Экспорт

### Settings as a file

settings-exported = **Файл настроек:** настройки этого сервера, дайджестов: { $digests }, подписок каналов: { $follows }. Личные подписки участников в него не входят.
settings-import = ### Импортировать эти настройки?
settings-imported = **Настройки импортированы.**
settings-not-imported = Импорт отменён. Ничего не изменилось.
settings-import-nothing = Всё из этого файла здесь уже настроено.
settings-import-confirm = Импортировать
settings-import-digests = { $count ->
    [one] { $count } новый дайджест
    [few] { $count } новых дайджеста
    [many] { $count } новых дайджестов
   *[other] { $count } нового дайджеста
}
settings-import-follows = { $count ->
    [one] { $count } новая подписка
    [few] { $count } новые подписки
    [many] { $count } новых подписок
   *[other] { $count } новой подписки
}
settings-import-already = Из его дайджестов и подписок здесь уже есть: { $count }.
settings-import-left-out = Не войдёт: { $count }. Здесь нет нужного канала или статьи, у вас или Newsdesk нет прав писать туда, или имена скрыты.
settings-state = { $state ->
    [on] вкл.
   *[off] выкл.
}
settings-none = нет
settings-field-moderator-role = Роль модератора
settings-field-shared-archive = Общий архив
settings-field-zone = Часовой пояс
settings-field-moderator-channel = Канал для сообщений модераторам
settings-field-digest-channel = Канал для новых дайджестов
settings-field-languages = Языки статей в дайджестах
settings-field-leave-out = Что исключается
settings-field-language = Язык публикаций
settings-field-adult = Статьи 18+
settings-field-pseudonyms = Скрытые имена
settings-field-follow-cap = Сообщений по подпискам в день
settings-places-where = { $rule ->
    [nowhere] **Участники пока не могут публиковать через Newsdesk** ни в одном канале. Выберите каналы ниже.
    [only] **Участники могут публиковать через Newsdesk** только здесь: { $channels }.
    [except] **Участники могут публиковать через Newsdesk** везде, кроме: { $channels }.
   *[everywhere] **Участники могут публиковать через Newsdesk** во всех каналах.
}
settings-mentions = { $state ->
    [on] **На упоминания** Newsdesk там отвечает.
   *[off] **На упоминания** Newsdesk не отвечает.
}
settings-places = Каналы…
settings-places-title = ### Где участники могут публиковать через Newsdesk
settings-places-note = Это касается карточек, которыми делятся, веток обсуждений и ответов на упоминания. Для ветки действует правило её канала. В других местах команды отвечают лично. Дайджесты и подписки выходят в каналах, выбранных для них.
settings-places-rule = { $rule ->
    [only] Только эти каналы
    [except] Все каналы, кроме этих
   *[everywhere] Все каналы
}
settings-places-placeholder = Каналы и категории
settings-places-back = Назад к настройкам
settings-switch-mentions = { $to ->
    [on] Отвечать на упоминания
   *[off] Не отвечать на упоминания
}
settings-field-posting-rule = Где участники могут публиковать
settings-field-posting-channels = Каналы этого правила
settings-field-answers-mentions = Ответы на упоминания

## Privacy

privacy-question = **Забыть автора { $name }?**
privacy-found = Здесь: { $what } в { $threads ->
    [one] { $threads } обсуждении
    [few] { $threads } обсуждениях
    [many] { $threads } обсуждениях
   *[other] { $threads } обсуждениях
}.
privacy-found-nothing = Под этим именем здесь никто ничего не писал и не публиковал.
privacy-found-part = Архив слишком велик, чтобы сразу всё подсчитать: может найтись ещё.
privacy-nearest = Похожие имена здесь: { $names }.
privacy-effect =
    Тексты его статей и комментариев будут стёрты, а имя убрано отовсюду. Ответы останутся, под «[deleted]». Ничего из этого не вернут ни новые загрузки, ни откаты.
    {"**"}Отменить это нельзя.**
privacy-limits = Newsdesk исправит и свои публикации с цитатами этого автора, где позволит Discord. Это не затронет общий архив (его меняет только владелец бота) и то, что об авторе написали другие.
privacy-confirm = Забыть навсегда
privacy-keep-out = Не загружать впредь
privacy-erasing = **Забываем автора { $name }…** В большом архиве это займёт некоторое время.
privacy-erased = **Автор { $name } забыт.** По запросу: { $by }.
privacy-erased-counts = Стёрто комментариев: { $comments }, статей: { $articles }.
privacy-erased-nothing = Под этим именем здесь ничего не было. Новые загрузки будут его пропускать.
privacy-erased-limits = Новые загрузки ничего не вернут. Копии и цитаты, которые участники сделали сами, остаются.

## The audit list: who did what, and when

audit-title = { $count ->
    [one] **Журнал** · { $count } запись, сначала новые
    [few] **Журнал** · { $count } записи, сначала новые
    [many] **Журнал** · { $count } записей, сначала новые
   *[other] **Журнал** · { $count } записи, сначала новые
}
audit-none = Пока пусто. Здесь видны загрузки и их откаты, забытые авторы, выгрузки, изменения настроек, дайджестов и фильтров подписок каналов.
audit-note = Записи хранятся год. Имена забытых авторов не сохраняются.
audit-load = { $state ->
    [done] Загрузка { $load }: { $name }
    [cancelled] Загрузка { $load }: { $name }, отменена
   *[failed] Загрузка { $load }: { $name }, не удалась
}
audit-load-paused = Загрузка { $load } приостановлена
audit-load-resumed = Загрузка { $load } возобновлена
audit-undo = Откат загрузки { $load }
audit-forget = Забыт автор
audit-purge = Владелец бота удалил часть архива
audit-request-declined = Просьба о забвении отклонена
audit-export = { $what ->
    [thread] Обсуждение выгружено в { $format }
    [search] Поиск выгружен в { $format }
   *[archive] Архив выгружен в { $format }
}
audit-setting = { $setting }: { $old } → { $new }
audit-digest = { $what ->
    [created] Дайджест { $digest } создан
    [edited] Дайджест { $digest } изменён
    [paused] Дайджест { $digest } приостановлен
    [resumed] Дайджест { $digest } возобновлён
    [deleted] Дайджест { $digest } удалён
   *[run] Дайджест { $digest } опубликован вне расписания
}
audit-follow-filters = Фильтры подписки { $follow } в { $channel }: { $old } → { $new }
privacy-backups = В прежних резервных копиях всё это ещё есть.
privacy-backup = { $name } ({ $day })
privacy-backups-known = Всё это ещё есть в прежних резервных копиях, пока владелец бота их не удалит: { $backups }.

## What is stored about a member (/privacy mine)

mine-title = **Что Newsdesk хранит о вас**
mine-nothing = Под вашим ID в Discord ничего не хранится.
mine-authors = Это о вашей учётной записи Discord. Чтобы убрать статьи и комментарии, которые вы написали в другом месте: { $request }.
mine-follows = { $count ->
    [one] { $count } подписка в личных сообщениях
    [few] { $count } подписки в личных сообщениях
    [many] { $count } подписок в личных сообщениях
   *[other] { $count } подписки в личных сообщениях
}
mine-own-digests = { $count ->
    [one] { $count } дайджест в личных сообщениях
    [few] { $count } дайджеста в личных сообщениях
    [many] { $count } дайджестов в личных сообщениях
   *[other] { $count } дайджеста в личных сообщениях
}
mine-channel-follows = { $count ->
    [one] { $count } подписка, созданная вами для канала
    [few] { $count } подписки, созданные вами для каналов
    [many] { $count } подписок, созданных вами для каналов
   *[other] { $count } подписки, созданной вами для каналов
}
mine-digests = { $count ->
    [one] { $count } дайджест, созданный вами
    [few] { $count } дайджеста, созданных вами
    [many] { $count } дайджестов, созданных вами
   *[other] { $count } дайджеста, созданного вами
}
mine-shared = { $count ->
    [one] { $count } карточка, которой вы поделились
    [few] { $count } карточки, которыми вы поделились
    [many] { $count } карточек, которыми вы поделились
   *[other] { $count } карточки, которыми вы поделились
}
mine-messages = { $count ->
    [one] Запись о { $count } сообщении, отправленном вам
    [few] Записи о { $count } сообщениях, отправленных вам
    [many] Записи о { $count } сообщениях, отправленных вам
   *[other] Записи о { $count } сообщения, отправленного вам
}
mine-visits = { $count ->
    [one] Когда вы в последний раз пользовались ботом, на { $count } сервере
    [few] Когда вы в последний раз пользовались ботом, на { $count } серверах
    [many] Когда вы в последний раз пользовались ботом, на { $count } серверах
   *[other] Когда вы в последний раз пользовались ботом, на { $count } сервера
}
mine-searches = { $count ->
    [one] { $count } сохранённый запрос
    [few] { $count } сохранённых запроса
    [many] { $count } сохранённых запросов
   *[other] { $count } сохранённого запроса
}
mine-requests = { $count ->
    [one] { $count } просьба о забвении
    [few] { $count } просьбы о забвении
    [many] { $count } просьб о забвении
   *[other] { $count } просьбы о забвении
}
mine-tokens = Сколько вы сегодня пользовались языковой моделью, до полуночи UTC
mine-audit = { $count ->
    [one] { $count } запись в журнале модераторов, на год
    [few] { $count } записи в журнале модераторов, на год
    [many] { $count } записей в журнале модераторов, на год
   *[other] { $count } записи в журнале модераторов, на год
}
mine-loads = { $count ->
    [one] Ваше имя в отчёте о { $count } загрузке
    [few] Ваше имя в отчётах о { $count } загрузках
    [many] Ваше имя в отчётах о { $count } загрузках
   *[other] Ваше имя в отчётах о { $count } загрузки
}
mine-kept = Вопросы и поиски не хранятся под вашим именем. Отчёты, просьбы, счётчики токенов и журнал здесь удалить нельзя.
mine-delete = Удалить
mine-question = **Удалить то, что Newsdesk хранит о вас?**
mine-effect = Будут удалены ваши подписки, личные дайджесты, сохранённые поиски, ваши последние посещения и записи об отправленных вам сообщениях: исправить их станет нельзя. Дайджесты, подписки каналов и карточки, которыми вы поделились, останутся без вашего имени.
mine-confirm = Удалить навсегда
mine-deleted = **Ваши данные удалены.** В резервных копиях они останутся, пока не удалят и копии.

## The privacy policy

policy-title = ### Политика конфиденциальности
policy-text =
    Newsdesk хранит статьи и комментарии, которые загружают модераторы и владелец бота, с именами авторов, как они опубликованы. Архив сервера виден только на этом сервере. Общий архив виден на всех серверах, где его не отключили.
    Хранятся и настройки, дайджесты и подписки каждого сервера с ID в Discord и именем того, кто их создал; ID собственных сообщений бота, чтобы исправлять или удалять их; и время последнего обращения каждого участника на сервере.
    Бот читает только сообщения, где его упоминают, отвечают ему или пишут лично. Данные не продаются, не служат рекламе и обучению моделей.
policy-no-log = Вопросы не хранятся.
policy-log = Владелец бота хранит вопросы, без имени и ID того, кто спрашивает.
policy-model = Вопросы и найденные цитаты отправляются языковой модели, без имён участников и комментаторов.
policy-retention = **Сроки**: записи о публикациях — { $posts } дн., посещения — { $visits } дн., журнал модераторов — { $audit } дн. Архивы и настройки остаются, пока их не удалят модераторы или владелец бота.
policy-purged = { $days ->
    [one] **Если сервер удаляет бота**, его архив и настройки навсегда удаляются через { $days } день.
    [few] **Если сервер удаляет бота**, его архив и настройки навсегда удаляются через { $days } дня.
    [many] **Если сервер удаляет бота**, его архив и настройки навсегда удаляются через { $days } дней.
   *[other] **Если сервер удаляет бота**, его архив и настройки навсегда удаляются через { $days } дня.
}
policy-stays = **Если сервер удаляет бота**, его данные остаются, пока их не удалит владелец бота.
policy-contact = **Связь**: { $contact }
policy-no-contact = **Связь**: владелец бота не указал контакт. Спросите модераторов этого сервера.
policy-commands = { $mine } показывает и удаляет то, что о вас хранится. { $request } — просьба забыть вас как автора.

## Requests to be forgotten

request-sent = **Ваша просьба у модераторов.** Они решат, убрать ли из архива этого сервера всё, что написал автор { $name }, и могут попросить подтвердить, что это вы. О решении вы узнаете в личном сообщении, если их принимаете.
request-shared = Речь о собственном архиве этого сервера. Общий архив принадлежит владельцу бота.
request-shared-contact = Речь о собственном архиве этого сервера. Об общем архиве спросите владельца бота: { $contact }
request-none = Нерассмотренных просьб нет.
request-more = { $count ->
    [one] Ждёт ещё { $count } просьба.
    [few] Ждут ещё { $count } просьбы.
    [many] Ждут ещё { $count } просьб.
   *[other] Ждут ещё { $count } просьбы.
}
request-card = **Просьба о забвении**
    { $member } просит убрать из архива этого сервера всё, что написал автор **{ $name }**.
request-check = Сначала убедитесь, что это тот самый автор: например, пусть напишет с той же учётной записи.
request-grant = Забыть навсегда
request-decline = Отклонить
request-decided = { $what ->
    [granted] **Просьба удовлетворена**: { $by }. Автор, которого назвал участник { $member }, забыт.
   *[declined] **Просьба отклонена**: { $by }. Для участника { $member } ничего не изменилось.
}
request-answer = { $what ->
    [granted] Модераторы сервера { $server } удовлетворили вашу просьбу: названный автор забыт в их архиве.
   *[declined] Модераторы сервера { $server } отклонили вашу просьбу о забвении. Можно спросить у них почему.
}
request-owner = На сервере { $server } просят забыть автора. Примите решение там: { $command }. Чтобы получать такие просьбы в канале, выберите канал для модераторов в настройках.

## Command line: help

cli-about = Newsdesk — это архив новостных статей и их обсуждений, в котором можно искать.
cli-audit = Показать, кто что загрузил, откатил, забыл или изменил
cli-audit-about = Только действия этого вида
cli-audit-offset = Пропустить столько записей
cli-export = Выгрузить обсуждение, поиск или архив
cli-export-loads-again = NDJSON загружается снова без потерь. Выгрузка идёт в стандартный вывод или в --output.
cli-export-thread = только эту статью с комментариями, по ID или заголовку
cli-export-search = только обсуждения этого поиска, не больше 500
cli-export-format = markdown, csv или ndjson, который можно загрузить снова (по умолчанию)
cli-export-output = файл для записи
cli-exit-codes = Коды выхода: 0 — готово, 1 — не найдено, 2 — ошибка во вводе, 69 — Discord недоступен. Пустой список — это 0.
cli-usage = использование:
cli-heading-commands = команды
cli-heading-arguments = аргументы
cli-heading-options = параметры
cli-help = Показать эту справку
cli-version = Показать версию
cli-data = Папка баз данных (по умолчанию NEWSDESK_DATA, иначе «data»)
cli-guild = Архив этого сервера Discord, а не общий
cli-json = Вывести один объект JSON, для программ

cli-article-id = Номер статьи, её ключ (t3_…) или заголовок
cli-source = Только этот сайт, например courier.example
cli-after = С этой даты, например 2024-03-12
cli-before = До этой даты
cli-limit = Показать не больше этого (по умолчанию { $default })

cli-article = Показать статью и её комментарии
cli-article-comments = Показать не больше стольких комментариев, начиная с новых (по умолчанию все)
cli-article-newest = Показать комментарии начиная с новых, без отступов у ответов
cli-ask = Задать вопрос и получить ответ цитатами из архива
cli-ask-question = Ваш вопрос своими словами
cli-ask-article = Спросить только об этой статье и её комментариях
cli-ask-exit-code = Если ответа в архиве нет, код выхода — 1.
cli-backup = Создать резервную копию и проверить её; бота останавливать не нужно
cli-backup-target = Папка для резервной копии
cli-restore = Восстановить резервную копию; нынешние файлы останутся рядом
cli-restore-folder = Папка с резервной копией
cli-check = Проверить базы данных и сказать, как исправить найденное
cli-check-repair = Построить повреждённый поисковый индекс заново
cli-comments = Показать, что пишут о статье
cli-comments-list = Показать вместо этого список комментариев
cli-comments-order = Как сортировать список (по умолчанию thread)
cli-comments-hide-bots = Скрыть комментарии ботов
cli-comments-one-thread = Показать только обсуждение этой статьи, а не весь сюжет
cli-comments-timeline = Показать их: newsdesk timeline { $id }
cli-comments-replies = Показать только ответы на этот комментарий
cli-comments-offset = Пропустить столько комментариев
cli-deliveries = Показать, вышли ли дайджесты по расписанию
cli-deliveries-schedule = Только этот дайджест
cli-follows = Показать подписки каналов и участников
cli-follows-remove = Удалить эту подписку
cli-forget = Навсегда убрать имя автора и всё, что он написал
cli-forget-everywhere = Без --guild это касается всех архивов.
cli-forget-what = Что забыть
cli-forget-name = Имя автора; регистр не важен
cli-forget-dry-run = Показать, что будет удалено, ничего не удаляя
cli-forget-keep-out = Забыть это имя, даже если в архиве от него ничего нет
cli-purge = Навсегда удалить статьи с комментариями: по возрасту, источнику или сабреддиту
cli-purge-permanent = С --guild — в архиве этого сервера, иначе в общем. Отменить это нельзя: сначала сделайте резервную копию.
cli-purge-subreddit = Только этот сабреддит
cli-purge-all = Весь архив вместе со списком загрузок
cli-purge-dry-run = Показать, что будет удалено, ничего не удаляя
cli-load = Загрузить статьи и комментарии из файлов
cli-load-path = Файлы и папки для загрузки, можно в .zip, .tar, .gz, .xz, .zst
cli-load-resume = Возобновить эту загрузку или последнюю остановленную либо неудавшуюся
cli-load-name = Имя загрузки (по умолчанию имя первого файла)
cli-load-dry-run = Показать, что загрузится, но не загружать
cli-load-subreddit = Только этот сабреддит; можно повторять
cli-load-min-score = Только с рейтингом не ниже этого
cli-load-min-length = Только комментарии не короче этого числа символов
cli-load-over-18 = Включить записи с пометкой 18+
cli-load-filters = Фильтры действуют на каждую статью и каждый комментарий. У страниц статей нет ни сабреддита, ни рейтинга.
cli-loads = Показать последние загрузки
cli-loads-rejected = Вывести всё, что отклонила эта загрузка, по одному объекту JSON в строке
cli-mcp = Дать программам ИИ читать архив по MCP
cli-related = Найти статьи на ту же тему
cli-timeline = Хроника события и все его обсуждения
cli-run = Запустить бота (нужен DISCORD_TOKEN)
cli-run-shards = работать как один из нескольких процессов: его шарды, например 0-3/16, или auto — равная доля тех, что рекомендует Discord
cli-schedules = Показать дайджесты по расписанию
cli-search = Искать в статьях и комментариях
cli-search-query = Слова, "точная фраза", -без, одно OR другое, начал*
cli-search-in = Где искать (по умолчанию везде)
cli-search-author = Только статьи и комментарии этого автора
cli-search-order = Как сортировать результаты (по умолчанию relevance)
cli-search-offset = Пропустить столько результатов
cli-browse = Смотреть архив по источнику, сабреддиту, метке, дню или месяцу
cli-browse-by = По чему; без этого показываются новые статьи
cli-browse-value = Только статьи с этим источником, сабреддитом, меткой, днём (2024-03-12) или месяцем (2024-03)
cli-stats-by = Сосчитать обсуждения по месяцам, источникам или сабреддитам
cli-trend = Показать, сколько текстов подходит под запрос со временем
cli-stats = Показать, что есть в архиве
cli-status = Показать состояние бота, загрузок и публикаций
cli-status-running = показать только, есть ли связь с Discord; если нет, код выхода 1
cli-summary = Показать главные предложения статьи
cli-try = Попробовать бота в браузере, без Discord
cli-try-port = Порт локальной страницы (по умолчанию любой свободный)
cli-try-data = Хранить архив в этой папке (по умолчанию не хранится ничего)
cli-undo = Откатить загрузку
cli-undo-load = Номер загрузки

## Command line: mistakes in what was typed

cli-mistake-in = { $argument_name }: { $message }
cli-mistake-missing = Не хватает: { $value }
cli-mistake-missing-one = Укажите одно из этого: { $value }
cli-mistake-unknown = Не распознано: { $value }
cli-mistake-conflict = Нельзя сочетать с { $value }
cli-mistake-unwanted-value = Значение здесь не нужно, а указано { $value }
cli-mistake-no-value = Нужно значение
cli-mistake-ambiguous = { $option } может означать { $matches }
cli-mistake-choice = { $value } — не из списка: { $choices }
cli-mistake-example = Введите так: { $example }
cli-not-an-author = «{ $text }» — не имя автора
cli-not-a-server = «{ $text }» — не идентификатор сервера Discord
cli-not-shards = «{ $text }» — не auto и не шарды вида 0-3/16
cli-not-a-number = «{ $text }» — не целое число от { $minimum } до { $maximum }

## Command line: what it prints

cli-undated = без даты
cli-by = { $name }, { $time }
cli-posted-by = опубликовано: { $author }
cli-commenter = комментатор { $author }
cli-headline = заголовок
cli-article-number = статья { $id }
cli-comment-number = комментарий { $id }
cli-digest-number = дайджест { $id }
cli-server = сервер { $id }
cli-channel = канал { $id }
cli-member = участник { $id }

cli-search-found = { $count ->
    [one] { $count } обсуждение по запросу { $query }
    [few] { $count } обсуждения по запросу { $query }
    [many] { $count } обсуждений по запросу { $query }
   *[other] { $count } обсуждения по запросу { $query }
}
cli-search-more = Больше { $count } обсуждений по запросу { $query }
cli-search-respelt = По запросу { $query } ничего нет. { $count ->
    [one] Показано { $count } обсуждение по запросу { $instead }
    [few] Показаны { $count } обсуждения по запросу { $instead }
    [many] Показано { $count } обсуждений по запросу { $instead }
   *[other] Показано { $count } обсуждения по запросу { $instead }
}
cli-summary-sentences = { $shown } из { $count ->
    [one] { $count } предложения
    [few] { $count } предложений
    [many] { $count } предложений
   *[other] { $count } предложения
}

cli-ask-differs = Другой источник утверждает иное
cli-ask-supporters = { $count } из { $read ->
    [one] { $read } комментария
    [few] { $read } комментариев
    [many] { $read } комментариев
   *[other] { $read } комментария
}

cli-digest-disputed-figures = { $count ->
    [1] Один комментатор спорит со статьёй: { $theirs }, а не { $ours }
    [one] { $count } комментатор спорит со статьёй: { $theirs }, а не { $ours }
    [few] { $count } комментатора спорят со статьёй: { $theirs }, а не { $ours }
    [many] { $count } комментаторов спорят со статьёй: { $theirs }, а не { $ours }
   *[other] { $count } комментатора спорят со статьёй: { $theirs }, а не { $ours }
}
cli-digest-busiest = Пик обсуждения ({ $span } с { $time }): { $count ->
    [one] { $count } комментарий
    [few] { $count } комментария
    [many] { $count } комментариев
   *[other] { $count } комментария
}

cli-loading = Загрузка
cli-load-waiting = Ждём конца другой загрузки
cli-load-ended = { $state ->
    [done] Загружено: { $name } за { $duration }
    [cancelled] Отменено: { $name } через { $duration }
    [paused] Остановлено: { $name } через { $duration }
   *[failed] Загружено не всё: { $name }, остановка через { $duration }
}
cli-load-preview = Загрузилось бы: { $articles ->
    [one] { $articles } статья
    [few] { $articles } статьи
    [many] { $articles } статей
   *[other] { $articles } статьи
}, { $comments ->
    [one] { $comments } комментарий
    [few] { $comments } комментария
    [many] { $comments } комментариев
   *[other] { $comments } комментария
}
cli-load-not-written = Ничего не загружено. Чтобы загрузить, запустите команду без --dry-run.
cli-load-rejected = Отклонено { $count }:
cli-load-more-rejected = и ещё { $count }
cli-load-rejects-file = Полный список: { $path }
cli-load-rejects-command = newsdesk loads --rejected { $load }
cli-load-resume-hint = Продолжить: newsdesk load --resume { $load }
cli-load-undo-hint = Откатить: newsdesk undo { $load }
cli-loads-none = Пока ничего не загружено. Начните с команды: newsdesk load FILE
cli-forget-done = Стёрто статей: { $articles }, комментариев: { $comments }. Имя автора убрано отовсюду. Новая загрузка дампа ничего не вернёт.
cli-forget-nothing = От этого автора ничего не нашлось. Новые загрузки будут его пропускать.
cli-forget-unknown = Ничего не изменено. Если это имя не было забыто раньше, новые загрузки могут его принести; чтобы этого не случилось, добавьте --keep-out.

cli-schedules-none = Дайджестов по расписанию нет. Модераторы создают их в Discord: /digest create.
cli-next = следующий выпуск { $time }
cli-deliveries-none = Ни один дайджест ещё не выходил. Что в расписании: newsdesk schedules
cli-follows-none = Подписок пока нет. Участники добавляют их в Discord: /follow add.
cli-audit-none = Записей пока нет.
cli-export-done = Выгружено в { $path }: статей { $articles }, комментариев { $comments }.
cli-audit-shared = общий архив
cli-follows-removed = Подписка { $id } удалена: { $what }.

cli-stats-articles = { $articles ->
    [one] { $articles } статья
    [few] { $articles } статьи
    [many] { $articles } статей
   *[other] { $articles } статьи
} с { $sources ->
    [one] { $sources } сайта
    [few] { $sources } сайтов
    [many] { $sources } сайтов
   *[other] { $sources } сайта
}
cli-stats-size = { $size } на диске
cli-transfer = перенести архив в другую базу данных
cli-transfer-to = адрес базы данных PostgreSQL или папка для SQLite
cli-transfer-copying = Копируется { $table }: строк { $done } из { $total }
cli-transfer-comparing = Сверяется { $table }: строк { $done } из { $total }
cli-transfer-stopped = Остановлено. Чтобы продолжить, выполните ту же команду ещё раз.
cli-transferred =
    { $rows ->
        [one] Скопирована и сверена { $rows } строка.
        [few] Скопированы и сверены { $rows } строки.
        [many] Скопировано и сверено { $rows } строк.
       *[other] Скопировано и сверено { $rows } строки.
    }
cli-transferred-url = Укажите этот адрес в DATABASE_URL и запустите бота. Прежняя база данных не изменилась.
cli-transferred-folder = Оставьте DATABASE_URL пустым, укажите { $folder } в NEWSDESK_DATA и запустите бота. Прежняя база данных не изменилась.
cli-backup-restore = Проверено. Чтобы восстановить копию, остановите бота и выполните: newsdesk restore { $folder }
cli-restored = Копия из { $folder } восстановлена.
cli-restored-check = Тексты целы, но есть другая неполадка. Команда newsdesk check подскажет, что делать.
cli-restored-aside = Прежние файлы лежат в { $folder }. Удалите их, когда убедитесь, что всё в порядке.
cli-upgrade-backup = Резервная копия перед обновлением ({ $size }): { $part }
cli-upgrade-running = Обновляется { $file }, прошло { $duration }.
cli-upgrade-done = Файл { $file } обновлён, это заняло { $duration }. Чтобы вернуться, выполните newsdesk restore { $backup } и запустите прежнюю версию.
cli-check-ok = OK
cli-check-broken = ошибка

## Command line: what "newsdesk check" finds: what was checked, the result, and what to do

check-pages = { $file }: страницы
check-pages-good = целы
check-schema = { $file }: таблицы
check-schema-good = в порядке
check-schema-bad = не хватает или не так: { $names }
check-references = { $file }: ссылки
check-references-good = в порядке
check-references-bad = { $count ->
    [one] { $count } ссылка ведёт в никуда
    [few] { $count } ссылки ведут в никуда
    [many] { $count } ссылок ведут в никуда
   *[other] { $count } ссылки ведут в никуда
}
check-counts-good = верно
check-comment-counts = { $file }: число комментариев
check-comment-counts-bad = { $count ->
    [one] у { $count } статьи неверное число комментариев
    [few] у { $count } статей неверное число комментариев
    [many] у { $count } статей неверное число комментариев
   *[other] у { $count } статьи неверное число комментариев
}
check-receipts = { $file }: отчёты
check-receipts-bad = { $count ->
    [one] в { $count } отчёте указаны комментарии, которых нет
    [few] в { $count } отчётах указаны комментарии, которых нет
    [many] в { $count } отчётах указаны комментарии, которых нет
   *[other] в { $count } отчёта указаны комментарии, которых нет
}
check-totals = { $file }: итоги
check-totals-bad = { $count ->
    [one] { $count } отчёт не сходится с числом своих комментариев
    [few] { $count } отчёта не сходятся с числом своих комментариев
    [many] { $count } отчётов не сходятся с числом своих комментариев
   *[other] { $count } отчёта не сходятся с числом своих комментариев
}
check-numbers = { $file }: идентификаторы
check-numbers-bad = { $count ->
    [one] { $count } архив использовал бы идентификатор дважды
    [few] { $count } архива использовали бы идентификатор дважды
    [many] { $count } архивов использовали бы идентификатор дважды
   *[other] { $count } архива использовали бы идентификатор дважды
}
check-undos = { $file }: откаты загрузок
check-undos-good = доведены до конца
check-undos-bad = не доведены до конца: { $loads }
check-undos-advice = Если откат сейчас не идёт, запустите его ещё раз.
check-statistics = { $file }: статистика поиска
check-statistics-good = в порядке
check-statistics-bad = последнее обновление не удалось: { $parts }
check-statistics-advice = Поиск работает, но опечатки и формы слов могут не учитываться. Причина — в журнале. После обновления Newsdesk статистику обновит следующая загрузка.
check-indexes = { $file }: поисковый индекс
check-index = { $file }: поисковый индекс { $table }
check-index-good = соответствует текстам
check-index-bad = не соответствует текстам
check-index-rebuilt = не соответствовал текстам; построен заново
check-index-advice = Построить заново: newsdesk check --repair
check-index-skipped = не проверен
check-index-room = Освободите { $size } на диске с папкой данных и повторите проверку.
check-not-created = ещё не создан
check-not-ours = не база данных Newsdesk
check-newer = создан более новой версией Newsdesk
check-upgrade = Обновите Newsdesk.
check-damaged = повреждён
check-unreadable = не читается
check-disk = Проверьте диск и права на папку.
check-restore = Остановите бота, восстановите последнюю резервную копию командой newsdesk restore и повторите проверку.

## Configuration: settings that are wrong, as the command line shows them

config-problem = { $name }: { $problem }
config-token-missing = Нет DISCORD_TOKEN. Создайте приложение в Discord Developer Portal, скопируйте токен со страницы «Bot» (все три привилегированных интента оставьте выключенными) и задайте DISCORD_TOKEN в .env или в переменных окружения. При следующем запуске появится ссылка-приглашение.
config-token-with-bot = Уберите слово «Bot» и оставьте только токен.
config-no-token = Это не токен бота. Токен — три части через точку, без пробелов.
config-not-a-folder = «{ $path }» — не папка.
config-no-such-folder = Папки «{ $path }» нет.
config-time = «{ $text }» — не время суток. Напишите его так: 03:00.
config-no-file = «{ $path }» не может быть файлом. Выберите имя файла в существующей папке.
config-no-policy = «{ $path }» не читается как текст. Укажите текстовый файл в UTF-8.
config-long-policy = «{ $path }»: слишком длинный текст. Не больше { $most } символов.
config-long-contact = Слишком длинно. Не больше { $most } символов.
config-one-of = «{ $text }» не подходит. Допустимо: { $choices }.
config-some-of = «{ $text }» не подходит. Допустимо одно или несколько: { $choices }.
config-number = «{ $text }» не подходит. Нужно целое число от { $minimum } до { $maximum }.
config-vectors = «{ $text }» не подходит. Нужно shipped, off, папка или имя на хабе, например somebody/model.
config-vectors-need-extra = Для этого нужен model2vec. Установите newsdesk[model2vec] или задайте shipped или off.
config-no-address = Это не веб-адрес. Нужен такой: http://localhost:8080/v1.
config-no-database = Это не адрес базы данных PostgreSQL. Нужен такой: postgresql://user:password@host/newsdesk, а особые символы пароля пишутся как %40.
config-database-needs-extra = Для этого нужен psycopg. Установите newsdesk[postgres] или оставьте параметр пустым.
config-address-with-key = Оставьте только адрес. Ключу место в LLM_API_KEY.
config-no-key = Это не ключ. В ключе нет ни пробелов, ни букв с диакритикой.
config-alert = Это не адрес вебхука и не ID пользователя.
config-half-a-model = Не хватает { $missing }: без него { $given } не работает.
config-misspelt = Настройки { $name } нет. Возможно, вы имели в виду { $near }?
config-env-file = Не удаётся прочитать .env: { $reason }

## Loads

load-starting = **Загрузка** { $name } · читаем файл…
load-queued = **В очереди** { $name } · начнётся сама после текущей загрузки
load-running = **Загрузка** { $name }
load-left = осталось { $duration }
load-comments-of = { $count } из примерно { $total } комментариев
load-rate = { $count }/с
load-read = прочитано { $done }
load-read-of = прочитано { $done } из { $total }
load-rejected = отклонено: { $count }
load-rejected-attached = отклонено: { $count } (список во вложении)
load-left-out = { $reason ->
    [subreddit] пропущено из других сабреддитов: { $count } ({ $option })
    [after] пропущено более ранних: { $count } ({ $option })
    [before] пропущено более поздних: { $count } ({ $option })
    [min_score] пропущено из-за рейтинга: { $count } ({ $option })
    [min_length] пропущено слишком коротких: { $count } ({ $option })
   *[over_18] пропущено материалов 18+: { $count } (загрузить их: { $option })
}
load-left-out-uncounted = пропущено: { $count } (18+ или фильтры)

load-receipt = { $state ->
    [done] **Загружено:** { $name } за { $duration }
    [cancelled] **Отменено:** { $name } через { $duration }
    [paused] **Приостановлено:** { $name } через { $duration }
    [failed] **Не удалось:** { $name } через { $duration }
    [undone] **Откат выполнен:** { $name }
    [undoing] **Откат не закончен:** { $name }
   *[running] **Загружается:** { $name }
}
load-new-articles = { $count ->
    [0] Новых статей нет
    [one] { $count } новая статья
    [few] { $count } новые статьи
    [many] { $count } новых статей
   *[other] { $count } новой статьи
}
load-new-comments = { $count ->
    [0] Новых комментариев нет
    [one] { $count } новый комментарий
    [few] { $count } новых комментария
    [many] { $count } новых комментариев
   *[other] { $count } нового комментария
}
load-updated = обновлено: { $count }
load-unchanged = без изменений: { $count }
load-older = старше сохранённой версии: { $count }
load-waiting = Комментариев, которые ждут своей статьи и пока не видны: { $count }. Они появятся, когда будут загружены статьи (в дампах Reddit: публикации, RS_…).
load-missing = Известно комментариев, которых нет в архиве: { $count }. Возможно, они за «показать ещё» или в незагруженных файлах.
load-books = { $kind ->
    [articles] Прочитано статей: { $read } ({ $parts })
   *[comments] Прочитано комментариев: { $read } ({ $parts })
}
load-books-part = { $what ->
    [new] новых: { $count }
    [updated] обновлено: { $count }
    [unchanged] без изменений: { $count }
    [older] более старых: { $count }
    [waiting] ждут статьи: { $count }
    [rejected] отклонено: { $count }
   *[left_out] пропущено: { $count }
}
load-unaccounted = Прочитано, но нигде не учтено: { $count }. Это ошибка Newsdesk, сообщите о ней.
load-nothing = Ничего не загружено.
load-nothing-new = Нового нет. Уже в архиве: { $what }.
load-number = Загрузка { $load }
load-by = запуск: { $who }
load-rejects-cut = Вложенный файл — начало полного, который занимает { $size }. Весь он у владельца бота в папке данных: rejects/{ $load }.ndjson.
load-pausing = Приостанавливаем загрузку { $load }. Чуть позже её можно будет возобновить.
load-cancelling = Отменяем загрузку { $load }. Отчёт появится чуть позже.
load-never-started = Ничего не загружено.
load-interrupted = Newsdesk выключается. Когда он вернётся, загрузка продолжится сама.
load-out-of-sight = У Newsdesk нет прав писать здесь, поэтому через 15 минут это сообщение перестанет обновляться. Отчёт: { $command }.
load-direct = Откатить эту загрузку можно на сервере командой { $undo }.
load-ended = { $how ->
    [cancelled] **Отменено:** { $name }
    [interrupted] **Прервано:** { $name }
   *[failed] **Не удалось:** { $name }
}

load-would-load = **Проба:** { $name }
load-would-change = По сравнению с архивом:
export-done = { $count ->
    [one] **Выгружено** в { $format }, { $count } файл
    [few] **Выгружено** в { $format }, { $count } файла
    [many] **Выгружено** в { $format }, { $count } файлов
   *[other] **Выгружено** в { $format }, { $count } файла
}
export-points = { $count ->
    [one] { $count } балл
    [few] { $count } балла
    [many] { $count } баллов
   *[other] { $count } балла
}
export-running = **Выгрузка**
export-loads-again = Это можно снова загрузить, сюда или в другой архив: прикрепите файлы к /archive load.
export-by = опубликовал { $who }
load-dates = { $first } — { $last }
load-would-reject = будет отклонено: { $count }
load-room = Нужно до { $needed } на диске; свободно { $free }.
load-no-room = Не поместится на диск: нужно до { $needed }, свободно { $free }.
load-previewed = Ничего не загружено. Чтобы загрузить, повторите команду без параметра «проба».

load-undo = Откатить загрузку
load-undo-rest = Откатить остальное
load-undo-question = **Откатить загрузку { $load }?** { $name }
    Из архива уйдут { $articles ->
        [one] { $articles } статья
        [few] { $articles } статьи
        [many] { $articles } статей
       *[other] { $articles } статьи
    } и { $comments ->
        [one] { $comments } комментарий
        [few] { $comments } комментария
        [many] { $comments } комментариев
       *[other] { $comments } комментария
    }, а всё, что она изменила, вернётся к прежнему виду.
load-undoing = **Откатываем загрузку { $load }**
load-removing = Удаляем { $articles ->
    [one] { $articles } статью
    [few] { $articles } статьи
    [many] { $articles } статей
   *[other] { $articles } статьи
} и { $comments ->
    [one] { $comments } комментарий
    [few] { $comments } комментария
    [many] { $comments } комментариев
   *[other] { $comments } комментария
}.
load-undone = **Откат загрузки { $load } выполнен**
load-removed = Удалены { $articles ->
    [one] { $articles } статья
    [few] { $articles } статьи
    [many] { $articles } статей
   *[other] { $articles } статьи
} и { $comments ->
    [one] { $comments } комментарий
    [few] { $comments } комментария
    [many] { $comments } комментариев
   *[other] { $comments } комментария
}.
load-restored = { $count ->
    [one] Восстановлена { $count } прежняя версия.
    [few] Восстановлены { $count } прежние версии.
    [many] Восстановлено { $count } прежних версий.
   *[other] Восстановлено { $count } прежней версии.
}
load-undone-by = откат: { $who }

load-list = **Загрузки**, сначала новые
load-none = Загрузок пока нет. Добавьте статьи и комментарии: { $command }.
load-open = Открыть отчёт…
load-state = { $state ->
    [done] загружено
    [cancelled] отменено
    [paused] приостановлено
    [failed] не удалось
    [undone] откат выполнен
    [undoing] откат не закончен
   *[running] загружается
}
load-own-archive = **Архив этого сервера**
load-own-empty = Здесь пока пусто. Добавьте статьи и комментарии: { $command }.
load-shared-archive = **Общий архив** владельца бота
load-shared-empty = Здесь пока пусто. Пополнить его может только владелец бота.
load-sources = { $count ->
    [one] { $count } источник
    [few] { $count } источника
    [many] { $count } источников
   *[other] { $count } источника
}
load-loads = { $count ->
    [one] { $count } загрузка
    [few] { $count } загрузки
    [many] { $count } загрузок
   *[other] { $count } загрузки
}
load-help =
    ### Загрузка
    { -accepted-files } Прикрепите файл к { $load }, а большой возьмите из папки для дампов у владельца бота: его имя — в поле `путь`.
    {"**"}Параметры** сужают загрузку: `сабреддит`, `после`, `до` и `мин-рейтинг`. Материалы 18+ пропускаются, если не задать `материалы-18`. Параметр `проба` показывает, что загрузится.
    {"**"}Пока она идёт**, её можно приостановить или отменить. После перезапуска она продолжится сама. Строки, которые не читаются, попадут в отдельный файл с причиной; всё остальное загрузится. Повторная загрузка того же дампа добавит только новое.
    {"**"}Потом** { $undo } уберёт всё, что загрузка добавила.
    -# Чтобы стереть статьи и комментарии одного человека в архиве этого сервера, есть { $forget }.

load-problem-interrupted = Newsdesk остановился, пока шла эта загрузка. Возобновите её, и она продолжится с того же места.
load-problem-lost = Newsdesk остановился, пока шла эта загрузка. Загруженное осталось; его можно откатить.
load-problem-crashed = Эта загрузка трижды аварийно прервалась на одном и том же месте, поэтому сама она больше не продолжится. Всё, что она успела загрузить, осталось. Возобновите загрузку { $load }, чтобы попробовать ещё раз, или откатите её.
load-problem-damaged = { $where } повреждён или неполон. Замените его целой копией и возобновите загрузку { $load }.
load-problem-disk = { $where } не удалось прочитать до конца: { $problem }. Проверьте диск и возобновите загрузку { $load }.
load-problem-stalled = Рядом с { $where } целую минуту ничего не удавалось прочитать, поэтому загрузка остановлена. Всё, что она успела загрузить, осталось. Уберите эту часть файла и возобновите загрузку { $load }.
load-problem-unreadable = Файл не удалось прочитать до конца: { $problem }.
load-problem-fault = Что-то сломалось на нашей стороне ({ $fault }). Подробности в журнале у владельца бота.

## Rejected input: what is wrong with a file or line of a dump, and what to do

-accepted-files = Newsdesk читает страницы статей, сохранённые веб-страницы (HTML, MHTML, WARC), ленты (RSS, Atom), дампы Reddit, обсуждения с Hacker News, Lemmy и Discourse, а также статьи и комментарии в CSV или JSON, в том числе сжатые: .zip, .tar, .gz, .xz, .zst.
accepted-files = { -accepted-files }

rejected-empty = Файл пуст.
rejected-file-kind = { $kind ->
    [office] Это офисный документ или электронная книга. { -accepted-files }
    [pdf] Это PDF. { -accepted-files }
    [picture] Это изображение. { -accepted-files }
    [media] Это звук или видео. { -accepted-files }
    [database] Это база данных SQLite. Экспортируйте её таблицы в CSV.
    [parquet] Это таблица Parquet. Экспортируйте её в CSV или строки JSON.
    [seven-zip] Это архив 7-Zip. { -accepted-files }
    [rar] Это архив RAR. { -accepted-files }
    [program] Это программа. { -accepted-files }
    [spreadsheet] Это электронная таблица. Сохраните её как CSV.
    [dataset] Это таблица в двоичном виде (Arrow, Avro, HDF5 или NumPy). Экспортируйте её в CSV или строки JSON.
    [pickle] Это pickle Python. Экспортируйте его содержимое в CSV или строки JSON.
    [sql] Это дамп базы данных (SQL). Экспортируйте таблицы в CSV.
    [yaml] Это YAML. Преобразуйте его в строки JSON.
    [compressed] Это сжато способом, который Newsdesk не читает. Сожмите в .gz или .zst.
    [encrypted] Файл зашифрован. Сначала расшифруйте его.
    [lfs] Этот файл лишь указывает на настоящий (Git LFS). Получите его командой «git lfs pull».
    [torrent] Это торрент. Загрузите файлы, которые он скачивает.
    [email] Это электронная почта. { -accepted-files }
    [javascript] Это JavaScript. Уберите всё, что окружает JSON.
    [python] Это Python, а не JSON. Запишите данные через json.dump.
   *[binary] Это двоичные данные. { -accepted-files }
}
rejected-xml = Это XML, но не веб-страница и не лента (RSS, Atom). { -accepted-files }
rejected-html-extra = Сохранённые веб-страницы, архивы WARC и ленты (RSS, Atom) читают библиотеки, которые здесь не установлены. Владелец бота может установить их командой «pip install 'newsdesk[html]'».
rejected-html-no-article = На этой веб-странице нет статьи, только меню, ссылки или вообще ничего. Страницы, которые подгружают текст позже, нужно сохранять из браузера.
rejected-html-tags = В этом файле больше { $count } тегов HTML, для страницы это слишком много.
rejected-html-elements = На этой веб-странице больше { $count } элементов, для статьи это слишком много.
rejected-html-depth = Вложенность элементов этой веб-страницы больше { $depth }. То, что лежит глубже, прочитать нельзя.
rejected-empty-feed = В этой ленте нет записей.
rejected-cut-feed = Эта лента обрывается, не дойдя до конца. Возьмите новую копию файла.
rejected-warc-others = { $count ->
    [one] В этом архиве ещё { $count } ответ сервера — не веб-страница (картинка, скрипт, ошибка). Он пропущен.
    [few] В этом архиве ещё { $count } ответа серверов — не веб-страницы (картинки, скрипты, ошибки). Они пропущены.
    [many] В этом архиве ещё { $count } ответов серверов — не веб-страницы (картинки, скрипты, ошибки). Они пропущены.
   *[other] В этом архиве ещё { $count } ответа серверов — не веб-страницы (картинки, скрипты, ошибки). Они пропущены.
}
rejected-warc-no-pages = В этом архиве (WARC) нет веб-страниц.
rejected-warc-damaged = Этот архив веб-страниц (WARC) здесь повреждён. Всё до этого места прочитано.
rejected-warc-encoding = Эта веб-страница сжата способом, который Newsdesk не читает ({ $encoding }).
rejected-binary-text = В файле двоичные данные. { -accepted-files }
rejected-parquet = Это таблица Parquet со столбцами { $columns }. Экспортируйте её в CSV или строки JSON.
rejected-table = Это таблица со столбцами { $columns }. Назовите столбцы «title» и «text», чтобы загрузить статьи, или «id», «link_id» и «body», чтобы загрузить комментарии.
rejected-empty-table = В этой таблице нет строк, только столбцы { $columns }.
rejected-not-a-page = Это не страница статьи: под заголовком нет «Authored by … and submitted by …», и нет ни одного комментария с именем и временем. { -accepted-files }
rejected-index = Это главная страница или оглавление с несколькими статьями, а не отдельная статья. Загрузите сами страницы статей.
rejected-several-pages = Здесь начинается вторая страница. Сохраните каждую страницу отдельным файлом.
rejected-no-title = На странице нет заголовка.
rejected-long-title = Эта строка слишком длинна для заголовка. { -accepted-files }
rejected-too-many-lines = В файле больше { $count } строк: для страницы статьи это слишком много.
rejected-large-page = Файл больше { $megabytes } МБ: для страницы статьи это слишком много. { -accepted-files }

rejected-not-json = Это неправильный JSON: ошибка у «{ $problem }».
rejected-not-json-line = В этой строке неправильный JSON: ошибка у «{ $problem }».
rejected-cut-json = JSON обрывается здесь на середине записи. Возьмите новую копию файла.
rejected-nested-json = Этот JSON вложен слишком глубоко, или число в нём слишком длинное.
rejected-not-an-export = Эта строка не из выгрузки, которую читает эта версия Newsdesk.
rejected-wiped = Здесь вместо текста нулевые байты ({ $count }): часть записей потеряна. Целые записи до и после них прочитаны. Возьмите новую копию файла.
rejected-many-bad = Здесь больше { $count } записей, которые не являются комментариями или публикациями Reddit. Остальное не прочитано.
rejected-not-a-record = Это JSON, но не комментарий Reddit (с body и link_id), не запись и не статья (с title).
rejected-bad-record = Это неправильный комментарий или запись Reddit: поля «{ $problem }» нет или оно неверно.
rejected-number-id = В поле «{ $field }» стоит число { $number }, которое может означать два разных ID. Экспортируйте ID как текст, как их пишет Reddit.
rejected-other-json = Это JSON, в котором нет ни комментариев Reddit (с body и link_id), ни записей, ни статей (с title). { -accepted-files }
rejected-not-a-listing = В этом файле нет ни статей, ни комментариев. Если он получен через API, расширьте поиск и сохраните результаты заново.
rejected-large-listing = Этот список занимает { $megabytes } МБ: за один раз столько не прочитать. Загрузите дамп в формате JSON Lines.
rejected-long-line = Длина этой строки — { $megabytes } МБ. Самые длинные записи Reddit — около 1 МБ.
rejected-bad-id = «{ $id }» — не идентификатор Reddit.
rejected-redacted = Подробности удалены: в них мог быть забытый автор.
rejected-untitled = У этой записи нет заголовка.
rejected-untitled-article = У этой статьи нет заголовка.
rejected-row-width = В этой строке полей: { $fields }, а столбцов в таблице: { $columns }.
rejected-quotes = { $count ->
    [one] В { $count } строке кавычки не парные.
    [few] В этих { $count } строках кавычки не парные.
    [many] В этих { $count } строках кавычки не парные.
   *[other] В этих { $count } строках кавычки не парные.
}
rejected-lone-comment = У этого комментария не указано, к какой записи он относится (link_id или permalink).
rejected-no-record = Здесь нет ни заголовка, ни текста.
rejected-bad-forum-id = «{ $id }» — не номер и не адрес записи.
rejected-forum-orphan = В этом комментарии не указано, к какому обсуждению он относится.
rejected-forum-site = В этом ответе форума Discourse не видно, с какого он сайта. Загрузите вместо него темы, сохранённые с адресов вида /t/123.json.
rejected-not-a-forum-record = Это не запись и не комментарий, хотя находится среди записей форума.
rejected-bad-time = «{ $time }» — не время.
rejected-impossible-time = Время { $time } — раньше появления Reddit или позже нашего века.

rejected-missing = Такого файла нет.
rejected-zst-window = Чтобы распаковать этот файл .zst, нужно больше { $megabytes } МБ памяти. Если на машине столько есть, задайте NEWSDESK_ZST_WINDOW_MB=2048 или сожмите файл заново без «--long».
rejected-unreadable-file = Файл не открывается: { $problem }.
rejected-unreadable-folder = Папка не открывается: { $problem }.
rejected-read-error = Файл не удалось прочитать до конца: { $problem }.
rejected-empty-folder = В папке нет файлов. { -accepted-files }
rejected-link = Это ссылка на другое место. По ссылкам Newsdesk не переходит.
rejected-device = Это устройство или именованный канал, а не файл.
rejected-special = Это устройство или разреженный файл, а не обычный.
rejected-empty-archive = В архиве нет файлов. { -accepted-files }
rejected-empty-zip = Файл начинается с «PK», как .zip, но файлов в нём нет. { -accepted-files }
rejected-encrypted = Файл зашифрован. Распакуйте его и загрузите без пароля.
rejected-method = Файл сжат способом, которого Newsdesk не знает (метод zip { $method }). Сожмите его иначе.
rejected-fault = Этот файл пропущен: что-то сломалось на нашей стороне. Подробности в журнале у владельца бота.
rejected-damaged = Здесь архив повреждён или обрывается. Всё до этого места прочитано.
rejected-bad-header = Здесь архив повреждён: один из его заголовков слишком велик.
rejected-too-deep = Больше { $depth } архивов один в другом. Сначала распакуйте внешние.
rejected-inner-zip = Архив .zip внутри другого может занимать не больше { $megabytes } МБ. Загрузите его отдельно.
rejected-too-many-members = В архиве слишком много файлов. Разделите его или распакуйте в папку.
rejected-too-many-files = Файлов больше { $count }. Остальные не прочитаны.
rejected-unpacked = После распаковки здесь больше { $megabytes } МБ. Остальное не прочитано.
rejected-bomb = После распаковки это больше исходного в { $ratio } с лишним раз: настоящие дампы такими не бывают. Остальное не прочитано.
rejected-rest = Остаток архива не прочитан.

rejected-unnamed = У этого обсуждения нет ни заголовка, ни идентификатора.
rejected-bad-key = «{ $key }» — не идентификатор записи или комментария.
rejected-half-character = В тексте половина символа (непарный суррогат).
rejected-value = Одно из значений слишком велико для архива.

## The local page: "newsdesk try" shows the bot on a simulated Discord

try-welcome =
    Newsdesk работает в имитации Discord с архивом-образцом. Ни токен, ни сеть не нужны.

      { $url }

    Откройте эту страницу в браузере и введите в поле сообщения:
      /search и слова, например { $query }
      /ask и вопрос, например: { $question }
      /article random, потом попробуйте кнопки. «Обсудить» открывает ветку, где можно упомянуть Newsdesk и спросить.
      /archive load со своим дампом. «Viewing as» переключает на участника, который загружать не может.
try-greeting =
    Newsdesk — архив новостных статей и их обсуждений с поиском. Здесь в архиве: { $size }, всё вымышлено.
    {"**"}Что попробовать**
    { $search } с запросом `{ $query }`
    { $ask } с вопросом `{ $question }`
    { $random }, затем кнопки под статьёй
    { $load } с вашим файлом
    { $help } — всё остальное
try-kept = Остановить: Ctrl-C. Архив останется в { $data }.
try-not-kept = Остановить: Ctrl-C. Ничего не сохранится.
sample-name = Архив-образец
try-server = Читальный зал
try-topic = Введите /, чтобы увидеть, что умеет Newsdesk
try-moderator = Мира (модератор)
try-member = Томас (участник)

## Answers

answer-article-says = В статье: «{ $quote }»
answer-headline-says = В заголовке: «{ $quote }»
answer-commenter-says = В комментарии: «{ $quote }»
answer-article-differs = В другой статье иначе: «{ $quote }»
answer-headline-differs = В другом заголовке иначе: «{ $quote }»
answer-commenter-differs = В комментарии иначе: «{ $quote }»
answer-also-in = также в: { $titles }
answer-for = **Доводы за**
answer-against = **Доводы против**
answer-none-against = Доводов против не нашлось
answer-none-for = Доводов за не нашлось
answer-both-sides = Приведены обе стороны; кто прав, решать вам
answer-undecided = **Ясного «да» или «нет» не нашлось.** Самый близкий отрывок:
answer-latest = **Сначала новое**
answer-opinions = { $count ->
    [one] **Что пишут люди: { $count } комментарий**
    [few] **Что пишут люди: { $count } комментария**
    [many] **Что пишут люди: { $count } комментариев**
   *[other] **Что пишут люди: { $count } комментария**
}
answer-not-for = **Ответа для { $words } не нашлось.**
answer-opinion = **{ $opinion } · { $count } из { $total }**
answer-quoted = Дословные цитаты
answer-not-said = { $articles ->
    [0] **В архиве об этом не сказано.**
    [1] **Ни в статье, ни в комментариях к ней об этом не сказано.**
   *[other] **Ни в этих статьях, ни в комментариях к ним об этом не сказано.**
}
answer-not-clear = **Однозначного ответа нет.**
answer-no-mention = { $words } здесь не упоминается.
answer-closest = Самый близкий отрывок:
answer-closest-language = Самый близкий отрывок, на другом языке:
answer-closest-lacks = В самом близком отрывке { $words } не упоминается:
answer-closest-fact = { $type ->
    [who] В самом близком отрывке не сказано кто:
    [when] В самом близком отрывке не сказано когда:
    [where] В самом близком отрывке не сказано где:
    [count] В самом близком отрывке не сказано сколько:
   *[why] В самом близком отрывке не сказано почему:
}
answer-not-together = Ни в одном из найденных отрывков { $words } не встречаются вместе.
answer-no-question = Это не похоже на вопрос. Спросите о том, что есть в архиве, например: Когда голосовали о переезде рынка?
answer-asked-by = -# «{ $question }» — вопрос от { $who }
answer-asked-as = Вопрос понят так: { $question }
answer-related = Похожие
answer-why = Почему так?
answer-ask-more = Спросить ещё
answer-ask-everything = Спросить весь архив
answer-show = Назад к ответу

answer-why-heading = ### Почему такой ответ: { $question }
answer-words-found = **Найдено:** { $words }
answer-words-missing = **Не найдено:** { $words }
answer-wanted = { $type ->
    [who] Вы спросили, кто, поэтому важнее всего отрывки с именами.
    [when] Вы спросили, когда, поэтому важнее всего отрывки с датами и временем.
    [where] Вы спросили, где, поэтому важнее всего отрывки с названиями мест.
    [count] Вы спросили, сколько, поэтому важнее всего отрывки с числами.
    [why] Вы спросили, почему, поэтому важнее всего отрывки с причинами.
    [yesno] Вы спросили, так ли это, поэтому здесь доводы за и против.
    [latest] Вы спросили о последних новостях, поэтому сначала самые новые отрывки.
    [opinion] Вы спросили о мнениях, поэтому учтены только комментарии.
   *[other] Важнее всего отрывки, самые близкие к вашему вопросу.
}
answer-confidence = Уверенность, что ответ есть в архиве: { $confidence } (нужно не меньше { $minimum })
answer-passages = **Рассмотренные отрывки, сначала лучшие**
answer-considered = Выбрано из { $articles ->
    [one] { $articles } статьи
    [few] { $articles } статей
    [many] { $articles } статей
   *[other] { $articles } статьи
} и { $comments ->
    [one] { $comments } комментария
    [few] { $comments } комментариев
    [many] { $comments } комментариев
   *[other] { $comments } комментария
}

answer-ask-title = { $articles ->
    [0] Спросить архив
    [1] Спросить об этой статье
   *[other] Спросить об этих статьях
}
answer-ask-label = Ваш вопрос
answer-ask-example = Кто голосовал против?

ask-after-mention = Напишите вопрос после упоминания: { $me } когда голосовали о переезде рынка? Чтобы спросить о статьях из сообщения Newsdesk, ответьте на него.
ask-mention-bot = Newsdesk читает только сообщения, где его упомянули. Спросите ещё раз с { $me } или не убирайте упоминание, когда отвечаете.
ask-mention-bot-not-role = Вы упомянули роль, а Newsdesk читает только сообщения, где упомянут сам бот. Спросите ещё раз с { $me }.
ask-mentions-off = На этом сервере Newsdesk пока не отвечает на упоминания. { $ask } отвечает лично вам, а включить упоминания модератор может в { $settings }.

## Language model

llm-written = Написано моделью { $model } по этим цитатам, каждое предложение сверено с ними
llm-written-in-part = Написано моделью { $model } по этим цитатам, каждое предложение сверено с ними (убрано неподтверждённых: { $dropped })
llm-server-budget = Дословные цитаты: сервер на сегодня израсходовал токены языковой модели
llm-member-budget = Дословные цитаты: вы на сегодня израсходовали токены языковой модели
llm-unreachable = Дословные цитаты: языковая модель не ответила вовремя
llm-unusable = Дословные цитаты: ответ языковой модели не подошёл
llm-unproven = Дословные цитаты: ими подтверждается слишком мало из написанного языковой моделью
llm-repeated = Дословные цитаты: языковая модель лишь повторила заголовок или цитату
about-llm = Найденное может сократить языковая модель ({ $model }). Она получает вопрос и цитаты, но не имена комментаторов. Каждое её предложение сверяется с цитатами и показывается вместе с ними, а иначе отбрасывается. Если она участвовала, это указано на карточке.
llm-spent = Токенов сегодня израсходовано здесь: { $spent } из { $limit }. Сброс { $until }.
llm-spent-by-member = Токенов сегодня израсходовано здесь: { $spent } из { $limit }, вами: { $own } из { $own_limit }. Сброс { $until }.

## Status: of the bot, its loads, posts and machine

status-heading = Состояние
# $since is a time.
status-bot = { $state ->
    [connected] Подключён к Discord, работает с { $since }.
    [disconnected] Нет связи с Discord, работает с { $since }.
    [stuck] Бот не отвечает. Перезапустите его.
   *[stopped] Бот не запущен.
}
status-processes = Процессов: { $count }, шардов: { $running } из { $shards }
status-waiting = Сообщений в очереди на отправку: { $count }
status-disk = Диск: свободно { $free } из { $total }; архив занимает { $used }.
status-model = { $state ->
    [unreachable] Языковая модель: { $model }, сервер { $host } недоступен
   *[working] Языковая модель: { $model }, сервер { $host }
}
status-no-model = Языковая модель: нет
status-backup = Последняя резервная копия: { $time }
status-no-backup = Последняя резервная копия: ещё не было
status-troubles = Требует внимания
status-trouble = { $text } (с { $since })
status-loads = Последние загрузки
status-no-loads = Загрузок пока нет.
status-load = { $load }. { $name } · { $state } · { $time }
status-digests = Ближайшие дайджесты
status-no-digests = Дайджестов по расписанию нет.
status-digest = Дайджест { $number } · { $channel } · { $time }
status-failures = Сбоев за последние 24 часа: { $count }
# $reason is such as: the channel was deleted
status-failure = { $kind ->
    [digest] Дайджест { $number }
    [notice] Уведомление по подписке
   *[edit] Правка публикации
} · { $channel } · { $time } · { $reason }
trouble-loader = Загрузка неожиданно прервалась. Найдите причину в журнале, затем возобновите загрузку.
trouble-disk = На диске с папкой данных почти не осталось места. Освободите его, иначе загрузки и публикации остановятся.
trouble-database = База данных { $file } повреждена. Остановите бота, запустите «newsdesk check» и следуйте его советам.
trouble-posts = Некоторые публикации не отправляются. «newsdesk status» покажет, какие и почему.
trouble-model = Языковая модель { $model } недоступна, поэтому показываются только цитаты. Проверьте настройки LLM_BASE_URL и LLM_API_KEY и сервер модели.
# $reason is a whole sentence.
trouble-backup = Последняя резервная копия не удалась: { $reason } Устраните причину и запустите «newsdesk backup».
trouble-token = Discord не принимает DISCORD_TOKEN. Скопируйте его заново с портала разработчика и перезапустите бота.
# $text is one of the sentences above, for the operator.
alert = Newsdesk требует внимания. { $text }

## Help

help-heading = ### Что здесь можно сделать
help-group-read = **Чтение**
help-group-ask = **Вопросы и подписки**
help-group-moderators = **Для модераторов**
help-more = -# Подробнее о поиске, вопросах, подписках и загрузке: выберите тему в { $help }.
help-apps = Приложения > { $name }
welcome =
    Newsdesk — это архив новостных статей и их обсуждений, в котором можно искать.
    Попробуйте { $search } или { $ask }. Модераторы добавляют статьи командой { $load }. Всё остальное: { $help }.
welcome-no-channel = Newsdesk пока не может писать ни в один канал сервера { $server }. Дайте ему права «Просматривать канал» и «Отправлять сообщения» там, где он должен писать.
welcome-sample = Кнопка {"**"}{ $sample }** добавит небольшой вымышленный архив для пробы. «Откатить» в отчёте удалит его.
welcome-sample-direct = Кнопка {"**"}{ $sample }** добавит на сервер { $server } небольшой вымышленный архив для пробы.
welcome-in-server = На сервере { $settings } открывает настройки, а { $create } создаёт первый дайджест.
welcome-button-sample = Загрузить образец
welcome-button-settings = Настройки
welcome-button-digest = Первый дайджест…
welcome-button-check = Проверить права
about = Newsdesk — это архив новостных статей и их обсуждений, в котором можно искать. Ответы, краткое содержание статей и обзоры комментариев он составляет из дословных цитат.
about-without-model = Сервисы ИИ он не использует: всё вычисляется на том компьютере, на котором он работает.
about-archive = В этом архиве { $size }.
about-questions = Вопросов задано здесь: { $asked }, с ответом: { $answered }.
about-privacy = -# Он читает только те сообщения, где его упомянули, где отвечают ему или пишут ему лично, и те, что вы открываете через «Приложения». { $questions ->
    [stored] Вопросы владелец бота хранит без имён.
   *[counted] Вопросы подсчитываются, но не хранятся.
} Длинные запросы хранятся без имени, чтобы работали их кнопки. Для /catchup он помнит, когда вы были на каждом сервере в последний раз.
ask-help =
    ### Вопросы
    { $ask } отвечает дословными цитатами из архива, у каждой — источник и дата. Если в архиве ответа нет, так и скажет.
    Начало вопроса по-английски подсказывает, что вы ищете:
    `who`, `when`, `where`, `how many` — сначала сам факт
    `is it true that…` — доводы за и против
    `what do people think of…` — считает комментаторов и цитирует их
    `latest on…` — сначала самое новое
    {"**"}Параметры** сужают вопрос: `статья`, `источник`, `после` и `до`.
    {"**"}Без команды** упомяните Newsdesk с вопросом в канале, где это разрешили модераторы, ответьте на его сообщение, не убирая упоминания (вопрос о тех же статьях), или напишите ему лично (вопрос к общему архиву владельца бота). Нажмите **Спросить** под статьёй или выберите **Спросить об этом** в меню «Приложения» любого сообщения. **Обсудить** открывает ветку о статье.
    -# Сообщений без упоминания Newsdesk не читает. Число вопросов в минуту ограничено.
