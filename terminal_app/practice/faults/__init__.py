"""What can go wrong between the exchange and its clients: faults, delays and the record of both."""
