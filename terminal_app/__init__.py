"""A desktop terminal for trading by hand on Binance, with a practice exchange inside."""

__version__ = "0.1.0"
