"""The office on the command line: chosen readings, its own particulars, erasing personal data."""

import json

from desk import opened, work


def test_settings_show_every_open_question_with_its_source(cli):
    found = cli.json("settings")["settings"]
    ids = {item["id"] for item in found}
    assert {f"Q{n}" for n in range(1, 23)} <= ids
    assert all(item["source"] for item in found)


def test_a_new_reading_lists_the_cases_whose_days_change(cli):
    case = opened(cli)
    asked = ("demand_reasons", "2024-03-04", "due_on=2024-03-11")
    work(cli, case, asked, ("dispatch", "2024-03-04", "of=reasons", "method=post"))
    found = cli.json("settings", "--set", "reasons_stop_clock=yes")
    assert [(item["case"], item["old_due_on"]) for item in found["impact"]] == [(case, "2024-03-29")]
    assert cli.json("show", case)["periods"][0]["due_on"] == found["impact"][0]["new_due_on"]
    assert cli("settings", "--set", "nonsense=1").status == 2
    assert cli.json("db", "check")["differences"] == []


def test_erasing_personal_data_leaves_the_chain_whole(cli):
    case = opened(cli)
    assert cli("erase", case).status == 2
    work(cli, case, ("reply", "2024-03-20", "answer=O02", "delivery=post"), ("close", "2024-05-20"))
    assert cli("erase", case).err.startswith("retention_not_set:")
    cli.json("settings", "--set", "retention_years=10", "--set", "retention_years.refused=永久")
    early = cli("erase", case)
    assert early.status == 2 and early.err.startswith("retention_running:")
    cli.today = "2034-09-21"
    assert cli("erase", case).err.startswith("retention_running:"), "the years count from the real moment of the work"
    cli.today = "2090-01-04"
    assert cli("erase", case, "--yes").err.startswith("not_listed:")
    assert [item["case"] for item in cli.json("erase", "--due")["cases"]] == [case]
    listed = cli.json("erase", case)
    assert {item["table"]: item["rows"] for item in listed["items"]} == {
        "dsc_outbox": 4,
        "dsc_pair": 8,
        "dsc_private": 1,
    }
    assert "欧阳" in json.dumps(cli.json("show", case, "--unmasked"), ensure_ascii=False)
    done = cli.json("erase", case, "--yes")
    assert (done["erased"], done["listed_by"], done["by"]) == (True, "local", "local")
    assert "欧阳" not in json.dumps(cli.json("show", case, "--unmasked"), ensure_ascii=False)
    assert cli.json("erase", "--due")["cases"] == []
    assert cli.json("audit", "verify")["erasures"] == 2


def test_erasing_says_in_chinese_what_would_go_and_who_goes_on(cli):
    case = opened(cli)
    work(cli, case, ("withdraw", "2024-03-20", "reason=不要了"), ("close", "2024-05-20"))
    cli.json("settings", "--set", "retention_years=10")
    cli.today = "2090-01-04"
    told = cli("erase", case).out
    assert "办理步骤的个人信息和文字" in told and f"disclosure erase {case} --yes" in told
    assert case in cli("erase", "--due").out
    cli.today = "2024-06-03"
    assert "没有保存期限已经届满的案件" in cli("erase", "--due").out
    assert cli("erase").status == cli("erase", case, "--due").status == cli("erase", "--yes").status == 2


def test_particulars_are_laid_over_those_there_are_and_an_unknown_one_is_refused(cli):
    cli.json("agency", "--set", "name=湖城市水务局", "--set", "phone=0000-1")
    found = cli.json("agency", "--set", "phone=0000-2")["profile"]
    assert (found["name"], found["phone"], found["court"]) == ("湖城市水务局", "0000-2", None)
    assert cli("agency", "--set", "nonsense=x").status == 2
    assert cli.json("agency")["profile"] == found


def test_agencies_are_registered_listed_and_looked_over(cli):
    cli.json(
        "agency", "--agency", "szf", "--set", "name=某市人民政府", "--set", "kind=地方人民政府", "--set", "level=市级"
    )
    told = ("--set", "name=某市教育局", "--set", "level=市级", "--set", "parent=szf", "--set", "place=某市")
    found = cli.json("agency", "--agency", "jyj", *told, "--set", "closed_on=2024-12-31")
    assert found["entry"] == {
        "level": "city",
        "parent": "szf",
        "place": "某市",
        "opened_on": None,
        "closed_on": "2024-12-31",
    }
    assert [item["code"] for item in cli.json("agency", "--all")["agencies"]] == ["default", "jyj", "szf"]
    assert "市级" in cli("agency", "--all").out
    near = cli("due", "--agency", "jyi")
    assert (near.status, "是不是“jyj（某市教育局）”" in near.err) == (2, True)
    opened(cli)
    cli.today = "2024-04-08"
    late = cli.json("agencies")["agencies"][0]
    assert (late["agency"]["code"], late["open"], len(late["late"])) == ("default", 1, 1)
    assert "逾期" in late["late"][0]["reason"]
    assert "逾期的案件（1 件）" in cli("agencies").out


def test_settings_of_one_agency_leave_the_others_alone(cli):
    cli.json("agency", "--agency", "jyj", "--set", "name=某市教育局")
    cli.json("settings", "--agency", "jyj", "--set", "red_days=5")
    chosen = {
        code: next(item["chosen"] for item in cli.json("settings", *named)["settings"] if item["key"] == "red_days")
        for code, named in (("default", ()), ("jyj", ("--agency", "jyj")))
    }
    assert chosen == {"default": 3, "jyj": 5}
    refused = cli("settings", "--agency", "jyj", "--set", "hash=sm3")
    assert (refused.status, "--agency" in refused.err) == (2, True)
