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
NOT_SHOWN = re.compile("the text (.*) could not be displayed")
"""How Typst says that no font has a character."""


def compile_paper(_ask: Ask, template: str, data: Mapping[str, object], folders: Sequence[str]) -> str:
    """The PDF in base64; `template`: its path below the root. FontsMissingError, CharactersMissingError."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[*folders])
    lacking = set(FAMILIES).difference(fonts.families())
    if lacking:
        raise FontsMissingError("、".join(sorted(lacking)))
    compiler = typst.Compiler(ROOT / template, ROOT, fonts, sys_inputs={"data": json.dumps(data)})
    try:
        pdf = compiler.compile(format="pdf", pdf_standards="a-2u")
    except typst.TypstError as error:
        if found := NOT_SHOWN.search(error.message):
            raise CharactersMissingError(found[1]) from None
        raise
    return base64.b64encode(pdf if isinstance(pdf, bytes) else b"".join(pdf or ())).decode()
