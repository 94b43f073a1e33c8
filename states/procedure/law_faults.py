"""Whether the law's files are in order: every fault of every file, before the law is used.

Each file is judged by itself. What rests on a part that can't be read is not blamed for it: such a part is
known by its name, and is taken to hold on any day.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from ..calendar.holidays import holiday_law
from ..errors import BadData, Fault
from ..law import INSTRUMENTS, Origin, read_text
from ..law.files import OWN, LawFiles, law_names, law_text, refuse, stand_in, using
from ..rules.dated import Confidence, Instrument, instruments
from ..rules.fees import tariffs
from ..rules.forms import NAME as FORMS
from ..rules.forms import YEARS_GAP, forms
from ..rules.outcomes import outcomes
from ..rules.receipt import channels
from ..rules.remedies import agency_kinds, asked_questions, route_questions
from ..rules.rules import Rule, rules, rules_by_file
from ..rules.service import service_keys
from ..rules.settings import questions

_TABLES: tuple[Callable[[], object], ...] = (
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
_PART = re.compile(r"^\s*\[([\w-]+)\]", re.MULTILINE)
_BROUGHT = re.compile(rf"^\s*\[\s*{INSTRUMENTS}\.([\w-]+)", re.MULTILINE)
_ROW = re.compile(r'\bkey\s*=\s*"([^"]+)"')
_QUESTION = re.compile(r'^key\s*=\s*"([^"]+)"', re.MULTILINE)
_BETWEEN_FORMS = (YEARS_GAP, "versions_overlap")
Parts = Mapping[str, Mapping[str, str]]
"""What the program asks the law's files for, by file: each part with the entry in which it stands."""


def law_faults(files: LawFiles | None = None) -> list[Fault]:
    """Every fault of the law's files, each with field, problem, origin and line; of the product's own without files."""
    with using(LawFiles(gathered=[])):
        own = _parts()
    chosen = files or OWN
    gathered: list[Fault] = []
    with using(LawFiles(chosen.folder, gathered=gathered)):
        _name_what_is_not_read()
        for table in _TABLES:
            try:
                table()
            except BadData as error:
                refuse(*error.faults)
        told = list(_its_own(gathered))
        return [*_strange_names(chosen), *told, *_missing(own, told), *_disagreements(told), *_unknown_questions(told)]


def _its_own(gathered: list[Fault]) -> Iterator[Fault]:
    """The faults without those that follow from others: inside a torn file, between forms of which one is unread."""
    torn = _torn(gathered)
    unread = any(fault["origin"] == FORMS and fault["problem"] not in _BETWEEN_FORMS for fault in gathered)
    for fault in gathered:
        if fault["origin"] in torn:
            follows = fault["field"] != fault["origin"]
        else:
            follows = unread and fault["origin"] == FORMS and fault["problem"] == YEARS_GAP
        if not follows:
            yield fault


def _torn(faults: list[Fault]) -> set[object]:
    """The files of which nothing can be read."""
    return {fault["origin"] for fault in faults if fault["field"] == fault["origin"]}


def _name_what_is_not_read() -> None:
    """Lets each instrument and each rule that can't be read be known by its name."""
    brought = (code for name in law_names() for code in _BROUGHT.findall(law_text(name)))
    unread = (code for code in (*_names("instruments.toml"), *brought) if code not in instruments())
    named = {
        code: Instrument.model_construct(code=code, title=code, document=code, since=date.min, copies=code)
        for code in unread
    }
    stand_in(instruments, {**instruments(), **named})
    stand_in(rules_by_file, {name: (*found, *_unread(name, found)) for name, found in rules_by_file().items()})


def _unread(name: str, found: tuple[Rule, ...]) -> Iterator[Rule]:
    read = {rule.key for rule in found}
    for key in _names(name):
        if key not in read:
            yield _known_by_name(key)


