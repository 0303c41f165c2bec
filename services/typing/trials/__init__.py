"""Trials: a draft of the law tried on a run's frozen snapshot. Nothing is published and no event is sent."""
