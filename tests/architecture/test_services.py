"""deploy/services.py is the one list: every service is on it, and the files that name services say what it says."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy import generate
from deploy.generate import SECTIONS, generated
from deploy.local.data_directory import DataDirectory
from deploy.local.errors import CommandError
from deploy.local.platform import Platform, StartOptions
from deploy.services import SERVICES
from shared.platform.settings import ServiceSettings
from tests.fixtures.ledger.settings import LedgerSettings

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


MOST_FILES, MOST_LINES = 14, 150


class SamePort(LedgerSettings):
    """A service on the typing service's port."""

    service: str = "same-port"
    port: int = SERVICES[0].default_port()


class SameName(LedgerSettings):
    """A service of the typing service's name."""

    service: str = SERVICES[0].service_name()


def test_every_service_is_on_the_list() -> None:
    packages = {f"services.{path.parent.name}" for path in (ROOT / "services").glob("*/service.py")}
    assert {service.package() for service in SERVICES} == packages


@pytest.mark.parametrize("name", SECTIONS)
def test_the_committed_files_are_what_the_list_makes(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert generated(text, SECTIONS[name], SERVICES) == text, f"{name}: run `make services`"


@pytest.mark.parametrize("name", SECTIONS)
def test_another_line_on_the_list_changes_each_file(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    more = generated(text, SECTIONS[name], [*SERVICES, LedgerSettings])
    assert more != text
    assert generated(more, SECTIONS[name], SERVICES) == text


@pytest.mark.parametrize("service", ["ledger", "empty"])
def test_a_services_frame_is_small(service: str) -> None:
    """The frame: everything that a service needs before its first rule, so all but its endpoints."""
    files = [path for path in (ROOT / "tests" / "fixtures" / service).rglob("*") if path.suffix not in ("", ".pyc")]
    assert len(files) <= MOST_FILES, files
    frame = [path for path in files if path.name != "endpoints.py"]
    assert sum(len(path.read_text("utf-8").splitlines()) for path in frame) <= MOST_LINES


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.service_name())
def test_every_service_is_exercised_with_generated_requests(service: type[ServiceSettings]) -> None:
    """By tests of its own, which know what to fill its database with; see tests/fixtures/http_fuzz.py."""
    tests = (ROOT / "tests" / "integration" / service.service_name()).rglob("test_*.py")
    assert any("await exercise(" in path.read_text("utf-8") for path in tests)


PACKAGES_OF_THEIR_OWN = {"services.notification.publication"}
"""Packages inside a service that have capabilities of their own."""


def test_every_service_has_its_order_of_capabilities() -> None:
    """The layers of a service are its own, so that contract is written by hand; without one the service is refused."""
    ordered = [one["containers"] for one in CONTRACTS if one["type"] == "layers" and one.get("exhaustive")]
    named = {package for packages in ordered for package in packages if package.startswith("services.")}
    assert named == {service.package() for service in SERVICES} | PACKAGES_OF_THEIR_OWN


def test_the_contracts_of_imports_name_only_services_of_the_list() -> None:
    named = set(re.findall(r"\bservices\.(\w+)", str(CONTRACTS)))
    assert named == {service.service_name() for service in SERVICES}


@pytest.mark.parametrize(("other", "what"), [(SamePort, "端口都是 8001"), (SameName, "名称都是 typing")])
def test_two_services_on_one_port_or_with_one_name_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], other: type, what: str
) -> None:
    expected = f"服务清单 deploy/services.py 有误：TypingSettings、{other.__name__} 的{what}"
    with pytest.raises(CommandError, match=expected):
        Platform(DataDirectory(tmp_path), StartOptions(None, None, 8001), [*SERVICES, other])
    monkeypatch.setattr(generate, "SERVICES", [*SERVICES, other])
    assert generate.main() == 3
    assert capsys.readouterr().err == f"错误：{expected}\n"


def test_a_file_without_its_sections_is_refused() -> None:
    sections: Mapping[str, generate.Section] = {"ports": lambda service: f"{service.default_port()}\n"}
    assert generated("# begin ports\n0\n# end ports\n", sections, SERVICES[:1]) == "# begin ports\n8001\n# end ports\n"
    for text in ("", "# begin ports\n# end ports\n" * 2):
        with pytest.raises(CommandError, match="ports"):
            generated(text, sections, SERVICES)
