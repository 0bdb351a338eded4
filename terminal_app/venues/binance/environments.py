"""Where Binance is: the environments and their addresses. They differ in nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from terminal_app.domain.instrument import Market
from terminal_app.errors import ConfigurationError
from terminal_app.venues.base import Environment, EnvironmentKind

_BOTH = (Market.SPOT, Market.USDM)
_DEMO_KEYS = "https://demo.binance.com/en/my/settings/api-management"

PRACTICE = Environment(
    name="practice",
    title="PRACTICE",
    sentence="play money on this computer · nothing here reaches Binance",
    kind=EnvironmentKind.PRACTICE,
    markets=_BOTH,
)
SPOT_TESTNET = Environment(
    name="spot-testnet",
    title="SPOT TESTNET",
    sentence="play money on Binance's spot test network · prices are its own",
    kind=EnvironmentKind.TESTNET,
    markets=(Market.SPOT,),
    key_address="https://testnet.binance.vision",
)
SPOT_DEMO = Environment(
    name="spot-demo",
    title="SPOT DEMO",
    sentence="play money on Binance's spot demo · prices follow the real market",
    kind=EnvironmentKind.TESTNET,
    markets=(Market.SPOT,),
    key_address=_DEMO_KEYS,
)
FUTURES_DEMO = Environment(
    name="futures-demo",
    title="FUTURES DEMO",
    sentence="play money on Binance's futures demo · prices follow the real market",
    kind=EnvironmentKind.TESTNET,
    markets=(Market.USDM,),
    key_address=_DEMO_KEYS,
)
LIVE = Environment(
    name="live",
    title="LIVE",
    sentence="REAL MONEY · every order goes to Binance and can lose what you own",
    kind=EnvironmentKind.LIVE,
    markets=_BOTH,
    key_address="https://www.binance.com/en/my/settings/api-management",
)
ENVIRONMENTS: tuple[Environment, ...] = (PRACTICE, SPOT_TESTNET, SPOT_DEMO, FUTURES_DEMO, LIVE)


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Hold the addresses of one market: REST root, stream root, full WebSocket API address."""

    rest: str
    stream: str
    ws_api: str


_ENDPOINTS: dict[str, dict[Market, Endpoints]] = {
    "spot-testnet": {
        Market.SPOT: Endpoints(
            "https://testnet.binance.vision",
            "wss://stream.testnet.binance.vision",
            "wss://ws-api.testnet.binance.vision/ws-api/v3",
        ),
    },
    "spot-demo": {
        Market.SPOT: Endpoints(
            "https://demo-api.binance.com",
            "wss://demo-stream.binance.com",
            "wss://demo-ws-api.binance.com/ws-api/v3",
        ),
    },
    "futures-demo": {
        Market.USDM: Endpoints(
            "https://demo-fapi.binance.com",
            "wss://demo-fstream.binance.com",
            "wss://testnet.binancefuture.com/ws-fapi/v1",
        ),
    },
    "live": {
        Market.SPOT: Endpoints(
            "https://api.binance.com",
            "wss://stream.binance.com:9443",
            "wss://ws-api.binance.com:443/ws-api/v3",
        ),
        Market.USDM: Endpoints(
            "https://fapi.binance.com",
            "wss://fstream.binance.com",
            "wss://ws-fapi.binance.com/ws-fapi/v1",
        ),
    },
}


def environment_named(name: str) -> Environment:
    """Return the environment of a name."""
    for environment in ENVIRONMENTS:
        if environment.name == name:
            return environment
    names = ", ".join(environment.name for environment in ENVIRONMENTS)
    raise ConfigurationError(f"There is no environment {name!r}; there are {names}.")


def endpoints_for(
    environment: Environment, practice: Mapping[str, str] | None = None
) -> dict[Market, Endpoints]:
    """Return the addresses of every market of an environment.

    ``practice`` is what the practice exchange told when it was ready.
    """
    if environment.kind is not EnvironmentKind.PRACTICE:
        return dict(_ENDPOINTS[environment.name])
    if practice is None:
        raise ConfigurationError("The practice exchange is not running: its addresses are unknown.")
    try:
        return {
            market: Endpoints(
                practice[f"{word}_rest"], practice[f"{word}_stream"], practice[f"{word}_ws_api"]
            )
            for market, word in ((Market.SPOT, "spot"), (Market.USDM, "futures"))
        }
    except KeyError as missing:
        raise ConfigurationError(
            f"The practice exchange did not tell its address {missing}."
        ) from missing
