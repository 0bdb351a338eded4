"""One trading round of Binance's own USDⓈ-M client; only the base addresses are ours."""

from __future__ import annotations

from binance_sdk_derivatives_trading_usds_futures.derivatives_trading_usds_futures import (
    DerivativesTradingUsdsFutures,
)

from official_common import (
    SYMBOL,
    Events,
    Report,
    configurations,
    limit_buy,
    main,
    plain,
    price_below,
)


async def trade(endpoints: dict[str, str], report: Report) -> None:
    """Look, subscribe, place, query, cancel, open a position, close it and look again."""
    client = DerivativesTradingUsdsFutures(**configurations(endpoints, "futures"))
    limit_price = _look(client, report)
    user_events, candle_events = Events(), Events()
    streams = client.websocket_streams
    await streams.create_connection()
    try:
        report["listen_key"] = plain(client.rest_api.start_user_data_stream())
        user_stream = await streams.user_data(report["listen_key"]["listenKey"])
        user_stream.on("message", user_events.on_message)
        candles = await streams.kline_candlestick_streams(symbol=SYMBOL.lower(), interval="1m")
        candles.on("message", candle_events.on_message)
        report["candle_event"] = await candle_events.first(lambda event: "k" in event)
        _rest_round(client, report, limit_price)
        await _fill(client, report, user_events)
    finally:
        await streams.close_connection(close_session=True)
    await _websocket_api_round(client, report, limit_price)
    report["account_after"] = plain(client.rest_api.account_information_v3())


def _look(client: DerivativesTradingUsdsFutures, report: Report) -> float:
    rest = client.rest_api
    rules = plain(rest.exchange_information())
    report["rules"] = next(entry for entry in rules["symbols"] if entry["symbol"] == SYMBOL)
    report["candles"] = plain(rest.kline_candlestick_data(symbol=SYMBOL, interval="1m", limit=5))
    report["book"] = plain(rest.order_book(symbol=SYMBOL, limit=5))
    report["account"] = plain(rest.account_information_v3())
    report["balance"] = plain(rest.futures_account_balance_v3())
    report["leverage"] = plain(rest.change_initial_leverage(symbol=SYMBOL, leverage=10))
    return price_below(report["book"]["bids"][0][0], report["rules"]["filters"])


def _rest_round(client: DerivativesTradingUsdsFutures, report: Report, limit_price: float) -> None:
    rest = client.rest_api
    report["placed"] = plain(rest.new_order(**limit_buy(0.01, limit_price)))
    order_id = report["placed"]["orderId"]
    report["queried"] = plain(rest.query_order(symbol=SYMBOL, order_id=order_id))
    report["open"] = plain(rest.current_all_open_orders(symbol=SYMBOL))
    report["cancelled"] = plain(rest.cancel_order(symbol=SYMBOL, order_id=order_id))


async def _fill(client: DerivativesTradingUsdsFutures, report: Report, user_events: Events) -> None:
    rest = client.rest_api
    report["bought"] = plain(
        rest.new_order(symbol=SYMBOL, side="BUY", type="MARKET", quantity=0.01)
    )
    order_id = report["bought"]["orderId"]
    report["fill_event"] = await user_events.first(
        lambda event: (
            event["class"] == "OrderTradeUpdate"
            and event["o"]["x"] == "TRADE"
            and event["o"]["i"] == order_id
        )
    )
    report["account_event"] = await user_events.first(
        lambda event: event["class"] == "AccountUpdate" and event["a"]["m"] == "ORDER"
    )
    report["position"] = plain(rest.position_information_v3(symbol=SYMBOL))
    report["closed"] = plain(
        rest.new_order(symbol=SYMBOL, side="SELL", type="MARKET", quantity=0.01, reduce_only="true")
    )
    report["trades"] = plain(rest.account_trade_list(symbol=SYMBOL))
    report["position_after"] = plain(rest.position_information_v3(symbol=SYMBOL))


async def _websocket_api_round(
    client: DerivativesTradingUsdsFutures, report: Report, limit_price: float
) -> None:
    api = client.websocket_api
    await api.create_connection()
    try:
        report["ws_placed"] = plain(await api.new_order(**limit_buy(0.01, limit_price)))
        order_id = report["ws_placed"]["result"]["orderId"]
        report["ws_queried"] = plain(await api.query_order(symbol=SYMBOL, order_id=order_id))
        report["ws_cancelled"] = plain(await api.cancel_order(symbol=SYMBOL, order_id=order_id))
    finally:
        await api.close_connection(close_session=True)


if __name__ == "__main__":
    main(trade)
