"""Whether the law's files are in order: every fault of every file, before the law is used."""

from collections.abc import Callable, Iterator

from ..calendar.holidays import holiday_law
from ..errors import BadData, Fault
from ..law.files import OWN, LawFiles, law_names, using
from ..rules.dated import instruments
from ..rules.fees import tariffs
from ..rules.forms import forms
from ..rules.outcomes import outcomes
from ..rules.receipt import channels
from ..rules.remedies import agency_kinds
from ..rules.rules import rules
from ..rules.service import service_keys
from ..rules.settings import questions

_TABLES: tuple[Callable[[], object], ...] = (
    instruments,
    rules,
    outcomes,
    forms,
    questions,
    channels,
    service_keys,
    agency_kinds,
    tariffs,
    holiday_law,
)


def law_faults(files: LawFiles | None = None) -> list[Fault]:
    """Every fault of the law's files, each with field, problem, origin and line; of the product's own without files."""
    own = _known()
    chosen = files or OWN
    found: list[Fault] = list(_strange_names(chosen))
    with using(chosen):
        for table in _TABLES:
            try:
                table()
            except BadData as error:
                found += [fault for fault in error.faults if fault not in found]
        return found or [*_missing(own), *_disagreements()]


def _strange_names(files: LawFiles) -> Iterator[Fault]:
    """Files of a folder that take the place of none."""
    if files.folder is None:
        return
    for path in sorted(files.folder.glob("*.toml")):
        if path.name not in law_names():
            yield {
                "field": path.name,
                "problem": "no_such_law_file",
                "choices": "、".join(law_names()),
                "origin": path.name,
            }


def _keys() -> dict[str, set[str]]:
    """What the program asks the law's files for, by file."""
    return {
        "periods.toml": {rule.key for rule in rules()},
        "outcomes.toml": {item.code for item in outcomes()},
        "receipt.toml": set(channels()),
        "service.toml": set(service_keys()),
        "questions.toml": {item.key for item in questions() if item.key is not None},
        "remedies.toml": set(agency_kinds()),
    }


def _known() -> dict[str, set[str]]:
    with using(OWN):
        return _keys()


def _missing(own: dict[str, set[str]]) -> Iterator[Fault]:
    """Parts of the law that the product's own files have, so that the program asks for them."""
    for name, keys in _keys().items():
        for key in sorted(own[name] - keys):
            yield {"field": key, "problem": "part_of_law_missing", "origin": name}


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
