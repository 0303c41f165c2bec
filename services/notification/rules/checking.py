"""Reads a rule and checks it against the contract: what was read can be told. Every fault is one Chinese sentence."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
import yaml
from pydantic import BaseModel, ValidationError

from services.notification.messages.domain import Channel, NotificationCategory
from services.notification.rules.domain import FIELD_OF_DEPARTMENT, Addressee, Rule
from services.notification.rules.facts import (
    ENVELOPE,
    HOUSEHOLD,
    MAYBE_UNTYPED,
    PAYLOADS_BY_NAME,
    is_list,
    item_shape,
    may_be_none,
    sample,
)
from services.notification.rules.rendering import Condition, ConditionPart, SmsWords, Words, WordsError
from shared.contracts.payload import Payload
from shared.law.language.units import suggestion

LONGEST_TITLE, LONGEST_BODY, LONGEST_LINK = 200, 4000, 300
"""Characters, as the tables hold them"""
ACTOR, OBJECTOR = "actor", "objector_ref"
OPERATOR = "operator_ref"
"""The field that names who runs the household now"""


@dataclass(frozen=True)
class Fault:
    """What is wrong, where in the rule."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}：{self.sentence}" if self.path else self.sentence


class RuleError(ValueError):
    """A rule that cannot be used, with all its faults."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("；".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, eq=False)
class CompiledRule:
    """A rule that can be told: its words and its condition, compiled once. `payload` None: no contract has its event
    yet.
    """

    rule: Rule
    payload: type[Payload] | None
    title: Words
    body: Words
    link: Words | None
    sms: SmsWords | None
    when: Condition | None

    @cached_property
    def sources(self) -> Mapping[str, tuple[str, str]]:
        """Where each fact comes from: place and field."""
        parts = {name: source.partition(".") for name, source in self.rule.facts.items()}
        return {name: (place, field) for name, (place, _, field) in parts.items()}

    @cached_property
    def types_told(self) -> Sequence[str]:
        """The types whose households of the event's region are all told."""
        return [kind for to in self.rule.to if to.operators is not None for kind in to.operators.types]

    @cached_property
    def early(self) -> Sequence[tuple[ConditionPart, Sequence[str]]]:
        """Parts of the condition that the event decides by itself, each with the fields that it looks at."""
        fields = {name: field for name, (place, field) in self.sources.items() if place == "event"}
        parts = self.when.about(fields) if self.when is not None else []
        return [(part, [fields[name] for name in part.lately.names]) for part in parts]

    @cached_property
    def of_operator(self) -> bool:
        """Whether it is told to whoever is, was or will be the household's operator."""
        return any(to.operator or to.own_objector or to.operator_in is not None for to in self.rule.to)

    @cached_property
    def of_new_operator(self) -> bool:
        """Whether it is told to the operator whom the event names."""
        return any(to.operator_in == OPERATOR for to in self.rule.to)

    @cached_property
    def gateway_codes(self) -> Mapping[str, str]:
        """The codes of its registered SMS template, by gateway."""
        sms = self.rule.template.sms
        return {} if sms is None else {str(gateway): code for gateway, code in sms.codes.items()}

    @cached_property
    def wants_household(self) -> bool:
        """Whether it tells something that only the copy of households knows."""
        return any(place == "household" for place, _ in self.sources.values())

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Whether it is to be told. WordsError where it cannot be said."""
        return self.when is None or self.when.holds(facts)


def read_yaml_rule(text: str) -> CompiledRule:
    """The rule in a YAML text; RuleError."""
    try:
        said = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise RuleError([Fault("", "不是合格的 YAML；请检查缩进、冒号和引号")]) from error
    return read_rule(said)


def read_rule(said: object) -> CompiledRule:
    """The rule of these data, as YAML or JSON has them; RuleError with one sentence for each fault."""
    try:
        rule = Rule.model_validate_json(orjson.dumps(said))
    except ValidationError as error:
        raise RuleError(_shape_faults(error)) from error
    except TypeError as error:  # a date in YAML without quotes, for example, where none belongs
        raise RuleError([Fault("", "含有不能用的值；日期和时间请加引号")]) from error
    return compile_rule(rule)


def compile_rule(rule: Rule) -> CompiledRule:
    """The rule with its words, checked against the contract; RuleError."""
    payload = PAYLOADS_BY_NAME.get(rule.event)
    faults = [*_event_faults(rule, payload), *_channel_faults(rule)]
    if payload is not None:
        faults += [*_fact_faults(rule, payload), *_recipient_faults(rule, payload), *_date_faults(rule, payload)]
    compiled = _compile(rule, payload, faults)
    if compiled is None or faults:
        raise RuleError(faults)
    if faults := list(_rehearse(compiled)):
        raise RuleError(faults)
    return compiled


SENTENCES: Mapping[str, str] = {
    "missing": "没有写，必须写",
    "string_too_short": "不能是空的",
    "string_too_long": "太长，最多 {max_length} 个字",
    "too_short": "至少要有 {min_length} 项",
    "string_type": "应是一段文字（数字和时间请加引号）",
    "int_type": "应是整数",
    "bool_type": "应是 true 或 false",
    "tuple_type": "应是一个列表",
    "dict_type": "应是一组“名称: 内容”",
    "model_type": "应是一组“名称: 内容”",
    "model_attributes_type": "应是一组“名称: 内容”",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "string_pattern_mismatch": "写法不对，应符合 {pattern}",
    "span": "应写作小时或天数，最长 72 小时，如 72h、3d",
}


def _shape_faults(error: ValidationError) -> list[Fault]:
    """A list of which an item is wrong is not also called too short."""
    errors = error.errors(include_url=False)
    wrong = {one["loc"][:-1] for one in errors}
    return [_fault(one) for one in errors if not (one["type"] == "too_short" and one["loc"] in wrong)]


def _fault(error: Any) -> Fault:  # noqa: ANN401 - pydantic's own
    """The sentence of an error of the shape."""
    kind, where = error["type"], [str(one) for one in error["loc"]]
    path, said, context = ".".join(where), error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return Fault(".".join(where[:-1]), f"没有名为“{where[-1]}”的项")
    if kind in ("enum", "literal_error"):
        return Fault(path, f"没有“{said}”这个选项，应为 {context['expected'].replace(' or ', ', ')} 之一")
    sentence = SENTENCES.get(kind)
    return Fault(path, sentence.format(**context) if sentence else error["msg"])


def _event_faults(rule: Rule, payload: type[Payload] | None) -> Iterator[Fault]:
    if payload is None and rule.awaits is None:
        yield Fault("event", f"没有名为“{rule.event}”的事件{suggestion(rule.event, PAYLOADS_BY_NAME)}")
    if payload is not None and rule.awaits is not None:
        yield Fault("awaits", f"已经有名为“{rule.event}”的事件，不用再等")


def _channel_faults(rule: Rule) -> Iterator[Fault]:
    if Channel.SMS in rule.channels and rule.template.sms is None:
        yield Fault("template.sms", "用短信的规则要写短信")
    if Channel.SMS not in rule.channels and rule.template.sms is not None:
        yield Fault("channels", "写了短信，但没有列入 sms")
    if len(set(rule.channels)) < len(rule.channels):
        yield Fault("channels", "同一个渠道写了两次")


def _fact_faults(rule: Rule, payload: type[Payload]) -> Iterator[Fault]:
    """Facts that their source does not have."""
    item = item_shape(payload, rule.each) if rule.each else None
    if rule.each and item is None:
        yield Fault("each", f"事件 {rule.event} 没有名为“{rule.each}”的列表")
    for name, source in rule.facts.items():
        place, _, field = source.partition(".")
        known = {
            "event": payload.model_fields,
            "item": item.model_fields if item else {},
            "household": HOUSEHOLD,
            "envelope": ENVELOPE,
        }[place]
        if field not in known:
            what = {
                "event": f"事件 {rule.event}",
                "item": "列表的每一项",
                "household": "户的信息",
                "envelope": "事件信封",
            }
            yield Fault(f"facts.{name}", f"{what[place]} 没有名为“{field}”的内容{suggestion(field, known)}")
    named = {
        "not_before": rule.not_before,
        "due_on": rule.due_on,
        "matter": rule.matter,
        "step": rule.step,
        "part": rule.part,
        "known_as": rule.known_as,
    }
    used = [("once", one) for one in rule.once] + [(path, one) for path, one in named.items() if one is not None]
    for path, one in used:
        if one not in rule.facts:
            yield Fault(path, f"“{one}”没有在 facts 里声明{suggestion(one, rule.facts)}")


def _date_faults(rule: Rule, payload: type[Payload]) -> Iterator[Fault]:
    """Reminders need a date; what ends a matter is an event that names it."""
    if rule.remind is not None:
        source = rule.facts.get(rule.due_on or "")
        if source is None or not isinstance(_sample_or_none(payload, rule.each, source), dt.date):
            yield Fault("remind", "提醒要有到期日：due_on 应是 facts 里的一个日期")
        if len(set(rule.remind.days_before)) < len(rule.remind.days_before):
            yield Fault("remind.days_before", "同一天数写了两次")
    if rule.lapses and (rule.due_on is None or rule.matter is None):
        yield Fault("lapses", "写了 lapses，就要写 due_on 和 matter：过了哪一天、办完哪一件就不再告诉")
    yield from _end_faults(rule)


def _end_faults(rule: Rule) -> Iterator[Fault]:
    """What ends a matter, or a step of it, names it as the rule's event does."""
    if bool(rule.steps) is (rule.step is None) or (rule.steps and rule.remind is not None):
        yield Fault("steps", "step 和 steps 要一起写，不能与 remind 一起用")
    if not rule.ended_by:
        return
    place, _, field = rule.facts.get(rule.matter or "", "").partition(".")
    if place != "event":
        yield Fault("until", "写了 until，matter 应是 facts 里取自事件的一项")
        return
    named = [(f"until.{number}", name) for number, name in enumerate(rule.until)]
    for step, names in rule.steps.items():
        named += [(f"steps.{step}.{number}", name) for number, name in enumerate(names)]
    for path, name in named:
        ending = PAYLOADS_BY_NAME.get(name)
        if ending is None:
            yield Fault(path, f"没有名为“{name}”的事件{suggestion(name, PAYLOADS_BY_NAME)}")
        elif field not in ending.model_fields:
            yield Fault(path, f"事件 {name} 没有名为“{field}”的内容，看不出办完的是哪一件")


