"""Speak Binance USDⓈ-M futures."""
