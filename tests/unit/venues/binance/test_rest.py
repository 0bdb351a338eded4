"""REST over real connections: what is sent, what is never sent twice, what an end means."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
import pytest
from aiohttp import web

from terminal_app.domain.instrument import Market
from terminal_app.errors import NotConnected, VenueRefused, VenueUnclear
from terminal_app.venues.base import OutcomeKind
from terminal_app.venues.binance.limits import RateLimitRow
from terminal_app.venues.binance.outcome import Answer, classify
from terminal_app.venues.binance.rest import HttpLane, RestClient, quieten_http_logs
from terminal_app.venues.binance.signing import HmacSigner
from terminal_app.venues.connection_settings import ConnectionSettings
from tests.helpers.eventually import eventually
from tests.helpers.loopback_venue import LoopbackVenue, cut, reply

SECRET = "the secret"
ORDER = "/api/v3/order"
Handler = Callable[[web.Request], Any]


def _time(request: web.Request) -> web.Response:
    return reply({"serverTime": int(time.time() * 1000)})


@asynccontextmanager
async def _serving(**handlers: Handler) -> AsyncIterator[tuple[LoopbackVenue, RestClient]]:
    """Serve handlers by the last part of their path."""

    async def on_request(request: web.Request) -> web.StreamResponse:
        answer = {"time": _time, **handlers}[request.path.rpartition("/")[2]](request)
        if asyncio.iscoroutine(answer):
            answer = await answer
        assert isinstance(answer, web.StreamResponse)
        return answer

    async with LoopbackVenue(on_request) as venue:
        rest = RestClient(Market.SPOT, venue.http, HmacSigner("the key", SECRET))
        try:
            yield venue, rest
        finally:
            await rest.close()


def _kind(answer: Answer) -> OutcomeKind:
    return classify(Market.SPOT, answer).kind


async def test_what_is_sent_is_what_was_signed_byte_for_byte() -> None:
    seen: list[tuple[str, str]] = []

    def order(request: web.Request) -> web.Response:
        query, _, signature = request.raw_path.partition("?")[2].rpartition("&signature=")
        expected = hmac.new(SECRET.encode(), query.encode(), hashlib.sha256).hexdigest()
        seen.append((signature, expected))
        assert request.headers["X-MBX-APIKEY"] == "the key"
        return reply({"orderId": 1})

    async with _serving(order=order) as (_, rest):
        params = [("symbol", "这是测试币456"), ("x", 'a b+c&d=e/f~g%20["h"]:,\'(!*)')]
        assert _kind(await rest.ask_order("POST", ORDER, params)) is OutcomeKind.OK
    assert len(seen) == 1
    assert seen[0][0] == seen[0][1]


async def test_an_order_whose_connection_is_cut_is_unknown_and_not_repeated() -> None:
    async with _serving(order=cut) as (venue, rest):
        answer = await rest.ask_order("POST", ORDER, [("symbol", "A")])
        assert _kind(answer) is OutcomeKind.UNKNOWN
        assert venue.paths.count(ORDER) == 1


async def test_an_order_whose_reply_breaks_off_is_unknown() -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "500"})
        await response.prepare(request)
        await response.write(b'{"orderId":1,')
        return cut(request)

    async with _serving(order=half) as (venue, rest):
        assert _kind(await rest.ask_order("POST", ORDER, [])) is OutcomeKind.UNKNOWN
        assert venue.paths.count(ORDER) == 1


async def test_a_portal_page_or_a_redirect_proves_nothing() -> None:
    def page(request: web.Request) -> web.Response:
        return web.Response(text="<html>log in</html>", content_type="text/html")

    def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/api/v3/other"})

    for handler in (page, elsewhere):
        async with _serving(order=handler) as (venue, rest):
            assert _kind(await rest.ask_order("POST", ORDER, [])) is OutcomeKind.UNKNOWN
            assert venue.paths.count("/api/v3/other") == 0


async def test_no_server_means_not_sent() -> None:
    rest = RestClient(Market.SPOT, "http://127.0.0.1:9", HmacSigner("k", "s"))
    answer = await rest.ask_order("POST", ORDER, [])
    assert _kind(answer) is OutcomeKind.NOT_SENT
    with pytest.raises(NotConnected):
        await rest.get(dict[str, int], "/api/v3/ping")
    await rest.close()


async def test_a_closed_client_sends_nothing() -> None:
    async with _serving() as (venue, rest):
        await rest.clock.measure()
        await rest.close()
        assert _kind(await rest.ask_order("POST", ORDER, [])) is OutcomeKind.NOT_SENT
        assert ORDER not in venue.paths


async def test_without_a_key_nothing_is_sent() -> None:
    async with _serving() as (venue, _):
        rest = RestClient(Market.SPOT, venue.http, None)
        assert _kind(await rest.ask_order("POST", ORDER, [])) is OutcomeKind.NOT_SENT
        await rest.close()
        assert ORDER not in venue.paths


async def test_an_order_is_not_cancelled_with_its_caller() -> None:
    begun, finish, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        begun.set()
        await finish.wait()
        done.set()
        return reply({"orderId": 1})

    async with _serving(order=slow) as (venue, rest):
        async with asyncio.TaskGroup() as group:
            caller = group.create_task(rest.ask_order("POST", ORDER, []))
            await begun.wait()
            caller.cancel()
        assert caller.cancelled()
        finish.set()
        # The connection that carried it is in good health: the next order goes out over it.
        assert _kind(await rest.ask_order("POST", ORDER, [])) is OutcomeKind.OK
        assert done.is_set()
        assert venue.paths.count(ORDER) == 2


async def test_closing_waits_for_an_order_on_its_way() -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        begun.set()
        await finish.wait()
        return reply({"orderId": 1})

    async with _serving(order=slow) as (_, rest), asyncio.TaskGroup() as group:
        asked = group.create_task(rest.ask_order("POST", ORDER, []))
        await begun.wait()
        closing = group.create_task(rest.close())
        await asyncio.sleep(0)
        finish.set()
        await closing
        assert _kind(await asked) is OutcomeKind.OK


async def test_a_read_is_tried_three_times_at_most() -> None:
    async with _serving(ping=cut) as (venue, rest):
        with pytest.raises(VenueUnclear):
            await rest.get(dict[str, int], "/api/v3/ping")
        assert venue.paths.count("/api/v3/ping") == 3


async def test_a_read_that_succeeds_the_second_time() -> None:
    answers: list[Handler] = [cut, lambda request: reply({"a": 1}, x_mbx_used_weight_1m="42")]
    async with _serving(ping=lambda request: answers.pop(0)(request)) as (_, rest):
        rest.limits.learn([RateLimitRow("REQUEST_WEIGHT", "MINUTE", 1, 6000)])
        assert await rest.get(dict[str, int], "/api/v3/ping") == {"a": 1}
        assert [window.used for window in rest.limits.windows] == [42]
        assert rest.latency_ms is not None


async def test_a_refused_read_is_not_repeated_and_is_explained() -> None:
    def refuse(request: web.Request) -> web.Response:
        return reply({"code": -1121, "msg": "Invalid symbol."}, 400)

    async with _serving(ping=refuse) as (venue, rest):
        with pytest.raises(VenueRefused, match="does not know this symbol") as caught:
            await rest.get(dict[str, int], "/api/v3/ping")
        assert (caught.value.code, caught.value.status) == (-1121, 400)
        assert venue.paths.count("/api/v3/ping") == 1


async def test_an_answer_of_another_shape_is_unclear() -> None:
    async with _serving(ping=lambda request: reply([1])) as (_, rest):
        with pytest.raises(VenueUnclear, match="cannot be read"):
            await rest.get(dict[str, int], "/api/v3/ping")


async def test_a_limit_stops_everything(expect_log: Callable[[str], None]) -> None:
    expect_log("HTTP 429: no requests for 7 s")

    def limited(request: web.Request) -> web.Response:
        return reply({"code": -1003, "msg": "Too many"}, 429, Retry_After="7")

    async with _serving(order=limited) as (venue, rest):
        assert _kind(await rest.ask_order("POST", ORDER, [])) is OutcomeKind.REJECTED
        second = await rest.ask_order("POST", ORDER, [])
        assert _kind(second) is OutcomeKind.NOT_SENT
        assert "wait" in classify(Market.SPOT, second).message
        with pytest.raises(NotConnected, match="pause"):
            await rest.get(dict[str, int], "/api/v3/ping")
        assert _kind(await rest.ask_order("DELETE", ORDER, [])) is OutcomeKind.NOT_SENT
        assert venue.paths.count(ORDER) == 1


async def test_a_ban_stops_cancels_too(expect_log: Callable[[str], None]) -> None:
    expect_log("HTTP 418: no requests for 30 s")

    def banned(request: web.Request) -> web.Response:
        return web.Response(status=418)

    async with _serving(order=banned) as (venue, rest):
        assert _kind(await rest.ask_order("POST", ORDER, [])) is OutcomeKind.REJECTED
        assert _kind(await rest.ask_order("DELETE", ORDER, [])) is OutcomeKind.NOT_SENT
        assert venue.paths.count(ORDER) == 1


async def test_a_stuck_pool_is_built_anew_and_nobody_is_cut(
    expect_log: Callable[[str], None],
) -> None:
    expect_log("the connection pool is stuck")
    finish = asyncio.Event()
    held: list[str] = []

    async def slow(request: web.Request) -> web.Response:
        held.append(request.query["symbol"])
        if request.query["symbol"] == "slow":
            await finish.wait()
        return reply({"orderId": 1})

    async with _serving(order=slow) as (_, rest), asyncio.TaskGroup() as group:
        stuck = [
            group.create_task(rest.ask_order("POST", ORDER, [("symbol", "slow")]))
            for _ in range(20)
        ]
        await eventually(lambda: len(held) == 20)
        refused = await rest.ask_order("POST", ORDER, [("symbol", "late")])
        assert _kind(refused) is OutcomeKind.NOT_SENT
        accepted = await rest.ask_order("POST", ORDER, [("symbol", "next")])
        assert _kind(accepted) is OutcomeKind.OK
        finish.set()
        assert [_kind(await one) for one in stuck] == [OutcomeKind.OK] * 20
        assert "late" not in held


async def test_a_refused_timestamp_leads_to_a_new_measurement() -> None:
    def refuse(request: web.Request) -> web.Response:
        return reply({"code": -1021, "msg": "Timestamp"}, 400)

    async with _serving(order=refuse) as (venue, rest), asyncio.TaskGroup() as group:
        clock = group.create_task(rest.clock.run())
        await eventually(lambda: rest.clock.reading)
        measured = venue.paths.count("/api/v3/time")
        assert _kind(await rest.ask_order("POST", ORDER, [])) is OutcomeKind.REJECTED
        await eventually(lambda: venue.paths.count("/api/v3/time") > measured)
        clock.cancel()


async def test_the_clock_follows_a_server_that_is_ahead() -> None:
    def ahead(request: web.Request) -> web.Response:
        return reply({"serverTime": int(time.time() * 1000) + 90_000})

    async with _serving(time=ahead) as (venue, rest):
        assert rest.clock.reading is None
        with pytest.raises(NotConnected):
            rest.clock.timestamp_ms()
        await rest.clock.ensure()
        reading = rest.clock.reading
        assert reading is not None
        assert abs(reading.offset_ms - 90_000) < 50
        assert abs(rest.clock.timestamp_ms() - time.time() * 1000 - 90_000) < 50
        assert len(venue.requests) == 5


async def test_the_chosen_time_for_an_answer_is_kept() -> None:
    finish = asyncio.Event()

    async def never(request: web.Request) -> web.StreamResponse:
        await finish.wait()
        return reply({})

    async with LoopbackVenue(never) as venue:
        settings = ConnectionSettings(read_timeout_s=2)
        lane = HttpLane("orders", settings, venue.http)
        started_s = time.monotonic()
        answer = await lane.send("POST", f"{venue.http}{ORDER}", {})
        assert isinstance(answer, httpx.ReadTimeout)
        assert 1.9 < time.monotonic() - started_s < 9
        finish.set()
        await lane.close(1)


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with _serving(ping=lambda request: reply({})) as (_, rest):
        assert await rest.get(dict[str, int], "/api/v3/ping") == {}


async def test_no_log_holds_key_secret_or_signature(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    quieten_http_logs()
    for handler in (cut, lambda request: reply({"orderId": 1})):
        async with _serving(order=handler) as (venue, rest):
            await rest.ask_order("POST", ORDER, [("symbol", "A")])
            signature = venue.requests[-1][1].rpartition("signature=")[2]
            for word in (signature, SECRET, "the key"):
                assert word not in caplog.text


def test_a_decoder_error_never_holds_the_answer() -> None:
    with pytest.raises(msgspec.MsgspecError) as caught:
        msgspec.json.decode(b'{"listenKey": 5, "x": "private"}', type=dict[str, int])
    assert "private" not in str(caught.value)
