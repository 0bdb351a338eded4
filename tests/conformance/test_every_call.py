"""Every call that Binance's own clients know is driven by a test here, or it is said why not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.helpers.foreign_client import environment_of

PACKAGES = {
    "spot": "binance_sdk_spot",
    "usdm": "binance_sdk_derivatives_trading_usds_futures",
}
PARTS = ("rest_api", "websocket_api", "websocket_streams")
EXCUSED = {
    "send_request": "a way to call what the client has no name for",
    "send_signed_request": "a way to call what the client has no name for",
    "send_message": "a way to call what the client has no name for",
    "send_signed_message": "a way to call what the client has no name for",
    "ping_server": "a frame; the socket's tests send it",
    "close_connection": "the client's own",
    "subscribe": "each stream subscribes by its own name",
    "on": "every stream that is listened to uses it",
    "spot websocket_streams.user_data": "listen keys of spot ended on 2026-02-20",
    "usdm websocket_streams.unsubscribe": "the same control message as spot's",
    **dict.fromkeys(
        (
            "get_download_id_for_futures_order_history",
            "get_download_id_for_futures_trade_history",
            "get_download_id_for_futures_transaction_history",
            "get_futures_order_history_download_link_by_id",
            "get_futures_trade_download_link_by_id",
            "get_futures_transaction_history_download_link_by_id",
        ),
        "history files are not made",
    ),
    **dict.fromkeys(
        ("accept_the_offered_quote", "list_all_convert_pairs", "send_quote_request"),
        "Convert is another product",
    ),
    "usdm rest_api.order_status": "Convert is another product",
    "classic_portfolio_margin_account_information": "portfolio margin is another product",
}


def calls_of(client: str, part: str) -> list[str]:
    """Return the names of a client's calls, read from its source."""
    library = environment_of(client).parents[1]
    found = list(library.glob(f"**/site-packages/{PACKAGES[client]}/{part}/{part}.py"))
    if not found:
        pytest.skip(f"`packaging/dev.py test` makes the environment of {client}")
    source = found[0].read_text(encoding="utf-8")
    return re.findall(r"^    (?:async )?def ([a-z]\w*)\(", source, re.MULTILINE)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("client", PACKAGES)
def test_every_call_is_driven(client: str, part: str) -> None:
    tests = Path(__file__).parent.glob(f"test_{client}_*.py")
    driven = "".join(path.read_text(encoding="utf-8") for path in tests)
    # Tables of streams hold bare names; a method of that name elsewhere has its part before it.
    names = calls_of(client, part)
    is_bare = part == "websocket_streams"
    missing = {n for n in names if f'"{part}.{n}"' not in driven}
    missing -= {n for n in missing if is_bare and f'"{n}"' in driven}
    assert {n for n in missing if not {n, f"{client} {part}.{n}"} & EXCUSED.keys()} == set()
