"""Handling objections: the list by last day, one objection with its steps, what departments are asked and answer."""
