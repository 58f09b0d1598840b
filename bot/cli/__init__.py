"""The command line: every use case without Discord, for people and for programs."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping, Sequence

from bot.cli.exit_codes import BAD_INPUT, BROKEN_PIPE, BUG, INTERRUPTED, NOTHING_FOUND
from bot.cli.parser import parse
from bot.cli.session import environment
from bot.cli.terminal import complain
from bot.config import ConfigError
from bot.errors import NotFound, UserError
from bot.file_errors import file_error
from bot.i18n import ENGLISH, current_language, error_message, system_language, use_language


def main(argv: Sequence[str] | None = None, env: Mapping[str, str] | None = None) -> int:
    """Runs one command and returns its exit code. `env` replaces the environment and `.env`."""
    with use_language(system_language(os.environ if env is None else env)):
        return _run(sys.argv[1:] if argv is None else argv, env)


def _run(argv: Sequence[str], env: Mapping[str, str] | None) -> int:
    try:
        arguments = parse(argv)
        with use_language(ENGLISH if arguments.json else current_language()):
            code: int = arguments.module.run(arguments, environment() if env is None else env)
        sys.stdout.flush()
        return code
    except SystemExit as error:  # argparse has printed its message
        return error.code if isinstance(error.code, int) else BAD_INPUT
    except ConfigError as error:
        for problem in error.problems:
            complain(problem)
        return BAD_INPUT
    except UserError as error:
        complain(error_message(error))
        return NOTHING_FOUND if isinstance(error, NotFound) else BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has closed the pipe; without this, Python would report it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except Exception as error:
        of_files = file_error(error) if isinstance(error, OSError) else None
        if of_files is not None:
            complain(error_message(of_files))
            return BAD_INPUT
        traceback.print_exc()
        return BUG
