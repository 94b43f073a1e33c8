"""Numbers of cases and names of sheets in an address: what gateways swallow is written with ``~``.

``%2F`` is decoded by most servers and refused by some gateways before anybody sees it. So ``2024/017`` is printed as
``2024~2F017`` and ``2024-017#1`` as ``2024-017~231``; both ways of writing are read.
"""

import re
from collections.abc import MutableMapping
from urllib.parse import urlsplit

from werkzeug.routing import BaseConverter

_PLAIN = re.compile(r"[^\x00-\x7f]|[0-9A-Za-z_-]")
_ESCAPED = re.compile("~([0-7][0-9A-Fa-f])")
_TOKEN = re.compile("%[0-9A-Fa-f]{2}|.", re.DOTALL)
_RAW = ("REQUEST_URI", "RAW_URI")
"""Where servers put the address as it came, still encoded."""


def written(name: str) -> str:
    """A name as an address holds it: letters and figures as they are, dots between them too."""
    inner = name.strip(".")
    dotted = _PLAIN.pattern + r"|\." if inner else _PLAIN.pattern
    return re.sub(f"(?!{dotted}).", lambda found: f"~{ord(found[0]):02X}", name, flags=re.DOTALL)


def read(text: str) -> str:
    """The name that stands in an address."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


class NameConverter(BaseConverter):
    """One part of an address that is a name."""

    def to_python(self, value: str) -> str:
        """Reads it."""
        return read(value)

    def to_url(self, value: object) -> str:
        """Writes it."""
        return super().to_url(written(str(value)))


def keep_slashes(environ: MutableMapping[str, object]) -> None:
    """Puts ``~2F`` for each ``%2F`` of the address as it came, where the server tells it: the path has lost them."""
    raw = next((str(environ[name]) for name in _RAW if environ.get(name)), "")
    if "%2f" not in raw.lower():
        return
    target = raw.partition("?")[0]
    tokens = _TOKEN.findall(target if target.startswith("/") else urlsplit(target).path)
    path = str(environ.get("PATH_INFO", ""))
    own = tokens[-len(path) :] if path else []
    if "".join(map(_decoded, own)) == path:  # else somebody on the way has rewritten one of them
        environ["PATH_INFO"] = "".join("~2F" if token.lower() == "%2f" else _decoded(token) for token in own)


def _decoded(token: str) -> str:
    return chr(int(token[1:], 16)) if len(token) > 1 else token
