"""The WebSocket API of both markets."""
