"""Which answer or event of the spot session is like which recorded sample, and where not."""

from __future__ import annotations

from tests.conformance.account_table import AccountTable

_BOTH: dict[str, tuple[str, str]] = {
    # what the session keeps: (REST's sample, the WebSocket API's)
    "order.place ack": ("post_order__ack", "order.place__response__ack"),
    "order.place result": ("post_order__result", "order.place__response__result"),
    "order.place full": ("post_order__full", "order.place__response__full"),
    "order.test": (
        "post_order_test__without_computecommissionrates",
        "order.test__response__without_computecommissionrates",
    ),
    "order.test rates": (
        "post_order_test__with_computecommissionrates",
        "order.test__response__with_computecommissionrates",
    ),
    "order.cancel": ("delete_order", "order.cancel__response__single_order"),
    "order.cancelReplace success": (
        "post_order_cancelreplace__success",
        "order.cancelReplace__response__success",
    ),
    "order.cancelReplace not attempted": (
        "post_order_cancelreplace__cancel_fail_new_not_attempted",
        "order.cancelReplace__error__cancel_fail_new_not_attempted",
    ),
    "order.cancelReplace new failed": (
        "post_order_cancelreplace__cancel_ok_new_fail",
        "order.cancelReplace__error__partial",
    ),
    "order.cancelReplace cancel failed": (
        "post_order_cancelreplace__cancel_fail_new_ok",
        "order.cancelReplace__error__partial_2",
    ),
    "order.cancelReplace both failed": (
        "post_order_cancelreplace__both_fail",
        "order.cancelReplace__error__both_fail",
    ),
    "order.amend.keepPriority": (
        "put_order_amend_keeppriority__single_order",
        "order.amend.keepPriority__response__single_order",
    ),
    "order.amend.keepPriority in a list": (
        "put_order_amend_keeppriority__order_in_list",
        "order.amend.keepPriority__response__order_in_list",
    ),
    "order.amendments": ("get_order_amendments", "order.amendments__response"),
    "openOrders.cancelAll": ("delete_openorders", "openOrders.cancelAll__response"),
    "orderList.place": ("post_order_oco", "orderList.place__response__result"),
    "orderList.place.oco": (
        "post_orderlist_oco__result",
        "orderList.place.oco__response__result",
    ),
    "orderList.place.oto": ("post_orderlist_oto", "orderList.place.oto__response"),
    "orderList.place.otoco": ("post_orderlist_otoco", "orderList.place.otoco__response"),
    "orderList.place.opo": ("post_orderlist_opo", "orderList.place.opo__response"),
    "orderList.place.opoco": ("post_orderlist_opoco", "orderList.place.opoco__response"),
    "orderList.cancel": ("delete_orderlist", "orderList.cancel__response"),
    "orderList.status": ("get_orderlist", "orderList.status__response"),
    "openOrderLists.status": ("get_openorderlist", "openOrderLists.status__response"),
    "allOrderLists": ("get_allorderlist", "allOrderLists__response"),
    "account.status": ("get_account", "account.status__response"),
    "account.commission": ("get_account_commission", "account.commission__response"),
    "account.rateLimits.orders": ("get_ratelimit_order", "account.rateLimits.orders__response"),
    "order.status": ("get_order", "order.status__response"),
    "openOrders.status": ("get_openorders", "openOrders.status__response__array"),
    "allOrders": ("get_allorders", "allOrders__response"),
    "myTrades": ("get_mytrades", "myTrades__response"),
    "myPreventedMatches": ("get_mypreventedmatches", "myPreventedMatches__response"),
    "myFilters": ("get_myfilters", "myFilters__response"),
}
# The sample to the name of what `spot_session` kept.
SAMPLES: dict[str, str] = {
    **{f"rest__{rest}": f"rest {name}" for name, (rest, _) in _BOTH.items()},
    **{f"wsapi__{other}": f"wsapi {name}" for name, (_, other) in _BOTH.items()},
    "rest__delete_order__err_1145": "rest order.cancel odd restriction",
    "rest__delete_order__err_2011_cancel_restrictions": "rest order.cancel restricted",
    "wsapi__order.cancel__response__order_list": "wsapi order.cancel of a list",
    "wsapi__response_format__response__successful": "wsapi order.status",
    "wsapi__response_format__error__failed": "wsapi order.place poor",
    "wsapi__unfilled_order_count__response": "wsapi order.place result",
    "wsapi__authenticate_after_connection__error__401": "key removed",
    "wsapi__session.logon__response": "session.logon",
    "wsapi__session.status__response": "session.status",
    "wsapi__session.logout__response": "session.logout",
    "wsapi__session.subscriptions__response": "session.subscriptions",
    "wsapi__userDataStream.subscribe__response": "userDataStream.subscribe",
    "wsapi__userDataStream.subscribe.signature__response": "subscribe by signature",
    "wsapi__userDataStream.unsubscribe__response": "userDataStream.unsubscribe",
    "wsapi__event_format__event": "outboundAccountPosition",
    "uds__outboundAccountPosition": "outboundAccountPosition",
    "uds__balanceUpdate": "balanceUpdate",
    "uds__executionReport": "executionReport NEW",
    "uds__listStatus": "listStatus",
    "uds__eventStreamTerminated": "terminated event",
}
# Samples without an answer or event of the session, and why.
NOT_COMPARED: dict[str, str] = {
    "*__request*": "a request, not an answer",
    "*__request": "a request, not an answer",
    "*signed_request*": "a request, not an answer",
    "vec_signatures": "tests/unit/practice/http/test_auth.py",
    "rest__error_codes__err_1121": "the text of an error: tests of refusals",
    "error__*": "the text of an error: tests of refusals",
    "changelog__*": "texts of errors and old forms: tests of refusals",
    "*cancelreplace__order_rate_limit*": "tests/unit/practice/rest/test_spot_changes.py",
    "*cancelReplace__error__order_rate_limit*": "tests/unit/practice/rest/test_spot_changes.py",
    "wsapi__order.cancel__fragment__*": "REST's samples of the same errors are compared",
    "*sor*": "no symbol is routed: refused",
    "*llocations*": "nothing is allocated without smart order routing: an empty list",
    "wsapi__server_shutdown__event": "tests/integration/practice/test_house.py",
    "sbe__server_shutdown": "no binary encoding",
    "wsapi__how_to_*": "the rateLimits of any reply; tests/unit/practice/ws_api",
    "wsapi__ip_limits__*": "the rateLimits of any reply; tests/unit/practice/http/test_limits.py",
    "uds__externalLockUpdate": "nobody else locks balances",
    "enum__*": "a limit of exchangeInfo, whose sample is compared",
    "faq_*": "numbers of examples; the same answers are compared",
}
# Keys of samples that are absent here, and why.
LEFT_OUT: tuple[tuple[str, str, str], ...] = (
    ("rest__post_orderlist_oco__result", "icebergQty", "only on iceberg orders"),
    ("wsapi__order.cancel__*", "stopPrice trailingDelta icebergQty strategy*", "conditional keys"),
    ("wsapi__openOrders.cancelAll__*", "stopPrice trailing* icebergQty strategy*", "conditional"),
    (
        "wsapi__order.status__*",
        "trailing* strategy* prevented*",
        "only where sent or met",
    ),
    ("wsapi__allOrders__*", "prevented*", "only where a trade was prevented"),
    ("wsapi__response_format__*", "transactTime", "a sample made of two answers"),
    ("uds__executionReport", "v", "no trade groups"),
    ("*y[fF]ilters*", "maxNumOrderLists", "the list begins with another filter here"),
)
# Differences of kind: the end of the path and why.
ACCEPTED: tuple[tuple[str, str, str], ...] = (
    ("wsapi__orderList.place.oto*", "symbol", "a symbol of digits in the sample"),
    ("*y[fF]ilters*", "exchangeFilters assetFilters", "no limits on the account or an asset"),
)
# Keys that are served beyond a sample, and why.
BEYOND: tuple[tuple[str, str, str], ...] = (
    ("*cancel_fail_new_ok", "*", "the sample has an acknowledgement, here is the whole order"),
    ("*cancelReplace__response__success", "workingTime fills", "the sample has a result, not all"),
    ("rest__put_order_amend_*in_list", "workingTime", "the sample's order does not work yet"),
    ("wsapi__response_format__*", "stopPrice icebergQty time updateTime isWorking", "see above"),
    ("wsapi__order.place__response__full", "selfTradePreventionMode", "as in REST's sample"),
    ("wsapi__orderList.cancel__*", "origClientOrderId", "as in REST's sample"),
    ("wsapi__*", "rateLimits", "samples written down without them"),
    ("*y[fF]ilters*", "maxNumOrders", "the list begins with another filter here"),
)
TABLE = AccountTable(SAMPLES, NOT_COMPARED, LEFT_OUT, ACCEPTED, BEYOND)
