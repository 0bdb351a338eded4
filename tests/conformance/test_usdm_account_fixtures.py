"""Every answer and event of a futures account has the keys and kinds of its recorded sample."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.conformance.market_samples import MARKET_FILES
from tests.conformance.usdm_account_samples import (
    ACCEPTED,
    BEYOND,
    CAPTURES,
    LEFT_OUT,
    NOT_COMPARED,
    SAMPLES,
)
from tests.conformance.usdm_session import collect
from tests.helpers.practice import PracticeProcess
from tests.helpers.shapes import shape_differences, undocumented_keys
from tests.helpers.shared import fixture_names, shared_json, shared_json_sequence


@pytest.fixture(scope="module")
def exchange() -> Iterator[dict[str, Any]]:
    with PracticeProcess(seed=3, speed=8) as practice:
        yield practice.ready


@pytest.fixture(scope="module")
def found(exchange: dict[str, Any]) -> dict[str, Any]:
    """Trade once and return every answer and event by its name."""
    return asyncio.run(collect(exchange))


def _differences(found: dict[str, Any], sample: str) -> tuple[list[str], list[str], list[str]]:
    """Return the paths that are absent, that hold another kind, and that the sample lacks."""
    recorded = shared_json(f"fixtures/futures/{sample}.json")
    if isinstance(recorded, dict) and set(recorded) == {"stream", "data"}:
        recorded = recorded["data"]
    served = found[SAMPLES[sample]]
    if SAMPLES[sample].startswith("ws ") and "id" in recorded:
        recorded = {**recorded, "id": served["id"]}  # it is the client's
    differences = shape_differences(recorded, served)
    absent = [text for text in differences if text.endswith(": absent")]
    other = [text for text in differences if text not in absent]
    return absent, other, undocumented_keys([recorded], served)


def _explains(deviation: tuple[str, str, str], sample: str, path: str) -> bool:
    pattern, keys, _reason = deviation
    last = path.partition(":")[0].rpartition(".")[2]
    return fnmatchcase(sample, pattern) and any(fnmatchcase(last, key) for key in keys.split())


@pytest.mark.parametrize("sample", SAMPLES)
def test_as_recorded(found: dict[str, Any], sample: str) -> None:
    tables = zip(_differences(found, sample), (LEFT_OUT, ACCEPTED, BEYOND), strict=True)
    assert [
        path
        for paths, deviations in tables
        for path in paths
        if not any(_explains(one, sample, path) for one in deviations)
    ] == []


def test_every_deviation_that_is_listed_is_there(found: dict[str, Any]) -> None:
    compared = {sample: _differences(found, sample) for sample in SAMPLES}
    assert [
        deviation
        for number, deviations in enumerate((LEFT_OUT, ACCEPTED, BEYOND))
        for deviation in deviations
        if not any(
            _explains(deviation, sample, path)
            for sample, paths in compared.items()
            for path in paths[number]
        )
    ] == []


@pytest.mark.parametrize("capture", CAPTURES)
def test_as_captured_on_the_live_stream(found: dict[str, Any], capture: str) -> None:
    events = shared_json_sequence(f"data/user_stream/{capture}.json")
    for recorded, name in zip(events, CAPTURES[capture], strict=True):
        served = found[name]
        assert shape_differences(recorded, served) == []
        assert undocumented_keys([recorded], served) == []
        numbers = [text for text in served["o"].values() if isinstance(text, str) and "." in text]
        assert [text for text in numbers if text.endswith("0")] == []


def test_refusals_in_a_batch_are_said_in_place(found: dict[str, Any]) -> None:
    last = found["DELETE v1/batchOrders"][-1]
    assert last == shared_json("fixtures/futures/docs_rest_batch_cancel.json")[-1]
    assert found["GTX refusal"] == shared_json("fixtures/futures/docs_error_gtx_reject.json")


def test_every_account_sample_is_compared_or_excused() -> None:
    names = fixture_names("futures")
    if not names:
        pytest.skip("recorded material is absent: ../shared/fixtures")
    public = MARKET_FILES["futures"]
    own = [name for name in names if not any(fnmatchcase(name, one) for one in public)]
    unknown = [
        name
        for name in own
        if (name in SAMPLES) is any(fnmatchcase(name, pattern) for pattern in NOT_COMPARED)
    ]
    assert unknown == []
    assert [name for name in SAMPLES if name not in own] == []
    assert [one for one in NOT_COMPARED if not any(fnmatchcase(name, one) for name in own)] == []
