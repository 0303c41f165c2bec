"""What a measure did for whom: the next year's types of those who used it beside those who did not; no ranking."""
