"""The contract of a job: what it reads and writes. EDL compiles it from the catalog and passes it as `--edl-contract`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from edl.errors import JobError

FORMAT_VERSION = "1"


@dataclass(frozen=True)
class Dataset:
    """A dataset that the job reads or writes; `tables` is empty for one of files only."""

    name: str
    bucket: str
    kind: Literal["snapshot", "delta"]
    tables: tuple[str, ...]

    @property
    def root(self) -> str:
        """Key prefix of the dataset's updates, with a slash at its end."""
        return f"{self.name}/data/"


@dataclass(frozen=True)
class Contract:
    """All that a job is told of its work."""

    instance: str
    pipeline: str
    language: Literal["pyspark", "sql"]
    sql: tuple[str, ...]
    inputs: tuple[Dataset, ...]
    outputs: tuple[Dataset, ...]
    arguments: tuple[str, ...]


def _dataset(value: dict[str, Any]) -> Dataset:
    return Dataset(
        name=value["dataset"],
        bucket=value["bucket"],
        kind=value["updates"]["kind"],
        tables=tuple(value["tables"]),
    )


def parse_contract(text: str) -> Contract:
    """The contract from its JSON; fails when it is of another version or incomplete."""
    try:
        value = json.loads(text)
        if value["formatVersion"] != FORMAT_VERSION:
            raise JobError(
                f"The contract has version {value['formatVersion']}, this runtime reads {FORMAT_VERSION}: "
                "apply the lake again, so that both come from one version of EDL."
            )
        return Contract(
            instance=value["instance"],
            pipeline=value["pipeline"],
            language=value["language"],
            sql=tuple(value["sql"]),
            inputs=tuple(_dataset(item) for item in value["inputs"]),
            outputs=tuple(_dataset(item) for item in value["outputs"]),
            arguments=tuple(value["arguments"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise JobError(f"The contract is damaged: {error!r}. Apply the lake again.") from error
