"""The form of an objection: what it is against, what is wrong with it, and in one's own words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.shell.forms import Form
from services.portal.shell.refusals import Faults
from services.portal.upstream.objection import GroundOptionAnswer

AGAINST: Mapping[str, str] = {
    "typing": "分型结果",
    "refusal": "申报未通过",
    "non-selection": "未入选",
    "confirmation": "年度确认未通过",
    "extension": "有效期未延续",
    "cancellation": "取消认定",
    "revocation": "撤销认定",
}
"""What operators object to about households of their own; to names on a public notice anybody objects by name"""
KINDS: Mapping[str, str] = {
    "clause": "标准的这一条",
    "fact": "用到的数据",
    "reading": "条文的理解",
    "step": "办理的步骤",
    "other": "其他",
}
"""Kinds of grounds, in the order in which they are offered"""
LONGEST_STATEMENT = 2000
OTHER = "other:other"


@dataclass(frozen=True)
class ObjectionForm:
    """An objection as it was filled in; `chosen`: grounds as `kind:id`."""

    against: str
    uscc: str
    subject: str = ""
    chosen: Sequence[str] = ()
    statement: str = ""
    public_notice: str = ""

    @classmethod
    def read(cls, form: Form) -> "ObjectionForm":
        """From a form."""
        return cls(
            form.text("against", 40),
            form.text("uscc", 18),
            form.text("subject", 36),
            form.all("grounds"),
            form.text("statement", LONGEST_STATEMENT),
            form.text("public_notice", 36),
        )

    def faults(self) -> Faults:
        """What is missing before the service is asked."""
        found = [] if self.chosen else [("grounds", "请至少选一处您认为不对的。")]
        silent = OTHER in self.chosen and not self.statement
        return [*found, ("statement", "选“其他”的，请写明哪里不对。")] if silent else found

    def body(self, county: str) -> Mapping[str, Any]:
        """For the service. `county`: of the household, of which the service may not have heard yet; empty: it has."""
        grounds = [{"kind": kind, "id": name} for kind, _, name in (one.partition(":") for one in self.chosen)]
        said = {
            "county": county,
            "subject": self.subject,
            "statement": self.statement,
            "public_notice": self.public_notice,
        }
        return {
            "against": self.against,
            "uscc": self.uscc,
            "grounds": grounds,
            **{name: value for name, value in said.items() if value},
        }


@dataclass(frozen=True)
class GroundGroup:
    """Grounds of one kind; shown at once if one of them is chosen, or if there is no other kind to begin with."""

    word: str
    grounds: Sequence[GroundOptionAnswer]
    is_open: bool


def groups_of(grounds: Sequence[GroundOptionAnswer], chosen: Sequence[str]) -> list[GroundGroup]:
    """What may be wrong, by kind: on a phone dozens of boxes at once are a wall."""
    known = [one for one in grounds if one.kind in KINDS]
    first = next((kind for kind in KINDS if any(one.kind == kind for one in known)), "")
    is_known = any(one.value in chosen for one in known)

    def group(kind: str) -> Iterator[GroundGroup]:
        of_kind = [one for one in known if one.kind == kind]
        is_open = any(one.value in chosen for one in of_kind) if is_known else kind == first
        if of_kind:
            yield GroundGroup(KINDS[kind], of_kind, is_open)

    return [one for kind in KINDS for one in group(kind)]
