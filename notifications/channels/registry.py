"""The kinds of channels that an office can set: those shipped, and those that a host registers.

A shipped kind is the module of its name in this folder, which is imported when an office has set it: it holds the
model of settings whose ``type`` is that name. A host registers a kind once, when it starts; the office then names it
as the ``type`` of a channel. It may be given as ``"package.module:Settings"``, which is imported when it is first used.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from .settings import ChannelSettings

Settings = type[ChannelSettings]


def register_channel(kind: str, settings: Settings | str) -> None:
    """Makes a kind of channel known, by the model of its settings; the same model loaded anew replaces the earlier.

    Raises:
        ValueError: the kind is registered already with another model.
    """
    if _place(_KINDS.get(kind) or _shipped(kind) or settings) != _place(settings):
        raise ValueError(f"the channel {kind!r} is registered already")
    _KINDS[kind] = settings


def _place(settings: Settings | str) -> str:
    """Where a model is defined; a module that is loaded anew defines it anew in the same place."""
    return settings if isinstance(settings, str) else f"{settings.__module__}:{settings.__qualname__}"


def remove_channel(kind: str) -> None:
    """Takes a registered kind out again."""
    _KINDS.pop(kind, None)


def channel_kinds() -> tuple[str, ...]:
    """Every kind that can be set, the shipped ones first."""
    shipped = (name for name in _modules() if _shipped(name) is not None)
    return tuple(dict.fromkeys((*shipped, *_KINDS)))


def registered() -> tuple[tuple[str, Settings | str], ...]:
    """Every kind of a host's with what it was registered with."""
    return tuple(_KINDS.items())


def settings_of(kind: str) -> Settings | None:
    """The model of a kind's settings; None where there is no such kind.

    Raises:
        TypeError: what was registered is no model of settings.
    """
    found = _KINDS.get(kind)
    if found is None:
        return _shipped(kind)
    if isinstance(found, str):
        module, _, name = found.partition(":")
        found = getattr(import_module(module), name)
        if not (isinstance(found, type) and issubclass(found, ChannelSettings)):
            raise TypeError(f"{_KINDS[kind]} is not a subclass of ChannelSettings")
    return found


@cache
def _modules() -> tuple[str, ...]:
    """The modules of this folder, none of them imported: the shipped kinds, and what they stand on."""
    found = iter_modules(import_module(__package__).__path__)
    return tuple(item.name for item in found if not (item.ispkg or item.name.startswith("_")))


def _shipped(kind: str) -> Settings | None:
    """The model of a shipped kind; None where no module of that name has one."""
    return next(_models(kind), None) if kind in _modules() else None


def _models(kind: str) -> Iterator[Settings]:
    """The models in the module of a kind that name it."""
    for found in vars(import_module(f"{__package__}.{kind}")).values():
        if (
            isinstance(found, type)
            and issubclass(found, ChannelSettings)
            and found.model_fields["type"].default == kind
        ):
            yield found


_KINDS: dict[str, Settings | str] = {}