def _sample_or_none(payload: type[Payload], each: str | None, source: str) -> object:
    try:
        return _sample(payload, each, source)
    except KeyError:  # of a fact that its source does not have, said elsewhere
        return None


def _recipient_faults(rule: Rule, payload: type[Payload]) -> Iterator[Fault]:
    fields = payload.model_fields
    item = item_shape(payload, rule.each) if rule.each else None
    of_household = "uscc" in (item.model_fields if item else fields)
    for number, one in enumerate(rule.to):
        for field in _fields_needed(one):
            if field not in fields and field != ACTOR:
                yield Fault(f"to.{number}", f"事件 {rule.event} 没有名为“{field}”的内容{suggestion(field, fields)}")
        if (one.operator or one.own_objector or one.operator_in) and not of_household:
            yield Fault(f"to.{number}", f"事件 {rule.event} 不是关于某一户的，不能发给它的经营者或异议人")
    to_many = any(one.operators is not None for one in rule.to)
    elsewhere = any(one.objector or one.own_objector or one.operator_in is not None for one in rule.to)
    if rule.category is NotificationCategory.DUTY and elsewhere and rule.known_as is None:
        yield Fault(
            "known_as",
            "依规定或办理程序必须告知的人不一定是这一户现在的经营者：要写 known_as（如回执号），凭它当面送达",
        )
    if to_many and len(rule.to) > 1:
        yield Fault("to", "发给 operators 的规则不能再有其他接收人，请另写一条规则")
    if not (of_household or to_many) and any(source.startswith("household.") for source in rule.facts.values()):
        yield Fault("facts", f"事件 {rule.event} 不是关于某一户的，没有 household")


