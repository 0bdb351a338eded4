"""The button that lists the indicators of a chart and offers more."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from terminal_app.gui.chart.indicators.study import Study
from terminal_app.gui.chart.indicators.values import IndicatorKind, Place
from terminal_app.gui.chart.studies import kinds
from terminal_app.gui.chart.study_desk import StudyDesk


class StudyButton(QToolButton):
    """Name how many indicators there are; the menu changes each and adds others."""

    def __init__(self, desk: StudyDesk) -> None:
        super().__init__()
        self._desk = desk
        menu = QMenu(self)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)
        self.setProperty("role", "segment")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName("Indicators: what is calculated of bars")
        self.setToolTip("Indicators: what is calculated of bars")
        desk.changed.connect(self.show_count)
        self.show_count()

    def show_count(self) -> None:
        """Name how many indicators there are."""
        count = len(self._desk.studies)
        self.setText(f"Indicators {count} ▾" if count else "Indicators ▾")

    def fill(self) -> None:
        """Put what there is and what there may be into the menu."""
        menu = self.menu()
        menu.clear()
        for below in menu.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly):
            # An action that goes leaves its part of the menu behind.
            below.deleteLater()
        for study in self._desk.studies:
            self._add_study(menu, study)
        if self._desk.studies:
            menu.addSeparator()
        over, beneath = menu.addMenu("Over the bars"), menu.addMenu("In a pane of its own")
        for kind in kinds():
            if self._desk.offers(kind):
                self._add_kind(beneath if kind.place is Place.PANE else over, kind)

    def _add_study(self, menu: QMenu, study: Study) -> None:
        desk, choice = self._desk, study.choice
        part = menu.addMenu(f"{choice.title}  (hidden)" if choice.is_hidden else choice.title)
        part.addAction("Settings…", lambda: desk.open_settings(study))
        part.addAction("Show" if choice.is_hidden else "Hide", lambda: desk.toggle(study))
        if study.kind.place is Place.PANE:
            part.addAction("Move up", lambda: desk.move(study, -1))
            part.addAction("Move down", lambda: desk.move(study, 1))
        part.addAction("Remove", lambda: desk.remove(study))

    def _add_kind(self, menu: QMenu, kind: IndicatorKind) -> None:
        menu.addAction(kind.title, lambda: self._desk.add(kind))
