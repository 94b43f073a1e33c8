"""Registers in, reports out: the sample office, the bureau without a request, and a whole city."""

import json
import runpy
from pathlib import Path

import pytest
from city_journal import CITY, journal_for

from disclosure.states.rules.forms import form_for

SAMPLE = Path(__file__).parents[3] / "docs" / "sample"


@pytest.fixture
def sample(cli):
    """The sample register in a database."""
    cli.today = "2026-11-23"
    answer = cli("import", str(SAMPLE / "register.xlsx"), "--format", "json")
    assert answer.status == 0
    return cli


def test_the_sample_register_becomes_cases_and_a_second_import_skips_them(sample):
    again = sample.json("import", str(SAMPLE / "register.xlsx"))
    assert (again["rows"], again["applied"], len(again["skipped"])) == (68, 0, 68)


def test_a_preview_of_an_import_writes_nothing(cli):
    found = cli.json("import", str(SAMPLE / "register.xlsx"), "--dry-run", today="2026-11-23")
    assert (found["cases"], found["written"]) == (68, False)
    assert cli.json("due")["cases"] == []


def test_a_register_with_faults_is_left_out_whole_with_every_fault_told(cli, tmp_path):
    from openpyxl import load_workbook

    book = load_workbook(SAMPLE / "register.xlsx")
    sheet = next(sheet for sheet in book.worksheets if sheet.max_row > 20)
    head = [cell for row in sheet.iter_rows(max_row=5) for cell in row if cell.value]
    header = next(cell for cell in head if "提交" in str(cell.value))
    for row in (header.row + 1, header.row + 3):
        sheet.cell(row, header.column).value = "二〇二五年十三月"
    path = tmp_path / "broken.xlsx"
    book.save(path)
    answer = cli("import", str(path), "--format", "json", today="2026-11-23")
    assert answer.status == 1
    assert {fault["row"] for fault in answer.json["faults"]} >= {header.row + 1, header.row + 3}
    assert not answer.json["written"]
    assert cli.json("due")["cases"] == []


def test_an_empty_template_is_written_and_read(cli, tmp_path):
    path = tmp_path / "空白.xlsx"
    assert cli("import", "--template", str(path)).status == 0
    assert cli.json("import", str(path))["rows"] == 0


@pytest.mark.wheel
def test_the_main_job_of_the_readme_runs(sample):
    for _, command in runpy.run_path(str(SAMPLE / "run.py"))["COMMANDS"]:
        answer = sample(*command)
        assert answer.status == 0, answer
        assert answer.out


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_report_balances_and_every_figure_opens_into_its_cases(sample, year):
    document = sample.json("report", str(year))
    assert {"agency", "year", "form", "scope", "section3", "section4", "checks"} <= set(document)
    assert {check["status"] for check in document["checks"]} <= {"ok", "not_checked"}
    for row, cells in document["section3"].items():
        for column, figure in cells.items():
            if figure:
                assert len(sample.json("report", str(year), "--cell", f"{row}:{column}")["cases"]) == figure
    for column, figure in document["section4"].items():
        assert len(sample.json("report", str(year), "--cell", f"section4:{column}")["cases"]) == figure


@pytest.mark.parametrize("kind", ["json", "html", "xlsx", "docx"])
def test_a_report_that_is_written_passes_the_check(sample, kind, tmp_path):
    path = tmp_path / f"report.{kind}"
    assert sample("report", "2025", "--format", kind, "--output", str(path)).status == 0
    assert sample.json("check", str(path))["findings"] == []


def test_figures_once_published_stay_and_later_changes_show_their_cases(sample):
    assert sample("freeze", "2025").status == 0
    assert sample.json("freeze", "2025", "--diff")["figures"] == []
    late = sample(
        "move",
        "2025-099",
        "submit",
        "--at",
        "2025-12-30",
        "--data",
        "channel=oral",
        "--data",
        "applicant.kind=natural_person",
        "--data",
        "information=x",
    )
    assert late.status == 0
    answer = sample("freeze", "2025", "--diff", "--format", "json")
    assert answer.status == 1
    assert {item["case"] for item in answer.json["cases"]} == {"2025-099"}
    changed = {(item["row"], item["column"]) for item in answer.json["figures"]}
    assert changed == {(row, column) for row in ("new", "carry_out") for column in ("natural_person", "total")}


def test_the_bureau_without_a_request_gets_complete_tables_of_zeros(cli):
    text = cli("report", "2022").out
    form = form_for(2022)
    for row in form.rows:
        assert row.label in text
    figures = [word for line in text.splitlines() for word in line.split() if word.isdecimal()]
    assert set(figures) == {"0"}
    assert len(figures) == 25 * 7 + 15


def test_the_city_gives_back_every_published_cell(cli, tmp_path):
    city = json.loads(CITY.read_text("utf-8"))
    path = tmp_path / "city.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in journal_for(city, 2024)), "utf-8")
    done = cli.json("replay", str(path), today="2025-01-15")
    assert done["refused"] == []
    document = cli.json("report", "2024")
    assert document["section3"] == city["section3"]
    assert document["section4"] == city["section4"]


def test_the_document_of_a_check_is_the_contracts(cli):
    document = cli("check", str(CITY.with_name("hongze_2023.json")), "--format", "json").json
    assert list(document) == ["findings"]
    assert [list(item) for item in document["findings"]] == [
        ["id", "severity", "row", "column", "expected", "found", "message"]
    ] * 5
