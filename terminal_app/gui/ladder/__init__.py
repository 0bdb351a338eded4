"""Trade at a price with one click, and see the queue before it; may import widgets and services."""
