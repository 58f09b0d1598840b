"""/archive export: moderators get files, with progress and a way to cancel; members do not."""

from __future__ import annotations

import pytest

from bot.errors import BadInput
from tests.support.simulated_discord import World
from tests.support.world import load, reply_of, text_of, thread

pytestmark = pytest.mark.slow


async def test_moderators_export_threads_searches_and_the_archive(world: World) -> None:
    load(world.data, world.guild.id, [thread("The tram is late", "It waits.")])
    load(world.data, 77, [thread("Elsewhere", "It waits.")])
    for given, articles in ({}, 2), ({"query": "tram"}, 1), ({"title": str(world.article)}, 1):
        result = await world.moderator.slash(world.channel, "archive export", format="ndjson", **given)
        assert result.ephemeral
        shown = text_of(result.response)
        assert shown.startswith("**Exported** as NDJSON, in 1 file\n")
        assert f"{articles} article" in shown
        [file] = result.followups
        assert file.ephemeral
        [attachment] = file.attachments
        assert attachment.filename == "newsdesk-1.ndjson"
    assert list(world.data.glob("export-*")) == []
    audit = reply_of(await world.moderator.slash(world.channel, "audit", about="loads"))
    assert "A search exported as NDJSON · 1 article · 0 comments" in audit
    both = await world.moderator.slash(
        world.channel, "archive export", format="csv", query="tram", title=str(world.article)
    )
    assert "Choose a thread or a search, not both." in reply_of(both)
    none = await world.moderator.slash(world.channel, "archive export", format="csv", query="zeppelin")
    assert "There is nothing to export." in reply_of(none)


async def test_an_export_can_be_cancelled_and_runs_alone(world: World) -> None:
    service, guild = world.services.exports, world.guild.id
    assert not service.cancel(guild)
    async with service.folder(guild) as folder:
        with pytest.raises(BadInput, match="export-running"):
            async with service.folder(guild):
                pass
        scope = await world.services.settings.scope(guild, adult=True)
        assert service.cancel(guild)
        with pytest.raises(BadInput, match="export-cancelled"):
            await service.export(scope, None, "csv", folder, guild=guild)
    assert list(world.data.glob("export-*")) == []
    (world.data / "export-killed").mkdir()
    await service.remove_unused()
    assert list(world.data.glob("export-*")) == []
