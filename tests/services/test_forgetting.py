"""A forgotten author is in no byte of the data folder, while the bot runs; what was killed goes on."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.articles import Scope
from bot.domain.digests import ContentSource, DigestConfig, Timing
from bot.domain.follows import FollowTarget
from bot.domain.search import Filters
from bot.loading import protocol
from bot.loading.attached import PREFIX
from bot.services import Services, loads, open_services
from bot.services.backups import backup
from bot.store.ingest.writer import CorpusWriter
from bot.store.sqlite.text_index import Fts5Index
from bot.ui.kit import routes
from tests.support import reddit_records as reddit
from tests.support.digest_bench import Discord
from tests.support.engines import engine_at
from tests.support.loader import Loader, after
from tests.support.services import MODERATOR

NAME = "Netmender"
NOW = datetime(2024, 3, 12, 9, 0, tzinfo=UTC)
TRACES = (b"netmender", b"net\\u006dender", b"quahog", b"01514960")
"""The author's name, a word and a number that only they used."""


def write_dumps(folder: Path) -> list[Path]:
    """What the author wrote and posted, in files named after them; then an edit; then more, to be undone."""
    first = [
        reddit.submission(id="a1", title="Gulls vote"),
        reddit.submission(
            id="a2", author=NAME, title=f"An interview with {NAME}", url="https://x.example/netmender"
        ),
        reddit.submission(id="a3", author=NAME, title="Quahogs?", domain="self.harbour", selftext="Quahogs."),
        reddit.submission(id="a4", author=NAME, title="Nets", subreddit=f"u_{NAME}", flair=f"{NAME}'s"),
        reddit.comment(id="c1", author=NAME, body="Quahogs are clams. Ring 01514960."),
        reddit.comment(id="c2", author="gull", body="So they are.", parent_id="t1_c1"),
        reddit.comment(id="Quahog!", author=NAME, body="A bad id."),
        reddit.comment(id="Quahog?").replace(b'"gull"', b'"Net\\u006dender"'),
        reddit.comment(id="Quahog#", body="x" * 300 + "quahog").replace(b'"author"', b'"zz"'),
        b'{"id": "c9", "author": "Netmender", "body": "Quahogs',
    ]
    edited = [reddit.comment(id="c1", author=NAME, body="Quahogs are small clams.", edited=1700000500)]
    undone = [reddit.comment(id="c5", author=NAME, body="Quahogs, and that is that.")]
    paths = []
    for name, lines in (("netmender.ndjson", first), ("edited.ndjson", edited), ("undone.ndjson", undone)):
        paths.append(folder / name)
        paths[-1].write_bytes(b"".join(lines))
    return paths


async def remember(services: Services, guild: int) -> None:
    """What members and moderators did with the author's name, as the state keeps it."""
    await services.key_value.store_text(routes.serialize_search("clams", Filters(author=NAME)) + " " * 100)
    watch = FollowTarget(filters=Filters(author=NAME))
    await services.follows.add(guild, 77, watch, MODERATOR, NOW, direct=False)
    source = ContentSource("most-discussed", days=None, count=9)
    plan = DigestConfig(guild, 77, Timing("cron", cron="0 * * * *"), source)
    await services.digests.create(plan, MODERATOR, NOW - timedelta(minutes=5), "draft")
    topic = DigestConfig(guild, 77, Timing("daily"), ContentSource("search", NAME))
    await services.digests.create(topic, MODERATOR, NOW, "topic")
    await services.workers.digests(Discord(lambda: NOW), clock=lambda: NOW).run_once()
    article = (1 << 32) + 1
    snapshots = await services.posts.snapshots(guild, [article])
    ref = routes.search(0, "br", routes.serialize_search("", Filters(author=NAME)))
    await services.posts.add(guild, 77, 5, "shared", ref, snapshots, NOW)


def traces(data: Path) -> dict[str, list[bytes]]:
    """Which files of the data folder hold which traces, in any case."""
    files = {path: path.read_bytes().lower() for path in data.rglob("*") if path.is_file()}
    found = {path.name: [word for word in TRACES if word in text] for path, text in files.items()}
    return {name: words for name, words in found.items() if words}


async def fill(services: Services, tmp_path: Path) -> None:
    loader = Loader(tmp_path / "data")
    first, edited, undone = write_dumps(tmp_path)
    loader.load(first, guild=5)
    loader.load(edited, guild=5)
    await remember(services, 5)
    attached = tmp_path / "data" / f"{PREFIX}1" / "dump"
    attached.parent.mkdir()
    attached.write_bytes(first.read_bytes())
    assert loader.load(attached, guild=5, stop=after(0, "pause")).state == "paused"
    number = loader.load(undone, guild=5).load
    loader.do(protocol.UndoJob(data=loader.data, guild=5, by=MODERATOR, load=number))


async def test_no_byte_of_the_data_folder_tells_of_the_author(services: Services, tmp_path: Path) -> None:
    data = tmp_path / "data"
    await fill(services, tmp_path)
    backup(data, tmp_path / "kept")
    assert (await services.archive.search(Scope(5), "quahog")).total > 0
    assert set(traces(data)) >= {"corpus.db", "state.db-wal", "1.ndjson"}
    erased = await services.erasure.erase(5, NAME.lower(), MODERATOR)
    assert (erased.articles, erased.comments) == (3, 1)
    await services.posts.author_erased(5, NOW)
    assert traces(data) == {}
    assert await services.follows.follows(5) == ()
    [schedule] = await services.digests.schedules(5)
    assert schedule.plan.choice.what == "most-discussed"
    [kept] = await services.erasure.backups()
    assert kept.folder == tmp_path / "kept"
    again = Loader(data).load((tmp_path / "netmender.ndjson").rename(tmp_path / "again.ndjson"), guild=5)
    assert (again.articles.updated, again.comments.updated) == (0, 0)
    assert traces(data) == {}
    assert (await services.archive.search(Scope(5), "gulls")).total == 1


class Killed(BaseException):
    """The process ends here."""


def kill(*_: object) -> None:
    raise Killed


async def test_a_killed_erasure_goes_on_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    async with open_services(data) as services:
        await fill(services, tmp_path)
    with monkeypatch.context() as patch, CorpusWriter(engine_at(data)) as writer:
        patch.setattr(Fts5Index, "merge", kill)
        with pytest.raises(Killed):
            writer.erase_author(5, NAME, NOW)
    assert traces(data)
    async with open_services(data) as services:
        await services.erasure.resume()
        await services.posts.check(NOW)
        assert traces(data) == {}
        assert await services.follows.follows(5) == ()
        await services.erasure.resume()


async def test_an_erasure_that_still_goes_on_is_not_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    erased: list[object] = []

    async def erase(*arguments: object) -> None:
        erased.append(arguments)

    monkeypatch.setattr(loads, "LOOK_SECONDS", 0.05)
    async with open_services(data) as services:
        await fill(services, tmp_path)
        monkeypatch.setattr(services.erasure, "erase", erase)
        with CorpusWriter(engine_at(data)) as writer:
            with monkeypatch.context() as patch:
                patch.setattr(Fts5Index, "merge", kill)
                with pytest.raises(Killed):
                    writer.erase_author(5, NAME, NOW)
            resuming = asyncio.create_task(services.erasure.resume())
            await asyncio.sleep(0.3)
            writer.erase_author(5, NAME, NOW)
        await resuming
    assert erased == []
