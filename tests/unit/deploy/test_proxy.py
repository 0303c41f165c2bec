"""The example of a proxy with TLS knows every service at its port in Compose, and is alone in being believed."""

import re

import pytest
import yaml

from deploy.services import SERVICES
from shared.platform.settings import ServiceSettings
from tests.architecture.test_modules import ROOT

PROXY = ROOT / "deploy" / "proxy"
CONFIGURATION = (PROXY / "nginx.conf").read_text("utf-8")
OVERLAY = yaml.safe_load((PROXY / "compose.yml").read_text("utf-8"))
every_service = pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.service_name())


@every_service
def test_each_service_has_a_name_and_its_port(service: type[ServiceSettings]) -> None:
    name = service.service_name()
    assert f"upstream {name} {{ server {name}:{service.default_port()}; keepalive 32; }}" in CONFIGURATION
    people = "" if name == "portal" else f"{name}."
    assert re.search(rf"^ +{re.escape(people)}minglu\.example\.gov\.cn {name};$", CONFIGURATION, re.MULTILINE)


@every_service
def test_each_service_believes_the_proxy_alone(service: type[ServiceSettings]) -> None:
    """Naive: every container may say from which address a call comes."""
    known = OVERLAY["services"][service.service_name()]
    assert (
        known["environment"]["FORWARDED_ALLOW_IPS"] == OVERLAY["services"]["proxy"]["networks"]["front"]["ipv4_address"]
    )
    assert set(known["networks"]) == {"inside", "front"}


def test_what_a_caller_says_of_its_address_is_not_passed_on() -> None:
    assert "X-Forwarded-For $remote_addr;" in CONFIGURATION
    assert "$proxy_add_x_forwarded_for" not in CONFIGURATION


def test_the_proxy_starts_when_every_name_can_be_looked_up() -> None:
    assert set(OVERLAY["services"]["proxy"]["depends_on"]) == {one.service_name() for one in SERVICES}


def test_the_proxy_reaches_no_database_and_no_bus() -> None:
    assert set(OVERLAY["services"]["proxy"]["networks"]) == {"front"}
    assert set(OVERLAY["services"]) == {"proxy", *(one.service_name() for one in SERVICES)}
