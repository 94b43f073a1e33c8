"""Every move, found in the folder ``moves`` and checked as a whole when it is first asked for."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, ModuleType, UnionType
from typing import Annotated, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from ..errors import BadData, Fault, UnknownMove
from ..rules.rules import rules
from .case import REMEDY_STATES, State
from .declaration import AnyMove, MachineKind, Move, ProcedureStep, guard_name
from .fields import Choice, Label, Privacy, RemedyStepData, When

FOLDER = f"{__package__}.moves"


class Declared(NamedTuple):
    """A move with the file and the step in which it stands."""

    file: str
    step: ProcedureStep
    move: AnyMove


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a move's data: its key (dotted where it lies inside another), its words, who may know it."""

    key: str
    title: str
    privacy: Privacy
    description: str
    required: bool
    when: When | None
    choice: Choice | None
    inner: bool

    @property
    def choices(self) -> Mapping[str, str]:
        """The values that it may have, each with its label; none where it is free."""
        return self.choice.labels if self.choice else {}


@cache
def declared() -> tuple[Declared, ...]:
    """Every move in the order of the Regulations, with its file and step.

    Raises:
        BadData: with every fault of every file.
    """
    return load(FOLDER)


@cache
def moves() -> Mapping[str, AnyMove]:
    """Every move by its name, in the order of the Regulations."""
    return MappingProxyType({item.move.name: item.move for item in declared()})


@cache
def move_of(name: str) -> AnyMove:
    """The move of that name.

    Raises:
        UnknownMove: the law's procedure has none.
    """
    try:
        return moves()[name]
    except KeyError:
        raise UnknownMove(move=name) from None


@cache
def fields_of(move: str) -> tuple[Field, ...]:
    """The fields of a move's data in their order, those inside another after it."""
    return fields_in(move_of(move).data)


def fields_in(model: type[BaseModel]) -> tuple[Field, ...]:
    """The fields of a model of data in their order, those inside another after it."""
    return tuple(_fields(model))


@cache
def known_fields(move: str) -> frozenset[str]:
    """The keys that the move's data may have, without those inside another."""
    return frozenset(item.key for item in fields_of(move) if not item.inner)


def _fields(model: type[BaseModel], prefix: str = "", above: tuple[type[BaseModel], ...] = ()) -> Iterator[Field]:
    above = (*above, model)
    late = [name for name in model.model_fields if name == "late_reason"]
    for name in [*(name for name in model.model_fields if name not in late), *late]:
        info = model.model_fields[name]
        label = _label(info)
        yield Field(
            key=prefix + (info.alias or name),
            title=label.title,
            privacy=label.privacy or "personal",
            description=label.description,
            required=info.is_required(),
            when=label.when,
            choice=_choice(info),
            inner=bool(prefix),
        )
        for nested in (found for found in _objects(info.annotation) if found not in above):
            yield from _fields(nested, f"{prefix}{info.alias or name}.", above)


def _label(info: FieldInfo) -> Label:
    return next((item for item in info.metadata if isinstance(item, Label)), Label())


def _choice(info: FieldInfo) -> Choice | None:
    """The choice of a field, which a type that may be left out keeps one level deeper."""
    kept = [*info.metadata, *(item for kind in get_args(info.annotation) for item in getattr(kind, "__metadata__", ()))]
    return next((item for item in kept if isinstance(item, Choice)), None)


def _objects(kind: object) -> list[type[BaseModel]]:
    """The models of a field that is an object with fields of its own, also where it may be left out."""
    return [item for item in _branches(kind) if isinstance(item, type) and issubclass(item, BaseModel)]


