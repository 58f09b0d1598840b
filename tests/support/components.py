"""The custom_ids of every kind of button and select menu that the bot has."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from bot.ui.kit.component import DynamicComponent


def custom_ids(arguments: Iterable[str]) -> list[list[str]]:
    """For each verb the ids with those of these arguments that it takes, whatever its cards make of it."""

    def below(kind: type[Any]) -> list[type[Any]]:
        return [one for child in kind.__subclasses__() for one in (child, *below(child))]

    ids: dict[str, list[str]] = {}
    for kind in below(DynamicComponent):  # some twice: bots of other tests have loaded the same cogs
        pattern = kind.__discord_ui_compiled_template__
        verbs = re.match(r"(?P<more>\w*)\(\?P<\w+>(?P<verbs>[\w|]+)\)|(?P<one>[a-z]+)", pattern.pattern)
        assert verbs, pattern.pattern
        names = [verbs["one"]] if verbs["one"] else [verbs["more"] + one for one in verbs["verbs"].split("|")]
        for name in names:
            made = (f"{name}1:{argument}" for argument in arguments)
            ids[name] = [one for one in made if pattern.fullmatch(one)]
    return list(ids.values())
