"""Messages as files in a folder: for closed networks, where another program picks them up."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import Field

from ...states.admission import file_name
from ..files import OWN, write_whole
from .port import Message, NotDelivered
from .settings import ChannelSettings

_LONGEST = 60
"""Characters of the key that the name repeats for people; the hash behind them tells keys apart."""


def title_of(key: str) -> str:
    """What tells the file of a key from every other: its beginning for people, and a hash."""
    return f"{key[:_LONGEST]}-{sha256(key.encode()).hexdigest()[:16]}.json"


class FolderSettings(ChannelSettings):
    """A folder from which another program takes the messages."""

    type: Literal["folder"] = "folder"
    path: str = Field(min_length=1)

    def open(self, secrets: Mapping[str, str]) -> "FolderChannel":
        """The channel; it has no secrets."""
        return FolderChannel(Path(self.path))


class FolderChannel:
    """Writes each message as one file, whole or not at all; a file that exists is not written again."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: Message, at: datetime) -> None:
        """Writes the message as one JSON file.

        Raises:
            NotDelivered: folder_unwritable.
        """
        document = {
            "key": message.key,
            "subject": message.subject,
            "text": message.text,
            "to": list(message.to),
            "private": message.private,
            "data": dict(message.data),
            "written_at": at.isoformat(timespec="seconds"),
        }
        target = self.path / file_name(title_of(message.key))
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                write_whole(target, json.dumps(document, ensure_ascii=False, indent=2).encode(), OWN)
        except OSError as error:
            reason = error.strerror or str(error)
            raise NotDelivered("folder_unwritable", path=str(self.path), reason=reason) from error
