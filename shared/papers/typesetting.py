"""Papers are set from a Typst template beside the capability that owns it, and data as JSON.

Data is never put into markup: a template reads it with ``json(bytes(sys.inputs.data))``, so that ``#``, ``$`` and ``*``
in a name are what they look like. Nothing is fetched. Each paper is compiled in a child process with limits of memory
and time (`shared.confined`): Typst keeps what it has computed, and cannot be stopped in a thread.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.confined import RUNNER, Limits

ROOT = Path(__file__).parents[2]
"""What templates may import from: ``/shared/papers/official.typ``"""
LIMITS = Limits(memory=2 << 30, processor=60, seconds=60.0)
COMPILE = "shared.papers.compiling:compile_paper"
FONT_FOLDERS = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/truetype/hanazono"))
"""Where Debian puts fonts-noto-cjk, and fonts-hanazono for the rare characters that Noto lacks"""


class FontsMissingError(Exception):
    """The families that are in none of the folders."""


class CharactersMissingError(Exception):
    """The characters that no font of the folders has."""


@dataclass(frozen=True)
class Paper:
    """A template with what it says; `name`: of the file, without its suffix."""

    template: Path
    data: Mapping[str, object]
    name: str


def typeset(paper: Paper, folders: Sequence[Path] = FONT_FOLDERS) -> bytes:
    """The paper as PDF. It blocks a thread. FontsMissingError, CharactersMissingError; ChildEndedError where it takes
    too long or too much.
    """
    template = str(paper.template.resolve().relative_to(ROOT))
    errors = (FontsMissingError, CharactersMissingError)
    places = [str(folder) for folder in folders]
    return base64.b64decode(RUNNER.run(COMPILE, template, paper.data, places, limits=LIMITS, expected=errors))
