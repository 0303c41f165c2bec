"""The feeds of the registering bureau itself: registration, credit, suspension, penalty, and contact."""

from typing import Final

import numpy as np
import pyarrow as pa

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.sample.arrays import ascii_texts, concatenate, dates, flags, pick_labels, random_bits_of, with_blanks
from shared.feeds.sample.people import emails, household_names, operator_ids, operator_names, phones, spelt_variously
from shared.feeds.sample.population import INDUSTRY_CODES, STATUSES, SampleHouseholds, SampleSetting
from shared.reference.regions import region_name

PENALTY_SHARES: Final = (0.15, 0.10, 0.60, 0.09, 0.02, 0.01, 0.02, 0.01)  # in the order of the contract
PENALTY_YEARS: Final = 6
SUSPENSION_YEARS: Final = 4


def registration(all_: SampleHouseholds, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    names = [region_name(code) or code for code in setting.counties]
    count = len(all_)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc),
            "name": household_names(names, all_.county, all_.trade, random_bits_of(all_.number, setting.seed)),
            "operator_name": with_blanks(operator_names(all_.operator, setting.seed), rng.random(count) < 0.01),
            "operator_id": with_blanks(
                spelt_variously(operator_ids(all_.operator, setting.seed), rng), rng.random(count) < 0.003
            ),
            "region_code": pick_labels(list(setting.counties), all_.county),
            "industry_code": pick_labels(INDUSTRY_CODES, all_.trade, rng.random(count) < 0.01),
            "established_on": dates(all_.established),
            "status": pick_labels(STATUSES, all_.status),
            "seasonal": flags(all_.seasonal, rng.random(count) < 0.3),
        }
    )


def credit(all_: SampleHouseholds, rng: np.random.Generator) -> pa.Table:
    """Mostly households with a mark; some bureaus deliver a few without."""
    count = len(all_)
    abnormal = rng.random(count) < np.where(all_.dormant, 0.62, 0.03)
    dishonest = rng.random(count) < 0.003
    row = np.flatnonzero(abnormal | dishonest | (rng.random(count) < 0.01))
    rng.shuffle(row)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "abnormal": flags(abnormal[row], rng.random(len(row)) < 0.002),
            "seriously_dishonest": flags(dishonest[row], rng.random(len(row)) < 0.002),
        }
    )


def suspension(all_: SampleHouseholds, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    """One filing per household, for some a second one a year or more after the first."""
    count = len(all_)
    first = np.flatnonzero(rng.random(count) < 0.012)
    filed = setting.day - rng.integers(0, int(SUSPENSION_YEARS * 365.25), len(first))
    filed = np.maximum(filed, all_.established[first])
    again = np.flatnonzero((rng.random(len(first)) < 0.05) & (filed + 500 <= setting.day))
    row = np.concatenate([first, first[again]])
    filed = np.concatenate([filed, filed[again] + rng.integers(365, 500, len(again))])
    resumed = filed + rng.integers(30, 700, len(row))
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "filed_on": dates(filed),
            "until": dates(filed + rng.integers(90, 1096, len(row)), rng.random(len(row)) < 0.4),
            "resumed_on": dates(resumed, (rng.random(len(row)) < 0.5) | (resumed > setting.day)),
        }
    )


def penalty(all_: SampleHouseholds, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    """Warnings are not published; light penalties for three months, others for three years."""
    row = np.flatnonzero(rng.random(len(all_)) < 0.012)
    row = np.concatenate([row, row[rng.random(len(row)) < 0.1]])
    decided = setting.day - rng.integers(0, int(PENALTY_YEARS * 365.25), len(row))
    decided = np.maximum(decided, all_.established[row])
    _, place = np.unique(np.stack([row, decided]), axis=1, return_index=True)  # one penalty a day
    row, decided, count = row[place], decided[place], len(place)
    kind = np.searchsorted(np.cumsum(PENALTY_SHARES)[:-1], rng.random(count), side="right")
    published = decided + rng.integers(0, 20, count)
    secret = (kind == 0) | (published > setting.day)
    repaired = published + rng.integers(90, 900, count)
    labels = list(FEEDS["penalty"].column("kind").choices)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "decided_on": dates(decided),
            "kind": pick_labels(labels, kind),
            "published_on": dates(published, secret),
            "published_until": dates(published + np.where(kind == 1, 91, 1096), secret),
            "repaired_on": dates(repaired, secret | (rng.random(count) < 0.7) | (repaired > setting.day)),
        }
    )


def dishonest_debtor(all_: SampleHouseholds, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    operator = all_.operator[all_.own_operator & (rng.random(len(all_)) < 0.005)]
    listed = setting.day - rng.integers(0, 5 * 365, len(operator))
    removed = listed + rng.integers(60, 900, len(operator))
    return pa.table(
        {
            "operator_id": operator_ids(operator, setting.seed),
            "listed_on": dates(listed),
            "removed_on": dates(removed, (rng.random(len(operator)) < 0.5) | (removed > setting.day)),
        }
    )


KINDS_OF_OPERATORS = ("veteran", "graduate", "disabled", "returning_migrant")


def operator_kind(all_: SampleHouseholds, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    row = np.flatnonzero(rng.random(len(all_)) < 0.05)
    count = len(row)
    since = all_.established[row] - rng.integers(0, 3650, count)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "kind": pa.array([KINDS_OF_OPERATORS[one] for one in rng.integers(0, len(KINDS_OF_OPERATORS), count)]),
            "since": dates(since, since > setting.day),
            "until": dates(since + 7300, rng.random(count) < 0.8),
        }
    )


def contact(all_: SampleHouseholds, setting: SampleSetting, rng: np.random.Generator) -> pa.Table:
    row = np.flatnonzero(rng.random(len(all_)) < 0.7)
    rng.shuffle(row)
    count = len(row)
    consented = all_.established[row] + rng.integers(0, 400, count)
    bits = random_bits_of(all_.number[row], setting.seed + 12)
    return pa.table(
        {
            "uscc": ascii_texts(all_.uscc[row]),
            "phone": with_blanks(phones(bits), rng.random(count) < 0.02),
            "email": with_blanks(concatenate(emails(all_.number[row])), rng.random(count) < 0.9),
            "consented_on": dates(consented, (rng.random(count) < 0.2) | (consented > setting.day)),
        }
    )
