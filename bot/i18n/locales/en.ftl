# English: every sentence that people read, grouped by feature. CONTRIBUTING.md explains how to change a sentence or
# add a language. { $count } is a number. All other fields are text, unless a comment says otherwise.

## Commands, their options and choices: names (32 characters, lower case) and descriptions (at most 100)

command-article = Read and post articles
    .name = article
command-article-post = Post an article for everyone to see
    .name = post
command-article-random = Show a random article
    .name = random
command-article-related = Find articles related to one
    .name = related
command-article-show = Show an article in brief
    .name = show
command-article-timeline = See how a story was reported, and its threads
    .name = timeline
command-article-summary = Read a summary of an article
    .name = summary
option-title = Part of the title; pick from the list
    .name = title
option-length = How long the summary should be
    .name = length
choice-length-short = Short (3 sentences)
choice-length-medium = Medium (6 sentences)
choice-length-long = Long (12 sentences)
option-channel-to-post = Where to post it (default: here)
option-thread = Also open a thread for it
    .name = thread
command-catchup = See what's new since your last visit
    .name = catchup
command-comments = Read what people say about an article
    .name = comments
command-comments-digest = See what people say about an article
    .name = digest
command-comments-list = Read an article's comments
    .name = list
option-sort = How to sort the comments
    .name = sort
option-hide-bots = Leave out comments by bots
    .name = hide_bots
option-one-thread = Only this thread, not the whole story
    .name = one_thread
command-digest = Schedule posts from the archive
    .name = digest
command-digest-create = Schedule a digest; see a preview first
    .name = create
command-digest-delete = Delete a digest; its posts stay
    .name = delete
command-digest-edit = Change a digest; see a preview first
    .name = edit
command-digest-history = See a digest's latest runs, with links
    .name = history
command-digest-list = List this server's digests
    .name = list
command-digest-pause = Pause a digest until you resume it
    .name = pause
command-digest-resume = Resume a paused digest
    .name = resume
command-digest-run = Post a digest now, outside its schedule
    .name = run
command-digest-show = Show a digest's settings and status
    .name = show
command-digest-why = See why articles were posted or skipped
    .name = why
option-digest = Which digest
    .name = digest
option-when = How often to post
    .name = when
option-what = What to post
    .name = what
option-query-of-digest = Words to find, or a source or subreddit
option-channel-of-digest = Where (default: the digest channel, or here)
option-at = Local time, such as 8:30 (default: 08:00)
    .name = at
option-at-of-post = Time of the run, such as 2024-03-12 08:00
option-day = Weekly: monday to sunday. Monthly: 1 to 31
    .name = day
option-cron = Five cron fields, such as 30 8 * * 1-5
    .name = cron
