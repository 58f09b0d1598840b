"""The sentences for every mistake that a person can mend, by the key of the UserError."""

from __future__ import annotations

from collections.abc import Callable

from bot.errors import UserError

ERRORS = {
    "already-undone": "Load {load} was taken back before.",
    "archive-empty": "Nothing has been loaded here yet. Load a dump of articles and comments first.",
    "attachment-gone": "Discord no longer has that file. Attach it again.",
    "attachment-too-large": "That file has {size}; {limit} is the most that can be attached here. Split it, "
    "or ask the operator, who loads files of any size.",
    "backup-exists": "{file} is there already. Name another folder for the backup.",
    "bad-cron": 'Cannot read "{value}" as the {field} of a cron line: {hint}.',
    "bad-date": 'Cannot read "{text}" as a date. Write it like 2024-03-12, 12 Mar 2024, 2024, or 3 days ago.',
    "bad-day": 'Cannot read "{text}" as a day. Weekly takes monday to sunday, monthly 1 to 31.',
    "bad-time": 'Cannot read "{text}" as a time of day. Write it like 8:30, 20:15 or 8 pm.',
    "bad-zone": 'There is no time zone "{text}". Give one like Europe/Berlin or America/New_York.',
    "bot-may-not-look": "Newsdesk needs Read Message History in #{where}, so that it posts nothing twice.",
    "bot-may-not-post": "Newsdesk may not write in #{where}. It needs View Channel and Send Messages there.",
    "bot-may-not-thread": "Newsdesk may not open threads in #{where}. It needs Create Public Threads there.",
    "bot-not-allowed": "Discord does not let Newsdesk do that here. Check its permissions in this channel.",
    "commands-changed": "This command has changed. Restart Discord to see it as it is now.",
    "cron-too-often": "That cron line is due more often than every {minutes} minutes. Make it rarer.",
    "database-busy": "The archive ({file}) is busy. Try again in a moment.",
    "database-damaged": 'The database {file} is damaged. Run "newsdesk check" to see what to do.',
    "database-read-only": "The database {file} cannot be written. Check the permissions of its folder.",
    "database-unreachable": "The database {file} cannot be opened. Check that its folder may be used.",
    "dump-broken": "{where} breaks off. {detail} Put a whole file in its place and resume load {load}.",
    "disk-error": "The disk failed while {file} was used. Check the disk, then restore a backup if need be.",
    "disk-full": "The disk is full, so {file} cannot grow. Make room, then try again.",
    "file-and-path": "Give either a file or a path, not both.",
    "follow-needs-manage": "Only moderators, or who may manage that channel, can let it follow something.",
    "forget-cancelled": "That author is forgotten in part. Do it again to go on.",
    "load-cancelled": "It was stopped before it began.",
    "load-not-running": "Load {load} is not running any more.",
    "load-not-undoing": "Load {load} is not being taken back any more.",
    "load-not-waiting": "That load does not wait any more.",
    "load-running": "Load {load} is still running. Cancel it first, or wait until it is done.",
    "loader-busy": "Another load is being written. Wait until it is done.",
    "loader-died": "The loader ended before it was done (code {code}). What it had stored is kept.",
    "managers-only": "Only members with Manage Server can choose the moderators' role.",
    "member-may-not-post": "You may not write in #{where}, so nothing was posted.",
    "member-may-not-thread": "You may not open threads in #{where}, so nothing was posted.",
    "model-extra-missing": "A language model is set, but its client is not there. Install it: pip install "
    "'newsdesk[openai]'.",
    "moderators-only": "Only moderators can do that here: Manage Server, or the role set in /settings.",
    "needs-cron": "Give the cron line as well: five fields, such as 30 8 * * 1-5.",
    "needs-query": "Give the query as well: the words to search for, the source or the subreddit.",
    "never-due": "That time never comes. Check the day and the month.",
    "newer-schema": "{file} is of a newer Newsdesk (schema {found}, known {known}). Update this one.",
    "no-archive": 'There is no archive in "{data}" yet. Load a dump first, or name its folder with --data.',
    "names-hidden": "This server shows commenters as letters, so nothing can be searched for by a name.",
    "not-for-adults": "This article is marked 18+. Choose a channel that is age-restricted; #{where} is not.",
    "no-name": "Give the name of one author, as the archive shows it; at most 80 characters.",
    "no-such-article": 'No article here fits "{ref}". Give its number, its key, or a title from the list.',
    "no-such-comment": "Comment {comment} is not in this archive.",
    "no-such-delivery": "This server has no post {delivery}.",
    "no-such-follow": "There is no follow {follow} here. /follow list shows them.",
    "no-such-file": 'There is no file or folder "{path}".',
    "no-such-load": "This archive has no load {load}.",
    "no-such-schedule": "This server has no scheduled digest {schedule}. /digest list shows them.",
    "not-a-digest-place": "#{where} does not take digests. Choose a text channel or a thread.",
    "no-drop-folder": "There is no drop folder. The operator sets one with NEWSDESK_DROP.",
    "not-a-place-to-post": "#{where} does not take posts. Choose a text channel, a thread or a forum.",
    "not-our-database": "{file} is not a database of Newsdesk. Give another folder, or move that file away.",
    "not-resumable": "Load {load} cannot be resumed: it is {state}.",
    "not-dropped": 'There is no file "{name}" in the drop folder.',
    "not-a-member": "That is from a server of which you are no member any more.",
    "not-your-follow": "That follow is not yours. Who made it, or moderators for a channel's, can change it.",
    "nothing-mentioned": "Nothing in this archive fits the links or the headline in that message.",
    "nothing-to-follow": "Say what to follow: words, a source or an author.",
    "nothing-to-load": "Attach a dump as file, or name one of the drop folder as path.",
    "port-unusable": "Port {port} cannot be used for the page. Give another with --port, or none.",
    "nothing-to-resume": "No load of this archive was stopped or has failed.",
    "server-only": "That works in a server only.",
    "several-articles": 'Several titles fit "{ref}": {titles}. Give the number of one.',
    "stale-button": "What this button showed is not here any more. Search for it again.",
    "thinker-died": "Reading that thread failed twice. Try again later; the operator's log may say why.",
    "thread-in-thread": "#{where} is a thread already. Post without the option thread to write in it.",
    "took-too-long": "That took too long and was stopped. Ask for something narrower.",
    "too-many-follows": "{most} follows are the most in one place. Remove one with /follow remove.",
    "too-many-schedules": "This server has {most} scheduled digests, the most there can be. Delete one.",
    "try-extra-missing": "The trial needs the simulated Discord. Install it: pip install 'newsdesk[try]'.",
    "undo-cancelled": "Load {load} is taken back in part. Undo it again to go on.",
    "vectors-unusable": 'Cannot use the word vectors "{setting}": {reason}. Choose shipped, off or a folder.',
}
"""Every key that is raised anywhere, and its sentence: what is wrong, where, and what to do."""


def error_sentence(error: UserError, clean: Callable[[str], str] = str) -> str:
    """The sentence for an error; `clean` makes its fields, which hold what people and dumps wrote, harmless
    where it will be shown."""
    return ERRORS[error.key].format_map({name: clean(str(value)) for name, value in error.fields.items()})
