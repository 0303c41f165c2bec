"""Asking the department that owns a fact whether it is right, and its answer, with a corrected row where it is not."""
