"""A hand-in as the adapters give it: a JSON object with `kind`, `reference` and the fields of its kind.

What cannot be used is `Unfit` with one reason, which repeats nothing of what was said: it is shown to officers and told
to the system.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationError,
)

from services.notification.publication.incoming.domain import TAKEN_FROM, HandInKind
from services.notification.publication.systems import SYSTEM_LABELS, System
from shared import clock
from shared.platform.fields import USCC_PATTERN, County, Reason, Region, UsccEntry, Year
from shared.platform.sealed_fields.keys import parse_keys
from shared.reference.personal_patterns import personal_pattern_in

PURPOSE = b"hand-in"
EARLIEST, LATEST = 2000, 2200
COUNTY = re.compile(r"[1-9][0-9]{5}")
Word = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
Statement = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000, pattern=r"^[^\x00]*$")]
PersonalWord = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]


def no_personal_number(reference: str) -> str:
    """A number of a system, which is shown and told: nobody's identity number or phone."""
    if personal_pattern_in(reference) is not None:
        raise ValueError("the number of a person")
    return reference


def within_reason(moment: dt.datetime) -> dt.datetime:
    """An instant that can be reckoned with."""
    if not EARLIEST <= moment.year <= LATEST:
        raise ValueError("no instant of this platform's time")
    return moment


Instant = Annotated[AwareDatetime, AfterValidator(within_reason)]
Reference = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,59}$"), AfterValidator(no_personal_number)
]


class Item(BaseModel):
    """What all kinds have in common. `reference`: its number at the system."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)
    kind: ClassVar[HandInKind]

    reference: Reference


class HouseholdItem(Item):
    """Something about one household."""

    uscc: UsccEntry

    @property
    def place(self) -> str:
        """The county that the system names, else the one that registered the household, which its code names."""
        return getattr(self, "region", None) or self.uscc[2:8]


class ApplicationItem(HouseholdItem):
    """An application of a household's operator, whom the system has identified. Others will read the reason, so it
    holds nobody's numbers.
    """

    kind = HandInKind.APPLICATION

    filed_at: Instant
    year: Year
    region: County | None = None
    category: Word
    category_reason: Annotated[Reason, Field(repr=False)]
    criteria: Annotated[list[Word], Field(max_length=50)]
    operator_kinds: Annotated[list[Word], Field(max_length=10)] = []


class ObjectionItem(HouseholdItem):
    """An objection of a household's operator to its type. A period runs, so it is not refused for a number in its
    text: that is sealed for the objection service, which leaves such a text where it was written.
    """

    kind = HandInKind.OBJECTION

    filed_at: Instant
    year: Year | None = None
    region: County | None = None
    statement: Annotated[Statement, Field(repr=False)] = ""
    name: Annotated[PersonalWord | None, Field(repr=False)] = None
    contact: Annotated[PersonalWord | None, Field(repr=False)] = None


class ReportsClosedItem(Item):
    """The annual reports of a year are complete in a region."""

    kind = HandInKind.REPORTS_CLOSED

    region: Region
    year: Year
    closed_on: dt.date

    @property
    def place(self) -> str:
        """The region itself."""
        return self.region


class ReportFiledItem(HouseholdItem):
    """A household filed its annual report after the closing."""

    kind = HandInKind.REPORT_FILED

    year: Year
    filed_on: dt.date


AnyItem = ApplicationItem | ObjectionItem | ReportsClosedItem | ReportFiledItem
SHAPES: Mapping[HandInKind, type[AnyItem]] = {
    one.kind: one for one in (ApplicationItem, ObjectionItem, ReportsClosedItem, ReportFiledItem)
}


@dataclass(frozen=True)
class Unfit:
    """A hand-in that cannot be used, as far as it could be read. `reference` None: it has none that could be kept."""

    reason: str
    reference: str | None = None
    kind: HandInKind | None = None
    uscc: str | None = None
    region: str = ""


def read_item(system: System, said: Mapping[str, Any]) -> AnyItem | Unfit:
    """The item, or why it cannot be used."""
    kind = next((one for one in HandInKind if one == said.get("kind")), None)
    if kind is None or kind not in TAKEN_FROM[system]:
        taken = "、".join(one.label for one in HandInKind if one in TAKEN_FROM[system])
        return _unfit(f"{SYSTEM_LABELS[system]}转来的只能是：{taken or '（没有）'}", said, kind)
    try:
        item = SHAPES[kind].model_validate(said)
    except ValidationError as error:
        return _unfit(_reason_of(error), said, kind)
    if problem := _out_of_place(item) or _out_of_time(item):
        return _unfit(problem, said, kind)
    return item


def is_elsewhere(item: AnyItem | Unfit, region: str) -> bool:
    """Whether it is about a place outside the region whose platform this is: another one takes it, and answers."""
    place = item.region if isinstance(item, Unfit) else item.place
    return not place.startswith(region) and not region.startswith(place)


def marks_of(vault_keys: SecretStr, said: Mapping[str, Any]) -> Sequence[bytes]:
    """Keyed digests of all that an item says, by each of the vault's keys, the newest first: whether it comes again
    with the same content can be seen, and nothing of it can be guessed.
    """
    whole = json.dumps(said, sort_keys=True, default=str).encode()
    keys = parse_keys(vault_keys.get_secret_value()).values()
    return [hmac.digest(hmac.digest(key, PURPOSE, hashlib.sha256), whole, hashlib.sha256) for key in keys]


def _out_of_place(item: AnyItem) -> str | None:
    """A household whose county nobody can tell."""
    if isinstance(item, ReportsClosedItem) or COUNTY.fullmatch(item.place):
        return None
    return "统一社会信用代码中没有区划代码，请写明 region"


def _out_of_time(item: AnyItem) -> str | None:
    """What typing would refuse about a closing, and days to come."""
    if isinstance(item, ApplicationItem | ObjectionItem):
        return None
    if isinstance(item, ReportsClosedItem) and item.closed_on.year != item.year + 1:
        return f"{item.year} 年度年报应在 {item.year + 1} 年结束"
    day = item.closed_on if isinstance(item, ReportsClosedItem) else item.filed_on
    if day.year <= item.year:
        return f"{item.year} 年度年报不会在 {day} 报送"
    return f"日期 {day} 晚于今天" if day > clock.today() else None


def _reason_of(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=True, include_input=False)
    personal = next((one for one in problems if one["type"] == "personal_data"), None)
    if personal is not None:
        return f"文字中含有{personal['ctx']['what']}，没有保存；请删去后另行提交，联系方式填在专门的栏目里"
    fields = "、".join(sorted({str(one["loc"][0]) for one in problems if one["loc"]})) or "整项"
    return f"这些栏目缺少或格式不对：{fields}"


def _unfit(reason: str, said: Mapping[str, Any], kind: HandInKind | None) -> Unfit:
    """With what could be read all the same, so that the system can be answered and the right office sees it."""
    uscc, region, reference = said.get("uscc"), said.get("region"), None
    try:
        reference = Item.model_validate({"reference": said.get("reference")}).reference
    except ValidationError:
        reason += "；没有可用的编号，无法答复"
    code = uscc if isinstance(uscc, str) and re.fullmatch(USCC_PATTERN, uscc) else None
    place = region if isinstance(region, str) and re.fullmatch(r"[1-9][0-9]([0-9]{2}){0,2}", region) else None
    registered = COUNTY.fullmatch(code[2:8]) if code else None
    return Unfit(reason, reference, kind, code, place or (registered[0] if registered else ""))
