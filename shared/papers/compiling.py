"""Compiles one paper inside the child process that `typeset` starts for it (`shared.confined`).

Only fonts of the named folders are used: a paper looks the same wherever it is printed, and what is lacking is an
error, not an empty box on the paper. The files are PDF/A-2u: every character is shown, and can be read out again.
"""

import base64
import json
import re
import time
from collections.abc import Mapping, Sequence

import typst

from shared.confined import Ask
from shared.papers.typesetting import ROOT, CharactersMissingError, FontsMissingError

FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC")
"""Which the templates name"""
NOT_SHOWN = re.compile(r'the text `"(.*)"` could not be displayed', re.DOTALL)
"""How Typst says that no font has a character; it names the first ones."""
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
SHOWN = "〓"
"""What every font has, put in place of what was found missing to find the rest."""
MOST_NAMED = 20
SEARCH_SECONDS = 40.0
"""How long what is missing is looked for, of the time that a paper may take (`LIMITS`): what was found till then is
told.
"""


class Stopwatch:
    """What counts against the limits: the seconds that pass, or the processor's where several threads work."""

    def __init__(self) -> None:
        self._began, self._processor = time.monotonic(), time.process_time()

    def seconds(self) -> float:
        """Since it was made."""
        return max(time.monotonic() - self._began, time.process_time() - self._processor)


def compile_paper(_ask: Ask, template: str, data: Mapping[str, object], folders: Sequence[str]) -> str:
    """The PDF in base64; `template`: its path below the root. FontsMissingError, CharactersMissingError."""
    watch = Stopwatch()
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[*folders])
    lacking = set(FAMILIES).difference(fonts.families())
    if lacking:
        raise FontsMissingError("、".join(sorted(lacking)))
    said, missing, more, round_began = json.dumps(data, ensure_ascii=False), list[str](), False, 0.0
    while True:
        compiler = typst.Compiler(ROOT / template, ROOT, fonts, sys_inputs={"data": said})
        try:
            pdf = compiler.compile(format="pdf", pdf_standards="a-2u")
        except typst.TypstError as error:
            unshown = NOT_SHOWN.search(error.message)
            if unshown is None:
                raise
            text = ESCAPED.sub(lambda code: chr(int(code[1], 16)), unshown[1])
            missing.append(text)
            known, now = said, watch.seconds()
            said = said.replace(text, SHOWN)
            another, round_began = now + (now - round_began), now
            more = said != known and (len(missing) == MOST_NAMED or another > SEARCH_SECONDS)
            if said != known and not more:
                continue
        if missing:
            raise CharactersMissingError("、".join(map(named, missing)) + ("等" if more else ""))
        return base64.b64encode(pdf if isinstance(pdf, bytes) else b"".join(pdf or ())).decode()


def named(text: str) -> str:
    """Characters with their code points, for whoever looks for a font."""
    return f"“{text}”（{' '.join(f'U+{ord(one):04X}' for one in text)}）"