def _fields_needed(to: Addressee) -> list[str]:
    """The event's fields that a recipient is found by."""
    if to.mailbox is not None:
        of_event = FIELD_OF_DEPARTMENT.get(to.mailbox.department)
        return [to.mailbox.field, *([of_event] if of_event else [])]
    if to.operators is not None:
        return ["region"]
    if to.objector or to.own_objector:
        return [OBJECTOR]
    if to.operator_in is not None:
        return [to.operator_in]
    return [to.person] if to.person is not None else []


def _compile(rule: Rule, payload: type[Payload] | None, faults: list[Fault]) -> CompiledRule | None:
    """The words; faults are added to the list."""
    declared, template = list(rule.facts), rule.template
    lists = [name for name, source in rule.facts.items() if _is_list(payload, source)]
    made: dict[str, Any] = {}

    def words(source: str, longest: int, loops: Sequence[str] = ()) -> Words:
        return Words(source, declared=declared, lists=loops, longest=longest)

    makers: dict[str, Any] = {
        "title": lambda: words(template.title, LONGEST_TITLE),
        "body": lambda: words(template.body, LONGEST_BODY, lists),
        "link": lambda: words(template.link, LONGEST_LINK) if template.link else None,
        "sms": lambda: (
            SmsWords(template.sms.text, parameters=template.sms.parameters, declared=declared) if template.sms else None
        ),
        "when": lambda: Condition(rule.when, declared=declared) if rule.when else None,
    }
    for name, make in makers.items():
        try:
            made[name] = make()
        except WordsError as error:
            faults.append(Fault({"when": "when", "sms": "template.sms"}.get(name, f"template.{name}"), str(error)))
    return CompiledRule(rule=rule, payload=payload, **made) if len(made) == len(makers) else None


