"""The control face: look at the exchange and steer it."""
