"""Phones and e-mails as people write them: one form each, or none."""

import pytest

from shared.reference.contact_details import Phone, email_of, phone_of


@pytest.mark.parametrize(
    "said",
    ["13812345678", "138 1234 5678", "138-1234-5678", "+86 13812345678", "0086-13812345678", "8613812345678",
     "１３８１２３４５６７８", "\u200b13812345678 ", "（138）12345678"],
)  # fmt: skip
def test_a_mobile_is_one_however_it_is_written(said: str) -> None:
    assert phone_of(said) == Phone("13812345678", mobile=True)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("0371-66012345", "037166012345"),
        ("(010) 6601 2345", "01066012345"),
        ("+86 10 66012345", "01066012345"),
        ("+86-371-66012345", "037166012345"),
        ("0396-6601234", "03966601234"),
        ("0371-66012345转801", "037166012345-801"),
        ("037166012345#8", "037166012345-8"),
    ],
)
def test_a_landline_has_its_area_code_and_takes_no_messages(said: str, number: str) -> None:
    assert phone_of(said) == Phone(number, mobile=False)


@pytest.mark.parametrize(
    "said",
    ["12345678901", "1381234567", "138123456789", "66012345", "0371-123", "12315", "4001234567", "无", "-", "1.38E+10",
     "138****5678", "00000000000", "13812345678转1", "0371-66012345转abc", "13812345678/13912345678", "abc@qq.com"],
)  # fmt: skip
def test_what_is_none_is_none(said: str) -> None:
    assert phone_of(said) is None


def test_the_made_up_numbers_of_samples_count_only_where_they_are_wanted() -> None:
    assert phone_of("12012345678") is None
    assert phone_of("12012345678", samples=True) == Phone("12012345678", mobile=True)
    assert email_of("h1@example.invalid") is None
    assert email_of("h1@example.invalid", samples=True) == "h1@example.invalid"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("zhang.san@QQ.com", "zhang.san@qq.com"),
        (" zhang+1@163.com ", "zhang+1@163.com"),
        ("ｚ@ｑｑ.com", "z@qq.com"),
        ("x@例子.中国", "x@xn--fsqu00a.xn--fiqs8s"),
    ],
)
def test_an_email_is_kept_in_one_form(said: str, address: str) -> None:
    assert email_of(said) == address


@pytest.mark.parametrize(
    "said", ["zhang", "a@b", "a@@qq.com", "a..b@qq.com", "张三@qq.com", "a@localhost", "a b@qq.com", ""]
)
def test_what_is_no_address_is_none(said: str) -> None:
    assert email_of(said) is None
