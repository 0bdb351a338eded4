"""Let a person move the chart with mouse, wheel and keys."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum, auto
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from terminal_app.gui.chart.canvas import ChartCanvas, wall_clock_ms
from terminal_app.gui.chart.drawings.places import spot_of
from terminal_app.gui.chart.drawings.shapes import Shape
from terminal_app.gui.chart.drawings.text_editor import TextEditor
from terminal_app.gui.chart.frame import Frame
from terminal_app.gui.chart.price_menu import plan_text, price_choices
from terminal_app.gui.chart.scale_hand import ScaleHand
from terminal_app.gui.format import decimal_text, edit_text
from terminal_app.gui.frame_clock import FrameClock
from terminal_app.gui.planned_orders import PlannedOrder, PlanRole
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.view_state import ViewState


class _Drag(Enum):
    NONE = auto()
    PRESSED = auto()
    TIME = auto()
    AXIS = auto()
    LINE = auto()
    DRAWING = auto()


class ChartView(ChartCanvas):
    """Show candles that can be dragged, zoomed and asked for a price.

    Wheel zooms at the pointer, a drag pans, a drag on an axis scales it, a double click resets the
    axis or, on the plot, both; arrows, plus, minus, Home and End do the same from the keyboard.
    `price_clicked` carries the price of a plain click, on the instrument's tick; a chart whose data
    is stale or missing tells none. The menu of the right button asks by ``order_wanted`` (a planned
    order) to write an order down and by ``alert_wanted`` (a price) to be told of it, and sends
    nothing.

    Own lines are taken by their words, as ``hand`` allows; Escape drops one where it was, then
    disarms. What is asked for is only shown here: who hears it sends it.
    """

    price_clicked = Signal(object)
    order_wanted = Signal(object)
    alert_wanted = Signal(object)

    def __init__(
        self,
        theme: Theme,
        clock: FrameClock,
        parent: QWidget | None = None,
        now_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        super().__init__(theme, clock, parent, now_ms)
        self._drag = _Drag.NONE
        self._origin = QPointF()
        self._last = QPointF()
        self._scales = ScaleHand(self)
        self.roles: frozenset[PlanRole] = frozenset()
        self._editor = TextEditor(self)
        self._editor.written.connect(self.pencil.write)
        self.pencil.text_wanted.connect(self._edit_text)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_asked(self, key: str, price: Decimal) -> None:
        """Show where an order was asked to go until the exchange has answered."""
        self.hand.show_asked(key, price)
        self.mark()

    @guarded(None)
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() is Qt.MouseButton.LeftButton and (
            self._takes_line(event) or self._draws(self.pencil.press, event)
        ):
            return
        if event.button() is Qt.MouseButton.LeftButton and self._plot_width():
            on_axis = self._scales.take(event.position())
            self._drag = _Drag.AXIS if on_axis else _Drag.PRESSED
            self._origin = self._last = event.position()

    @guarded(None)
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position, moved = event.position(), event.position() - self._last
        if self._drag is _Drag.LINE:
            if not self.hand.move(self._live_frame(), position):
                self._drag = _Drag.NONE
            self.pointer = None
            self.mark()
            return
        if self._draws(self.pencil.move, event):
            self._point_at(position.toPoint())
            return
        if self._drag is _Drag.PRESSED:
            distance = (position - self._origin).manhattanLength()
            if distance >= QApplication.startDragDistance():
                self._drag = _Drag.TIME
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._drag is _Drag.TIME:
            self._scales.pan(moved)
            self._last = position
        elif self._drag is _Drag.AXIS:
            self._scales.move(position)
        self._point_at(position.toPoint())

    @guarded(None)
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was = self._drag
        if was is _Drag.DRAWING and self._draws(self.pencil.release, event):
            self._drag = _Drag.NONE
            self._point_at(event.position().toPoint())
            return
        self._drag = _Drag.NONE
        self._scales.let_go()
        self._point_at(event.position().toPoint())
        if was is _Drag.LINE:
            self.hand.release(self._live_frame(), event.position())
            return
        if was is _Drag.PRESSED and self.state is ViewState.NORMAL:
            price = self.price_at(event.position().y())
            if price is not None and event.position().y() < self._plot_height():
                self.price_clicked.emit(price)

    @guarded(None)
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        frame = self.frame()
        if frame is not None and self.pencil.reword(frame, event.position()):
            return
        self._scales.reset(event.position())
        self.mark()

    @guarded(None)
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        price = self.price_at(event.pos().y())
        is_on_plot = event.pos().x() < self._plot_width() and event.pos().y() < self._plot_height()
        frame = self._live_frame()
        if price is not None and is_on_plot and frame is not None:
            plan = self.pencil.plan_at(frame, QPointF(event.pos()))
            self.menu_for(price, plan).popup(event.globalPos())

    def menu_for(self, price: Decimal, plan: Sequence[PlannedOrder] = ()) -> QMenu:
        """Return the menu of a price, and of a drawn position there; it ends with itself."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if plan and PlanRole.STOP_LOSS in self.roles:
            action = menu.addAction(f"{plan_text(plan)}: into the ticket")
            for order in plan:
                action.triggered.connect(partial(self.order_wanted.emit, order))
            menu.addSeparator()
        last = Decimal(repr(float(self.series.close[-1])))
        for words, order in price_choices(price, last, self.roles):
            action = menu.addAction(f"{words}: into the ticket")
            action.triggered.connect(partial(self.order_wanted.emit, order))
        text = decimal_text(price)
        menu.addSeparator()
        menu.addAction(f"Alert at {text} …").triggered.connect(
            partial(self.alert_wanted.emit, price)
        )
        menu.addAction(
            f"Copy {text}", lambda: QGuiApplication.clipboard().setText(edit_text(price))
        )
        return menu

    @guarded(None)
    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scales.wheel(event)
        event.accept()
        self.mark()

    @guarded(None)
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.pencil.key(event) or self._scales.key(event):
            self.mark()
        elif event.key() == Qt.Key.Key_Escape and self.hand.is_busy:
            self.hand.drop()
            self._drag = _Drag.NONE
            self.mark()
        elif event.key() == Qt.Key.Key_Escape and self.hand.is_armed:
            self.hand.set_armed(False)
            self.mark()
        else:
            super().keyPressEvent(event)

    @guarded(None)
    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointer = None
        self.mark()

    def _draws(self, gesture: Callable[[Frame, QPointF], bool], event: QMouseEvent) -> bool:
        """Offer a gesture to the pencil; return whether it was about a drawing."""
        frame = self.frame()
        if frame is None or not gesture(frame, event.position()):
            return False
        self._drag = _Drag.DRAWING
        self.mark()
        return True

    def _edit_text(self, text: Shape) -> None:
        frame = self.frame()
        if frame is not None:
            self._editor.edit(text, spot_of(frame, text.points[0]).toPoint())

    def _takes_line(self, event: QMouseEvent) -> bool:
        frame = self._live_frame()
        if frame is None or self.pencil.tool is not None:
            return False
        if self.hand.press(frame, event.position()):
            self._drag = _Drag.LINE
        return self._drag is _Drag.LINE

    def _live_frame(self) -> Frame | None:
        """Return the geometry of now while what it shows is the market of now."""
        return self.frame() if self.state is ViewState.NORMAL else None

    def _point_at(self, position: QPoint) -> None:
        seen = self.frame()
        # Panes have the crosshair, too.
        inside = seen is not None and seen.plot.united(seen.panes_place).contains(position)
        self.pointer = position if inside else None
        if self._drag not in (_Drag.TIME, _Drag.AXIS):
            frame = self._live_frame()
            shape, hint = self.hand.touch(frame, QPointF(position))
            if shape is not None:
                # A crosshair would strike the words through.
                self.pointer = None
            else:
                shape = self._scales.cursor(QPointF(position))
            if self.cursor().shape() is not shape:
                self.setCursor(shape)
            if self.toolTip() != hint:
                self.setToolTip(hint)
        self.mark()

    def _plot_width(self) -> int:
        plot = self.plot()
        return plot.width() if plot is not None else 0

    def _plot_height(self) -> int:
        plot = self.plot()
        return plot.height() if plot is not None else 0
