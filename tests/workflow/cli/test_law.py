"""The law's data from the command line: checked, and their impact told, before they are in force."""

from importlib import resources
from pathlib import Path

import pytest

import disclosure.states.law

OWN = Path(str(resources.files(disclosure.states.law)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "law"
    place.mkdir()
    text = (OWN / "periods.toml").read_text("utf-8")
    (place / "periods.toml").write_text(
        text.replace("since = 2019-05-15\nlength = 20", "since = 2019-05-15\nlength = 30"), "utf-8"
    )
    return place


def test_the_product_s_own_law_is_in_order(cli):
    done = cli("law", "check")
    assert (done.status, "没有错误" in done.out) == (0, True)


def test_every_fault_is_told_with_file_and_line(cli, folder):
    path = folder / "periods.toml"
    text = path.read_text("utf-8").replace('unit = "working_day"', 'unit = "fortnight"', 1)
    path.write_text(text, "utf-8")
    line = text.splitlines().index('unit = "fortnight"') + 1
    done = cli("law", "check", str(folder))
    assert done.status == 1
    assert f"periods.toml 第{line}行" in done.out
    found = cli("law", "check", str(folder), "--format", "json").json["faults"]
    assert [(item["origin"], item["line"], item["problem"]) for item in found] == [("periods.toml", line, "not_one_of")]


def test_the_impact_is_listed(cli, line, folder):
    case = "A-1"
    cli.replay(line(case, "submit", "2024-05-06"), line(case, "accept", "2024-05-06"))
    before = cli.json("show", case)
    (item,) = cli.json("law", "impact", str(folder))["cases"]
    assert item["case"] == case
    assert [period["rule"] for period in item["periods"]] == ["reply"]
    shown = cli("law", "impact", str(folder))
    assert "1 件在办案件" in shown.out and "收件回执" in shown.out
    assert cli.json("show", case) == before


def test_a_folder_that_is_not_there_is_told(cli, tmp_path):
    assert cli("law", "impact", str(tmp_path / "nowhere")).status == 2


def test_a_folder_whose_name_no_file_system_holds_is_told(cli):
    for command in (("law", "check"), ("law", "impact"), ("template", "check"), ("template", "install")):
        refused = cli(*command, "a" * 300)
        assert (refused.status, refused.err.split(":")[0]) == (2, "file_unreadable")
