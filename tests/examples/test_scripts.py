"""Each example is run as a host's engineer runs it, and prints what its head says."""

import ast
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "examples"
SCRIPTS = (
    "approval",
    "asyncio_host",
    "django_host",
    "embed",
    "flask_host",
    "host_migrations",
    "own_channel",
    "own_directory",
    "own_table",
    "scheduler",
)


def promised(script: Path) -> str:
    """What the head of a script says that it prints."""
    head = ast.get_docstring(ast.parse(script.read_text("utf-8"))) or ""
    return textwrap.dedent(head.partition("\nPrints:\n")[2])


def test_every_script_that_prints_is_run_here():
    assert tuple(path.stem for path in sorted(FOLDER.glob("*.py")) if promised(path)) == SCRIPTS


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_example_prints_what_its_head_says(name, tmp_path):
    script = FOLDER / f"{name}.py"
    environment = os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error"}
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, script], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == promised(script).strip()
    assert not list(tmp_path.iterdir()), "an example leaves nothing behind"
