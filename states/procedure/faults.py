"""What is wrong with files of declarations: every fault of every file, found when they are loaded."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ..errors import Fault
from .case import REMEDY_STATES, State
from .declaration import AnyMove, MachineKind, guard_name
from .fields import Privacy, RemedyStepData, When
from .names import paper_names
from .reading import adapter_of, branches, choice_in, key_in, label_in, models, objects, same

_NAME = re.compile(r"[a-z]+(_[a-z]+)*")


def files_of(package: str, faults: list[Fault]) -> Iterator[tuple[str, ModuleType]]:
    """Every file of a package of declarations with what it holds; one that cannot be read is added to the faults."""
    for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
        file = f"{info.name}.py"
        try:
            module = importlib.import_module(f"{package}.{info.name}")
        except Exception as error:  # whatever is wrong with a file, the others are looked at too
            reason = f"{type(error).__name__}: {error}"
            faults.append(fault(file, "", "", "declaration_unreadable", reason=reason))
        else:
            yield file, module


def fault(file: str, name: str, field: str, problem: str, **more: object) -> Fault:
    """One fault of a declaration: its file, its name, and the field in which it lies."""
    where = ".".join(part for part in (name, field) if part)
    return {"field": f"{file} {where}".strip(), "problem": problem, "file": file, "name": name, **more}


class Named(NamedTuple):
    """A declaration as it is told from others: by its file, its name and its title."""

    file: str
    name: str
    title: str


def name_faults(found: Iterable[Named]) -> Iterator[Fault]:
    """Names that are no words in small letters, and names and titles that two declarations bear."""
    names: dict[str, str] = {}
    titles: dict[str, str] = {}
    for file, name, title in found:
        if name and not _NAME.fullmatch(name):
            yield fault(file, name, "name", "name_not_snake", value=name)
        if name in names:
            yield fault(file, name, "name", "name_taken", value=names[name])
        elif title in titles:
            yield fault(file, name, "title", "title_taken", value=titles[title])
        names.setdefault(name, file)
        if title:
            titles.setdefault(title, f"{file} {name}")


_STATES: dict[MachineKind, frozenset[str]] = {
    "case": frozenset(map(str, State)),
    "review": frozenset(REMEDY_STATES["review"]),
    "suit": frozenset(REMEDY_STATES["suit"]),
}


def move_faults(file: str, move: AnyMove, known: set[str]) -> Iterator[Fault]:
    """What is wrong with a move itself, its fields apart; ``known`` are the keys of the rules of law."""
    for name in ("name", "title", "description"):
        if not getattr(move, name):
            yield fault(file, move.name, name, "missing")
    articles = {"article": move.article} | {
        f"conditions.{condition.ask.__name__}": condition.article for condition in move.conditions
    }
    for field, article in articles.items():
        if not article:
            yield fault(file, move.name, field, "article_missing")
        elif article not in known:
            yield fault(file, move.name, field, "unknown_rule", value=article)
    for paper in move.papers:
        if paper not in paper_names():
            yield fault(file, move.name, "papers", "unknown_paper", value=paper)
    yield from _arrow_faults(file, move)
    if not (isinstance(move.data, type) and issubclass(move.data, BaseModel)):
        yield fault(file, move.name, "data", "not_a_model")
        return
    if move.of != "case" and not issubclass(move.data, RemedyStepData):
        yield fault(file, move.name, "data", "names_no_remedy")
    if not move.amends and "data" in {info.alias or key for key, info in move.data.model_fields.items()}:
        yield fault(file, move.name, "data", "field_reserved")  # an amendment's own, whose places it would take


def _arrow_faults(file: str, move: AnyMove) -> Iterator[Fault]:
    if not (move.arrows or move.opens or move.amends):
        yield fault(file, move.name, "arrows", "missing")
    for arrow in move.arrows:
        for state in (*arrow.sources, arrow.dest):
            if state not in _STATES.get(move.of, ()):
                yield fault(file, move.name, "arrows", "unknown_state", value=state)
        if arrow.guard is not None and not guard_name(arrow).isidentifier():
            yield fault(file, move.name, "arrows", "unknown_guard", value=str(arrow.guard))


class FieldFaults:
    """What the fields of declarations leave unsaid: their words, who may know them, their choices.

    A fault of a model that several declarations share is told once, where it is met first.
    """

    def __init__(self) -> None:
        self._told: set[tuple[type, str, str]] = set()

    def of(self, file: str, name: str, model: type[BaseModel]) -> Iterator[Fault]:
        """The faults of a declaration's data, without those told before."""
        for owner, found in _field_faults(_At(file, name), model):
            key = (owner, str(found["place"]), str(found["problem"]))
            if key not in self._told:
                self._told.add(key)
                yield {word: value for word, value in found.items() if word != "place"}


