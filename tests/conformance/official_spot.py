"""One trading round of Binance's own spot client; only the base addresses are ours."""

from __future__ import annotations

from binance_sdk_spot.spot import Spot

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
    """Look, subscribe, place, query, cancel, fill and look again."""
    client = Spot(**configurations(endpoints, "spot"))
    limit_price = _look(client, report)
    user_events, candle_events = Events(), Events()
    api, streams = client.websocket_api, client.websocket_streams
    await api.create_connection()
    await streams.create_connection()
    try:
        subscription = await api.user_data_stream_subscribe_signature()
        report["subscribed"] = plain(subscription.response)
        subscription.stream.on("message", user_events.on_message)
        candles = await streams.kline(symbol=SYMBOL.lower(), interval="1m")
        candles.on("message", candle_events.on_message)
        report["candle_event"] = await candle_events.first(lambda event: "k" in event)
        _rest_round(client, report, limit_price)
        await _fill(client, report, user_events)
        await _websocket_api_round(client, report, limit_price)
    finally:
        await streams.close_connection(close_session=True)
        await api.close_connection(close_session=True)
    report["account_after"] = plain(client.rest_api.get_account())


def _look(client: Spot, report: Report) -> float:
    rest = client.rest_api
    report["rules"] = plain(rest.exchange_info(symbol=SYMBOL))
    report["candles"] = plain(rest.klines(symbol=SYMBOL, interval="1m", limit=5))
    report["book"] = plain(rest.depth(symbol=SYMBOL, limit=5))
    report["account"] = plain(rest.get_account())
    return price_below(report["book"]["bids"][0][0], report["rules"]["symbols"][0]["filters"])


def _rest_round(client: Spot, report: Report, limit_price: float) -> None:
    rest = client.rest_api
    report["placed"] = plain(rest.new_order(**limit_buy(0.001, limit_price)))
    order_id = report["placed"]["orderId"]
    report["queried"] = plain(rest.get_order(symbol=SYMBOL, order_id=order_id))
    report["open"] = plain(rest.get_open_orders(symbol=SYMBOL))
    report["cancelled"] = plain(rest.delete_order(symbol=SYMBOL, order_id=order_id))


async def _fill(client: Spot, report: Report, user_events: Events) -> None:
    report["bought"] = plain(
        client.rest_api.new_order(symbol=SYMBOL, side="BUY", type="MARKET", quantity=0.001)
    )
    order_id = report["bought"]["orderId"]
    report["fill_event"] = await user_events.first(
        lambda event: (
            event["class"] == "ExecutionReport" and event["x"] == "TRADE" and event["i"] == order_id
        )
    )
    report["balance_event"] = await user_events.first(
        lambda event: event["class"] == "OutboundAccountPosition"
    )
    report["trades"] = plain(client.rest_api.my_trades(symbol=SYMBOL))


async def _websocket_api_round(client: Spot, report: Report, limit_price: float) -> None:
    api = client.websocket_api
    report["ws_placed"] = plain(await api.order_place(**limit_buy(0.001, limit_price)))
    order_id = report["ws_placed"]["result"]["orderId"]
    report["ws_queried"] = plain(await api.order_status(symbol=SYMBOL, order_id=order_id))
    report["ws_cancelled"] = plain(await api.order_cancel(symbol=SYMBOL, order_id=order_id))


if __name__ == "__main__":
    main(trade)
