"""The rules in force, and how they change: shipped, then drafted by one officer and published by another."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import orjson
import structlog
from pydantic import Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import NotificationCategory
from services.notification.resources import Resources
from services.notification.rules import repository as rule_repository
from services.notification.rules.checking import CompiledRule, RuleError, read_rule
from services.notification.rules.domain import Derivation, Rule, VersionState
from services.notification.rules.models import RuleVersion
from services.notification.rules.problems import (
    DrafterPublishes,
    DraftOfAnother,
    RuleNotADraft,
    RuleNotFound,
    RuleOfProvince,
    RuleUnchanged,
    RuleUnusable,
)
from services.notification.rules.shipped import shipped_rules
from shared import clock
from shared.bounded_cache import BoundedCache
from shared.database.advisory_locks import AdvisoryLock, take_lock
from shared.law.reader.citations import is_verbatim
from shared.law.reader.loading import POLICIES
from shared.platform import audit
from shared.platform.etag import check_match
from shared.platform.identity import Caller, Role
from shared.platform.lookups import or_404

log = structlog.get_logger()

SHIPPED = "library"
"""Who drafted and published what is shipped."""
PROVINCE_DIGITS = 2
Number = Annotated[int, Field(ge=1, le=9999)]
"""Of a version"""
KEY = ("event", "each", "once")
"""What the permanent key of a fact follows from"""
FIXED_OF_DUTIES = (*KEY, "when", "to", "known_as", "category", "paused")
MOST_COMPILED, MOST_SETS = 2000, 4


class RulesInForce:
    """What is told in which province: its own version of a rule, else the one for all."""

    def __init__(self, compiled: Sequence[tuple[str, CompiledRule]]) -> None:
        self._by_scope: dict[str, dict[str, CompiledRule]] = defaultdict(dict)
        for scope, one in compiled:
            self._by_scope[scope][one.rule.name] = one
        self._found: dict[tuple[str, str], Sequence[CompiledRule]] = {}

    def of(self, event: str, region: str) -> Sequence[CompiledRule]:
        """The rules for an event of a region, by name; paused ones tell nothing."""
        key = event, region[:PROVINCE_DIGITS]
        if key not in self._found:
            wanted = [one for one in self.here(region) if one.rule.event == event]
            self._found[key] = [one for one in wanted if not one.rule.paused and one.payload is not None]
        return self._found[key]

    def here(self, region: str) -> Sequence[CompiledRule]:
        """All rules that apply in a region, by name."""
        own = self._by_scope.get(region[:PROVINCE_DIGITS], {}) if region else {}
        found = {**self._by_scope.get("", {}), **own}
        return [found[name] for name in sorted(found)]


_COMPILED = BoundedCache[str, CompiledRule](MOST_COMPILED)
_SETS = BoundedCache[tuple[tuple[uuid.UUID, str], ...], RulesInForce](MOST_SETS)


async def rules_in_force(session: AsyncSession) -> RulesInForce:
    """As the database says now: one statement where nothing has changed. Before a worker has stored what is shipped,
    that is in force.
    """
    rows = await rule_repository.in_force(session)
    if not rows:
        return RulesInForce([("", one) for one in shipped_rules().values()])
    key = tuple(sorted((row.id, row.scope) for row in rows))
    if known := _SETS.get(key):
        return known
    stored = await rule_repository.by_id(session, [row.id for row in rows])
    compiled = [(version.scope, one) for version in stored if (one := compiled_of(version)) is not None]
    return _SETS.put(key, RulesInForce(compiled))


async def shipped_since(session: AsyncSession, region: str) -> Mapping[str, Derivation]:
    """Of the rules that officers have made their own for a region: what each goes back to, and what is shipped now."""
    newest = await rule_repository.newest_shipped(session, SHIPPED)
    own = await rule_repository.own_in_force(session, region[:PROVINCE_DIGITS], SHIPPED)
    return {name: Derivation(derived_from, newest.get(name)) for name, derived_from in own.items()}


def compiled_of(version: RuleVersion) -> CompiledRule | None:
    """A stored version, compiled once per process; None, and a line in the log, where a later release refuses it."""
    known = _COMPILED.get(str(version.id))
    if known is not None and known.rule.content_hash == version.content_hash:
        return known
    try:
        return _COMPILED.put(str(version.id), _as_shipped(version) or read_rule(version.content))
    except RuleError:
        log.exception("rule_unusable", rule=version.name, version=version.version)
        return None


def _as_shipped(version: RuleVersion) -> CompiledRule | None:
    """With the compiled words of the shipped rule where it says the same: half of a worker's start went into compiling
    them again.
    """
    shipped = shipped_rules().get(version.name) if version.drafted_by == SHIPPED else None
    if shipped is None or shipped.rule.content_hash != version.content_hash:
        return None
    try:
        rule = Rule.model_validate_json(orjson.dumps(version.content))
    except ValidationError:
        return None  # `read_rule` says what is wrong
    return replace(shipped, rule=rule) if rule.content_hash == shipped.rule.content_hash else None


async def store_shipped(session: AsyncSession) -> int:
    """Stores the shipped rules whose content was never stored: published, unless officers have published one of their
    own for all, which goes on; then it is a draft for them. Returns how many are new.
    """
    known = await rule_repository.shipped_hashes(session, SHIPPED)
    new = [one.rule for one in shipped_rules().values() if (one.rule.name, one.rule.content_hash) not in known]
    if not new:
        return 0
    await take_lock(session, AdvisoryLock.RULES)
    known = await rule_repository.shipped_hashes(session, SHIPPED)
    for rule in new:
        if (rule.name, rule.content_hash) not in known:
            await _store_shipped(session, rule)
    return len(new)


async def keep_shipped(resources: Resources) -> None:
    """Once a minute, and first when a worker starts: what a release ships is stored."""
    async with resources.database.transaction() as session:
        await store_shipped(session)


async def _store_shipped(session: AsyncSession, rule: Rule) -> None:
    current = await rule_repository.published(session, rule.name, "")
    of_officers = current is not None and current.drafted_by != SHIPPED
    version = await _new_version(session, rule, scope="", drafted_by=SHIPPED, at_least=rule.version)
    # one that cannot be read back replaces nothing: else the rule would tell nobody
    if not of_officers and compiled_of(version) is not None:
        await _put_in_force(session, version, SHIPPED)


async def _new_version(
    session: AsyncSession, rule: Rule, *, scope: str, drafted_by: str, at_least: int = 1
) -> RuleVersion:
    """A draft with the next number, of all provinces together. `at_least`: the number that the library names; what
    officers write in a draft never counts, or one of them could use up the numbers of all.
    """
    shipped = (await rule_repository.newest_shipped(session, SHIPPED, rule.name)).get(rule.name)
    number = max(await rule_repository.last_number(session, rule.name) + 1, at_least)
    rule = rule.model_copy(update={"version": number})
    version = RuleVersion(
        id=uuid.uuid4(),
        name=rule.name,
        version=number,
        scope=scope,
        event=rule.event,
        content=rule.content,
        content_hash=rule.content_hash,
        derived_from=None if drafted_by == SHIPPED else shipped,
        state=VersionState.DRAFT,
        drafted_by=drafted_by,
        drafted_at=clock.now(),
        revision=1,
    )
    session.add(version)
    await session.flush()
    return version


async def _put_in_force(session: AsyncSession, version: RuleVersion, by: str) -> None:
    await rule_repository.supersede(session, version.name, version.scope)
    version.state, version.published_by, version.published_at = VersionState.PUBLISHED, by, clock.now()
    version.revision += 1
    await session.flush()


async def draft(session: AsyncSession, content: Mapping[str, Any], caller: Caller) -> RuleVersion:
    """A new version for the caller's province (of the whole country: for all). 422 with all faults."""
    require_province(caller)
    rule = checked(content).rule
    keep_duty(rule)
    await take_lock(session, AdvisoryLock.RULES)
    version = await _new_version(session, rule, scope=caller.region, drafted_by=caller.subject)
    await audit.record(session, version, caller, "rule:draft")
    return version


