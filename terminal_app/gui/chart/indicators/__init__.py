"""What is calculated of bars and drawn over or under them."""
