"""What operators read of the objection service: what may be wrong with a result, and their own objections."""

import datetime as dt

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read
from services.portal.upstream.objection_files import ObjectionAnswer
from services.portal.upstream.whole import read_list


class GroundOptionAnswer(Answer):
    """One thing that may be wrong, in the words of the text."""

    kind: str
    id: str
    title: str
    citation: str | None
    department_label: str | None
    in_force: str | None

    @property
    def value(self) -> str:
        """As a form names it."""
        return f"{self.kind}:{self.id}"


class BureauAnswer(Answer):
    """A market-supervision bureau."""

    name: str


class GroundsAnswer(Answer):
    """What one needs to know before filing: what may be wrong, until when, who handles it."""

    against_label: str
    citation: str
    received_by: list[BureauAnswer]
    decided_by: list[BureauAnswer]
    last_day: dt.date | None
    last_day_text: str
    grounds: list[GroundOptionAnswer]


async def grounds(
    upstream: Upstream, against: str, uscc: str, subject: str, county: str, public_notice: str = ""
) -> GroundsAnswer:
    """For a household's type, its name on a public notice, or a decision about an application or a recognition
    (`subject`).
    """
    known = {"against": against, "uscc": uscc, "subject": subject, "county": county}
    query: Query = {**known, "public_notice": public_notice}
    return await read(upstream, GroundsAnswer, "/v1/grounds", query)


async def own_objections(upstream: Upstream) -> list[ObjectionAnswer]:
    """All that the operator filed, or that was filed for them at the counter."""
    return await read_list(upstream, ObjectionAnswer, "/v1/objections/mine")


async def own_objection_page(upstream: Upstream, cursor: str) -> Listed[ObjectionAnswer]:
    """The same, a page at a time."""
    return await read(upstream, Listed[ObjectionAnswer], "/v1/objections/mine", {"cursor": cursor, "limit": 20})
