"""What publishes an update: a manifest that lists its files. Readers and EDL trust it, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edl.contract import Contract, Dataset
from edl.updates import update_prefix


@dataclass(frozen=True)
class File:
    """An object in S3; `size` in bytes."""

    key: str
    size: int
    etag: str


@dataclass(frozen=True)
class Written:
    """One table as it was written: number of rows, and columns as (name, Spark type)."""

    table: str | None
    rows: int
    columns: Sequence[tuple[str, str]]


def data_files(files: Iterable[File]) -> tuple[File, ...]:
    """The files that hold data, sorted by key: names that start with `_` or `.` are markers, which engines skip too."""
    kept = (file for file in files if not file.key.rsplit("/", 1)[-1].startswith(("_", ".")))
    return tuple(sorted((file for file in kept if file.size > 0), key=lambda file: file.key))


def build_manifest(
    contract: Contract,
    dataset: Dataset,
    update: str,
    written: Sequence[Written],
    files: Iterable[File],
    inputs: Mapping[str, Sequence[str]],
) -> dict[str, Any]:
    """The manifest of one update as JSON: what it holds, and what it was made from. Keys are relative to the update."""
    prefix = update_prefix(dataset, update)
    listed = data_files(files)
    return {
        "formatVersion": "1",
        "dataset": dataset.name,
        "update": update,
        "kind": dataset.kind,
        "instance": contract.instance,
        "pipeline": contract.pipeline,
        "inputs": {name: list(updates) for name, updates in sorted(inputs.items())},
        "tables": [
            {
                "table": one.table,
                "rows": one.rows,
                "columns": [{"name": name, "type": kind} for name, kind in one.columns],
            }
            for one in written
        ],
        "rows": sum(one.rows for one in written),
        "bytes": sum(file.size for file in listed),
        "files": [{"key": file.key.removeprefix(prefix), "size": file.size, "etag": file.etag} for file in listed],
    }


def to_bytes(value: Mapping[str, Any]) -> bytes:
    """JSON in one line with sorted keys, as UTF-8: the same value always gives the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
