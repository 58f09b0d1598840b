"""Every regular expression of the product with the way it is used, and texts that make each one slow."""

from __future__ import annotations

import ast
import importlib
import re
import re._compiler as compiler  # type: ignore[import-not-found]  # no stubs
import re._constants as codes  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

from tests.support.sources import PRODUCT, name_of, parse

METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
EXTRAS = ("psycopg",)
"""Modules that need these are left out where they are not installed."""
MAX_WRITTEN = 500
"""The most repetitions that are written out as one piece."""
LIKELY = "a1 .,A_-\n\t'\"([<>é中\u0301"
FILLERS = (*" a1.\n[(<>\"'“/*_-,:A中", "a ", "a.", "1,", "a1", "\n ", "http://", "Aa ")


@dataclass(frozen=True)
class UsedPattern:
    """A pattern, where it stands, and the method by which it is used."""

    name: str
    pattern: re.Pattern[Any]
    method: str

    def run(self, text: str) -> None:
        """Uses the pattern on a text."""
        given: Any = text.encode() if isinstance(self.pattern.pattern, bytes) else text
        call = getattr(self.pattern, self.method)
        found = call(given[:0], given) if self.method == "sub" else call(given)
        if self.method == "finditer":
            deque(found, 0)


def used_patterns() -> list[UsedPattern]:
    """The patterns that are global in any module, or written inside a call of `re`. One that is passed on
    counts as searched for."""
    found: dict[tuple[str, str], UsedPattern] = {}
    globally: dict[int, tuple[str, re.Pattern[Any]]] = {}
    methods: defaultdict[int, set[str]] = defaultdict(set)
    for path in PRODUCT:
        if path.name == "__main__.py":
            continue
        try:
            module = importlib.import_module(name_of(path).removesuffix(".py").replace("/", "."))
        except ModuleNotFoundError as error:
            if error.name not in EXTRAS:
                raise
            continue
        for name, value in vars(module).items():
            for inner, pattern in _patterns_in(value, f"{module.__name__}.{name}"):
                globally.setdefault(id(pattern), (inner, pattern))
        for pattern, method in _calls(parse(path), module):
            if id(pattern) in globally:
                methods[id(pattern)].add(method)
            else:
                name = f"{module.__name__}: {pattern.pattern}"
                found[name, method] = UsedPattern(name, pattern, method)
    for key, (name, pattern) in globally.items():
        for method in methods[key] or {"search"}:
            found[name, method] = UsedPattern(name, pattern, method)
    return [found[key] for key in sorted(found)]


def _patterns_in(value: object, name: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _patterns_in(inner, f"{name}[{key!r}]")
    elif isinstance(value, tuple | list):
        for number, inner in enumerate(value):
            yield from _patterns_in(inner, f"{name}[{number}]")


def _calls(tree: ast.AST, module: ModuleType) -> Iterator[tuple[re.Pattern[Any], str]]:
    """The uses of patterns in a module whose pattern is known without running it."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="re"), attr=method), args=[text, *given]):
                flags = [value for one in given if isinstance(value := _value(one, module), re.RegexFlag)]
                if method in METHODS and (found := _value(text, module)) is not None:
                    yield re.compile(found, *flags), method
            case ast.Attribute(value=owner, attr=method) if method in METHODS:
                if isinstance(pattern := _value(owner, module), re.Pattern):
                    yield pattern, method


def _value(node: ast.expr, module: ModuleType) -> Any:
    """What an expression of global names is; None if it has local ones."""
    try:
        return eval(ast.unparse(node), vars(module))  # noqa: S307 - the product's own source
    except NameError:
        return None


def attacks(pattern: re.Pattern[Any]) -> Iterator[Callable[[int], str]]:
    """Makers of texts of about so many characters: for each repetition in the pattern what leads to it and
    then much of what it repeats, whole samples, and fillers, each before what does not fit."""
    repeated: list[tuple[str, str]] = []
    whole = _sample(parser.parse(pattern.pattern, pattern.flags), "", repeated)
    pumps = [*repeated, *(("", f"{lead}\x01") for lead, _ in repeated if lead)]
    pumps += [("", whole), ("", f"{whole}\x01"), *(("", filler) for filler in FILLERS)]
    for lead, pump in dict.fromkeys(pumps):
        for first, last in (("", "\x01"), ("a", "a")) if pump else ():
            yield partial(_attack, first + lead, pump, last)


def _attack(lead: str, pump: str, last: str, size: int) -> str:
    return lead + pump * (size // len(pump)) + last


def _sample(tree: Any, lead: str, repeated: list[tuple[str, str]]) -> str:
    """A text that fits the tree; adds (what leads to it, what it repeats) of each repetition."""
    text = ""
    for code, value in tree:
        text += _fitting(tree, code, value, lead + text, repeated)
    return text


def _fitting(tree: Any, code: Any, value: Any, lead: str, repeated: list[tuple[str, str]]) -> str:
    if code is codes.LITERAL:
        return chr(value)
    if code in (codes.NOT_LITERAL, codes.ANY, codes.IN):
        fits: Callable[[str], object] = compiler.compile(parser.SubPattern(tree.state, [(code, value)])).match
        return next((sign for sign in (*LIKELY, *map(chr, range(0x3000))) if fits(sign)), "")
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
        least, most, inner = value
        body = _sample(inner, lead, repeated)
        if most > 1:
            repeated += [(lead, body), (lead, f"{body} "), (lead, "\n")]
        if 1 < most < MAX_WRITTEN:
            repeated.append(("", lead + body * most))
        return body * max(1, int(least))
    if code is codes.SUBPATTERN:
        return _sample(value[3], lead, repeated)
    if code is codes.BRANCH:
        samples = [_sample(branch, lead, repeated) for branch in value[1]]
        return samples[0]
    return ""
