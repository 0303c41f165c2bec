"""The shipped rules: each is told in plain words from a sample of its event, rests on words of a text, and stays short.

What is read here is what an operator reads.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from services.notification.messages.domain import Channel, NotificationCategory
from services.notification.rules.checking import CompiledRule, read_yaml_rule
from services.notification.rules.labels import DEFECTS, FILTERS
from services.notification.rules.rendering import WordsError
from services.notification.rules.shipped import LIBRARY, shipped_rules
from shared.contracts.catalogue import BY_TYPE
from shared.law.reader.citations import is_verbatim
from shared.law.reader.loading import POLICIES, load_policy, policy_ids
from shared.messaging.events import Event, parse_event

SAMPLES = Path(__file__).parents[2] / "contracts" / "samples"
RULES = shipped_rules()
TOLD = {name: rule for name, rule in RULES.items() if rule.payload is not None}
"""Rules whose event there is"""
USCC = "92410105MA45KD3F7Q"
SHOP = {"uscc": USCC, "name": "郑州市金水区测试面馆", "region": "410105", "type": "growth"} | {
    "typed_year": 2026,
    "status": "registered",
}
LONG_NAMED = SHOP | {"name": "巩义市永安路街道福临门手工羊肉烩面馆", "region": "410181", "type": "survival"}
SIGNATURE = "【郑州市场监管】"
LONGEST_TITLE, ONE_PART, PART = 20, 70, 67
MOST_PARTS = 2

FITTING: Mapping[str, Mapping[str, object]] = {
    "n02-correction-lifted": {"lifted": True, "reason": "更正依据的材料有误"},
    "n02-type-open": {"type": "undetermined", "previous_type": "growth"},
    "n03-ineligible": {"type": "ineligible"},
    "n05-objection-due-soon": {"what": "complete"},
    **{
        f"n05-notice-objection-{what}": {"against": "public-notice"}
        for what in ("filed", "accepted", "returned", "declined", "extended", "rescheduled", "closed")
    },
    "n05-notice-verification-asked": {"against": "public-notice"},
    "n05-notice-objection-overdue": {"against": "public-notice", "what": "decide"},
    "n05-notice-objection-due-soon": {"against": "public-notice", "what": "complete"},
    "n13-notice-objection-withdrawn": {"against": "public-notice"},
    "n06-objection-overdue-at-the-top": {"climbed_to": None},
    "n10-application-not-selected": {"reserve_rank": None},
    "n13-notice-objected": {"against": "public-notice"},
    "n13-notice-objection-closed": {"against": "public-notice", "outcome": "dismissed"},
    "n17-report-returned": {"reason": "缺少从业人员情况的说明"},
    "n18-operator-changed-county": {"conflict": True},
    "n20-cancellation-served": {"served_on": "2027-03-20"},
    "n20-revocation-served": {"served_on": "2027-03-20"},
}
"""What a sample needs beside what it says, so that the rule is for it."""
VARIANTS: Mapping[str, tuple[Mapping[str, object], ...]] = {
    "n02-typed": (
        {"type": "survival", "previous_type": None},
        {"type": "development", "previous_type": "ineligible"},
        {"type": "growth", "previous_type": "gap"},
    ),
    "n02-type-open": ({"type": "gap"},),
    "n03-ineligible": ({"defects": ["base.abnormal", "base.not-reported"]}, {"defects": sorted(DEFECTS)}),
    "n05-objection-closed": ({"outcome": "explained", "changed": False}, {"outcome": "dismissed", "changed": None}),
    "n13-notice-objection-closed": ({"outcome": "upheld"},),
    "n20-end-proposed": ({"what": "revocation"},),
    "n27-problem-answered": ({"outcome": "enforcement"}, {"outcome": "not-solved", "again": True, "respond_by": None}),
    "n23-move-decided-from": ({"outcome": "refused"}, {"outcome": "superseded"}),
    "n23-move-decided-to": ({"outcome": "refused"}, {"outcome": "superseded"}),
    "n23-move-pending": ({"operator_changes": False},),
}
"""Further events of which the words differ."""


@dataclass(frozen=True)
class Occasion:
    """An event under a rule; `item`: of the list that the rule tells item by item."""

    event: Event
    rule: CompiledRule
    item: BaseModel | None = None

    def facts(self, household: Mapping[str, object]) -> dict[str, object]:
        """The facts that the rule declares."""
        places = {"event": self.event.data, "item": self.item, "envelope": self.event}
        sources = {name: source.split(".") for name, source in self.rule.rule.facts.items()}
        return {
            name: household[field] if place == "household" else getattr(places[place], field)
            for name, (place, field) in sources.items()
        }

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Whether the rule is for it."""
        return self.rule.holds(facts)


