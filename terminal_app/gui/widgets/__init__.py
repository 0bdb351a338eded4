"""Hold small widgets that several panels share."""
