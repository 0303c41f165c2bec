"""Objections of operators: filed from the explanation of a result, followed, withdrawn, answered to."""
