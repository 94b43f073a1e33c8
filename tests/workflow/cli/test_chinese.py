"""Help is Chinese for this project's commands, and click stays as it is for the host's."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from disclosure.workflow.cli.chinese import ChineseCommand, ChineseContext, ChineseGroup, command, group
from disclosure.workflow.cli.main import commands, disclosure

UNTOUCHED = """
import click

def state():
    classes = [item for item in vars(click).values() if isinstance(item, type)]
    return {(item.__name__, name): value for item in classes for name, value in vars(item).items()}

before = state()
import importlib, pkgutil
import disclosure.workflow.cli
for found in pkgutil.iter_modules(disclosure.workflow.cli.__path__):
    importlib.import_module(f"disclosure.workflow.cli.{found.name}")
from disclosure.workflow.cli.main import run
assert run(["--help"]) == 0 and run(["relay", "--help"]) == 0 and run(["nonsense"]) == 2
after = state()
assert before.keys() == after.keys()
assert [key for key in before if before[key] is not after[key]] == []
assert click.Command.context_class is click.Context
assert click.Context.formatter_class is click.HelpFormatter

@click.command()
def hosts_own():
    pass

assert hosts_own.get_help(click.Context(hosts_own)).startswith("Usage:")
"""


def test_importing_and_running_the_command_line_changes_nothing_in_click():
    done = subprocess.run([sys.executable, "-c", UNTOUCHED], capture_output=True, text=True)  # noqa: S603 - this interpreter
    assert done.returncode == 0, done.stderr


def every_command(found: click.Command, path: str = "disclosure"):
    """A command with all that is under it."""
    yield path, found
    if isinstance(found, click.Group):
        for name in found.list_commands(click.Context(found)):
            under = found.get_command(click.Context(found), name)
            assert under is not None
            yield from every_command(under, f"{path} {name}")


def test_every_command_and_group_is_a_class_of_our_own():
    found = dict(every_command(disclosure))
    assert len(found) > len(commands())
    for path, item in found.items():
        assert isinstance(item, ChineseCommand | ChineseGroup), path
        assert item.context_class is ChineseContext, path
        if not path.endswith(" --help"):
            shown = item.get_help(item.context_class(item, info_name=path))
            assert "Usage:" not in shown and "Options:" not in shown, path


@pytest.mark.parametrize("make", [command, group])
def test_help_has_chinese_headings(make):
    @make("x", help="说明")
    def run() -> None:
        """Nothing."""

    shown = CliRunner().invoke(run, ["--help"]).output
    assert shown.startswith("用法")
    assert "Usage" not in shown
