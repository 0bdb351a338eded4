"""Ask the person something, without blocking the loop."""
