"""A database as version 0003 wrote it, kept as a dump: every later version upgrades it, verifies it and goes on with it.

Only the command line, its JSON and the raw file are used here, so that the code behind them may be moved. On record
are two agencies: ``default`` (with people, approvals, channels, its own templates, a day off of its own on 2025-06-11)
and ``county`` (with none of these); cases of 2024 from a journal, cases of 2025 as they were handled.
"""

import gzip
import hashlib
import importlib
import json
import sqlite3
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DUMP = ROOT / "tests" / "data" / "database_0003.sql.gz"
TODAY = "2025-06-17"
KEPT = {
    "cases": 27,
    "events": 120,
    "reads": 0,
    "sheets": 15,
    "papers": 7,
    "attachments": 0,
    "erasures": 2,
    "others": {},
    "faults": [],
}
CARRIERS = """
    SELECT agency, case_no, notice_no, carrier, hash, content FROM dsc_carrier
    JOIN (SELECT n.id AS notice_id, n.agency, c.case_no, n.notice_no FROM dsc_notice n JOIN dsc_case c ON c.id = n.case_id)
    USING (notice_id)
"""


class Kept:
    """The database of the dump in a file, and the shipped command on it."""

    def __init__(self, folder, patch, capture):
        self.path, self.patch, self.capture = folder / "disclosure.db", patch, capture
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(gzip.decompress(DUMP.read_bytes()).decode())
        scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
        module, _, name = scripts["disclosure"].partition(":")
        self.program = getattr(importlib.import_module(module), name)

    def rows(self, statement):
        """What lies in the file itself."""
        with closing(sqlite3.connect(self.path)) as connection:
            return connection.execute(statement).fetchall()

    def __call__(self, *arguments, agency=None, user=None, status=0):
        """The JSON document of a command that ends with that status; in the other agency root acts, who is of the first."""
        line = [*arguments, "--db", str(self.path), "--today", TODAY, "--format", "json"]
        line += ["--agency", agency] if agency else []
        line += ["--as", user or "root"] if user or agency else []
        self.capture.readouterr()
        self.patch.setattr("sys.argv", ["disclosure", *line])
        with pytest.raises(SystemExit) as end:
            self.program()
        out, err = self.capture.readouterr()
        assert end.value.code == status, (line, out, err)
        return json.loads(out) if out else None

    def verify(self):
        """What the audit counts and finds, once every case is as its history gives it."""
        assert self("db", "check", user="root")["differences"] == []
        found = self("audit", "verify", user="root")
        assert found.pop("checkpoints") >= 5, "each command that writes adds one"
        return found


@pytest.fixture
def raw(tmp_path, capsys, monkeypatch):
    """The database as it was written."""
    monkeypatch.chdir(tmp_path)
    return Kept(tmp_path, monkeypatch, capsys)


@pytest.fixture
def kept(raw):
    """The same, upgraded."""
    raw("db", "upgrade")
    return raw


def test_an_agency_that_held_cases_before_it_had_to_be_registered_is_registered_by_the_upgrade(raw):
    with closing(sqlite3.connect(raw.path)) as connection, connection:
        connection.execute("DELETE FROM dsc_agency")
    raw("db", "upgrade")
    assert raw.rows("SELECT code FROM dsc_agency WHERE code <> 'default'") == [("county",)]
    assert raw("due", agency="county")["agency"] == "county"


HEAD = """
[[person]]
id = "h1"
name = "仲孙宁"
roles = ["disclosure_head", "administrator"]
"""


@pytest.fixture
def head(kept, tmp_path):
    """The head of the county's disclosure office, whom it puts on record: others leave alone what has been missed by now."""
    people = tmp_path / "people.toml"
    people.write_text(HEAD, "utf-8")
    kept("directory", "--load", str(people), agency="county")
    return "h1"


def test_what_was_recorded_before_is_a_record_of_the_past(kept, head):
    assert kept.rows("SELECT DISTINCT live FROM dsc_event") == [(0,)]
    kept("move", "W-2", "withdraw", "--data", "reason=不要了", agency="county", user=head)
    assert kept.rows("SELECT move, live FROM dsc_event WHERE live <> 0") == [("withdraw", 1)]


