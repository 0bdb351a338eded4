"""Build the program from its parts, open them in order and close them in reverse."""
