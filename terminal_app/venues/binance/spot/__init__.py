"""Speak Binance spot."""
