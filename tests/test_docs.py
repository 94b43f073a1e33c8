"""What the documents say of approvals is what the product does."""

import re
import tomllib
from pathlib import Path

from disclosure.workflow import TomlDirectory
from disclosure.workflow.approvals.catalogue import VERB_ENTRIES, VERBS
from disclosure.workflow.cli.main import run

ROOT = Path(__file__).parents[1]
MANUAL = (ROOT / "docs" / "manual.md").read_text("utf-8")
INTERFACES = (ROOT / "docs" / "interfaces.md").read_text("utf-8")


def test_the_tables_of_the_manual_are_fresh():
    from manual_page import PAGE, page

    assert PAGE.read_text("utf-8") == page(), "run: python tests/support/manual_page.py"


def test_the_table_of_verbs_names_every_verb_with_its_rule():
    rows = re.findall(r"^\| ([a-z-]+) \| (\S+) \| (.+) \|$", MANUAL, re.MULTILINE)
    assert [(title, rule) for _, title, rule in rows] == [(item.title, item.rule) for item in VERB_ENTRIES]


def test_the_directory_of_the_documents_can_be_loaded():
    text = next(block for block in re.findall(r"```toml\n(.*?)```", INTERFACES, re.DOTALL) if "[[person]]" in block)
    assert len(TomlDirectory.parse(text)) == 2


def test_the_table_of_roles_names_every_role():
    import disclosure.workflow

    roles = tomllib.loads((Path(disclosure.workflow.__file__).parent / "kernel" / "roles.toml").read_text("utf-8"))
    part = INTERFACES.split("| role | may |")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", part)) == set(roles)


def test_every_verb_has_its_command(capsys):
    for verb in VERBS:
        assert run([verb.replace("_", "-"), "--help"]) == 0
        assert VERBS[verb].rule[:10] in capsys.readouterr().out.replace("\n", "").replace(" ", "")
