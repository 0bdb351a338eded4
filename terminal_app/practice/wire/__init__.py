"""Values of the exchange in Binance's JSON."""
