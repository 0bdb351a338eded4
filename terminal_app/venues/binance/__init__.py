"""Binance spot and USDⓈ-M futures. Imports the domain, the venue protocol and the network."""
