"""The USDⓈ-M market: positions, margin, funding, liquidation."""
