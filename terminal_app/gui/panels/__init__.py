"""Show one thing each."""
