"""The policy that a season follows: its stored content, orders on it, levels of bureaus, claims, eligibility."""
