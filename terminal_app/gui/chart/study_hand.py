"""A hand on the indicators of a chart: their names, the edges of their panes, their anchors."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from terminal_app.gui.chart.canvas import ChartCanvas
from terminal_app.gui.chart.frame import TIME_AXIS_PX, Frame
from terminal_app.gui.chart.indicators.choice import StudyChoice
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import IndicatorKind
from terminal_app.gui.chart.study_anchors import anchored_at
from terminal_app.gui.chart.study_dialog import StudyDialog
from terminal_app.gui.chart.study_legend import LegendRow, legend_rows
from terminal_app.gui.chart.study_panes import moved_separator, pane_heights
from terminal_app.gui.widgets.glyph_buttons import Glyph, GlyphButtons
from terminal_app.gui.widgets.guarded import guarded

_REACH_PX = 4
_PICK = "Click the bar where the VWAP begins · Esc leaves it"


class _Hold(Enum):
    NOTHING = auto()
    SEPARATOR = auto()
    ANCHOR = auto()


class StudyHand(QObject):
    """Add, change and remove the indicators of a view; ``changed`` tells that something is other.

    It looks at the view's mouse before the view does: a name shows its buttons, an upper edge of a
    pane can be dragged, and so can the bar at which an indicator begins.
    """

    changed = Signal()

    def __init__(self, view: ChartCanvas) -> None:
        super().__init__(view)
        self._view = view
        self._studies = view.frames.studies
        self._hold = _Hold.NOTHING
        self._study: Study | None = None
        self._heights: list[int] = []
        self._held_at = QPoint()
        self._anchoring: IndicatorKind | None = None
        self._row: LegendRow | None = None
        self.buttons = GlyphButtons(
            view, {Glyph.EYE: "Hide or show", Glyph.GEAR: "Settings", Glyph.CROSS: "Remove"}
        )
        self.buttons.pressed.connect(self._on_button)
        view.installEventFilter(self)

    @property
    def studies(self) -> tuple[Study, ...]:
        """Return the indicators that there are."""
        return self._studies.all

    def offers(self, kind: IndicatorKind) -> bool:
        """Say whether the market has what an indicator is made of."""
        return self._studies.is_offered(kind)

    def add(self, kind: IndicatorKind) -> None:
        """Take one more indicator; one that begins at a bar waits for a click on it."""
        if kind.has_anchor:
            self._anchoring, self._studies.hint = kind, _PICK
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
            self._view.mark()
            return
        self._studies.add(StudyChoice.usual(kind))
        self._tell()

    def change(self, study: Study, choice: StudyChoice) -> None:
        """Have an indicator another way."""
        self._studies.change(study, choice)
        self._tell()

    def toggle(self, study: Study) -> None:
        """Hide an indicator, or show it again."""
        self.change(study, replace(study.choice, is_hidden=not study.choice.is_hidden))

    def remove(self, study: Study) -> None:
        """Take an indicator away."""
        self._studies.remove(study)
        self._hide_buttons()
        self._tell()

    def move(self, study: Study, places: int) -> None:
        """Have an indicator stand before or after its neighbour."""
        self._studies.move(study, places)
        self._tell()

    def open_settings(self, study: Study) -> StudyDialog:
        """Open the window of an indicator's settings: what is chosen there is seen at once."""
        dialog = StudyDialog(self._view.window(), study.choice, self._view.theme)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(lambda choice: self.change(study, choice))
        dialog.open()
        return dialog

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        if isinstance(event, QKeyEvent) and event.key() == int(Qt.Key.Key_Escape):
            return self._leave(event)
        if event.type() is QEvent.Type.Leave:
            at = self._view.mapFromGlobal(self._view.cursor().pos())
            if not self.buttons.geometry().contains(at):
                self._hide_buttons()
        return False

    def _on_mouse(self, event: QMouseEvent) -> bool:
        frame = self._view.frame()
        if frame is None:
            return False
        at, is_left = event.position().toPoint(), event.button() is Qt.MouseButton.LeftButton
        match event.type():
            case QEvent.Type.MouseMove:
                return self._carry(frame, at) or self._hover(frame, event, at)
            case QEvent.Type.MouseButtonPress if is_left:
                return self._take(frame, at)
            case QEvent.Type.MouseButtonRelease if is_left:
                return self._let_go()
            case QEvent.Type.MouseButtonDblClick if is_left:
                return self._open(frame, at)
        return False

    def _take(self, frame: Frame, at: QPoint) -> bool:
        if self._anchoring is not None and at.x() < frame.plot.width():
            kind, self._anchoring, self._studies.hint = self._anchoring, None, ""
            chosen = replace(StudyChoice.usual(kind), anchor_ms=_time_at(frame, at))
            self._studies.add(chosen)
            self._tell()
            return True
        number = _separator_at(frame, at)
        if number is not None:
            self._hold, self._study = _Hold.SEPARATOR, frame.panes[number].study
            self._heights = pane_heights(self._studies.in_panes, frame.height - TIME_AXIS_PX)
            self._held_at = at
            return True
        self._study = anchored_at(frame, QPointF(at))
        if self._study is not None:
            self._hold = _Hold.ANCHOR
            return True
        return any(row.title.contains(at) for row in legend_rows(frame))

    def _carry(self, frame: Frame, at: QPoint) -> bool:
        study = self._study
        if self._hold is _Hold.NOTHING or study is None:
            return False
        if self._hold is _Hold.ANCHOR:
            self._studies.change(study, replace(study.choice, anchor_ms=_time_at(frame, at)))
        else:
            panes = self._studies.in_panes
            distance = at.y() - self._held_at.y()
            heights = moved_separator(self._heights, panes.index(study), distance)
            for each, height in zip(panes, heights, strict=True):
                self._studies.change(each, replace(each.choice, height=height))
        self._view.redraw()
        return True

    def _let_go(self) -> bool:
        if self._hold is _Hold.NOTHING:
            return False
        self._hold, self._study = _Hold.NOTHING, None
        self._tell()
        return True

    def _open(self, frame: Frame, at: QPoint) -> bool:
        number = _separator_at(frame, at)
        if number is not None:
            study = frame.panes[number].study
            self.change(study, replace(study.choice, height=0))
            return True
        for row in legend_rows(frame):
            if row.title.contains(at):
                self.open_settings(row.study)
                return True
        return False

    def _leave(self, event: QKeyEvent) -> bool:
        if self._anchoring is None:
            return False
        # First the key is offered to those who have it as a shortcut: this time it is ours.
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            self._anchoring, self._studies.hint = None, ""
            self._view.mark()
        return True

    def _hover(self, frame: Frame, event: QMouseEvent, at: QPoint) -> bool:
        if event.buttons():
            return False
        self._show_buttons(frame, at)
        if _separator_at(frame, at) is not None:
            shape = Qt.CursorShape.SplitVCursor
        elif anchored_at(frame, QPointF(at)) is not None:
            shape = Qt.CursorShape.SizeHorCursor
        else:
            return False
        self._view.pointer = None
        self._view.setCursor(shape)
        self._view.mark()
        return True

    def _show_buttons(self, frame: Frame, at: QPoint) -> None:
        for row in legend_rows(frame):
            reach = row.title.adjusted(0, 0, self.buttons.width() + 8, 0)
            if reach.contains(at):
                self._row = row
                self.buttons.show_for(row.study.choice.title, row.title.topRight() + QPoint(4, 0))
                return
        self._hide_buttons()

    def _hide_buttons(self) -> None:
        self._row = None
        self.buttons.hide()

    def _on_button(self, glyph: Glyph) -> None:
        row = self._row
        if row is None or row.study not in self._studies.all:
            return
        match glyph:
            case Glyph.EYE:
                self.toggle(row.study)
            case Glyph.GEAR:
                self.open_settings(row.study)
            case Glyph.CROSS:
                self.remove(row.study)

    def _tell(self) -> None:
        self._view.redraw()
        self.changed.emit()


def _separator_at(frame: Frame, at: QPoint) -> int | None:
    for number, pane in enumerate(frame.panes):
        if abs(at.y() - pane.place.top()) <= _REACH_PX and at.x() < frame.width:
            return number
    return None


def _time_at(frame: Frame, at: QPoint) -> int:
    index = frame.time.index(at.x(), frame.count, frame.plot.width())
    return int(frame.series.open_time_ms[min(max(index, 0), frame.count - 1)])
