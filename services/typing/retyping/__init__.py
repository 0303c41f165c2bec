"""Single households typed again after their run: for annual reports that were filed late, and for corrected evidence.

`service` is the one way: everything that is known of the household counts, whoever spoke last. `late_reports` and
`corrected_evidence` are the use cases behind the two events, and what they leave for runs that are published later.
"""
