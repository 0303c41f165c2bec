"""The contracts of the feeds as others read them: schemas and pages are what the code says; their examples count."""

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest

from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS, feeds_of
from shared.feeds.contract.model import Column, FeedContract
from shared.feeds.contract.table_schema import TYPES, example_csv, table_schema
from shared.feeds.documents.generate import DOCS, documents
from shared.feeds.intake.declaration import Declaration
from shared.feeds.intake.manifest import ManifestUnreadable, manifest_items, manifest_schema
from shared.feeds.pulling.paged_api import PullFailed, page_schema, parse_page
from shared.feeds.validation.file_trial import try_file

TODAY = dt.date(2026, 7, 15)
every_feed = pytest.mark.parametrize("contract", FEEDS.values(), ids=FEEDS)


def test_the_committed_documents_are_what_the_code_says():
    there = {path.relative_to(DOCS) for path in (DOCS / "contracts" / "feeds").glob("*.json")}
    there |= {Path("feeds") / f"{name}.md" for name in FEEDS}
    committed = {path: (DOCS / path).read_text(encoding="utf-8") for path in there}
    assert committed == documents(), "run: make contracts"


@every_feed
def test_an_example_is_accepted_whole(contract: FeedContract, tmp_path: Path):
    file = tmp_path / f"{contract.name}.csv"
    file.write_text(example_csv(contract), encoding="utf-8")
    found = try_file(file, contract.name, tmp_path / "rejects.csv", today=TODAY)
    assert (found.report.accepted, found.report.rejected, found.report.flagged) == (1, 0, 0)
    assert (found.report.warnings, found.rejects) == ((), None)


@every_feed
def test_a_schema_says_what_the_reader_does(contract: FeedContract):
    """Every column, its type, what is required and what is allowed; examples are values of their types."""
    schema = table_schema(contract)
    assert [field["name"] for field in schema["fields"]] == [column.name for column in contract.columns]
    assert schema["primaryKey"] == list(contract.key)
    for column, field in zip(contract.columns, schema["fields"], strict=True):
        constraints = field.get("constraints", {})
        assert constraints.get("required", False) is column.required
        assert constraints.get("enum", []) == list(column.choices)
        assert field["type"] == TYPES[column.kind]["type"]
        if column.required:
            assert column.example, f"{column.name} has no example"
        if "pattern" in constraints:
            assert re.fullmatch(constraints["pattern"], column.example)


@every_feed
def test_a_value_outside_the_schema_is_rejected(contract: FeedContract, tmp_path: Path):
    """Whatever a schema's constraints forbid, the reader rejects with the column's name."""
    for column in contract.columns:
        wrong = forbidden(column)
        if wrong is None:
            continue
        rows = list(csv.DictReader(io.StringIO(example_csv(contract))))
        file = tmp_path / "wrong.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            table = csv.DictWriter(out, list(rows[0]))
            table.writeheader()
            table.writerow(rows[0] | {column.name: wrong})
        found = try_file(file, contract.name, tmp_path / "rejects.csv", today=TODAY)
        assert found.report.rejected == 1, column.name
        assert column.name in (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig")


def forbidden(column: Column) -> str | None:
    """A value that the column's schema does not allow; None where any text is allowed."""
    if column.required and column.kind == "text":
        return ""
    return {
        "uscc": "92X",
        "region": "999999",
        "date": "2026/31/31",
        "bool": "maybe",
        "money": "-1",
        "count": "-1",
        "year": "99999",
        "choice": "nothing-of-it",
    }.get(column.kind)


def test_every_feed_is_taken_by_the_service_that_its_contract_names():
    for_each = {one.service: set(one.taken) for one in declarations()}
    named = {contract.receiver.label: set[str]() for contract in FEEDS.values()}
    for contract in FEEDS.values():
        named[contract.receiver.label].add(contract.name)
    assert for_each == named
    assert set(TYPING_FEEDS) == named["分型服务"]


def declarations() -> list[type[Declaration]]:
    import services.notification.contacts.deliveries
    import services.recognition.monitoring.deliveries
    import services.support.inspections.deliveries
    import services.typing.deliveries.intake

    return [
        services.notification.contacts.deliveries.ContactDeclaration,
        services.recognition.monitoring.deliveries.RegisterDeclaration,
        services.support.inspections.deliveries.InspectionDeclaration,
        services.typing.deliveries.intake.TypingDeclaration,
    ]


def test_the_handbook_names_every_feed_with_its_department():
    text = (DOCS / "feeds" / "README.md").read_text(encoding="utf-8")
    for contract in FEEDS.values():
        assert f"({contract.name}.md) `{contract.name}`" in text
        assert contract.name in feeds_of(contract.department)


MANIFEST = {"file": "tax.csv", "region": "4101", "year": 2025, "mode": "full", "rows": 3, "sha256": "a" * 64}


@pytest.mark.parametrize(
    "manifest",
    [
        MANIFEST,
        [MANIFEST, MANIFEST | {"year": None}],
        MANIFEST | {"mode": "all"},
        MANIFEST | {"rows": -1},
        MANIFEST | {"who": "us"},
        {name: value for name, value in MANIFEST.items() if name != "sha256"},
        "tax.csv",
    ],
)
def test_the_manifests_schema_and_its_reader_agree(manifest: object):
    fits = jsonschema.Draft202012Validator(manifest_schema()).is_valid(manifest)
    try:
        manifest_items(json.dumps(manifest).encode())
        read = True
    except ManifestUnreadable:
        read = False
    assert fits == read


@pytest.mark.parametrize(
    "page",
    [
        {"rows": [{"uscc": "x", "year": 2025, "tax_paid": 1.5, "note": None}], "next": None},
        {"rows": [], "next": "c"},
        {"rows": [], "next": 7},
        {"rows": []},
        {"rows": {}, "next": None},
        {"rows": [1], "next": None},
        {"rows": [], "next": ""},
        [],
    ],
)
def test_a_pages_schema_and_its_reader_agree(page: object):
    fits = jsonschema.Draft202012Validator(page_schema()).is_valid(page)
    try:
        parse_page(json.dumps(page).encode())
        read = True
    except PullFailed:
        read = False
    assert fits == read
