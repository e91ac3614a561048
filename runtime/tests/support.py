"""Samples that several tests share."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from edl.contract import Dataset  # noqa: E402

DELTA = Dataset(name="clinical-trials", bucket="data", kind="delta", tables=("outcomes", "sites"))
SNAPSHOT = Dataset(name="outcomes-daily", bucket="data", kind="snapshot", tables=("daily",))
FILES_ONLY = Dataset(name="scans", bucket="data", kind="snapshot", tables=())


def contract_json(**changes: Any) -> str:
    """A contract as EDL passes it, with some parts changed."""
    value: dict[str, Any] = {
        "formatVersion": "1",
        "instance": "dev01",
        "pipeline": "daily-outcomes",
        "language": "pyspark",
        "sql": [],
        "inputs": [
            {
                "dataset": "clinical-trials",
                "bucket": "data",
                "updates": {"kind": "delta", "keys": ["id"], "orderBy": "at"},
                "tables": ["outcomes", "sites"],
            }
        ],
        "outputs": [
            {"dataset": "outcomes-daily", "bucket": "data", "updates": {"kind": "snapshot"}, "tables": ["daily"]}
        ],
        "arguments": ["window_days"],
    }
    return json.dumps({**value, **changes})


class ClientError(Exception):
    """What boto3 raises, as far as the storage looks at it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.response = {"ResponseMetadata": {"HTTPStatusCode": status}}


class MemoryS3:
    """An S3 client over a dictionary, with listings in pages of two and conditional puts."""

    class exceptions:
        """Where boto3 keeps its error classes."""

        ClientError = ClientError

    def __init__(self, keys: dict[str, bytes] | None = None, status: int = 412) -> None:
        self.objects = dict(keys or {})
        self._status = status

    def list_objects_v2(self, *, Bucket: str, Prefix: str, MaxKeys: int) -> dict[str, Any]:
        keys = sorted(key for key in self.objects if key.startswith(Prefix))[:MaxKeys]
        return {"Contents": [{"Key": key} for key in keys]} if keys else {}

    def get_paginator(self, _name: str) -> MemoryS3:
        return self

    def paginate(self, *, Bucket: str, Prefix: str, Delimiter: str = "") -> list[dict[str, Any]]:
        keys = sorted(key for key in self.objects if key.startswith(Prefix))
        if Delimiter:
            folders = sorted({Prefix + key[len(Prefix) :].split("/")[0] + "/" for key in keys if "/" in key[len(Prefix) :]})
            return [{"CommonPrefixes": [{"Prefix": folder}]} for folder in folders] or [{}]
        entries = [{"Key": key, "Size": len(self.objects[key]), "ETag": '"e"'} for key in keys]
        return [{"Contents": entries[at : at + 2]} for at in range(0, len(entries), 2)] or [{}]

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, ContentType: str, IfNoneMatch: str) -> None:
        if Key in self.objects:
            raise ClientError(self._status)
        self.objects[Key] = Body


def zip_bytes(entries: dict[str, str]) -> bytes:
    """A zip of text files."""
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return buffer.getvalue()
