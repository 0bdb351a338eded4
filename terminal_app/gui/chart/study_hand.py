"""A hand on the indicators of a chart: their names, the edges of their panes, their anchors."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from terminal_app.gui.chart.canvas import ChartCanvas
from terminal_app.gui.chart.frame import TIME_AXIS_PX, Frame
from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.study_anchors import anchored_at
from terminal_app.gui.chart.study_desk import StudyDesk
from terminal_app.gui.chart.study_legend import LegendRow, legend_rows
from terminal_app.gui.chart.study_panes import moved_separator, pane_heights
from terminal_app.gui.widgets.glyph_buttons import Glyph, GlyphButtons
from terminal_app.gui.widgets.guarded import guarded

_REACH_PX = 4
_ANCHOR_KEYS = frozenset(
    int(key) for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
)


class _Hold(Enum):
    NOTHING = auto()
    SEPARATOR = auto()
    ANCHOR = auto()
    CROSS = auto()


class StudyHand(QObject):
    """Look at a view's mouse before the view does, for what it means to the indicators.

    A name shows its buttons, an upper edge of a pane can be dragged, and so can the bar at which
    an indicator begins.
    """

    def __init__(self, view: ChartCanvas, desk: StudyDesk) -> None:
        super().__init__(view)
        self._view = view
        self._desk = desk
        self._studies = view.frames.studies
        self._hold = _Hold.NOTHING
        self._study: Study | None = None
        self._heights: list[int] = []
        self._held_at = QPoint()
        self._row: LegendRow | None = None
        self.buttons = GlyphButtons(
            view, {Glyph.EYE: "Hide or show", Glyph.GEAR: "Settings", Glyph.CROSS: "Remove"}
        )
        self.buttons.pressed.connect(self._on_button)
        view.installEventFilter(self)

    @guarded(False)
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QMouseEvent):
            return self._on_mouse(event)
        if isinstance(event, QKeyEvent) and event.key() in _ANCHOR_KEYS:
            return self._on_key(event)
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
                return self._let_go(frame, at)
            case QEvent.Type.MouseButtonDblClick if is_left:
                return self._open(frame, at)
        return False

    def _take(self, frame: Frame, at: QPoint) -> bool:
        if self._desk.anchoring is not None and at.x() < frame.plot.width():
            self._desk.anchor(_time_at(frame, at))
            return True
        number = _separator_at(frame, at)
        if number is not None:
            self._hold, self._study = _Hold.SEPARATOR, frame.panes[number].study
            self._heights = pane_heights(self._studies.in_panes, frame.height - TIME_AXIS_PX)
            self._held_at = at
            return True
        self._study = _closed_at(frame, at)
        if self._study is not None:
            self._hold = _Hold.CROSS
            return True
        self._study = anchored_at(frame, QPointF(at))
        if self._study is not None:
            self._hold = _Hold.ANCHOR
            return True
        return any(row.title.contains(at) for row in legend_rows(frame))

    def _carry(self, frame: Frame, at: QPoint) -> bool:
        study = self._study
        if self._hold is _Hold.NOTHING or study not in self._studies.all:
            # It may have gone out of the hand, with the market that it is of.
            self._hold = _Hold.NOTHING
            return False
        if self._hold is _Hold.CROSS:
            return True
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

    def _let_go(self, frame: Frame, at: QPoint) -> bool:
        hold, study = self._hold, self._study
        self._hold, self._study = _Hold.NOTHING, None
        if hold is _Hold.CROSS:
            # A press that was led away from the cross takes nothing away.
            if study is not None and study is _closed_at(frame, at):
                self._desk.remove(study)
        elif hold is not _Hold.NOTHING:
            self._desk.tell()
        return hold is not _Hold.NOTHING

    def _open(self, frame: Frame, at: QPoint) -> bool:
        number = _separator_at(frame, at)
        if number is not None:
            study = frame.panes[number].study
            self._desk.change(study, replace(study.choice, height=0))
            return True
        for row in legend_rows(frame):
            if row.title.contains(at):
                self._desk.open_settings(row.study)
                return True
        return False

    def _on_key(self, event: QKeyEvent) -> bool:
        """Begin what waits for its bar at the first one in sight, or leave it."""
        frame = self._view.frame()
        if self._desk.anchoring is None or frame is None:
            return False
        # First the key is offered to those who have it as a shortcut: this time it is ours.
        event.accept()
        if event.type() is QEvent.Type.KeyPress:
            is_left = event.key() == int(Qt.Key.Key_Escape)
            first_ms = int(frame.series.open_time_ms[min(frame.first, frame.count - 1)])
            self._desk.anchor(None if is_left else first_ms)
        return True

    def _hover(self, frame: Frame, event: QMouseEvent, at: QPoint) -> bool:
        if event.buttons():
            return False
        self._show_buttons(frame, at)
        shape, words = _touched(frame, at)
        if shape is None:
            return False
        self._view.setToolTip(words)
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
                self._desk.toggle(row.study)
            case Glyph.GEAR:
                self._desk.open_settings(row.study)
            case Glyph.CROSS:
                self._desk.remove(row.study)
                self._hide_buttons()


def _separator_at(frame: Frame, at: QPoint) -> int | None:
    for number, pane in enumerate(frame.panes):
        if abs(at.y() - pane.place.top()) <= _REACH_PX and at.x() < frame.width:
            return number
    return None


def _closed_at(frame: Frame, at: QPoint) -> Study | None:
    return next((pane.study for pane in frame.panes if pane.close_box.contains(at)), None)


def _touched(frame: Frame, at: QPoint) -> tuple[Qt.CursorShape | None, str]:
    """Return what the pointer looks like over what it could take, and the words for that."""
    if _separator_at(frame, at) is not None:
        return Qt.CursorShape.SplitVCursor, "Drag to another height; double click for the usual one"
    closed = _closed_at(frame, at)
    if closed is not None:
        return Qt.CursorShape.PointingHandCursor, f"Remove {closed.choice.title}"
    if anchored_at(frame, QPointF(at)) is not None:
        return Qt.CursorShape.SizeHorCursor, "Drag to the bar where it is to begin"
    return None, ""


def _time_at(frame: Frame, at: QPoint) -> int:
    index = frame.index(at.x())
    return int(frame.series.open_time_ms[min(max(index, 0), frame.count - 1)])
