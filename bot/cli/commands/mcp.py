"""`newsdesk mcp`."""

from __future__ import annotations

import importlib.util
from argparse import Namespace
from collections.abc import Mapping

from bot.cli.arguments import no_arguments
from bot.cli.exit_codes import OK
from bot.cli.session import Session, on_archive
from bot.errors import BadInput
from bot.i18n import ENGLISH, use_language

HELP = "cli-mcp"
add_arguments = no_arguments


def run(arguments: Namespace, env: Mapping[str, str]) -> int:
    """Serves one archive over standard input and output, until the input ends. Raises
    BadInput("mcp-extra-missing")."""
    if importlib.util.find_spec("mcp") is None:
        raise BadInput("mcp-extra-missing")
    return _serve(arguments, env)


@on_archive
async def _serve(session: Session) -> int:
    from bot.cli.mcp_server import reading_server

    with use_language(ENGLISH):
        await reading_server(session).run_stdio_async()
    return OK
