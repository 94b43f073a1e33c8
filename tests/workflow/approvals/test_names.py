"""The names of the verbs, read from the text of their files."""

import subprocess
import sys

from disclosure.workflow.approvals.catalogue import VERB_ENTRIES, VERBS
from disclosure.workflow.approvals.names import verb_names


def test_the_text_of_the_files_names_every_verb_as_it_is_declared():
    declared = [(item.name, item.title, item.description, item.order, item.name in VERBS) for item in VERB_ENTRIES]
    assert [tuple(item) for item in verb_names()] == declared


def test_the_list_of_commands_imports_no_verb(tmp_path):
    code = (
        "import sys; from disclosure.workflow.cli.main import run; run(['--help']);"
        "print([name for name in ('pydantic', 'sqlalchemy', 'disclosure.workflow.approvals.catalogue',"
        " 'disclosure.states.procedure') if name in sys.modules])"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, check=True, text=True, encoding="utf-8")  # noqa: S603
    assert "加签" in done.stdout and done.stdout.splitlines()[-1] == "[]"
