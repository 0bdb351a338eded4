"""Files of the public archive over real connections: whole, checked, continued, or said why not."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from terminal_app.errors import NotConnected, StorageError
from terminal_app.venues.binance.archive import ATTEMPTS, ArchiveDownloader, Progress, State
from terminal_app.venues.reconnect import Backoff
from tests.helpers.archive_server import (
    ArchiveServer,
    Fault,
    cut_after,
    etag_of,
    instead,
    stall_after,
    status,
)
from tests.helpers.eventually import eventually

NAME = "spot/daily/trades/BTCUSDT/BTCUSDT-trades-2025-01-01.zip"
CONTENT = random.Random(1).randbytes(300_000)


@asynccontextmanager
async def _serving(*faults: Fault) -> AsyncIterator[ArchiveServer]:
    async with ArchiveServer() as server:
        server.files[NAME] = CONTENT
        server.faults = [*faults]
        yield server


def _downloader(server: ArchiveServer, folder: Path) -> ArchiveDownloader:
    return ArchiveDownloader(folder, server.http, make_backoff=lambda: Backoff(0.01, 0.02))


async def _states(server: ArchiveServer, folder: Path, *paths: str) -> list[State]:
    progress = await _downloader(server, folder).fetch(paths or (NAME,))
    return [outcome.state for outcome in progress.outcomes]


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def test_a_file_is_fetched_checked_and_not_asked_for_again(tmp_path: Path) -> None:
    async with _serving() as server:
        assert await _states(server, tmp_path) == [State.FETCHED]
        target = tmp_path / NAME
        assert target.read_bytes() == CONTENT
        beside = target.with_name(f"{target.name}.CHECKSUM").read_text().split()
        assert beside[1] == target.name
        assert _files(tmp_path) == [target.name, f"{target.name}.CHECKSUM"]
        asked = len(server.requests)
        assert await _states(server, tmp_path) == [State.PRESENT]
        assert len(server.requests) == asked
        target.write_bytes(CONTENT[:-1])
        assert await _states(server, tmp_path) == [State.FETCHED]
        assert target.read_bytes() == CONTENT


async def test_a_cut_in_the_middle_is_continued_where_it_was(tmp_path: Path) -> None:
    async with _serving(cut_after(100_000), cut_after(50_000)) as server:
        assert await _states(server, tmp_path) == [State.FETCHED]
        assert (tmp_path / NAME).read_bytes() == CONTENT
        etag = etag_of(CONTENT)
        assert server.ranges == [(None, None), ("bytes=100000-", etag), ("bytes=150000-", etag)]


async def test_what_was_cancelled_is_continued_by_the_next_run(tmp_path: Path) -> None:
    async with _serving(stall_after(100_000)) as server:
        part = tmp_path / f"{NAME}.part"
        progress: list[Progress] = []
        downloader = ArchiveDownloader(tmp_path, server.http, on_progress=progress.append)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(downloader.fetch([NAME]))
            await eventually(lambda: progress and progress[-1].received_bytes == 100_000)
            task.cancel()
        assert task.cancelled()
        await eventually(lambda: part.stat().st_size == 100_000)
        assert not (tmp_path / NAME).exists()
        assert await _states(server, tmp_path) == [State.FETCHED]
        assert server.ranges[-1] == ("bytes=100000-", etag_of(CONTENT))
        assert (tmp_path / NAME).read_bytes() == CONTENT


async def test_a_file_that_changed_meanwhile_is_begun_anew(tmp_path: Path) -> None:
    async with _serving(*[cut_after(100_000)] + [status(503)] * (ATTEMPTS - 1)) as server:
        with pytest.raises(NotConnected):
            await _states(server, tmp_path)
        server.files[NAME] = newer = CONTENT[::-1]
        assert await _states(server, tmp_path) == [State.FETCHED]
        assert server.ranges[-1] == ("bytes=100000-", etag_of(CONTENT))
        assert (tmp_path / NAME).read_bytes() == newer


async def test_a_server_that_knows_no_ranges_sends_all_again(tmp_path: Path) -> None:
    async with _serving() as server:
        server.takes_ranges = False
        server.faults = [cut_after(100_000)]
        assert await _states(server, tmp_path) == [State.FETCHED]
        assert (tmp_path / NAME).read_bytes() == CONTENT


async def test_a_part_that_was_whole_needs_nothing_but_its_check(tmp_path: Path) -> None:
    async with _serving() as server:
        part = tmp_path / f"{NAME}.part"
        part.parent.mkdir(parents=True)
        part.write_bytes(CONTENT)
        part.with_name(f"{part.name}.etag").write_text(etag_of(CONTENT))
        assert await _states(server, tmp_path) == [State.FETCHED]
        assert server.ranges == [("bytes=300000-", etag_of(CONTENT))]
        assert (tmp_path / NAME).read_bytes() == CONTENT


async def test_a_bad_file_is_removed_and_fetched_once_more(tmp_path: Path) -> None:
    async with _serving(instead(b"not what was published")) as server:
        assert await _states(server, tmp_path) == [State.FETCHED]
        assert (tmp_path / NAME).read_bytes() == CONTENT


async def test_a_file_that_stays_bad_is_told_and_not_kept(tmp_path: Path) -> None:
    async with _serving() as server:
        server.checksums[NAME] = "0" * 64
        server.files["other.zip"] = b"good"
        progress = await _downloader(server, tmp_path).fetch([NAME, "other.zip"])
        told = {outcome.path: outcome for outcome in progress.outcomes}
        assert told[NAME].state is State.FAILED
        assert "did not match its checksum" in told[NAME].reason
        assert told["other.zip"].state is State.FETCHED
        assert len([asked for asked in server.paths if asked == f"/data/{NAME}"]) == 2
        assert _files(tmp_path) == ["other.zip", "other.zip.CHECKSUM"]


async def test_a_day_that_is_not_there_is_told_and_the_others_come(tmp_path: Path) -> None:
    async with _serving() as server:
        missing = NAME.replace("01-01", "01-02")
        assert sorted(await _states(server, tmp_path, missing, NAME)) == [
            State.FETCHED, State.NOT_PUBLISHED,
        ]  # fmt: skip


@pytest.mark.parametrize("code", [429, 503, 500])
async def test_a_busy_host_is_asked_again_after_the_pause_it_wants(
    tmp_path: Path, code: int
) -> None:
    async with _serving(status(code, Retry_After="1"), status(code)) as server:
        waits: list[str] = []
        downloader = ArchiveDownloader(
            tmp_path, server.http, make_backoff=lambda: Backoff(0.01, 0.02),
            on_progress=lambda progress: waits.append(progress.waits_for),
        )  # fmt: skip
        progress = await downloader.fetch([NAME])
        assert [outcome.state for outcome in progress.outcomes] == [State.FETCHED]
        assert f"it answers HTTP {code}; next try in 1 s" in waits


async def test_a_host_that_wants_a_long_rest_gets_it(tmp_path: Path) -> None:
    async with _serving(status(429, Retry_After="7200")) as server:
        with pytest.raises(NotConnected, match="a pause of 120 minutes"):
            await _states(server, tmp_path)


async def test_who_never_gets_well_ends_the_run(tmp_path: Path) -> None:
    async with _serving(*[status(503)] * ATTEMPTS) as server:
        with pytest.raises(
            NotConnected, match=r"it answers HTTP 503\. Give the same command again"
        ):
            await _states(server, tmp_path)


async def test_a_refused_file_is_told_with_its_status(tmp_path: Path) -> None:
    async with _serving(status(403)) as server:
        progress = await _downloader(server, tmp_path).fetch([NAME])
        assert progress.outcomes[0].state is State.FAILED
        assert progress.outcomes[0].reason == "the host answers HTTP 403"


async def test_nobody_is_sent_elsewhere_by_the_host(tmp_path: Path) -> None:
    async with _serving(status(302, Location="http://127.0.0.1:9/other")) as server:
        with pytest.raises(NotConnected, match=r"sends on to http://127\.0\.0\.1:9/other"):
            await _states(server, tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk here that is always full")
async def test_a_full_disk_says_what_to_do(tmp_path: Path) -> None:
    async with _serving() as server:
        part = tmp_path / f"{NAME}.part"
        part.parent.mkdir(parents=True)
        part.symlink_to("/dev/full")
        with pytest.raises(StorageError, match=r"The disk is full\. Free some space"):
            await _states(server, tmp_path)


async def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "spot"
    in_the_way.touch()
    async with _serving() as server:
        with pytest.raises(StorageError, match=r"spot.* could not be written: "):
            await _states(server, tmp_path)


async def test_no_more_connections_than_allowed_at_a_time(tmp_path: Path) -> None:
    async with _serving() as server:
        paths = [f"file-{number}.zip" for number in range(12)]
        server.files.update(dict.fromkeys(paths, CONTENT))
        assert await _states(server, tmp_path, *paths) == [State.FETCHED] * 12
        assert len(server.peers) <= 2
