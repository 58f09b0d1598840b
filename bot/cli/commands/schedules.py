"""`newsdesk schedules`."""

from __future__ import annotations

from bot.cli.arguments import no_arguments
from bot.cli.json_output import emit_list, schedules_json
from bot.cli.session import Session, on_archive
from bot.cli.terminal import line, minute, show, show_bold, show_dim
from bot.domain.digests import Schedule
from bot.ui.digests import strings

HELP = "list the scheduled digests"
add_arguments = no_arguments


@on_archive
async def run(session: Session) -> int:
    """Prints the scheduled digests of all servers, or of one; returns 1 if there are none."""
    schedules = await session.services.digests.schedules(session.arguments.guild)
    nothing = "Nothing is scheduled."
    return emit_list(schedules, schedules_json, _show, nothing, json=session.arguments.json)


def _show(schedule: Schedule) -> None:
    config = schedule.plan
    timing = strings.describe_timing(config.timing).replace("`", "")
    show_bold(f"{schedule.id}. {line(strings.describe_source(config.choice, strings.unescaped))}")
    show(f"{line(timing)} · {strings.state(schedule)}", indent=3)
    show_dim(line(strings.describe_options(config)), indent=3)
    next_at = f" · next {minute(schedule.next_at)}" if schedule.state == "active" else ""
    show_dim(f"server {config.guild} · channel {config.channel}{next_at}", indent=3)
