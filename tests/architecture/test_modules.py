"""The house rules a machine can see: modules say what they are for and stay small, services look alike, no secrets."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("services", "shared", "deploy", "benchmarks")
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
SERVICE_FILES = {"service", "settings", "models", "migrations"}
"""What every service has; the rest are its capabilities."""
SECRETS = {
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "signed token": r"eyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}",
    "private JWK": r"\"d\": ?\"[A-Za-z0-9_-]{40,}\"",
    "key of a cloud": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "password in a URL": r"://[A-Za-z_]+:(?!\{|\$|password@|secret@|\*)[^@\s/{}\"']{8,}@(?!127\.0\.0\.1|localhost|host)",
    "key in hexadecimal": r"(?i)(?:password|secret|key)[\"']?\s*[:=]\s*[\"'][0-9a-f]{32,}[\"']",
}
"""What a secret looks like. Placeholders and generated values (braces, dollar signs) are none."""


def modules(*folders: str) -> Iterator[Path]:
    """Every module of the folders, but not the migrations, which are written by a machine and never edited."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "versions" not in path.parts:
                yield path


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def secrets_in(text: str) -> list[str]:
    """The kinds of secrets that a text seems to hold."""
    return [kind for kind, pattern in SECRETS.items() if re.search(pattern, text)]


def tracked_files() -> list[Path]:
    """Every file under version control; every file at all where there is no git (an unpacked archive)."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)  # noqa: S607
    if listed.returncode != 0:
        return [path for path in ROOT.rglob("*") if path.is_file() and ".venv" not in path.parts]
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in modules(*CODE, "tests") if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert silent == []


def test_files_stay_within_the_limit() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines()) for path in modules(*CODE)}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_functions_fit_in_the_eye() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{function.name}": length
        for path in modules(*CODE)
        for function in functions(ast.parse(path.read_text("utf-8")))
        if (length := (function.end_lineno or function.lineno) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    own = Path(__file__)
    left = [path for path in modules(*CODE, "tests") if path != own and marks.search(path.read_text("utf-8"))]
    assert left == []


@pytest.mark.parametrize("service", sorted(path.parent.name for path in (ROOT / "services").glob("*/service.py")))
def test_services_have_the_same_files(service: str) -> None:
    present = {path.stem for path in (ROOT / "services" / service).iterdir()}
    assert present >= SERVICE_FILES


def test_no_file_holds_a_secret() -> None:
    found: dict[str, list[str]] = {}
    for path in tracked_files():
        if path.suffix in {".parquet", ".lock", ".png", ".xlsx"} or not path.exists():
            continue
        if kinds := secrets_in(path.read_text("utf-8", errors="replace")):
            found[str(path.relative_to(ROOT))] = kinds
    assert found == {}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("private key", "-----BEGIN EC " + "PRIVATE KEY-----"),
        ("signed token", ".".join(["eyJ" + "a" * 30, "eyJ" + "b" * 30, "c" * 30])),
        ("private JWK", '{"kty": "EC", "d": ' + f'"{"x" * 43}"' + "}"),
        ("key of a cloud", "AKIA" + "Q" * 16),
        ("password in a URL", "postgresql://minglu:" + "hunter2hunter2" + "@db.example/minglu"),
        ("key in hexadecimal", 'PSEUDONYM_KEY = "' + "0a" * 16 + '"'),
    ],
)
def test_the_search_for_secrets_finds_each_kind(kind: str, text: str) -> None:
    assert kind in secrets_in(text)
