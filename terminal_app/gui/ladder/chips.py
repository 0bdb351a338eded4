"""Paint own orders beside their rows; a chip that stays what it is is painted once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from terminal_app.domain.instrument import ZERO, plain
from terminal_app.domain.market import Side
from terminal_app.gui.format import compact_text
from terminal_app.gui.ladder.layout import LadderLayout
from terminal_app.gui.ladder.rows import LadderRows, OwnOrder
from terminal_app.gui.panels.rows import LEFT, RIGHT
from terminal_app.gui.theme import Theme

# A chip, the size before it and the row's own size beside each other need this much.
LEAST_FOR_BOTH_PX = 96
_AHEAD_PX = 60
_KEPT = 200
_SHORT = {"stop ": "S ", "trail ": "T "}
_CENTRE = Qt.AlignmentFlag.AlignCenter


class ChipPainter:
    """Keep pictures of own orders as they were painted last."""

    def __init__(self, font: QFont) -> None:
        self._font = font
        self._pictures: dict[tuple[object, ...], QPixmap] = {}

    def paint(
        self,
        painter: QPainter,
        theme: Theme,
        layout: LadderLayout,
        rows: LadderRows,
        ahead: Mapping[str, Decimal],
    ) -> None:
        """Paint the orders in sight, with the size before them in the queue where there is room."""
        top = rows.top
        for (number, side), orders in rows.own.items():
            row = top - number if top is not None else -1
            if 0 <= row < rows.count:
                chip = layout.chip(row, side)
                painter.drawPixmap(
                    chip.topLeft(), self._picture(painter, theme, chip.size(), orders)
                )
                self._paint_ahead(painter, theme, layout, (chip, side), orders, ahead)

    def _picture(
        self, painter: QPainter, theme: Theme, size: QSize, orders: tuple[OwnOrder, ...]
    ) -> QPixmap:
        ratio = painter.device().devicePixelRatio()
        wanted = (theme, ratio, size.width(), orders)
        picture = self._pictures.get(wanted)
        if picture is None:
            if len(self._pictures) >= _KEPT:
                self._pictures.clear()
            picture = QPixmap(size * ratio)
            picture.setDevicePixelRatio(ratio)
            inner = QPainter(picture)
            inner.setFont(self._font)
            _paint_chip(inner, theme, QRect(0, 0, size.width(), size.height()), orders)
            inner.end()
            self._pictures[wanted] = picture
        return picture

    def _paint_ahead(
        self,
        painter: QPainter,
        theme: Theme,
        layout: LadderLayout,
        place: tuple[QRect, Side],
        orders: tuple[OwnOrder, ...],
        ahead: Mapping[str, Decimal],
    ) -> None:
        chip, side = place
        if layout.price_left - chip.width() - 2 < LEAST_FOR_BOTH_PX:
            return
        known = [ahead[order.key] for order in orders if order.key in ahead]
        if not known:
            return
        painter.setFont(self._font)
        painter.setPen(QColor(theme.muted))
        left = chip.right() + 5 if side is Side.BUY else chip.left() - 4 - _AHEAD_PX
        room = QRect(left, chip.top(), _AHEAD_PX, chip.height())
        painter.drawText(room, LEFT if side is Side.BUY else RIGHT, f"≈{compact_text(min(known))}")


def _paint_chip(painter: QPainter, theme: Theme, chip: QRect, orders: tuple[OwnOrder, ...]) -> None:
    is_unknown = any(order.is_unknown for order in orders)
    is_pending = any(order.is_pending for order in orders)
    colour = QColor(theme.accent)
    if is_unknown or is_pending:
        colour = QColor(theme.warning if is_unknown else theme.muted)
    painter.fillRect(chip, QColor(theme.raised if is_pending else theme.accent_soft))
    painter.setPen(colour)
    painter.drawRect(chip.adjusted(0, 0, -1, -1))
    # The label at the pointer has room for the whole word.
    word = _SHORT.get(orders[0].word, orders[0].word) if len(orders) == 1 else f"{len(orders)}·"
    size = plain(sum((order.size for order in orders), ZERO))
    side = orders[0].side
    is_buy = side is Side.BUY
    room = chip.adjusted(17, 0, -2, 0) if is_buy else chip.adjusted(4, 0, -17, 0)
    text = painter.fontMetrics().elidedText(
        f"{'? ' if is_unknown else ''}{word}{size}", Qt.TextElideMode.ElideRight, room.width()
    )
    painter.drawText(room, LEFT, text)
    painter.drawText(LadderLayout.cross(chip, side), _CENTRE, "…" if is_pending else "×")
