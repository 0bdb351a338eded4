"""The spot market: balances, order types, filters."""
