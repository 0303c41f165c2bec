"""What would make a household another type: missing data, unset numbers, its own figures and age, other readings.

`outlook()` in `outlook.py` puts the parts together. Nothing is guessed: every type that is named comes from
evaluating the compiled policy again, with one thing supposed otherwise.
"""
