"""Where prices and liquidity come from: a synthetic crowd, or a record."""
