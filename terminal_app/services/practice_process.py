"""The practice exchange's process: start it, take over one that outlived a crash, end it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from terminal_app.domain.credentials import Credentials
from terminal_app.errors import ConfigurationError, NotConnected, VenueError

if TYPE_CHECKING:
    from terminal_app.venues.practice_control import PracticeControl

START_SECONDS = 20.0
STOP_SECONDS = 5.0
# Long enough to come back after a crash, short enough not to stay for ever.
IDLE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class PracticeOptions:
    """Hold what the practice exchange plays; ``words`` are options of its own command line.

    Each kind of market, recorded or synthetic, has an account of its own in the folder.
    """

    folder: Path
    market: str
    words: tuple[str, ...]

    def arguments(self) -> list[str]:
        """Return the command line that starts it."""
        account = self.folder / f"practice-{self.market}.sqlite"
        return [
            "--account", str(account),
            "--credentials", str(self.folder / "practice-key.json"),
            "--idle-timeout", str(IDLE_SECONDS),
            *self.words,
        ]  # fmt: skip


class PracticeProcess:
    """Own the practice exchange while the terminal runs.

    A normal quit ends it. After a crash of the terminal it lives on; the next start takes it over
    when it was started with the same options.
    """

    def __init__(self, options: PracticeOptions) -> None:
        self._options = options
        self._note = options.folder / "practice-process.json"
        self._process: subprocess.Popen[bytes] | None = None
        self._endpoints: dict[str, str] = {}
        self.notices: list[str] = []
        self.was_adopted = False

    @property
    def endpoints(self) -> Mapping[str, str]:
        """Return the addresses it printed when it was ready."""
        return self._endpoints

    @property
    def credentials(self) -> Credentials:
        """Return the key of the practice account."""
        return Credentials(self._endpoints["api_key"], self._endpoints["api_secret"])

    @property
    def control(self) -> PracticeControl:
        """Return what speaks to its control port."""
        # Imported late: it brings the network libraries, and the window is painted before them.
        from terminal_app.venues.practice_control import PracticeControl

        return PracticeControl(self._endpoints["control"], self._endpoints["control_token"])

    async def start(self) -> None:
        """Take over a running one or start a new one; raise ``NotConnected`` where both fail."""
        if await self._adopt():
            return
        arguments = self._options.arguments()
        notices = (await self._launch(arguments)).get("notices", [])
        self.notices = [str(notice) for notice in notices] if isinstance(notices, list) else []
        note = {"arguments": arguments, "ready": self._endpoints}
        await asyncio.to_thread(self._write_note, json.dumps(note))

    async def stop(self) -> None:
        """End it, politely first."""
        if self._endpoints:
            # It may be gone already; the process itself is waited for below.
            with contextlib.suppress(VenueError):
                await self.control.shutdown()
        elif self._process is not None:
            self._process.terminate()
        if self._process is not None:
            await asyncio.to_thread(_finish, self._process)
        await asyncio.to_thread(self._note.unlink, missing_ok=True)
        self._endpoints = {}

    async def restart(self) -> None:
        """Start it again on the same ports, so that every connection finds its way back."""
        ports = {
            f"--{name}-port": self._endpoints[key].rpartition(":")[2]
            for name, key in (("spot", "spot_rest"), ("futures", "futures_rest"))
        }
        if self._process is not None:
            await asyncio.to_thread(_finish, self._process)
        same_ports = [part for pair in ports.items() for part in pair]
        await self._launch([*self._options.arguments(), *same_ports])

    def has_ended(self) -> bool:
        """Say whether the process we started is gone."""
        return self._process is not None and self._process.poll() is not None

    async def _adopt(self) -> bool:
        try:
            note = json.loads(await asyncio.to_thread(self._note.read_text))
        except (OSError, ValueError):
            return False
        if note.get("arguments") != self._options.arguments():
            return False
        self._endpoints = {name: str(value) for name, value in note["ready"].items()}
        try:
            await self.control.status()
        except VenueError:
            self._endpoints = {}
            return False
        self.was_adopted = True
        return True

    async def _launch(self, arguments: Sequence[str]) -> dict[str, object]:
        log = await asyncio.to_thread(self._open_log)
        try:
            self._process = await asyncio.to_thread(_start, arguments, log)
        finally:
            log.close()
        ready = await self._ready_line(self._process)
        self._endpoints = {name: str(value) for name, value in ready.items()}
        return ready

    async def _ready_line(self, process: subprocess.Popen[bytes]) -> dict[str, object]:
        assert process.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                text = await asyncio.to_thread(process.stdout.readline)
        except TimeoutError:
            process.terminate()
            raise NotConnected("The practice exchange did not start in time.") from None
        if text.strip():
            ready: dict[str, object] = json.loads(text)
            return ready
        code = await asyncio.to_thread(process.wait)
        problem = await asyncio.to_thread(_tail, self._log_path())
        if code == 2:
            reason = problem.partition("error: ")[2] or problem
            raise ConfigurationError(f"The practice exchange did not start. {reason}".rstrip())
        raise NotConnected(f"The practice exchange did not start. {problem}", f"exit code {code}")

    def _log_path(self) -> Path:
        return self._options.folder / "practice.log"

    def _open_log(self) -> IO[bytes]:
        return self._log_path().open("wb")

    def _write_note(self, text: str) -> None:
        descriptor = os.open(self._note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)


def _start(arguments: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "terminal_app.practice", *arguments]
    # A session of its own: Ctrl+C in the terminal's console is for the terminal to handle.
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=os.name == "posix",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _finish(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _tail(path: Path) -> str:
    try:
        lines = path.read_text(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""
