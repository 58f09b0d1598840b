"""`newsdesk schedules`."""

from __future__ import annotations

from bot.cli.arguments import no_arguments
from bot.cli.json_output import emit_list, schedules_json
from bot.cli.session import Session, on_archive
from bot.cli.terminal import dotted, line, minute, show, show_bold, show_dim
from bot.domain.digests import Schedule
from bot.i18n import msg

HELP = "cli-schedules"
add_arguments = no_arguments


@on_archive
async def run(session: Session) -> int:
    """Prints the scheduled digests of all servers, or of one; returns 1 if there are none."""
    schedules = await session.services.digests.schedules(session.arguments.guild)
    return emit_list(schedules, schedules_json, _show, "cli-schedules-none", json=session.arguments.json)


def _show(schedule: Schedule) -> None:
    from bot.ui.digests import strings

    config = schedule.plan
    timing = strings.describe_timing(config.timing).replace("`", "")
    show_bold(f"{schedule.id}. {line(strings.describe_source(config.choice, strings.unescaped))}")
    show(f"{line(timing)} · {strings.state(schedule)}", indent=3)
    show_dim(line(dotted(strings.describe_options(config), strings.describe_posts(config))), indent=3)
    place = msg("cli-server", id=str(config.guild)), msg("cli-channel", id=str(config.channel))
    is_active = schedule.state == "active"
    show_dim(dotted(*place, msg("cli-next", time=minute(schedule.next_at)) if is_active else ""), indent=3)
