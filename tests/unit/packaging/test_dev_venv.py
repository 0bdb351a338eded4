from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

import dev_system
import dev_venv


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "packaging").mkdir()
    for environment in (dev_venv.DEVELOPMENT, *dev_venv.CLIENTS, *dev_venv.PEERS, *dev_venv.CHARTS):
        for lock in environment.locks:
            (tmp_path / "packaging" / lock).write_text("# nothing\n", encoding="utf-8")
    (tmp_path / "own_module.py").write_text("", encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_an_environment_is_made_once_for_each_content_of_its_lock(repository: Path) -> None:
    python = dev_venv.provide(repository, dev_venv.RUN)
    subprocess.run([str(python), "-c", "import own_module"], check=True, cwd=repository.anchor)
    mark = repository / ".venv" / "mark"
    mark.touch()

    assert dev_venv.provide(repository, dev_venv.RUN) == python
    assert mark.exists()

    dev_venv.provide(repository, dev_venv.DEVELOPMENT)
    assert mark.exists(), "what running needs was thrown away to add what checking needs"
    dev_venv.provide(repository, dev_venv.RUN)
    assert mark.exists()

    (repository / "packaging" / "requirements-run.txt").write_text("# else\n", encoding="utf-8")
    dev_venv.provide(repository, dev_venv.RUN)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("need", "met"),
    [
        (dev_system.Need("python3", module="json"), True),
        (dev_system.Need("none", module="no_such_module"), False),
        (dev_system.Need("none", library="libnone.so.99"), False),
        (dev_system.Need("none", command="no-such-command"), False),
        (dev_system.Need("none", folder="/no/such/folder"), False),
    ],
)
def test_a_need_is_met_by_what_is_there(need: dev_system.Need, met: bool) -> None:
    assert need.is_met() is met
