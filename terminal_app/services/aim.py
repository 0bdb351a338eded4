"""Where an order is meant to go, held fast from the press on."""

from __future__ import annotations

from dataclasses import dataclass

from terminal_app.domain.instrument import Instrument
from terminal_app.services.session import Session


@dataclass(frozen=True, slots=True)
class Aim:
    """Name an instrument and the session that trades it."""

    session: Session
    instrument: Instrument

    @property
    def is_fresh(self) -> bool:
        """Say whether the book of the instrument is the market of this moment."""
        return self.session.markets.is_fresh(self.instrument.symbol)
