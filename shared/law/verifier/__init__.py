"""Checks a policy: proofs over every possible household, test households, and coverage of the law's text.

`verify.verify` asks z3 all questions about one policy on one day, including households with missing data, and compares
it with another policy; `report` writes the findings in Chinese, `case_export` keeps their households as test cases.
Every household that is shown is first typed by the engine's own compilers. Only the proofs import z3.
"""
