"""Hold rows for live tables."""
