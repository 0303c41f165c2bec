"""Whether a draft makes sense: what its clauses decided, its shares, households at limits, a sample, open questions."""
