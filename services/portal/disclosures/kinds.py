"""What can be shown in clear: where it stands masked, and what the services show of it for a reason."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from services.portal.shell.behalf import Behalf
from services.portal.shell.rendering import day
from services.portal.upstream import disclosures, objection_files
from services.portal.upstream.calls import Change
from services.portal.upstream.disclosures import ClearWaysAnswer
from services.portal.upstream.notification import DeliveredContactAnswer, OwnValuesAnswer
from services.portal.upstream.problems import Absent

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Named:
    """Whose data: an id or a code; `within`: of the objection that a note belongs to."""

    subject: str
    within: str = ""


@dataclass(frozen=True)
class Masked:
    """What is shown without a reason. `back`: the page that it belongs to."""

    title: str
    back: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class DisclosureKind:
    """One kind. `clear` asks the service, which writes down who, when and why before it answers."""

    masked: Callable[[Behalf, Named], Awaitable[Masked]]
    clear: Callable[[Behalf, Named, Change], Awaitable[Facts]]


async def _masked_objector(behalf: Behalf, named: Named) -> Masked:
    found = await objection_files.objector(behalf.objection, named.subject)
    facts = {"姓名": found.name or "没有登记", "联系方式": found.contact or "没有登记"}
    return Masked("异议人的姓名和联系方式", f"/work/objections/{quote(named.subject, safe='')}", facts)


async def _clear_objector(behalf: Behalf, named: Named, change: Change) -> Facts:
    found = await disclosures.clear_objector(behalf.objection, named.subject, change)
    consents = {f"{day(one.given_on)}在窗口同意": one.statement for one in found.consents}
    return {"姓名": found.name or "没有登记", "联系方式": found.contact or "没有登记", **consents}


async def _masked_hearing(behalf: Behalf, named: Named) -> Masked:
    notes = await objection_files.hearings(behalf.objection, named.within)
    note = next((one for one in notes if one.id == named.subject), None)
    if note is None:
        raise Absent
    facts = {"哪一天": day(note.held_on), "到场的人": "遮盖", "记录": "遮盖"}
    return Masked(note.kind_label, f"/work/objections/{quote(named.within, safe='')}", facts)


async def _clear_hearing(behalf: Behalf, named: Named, change: Change) -> Facts:
    found = await disclosures.clear_hearing(behalf.objection, named.within, named.subject, change)
    return {"哪一天": day(found.held_on), "到场的人": "、".join(found.present), "记录": found.text}


async def _masked_contact(behalf: Behalf, named: Named) -> Masked:
    found = await disclosures.contact(behalf.notification, named.subject)
    facts = {**ways("登记时留的", found.delivered), **ways("本人填的", found.own)}
    return Masked("经营者的联系方式", f"/work/households/{quote(named.subject, safe='')}", facts)


async def _clear_contact(behalf: Behalf, named: Named, change: Change) -> Facts:
    found = await disclosures.clear_contact(behalf.notification, named.subject, change)
    return {**ways("登记时留的", found.delivered), **ways("本人填的", found.own)}


def ways(
    whose: str,
    found: ClearWaysAnswer | DeliveredContactAnswer | OwnValuesAnswer | None,
) -> Facts:
    """Phone and e-mail, as far as there are any."""
    told = {"手机": found.phone, "电子邮箱": found.email} if found is not None else {}
    return {f"{whose}{what}": value for what, value in told.items() if value}


KINDS: Mapping[str, DisclosureKind] = {
    "objector": DisclosureKind(_masked_objector, _clear_objector),
    "hearing": DisclosureKind(_masked_hearing, _clear_hearing),
    "contact": DisclosureKind(_masked_contact, _clear_contact),
}
"""By the word of the address"""
