"""Who may import whom is written in pyproject.toml (import-linter); each contract notices a planted breach."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
]
BREACHES = {
    "services/other/__init__.py": "import services.typing.runs.domain",
    "services/typing/engine/digest.py": "import fastapi, services.typing.trials.service",
    "services/typing/runs/models.py": "import services.typing.runs.endpoints",
    "services/typing/runs/domain.py": "import sqlalchemy",
    "services/typing/runs/service.py": "import fastapi",
    "services/typing/runs/repository.py": "import services.typing.runs.problems",
    "services/notification/registers/repository.py": "import services.notification.inbox.repository",
    "services/notification/inbox/recipients.py": "import services.notification.publication.systems",
    "services/notification/publication/records/domain.py": (
        "import services.notification.messages.domain, services.notification.publication.batches.domain"
    ),
    "services/objection/registers/repository.py": "import services.objection.objections.repository",
    "services/portal/shell/words.py": "import services.portal.directory.endpoints",
    "services/recognition/registers/repository.py": "import services.recognition.outlets.repository",
    "services/support/registers/repository.py": "import services.support.rules.repository",
    "shared/reference/regions.py": "import services.typing.runs.domain",
    "shared/clock.py": "import aiokafka, shared.messaging.bus",
    "shared/platform/tasks.py": "import duckdb",
    "shared/law/language/units.py": "import shared.law.pages",
    "shared/feeds/contract/model.py": "import shared.feeds.cli",
}
"""A line added to each file; together they break every contract."""


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """import-linter's findings in a tree."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_the_planted_breaches_are_all_noticed(tmp_path: Path) -> None:
    for package in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for file, line in BREACHES.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        with (tmp_path / file).open("a", encoding="utf-8") as source:
            source.write(f"\n{line}\n")
    found = lint(tmp_path)
    said = " ".join(found.stdout.split())
    assert found.returncode == 1, found.stdout + found.stderr
    assert [name for name in CONTRACTS if f"{name} BROKEN" not in said] == []


def test_the_service_named_typing_never_hides_the_standard_library() -> None:
    assert (ROOT / "services" / "__init__.py").exists()
    assert str(ROOT / "services") not in sys.path
    script = (
        "import typing, services.typing; print(typing.__file__ != services.typing.__file__, hasattr(typing, 'Any'))"
    )
    for folder in (ROOT, ROOT / "services"):
        done = subprocess.run(
            [sys.executable, "-P", "-c", script], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.stdout.split() == ["True", "True"], done.stderr


@pytest.mark.parametrize("arguments", [["--version"], ["policy", "--help"]])
def test_the_command_line_works_from_inside_the_services_folder(arguments: list[str]) -> None:
    command = [str(Path(sys.executable).with_name("minglu")), *arguments]
    done = subprocess.run(command, cwd=ROOT / "services", capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
