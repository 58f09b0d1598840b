"""`newsdesk try`: the real bot on a simulated Discord, used through a page of the local browser."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import logging
import signal
import tempfile
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.clock import system_clock
from bot.domain.articles import Scope
from bot.domain.loads import Person
from bot.errors import BadInput
from bot.i18n import msg
from bot.loading import protocol
from bot.loading.process import LoadProcesses
from bot.services import Services, open_services
from bot.services.running import running

if TYPE_CHECKING:
    import simcord

    from bot.client import NewsdeskBot

REQUIRED_MODULES = ("simcord", "markdown_it", "linkify_it", "regex", "PIL", "av")
"""The modules that the `try` extra installs."""
GUILD = 1_000_000_000_000_000_000
"""The simulated server's id. It is constant, so that later starts find the archive in `--data`."""
QUERY = "harbour"
"""The suggested query for the sample archive."""
QUESTION = "How many people voted to move the fish market?"
BEAT_SECONDS = 0.25
"""The seconds between checks for changes that the page does not show yet."""
REFRESH_SECONDS = 30.0
"""The seconds after which the page is rendered again even without changes, to update relative times."""
PHONE_STYLE = "\n.channel-composer { grid-template-columns: minmax(0, 1fr); }\n"
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_log = logging.getLogger(__name__)


def main(data: Path | None, port: int = 0) -> int:
    """Serves until Ctrl-C, SIGTERM, or the page's "End preview session"; returns 0. Without `data` it uses a
    temporary folder, which it removes at the end. Raises BadInput("try-extra-missing" | "port-unusable")."""
    if any(importlib.util.find_spec(module) is None for module in REQUIRED_MODULES):
        raise BadInput("try-extra-missing")
    asyncio.run(_until_stopped(_serve(data, port)))
    return 0


async def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Runs `work` to its end, or cancels it at the first signal; a second signal ends the process at once."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)

    def stop() -> None:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
        task.cancel()

    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await task


class OutsideLoaders(LoadProcesses):
    """Loader processes that the simulation does not wait for. The simulation waits until the bot is idle
    before it renders, and times out after seconds; it has to be notified of work in other processes. This way
    a load shows its progress while it runs."""

    env: simcord.Env | None = None
    """Set once the simulation exists."""

    async def run(self, job: protocol.Job) -> AsyncGenerator[protocol.LoadEvent]:
        async with aclosing(super().run(job)) as events:
            with suppress(StopAsyncIteration):
                while True:
                    event = anext(events)
                    if self.env is None:
                        yield await event
                    else:
                        yield await self.env.external_wait(event, reason="loader")


async def _serve(data: Path | None, port: int) -> None:
    loaders = OutsideLoaders()
    with _folder(data) as folder, running(folder) as shown:
        async with open_services(folder, loaders=loaders) as services:
            await _load_sample(services)
            async with (
                _simulation(services, loaders) as (env, channel, viewers),
                _page(env, channel, viewers, port, shown.touch) as page,
            ):
                shown.write(connected=True)
                print(_welcome(page.url, data), flush=True)
                await page.wait_closed()


@contextmanager
def _folder(data: Path | None) -> Generator[Path]:
    if data is not None:
        yield data
        return
    with tempfile.TemporaryDirectory(prefix="newsdesk-try-") as folder:
        yield Path(folder)


async def _load_sample(services: Services) -> None:
    """Loads the sample archive, unless the server has an archive from an earlier start."""
    if (await services.archive.stats(Scope(GUILD, shared=False))).articles:
        return
    by = Person(None, "newsdesk")
    async with services.sample.loading(GUILD, msg("sample-name"), by) as events:
        async for _ in events:
            pass


@asynccontextmanager
async def _simulation(
    services: Services,
    loaders: OutsideLoaders,
) -> AsyncGenerator[tuple[simcord.Env, simcord.ChannelHandle, tuple[simcord.MemberActor, ...]]]:
    """A simulated Discord with one server, its channels and two members, and the bot connected to it."""
    import discord
    import simcord

    from bot.client import NewsdeskBot
    from bot.ui.help.greeting import welcome
    from bot.ui.kit.format import archive_size

    bot = NewsdeskBot(services)
    env = simcord.Env(bot, check_errors=False)
    env.backend.bot_user.name = env.backend.bot_user.avatar = "Newsdesk"
    env.backend.advance_clock(max(0.0, (system_clock() - env.now()).total_seconds()))
    # Use a new application id at every start: this Discord has none of the previous one's commands.
    env.backend.application_id = env.backend.snowflake()
    guild = env.create_guild(msg("try-server"), id=GUILD)
    news = guild.create_text_channel("news", topic=msg("try-topic"))
    guild.create_text_channel("general")
    guild.create_forum_channel("stories")
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    viewers = (
        guild.add_member(env.create_user("mira", global_name=msg("try-moderator")), roles=[moderators]),
        guild.add_member(env.create_user("tomas", global_name=msg("try-member"))),
    )
    loaders.env = env
    await services.settings.change(GUILD, answers_mentions=True)
    await env.start()
    # simcord counts each error that reaches this handler as a failed action, though the bot has answered it.
    bot.tree.__dict__.pop("on_error", None)
    try:
        with env.time_context():
            # The server existed before the bot connected, but is new to the user.
            if (joined := bot.get_guild(GUILD)) is not None:
                size = archive_size(await services.archive.stats(Scope(GUILD, shared=False)))
                await welcome(bot, joined, lambda: _greeting(bot, size))
            yield env, news, viewers
    finally:
        await env.shutdown()
        await bot.close()