def event_of(rule: CompiledRule, **said: object) -> Event:
    """The sample of the rule's event, with what is said beside it."""
    assert rule.payload is not None
    envelope = json.loads((SAMPLES / f"{rule.rule.event}.v{rule.payload.version}.json").read_bytes())
    envelope["data"] |= said
    event = parse_event(json.dumps(envelope).encode(), BY_TYPE)
    assert event is not None
    return event


def optional_fields(rule: CompiledRule) -> dict[str, None]:
    """The fields of its event that may be empty, empty."""
    assert rule.payload is not None
    shape = rule.payload.model_json_schema()
    nullable = [
        name
        for name, field in shape["properties"].items()
        if any(one.get("type") == "null" for one in field.get("anyOf", ()))
    ]
    return dict.fromkeys(nullable)


def events(name: str) -> Iterator[Event]:
    """The events that a rule is tried with: as the sample is, where the bureau is known, with all that may be empty
    left out, and those of which the words differ.
    """
    rule, fitting = RULES[name], dict(FITTING.get(name, {}))
    yield event_of(rule, **fitting)
    if "handled_at" in optional_fields(rule):
        yield event_of(rule, **{"handled_at": "41", **fitting})
    yield event_of(rule, **{**optional_fields(rule), **fitting})
    for variant in VARIANTS.get(name, ()):
        yield event_of(rule, **{**fitting, **variant})


def occasions(name: str) -> Iterator[Occasion]:
    """As telling takes the events: item by item where the rule tells each."""
    rule = RULES[name]
    for event in events(name):
        items = getattr(event.data, rule.rule.each) if rule.rule.each else [None]
        yield from (Occasion(event, rule, item) for item in items)


def told(name: str) -> Iterator[tuple[Occasion, dict[str, object]]]:
    """The occasions for which the rule is, with their facts."""
    for occasion in occasions(name):
        for household in (SHOP, LONG_NAMED):
            facts = occasion.facts(household)
            if occasion.holds(facts):
                yield occasion, facts


def words(name: str) -> Iterator[str]:
    """Everything that is read: titles, bodies, SMS."""
    for occasion, facts in told(name):
        rule = occasion.rule
        yield rule.title.render(facts)
        yield rule.body.render(facts)
        if rule.sms is not None:
            yield rule.sms.render(facts)[0]


