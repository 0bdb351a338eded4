"""The refusals of the exchange, with Binance's codes and texts."""


class ExchangeError(Exception):
    """Refuse a request as Binance does: `{"code": code, "msg": message}` with an HTTP status."""

    def __init__(self, code: int, message: str, http_status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status
