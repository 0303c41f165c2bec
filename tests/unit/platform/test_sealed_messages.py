"""What is sealed can be read by the holder of the key alone, and not after it was changed."""

import json
import time

import pytest
from pydantic import BaseModel

from shared.platform.sealed_messages import (
    SealBrokenError,
    Sealer,
    SealingKeys,
    SealingKeysError,
    SealOpener,
    UnknownSealingKeyError,
    new_sealing_keys,
)


class Figures(BaseModel):
    """Something that nobody else may read."""

    uscc: str
    revenue: str


class Number(BaseModel):
    number: int


FIGURES = Figures(uscc="92410102MA059CF41A", revenue="123456.78")


@pytest.fixture(scope="module")
def keys() -> SealingKeys:
    return new_sealing_keys()


def test_the_receiver_reads_what_was_sealed(keys: SealingKeys) -> None:
    assert SealOpener(keys.private).open(Sealer(keys.public).seal(FIGURES), Figures) == FIGURES


def test_nothing_of_the_message_shows(keys: SealingKeys) -> None:
    sealed = Sealer(keys.public).seal(FIGURES)
    assert "123456" not in sealed
    assert FIGURES.uscc not in sealed
    assert Sealer(keys.public).seal(FIGURES) != sealed, "two seals of one message tell nobody that they are the same"


def test_a_seal_for_another_key_cannot_be_opened(keys: SealingKeys) -> None:
    sealed = Sealer(new_sealing_keys().public).seal(FIGURES)
    with pytest.raises(UnknownSealingKeyError):
        SealOpener(keys.private).open(sealed, Figures)


def test_a_key_that_took_the_id_of_another_opens_nothing(keys: SealingKeys) -> None:
    stranger = json.loads(new_sealing_keys().private)
    stranger["keys"][0]["kid"] = json.loads(keys.public)["kid"]
    with pytest.raises(SealBrokenError):
        SealOpener(json.dumps(stranger)).open(Sealer(keys.public).seal(FIGURES), Figures)


@pytest.mark.parametrize("place", range(5))
def test_a_changed_seal_is_noticed_wherever_it_was_changed(keys: SealingKeys, place: int) -> None:
    parts = Sealer(keys.public).seal(FIGURES).split(".")
    middle = len(parts[place]) // 2
    parts[place] = parts[place][:middle] + ("A" if parts[place][middle] != "A" else "B") + parts[place][middle + 1 :]
    with pytest.raises(SealBrokenError):
        SealOpener(keys.private).open(".".join(parts), Figures)


@pytest.mark.parametrize("sealed", ["", "x", "a.b.c.d.e", "密封", "....", "{}"])
def test_what_is_no_seal_is_refused(keys: SealingKeys, sealed: str) -> None:
    with pytest.raises(SealBrokenError):
        SealOpener(keys.private).open(sealed, Figures)


def test_another_message_is_refused_without_showing_it(keys: SealingKeys) -> None:
    with pytest.raises(SealBrokenError) as refused:
        SealOpener(keys.private).open(Sealer(keys.public).seal(FIGURES), Number)
    assert "123456" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_after_a_rotation_old_and_new_messages_are_read(keys: SealingKeys) -> None:
    newer = new_sealing_keys(keys.private)
    opener = SealOpener(newer.private)
    assert opener.open(Sealer(keys.public).seal(FIGURES), Figures) == FIGURES
    assert opener.open(Sealer(newer.public).seal(FIGURES), Figures) == FIGURES
    with pytest.raises(UnknownSealingKeyError):
        SealOpener(keys.private).open(Sealer(newer.public).seal(FIGURES), Figures)


@pytest.mark.parametrize("keys_text", ["", "[]", "{}", '{"keys":[]}', '{"keys":[{"kty":"oct","k":"AA","kid":"1"}]}'])
def test_keys_that_cannot_be_used_are_refused_at_once(keys_text: str) -> None:
    with pytest.raises(SealingKeysError):
        SealOpener(keys_text)
    with pytest.raises(SealingKeysError):
        Sealer(keys_text)


def test_neither_side_takes_the_other_sides_key(keys: SealingKeys) -> None:
    private = json.dumps(json.loads(keys.private)["keys"][0])
    with pytest.raises(SealingKeysError, match="public"):
        Sealer(private)
    with pytest.raises(SealingKeysError, match="private"):
        SealOpener(json.dumps({"keys": [json.loads(keys.public)]}))


def test_sealing_is_quick(keys: SealingKeys) -> None:
    opener, sealer, began = SealOpener(keys.private), Sealer(keys.public), time.monotonic()
    for _ in range(20):
        opener.open(sealer.seal(FIGURES), Figures)
    assert time.monotonic() - began < 5
