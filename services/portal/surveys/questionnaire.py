"""A survey that is written down, as a form and as the service takes it: whom it goes to, until when, its questions."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.shell.step_forms import Fault, Filled, StepField, StepForm
from services.portal.shell.words import TYPES

FEWEST, AT_FIRST, MOST = 1, 3, 20
"""Questions on the page"""
FEWEST_OPTIONS, MOST_OPTIONS, LONGEST_OPTION = 2, 8, 100
LARGEST_SAMPLE = 10_000
SEED = re.compile(r"[\w-]{4,60}")
SAMPLE = "sample"
PANELS: Mapping[str, str] = {SAMPLE: "按种子抽取的户", "contact-points": "联系点"}
RATES: Mapping[str, str] = {"awareness": "知晓率", "satisfaction": "满意度"}
NO_RATE = "other"
OF_SAMPLE: Mapping[str, str] = {"type": "哪一型", "seed": "种子", "size": "抽几户"}
ABOUT: Sequence[StepField] = (
    StepField("title", "题目", "text", "经营者看得到", longest=200),
    StepField("until", "回答的最后一天", "date", longest=10),
    StepField("panel", "请谁回答", "radio", words=PANELS),
    StepField("type", OF_SAMPLE["type"], "choice", "抽取的要选", optional=True, words=TYPES),
    StepField("size", OF_SAMPLE["size"], "number", "抽取的要填", optional=True, longest=5),
    StepField(
        "seed",
        OF_SAMPLE["seed"],
        "text",
        "抽取的要填：事先定的一串字，四个以上。谁用它重抽，抽到的都是同样的户",
        optional=True,
        longest=60,
    ),
)


@dataclass(frozen=True)
class WrittenQuestion:
    """A question as somebody wrote it; `number`: its place on the page."""

    number: int
    text: str
    rate: str
    counting: Sequence[str]
    others: Sequence[str]

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written there."""
        return not (self.text or self.rate or self.counting or self.others)

    def faults(self) -> Iterator[Fault]:
        """What is wrong with it, each with how it would be right."""
        place, options = f"第{self.number}题", [*self.counting, *self.others]
        twice = sorted({one for one in options if options.count(one) > 1})
        if not self.text:
            yield f"text-{self.number}", f"{place}请写问题。"
        if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
            yield f"others-{self.number}", f"{place}的选项要有2到8个，现在有{len(options)}个。"
        elif self.rate and not (self.counting and self.others):
            yield (
                f"others-{self.number}",
                f"{place}用来算{RATES[self.rate]}，选项里要有计入的，也要有不计入的。",
            )
        if self.counting and not self.rate:
            yield f"rate-{self.number}", f"{place}有计入的选项，请选用来算什么。"
        if twice:
            yield f"others-{self.number}", f"{place}的选项“{twice[0]}”写了两次。"
        if any(len(one) > LONGEST_OPTION for one in options):
            yield f"others-{self.number}", f"{place}的选项太长，每个不超过100字。"

    def body(self, number: int) -> Mapping[str, Any]:
        """As the service takes it, under a name of its own."""
        options = [(label, True) for label in self.counting] + [(label, False) for label in self.others]
        return {
            "id": f"q{number}",
            "text": self.text,
            "measures": self.rate or NO_RATE,
            "options": [
                {"id": f"a{place}", "label": label, "positive": counts}
                for place, (label, counts) in enumerate(options, 1)
            ],
        }


def fields_of(number: int) -> Sequence[StepField]:
    """Those of one question; only the first must be there."""
    spare = number > FEWEST
    return (
        StepField(f"text-{number}", "问什么", "text", "不用的题空着" if spare else "", optional=spare, longest=500),
        StepField(f"rate-{number}", "用来算什么", "choice", "都不算的不选", optional=True, words=RATES),
        StepField(f"counting-{number}", "计入的选项", "lines", "一行一个，例如：知道", optional=True, longest=800),
        StepField(f"others-{number}", "其他选项", "lines", "一行一个，排在计入的后面", optional=True, longest=800),
    )


def propose_form(questions: int) -> StepForm:
    """With room for so many questions."""
    asked = [one for number in range(1, questions + 1) for one in fields_of(number)]
    return StepForm("new", "提出问卷", [*ABOUT, *asked])


def room_for(said: str) -> int:
    """How many questions a page that was sent had room for."""
    return min(max(int(said), FEWEST), MOST) if said.isascii() and said.isdigit() else AT_FIRST


def written(filled: Filled, questions: int) -> list[WrittenQuestion]:
    """The questions; the first also if nothing was written there."""
    values = filled.values
    found = [
        WrittenQuestion(
            number,
            str(values[f"text-{number}"]),
            str(values[f"rate-{number}"]),
            _lines(values[f"counting-{number}"]),
            _lines(values[f"others-{number}"]),
        )
        for number in range(1, questions + 1)
    ]
    return [one for one in found if one.number == FEWEST or not one.is_blank]


def mistakes(filled: Filled, questions: int, today: dt.date) -> list[Fault]:
    """What the form itself does not see, by the names of its fields."""
    values = {one.name: str(filled.values[one.name]) for one in ABOUT}
    found = [*_about_panel(values), *_about_last_day(values["until"], today)]
    for one in written(filled, questions):
        found += one.faults()
    faulty = {name for name, _ in filled.faults}
    return [(name, message) for name, message in found if f"new-{name}" not in faulty]


def body_of(filled: Filled, questions: int) -> Mapping[str, Any]:
    """As the service takes it."""
    about = {one.name: filled.body[one.name] for one in ABOUT if one.name in filled.body}
    asked = [one.body(number) for number, one in enumerate(written(filled, questions), 1)]
    return {**about, "questions": asked}


def _about_panel(values: Mapping[str, str]) -> Iterator[Fault]:
    if not values["panel"]:
        return
    if values["panel"] != SAMPLE:
        yield from ((one, f"请联系点回答的不用抽取，“{word}”不填。") for one, word in OF_SAMPLE.items() if values[one])
        return
    yield from ((one, f"抽取的要填“{word}”。") for one, word in OF_SAMPLE.items() if not values[one])
    if values["seed"] and not SEED.fullmatch(values["seed"]):
        yield "seed", "种子要有4到60个字，只用汉字、字母、数字和短横线。"
    size = values["size"]
    if size.isascii() and size.isdigit() and not 1 <= int(size) <= LARGEST_SAMPLE:
        yield "size", "一次抽1到10000户。"


def _about_last_day(said: str, today: dt.date) -> Iterator[Fault]:
    if not said:
        return
    try:
        until = dt.date.fromisoformat(said)
    except ValueError:
        yield "until", "请填日期，例如 2026-12-31。"
        return
    if until < today:
        yield "until", "回答的最后一天已经过去，请填今天或以后。"


def _lines(value: str | list[str]) -> list[str]:
    return [line.strip() for line in str(value).splitlines() if line.strip()]
