"""Reads support measures: `policies/<id>.measures.yaml` beside a policy, and single ones that a clerk has entered.

Every quote is checked against the policy's text. Errors are PolicyErrors, one Chinese sentence with file and line: an
expression over a fact that no feed delivers, a share over 100, dates upside down, an unknown department, a quote that
is not in the text.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

from shared.law.language.errors import Place, PolicyError
from shared.law.language.expressions import Expression, parse_expression
from shared.law.language.units import EXPECTED_FORMAT, Unit, parse_value
from shared.law.language.vocabulary import PolicyPart
from shared.law.model.clauses import Citation
from shared.law.model.measures import (
    REGION_LENGTHS,
    Addressees,
    Channel,
    Commitment,
    Condition,
    Measure,
    MeasureField,
    MeasureKind,
    MeasureLevel,
    MeasureList,
    Need,
    Term,
)
from shared.law.model.policy import Policy
from shared.law.model.recognition import Category
from shared.law.reader.citations import CitationReader, read_document
from shared.law.reader.fields import Fields, require_unique
from shared.law.reader.loading import POLICIES, load_policy, policy_ids, policy_path
from shared.law.reader.parameters import UNSET
from shared.law.reader.yaml_tree import YamlItem, from_plain, read_yaml
from shared.reference.departments import Department

MEASURES_SUFFIX = ".measures.yaml"
TEXTS = POLICIES / "texts"
ENTERED = Place("录入的措施", 1)
"""Where the errors of a measure are that is no part of a file."""
TYPES = ("survival", "growth", "development")
_HEAD_FIELDS = ("policy", "draft", "level", "region", "inherits", "measures")
_FIELDS = (
    *("id", "title", "kind", "field", "lead", "joint", "others", "addressees", "conditions", "terms", "from", "until"),
    *("channel", "needs", "commitment", "limits", "ends", "contact", "guide", "citation", "placeholder", "unverified"),
)
_ENTERED_FIELDS = (*_FIELDS, "level", "region", "inherits")
_ID = re.compile(r"[a-z][a-z0-9-]{1,60}")


@cache
def shipped_measures() -> tuple[MeasureList, ...]:
    """The measures of every policy that ships with a list of them, read once per process. Errors: PolicyError."""
    return tuple(found for name in policy_ids() if (found := measures_beside(name)))


def measures_beside(name_or_path: str) -> MeasureList | None:
    """The measures beside a policy, by id or path; None where it has no list. Errors: PolicyError."""
    path = policy_path(name_or_path)
    file = path.with_name(f"{path.stem}{MEASURES_SUFFIX}")
    return measures_of(read_yaml(file), load_policy(name_or_path)) if file.is_file() else None


def measures_of(tree: YamlItem, policy: Policy) -> MeasureList:
    """The measures in the tree of the file beside a policy. Errors: PolicyError."""
    fields = Fields(tree, "措施文件", _HEAD_FIELDS)
    fields.one_of("policy", [policy.id])
    citations = CitationReader(policy.document, (TEXTS,))
    level = MeasureLevel(fields.one_of("level", [one.value for one in MeasureLevel]))
    inherits, inheritance = _inheritance(fields, citations)
    reader = MeasureReader(policy, citations, level, _region(fields, level), inherits)
    every = [Fields(item, f"第 {number} 项措施", _FIELDS) for number, item in enumerate(fields.list("measures"), 1)]
    apart = require_unique(every, lambda entry: entry.text("id"), lambda entry: entry.place, "措施")
    return MeasureList(policy.id, fields.yes("draft"), tuple(map(reader.read, apart)), inheritance)


def read_entered(content: Mapping[str, Any]) -> Measure:
    """A measure that a clerk entered, with its own document, level and region. Errors: PolicyError."""
    fields = Fields(from_plain(dict(content), ENTERED), "措施", _ENTERED_FIELDS)
    level = MeasureLevel(fields.one_of("level", [one.value for one in MeasureLevel]))
    citation = fields.fields("citation", "措施的依据")
    if "document" not in citation:
        raise PolicyError("措施的依据没有写文件；请写 document: {number: 文号, title: 标题, issuer: 印发机关}", ENTERED)
    inherits = tuple(one for one in fields.texts("inherits") if _known_type(fields, "inherits", one))
    document = read_document(citation.fields("document", "依据的文件"))
    return MeasureReader(None, CitationReader(document, (TEXTS,)), level, _region(fields, level), inherits).read(fields)


class MeasureReader:
    """Reads single measures of one level and region. `inherits`: the types whose measures recognised households enjoy,
    too.
    """

    def __init__(
        self,
        policy: Policy | None,
        citations: CitationReader,
        level: MeasureLevel,
        region: str,
        inherits: tuple[str, ...],
    ) -> None:
        self._policy, self._citations = policy, citations
        self._level, self._region, self._inherits = level, region, inherits

    def read(self, fields: Fields) -> Measure:
        """One measure."""
        name = fields.text("id")
        if not _ID.fullmatch(name):
            raise PolicyError(f"措施的 id“{name}”应由小写字母、数字和 - 组成，例如 zz-08", fields.item("id").place)
        fields.what = f"措施“{name}”"
        since, until = self._since(fields), fields.day_or_none("until")
        if until is not None and until < since:
            place = fields.item("until").place
            raise PolicyError(f"{fields.what}的日期反了：止于 {until}，却从 {since} 才开始", place)
        needs = _options(fields, "needs", Need)
        return Measure(
            id=name,
            title=fields.text("title"),
            kind=MeasureKind(fields.one_of("kind", [one.value for one in MeasureKind])),
            field=MeasureField(fields.one_of("field", [one.value for one in MeasureField])),
            level=self._level,
            region=self._region,
            lead=_options(fields, "lead", Department),
            joint=_options(fields, "joint", Department),
            others=fields.text_or_none("others"),
            addressees=self._addressees(fields),
            conditions=tuple(map(_condition, fields.list("conditions"))),
            terms=tuple(map(_term, fields.list("terms"))),
            since=since,
            until=until,
            channel=Channel(fields.one_of("channel", [*Channel])) if "channel" in fields else None,
            needs=needs,
            commitment=_commitment(fields, needs),
            limits=fields.text_or_none("limits"),
            ends=fields.text_or_none("ends"),
            contact=fields.text_or_none("contact"),
            guide=fields.text_or_none("guide"),
            citation=self._citations.read(fields),
            placeholder=fields.yes("placeholder"),
            unverified=_unverified(fields),
        )

    def _since(self, fields: Fields) -> date:
        if self._policy is None or "from" in fields:
            return fields.day("from")
        return self._policy.since

    def _addressees(self, fields: Fields) -> Addressees:
        if "addressees" not in fields:
            whole = parse_expression(_REGISTERED, {}, fields.place, PolicyPart.MEASURES)
            return Addressees((), (), None, whole)
        part = fields.fields("addressees", f"{fields.what}的对象", ("types", "categories", "expression"))
        types = tuple(one for one in part.texts("types") if _known_type(part, "types", one))
        categories = _options(part, "categories", Category)
        own = self._own(part)
        text = _whole_text(types, tuple(set(types) & set(self._inherits)) != (), categories, own)
        return Addressees(types, categories, own, parse_expression(text, {}, part.place, PolicyPart.MEASURES))

    @staticmethod
    def _own(part: Fields) -> Expression | None:
        if "expression" not in part:
            return None
        return parse_expression(part.text("expression"), {}, part.item("expression").place, PolicyPart.MEASURES)


_REGISTERED = "status = 'registered'"
_BENEFITTING = "recognised and benefits_from <= :as_of"


def _whole_text(
    types: tuple[str, ...], inherited: bool, categories: tuple[Category, ...], own: Expression | None
) -> str:
    """The condition of an addressee in full. Types and categories are alternatives; what recognised households inherit
    begins on the day on which their benefits begin.
    """
    whom = [f"typed_as in ({', '.join(map(repr, types))})"] if types else []
    if inherited:
        whom.append(f"({_BENEFITTING})")
    if categories:
        whom.append(f"({_BENEFITTING} and category in ({', '.join(repr(str(one)) for one in categories)}))")
    parts = [_REGISTERED, f"({' or '.join(whom)})" if whom else "", f"({own.text})" if own else ""]
    return " and ".join(part for part in parts if part)


def _known_type(fields: Fields, key: str, name: str) -> bool:
    if name not in TYPES:
        raise PolicyError(f"{fields.what}的“{key}”不能是“{name}”；只有 {'、'.join(TYPES)}", fields.item(key).place)
    return True


def _inheritance(fields: Fields, citations: CitationReader) -> tuple[tuple[str, ...], Citation | None]:
    if "inherits" not in fields:
        return (), None
    part = fields.fields("inherits", "名特优新户享受的各型措施 inherits", ("types", "citation"))
    types = tuple(one for one in part.texts("types") if _known_type(part, "types", one))
    return types, citations.read(part)


def _region(fields: Fields, level: MeasureLevel) -> str:
    region = fields.text_or_none("region") or ""
    length = REGION_LENGTHS[level]
    if len(region) != length or (region and not region.isdigit()):
        place = fields.item("region").place if "region" in fields else fields.place
        raise PolicyError(f"{fields.what}的区划“{region}”不对；{level.label}的应是 {length} 位区划代码", place)
    return region


Option = TypeVar("Option", Department, Category, Need)


def _options(fields: Fields, key: str, kind: type[Option]) -> tuple[Option, ...]:
    """A list of options of a closed list."""
    allowed = [one.value for one in kind]
    found = []
    for part in fields.list(key):
        if part.value not in allowed:
            listed = "、".join(f"{one.value}（{one.label}）" for one in kind)
            raise PolicyError(f"{fields.what}的“{key}”不能是“{part.value}”；可用的有：{listed}", part.place)
        found.append(kind(part.value))
    return tuple(found)


def _condition(item: YamlItem) -> Condition:
    fields = Fields(item, "要核实的条件", ("title", "confirmed_by"))
    if "confirmed_by" not in fields:
        return Condition(fields.text("title"), None)
    one = YamlItem([fields.item("confirmed_by")], item.place)
    [department] = _options(
        Fields(YamlItem({"confirmed_by": one}, item.place), fields.what), "confirmed_by", Department
    )
    return Condition(fields.text("title"), department)


def _term(item: YamlItem) -> Term:
    fields = Fields(item, "数额", ("title", "unit", "value"))
    unit = Unit(fields.one_of("unit", [one.value for one in Unit]))
    text, title = fields.text("value"), fields.text("title")
    if text == UNSET:
        return Term(title, unit, None)
    value = parse_value(text, unit)
    if value is None:
        place = fields.item("value").place
        raise PolicyError(f"数额“{title}”的值“{text}”不对；应是{EXPECTED_FORMAT[unit]}，文件没有定的写 {UNSET}", place)
    return Term(title, unit, value)


def _commitment(fields: Fields, needs: tuple[Need, ...]) -> Commitment | None:
    if ("commitment" in fields) is not (Need.COMMITMENT in needs):
        raise PolicyError(
            f"{fields.what}要告知承诺的，needs 写 commitment，并写 commitment 的内容；缺一不可", fields.place
        )
    if "commitment" not in fields:
        return None
    part = fields.fields("commitment", f"{fields.what}的告知承诺", ("text", "checked_by", "consequence"))
    return Commitment(part.text("text"), part.text("checked_by"), part.text("consequence"))


def _unverified(fields: Fields) -> tuple[str, ...]:
    names = fields.texts("unverified")
    for name in names:
        if name not in fields:
            raise PolicyError(
                f"{fields.what}的“unverified”写了“{name}”，但没有写这一项", fields.item("unverified").place
            )
    return names
