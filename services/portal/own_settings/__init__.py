"""Settings: how somebody is reached, and which banks may read of their recognition."""
