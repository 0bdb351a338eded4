"""Keep what outlives the program. Imports the domain, SQLite and keyring."""
