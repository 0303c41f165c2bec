"""Papers in prose for a word processor (DOCX): the same words as the PDF, to be worked on before they are issued.

Fonts are named, not put into the file: where 方正小标宋 and 仿宋_GB2312 are installed, the paper has them. Every text
is a run of its own, escaped; no field, link or macro but the number of the page.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from shared.papers.typesetting import Paper

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"
FANGSONG, SONG, HEI, KAI = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312"
TWIPS_PER_MM = 1440 / 25.4
LINE = 580
"""29 points in twentieths: 22 lines on a page"""
TEXT_WIDTH = round(156 * TWIPS_PER_MM)
BLANK_WORDS = "__________"
BLANK_DAY = "____年__月__日"
NUMERALS = "一二三四五六七八九十"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CONTENT_TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{KIND}.document.main+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{KIND}.footer+xml"/></Types>'
)
ROOT_RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
DOCUMENT_RELATIONS = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{OFFICE}/footer" Target="footer1.xml"/></Relationships>'
)


def docx_of(paper: Paper) -> bytes:
    """A paper that was made of `Prose`."""
    files = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELATIONS,
        "word/_rels/document.xml.rels": DOCUMENT_RELATIONS,
        "word/document.xml": f"<w:document {W} {R}><w:body>{body_of(paper.data)}{section()}</w:body></w:document>",
        "word/footer1.xml": f"<w:ftr {W}>{footer()}</w:ftr>",
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
    return content.getvalue()


def body_of(data: Mapping[str, Any]) -> str:
    """Letterhead, title, addressee, sections, signature."""
    made = [
        paragraph([data["issuer"]], SONG, 60, align="center", colour="C00000", above=560),
        paragraph([data["number"]], align="center", rule=True, above=300),
        paragraph(["".join(data["title"])], SONG, 44, align="center", above=400, below=400),
    ]
    if data["addressed"]:
        made.append(paragraph([data["addressee"], "："], align="left"))
    made += map(block, data["opening"])
    for numeral, one in zip(NUMERALS, data["sections"], strict=False):
        made.append(paragraph([f"{numeral}、{one['title']}"], HEI, indent=True))
        made += map(block, one["blocks"])
    made += map(block, data["closing"])
    made.append(paragraph([data["issuer"]], align="right", above=LINE * 2))
    made.append(paragraph([data["day"] or BLANK_DAY], align="right"))
    return "".join(made)


def block(said: list[str | None] | Mapping[str, Any]) -> str:
    """A paragraph, a subheading or a table."""
    if isinstance(said, list):
        return paragraph(said, indent=True)
    if "subheading" in said:
        return paragraph([said["subheading"]], KAI, indent=True)
    return table(said)


def paragraph(
    parts: Iterable[str | None],
    font: str = FANGSONG,
    half_points: int = 32,
    *,
    align: str = "both",
    indent: bool = False,
    colour: str = "",
    rule: bool = False,
    above: int = 0,
    below: int = 0,
) -> str:
    """A paragraph of parts in one font; `indent`: its first line by two characters; `rule`: a red line beneath."""
    border = '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="4" w:color="C00000"/></w:pBdr>' if rule else ""
    spacing = f'<w:spacing w:before="{above}" w:after="{below}" w:line="{LINE}" w:lineRule="atLeast"/>'
    first = '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if indent else ""
    properties = f'<w:pPr>{border}{spacing}{first}<w:jc w:val="{align}"/></w:pPr>'
    return f"<w:p>{properties}{''.join(run(part, font, half_points, colour) for part in parts)}</w:p>"


def run(text: str | None, font: str, half_points: int, colour: str = "") -> str:
    """A text, or a blank to be filled in; its lines are kept."""
    shade = f'<w:color w:val="{colour}"/>' if colour else ""
    fonts = f'<w:rFonts w:hint="eastAsia" w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/>'
    properties = f'<w:rPr>{fonts}{shade}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'
    lines = escape(NOT_IN_XML.sub("", text if text else BLANK_WORDS)).split("\n")
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r>{properties}{words}</w:r>"


def table(said: Mapping[str, Any]) -> str:
    """A table with a header that is repeated on each page."""
    whole = sum(said["widths"])
    widths = [round(TEXT_WIDTH * one / whole) for one in said["widths"]]
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    properties = f'<w:tblPr><w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>'
    head = row(said["header"], widths, (), "<w:trPr><w:tblHeader/></w:trPr>")
    rows = "".join(row(cells, widths, said["left"]) for cells in said["rows"])
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>"


def row(cells: Sequence[str], widths: Sequence[int], left: Sequence[int], properties: str = "") -> str:
    """A row of cells in 小四."""
    made = []
    for place, (text, width) in enumerate(zip(cells, widths, strict=True)):
        align = f'<w:pPr><w:jc w:val="{"left" if place in left else "center"}"/></w:pPr>'
        shape = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        made.append(f"<w:tc>{shape}<w:p>{align}{run(text, FANGSONG, 24)}</w:p></w:tc>")
    return f"<w:tr>{properties}{''.join(made)}</w:tr>"


def section() -> str:
    """A4 with the margins of GB/T 9704: 37 mm above, 35 below, 28 at the left, 26 at the right."""
    top, bottom, left, right, edge = (round(mm * TWIPS_PER_MM) for mm in (37, 35, 28, 26, 25))
    margins = f'w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="850" w:footer="{edge}"'
    size = '<w:pgSz w:w="11906" w:h="16838"/>'
    footer_of = '<w:footerReference w:type="default" r:id="r1"/>'
    return f'<w:sectPr>{footer_of}{size}<w:pgMar {margins} w:gutter="0"/></w:sectPr>'


def footer() -> str:
    """The number of the page between dashes, in 四号."""
    number = '<w:fldSimple w:instr=" PAGE "><w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:t>1</w:t></w:r></w:fldSimple>'
    dash = '<w:r><w:rPr><w:sz w:val="28"/></w:rPr><w:t xml:space="preserve"> — </w:t></w:r>'
    return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{dash}{number}{dash}</w:p>'
