"""The settings: one declarative table from which Config, `.env.example` and the README are derived."""

from __future__ import annotations

import difflib
import importlib.util
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "NEWSDESK_"
LOG_LEVELS = ("debug", "info", "warning", "error")
WRITES = ("answers", "summaries", "digests")
MAX_WRITING_SECONDS = 300
"""Discord accepts an answer for 15 minutes; people wait less."""


class ConfigError(ValueError):
    """The settings are invalid; `problems` has one line for each problem, without values of secrets."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `parse` converts its text to the value of the Config field `attribute`, or raises
    ValueError with the rest of a sentence that starts with the setting's name and omits a secret's value."""

    name: str
    attribute: str
    default: str | None
    parse: Callable[[str], Any]
    help: str
    secret: bool = False


def _token(text: str) -> str:
    if text.lower().startswith("bot "):
        raise ValueError('holds the word "Bot": give the token alone')
    if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", text, re.ASCII):
        raise ValueError("is not a bot token: one has three parts with dots between them and no blanks")
    return text


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError(f'names "{text}", which is not a folder')
    return path


def _existing_folder(text: str) -> Path:
    path = _folder(text)
    if not path.is_dir():
        raise ValueError(f'names "{text}", which is not there')
    return path


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError(f'is "{text}": use yes or no')
    return text.lower() == "yes"


def _vectors(text: str) -> str:
    if text.lower() in ("off", "shipped"):
        return text.lower()
    if text.startswith(("/", ".", "~")):
        text = str(_existing_folder(text))
    elif not Path(text).is_dir() and not re.fullmatch(r"[\w.-]+/[\w.-]+", text):
        raise ValueError(f'is "{text}": use shipped, off, a folder, or a hub name such as somebody/model')
    if importlib.util.find_spec("model2vec") is None:
        raise ValueError(
            "needs model2vec: install Newsdesk with the extra model2vec, or choose shipped or off"
        )
    return text


def _log_level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise ValueError(f'is "{text}": use one of {", ".join(LOG_LEVELS)}')
    return text.lower()


def _kinds(text: str) -> frozenset[str]:
    kinds = frozenset(part for part in re.split(r"[\s,]+", text.lower()) if part)
    if not kinds or not kinds <= set(WRITES):
        raise ValueError(f'is "{text}": use one or more of {", ".join(WRITES)}')
    return kinds


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(f'is "{text}": use a whole number, 0 or more')
    return int(text)


