"""The moves' files as a whole: nothing is left unsaid, and a file with faults is refused with all of them."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from move_files import faults

from disclosure.states.errors import UnknownMove
from disclosure.states.procedure import catalogue
from disclosure.states.procedure.catalogue import declared, fields_of, known_fields, load, move_of, moves
from disclosure.states.rules.rules import rule, rules

ORDER = [  # of the Regulations, in which lists show them
    "submit",
    "confirm",
    "accept",
    "request_correction",
    "correct",
    "abandon",
    "consult",
    "opinion",
    "lapse_consultation",
    "cancel_consultation",
    "extend",
    "demand_reasons",
    "give_reasons",
    "defer",
    "charge",
    "pay",
    "reply",
    "serve",
    "withdraw",
    "discontinue",
    "close",
    "reopen",
    "file_review",
    "accept_review",
    "notify_review",
    "answer_review",
    "suspend_review",
    "resume_review",
    "decide_review",
    "file_suit",
    "notify_suit",
    "answer_suit",
    "appeal",
    "judge",
    "amend",
]


def test_the_moves_come_in_the_order_of_the_regulations():
    assert [name for name in moves() if name in ORDER] == ORDER


@pytest.mark.parametrize("name", moves())
def test_every_move_and_every_field_of_it_says_what_it_is(name):
    move = move_of(name)
    known = {item.key for item in rules()}
    assert move.title and move.description.endswith("。")
    assert {move.article, *(condition.article for condition in move.conditions)} <= known
    for field in fields_of(name):
        assert field.title and field.privacy in ("public", "office", "personal")
        assert all(field.choices.values())


def test_names_and_titles_are_taken_once():
    titles = [move.title for move in moves().values()]
    assert len(set(titles)) == len(titles)
    keys = [(item.move.name, field.key) for item in declared() for field in fields_of(item.move.name)]
    assert len(set(keys)) == len(keys)


def test_a_field_inside_another_is_known_by_its_dotted_key():
    assert "applicant.kind" in [item.key for item in fields_of("submit")]
    assert known_fields("submit") == {
        "channel",
        "applicant",
        "information",
        "kind",
        "evidence",
        "department",
        "late_reason",
    }
    assert known_fields("consult") == {"id", "with", "name", "served_on", "due_on", "override", "late_reason"}


@pytest.mark.parametrize("name", ["dance", "", None])
def test_an_unknown_move_is_told(name):
    with pytest.raises(UnknownMove):
        move_of(name)


def test_nothing_is_loaded_before_it_is_asked_for():
    source = Path(catalogue.__file__).read_text("utf-8")
    assert "\ndeclared()" not in source and "\nmoves()" not in source


def test_a_file_that_is_added_is_a_move_more(folder):
    folder("b.py", 'second = Move(name="second", **GOOD | {"title": "乙"})', order=20)
    folder("a.py", 'third = Move(name="third", **GOOD | {"title": "丙"})', order=30)
    folder("c.py", 'first = Move(name="first", **GOOD)\nthen = Move(name="then", **GOOD | {"title": "丁"})')
    assert [item.move.name for item in load(folder.package)] == ["first", "then", "second", "third"]


def test_every_fault_of_every_file_is_told_at_once(folder):
    folder("a.py", 'one = Move(name="stroll", **(GOOD | {"title": "", "article": ""}))')
    folder("b.py", 'two = Move(name="stroll", **GOOD)\nagain = Move(name="sleepWell", **GOOD)', order=20)
    folder("c.py", "raise RuntimeError('torn')", order=30)
    folder("d.py", "STEP = None", order=40)
    folder("e.py", 'three = Move(name="sit", **GOOD)', order=20)
    assert sorted(faults(folder)) == [
        ("a.py", "stroll", "article_missing"),
        ("a.py", "stroll", "missing"),
        ("b.py", "sleepWell", "name_not_snake"),
        ("b.py", "sleepWell", "title_taken"),
        ("b.py", "stroll", "name_taken"),
        ("c.py", "", "declaration_unreadable"),
        ("d.py", "", "step_missing"),
        ("e.py", "", "order_taken"),
        ("e.py", "sit", "title_taken"),
    ]


MEDIATION = """
from typing import Annotated

