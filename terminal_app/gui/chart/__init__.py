"""Paint candles."""
