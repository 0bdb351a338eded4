"""Check what panels look at: the desk's symbol, or one of their own with streams of its own."""

from __future__ import annotations

from dataclasses import replace

from terminal_app.domain.instrument import Market
from terminal_app.gui.focus import DeskFocus, OwnFocus, aim_of
from terminal_app.gui.link_groups import LinkedSymbol
from terminal_app.services.desk import ENVIRONMENT, INSTRUMENTS, Desk
from terminal_app.services.session import Session
from tests.helpers.quiet_desk import SYMBOL, quiet_desk, seat

OTHER = "ETHUSDT"


def seated() -> tuple[Desk, Session]:
    """Return a desk that looks at one of the two symbols of its session."""
    desk = quiet_desk()
    session = seat(desk)
    session.instruments[OTHER] = replace(session.instruments[SYMBOL], symbol=OTHER)
    return desk, session


async def test_a_focus_of_its_own_stays_where_it_is_and_aims_there() -> None:
    desk, session = seated()
    focus, of_desk = OwnFocus(desk, LinkedSymbol(Market.USDM, OTHER)), DeskFocus(desk)
    aim, desk_aim = aim_of(focus), aim_of(of_desk)
    assert aim is not None
    assert desk_aim is not None
    assert (aim.instrument.symbol, desk_aim.instrument.symbol) == (OTHER, SYMBOL)
    assert desk_aim == desk.aim
    assert focus.line is not of_desk.line
    assert not focus.is_of_desk
    desk.symbol = OTHER
    assert focus.is_of_desk
    await session.close()


async def test_it_lets_go_of_one_symbol_when_it_looks_at_another_and_at_its_end() -> None:
    desk, session = seated()
    focus = OwnFocus(desk, LinkedSymbol(Market.USDM, OTHER))
    told: list[object] = []
    focus.observers.add(told.append)
    focus.choose(LinkedSymbol(Market.USDM, SYMBOL))
    assert told == ["focus"]
    assert len(session.markets) == 1
    # What nobody lists leads nowhere.
    focus.choose(LinkedSymbol(Market.USDM, "GONEUSDT"))
    assert (focus.line, aim_of(focus)) == (None, None)
    assert len(session.markets) == 0
    focus.choose(LinkedSymbol(Market.USDM, OTHER))
    focus.close()
    assert len(session.markets) == 0
    await session.close()


async def test_another_environment_takes_its_aim_away_until_it_is_there() -> None:
    desk, session = seated()
    focus = OwnFocus(desk, LinkedSymbol(Market.USDM, OTHER))
    await session.close()
    desk.observers.notify(INSTRUMENTS)
    desk.sessions.clear()
    desk.observers.notify(ENVIRONMENT)
    assert aim_of(focus) is None
    again = seat(desk)
    again.instruments[OTHER] = replace(again.instruments[SYMBOL], symbol=OTHER)
    desk.observers.notify(ENVIRONMENT)
    aim = aim_of(focus)
    assert aim is not None
    assert aim.session is again
    focus.close()
    await again.close()
