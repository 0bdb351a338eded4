"""Trading keys: which key does what, known by its place on the keyboard, and when it may."""
