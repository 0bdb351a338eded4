"""The refusals of the exchange, with Binance's codes and texts."""

from collections.abc import Mapping
from typing import Any


class ExchangeError(Exception):
    """Refuse a request as Binance does: `{"code": code, "msg": message}` with an HTTP status.

    `data` stands beside them where Binance says more, as for a cancel-replace. A refusal that
    `counts_orders` adds to the count of unfilled orders as if it had been none.
    """

    counts_orders = False

    def __init__(
        self,
        code: int,
        message: str,
        http_status: int = 400,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status
        self.data = data


class ReplaceError(ExchangeError):
    """Refuse one half of a cancel-replace or both; its new order counts even if never tried."""

    counts_orders = True


class RateLimitError(ExchangeError):
    """Refuse for a limit that was reached; times are epoch milliseconds."""

    def __init__(
        self, code: int, message: str, http_status: int, now_ms: int, retry_at_ms: int
    ) -> None:
        super().__init__(code, message, http_status)
        self.now_ms = now_ms
        self.retry_at_ms = retry_at_ms

    @property
    def retry_after_s(self) -> int:
        """Return the whole seconds to wait, for the header Retry-After."""
        return max(1, -((self.now_ms - self.retry_at_ms) // 1_000))