option-zone-of-digest = Such as Europe/Berlin (default: the server's)
option-count = At most this many articles (default: 5)
    .name = count
option-style = How much to show of each article
    .name = style
option-days = For most discussed: last N days (0: all time)
    .name = days
option-late = Hours it may be late if missed (0: skip it)
    .name = late
option-skip-empty = Post nothing when there is nothing new
    .name = skip_empty
option-quiet = Hours without posts: 22:00-7:00, or off
    .name = quiet
option-thread-on-digest = Open a thread on each post
option-tag = In a forum: the tag for each post
    .name = tag
option-article = Why this article was posted or skipped
    .name = article
option-topic = Words to search for
    .name = topic
choice-daily = every day
choice-weekdays = Monday to Friday
choice-weekly = once a week
choice-monthly = once a month
choice-cron = cron (for experts)
choice-newest = new since the last digest
choice-on-this-day = on this day in earlier years
choice-most-discussed = most discussed
choice-search = newest from a search
choice-source = newest from a source
choice-subreddit = newest from a subreddit
choice-random = a random pick
choice-headlines = headlines
choice-summaries = summaries
choice-comment-digests = what people say
command-follow = Get notified about new articles and comments
    .name = follow
command-follow-add = Follow a search, for yourself or a channel
    .name = add
command-follow-digest = Get a digest by DM, when you like
    .name = digest
option-channel = Notify this channel instead of you
    .name = channel
command-follow-list = See, mute or remove follows
    .name = list
command-follow-remove = Stop following something
    .name = remove
option-follow = Which follow to remove
    .name = follow
command-privacy = See what is stored about you, or ask to be forgotten
    .name = privacy
command-privacy-mine = See what is stored about you, and delete it
    .name = mine
command-privacy-policy = Read the privacy policy of this bot
    .name = policy
command-privacy-request = Ask to be forgotten as an author
    .name = request
option-author-to-request = The name you wrote under, as the archive shows it
option-note = Anything that helps to check that it's you
    .name = note
command-archive-forget = Remove an author's words and name permanently
    .name = forget
option-author-to-forget = Their name, as the archive shows it
command-archive = Load articles into this server's archive
    .name = archive
command-archive-load = Load articles and comments from a file
    .name = load
command-archive-loads = List recent loads and their receipts
    .name = loads
command-archive-stats = Show what this server's archive holds
    .name = stats
command-archive-undo = Undo a load
    .name = undo
command-archive-export = Export a thread, a search or the archive as a file
    .name = export
option-format = Markdown to read, CSV for spreadsheets, NDJSON to load again
    .name = format
choice-export-markdown = Markdown, to read
choice-export-csv = CSV, for spreadsheets
choice-export-ndjson = NDJSON, to load again
option-title-to-export = Export this thread
option-query-to-export = Export the threads of this search
command-archive-requests = Decide on requests of authors to be forgotten
    .name = requests
command-audit = List who loaded, undid or changed what
    .name = audit
option-about = Only this kind of action
    .name = about
choice-audit-loads = loads and exports
choice-audit-privacy = forgotten authors and deletions
choice-audit-settings = settings
choice-audit-digests = digests and follows
option-dry-run = Only show what would be loaded
    .name = dry_run
option-file = .txt page, Reddit dump or archive of them
    .name = file
option-load = The load; pick one from the list
    .name = load
option-min-score = Only with at least this score
    .name = min_score
option-over-18 = Include 18+ content (default: left out)
    .name = over_18
option-path = Instead of a file: a name in the drop folder
    .name = path
option-subreddit = Only these subreddits, separated by commas
    .name = subreddit
command-about = See what Newsdesk is and what it stores
    .name = about
command-ask = Get an answer quoted from the archive
    .name = ask
option-question = Your question, in your own words
    .name = question
option-article-to-ask = Only this article; pick it from the list
menu-ask = Ask about this
menu-ask-help = Ask about a message's articles
command-help = See what you can do here
    .name = help
option-topic-of-help = Learn more about one topic
choice-help-search = searching
choice-help-asking = asking
choice-help-following = following
choice-help-loading = loading
command-news = Get a digest of one topic, just for you
    .name = news
command-search = Search articles and their comments
    .name = search
menu-find = Find in the archive
menu-find-help = Look up a message's links and headline
command-browse = Browse articles by source, subreddit, day or flair
    .name = browse
option-by = What to browse by (default: newest)
    .name = by
option-value = One source, subreddit, flair, day or month
    .name = value
option-stats-by = Count the threads by month, source or subreddit
command-trend = See how often words or a source occur over time
    .name = trend
choice-browse-newest = newest
choice-browse-source = source
choice-browse-subreddit = subreddit
choice-browse-flair = flair
choice-browse-day = day
choice-browse-month = month
command-searches = Save searches and run them again
    .name = searches
command-searches-save = Save a search under a name
    .name = save
command-searches-list = List your saved searches, and those shared here
    .name = list
command-searches-run = Run a saved search
    .name = run
command-searches-delete = Delete a saved search
    .name = delete
option-name = The name of the search
    .name = name
option-shared = Let everybody in this server run it (default: no)
    .name = shared
option-query = Words, "a phrase", -without, a OR b, begin*
    .name = query
option-in = Where to look (default: both)
    .name = in
option-source = Only articles from this site
    .name = source
option-author = Only articles or comments by this person
    .name = author
option-after = On or after: 2024, 2024-03-12, 3 days ago
    .name = after
option-before = Before: 2024, 2024-03-12, 3 days ago
    .name = before
option-search-title = Only threads with these words in the headline
option-search-subreddit = Only this subreddit
option-flair = Only articles with this flair
    .name = flair
option-min-comments = Only threads with at least this many comments
    .name = min_comments
option-order = How to sort (default: best matches first)
    .name = order
choice-best-first = best matches first
choice-newest-first = newest first
choice-highest-first = highest score first
choice-articles = articles
choice-comments = comments
choice-articles-and-comments = articles and comments
command-settings = See and change the settings of this server
    .name = settings
command-status = See loads, next digests and problems
    .name = status
option-zone = Time zone for digests, such as Europe/Berlin
    .name = zone
option-follows-a-day = Most follow messages a day in one place
    .name = follows_a_day
option-language = Language of posts that everyone sees
    .name = language
choice-server-language = Same as the server
option-file-to-import = File saved with Export; changes shown first

## Shared by many cards

fault = Something went wrong on our side. Reference for the operator: { $reference }
button-article = Article
button-ask = Ask
button-comments = Comments
button-cancel = Cancel
button-keep = Keep as it is
button-follow = Follow
button-save = Save
button-pause = Pause
button-resume = Resume
button-share = Share
button-timeline = Timeline
button-undo = Undo
button-what-people-say = What people say
select-open = Open…
quoted = “{ $text }”
# $who is a mention.
shared-by = -# Shared by { $who }
posted-by = -# Posted by { $who }
articles = { $count ->
    [one] 1 article
   *[other] { $count } articles
}
threads = { $count ->
    [one] 1 thread
   *[other] { $count } threads
}
comments = { $count ->
    [one] 1 comment
   *[other] { $count } comments
}
# An article's comments in the archive, of about so many that its source shows.
comments-of-known = { $count } of about { $known } comments
points = { $count ->
    [one] 1 point
   *[other] { $count } points
}
page-of = page { $page } of { $count }
# $range is a number or two, such as 6–10.
items-shown = { $range } of { $total }
items-shown-of-more = { $range } of more than { $total }
# $threads is the message "threads"; $first and $last are years.
archive-size-years = { $threads }, { $first } to { $last }
archive-size-year = { $threads }, { $first }

archive-empty = No articles here yet. Moderators can add some with { $load }.
archive-empty-shared = No articles here yet. Direct messages search the operator's shared archive; servers can have their own.

## Errors: what is wrong, where, and what to do

error-already-undone = Load { $load } is already undone.
error-always-quiet = Every time of this digest falls in its quiet hours. Change the quiet hours, or allow late posts.
error-archive-empty = This archive is empty. Load some articles first.
error-asked-too-often = { $most ->
    [one] You can ask 1 question a minute.
   *[other] You can ask { $most } questions a minute.
} { $seconds ->
    [one] Try again in 1 second.
   *[other] Try again in { $seconds } seconds.
}
error-attachment-gone = That file is no longer on Discord. Attach it again.
# $size and $limit are file sizes, such as 12 MB.
error-attachment-too-large = That file is { $size }, and the limit here is { $limit }. Split it, or ask the operator to load it.
error-backup-exists = { $file } already exists. Choose another folder for the backup.
error-data-in-use = Newsdesk is running on “{ $data }”. Stop it first.
error-data-locked = “{ $data }” is being restored or upgraded. Try again when that has finished.
error-no-room-for-upgrade = The upgrade makes a backup first. That needs { $needed } MB, and { $free } MB are free. Free some space, then start again.
error-no-room-for-backup = A backup needs { $needed } MB in { $folder }, with the room to try it; { $free } MB are free. Free some space, or choose another folder.
error-no-room-for-restore = This backup needs { $needed } MB, and { $free } MB are free. Free some space, then try again.
error-not-a-backup = There is no backup in “{ $folder }”: corpus.db is missing, or it is the data folder itself. Choose the folder of a backup.
error-backup-damaged = The backup in { $folder } is damaged ({ $problem }). Nothing was changed. Use another one.
error-backup-unsound = The new backup in { $folder } could not be restored ({ $problem }). Run newsdesk check.
error-no-database-dump = There is no backup in “{ $folder }”, or not one for this database. Choose the folder of a backup.
error-transfer-same = That is where the archive already is. Name another database or folder.
error-transfer-not-empty = There is already something in { $place }. Choose an empty database or folder.
error-transfer-unfinished = The transfer to { $place } has not finished. Run it again from where the archive was.
error-transfer-outdated = The archive has changed since the transfer to { $place } began. Start again with an empty database or folder.
error-transfer-differs = The copy of { $table } differs: { $before } rows there, { $after } here. The archive has changed since the transfer began. Start again with an empty database or folder.
error-no-pg-dump = Backups of PostgreSQL need { $program }, which is not installed here. Install PostgreSQL's client programs, or back up the server itself.
error-pg-dump-failed = { $program } failed: { $problem }. Nothing was changed. Solve that, then try again.
error-bad-cron = { $field ->
    [minute] The minute of a cron line is 0 to 59, not “{ $value }”.
    [hour] The hour of a cron line is 0 to 23, not “{ $value }”.
    [monthday] The day of the month of a cron line is 1 to 31, not “{ $value }”.
    [month] The month of a cron line is 1 to 12, or jan to dec, not “{ $value }”.
    [weekday] The day of the week of a cron line is 0 to 7, or mon to sun, not “{ $value }”.
   *[line] “{ $value }” isn't a cron line. Write five fields, such as 30 8 * * 1-5.
}
error-bad-date = “{ $text }” isn't a date. Try 2024-03-12, 12 Mar 2024, 2024 or 3 days ago.
error-bad-day = “{ $text }” isn't a day. Use monday to sunday for weekly digests, 1 to 31 for monthly ones.
error-bad-exclusions = That is too much to leave out. Each list has up to { $most } entries of up to { $longest } characters.
error-exclusions-too-long = That is too much to leave out. All entries of one field together have up to { $most } characters.
error-bad-minimum = “{ $text }” isn't a minimum. Write, for example: score 10, comments 5.
# $field is the name of a setting in the settings file.
error-bad-plan = This digest's value for { $field } is out of range. Set it up again with /digest create.
error-bad-tag-rule = “{ $text }” isn't a rule for tags. Write a tag alone, or a rule such as “Sport: source bbc.co.uk”.
error-bot-may-not-ping = Newsdesk can't mention the role { $role } in #{ $where }. Allow anyone to mention it, or choose another.
error-member-may-not-ping = You can't mention the role { $role } in #{ $where }. Choose one that you can mention.
error-member-lacks = You don't have permission to set up this digest in #{ $where }. You need { $permissions } there.
error-no-such-role = That role can't be pinged. Choose a role of this server other than @everyone.
error-not-announcements = #{ $where } is not an announcement channel, so nothing can be published there. Turn publishing off, or choose another channel.
error-unknown-placeholder = { $name } is not a placeholder here. These are: { $known }.
error-bad-quiet = “{ $text }” isn't a range of hours. Try 22:00-7:00, or off.
error-bad-settings-file = That isn't a Newsdesk settings file. Choose one saved with Export.
error-bad-time = “{ $text }” isn't a time of day. Try 8:30, 20:15 or 8 pm.
error-bad-zone = “{ $text }” isn't a time zone. Try Europe/Berlin or America/New_York.
# $operator is an operator of a search, such as score; $value is what was written after it.
error-operator-date = “{ $operator }:{ $value }” has no date. Write { $operator }:2024-03-12, { $operator }:2024 or { $operator }:yesterday.
error-operator-number = “{ $operator }:{ $value }” has no number. Write { $operator }:>10, { $operator }:<5 or { $operator }:10..20.
error-operator-or-excluded = OR can’t join only a word to leave out and an operator such as author:. Add a word to search for.
error-operator-value = “{ $operator }:{ $value }” names nothing. Write { $operator }:NAME, or { $operator }:"TWO WORDS" in quotation marks.
error-query-too-complex = That search combines too many words with OR and brackets. Use fewer words in the brackets.
error-no-search-name = Give the search a name.
error-no-such-saved-search = There is no saved search “{ $name }”. Pick one from the list.
error-not-your-search = You can only delete searches that you saved yourself. Moderators can delete shared ones.
error-too-many-saved = You already have { $most } saved searches here. Delete one first.
error-too-many-shared = This server already has { $most } shared searches. Save it without sharing, or delete one first.
# $permissions is a list, such as: View Channel and Send Messages.
error-bot-lacks = Newsdesk doesn't have permission to post digests in #{ $where }. It needs { $permissions } there.
error-bot-may-not-post = Newsdesk doesn't have permission to post in #{ $where }. It needs View Channel and Send Messages there.
error-bot-may-not-thread = Newsdesk doesn't have permission to create threads in #{ $where }. It needs Create Public Threads there.
error-bot-not-allowed = Newsdesk doesn't have permission to do that here. Check its permissions in this channel.
error-changed-meanwhile = Someone else has just changed digest { $schedule }. Check it, then make your change again.
error-channel-gone = The channel of digest { $schedule } no longer exists. Choose another with /digest edit.
error-channel-too-busy = { $most ->
    [one] This channel can ask 1 question a minute.
   *[other] This channel can ask { $most } questions a minute.
} { $seconds ->
    [one] Try again in 1 second.
   *[other] Try again in { $seconds } seconds.
}
error-commands-changed = This command has changed. Restart Discord to use the new version.
error-cron-too-often = { $minutes ->
    [one] A digest can be posted once a minute at most. Make the cron line less frequent.
   *[other] A digest can be posted every { $minutes } minutes at most. Make the cron line less frequent.
}
error-archive-unavailable = The archive is unavailable right now. Try again in a moment.
error-bad-database-url = DATABASE_URL is not the address of a PostgreSQL database. Use one like postgresql://user:password@host/newsdesk, and write special characters of the password as %40.
error-database-busy = The archive ({ $file }) is busy. Try again in a moment.
error-database-damaged = The database { $file } is damaged. Run “newsdesk check” to see what to do.
error-database-read-only = The database { $file } is read-only. Check the permissions of its folder.
error-database-unreachable = { $file } can't be opened. Check that its folder exists and that Newsdesk can use it.
error-disk-error = The disk failed while { $file } was in use. Check the disk, then restore a backup if needed.
error-disk-full = The disk is full, so { $file } can't grow. Free some space, then try again.
error-no-locks = { $file } is on a file system without locks, so it could be damaged. Move the data folder to a local disk.
error-file-and-path = Give either a file or a path, not both.
error-follow-needs-manage = Only moderators and members who can manage that channel can add follows for it.
error-forget-cancelled = The author was only partly forgotten. Run the command again to finish.
error-purge-of-what = Say what to delete: --before, --source or --subreddit, or --all on its own for the whole archive.
error-purge-cancelled = Only a part was deleted. Run the command again to finish.
error-archive-full-articles = This server's archive can have at most { $most } articles, and this load would exceed that. Undo another load, load less, or ask the operator for more room.
error-archive-full-size = This server's archive can have at most { $most } MB of text, and this load would exceed that. Undo another load, load less, or ask the operator for more room.
error-forum-needs-tag = Posts in #{ $where } need a tag, and Newsdesk can't use any of its tags. Add one that everyone can use, or give Newsdesk Manage Threads.
error-load-cancelled = Cancelled before it started. Nothing has changed.
error-load-not-running = Load { $load } is no longer running.
error-load-not-undoing = Load { $load } is no longer being undone.
error-load-not-waiting = That load is no longer waiting.
error-load-running = Load { $load } is still running. Cancel it, or wait until it has finished.
error-load-stalled = Nothing could be read for a minute near { $where }, so the load was stopped. Remove that part of the file, then try again.
error-loader-busy = Another load is running. Try again when it has finished.
# $code is the exit code of a process.
error-loader-died = The load stopped unexpectedly (code { $code }). What it had stored is kept.
error-managers-only = Only members with Manage Server can choose the moderator role.
error-mcp-extra-missing = MCP support isn't installed. Install it: pip install 'newsdesk[mcp]'.
error-health-port = Port { $port } can't be opened. Set NEWSDESK_HEALTH_PORT to a free port above 1023.
error-member-may-not-post = You don't have permission to post in #{ $where }. Choose another channel.
error-member-may-not-thread = You don't have permission to create threads in #{ $where }. Choose another channel.
error-model-extra-missing = A language model is set up, but its client isn't installed. Install it: pip install 'newsdesk[openai]'.
error-model2vec-missing = The word vectors “{ $setting }” need model2vec. Install it: pip install 'newsdesk[model2vec]'.
error-moderators-only = Only moderators can do that here. They have Manage Server, or the role chosen in /settings.
error-names-hidden = This server shows commenters as letters, so you can't search by name.
error-needs-cron = Add a cron line: five fields, such as 30 8 * * 1-5.
error-needs-query = Add a query: the words to search for, a source or a subreddit.
error-never-due = That date never comes. Check the day and the month.
# $found and $known are versions of files.
error-newer-schema = { $file } was created by a newer version of Newsdesk (schema { $found }, this one supports { $known }). Upgrade Newsdesk.
error-newer-settings-file = That file was saved by a newer version of Newsdesk (format { $found }, this one supports { $known }). Upgrade Newsdesk.
error-no-archive = There is no archive in “{ $data }” yet. Load some articles first, or choose another folder with --data.
error-no-drop-folder = There is no drop folder. The operator can set one with NEWSDESK_DROP.
error-no-name = Give one author's name as the archive shows it, with at most 80 characters.
error-no-such-article = No article here matches “{ $ref }”. Try its number or part of its title.
error-no-such-comment = Comment { $comment } isn't in this archive.
error-no-such-delivery = Post { $delivery } isn't from this server.
error-no-such-file = There is no file or folder “{ $path }”.
error-no-such-follow = There is no follow { $follow } here. See /follow list.
error-no-room-for-load = This dump needs about { $needed } MB of disk space, but only { $free } MB are free. Free some space, or load a part with filters such as `after` or `min_score`.
error-no-such-load = There is no load { $load } in this archive.
error-no-such-schedule = There is no digest { $schedule } in this server. See /digest list.
error-no-such-tag = #{ $where } has no tag “{ $text }” that Newsdesk can use.
error-no-threads-there = Newsdesk can't create threads in #{ $where }. Choose a text channel, or post without a thread.
error-not-a-member = You are no longer a member of that server.
error-not-a-message-channel = Follows can't post in a forum. Choose a text channel or a thread.
error-not-a-place-to-post = Newsdesk can't post there. Choose a text channel, a thread or a forum.
error-not-a-posting-channel = The moderators don't let members post with Newsdesk in #{ $where }. Commands still answer you privately; a moderator can change this in /settings.
error-not-dropped = There is no file “{ $name }” in the drop folder.
error-not-for-adults = This article is marked 18+, and #{ $where } isn't age-restricted. Choose a channel that is.
error-not-our-database = { $file } isn't a Newsdesk database. Choose another folder, or move that file away.
error-not-resumable = { $state ->
    [queued] Load { $load } is waiting to start.
    [running] Load { $load } is already running.
    [undoing] Load { $load } is partly undone. Undo it again to finish.
    [undone] Load { $load } is undone. Load the dump again instead.
   *[done] Load { $load } is already finished.
}
error-not-your-follow = You can only change follows you created. Moderators can also change a channel's.
error-nothing-mentioned = No article in this archive matches the links or the headline in that message.
error-nothing-to-follow = Choose what to follow: words, a source or an author.
error-nothing-to-load = Attach a file, or name one from the drop folder as path.
error-nothing-to-resume = No stopped or failed load to resume.
error-port-unusable = Port { $port } isn't available. Choose another with --port, or leave it out.
error-question-too-long = { $most ->
    [one] Questions can have at most 1 character. Shorten yours.
   *[other] Questions can have at most { $most } characters. Shorten yours.
}
error-sample-loaded = The sample is already in this archive. Try /search harbour, or remove it with /archive undo.
error-sample-loading = The sample is being loaded now. Its receipt follows in a moment.
error-server-only = That only works in a server.
error-shard-count = Other processes of this bot run with { $other } shards, and this one was started with { $count }. Start it with the same number, or stop the others first.
error-settings-file-cap = The follow_cap in that settings file must be from 0 to { $most }. Correct it.
# $place is where the value stands, such as: settings.zone
error-settings-file-channels = That settings file names more than { $most } channels for posts. Remove some.
error-settings-file-field = The value of { $place } in that settings file is of the wrong kind. Choose a file saved with Export.
error-settings-file-follow = Follow { $number } in that settings file is empty or too long. Correct or remove it.
error-settings-file-language = Newsdesk doesn't have the language “{ $language }” in that settings file. Correct or remove it.
error-settings-file-languages = The languages in that settings file must be a few short codes, such as en. Correct them.
error-settings-file-schedule = Digest { $number } in that settings file can never be posted. Correct or remove it.
error-settings-file-too-large = That file is too large for a settings file. Choose one saved with Export.
# $titles is a list of titles, with the number of each.
error-several-articles = Several articles match “{ $ref }”: { $titles }. Pick one from the list, or give its number.
error-stale-button = This button has expired. Search for it again.
error-export-running = An export of this server is already running. Wait for it, or cancel it.
error-export-not-running = No export is running.
error-export-cancelled = The export was cancelled.
error-export-too-large = That is more than { $most } files of the size that Discord accepts. Export a thread or a search, or ask the operator for newsdesk export.
error-export-too-slow = The export took too long. Export a thread or a search, or ask the operator for newsdesk export.
error-export-one-subject = Choose a thread or a search, not both.
error-export-json-needs-output = Name a file with --output: standard output has the export itself.
error-nothing-to-export = There is nothing to export.
error-request-decided = This request has already been decided, or has expired.
error-too-many-requests = You can make { $most } requests in { $days } days. Wait until the moderators have decided, or try again later.
error-too-many-open-requests = The moderators of this server have too many open requests. Try again later.
error-thinker-died = Reading that thread failed twice. Try again later. The operator's log may show the reason.
error-thread-article-gone = This thread's article is no longer in the archive. Ask in another channel.
error-thread-in-thread = #{ $where } is already a thread. Choose a channel to create a new one in.
error-thread-locked = The thread { $where } is closed and locked. Unlock it, or give Newsdesk Manage Threads.
error-too-many-files = Newsdesk has too many files open. Try again in a moment. If it happens again, the operator can raise the limit (ulimit -n).
error-took-too-long = That took too long. Try again in a moment.
error-queue-of-member = { $most ->
    [one] You already have 1 request waiting. Wait until it has finished.
   *[other] You already have { $most } requests waiting. Wait until one of them has finished.
}
error-queue-of-server = { $most ->
    [one] 1 request from this server is already waiting. Try again in a moment.
   *[other] { $most } requests from this server are already waiting. Try again in a moment.
}
error-too-many-follows = { $most ->
    [one] There is already 1 follow here, the limit. Remove it with /follow remove.
   *[other] There are already { $most } follows here, the limit. Remove one with /follow remove.
}
error-too-many-schedules = { $most ->
    [one] There is already 1 scheduled digest here, the limit. Delete it first.
   *[other] There are already { $most } scheduled digests here, the limit. Delete one first.
}
error-too-many-to-publish = Discord publishes at most { $most } messages an hour from one channel. Post fewer articles, or one post for all.
error-too-many-direct-schedules = You already get { $most } digests by DM here, the limit. Delete one first.
error-try-extra-missing = The trial needs the simulated Discord. Install it: pip install 'newsdesk[try]'.
error-undo-cancelled = Load { $load } is only partly undone. Undo it again to finish.
error-unknown-follow = There is no follow { $follow }. “newsdesk follows” lists them.
error-vectors-damaged = The word vectors are incomplete: { $file } is missing or damaged. Reinstall wordllama, or set NEWSDESK_VECTORS to off.
# $reason is a message of another program, in English.
error-vectors-unusable = Can't use the word vectors “{ $setting }”: { $reason }. Choose another model, shipped or off.

## Search

search-heading = { $count ->
    [one] **1 thread for { $query }**
   *[other] **{ $count } threads for { $query }**
}
search-heading-more = **More than { $count } threads for { $query }**
search-heading-respelt = No threads for { $query }. { $count ->
    [one] Showing **1 for { $instead }**
   *[other] Showing **{ $count } for { $instead }**
}
search-heading-all = { $count ->
    [one] **1 thread**
   *[other] **{ $count } threads**
}
search-heading-all-more = **More than { $count } threads**
# $word is a word of the search in quotation marks.
search-word-count = { $count ->
    [0] { $word } in no text
    [one] { $word } in 1 text
   *[other] { $word } in { $count } texts
}
search-word-count-more = { $word } in over { $count } texts
# $words is a list of words in quotation marks.
search-ignored = ignored: { $words }
# $words are words in quotation marks that are near in meaning to those of the search.
search-heading-meaning = { $count ->
    [one] Nothing has { $query }; nearest by meaning: 1 thread with { $words }
   *[other] Nothing has { $query }; nearest by meaning: { $count } threads with { $words }
}
search-near = Nearest by meaning, with { $words }:
search-some = With only some of the words:
search-order-relevance = best matches first
search-order-newest = newest first
search-order-score = highest score first
search-only-articles = articles only
search-only-comments = comments only
search-from-source = from { $source }
search-by-author = by { $author }
search-since = since { $day }
search-before = before { $day }
search-all-words = { $count ->
    [0] none has all the words
    [one] only the first has all the words
   *[other] the first { $count } have all the words
}
search-nothing = Nothing about { $query } in this archive ({ $size }).
search-nothing-narrowed = Nothing found for { $query } ({ $filters }). This archive has { $size }.
search-typed = Search for { $query }
search-beginnings = For { $words }, only the most common words were searched. Type more letters to search the others.
search-cut-short = This search took too long and was cut short. Some matches may be missing.
search-everything = Search everything
search-newest = Newest
search-highest = Highest score
search-best = Best matches
search-only-comments-button = Only comments
search-articles-too = Everything
search-jump = Jump to…
search-hit-article = Article
search-hit-comment = Comment
search-also-in-comments = { $count ->
    [one] also in 1 comment
   *[other] also in { $count } comments
}
search-story = { $threads ->
    [one] 1 thread
   *[other] { $threads } threads
}, { $papers ->
    [one] 1 paper
   *[other] { $papers } papers
}
search-story-threads = { $count ->
    [one] 1 thread
   *[other] { $count } threads
}
search-mentioned = { $count ->
    [one] **In the archive** · 1 article
   *[other] **In the archive** · { $count } articles
}
search-help =
    ### Searching
    Search looks in headlines, articles and comments. Words match in any order and with any ending. Each thread is listed once, with its best excerpt. Threads with every word come first.
    `"rail yard"` these words next to each other
    `market -fish` without a word
    `market -"rail yard"` without a phrase
    `tram OR gulls` either word, also `tram | gulls`
    `stall*` words that begin with these letters
    `rail-yard` joined words count as a phrase
    `(tram OR bus) strike NOT rail` brackets, with AND, OR and NOT
    `title:tram`, `author:NAME`, `source:SITE`, `r/NAME`, `flair:"TWO WORDS"` also with `-` before them
    `score:>10`, `comments:5..20`, `after:2024-03`, `before:yesterday` numbers and dates
    {"**"}Options** narrow a search: `in` articles or comments, `source` for a site, `author` for whoever posted the article or wrote the comment, `after` (from that day on) and `before`, such as 2024, 2024-03-12, 12 Mar 2024 or 3 days ago. Press **Newest** to sort the same results by date.
    -# Accents and capitals don't matter. Chinese, Japanese and Korean need no spaces. If a word appears nowhere, its nearest spelling is searched instead and the results say so; numbers are never changed.

## Browsing

browse-sources = { $count ->
    [one] **1 source**
   *[other] **{ $count } sources**
}
browse-subreddits = { $count ->
    [one] **1 subreddit**
   *[other] **{ $count } subreddits**
}
browse-flairs = { $count ->
    [one] **1 flair**
   *[other] **{ $count } flairs**
}
browse-days = { $count ->
    [one] **1 day**
   *[other] **{ $count } days**
}
browse-months = { $count ->
    [one] **1 month**
   *[other] **{ $count } months**
}
browse-most-first = most threads first
browse-tab-sources = Sources
browse-tab-subreddits = Subreddits
browse-tab-flairs = Flairs
browse-tab-days = Days
browse-tab-months = Months
browse-open = Open…
browse-nothing = { $by ->
    [source] No article in this archive names its source.
    [subreddit] No article in this archive is from a subreddit.
    [flair] No article in this archive has a flair.
   *[day] No article in this archive has a date.
}
saved-heading = { $count ->
    [one] **1 saved search** of at most { $most }
   *[other] **{ $count } saved searches** of at most { $most }
}
saved-shared-heading = **Shared by others in this server**
saved-is-shared = shared
saved-run = Run…
saved-hint = Delete one with { $command }.
saved-none = You have no saved searches yet. Save one with { $command }, or press Save on a search.
# $name is in quotation marks, here and below.
saved-saved = Saved { $name }. Run it again with { $command }.
saved-deleted = Deleted the saved search { $name }.
saved-form-title = Save this search
saved-form-label = Name
# $query is in quotation marks.
trend-heading = { $count ->
    [one] { $query } in 1 text
   *[other] { $query } in { $count } texts
}
trend-heading-about = { $query } in about { $count } texts
trend-bars = { $unit ->
    [day] each bar is a day
    [month] each bar is a month
   *[year] each bar is a year
}
trend-peak = most: { $when }, with { $count }
trend-description = Bar chart of the texts with { $query } from { $first } to { $last }. The highest bar is { $peak } with { $count }.
trend-open = Show the texts

## Articles

# $day is the day of the first comment, for articles without a day of their own.
article-first-comment = first comment { $day }
article-adults-only = 18+
article-reading-time = { $minutes } min read
article-headline-only = We only have the headline for this one.
article-full-text = Full text
article-text-cut = The rest of this text is too long to be shown.
article-another = Another one
article-discuss = Discuss
article-original = Original
article-shorter = Shorter
article-longer = Longer
# In place of a name.
author-deleted = deleted account
author-unnamed = unnamed
# In place of a name in a server that hides names; $letter is such as A or AB.
commenter-letter = Commenter { $letter }
commenter-unknown = A commenter
article-related-heading = ### Related to: { $title }
article-related-none = No related articles in this archive yet.
# $phrases is a list of words and phrases that two articles share.
article-related-reasons = Both mention { $phrases }
article-timeline-heading = ### Timeline: { $title }
article-timeline-same = The same story
article-timeline-reports = Other threads on the same subject
article-timeline-alone = No other thread of this story is in the archive.
article-timeline-open = Open a thread
article-timeline-oldest = The oldest { $shown } of { $count } threads
article-posted = Posted: { $link }
# The title of a thread for an article without one.
article-untitled = Article
# The line under an article in its own thread; $me is a mention of the bot.
article-thread-hint = -# Questions about this article? Mention { $me } and ask. It only reads messages that mention it or reply to it.

comments-heading = ### Comments: { $title }
comments-none = No comments on this article yet. They appear here once they are loaded.
comments-all-deleted = { $count ->
    [one] The only comment was deleted.
   *[other] All { $count } comments were deleted.
}
comments-newest-first = newest first
comments-best-first = best first
comments-most-answered-first = most replies first
comments-oldest-first = oldest first
comments-in-thread = oldest first, replies below
comments-newest-button = Newest first
comments-best-button = Best first
comments-oldest-button = Oldest first
comments-thread-button = By conversation
comments-deleted = { $count ->
    [one] 1 more was deleted
   *[other] { $count } more were deleted
}
# Comments that programs wrote.
comments-hide-bots = { $count ->
    [one] Hide 1 bot comment
   *[other] Hide { $count } bot comments
}
comments-show-bots = { $count ->
    [one] Show 1 bot comment
   *[other] Show { $count } bot comments
}
comments-bots-hidden = { $count ->
    [one] 1 bot comment hidden
   *[other] { $count } bot comments hidden
}
# In a list of comments: how many threads of the story they are from, or the one that is listed.
comments-threads = { $count ->
    [one] from 1 thread
   *[other] from { $count } threads
}
# Where the comments of other threads are too many to be listed with these.
comments-some-threads = from { $count } of { $all } threads
comments-one-thread = only { $thread }
comments-select-thread = Choose a thread…
comments-all-threads = { $count ->
    [one] The only thread of this story
   *[other] All { $count } threads of this story
}
comments-threads-together = { $count } of { $all } threads together
comments-other-reports = { $count ->
    [one] 1 other thread covers the same subject.
   *[other] { $count } other threads cover the same subject.
}
comments-read-in-full = Read in full…
comments-go-to = Go to…
# $range is two numbers, such as 6–10.
comments-range = Comments { $range }
comment-on = on { $title }
comment-surrounding = Surrounding comments
comment-parent = Parent comment
comment-replying = replying to { $author }
comment-replying-missing = replying to a comment that is not in the archive
comment-replies = { $count ->
    [one] 1 reply
   *[other] { $count } replies
}
comment-replies-of = { $count ->
    [one] { $author }: 1 reply
   *[other] { $author }: { $count } replies
}
comment-replies-heading = { $count ->
    [one] ### 1 reply to { $author }
   *[other] ### { $count } replies to { $author }
}
comment-back = The comment
# $name is the file of the load, $load its number. Captured: when the dump was made from the source.
comment-loaded = loaded { $day } from { $name } (load { $load })
comment-captured = captured { $day }
comment-edited = edited { $day }
comment-changed-by = updated by load { $load }

## Comment digests

comment-digest-heading = ### What people say: { $title }
# The first and best quote of a theme; $author is a name and a time.
comment-digest-theme-quote = **“{ $quote }”** — { $author }
comment-digest-theme-second = “{ $quote }” — { $author }
# Instead of these, if the quote is not written as a sentence; $details is a time.
comment-digest-theme-quote-within = { $author } says **“{ $quote }”** — { $details }
comment-digest-theme-second-within = { $author } says “{ $quote }” — { $details }
# The same without details.
comment-digest-quote-within = { $author } says “{ $quote }”
# $words is a list of words in quotation marks, with “or” before the last.
comment-digest-opening = { $count } of { $total ->
    [one] 1 comment
   *[other] { $total } comments
} mention { $words }
# Instead of comment-digest-opening, if fewer than half of the comments mention the words.
comment-digest-opening-few = { $count ->
    [one] No one subject dominates: 1 of { $total } comments mentions { $words }
   *[other] No one subject dominates: { $count } of { $total } comments mention { $words }
}
comment-digest-theme-mentions = { $count ->
    [one] 1 comment mentions { $words }
   *[other] { $count } comments mention { $words }
}
# Of the comments of a theme.
comment-digest-theme-says = { $count ->
    [one] 1 other says much the same
   *[other] { $count } others say much the same
}
comment-digest-theme-replies = { $count ->
    [one] 1 reply
   *[other] { $count } replies
}
comment-digest-more-themes = { $count ->
    [one] 1 more theme follows, with { $comments }
   *[other] { $count } more themes follow, with { $comments }
}
# Words that no quote is about, each with the number of comments that mention it: "Also mentioned" below
# quotes, "Mentioned most" where there are none. $words is a list, such as “rent” or “money”.
comment-digest-also-mentioned = Also mentioned: { $subjects }
comment-digest-mentioned-most = Mentioned most: { $subjects }
comment-digest-subject = { $words } ({ $comments })
comment-digest-rest = { $count ->
    [one] 1 other comment: { $groups }
   *[other] { $count } other comments: { $groups }
}
# Instead of comment-digest-rest, if $groups are only some of the comments.
comment-digest-rest-among = { $count ->
    [one] 1 other comment, among them { $groups }
   *[other] { $count } other comments, among them { $groups }
}
comment-digest-rest-mentions = { $count ->
    [one] 1 mentions “{ $word }”
   *[other] { $count } mention “{ $word }”
}
comment-digest-rest-only-points = { $count ->
    [one] 1 other comment
   *[other] { $count } other comments
}
comment-digest-rest-points = { $count ->
    [one] 1 longer comment
   *[other] { $count } longer comments
}
comment-digest-rest-questions = { $count ->
    [one] 1 question
   *[other] { $count } questions
}
comment-digest-rest-short = { $count ->
    [one] 1 short remark
   *[other] { $count } short remarks
}
comment-digest-rest-jokes = { $count ->
    [one] 1 joke
   *[other] { $count } jokes
}
# Below some quoted comments.
comment-digest-more-comments = { $count ->
    [one] 1 more comment
   *[other] { $count } more comments
}
comment-digest-disputed = { $count ->
    [one] One commenter disputes the article
   *[other] { $count } commenters dispute the article
}
# What the commenters say, such as “6 to 5”, and what the article says, such as “7 to 4”.
comment-digest-disputed-figures = { $count ->
    [one] **One commenter disputes the article:** { $theirs }, not { $ours }
   *[other] **{ $count } commenters dispute the article:** { $theirs }, not { $ours }
}
comment-digest-article-says = The article: “{ $quote }”
comment-digest-added = Not in the article
# Above what single comments say, in a thread in which few comments say the same.
comment-digest-single-points = Also said
# Instead of comment-digest-single-points, if no quote stands above.
comment-digest-single-points-alone = Among the comments
comment-digest-questions = Open questions
comment-digest-links = Links shared
# $span is a length of time, such as 3 hours.
comment-digest-busiest = { $count ->
    [one] **Busiest time:** 1 comment in { $span } from { $time }
   *[other] **Busiest time:** { $count } comments in { $span } from { $time }
}
comment-digest-chart-caption = { $start } to { $end } · each bar is { $span }
# Read out to people who cannot see the chart.
comment-digest-chart-description = { $count ->
    [one] Bar chart of 1 comment from { $start } to { $end }.
   *[other] Bar chart of { $count } comments from { $start } to { $end }.
} Each bar is { $span }. The highest has { $highest ->
    [one] 1 comment
   *[other] { $highest } comments
} and starts at { $peak }.
comment-digest-coverage = Based on { $read } of { $total ->
    [one] 1 comment
   *[other] { $total } comments
} (skipped { $skipped })
comment-digest-coverage-all = { $total ->
    [one] Based on the only comment
   *[other] Based on all { $total } comments
}
comment-digest-known = The archive has { $count } of about { $known } comments.
# What was skipped: parts of the list $skipped in the sentence above.
comment-digest-skipped-deleted = { $count } deleted
comment-digest-skipped-bots = { $count ->
    [one] 1 bot
   *[other] { $count } bots
}
comment-digest-skipped-copies = { $count } repeated
comment-digest-skipped-unread = { $count } beyond an even sample
comment-digest-skipped-brief = { $count } very short
comment-digest-page-overview = Overview
comment-digest-page-themes = More themes
comment-digest-page-more = More
comment-digest-all-of-theme = All comments on…
comment-digest-open = Open a comment…

## Scheduled digests

# When a digest is posted: $time is 08:30, $weekday the name of a day, $day a number from 1 to 31 and $zone
# Europe/Berlin. `monthly-or-last` is for days that some months do not have.
digest-timing = { $every ->
    [daily] every day at { $time } ({ $zone })
    [weekdays] Monday to Friday at { $time } ({ $zone })
    [weekly] every { $weekday } at { $time } ({ $zone })
    [monthly] on day { $day } of each month at { $time } ({ $zone })
    [monthly-or-last] on day { $day } of each month, or its last day, at { $time } ({ $zone })
   *[cron] cron `{ $cron }` ({ $zone })
}
# What a digest posts: $text is a search, a site or a subreddit.
digest-source = { $what ->
    [newest] new since the last digest
    [on-this-day] on this day in earlier years
    [most-discussed] most discussed of all time
    [search] newest for “{ $text }”
    [source] newest from { $text }
    [subreddit] newest from r/{ $text }
   *[random] a random pick
}
digest-source-most-discussed = { $days ->
    [one] most discussed of the last day
   *[other] most discussed of the last { $days } days
}
# The heading of a post, and the name of its thread.
digest-heading = { $what ->
    [newest] New in the archive
    [on-this-day] On this day
    [most-discussed] Most discussed of all time
    [search] New for “{ $text }”
    [source] New from { $text }
    [subreddit] New from r/{ $text }
   *[random] From the archive
}
digest-heading-most-discussed = { $days ->
    [one] Most discussed of the last day
   *[other] Most discussed of the last { $days } days
}
digest-up-to-headlines = { $count ->
    [one] 1 headline
   *[other] up to { $count } headlines
}
digest-up-to-summaries = { $count ->
    [one] 1 summary
   *[other] up to { $count } summaries
}
digest-up-to-comment-digests = { $count ->
    [one] 1 article with what people say
   *[other] up to { $count } articles with what people say
}
digest-late = { $hours ->
    [one] if missed, posts up to 1 hour late
   *[other] if missed, posts up to { $hours } hours late
}
digest-never-late = skips missed posts
digest-quiet = quiet from { $start } to { $end }
digest-target = { $target ->
    [thread] opens a thread on each post
   *[forum] one forum post each time
}
digest-target-tagged = one forum post each time, tagged { $tag }
digest-skips-empty = skips empty days
digest-posts-empty = also posts when there is nothing new
digest-posts-each = one post for each article
digest-pings = pings { $role }
digest-silent = without notifications
digest-published = published to following channels
digest-pinned = newest post pinned
digest-tags = tags by rule: { $tags }
digest-own-template = its own template

### Posts of digests

digest-nothing-new = Nothing new this time.
digest-why-these = Why these?
digest-direct = by DM
digest-from-server = Your digest from { $server }
digest-more-posts = { $count ->
    [one] And 1 more post like this, for another article.
   *[other] And { $count } more posts like this, one for each article.
}
digest-quote = “{ $quote }” *{ $author }*
digest-also = Also: { $reports }
digest-also-more = Also: { $reports } and { $count } more
# $number is the article's number in the post.
digest-chart-caption = Comments on article { $number }: { $caption }
topic-heading = ### Digest: { $topic }
topic-respelt = No threads for “{ $topic }”. Showing **“{ $instead }”**.

### Planning a digest

digest-preview = Preview. Nothing is posted until you save.
digest-preview-of-change = Preview of digest { $number } with your changes. It stays as it is until you save.
digest-where = **Posts in** <#{ $channel }>
digest-where-direct = **Sent** to you by DM
digest-show-post = Show the post
digest-show-times = Times and last 7 days
digest-next-runs = **Next runs**
digest-run-held = after the quiet hours
digest-run-moved = { $every ->
    [cron] later, as the clocks change
   *[other] later, as the clocks change: there is no { $time } that day
}
digest-run-clocks-change = the clocks in { $zone } change before this
digest-past-runs = **In the last 7 days it would have posted**
digest-no-past-runs = In the last 7 days it would have posted nothing.
digest-past-left-out = { $count ->
    [one] Filters leave out 1 article.
   *[other] Filters leave out { $count } articles.
}
digest-earlier-past-runs = { $runs ->
    [one] 1 earlier run
   *[other] { $runs } earlier runs
} with { $articles ->
    [one] 1 article
   *[other] { $articles } articles
}, then:
digest-past-run-empty = nothing
# The last of a list of headlines.
digest-more = and { $count } more
digest-saved = Digest { $number } saved.
digest-changed = Digest { $number } changed.
digest-still-paused = It is still paused. Use { $resume } to resume it.
digest-not-saved = Not saved. Nothing has changed.
# $when is a date and time, $relative is "in 3 hours".
digest-next-post = Next post { $when }, { $relative }
digest-no-next-post = No further posts are due.

### Lists, settings and history

digest-list = **Scheduled digests** · { $count }
digest-list-empty = No digests yet. A digest posts articles from the archive in a channel, as often as you like. Set one up with { $create }.
digest-list-direct = **Digests sent to you**
digest-name = Digest { $number }
digest-title = ### Digest { $number }: { $what }
# $when is "in 3 hours".
digest-next = next { $when }
digest-state = { $state ->
    [active] active
    [paused] paused
   *[deleted] deleted
}
digest-paused-because = paused: { $reason }
digest-status = **Status** { $state }
digest-last-run = Last run: { $run }
digest-created-by = created by { $name } · { $when }
digest-paused = Digest { $number } paused. Use { $resume } to resume it.
digest-resumed = Digest { $number } resumed.
digest-deleted = Digest { $number } deleted. Its posts stay.
digest-running = Digest { $number } will post in <#{ $channel }> in a moment. Its schedule stays the same.
digest-running-direct = Digest { $number } will be sent to you in a moment. Its schedule stays the same.
digest-open = Open a digest
digest-pause-several = Pause digests
digest-new = New digest…
digest-all = All digests
digest-edit = Edit…
digest-posts = Posts…
digest-template = Template…
digest-run = Run now
digest-history = History
digest-delete = Delete…
digest-delete-question = Delete digest { $number }? What it has posted stays.
digest-delete-confirm = Delete digest
leave-out-button = Leave out…
leave-out-title = What to leave out
leave-out-words = Words
leave-out-words-hint = In the headline or the text, with commas between them
leave-out-sources = Sources and subreddits
leave-out-sources-hint = Such as courier.example, r/funny
leave-out-authors = Authors
leave-out-flair = Flair
leave-out-commas = With commas between them
leave-out-minimum = Minimum of score and comments
leave-out-minimum-hint = Such as: score 10, comments 5
leave-out = leaves out { $what }
leave-out-author = an author
leave-out-list = { $filter ->
    [words] words: { $names }
    [sources] sources: { $names }
    [authors] authors: { $names }
    [subreddits] { $names }
   *[flair] flair: { $names }
}
leave-out-score = { $count ->
    [one] under 1 point
   *[other] under { $count } points
}
leave-out-comments = { $count ->
    [one] without comments
   *[other] under { $count } comments
}
leave-out-reason = { $whose ->
    [server] skipped by this server's filter: { $what }
   *[digest] skipped by this digest's filter: { $what }
}
digest-form-new = New digest
digest-form-when = How often
digest-form-time = Time
digest-form-time-hint = 08:00, Monday 08:00, 15 08:00 (day of the month), or a cron line
digest-form-what = What to post
digest-form-query = Words, source or subreddit
digest-form-query-hint = Only for a search, a source or a subreddit
digest-form-style = How much of each article
post-form-title = How it is posted
post-form-count = Posts
post-form-one = One post for all articles
post-form-each = One post or forum thread for each article
post-form-role = Role to ping
post-form-role-hint = None by default. Only a role that you can mention, at the head of the first post.
post-form-how = Also
post-form-silent = Post without notifications
post-form-publish = Publish in announcement channels
post-form-pin = Pin the newest post, unpin the one before
post-form-tags = Tags, one rule on each line
post-form-tags-hint = News · Sport: source bbc.co.uk · Help: flair Question · Port: search "fish market"
template-form-title = Template
template-form-heading = Heading
template-form-item = Each article
template-form-footer = Footer
template-form-hint = In { "{" }{ "}" }: { $names }
# Posted for moderators.
digest-paused-itself = Digest { $number } in <#{ $channel }> is paused: { $reason }. Once that is fixed, use { $resume }. For details, use { $why }.
digest-posted = { $count ->
    [one] posted 1 article
   *[other] posted { $count } articles
}
digest-posted-parts = { $posted } of { $count } posts made
digest-outcome = { $state ->
    [claimed] due
    [sending] posting
    [empty] nothing to post
    [missed] missed
   *[failed] failed
}
digest-outcome-because = { $state ->
    [claimed] due: { $reason }
    [sending] posting: { $reason }
    [missed] missed: { $reason }
   *[failed] failed: { $reason }
}
digest-on-request = on request
digest-explain-run = Explain a run…

### Why an article was posted or skipped

digest-rule = { $rule ->
    [picked] picked
    [new-comments] picked again for its new comments
    [shown-before] skipped because it was already posted and has no new comments
    [twin] skipped because a copy from the other archive was picked
    [story-shown] skipped because another thread of its story was already posted
    [same-story] skipped because another thread of its story was picked
    [over-18] skipped because the channel is not age-restricted
   *[enough] skipped because other articles came first
}
digest-over-18 = An article marked 18+
digest-more-skipped = { $count ->
    [one] and 1 more skipped
   *[other] and { $count } more skipped
}
digest-not-run = This digest has not run yet.
digest-never-considered = This digest has never considered this article. It posts: { $what }.
digest-asked-future = That time is still to come.
digest-asked-quiet = That time is in the quiet hours, { $start } to { $end }, when nothing is posted.
digest-chance = If it ran now: { $rule }
digest-chance-none = If it ran now, it would not consider this article.
digest-chance-random = The next run picks at random.

### Why a digest was not posted or is paused: stands after a colon

digest-reason-deleted = the digest was deleted
digest-reason-discord-refused = Discord rejected the post
digest-reason-forum-needs-tag = the forum requires a tag, and Newsdesk can't set any
digest-reason-no-such-tag = the forum no longer has the chosen tag, or Newsdesk can't set it
digest-reason-nothing = the article is no longer in the archive
digest-reason-paused = the digest was paused
digest-reason-quiet = held back by quiet hours until it was too late
digest-reason-too-late = too late to post
digest-reason-unreachable = Discord can't be reached; Newsdesk keeps trying

## Posts

permission-view-channel = View Channel
permission-attach-files = Attach Files
permission-send-messages = Send Messages
permission-send-messages-in-threads = Send Messages in Threads
permission-create-posts = Create Posts
permission-create-public-threads = Create Public Threads
permission-manage-threads = Manage Threads
permission-pin-messages = Pin Messages
permission-read-message-history = Read Message History

### Why a message was not sent or edited: stands after a colon

reason-bot-removed = Newsdesk is no longer in that server
reason-channel-gone = the channel was deleted
reason-fault = something went wrong on our side; the operator's log has the details
reason-may-not-post = Newsdesk needs { permission-view-channel } and { permission-send-messages } there
reason-needs = Newsdesk needs { $permissions } there
reason-thread-archived = the thread is archived and locked
reason-edit-direct-refused = the member's DMs are closed
reason-edit-refused = Discord rejected the edit
reason-edit-no-access = Newsdesk can no longer see that channel
reason-edit-too-late = Discord could not be reached for a week
reason-message-gone = the message was already deleted

### Posts that show undone or erased content

posts-marked = { $count ->
    [one] 1 post by Newsdesk in this server still shows what you undid.
   *[other] { $count } posts by Newsdesk in this server still show what you undid.
}
posts-marked-choice = Redacting removes it. Posts with nothing left are deleted.
posts-redact = { $count ->
    [one] Redact 1 post
   *[other] Redact { $count } posts
}
button-redact-posts = Redact posts
nothing-changed = Nothing was changed.
posts-kept = The posts stay as they are.
posts-none-marked = No posts here need redacting.
posts-edited = { $count ->
    [one] 1 post edited.
   *[other] { $count } posts edited.
}
posts-deleted = { $count ->
    [one] 1 post deleted, as nothing was left of it.
   *[other] { $count } posts deleted, as nothing was left of them.
}
posts-waiting = { $count ->
    [one] 1 more post will be edited once Discord allows it.
   *[other] { $count } more posts will be edited once Discord allows it.
}
post-not-edited = Not edited: { $link } ({ $reason })
post-not-edited-direct = Not edited: a direct message ({ $reason })
# Posted for moderators.
post-edit-failed = { $link } still shows content that was undone or erased. Newsdesk could not edit it: { $reason }. Delete it by hand.
post-items-removed = { $count ->
    [one] 1 item was removed from this message.
   *[other] { $count } items were removed from this message.
}
post-since-undone = { $count ->
    [0] comments undone since
    [one] 1 item undone since
   *[other] { $count } items undone since
}
post-since-edited = { $count ->
    [0] edited since
    [one] edited since: 1 item removed
   *[other] edited since: { $count } items removed
}
post-since-emptied = deleted since: nothing was left of it
post-since-deleted = message deleted since
post-since-waiting = edit pending
post-since-not-edited = not edited: { $reason }

## Follows

# $query, $filters and $title describe what is followed: “fish market” (comments only and from courier.example).
follow-search-narrowed = “{ $query }” ({ $filters })
follow-everything = everything ({ $filters })
follow-comments = new comments on “{ $title }”
follow-comments-gone = new comments on an article that was removed
# In these, $what is one of the descriptions above, and $list, $add and $catchup are commands.
follow-added = You're following { $what }. You'll get a DM when something new arrives.
follow-added-here = { $channel } is following { $what }. Newsdesk will post there when something new arrives.
follow-known = You already follow { $what }.
follow-known-here = { $channel } already follows { $what }.
follow-direct-limits = If your DMs are closed, the follow is paused.
follow-now-muted = Muted: { $what }. Resume or remove it in { $list }.
follow-now-resumed = Resumed: { $what }. Notices start again with the next load.
follow-now-removed = No longer following { $what }.
follow-none = You don't follow anything here yet. Follow a search with { $add }, or press **Follow** below search results or an article.
follow-own = **Your follows**, by DM
follow-channels = **Channel follows**
follow-held-back = { $count ->
    [one] 1 load in the last 24 hours was over your daily limit. See what it added with { $catchup }.
   *[other] { $count } loads in the last 24 hours were over your daily limit. See what they added with { $catchup }.
}
follow-choose = Choose a follow…
follow-choose-mute = Mute…
follow-mute = Mute
follow-resume = Resume
follow-remove = Remove
follow-here = Follow here too
follow-active = active
follow-muted = muted
follow-paused = paused: { $reason }
follow-paused-notice = { $count ->
    [one] 1 follow in { $channel } is paused: { $reason }. Fix this, then resume it in { $list }.
   *[other] { $count } follows in { $channel } are paused: { $reason }. Fix this, then resume them in { $list }.
}
# Reasons stand after a colon.
follow-reason-direct-refused = DMs from Newsdesk are blocked
follow-reason-discord-refused = Discord rejected the message
follow-reason-left = no longer a member of the server

### Notices of follows

follow-heading = New for { $what }
follow-heading-comments = New comments on { $title }
follow-new-comments = { $count ->
    [one] 1 new comment
   *[other] { $count } new comments
}
follow-threads-at-least = { $count ->
    [one] at least 1 thread
   *[other] at least { $count } threads
}
follow-more = { $count ->
    [one] and 1 more
   *[other] and { $count } more
}
follow-more-at-least = { $count ->
    [one] and at least 1 more
   *[other] and at least { $count } more
}
follow-show-all = Show all
follow-show-all-for = All for { $what }
follow-last-today = This is the last message from follows here today. { $catchup } shows the rest; moderators can raise the limit in { $settings }.
follow-in-server = You follow this in { $server }.
follow-help =
    ### Following
    { $add } follows a search. When matching articles are loaded, you get one DM with their headlines. Choose a `channel` to post there instead, if you are a moderator or can manage that channel.
    The **Follow** button below search results does the same. Below an article, it follows the comments.
    Each article is announced once, however many comments it gets later. If a load is undone and loaded again, its articles count as new. A channel gets one message per load for all its follows.
    {"**"}Mute** stops a follow until you resume it in { $list }. { $remove } removes it.
    Moderators set how many messages a day one place gets. { $catchup } always shows everything since your last visit.
    { $digest } sends you a digest at the times you choose. **Leave out…** filters what a follow or a digest shows.
    -# Articles marked 18+ are announced in age-restricted channels only. If your DMs are closed or you leave the server, your follows are paused.

## Catch-up

# $time is a date, $ago how long ago that was.
catch-up-heading = ### New since { $time }, { $ago }
catch-up-first = This is your first visit, so here are the last 7 days. Next time, you'll see what's new since this visit.
catch-up-nothing = Nothing has been loaded or posted since then. Use { $add } to hear when something new arrives.
catch-up-loaded = **Loaded**
catch-up-counts = { $articles ->
    [0] no new articles
    [one] 1 new article
   *[other] { $articles } new articles
}, { $comments ->
    [0] no new comments
    [one] 1 new comment
   *[other] { $comments } new comments
}
catch-up-shared-load = shared archive
catch-up-more-loads = { $count ->
    [one] and 1 more load
   *[other] and { $count } more loads
}
catch-up-posted = { $count ->
    [one] **Posted** · 1 digest or notice
   *[other] **Posted** · { $count } digests and notices
}
# $what is what is followed, $reason is such as: the channel was deleted
catch-up-paused = Your follow { $number } ({ $what }) is paused: { $reason }. Resume it in { $list }.

## Settings

settings-title = ### Server settings
settings-moderators = **Moderators:** members with Manage Server
settings-moderators-and-role = **Moderators:** members with Manage Server or { $role }
settings-shared-archive = { $state ->
    [on] **Shared archive:** on. Searches include the operator's archive.
   *[off] **Shared archive:** off. Searches find only what was loaded here.
}
settings-adult = { $state ->
    [on] **18+ articles:** shown in age-restricted channels only
   *[off] **18+ articles:** hidden
}
settings-pseudonyms = { $state ->
    [on] **Commenters** are shown as Commenter A, B, C, with new letters in each thread. Names inside comments stay.
   *[off] **Commenters** are shown by name.
}
settings-digests = **New digests** are posted in { $channel } unless you choose another channel.
settings-digests-anywhere = **New digests** are posted where they are created unless you choose another channel.
settings-digest-zone = **Digest time zone:** { $zone }
settings-digest-languages = **Digest languages:** { $languages }
settings-leave-out = **Digests and notices:** { $what }
settings-any-language = any language
settings-notices = **If a digest is paused,** moderators get a notice in { $channel }.
settings-notices-to-maker = **If a digest is paused,** whoever created it gets a DM.
settings-follows = { $count ->
    [one] **Follows** send at most 1 message a day to one place. Change this with `follows_a_day`.
   *[other] **Follows** send at most { $count } messages a day to one place. Change this with `follows_a_day`.
}
# $language is the name of a language.
settings-language = **Posts are in:** { $language }
settings-language-of-server = **Posts are in:** { $language }, the server's language
settings-note = Discord shows /archive, /digest, /settings, /status and /audit to members with Manage Server. To show them to the moderator role too, add the role in Server Settings > Integrations > Newsdesk. To import an exported file, attach it to /settings.
# The check of permissions in /settings. Each missing permission is a line: Attach Files: to attach charts ...
permissions-complete = **Permissions:** Newsdesk has all it needs in #{ $channel }.
permissions-missing = { $count ->
    [one] **Newsdesk is missing 1 permission in #{ $channel }**
   *[other] **Newsdesk is missing { $count } permissions in #{ $channel }**
}
# $why is one of the reasons below.
permissions-item = - {"**"}{ $permission }**: { $why }
permissions-why = { $permission ->
    [view_channel] to see the channel at all
    [send_messages] to post digests, notices, shared cards and answers to mentions
    [send_messages_in_threads] to answer in threads
    [create_public_threads] to open threads, for Discuss and for digests
    [attach_files] to attach charts, exports and lists of rejected lines
   *[read_message_history] to find its own posts, so that nothing is posted twice
}
permissions-what-to-do = Open the channel’s settings, choose Permissions, and allow this for Newsdesk’s role.
permissions-no-channel = { $server } has no text channel that Newsdesk could post in. Create one, then check again.
settings-role-placeholder = Moderator role
settings-digest-placeholder = Channel for new digests
settings-notices-placeholder = Channel for notices to moderators
settings-languages-placeholder = Languages of articles in digests: any
settings-language-placeholder = Language of posts: same as the server
settings-switch-shared = { $to ->
    [on] Turn on shared archive
   *[off] Turn off shared archive
}
settings-switch-adult = { $to ->
    [on] Show 18+ articles
   *[off] Hide 18+ articles
}
settings-switch-names = { $to ->
    [on] Hide names
   *[off] Show names
}
settings-zone = Time zone…
settings-zone-title = Time zone for digests
settings-zone-label = Region/City, such as Europe/Berlin
settings-export = Export

### Settings as a file

settings-exported = **Settings file:** this server's settings, { $digests ->
    [0] no digests
    [one] 1 digest
   *[other] { $digests } digests
} and { $follows ->
    [0] no channel follows
    [one] 1 channel follow
   *[other] { $follows } channel follows
}. Members' own follows are private and not included.
settings-import = ### Import these settings?
settings-imported = **Settings imported.**
settings-not-imported = Import cancelled. Nothing was changed.
settings-import-nothing = Everything in that file is already set up here.
settings-import-confirm = Import
settings-import-digests = { $count ->
    [one] 1 new digest
   *[other] { $count } new digests
}
settings-import-follows = { $count ->
    [one] 1 new follow
   *[other] { $count } new follows
}
settings-import-already = { $count ->
    [one] 1 of its digests and follows is already here.
   *[other] { $count } of its digests and follows are already here.
}
settings-import-left-out = { $count ->
    [one] 1 is left out: its channel or article isn't here, you or Newsdesk can't post there, or names are hidden.
   *[other] { $count } are left out: their channels or articles aren't here, you or Newsdesk can't post there, or names are hidden.
}
settings-state = { $state ->
    [on] on
   *[off] off
}
settings-none = none
settings-field-moderator-role = Moderator role
settings-field-shared-archive = Shared archive
settings-field-zone = Time zone
settings-field-moderator-channel = Channel for notices to moderators
settings-field-digest-channel = Channel for new digests
settings-field-languages = Languages of articles in digests
settings-field-leave-out = What is left out
settings-field-language = Language of posts
settings-field-adult = 18+ articles
settings-field-pseudonyms = Hidden names
settings-field-follow-cap = Messages from follows a day
settings-places-where = { $rule ->
    [nowhere] **Members can post with Newsdesk** in no channel yet. Choose some below.
    [only] **Members can post with Newsdesk** only in { $channels }.
    [except] **Members can post with Newsdesk** anywhere except { $channels }.
   *[everywhere] **Members can post with Newsdesk** in every channel.
}
settings-mentions = { $state ->
    [on] **Mentions** are answered there.
   *[off] **Mentions** are not answered.
}
settings-places = Places…
settings-places-title = ### Where members can post with Newsdesk
settings-places-note = This covers shared cards, discussion threads and answers to mentions. Threads follow their channel. Everywhere else, commands answer privately. Digests and follows post in the channels chosen for them.
settings-places-rule = { $rule ->
    [only] Only these channels
    [except] All channels but these
   *[everywhere] Every channel
}
settings-places-placeholder = Channels and categories
settings-places-back = Back to settings
settings-switch-mentions = { $to ->
    [on] Answer mentions
   *[off] Stop answering mentions
}
settings-field-posting-rule = Where members can post
settings-field-posting-channels = Channels of that rule
settings-field-answers-mentions = Answers to mentions

