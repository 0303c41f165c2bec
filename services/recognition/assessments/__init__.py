"""Yearly information reports and confirmations, and the evaluation in the last year of validity."""