def _is_list(payload: type[Payload] | None, source: str) -> bool:
    place, _, field = source.partition(".")
    return place == "event" and payload is not None and field in payload.model_fields and is_list(payload, field)


def _rehearse(compiled: CompiledRule) -> Iterator[Fault]:
    """Renders everything with made-up facts: with all of them, and with each that may be empty left out, unless the
    condition sorts that out.
    """
    rule, payload = compiled.rule, compiled.payload
    if payload is None:
        return
    facts = {name: _sample(payload, rule.each, source) for name, source in rule.facts.items()}
    yield from _tried(compiled, facts)
    for name, source in rule.facts.items():
        if _may_be_none(payload, rule.each, source):
            without = facts | {name: None}
            guarded = compiled.when is not None and name in compiled.when.names
            try:
                if guarded and not compiled.holds(without):
                    continue
            except WordsError as error:
                yield Fault("when", f"“{name}”可能是空的：{error}")
                continue
            yield from _tried(compiled, without, f"“{name}”可能是空的：")


def _tried(compiled: CompiledRule, facts: Mapping[str, object], about: str = "") -> Iterator[Fault]:
    parts = {"title": compiled.title, "body": compiled.body, "link": compiled.link, "sms": compiled.sms}
    if compiled.when is not None and not about:
        try:
            compiled.holds(facts)
        except WordsError as error:
            yield Fault("when", str(error))
    for name, words in parts.items():
        try:
            if words is not None:
                words.render(facts)
        except WordsError as error:
            yield Fault(f"template.{name}", f"{about}{error}")


def _sample(payload: type[Payload], each: str | None, source: str) -> object:
    place, _, field = source.partition(".")
    if place in ("household", "envelope"):
        return (HOUSEHOLD if place == "household" else ENVELOPE)[field]
    return sample(_shape(payload, each, place), field)


def _may_be_none(payload: type[Payload], each: str | None, source: str) -> bool:
    place, _, field = source.partition(".")
    if place in ("household", "envelope"):
        return place == "household" and field in MAYBE_UNTYPED
    return may_be_none(_shape(payload, each, place), field)


def _shape(payload: type[Payload], each: str | None, place: str) -> type[BaseModel]:
    """What a fact's source is a field of: the event, or an item of its list."""
    item = item_shape(payload, each) if place == "item" and each else None
    return item or payload
