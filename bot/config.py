"""The settings: one declarative table, from which Config is built. docs/operating.md describes them."""

from __future__ import annotations

import difflib
import importlib.util
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.domain.loads import ServerLimits
from bot.domain.privacy import PrivacyPolicy
from bot.i18n import formats, msg

PREFIX = "NEWSDESK_"
WRITES = ("answers", "summaries", "digests")
MAX_WRITING_SECONDS = 300
"""Discord accepts an answer for 15 minutes; people wait less."""
_MANY = 999_999_999
MAX_POLICY = 20_000
MAX_CONTACT = 200


class ConfigError(ValueError):
    """The settings are invalid; `problems` has one line for each problem, without values of secrets."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. `parse` converts its text to the value of the Config field `attribute`, or raises
    ValueError with a sentence for people, which omits a secret's value."""

    name: str
    attribute: str
    default: str | None
    parse: Callable[[str], Any]
    secret: bool = False
    live: bool = False
    """Whether a running bot takes over a change of it on SIGHUP."""


def _token(text: str) -> str:
    if text.lower().startswith("bot "):
        raise ValueError(msg("config-token-with-bot"))
    if not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", text, re.ASCII):
        raise ValueError(msg("config-no-token"))
    return text


def _folder(text: str) -> Path:
    path = Path(text).expanduser()
    if path.exists() and not path.is_dir():
        raise ValueError(msg("config-not-a-folder", path=text))
    return path


def _existing_folder(text: str) -> Path:
    path = _folder(text)
    if not path.is_dir():
        raise ValueError(msg("config-no-such-folder", path=text))
    return path


def _yes_or_no(text: str) -> bool:
    return _one_of("yes", "no")(text) == "yes"


def _vectors(text: str) -> str:
    if text.lower() in ("off", "shipped"):
        return text.lower()
    if text.startswith(("/", ".", "~")):
        text = str(_existing_folder(text))
    elif not Path(text).is_dir() and not re.fullmatch(r"[\w.-]+/[\w.-]+", text):
        raise ValueError(msg("config-vectors", text=text))
    if importlib.util.find_spec("model2vec") is None:
        raise ValueError(msg("config-vectors-need-extra"))
    return text


