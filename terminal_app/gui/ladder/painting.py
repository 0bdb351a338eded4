"""Paint the ladder's rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from terminal_app.domain.instrument import ZERO
from terminal_app.domain.market import Side
from terminal_app.gui.format import decimal_text
from terminal_app.gui.ladder.chips import ChipPainter
from terminal_app.gui.ladder.layout import LEAST_PRICE_PX, LadderLayout
from terminal_app.gui.ladder.meaning import Zone
from terminal_app.gui.ladder.rows import LadderRows, Rests
from terminal_app.gui.ladder.sizes import SizesPicture
from terminal_app.gui.panels.rows import HEADER_PX, LEFT, RIGHT, ROW_PX, RowFonts, shades_of
from terminal_app.gui.theme import Theme

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
        self._sizes = SizesPicture(fonts.figure)
        self._metrics = QFontMetrics(fonts.figure)
        self.chips = ChipPainter(fonts.caption)
        self._price_px = LEAST_PRICE_PX
        self._price_px_of: tuple[object, ...] = ()
        self._prices: QPixmap | None = None
        self._prices_of: tuple[object, ...] = ()

    def price_px(self, rows: LadderRows) -> int:
        """Return how wide the price column must be."""
        if rows.instrument is None or rows.top is None:
            return LEAST_PRICE_PX
        wanted = (rows.instrument, len(str(rows.top)), rows.step)
        if wanted != self._price_px_of:
            self._price_px_of = wanted
            text = decimal_text(rows.price(rows.top), rows.instrument.price_decimals)
            self._price_px = max(LEAST_PRICE_PX, self._metrics.horizontalAdvance(text) + 28)
        return self._price_px

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
        self._sizes.paint(painter, theme, layout, rows, decimals)

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
        left, bottom = layout.price_left, top - rows.count
        column = QRect(left, HEADER_PX, layout.price_px, rows.count * ROW_PX)
        painter.fillRect(column, QColor(theme.window))
        seen = {number: traded[number] for number in range(top, bottom, -1) if number in traded}
        share = layout.price_px / float(max(seen.values(), default=1) or 1)
        bar_colour = QColor(theme.hover)
        for number, size in seen.items():
            down = HEADER_PX + (top - number) * ROW_PX + 2
            painter.fillRect(left, down, int(float(size) * share), ROW_PX - 4, bar_colour)
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
        top, count, is_bid, sizes = rows.top or 0, rows.count, side is Side.BUY, rests.sizes
        lengths = rests.depth(top, count, side) if look.is_cumulative else sizes
        seen = [
            (top - number, length, sizes.get(number, ZERO))
            for number, length in lengths.items()
            if 0 <= top - number < count
        ]
        # Without a length there is no bar, without a size only the palest.
        most = float(max((length for _, length, _ in seen), default=ZERO)) or 1.0
        biggest = float(max(sizes.values(), default=ZERO)) or 1.0
        strong = theme.buy if is_bid else theme.sell
        shades = shades_of(theme.buy_soft if is_bid else theme.sell_soft, strong)
        deepest, room, large = len(shades) - 1, layout.price_left, rests.large
        left, edge = layout.price_right, room - 3 if is_bid else layout.price_right
        for row, length, size in seen:
            width, down = int(room * float(length) / most), HEADER_PX + row * ROW_PX + 1
            shade = shades[int(float(size) / biggest * deepest)]
            painter.fillRect(room - width if is_bid else left, down, width, ROW_PX - 2, shade)
            if large is not None and size >= large:
                painter.fillRect(edge, down, 3, ROW_PX - 2, QColor(strong))

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


def paint_note(
    painter: QPainter, theme: Theme, body: QRect, text: str, font: QFont, *, is_above: bool
) -> None:
    """Paint a short line in a box at the upper or lower edge."""
    width = QFontMetrics(font).horizontalAdvance(text) + 20
    box = QRect(body.center().x() - width // 2, 0, width, ROW_PX)
    box.moveTop(body.top() + 4 if is_above else body.bottom() - ROW_PX - 4)
    painter.fillRect(box, QColor(theme.accent_soft))
    painter.setFont(font)
    painter.setPen(QColor(theme.text))
    painter.drawText(box, _CENTRE, text)
