"""`/v1/rules`: what is told to whom, and how that changes; `/v1/templates`: the words, as gateways register them."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.notification.provider_urls import BY_TEMPLATE, parse_provider
from services.notification.resources import ResourcesDep
from services.notification.rules import repository as rule_repository, service as rule_service
from services.notification.rules.domain import NOT_DERIVED
from services.notification.rules.models import RuleVersion
from services.notification.rules.problems import RuleNotFound
from services.notification.rules.schemas import RuleBody, RuleVersionView, RuleView, TemplateView
from services.notification.settings import NotificationSettings
from shared.platform.etag import RequiredMatch
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["rules"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Drafter = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]
Publisher = Annotated[Caller, allow(Role.APPROVER)]


@router.get("/rules", summary="在用的通知规则")
async def list_rules(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[str], paged(str, limit=100)],
    event: Annotated[str | None, Query(max_length=100, description="只看这个事件的")] = None,
    behind: Annotated[bool, Query(description="只看随软件提供的版本以后又改过的")] = False,
) -> Page[RuleView]:
    """Those that apply in the caller's region, by name: the province's own version, else the one for all."""
    rules = (await rule_service.rules_in_force(session)).here(caller.region)
    derived = await rule_service.shipped_since(session, caller.region)
    views = [
        RuleView.of(one, derived.get(one.rule.name, NOT_DERIVED))
        for one in rules
        if event in (None, one.rule.event) and one.rule.name > (page.after or "")
    ]
    wanted = [one for one in views if one.behind or not behind]
    return page.of(wanted[: page.wanted], lambda one: one, lambda one: one.name)


@router.get("/templates", summary="在用的通知文字和短信模板")
async def list_templates(
    session: SessionDep, resources: ResourcesDep, caller: Reader, page: Annotated[PageQuery[str], paged(str)]
) -> Page[TemplateView]:
    """The words of the rules in force, by name; what SMS gateways register is written as each of them wants it, and
    which of those in use has given no code for it yet.
    """
    rules = (await rule_service.rules_in_force(session)).here(caller.region)
    wanted = [one for one in rules if one.rule.name > (page.after or "")]
    gateways = _gateways_by_template(resources.settings)
    return page.of(wanted[: page.wanted], lambda one: TemplateView.of(one, gateways), lambda one: one.rule.name)


def _gateways_by_template(settings: NotificationSettings) -> list[str]:
    kinds = [parse_provider(one).kind for one in (settings.sms_first, settings.sms_fallback) if one is not None]
    return [one for one in kinds if one in BY_TEMPLATE]


@router.get("/rules/drafts", summary="规则草稿")
async def list_drafts(
    session: SessionDep, caller: Reader, page: Annotated[PageQuery[tuple[str, int]], paged(str, int)]
) -> Page[RuleVersionView]:
    """Drafts of the caller's province, and those for all; of the whole country every province's."""
    rows = await rule_repository.list_drafts(session, caller.region[:2], page.after, page.wanted)
    return page.of(rows, RuleVersionView.of, lambda row: (row.name, row.version))


@router.post("/rules", status_code=201, summary="起草一条规则的新版本")
async def create_draft(body: RuleBody, response: Response, session: SessionDep, caller: Drafter) -> RuleVersionView:
    """For the caller's province; at the level of the country for all provinces that have no version of their own."""
    return shown(await rule_service.draft(session, body.content, caller), response)


@router.get("/rules/{name}/versions", summary="一条规则的各个版本")
async def list_versions(
    name: str, session: SessionDep, caller: Reader, page: Annotated[PageQuery[int], paged(int)]
) -> Page[RuleVersionView]:
    """The oldest first."""
    rows = await rule_repository.list_versions(session, name, caller.region[:2], page.after, page.wanted)
    return page.of(rows, RuleVersionView.of, lambda row: row.version)


@router.get("/rules/{name}/versions/{version}", summary="一条规则的一个版本")
async def get_version(
    name: str, version: rule_service.Number, response: Response, session: SessionDep, caller: Reader
) -> RuleVersionView:
    """With its content; the ETag is what a decision on a draft names."""
    found = await rule_repository.get(session, name, version, caller.region[:2])
    return shown(or_404(found, RuleNotFound), response)


@router.put("/rules/{name}/versions/{version}", summary="修改自己起草的草稿")
async def change_draft(
    name: str,
    version: rule_service.Number,
    body: RuleBody,
    match: RequiredMatch,
    response: Response,
    session: SessionDep,
    caller: Drafter,
) -> RuleVersionView:
    """By its drafter."""
    return shown(await rule_service.redraft(session, name, version, body.content, match, caller), response)


@router.delete("/rules/{name}/versions/{version}", status_code=204, summary="删除草稿")
async def discard_draft(
    name: str, version: rule_service.Number, match: RequiredMatch, session: SessionDep, caller: Drafter
) -> None:
    """By its drafter or an approver."""
    await rule_service.discard(session, name, version, match, caller)


@router.post("/rules/{name}/versions/{version}/publication", summary="发布草稿")
async def publish_draft(
    name: str,
    version: rule_service.Number,
    match: RequiredMatch,
    response: Response,
    session: SessionDep,
    caller: Publisher,
) -> RuleVersionView:
    """By another approver than its drafter: what is told from now on is told by it."""
    return shown(await rule_service.publish(session, name, version, match, caller), response)


def shown(version: RuleVersion, response: Response) -> RuleVersionView:
    """The version, with its ETag."""
    view = RuleVersionView.of(version)
    response.headers["ETag"] = view.etag
    return view
