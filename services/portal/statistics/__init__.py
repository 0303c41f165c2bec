"""How many households of each county have which type, in the order of region codes, never ranked (条例 art. 32)."""