def _branches(kind: object) -> list[object]:
    """Each of the types that a value may have."""
    if get_origin(kind) is Annotated:
        return _branches(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [found for item in get_args(kind) for found in _branches(item)]
    return [kind]


def _models(kind: object) -> list[type[BaseModel]]:
    """Every model of which a field is made, also those in lists and tables."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return [kind]
    return list(dict.fromkeys(found for item in get_args(kind) for found in _models(item)))


def load(package: str) -> tuple[Declared, ...]:
    """The moves that the files of a package declare.

    Raises:
        BadData: with every fault: file, move, field, problem.
    """
    faults: list[Fault] = []
    found: list[Declared] = []
    for file, module in files_of(package, faults):
        found += _declared(file, module, faults)
    found.sort(key=lambda item: item.step.order)
    known = {item.key for item in rules()}
    for item in found:
        faults += _faults(item, known)
    faults += _doubled(found)
    if faults:
        raise BadData(*faults)
    return tuple(found)


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


def _declared(file: str, module: ModuleType, faults: list[Fault]) -> list[Declared]:
    """The moves of one file in the order in which they stand."""
    step = getattr(module, "STEP", None)
    if not isinstance(step, ProcedureStep) or not step.title:
        faults.append(fault(file, "", "STEP", "step_missing"))
        step = ProcedureStep("", 0)
    return [Declared(file, step, item) for item in vars(module).values() if isinstance(item, Move)]


def fault(file: str, name: str, field: str, problem: str, **more: object) -> Fault:
    """One fault of a declaration: its file, its name, and the field in which it lies."""
    where = ".".join(part for part in (name, field) if part)
    return {"field": f"{file} {where}".strip(), "problem": problem, "file": file, "name": name, **more}


def _doubled(found: list[Declared]) -> Iterator[Fault]:
    seen: dict[str, str] = {}
    orders: dict[int, str] = {}
    for item in found:
        if item.move.name in seen:
            yield fault(item.file, item.move.name, "name", "name_taken", value=seen[item.move.name])
        seen.setdefault(item.move.name, item.file)
        if orders.setdefault(item.step.order, item.file) != item.file:
            yield fault(item.file, "", "STEP.order", "order_taken", value=orders[item.step.order])


def _faults(item: Declared, known: set[str]) -> Iterator[Fault]:
    file, move = item.file, item.move
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
    yield from _arrow_faults(item)
    if not (isinstance(move.data, type) and issubclass(move.data, BaseModel)):
        yield fault(file, move.name, "data", "not_a_model")
        return
    if move.of != "case" and not issubclass(move.data, RemedyStepData):
        yield fault(file, move.name, "data", "names_no_remedy")
    yield from field_faults(file, move.name, move.data)


_STATES: dict[MachineKind, frozenset[str]] = {
    "case": frozenset(map(str, State)),
    "review": frozenset(REMEDY_STATES["review"]),
    "suit": frozenset(REMEDY_STATES["suit"]),
}


def _arrow_faults(item: Declared) -> Iterator[Fault]:
    move = item.move
    if not (move.arrows or move.opens or move.amends):
        yield fault(item.file, move.name, "arrows", "missing")
    for arrow in move.arrows:
        for state in (*arrow.sources, arrow.dest):
            if state not in _STATES.get(move.of, ()):
                yield fault(item.file, move.name, "arrows", "unknown_state", value=state)
        if arrow.guard is not None and not guard_name(arrow).isidentifier():
            yield fault(item.file, move.name, "arrows", "unknown_guard", value=str(arrow.guard))


def field_faults(
    file: str,
    name: str,
    model: type[BaseModel],
    prefix: str = "",
    outer: Privacy | None = "personal",
    above: tuple[type[BaseModel], ...] = (),
) -> Iterator[Fault]:
    """What is missing in a data model: titles of fields, who may know them, labels of choices."""
    above = (*above, model)
    for field, info in model.model_fields.items():
        key, label, choice = info.alias or field, _label(info), _choice(info)
        where = prefix + key
        if not label.title:
            yield fault(file, name, where, "label_missing")
        if label.privacy not in get_args(Privacy):
            yield fault(file, name, where, "privacy_missing")
        for value in (value for value, text in choice.labels.items() if not text) if choice else ():
            yield fault(file, name, where, "choice_label_missing", value=value)
        if label.privacy == "personal":
            if outer != "personal":
                yield fault(file, name, where, "personal_inside_open")
            elif not (_parted(info, prefix) or _takes_redacted(model, info, key)):
                yield fault(file, name, where, "personal_not_text")
        for nested in (found for found in _models(info.annotation) if found not in above):
            yield from field_faults(file, name, nested, f"{where}.", label.privacy, above)


def _parted(info: FieldInfo, prefix: str) -> bool:
    """Whether the fields of a personal object are redacted one by one: only for one object, not inside another."""
    kinds = [kind for kind in _branches(info.annotation) if kind is not type(None)]
    return not prefix and len(kinds) == 1 and kinds == _objects(info.annotation)


def _takes_redacted(model: type[BaseModel], info: FieldInfo, key: str) -> bool:
    """Whether a field accepts any text: the history holds a hash in place of personal data, which must be readable."""
    if len(_objects(info.annotation)) > 1:
        return False
    try:
        model.model_validate({key: _REDACTED})
    except ValidationError as error:
        return all(found["loc"][:1] != (key,) for found in error.errors(include_url=False))
    return True


_REDACTED = f"sealed:{'0' * 64}"
"""What a hash in the place of personal data looks like."""