def test_the_dump_has_something_of_everything(raw):
    tables = [name for (name,) in raw.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert len(tables) == 25
    empty = [name for name in tables if raw.rows(f"SELECT count(*) FROM {name}") == [(0,)]]  # noqa: S608 - own names
    assert empty == []
    assert raw.rows("SELECT version_num FROM dsc_version") == [("0003",)]
    topics = "approval calendar channels directory gated numbers papers setting"
    assert raw.rows("SELECT DISTINCT topic FROM dsc_config ORDER BY topic") == [(topic,) for topic in topics.split()]
    assert dict(raw.rows("SELECT status, count(*) FROM dsc_sheet GROUP BY status")) == {
        "completed": 1,
        "done": 6,
        "draft": 3,
        "recalled": 1,
        "returned": 1,
        "running": 2,
        "void": 1,
    }
    ends = "sum(sent_at > ''), sum(dead_at > ''), sum(coalesce(sent_at, dead_at) IS NULL)"
    assert raw.rows(f"SELECT {ends} FROM dsc_outbox") == [(172, 3, 14)]  # noqa: S608 - own words


def test_it_is_upgraded_and_once_more_when_nothing_is_to_be_done(raw):
    first = raw("db", "upgrade")
    assert first["from"] == "0003"
    again = raw("db", "upgrade")
    assert again["from"] == again["to"] == first["to"]
    assert again["changed"] == []


def test_cases_that_are_judged_otherwise_now_are_folded_again_and_listed(raw):
    told = {(item["agency"], item["case"]): item["changed"] for item in raw("db", "upgrade")["changed"]}
    later = {key for key, changed in told.items() if "decided_on" in changed}
    assert later == {("default", "2024-001"), ("default", "2024-006"), ("default", "2025-002"), ("county", "W-1")}
    assert all(set(changed) <= {"periods", "decided_on", "first_on"} for changed in told.values())


@pytest.mark.wheel
def test_it_is_what_its_history_gives_and_every_chain_is_whole(kept):
    assert kept("db", "check", user="root") == {"cases": 27, "differences": []}
    assert kept.verify() == KEPT


def test_the_history_still_refuses_to_be_changed(kept):
    for table in ("dsc_event", "dsc_action", "dsc_paper_act"):
        for change in (f"DELETE FROM {table}", f"UPDATE {table} SET recorded_at = ''"):  # noqa: S608 - own names
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                kept.rows(change)


# Days counted by hand: 31 May to 2 June 2025 is a holiday, 11 June the agency's own day off, both in force for all.


@pytest.mark.parametrize(
    ("agency", "case", "state", "due_on"),
    [
        ("default", "2025-003", "accepted", "2025-06-18"),  # received 19 May
        ("default", "2025-009", "consulting", "2025-07-17"),  # 27 May; 5 to 26 June do not count
        ("default", "2025-011", "accepted", "2025-07-04"),  # 5 June
        ("county", "W-2", "accepted", "2025-06-25"),  # 26 May
        ("county", "W-4", "extended", "2025-06-05"),  # 7 April, forty working days
        ("county", "W-5", "received", "2025-07-10"),  # confirmed on 12 June
    ],
)
def test_the_last_day_of_a_reply_is_the_same(kept, agency, case, state, due_on):
    user = "root" if agency == "default" else None
    shown = kept("show", case, agency=agency, user=user)
    assert shown["state"] == state
    assert [item["due_on"] for item in shown["periods"] if item["rule"] == "reply"][-1] == due_on


def test_a_fee_is_the_one_that_was_charged(kept):
    (charge,) = kept("show", "2024-003", agency="default", user="root")["charges"]
    assert charge == {"seq": 4, "basis": "pages", "quantity": 240, "already": 0, "amount": "4300.00"}


def test_a_case_with_a_long_history_is_shown(kept):
    shown = kept("show", "2024-002", agency="default", user="root")
    assert (shown["state"], shown["outcome"], shown["received_on"]) == ("replied", "granted", "2024-03-05")
    assert [(item["id"], item["state"], item["counted_as"]) for item in shown["remedies"]] == [
        ("R-1", "decided", "review_corrected"),
        ("S-1", "closed", "suit_after_review_upheld"),
    ]
    assert [item["move"] for item in shown["history"]].count("reply") == 2
    late = kept("show", "2024-006", agency="default", user="root")
    assert [(item["move"], item["at"]) for item in late["history"]][3:5] == [
        ("accept", "2024-08-06"),
        ("amend", "2024-09-02"),
    ]
    assert [item["counted_as"] for item in late["remedies"]] == ["suit_direct_other"]


def test_what_falls_due(kept):
    assert kept("due", agency="default", user="u2")["counts"] == {
        "overdue": 1,
        "today": 0,
        "act": 1,
        "red": 3,
        "yellow": 0,
        "green": 3,
        "suspended": 1,
        "awaiting": 2,
    }
    found = kept("due", agency="county")
    assert [(item["case"], item["bucket"]) for item in found["cases"]] == [
        ("W-4", "overdue"),
        ("W-3", "act"),
        ("W-2", "yellow"),
        ("W-5", "green"),
    ]


def test_the_report_and_what_was_frozen(kept):
    report = kept("report", "2024", agency="default", user="u2")
    totals = {row: cells["total"] for row, cells in report["section3"].items() if cells["total"]}
    assert (totals["new"], totals["granted"], totals["partial"], totals["carry_out"]) == (10, 2, 1, 2)
    frozen = kept("freeze", "2024", "--diff", agency="default", user="u2")
    assert (frozen["revision"], frozen["intact"], frozen["figures"], frozen["cases"]) == (2, True, [], [])
    cell = kept("report", "2024", "--cell", "carry_out:total", agency="default", user="u2")
    assert [item["case"] for item in cell["cases"]] == ["2024-008", "2024-007"]
    assert kept("report", "2025", agency="county")["section3"]["new"]["total"] == 4


def test_everybody_has_the_same_work_before_them(kept):
    lists = {
        (user, box): [item["sheet"] for item in kept("todo", "--list", box, agency="default", user=user)["entries"]]
        for user, box in (("u1", "todo"), ("u3", "toread"), ("u6", "todo"), ("u9", "drafts"))
    }
    assert lists == {
        ("u1", "todo"): ["2025-003#1"],
        ("u3", "toread"): ["2025-004#1"],
        ("u6", "todo"): ["2025-004#1"],
        ("u9", "drafts"): ["2025-010#1"],
    }
    stuck = kept("stuck", agency="default", user="root")["stuck"]
    assert [item["sheet"] for item in stuck] == ["2025-012#1"]
    assert kept("sheet", "2025-004#1", agency="default", user="u6")["saved_opinion"] == "拟同意"


def test_every_issued_paper_is_printed_again_byte_for_byte(raw, tmp_path):
    before = raw.rows(CARRIERS)
    assert {row[3] for row in before} == {"text", "docx", "pdf"}
    raw("db", "upgrade")
    for number, (agency, case, notice, carrier, kept_hash, content) in enumerate(before):
        path = tmp_path / str(number)
        order = ("papers", case, str(notice), "--carrier", carrier, "--to", str(path))
        user = "root" if agency == "default" else None
        if content is None:
            assert raw(*order, agency=agency, user=user, status=2)["error"]["code"] == "bad_data"
            continue
        raw(*order, agency=agency, user=user)
        assert path.read_bytes() == content
        assert hashlib.sha256(content).hexdigest() == kept_hash
        listed = raw("papers", case, agency=agency, user=user)["papers"]
        assert next(item for item in listed if item["notice"] == notice)["hashes"][carrier] == kept_hash


def test_what_was_erased_stays_erased(kept):
    for case in ("2024-001", "2025-002"):
        applicant = kept("show", case, "--unmasked", agency="default", user="root")["applicant"]
        assert applicant["name"] == "（已按保存期限删除）"
    open_case = kept("show", "2025-011", "--unmasked", agency="default", user="root")
    assert open_case["applicant"]["name"] == "轩辕静"


def test_messages_that_were_given_up_can_be_sent_again(kept):
    dead = kept("relay", "--dead", agency="county")["dead"]
    assert [item["key"] for item in dead] == ["county/W-1/4", "county/W-4/1", "county/W-2/1"]
    assert kept("relay", "--replay-all", agency="county") == {"replayed": 3}


def test_an_old_case_goes_on_and_its_paper_takes_the_next_number(kept, head):
    moved = kept(
        "move",
        "W-2",
        "reply",
        "--data",
        "answer=O02",
        "--data",
        "delivery=in_person",
        "--data",
        "ground=可以公开",
        agency="county",
        user=head,
    )
    assert (moved["state"], moved["seq"]) == ("replied", 3)
    assert (
        kept("issue", "W-2", "reply", "--carrier", "text", agency="county", user=head)["number"]
        == "望政公开〔2025〕2号"
    )
    assert kept("tick", user="root")["day"] == TODAY
    assert kept.verify() == KEPT | {"events": 121, "papers": 8}


def test_what_papers_had_counted_is_moved_to_the_one_table_of_counts(raw):
    before = raw.rows("SELECT agency, series, year, last FROM dsc_series ORDER BY 1, 2, 3")
    assert len(before) > 1
    raw("db", "upgrade")
    assert raw.rows("SELECT agency, series, year, last FROM dsc_serial WHERE kind = 'paper' ORDER BY 1, 2, 3") == before
    assert raw.rows("SELECT name FROM sqlite_master WHERE name = 'dsc_series'") == []


def test_the_cases_of_an_old_year_are_gone_on_from_by_number(kept):
    assert kept.rows("SELECT max(case_no) FROM dsc_case WHERE agency = 'default'") == [("2025-012",)]
    assert kept("numbering", user="root")["cases"] == {"pattern": "{year}-{serial:03}", "next": "2025-013"}


def test_an_old_draft_is_approved_and_makes_its_move(kept):
    sheet = "2025-011#1"
    kept("send", sheet, agency="default", user="u1")
    kept("approve", sheet, agency="default", user="u10")
    moved = kept("approve", sheet, agency="default", user="u2")["moved"]
    assert (moved["state"], moved["due_on"]) == ("accepted", "2025-07-04"), "the applicant has not been told"
    posted = ("dispatch", "--data", "of=extension", "--data", "method=post", "--data", "carrier=ems")
    moved = kept("move", "2025-011", *posted, agency="default", user="u2")
    assert (moved["state"], moved["due_on"]) == ("extended", "2025-08-01")  # twenty working days after 4 July
    assert kept.verify() == KEPT | {"events": 122}
