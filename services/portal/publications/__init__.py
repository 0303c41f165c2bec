"""Publication to the national systems: how far each is, what they refused, one household in all of them, rounds."""
