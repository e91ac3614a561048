"""Pipelines in SQL: names of views, arguments in the text, statements of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from edl.errors import JobError

#: A quoted text or name, a comment, or a semicolon: what a semicolon can hide in, and what it ends.
_TOKEN = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|--[^\n]*|/\*.*?\*/|;", re.DOTALL)
_ARGUMENT = re.compile(r"\$\{([^}]*)\}")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def view_name(dataset: str, table: str | None) -> str:
    """Name of the view of an input table: `<dataset>__<table>`, or `<dataset>`; a dash becomes an underscore."""
    stem = dataset.replace("-", "_")
    return stem if table is None else f"{stem}__{table}"


def split_statements(text: str) -> tuple[str, ...]:
    """Statements of a file, at semicolons outside of quotes and comments; those without any SQL are left out."""
    statements: list[str] = []
    start = 0
    for token in _TOKEN.finditer(text):
        if token.group() == ";":
            statements.append(text[start : token.start()])
            start = token.end()
    statements.append(text[start:])
    return tuple(statement.strip() for statement in statements if _COMMENT.sub("", statement).strip())


def fill_arguments(text: str, arguments: Mapping[str, str]) -> str:
    """The text with each `${name}` replaced by that argument's value as it is; fails on a name that the pipeline does not have."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in arguments:
            known = ", ".join(sorted(arguments)) or "none"
            raise JobError(f"The SQL names the argument ${{{name}}}, which the pipeline does not have. It has: {known}.")
        return arguments[name]

    return _ARGUMENT.sub(value, text)
