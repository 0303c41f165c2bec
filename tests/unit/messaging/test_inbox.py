"""Whatever lies on a topic, reading it never fails: it is an event, unknown, or a fault with a cause."""

import json

from hypothesis import given, strategies as st

from shared.contracts.annual_report import AnnualReportFiled
from shared.contracts.catalogue import BY_TYPE
from shared.messaging.bus import Message, Partition
from shared.messaging.inbox import Fault, message_identity, read_message

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
GOOD = {
    "specversion": "1.0",
    "id": "1",
    "source": "/typing",
    "type": AnnualReportFiled.event_type,
    "subject": "92410105MA45KD3F7Q",
    "time": "2026-07-01T00:00:00Z",
    "data": {"uscc": "92410105MA45KD3F7Q", "year": 2025, "filed_on": "2026-07-20"},
}


def read(value: bytes):
    return read_message(Message(Partition("t", 0), 0, "key", value), BY_TYPE)


def storable(text: str | None) -> bool:
    return text is None or "\x00" not in text


@given(st.binary())
def test_any_bytes_can_be_read(value: bytes):
    assert (found := read(value)).fault is Fault.UNREADABLE or found.event
    assert storable(message_identity(value))


@given(st.sampled_from(sorted(GOOD)), ANYTHING)
def test_any_attribute_may_be_wrong(name: str, value: object):
    raw = json.dumps({**GOOD, name: value}).encode()
    found = read(raw)
    assert found.event is not None or found.fault is not None or name == "type"
    assert storable(found.key)
    assert storable(message_identity(raw))


@given(st.sampled_from(["correlationid", "causationid", "actor", "traceparent"]), ANYTHING)
def test_an_optional_attribute_is_a_text_or_the_event_is_unreadable(name: str, value: object):
    found = read(json.dumps({**GOOD, name: value}).encode())
    assert (found.event is not None) == (value is None or isinstance(value, str))


@given(ANYTHING)
def test_any_data_can_be_read(data: object):
    found = read(json.dumps({**GOOD, "data": data}).encode())
    assert found.fault in {None, Fault.INVALID, Fault.UNREADABLE}
    assert found.event is not None or found.cause


def test_an_event_whose_id_cannot_be_stored_goes_by_its_bytes():
    raw = json.dumps({**GOOD, "id": "a\x00b"}).encode()
    assert read(raw).fault is Fault.UNREADABLE
    assert message_identity(raw).startswith("sha256:")
