"""A region's criteria of a year: drafted by one officer, published by another, before anybody may apply.

The policy says which levels set them, and with which level they are filed.
"""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.base import ANNOUNCER
from services.recognition.rules.claims import LocalCategories, LocalCategory, LocalCriterion
from services.recognition.rules.service import POLICIES, RulesOrder, check_setter, resolve_policy, stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.domain import TieBreak
from services.recognition.season.models import Criteria
from services.recognition.season.problems import (
    CriteriaExist,
    CriteriaFiled,
    CriteriaFiledInFuture,
    CriteriaNotPublished,
    CriteriaPublished,
    CriteriaUnusable,
    FilingNotNeeded,
    PublicationOfOwnCriteria,
)
from shared import clock
from shared.contracts import recognition as contract
from shared.law.language.facts import one_prover
from shared.law.model.clauses import fill_title, values_on
from shared.law.model.recognition import LEVEL_DIGITS, Category, Level, RecognitionRules
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.identity import Caller


async def draft_criteria(
    session: AsyncSession,
    region: str,
    year: int,
    policy: str,
    document: str,
    categories: LocalCategories | None,
    ties: Sequence[TieBreak],
    caller: Caller,
    replaces: UUID | None = None,
) -> Criteria:
    """Draft criteria, without `categories` the policy's own. An unpublished draft of the same person is replaced; that
    of somebody else only where `replaces` names it, so that nobody loses work unseen.
    """
    chosen, rules = await resolve_policy(session, RulesOrder(policy), region, year, caller)
    check_setter(rules, region)
    known = dict(categories) if categories is not None else policy_criteria(rules)
    check_categories(known)
    await remove_draft(session, region, year, caller, replaces)
    criteria = Criteria(
        region=region,
        year=year,
        policy_hash=chosen.content_hash,
        document=document,
        categories=known,
        ties=tuple(ties),
        created_by=caller.subject,
    )
    async with refused_on_conflict(session, CriteriaExist(f"{region} 在 {year} 年的分类标准刚刚由他人起草")):
        session.add(criteria)
    await audit.record(session, criteria, caller, "criteria:draft")
    return criteria


async def remove_draft(session: AsyncSession, region: str, year: int, caller: Caller, replaces: UUID | None) -> None:
    """Delete a draft of criteria that is to be replaced. 409 when it is published, or another's and not named."""
    criteria = await season_repository.lock_criteria_of(session, region, year)
    if criteria is None:
        return
    if criteria.published_at is not None:
        raise CriteriaPublished(f"{region} 在 {year} 年的分类标准已经公布，不能再改")
    if criteria.created_by != caller.subject and criteria.id != replaces:
        detail = f"{region} 在 {year} 年已有他人起草的分类标准；看过以后确要替换的，在 replaces 中写 {criteria.id}"
        raise CriteriaExist(detail)
    await season_repository.delete_criteria(session, criteria)


async def publish_criteria(session: AsyncSession, criteria: Criteria, caller: Caller) -> Criteria:
    """Publish a draft. 409 when it is published already, 403 for the person who drafted it."""
    if criteria.published_at is not None:
        raise CriteriaPublished("这份分类标准已经公布，不能再改")
    if criteria.created_by == caller.subject:
        raise PublicationOfOwnCriteria
    criteria.published_by, criteria.published_at = caller.subject, clock.now()
    criteria.version += 1
    await audit.record(session, criteria, caller, "criteria:publish")
    published = contract.CriteriaPublished(
        region=criteria.region,
        year=criteria.year,
        policy=(await POLICIES.get(session, criteria.policy_hash)).id,
        document=criteria.document,
        categories=[of_category(name, one) for name, one in criteria.categories.items()],
    )
    await ANNOUNCER.announce(session, published, subject=criteria.region, actor=caller.subject)
    return criteria


def of_category(name: Category, published: LocalCategory) -> contract.CriteriaOfCategory:
    """A category's criteria as they are announced."""
    listed = [contract.PublishedCriterion(title=one.title, points=one.points) for one in published.criteria]
    return contract.CriteriaOfCategory(category=name.value, points_needed=published.points_needed, criteria=listed)


async def file_criteria(
    session: AsyncSession, criteria: Criteria, document: str, filed_on: dt.date, caller: Caller
) -> Criteria:
    """Record that published criteria were filed with the level above, as the policy demands. 409 when there is nothing
    to file.
    """
    level = filing_level(await stored_rules(session, criteria.policy_hash), criteria.region)
    if level is None:
        raise FilingNotNeeded
    if criteria.published_at is None:
        raise CriteriaNotPublished
    if criteria.filed_on is not None:
        raise CriteriaFiled(f"已于 {criteria.filed_on} 以 {criteria.filed_document} 备案")
    if filed_on > clock.today():
        raise CriteriaFiledInFuture(f"备案日期 {filed_on} 晚于今天，请在备案以后登记")
    criteria.filed_document, criteria.filed_on, criteria.filed_by = document, filed_on, caller.subject
    criteria.version += 1
    await audit.record(session, criteria, caller, "criteria:file")
    return criteria


def filing_level(rules: RecognitionRules, region: str) -> Level | None:
    """The level with which a region's criteria are filed; None where the policy does not demand it."""
    level = rules.criteria.filed_with
    return level if level is not None and len(region) > LEVEL_DIGITS[level] else None


def policy_criteria(rules: RecognitionRules) -> dict[Category, LocalCategory]:
    """The policy's own criteria by category, with today's numbers in their titles; categories without criteria are
    left out.
    """
    numbers = values_on(rules.parameters, clock.today())
    return {
        category: LocalCategory(
            rule.points_needed,
            tuple(
                LocalCriterion(
                    criterion.id,
                    fill_title(criterion.title, rules.parameters, numbers),
                    criterion.evidence,
                    one_prover(criterion.proven_by),
                    criterion.besides,
                    criterion.points,
                    criterion.otherwise,
                )
                for criterion in rule.criteria
            ),
        )
        for category, rule in rules.categories.items()
        if rule.criteria
    }


def check_categories(categories: LocalCategories) -> None:
    """422 unless every scored category can be reached, and every criterion belongs to its category."""
    wrong = [sentence for name, category in categories.items() for sentence in _category_errors(name, category)]
    if not categories:
        wrong = ["一类标准都没有；请写明 categories，或换用有分类标准的政策"]
    if wrong:
        raise CriteriaUnusable("；".join(wrong))


def _category_errors(name: Category, category: LocalCategory) -> list[str]:
    criteria, needed = category.criteria, category.points_needed
    errors = [f"“{one.id}”不属于 {name} 类" for one in criteria if not one.id.startswith(f"{name}.")]
    ids = [one.id for one in criteria]
    errors += [f"“{repeated}”写了两次" for repeated in sorted({one for one in ids if ids.count(one) > 1})]
    points = [one.points for one in criteria]
    if needed is None:
        return [*errors, f"{name} 类写了分数，要写 points_needed"] if any(points) else errors
    if None in points:
        return [*errors, f"{name} 类按分数认定，每一条标准都要写 points"]
    total = sum(criterion.points or 0 for criterion in criteria)
    return [*errors, f"{name} 类要 {needed} 分，各条加起来只有 {total} 分"] if needed > total else errors
