"""Speak to venues. Imports the domain and the network libraries."""
