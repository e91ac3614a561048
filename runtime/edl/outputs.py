"""Checks what a transform returned against the outputs that its contract promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from edl.contract import Contract, Dataset
from edl.errors import JobError


def _check_names(what: str, expected: set[str], actual: set[str]) -> None:
    missing, extra = sorted(expected - actual), sorted(actual - expected)
    if missing or extra:
        parts = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has {', '.join(extra)} too much"] * bool(extra)
        raise JobError(f"{what} {' and '.join(parts)}. It must have exactly: {', '.join(sorted(expected))}.")


def _frames_of(dataset: Dataset, value: Any) -> dict[str | None, Any]:
    if not dataset.tables:
        return {None: value}
    if len(dataset.tables) == 1 and not isinstance(value, Mapping):
        return {dataset.tables[0]: value}
    if not isinstance(value, Mapping):
        raise JobError(f"The output {dataset.name} has several tables, so run() must return {{table: DataFrame}} for it.")
    _check_names(f"What run() returned for {dataset.name}", set(dataset.tables), set(value))
    return dict(value)


def match_outputs(contract: Contract, returned: Any) -> dict[str, dict[str | None, Any]]:
    """Data frames by dataset and table (`None`: a dataset without tables); fails unless they are exactly the promised ones."""
    if not isinstance(returned, Mapping):
        raise JobError("run() must return a dict of its outputs: {dataset: DataFrame}.")
    _check_names("What run() returned", {dataset.name for dataset in contract.outputs}, set(returned))
    return {dataset.name: _frames_of(dataset, returned[dataset.name]) for dataset in contract.outputs}


def match_sql_output(contract: Contract, frame: Any) -> dict[str, dict[str | None, Any]]:
    """The result of the last SQL statement as the pipeline's only output; fails when the contract has more than one table."""
    if len(contract.outputs) != 1 or len(contract.outputs[0].tables) > 1:
        raise JobError("A pipeline in SQL writes one dataset with at most one table; write this one in PySpark.")
    return match_outputs(contract, {contract.outputs[0].name: frame})
