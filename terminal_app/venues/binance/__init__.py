"""Speak Binance. One folder a market."""
