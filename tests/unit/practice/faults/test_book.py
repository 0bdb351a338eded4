"""Which fault strikes which occasion, how often, and by which draws."""

import pytest

from terminal_app.practice.faults.book import FaultBook, Hook, Occasion

ORDER = Occasion("spot", "POST", "/api/v3/order")
DEPTH = Occasion("spot", stream="btcusdt@depth", event="depthUpdate")


def test_fault_strikes_as_often_as_it_may() -> None:
    book = FaultBook(1)
    fault = book.add(Hook.REPLY_HANG, count=2)
    assert [book.strike("reply", ORDER) for _ in range(3)] == [fault, fault, None]
    assert (fault.fired, fault.is_spent) == (2, True)
    assert book.all() == [fault]


def test_first_of_two_that_cover_it_strikes() -> None:
    book = FaultBook(1)
    first = book.add(Hook.REPLY_RESET, count=1)
    second = book.add(Hook.REPLY_HANG)
    assert [book.strike("reply", ORDER) for _ in range(3)] == [first, second, second]


def test_skipped_occasions_pass_unharmed() -> None:
    book = FaultBook(1)
    fault = book.add(Hook.EVENT_DROP, skip=2, count=1)
    assert [book.strike("event", DEPTH) for _ in range(4)] == [None, None, fault, None]


@pytest.mark.parametrize(
    ("scope", "is_struck"),
    [
        ({}, True),
        ({"market": "spot", "method": "POST", "path": "/api/v3/order"}, True),
        ({"path": "/api/v3/*"}, True),
        ({"path": "/api/v3"}, False),
        ({"market": "futures"}, False),
        ({"method": "post"}, False),
        ({"event": "depthUpdate"}, False),
    ],
)
def test_scope_is_a_pattern_of_every_name(scope: dict[str, str], is_struck: bool) -> None:
    book = FaultBook(1)
    book.add(Hook.REPLY_HANG, scope=scope)
    assert (book.strike("reply", ORDER) is not None) is is_struck


@pytest.mark.parametrize(
    ("hook", "family"),
    [
        (Hook.REPLY_EDIT, "reply"),
        (Hook.EVENT_SWAP, "event"),
        (Hook.SOCKET_STALL, "event"),
        (Hook.HANDSHAKE_REFUSE, "handshake"),
    ],
)
def test_hook_takes_its_family_alone(hook: Hook, family: str) -> None:
    book = FaultBook(1)
    fault = book.add(hook)
    struck = {name: book.strike(name, ORDER) for name in ("reply", "event", "handshake")}
    assert struck == {name: fault if name == family else None for name in struck}


def test_draws_follow_from_the_seed() -> None:
    def hits(seed: int) -> list[bool]:
        book = FaultBook(seed)
        book.add(Hook.REPLY_HANG, probability=0.5)
        return [book.strike("reply", ORDER) is not None for _ in range(40)]

    assert hits(3) == hits(3) != hits(4)
    assert 5 < sum(hits(3)) < 35
    book = FaultBook(9)
    book.add(Hook.REPLY_HANG, probability=0.5)
    book.strike("reply", ORDER)
    book.seed(3)
    assert [book.strike("reply", ORDER) is not None for _ in range(40)] == hits(3)


def test_removed_faults_strike_no_more() -> None:
    book = FaultBook(1)
    first, second = book.add(Hook.REPLY_HANG), book.add(Hook.REPLY_RESET)
    assert book.remove(first.fault_id) is first
    assert book.remove(first.fault_id) is None
    assert book.strike("reply", ORDER) is second
    book.clear()
    assert not book.has("reply")
    assert book.strike("reply", ORDER) is None
    assert book.add(Hook.REPLY_HANG).fault_id == 3
