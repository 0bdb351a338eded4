"""Keep a person from what was not meant, and get them out at once; knows no Qt and no socket."""
