"""A run's work, step by step: freeze the evidence, type it, prepare the draft. Killed anywhere, it resumes."""
