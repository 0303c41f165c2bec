"""Statistics of recognition: rows in the order of years and codes, none ranked, nothing that is 0 listed."""

from services.recognition.statistics.figures import progress, statistics


def recognised(place: str, year: int, state: str, number: int) -> dict[str, object]:
    return {"place": place, "year": year, "category": "quality", "state": state, "number": number}


def test_rows_come_by_year_and_code_however_many_they_hold() -> None:
    rows = statistics(
        [
            recognised("410103", 2026, "valid", 1),
            recognised("410102", 2026, "valid", 2),
            recognised("410105", 2025, "expired", 9),
            recognised("410103", 2026, "revoked", 3),
        ],
        [{"place": "410199", "year": 2026, "places": 4, "taken": 0}],
    )
    assert [(row.year, row.region, row.granted) for row in rows] == [
        (2025, "410105", 9),
        (2026, "410102", 2),
        (2026, "410103", 4),
        (2026, "410199", 0),
    ]
    assert (rows[2].states, rows[2].valid, rows[2].places) == ({"valid": 1, "revoked": 3}, {"quality": 1}, None)
    assert (rows[3].states, rows[3].places, rows[3].taken) == ({}, 4, 0)


def test_steps_are_those_of_what_is_in_progress() -> None:
    of = {"place": "410103", "year": 2026, "step": "site-visit"}
    (row,) = progress([of | {"state": "in-progress", "number": 2}, of | {"state": "refused", "number": 1}])
    assert (row.states, row.steps, row.total) == ({"in-progress": 2, "refused": 1}, {"site-visit": 2}, 3)
