"""`newsdesk deliveries`."""

from __future__ import annotations

from argparse import ArgumentParser

from bot.cli.arguments import add_limit, count
from bot.cli.json_output import deliveries_json, emit_list
from bot.cli.session import Session, on_archive
from bot.cli.terminal import minute, show_bold, show_dim
from bot.domain.digests import Delivery
from bot.i18n import msg

HELP = "cli-deliveries"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--schedule", type=count, metavar="N", help="cli-deliveries-schedule")
    add_limit(parser, 20)


@on_archive
async def run(session: Session) -> int:
    """Prints the last deliveries, newest first; returns 1 if there are none."""
    arguments = session.arguments
    deliveries = await session.services.digests.history(arguments.guild, arguments.schedule, arguments.limit)
    return emit_list(deliveries, deliveries_json, _show, "cli-deliveries-none", json=arguments.json)


def _show(delivery: Delivery) -> None:
    from bot.ui.digests import strings

    digest = msg("cli-digest-number", id=str(delivery.schedule))
    show_bold(minute(delivery.due_at), f" · {digest} · {strings.outcome(delivery)}")
    if delivery.link:
        show_dim(delivery.link, indent=3)
