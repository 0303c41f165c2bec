"""Makes a `Policy` from a resolved tree: head, typing rules, recognition, objections, publication and duties.

The tree is `policies/<id>.yaml` with `extends` merged and settings and readings applied; its format is in
policies/README.md. Errors are PolicyErrors with file and line.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path

from shared.law.language.errors import PolicyError
from shared.law.language.units import Unit
from shared.law.language.vocabulary import PolicyPart
from shared.law.model.clauses import Clause, ClauseRole, Parameter, TypeRule
from shared.law.model.objections import Objections
from shared.law.model.outcome import HouseholdType
from shared.law.model.policy import Duty, Policy, RunBy
from shared.law.model.publication import PublicationRules
from shared.law.model.recognition import Level, RecognitionRules
from shared.law.reader.citations import CitationReader, read_document
from shared.law.reader.clauses import ClauseReader, InterpretationIndex, read_interpretations
from shared.law.reader.fields import Fields, require_unique
from shared.law.reader.objections import read_objections
from shared.law.reader.parameters import read_parameters
from shared.law.reader.publication import read_publication
from shared.law.reader.recognition import read_recognition
from shared.law.reader.yaml_tree import YamlItem, to_plain
from shared.reference.regions import is_region

HEAD_FIELDS = ("id", "title", "document", "regions", "in_force", "decided_by", "status", "extends")
PART_FIELDS = ("parameters", "typing", "interpretations", "recognition", "objections", "publication", "duties")
STATUSES = ("consultation-draft",)
"""What a policy may be other than a law: a draft that was published for comments (征求意见稿)."""
_ID = re.compile(r"[a-z][a-z0-9-]{1,60}")
_REGION = re.compile(r"\d{2}(\d{2}){0,2}")


def read_policy(tree: YamlItem, texts: Sequence[Path]) -> Policy:
    """The policy that a tree describes; `texts` are the folders with the texts that quotes are checked against."""
    fields = Fields(tree, "政策文件", (*HEAD_FIELDS, *PART_FIELDS))
    head = _Head(fields)
    document = read_document(fields.fields("document", "政策的文件"))
    citations = CitationReader(document, texts)
    parameters = read_parameters(fields, citations, head.since)
    interpretations = read_interpretations(fields.list("interpretations"))
    index = InterpretationIndex(interpretations)
    typing = fields.fields("typing", "分型规则 typing", ("run_by", "eligibility", "order", "types"))
    reader = TypingReader(typing, ClauseReader(PolicyPart.TYPING, _units(parameters), index, citations), citations)
    content = {key: to_plain(item) for key, item in fields.each()}
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
        recognition=_recognition(fields, index, citations, head.since),
        objections=_objections(fields, index, citations, head.since),
        publication=_publication(fields, index, citations, head.since),
        duties=read_duties(fields.list("duties"), citations),
        draft="status" in fields and fields.one_of("status", STATUSES) in STATUSES,
        run_by=reader.run_by(index),
        content=content,
        content_hash=content_hash(content),
    )
    index.check()
    return policy


def _units(parameters: Mapping[str, Parameter]) -> dict[str, Unit]:
    return {name: parameter.unit for name, parameter in parameters.items()}


def _recognition(
    fields: Fields, index: InterpretationIndex, citations: CitationReader, since: date
) -> RecognitionRules | None:
    if "recognition" not in fields:
        return None
    part = fields.fields("recognition", "认定规则 recognition")
    parameters = read_parameters(part, citations, since)
    clauses = ClauseReader(PolicyPart.RECOGNITION, _units(parameters), index, citations)
    return read_recognition(part, parameters, clauses, citations)


def _objections(
    fields: Fields, index: InterpretationIndex, citations: CitationReader, since: date
) -> Objections | None:
    if "objections" not in fields:
        return None
    part = fields.fields("objections", "异议规则 objections")
    return read_objections(part, read_parameters(part, citations, since), index, citations)


def _publication(
    fields: Fields, index: InterpretationIndex, citations: CitationReader, since: date
) -> PublicationRules | None:
    if "publication" not in fields:
        return None
    part = fields.fields("publication", "上报国家系统 publication")
    return read_publication(part, read_parameters(part, citations, since), index, citations)


def content_hash(content: Mapping[str, object]) -> str:
    """SHA-256 over the resolved content: sorted keys, no blanks, UTF-8."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


class _Head:
    """The head of a policy: id, regions and dates in force."""

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
            if not is_region(region):
                raise PolicyError(f"适用地区“{region}”不是区划代码：区划表里没有这个省、市或县", item.place)
        if len(set(self.regions)) != len(self.regions):
            raise PolicyError("适用地区里有一个写了两次", fields.item("regions").place)
        dates = fields.fields("in_force", "施行日期 in_force", ("from", "until"))
        self.since, self.until = dates.day("from"), dates.day_or_none("until")
        if self.until is not None and self.until < self.since:
            raise PolicyError("施行日期的 until 早于 from", dates.item("until").place)


