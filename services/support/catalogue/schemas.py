"""How measures are shown and entered."""

import datetime as dt
import uuid
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from services.support.catalogue.models import MeasureRevision
from services.support.catalogue.register import RegisteredMeasure
from shared.law.language.units import format_value
from shared.law.model.measures import Measure
from shared.law.reader.parameters import UNSET
from shared.platform.fields import PublicText, Shape, ShortText, refuse_personal_data

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
MeasureIdField = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,59}$"), Field(examples=["zz-18"])]


class NamedView(Shape):
    """A code with its Chinese name."""

    code: str
    label: str


class CitationView(Shape):
    """The words that a measure rests on."""

    document: str
    title: str
    issuer: str
    article: str
    quote: str


class ConditionView(Shape):
    """A condition that no feed proves."""

    title: str
    confirmed_by: NamedView | None


class TermView(Shape):
    """An amount, share or period in words; unset ones are shown so."""

    title: str
    text: str
    is_set: bool


class MeasureView(Shape):
    """The public page of a measure."""

    id: str
    title: str
    kind: NamedView
    field: NamedView
    level: NamedView
    region: str
    lead: Annotated[list[NamedView], Field(description="空的：文件没有写由哪个部门办（待明确部门）")]
    joint: list[NamedView]
    others: str | None
    types: list[str]
    categories: list[NamedView]
    addressees: Annotated[str, Field(description="对象的完整表达式")]
    conditions: list[ConditionView]
    terms: list[TermView]
    since: dt.date
    until: dt.date | None
    in_force: bool
    channel: NamedView | None
    needs: list[NamedView]
    commitment: str | None
    commitment_consequence: str | None
    limits: str | None
    ends: str | None
    contact: str | None
    guide: str | None
    unverified: Annotated[list[str], Field(description="原文没有写、由录入的人补的项目（未核对）")]
    placeholder: bool
    draft: Annotated[bool, Field(description="征求意见稿：只展示，不据以办理")]
    revision: Annotated[int, Field(description="0：随平台提供的原文")]
    citation: CitationView

    @classmethod
    def of(cls, entry: RegisteredMeasure, day: dt.date) -> "MeasureView":
        """As it counts on a day."""
        one = entry.measure
        same = (
            "id",
            "title",
            "region",
            "others",
            "since",
            "until",
            "limits",
            "ends",
            "contact",
            "guide",
            "placeholder",
        )
        return cls(
            **{name: getattr(one, name) for name in same},
            kind=_named(one.kind),
            field=_named(one.field),
            level=_named(one.level),
            lead=[_named(department) for department in one.lead],
            joint=[_named(department) for department in one.joint],
            types=list(one.addressees.types),
            categories=[_named(category) for category in one.addressees.categories],
            addressees=one.addressees.whole.text,
            conditions=_conditions(one),
            terms=_terms(one),
            in_force=one.in_force_on(day),
            channel=_named(one.channel) if one.channel else None,
            needs=[_named(need) for need in one.needs],
            commitment=one.commitment.text if one.commitment else None,
            commitment_consequence=one.commitment.consequence if one.commitment else None,
            unverified=list(one.unverified),
            draft=entry.draft,
            revision=entry.revision,
            citation=citation_view(one),
        )


def _named(one: Any) -> NamedView:  # noqa: ANN401 - members of several enumerations, each with a label
    return NamedView(code=one.value, label=one.label)


def citation_view(measure: Measure) -> CitationView:
    """The words that a measure rests on."""
    said = measure.citation
    document = said.document
    return CitationView(
        document=document.number,
        title=document.title,
        issuer=document.issuer,
        article=said.article,
        quote=said.quote,
    )


def _conditions(measure: Measure) -> list[ConditionView]:
    return [
        ConditionView(title=one.title, confirmed_by=_named(one.confirmed_by) if one.confirmed_by else None)
        for one in measure.conditions
    ]


def _terms(measure: Measure) -> list[TermView]:
    return [
        TermView(title=one.title, text=format_value(one.value, one.unit), is_set=one.value is not None)
        for one in measure.terms
    ]


class ConditionBody(Shape):
    """A condition that a department confirms."""

    title: ShortText
    confirmed_by: Word | None = None


class TermBody(Shape):
    """An amount, share or period; `unset` where the document gives none."""

    title: ShortText
    unit: Word
    value: Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(refuse_personal_data)] = UNSET


class AddresseesBody(Shape):
    """Whom the measure is for; types and categories are alternatives."""

    types: tuple[Word, ...] = ()
    categories: tuple[Word, ...] = ()
    expression: Annotated[str | None, Field(max_length=1000, examples=["established_on at least 1 years ago"])] = None


class CommitmentBody(Shape):
    """告知承诺: the text, who checks later, what follows when it is untrue."""

    text: PublicText
    checked_by: ShortText
    consequence: PublicText


class DocumentBody(Shape):
    """The document that the measure rests on."""

    number: ShortText
    title: ShortText
    issuer: ShortText
    text: Annotated[str | None, Field(max_length=60, description="平台有原文的，写文件名，引文就逐字核对")] = None


class CitationBody(Shape):
    """Article and words."""

    document: DocumentBody
    article: ShortText
    quote: PublicText


class MeasureBody(Shape):
    """A measure as policies/README.md writes it, with its level, region and document."""

    id: MeasureIdField
    title: ShortText
    kind: Word
    field: Word
    level: Word
    region: Annotated[str | None, Field(max_length=6, examples=["410102"])] = None
    inherits: tuple[Word, ...] = ()
    lead: tuple[Word, ...] = ()
    joint: tuple[Word, ...] = ()
    others: ShortText | None = None
    addressees: AddresseesBody = AddresseesBody()
    conditions: Annotated[tuple[ConditionBody, ...], Field(max_length=20)] = ()
    terms: Annotated[tuple[TermBody, ...], Field(max_length=20)] = ()
    since: Annotated[dt.date, Field(alias="from")]
    until: dt.date | None = None
    channel: Word | None = None
    needs: tuple[Word, ...] = ()
    commitment: CommitmentBody | None = None
    limits: ShortText | None = None
    ends: ShortText | None = None
    contact: Annotated[str | None, Field(max_length=500, description="办理部门对外公布的咨询方式")] = None
    guide: PublicText | None = None
    unverified: tuple[Word, ...] = ()
    citation: CitationBody

    def content(self) -> dict[str, Any]:
        """As the reader of measures takes it: what is not filled in is left out."""
        content: dict[str, Any] = _without_empty(self.model_dump(mode="json", by_alias=True))
        return content


def _without_empty(content: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(content, dict):
        kept = {key: _without_empty(part) for key, part in content.items()}
        return {key: part for key, part in kept.items() if part not in (None, [], {})}
    return [_without_empty(part) for part in content] if isinstance(content, list) else content


class RevisionView(Shape):
    """A revision as staff see it."""

    id: uuid.UUID
    measure: str
    number: int
    region: str
    state: NamedView
    content: dict[str, Any]
    entered_by: str
    checked_by: str | None
    returned_because: str | None
    published_by: str | None
    published_at: dt.datetime | None
    ended_on: dt.date | None
    ended_because: str | None

    @classmethod
    def of(cls, row: MeasureRevision) -> "RevisionView":
        """As it is stored."""
        same = [name for name in cls.model_fields if name != "state"]
        return cls(**{name: getattr(row, name) for name in same}, state=_named(row.state))
