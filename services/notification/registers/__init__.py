"""What the other services told: the copy of households, by which operators are found."""
