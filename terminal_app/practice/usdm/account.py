"""The futures account: wallets, positions and settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from terminal_app.practice.engine.kinds import MarginType, PositionSide
from terminal_app.practice.engine.model import ZERO, SymbolRules
from terminal_app.practice.engine.usdm_values import MarginChange, UsdmBalance
from terminal_app.practice.errors import ExchangeError
from terminal_app.practice.sources.symbols import QUOTE_ASSET
from terminal_app.practice.usdm.positions import (
    ATOM,
    HEDGE_SIDES,
    ONE_WAY_SIDES,
    Held,
    PositionKey,
)

FIRST_WALLET = Decimal(10_000)
DEFAULT_LEVERAGE = 20
FEE_ASSET = "BNB"
_FEE_SYMBOL = FEE_ASSET + QUOTE_ASSET
_FEE_DISCOUNT = Decimal("0.9")
_REMEMBERED_MARGIN_CHANGES = 500


@dataclass(slots=True)
class UsdmBooks:
    """Keep wallets, positions and settings; margins are worked out elsewhere, when asked for.

    `marks` maps a symbol to its mark price and is shared with the market.
    """

    rules: Mapping[str, SymbolRules]
    marks: Mapping[str, Decimal]
    cross_wallet: Decimal = FIRST_WALLET
    bnb_wallet: Decimal = ZERO
    held: dict[PositionKey, Held] = field(default_factory=dict)
    leverages: dict[str, int] = field(default_factory=dict)
    isolated: set[str] = field(default_factory=set)
    is_hedge: bool = False
    burns_bnb: bool = False
    margin_changes: list[MarginChange] = field(default_factory=list)
    update_time_ms: int = 0

    @property
    def sides(self) -> tuple[PositionSide, ...]:
        """Return the position sides of the mode: BOTH, or LONG and SHORT."""
        return HEDGE_SIDES if self.is_hedge else ONE_WAY_SIDES

    @property
    def wallet(self) -> Decimal:
        """Return the wallet in USDT: what is cross and what isolated positions hold."""
        return self.cross_wallet + sum((held.isolated_wallet for held in self.held.values()), ZERO)

    def position_of(self, symbol: str, side: PositionSide = PositionSide.BOTH) -> Held:
        """Return the position of a symbol and side, an empty one when there was none yet."""
        return self.held.get((symbol, side)) or Held()

    def open_positions(self) -> Iterator[tuple[PositionKey, Held]]:
        """Yield what is not flat; what a record does not hold is out of play, and kept."""
        return ((k, held) for k, held in self.held.items() if held.amount and k[0] in self.marks)

    def has_position(self, symbol: str | None) -> bool:
        """Tell whether a symbol, or any, has a position."""
        return any(symbol in (None, key[0]) for key, _ in self.open_positions())

    def leverage(self, symbol: str) -> int:
        """Return the leverage of a symbol."""
        return self.leverages.get(symbol, DEFAULT_LEVERAGE)

    def margin_type(self, symbol: str) -> MarginType:
        """Return how the positions of a symbol are backed."""
        return MarginType.ISOLATED if symbol in self.isolated else MarginType.CROSSED

    def check_side(self, side: PositionSide) -> None:
        """Raise -4061 for a position side of the other mode."""
        if side not in self.sides:
            raise ExchangeError(-4061, "Order's position side does not match user's setting.")

    def fill(
        self, key: PositionKey, amount: Decimal, price: Decimal, commission: Decimal, now_ms: int
    ) -> Decimal:
        """Count a signed fill and return the profit it realised; commission is charged apart."""
        symbol, _ = key
        held = self.held.setdefault(key, Held())
        if symbol in self.isolated:
            flow = held.isolated_flow(amount, price, self.leverage(symbol))
            held.isolated_wallet += flow
            self.cross_wallet -= flow
        realized = held.apply(amount, price, commission)
        self.cross_wallet += realized
        held.update_time_ms = self.update_time_ms = now_ms
        return realized

    def charge(self, commission: Decimal) -> tuple[Decimal, str]:
        """Take a commission in USDT and return what was taken and of which asset.

        With fee burn on and enough BNB it is 90 % of it, at the mark price of BNB (Binance
        futures, BNB fee burn).
        """
        price = self.marks.get(_FEE_SYMBOL)
        if self.burns_bnb and price:
            in_bnb = (commission * _FEE_DISCOUNT / price).quantize(ATOM)
            if in_bnb <= self.bnb_wallet:
                self.bnb_wallet -= in_bnb
                return in_bnb, FEE_ASSET
        self.cross_wallet -= commission
        return commission, QUOTE_ASSET

    def note_margin_change(self, change: MarginChange) -> None:
        """Remember that margin was added to an isolated position or taken from it."""
        self.margin_changes.append(change)
        del self.margin_changes[:-_REMEMBERED_MARGIN_CHANGES]

    def balance(self, change: Decimal = ZERO, asset: str = QUOTE_ASSET) -> UsdmBalance:
        """Return the balance of an asset with a change that is neither profit nor commission."""
        if asset == FEE_ASSET:
            return UsdmBalance(FEE_ASSET, self.bnb_wallet, self.bnb_wallet, change)
        return UsdmBalance(QUOTE_ASSET, self.wallet, self.cross_wallet, change)

    def to_state(self) -> dict[str, object]:
        """Return the account as plain values."""
        return {
            "wallet": format(self.cross_wallet, "f"),
            "bnb": format(self.bnb_wallet, "f"),
            "held": {_key_text(key): _row(held) for key, held in self.held.items()},
            "leverages": self.leverages,
            "isolated": sorted(self.isolated),
            "is_hedge": self.is_hedge,
            "burns_bnb": self.burns_bnb,
            "margin_changes": [
                [c.symbol, c.position_side, format(c.amount, "f"), c.time_ms]
                for c in self.margin_changes
            ],
            "update_time_ms": self.update_time_ms,
        }

    def set_state(self, state: Mapping[str, Any], now_ms: int) -> None:
        """Take the account from plain values, a fresh one from none."""
        self.cross_wallet = Decimal(state.get("wallet", FIRST_WALLET))
        self.bnb_wallet = Decimal(state.get("bnb", ZERO))
        self.leverages = dict(state.get("leverages", {}))
        self.isolated = set(state.get("isolated", ()))
        self.is_hedge = state.get("is_hedge", False)
        self.burns_bnb = state.get("burns_bnb", False)
        self.margin_changes = [
            MarginChange(symbol, PositionSide(side), Decimal(amount), QUOTE_ASSET, time_ms)
            for symbol, side, amount, time_ms in state.get("margin_changes", ())
        ]
        self.update_time_ms = state.get("update_time_ms", now_ms)
        self.held = {read_key(key): read_held(row) for key, row in state.get("held", {}).items()}


def read_key(text: str) -> PositionKey:
    """Read the key of a saved position: the symbol alone in one-way mode, else with its side."""
    symbol, _, side = text.partition(" ")
    return symbol, PositionSide(side or PositionSide.BOTH)


def read_held(row: list[Any]) -> Held:
    """Read a saved position; those saved before there was isolated margin have no wallet."""
    amount, entry, costs, realized, time_ms, *rest = row
    wallet = Decimal(rest[0]) if rest else ZERO
    return Held(Decimal(amount), Decimal(entry), Decimal(costs), Decimal(realized), time_ms, wallet)


def _key_text(key: PositionKey) -> str:
    symbol, side = key
    return symbol if side is PositionSide.BOTH else f"{symbol} {side}"


def _row(held: Held) -> list[object]:
    return [
        format(held.amount, "f"),
        format(held.entry_price, "f"),
        format(held.costs, "f"),
        format(held.realized, "f"),
        held.update_time_ms,
        format(held.isolated_wallet, "f"),
    ]