def _known_by_name(key: str) -> Rule:
    """A rule of which no more than its name is known, in force on any day."""
    return Rule(
        key=key,
        id=key,
        section="",
        name=key,
        length=None,
        unit=None,
        bound="",
        keyed_to="",
        since=date.min,
        until=None,
        instrument="",
        article="",
        confidence=Confidence.MEMORY,
        start="",
        start_confidence=None,
        by_notice=False,
        scope=(),
        remark="",
        source="",
    )


def _names(name: str) -> list[str]:
    """The parts of a file by the names that stand in it; of one that can't be read, those of the product's own, too."""
    text = law_text(name)
    try:
        found = list(read_text(text, name)) if text else _PART.findall(OWN.text(name))
    except BadData:
        found = [*_PART.findall(text), *_PART.findall(OWN.text(name))]
    return [key for key in dict.fromkeys(found) if key != INSTRUMENTS]


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


def _parts() -> dict[str, Mapping[str, str]]:
    """What the program asks for; without the files that can't be read."""
    found: dict[str, Mapping[str, str]] = {
        name: {rule.key: rule.key for rule in items} for name, items in rules_by_file().items()
    }
    found["outcomes.toml"] = {item.code: item.code for item in outcomes()}
    found["receipt.toml"] = {key: key for key in channels()}
    found["questions.toml"] = {item.key: item.id for item in questions() if item.key is not None}
    for name, keys in (("service.toml", service_keys), ("remedies.toml", agency_kinds)):
        try:
            found[name] = {key: key for key in keys()}
        except BadData:
            continue
    return found


def _missing(own: Parts, told: list[Fault]) -> Iterator[Fault]:
    """Parts of the law that the product's own files have, so that the program asks for them."""
    torn, known = _torn(told), _parts()
    unread = {(fault["origin"], str(fault["field"]).split(".")[0]) for fault in told}
    there = {key for name in rules_by_file() for key in known[name]}
    for name in own:
        if name not in known or name in torn:
            continue
        for key, entry in sorted(own[name].items()):
            if key in known[name] or (name, entry) in unread or (name in rules_by_file() and key in there):
                continue
            yield Origin(name, law_text(name)).mark({"field": key, "problem": "part_of_law_missing"}, ())


def _disagreements(told: list[Fault]) -> Iterator[Fault]:
    """What is in order by itself and does not fit together, as far as it can be read."""
    rows = {row for form in forms() for row in form.result_rows}
    if any(fault["origin"] == FORMS for fault in told):
        rows.update(_ROW.findall(law_text(FORMS) + OWN.text(FORMS)))
    for item in outcomes():
        if item.row not in rows:
            fault: Fault = {"field": f"{item.code}.row", "problem": "no_such_row", "value": item.row}
            yield Origin("outcomes.toml", law_text("outcomes.toml")).mark(fault, (item.code, "row"))
    keys: dict[str, str] = {}
    for name, found in rules_by_file().items():
        for rule in found:
            if keys.setdefault(rule.id, rule.key) != rule.key:
                fault = {"field": f"{rule.key}.id", "problem": "number_taken", "value": rule.id}
                yield Origin(name, law_text(name)).mark(fault, (rule.key, "id"))


def _unknown_questions(told: list[Fault]) -> Iterator[Fault]:
    """Outcomes and questions that the table of remedies names and that there are not."""
    name = "remedies.toml"
    try:
        named = route_questions()
    except BadData:
        return
    codes = _names("outcomes.toml")
    asked = law_text("questions.toml")
    if "questions.toml" in _torn(told):
        asked = f"{asked}\n{OWN.text('questions.toml')}"
    keys = list(dict.fromkeys(_QUESTION.findall(asked)))
    for place, key in asked_questions():
        if key not in keys:
            strange: Fault = {"field": ".".join(map(str, place)), "problem": "not_one_of", "choices": "、".join(keys)}
            yield Origin(name, law_text(name)).mark(strange, place)
    for version, code, key in named:
        place = ("routes", version, "by_reading")
        for value, known in ((code, codes), (key, keys)):
            if value not in known:
                fault: Fault = {"field": f"routes[{version}].by_reading.{code}", "problem": "not_one_of"}
                yield Origin(name, law_text(name)).mark({**fault, "choices": "、".join(known)}, place)
