"""The settings, and that everything which tells of them says the same."""

from __future__ import annotations

import dataclasses
import importlib.machinery
import importlib.util
import re
from datetime import UTC, time
from pathlib import Path
from typing import Any

import pytest

from bot.config import SETTINGS, Config, ConfigError, ModelSettings
from tests.support.paths import ROOT

UNSET: Any = {
    "log_format": "text",
    "health_port": None,
    "alert": None,
    "alert_disk_mb": 1_000,
    "llm_base_url": None,
    "llm_model": None,
    "llm_api_key": None,
    "llm_writes": frozenset({"answers", "summaries", "digests"}),
    "llm_seconds": 20,
    "llm_server_tokens": 200_000,
    "llm_member_tokens": 40_000,
}
TOKEN = "MTIzNDU2Nzg5.Gabc12.abc-def_ghi"


def test_everything_but_the_token_has_a_default() -> None:
    config = Config.from_env({})
    assert config == Config(
        None,
        Path("data"),
        None,
        "info",
        load_max_mb=4096,
        zst_window_mb=256,
        drop=None,
        drop_watch=False,
        vectors="shipped",
        **UNSET,
        ask_member=6,
        ask_channel=20,
        ask_log=None,
        server_max_articles=0,
        server_max_mb=0,
        backups=None,
        backup_time=time(3, tzinfo=UTC),
        backup_keep=7,
        privacy_policy=None,
        contact=None,
        purge_days=30,
    )
    assert config.model is None


def test_settings_are_read(tmp_path: Path) -> None:
    policy = tmp_path / "policy.md"
    policy.write_text("We keep nothing.", "utf-8")
    env = {
        "DISCORD_TOKEN": f" {TOKEN}\n",
        "NEWSDESK_DATA": "/srv/newsdesk",
        "DATABASE_URL": "postgresql://desk:pw@db.example/newsdesk",
        "NEWSDESK_LOG_LEVEL": "DEBUG",
        "NEWSDESK_LOAD_MAX_MB": "12",
        "NEWSDESK_ZST_WINDOW_MB": "2048",
        "NEWSDESK_VECTORS": "off",
        "NEWSDESK_DROP": str(tmp_path),
        "NEWSDESK_DROP_WATCH": "Yes",
        "NEWSDESK_ASK_MEMBER": "0",
        "NEWSDESK_ASK_CHANNEL": "9",
        "NEWSDESK_ASK_LOG": str(tmp_path / "asked.ndjson"),
        "NEWSDESK_SERVER_MAX_ARTICLES": "500",
        "NEWSDESK_SERVER_MAX_MB": "20",
        "NEWSDESK_BACKUPS": str(tmp_path),
        "NEWSDESK_BACKUP_TIME": "23:05",
        "NEWSDESK_BACKUP_KEEP": "3",
        "NEWSDESK_PRIVACY_POLICY": str(policy),
        "NEWSDESK_CONTACT": "desk@newsdesk.example",
        "NEWSDESK_PURGE_DAYS": "0",
        "PATH": "/bin",
    }
    config = Config.from_env(env, need_token=True)
    assert config == Config(
        TOKEN,
        Path("/srv/newsdesk"),
        "postgresql://desk:pw@db.example/newsdesk",
        "debug",
        load_max_mb=12,
        zst_window_mb=2_048,
        drop=tmp_path,
        drop_watch=True,
        vectors="off",
        **UNSET,
        ask_member=0,
        ask_channel=9,
        ask_log=tmp_path / "asked.ndjson",
        server_max_articles=500,
        server_max_mb=20,
        backups=tmp_path,
        backup_time=time(23, 5, tzinfo=UTC),
        backup_keep=3,
        privacy_policy=policy,
        contact="desk@newsdesk.example",
        purge_days=0,
    )


def test_an_empty_setting_counts_as_not_given() -> None:
    assert Config.from_env({"NEWSDESK_DATA": "", "DISCORD_TOKEN": " "}) == Config.from_env({})


def test_every_problem_is_told_at_once_on_a_line_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    env = {
        "NEWSDESK_DATA": str(file),
        "NEWSDESK_LOG_LEVEL": "loud",
        "NEWSDESK_LOAD_MAX_MB": "0",
        "NEWSDESK_LOGLEVEL": "info",
    }
    with pytest.raises(ConfigError) as caught:
        Config.from_env(env, need_token=True)
    assert [problem.split()[0].rstrip(":") for problem in caught.value.problems] == [
        "DISCORD_TOKEN",
        "NEWSDESK_DATA",
        "NEWSDESK_LOG_LEVEL",
        "NEWSDESK_LOAD_MAX_MB",
        "NEWSDESK_LOGLEVEL",
    ]
    assert all("\n" not in problem for problem in caught.value.problems)
    assert "Did you mean NEWSDESK_LOG_LEVEL?" in caught.value.problems[-1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/no/such/folder", "There is no folder “/no/such/folder”."),
        ("shiped", "Use shipped, off, a folder or a hub name"),
        ("somebody/model", "Install newsdesk[model2vec]"),
    ],
)
def test_word_vectors_that_cannot_be_are_told_at_the_start(
    text: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"NEWSDESK_VECTORS": text})
    assert told in str(caught.value)


def test_word_vectors_are_shipped_off_a_folder_or_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.machinery.ModuleSpec("model2vec", None)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    for text in ("shipped", "off", str(tmp_path), "somebody/model"):
        assert Config.from_env({"NEWSDESK_VECTORS": text}).vectors == text
    assert Config.from_env({"NEWSDESK_VECTORS": "OFF"}).vectors == "off"


