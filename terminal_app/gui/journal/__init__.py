"""The journal: round trips, notes, statistics."""
