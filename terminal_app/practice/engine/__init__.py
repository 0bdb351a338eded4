"""Orders, books, tapes and time: what both markets share."""
