"""Evidence by replaying deliveries one after the other into dictionaries: slow, plain, and easy to believe."""

from collections.abc import Sequence
from dataclasses import dataclass, field

Row = dict[str, object]


@dataclass(frozen=True)
class ReplayedDelivery:
    """One delivery in memory: accepted rows and rejected keys (uscc, year)."""

    feed: str
    region: str
    year: int | None
    full: bool
    rows: tuple[Row, ...]
    rejected: tuple[tuple[str, int | None], ...] = ()


@dataclass
class ReplayedRegistration:
    """The registration as it stands; ``number`` is that of the delivery a row came with."""

    rows: dict[str, tuple[int, Row]] = field(default_factory=dict)
    rejected: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def take(self, number: int, told: ReplayedDelivery) -> None:
        if told.full:
            self.rows = {u: kept for u, kept in self.rows.items() if not region(kept[1]).startswith(told.region)}
        for row in told.rows:
            self.rows[str(row["uscc"])] = (number, row)
        for uscc, _ in told.rejected:
            self.rejected.setdefault(uscc, []).append((number, told.region))

    def unknown(self) -> set[str]:
        return {
            uscc
            for uscc, marks in self.rejected.items()
            for number, prefix in marks
            if uscc in self.rows and number >= self.rows[uscc][0] and region(self.rows[uscc][1]).startswith(prefix)
        }


def region(row: Row) -> str:
    return str(row["region_code"])


def registration(deliveries: Sequence[ReplayedDelivery]) -> ReplayedRegistration:
    """The registration after all deliveries."""
    state = ReplayedRegistration()
    for number, told in enumerate(deliveries, 1):
        if told.feed == "registration":
            state.take(number, told)
    return state


def replay(
    deliveries: Sequence[ReplayedDelivery], feed: str, key: tuple[str, ...], last_year: int
) -> tuple[dict[tuple[object, ...], Row], set[str]]:
    """Another feed's rows by key, and the households whose facts from it are unknown."""
    where = {uscc: region(row) for uscc, (_, row) in registration(deliveries).rows.items()}
    rows: dict[tuple[object, ...], Row] = {}
    unknown: set[str] = set()
    for told in (d for d in deliveries if d.feed == feed):
        inside = {uscc for uscc, code in where.items() if code.startswith(told.region)}
        if told.full and told.year in (None, last_year):
            rows = {k: row for k, row in rows.items() if row["uscc"] not in inside}
            unknown -= inside
        mine = [r for r in told.rows if r["uscc"] in inside and r.get("year", last_year) == last_year]
        for row in mine:
            rows[tuple(row[column] for column in key)] = row
        unknown -= {str(row["uscc"]) for row in mine}
        unknown |= {u for u, year in told.rejected if u in inside and (year or told.year or last_year) == last_year}
    return rows, unknown
