"""Layouts of the window, and one search over everything in it."""