def _seconds(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= MAX_WRITING_SECONDS:
        raise ValueError(f'is "{text}": use a whole number of seconds, 1 to {MAX_WRITING_SECONDS}')
    return int(text)


def _address(text: str) -> str:
    """Validates an address. Errors omit the text, as it may contain a key."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", text):
        raise ValueError("is no web address: give one like http://localhost:8080/v1")
    if parts.username or parts.password or parts.query:
        raise ValueError("has more than an address: a key belongs into LLM_API_KEY")
    return text.rstrip("/")


def _key(text: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError("is no key: one has no blanks and no letters beyond ASCII")
    return text


def _a_minute(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise ValueError(f'is "{text}": use a whole number, 0 for no limit')
    return int(text)


def _file(text: str) -> Path:
    path = Path(text).expanduser()
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ValueError(f'names "{text}", which is no file in a folder that is there')
    return path


def _megabytes(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) == 0:
        raise ValueError(f'is "{text}": use a whole number of megabytes, 1 or more')
    return int(text)


SETTINGS = (
    Setting(
        "DISCORD_TOKEN",
        "token",
        None,
        _token,
        "The bot's token, from the Bot page of the Discord developer portal. Needed by `newsdesk run` only.",
        secret=True,
    ),
    Setting(
        "NEWSDESK_DATA",
        "data",
        "data",
        _folder,
        "The folder of the databases; it is made when it is missing.",
    ),
    Setting(
        "NEWSDESK_LOG_LEVEL",
        "log_level",
        "info",
        _log_level,
        f"How much `newsdesk run` tells: {', '.join(LOG_LEVELS)}.",
    ),
    Setting(
        "NEWSDESK_LOAD_MAX_MB",
        "load_max_mb",
        "4096",
        _megabytes,
        "The most megabytes that the pages of one dump may unpack to; Reddit dumps may have any size.",
    ),
    Setting(
        "NEWSDESK_DROP",
        "drop",
        None,
        _existing_folder,
        "A folder whose files moderators may load by name: what is too big to attach.",
    ),
    Setting(
        "NEWSDESK_DROP_WATCH",
        "drop_watch",
        "no",
        _yes_or_no,
        "Whether new files there are loaded into the shared archive by themselves: yes or no.",
    ),
    Setting(
        "NEWSDESK_ASK_MEMBER",
        "ask_member",
        "6",
        _a_minute,
        "How many questions a member may ask in a minute; 0 for any number.",
    ),
    Setting(
        "NEWSDESK_ASK_CHANNEL",
        "ask_channel",
        "20",
        _a_minute,
        "How many questions may be asked in one channel in a minute; 0 for any number.",
    ),
    Setting(
        "NEWSDESK_ASK_LOG",
        "ask_log",
        None,
        _file,
        "A file to which questions are written, as JSON lines without names; if empty, none is kept.",
    ),
    Setting(
        "NEWSDESK_VECTORS",
        "vectors",
        "shipped",
        _vectors,
        "The word vectors behind themes and search: shipped, off, or a folder or hub name for model2vec.",
    ),
    Setting(
        "LLM_BASE_URL",
        "llm_base_url",
        None,
        _address,
        "The address of an OpenAI-compatible language model, such as http://localhost:8080/v1; or none.",
    ),
    Setting("LLM_MODEL", "llm_model", None, str, "The name of the model there."),
    Setting("LLM_API_KEY", "llm_api_key", None, _key, "The key for it, if it wants one.", secret=True),
    Setting(
        "LLM_WRITES",
        "llm_writes",
        ", ".join(WRITES),
        _kinds,
        f"What it writes, of {', '.join(WRITES)}; a summary is asked for with each article that is opened.",
    ),
    Setting(
        "LLM_SECONDS",
        "llm_seconds",
        "20",
        _seconds,
        "How long it may take over one answer, all tries together; then the quotes are shown without it.",
    ),
    Setting(
        "LLM_SERVER_TOKENS",
        "llm_server_tokens",
        "200000",
        _count,
        "How many tokens a day it may cost for one server, and for all direct messages together.",
    ),
    Setting(
        "LLM_MEMBER_TOKENS",
        "llm_member_tokens",
        "40000",
        _count,
        "How many of them one member may spend.",
    ),
)
SECRETS = frozenset(setting.name for setting in SETTINGS if setting.secret)
"""The names of secrets; processes that only read texts need none of them."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The address of a language model, and its daily token budgets."""

    base_url: str
    name: str
    key: str | None = field(repr=False)
    seconds: float
    server_tokens: int
    member_tokens: int
    writes: frozenset[str] = frozenset(WRITES)


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, parsed. `token` is None if a command needs none."""

    token: str | None = field(repr=False)
    data: Path
    log_level: str
    load_max_mb: int
    drop: Path | None
    drop_watch: bool
    ask_member: int
    ask_channel: int
    ask_log: Path | None
    vectors: str
    llm_base_url: str | None
    llm_model: str | None
    llm_api_key: str | None = field(repr=False)
    llm_writes: frozenset[str]
    llm_seconds: int
    llm_server_tokens: int
    llm_member_tokens: int

    @property
    def model(self) -> ModelSettings | None:
        """The language model's settings, or None if none is set."""
        if self.llm_base_url is None or self.llm_model is None:
            return None
        return ModelSettings(
            self.llm_base_url,
            self.llm_model,
            self.llm_api_key,
            self.llm_seconds,
            self.llm_server_tokens,
            self.llm_member_tokens,
            self.llm_writes,
        )

    @classmethod
    def from_env(cls, env: Mapping[str, str], *, need_token: bool = False) -> Config:
        """Reads the settings from `env`; empty values count as unset. Raises ConfigError with all problems at
        once; with `need_token` a missing token is one of them."""
        values: dict[str, Any] = {}
        problems = []
        for setting in SETTINGS:
            text = env.get(setting.name, "").strip() or setting.default
            try:
                values[setting.attribute] = None if text is None else setting.parse(text)
            except ValueError as error:
                problems.append(f"{setting.name} {error}.")
        if need_token and not env.get("DISCORD_TOKEN", "").strip():
            problems.insert(0, "DISCORD_TOKEN is missing: put it into .env or the environment.")
        given = {name for name in ("LLM_BASE_URL", "LLM_MODEL") if env.get(name, "").strip()}
        if len(given) == 1:
            (missing,) = {"LLM_BASE_URL", "LLM_MODEL"} - given
            problems.append(f"{missing} is missing: {given.pop()} needs it.")
        problems += _misspelt(env)
        if problems:
            raise ConfigError(tuple(problems))
        return cls(**values)


def _misspelt(env: Mapping[str, str]) -> list[str]:
    known = {setting.name for setting in SETTINGS}
    unknown = sorted(name for name in env if name.upper().startswith(PREFIX) and name not in known)
    return [
        f"{name} is not a setting: did you mean {near}?"
        for name in unknown
        for near in difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
    ]
