"""Errors in a policy: one Chinese sentence with the file and line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A position: a file (by the reader's name for it) and a line, counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行"


class PolicyError(Exception):
    """A policy, setting or reading that cannot be used; a usage error (exit code 2)."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(f"{place}：{message}" if place else message)
        self.place = place


class PolicyUnset(PolicyError):
    """Typing is refused because required parameters carry no number (exit code 3)."""

    def __init__(self, policy: str, missing: tuple[str, ...], lines: tuple[str, ...]) -> None:
        listed = "；".join(lines)
        super().__init__(f"政策 {policy} 有必须设定而尚未设定的数额，不能分型。请先设定：{listed}")
        self.missing = missing
