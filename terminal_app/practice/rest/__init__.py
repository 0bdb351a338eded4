"""The REST calls of both markets."""
