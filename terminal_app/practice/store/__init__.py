"""The account file and what it keeps of the past."""
