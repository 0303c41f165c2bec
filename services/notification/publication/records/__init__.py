"""What every system should hold: records with their content, and how far each system is."""