def _one_of(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(msg("config-one-of", text=text, choices=formats.alternatives(choices)))
        return text.lower()

    return parse


def _kinds(text: str) -> frozenset[str]:
    kinds = frozenset(part for part in re.split(r"[\s,]+", text.lower()) if part)
    if not kinds or not kinds <= set(WRITES):
        raise ValueError(msg("config-some-of", text=text, choices=", ".join(WRITES)))
    return kinds


def _whole_number(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not minimum <= int(text) <= maximum:
            raise ValueError(msg("config-number", text=text, minimum=minimum, maximum=maximum))
        return int(text)

    return parse


def _time(text: str) -> time:
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", text, re.ASCII):
        raise ValueError(msg("config-time", text=text))
    hour, minute = map(int, text.split(":"))
    return time(hour, minute, tzinfo=UTC)


def _address(text: str) -> str:
    """Validates an address. Errors omit the text, as it may contain a key."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", text):
        raise ValueError(msg("config-no-address"))
    if parts.username or parts.password or parts.query:
        raise ValueError(msg("config-address-with-key"))
    return text.rstrip("/")


def database_address(text: str) -> str:
    """Validates the address of a database. Raises ValueError with a sentence for people, without the text, as
    it may contain a password."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("postgresql", "postgres") and not parts.fragment and parts.port != 0
    except ValueError:
        usable = False
    if not usable or "://" not in text or re.search(r"\s", text):
        raise ValueError(msg("config-no-database"))
    if importlib.util.find_spec("psycopg") is None:
        raise ValueError(msg("config-database-needs-extra"))
    return text


def _key(text: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e]+", text):
        raise ValueError(msg("config-no-key"))
    return text


def _alert(text: str) -> str:
    """A user's id or a webhook's address, which is a secret: errors omit it."""
    if re.fullmatch(r"[0-9]{15,20}", text) or re.fullmatch(r"https?://[\x21-\x7e]+", text):
        return text
    raise ValueError(msg("config-alert"))


def _file(text: str) -> Path:
    path = Path(text).expanduser()
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ValueError(msg("config-no-file", path=text))
    return path


def _policy(text: str) -> Path:
    """The file of a privacy policy."""
    path = Path(text).expanduser()
    try:
        size = len(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        raise ValueError(msg("config-no-policy", path=text)) from None
    if size > MAX_POLICY:
        raise ValueError(msg("config-long-policy", path=text, most=MAX_POLICY))
    return path


def _contact(text: str) -> str:
    if len(text) > MAX_CONTACT:
        raise ValueError(msg("config-long-contact", most=MAX_CONTACT))
    return text


SETTINGS = (
    Setting("DISCORD_TOKEN", "token", None, _token, secret=True),
    Setting("NEWSDESK_DATA", "data", "data", _folder),
    Setting("DATABASE_URL", "database_url", None, database_address, secret=True),
    Setting(
        "NEWSDESK_LOG_LEVEL", "log_level", "info", _one_of("debug", "info", "warning", "error"), live=True
    ),
    Setting("NEWSDESK_LOG_FORMAT", "log_format", "text", _one_of("text", "json"), live=True),
    Setting("NEWSDESK_HEALTH_PORT", "health_port", None, _whole_number(1, 65_535)),
    Setting("NEWSDESK_ALERT", "alert", None, _alert, secret=True, live=True),
    Setting("NEWSDESK_ALERT_DISK_MB", "alert_disk_mb", "1000", _whole_number(1, _MANY), live=True),
    Setting("NEWSDESK_LOAD_MAX_MB", "load_max_mb", "4096", _whole_number(1, _MANY), live=True),
    Setting("NEWSDESK_ZST_WINDOW_MB", "zst_window_mb", "256", _whole_number(1, 2_048), live=True),
    Setting("NEWSDESK_SERVER_MAX_ARTICLES", "server_max_articles", "0", _whole_number(0, _MANY), live=True),
    Setting("NEWSDESK_SERVER_MAX_MB", "server_max_mb", "0", _whole_number(0, _MANY), live=True),
    Setting("NEWSDESK_BACKUPS", "backups", None, _folder),
    Setting("NEWSDESK_BACKUP_TIME", "backup_time", "03:00", _time),
    Setting("NEWSDESK_BACKUP_KEEP", "backup_keep", "7", _whole_number(1, 9_999)),
    Setting("NEWSDESK_DROP", "drop", None, _existing_folder),
    Setting("NEWSDESK_DROP_WATCH", "drop_watch", "no", _yes_or_no),
    Setting("NEWSDESK_ASK_MEMBER", "ask_member", "6", _whole_number(0, 9_999), live=True),
    Setting("NEWSDESK_ASK_CHANNEL", "ask_channel", "20", _whole_number(0, 9_999), live=True),
    Setting("NEWSDESK_ASK_LOG", "ask_log", None, _file),
    Setting("NEWSDESK_PRIVACY_POLICY", "privacy_policy", None, _policy),
    Setting("NEWSDESK_CONTACT", "contact", None, _contact),
    Setting("NEWSDESK_PURGE_DAYS", "purge_days", "30", _whole_number(0, 3_650)),
    Setting("NEWSDESK_VECTORS", "vectors", "shipped", _vectors),
    Setting("LLM_BASE_URL", "llm_base_url", None, _address),
    Setting("LLM_MODEL", "llm_model", None, str),
    Setting("LLM_API_KEY", "llm_api_key", None, _key, secret=True),
    Setting("LLM_WRITES", "llm_writes", ", ".join(WRITES), _kinds),
    Setting("LLM_SECONDS", "llm_seconds", "20", _whole_number(1, MAX_WRITING_SECONDS)),
    Setting("LLM_SERVER_TOKENS", "llm_server_tokens", "200000", _whole_number(0, _MANY)),
    Setting("LLM_MEMBER_TOKENS", "llm_member_tokens", "40000", _whole_number(0, _MANY)),
)
SECRETS = frozenset(setting.name for setting in SETTINGS if setting.secret and setting.name != "DATABASE_URL")
"""The names of secrets; processes that only read texts need none of them but the way to the database."""


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
    database_url: str | None = field(repr=False)
    log_level: str
    log_format: str
    health_port: int | None
    alert: str | None = field(repr=False)
    alert_disk_mb: int
    load_max_mb: int
    zst_window_mb: int
    server_max_articles: int
    server_max_mb: int
    backups: Path | None
    backup_time: time
    backup_keep: int
    drop: Path | None
    drop_watch: bool
    ask_member: int
    ask_channel: int
    ask_log: Path | None
    privacy_policy: Path | None
    contact: str | None
    purge_days: int
    vectors: str
    llm_base_url: str | None
    llm_model: str | None
    llm_api_key: str | None = field(repr=False)
    llm_writes: frozenset[str]
    llm_seconds: int
    llm_server_tokens: int
    llm_member_tokens: int

    @property
    def server_limits(self) -> ServerLimits:
        """The limits of a server's own archive."""
        return ServerLimits(self.server_max_articles, self.server_max_mb)

    @property
    def policy(self) -> PrivacyPolicy:
        """What the operator says about privacy. Raises OSError if the file of it is gone."""
        text = None if self.privacy_policy is None else self.privacy_policy.read_text("utf-8").strip()
        return PrivacyPolicy(text or None, self.contact, self.purge_days)

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
                problems.append(msg("config-problem", name=setting.name, problem=str(error)))
        if need_token and not env.get("DISCORD_TOKEN", "").strip():
            problems.insert(0, msg("config-token-missing"))
        given = {name for name in ("LLM_BASE_URL", "LLM_MODEL") if env.get(name, "").strip()}
        if len(given) == 1:
            (missing,) = {"LLM_BASE_URL", "LLM_MODEL"} - given
            problems.append(msg("config-half-a-model", missing=missing, given=given.pop()))
        problems += _misspelt(env)
        if problems:
            raise ConfigError(tuple(problems))
        return cls(**values)


def settings_text(env: Mapping[str, str]) -> str:
    """The settings in `env` as a `.env` file for a backup, with secrets left empty."""
    lines = []
    for setting in SETTINGS:
        value = env.get(setting.name, "").strip()
        if value and setting.secret:
            lines.append(f"#{setting.name}=")
        elif value:
            quoted = value.replace("\\", "\\\\").replace("'", "\\'")
            lines.append(f"{setting.name}='{quoted}'")
    return "".join(f"{line}\n" for line in lines)


def _misspelt(env: Mapping[str, str]) -> list[str]:
    known = {setting.name for setting in SETTINGS}
    unknown = sorted(name for name in env if name.upper().startswith(PREFIX) and name not in known)
    return [
        msg("config-misspelt", name=name, near=near)
        for name in unknown
        for near in difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.85)
    ]