def parts(text: str) -> int:
    """How many parts an SMS is charged as."""
    return 1 if len(text) <= ONE_PART else -(-len(text) // PART)


@pytest.mark.parametrize("name", TOLD)
def test_a_rule_is_told_from_the_sample_of_its_event(name: str):
    assert list(words(name)), "for no sample of its event: say in FITTING what it needs"


@pytest.mark.parametrize("name", TOLD)
def test_nothing_unfilled_and_no_code_is_read(name: str):
    for said in words(name):
        assert not re.search(r"None|\{\{|\}\}|\{%|%\}|\n\n\n", said), said
        without = re.sub(r"异410105\d+|92410105MA45KD3F7Q", "", said)
        assert not re.search(r"[A-Za-z_]{2,}", without), f"a code without its Chinese name: {said}"
        assert not re.search(r"[一-龥][,;:?!()]|[,;:?!()][一-龥]", without), f"half-width punctuation: {said}"


def to_operators(rule: CompiledRule) -> bool:
    """Whether operators read it."""
    return any(to.operator or to.objector or to.own_objector or to.operator_in or to.operators for to in rule.rule.to)


@pytest.mark.parametrize("name", [name for name in TOLD if to_operators(TOLD[name])])
def test_titles_are_short(name: str):
    for occasion, facts in told(name):
        assert len(occasion.rule.title.render(facts)) <= LONGEST_TITLE


@pytest.mark.parametrize("name", [name for name in RULES if not (name in TOLD and to_operators(RULES[name]))])
def test_titles_of_staff_are_a_few_words_and_what_it_is_about(name: str):
    """Digests list titles alone: a receipt number or a name says which one."""
    title = RULES[name].rule.template.title
    assert len(re.sub(r"\{\{.+?\}\}", "", title)) <= 14
    assert len(re.findall(r"\{\{", title)) <= 1


@pytest.mark.parametrize("name", [name for name in TOLD if TOLD[name].sms is not None])
def test_an_sms_has_two_parts_at_most_with_its_signature(name: str):
    for occasion, facts in told(name):
        assert occasion.rule.sms is not None
        text, parameters = occasion.rule.sms.render(facts)
        assert parts(SIGNATURE + text) <= MOST_PARTS, text
        assert all(parameters.values())


@pytest.mark.parametrize(
    "name", ["n02-typed", "n03-ineligible", "n04-late-report-counted", "n07-season-opened", "n17-report-due"]
)
def test_what_goes_to_very_many_has_one_part(name: str):
    texts = {rule.sms.render(occasion.facts(SHOP))[0] for occasion, _ in told(name) if (rule := occasion.rule).sms}
    assert texts
    assert {parts(SIGNATURE + text) for text in texts} == {1}


@pytest.mark.parametrize("name", RULES)
def test_no_words_lead_to_an_address_a_phone_or_a_figure(name: str):
    template = RULES[name].rule.template
    texts = [template.title, template.body, template.sms.text if template.sms else ""]
    for text in texts:
        assert not re.search(r"https?:|www\.|\.cn|\.com|微信|二维码|验证码|银行卡|点击", text), text
        fixed = re.sub(r"\{\{.+?\}\}|\{%.+?%\}", "", text)
        assert not re.search(r"\d", fixed), f"numbers and dates are the event's: {fixed}"
        assert not re.search(r"销售额为|营业收入为|缴税.{0,4}元|万元|社保人数为", fixed), fixed
    assert template.link is None or re.fullmatch(r"/[a-z\-/{}_ ]*", template.link), "only inside the portal"


PERSONAL = {"operator_ref", "objector_ref", "operator_id", "makers", "sealed"}


@pytest.mark.parametrize("name", RULES)
def test_no_rule_takes_a_fact_about_a_person_or_a_figure(name: str):
    fields = {source.partition(".")[2] for source in RULES[name].rule.facts.values()}
    assert not fields & PERSONAL
    assert not [field for field in fields if re.search("revenue|tax_paid|employees|insured|phone|counts|digest", field)]


@pytest.mark.parametrize("name", RULES)
def test_its_basis_is_literally_in_the_text_or_a_procedure(name: str):
    basis = RULES[name].rule.basis
    if basis.text is None:
        assert basis.procedure
        return
    assert basis.quote is not None
    assert is_verbatim(basis.quote, POLICIES / "texts" / f"{basis.text}.txt"), basis.quote


def test_the_name_of_duties_is_true_of_those_that_rest_on_the_procedure():
    duties = [one.rule for one in RULES.values() if one.rule.category is NotificationCategory.DUTY]
    assert any(rule.basis.text is None for rule in duties)
    assert any(rule.basis.text is not None for rule in duties)
    assert NotificationCategory.DUTY.label == "依规定或办理程序必须告知的事项"


def test_every_message_that_a_text_or_the_procedure_wants_has_a_rule():
    assert {rule.rule.number for rule in RULES.values()} == {f"N{number}" for number in range(1, 35)}


def test_a_rule_is_named_after_its_number():
    for name, rule in RULES.items():
        assert rule.rule.number is not None
        assert name.startswith(f"n{int(rule.rule.number[1:]):02d}-")


@pytest.mark.parametrize("name", RULES)
def test_operators_read_what_to_do_and_where_to_ask(name: str):
    rule = RULES[name].rule
    if not to_operators(RULES[name]):
        return
    ask = "有疑问请问：{{ region | bureau }}。"
    assert rule.template.body.rstrip().endswith(ask)
    assert re.search("请|不用|您可以", rule.template.body.replace(ask, "")), "what is there to do next?"


DECISIONS = {
    "n10-application-refused",
    "n10-application-not-selected",
    "n10-application-reserve",
    "n19-confirmation-withheld",
    "n20-cancelled",
    "n20-revoked",
    "n22-extension-withheld",
    "n02-typed",
    "n03-ineligible",
    "n02-correction-lifted",
}


@pytest.mark.parametrize("name", sorted(DECISIONS))
def test_a_decision_names_the_right_to_object_and_where(name: str):
    assert re.search(r"觉得(结果)?不对：.*“个体工商户名录”里提出异议.*市场监管窗口", RULES[name].rule.template.body)


@pytest.mark.parametrize("name", RULES)
def test_nobody_opts_out_of_decisions_and_duties(name: str):
    rule = RULES[name].rule
    if name in DECISIONS - {"n02-typed"} or name.startswith(("n20-end", "n14-", "n09-")):
        assert rule.category in (NotificationCategory.DUTY, NotificationCategory.WORK)
    if rule.number in {"N7", "N24"} and any(to.operators for to in rule.to):
        assert rule.category is not NotificationCategory.DUTY, "an invitation can be declined"
    assert (rule.category is NotificationCategory.WORK) is not to_operators(RULES[name])


@pytest.mark.parametrize("name", RULES)
def test_sms_respect_the_night_and_what_no_text_gives_is_marked(name: str):
    rule = RULES[name].rule
    assert (rule.quiet is not None) is (Channel.SMS in rule.channels)
    assert ("quiet" in rule.unverified) is (rule.quiet is not None)
    assert "keep_trying" in rule.unverified
    assert rule.digest is None or not rule.channels


def test_who_objects_to_a_public_notice_is_never_taken_for_the_household():
    """Anybody may object to a notice; the words to the objector must not go to the household that is objected to."""
    for name, rule in TOLD.items():
        to_operator = any(to.operator or to.own_objector for to in rule.rule.to)
        if name.startswith("n05-") and to_operator and "against" in event_of(rule).data.model_dump():
            occasion = Occasion(event_of(rule, **{**FITTING.get(name, {}), "against": "public-notice"}), rule)
            assert not occasion.holds(occasion.facts(SHOP))


def test_a_label_that_is_missing_would_be_caught():
    """The planted fault: a code that is told as it is."""
    source = (LIBRARY / "n02-typed.yaml").read_text("utf-8").replace("{{ type | type }}", "{{ type }}")
    rule = read_yaml_rule(source)
    said = rule.title.render(Occasion(event_of(rule), rule).facts(SHOP))
    assert re.search("[A-Za-z]{2,}", said)


def test_a_quote_that_is_made_up_would_be_caught():
    assert not is_verbatim("应当在三日内告知经营者", POLICIES / "texts" / "zhengzhou-2025.txt")


@pytest.mark.parametrize(
    "filter_",
    ["type", "category", "against", "feed", "department", "outcome", "step", "road", "ending", "move", "system"],
)
def test_labels_are_chinese(filter_: str):
    known: Mapping[str, tuple[str, ...]] = {
        "type": ("survival", "growth", "development", "ineligible"),
        "category": ("renowned", "distinctive", "quality", "emerging"),
        "against": (
            "typing",
            "public-notice",
            "refusal",
            "non-selection",
            "confirmation",
            "extension",
            "cancellation",
            "revocation",
        ),
        "feed": ("tax", "annual_report", "social_insurance", "credit", "registration"),
        "department": ("tax", "culture", "market"),
        "outcome": ("upheld", "dismissed", "explained"),
        "step": ("accept", "complete", "explain", "respond", "verify", "decide"),
        "road": ("review", "selection", "site-visit", "consultation", "public-notice", "decision"),
        "ending": ("cancellation", "revocation"),
        "move": ("confirmed", "refused", "superseded"),
        "system": ("province-directory", "national-directory", "credit-publicity", "cultivation-platform"),
    }
    for code in known[filter_]:
        label: Any = FILTERS[filter_](code)
        assert re.fullmatch(r"[一-龥、（），“”]+", label), (filter_, code, label)


def test_words_cannot_be_made_without_what_they_need():
    rule = RULES["n05-objection-closed"]
    with pytest.raises(WordsError):
        rule.body.render({})


@pytest.mark.parametrize("policy", policy_ids())
def test_every_defect_of_every_policy_is_told_with_how_it_is_restored(policy: str):
    defects = [clause.id for clause in load_policy(policy).eligibility]
    rule = RULES["n03-ineligible"]
    occasion = Occasion(event_of(rule, type="ineligible", defects=defects), rule)
    body = rule.body.render(occasion.facts(SHOP))
    assert defects
    assert all(DEFECTS[defect] in body for defect in defects)


def test_who_has_deregistered_is_not_told_how_to_be_typed():
    rule = RULES["n03-ineligible"]
    occasion = Occasion(event_of(rule, type="ineligible", defects=["base.not-registered"]), rule)
    assert not occasion.holds(occasion.facts(SHOP | {"status": "cancelled"}))


@pytest.mark.parametrize("name", RULES)
def test_no_fact_is_taken_that_is_not_used(name: str):
    rule = RULES[name].rule
    template = " ".join(re.findall(r"\{\{.+?\}\}|\{%.+?%\}", str(rule.template)))
    said = " ".join((template, rule.when or "", rule.due_on or "", rule.matter or "", rule.known_as or "", *rule.once))
    said = " ".join((said, rule.step or "", rule.part or ""))
    assert set(rule.facts) <= set(re.findall(r"\w+", said))
