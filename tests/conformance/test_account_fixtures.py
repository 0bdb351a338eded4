"""Every answer and event of an account has the keys and kinds of its recorded sample."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.conformance import (
    spot_account_samples,
    spot_session,
    usdm_account_samples,
    usdm_session,
)
from tests.conformance.account_table import Deviations
from tests.conformance.market_samples import MARKET_FILES
from tests.helpers.practice import PracticeProcess
from tests.helpers.shapes import shape_differences, undocumented_keys
from tests.helpers.shared import fixture_names, shared_json, shared_json_sequence

Found = Mapping[str, Mapping[str, Any]]
TABLES = {"spot": spot_account_samples.TABLE, "futures": usdm_account_samples.TABLE}
# Filters of exchangeInfo that no symbol here has, and why.
ABSENT_FILTERS = {
    "PERCENT_PRICE": "every symbol has PERCENT_PRICE_BY_SIDE",
    "MIN_NOTIONAL": "every symbol has NOTIONAL",
    "MAX_POSITION": "no symbol has it by itself; tests/unit/practice/test_filters.py",
    "EXCHANGE_*": "no limit over all symbols",
    "MAX_NUM_ICEBERG_ORDERS": "no limit of its own on icebergs",
    "MAX_ASSET": "no limit on an asset",
}


@pytest.fixture(scope="module")
def found() -> Iterator[Found]:
    """Trade once on each market and return every answer and event by its name."""
    with PracticeProcess(seed=3, speed=8) as practice:
        yield {
            "spot": asyncio.run(spot_session.collect(practice.ready)),
            "futures": asyncio.run(usdm_session.collect(practice.ready)),
        }


def _differences(found: Found, market: str, sample: str) -> tuple[list[str], list[str], list[str]]:
    """Return the paths that are absent, that hold another kind, and that the sample lacks."""
    recorded = shared_json(f"fixtures/{market}/{sample}.json")
    if isinstance(recorded, dict) and set(recorded) == {"stream", "data"}:
        recorded = recorded["data"]
    served = found[market][TABLES[market].samples[sample]]
    if isinstance(served, dict) and {"id", "status"} <= served.keys() & recorded.keys():
        recorded = {**recorded, "id": served["id"]}  # it is the client's
    differences = shape_differences(recorded, served)
    absent = [text for text in differences if text.endswith(": absent")]
    other = [text for text in differences if text not in absent]
    return absent, other, undocumented_keys([recorded], served)


def _explains(deviation: tuple[str, str, str], sample: str, path: str) -> bool:
    pattern, keys, _reason = deviation
    last = path.partition(":")[0].rpartition(".")[2]
    return fnmatchcase(sample, pattern) and any(fnmatchcase(last, key) for key in keys.split())


def _deviations(market: str) -> tuple[Deviations, Deviations, Deviations]:
    table = TABLES[market]
    return table.left_out, table.accepted, table.beyond


CASES = [(market, sample) for market, table in TABLES.items() for sample in table.samples]


@pytest.mark.parametrize(("market", "sample"), CASES)
def test_as_recorded(found: Found, market: str, sample: str) -> None:
    tables = zip(_differences(found, market, sample), _deviations(market), strict=True)
    assert [
        path
        for paths, deviations in tables
        for path in paths
        if not any(_explains(one, sample, path) for one in deviations)
    ] == []


@pytest.mark.parametrize("market", TABLES)
def test_every_deviation_that_is_listed_is_there(found: Found, market: str) -> None:
    samples = TABLES[market].samples
    compared = {sample: _differences(found, market, sample) for sample in samples}
    assert [
        deviation
        for number, deviations in enumerate(_deviations(market))
        for deviation in deviations
        if not any(
            _explains(deviation, sample, path)
            for sample, paths in compared.items()
            for path in paths[number]
        )
    ] == []


@pytest.mark.parametrize("market", TABLES)
def test_every_account_sample_is_compared_or_excused(market: str) -> None:
    names = fixture_names(market)
    if not names:
        pytest.skip("recorded material is absent: ../shared/fixtures")
    public, table = MARKET_FILES[market], TABLES[market]
    own = [
        name
        for name in names
        if not any(fnmatchcase(name, one) for one in public) and not name.startswith("filter__")
    ]
    excused = table.not_compared
    assert [
        name
        for name in own
        if (name in table.samples) is any(fnmatchcase(name, pattern) for pattern in excused)
    ] == []
    assert [name for name in table.samples if name not in own] == []
    assert [one for one in excused if not any(fnmatchcase(name, one) for name in own)] == []


@pytest.mark.parametrize("capture", usdm_account_samples.CAPTURES)
def test_as_captured_on_the_live_stream(found: Found, capture: str) -> None:
    events = shared_json_sequence(f"data/user_stream/{capture}.json")
    for recorded, name in zip(events, usdm_account_samples.CAPTURES[capture], strict=True):
        served = found["futures"][name]
        assert shape_differences(recorded, served) == []
        assert undocumented_keys([recorded], served) == []
        numbers = [text for text in served["o"].values() if isinstance(text, str) and "." in text]
        assert [text for text in numbers if text.endswith("0")] == []


def test_refusals_in_a_futures_batch_are_said_in_place(found: Found) -> None:
    last = found["futures"]["DELETE v1/batchOrders"][-1]
    assert last == shared_json("fixtures/futures/docs_rest_batch_cancel.json")[-1]
    refusal = shared_json("fixtures/futures/docs_error_gtx_reject.json")
    assert found["futures"]["GTX refusal"] == refusal


@pytest.mark.parametrize("face", ["rest", "wsapi"])
def test_a_restricted_cancel_of_spot_is_refused_as_recorded(found: Found, face: str) -> None:
    answer = found["spot"][f"{face} order.cancel restricted"]
    sample = shared_json("fixtures/spot/rest__delete_order__err_2011_cancel_restrictions.json")
    assert answer.get("error", answer) == sample


def test_spot_filters_have_the_fields_of_their_samples(found: Found) -> None:
    served = {
        one["filterType"]: one
        for row in found["spot"]["exchangeInfo"]["symbols"]
        for one in row["filters"]
    }
    names = [name for name in fixture_names("spot") if name.startswith("filter__")]
    for name in names:
        kind = name.removeprefix("filter__")
        if any(fnmatchcase(kind, pattern) for pattern in ABSENT_FILTERS):
            assert kind not in served
            continue
        sample = shared_json(f"fixtures/spot/{name}.json")
        assert shape_differences(sample, served[kind]) == []
        assert undocumented_keys([sample], served[kind]) == []
