"""Which numbers in a free text are somebody's, in the spellings of real texts, and which only look like it."""

import datetime as dt

import pytest
from hypothesis import given, strategies as st
from pydantic import TypeAdapter, ValidationError

from shared.platform.fields import PublicText, Reason
from shared.platform.problems import sentence_for
from shared.reference.personal_patterns import PersonalPattern, personal_pattern_in
from shared.reference.uscc import organisation_check_digit, uscc_check_character

ID, MOBILE, LANDLINE, EMAIL, CARD = (
    PersonalPattern.ID_NUMBER,
    PersonalPattern.MOBILE,
    PersonalPattern.LANDLINE,
    PersonalPattern.EMAIL,
    PersonalPattern.BANK_CARD,
)
HITS = {
    ID: [
        "41010519900101123X",
        "41010519900101123x",
        "４１０１０５１９９００１０１１２３Ｘ",
        "410105 19900101 123X",
        "410105-1990-0101-123X",
        "410105 1990 01 01 123 X",
        "4 1 0 1 0 5 1 9 9 0 0 1 0 1 1 2 3 4",
        "410105\u3000１９９００１０１\u30001234",
        "410105199001\u200b011234",
        "410105—19900101—123×",
        "110105201512310015",  # born 2015, with the right check digit
        "四一〇一〇五一九九〇〇一〇一一二三四",
        "410105900101123",
        "410105 900101 123",
        "810000199408230021",
    ],
    MOBILE: [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "138－0013－8000",
        "138  0013  8000",
        "1380 0138 000",
        "138.0013.8000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "1-3-8-0-0-1-3-8-0-0-0",
        "+8613800138000",
        "+86 138 0013 8000",
        "(+86)13800138000",
        "0086-13800138000",
        "8613800138000",
        "１３８００１３８０００",
        "19912345678",
        "一三八零零一三八零零零",
        "幺三八零零幺三八零零零",
        "①③⑧⓪⓪①③⑧⓪⓪⓪",
    ],
    LANDLINE: [
        "0371-67170001",
        "(0371)67170001",
        "（0371）6717 0001",
        "037167170001",
        "0371 6717-0001",
        "010-62345678",
        "0392—3322110",
        "+86 371 6717 0001",
        "+86-0371-67170001",
        "0371-67170001-803",
    ],
    EMAIL: ["zhangsan@example.cn", "zhang.san+1@mail.example.com", "ZS＠example．cn", "zs @ example . cn"],
    CARD: [
        "6222021234567890128",
        "6222 0212 3456 7890 128",
        "6222-0212-3456-7890-128",
        "622202 1234567890128",
        "６２２２０２１２３４５６７８９０１２８",
        "4111111111111111",
        "4111 1111 1111 1111",
        "5555555555554444",
        "378282246310005",
        "3782 822463 10005",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "4222222222222",
    ],
}
SAFE = [
    "92410105MA9F1A2B3C",
    "92410103MA0000015K",
    "922101051990010112",  # a code of digits alone
    "津市场监管政务〔2024〕9号",
    "郑市监〔2025〕6号，2025年7月1日印发",
    "受理编号异410105202600017",
    "异340102202600016、异370102202600018、异320102202600011",
    "编号 410105202601010002",
    "2025-07-01至2025-07-31",
    "2025-07-01 2025-07-02 2025-07-03",
    "2025.07.01-2026.06.30，20250701—20260630",
    "2025-07-01T08:00:00+08:00",
    "年销售额138001380.00元",
    "13,800,138,000元",
    "1380013.80万元",
    "0.37167170001",
    "金额 3710000000 元",
    "410105、410106、410107、410108",
    "第 1 至 15 项，2 3 4 5 6 7 8 9 10",
    "热线 12345、12315，客服 400-800-8888",
    "二〇二五年七月一日，第一、二、三、四条",
    "一二三四五六七八九十",
    "6901234567892",  # a bar code
    "978-7-5036-1234-5",
    "6222021234567890129",  # no card: its check digit is wrong
    "快递单号 SF1234567890123",
    "1732791478000",
    "410105********1234，138****8000",
    "41010519901301123X",  # no such month
    "991010519900101123",  # no such province
    "微信支付 4200001234202507011234567890",
    "@示例 与 张三@ 李四",
    "营业执照副本 2-1，面积 120-150 平方米，第 3-4 页",
    "",
]


@pytest.mark.parametrize(("kind", "spelling"), [(kind, one) for kind, spellings in HITS.items() for one in spellings])
@pytest.mark.parametrize("around", ["{}", "请联系{}。", "经营者 {} 于2025年7月1日申请", "2025，{}，6号", "a{}b"])
def test_a_number_of_somebodys_is_found_in_every_spelling(kind: PersonalPattern, spelling: str, around: str) -> None:
    assert personal_pattern_in(around.format(spelling)) is kind


@pytest.mark.parametrize("text", SAFE)
@pytest.mark.parametrize("around", ["{}", "说明：{}。", "（{}）"])
def test_what_only_looks_like_it_is_left_alone(text: str, around: str) -> None:
    assert personal_pattern_in(around.format(text)) is None


@given(st.integers(0, 999_999), st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=6, max_size=6))
def test_no_code_of_a_household_is_taken_for_somebodys_number(region: int, serial: str) -> None:
    organisation = f"MA{serial}"
    first17 = f"92{region:06d}{organisation}{organisation_check_digit(organisation)}"
    assert personal_pattern_in(f"{first17}{uscc_check_character(first17)}") is None


days = st.dates(dt.date(2000, 1, 1), dt.date(2049, 12, 31))


@given(days, days, st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日"]))
def test_no_two_dates_are_taken_for_somebodys_number(first: dt.date, second: dt.date, form: str) -> None:
    for between in (" ", "至", "—", "-", "、"):
        assert personal_pattern_in(f"{first:{form}}{between}{second:{form}}") is None


@given(st.integers(11, 65), st.integers(0, 9999), st.integers(2025, 2099), st.integers(0, 99_999))
def test_no_receipt_number_is_taken_for_somebodys_number(province: int, rest: int, year: int, serial: int) -> None:
    assert personal_pattern_in(f"异{province}{rest:04d}{year}{serial:05d}") is None


@pytest.mark.parametrize("kind", [PublicText, Reason])
def test_a_field_says_in_chinese_what_is_wrong_and_where_it_belongs(kind: type[str]) -> None:
    adapter = TypeAdapter(kind)
    assert adapter.validate_python(" 公示期间有异议，见郑市监〔2025〕6号 ") == "公示期间有异议，见郑市监〔2025〕6号"
    with pytest.raises(ValidationError) as refused:
        adapter.validate_python("请打 138-0013-8000")
    (fault,) = refused.value.errors(include_url=False)
    assert fault["type"] == "personal_data"
    assert sentence_for(fault) == (
        "这里不能写手机号码：文字会被公开或长期留存。姓名和联系方式请填在专门的栏目里，其他证件内容请作为材料上传。"
    )


def test_a_long_text_costs_little() -> None:
    """Whatever stands in it: the patterns do not go back over it again and again."""
    for unit in ("0 ", "1-", "13 ", "4.", "a@", "一", "6222 ", "0371-", "86+"):
        assert personal_pattern_in((unit * 5000)[:5000]) in {None, *PersonalPattern}
