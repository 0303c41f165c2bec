"""The feeds of inspections: credit-risk classes, and violations that market supervision found."""

from typing import Final

import numpy as np
import pyarrow as pa

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.sample.arrays import ascii_texts, dates, pick_labels
from shared.feeds.sample.population import SampleHouseholds, SampleSetting

CLASS_SHARES: Final = (0.55, 0.30, 0.12, 0.03)  # A to D; no figures are published for households
OUTCOME_SHARES: Final = (0.30, 0.20, 0.35, 0.15)  # in the order of the contract
VIOLATION_YEARS: Final = 3


def credit_risk(all_: SampleHouseholds, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    """Most households are graded, within the last half year; dormant ones are one class worse."""
    row = np.flatnonzero(rng.random(len(all_)) < 0.8)
    rng.shuffle(row)
    count = len(row)
    drawn = np.searchsorted(np.cumsum(CLASS_SHARES)[:-1], rng.random(count), side="right")
    graded = np.maximum(setting.day - rng.integers(0, 180, count), all_.established[row])
    labels = list(FEEDS["credit_risk"].column("risk_class").choices)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "risk_class": pick_labels(labels, np.minimum(drawn + all_.dormant[row], len(labels) - 1)),
            "graded_on": dates(graded, rng.random(count) < 0.02),
        }
    )


def violation(all_: SampleHouseholds, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    """One for a few households."""
    row = np.flatnonzero(rng.random(len(all_)) < 0.008)
    rng.shuffle(row)
    count = len(row)
    found = setting.day - rng.integers(0, int(VIOLATION_YEARS * 365.25), count)
    found = np.maximum(found, all_.established[row])
    fields, outcomes = (list(FEEDS["violation"].column(name).choices) for name in ("field", "outcome"))
    outcome = np.searchsorted(np.cumsum(OUTCOME_SHARES)[:-1], rng.random(count), side="right")
    corrected = found + rng.integers(0, 30, count)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "found_on": dates(found),
            "field": pick_labels(fields, rng.integers(0, len(fields), count)),
            "outcome": pick_labels(outcomes, outcome),
            "corrected_on": dates(corrected, (rng.random(count) < 0.2) | (corrected > setting.day)),
        }
    )