@asynccontextmanager
async def _page(
    env: simcord.Env,
    channel: simcord.ChannelHandle,
    viewers: tuple[simcord.MemberActor, ...],
    port: int,
    on_beat: Callable[[], None],
) -> AsyncGenerator[simcord.Preview]:
    """Serves the page, and beside it the task that advances its clock, publishes changes, and calls `on_beat`
    each time."""
    import simcord
    from simcord.backend.cdn import CDN_BASE

    avatar = f"{CDN_BASE}/avatars/{env.backend.bot_user.id}/{env.backend.bot_user.avatar}.png"
    assets = {avatar: ("newsdesk.png", _avatar())}
    async with AsyncExitStack() as stack:
        preview = env.preview(channel, viewers=viewers, layout="channel", port=port, assets=assets)
        _fit_phones(preview)
        try:
            page = await stack.enter_async_context(preview)
        except simcord.SetupError:
            raise BadInput("port-unusable", port=port) from None
        turn = asyncio.Lock()
        _take_turns(page, turn)
        beat = asyncio.create_task(_keep_time(env, page, turn, on_beat))
        try:
            yield page
        finally:
            beat.cancel()
            with suppress(asyncio.CancelledError):
                await beat


def _fit_phones(page: simcord.Preview) -> None:
    """Keeps the message box within a phone's screen while a command is typed: simcord's own style makes it as
    wide as the description of the option."""
    server = page._server
    serve_file = server._static

    async def serve(request: Any) -> Any:
        response = await serve_file(request)
        if request.path == "/preview.css":
            response.text += PHONE_STYLE
        return response

    # simcord has no public hook for this; the `try` extra pins its exact version.
    server._static = serve  # type: ignore[method-assign]


def _take_turns(page: simcord.Preview, turn: asyncio.Lock) -> None:
    """Serialises actions and clock ticks with `turn`: simcord refuses an action during a tick, so actions
    wait. Also accepts actions on a page that is slightly out of date, as Discord does, and keeps the page's
    scroll position when a response arrives."""
    act = page._action

    async def act_in_turn(context: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with turn:
            shown = page._pages.get(context or "")
            if shown is not None and isinstance(body, dict) and "published_revision" in body:
                body = body | {"published_revision": shown.revision}
            receipt = await act(context, body)
            if shown is not None and (answer := _answer(receipt)) not in (None, shown.target_id):
                shown.target_id = answer
                page._publish(shown)
            return receipt

    # simcord has no public hook for this; the `try` extra pins its exact version.
    page._action = act_in_turn  # type: ignore[assignment, method-assign]


def _answer(receipt: Mapping[str, Any]) -> int | None:
    """The id of the message that an action created or edited last."""
    outcomes = receipt.get("outcomes", ())
    messages = [int(outcome["messageId"]) for outcome in outcomes if outcome.get("messageId")]
    return messages[-1] if messages else None


async def _keep_time(
    env: simcord.Env, page: simcord.Preview, turn: asyncio.Lock, on_beat: Callable[[], None]
) -> None:
    """Advances the simulated clock with real time, and publishes what the bot did on its own."""
    import simcord

    loop = asyncio.get_running_loop()
    moved = refreshed = loop.time()
    requests = 0
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        on_beat()
        async with turn:
            try:
                now = loop.time()
                moved, elapsed = now, now - moved
                await env.advance_time(elapsed)
                made = len(env.http_requests)
                if made != requests or now - refreshed > REFRESH_SECONDS:
                    await page.refresh()
                    requests, refreshed = made, now
            except (TimeoutError, simcord.SetupError) as error:
                # The bot is still busy, or the page is closing: retry at the next tick.
                _log.debug("a beat was left out: %s", error)


def _welcome(url: str, data: Path | None) -> str:
    welcome = msg("try-welcome", url=url, query=QUERY, question=QUESTION)
    ending = msg("try-kept", data=str(data)) if data is not None else msg("try-not-kept")
    return f"{welcome}\n\n{ending}"


def _greeting(bot: NewsdeskBot, size: str) -> str:
    """The first message in the channel: what the archive holds, and what to try."""
    commands = {name: bot.mention_command(name) for name in ("search", "ask", "help")}
    random, load = bot.mention_command("article random"), bot.mention_command("archive load")
    return msg(
        "try-greeting", size=size, query=QUERY, question=QUESTION, random=random, load=load, **commands
    )


def _avatar() -> bytes:
    """Draws Newsdesk's avatar for the simulated Discord: a front page, as a PNG."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (128, 128), "#26507a")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((34, 28, 94, 100), fill="#f4f1e8")
    draw.rectangle((42, 36, 86, 46), fill="#26507a")
    draw.rectangle((42, 54, 62, 74), fill="#8aa9c4")
    for top in (54, 62, 70):
        draw.rectangle((67, top, 86, top + 3), fill="#6b7680")
    for top in (80, 88):
        draw.rectangle((42, top, 86, top + 3), fill="#6b7680")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
