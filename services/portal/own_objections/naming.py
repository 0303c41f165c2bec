"""Who objects, where no account says it: real name and contact, and at the counter how they agreed to be filed for."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.shell.forms import Form
from services.portal.shell.refusals import Faults

LONGEST_NAME = 100


@dataclass(frozen=True)
class Naming:
    """As it was filled in. `agreed`, `given_on`: of the consent that a clerk records."""

    name: str = ""
    contact: str = ""
    agreed: str = ""
    given_on: str = ""

    @classmethod
    def read(cls, form: Form) -> "Naming":
        """From a form."""
        names = ("name", "contact", "agreed", "given_on")
        return cls(*(form.text(name, 2000 if name == "agreed" else LONGEST_NAME) for name in names))

    def faults(self, *, at_counter: bool) -> Faults:
        """What is missing before the service is asked."""
        asked = [("name", self.name, "请写真实姓名。"), ("contact", self.contact, "请写联系方式，好把结果告诉您。")]
        if at_counter:
            asked += [("agreed", self.agreed, "请写明本人怎样同意由窗口代为提交。")]
            asked += [
                ("given_on", self.given_on if is_day(self.given_on) else "", "请写明哪一天同意的，例如 2026-08-03。")
            ]
        return [(field, said) for field, value, said in asked if not value]

    def body(self, *, at_counter: bool) -> Mapping[str, Any]:
        """For the service."""
        consent = {"consent": {"statement": self.agreed, "given_on": self.given_on}} if at_counter else {}
        return {"objector": {"name": self.name, "contact": self.contact}, **consent}


def is_day(text: str) -> bool:
    """Whether it is a date as forms send it."""
    try:
        return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) and dt.date.fromisoformat(text))
    except ValueError:
        return False
