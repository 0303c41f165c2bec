"""Checks a policy: proofs over every possible household, test households, and coverage of the law's text.

`verify.verify` asks z3 every question about one policy on one day, also about households with missing data, and
compares it with another policy; `report` writes the findings in Chinese, `case_export` keeps their households as test
cases. Every household shown is typed by the engine's own compilers first. Only the proofs import z3.
"""
