"""Say at the pointer what a click would do, before it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import Qt

from terminal_app.domain.instrument import ZERO, Instrument, plain
from terminal_app.domain.market import Side
from terminal_app.domain.order_book import OrderBook
from terminal_app.domain.order_request import OrderType
from terminal_app.gui.chart.line_hand import DragWords
from terminal_app.gui.format import decimal_text
from terminal_app.gui.ladder.hands import BOTH_KEYS, NO_SIZE, HandRules, Spot, meanings_at
from terminal_app.gui.ladder.meaning import Meaning, MouseScheme, Zone, side_of, type_of
from terminal_app.gui.ladder.rows import OwnOrder
from terminal_app.gui.theme import Theme

_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
Line = tuple[str, str]


@dataclass(slots=True)
class PointerWords:
    """Hold what the label speaks of beside the rules: colours, symbol, queue, notices."""

    theme: Theme
    notice: str = ""
    prefix: str = ""
    ahead: Callable[[str], Decimal | None] = lambda _key: None
    traded_words: Callable[[int], str] = lambda _number: ""
    drag_words: Callable[[str, Decimal], DragWords] = lambda _key, _price: DragWords()

    def for_press(
        self,
        spot: Spot,
        price: Decimal,
        rules: HandRules,
        modifiers: Qt.KeyboardModifier,
        instrument: Instrument,
        book: OrderBook,
    ) -> tuple[list[Line], tuple[Meaning, ...]]:
        """Return the lines for what is under the pointer, and the orders that they announce."""
        lines = self.notices()
        if spot.own and spot.is_on_chip:
            return lines + self._own_lines(spot.own, instrument), ()
        if spot.zone is Zone.PRICE:
            traded = self.traded_words(spot.number)
            lines += [(traded, self.theme.muted)] if traded else []
        if not rules.is_unlocked:
            return lines, ()
        said = meanings_at(rules, price, spot.zone, modifiers)
        if spot.own and rules.scheme is MouseScheme.BUTTONS:
            # There the right button cancels.
            said.pop(_RIGHT, None)
        for button, meaning in said.items():
            words = meaning.words(instrument.symbol, instrument.price_decimals)
            text = f"{self.prefix}{words}"
            if rules.scheme is MouseScheme.BUTTONS:
                text = f"{'Left' if button is _LEFT else 'Right'}: {text}"
            is_buy = meaning.side is Side.BUY
            lines.append((text, self.theme.buy if is_buy else self.theme.sell))
            lines.append((_what_follows(meaning, book, instrument), self.theme.muted))
        if spot.own:
            lines.append(("Right click cancels the order here", self.theme.muted))
        if not said and side_of(rules.scheme, spot.zone, _LEFT) is not None:
            reason = BOTH_KEYS if type_of(modifiers) is None else NO_SIZE
            lines.append((reason.removeprefix("Nothing was sent: "), self.theme.warning))
        return lines, tuple(said.values())

    def for_drag(
        self, orders: tuple[OwnOrder, ...], price: Decimal, instrument: Instrument
    ) -> list[Line]:
        """Return the lines for own orders that are held over a price."""
        words = self.drag_words(orders[0].key, price)
        size = plain(sum((order.size for order in orders), ZERO))
        count = f"{len(orders)} orders, " if len(orders) > 1 else ""
        shown = decimal_text(price, instrument.price_decimals)
        lines = [(f"Move {count}{size} to {shown}", self.theme.accent)]
        if words.warning:
            lines.append((words.warning, self.theme.warning))
        # The first of the rows says what is moved where.
        return lines + [(row, self.theme.muted) for row in words.rows[1:]]

    def notices(self) -> list[Line]:
        """Return what was refused a moment ago."""
        return [(self.notice, self.theme.warning)] if self.notice else []

    def _own_lines(self, orders: tuple[OwnOrder, ...], instrument: Instrument) -> list[Line]:
        lines = []
        for order in orders:
            side = "Buy" if order.side is Side.BUY else "Sell"
            price = decimal_text(order.price, instrument.price_decimals)
            text = f"{side} {order.word}{plain(order.size)} at {price}"
            if order.is_unknown:
                text += ", UNKNOWN: nobody knows yet whether it exists"
            elif order.is_pending:
                text += ", on its way"
            ahead = self.ahead(order.key)
            if ahead is not None:
                text += f", ≈ {decimal_text(ahead, instrument.quantity_decimals)} ahead"
            lines.append((text, self.theme.accent))
        lines.append(("× or right click cancels, drag moves", self.theme.muted))
        return lines


def _what_follows(meaning: Meaning, book: OrderBook, instrument: Instrument) -> str:
    best = book.side(meaning.side.opposite).best()
    if meaning.type is OrderType.STOP_MARKET:
        return "waits for that price, then trades at any"
    if best is None:
        return "nobody to trade with is in the book"
    shown = decimal_text(best.price, instrument.price_decimals)
    if meaning.price is None:
        return f"trades at once, from {shown} at any price"
    is_buy = meaning.side is Side.BUY
    if meaning.price >= best.price if is_buy else meaning.price <= best.price:
        if meaning.only_rests:
            return "crosses the spread: post only is refused"
        return f"crosses the spread: trades at once from {shown}"
    return "rests in the book"
