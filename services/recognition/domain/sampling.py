"""Spot checks: a share of applications drawn from a published seed, the same whoever repeats the draw."""

from collections.abc import Iterable

from services.recognition.domain.selection import lot


def drawn(population: Iterable[str], percent: int, seed: str) -> list[str]:
    """At least `percent` of the population (rounded up, one at least where there is any), lowest lots first."""
    everyone = sorted(set(population))
    wanted = -(-len(everyone) * percent // 100)
    return sorted(everyone, key=lambda one: lot(seed, one))[:wanted]
