"""What a county itself set for its year, as anybody may read it: how those who apply are compared."""
