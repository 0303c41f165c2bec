"""What applies in a region: the standard of typing, the rules of recognition and of objections, with their numbers."""
