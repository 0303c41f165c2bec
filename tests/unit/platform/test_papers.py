"""Papers as answers: why one cannot be set is said in words, and nobody waits for ever."""

from pathlib import Path

import pytest
from anyio import CapacityLimiter

from shared.confined import ChildEndedError
from shared.papers.prose import Prose
from shared.papers.typesetting import Paper
from shared.platform import papers
from shared.platform.papers import (
    CharactersMissing,
    FontsMissing,
    OnlyPdf,
    PaperFormat,
    PapersBusy,
    PaperTooLarge,
    Typesetter,
)
from tests.fixtures.papers import words_of

pytestmark = pytest.mark.papers


def paper(name: str = "甲店") -> Paper:
    return Prose(["告知书"], name, [], None, None, None).paper("test")


async def test_a_paper_is_saved_and_kept_by_nobody():
    answer = await Typesetter().set(paper())
    assert (answer.media_type, answer.headers["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="test.pdf"'


async def test_what_is_lacking_is_named(tmp_path: Path):
    with pytest.raises(FontsMissing) as fonts:
        await Typesetter([tmp_path]).set(paper())
    assert "Noto Serif CJK SC" in fonts.value.detail
    with pytest.raises(CharactersMissing) as characters:
        await Typesetter().set(paper("甲\U000323af店"))
    assert "U+323AF" in characters.value.detail


async def test_a_paper_that_takes_too_long_is_refused_and_so_is_one_too_many(monkeypatch: pytest.MonkeyPatch):
    def never(*_: object) -> bytes:
        raise ChildEndedError("timed out")

    monkeypatch.setattr(papers, "typeset", never)
    with pytest.raises(PaperTooLarge):
        await Typesetter().set(paper())
    monkeypatch.setattr(papers, "MOST_WAITING", 0)
    with pytest.raises(PapersBusy):
        await Typesetter(turns=CapacityLimiter(1)).set(paper())


async def test_whoever_waits_too_long_for_their_turn_is_told_and_the_next_paper_is_set(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(papers, "LONGEST_WAIT", 0.01)
    typesetter, other = Typesetter(), object()
    await typesetter.turns.acquire_on_behalf_of(other)
    with pytest.raises(PapersBusy):
        await typesetter.set(paper(), PaperFormat.DOCX)
    typesetter.turns.release_on_behalf_of(other)
    assert (await typesetter.set(paper(), PaperFormat.DOCX)).status_code == 200
    assert typesetter.turns.borrowed_tokens == 0


async def test_only_prose_goes_to_a_word_processor():
    answer = await Typesetter().set(paper(), PaperFormat.DOCX)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="test.docx"'
    assert "告知书" in words_of(bytes(answer.body))
    with pytest.raises(OnlyPdf):
        await Typesetter().set(Paper(Path("receipt.typ"), {}, "receipt"), PaperFormat.DOCX)
