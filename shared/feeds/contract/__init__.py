"""The contract of each feed: its columns, its key, and what an absent row means."""
