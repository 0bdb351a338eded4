"""Show and change what protects a person: panic, limits, trading keys, the look of what is live."""
