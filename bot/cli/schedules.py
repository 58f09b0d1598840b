"""`newsdesk schedules` and `deliveries`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from bot.cli.json_output import deliveries_json, emit, schedules_json
from bot.cli.session import with_library
from bot.cli.terminal import line, minute, show, styled
from bot.services import Library
from bot.ui.digests import strings


def schedules(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """The scheduled digests of all servers, or of one; 1 when there are none."""

    async def use(library: Library) -> int:
        found = await library.digests.schedules(given.guild)
        if given.json:
            emit(schedules_json(found))
        elif not found:
            show("Nothing is scheduled.")
        for one in () if given.json else found:
            plan = one.plan
            show(
                styled((f"{one.id}. {line(strings.describe_source(plan.choice, strings.unescaped))}", "bold"))
            )
            show(f"{line(strings.describe_timing(plan.timing).replace('`', ''))} · {strings.state(one)}", 3)
            show(styled((line(strings.describe_options(plan)), "dim")), 3)
            next_at = f" · next {minute(one.next_at)}" if one.state == "active" else ""
            show(styled((f"server {plan.guild} · channel {plan.channel}{next_at}", "dim")), 3)
        return 0 if found else 1

    return with_library(given, env, use)


def deliveries(given: argparse.Namespace, env: Mapping[str, str]) -> int:
    """What became of the last slots, newest first; 1 when there were none."""

    async def use(library: Library) -> int:
        found = await library.digests.history(given.guild, given.schedule, given.limit)
        if given.json:
            emit(deliveries_json(found))
        elif not found:
            show("No scheduled digest has been due yet.")
        for one in () if given.json else found:
            show(styled((minute(one.due_at), "bold"), f" · digest {one.schedule} · {strings.outcome(one)}"))
            if one.link:
                show(styled((one.link, "dim")), 3)
        return 0 if found else 1

    return with_library(given, env, use)
