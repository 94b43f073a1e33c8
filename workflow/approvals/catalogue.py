"""Every verb, found in the folder ``verbs`` and checked as a whole when this file is first imported."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ...states.errors import BadData, Fault
from ...states.procedure.faults import FieldFaults, Named, fault, files_of, name_faults
from .declaration import AnyVerb, Verb, VerbData, VerbEntry

FOLDER = f"{__package__}.verbs"


class Declared(NamedTuple):
    """A verb with the file in which it stands."""

    file: str
    verb: VerbEntry


def load(package: str) -> tuple[Declared, ...]:
    """The verbs that the files of a package declare, in their order.

    Raises:
        BadData: with every fault: file, verb, field, problem.
    """
    faults: list[Fault] = []
    found = [
        Declared(file, item)
        for file, module in files_of(package, faults)
        for item in vars(module).values()
        if isinstance(item, VerbEntry)
    ]
    found.sort(key=lambda item: item.verb.order)
    of_fields = FieldFaults()
    for item in found:
        faults += _faults(item, of_fields)
    faults += name_faults(Named(item.file, item.verb.name, item.verb.title) for item in found)
    faults += _doubled_orders(found)
    if faults:
        raise BadData(*faults)
    return tuple(found)


def _faults(item: Declared, of_fields: FieldFaults) -> Iterator[Fault]:
    file, verb = item
    for name in ("name", "title", "rule"):
        if not getattr(verb, name):
            yield fault(file, verb.name, name, "missing")
    if not isinstance(verb, Verb):
        return
    if isinstance(verb.data, type) and issubclass(verb.data, VerbData):
        yield from of_fields.of(file, verb.name, verb.data)
    else:
        yield fault(file, verb.name, "data", "not_a_model")


def _doubled_orders(found: list[Declared]) -> Iterator[Fault]:
    orders: dict[int, str] = {}
    for file, verb in found:
        if verb.order in orders:
            yield fault(file, verb.name, "order", "order_taken", value=orders[verb.order])
        orders.setdefault(verb.order, file)


VERB_ENTRIES: tuple[VerbEntry, ...] = tuple(item.verb for item in load(FOLDER))
"""Every verb, also those with commands of their own."""

VERBS: Mapping[str, AnyVerb] = MappingProxyType({item.name: item for item in VERB_ENTRIES if isinstance(item, Verb)})
"""Every verb that is done with ``sign``."""
