"""Whether the law's files are in order: every fault of every file, before the law is used."""

from collections.abc import Callable, Iterator

from ..errors import BadData, Fault
from ..law.files import LawFiles, using
from .dated import instruments
from .fees import tariffs
from .forms import forms
from .outcomes import outcomes
from .receipt import channels
from .remedies import agency_kinds
from .rules import rules
from .settings import questions

_TABLES: tuple[Callable[[], object], ...] = (
    instruments,
    rules,
    outcomes,
    forms,
    questions,
    channels,
    agency_kinds,
    tariffs,
)


def law_faults(files: LawFiles | None = None) -> list[Fault]:
    """Every fault of the law's files, each with field, problem, origin and line; of the package's own without files."""
    with using(files or LawFiles()):
        found: list[Fault] = []
        for table in _TABLES:
            try:
                table()
            except BadData as error:
                found += [fault for fault in error.faults if fault not in found]
        return found or list(_disagreements())


def _disagreements() -> Iterator[Fault]:
    """What is in order by itself and does not fit together."""
    rows = {row for form in forms() for row in form.result_rows}
    for item in outcomes():
        if item.row not in rows:
            yield {"field": f"{item.code}.row", "problem": "no_such_row", "value": item.row, "origin": "outcomes.toml"}
    keys: dict[str, str] = {}
    for rule in rules():
        if keys.setdefault(rule.id, rule.key) != rule.key:
            yield {"field": f"{rule.key}.id", "problem": "number_taken", "value": rule.id, "origin": "periods.toml"}
