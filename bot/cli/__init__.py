"""The use cases without Discord, for people and for programs."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.cli.parser import parse
from bot.cli.terminal import complain
from bot.config import ConfigError
from bot.errors import NotFound, UserError
from bot.ui.kit.error_messages import error_sentence

OK = 0
NOTHING_FOUND = 1
BAD_INPUT = 2
BUG = 70
INTERRUPTED = 130
BROKEN_PIPE = 141
"""The exit codes; 70 is sysexits' EX_SOFTWARE, 130 and 141 what a shell makes of SIGINT and SIGPIPE."""


def main(argv: Sequence[str] | None = None, env: Mapping[str, str] | None = None) -> int:
    """Runs one subcommand and returns its exit code. `env` stands for the environment and `.env`."""
    try:
        given = parse(sys.argv[1:] if argv is None else argv)
        settings = _environment() if env is None else env
        code: int = given.run(given, settings)
        sys.stdout.flush()
        return code
    except SystemExit as error:  # argparse has said what it had to say
        return error.code if isinstance(error.code, int) else BAD_INPUT
    except ConfigError as error:
        for problem in error.problems:
            complain(problem)
        return BAD_INPUT
    except UserError as error:
        complain(error_sentence(error))
        return NOTHING_FOUND if isinstance(error, NotFound) else BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has enough; Python would complain again when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception:
        traceback.print_exc()
        return BUG


def _environment() -> Mapping[str, str]:
    """The environment over what `.env` in the working folder says. Raises ConfigError."""
    if not Path(".env").is_file():
        return os.environ
    from dotenv import dotenv_values

    try:
        found = dotenv_values(".env")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError((f".env cannot be read: {error}.",)) from None
    return {name: value for name, value in found.items() if value is not None} | dict(os.environ)
