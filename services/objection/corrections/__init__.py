"""Corrected evidence: sent sealed to typing, answered by it, and kept for the bureau that is to mend its data."""
