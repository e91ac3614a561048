"""Reads the command line that Glue or EMR Serverless starts the job with."""

from __future__ import annotations

from collections.abc import Sequence

from edl.errors import JobError


def parse_arguments(argv: Sequence[str]) -> dict[str, str]:
    """Arguments by name, without the dashes: `--a b` and `--a=b`; a switch without a value is empty text.

    The last one wins, as in Glue, which puts the overrides of a run behind the job's own arguments.
    Fails on a value that belongs to no name.
    """
    parsed: dict[str, str] = {}
    position = 0
    while position < len(argv):
        word = argv[position]
        if not word.startswith("--"):
            raise JobError(f'The argument "{word}" belongs to no name; write --name value.')
        name, equals, value = word[2:].partition("=")
        position += 1
        if not equals and position < len(argv) and not argv[position].startswith("--"):
            value = argv[position]
            position += 1
        parsed[name] = value
    return parsed


def required(arguments: dict[str, str], name: str) -> str:
    """The value of an argument that every run has; fails when it is absent or empty."""
    value = arguments.get(name, "")
    if not value:
        raise JobError(f"The run has no --{name}. Runs are started by EDL, which passes it.")
    return value
