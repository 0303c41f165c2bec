"""The form of a review, as it was filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.portal.shell.forms import Form
from services.portal.upstream.staff_recognition import ApplicationFileAnswer

OUTCOMES: Mapping[str, str] = {
    "pass": "通过：符合所选类别的标准",
    "return": "退回补正：材料不齐，一次告知全部要补的",
    "refuse": "不通过：不符合条件",
}
SENTENCES = (
    "请补上所选标准要求的证明材料，照片要看得清文字。",
    "材料上的名称与执照不一致，请交一致的，或说明原因。",
    "查明不符合所选类别的标准。",
)
"""Ready sentences to start from"""


@dataclass(frozen=True)
class ReviewForm:
    """What a reviewer says of an application."""

    outcome: str = ""
    reason: str = ""
    missing: str = ""
    verified: tuple[str, ...] = ()
    breach: str = ""

    @classmethod
    def read(cls, form: Form) -> "ReviewForm":
        """From what was sent."""
        return cls(
            form.text("outcome", 20),
            form.text("reason", 2000),
            form.text("missing", 4000),
            tuple(form.all("verified")),
            form.text("breach_recorded", 3),
        )

    def faults(self) -> list[tuple[str, str]]:
        """What has to be mended before the service is asked."""
        if self.outcome not in OUTCOMES:
            return [("outcome", "请选通过、退回补正或不通过。")]
        if self.outcome == "return" and not self._items():
            return [("missing", "请写明要补的全部材料，一行一项；退回只能一次。")]
        if self.outcome == "refuse" and len(self.reason) < 2:
            return [("reason", "请写明不通过的理由，申报人会看到。")]
        return []

    def body(self, application: ApplicationFileAnswer) -> Mapping[str, Any]:
        """What the service is asked for; the category and the criteria are those that were applied for."""
        asked: dict[str, Any] = {"application": application.id, "outcome": self.outcome}
        if self.reason:
            asked["reason"] = self.reason
        if self.outcome == "return":
            asked["missing"] = self._items()
        if self.outcome == "pass":
            asked |= {"category": application.category, "criteria": application.criteria}
            asked["verified"] = list(self.verified)
        if self.breach:
            asked["breach_recorded"] = self.breach == "yes"
        return asked

    def _items(self) -> list[str]:
        return [line.strip() for line in self.missing.splitlines() if line.strip()]
