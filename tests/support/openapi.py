"""Checks what the bot sends against Discord's own OpenAPI file, and against the limits that it leaves out."""

from __future__ import annotations

import copy
import io
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import simcord.http.router
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.support.paths import SHARED

ROOT = "discord:"
COMMAND_CHARACTERS = 8_000
COMPONENTS = 40
COMPONENT_TEXT = 4_000
FILE_BYTES = 10 * 1024 * 1024
REQUEST_BYTES = 25 * 1024 * 1024
FILES = 10

CALLBACK = re.compile(r"^/interactions/[^/]+/[^/]+/callback$")
COMMANDS = re.compile(r"^/applications/[^/]+(/guilds/[^/]+)?/commands$")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request of the bot: its JSON body, and the sizes of the files beside it."""

    method: str
    path: str
    body: Any
    files: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class DiscordApi:
    """Discord's description of its HTTP API; a validator is built once for each operation that is met."""

    def __init__(self, document: dict[str, Any]) -> None:
        _allow_numeric_snowflakes(document)
        self._registry = Registry().with_resource(
            ROOT, Resource.from_contents(document, default_specification=DRAFT202012)
        )
        self._operations = [
            (path.count("{"), _pattern(path), method.upper(), path, method)
            for path, item in document["paths"].items()
            for method in item
            if method in {"get", "post", "put", "patch", "delete"}
        ]
        self._operations.sort(key=lambda operation: operation[0])
        self._paths = document["paths"]
        self._validators: dict[tuple[str, str], Any] = {}
        self._verdicts: dict[tuple[str, str, str], list[str]] = {}
        self._validator_class = _with_quick_alternatives(document["components"]["schemas"])

    @classmethod
    def read(cls, file: Path) -> DiscordApi:
        return cls(json.loads(file.read_text(encoding="utf-8")))

    def problems(self, sent: Sent) -> list[str]:
        """Sentences saying what Discord's own description has against the request; none where it is fine."""
        for _, pattern, method, path, key in self._operations:
            if method == sent.method and pattern.match(sent.path):
                return self._body_problems(sent, path, key)
        return [f"{sent}: Discord has no such operation"]

    def _body_problems(self, sent: Sent, path: str, method: str) -> list[str]:
        """The same body, such as that which registers the commands, is validated once."""
        validator = self._validator(path, method)
        if validator is None or sent.body is None:
            return []
        key = (path, method, json.dumps(sent.body, sort_keys=True))
        if key not in self._verdicts:
            error = best_match(validator.iter_errors(sent.body))
            self._verdicts[key] = [] if error is None else [f"at {error.json_path}: {error.message[:500]}"]
        return [f"{sent}: {problem}" for problem in self._verdicts[key]]

    def _validator(self, path: str, method: str) -> Any:
        if (path, method) not in self._validators:
            content = self._paths[path][method].get("requestBody", {}).get("content", {})
            schema = f"{_pointer(path)}/{method}/requestBody/content/application~1json/schema"
            self._validators[path, method] = (
                self._validator_class({"$ref": f"{ROOT}#/paths/{schema}"}, registry=self._registry)
                if "application/json" in content
                else None
            )
        return self._validators[path, method]


@pytest.fixture(scope="session")
def discord_api() -> DiscordApi | None:
    """Discord's OpenAPI file: the one `DISCORD_OPENAPI` names, or else the development data's, or none."""
    named = os.environ.get("DISCORD_OPENAPI")
    file = Path(named) if named else SHARED / "data" / "discord" / "openapi.json"
    return DiscordApi.read(file) if named or file.is_file() else None


@pytest.fixture(autouse=True)
def requests_of_the_bot(
    discord_api: DiscordApi | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[Sent]]:
    """Every request that reaches the simulated Discord during a test; they must all be right at its end."""
    sent: list[Sent] = []
    dispatch = simcord.http.router.dispatch

    def record(backend: Any, method: str, path: str, **details: Any) -> Any:
        sizes = tuple(file.fp.seek(0, io.SEEK_END) for file in details.get("files") or ())
        for file in details.get("files") or ():
            file.fp.seek(0)
        sent.append(Sent(method, path, copy.deepcopy(details.get("json")), sizes))
        return dispatch(backend, method, path, **details)

    monkeypatch.setattr(simcord.http.router, "dispatch", record)
    yield sent
    problems = [problem for request in sent for problem in (*limit_problems(request), *pings(request))]
    if discord_api is not None:
        problems += [problem for request in sent for problem in discord_api.problems(request)]
    assert not problems, "\n".join(problems)


def limit_problems(sent: Sent) -> list[str]:
    """Sentences about limits that Discord enforces and neither its OpenAPI file nor the simulation knows."""
    checks = (_files, _completion, _commands, _message)
    return [f"{sent}: {problem}" for check in checks for problem in check(sent)]


def _files(sent: Sent) -> Iterator[str]:
    if len(sent.files) > FILES:
        yield f"{len(sent.files)} files, at most {FILES} are allowed"
    if any(size > FILE_BYTES for size in sent.files):
        yield f"a file of {max(sent.files)} bytes, at most {FILE_BYTES} are allowed"
    if sum(sent.files) > REQUEST_BYTES:
        yield f"files of {sum(sent.files)} bytes together, at most {REQUEST_BYTES} are allowed"


