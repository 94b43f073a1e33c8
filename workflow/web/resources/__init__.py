"""The operations of the HTTP interface, one module for each kind of thing, in the order of use."""

import importlib

from ..operations import Operation

_MODULES = ("declared", "cases", "lists", "sheets", "papers", "attachments", "reports", "health")


def operations() -> tuple[Operation, ...]:
    """Every operation, in the order in which ``openapi.json`` lists them."""
    found = (importlib.import_module(f".{name}", __name__) for name in _MODULES)
    return tuple(operation for module in found for operation in module.OPERATIONS)