class TypingLevel(StrEnum):
    """The levels of bureaus that may type."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


TYPES_WITH_RULES = (HouseholdType.SURVIVAL, HouseholdType.GROWTH, HouseholdType.DEVELOPMENT)


class TypingReader:
    """Reads one policy's `typing` section."""

    def __init__(self, fields: Fields, clauses: ClauseReader, citations: CitationReader) -> None:
        self._fields = fields
        self._reader = clauses
        self._citations = citations

    def eligibility(self) -> tuple[Clause, ...]:
        """The defects (基础标准 negated: what makes a household ineligible)."""
        rules = self._reader.rules(self._fields, "eligibility", r"base\.[a-z][a-z-]*", "base.abnormal")
        return tuple(Clause.of(rule, ClauseRole.DEFECT, HouseholdType.INELIGIBLE) for rule in rules)

    def types(self) -> tuple[TypeRule, ...]:
        """The types in testing order."""
        types = self._fields.fields("types", "各型规则 types", [kind.slug for kind in TYPES_WITH_RULES])
        order = self._order([name for name, _ in types.each()])
        rules = tuple(self._rule(name, types.item(name)) for name in order)
        self._check_order(rules)
        return rules

    def run_by(self, index: InterpretationIndex) -> RunBy | None:
        """Which level types: named by the text, or by the reading of an interpretation where the text says two."""
        if "run_by" not in self._fields:
            return None
        block = self._fields.fields("run_by", "由哪一级分型 run_by", ("level", "reading", "citation"))
        if ("level" in block) is ("reading" in block):
            raise PolicyError("由哪一级分型 run_by 应写 level 或 reading 其中一项", block.place)
        if "level" in block:
            level = Level(block.one_of("level", TypingLevel))
        else:
            level = Level(index.choice(block, "reading", TypingLevel, {}))
        return RunBy(level, self._citations.read(block))

    def _order(self, named: list[str]) -> tuple[str, ...]:
        order, item = self._fields.texts("order"), self._fields.item("order")
        if sorted(order) != sorted(named):
            raise PolicyError(
                f"判定顺序 order 写的是 {'、'.join(order)}，规则 types 写的是 {'、'.join(named)}；两者应一致",
                item.place,
            )
        return order

    def _check_order(self, rules: tuple[TypeRule, ...]) -> None:
        place = self._fields.item("order").place
        kinds = [rule.type for rule in rules]
        both = {HouseholdType.DEVELOPMENT, HouseholdType.GROWTH} <= set(kinds)
        if both and kinds.index(HouseholdType.GROWTH) < kinds.index(HouseholdType.DEVELOPMENT):
            raise PolicyError("判定顺序不对：发展型（development）须在成长型（growth）之前判定", place)
        residual = next((rule for rule in rules[:-1] if rule.residual), None)
        if residual is not None:
            raise PolicyError(f"判定顺序不对：兜底的{residual.type.label}须排在最后，否则后面的型永远轮不到", place)

    def _rule(self, name: str, item: YamlItem) -> TypeRule:
        kind = HouseholdType.from_slug(name)
        fields = Fields(item, f"{kind.label}（{name}）", ("requires", "any", "residual", "citation"))
        residual = fields.yes("residual")
        requires = self._reader.rules(fields, "requires", rf"{name}\.requires\.[1-9]\d?", f"{name}.requires.1")
        conditions = self._reader.rules(fields, "any", rf"{name}\.[1-9]\d?", f"{name}.1")
        rule = TypeRule(
            type=kind,
            requires=tuple(Clause.of(one, ClauseRole.REQUIREMENT, kind) for one in requires),
            any=tuple(Clause.of(one, ClauseRole.CONDITION, kind) for one in conditions),
            residual=residual,
            citation=self._citations.read(fields),
        )
        if residual is bool(rule.any):
            raise PolicyError(
                f"{kind.label}要么写条件 any，要么写 residual: true（其余都算），二者必居其一", item.place
            )
        return rule


DUTY_KINDS = ("conduct", "call", "report", "calendar")
_DUTY_FIELDS = ("id", "kind", "title", "kept_by", "citation", "features", "to_build")
_FEATURE = re.compile(r"(GET|POST|PUT|PATCH|DELETE) /v1(/[a-z0-9_{}-]+)+")


def read_duties(items: list[YamlItem], citations: CitationReader) -> tuple[Duty, ...]:
    """The list `duties`. Errors: PolicyError."""
    every = [Fields(item, "一条工作要求", _DUTY_FIELDS) for item in items]
    apart = require_unique(every, lambda entry: entry.text("id"), lambda entry: entry.place, "工作要求")
    return tuple(_duty(entry, citations) for entry in apart)


def _duty(fields: Fields, citations: CitationReader) -> Duty:
    name, kind = fields.text("id"), fields.one_of("kind", DUTY_KINDS)
    if not re.fullmatch(rf"{kind}\.[a-z0-9][a-z0-9-]*", name):
        raise PolicyError(f"工作要求的 id“{name}”不对；这里应像 {kind}.no-charges", fields.item("id").place)
    fields.what = f"工作要求“{name}”"
    return Duty(
        id=name,
        kind=kind,
        title=fields.text("title"),
        kept_by=fields.text("kept_by"),
        citation=citations.read(fields),
        features=read_features(fields),
        to_build=fields.text_or_none("to_build"),
    )


def read_features(fields: Fields) -> tuple[str, ...]:
    """The routes that the field `features` lists. Whether they exist is no matter of the policy: a test compares them
    with the services.
    """
    features = fields.texts("features")
    for feature in features:
        if not _FEATURE.fullmatch(feature):
            message = f"{fields.what}的 features 里“{feature}”应写平台的接口，例如 GET /v1/households"
            raise PolicyError(message, fields.item("features").place)
    return features
