"""Run a Binance-compatible exchange on 127.0.0.1. Imports plain domain values only."""
