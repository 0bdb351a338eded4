"""What every HTTP and socket face needs: parameters, keys, limits."""
