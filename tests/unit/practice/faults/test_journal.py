"""The journal of a market: what happened, numbered without a gap."""

from terminal_app.practice.engine.kinds import Side, SymbolStatus
from terminal_app.practice.faults.journal import KEPT_ROWS, Journal
from tests.helpers.engine import limit, quiet_spot, quiet_usdm


def journal() -> Journal:
    return Journal(lambda: 1_000)


def test_order_fill_and_account_follow_each_other() -> None:
    desk, written = quiet_spot(), journal()
    desk.offer(Side.SELL, "50000", "1")
    desk.market.place(limit(Side.BUY, "50000", "0.1", client_order_id="mine"))
    for event in desk.recorder.events:
        written.on_event(event)
    page = written.page(1, 100, None)
    kinds = [row["kind"] for row in page["rows"]]
    assert kinds == ["order", "order", "fill", "account"]
    assert [row["number"] for row in page["rows"]] == [1, 2, 3, 4]
    _, filled, fill, account = page["rows"]
    assert (filled["clientOrderId"], filled["status"]) == ("mine", "FILLED")
    assert (fill["price"], fill["quantity"], fill["market"]) == ("50000.00", "0.10000", "spot")
    assert account["reason"] == "ORDER"
    desk.close()


def test_both_markets_states_are_written() -> None:
    desk, written = quiet_usdm(), journal()
    desk.market.set_status("BTCUSDT", SymbolStatus.CLOSE)
    desk.market.deposit(desk.market.account().wallet_balance)
    for event in desk.recorder.events:
        written.on_event(event)
    symbol, account = written.page(1, 10, None)["rows"]
    assert (symbol["kind"], symbol["market"], symbol["status"]) == ("symbol", "futures", "CLOSE")
    assert account["balances"] == {"USDT": "20000"}


def test_request_is_open_until_its_outcome_is_known() -> None:
    written = journal()
    row = written.request("spot", "REST", "POST", "/api/v3/order", b"secret")
    (shown,) = written.page(1, 1, "request")["rows"]
    assert shown["outcome"] == "open"
    row["outcome"] = 200
    assert written.page(1, 1, "request")["rows"][0]["outcome"] == 200
    assert "secret" not in str(shown)
    assert shown["hash"] == written.request("spot", "REST", "GET", "/x", b"secret")["hash"]


def test_pages_go_on_where_the_last_one_ended() -> None:
    written = journal()
    for number in range(5):
        kind = "REST" if number % 2 else "WS"
        written.request("spot", kind, "GET", f"/{number}", b"")
    first = written.page(1, 2, None)
    assert ([row["path"] for row in first["rows"]], first["next"]) == (["/0", "/1"], 3)
    rest = written.page(first["next"], 10, None)
    assert ([row["path"] for row in rest["rows"]], rest["next"]) == (["/2", "/3", "/4"], 6)
    assert written.page(rest["next"], 10, None)["rows"] == []
    nothing = written.page(1, 10, "order")
    assert (nothing["rows"], nothing["next"], nothing["last"]) == ([], 6, 5)


def test_oldest_rows_are_forgotten() -> None:
    written = journal()
    for _ in range(KEPT_ROWS + 3):
        written.request("spot", "REST", "GET", "/", b"")
    page = written.page(1, 1, None)
    assert (page["oldest"], page["rows"][0]["number"]) == (4, 4)
