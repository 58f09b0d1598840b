"""The map in docs/architecture.md says what the modules say of themselves."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.sources import parse

FOLDERS = sorted(
    str(path.parent.relative_to(ROOT))
    for root in ("bot", "cogs")
    for path in (ROOT / root).rglob("__init__.py")
)


def purpose(path: Path) -> str:
    """The first paragraph of a module's docstring."""
    return " ".join((ast.get_docstring(parse(path)) or "").split("\n\n")[0].split())


def written_map() -> str:
    """The map as it should stand in docs/architecture.md."""
    lines: list[str] = []
    for folder in FOLDERS:
        modules = sorted(path for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py")
        lines += ["", f"### {folder}/", "", purpose(ROOT / folder / "__init__.py")]
        if modules:
            lines += ["", "| | |", "|---|---|"]
            lines += [f"| `{path.name}` | {purpose(path)} |" for path in modules]
    return "\n".join(lines)


def test_the_map_is_what_the_modules_say() -> None:
    text = (ROOT / "docs/architecture.md").read_text()
    _, _, rest = text.partition("<!-- map -->\n")
    found, _, _ = rest.partition("\n<!-- /map -->")
    assert found.strip() == written_map().strip(), "write it anew: python -m tests.house.test_map"


if __name__ == "__main__":
    manual = ROOT / "docs/architecture.md"
    before, _, rest = manual.read_text().partition("<!-- map -->\n")
    after = rest.partition("<!-- /map -->")[2]
    manual.write_text(f"{before}<!-- map -->\n{written_map()}\n\n<!-- /map -->{after}")
