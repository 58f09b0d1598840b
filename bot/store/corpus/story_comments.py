"""Which threads of a story have their comments listed together, and who comments in the captures of one
thread."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from bot.domain.articles import Comment
from bot.domain.stories import Story, StoryThread
from bot.store.corpus import rows
from bot.store.corpus.groups import Groups
from bot.store.corpus.shared_comments import CapturedComment, read_captures, shared_comments
from bot.store.corpus.story_reader import StoryReader
from bot.store.engine import Connection

MAX_LISTED = 20_000
"""The most comments of other threads that are listed together with those of an article."""


def listed_articles(story: Story) -> list[int]:
    """The articles whose comments are listed together, first the story's own: all captures of its thread, and
    as many other threads as there is room for. A thread of very many comments has its own list."""
    threads: dict[object, list[StoryThread]] = {}
    for thread in story.same:
        threads.setdefault(thread.key or thread.article, []).append(thread)
    sizes: list[tuple[int, list[int]]] = []
    for captures in threads.values():
        articles = [capture.article for capture in captures]
        size = 0 if story.article in articles else sum(capture.comments for capture in captures)
        sizes.append((size, articles))
    listed, room = [story.article], MAX_LISTED
    for size, articles in sorted(sizes, key=lambda entry: entry[0]):
        room -= size
        if room >= 0:
            listed += [article for article in articles if article != story.article]
    return listed


def capturing_articles(story: Story, listed: Collection[int], article: int) -> list[int]:
    """Those of the listed articles that can have captures of the comments of one of them, which is the first:
    captures of the same thread, as far as is known."""
    keys = {thread.article: thread.key for thread in story.same}
    own = keys.get(article)
    others = (other for other, key in keys.items() if None in (own, key) or key == own)
    return [article, *(other for other in others if other != article and other in listed)]


def shown_places(story: Story) -> dict[int, int]:
    """For each article of the story the one among `Story.discussed` that stands for its thread."""
    names = {thread.key or thread.article: thread.article for thread in story.discussed}
    return {thread.article: names.get(thread.key or thread.article, thread.article) for thread in story.same}


def named_threads(
    story: Story, articles: Collection[int], listed: Collection[int]
) -> tuple[StoryThread, ...]:
    """The threads that a list of the comments of `articles` names: those with comments in it, which are those
    of `listed`, and those that it has no room for."""
    places = shown_places(story)
    shown = {places.get(article, article) for article in listed}
    return tuple(each for each in story.discussed if each.article in shown or each.article not in articles)


def as_reply(comment: Comment, parent: CapturedComment | None) -> Comment:
    """The comment as a reply to `parent`, if that is in another capture of its thread."""
    if parent is None or parent.article == comment.article:
        return comment
    return replace(comment, parent=parent.id, replies_to=parent.author)


def read_commenters(
    db: Connection, archives: Sequence[int], articles: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """The commenters of each of these articles in these archives, with those of other captures of its thread,
    in the order in which they were added: captures of one thread have the same, and later loads only add
    some."""
    visible = [number for number in articles if rows.archive_of(number) in archives]
    captures = _captures(db, archives, visible)
    first_comments = db.execute(
        f"SELECT article, author, min(id) FROM comment WHERE article {db.in_list} GROUP BY article, author",
        (db.list_value([*captures]),),
    ).fetchall()
    loads = rows.loads_of_comments(db, [comment for *_, comment in first_comments])
    authors: dict[int, list[tuple[int, int, str]]] = {}
    for article, author, comment in first_comments:
        authors.setdefault(captures[article], []).append((loads.get(comment, 0), comment, author))
    ordered = {
        group: tuple(dict.fromkeys(author for *_, author in sorted(several)))
        for group, several in authors.items()
    }
    return {number: ordered[captures[number]] for number in visible if captures[number] in ordered}


def _captures(db: Connection, archives: Sequence[int], articles: Collection[int]) -> dict[int, int]:
    """These articles and all other captures of their threads, each with the number of its thread: the same
    whichever articles of a story are given, and however many comments these have."""
    reader = StoryReader(db, archives, adult=True)
    threads: dict[int, int] = {}
    for article in articles:
        if article in threads:
            continue
        same = Story(article, reader.threads(article)).same
        groups = Groups({article, *(thread.article for thread in same)})
        keys: dict[str, int] = {}
        for thread in same:
            if thread.key is not None:
                groups.join(thread.article, keys.setdefault(thread.key, thread.article))
        discussed = [thread for thread in same if thread.comments]
        if len(discussed) > 1 and any(thread.key is None for thread in discussed):
            captures = read_captures(db, [thread.article for thread in discussed])
            article_of = {capture.id: capture.article for capture in captures}
            for comment, shown in shared_comments(db, captures, article).items():
                groups.join(article_of[comment], article_of[shown])
        for number in (article, *(thread.article for thread in same)):
            threads.setdefault(number, groups.first(number))
    requested = {threads[article] for article in articles}
    return {number: thread for number, thread in threads.items() if thread in requested}