## Privacy

privacy-question = **Forget { $name }?**
# $what is "2 comments", "1 article" or both, as a list.
privacy-found = Found { $what } in { $threads ->
    [one] 1 thread
   *[other] { $threads } threads
}.
privacy-found-nothing = Nobody by that name has written or posted anything here.
privacy-found-part = This archive is too large to count everything at once, so there may be more.
privacy-nearest = Similar names here: { $names }.
privacy-effect =
    Their articles and comments are emptied and their name is removed everywhere. Replies stay, under “[deleted]”. Files loaded later won't bring anything back, and neither will undoing a load.
    {"**"}This cannot be undone.**
privacy-limits = Newsdesk also edits its own posts that quote them, where Discord allows it. Not covered: the shared archive, which only the operator can change, and what others wrote about them.
privacy-confirm = Forget permanently
privacy-keep-out = Leave out of later loads
privacy-erasing = **Forgetting { $name }…** This can take a moment in a large archive.
# $by is a mention of who did it.
privacy-erased = **{ $name } is forgotten.** Requested by { $by }.
privacy-erased-counts = Emptied { $comments ->
    [0] no comments
    [one] 1 comment
   *[other] { $comments } comments
} and { $articles ->
    [0] no articles
    [one] 1 article
   *[other] { $articles } articles
}.
privacy-erased-nothing = There was nothing by that name here. Later loads will leave it out.
privacy-erased-limits = Later loads won't bring any of it back. Members' own copies and quotes are not affected.

