"""What a rule may say: facts, units, and boolean expressions over them as a tree."""