def _completion(sent: Sent) -> Iterator[str]:
    if not (CALLBACK.match(sent.path) and sent.body.get("type") == 8):
        return
    choices = sent.body["data"].get("choices") or []
    if len(choices) > 25:
        yield f"{len(choices)} completions, at most 25 are allowed"
    for choice in choices:
        if not 1 <= len(choice["name"]) <= 100:
            yield f"a completion of {len(choice['name'])} characters, 1 to 100 are allowed"
        if isinstance(choice["value"], str) and not 1 <= len(choice["value"]) <= 100:
            yield f"a completion whose value has {len(choice['value'])} characters, 1 to 100 are allowed"


def _commands(sent: Sent) -> Iterator[str]:
    if not (sent.method == "PUT" and COMMANDS.match(sent.path)):
        return
    names = [(command.get("type", 1), command["name"]) for command in sent.body]
    if len(names) != len(set(names)):
        yield "two commands share a name"
    for kind, most in ((1, 100), (2, 15), (3, 15)):
        if sum(name[0] == kind for name in names) > most:
            yield f"more than {most} commands of type {kind}"
    for command in sent.body:
        if command.get("type", 1) != 1:
            continue
        where = f"/{command['name']}"
        for node in _nodes(command):
            if not 1 <= len(node.get("description", "")) <= 100:
                yield f"{where}: the description of {node['name']} is not 1 to 100 characters long"
        if (characters := _characters(command)) > COMMAND_CHARACTERS:
            yield f"{where}: {characters} characters, at most {COMMAND_CHARACTERS} are allowed"


def _message(sent: Sent) -> Iterator[str]:
    body = sent.body
    if CALLBACK.match(sent.path):
        body = body.get("data") if body.get("type") in {4, 7} else None
    if not isinstance(body, dict) or not isinstance(body.get("components"), list):
        return
    parts = [part for component in body["components"] for part in _components(component)]
    if len(parts) > COMPONENTS:
        yield f"{len(parts)} components, at most {COMPONENTS} are allowed"
    text = sum(len(part.get("content") or "") for part in parts)
    if text > COMPONENT_TEXT:
        yield f"{text} characters of text, at most {COMPONENT_TEXT} are allowed"
    ids = [part["custom_id"] for part in parts if part.get("custom_id")]
    if len(ids) != len(set(ids)):
        yield "two components share a custom_id"


def pings(sent: Sent) -> list[str]:
    """Sentences about a message that could ping someone; the bot must not, except one role at its head."""
    body = sent.body
    if isinstance(body, dict) and CALLBACK.match(sent.path):
        body = body.get("data") if body.get("type") in {4, 7} else None
    if not isinstance(body, dict) or not (body.get("content") or body.get("components")):
        return []
    if not ("/messages" in sent.path or sent.path.startswith(("/webhooks/", "/interactions/"))):
        return []
    allowed = body.get("allowed_mentions")
    if isinstance(allowed, dict) and not any(allowed.get(kind) for kind in ("parse", "users")):
        heads = [part.get("content") for part in (body.get("components") or ())[:1]]
        if [f"<@&{role}>" for role in allowed.get("roles") or ()] in ([], heads):
            return []
    return [f"{sent}: allowed_mentions is {allowed!r}, so a name in the text could ping someone"]


def _components(component: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield component
    inner: Sequence[Any] = component.get("components") or ()
    for child in (*inner, component.get("accessory"), component.get("component")):
        if isinstance(child, dict):
            yield from _components(child)


def _nodes(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield command
    for option in command.get("options") or ():
        yield from _nodes(option)


def _characters(command: dict[str, Any]) -> int:
    own = len(command["name"]) + len(command.get("description") or "")
    for choice in command.get("choices") or ():
        own += len(choice["name"]) + (len(choice["value"]) if isinstance(choice["value"], str) else 0)
    return own + sum(_characters(option) for option in command.get("options") or ())


def _with_quick_alternatives(schemas: dict[str, Any]) -> Any:
    """A validator class that, of the alternatives for an object with a type, tries only those of that type:
    the others cannot hold. Validating a card takes a tenth of the time so."""
    keyword = jsonschema.Draft202012Validator.VALIDATORS["oneOf"]
    types = {
        f"#/components/schemas/{name}": schema["properties"]["type"]["enum"]
        for name, schema in schemas.items()
        if "enum" in schema.get("properties", {}).get("type", {})
    }

    def one_of(validator: Any, alternatives: list[Any], instance: Any, schema: Any) -> Any:
        if isinstance(instance, dict) and "type" in instance:
            own = [instance["type"]]
            fitting = [one for one in alternatives if instance["type"] in types.get(one.get("$ref"), own)]
            alternatives = fitting or alternatives
        return keyword(validator, alternatives, instance, schema)

    return jsonschema.validators.extend(jsonschema.Draft202012Validator, {"oneOf": one_of})


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("^" + "[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", path)) + "$")


def _pointer(path: str) -> str:
    escaped = path.replace("~", "~0").replace("/", "~1")
    return escaped.replace("{", "%7B").replace("}", "%7D")


def _allow_numeric_snowflakes(node: Any) -> None:
    """Discord reads an id that is sent as a number; discord.py sends some so."""
    if isinstance(node, dict):
        if node.get("format") == "snowflake" and node.get("type") in ("string", ["string", "null"]):
            node.pop("pattern", None)
            node["type"] = ["string", "integer", *(["null"] if "null" in node["type"] else [])]
        for child in node.values():
            _allow_numeric_snowflakes(child)
    elif isinstance(node, list):
        for child in node:
            _allow_numeric_snowflakes(child)