## The audit list: who did what, and when

audit-title = { $count ->
    [one] **Audit list** · 1 entry
   *[other] **Audit list** · { $count } entries, newest first
}
audit-none = Nothing here yet. Loads, undone loads, forgotten authors, exports, and changes of settings, digests and channel follows’ filters are listed here.
audit-note = Entries are kept for a year. Names of forgotten authors are not kept.
# Followed by "60 new articles · 1,500 new comments".
audit-load = { $state ->
    [done] Load { $load } of { $name }
    [cancelled] Load { $load } of { $name }, cancelled
   *[failed] Load { $load } of { $name }, failed
}
audit-load-paused = Load { $load } paused
audit-load-resumed = Load { $load } resumed
audit-undo = Load { $load } undone
audit-forget = An author was forgotten
audit-purge = Part of the archive was deleted by the operator
audit-request-declined = A request to be forgotten was declined
# Followed by "60 articles · 1,500 comments". $format is Markdown, CSV or NDJSON.
audit-export = { $what ->
    [thread] A thread exported as { $format }
    [search] A search exported as { $format }
   *[archive] The archive exported as { $format }
}
# $setting is the name of a setting, such as "Time zone".
audit-setting = { $setting }: { $old } → { $new }
audit-digest = { $what ->
    [created] Digest { $digest } created
    [edited] Digest { $digest } edited
    [paused] Digest { $digest } paused
    [resumed] Digest { $digest } resumed
    [deleted] Digest { $digest } deleted
   *[run] Digest { $digest } posted outside its schedule
}
# $old and $new say what the follow leaves out, such as: leaves out words: lottery
audit-follow-filters = Filters of follow { $follow } in { $channel }: { $old } → { $new }
privacy-backups = Any earlier backups still contain what was erased.
privacy-backup = { $name } ({ $day })
privacy-backups-known = Earlier backups still contain what was erased, until the operator deletes them: { $backups }.

