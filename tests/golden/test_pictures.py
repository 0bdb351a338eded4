"""Every panel looks as it did when somebody looked at it; ``docs/golden-pictures.md`` says more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.scenes import SCALED, SCENES
from tests.golden.stage import PICTURES
from tests.helpers.golden import compare, marked, read

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="fonts are chosen on Linux"),
]
ROOT = Path(__file__).resolve().parents[2]
NAMES = sorted({**SCENES, **SCALED})
HOW = "If it is meant to look like that: python3 packaging/dev.py golden"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Draw all pictures, in processes of their own; return the folder and what they said."""
    folder = tmp_path_factory.mktemp("golden")
    command = [sys.executable, "-m", "tests.golden", "--into", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return folder, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_panel_looks_as_it_did(drawn: tuple[Path, str], name: str, tmp_path: Path) -> None:
    folder, said = drawn
    actual = folder / f"{name}.png"
    assert actual.exists(), f"{name} was not drawn:\n{said}"
    shown, golden = read(str(actual)), PICTURES / f"{name}.png"
    assert golden.exists(), f"there is no {golden}; it would be {actual}. {HOW}"
    difference = compare(read(str(golden)), shown)
    if difference:
        where = tmp_path / f"{name}-difference.png"
        marked(shown, difference).save(str(where))
        pytest.fail(f"{name}: {difference.reason}\nis {actual}\nwas {golden}\nat {where}\n{HOW}")


def test_nothing_was_said_while_they_were_drawn(drawn: tuple[Path, str]) -> None:
    assert drawn[1] == ""


def test_no_picture_is_kept_that_nobody_draws() -> None:
    assert sorted(path.stem for path in PICTURES.glob("*.png")) == NAMES


def test_the_pictures_stay_small() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert {name: size for name, size in sizes.items() if size > 90_000} == {}
    assert sum(sizes.values()) < 2_000_000
