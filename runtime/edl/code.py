"""Finds the pipeline's own files, which Python loads from a zip on its path."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from edl.errors import JobError


def read_text(name: str, path: Iterable[str]) -> str:
    """The text (UTF-8) of a file in the first zip or folder of `path` that has it; fails when none does."""
    for entry in path:
        place = Path(entry or ".")
        if place.is_dir() and (place / name).is_file():
            return (place / name).read_text(encoding="utf-8")
        if place.is_file() and zipfile.is_zipfile(place):
            with zipfile.ZipFile(place) as archive:
                if name in archive.namelist():
                    return archive.read(name).decode("utf-8")
    raise JobError(f"The pipeline's file {name} is not on the Python path. Apply the lake again.")