## What is stored about a member (/privacy mine)

mine-title = **What Newsdesk stores about you**
mine-nothing = Newsdesk stores nothing under your Discord ID.
mine-authors = This is about your Discord account. To have articles and comments removed that you wrote elsewhere, use { $request }.
mine-follows = { $count ->
    [one] 1 follow in your direct messages
   *[other] { $count } follows in your direct messages
}
mine-own-digests = { $count ->
    [one] 1 digest in your direct messages
   *[other] { $count } digests in your direct messages
}
mine-channel-follows = { $count ->
    [one] 1 follow that you made for a channel
   *[other] { $count } follows that you made for channels
}
mine-digests = { $count ->
    [one] 1 digest that you planned
   *[other] { $count } digests that you planned
}
mine-shared = { $count ->
    [one] 1 card that you shared or posted
   *[other] { $count } cards that you shared or posted
}
mine-messages = { $count ->
    [one] A record of 1 message sent to you
   *[other] Records of { $count } messages sent to you
}
mine-visits = { $count ->
    [one] When you last used the bot, in 1 server
   *[other] When you last used the bot, in { $count } servers
}
mine-searches = { $count ->
    [one] 1 saved search
   *[other] { $count } saved searches
}
mine-requests = { $count ->
    [one] 1 request to be forgotten
   *[other] { $count } requests to be forgotten
}
mine-tokens = Your use of the language model today, until midnight UTC
mine-audit = { $count ->
    [one] 1 entry in the moderators' audit list, for a year
   *[other] { $count } entries in the moderators' audit list, for a year
}
mine-loads = { $count ->
    [one] Your name on the receipt of 1 load
   *[other] Your name on the receipts of { $count } loads
}
mine-kept = Questions and searches are not stored under your name. Receipts, requests, token counts and the audit list can't be deleted here.
mine-delete = Delete
mine-question = **Delete what Newsdesk stores about you?**
mine-effect = This deletes your own follows, digests and saved searches, your last visits, and the records of messages sent to you, so those can no longer be corrected. Digests and follows of channels, and shared cards, stay without your name.
mine-confirm = Delete for good
mine-deleted = **Your data is deleted.** Backups keep it until they are deleted.

## The privacy policy

policy-title = ### Privacy policy
policy-text =
    Newsdesk stores the articles and comments that moderators and the operator load, with the names of their authors as published. A server's own archive is visible only in that server. The shared archive is visible in every server that has not turned it off.
    It also stores each server's settings, digests and follows, with the Discord ID and name of who made them; the IDs of its own messages, so that it can correct or delete them; and when each member last used it in a server.
    It reads only messages that mention it, reply to it or are sent to it. Data is never sold, used for advertising or used to train models.
policy-no-log = Questions are not stored.
policy-log = The operator stores questions, without the names or IDs of who asks.
policy-model = Questions and the quotes found are sent to a language model, without names of members or commenters.
policy-retention = **Kept**: records of posts for { $posts } days, visits for { $visits } days, the moderators' audit list for { $audit } days. Archives and settings stay until a moderator or the operator deletes them.
policy-purged = { $days ->
    [one] **When a server removes the bot**, its archive and settings are deleted for good after 1 day.
   *[other] **When a server removes the bot**, its archive and settings are deleted for good after { $days } days.
}
policy-stays = **When a server removes the bot**, its data stays until the operator deletes it.
policy-contact = **Contact**: { $contact }
policy-no-contact = **Contact**: the operator of this bot has not set a contact. Ask the moderators of this server.
policy-commands = { $mine } shows and deletes what is stored about you. { $request } asks to be forgotten as an author.

## Requests to be forgotten

request-sent = **Your request is with the moderators.** They decide whether everything written by { $name } is removed from this server's archive, and may ask you to show that it's you. You get a direct message with their decision, if you accept those.
request-shared = This is about this server's own archive. The shared archive belongs to the bot's operator.
request-shared-contact = This is about this server's own archive. For the shared archive, contact the operator: { $contact }
request-none = There are no open requests.
request-more = { $count ->
    [one] 1 more request is waiting.
   *[other] { $count } more requests are waiting.
}
request-card = **Request to be forgotten**
    { $member } asks that everything written by **{ $name }** is removed from this server's archive.
request-check = Check first that they are this author, for example by a message from the account they wrote with.
request-grant = Forget permanently
request-decline = Decline
request-decided = { $what ->
    [granted] **Request granted** by { $by }. The author whom { $member } named is forgotten.
   *[declined] **Request declined** by { $by }. Nothing was changed for { $member }.
}
# A direct message to who made the request.
request-answer = { $what ->
    [granted] The moderators of { $server } granted your request: the author you named is forgotten in their archive.
   *[declined] The moderators of { $server } declined your request to be forgotten. You can ask them why.
}
# A direct message to the owner of a server without a channel for moderators.
request-owner = Somebody in { $server } asks to be forgotten as an author. Use { $command } there to decide. To get such requests in a channel, choose one for moderators in the settings.

## Command line: help

cli-about = Newsdesk is a searchable archive of news articles and their discussions.
cli-audit = List who loaded, undid, forgot or changed what
cli-audit-about = Only this kind of action
cli-audit-offset = Skip this many entries
cli-export = Export a thread, a search or the archive
cli-export-loads-again = NDJSON loads again into the same rows. The export goes to standard output, or to --output.
cli-export-thread = only this article with its comments, by id or title
cli-export-search = only the threads of this search, at most 500
cli-export-format = markdown, csv, or ndjson, which loads again (default)
cli-export-output = the file to write
cli-exit-codes = Exit codes: 0 done, 1 not found, 2 bad input, 69 Discord cannot be reached. An empty list is 0.
# The first word of a command's usage.
cli-usage = usage:
cli-heading-commands = commands
cli-heading-arguments = arguments
cli-heading-options = options
cli-help = Show this help
cli-version = Show the version
cli-data = Folder of the databases (default: NEWSDESK_DATA, else “data”)
cli-guild = Use this Discord server's archive, not the shared one
cli-json = Print one JSON object, for programs

