"""Market and user streams."""
