"""Tests of the calls to S3, and of what `job` does with them, against an S3 in memory. Spark is not needed here."""

from __future__ import annotations

import unittest
from types import SimpleNamespace
from typing import Any

from support import DELTA, FILES_ONLY, SNAPSHOT, ClientError, MemoryS3, contract_json

from edl.contract import parse_contract
from edl.errors import JobError
from edl.job import publish, select_inputs
from edl.manifest import File
from edl.storage import Storage


class Frame:
    """A data frame that remembers where it was written, and puts a file there."""

    def __init__(self, client: MemoryS3) -> None:
        self._client = client
        self.modes: list[str] = []
        self.write = self

    def drop(self, _column: str) -> Frame:
        return self

    def mode(self, mode: str) -> Frame:
        self.modes.append(mode)
        return self

    def parquet(self, location: str) -> Any:
        key = location.removeprefix("s3://data/") + "part-0.parquet"
        if key not in self._client.objects:
            self._client.objects[key] = b"rows"
        return SimpleNamespace(count=lambda: 5, dtypes=[("id", "string")])


class Storages(unittest.TestCase):
    def test_lists_over_pages(self) -> None:
        storage = Storage(MemoryS3({f"a/{name}": b"12" for name in "xyz"}))
        self.assertEqual([file.key for file in storage.files("data", "a/")], ["a/x", "a/y", "a/z"])
        self.assertEqual(next(storage.files("data", "a/x")), File("a/x", 2, "e"))
        self.assertEqual(list(storage.files("data", "b/")), [])

    def test_folders_and_existence(self) -> None:
        storage = Storage(MemoryS3({"a/data/1/f": b"", "a/data/2/f": b"", "a/data/12": b""}))
        self.assertEqual(list(storage.folders("data", "a/data/")), ["a/data/1/", "a/data/2/"])
        self.assertTrue(storage.exists("data", "a/data/12"))
        self.assertFalse(storage.exists("data", "a/data/1"))

    def test_create_never_overwrites(self) -> None:
        for status in (409, 412):
            client = MemoryS3({"k": b"old"}, status)
            self.assertFalse(Storage(client).create("data", "k", b"new"))
            self.assertEqual(client.objects["k"], b"old")
        self.assertTrue(Storage(MemoryS3()).create("data", "k", b"new"))

    def test_other_failures_are_raised(self) -> None:
        with self.assertRaises(ClientError):
            Storage(MemoryS3({"k": b""}, 403)).create("data", "k", b"")


class Jobs(unittest.TestCase):
    def test_reads_published_updates_unless_told_otherwise(self) -> None:
        keys = {f"clinical-trials/data/{name}/_manifest.json": b"" for name in ("1", "3")}
        storage = Storage(MemoryS3({**keys, "clinical-trials/data/2/part": b""}))
        contract = parse_contract(contract_json())
        self.assertEqual(select_inputs(contract, storage, {}), {DELTA.name: ("1", "3")})
        self.assertEqual(select_inputs(contract, storage, {DELTA.name: ("2",)}), {DELTA.name: ("2",)})

    def test_publishes_once(self) -> None:
        client = MemoryS3()
        contract = parse_contract(contract_json())
        frame = Frame(client)
        spark: Any = SimpleNamespace(read=frame)
        for dataset, table, mode in ((SNAPSHOT, "daily", "errorifexists"), (FILES_ONLY, None, "append")):
            arguments = (spark, Storage(client), contract, dataset, "7", {table: frame}, {})
            result = publish(*arguments)
            self.assertEqual(result, {"dataset": dataset.name, "update": "7", "rows": 5, "bytes": 4})
            self.assertEqual(frame.modes[-1], mode)
            self.assertIn(f"{dataset.name}/data/7/_manifest.json", client.objects)
            with self.assertRaisesRegex(JobError, "exists already"):
                publish(*arguments)

    def test_a_manifest_of_somebody_else_is_kept(self) -> None:
        client = MemoryS3({"outcomes-daily/data/7/_manifest.json": b"theirs"})
        frame = Frame(client)
        spark: Any = SimpleNamespace(read=frame)
        with self.assertRaisesRegex(JobError, "published by somebody else"):
            publish(spark, Storage(client), parse_contract(contract_json()), SNAPSHOT, "7", {"daily": frame}, {})
        self.assertEqual(client.objects["outcomes-daily/data/7/_manifest.json"], b"theirs")


if __name__ == "__main__":
    unittest.main()
