"""The table of what every door asks, between two markers in ``docs/security.md``.

``python tests/support/security_page.py`` calls every door as somebody without a role, and as a stranger to the case,
and writes down what each asked before it refused.
"""

import contextlib
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from doors import (
    COMMANDS,
    EXEMPT_COMMANDS,
    EXEMPT_FUNCTIONS,
    EXEMPT_OPERATIONS,
    FUNCTIONS,
    NOBODY,
    OPERATIONS,
    STRANGER,
    Ask,
    Asked,
    House,
)

from disclosure.states.errors import DisclosureError
from disclosure.workflow.kernel.context import PERMISSIONS, WORK

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
START = "<!-- made by tests/support/security_page.py: doors -->"
END = "<!-- end of what is made -->"


def page() -> str:
    """The page with its table as the doors behave."""
    before, _, rest = PAGE.read_text("utf-8").partition(START)
    _, _, after = rest.partition(END)
    return "\n".join([before + START, *table(), END]) + after


def table() -> list[str]:
    """Each door with the permission that it asks, and whether the case must be in sight as well."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        house = House(Path(folder))
        functions = [_row(f"`{name}`", *_of_function(house, name)) for name in sorted(FUNCTIONS)]
        commands = [
            _row(f"`{' '.join(ways[0][: len(name.split())])}`", *_of_command(house, name))
            for name, ways in COMMANDS.items()
        ]
        web = [
            _row(f"`{sent[0]} {sent[1].partition('?')[0]}`", *_of_operation(house, name))
            for name, sent in OPERATIONS.items()
        ]
        house.engine.dispose()
    exempt = EXEMPT_FUNCTIONS | EXEMPT_COMMANDS | EXEMPT_OPERATIONS
    head = ["| door | asks | and the case in sight |", "|---|---|---|"]
    return [
        "",
        "Python, `disclosure.workflow`:",
        "",
        *head,
        *functions,
        "",
        "The program `disclosure`:",
        "",
        *head,
        *commands,
        "",
        "HTTP, below `api/v1/` (an example of each):",
        "",
        *head,
        *web,
        "",
        "These ask nobody:",
        "",
        "| door | why |",
        "|---|---|",
        *(f"| `{name}` | {reason} |" for name, reason in exempt.items()),
        "",
    ]


def _row(door: str, asked: list[Ask], strange: list[Ask]) -> str:
    wanted = dict.fromkeys(_words(ask.permissions) for ask in asked)
    return f"| {door} | {'; '.join(wanted)} | {'yes' if any(ask.of_case for ask in strange) else ''} |"


def _words(permissions: tuple[str, ...]) -> str:
    if permissions == PERMISSIONS:
        return "any permission at all"
    return "work on cases" if permissions == WORK else " or ".join(f"`{name}`" for name in permissions)


def _of_function(house: House, name: str) -> Iterator[list[Ask]]:
    """What a function asks of somebody without a role, and of a stranger."""
    for actor in (NOBODY, STRANGER):
        with Asked() as asked, contextlib.suppress(DisclosureError):
            house.call(name, actor)
        yield asked.found


def _of_command(house: House, name: str) -> Iterator[list[Ask]]:
    """The same of a command, in every way in which it is typed."""
    for actor in (NOBODY, STRANGER):
        quiet = io.StringIO()
        with Asked() as asked, contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            for arguments in COMMANDS[name]:
                house.run(arguments, actor.user_id)
        yield asked.found


def _of_operation(house: House, name: str) -> Iterator[list[Ask]]:
    """The same of an operation of the HTTP interface."""
    for actor in (NOBODY, STRANGER):
        with Asked() as asked:
            house.ask(name, actor)
        yield asked.found


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
