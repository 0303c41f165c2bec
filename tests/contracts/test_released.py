"""What a release promised holds: within an event's version only optional fields are added."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.services import SERVICES
from shared.contracts import freeze as freezing
from shared.contracts.catalogue import BY_TYPE
from shared.contracts.freeze import RELEASED, freeze, is_released, released_versions
from shared.contracts.generate import data_schema
from tests.contracts.compatibility import Schema, breaking_changes
from tests.fixtures.releases import FOLDER as DUMPS

FROZEN = sorted(RELEASED.glob("*/*.json"))
OPENED = {"cn.minglu.objection.ObjectionUpheld.v1": "data.against: "}
"""The one list of words that became open within a version: no objection service had published the event before."""


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda path: f"{path.parent.name}:{path.stem}")
def test_a_released_event_is_still_kept(frozen: Path) -> None:
    assert frozen.stem in BY_TYPE, "a released event stays in the catalogue"
    version = frozen.parent.name
    hint = f"unreleased as yet: python -m shared.contracts.freeze {version}" if not is_released(version) else ""
    now = data_schema(BY_TYPE[frozen.stem])
    found = breaking_changes(json.loads(frozen.read_text("utf-8")), now)
    assert [one for one in found if not one.startswith(OPENED.get(frozen.stem, "-"))] == [], hint or "a new version"


YOUNGER = {("0.1.0", "objection"), ("0.1.0", "notification"), ("0.1.0", "portal"), ("0.1.0", "support")}
"""Services that a release did not have yet."""


def test_every_release_is_frozen_events_and_databases() -> None:
    assert {path.parent.name for path in FROZEN} >= {"0.1.0", *released_versions()}
    without = [
        f"{version}/{service}"
        for version in released_versions()
        for service in (settings.service_name() for settings in SERVICES)
        if (version, service) not in YOUNGER and not (DUMPS / version / f"{service}.sql").exists()
    ]
    assert without == [], "MINGLU_FREEZE=… make test (CONTRIBUTING, Habits)"


OLD: Schema = {
    "type": "object",
    "required": ["uscc", "type"],
    "properties": {
        "uscc": {"type": "string", "pattern": "^92", "title": "Uscc"},
        "type": {"$ref": "#/$defs/Type"},
        "name": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "rows": {"type": "array", "items": {"$ref": "#/$defs/Row"}},
    },
    "$defs": {
        "Row": {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}},
        "Type": {"enum": ["survival", "growth"], "type": "string", "description": "…"},
    },
}
Change = Callable[[Any], object]


def changed(change: Change) -> list[str]:
    new = copy.deepcopy(OLD)
    change(new)
    return breaking_changes(OLD, new)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s["properties"].update(note={"type": "string", "default": ""}),
        lambda s: s["$defs"]["Row"]["properties"].update(m={"type": "integer", "default": 0}),
        lambda s: s["properties"]["uscc"].update(title="Code", description="The unified social credit code"),
        lambda s: s["properties"].update(type=s["$defs"].pop("Type")),
    ],
    ids=["an optional field", "an optional field deep inside", "other words about it", "written in place"],
)
def test_what_breaks_nobody_passes(change: Change) -> None:
    assert changed(change) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda s: s["properties"].pop("name"), "data.name: field removed"),
        (
            lambda s: (s["properties"].update(note={"type": "string"}), s["required"].append("note")),
            "data.note: required, which it was not",
        ),
        (lambda s: s["required"].append("name"), "data.name: required, which it was not"),
        (lambda s: s["required"].remove("type"), "data.type: no longer required"),
        (lambda s: s["properties"]["uscc"].update(type="integer"), "data.uscc.type: 'string' became 'integer'"),
        (lambda s: s["properties"]["uscc"].update(pattern="^91"), "data.uscc.pattern: '^92' became '^91'"),
        (lambda s: s["properties"]["uscc"].update(maxLength=18), "data.uscc: maxLength added"),
        (lambda s: s["properties"]["uscc"].pop("pattern"), "data.uscc: pattern removed"),
        (lambda s: s["$defs"]["Type"].update(enum=["growth"]), "data.type: enum without survival"),
        (lambda s: s["$defs"]["Type"].update(enum=["survival", "growth", "gap"]), "data.type: enum with gap"),
        (
            lambda s: s["properties"]["name"]["anyOf"].pop(),
            "data.name.anyOf: [{'type': 'string'}, {'type': 'null'}] became [{'type': 'string'}]",
        ),
        (lambda s: s["properties"]["name"].update(default=""), "data.name.default: None became ''"),
        (lambda s: s["$defs"]["Row"]["properties"].pop("n"), "data.rows.items.n: field removed"),
    ],
    ids=[
        "removed field",
        "new required field",
        "required from now on",
        "optional from now on",
        "other type",
        "other pattern",
        "new limit",
        "limit gone",
        "narrowed enum",
        "widened enum",
        "null no longer allowed",
        "other default",
        "removed deep inside",
    ],
)
def test_a_planted_breach_is_found(change: Change, found: str) -> None:
    assert changed(change) == [found]


def test_every_released_schema_notices_a_field_that_goes(tmp_path: Path) -> None:
    freeze("9.9.9", tmp_path)
    files = sorted(tmp_path.glob("9.9.9/*.json"))
    assert {path.stem for path in files} == set(BY_TYPE)
    for path in files:
        schema = json.loads(path.read_text("utf-8"))
        assert breaking_changes(schema, schema) == []
        for name in schema["properties"]:
            without = copy.deepcopy(schema)
            del without["properties"][name]
            assert f"data.{name}: field removed" in breaking_changes(schema, without)


def test_a_version_that_is_out_is_not_frozen_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text("# Changelog\n\n## Unreleased\n\n## 0.1.0 — 2026-12-01\n")
    assert released_versions(changelog) == ["0.1.0"]
    assert not is_released("0.1.1", changelog)
    monkeypatch.setattr(freezing, "is_released", lambda version: is_released(version, changelog))
    monkeypatch.setattr(freezing, "freeze", lambda version: pytest.fail(f"{version} was frozen again"))
    assert freezing.main(["0.1.0"]) == 3
    assert freezing.main(["latest"]) == 2
