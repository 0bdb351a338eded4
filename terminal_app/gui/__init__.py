"""Show and ask. Imports services, the domain and Qt."""
