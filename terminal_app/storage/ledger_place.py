"""Where a ledger may lie."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

from terminal_app.errors import StorageError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

IN_USE = "Another terminal is running with the same ledger. Close it first."
# Long enough for a terminal that is just closing to let go, short enough not to look stuck.
WAIT_FOR_LOCK_S = 1.0
# Their locks and syncs are promises that SQLite's durability cannot be built on.
_NETWORK_FILE_SYSTEMS = frozenset({
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "fuse.sshfs",
    "fuse.glusterfs", "fuse.davfs", "davfs",
})  # fmt: skip
_MOUNTS = Path("/proc/self/mounts")


def prepare_place(path: Path) -> None:
    """Make an empty file for its owner alone where there is none.

    Raise ``StorageError`` for a link, a file of somebody else, or a place in the network.
    """
    _refuse_network(path)
    try:
        found = path.lstat()
    except FileNotFoundError:
        _make_private(path)
        return
    except OSError as error:
        raise StorageError(f"The ledger could not be opened: {error.strerror}.") from error
    if stat.S_ISLNK(found.st_mode):
        raise StorageError("The ledger could not be opened: a link stands in its place.")
    if not stat.S_ISREG(found.st_mode):
        raise StorageError("The ledger could not be opened: no file stands in its place.")
    if os.name == "posix" and found.st_uid != os.getuid():
        raise StorageError("The ledger could not be opened: it belongs to somebody else.")


class Claim:
    """Hold a ledger for this program alone, also against others that start at this moment.

    The system lets go of it when the program ends, however it ends.
    """

    def __init__(self, path: Path) -> None:
        flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0)
        try:
            self._descriptor = os.open(path.with_name(f"{path.name}.lock"), flags, 0o600)
        except OSError as error:
            raise StorageError(f"The ledger could not be opened: {error.strerror}.") from error
        deadline_s = time.monotonic() + WAIT_FOR_LOCK_S
        while not _locked(self._descriptor):
            if time.monotonic() > deadline_s:
                os.close(self._descriptor)
                raise StorageError(IN_USE)
            time.sleep(0.02)

    def release(self) -> None:
        """Let other programs have it."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _locked(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _make_private(path: Path) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
    try:
        os.close(os.open(path, flags, 0o600))
    except OSError as error:
        raise StorageError(f"The ledger could not be opened: {error.strerror}.") from error


def _refuse_network(path: Path) -> None:
    if str(path).startswith(("\\\\", "//")) or _file_system(path) in _NETWORK_FILE_SYSTEMS:
        raise StorageError(
            "The ledger could not be opened: its folder lies in the network, where a crash may"
            " lose what was written. Choose a folder on this computer."
        )


def _file_system(path: Path) -> str:
    if sys.platform != "linux":
        return ""
    folder, found = path.resolve().parent, {}
    for line in _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        _, place, kind, *_ = line.split(" ")
        found[place.replace("\\040", " ")] = kind
    places = (str(place) for place in (folder, *folder.parents))
    return next((found[place] for place in places if place in found), "")