async def redraft(
    session: AsyncSession, name: str, number: int, content: Mapping[str, Any], match: str, caller: Caller
) -> RuleVersion:
    """Another content of a draft, by its drafter. Its name stays: it is part of the permanent key."""
    version = await locked(session, name, number, caller, match)
    if version.drafted_by != caller.subject:
        raise DraftOfAnother
    rule = checked(content).rule
    if rule.name != name:
        raise RuleUnusable(f"规则的名称不能改：应为“{name}”")
    keep_duty(rule)
    rule = rule.model_copy(update={"version": number})
    version.content, version.content_hash, version.event = rule.content, rule.content_hash, rule.event
    version.revision += 1
    await session.flush()
    await audit.record(session, version, caller, "rule:redraft")
    return version


async def publish(session: AsyncSession, name: str, number: int, match: str, caller: Caller) -> RuleVersion:
    """Puts a draft in force, for events that are told from now on; by somebody else than its drafter."""
    await take_lock(session, AdvisoryLock.RULES)
    version = await locked(session, name, number, caller, match)
    if version.drafted_by == caller.subject:
        raise DrafterPublishes
    rule = checked(version.content).rule
    keep_duty(rule)
    await keep_key(session, rule)
    current = await rule_repository.published(session, name, version.scope)
    if current is not None and current.content_hash == version.content_hash:
        raise RuleUnchanged
    await _put_in_force(session, version, caller.subject)
    await audit.record(session, version, caller, "rule:publish")
    return version