cli-article-id = An article's number, key (t3_…) or title
cli-source = Only this site, such as courier.example
cli-after = On or after this date, such as 2024-03-12
cli-before = Before this date
# $default is a number.
cli-limit = Show at most this many (default: { $default })

cli-article = Show an article and its comments
cli-article-comments = Show at most this many comments, the newest (default: all)
cli-article-newest = List the comments newest first, without indenting replies
cli-ask = Ask a question and get an answer quoted from the archive
cli-ask-question = Your question, in your own words
cli-ask-article = Ask about this article and its comments only
cli-ask-exit-code = The exit code is 1 if the archive has no answer.
cli-backup = Back up the data and check the backup; works while the bot is running
cli-backup-target = Folder for the backup
cli-restore = Restore a backup; the present files are kept aside
cli-restore-folder = Folder of the backup
cli-check = Check the databases and say how to fix what is wrong
cli-check-repair = Rebuild a broken search index
cli-comments = Show what people say about an article
cli-comments-list = List the comments instead
cli-comments-order = How to sort the list (default: thread)
cli-comments-hide-bots = Leave out comments by bots
cli-comments-one-thread = List only the article's own thread, not the whole story
# Below the sentence that other threads cover the same subject.
cli-comments-timeline = newsdesk timeline { $id } lists them.
cli-comments-replies = List only the replies below this comment
cli-comments-offset = Skip this many comments
cli-deliveries = Show whether scheduled digests were posted
cli-deliveries-schedule = Only this digest
cli-follows = List what channels and members follow
cli-follows-remove = Remove this follow
cli-forget = Remove an author's name and words permanently
cli-forget-everywhere = Without --guild, this applies to every archive.
cli-forget-what = What to forget
cli-forget-name = The author's name; capitals don't matter
cli-forget-dry-run = Show what would be erased, without erasing it
cli-forget-keep-out = Forget this name even if the archive has nothing by it
cli-purge = Delete articles and their comments for good, by age, source or subreddit
cli-purge-permanent = With --guild in that server's archive, otherwise in the shared one. This cannot be undone: make a backup first.
cli-purge-subreddit = Only this subreddit
cli-purge-all = The whole archive, with the list of its loads
cli-purge-dry-run = Show what would be deleted, without deleting it
cli-load = Load articles and comments from files
cli-load-path = Files and folders to load, plain or in .zip, .tar, .gz, .xz or .zst
cli-load-resume = Resume this load, or the last one that stopped or failed
cli-load-name = Name of the load (default: the first file's name)
cli-load-dry-run = Show what would be loaded, without loading it
cli-load-subreddit = Only this subreddit; can be repeated
cli-load-min-score = Only with at least this score
cli-load-min-length = Only comments with at least this many characters
cli-load-over-18 = Include 18+ content, which is otherwise left out
cli-load-filters = Filters apply to each article and comment. Article pages have no subreddit or score.
cli-loads = List recent loads
cli-loads-rejected = Print everything that this load rejected, one JSON object a line
cli-mcp = Let AI tools read the archive over MCP
cli-related = Find articles related to one
cli-timeline = See how a story was reported, and its threads
cli-run = Run the bot (needs DISCORD_TOKEN)
cli-run-shards = run as one of several processes: its shards, such as 0-3/16, or auto for a fair share of as many as Discord recommends
cli-schedules = List scheduled digests
cli-search = Search articles and their comments
cli-search-query = Words, "exact phrase", -without, one OR other, begin*
cli-search-in = Where to look (default: both)
cli-search-author = Only articles or comments by this person
cli-search-order = How to sort the results (default: relevance)
cli-search-offset = Skip this many results
cli-browse = Browse the archive by source, subreddit, flair, day or month
cli-browse-by = What to browse by; without it, the newest articles are listed
cli-browse-value = Only the articles with this source, subreddit, flair, day (2024-03-12) or month (2024-03)
cli-stats-by = Count the threads by month, source or subreddit
cli-trend = Show how many texts match a search over time
cli-stats = Show what the archive contains
cli-status = Show the status of the bot, its loads and its posts
cli-status-running = only show whether the bot is connected to Discord; exit code 1 if it isn't
cli-summary = Show an article's key sentences
cli-try = Try the bot in your browser, without Discord
cli-try-port = Port of the local page (default: any free one)
cli-try-data = Keep the archive in this folder (default: nothing is kept)
cli-undo = Undo a load
cli-undo-load = The load's number

## Command line: mistakes in what was typed

# $message is one of the sentences below, $argument_name an option or argument.
cli-mistake-in = { $argument_name }: { $message }
cli-mistake-missing = Missing: { $value }
# $value is a list of arguments and options.
cli-mistake-missing-one = Give one of these: { $value }
cli-mistake-unknown = Not recognised: { $value }
cli-mistake-conflict = Cannot be used together with { $value }
cli-mistake-unwanted-value = Takes no value, but { $value } was given
cli-mistake-no-value = Needs a value
cli-mistake-ambiguous = { $option } could mean { $matches }
cli-mistake-choice = { $value } is not one of { $choices }
cli-mistake-example = Type: { $example }
cli-not-an-author = “{ $text }” is not an author's name
cli-not-a-server = “{ $text }” is not the ID of a Discord server
cli-not-shards = “{ $text }” is neither auto nor shards of a number, such as 0-3/16
cli-not-a-number = “{ $text }” is not a whole number from { $minimum } to { $maximum }

## Command line: what it prints

# In place of a date.
cli-undated = no date
cli-by = by { $name }, { $time }
cli-posted-by = posted by { $author }
cli-commenter = commenter { $author }
cli-headline = headline
# $id in these messages is a number without grouping, as in Discord's links.
cli-article-number = article { $id }
cli-comment-number = comment { $id }
cli-digest-number = digest { $id }
cli-server = server { $id }
cli-channel = channel { $id }
cli-member = member { $id }

# $query is in quotation marks. The order, such as "best matches first", follows.
cli-search-found = { $count ->
    [one] 1 thread for { $query }
   *[other] { $count } threads for { $query }
}
cli-search-more = More than { $count } threads for { $query }
cli-search-respelt = No threads for { $query }. Showing { $count ->
    [one] 1 for { $instead }
   *[other] { $count } for { $instead }
}
cli-summary-sentences = { $shown } of { $count ->
    [one] 1 sentence
   *[other] { $count } sentences
}

cli-ask-differs = Another source says something else
# How many of the comments that were read mention what is asked about.
cli-ask-supporters = { $count } of { $read ->
    [one] 1 comment
   *[other] { $read } comments
}

# What the commenters say, such as “6 to 5”, and what the article says, such as “7 to 4”.
cli-digest-disputed-figures = { $count ->
    [one] One commenter disputes the article: { $theirs }, not { $ours }
   *[other] { $count } commenters dispute the article: { $theirs }, not { $ours }
}
# $span is a length of time, such as 3 hours.
cli-digest-busiest = { $count ->
    [one] Busiest time: 1 comment in { $span } from { $time }
   *[other] Busiest time: { $count } comments in { $span } from { $time }
}

cli-loading = Loading
cli-load-waiting = Waiting for another load to finish
cli-load-ended = { $state ->
    [done] Loaded { $name } in { $duration }
    [cancelled] Cancelled { $name } after { $duration }
    [paused] Stopped { $name } after { $duration }
   *[failed] Could not load all of { $name }; stopped after { $duration }
}
cli-load-preview = Would load { $articles ->
    [one] 1 article
   *[other] { $articles } articles
} and { $comments ->
    [one] 1 comment
   *[other] { $comments } comments
}
cli-load-not-written = Nothing was loaded. Run the command without --dry-run to load this.
cli-load-rejected = { $count } rejected:
cli-load-more-rejected = and { $count } more
cli-load-rejects-file = Full list: { $path }
cli-load-rejects-command = newsdesk loads --rejected { $load }
cli-load-resume-hint = To continue: newsdesk load --resume { $load }
cli-load-undo-hint = To undo: newsdesk undo { $load }
cli-loads-none = Nothing loaded yet. Start with: newsdesk load FILE
cli-forget-done = Emptied { $articles ->
    [one] 1 article
   *[other] { $articles } articles
} and { $comments ->
    [one] 1 comment
   *[other] { $comments } comments
}, and removed the author's name everywhere. Loading a dump again will not bring them back.
cli-forget-nothing = Nothing by this author was found. Dumps loaded later will not bring any in.
cli-forget-unknown = Nothing was changed. Unless this name was forgotten before, later loads may bring it in; add --keep-out to prevent that.

cli-schedules-none = No scheduled digests. Moderators create them in Discord with /digest create.
cli-next = next { $time }
cli-deliveries-none = No digest has been due yet. To see what is scheduled: newsdesk schedules
cli-follows-none = No follows yet. Members add them in Discord with /follow add.
cli-audit-none = No entries yet.
cli-export-done = Exported { $articles ->
    [one] 1 article
   *[other] { $articles } articles
} and { $comments ->
    [one] 1 comment
   *[other] { $comments } comments
} to { $path }.
# In place of "server 104...", for what concerns the operator's archive.
cli-audit-shared = shared archive
# $what is a search or an article.
cli-follows-removed = Follow { $id } removed: { $what }.

cli-stats-articles = { $articles ->
    [one] 1 article
   *[other] { $articles } articles
} from { $sources ->
    [one] 1 source
   *[other] { $sources } sources
}
cli-stats-size = { $size } on disk
cli-transfer = move the archive to another database
cli-transfer-to = the address of a PostgreSQL database, or a folder for SQLite
cli-transfer-copying = Copying { $table }: { $done } of { $total } rows
cli-transfer-comparing = Comparing { $table }: { $done } of { $total } rows
cli-transfer-stopped = Stopped. Run the same command again to continue.
cli-transferred =
    { $rows ->
        [one] { $rows } row copied and compared.
       *[other] { $rows } rows copied and compared.
    }
cli-transferred-url = Set DATABASE_URL to that address and start the bot. The old database is unchanged.
cli-transferred-folder = Leave DATABASE_URL empty, set NEWSDESK_DATA to { $folder } and start the bot. The old database is unchanged.
cli-backup-restore = Checked. To restore it, stop the bot and run: newsdesk restore { $folder }
cli-restored = { $folder } is restored.
cli-restored-check = The texts are intact, but something else is wrong. newsdesk check says what to do.
cli-restored-aside = The files from before are in { $folder }. Delete them when all is well.
cli-upgrade-backup = Backup before the upgrade ({ $size }): { $part }
cli-upgrade-running = Upgrading { $file }, for { $duration } so far.
cli-upgrade-done = { $file } was upgraded in { $duration }. To go back, run newsdesk restore { $backup }, then use the earlier version.
cli-check-ok = OK
cli-check-broken = broken

## Command line: what "newsdesk check" finds: what was checked, the result, and what to do

check-pages = { $file }: pages
check-pages-good = intact
check-schema = { $file }: tables
check-schema-good = complete
# $names is a list of names of tables and columns.
check-schema-bad = missing or wrong: { $names }
check-references = { $file }: references
check-references-good = complete
check-references-bad = { $count ->
    [one] 1 leads nowhere
   *[other] { $count } lead nowhere
}
check-counts-good = correct
check-comment-counts = { $file }: comment counts
check-comment-counts-bad = { $count ->
    [one] 1 article has a wrong comment count
   *[other] { $count } articles have a wrong comment count
}
check-receipts = { $file }: receipts
check-receipts-bad = { $count ->
    [one] 1 receipt lists comments that are missing
   *[other] { $count } receipts list comments that are missing
}
check-totals = { $file }: totals
check-totals-bad = { $count ->
    [one] 1 receipt does not match the number of its comments
   *[other] { $count } receipts do not match the number of their comments
}
check-numbers = { $file }: ids
check-numbers-bad = { $count ->
    [one] 1 archive would use an id twice
   *[other] { $count } archives would use an id twice
}
check-undos = { $file }: undone loads
check-undos-good = complete
# $loads is a list of numbers.
check-undos-bad = only partly undone: { $loads }
check-undos-advice = Unless it is being undone right now, undo it again to finish.
check-statistics = { $file }: search statistics
check-statistics-good = complete
# $parts is a list of the program's names: articles, times, words, spelling.
check-statistics-bad = the last update failed: { $parts }
check-statistics-advice = Search works, but spelling corrections and word forms may be missing. Look in the log for the reason. After an upgrade of Newsdesk, the next load updates them.
check-indexes = { $file }: search index
check-index = { $file }: search index { $table }
check-index-good = matches the texts
check-index-bad = does not match the texts
check-index-rebuilt = did not match the texts; now rebuilt
check-index-advice = To rebuild it: newsdesk check --repair
check-index-skipped = not checked
check-index-room = Free up { $size } on the disk of the data folder, then check again.
check-not-created = not created yet
check-not-ours = not a Newsdesk database
check-newer = created by a newer version of Newsdesk
check-upgrade = Upgrade Newsdesk.
check-damaged = damaged
check-unreadable = cannot be read
check-disk = Check the disk and the permissions of the folder.
check-restore = Stop the bot, restore the last backup with newsdesk restore, and check again.

## Configuration: settings that are wrong, as the command line shows them

# $problem is one of the sentences below.
config-problem = { $name }: { $problem }
config-token-missing = DISCORD_TOKEN is missing. Create an application in the Discord Developer Portal, copy the token from its Bot page (leave all three privileged intents off) and set DISCORD_TOKEN in .env or in the environment. The next start then shows the invitation link.
config-token-with-bot = Leave out the word “Bot” and give only the token.
config-no-token = This is not a bot token. A token has three parts joined by dots and no spaces.
config-not-a-folder = “{ $path }” is not a folder.
config-no-such-folder = There is no folder “{ $path }”.
config-time = “{ $text }” is not a time of day. Write it like 03:00.
config-no-file = “{ $path }” cannot be a file. Choose a file name in an existing folder.
config-no-policy = “{ $path }” cannot be read as text. Name a text file in UTF-8.
config-long-policy = “{ $path }” is too long. A policy has at most { $most } characters.
config-long-contact = This is too long. A contact has at most { $most } characters.
# $choices is a list, such as "yes or no".
config-one-of = “{ $text }” is not valid. Use { $choices }.
config-some-of = “{ $text }” is not valid. Use one or more of: { $choices }.
config-number = “{ $text }” is not valid. Use a whole number from { $minimum } to { $maximum }.
config-vectors = “{ $text }” is not valid. Use shipped, off, a folder or a hub name such as somebody/model.
config-vectors-need-extra = This needs model2vec. Install newsdesk[model2vec], or use shipped or off.
config-no-address = This is not a web address. Use one like http://localhost:8080/v1.
config-no-database = This is not the address of a PostgreSQL database. Use one like postgresql://user:password@host/newsdesk, and write special characters of the password as %40.
config-database-needs-extra = This needs psycopg. Install newsdesk[postgres], or leave the setting empty.
config-address-with-key = Use only the address. A key belongs in LLM_API_KEY.
config-no-key = This is not a key. A key has no spaces or accented letters.
config-alert = This is neither a webhook's address nor a user's ID.
config-half-a-model = { $missing } is missing. { $given } needs it.
config-misspelt = { $name } is not a setting. Did you mean { $near }?
config-env-file = .env cannot be read: { $reason }

## Loads

# $name is the name of a file or folder, such as worldnews_2021.zst.
load-starting = **Loading** { $name } · reading the file…
load-queued = **Waiting** { $name } · starts by itself after the current load
load-running = **Loading** { $name }
load-left = { $duration } left
# $count and $total are short, such as 2.1m and 5.2m.
load-comments-of = { $count } of about { $total } comments
# Articles and comments that are loaded in a second.
load-rate = { $count }/s
# $done and $total are sizes, such as 212 MB.
load-read = { $done } read
load-read-of = { $done } of { $total } read
load-rejected = { $count ->
    [one] 1 rejected
   *[other] { $count } rejected
}
load-rejected-attached = { $count ->
    [one] 1 rejected (see the attached file)
   *[other] { $count } rejected (see the attached file)
}
# What the filters of a load left out. $option is the option that lets it in, such as `over_18` or --over-18.
load-left-out = { $reason ->
    [subreddit] { $count } left out from other subreddits ({ $option })
    [after] { $count } left out as too early ({ $option })
    [before] { $count } left out as too late ({ $option })
    [min_score] { $count } left out for a low score ({ $option })
    [min_length] { $count } left out as too short ({ $option })
   *[over_18] { $count ->
        [one] 1 left out as 18+ ({ $option } loads it)
       *[other] { $count } left out as 18+ ({ $option } loads them)
    }
}
# In loads of earlier versions, which did not count by reason.
load-left-out-uncounted = { $count ->
    [one] 1 left out (18+ or filtered)
   *[other] { $count } left out (18+ or filtered)
}

# The heading of a receipt.
load-receipt = { $state ->
    [done] **Loaded** { $name } in { $duration }
    [cancelled] **Cancelled** { $name } after { $duration }
    [paused] **Paused** { $name } after { $duration }
    [failed] **Failed** { $name } after { $duration }
    [undone] **Undone** { $name }
    [undoing] **Partly undone** { $name }
   *[running] **Loading** { $name }
}
load-new-articles = { $count ->
    [0] No new articles
    [one] 1 new article
   *[other] { $count } new articles
}
load-new-comments = { $count ->
    [0] No new comments
    [one] 1 new comment
   *[other] { $count } new comments
}
# These follow "1 new article" or "5 new comments".
load-updated = { $count ->
    [one] 1 updated
   *[other] { $count } updated
}
load-unchanged = { $count ->
    [one] 1 unchanged
   *[other] { $count } unchanged
}
# Records that are of an older capture than what is stored.
load-older = { $count } older than what is stored
# Comments whose articles are not in the archive yet. Reddit's dumps of submissions are called RS_...
load-waiting = { $count ->
    [one] 1 comment waits for its article and is not shown yet. It appears once the article is loaded (in Reddit dumps: the submission, RS_…).
   *[other] { $count } comments wait for their articles and are not shown yet. They appear once the articles are loaded (in Reddit dumps: the submissions, RS_…).
}
load-missing = { $count ->
    [one] 1 comment is known to exist but is not in the archive. It may be behind “load more”, or in a file that is not loaded.
   *[other] { $count } comments are known to exist but are not in the archive. They may be behind “load more”, or in files that are not loaded.
}
# What became of the records of a load. $parts is a list such as "1 new, 2 updated and 3 rejected".
load-books = { $kind ->
    [articles] Articles read: { $read } ({ $parts })
   *[comments] Comments read: { $read } ({ $parts })
}
load-books-part = { $what ->
    [new] { $count } new
    [updated] { $count } updated
    [unchanged] { $count } unchanged
    [older] { $count } older
    [waiting] { $count } waiting
    [rejected] { $count } rejected
   *[left_out] { $count } left out
}
load-unaccounted = { $count ->
    [one] 1 record was read and not accounted for. Report this as a fault of Newsdesk.
   *[other] { $count } records were read and not accounted for. Report this as a fault of Newsdesk.
}
load-nothing = Nothing was loaded.
# $what is "1 article", "2 comments" or both, as a list.
load-nothing-new = Nothing new. Already in the archive: { $what }.
load-number = Load { $load }
load-by = by { $who }
load-rejects-cut = The attached file is the first part of { $size }. The operator has all of it in the data folder, as rejects/{ $load }.ndjson.
load-pausing = Pausing load { $load }. You can resume it in a moment.
load-cancelling = Cancelling load { $load }. Its receipt appears in a moment.
# A load that was cancelled while it waited for another.
load-never-started = Nothing was loaded.
load-interrupted = Newsdesk is shutting down. The load continues by itself when it is back.
load-out-of-sight = Newsdesk doesn't have permission to post here, so this message stops updating after 15 minutes. { $command } has the receipt.
# In a direct message, whose buttons would not work.
load-direct = To undo this load, use { $undo } in the server.
# The heading of a load without a receipt; what happened follows.
load-ended = { $how ->
    [cancelled] **Cancelled** { $name }
    [interrupted] **Interrupted** { $name }
   *[failed] **Failed** { $name }
}

load-would-load = **Would load** { $name }
# What a load would do to the archive follows: "60 new articles · 3 updated".
load-would-change = Compared with the archive:
# $format is Markdown, CSV or NDJSON; the files follow.
export-done = { $count ->
    [one] **Exported** as { $format }, in 1 file
   *[other] **Exported** as { $format }, in { $count } files
}
export-points = { $count ->
    [one] 1 point
   *[other] { $count } points
}
export-running = **Exporting**
export-loads-again = This loads again, in this archive or another: attach the files to /archive load.
export-by = submitted by { $who }
# Days, such as 13 Sept 2020 and 14 Nov 2023.
load-dates = { $first } to { $last }
load-would-reject = { $count ->
    [one] 1 would be rejected
   *[other] { $count } would be rejected
}
load-room = Needs up to { $needed } of disk space; { $free } free.
load-no-room = Doesn't fit on the disk: needs up to { $needed }, { $free } free.
load-previewed = Nothing was loaded. To load it, run the command again without dry_run.

load-undo = Undo load
load-undo-rest = Undo the rest
load-undo-question = **Undo load { $load }?** { $name }
    This removes its { $articles ->
        [one] 1 article
       *[other] { $articles } articles
    } and { $comments ->
        [one] 1 comment
       *[other] { $comments } comments
    } and restores anything it changed.
load-undoing = **Undoing load { $load }**
load-removing = Removing { $articles ->
    [one] 1 article
   *[other] { $articles } articles
} and { $comments ->
    [one] 1 comment
   *[other] { $comments } comments
}.
load-undone = **Load { $load } undone**
load-removed = Removed { $articles ->
    [one] 1 article
   *[other] { $articles } articles
} and { $comments ->
    [one] 1 comment
   *[other] { $comments } comments
}.
load-restored = { $count ->
    [one] Restored 1 earlier version.
   *[other] Restored { $count } earlier versions.
}
load-undone-by = undone by { $who }

load-list = **Loads**, newest first
load-none = No loads yet. Add articles and comments with { $command }.
load-open = Open a receipt…
load-state = { $state ->
    [done] loaded
    [cancelled] cancelled
    [paused] paused
    [failed] failed
    [undone] undone
    [undoing] partly undone
   *[running] loading
}
load-own-archive = **This server's archive**
load-own-empty = Nothing here yet. Add articles and comments with { $command }.
load-shared-archive = **Shared archive**, from the bot's operator
load-shared-empty = Nothing here yet. Only the operator can add to it.
load-sources = { $count ->
    [one] 1 source
   *[other] { $count } sources
}
load-loads = { $count ->
    [one] 1 load
   *[other] { $count } loads
}
load-help =
    ### Loading
    { -accepted-files } Attach the file to { $load }, or name a larger one from the operator's drop folder as `path`.
    {"**"}Options** narrow a load: `subreddit`, `after`, `before` and `min_score`. 18+ content is left out unless you set `over_18`. `dry_run` shows what would change.
    {"**"}While it runs** you can pause or cancel a load. After a restart it continues by itself. Lines that can't be read are listed in a file, with the reason; everything else is loaded. Loading the same dump again adds only what is new.
    {"**"}Afterwards** { $undo } removes everything a load added.
    -# To erase one person's articles and comments from this server's archive, use { $forget }.

# Why a load failed or stopped; shown on its receipt.
load-problem-interrupted = Newsdesk stopped while this load was running. Resume it to continue where it stopped.
load-problem-lost = Newsdesk stopped while this load was running. What it had loaded is kept; you can undo it.
load-problem-crashed = This load crashed three times at the same place, so it no longer continues by itself. What it had loaded is kept. Resume load { $load } to try again, or undo it.
# $where is a file, such as RC_2021-01.zst.
load-problem-damaged = { $where } is damaged or incomplete. Replace it with a complete copy, then resume load { $load }.
# $problem is the system's words for it, in English, such as "Input/output error".
load-problem-disk = { $where } could not be read to the end: { $problem }. Check the disk, then resume load { $load }.
load-problem-stalled = Nothing could be read for a minute near { $where }, so the load was stopped. What it had loaded is kept. Remove that part of the file, then resume load { $load }.
load-problem-unreadable = The file could not be read to the end: { $problem }.
# $fault is the name of an exception in Python.
load-problem-fault = Something went wrong on our side ({ $fault }). The operator's log says more.

## Rejected input: what is wrong with a file or line of a dump, and what to do

# $problem in these messages is the parser's or the system's own words, in English. Ids and times are text as in
# the file. The place of the problem (file and line) is shown before each message.
-accepted-files = Newsdesk reads article pages, saved web pages (HTML, MHTML, WARC), feeds (RSS, Atom), Reddit dumps, threads of Hacker News, Lemmy and Discourse, and articles or comments as CSV or JSON, plain or in .zip, .tar, .gz, .xz or .zst.
accepted-files = { -accepted-files }

rejected-empty = This file is empty.
rejected-file-kind = { $kind ->
    [office] This is an office document or an e-book. { -accepted-files }
    [pdf] This is a PDF. { -accepted-files }
    [picture] This is a picture. { -accepted-files }
    [media] This is sound or video. { -accepted-files }
    [database] This is an SQLite database. Export its tables as CSV.
    [parquet] This is a Parquet table. Export it as CSV or JSON lines.
    [seven-zip] This is a 7-Zip archive. { -accepted-files }
    [rar] This is a RAR archive. { -accepted-files }
    [program] This is a program. { -accepted-files }
    [spreadsheet] This is a spreadsheet. Save it as CSV.
    [dataset] This is a table in a binary form (Arrow, Avro, HDF5 or NumPy). Export it as CSV or JSON lines.
    [pickle] This is a Python pickle. Export its contents as CSV or JSON lines.
    [sql] This is a database dump (SQL). Export its tables as CSV.
    [yaml] This is YAML. Convert it to JSON lines.
    [compressed] This is compressed in a way that Newsdesk can't read. Compress it as .gz or .zst.
    [encrypted] This file is encrypted. Decrypt it first.
    [lfs] This file only points to the real one (Git LFS). Fetch that with “git lfs pull”.
    [torrent] This is a torrent. Load the files that it downloads.
    [email] This is e-mail. { -accepted-files }
    [javascript] This is JavaScript. Remove what stands around the JSON inside it.
    [python] This is Python, not JSON. Write it with json.dump.
   *[binary] This is binary data. { -accepted-files }
}
rejected-xml = This is XML, but neither a web page nor a feed (RSS, Atom). { -accepted-files }
rejected-html-extra = Saved web pages, WARC archives and feeds are read by libraries that are not installed here. The operator can install them with “pip install 'newsdesk[html]'”.
rejected-html-no-article = There is no article on this web page, only menus, links or nothing at all. Pages that load their text later have to be saved from the browser.
rejected-html-tags = This file has more than { $count } HTML tags, too many for a page.
rejected-html-elements = This web page has more than { $count } elements, too many for an article.
rejected-html-depth = The elements of this web page are nested more than { $depth } deep, and what is deeper cannot be read.
rejected-empty-feed = There are no entries in this feed.
rejected-cut-feed = This feed breaks off before its end. Get a new copy of the file.
rejected-warc-others = { $count ->
    [one] In this archive, { $count } other answer of a server is not a web page (a picture, a script, an error). It was passed over.
   *[other] In this archive, { $count } other answers of servers are not web pages (pictures, scripts, errors). They were passed over.
}
rejected-warc-no-pages = There are no web pages in this archive (WARC).
rejected-warc-damaged = This archive of web pages (WARC) is damaged here. Everything before this point was read.
rejected-warc-encoding = This web page is compressed in a way that Newsdesk can't read ({ $encoding }).
rejected-binary-text = There is binary data in this file. { -accepted-files }
rejected-parquet = This is a Parquet table with the columns { $columns }. Export it as CSV or JSON lines.
rejected-table = This is a table with the columns { $columns }. Name its columns “title” and “text” to load articles, or “id”, “link_id” and “body” to load comments.
rejected-empty-table = This table has no rows, only the columns { $columns }.
rejected-not-a-page = This is not an article page: no “Authored by … and submitted by …” under the title, and no comment with a name and a time. { -accepted-files }
rejected-index = This is a front page or an index page with several articles, not one article. Load the article pages instead.
rejected-several-pages = A second page starts here. Save each page as a file of its own.
rejected-no-title = This page has no title.
rejected-long-title = This line is too long for a title. { -accepted-files }
rejected-too-many-lines = This file has more than { $count } lines, too many for an article page.
rejected-large-page = This file is larger than { $megabytes } MB, too large for an article page. { -accepted-files }

rejected-not-json = This file is not valid JSON: the fault is at “{ $problem }”.
rejected-not-json-line = This line is not valid JSON: the fault is at “{ $problem }”.
rejected-cut-json = The JSON breaks off here, in the middle of a record. Get a new copy of the file.
rejected-nested-json = This JSON is nested too deeply to be read, or a number in it is too long.
rejected-not-an-export = This line is not part of an export that this version of Newsdesk reads.
rejected-wiped = There are { $count } zero bytes here instead of text, so records were lost. The complete records around them were read. Get a new copy of the file.
rejected-many-bad = More than { $count } records here are not Reddit comments or submissions. The rest of them was not read.
rejected-not-a-record = This is JSON, but not a Reddit comment (with body and link_id), a submission or an article (with title).
rejected-bad-record = This is not a valid Reddit comment or submission: its field “{ $problem }” is missing or wrong.
rejected-number-id = The field “{ $field }” is the number { $number }, which could stand for two different ids. Export ids as text, as Reddit writes them.
rejected-other-json = This is JSON without Reddit comments (with body and link_id), submissions or articles (with title). { -accepted-files }
rejected-not-a-listing = There are no articles or comments in this file. If it came from an API, widen the search and save the results again.
rejected-large-listing = This listing is { $megabytes } MB, too large to read at once. Load the dump as JSON lines instead.
rejected-long-line = This line is { $megabytes } MB long. The longest Reddit records are about 1 MB.
rejected-bad-id = “{ $id }” is not a Reddit id.
rejected-redacted = Its details were removed, as they may show an author who was forgotten.
rejected-untitled = This submission has no title.
rejected-untitled-article = This article has no title.
rejected-row-width = { $fields ->
    [one] This row has one field, but the table has { $columns } columns.
   *[other] This row has { $fields } fields, but the table has { $columns } columns.
}
rejected-quotes = { $count ->
    [one] The quotation marks in this row don't match.
   *[other] The quotation marks in these { $count } lines don't match.
}
rejected-lone-comment = This is a comment without the submission that it belongs to (link_id or permalink).
rejected-no-record = There is no title and no text here.
rejected-bad-forum-id = “{ $id }” is not the number or the address of a post.
rejected-forum-orphan = This comment does not say which thread it belongs to.
rejected-forum-site = This answer of a Discourse forum does not show which site it is from. Load its topics instead, saved from addresses like /t/123.json.
rejected-not-a-forum-record = This is not a post or comment, although it stands among those of a forum.
rejected-bad-time = “{ $time }” is not a time.
rejected-impossible-time = The time { $time } is before Reddit existed or after this century.

rejected-missing = This file does not exist.
# $megabytes is the limit.
rejected-zst-window = Unpacking this .zst file needs more than { $megabytes } MB of memory. Set NEWSDESK_ZST_WINDOW_MB to 2048 if the machine has that much, or compress the file again without “--long”.
rejected-unreadable-file = This file cannot be opened: { $problem }.
rejected-unreadable-folder = This folder cannot be opened: { $problem }.
rejected-read-error = This file could not be read to the end: { $problem }.
rejected-empty-folder = This folder has no files. { -accepted-files }
rejected-link = This is a link to another place. Links are not followed.
rejected-device = This is a device or a pipe, not a file.
rejected-special = This is a device or a sparse file, not an ordinary file.
rejected-empty-archive = There are no files in this archive. { -accepted-files }
rejected-empty-zip = This file starts with “PK” like a .zip, but has no files in it. { -accepted-files }
rejected-encrypted = This file is encrypted. Unpack it and load it without a password.
rejected-method = This file is compressed in a way that Newsdesk can't read (zip method { $method }). Compress it another way.
rejected-fault = This file was left out, as something went wrong on our side. The operator's log says more.
rejected-damaged = The archive is damaged or incomplete here. Everything before this point was read.
rejected-bad-header = The archive is damaged here: one of its headers is far too large.
rejected-too-deep = More than { $depth } archives inside one another. Unpack the outer ones first.
rejected-inner-zip = A .zip inside another archive can be { $megabytes } MB at most. Load it by itself.
rejected-too-many-members = There are too many files in this archive. Split it, or unpack it into a folder.
rejected-too-many-files = There are more than { $count } files. The rest was not read.
rejected-unpacked = This unpacks to more than { $megabytes } MB. The rest was not read.
rejected-bomb = This unpacks to more than { $ratio } times its size, which no real dump does. The rest was not read.
rejected-rest = The rest of this archive was not read.

rejected-unnamed = This thread has neither a title nor an id.
rejected-bad-key = “{ $key }” is not the id of a submission or a comment.
rejected-half-character = There is half a character in the text (a lone surrogate).
rejected-value = One of its values is too large for the archive.

## The local page: "newsdesk try" shows the bot on a simulated Discord

# Printed in the terminal. “Viewing as” is a menu of the page, which is in English.
try-welcome =
    Newsdesk is running on a simulated Discord with a sample archive. It needs no token and no network.

      { $url }

    Open this page in a browser and type into its message box:
      /search, then some words, such as { $query }
      /ask, then a question, such as: { $question }
      /article random, then try the buttons. Discuss opens a thread where you can mention Newsdesk and ask.
      /archive load with a dump of your own. “Viewing as” switches to a member, who can't load anything.
# The first message in the channel. $size is, for example: 15 threads, 2023 to 2024
try-greeting =
    Newsdesk is a searchable archive of news articles and their discussions. Here it has { $size }, all made up.
    {"**"}Things to try**
    { $search } with the query `{ $query }`
    { $ask } with the question `{ $question }`
    { $random }, then the buttons below the article
    { $load } with a file of your own
    { $help } for everything else
try-kept = Press Ctrl-C to stop. The archive stays in { $data }.
try-not-kept = Press Ctrl-C to stop. Nothing is kept.
# The name of a load, of a server, the topic of a channel and the names of two people.
sample-name = Sample archive
try-server = The Reading Room
try-topic = Type / to see what Newsdesk can do
try-moderator = Mira (moderator)
try-member = Tomas (member)

## Answers

answer-article-says = The article says: “{ $quote }”
answer-headline-says = The headline says: “{ $quote }”
answer-commenter-says = A commenter says: “{ $quote }”
answer-article-differs = Another article says otherwise: “{ $quote }”
answer-headline-differs = Another headline says otherwise: “{ $quote }”
answer-commenter-differs = A commenter says otherwise: “{ $quote }”
# $titles is a list of other articles with the same sentence.
answer-also-in = also in { $titles }
answer-for = **Evidence for**
answer-against = **Evidence against**
answer-none-against = Nothing against it was found
answer-none-for = Nothing for it was found
answer-both-sides = Both sides are quoted; judge for yourself
answer-undecided = **No clear yes or no.** Closest passage:
answer-latest = **Newest first**
answer-opinions = { $count ->
    [one] **What people say in 1 comment**
   *[other] **What people say in { $count } comments**
}
# How many of the comments that were read mention $opinion, what is asked about.
answer-opinion = **{ $opinion } · { $count } of { $total }**
answer-quoted = Quoted word for word
# $articles is how many articles the question is about; 0 for the whole archive.
answer-not-said = { $articles ->
    [0] **The archive doesn't say.**
    [one] **The article and its comments don't say.**
   *[other] **These articles and their comments don't say.**
}
# $words is a list of years, ranks and the like in the question, such as: “2010” or “first”.
answer-not-for = **No answer for { $words } was found.**
# The closest passage follows; no word of the question is missing in it.
answer-not-clear = **No clear answer.**
# $words is a list, such as: “capital” or “France”.
answer-no-mention = No mention of { $words }.
answer-closest = Closest passage:
answer-closest-language = Closest passage, in another language than the question:
answer-closest-lacks = The closest passage doesn't mention { $words }:
# $type is the type of the question.
answer-closest-fact = { $type ->
    [who] The closest passage doesn't say who:
    [when] The closest passage doesn't say when:
    [where] The closest passage doesn't say where:
    [count] The closest passage doesn't give the figure asked for:
   *[why] The closest passage doesn't say why:
}
# $words is a list, such as: “capital” and “France”.
answer-not-together = No passage found mentions both { $words }.
answer-no-question = That doesn't look like a question. Ask about something in the archive, such as: When was the vote on the market?
answer-asked-by = -# “{ $question }”, asked by { $who }
# A follow-up such as “Why?” as a whole question.
answer-asked-as = Asked as: { $question }
answer-related = Related
answer-why = Why this?
answer-ask-more = Ask more
answer-ask-everything = Ask the whole archive
answer-show = Back to answer

# The card behind “Why this?”
answer-why-heading = ### Why this answer: { $question }
answer-words-found = **Found:** { $words }
answer-words-missing = **Not found:** { $words }
# $type is the type of the question.
answer-wanted = { $type ->
    [who] You asked who, so passages with names count most.
    [when] You asked when, so passages with dates and times count most.
    [where] You asked where, so passages with places count most.
    [count] You asked for a number, so passages with figures count most.
    [why] You asked why, so passages with reasons count most.
    [yesno] You asked whether something is so, so you get the evidence for and against it.
    [latest] You asked for the latest, so the newest passages come first.
    [opinion] You asked for opinions, so only comments count.
   *[other] The passages closest to your question count most.
}
# Both are percentages.
answer-confidence = Confidence that the archive answers this: { $confidence } (at least { $minimum } is needed)
answer-passages = **Passages considered, best first**
answer-considered = Chosen from { $articles ->
    [one] 1 article
   *[other] { $articles } articles
} and { $comments ->
    [one] 1 comment
   *[other] { $comments } comments
}

# The form for a question; $articles is how many articles it is about, 0 for the whole archive.
answer-ask-title = { $articles ->
    [0] Ask the archive
    [one] Ask about this article
   *[other] Ask about these articles
}
answer-ask-label = Your question
answer-ask-example = Who voted against it?

# Replies to messages in a channel; $me is a mention of the bot.
ask-after-mention = Write your question after the mention: { $me } when was the vote on the market? Reply to one of Newsdesk's messages to ask about its articles.
ask-mention-bot = Newsdesk only reads messages that mention it. Ask again with { $me }, or leave the mention on when you reply.
ask-mention-bot-not-role = You mentioned a role, and Newsdesk only reads messages that mention the bot. Ask again with { $me }.
ask-mentions-off = Mentions aren't answered in this server yet. { $ask } answers you privately, and a moderator can turn mentions on in { $settings }.

## Language model

llm-written = Written by { $model } from these quotes, each sentence checked against them
llm-written-in-part = Written by { $model } from these quotes, each sentence checked against them ({ $dropped ->
    [one] 1 unproven sentence left out
   *[other] { $dropped } unproven sentences left out
})
llm-server-budget = Quoted word for word: this server has used up the language model's tokens for today
llm-member-budget = Quoted word for word: you have used up the language model's tokens for today
llm-unreachable = Quoted word for word: the language model didn't answer in time
llm-unusable = Quoted word for word: the language model's answer couldn't be used
llm-unproven = Quoted word for word: the quotes prove too little of what the language model wrote
llm-repeated = Quoted word for word: the language model only repeated the headline or a quote
# $model is its name and where it runs, such as: small-model, llm.example
about-llm = A language model ({ $model }) can shorten what was found. It gets the question and the quotes, never the commenters' names. Each of its sentences is checked against the quotes and shown with them, or left out. Cards say when it was used.
# $until is a time, such as: in 5 hours.
llm-spent = Tokens used here today: { $spent } of { $limit }. Resets { $until }.
llm-spent-by-member = Tokens used here today: { $spent } of { $limit }, by you: { $own } of { $own_limit }. Resets { $until }.

## Status: of the bot, its loads, posts and machine

status-heading = Status
# $since is a time.
status-bot = { $state ->
    [connected] Connected to Discord, running since { $since }.
    [disconnected] Not connected to Discord, running since { $since }.
    [stuck] The bot does not respond. Restart it.
   *[stopped] The bot is not running.
}
status-processes = Processes: { $count }, with { $running } of { $shards } shards
status-waiting = Messages waiting to be sent: { $count }
status-disk = Disk: { $free } of { $total } free; the archive takes { $used }.
status-model = { $state ->
    [unreachable] Language model: { $model } at { $host }, which can't be reached
   *[working] Language model: { $model } at { $host }
}
status-no-model = Language model: none
status-backup = Last backup: { $time }
status-no-backup = Last backup: never
status-troubles = To fix
status-trouble = { $text } (since { $since })
status-loads = Latest loads
status-no-loads = No loads yet.
status-load = { $load }. { $name } · { $state } · { $time }
status-digests = Next digests
status-no-digests = No digests are scheduled.
status-digest = Digest { $number } · { $channel } · { $time }
status-failures = Failed in the last 24 hours: { $count }
# $reason is such as: the channel was deleted
status-failure = { $kind ->
    [digest] Digest { $number }
    [notice] Notice of a follow
   *[edit] Edit of a post
} · { $channel } · { $time } · { $reason }
trouble-loader = A load ended unexpectedly. Look in the log for the reason, then resume the load.
trouble-disk = The disk with the data folder is nearly full. Free some space, or loads and posts will stop.
trouble-database = The database { $file } is damaged. Stop the bot, run “newsdesk check” and follow its advice.
trouble-posts = Some posts fail. “newsdesk status” shows which ones and why.
trouble-model = The language model { $model } can't be reached, so only quotes are shown. Check the settings LLM_BASE_URL and LLM_API_KEY, and the model's server.
# $reason is a whole sentence.
trouble-backup = The last backup failed: { $reason } Fix this, then run “newsdesk backup”.
trouble-token = Discord rejects DISCORD_TOKEN. Copy it from the Developer Portal again, then restart the bot.
# $text is one of the sentences above, for the operator.
alert = Newsdesk needs attention. { $text }

## Help

help-heading = ### What you can do here
help-group-read = **Read**
help-group-ask = **Ask and follow**
help-group-moderators = **For moderators**
help-more = -# Choose a topic in { $help } to learn more about searching, asking, following or loading.
# A command in Discord's menu “Apps” of a message.
help-apps = Apps > { $name }
welcome =
    Newsdesk is a searchable archive of news articles and their discussions.
    Try { $search } or { $ask }. Moderators add articles with { $load }. See { $help } for everything else.
# In a direct message to whoever invited the bot.
welcome-no-channel = Newsdesk cannot post in any channel of { $server } yet. Give it View Channel and Send Messages where it should post.
# $sample is the label of the button below, such as: Load the sample
welcome-sample = {"**"}{ $sample }** adds a small made-up archive to try things with. Undo on its receipt removes it.
# In a direct message to whoever invited the bot. $create is such as: /digest create
welcome-sample-direct = {"**"}{ $sample }** adds a small made-up archive to { $server }, to try things with.
welcome-in-server = In the server, { $settings } opens the settings and { $create } plans a first digest.
welcome-button-sample = Load the sample
welcome-button-settings = Settings
welcome-button-digest = Plan a first digest…
welcome-button-check = Check permissions
about = Newsdesk is a searchable archive of news articles and their discussions. Its answers, summaries and comment digests are quotes, word for word.
about-without-model = It uses no AI service. All of its work is done on the machine it runs on.
# $size is, for example: 1,204 threads, 2017 to 2024
about-archive = This archive has { $size }.
about-questions = { $asked ->
    [one] 1 question asked here, { $answered } answered.
   *[other] { $asked } questions asked here, { $answered } answered.
}
about-privacy = -# Newsdesk only reads messages that mention it, reply to it or are sent to it directly, and those that you open with Apps. { $questions ->
    [stored] The operator keeps the questions, without names.
   *[counted] Questions are counted, not kept.
} Long searches are kept without a name, so that their buttons keep working. For /catchup, Newsdesk remembers when you last used it in each server.
ask-help =
    ### Asking
    { $ask } answers with quotes from the archive, word for word, each with its source and date. Where the archive doesn't say, it tells you so.
    `who`, `when`, `where`, `how many` put the fact first
    `is it true that…` shows the evidence for and against
    `what do people think of…` counts and quotes the commenters
    `latest on…` puts the newest first
    {"**"}Options** narrow a question: `article`, `source`, `after` and `before`.
    {"**"}Without the command**, mention Newsdesk with your question in a channel where moderators allow it, reply to one of its messages with the mention on (to ask about the same articles), or write to it directly (to ask the operator's shared archive). Press **Ask** on an article, or choose **Ask about this** under Apps on any message. **Discuss** opens a thread about an article.
    -# Newsdesk can't read messages that don't mention it. The number of questions in a minute is limited.