from disclosure.states.procedure.case import State
from disclosure.states.procedure.declaration import Finding, Move, ProcedureStep, condition, lead
from disclosure.states.procedure.fields import Label, MoveData, Text

STEP = ProcedureStep("调解", 69)


class Mediate(MoveData):
    mediator: Annotated[Text, Label("调解人姓名", "personal")]
    place: Annotated[Text | None, Label("调解地点", "office")] = None


@condition("extension")
def not_extended_yet(q):
    return Finding("already_extended", {"days": q.case.extended_days}) if q.case.extended_days else None


def on_post(turn):
    return turn.row.channel == "post"


def note_mediation(case, on, data, law):
    case.handler = data.mediator


mediate = Move(
    name="mediate",
    title="组织调解",
    description="与申请人协商。",
    article="reply",
    data=Mediate,
    arrows=(*lead([State.RECEIVED], State.ACCEPTED, on_post), *lead([State.RECEIVED], State.RECEIVED)),
    conditions=(not_extended_yet,),
    effect=note_mediation,
    papers=("extension",),
)
"""

SUPPORT = Path(__file__).parents[2] / "support"
PROBE = """
import json, sys
from datetime import date

from disclosure.states.procedure import moves as package

package.__path__.append(sys.argv[1])
sys.path.append(sys.argv[2])

from click.testing import CliRunner
from disclosure.states import Case, Event, Law, MoveRefused, advance, describe_moves, personal_fields
from disclosure.states.procedure.options import options
from disclosure.workflow.cli.main import disclosure as cli
from machine_page import mermaid

on, law, data = date(2024, 3, 4), Law.standard(), {"mediator": "某人"}


def case(channel, days=0):
    return Case("1", state="received", channel=channel, received_on=on, extended_days=days)


def made(channel):
    found = advance(case(channel), Event(1, "mediate", on, data=data), law).case
    return [found.state, found.handler]


def refused():
    try:
        advance(case("post", 5), Event(1, "mediate", on, data=data), law)
    except MoveRefused as error:
        return [error.code, error.fields["article"]]


(told,) = [item for item in describe_moves(on) if item["move"] == "mediate"]
print(json.dumps({
    "states": [made("post"), made("online")],
    "refused": refused(),
    "needs": [list(item.needs) for item in options(case("post"), on, law, "mediate")],
    "personal": sorted(personal_fields("mediate")),
    "papers": told["papers"],
    "labels": {key: item["title"] for key, item in told["data"]["properties"].items()},
    "step": told["step"],
    "diagram": [line.strip() for line in mermaid("case").splitlines() if "mediate" in line],
    "help": "mediate 组织调解" in CliRunner().invoke(cli, ["move", "--help"]).output,
}))
"""


def test_a_move_declared_in_one_file_joins_machine_forms_help_diagram_and_personal_fields(tmp_path):
    """With a guard, a condition, an effect and papers of its own, and no other file touched."""
    (tmp_path / "mediation.py").write_text(MEDIATION, "utf-8")
    run = [sys.executable, "-c", PROBE, str(tmp_path), str(SUPPORT)]
    done = subprocess.run(run, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found.pop("labels") == {"mediator": "调解人姓名", "place": "调解地点", "late_reason": "迟录原因"}
    assert found.pop("refused") == ["already_extended", rule("extension", date(2024, 3, 4)).source]
    assert found == {
        "states": [["accepted", "某人"], ["received", "某人"]],
        "needs": [["mediator"]],
        "personal": ["late_reason", "mediator"],
        "papers": [{"paper": "extension", "name": "延长答复期限告知书"}],
        "step": "调解",
        "diagram": ["received --> accepted: mediate [on_post]", "received --> received: mediate"],
        "help": True,
    }
