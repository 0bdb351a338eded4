"""Hold the order ticket: what will be sent, said in words before it is."""
