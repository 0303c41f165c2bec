"""Whose paper it is: the market regulator that acted, by its name; None where it is not known, and is left blank."""

from collections.abc import Collection

from shared.reference.regions import bureau_name


def bureau_of_region(region: str | None) -> str | None:
    """The bureau of the region that was recorded."""
    return bureau_name(region) if region is not None else None


def only_bureau(regions: Collection[str | None]) -> str | None:
    """The bureau of the one region that is known."""
    (region, *others) = {*regions} or {None}
    return bureau_of_region(region) if not others else None
