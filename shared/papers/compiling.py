"""Compiles one paper inside the child process that `typeset` starts for it (`shared.confined`).

Only fonts of the named folders are used: a paper looks the same wherever it is printed, and what is lacking is an
error, not an empty box on the paper. The files are PDF/A-2u: every character is shown, and can be read out again.
"""

import base64
import json
import re
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


def compile_paper(_ask: Ask, template: str, data: Mapping[str, object], folders: Sequence[str]) -> str:
    """The PDF in base64; `template`: its path below the root. FontsMissingError, CharactersMissingError."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[*folders])
    lacking = set(FAMILIES).difference(fonts.families())
    if lacking:
        raise FontsMissingError("、".join(sorted(lacking)))
    said, missing = json.dumps(data, ensure_ascii=False), []
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
            known = said
            said = said.replace(text, SHOWN)
            if said != known and len(missing) < MOST_NAMED:
                continue
        if missing:
            raise CharactersMissingError("、".join(map(named, missing)))
        return base64.b64encode(pdf if isinstance(pdf, bytes) else b"".join(pdf or ())).decode()


def named(text: str) -> str:
    """Characters with their code points, for whoever looks for a font."""
    return f"“{text}”（{' '.join(f'U+{ord(one):04X}' for one in text)}）"
