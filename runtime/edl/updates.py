"""Updates of a dataset: their names, where they are, which of them a run reads.

An update is `<dataset>/data/<update>/`; it is published as soon as its `_manifest.json` exists and never changes afterwards.
Names of updates sort as text in the order of time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable

from edl.contract import Dataset
from edl.errors import JobError

MANIFEST = "_manifest.json"
OPEN = "_open.json"
#: Added to every row that is read, and the partition of every table in Glue.
UPDATE_COLUMN = "update_id"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
#: Bucket policies tell raw and published data apart by these parts of a key.
_RESERVED = ("raw", "data")


def check_update(name: str) -> str:
    """The name itself, if an update can have it; fails otherwise."""
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise JobError(
            f'"{name}" cannot be the name of an update: it takes 1 to 128 letters, digits, dots, underscores and '
            "dashes, starts with a letter or digit, and is neither raw nor data."
        )
    return name


def update_prefix(dataset: Dataset, update: str) -> str:
    """Key prefix of an update, with a slash at its end."""
    return f"{dataset.root}{update}/"


def table_location(dataset: Dataset, update: str, table: str | None) -> str:
    """URI of the parquet files of one table of an update; a dataset without tables has them in the update itself."""
    folder = "" if table is None else f"{table}/"
    return f"s3://{dataset.bucket}/{update_prefix(dataset, update)}{folder}"


def tables_of(dataset: Dataset) -> tuple[str | None, ...]:
    """Tables to read or write; `None` stands for the only content of a dataset without tables."""
    return dataset.tables or (None,)


def update_names(dataset: Dataset, prefixes: Iterable[str]) -> tuple[str, ...]:
    """Names of the updates behind the key prefixes that S3 lists one level below the dataset, oldest first."""
    names = (prefix.removeprefix(dataset.root).rstrip("/") for prefix in prefixes if prefix.startswith(dataset.root))
    return tuple(sorted(name for name in names if _NAME.fullmatch(name)))


def choose_updates(dataset: Dataset, names: Iterable[str], is_published: Callable[[str], bool]) -> tuple[str, ...]:
    """What a run reads unless it is told otherwise: the latest published snapshot, or all published deltas, oldest first.

    Asks `is_published` as seldom as it can. Fails when nothing is published.
    """
    if dataset.kind == "snapshot":
        latest = next((name for name in sorted(names, reverse=True) if is_published(name)), None)
        chosen: tuple[str, ...] = () if latest is None else (latest,)
    else:
        chosen = tuple(name for name in sorted(names) if is_published(name))
    if not chosen:
        raise JobError(f"The dataset {dataset.name} has no published update yet, so there is nothing to read.")
    return chosen


def parse_selection(text: str) -> dict[str, tuple[str, ...]]:
    """The updates that the starter chose, from JSON `{dataset: [update]}`; empty text means none were chosen."""
    if not text:
        return {}
    try:
        value = json.loads(text)
        return {str(name): tuple(check_update(str(update)) for update in updates) for name, updates in value.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise JobError(f"--edl-inputs is not JSON of the form {{dataset: [update]}}: {error}") from error
