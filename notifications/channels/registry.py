"""The kinds of channels that an office can set: those shipped, and those that a host registers.

A host registers a kind once, when it starts; the office then names it as the ``type`` of a channel. A kind may be
given as ``"package.module:Settings"``, which is imported when it is first used; the shipped ones are.
"""

from importlib import import_module

from .settings import ChannelSettings

Settings = type[ChannelSettings]


def register_channel(kind: str, settings: Settings | str) -> None:
    """Makes a kind of channel known, by the model of its settings; the same model loaded anew replaces the earlier.

    Raises:
        ValueError: the kind is registered already with another model.
    """
    if _place(_KINDS.get(kind, settings)) != _place(settings):
        raise ValueError(f"the channel {kind!r} is registered already")
    _KINDS[kind] = settings


def _place(settings: Settings | str) -> str:
    """Where a model is defined; a module that is loaded anew defines it anew in the same place."""
    return settings if isinstance(settings, str) else f"{settings.__module__}:{settings.__qualname__}"


def remove_channel(kind: str) -> None:
    """Takes a registered kind out again."""
    _KINDS.pop(kind, None)


def channel_kinds() -> tuple[str, ...]:
    """Every registered kind, the shipped ones first."""
    return tuple(_KINDS)


def registered() -> tuple[tuple[str, Settings | str], ...]:
    """Every registered kind with what it was registered with."""
    return tuple(_KINDS.items())


def settings_of(kind: str) -> Settings | None:
    """The model of a kind's settings; None where there is no such kind.

    Raises:
        TypeError: what was registered is no model of settings.
    """
    found = _KINDS.get(kind)
    if isinstance(found, str):
        module, _, name = found.partition(":")
        found = getattr(import_module(module), name)
        if not (isinstance(found, type) and issubclass(found, ChannelSettings)):
            raise TypeError(f"{_KINDS[kind]} is not a subclass of ChannelSettings")
    return found


SHIPPED = {
    "mail": "disclosure.notifications.channels.mail:MailSettings",
    "webhook": "disclosure.notifications.channels.webhook:WebhookSettings",
    "folder": "disclosure.notifications.channels.folder:FolderSettings",
    "chat": "disclosure.notifications.channels.chat:ChatSettings",
}
_KINDS: dict[str, Settings | str] = {}
for _kind, _settings in SHIPPED.items():
    register_channel(_kind, _settings)
