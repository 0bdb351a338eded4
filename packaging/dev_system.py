"""Install what Qt and the tests need from Debian, or say the one command that does."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dev_console import SetupError, run_quietly, say


@dataclass(frozen=True)
class Need:
    """Name a Debian package by one thing it brings, so that its presence shows on any Linux."""

    package: str
    library: str = ""
    command: str = ""
    module: str = ""
    folder: str = ""

    def is_met(self) -> bool:
        """Tell whether that one thing is here."""
        if self.library:
            return _loads(self.library)
        if self.command:
            return shutil.which(self.command) is not None
        if self.module:
            return importlib.util.find_spec(self.module) is not None
        return Path(self.folder).is_dir()


VENV = (Need("python3-venv", module="ensurepip"),)
QT = (
    Need("libgl1", library="libGL.so.1"),
    Need("libegl1", library="libEGL.so.1"),
    Need("libglib2.0-0", library="libglib-2.0.so.0"),
    Need("libdbus-1-3", library="libdbus-1.so.3"),
    Need("libfontconfig1", library="libfontconfig.so.1"),
    Need("libxkbcommon0", library="libxkbcommon.so.0"),
    Need("libbrotli1", library="libbrotlidec.so.1"),
    Need("libgssapi-krb5-2", library="libgssapi_krb5.so.2"),
    Need("fonts-inter", folder="/usr/share/fonts/opentype/inter"),
)
QT_ON_X11 = (
    Need("libxcb-cursor0", library="libxcb-cursor.so.0"),
    Need("libxkbcommon-x11-0", library="libxkbcommon-x11.so.0"),
    Need("libxcb-icccm4", library="libxcb-icccm.so.4"),
    Need("libxcb-keysyms1", library="libxcb-keysyms.so.1"),
    Need("libxcb-shape0", library="libxcb-shape.so.0"),
    Need("libx11-xcb1", library="libX11-xcb.so.1"),
    Need("libxcb-randr0", library="libxcb-randr.so.0"),
    Need("libxcb-sync1", library="libxcb-sync.so.1"),
    Need("libxcb-xfixes0", library="libxcb-xfixes.so.0"),
    Need("libxcb-render-util0", library="libxcb-render-util.so.0"),
    Need("libxcb-image0", library="libxcb-image.so.0"),
)
SECRET_SERVICE = (
    Need("dbus", command="dbus-run-session"),
    Need("gnome-keyring", command="gnome-keyring-daemon"),
    Need("libsecret-tools", command="secret-tool"),
)


def provide(needs: Sequence[Need]) -> None:
    """Install what is missing where that is possible, else print the command and go on."""
    if not sys.platform.startswith("linux"):
        return
    missing = [need.package for need in needs if not need.is_met()]
    if not missing:
        return
    apt_get = shutil.which("apt-get")
    if apt_get is None:
        say(f"Missing here, by Debian's names: {' '.join(missing)}")
        return
    prefix = _root_prefix()
    if prefix is None:
        say(f"Some system packages are missing. As root: {_command_line(missing)}")
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    base = [*prefix, apt_get, "-o", "DPkg::Lock::Timeout=300", "-qq"]
    install = [*base, "install", "-y", "--no-install-recommends", *missing]
    try:
        run_quietly("asking Debian which packages there are", [*base, "update"], environment)
        run_quietly(f"installing from Debian: {' '.join(missing)}", install, environment)
    except SetupError as problem:
        # Without a network or a font the rest may still work; what cannot, says so itself.
        say(f"{problem}\nGoing on without. Later, as root: {_command_line(missing)}")


def check_qt(python: Path) -> None:
    """Raise `SetupError` with the command to run if Qt cannot be loaded for want of a library."""
    if not sys.platform.startswith("linux"):
        return
    missing = [need.package for need in QT if need.library and not need.is_met()]
    if not missing:
        return
    result = subprocess.run(
        [str(python), "-c", "import PySide6.QtWidgets"],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    if result.returncode != 0:
        reason = result.stdout.strip().rpartition("\n")[2]
        raise SetupError(f"Qt cannot start: {reason}\nAs root: {_command_line(missing)}")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _command_line(packages: Sequence[str]) -> str:
    return f"apt-get install -y --no-install-recommends {' '.join(packages)}"


def _root_prefix() -> list[str] | None:
    if sys.platform == "win32":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    allowed = subprocess.run(
        [sudo, "-n", "true"],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return [sudo, "-n"] if allowed.returncode == 0 else None
