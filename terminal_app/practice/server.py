"""The practice exchange on its three ports: composition, pulse and end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web
from aiohttp.typedefs import Middleware

from terminal_app.practice.control.account_calls import AccountCalls
from terminal_app.practice.control.actor_calls import ActorCalls, Counter
from terminal_app.practice.control.face import ControlFace
from terminal_app.practice.control.fault_calls import FaultCalls
from terminal_app.practice.control.house_calls import HouseCalls
from terminal_app.practice.control.market_calls import MarketCalls
from terminal_app.practice.control.snapshot_calls import SnapshotCalls
from terminal_app.practice.control.symbol_calls import SymbolCalls
from terminal_app.practice.control.turn import Turn
from terminal_app.practice.credentials import Credentials
from terminal_app.practice.engine.clock import Clock
from terminal_app.practice.engine.events import (
    AlgoOrderEvent,
    BookTicker,
    DepthChanged,
    Event,
    LeverageChanged,
    Liquidated,
    MarginCalled,
    MarkPrice,
    OrderListEvent,
    SpotAccountChanged,
    SpotBalanceMoved,
    TimeSought,
    TradePrinted,
    UsdmAccountChanged,
)
from terminal_app.practice.engine.kinds import MarketName
from terminal_app.practice.exchange import Exchange
from terminal_app.practice.faults.book import FaultBook
from terminal_app.practice.faults.journal import Journal
from terminal_app.practice.faults.latency import Latency
from terminal_app.practice.faults.network import Network
from terminal_app.practice.http.auth import Authenticator
from terminal_app.practice.http.house import House
from terminal_app.practice.http.keys import KeyRing
from terminal_app.practice.http.log import SERVER_LOG
from terminal_app.practice.http.presence import Presence
from terminal_app.practice.http.rest import Handler, guard
from terminal_app.practice.profiles import LIVE_LIKE, Profile
from terminal_app.practice.pulse import Pulse
from terminal_app.practice.rest.spot import SPOT_ENDPOINTS
from terminal_app.practice.rest.usdm import USDM_ENDPOINTS
from terminal_app.practice.snapshot import Snapshots
from terminal_app.practice.spot.commission import CommissionTable, Rates
from terminal_app.practice.spot_face import SpotFace
from terminal_app.practice.usdm_face import UsdmFace

HOST: Final = "127.0.0.1"
_PULSE_S: Final = 0.01
_LARGEST_REQUEST: Final = 1 << 20
_LARGEST_SNAPSHOT: Final = 1 << 28  # in base64


@dataclass(frozen=True, slots=True)
class Ports:
    """Hold the three port numbers; 0 asks the system for a free one."""

    spot: int = 0
    futures: int = 0
    control: int = 0


class PortError(OSError):
    """Say which option's port cannot be used, and why."""


