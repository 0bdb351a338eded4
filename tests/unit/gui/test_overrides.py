"""Every method that Qt calls by name keeps its exceptions inside: one that leaves ends us."""

from __future__ import annotations

import ast
from pathlib import Path

import terminal_app

ROOT = Path(terminal_app.__file__).parent
# These are called by our own code as well, and do nothing that can fail.
PLAIN = {"isVisible"}


def overrides(tree: ast.Module) -> list[ast.FunctionDef]:
    """Return the methods whose names are Qt's: camel case, where ours are snake case."""
    return [
        item
        for cls in ast.walk(tree)
        if isinstance(cls, ast.ClassDef)
        for item in cls.body
        if isinstance(item, ast.FunctionDef)
        and not item.name.startswith("_")
        and item.name != item.name.lower()
        and item.name not in PLAIN
    ]


def test_every_override_of_a_qt_method_is_guarded() -> None:
    found, bare = 0, []
    for path in [*ROOT.glob("gui/**/*.py"), *ROOT.glob("app/*.py")]:
        for method in overrides(ast.parse(path.read_text(encoding="utf-8"))):
            found += 1
            if not any("guarded" in ast.unparse(each) for each in method.decorator_list):
                bare.append(f"{path.relative_to(ROOT)}:{method.lineno} {method.name}")
    assert found > 20
    assert bare == []
