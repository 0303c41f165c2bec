"""What the other services told: households, published runs, public notices, and decisions that can be objected to."""
