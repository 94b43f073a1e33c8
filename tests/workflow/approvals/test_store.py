"""Reading and writing a sheet: found by its name, whole after a round trip, one winner of a race, chained acts."""

from dataclasses import asdict

import pytest
import rows as t
from approvals import Office, person, procedure_text
from sqlalchemy import select

from disclosure.states.errors import BadData, Conflict, UnknownSheet
from disclosure.workflow import Context
from disclosure.workflow.approvals.commands import acting_person
from disclosure.workflow.approvals.sheet import act
from disclosure.workflow.approvals.store import (
    action_hash,
    content,
    content_hash,
    find_name,
    last_act,
    load_sheet,
    new_number,
    save_sheet,
)
from disclosure.workflow.kernel.chains import GENESIS

EXTEND = {"days": 10, "reason": "需要核对多份档案"}


@pytest.fixture
def office(sessions):
    return Office(sessions, text=procedure_text("head disclosure_head any 10", "leader leader any 20")).accept()


def test_a_bare_case_number_means_the_open_sheet_or_the_last_and_two_open_ones_must_be_named(office):
    def named(name):
        with office.sessions() as session:
            return find_name(session.connection(), "default", name)

    with pytest.raises(UnknownSheet):
        named("A-1")
    office.propose()
    office.do("u1", "void", opinion="重拟")
    assert named("A-1") == ("A-1", 1)
    office.propose()
    assert (named("A-1"), named("A-1#1")) == (("A-1", 2), ("A-1", 1))
    office.propose(name="extend", data=EXTEND)
    with pytest.raises(BadData) as error:
        named("A-1")
    assert error.value.faults[0]["value"] == "A-1#2、A-1#3"


def test_the_next_sheet_counts_on_from_the_last_of_its_own_case(office):
    office.accept("A-2").propose()
    office.do("u1", "void", opinion="重拟")
    with office.sessions() as session:
        numbers = [new_number(session.connection(), *of) for of in (("default", "A-1"), ("default", "A-2"))]
    assert numbers == [2, 1]


def test_what_is_written_is_read_back_whole_and_a_sheet_of_another_agency_is_not_found(office):
    office.propose()
    with office.sessions() as session, session.begin():
        context = Context(session, person("u2"), **office.shared)
        kept = load_sheet(context.connection, "default", "A-1#1")
        acting = acting_person(context, kept.sheet.config_id, kept.latest)
        kept.sheet.trouble = "no_candidate"
        kept.sheet.ordered()[1].level = 1
        task = kept.sheet.add_task("read", person("u7"), acting.at)
        task.saved = "先看"
        act(kept.sheet, acting, "copy", None, "请阅", to=["u7"])
        save_sheet(context, kept, acting.at)
        written = asdict(kept.sheet)
    with office.sessions() as session:
        assert asdict(load_sheet(session.connection(), "default", "A-1#1").sheet) == written
        with pytest.raises(UnknownSheet):
            load_sheet(session.connection(), "other", "A-1#1")


def test_who_writes_an_older_version_is_told_who_acted_meanwhile(office):
    office.propose()
    with office.sessions() as session:
        context = Context(session, person("u3"), **office.shared)
        kept = load_sheet(context.connection, "default", "A-1#1")
        session.rollback()
        office.do("u2", "approve")
        kept.sheet.trouble = "no_candidate"
        with pytest.raises(Conflict) as error:
            save_sheet(context, kept, context.stamp)
        session.rollback()
    assert (error.value.code, error.value.fields["by"], error.value.fields["did"]) == (
        "sheet_conflict",
        "李四",
        "approve",
    )
    with office.at_hand("u3") as (sheet, _):
        assert sheet.trouble is None


def test_each_act_is_chained_to_the_one_before_and_its_opinion_is_kept_apart(office):
    office.propose()
    office.do("u2", "approve", opinion="拟同意公开")
    with office.at_hand("u3") as (sheet, _), office.sessions() as session:
        rows = session.execute(select(t.action).order_by(t.action.c.seq)).mappings().all()
        before = GENESIS
        for row in rows:
            assert row["prev_hash"] == before
            assert row["hash"] == action_hash(sheet, row) != action_hash(sheet, {**row, "user_id": "u9"})
            before = row["hash"]
        assert (sheet.head_hash, rows[-1]["verb"]) == (before, "approve")
        assert "拟同意公开" not in rows[-1]["data"]
        assert last_act(session.connection(), sheet.id, "propose")["by"] == "张三"
        assert last_act(session.connection(), sheet.id, "seal") == {}


def test_a_signature_is_over_the_move_its_data_and_the_draft_and_an_edit_leaves_the_new_text(office):
    office.propose(draft="第一稿")
    given = ("salt", "reply", {"answer": "O02"}, "第一稿")
    others = (
        ("other", *given[1:]),
        ("salt", "extend", *given[2:]),
        ("salt", "reply", {"answer": "O01"}, "第一稿"),
        (*given[:3], "第二稿"),
    )
    assert len({content_hash(*item) for item in (given, *others)}) == 5
    office.edit("u1", "A-1#1", {"answer": "O02", "delivery": "post"}, draft="第二稿")
    with office.at_hand("u1") as (sheet, _), office.sessions() as session:
        assert content(session.connection(), sheet)[1] == "第二稿"
        session.execute(t.aside.update().values(payload=None))
        with pytest.raises(UnknownSheet) as error:
            content(session.connection(), sheet)
        session.rollback()
    assert error.value.code == "sheet_erased"
