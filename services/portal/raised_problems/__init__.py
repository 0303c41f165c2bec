"""Problems of households in five steps: collected, forwarded, handled, supervised, answered."""
