"""Which symbols there may be. Light to import: the terminal reads its command line with it."""

from terminal_app.practice.sources.coins import best_known

QUOTE_ASSET = "USDT"
_DEFAULT_COUNT = 24


def best_known_symbols(count: int) -> tuple[str, ...]:
    """Return the most traded symbols; beyond the known ones their coins are made up."""
    return tuple(base + QUOTE_ASSET for base in best_known(count))


DEFAULT_SYMBOLS = best_known_symbols(_DEFAULT_COUNT)


def is_symbol(text: str) -> bool:
    """Tell whether a symbol may be listed: a coin in capitals and digits against USDT."""
    base = text.removesuffix(QUOTE_ASSET)
    is_plain = base.isascii() and base.isalnum() and base == base.upper()
    return base != text and is_plain and 1 <= len(base) <= 12
