"""Every move, found in the folder ``moves`` and checked as a whole when it is first asked for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType, ModuleType
from typing import NamedTuple

from pydantic import BaseModel

from ..errors import BadData, Fault, UnknownMove
from ..law.files import OWN, using
from ..rules.rules import rules
from .declaration import AnyMove, Move, ProcedureStep
from .faults import FieldFaults, Named, fault, files_of, move_faults, name_faults
from .fields import Choice, Privacy, When
from .reading import choice_in, items, key_in, label_in, objects

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
    column: str = ""

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
    with using(OWN):  # for the whole process: a form offers what the product's own law knows
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


def typed_move(name: object) -> AnyMove:
    """The move of a name that somebody has given: it may be no text at all.

    Raises:
        UnknownMove.
    """
    if not isinstance(name, str):
        raise UnknownMove(move=type(name).__name__)
    return move_of(name)


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
        label, key = label_in(info), prefix + key_in(info, name)
        yield Field(
            key=key,
            title=label.title,
            privacy=label.privacy or "personal",
            description=label.description,
            required=info.is_required(),
            when=label.when,
            choice=choice_in(info),
            inner=bool(prefix),
            column=label.column,
        )
        inside = (*objects(info.annotation), *items(info.annotation))
        for nested in (found for found in inside if found not in above):
            yield from _fields(nested, f"{key}.", above)


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
    of_fields = FieldFaults()
    for item in found:
        faults += move_faults(item.file, item.move, known)
        if isinstance(item.move.data, type) and issubclass(item.move.data, BaseModel):
            faults += of_fields.of(item.file, item.move.name, item.move.data)
    faults += name_faults(Named(item.file, item.move.name, item.move.title) for item in found)
    faults += _doubled_orders(found)
    if faults:
        raise BadData(*faults)
    return tuple(found)


def _declared(file: str, module: ModuleType, faults: list[Fault]) -> list[Declared]:
    """The moves of one file in the order in which they stand."""
    step = getattr(module, "STEP", None)
    if not isinstance(step, ProcedureStep) or not step.title:
        faults.append(fault(file, "", "STEP", "step_missing"))
        step = ProcedureStep("", 0)
    return [Declared(file, step, item) for item in vars(module).values() if isinstance(item, Move)]


def _doubled_orders(found: list[Declared]) -> Iterator[Fault]:
    orders: dict[int, str] = {}
    for item in found:
        if orders.setdefault(item.step.order, item.file) != item.file:
            yield fault(item.file, "", "STEP.order", "order_taken", value=orders[item.step.order])
