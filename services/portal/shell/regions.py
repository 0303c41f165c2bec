"""Regions that a page lets one choose from: the home region, its cities and counties in the order of their codes."""

from functools import cache

from shared.reference.regions import full_region_name, region_name, regions

PROVINCE_DIGITS = 2


def chosen_region(region: str, home: str) -> str:
    """The region of an address if there is one of that code, otherwise the home region."""
    return region if region.isascii() and region.isdigit() and region_name(region) else home


@cache
def region_choices(home: str) -> tuple[tuple[str, str], ...]:
    """Codes and names; below the home region names stand without its own."""
    whole = full_region_name(home) or home
    inside = [
        (one.code, (full_region_name(one.code) or one.name).removeprefix(whole))
        for one in regions().values()
        if one.code.startswith(home) and one.code != home and one.kind != "zone" and not one.valid_to
    ]
    name = region_name(home) or home
    return ((home, f"全部{name}" if inside else name), *sorted(inside))