async def discard(session: AsyncSession, name: str, number: int, match: str, caller: Caller) -> None:
    """Removes a draft: by its drafter, or whoever may publish it."""
    version = await locked(session, name, number, caller, match)
    if version.drafted_by != caller.subject and Role.APPROVER not in caller.roles:
        raise DraftOfAnother
    await audit.record(session, version, caller, "rule:discard")
    await session.delete(version)
    await session.flush()


async def locked(session: AsyncSession, name: str, number: int, caller: Caller, match: str) -> RuleVersion:
    """A draft of the caller's own scope, locked, as it was read."""
    require_province(caller)
    found = await rule_repository.get(session, name, number, caller.region, lock=True)
    version = or_404(found, RuleNotFound)
    if version.scope != caller.region:
        raise RuleOfProvince
    if version.state is not VersionState.DRAFT:
        raise RuleNotADraft
    check_match(match, version.revision)
    return version


def checked(content: Mapping[str, Any]) -> CompiledRule:
    """The rule; 422 with all its faults. Its version need not be written: it is given."""
    try:
        compiled = read_rule({"version": 1, **content})
    except RuleError as error:
        raise RuleUnusable(str(error), faults=[str(fault) for fault in error.faults]) from error
    basis = compiled.rule.basis
    text = POLICIES / "texts" / f"{basis.text}.txt"
    if basis.quote is not None and text.is_file() and not is_verbatim(basis.quote, text):
        raise RuleUnusable(f"引文“{basis.quote}”不在文件原文 {basis.text} 里；请逐字照抄")
    return compiled


async def codes_in_force(session: AsyncSession, reference: str, region: str) -> Mapping[str, str]:
    """Under which codes the gateways know the SMS that a version (`name@number`) has told: those of the version in
    force, if its SMS says the same. Of a gateway where it has none it keeps the one of then.
    """
    name, _, number = reference.partition("@")
    known = {one.rule.name: one for one in (await rules_in_force(session)).here(region)}
    told = await rule_repository.get(session, name, int(number), region[:PROVINCE_DIGITS]) if number.isdigit() else None
    now = known[name].rule.template.sms if name in known else None
    then = compiled_of(told) if told is not None else None
    before = then.rule.template.sms if then is not None else None
    if now is None or before is None or (now.text, now.parameters) != (before.text, before.parameters):
        return {}
    return {str(gateway): code for gateway, code in now.codes.items()}


def keep_duty(rule: Rule) -> None:
    """422 where a duty would not be told any more: its words, channels and hours may be other ones, whom it is told and
    when may not.
    """
    if rule.paused and rule.category is NotificationCategory.DUTY:
        raise RuleUnusable("依规定或办理程序必须告知的规则不能暂停")
    shipped = shipped_rules().get(rule.name)
    if shipped is None or shipped.rule.category is not NotificationCategory.DUTY:
        return
    changed = [name for name in FIXED_OF_DUTIES if getattr(rule, name) != getattr(shipped.rule, name)]
    if changed:
        raise RuleUnusable(f"依规定或办理程序必须告知的规则，这几项不能改：{'、'.join(changed)}")


async def keep_key(session: AsyncSession, rule: Rule) -> None:
    """422 where the fact would get another permanent key under a name that was told by before: a topic that comes again
    would tell everybody anew.
    """
    earlier = await rule_repository.ever_published(session, rule.name)
    if earlier is not None and any(earlier.get(name) != rule.content.get(name) for name in KEY):
        raise RuleUnusable("已发布过的规则不能改 event、each、once，否则会重复告知；请另起一个名称")


def require_province(caller: Caller) -> None:
    """403 below the level of a province."""
    if len(caller.region) > PROVINCE_DIGITS:
        raise RuleOfProvince
