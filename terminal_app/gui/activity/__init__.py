"""The tabs beneath the chart: positions, orders, the past, balances, and what is done with them."""
