"""Paint the ladder's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from terminal_app.domain.instrument import ZERO, plain
from terminal_app.domain.market import Side
from terminal_app.gui.format import compact_text, decimal_text
from terminal_app.gui.ladder.layout import LEAST_PRICE_PX, LadderLayout
from terminal_app.gui.ladder.meaning import Zone
from terminal_app.gui.ladder.rows import LadderRows, OwnOrder, Rests
from terminal_app.gui.panels.rows import HEADER_PX, LEFT, RIGHT, ROW_PX, RowFonts, shades_of
from terminal_app.gui.theme import Theme
from terminal_app.gui.theme_fonts import text_font

GAP_PX = 6
_CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class LadderLook:
    """Hold what a person chose of how rows look: bars of sums, or of each row's own size."""

    is_cumulative: bool = True


@dataclass(frozen=True, slots=True)
class LastTrade:
    """Hold the last price's row and where it came from: positive is up."""

    number: int
    direction: int


class LadderPainter:
    """Paint rows; prices that stay where they are are kept as a picture."""

    def __init__(self, fonts: RowFonts) -> None:
        self._fonts = fonts
        self._bold = text_font(weight=QFont.Weight.Bold)
        self._metrics = QFontMetrics(fonts.figure)
        self._prices: QPixmap | None = None
        self._prices_of: tuple[object, ...] = ()

    def price_px(self, rows: LadderRows) -> int:
        """Return how wide the price column must be."""
        if rows.instrument is None or rows.top is None:
            return LEAST_PRICE_PX
        text = decimal_text(rows.price(rows.top), rows.instrument.price_decimals)
        return max(LEAST_PRICE_PX, self._metrics.horizontalAdvance(text) + 34)

    def paint_rows(
        self,
        painter: QPainter,
        theme: Theme,
        layout: LadderLayout,
        rows: LadderRows,
        look: LadderLook,
        decimals: int,
    ) -> None:
        """Paint what rests on both sides, with bars and large sizes marked."""
        self._paint_gap(painter, theme, layout, rows)
        for side, rests in ((Side.BUY, rows.bids), (Side.SELL, rows.asks)):
            self._paint_bars(painter, theme, layout, rows, side, rests, look)
            self._paint_sizes(painter, theme, layout, rows, side, rests, decimals)

    def paint_prices(
        self,
        painter: QPainter,
        theme: Theme,
        layout: LadderLayout,
        rows: LadderRows,
        traded: Mapping[int, Decimal],
        last: LastTrade | None,
    ) -> None:
        """Paint the price column: traded sizes as bars behind it, best and last prices marked."""
        top = rows.top
        if top is None:
            return
        column = QRect(layout.price_left, HEADER_PX, layout.price_px, rows.count * ROW_PX)
        painter.fillRect(column, QColor(theme.window))
        bottom = top - rows.count
        seen = {number: traded[number] for number in range(top, bottom, -1) if number in traded}
        most = max(seen.values(), default=ZERO)
        bar_colour = QColor(theme.hover)
        for number, size in seen.items():
            width = int(layout.price_px * size / most) if most else 0
            row_top = HEADER_PX + (top - number) * ROW_PX
            painter.fillRect(layout.price_left, row_top + 2, width, ROW_PX - 4, bar_colour)
        if last is not None and bottom < last.number <= top:
            self._paint_last(painter, theme, layout.cell(top - last.number, Zone.PRICE), last)
        painter.drawPixmap(
            layout.price_left, HEADER_PX, self._price_picture(painter, theme, layout, rows)
        )
        for side, best in ((Side.BUY, rows.bids.best), (Side.SELL, rows.asks.best)):
            if best is not None and bottom < best <= top:
                cell = layout.cell(top - best, Zone.PRICE)
                colour = QColor(theme.buy if side is Side.BUY else theme.sell)
                edge = cell.left() if side is Side.BUY else cell.right() - 1
                painter.fillRect(edge, cell.top() + 2, 2, ROW_PX - 4, colour)

    def paint_own(
        self,
        painter: QPainter,
        theme: Theme,
        layout: LadderLayout,
        rows: LadderRows,
        ahead: Mapping[str, Decimal],
    ) -> None:
        """Paint one's own orders beside their rows, with the size before them in the queue."""
        painter.setFont(self._fonts.caption)
        for (number, side), orders in rows.own.items():
            row = rows.top - number if rows.top is not None else -1
            if 0 <= row < rows.count:
                self._paint_chip(painter, theme, layout, (row, side), orders)
                self._paint_ahead(painter, theme, layout, (row, side), orders, ahead)

    def paint_tag(
        self,
        painter: QPainter,
        theme: Theme,
        bounds: QRect,
        at: QPoint,
        lines: list[tuple[str, str]],
    ) -> None:
        """Paint lines of text and their colours in a box near a position, inside the bounds."""
        font = self._fonts.caption
        metrics = QFontMetrics(font)
        inner = bounds.width() - 24
        wanted = max(metrics.horizontalAdvance(text) for text, _ in lines)
        height = 0
        boxes = []
        for text, colour in lines:
            flags = Qt.TextFlag.TextWordWrap
            box = metrics.boundingRect(QRect(0, 0, min(wanted, inner) + 1, 400), flags, text)
            boxes.append((text, colour, height, box.height()))
            height += box.height()
        tag = QRect(0, 0, min(wanted, inner) + 17, height + 8)
        # Never over the row that it speaks of.
        is_low = at.y() + ROW_PX + tag.height() > bounds.bottom()
        top = at.y() - ROW_PX - tag.height() if is_low else at.y() + ROW_PX
        left = min(
            max(at.x() - tag.width() // 2, bounds.left() + 4), bounds.right() - tag.width() - 4
        )
        tag.moveTo(left, top)
        painter.fillRect(tag, QColor(theme.raised))
        painter.fillRect(tag.left(), tag.top(), 3, tag.height(), QColor(lines[0][1]))
        painter.setFont(font)
        for text, colour, down, line_height in boxes:
            painter.setPen(QColor(colour))
            box = QRect(tag.left() + 10, tag.top() + 4 + down, tag.width() - 16, line_height)
            painter.drawText(box, Qt.TextFlag.TextWordWrap, text)

    def _paint_gap(
        self, painter: QPainter, theme: Theme, layout: LadderLayout, rows: LadderRows
    ) -> None:
        bid, ask, top = rows.bids.best, rows.asks.best, rows.top
        if bid is None or ask is None or top is None or ask - bid < 2:
            return
        first, last = max(top - ask + 1, 0), min(top - bid - 1, rows.count - 1)
        if first <= last:
            height = (last - first + 1) * ROW_PX
            painter.fillRect(
                0, HEADER_PX + first * ROW_PX, layout.width, height, QColor(theme.window)
            )

    def _paint_bars(
        self,
        painter: QPainter,
        theme: Theme,
        layout: LadderLayout,
        rows: LadderRows,
        side: Side,
        rests: Rests,
        look: LadderLook,
    ) -> None:
        top, is_bid = rows.top or 0, side is Side.BUY
        lengths = rests.depth(top, rows.count, side) if look.is_cumulative else rests.sizes
        seen = [
            (top - number, size)
            for number, size in lengths.items()
            if 0 <= top - number < rows.count
        ]
        most = float(max((size for _, size in seen), default=ZERO))
        biggest = float(max(rests.sizes.values(), default=ZERO))
        strong = theme.buy if is_bid else theme.sell
        shades = shades_of(theme.buy_soft if is_bid else theme.sell_soft, strong)
        edge = layout.price_left - 3 if is_bid else layout.price_right
        for row, length in seen:
            width = int(layout.price_left * float(length) / most) if most else 0
            left = layout.price_left - width if is_bid else layout.price_right
            size = rests.sizes.get(top - row, ZERO)
            shade = shades[int(float(size) / biggest * (len(shades) - 1))] if biggest else shades[0]
            painter.fillRect(left, HEADER_PX + row * ROW_PX + 1, width, ROW_PX - 2, shade)
            if rests.large is not None and size >= rests.large:
                painter.fillRect(edge, HEADER_PX + row * ROW_PX + 1, 3, ROW_PX - 2, QColor(strong))

    def _paint_sizes(
        self,
        painter: QPainter,
        theme: Theme,
        layout: LadderLayout,
        rows: LadderRows,
        side: Side,
        rests: Rests,
        decimals: int,
    ) -> None:
        top, is_bid = rows.top or 0, side is Side.BUY
        painter.setPen(QColor(theme.text))
        painter.setFont(self._fonts.figure)
        flags = RIGHT if is_bid else LEFT
        left = 0 if is_bid else layout.price_right + GAP_PX
        width = layout.price_left - GAP_PX
        for number, size in rests.sizes.items():
            row = top - number
            if not 0 <= row < rows.count:
                continue
            is_large = rests.large is not None and size >= rests.large
            if is_large:
                painter.setFont(self._bold)
            rect = QRect(left, HEADER_PX + row * ROW_PX, width, ROW_PX)
            painter.drawText(rect, flags, size_text(size, decimals))
            if is_large:
                painter.setFont(self._fonts.figure)

    def _price_picture(
        self, painter: QPainter, theme: Theme, layout: LadderLayout, rows: LadderRows
    ) -> QPixmap:
        ratio = painter.device().devicePixelRatio()
        wanted = (theme, ratio, layout.price_px, rows.top, rows.count, rows.step)
        if self._prices is None or wanted != self._prices_of:
            width, height = round(layout.price_px * ratio), round(rows.count * ROW_PX * ratio)
            picture = QPixmap(width, height)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            inner = QPainter(picture)
            inner.setFont(self._fonts.figure)
            inner.setPen(QColor(theme.text))
            decimals = rows.instrument.price_decimals if rows.instrument else 0
            for row in range(rows.count):
                text = decimal_text(rows.price((rows.top or 0) - row), decimals)
                inner.drawText(QRect(0, row * ROW_PX, layout.price_px, ROW_PX), _CENTRE, text)
            inner.end()
            self._prices, self._prices_of = picture, wanted
        return self._prices

    def _paint_last(self, painter: QPainter, theme: Theme, cell: QRect, last: LastTrade) -> None:
        is_up = last.direction > 0
        painter.fillRect(
            cell.adjusted(0, 1, 0, -1), QColor(theme.buy_soft if is_up else theme.sell_soft)
        )
        painter.setPen(QColor(theme.buy if is_up else theme.sell))
        painter.drawRect(cell.adjusted(0, 1, -1, -2))
        painter.setFont(self._fonts.arrow)
        painter.drawText(
            cell.adjusted(4, 0, -4, 0), LEFT if is_up else RIGHT, "▲" if is_up else "▼"
        )

    def _paint_chip(
        self,
        painter: QPainter,
        theme: Theme,
        layout: LadderLayout,
        place: tuple[int, Side],
        orders: tuple[OwnOrder, ...],
    ) -> None:
        chip = layout.chip(*place)
        is_unknown = any(order.is_unknown for order in orders)
        is_pending = any(order.is_pending for order in orders)
        colour = QColor(theme.accent)
        if is_unknown or is_pending:
            colour = QColor(theme.warning if is_unknown else theme.muted)
        painter.fillRect(chip, QColor(theme.raised if is_pending else theme.accent_soft))
        painter.setPen(colour)
        painter.drawRect(chip.adjusted(0, 0, -1, -1))
        word = orders[0].word if len(orders) == 1 else f"{len(orders)}·"
        text = f"{'? ' if is_unknown else ''}{word}{plain(sum((one.size for one in orders), ZERO))}"
        room = chip.adjusted(5, 0, -18, 0)
        shown = QFontMetrics(self._fonts.caption).elidedText(
            text, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, LEFT, shown)
        painter.drawText(layout.cross(chip), _CENTRE, "…" if is_pending else "×")

    def _paint_ahead(
        self,
        painter: QPainter,
        theme: Theme,
        layout: LadderLayout,
        place: tuple[int, Side],
        orders: tuple[OwnOrder, ...],
        ahead: Mapping[str, Decimal],
    ) -> None:
        known = [ahead[order.key] for order in orders if order.key in ahead]
        chip, side = layout.chip(*place), place[1]
        room = layout.price_left - chip.width() - 2 - LEAST_FOR_BOTH_PX
        if not known or room < 0:
            return
        text = f"≈{compact_text(min(known))}"
        painter.setPen(QColor(theme.muted))
        rect = chip.adjusted(chip.width() + 4, 0, 60, 0)
        if side is Side.SELL:
            rect = chip.adjusted(-64, 0, -chip.width() - 4, 0)
        painter.drawText(rect, LEFT if side is Side.BUY else RIGHT, text)


# A chip, the size before it and the row's own size beside each other need this much.
LEAST_FOR_BOTH_PX = 96


def size_text(size: Decimal, decimals: int) -> str:
    """Write a size so that it fits: large ones without decimals that nobody reads."""
    return compact_text(size) if size >= 1000 else decimal_text(size, min(decimals, 3))