class _At(NamedTuple):
    """Where in a declaration's data a model stands: inside which fields, of which privacy, under which models."""

    file: str
    name: str
    prefix: str = ""
    outer: Privacy | None = "personal"
    above: tuple[type[BaseModel], ...] = ()

    def fault(self, key: str, problem: str, **more: object) -> Fault:
        """A fault of the model itself; ``place`` is its key there."""
        return fault(self.file, self.name, self.prefix + key, problem, **more) | {"place": key}

    def fault_here(self, key: str, problem: str) -> Fault:
        """A fault that the model has only where it stands."""
        return self.fault(key, problem) | {"place": self.prefix + key}


_Owned = tuple[type, Fault]


def _field_faults(at: _At, model: type[BaseModel]) -> Iterator[_Owned]:
    inside = at._replace(above=(*at.above, model))
    labels: dict[str, str] = {}
    for name, info in model.model_fields.items():
        key, label, owner = key_in(info, name), label_in(info), _owner(model, name)
        faults = [*_word_faults(at, info, key), *_when_faults(at, model, label.when, key)]
        if label.title and labels.setdefault(label.title, key) != key:
            faults.append(at.fault(key, "label_taken", value=labels[label.title]))
        if label.privacy == "personal":
            if at.outer != "personal":
                faults.append(at.fault_here(key, "personal_inside_open"))
            elif not (_parted(info, at.prefix) or _holds_redacted(model, info, key)):
                faults.append(at.fault_here(key, "personal_not_text"))
        yield from ((owner, found) for found in faults)
        for nested in (found for found in models(info.annotation) if found not in inside.above):
            deeper = inside._replace(prefix=f"{at.prefix}{key}.", outer=label.privacy)
            yield from _field_faults(deeper, nested)


def _owner(model: type[BaseModel], name: str) -> type:
    """The class in which a field is written, which other models may take over."""
    return next((found for found in model.__mro__ if name in inspect.get_annotations(found)), model)


def _word_faults(at: _At, info: FieldInfo, key: str) -> Iterator[Fault]:
    label, choice = label_in(info), choice_in(info)
    if not label.title:
        yield at.fault(key, "label_missing")
    if label.privacy not in get_args(Privacy):
        yield at.fault(key, "privacy_missing")
    if choice is None:
        return
    for value, text in choice.labels.items():
        if not text:
            yield at.fault(key, "choice_label_missing", value=value)
    words = Counter(word for texts in choice.words.values() for word in dict.fromkeys(texts) if word)
    for word in (word for word, times in words.items() if times > 1 or word in choice.older):
        yield at.fault(key, "choice_word_taken", value=word)
    for value in (value for value in choice.older.values() if value not in choice.words):
        yield at.fault(key, "older_word_unknown", value=value)


def _when_faults(at: _At, model: type[BaseModel], when: When | None, key: str) -> Iterator[Fault]:
    """What makes a field required is another field of the same object, with a value that this may have."""
    if when is None or not (when.field or when.value != ""):
        return
    known = {key_in(info, name): info for name, info in model.model_fields.items()}
    if when.field not in known or when.field == key:
        yield at.fault(key, "when_unknown_field", value=when.field)
        return
    try:
        read = adapter_of(known[when.field]).validate_python(when.value)
    except ValidationError:
        read = None
    if not same(read, when.value):
        yield at.fault(key, "when_unknown_value", value=when.value, by=when.field)


def _parted(info: FieldInfo, prefix: str) -> bool:
    """Whether the fields inside a personal one are put aside one by one: of one object that lies inside no other."""
    kinds = [kind for kind in branches(info.annotation) if kind is not type(None)]
    return not prefix and len(kinds) == 1 and kinds == objects(info.annotation)


def _holds_redacted(model: type[BaseModel], info: FieldInfo, key: str) -> bool:
    """Whether a field takes any text, as of personal data the history keeps a hash only, which is read as its value."""
    if len(objects(info.annotation)) > 1:
        return False
    try:
        model.model_validate({key: _REDACTED})
    except ValidationError as error:
        return all(found["loc"][:1] != (key,) for found in error.errors(include_url=False))
    return True


_REDACTED = f"sealed:{'0' * 64}"
"""What a hash in the place of personal data looks like."""
