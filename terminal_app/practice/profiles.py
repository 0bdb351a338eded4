"""Environments to be like: what differs between Binance live, its testnet and its demo mode."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

from terminal_app.practice.http.rules import SPOT_RULES, USDM_RULES, HouseRules
from terminal_app.practice.spot.filters import AccountLimits


@dataclass(frozen=True, slots=True)
class Profile:
    """Describe one environment.

    `has_spot_commission` is off where commission is opt-in (spot testnet, since 2026-03-05).
    `serves_old_routes` lets the futures sockets without a route carry everything, as demo still
    does; elsewhere they connect and carry only what /public does (since 2026-04-23).
    """

    name: str
    spot: HouseRules = SPOT_RULES
    usdm: HouseRules = USDM_RULES
    has_spot_commission: bool = True
    spot_limits: AccountLimits = field(default_factory=AccountLimits)
    serves_old_routes: bool = False

    def with_limits(self, factor: float) -> "Profile":
        """Return the profile with every limit multiplied."""
        return replace(self, spot=self.spot.scaled(factor), usdm=self.usdm.scaled(factor))


LIVE_LIKE: Final = Profile("live-like")
PROFILES: Final = {
    profile.name: profile
    for profile in (
        LIVE_LIKE,
        Profile(
            "testnet-like",
            has_spot_commission=False,
            spot_limits=AccountLimits(max_assets={"JPY": Decimal(1_000_000)}),
            serves_old_routes=True,
        ),
        Profile("demo-like", serves_old_routes=True),
    )
}