@pytest.mark.parametrize("token", ["hunter2", f"Bot {TOKEN}", f"{TOKEN} {TOKEN}", f'"{TOKEN}"'])
def test_a_wrong_token_is_told_without_being_shown(token: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"DISCORD_TOKEN": token})
    assert "DISCORD_TOKEN" in str(caught.value)
    for part in re.split(r"\W", token):
        assert part in ("", "Bot") or part not in str(caught.value)


def test_a_config_does_not_show_its_token() -> None:
    config = Config.from_env({"DISCORD_TOKEN": TOKEN})
    assert TOKEN not in repr(config)
    assert TOKEN not in str(config)


def test_a_model_has_an_address_and_a_name() -> None:
    env = {"LLM_BASE_URL": "http://localhost:8080/v1/", "LLM_MODEL": "small", "LLM_API_KEY": "sk-secret"}
    config = Config.from_env(env | {"LLM_SECONDS": "9", "LLM_MEMBER_TOKENS": "0"})
    assert config.model == ModelSettings("http://localhost:8080/v1", "small", "sk-secret", 9, 200_000, 0)
    assert "sk-secret" not in repr(config) + repr(config.model)
    for name, other in (("LLM_BASE_URL", "LLM_MODEL"), ("LLM_MODEL", "LLM_BASE_URL")):
        with pytest.raises(ConfigError) as caught:
            Config.from_env({name: env[name]})
        assert caught.value.problems == (f"{other} is missing. {name} needs it.",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("LLM_BASE_URL", "localhost:8080"),
        ("LLM_BASE_URL", "ftp://secret.example"),
        ("LLM_BASE_URL", "http://"),
        ("LLM_BASE_URL", "http://[secret"),
        ("LLM_BASE_URL", "https://secret:word@llm.example/v1"),
        ("LLM_BASE_URL", "https://llm.example/v1?key=secret"),
        ("LLM_API_KEY", "secret secret"),
        ("LLM_API_KEY", "secrét"),
    ],
)
def test_a_wrong_model_is_told_without_what_may_be_a_key(name: str, text: str) -> None:
    env = {"LLM_BASE_URL": "https://llm.example/v1", "LLM_MODEL": "small"} | {name: text}
    with pytest.raises(ConfigError) as caught:
        Config.from_env(env)
    (problem,) = caught.value.problems
    assert problem.startswith(name)
    assert "secr" not in problem


@pytest.mark.parametrize(
    "text",
    [
        "mysql://desk:secret@db.example/newsdesk",
        "db.example",
        "postgresql://desk:sec#ret@db.example/newsdesk",
        "postgresql://desk:secret@db.example:many/newsdesk",
        "postgresql://desk:sec ret@db.example/newsdesk",
    ],
)
def test_a_wrong_database_is_told_without_what_may_be_a_password(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({"DATABASE_URL": text})
    (problem,) = caught.value.problems
    assert problem.startswith("DATABASE_URL: This is not the address of a PostgreSQL database.")
    assert "sec" not in problem


def test_a_database_needs_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r"This needs psycopg. Install newsdesk\[postgres\]"):
        Config.from_env({"DATABASE_URL": "postgresql://desk:pw@db.example/newsdesk"})


def test_what_a_model_writes_can_be_chosen() -> None:
    assert Config.from_env({"LLM_WRITES": "Answers  digests"}).llm_writes == {"answers", "digests"}
    for text in (",", "answers, poems"):
        with pytest.raises(ConfigError, match="one or more of: answers, summaries, digests"):
            Config.from_env({"LLM_WRITES": text})


@pytest.mark.parametrize("seconds", ["0", "301", "2.5", "soon"])
def test_the_time_for_writing_has_bounds(seconds: str) -> None:
    with pytest.raises(ConfigError, match="from 1 to 300"):
        Config.from_env({"LLM_SECONDS": seconds})


def test_other_programs_settings_are_left_alone() -> None:
    assert Config.from_env({"NEWSDESK_SHARED": "/data", "NEWSDESK": "1"}) == Config.from_env({})


def test_config_has_a_field_for_each_setting() -> None:
    assert [setting.attribute for setting in SETTINGS] == [field.name for field in dataclasses.fields(Config)]


def test_secrets_have_no_defaults() -> None:
    assert {setting.name for setting in SETTINGS if setting.secret} == {
        "DATABASE_URL",
        "DISCORD_TOKEN",
        "LLM_API_KEY",
        "NEWSDESK_ALERT",
    }
    assert all(setting.default is None for setting in SETTINGS if setting.secret)


def test_the_guide_names_what_a_running_bot_takes_over() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text()
    paragraph = next(part for part in guide.split("\n\n") if "kill -HUP" in part)
    assert re.findall(r"`([A-Z]+_[A-Z_]+)`", paragraph) == [
        setting.name for setting in SETTINGS if setting.live
    ]


def test_the_guide_and_the_example_file_describe_each_setting_alike() -> None:
    guide = (ROOT / "docs" / "operating.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.+)` )?\| (.+) \|$", guide, re.MULTILINE)
    assert [(name, default or None) for name, default, _ in rows] == [
        (setting.name, setting.default) for setting in SETTINGS
    ]
    _, *paragraphs = (ROOT / ".env.example").read_text().rstrip("\n").split("\n\n")
    assert paragraphs == [
        f"# {help}\n{'#' if default else ''}{name}={default}" for name, default, help in rows
    ]
