"""Makes a `Policy` of a resolved tree: checks every part and reads every expression.

The tree is `policies/<id>.yaml` with `extends` merged and settings and readings applied; its format is in
policies/README.md. Errors are PolicyErrors with file and line.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from shared.policy.citing import CitationReader, read_document
from shared.policy.clause_reader import ClauseReader, Governed
from shared.policy.duties import read_duties
from shared.policy.errors import PolicyError
from shared.policy.fields import Fields
from shared.policy.interpretation_reader import read_interpretations
from shared.policy.model import Parameter, Policy
from shared.policy.objections import Objections, read_objections
from shared.policy.parameter_reader import read_parameters
from shared.policy.recognition.model import Recognition
from shared.policy.recognition.reader import read_recognition
from shared.policy.typing_reader import TypingReader
from shared.policy.units import Unit
from shared.policy.vocabulary import Part
from shared.policy.yaml_tree import Item, plain

HEAD = ("id", "title", "document", "regions", "in_force", "decided_by", "extends")
PARTS = ("parameters", "typing", "interpretations", "recognition", "objections", "duties")
_ID = re.compile(r"[a-z][a-z0-9-]{1,60}")
_REGION = re.compile(r"\d{2}(\d{2}){0,2}")


def read_policy(tree: Item, texts: Sequence[Path]) -> Policy:
    """The policy a tree describes; `texts` are the folders of the texts that quotes are checked against."""
    fields = Fields(tree, "政策文件", (*HEAD, *PARTS))
    head = _Head(fields)
    document = read_document(fields.fields("document", "政策的文件"))
    citations = CitationReader(document, texts)
    parameters = read_parameters(fields, citations, head.since)
    interpretations = read_interpretations(fields.list("interpretations"))
    governed = Governed(interpretations)
    typing = fields.fields("typing", "分型规则 typing", ("eligibility", "order", "types"))
    reader = TypingReader(typing, ClauseReader(Part.TYPING, _units(parameters), governed, citations), citations)
    content = {key: plain(item) for key, item in fields.each()}
    policy = Policy(
        id=head.id,
        title=fields.text("title"),
        document=document,
        regions=head.regions,
        since=head.since,
        until=head.until,
        decided_by=fields.text("decided_by"),
        extends=fields.text_or_none("extends"),
        parameters=parameters,
        eligibility=reader.eligibility(),
        types=reader.types(),
        interpretations=interpretations,
        recognition=_recognition(fields, governed, citations, head.since),
        objections=_objections(fields, citations, head.since),
        duties=read_duties(fields.list("duties"), citations),
        content=content,
        content_hash=content_hash(content),
    )
    governed.check()
    return policy


def _units(parameters: Mapping[str, Parameter]) -> dict[str, Unit]:
    return {name: parameter.unit for name, parameter in parameters.items()}


def _recognition(fields: Fields, governed: Governed, citations: CitationReader, since: date) -> Recognition | None:
    if "recognition" not in fields:
        return None
    part = fields.fields("recognition", "认定规则 recognition")
    parameters = read_parameters(part, citations, since)
    clauses = ClauseReader(Part.RECOGNITION, _units(parameters), governed, citations)
    return read_recognition(part, parameters, clauses, citations)


def _objections(fields: Fields, citations: CitationReader, since: date) -> Objections | None:
    if "objections" not in fields:
        return None
    part = fields.fields("objections", "异议规则 objections")
    return read_objections(part, read_parameters(part, citations, since), citations)


def content_hash(content: Mapping[str, object]) -> str:
    """SHA-256 over the resolved content: sorted keys, no blanks, UTF-8."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Head:
    """Who the policy is: id, regions and dates in force."""

    def __init__(self, fields: Fields) -> None:
        self.id = fields.text("id")
        if not _ID.fullmatch(self.id):
            raise PolicyError(
                f"政策的 id“{self.id}”应由小写字母、数字和连字符组成，例如 zhengzhou-2025", fields.item("id").place
            )
        self.regions = fields.texts("regions")
        for region, item in zip(self.regions, fields.list("regions"), strict=True):
            if not _REGION.fullmatch(region):
                raise PolicyError(f'适用地区“{region}”应是 2、4 或 6 位区划代码，例如 "4101"', item.place)
        dates = fields.fields("in_force", "施行日期 in_force", ("from", "until"))
        self.since, self.until = dates.day("from"), dates.day_or_none("until")
        if self.until is not None and self.until < self.since:
            raise PolicyError("施行日期的 until 早于 from", dates.item("until").place)
