"""Badges: what their picture says, where its code leads, and when they are withdrawn."""

import datetime as dt
import re
import uuid
from dataclasses import dataclass, field
from typing import Any, cast
from xml.parsers import expat

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.lifecycle import restoring
from services.recognition.outlets.badge_image import BadgeFace, draw_badge, fitted
from services.recognition.outlets.domain import BadgeWithdrawal, WithdrawalReason, withdrawal_of
from services.recognition.recognitions.domain import Concern, ConcernKind, RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.settings import RecognitionSettings
from shared.platform.system_callers import BUS
from tests.unit.recognition.qr_reader import Matrix, modules_of, read_code

LAST, TODAY = dt.date(2029, 11, 25), dt.date(2027, 3, 1)
FACE = BadgeFace("测试商户", "特色", "92410105MA00000012", "0123456789ABCDEF0123", "郑州市金水区市场监督管理局", LAST)


@dataclass
class Drawn:
    """The elements of a picture in their order, with their attributes and their text."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self.elements.append((name, attributes))
        self.texts.append((name, ""))

    def say(self, text: str) -> None:
        name, before = self.texts[-1]
        self.texts[-1] = name, before + text

    def said(self, element: str) -> list[str]:
        return [text.rstrip("\n") for name, text in self.texts if name == element]

    @property
    def modules(self) -> Matrix:
        """The modules of the code, which is the inner picture."""
        [_, (_, code)] = [one for one in self.elements if one[0] == "svg"]
        [(_, path)] = [one for one in self.elements if one[0] == "path"]
        return modules_of(path["d"], int(code["viewBox"].split()[2]))


def drawn(name: str = "测试商户", portal: str = "https://portal.test") -> Drawn:
    """What an XML parser reads of a badge; an error where it is not well-formed."""
    face = BadgeFace(name, FACE.category, FACE.uscc, FACE.certificate, FACE.issued_by, LAST)
    read, parser = Drawn(), expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = read.begin, read.say
    parser.Parse(draw_badge(face, portal), True)
    return read


@pytest.mark.parametrize(
    "portal",
    ["http://127.0.0.1:8000", "https://portal.test/", "https://minglu.scjgj.henan.gov.cn", f"https://{'a' * 99}"],
)
def test_the_code_leads_to_what_the_portal_says_of_the_certificate(portal: str):
    assert read_code(drawn(portal=portal).modules) == f"{portal.rstrip('/')}/certificates?code={FACE.certificate}"


def test_a_code_with_one_wrong_module_is_not_read_as_the_same():
    matrix = [list(row) for row in drawn().modules]
    matrix[-9][-1] = not matrix[-9][-1]
    assert read_code(matrix) != read_code(drawn().modules)


def test_a_badge_says_category_household_bureau_and_last_day():
    said = drawn().said("text")
    assert said[:3] == ["“名特优新”个体工商户", "特色", "测试商户"]
    assert {f"统一社会信用代码：{FACE.uscc}", "有效期至：2029年11月25日", f"认定部门：{FACE.issued_by}"} <= {*said}


@pytest.mark.parametrize(
    "name", ["<script>&\"'店", "老字号\x00\x1f\ud800店", "\U00020bb7䶮", "店" * 500, "a" * 500, "", "店\u0301"]
)
def test_no_name_breaks_the_picture(name: str):
    picture = drawn(name)
    assert {element for element, _ in picture.elements} == {"svg", "title", "rect", "text", "g", "path"}
    shown = re.sub("[\x00-\x1f\ud800-\udfff]", "", name)
    assert picture.said("title")[0].startswith(f"{shown}：")


def test_a_long_name_stays_beside_the_code_and_above_the_facts():
    for length in range(1, 120):
        size, lines = fitted("店" * length)
        assert max(map(len, lines)) * size <= 400
        assert 160 + len(lines) * (size + 6) <= 270
    assert lines[-1].endswith("…")


def concern(kind: ConcernKind, since: dt.date) -> Concern:
    return Concern(kind, "经办人看到的", since)


@pytest.mark.parametrize(
    ("state", "ended_on", "withdrawn"),
    [
        (RecognitionState.CANCELLED, TODAY, BadgeWithdrawal(WithdrawalReason.CANCELLED, TODAY)),
        (RecognitionState.REVOKED, TODAY, BadgeWithdrawal(WithdrawalReason.REVOKED, TODAY)),
        (RecognitionState.EXPIRED, None, BadgeWithdrawal(WithdrawalReason.EXPIRED, dt.date(2029, 11, 26))),
        (RecognitionState.VALID, None, None),
    ],
)
def test_a_badge_is_withdrawn_from_the_day_the_recognition_ends(
    state: RecognitionState, ended_on: dt.date | None, withdrawn: BadgeWithdrawal | None
):
    assert withdrawal_of(state, LAST, ended_on, []) == withdrawn


async def test_what_had_expired_before_a_revocation_that_is_undone_ended_on_the_day_after_its_last(
    monkeypatch: pytest.MonkeyPatch,
):
    async def announce(*_: Any, **__: Any) -> None:
        """Nobody is told here."""

    monkeypatch.setattr(restoring, "announce_recognition", announce)
    row = Recognition(state=RecognitionState.REVOKED, valid_until=LAST, ended_on=LAST, version=1)
    session = cast("AsyncSession", None)
    await restoring.restore_ended(session, row, RecognitionState.EXPIRED, uuid.uuid4(), "证据充分", BUS)
    expired = BadgeWithdrawal(WithdrawalReason.EXPIRED, LAST + dt.timedelta(days=1))
    assert withdrawal_of(row.state, row.valid_until, row.ended_on, []) == expired


def test_a_household_that_moved_away_or_is_off_the_register_shows_no_badge_though_nothing_is_decided_yet():
    moved, gone = concern(ConcernKind.MOVED, TODAY), concern(ConcernKind.REGISTER, TODAY - dt.timedelta(days=1))
    found = withdrawal_of(RecognitionState.VALID, LAST, None, [moved, gone])
    assert found == BadgeWithdrawal(WithdrawalReason.OFF_REGISTER, gone.since), "the first of them"
    for kind in set(ConcernKind) - {ConcernKind.MOVED, ConcernKind.REGISTER}:
        assert withdrawal_of(RecognitionState.VALID, LAST, None, [concern(kind, TODAY)]) is None, kind


def test_no_reason_says_what_an_officer_wrote():
    assert {one.label for one in WithdrawalReason} >= {"认定已取消", "认定已撤销", "认定已到期"}
    assert len({one.label for one in WithdrawalReason}) == len(WithdrawalReason)


@pytest.mark.parametrize("address", ["http://portal.gov.cn", "portal.gov.cn", "ftp://127.0.0.1.gov.cn"])
def test_a_printed_code_never_leads_over_the_open_net_in_clear(address: str):
    settings = RecognitionSettings.model_construct(database_url=SecretStr("x"))
    assert settings.portal_address == ""
    with pytest.raises(ValidationError, match="portal_address needs https"):
        RecognitionSettings.model_validate({"portal_address": address})
