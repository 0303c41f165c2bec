"""The alert rules in deploy/alerts.yml ask for metrics and labels that the processes export."""

import re
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.metrics import MetricWrapperBase

from shared.messaging import metrics
from shared.platform import measuring

ROOT = Path(__file__).parents[3]
RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text("utf-8"))["groups"][0]["rules"]
BY_PROMETHEUS = {"job"}
"""Labels that the scrape adds."""


def exported() -> dict[str, set[str]]:
    """The labels of every metric of messaging and measuring, by its name."""
    found = [one for module in (metrics, measuring) for one in vars(module).values()]
    return {one._name: set(one._labelnames) for one in found if isinstance(one, MetricWrapperBase)}


def test_every_alert_asks_for_an_exported_metric_by_labels_that_it_has() -> None:
    names = exported()
    assert len(RULES) >= 6
    for rule in RULES:
        metric, *others = re.findall(r"minglu_\w+", rule["expr"])
        assert others == []
        asked = set(re.findall(r"\w+", re.findall(r"by \(([^)]*)\)", rule["expr"])[0]))
        assert asked <= names[metric] | BY_PROMETHEUS, rule["alert"]
        told = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert told <= asked, rule["alert"]


def test_what_an_operator_must_know_has_an_alert() -> None:
    alerted = {name for rule in RULES for name in re.findall(r"minglu_\w+", rule["expr"])}
    assert {one._name for one in vars(measuring).values() if isinstance(one, MetricWrapperBase)} - alerted == {
        measuring.OVERDUE._name
    }
