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
