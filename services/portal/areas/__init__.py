"""What applies in an area: standards of types, dates of recognition."""
