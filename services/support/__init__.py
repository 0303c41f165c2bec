"""Support (帮扶): measures found without asking, visits made, problems solved, and what it did for whom."""
