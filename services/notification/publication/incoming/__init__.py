"""What households and offices handed in at the national systems: read, told apart, handed on, answered."""
