"""What every page must be: one heading that the title repeats, unique ids, labels, nothing inline, plain words."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

TROUBLE = "有问题："
"""Before the title of a page on which something has to be mended"""
LARGEST = 50_000
"""Bytes of a page"""
VOID = {"meta", "link", "input", "rect", "br", "img"}
NO_ENGLISH = re.compile(r"[A-Za-z]{2,}")
CODES = re.compile(r"\b[0-9A-Z]{18,20}\b")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:!?][\u4e00-\u9fff]")
FORBIDDEN = ("系统异常", "请联系管理员")
NO_BUTTONS = ("确定", "是", "提交")
"""Words that do not say what a button does"""


@dataclass
class Page(HTMLParser):
    """A page as it was read."""

    text: str = ""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    inputs: list[str] = field(default_factory=list)
    described: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    actions: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    form: dict[str, str] = field(default_factory=dict)
    carried: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.open.append(tag)
        if tag in ("script", "style") or "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline script or style: {tag}")
        if tag == "h1":
            self.headings.append("")
        if tag == "form":
            self.form = given
            self.actions |= {given["action"]} if given.get("method") == "post" else set()
            self.carried = set()
        if tag in ("input", "textarea", "select"):
            self.carried.add(given.get("name", ""))
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "label":
            self.labelled.add(given["for"])
        if tag in ("input", "select", "textarea") and given.get("type") != "hidden":
            self.inputs.append(given["id"])
        if tag == "img" and not given.get("alt"):
            self.faults.append(f"a picture that says nothing: {given.get('src')}")
        self.described += given.get("aria-describedby", "").split()
        self.links += [given[name] for name in ("href", "src", "action") if name in given]

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")
        if tag == "form" and self.form.get("method", "get").lower() != "get" and "_form" not in self.carried:
            self.faults.append(f"a form that any site could post: {self.form.get('action')}")

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "title" and "svg" not in self.open:
            self.title += data
        if "h1" in self.open:
            self.headings[-1] += data
        if "button" in self.open and data.strip() in NO_BUTTONS:
            self.faults.append(f"button: {data}")
        if self.open:
            self.text += data + " "


def read(text: str) -> Page:
    """A page's text, taken apart."""
    page = Page()
    page.feed(text)
    page.close()
    return page


def faults_of(text: str, own_words: str = "") -> list[str]:
    """What is wrong with a page; `own_words`: names that it shows and that are not the portal's."""
    page = read(text)
    faults = list(page.faults) + [f"not closed: {tag}" for tag in page.open]
    if len(page.headings) != 1:
        faults.append(f"{len(page.headings)} headings of the first order")
    elif not page.title.removeprefix(TROUBLE).startswith(page.headings[0].removeprefix(TROUBLE)):
        faults.append(f"title {page.title!r} is not the heading {page.headings[0]!r}")
    faults += [f"id twice: {name}" for name, times in Counter(page.ids).items() if times > 1]
    faults += [f"no label: {name}" for name in page.inputs if name not in page.labelled]
    faults += [f"describes nothing: {name}" for name in page.described if name not in page.ids]
    faults += [f"leads elsewhere: {one}" for one in page.links if not re.match(r"/(?!/)|tel:|#", one)]
    words = CODES.sub("", page.text.replace(own_words, ""))
    faults += [f"English: {word}" for word in NO_ENGLISH.findall(words)]
    faults += [f"half-width sign: {word}" for word in HALF_WIDTH.findall(words)]
    faults += [f"word that helps nobody: {word}" for word in FORBIDDEN if word in words]
    if len(text.encode()) > LARGEST:
        faults.append(f"{len(text.encode())} bytes")
    return faults
