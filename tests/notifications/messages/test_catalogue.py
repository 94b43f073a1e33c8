"""The catalogue: every code that the law or the programs can raise has its Chinese sentence."""

import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import disclosure
from disclosure.notifications.documents.agency import FIELDS
from disclosure.notifications.documents.kinds import kind, kinds
from disclosure.notifications.messages.catalogue import message_keys, say, say_with
from disclosure.notifications.messages.sentences import field_name, name
from disclosure.states.procedure.case import State
from disclosure.states.procedure.catalogue import move_of, moves
from disclosure.states.procedure.description import choices_of
from disclosure.states.rules.rules import rules
from disclosure.workflow.notices.service import ACTS

FOLDER = Path(str(resources.files(disclosure)))


def codes(pattern: str, *folders: str) -> set[str]:
    """What a pattern finds in the code."""
    return {
        found
        for folder in folders
        for path in (FOLDER / folder).rglob("*.py")
        for found in re.findall(pattern, path.read_text("utf-8"))
    }


def test_every_fault_has_its_sentence():
    found = codes(r'"problem": "(\w+)"', "states", "workflow", "notifications") | codes(
        r"fault\([^()]*(?:\([^()]*\))?[^()]*?, \"(\w+)\"", "states"
    )
    missing = {code for code in found if f"problem_{code}" not in message_keys()}
    assert missing == set()


def test_every_error_of_the_setup_has_its_sentence():
    found = codes(r'SetupError\(\s*"(\w+)"', "workflow")
    assert {code for code in found if code not in message_keys()} == set()


def test_every_condition_and_text_has_its_sentence():
    found = codes(r'Unmet\(\s*"(\w+)"', "states", "workflow") | codes(r'text="(\w+)"', "states", "workflow")
    assert {code for code in found if code not in message_keys() and code != "bad_data"} == set()


def test_every_state_move_and_period_has_its_name():
    assert {f"state_{state}" for state in State} <= message_keys()
    assert {f"move_{move}" for move in moves()} <= message_keys()
    opened = codes(r'open_period\(\s*case, "(\w+)"', "states")
    assert {f"rule_{name}" for name in opened} <= message_keys()
    assert {f"unit_{rule.unit}" for rule in rules() if rule.unit} <= message_keys()


def test_every_particular_of_an_office_and_every_act_has_its_name():
    assert {f"agency_{name}" for name in FIELDS} <= message_keys()
    assert {f"act_{name}" for name in (*ACTS, "issued", "voided")} <= message_keys()
    assert {f"fact_{name}" for item in kinds() for name in (*item.needs, *item.asks)} - {"fact_items"} <= message_keys()


def test_every_key_that_code_says_is_there():
    found = codes(r'\bsay\(\s*"(\w+)"', "notifications", "workflow")
    assert {key for key in found if key not in message_keys()} == set()


def test_every_sentence_can_be_filled_in():
    class Anything(dict):  # type: ignore[type-arg]
        def __missing__(self, key: str) -> str:
            return "某"

    in_braces = {key for key in message_keys() if "{" in say_with(key, Anything())}
    assert in_braces == {"problem_unknown_width", "problem_part_needed", "cli_opt_case_pattern"}, "patterns of numbers"


def test_words_of_moves_come_from_their_declarations_and_stand_in_no_file():
    assert say("move_extend") == move_of("extend").title
    assert {name("channel", key): key for key in choices_of("submit", "channel")} == {
        text: key for key, text in choices_of("submit", "channel").items()
    }
    assert (name("delivery", "entrusted"), name("move", "dance")) == ("委托送达", "dance")
    assert field_name("items") == "补正事项（items）"
    assert field_name("items", "reply") == "分项答复（items）"
    assert field_name("items.0", "reply") == "分项答复（items.0）"
    assert field_name("items.0.ground", "reply") == "分项理由和依据（items.0.ground）"


def test_every_paper_that_a_move_declares_is_a_kind():
    known = {item.key for item in kinds()}
    assert {paper for move in moves().values() for paper in move.papers} <= known
    assert kind("extension").moves == ("extend",)


BROKEN = """
import sys

from disclosure.states.procedure import moves as package

package.__path__.append(sys.argv[1])

from disclosure.workflow.cli.main import run

sys.exit(run(["move", "--help"]))
"""


def test_a_fault_of_a_declaration_is_told_in_a_sentence(tmp_path):
    """Though the words of the moves can't be had then."""
    (tmp_path / "stroll.py").write_text("raise RuntimeError('torn')", "utf-8")
    (tmp_path / "walk.py").write_text("STEP = None", "utf-8")
    asked = [sys.executable, "-c", BROKEN, str(tmp_path)]
    done = subprocess.run(asked, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("bad_data: ") and "Traceback" not in done.stderr
    assert "“stroll.py”读不了：RuntimeError: torn；“walk.py STEP”没有写明是条例的哪一步" in done.stderr
