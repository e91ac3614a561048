"""Tests of the pure parts: arguments, contract, updates, SQL, outputs, manifest."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

from support import DELTA, FILES_ONLY, SNAPSHOT, contract_json, zip_bytes

from edl.arguments import parse_arguments, required
from edl.code import read_text
from edl.contract import parse_contract
from edl.errors import JobError
from edl.manifest import File, Written, build_manifest, data_files, to_bytes
from edl.outputs import match_outputs, match_sql_output
from edl.sql import fill_arguments, split_statements, view_name
from edl.updates import check_update, choose_updates, parse_selection, table_location, tables_of, update_names


class Arguments(unittest.TestCase):
    def test_reads_both_forms_and_switches(self) -> None:
        parsed = parse_arguments(["--a", "1", "--b=x=y", "--flag", "--c", "", "--a", "2"])
        self.assertEqual(parsed, {"a": "2", "b": "x=y", "flag": "", "c": ""})

    def test_refuses_a_value_without_a_name(self) -> None:
        with self.assertRaisesRegex(JobError, "belongs to no name"):
            parse_arguments(["--a", "1", "2"])

    def test_required(self) -> None:
        self.assertEqual(required({"a": "1"}, "a"), "1")
        for arguments in ({}, {"a": ""}):
            with self.assertRaisesRegex(JobError, "--a"):
                required(arguments, "a")


class Contracts(unittest.TestCase):
    def test_reads_what_edl_writes(self) -> None:
        contract = parse_contract(contract_json())
        self.assertEqual(contract.inputs, (DELTA,))
        self.assertEqual(contract.outputs, (SNAPSHOT,))
        self.assertEqual(contract.arguments, ("window_days",))

    def test_refuses_what_it_does_not_know(self) -> None:
        for text in ("", "[]", "{}", contract_json(inputs=[{}]), contract_json(inputs=[{"updates": 1}])):
            with self.subTest(text), self.assertRaisesRegex(JobError, "damaged"):
                parse_contract(text)
        with self.assertRaisesRegex(JobError, "version 2"):
            parse_contract(contract_json(formatVersion="2"))


class Updates(unittest.TestCase):
    def test_names(self) -> None:
        for name in ("2026-11-22", "a", "A.b_c-1", "x" * 128):
            self.assertEqual(check_update(name), name)
        for name in ("", "raw", "data", "a/b", ".a", "_manifest.json", "x" * 129, "a\n"):
            with self.subTest(name), self.assertRaises(JobError):
                check_update(name)

    def test_names_from_prefixes(self) -> None:
        prefixes = ["clinical-trials/data/2/", "clinical-trials/data/1/", "clinical-trials/data/_tmp/", "other/data/3/"]
        self.assertEqual(update_names(DELTA, prefixes), ("1", "2"))

    def test_snapshot_takes_the_latest_published_and_asks_no_further(self) -> None:
        asked: list[str] = []

        def is_published(name: str) -> bool:
            asked.append(name)
            return name == "2"

        self.assertEqual(choose_updates(SNAPSHOT, ["1", "2", "3"], is_published), ("2",))
        self.assertEqual(asked, ["3", "2"])

    def test_delta_takes_all_published(self) -> None:
        self.assertEqual(choose_updates(DELTA, ["3", "1", "2"], lambda name: name != "2"), ("1", "3"))

    def test_nothing_published_is_an_error(self) -> None:
        for dataset in (DELTA, SNAPSHOT):
            with self.subTest(dataset.kind), self.assertRaisesRegex(JobError, "no published update"):
                choose_updates(dataset, ["1"], lambda _name: False)

    def test_locations(self) -> None:
        self.assertEqual(table_location(DELTA, "1", "sites"), "s3://data/clinical-trials/data/1/sites/")
        self.assertEqual(table_location(FILES_ONLY, "1", None), "s3://data/scans/data/1/")
        self.assertEqual(tables_of(FILES_ONLY), (None,))

    def test_selection(self) -> None:
        self.assertEqual(parse_selection(""), {})
        self.assertEqual(parse_selection('{"a": ["1", "2"]}'), {"a": ("1", "2")})
        for text in ("[]", "x", '{"a": 1}', '{"a": ["../b"]}'):
            with self.subTest(text), self.assertRaises(JobError):
                parse_selection(text)


class Sql(unittest.TestCase):
    def test_views(self) -> None:
        self.assertEqual(view_name("clinical-trials", "outcomes"), "clinical_trials__outcomes")
        self.assertEqual(view_name("scans", None), "scans")

    def test_statements_end_at_semicolons_that_mean_it(self) -> None:
        text = "-- first; really\nSELECT ';' AS a, 'it''s;' AS b, `x;y` /* ; */ FROM t;\n\n;SELECT \"b;\\\";\"\n-- end;\n"
        first, second = split_statements(text)
        self.assertTrue(first.startswith("-- first"))
        self.assertTrue(first.endswith("FROM t"))
        self.assertTrue(second.startswith('SELECT "b;'))

    def test_empty_texts_hold_no_statement(self) -> None:
        for text in ("", ";", "-- only a comment", "/* a; b */ ;\n"):
            self.assertEqual(split_statements(text), ())

    def test_arguments(self) -> None:
        self.assertEqual(fill_arguments("LIMIT ${n} -- $x", {"n": "7"}), "LIMIT 7 -- $x")
        with self.assertRaisesRegex(JobError, "It has: n"):
            fill_arguments("${m}", {"n": "7"})


class Code(unittest.TestCase):
    def test_finds_files_in_zips_and_folders(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder) / "code.zip"
            archive.write_bytes(zip_bytes({"10-a.sql": "SELECT 1"}))
            (Path(folder) / "20-b.sql").write_text("SELECT ü", encoding="utf-8")
            path = ["/nowhere", str(archive), folder]
            self.assertEqual(read_text("10-a.sql", path), "SELECT 1")
            self.assertEqual(read_text("20-b.sql", path), "SELECT ü")
            with self.assertRaisesRegex(JobError, "30-c.sql"):
                read_text("30-c.sql", path)


class Outputs(unittest.TestCase):
    def test_one_table_may_come_bare(self) -> None:
        contract = parse_contract(contract_json())
        for returned in ({"outcomes-daily": "frame"}, {"outcomes-daily": {"daily": "frame"}}):
            self.assertEqual(match_outputs(contract, returned), {"outcomes-daily": {"daily": "frame"}})

    def test_refuses_other_outputs(self) -> None:
        contract = parse_contract(contract_json())
        for returned, message in (
            ("frame", "must return a dict"),
            ({}, "lacks outcomes-daily"),
            ({"outcomes-daily": 1, "more": 2}, "has more too much"),
            ({"outcomes-daily": {"weekly": 1}}, "lacks daily and has weekly too much"),
        ):
            with self.subTest(message), self.assertRaisesRegex(JobError, message):
                match_outputs(contract, returned)

    def test_several_tables_need_names(self) -> None:
        outputs = [{"dataset": "o", "bucket": "b", "updates": {"kind": "snapshot"}, "tables": ["x", "y"]}]
        contract = parse_contract(contract_json(outputs=outputs))
        with self.assertRaisesRegex(JobError, "several tables"):
            match_outputs(contract, {"o": "frame"})
        with self.assertRaisesRegex(JobError, "PySpark"):
            match_sql_output(contract, "frame")

    def test_sql_gives_the_only_output(self) -> None:
        self.assertEqual(
            match_sql_output(parse_contract(contract_json()), "frame"), {"outcomes-daily": {"daily": "frame"}}
        )


class Manifests(unittest.TestCase):
    def test_lists_data_and_where_it_came_from(self) -> None:
        prefix = "outcomes-daily/data/2/"
        files = [
            File(f"{prefix}daily/part-1.parquet", 20, "b"),
            File(f"{prefix}daily/part-0.parquet", 10, "a"),
            File(f"{prefix}daily/_SUCCESS", 0, "c"),
            File(f"{prefix}_open.json", 30, "d"),
        ]
        written = [Written(table="daily", rows=3, columns=[("id", "string")])]
        contract = parse_contract(contract_json())
        manifest = build_manifest(contract, SNAPSHOT, "2", written, files, {"clinical-trials": ("1",)})
        self.assertEqual([file["key"] for file in manifest["files"]], ["daily/part-0.parquet", "daily/part-1.parquet"])
        self.assertEqual((manifest["rows"], manifest["bytes"]), (3, 30))
        self.assertEqual(manifest["inputs"], {"clinical-trials": ["1"]})
        self.assertEqual(manifest["tables"][0]["columns"], [{"name": "id", "type": "string"}])
        self.assertEqual(json.loads(to_bytes(manifest)), manifest)

    def test_empty_files_and_markers_hold_no_data(self) -> None:
        self.assertEqual(data_files([File("a/.x", 1, ""), File("a/_x", 1, ""), File("a/x", 0, "")]), ())


if __name__ == "__main__":
    unittest.main()
