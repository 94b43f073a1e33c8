"""The office's people on the command line: directory, procedure, stand-ins, a leaver's work."""

from approvals import directory_text

GRANTED = ("--data", "answer=O02", "--data", "delivery=post")


def test_substitutes_and_handover(office):
    office.json("substitute", "u2", "u4", "--from", "2024-03-04", "--until", "2024-03-08", "--as", "u2")
    office.json("propose", "A-1", "reply", "--as", "u1", *GRANTED)
    assert office.json("todo", "--as", "u4")["entries"][0]["on_behalf_of"] == "u2"
    done = office.json("handover", "u2", "u5", "--opinion", "调离", "--as", "root")
    assert done["sheets"] == ["A-1#1"]
    assert office.json("approve", "A-1", "--as", "u5")["waiting_for"] == ["王五"]


def test_a_procedure_with_faults_is_refused_whole(office):
    bad = office.folder / "bad.toml"
    bad.write_text(
        'title = "x"\n[[route]]\nmoves = ["extend", "teleport"]\n[[route.step]]\nkey = "a"\ntitle = "签"\nrole = "nobody"\n',
        "utf-8",
    )
    for option, status in (("--check", 1), ("--load", 2)):
        answer = office("procedure", option, str(bad), "--as", "root")
        assert answer.status == status, answer
        for word in ("teleport", "公开工作机构负责人"):
            assert word in answer.err + answer.out


def test_a_directory_that_is_only_checked_is_not_put_on_record(cli):
    people = cli.folder / "people.toml"
    people.write_text(directory_text(), "utf-8")
    checked = cli.json("directory", "--check", str(people))["people"]
    assert checked
    assert cli.json("directory")["people"] == []
    assert cli.json("directory", "--load", str(people))["people"] == checked


def test_a_procedure_of_the_product_needs_the_people_that_it_names(cli):
    offered = [item["key"] for item in cli.json("procedure")["shipped"]]
    assert offered == ["two_person", "bureau", "department"]
    answer = cli("procedure", "--use", "bureau")
    assert (answer.status, "disclosure_head" in answer.err) == (2, True)
    assert cli.json("procedure")["template"] is None


def test_a_procedure_is_dropped_and_those_of_the_product_are_offered_again(office):
    assert office.json("procedure", "--as", "root")["template"]["route"]
    assert office("procedure", "--drop", "--as", "u1").status == 2
    assert office.json("procedure", "--as", "root")["template"]["route"]
    assert office.json("procedure", "--drop", "--as", "root")["template"] is None


def test_an_acting_appointment_is_recorded_listed_and_ended(office):
    given = ("--from", "2024-03-04", "--until", "2024-03-08", "--basis", "会议纪要〔2024〕3号", "--as", "root")
    (found,) = office.json("acting", "u3", "公开工作机构负责人", *given)["acting"]
    assert (found["user"], found["post"], found["basis"]) == ("u3", "disclosure_head", "会议纪要〔2024〕3号")
    assert "会议纪要〔2024〕3号" in office("acting", "--as", "root").out
    assert office.json("acting", "--end", str(found["id"]), "--as", "root")["acting"] == []
    (kept,) = office.json("acting", "--all", "--as", "root")["acting"]
    assert kept["ended_by"] == "root"


def test_an_acting_appointment_without_its_last_day_is_told_how_to_write_it(office):
    answer = office("acting", "u3", "disclosure_head", "--as", "root")
    assert (answer.status, "--until" in answer.err) == (2, True)


HIMSELF = '[[person]]\nid = "u1"\nname = "甲员"\ndepartment = "一科"\nroles = ["administrator", "disclosure_head"]\n'
APPLICANT = ("--data", "applicant.kind=natural_person", "--data", "applicant.name=欧阳小明")
REQUESTED = (*APPLICANT, "--data", "channel=in_person", "--data", "information=某文件")
EVERYWHERE = (
    ("settings", "--set", "retention_years=1"),
    ("report", "2024", "--all"),
    ("relay",),
    ("tick",),
    ("audit", "verify"),
    ("db", "check"),
)


def test_a_clerk_makes_himself_administrator_nowhere(office):
    mine = office.folder / "zz.toml"
    mine.write_text(HIMSELF, "utf-8")
    office.json("agency", "--agency", "two", "--set", "name=乙局", "--as", "root")
    office.json("move", "T-1", "submit", "--at", "2024-03-01", "--agency", "two", "--as", "root", *REQUESTED)
    told = office("agency", "--agency", "zz", "--set", "name=x", "--as", "u1")
    assert (told.status, told.err.split(":")[0]) == (2, "agency_without_people")
    assert "“zz”" in told.err and "管理员" in told.err
    assert office("due", "--agency", "zz", "--as", "root").err.startswith("unknown_agency: ")
    for line in (
        *EVERYWHERE,
        ("directory", "--load", str(mine)),
        ("show", "T-1", "--unmask"),
        ("move", "T-1", "annul", "--data", "reason=x"),
    ):
        refused = office(*line, "--agency", "two", "--as", "u1")
        assert (refused.status, refused.err.split(":")[0]) == (2, "agency_without_people"), (line, refused)
    assert office.json("directory", "--agency", "two", "--as", "root")["people"] == []


def test_the_people_that_an_administrator_puts_on_record_act_in_their_agency_and_by_their_permissions_everywhere(
    office,
):
    theirs = office.folder / "two.toml"
    theirs.write_text(HIMSELF.replace("u1", "c1"), "utf-8")
    office.json("agency", "--agency", "two", "--set", "name=乙局", "--as", "root")
    office.json("directory", "--load", str(theirs), "--agency", "two", "--as", "root")
    for line in EVERYWHERE:
        assert office(*line, "--agency", "two", "--as", "c1").status == 0, line
        assert office(*line, "--agency", "two", "--as", "root").err.startswith("unknown_user: "), line
