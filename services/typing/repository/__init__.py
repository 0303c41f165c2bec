"""Every SQL statement of the typing service, split by noun. Region scope is a parameter of each read."""
