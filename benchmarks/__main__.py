"""Lists every benchmark with what it measures."""

from __future__ import annotations

import ast
import pkgutil
from pathlib import Path

from benchmarks.support.measure import table


def benchmarks() -> dict[str, str]:
    """Returns the first sentence of each benchmark's docstring, by name."""
    folder = Path(__file__).parent
    names = [module.name for module in pkgutil.iter_modules([str(folder)]) if not module.ispkg]
    purposes = {}
    for name in names:
        if name != "__main__":
            purpose = ast.get_docstring(ast.parse((folder / f"{name}.py").read_text())) or ""
            purposes[name] = " ".join(purpose.split("\n\n")[0].split())
    return purposes


if __name__ == "__main__":
    table([(f"python -m benchmarks.{name}", purpose) for name, purpose in benchmarks().items()])
