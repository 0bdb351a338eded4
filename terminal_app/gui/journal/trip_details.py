"""What is known of one round trip: its executions, pictures, and what the person wrote."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from terminal_app.domain.round_trips import RoundTrip
from terminal_app.gui.models.journal_rows import FILL_COLUMNS, trip_fill_row
from terminal_app.gui.theme import Theme
from terminal_app.gui.widgets.guarded import guarded
from terminal_app.gui.widgets.live_table import LiveTable
from terminal_app.gui.widgets.plain_label import plain_label
from terminal_app.gui.widgets.view_state import ViewState
from terminal_app.services.session import Session
from terminal_app.storage.journal_notes import Moment, TripNote

PICTURE_PX = 150
LONGEST_NOTE = 10_000


class PictureView(QLabel):
    """Show a picture as large as there is room for it, or a sentence where there is none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._name = name
        self._picture = QPixmap()
        self.setFixedHeight(PICTURE_PX)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("role", "muted")
        self.setAccessibleName(f"Chart at the {name}")
        self.setToolTip(f"The chart at the {name}")
        self.show_png(b"")

    @property
    def has_picture(self) -> bool:
        """Say whether there is a picture."""
        return not self._picture.isNull()

    def show_png(self, png: bytes) -> None:
        """Show a picture, or that there is none."""
        self._picture = QPixmap()
        if not png or not self._picture.loadFromData(png):
            self.setText(f"No picture of the {self._name}")
            return
        self._fit()

    @guarded(None)
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.has_picture:
            self._fit()

    def _fit(self) -> None:
        keep = Qt.AspectRatioMode.KeepAspectRatio
        smooth = Qt.TransformationMode.SmoothTransformation
        self.setPixmap(self._picture.scaled(self.size(), keep, smooth))


class TripDetails(QWidget):
    """Show one trip; emits ``note_written(object)`` with a ``TripNote`` to be kept."""

    note_written = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.trip: RoundTrip | None = None
        self._note = TripNote()
        self.heading = plain_label()
        self.tags = QLineEdit()
        self.note = QPlainTextEdit()
        self.keep = QPushButton("Keep note")
        self.fills = LiveTable(FILL_COLUMNS, theme)
        self.pictures = {moment: PictureView(moment.value) for moment in Moment}
        self._dress()
        self._lay_out()
        self.keep.clicked.connect(self._write)
        self.tags.returnPressed.connect(self._write)
        self.tags.textChanged.connect(self._show_change)
        self.note.textChanged.connect(self._show_change)
        self.show_nothing()

    @property
    def is_changed(self) -> bool:
        """Say whether something was written that is not kept yet."""
        return self.trip is not None and self._written() != self._note

    def show_nothing(self) -> None:
        """Show no trip."""
        self.trip = None
        self.setEnabled(False)
        self.heading.setText("Choose a trip to see its executions and write to it")
        self.fills.show_rows([])
        self.show_pictures({})
        self._fill(TripNote())

    def show_trip(self, session: Session, trip: RoundTrip) -> None:
        """Show a trip; what is being written to the same one stays."""
        is_same = self.trip is not None and self.trip.key == trip.key
        self.trip = trip
        self.setEnabled(True)
        self.heading.setText(f"{trip.symbol} {'long' if trip.side == 'BUY' else 'short'}")
        instrument = session.instruments.get(trip.symbol)
        decimals = instrument.price_decimals if instrument is not None else None
        self.fills.show_rows([trip_fill_row(fill, decimals) for fill in trip.fills])
        if not is_same or not self.is_changed:
            self._fill(session.journal.note(trip.key))

    def show_pictures(self, pictures: Mapping[Moment, bytes]) -> None:
        """Show the pictures of the trip."""
        for moment, view in self.pictures.items():
            view.show_png(pictures.get(moment, b""))

    def _fill(self, note: TripNote) -> None:
        self._note = note
        self.tags.setText(" ".join(note.tags))
        self.note.setPlainText(note.note)
        self._show_change()

    def _written(self) -> TripNote:
        return TripNote(self.note.toPlainText()[:LONGEST_NOTE], tuple(self.tags.text().split()))

    def _write(self) -> None:
        if self.is_changed:
            self._note = self._written()
            self.note_written.emit(self._note)
            self._show_change()

    def _show_change(self) -> None:
        self.keep.setEnabled(self.is_changed)

    def _dress(self) -> None:
        self.heading.setProperty("role", "title")
        self.tags.setPlaceholderText("Tags, apart by spaces: breakout news")
        self.tags.setAccessibleName("Tags of the trip")
        self.tags.setToolTip("Words to find trips by; Enter keeps them")
        self.note.setPlaceholderText("What was the idea? What did it teach?")
        self.note.setAccessibleName("Note to the trip")
        self.note.setTabChangesFocus(True)
        self.keep.setToolTip("Keep note and tags with the trip")
        self.fills.setAccessibleName("Executions of the trip")
        self.fills.set_state(ViewState.EMPTY, "")

    def _lay_out(self) -> None:
        pictures, foot = QHBoxLayout(), QHBoxLayout()
        for view in self.pictures.values():
            pictures.addWidget(view, 1)
        foot.addWidget(self.tags, 1)
        foot.addWidget(self.keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addWidget(self.heading)
        layout.addWidget(self.fills, 2)
        layout.addWidget(self.note, 1)
        layout.addLayout(foot)
        layout.addLayout(pictures)