class PracticeServer:
    """Join an exchange with its faces; `market` is the word of the command line.

    An `idle_timeout_s` above 0 ends the server when nobody has been connected or asked for that
    long.
    """

    def __init__(
        self,
        exchange: Exchange,
        clock: Clock,
        credentials: Credentials,
        market: str,
        idle_timeout_s: float = 0.0,
        profile: Profile = LIVE_LIKE,
    ) -> None:
        self._exchange = exchange
        self._clock = clock
        self._credentials = credentials
        self._idle_timeout_s = idle_timeout_s
        self._stopped = asyncio.Event()
        self._presence = Presence(asyncio.get_running_loop().time)
        journal = Journal(exchange.server_time_ms)
        exchange.add_listener(journal.on_event)
        faults, latency = FaultBook(exchange.seed), Latency(exchange.seed)
        self._networks = {
            name: Network(name, faults, latency, journal) for name in ("spot", "futures")
        }
        keys, now_ms = KeyRing(credentials.all_keys()), exchange.server_time_ms
        authenticator = Authenticator(keys, now_ms)
        exchange.spot.limits = profile.spot_limits
        if not profile.has_spot_commission:
            exchange.spot.commission = CommissionTable(standard=Rates())
        rules = {"spot": profile.spot, "futures": profile.usdm}
        self._houses = {
            name: House(rules[name], authenticator, self._presence, network, now_ms)
            for name, network in self._networks.items()
        }
        self._spot = SpotFace(exchange, self._houses["spot"])
        self._usdm = UsdmFace(exchange, self._houses["futures"], profile.serves_old_routes)
        turn = Turn()
        self._control = ControlFace(
            credentials.control_token,
            MarketCalls(exchange, market, self.stop, turn, self._step).table(),
            AccountCalls(exchange).table(),
            SymbolCalls(exchange).table(),
            self._actor_calls(journal).table(),
            HouseCalls(profile.name, keys, self._houses, self._presence).table(),
            FaultCalls(self._networks).table(),
            SnapshotCalls(exchange, self._snapshots(journal), self._networks, turn).table(),
        )
        exchange.add_listener(self._on_event)

    def stop(self) -> None:
        """Let `run` return."""
        self._stopped.set()

    @contextlib.asynccontextmanager
    async def listening(self, ports: Ports) -> AsyncIterator[Ports]:
        """Open the three ports and give their numbers; leaving closes sockets and ports."""
        spot, futures = self._networks["spot"], self._networks["futures"]
        faces = (
            ("--spot-port", ports.spot, self._spot, (spot.middleware,)),
            ("--futures-port", ports.futures, self._usdm, (futures.middleware,)),
            ("--control-port", ports.control, self._control, (self._control.check_token,)),
        )
        async with contextlib.AsyncExitStack() as stack:
            numbers: list[int] = []
            for option, port, face, middlewares in faces:
                app = web.Application(
                    middlewares=[guard, self._note_request, *middlewares],
                    client_max_size=_LARGEST_SNAPSHOT
                    if face is self._control
                    else _LARGEST_REQUEST,
                )
                face.add_routes(app)
                numbers.append(await _listen(stack, app, option, port))
            stack.push_async_callback(self._presence.close)
            yield Ports(*numbers)

    async def run(self) -> None:
        """Move the market and send what is due until told to stop or left alone too long."""
        pulse, ticked_ms = Pulse(self._exchange), 0
        while not self._stopped.is_set():
            wall_ms = self._clock.now_ms()
            pulse.beat(wall_ms)
            for face in (self._spot, self._usdm):
                face.keep_house()
                if not self._exchange.pace.paused:
                    face.tick(ticked_ms, wall_ms)
            ticked_ms = wall_ms
            self._presence.tick(self._exchange.server_time_ms())
            if 0 < self._idle_timeout_s <= self._presence.idle_s():
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), _PULSE_S)

    def ready_line(self, ports: Ports, process_id: int) -> dict[str, Any]:
        """Return what a client needs to know."""
        spot, futures = f"{HOST}:{ports.spot}", f"{HOST}:{ports.futures}"
        return {
            "spot_rest": f"http://{spot}",
            "spot_stream": f"ws://{spot}",
            "spot_ws_api": f"ws://{spot}/ws-api/v3",
            "futures_rest": f"http://{futures}",
            "futures_stream": f"ws://{futures}",
            "futures_ws_api": f"ws://{futures}/ws-fapi/v1",
            "control": f"http://{HOST}:{ports.control}",
            "control_token": self._credentials.control_token,
            "api_key": self._credentials.api_key,
            "api_secret": self._credentials.api_secret,
            "pid": process_id,
            "notices": self._exchange.notices,
        }

    def _step(self, market_ms: int) -> None:
        """Move a stopped market; what becomes due in its own time is sent."""
        spot, usdm = self._exchange.spot, self._exchange.usdm
        spot_ms, usdm_ms = spot.now_ms, usdm.now_ms
        self._exchange.step(market_ms)
        self._spot.tick(spot_ms, spot.now_ms)
        self._usdm.tick(usdm_ms, usdm.now_ms)

    def _actor_calls(self, journal: Journal) -> ActorCalls:
        counters = {
            "spot": Counter(self._spot.desk, SPOT_ENDPOINTS),
            "futures": Counter(self._usdm.desk, USDM_ENDPOINTS),
        }
        return ActorCalls(counters, self._usdm.desk, journal)

    def _snapshots(self, journal: Journal) -> Snapshots:
        parts = (self._exchange, self._spot, self._usdm)
        anchors = {name: anchor for part in parts for name, anchor in part.anchors().items()}
        fixed = {name: known for part in parts for name, known in part.fixed().items()}
        secret = self._credentials.control_token
        return Snapshots(anchors, {**fixed, "server": self, "journal": journal}, secret)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, TimeSought):
            # Ids and times go back: a client begins anew only on a new connection.
            self._presence.cut()
        elif _market_of(event) is MarketName.SPOT:
            self._spot.on_event(event)
        else:
            self._usdm.on_event(event)

    @property
    def _note_request(self) -> Middleware:
        @web.middleware
        async def note_request(request: web.Request, handler: Handler) -> web.StreamResponse:
            self._presence.note_request()
            return await handler(request)

        return note_request


def _market_of(event: Event) -> MarketName:
    match event:
        case TradePrinted() | DepthChanged() | BookTicker():  # nearly all events
            return event.market
        case SpotAccountChanged() | SpotBalanceMoved() | OrderListEvent():
            return MarketName.SPOT
        case (
            MarkPrice()
            | UsdmAccountChanged()
            | LeverageChanged()
            | MarginCalled()
            | Liquidated()
            | AlgoOrderEvent()
        ):
            return MarketName.USDM
        case _:
            return event.market


async def _listen(
    stack: contextlib.AsyncExitStack, app: web.Application, option: str, port: int
) -> int:
    runner = web.AppRunner(app, access_log=None, logger=SERVER_LOG, shutdown_timeout=1.0)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    site = web.TCPSite(runner, HOST, port)
    try:
        await site.start()
    except OSError as error:
        raise PortError(f"{option} {port}: {error.strerror}") from None
    return int(runner.addresses[0][1])
