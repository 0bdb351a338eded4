"""Orders of the account in the recorded queue, under each assumption about who cancels."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal_app.practice.engine.kinds import Side
from terminal_app.practice.sources.queue_models import QueueModel
from terminal_app.practice.sources.recorded_book import RecordedBook

PRICE, OURS = 100, 5


@pytest.mark.parametrize(
    ("model", "ahead"),
    [(QueueModel.OPTIMISTIC, 2), (QueueModel.NEUTRAL, 4), (QueueModel.PESSIMISTIC, 6)],
)
def test_cancels_come_from_where_the_model_says(model: QueueModel, ahead: int) -> None:
    assert model.after_change(6, before=12, now=8) == ahead


@pytest.mark.parametrize("model", QueueModel)
def test_the_queue_ahead_is_never_longer_than_what_is_shown(model: QueueModel) -> None:
    assert model.after_change(6, before=12, now=3) <= 3
    assert model.after_change(6, before=6, now=9) == 6


@dataclass
class _Play:
    """Play sizes and prints at one price and keep count of what left the queue."""

    model: QueueModel
    shown: int

    def __post_init__(self) -> None:
        self.book = RecordedBook(self.model)
        self.book.set_level(Side.BUY, PRICE, self.shown)
        self.book.rest(1, Side.BUY, PRICE, OURS)
        self.gone = self.printed = self.unseen = self.filled = 0

    def show(self, lots: int) -> None:
        self.gone += max(0, self.shown - min(self.unseen, self.shown) - lots)
        self.shown, self.unseen = lots, 0
        self.book.set_level(Side.BUY, PRICE, lots)

    def print(self, lots: int) -> None:
        self.printed += lots
        self.unseen += lots
        self.filled += sum(m.lots for m in self.book.print_through(Side.BUY, PRICE, lots, 0))


_STEPS = st.lists(st.tuples(st.sampled_from(["show", "print"]), st.integers(0, 40)), max_size=30)


@given(st.sampled_from(QueueModel), st.integers(0, 40), _STEPS)
def test_nothing_is_filled_before_the_queue_ahead_could_have_gone(
    model: QueueModel, ahead: int, steps: list[tuple[str, int]]
) -> None:
    play = _Play(model, ahead)
    for what, lots in steps:
        play.show(lots) if what == "show" else play.print(lots)
        assert play.filled <= OURS
        assert play.filled <= max(0, play.printed + play.gone - ahead)


@given(st.integers(0, 40), _STEPS)
def test_a_kinder_model_never_fills_later(ahead: int, steps: list[tuple[str, int]]) -> None:
    models = (QueueModel.OPTIMISTIC, QueueModel.NEUTRAL, QueueModel.PESSIMISTIC)
    plays = [_Play(model, ahead) for model in models]
    for what, lots in steps:
        for play in plays:
            play.show(lots) if what == "show" else play.print(lots)
        filled = [play.filled for play in plays]
        assert filled == sorted(filled, reverse=True)


def test_a_print_through_the_price_fills_whatever_was_ahead() -> None:
    play = _Play(QueueModel.PESSIMISTIC, 1000)
    matches = list(play.book.print_through(Side.BUY, PRICE - 1, 50, 0))
    assert [(match.ticks, match.lots) for match in matches] == [(PRICE, OURS)]
