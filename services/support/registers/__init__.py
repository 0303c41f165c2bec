"""What the other services told: the copies of households and of recognitions."""
