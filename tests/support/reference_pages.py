"""The reference of the Python face, made from signatures and docstrings: one page for each floor.

``python tests/support/reference_pages.py`` writes ``docs/reference/`` afresh. The sources are read, not run: the
pages are the same whatever versions of other packages are installed.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import griffe

import disclosure

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
FLOORS = ("states", "notifications", "workflow")
WEB = "workflow.web"
"""The interface, which hosts import apart from its floor."""
OPEN = {
    "channels.port": ("Channel", "Message", "NotDelivered"),
    "channels.registry": ("channel_kinds", "register_channel", "remove_channel"),
    "channels.settings": ("Audience", "ChannelSettings", "MailAddress", "RequiredVariable", "Variable", "refusal"),
    "channels.webhook": ("verify_signature",),
    "formats.carriers": ("Carrier", "Writer", "carriers", "find_carrier", "register_carrier", "remove_carrier"),
}
"""What a host imports from modules of ``notifications``; the other two floors list their names themselves."""
_TITLES = {
    "states": "The law and a case's life",
    "notifications": "Channels and carriers of the host's own",
    "workflow": "Cases at work",
    WEB: "The web interface",
}
_WIDEST = 110


class Entry(NamedTuple):
    """One public name, and the module below its floor in which it lives."""

    name: str
    module: str
    item: griffe.Object


def pages() -> dict[str, str]:
    """Every page as Markdown, by the name of its file."""
    return {"README.md": _index()} | {f"{floor}.md": _page(floor) for floor in (*FLOORS, WEB)}


@cache
def _package() -> griffe.Module:
    """The package as its sources tell it, without what else stands beside them."""
    installed = Path(str(resources.files(disclosure)))
    with TemporaryDirectory() as folder:
        place = Path(folder, "disclosure")
        place.mkdir()
        for name in ("__init__.py", *FLOORS):
            (place / name).symlink_to(installed / name)
        found = griffe.load("disclosure", search_paths=[folder], allow_inspection=False)
        assert isinstance(found, griffe.Module)
        return found


@cache
def entries(floor: str) -> tuple[Entry, ...]:
    """The public names of a floor, module by module."""
    package = _package()[floor]
    if floor == "notifications":
        return tuple(
            Entry(name, module, package[f"{module}.{name}"]) for module, names in OPEN.items() for name in names
        )
    found = (package[str(name).strip("'\"")] for name in package.exports or ())
    listed = (item.final_target if item.is_alias else item for item in found)
    placed = (Entry(item.name, _below(item.module.path, floor), item) for item in listed)
    return tuple(sorted(placed, key=lambda entry: (entry.module, entry.name)))


def _below(path: str, floor: str) -> str:
    return path.removeprefix(f"disclosure.{floor}.").removeprefix("disclosure.")


def _index() -> str:
    lines = [
        "# Reference",
        "",
        "What a host imports, with signatures, errors and law. Made from the docstrings by"
        " `python tests/support/reference_pages.py`; a test compares.",
        "",
        "| page | import from | holds |",
        "|---|---|---|",
    ]
    for floor in (*FLOORS, WEB):
        origin = "the module in each heading" if floor == "notifications" else f"`disclosure.{floor}`"
        lines.append(f"| [{_TITLES[floor]}]({floor}.md) | {origin} | {_first(_package()[floor])} |")
    return "\n".join([*lines, "", *_errors()]) + "\n"


def _errors() -> list[str]:
    """The tree of errors, as the module that holds them draws it."""
    words = _package()["states.errors"].docstring.value
    head, tree, rest = words.split("\n\n", 2)
    return ["## Errors", "", _marked(head), "", "```text", tree, "```", "", _marked(rest)]


def _page(floor: str) -> str:
    found = entries(floor)
    lines = [f"# `disclosure.{floor}`: {_TITLES[floor].lower()}", "", "| name | |", "|---|---|"]
    rows = zip(found, anchors(entry.name for entry in found), strict=True)
    lines += [f"| [`{entry.name}`](#{anchor}) | {_first(entry.item)} |" for entry, anchor in rows]
    module = ""
    for entry in found:
        if entry.module != module:
            module = entry.module
            path = module if module.startswith(("notifications.", "states.")) else f"{floor}.{module}"
            lines += ["", f"## `disclosure.{path}`", "", _first(_package()[path])]
        lines += ["", f"### {entry.name}", "", *_told(entry.item)]
    return "\n".join(lines) + "\n"


def anchors(names: Iterable[str]) -> Iterator[str]:
    """Where headings of these names are found: in small letters, the second of two alike with a number."""
    seen: Counter[str] = Counter()
    for name in map(str.lower, names):
        yield f"{name}-{seen[name]}" if seen[name] else name
        seen[name] += 1


def _told(item: griffe.Object) -> list[str]:
    """One name: how it is called or what it is, then what its docstring says, then its own public names."""
    if isinstance(item, griffe.Function):
        return [*_code(_signature(item)), *_words(item)]
    if isinstance(item, griffe.Class):
        return _class(item)
    assert isinstance(item, griffe.Attribute)
    shown = f"{item.name}{_kind(item)}"
    whole = f"{shown} = {item.value}"
    return [*_code(whole if len(whole) <= _WIDEST else shown), *_words(item)]


def _class(item: griffe.Class) -> list[str]:
    bases = ", ".join(str(base) for base in item.bases)
    lines = [f"class {item.name}({bases}):" if bases else f"class {item.name}:"]
    members = [member for name, member in item.members.items() if _shown(name, member)]
    lines += [f"    {field}" for member in members if (field := _field(member))]
    start = item.members.get("__init__")
    if isinstance(start, griffe.Function) and "dataclass" not in item.labels:
        call = _signature(start).replace("\n", "\n    ")
        lines += [""] * (len(lines) > 1) + [f"    def {call}: ..."]
    if len(lines) == 1:
        lines[0] += " ..."
    parts = [*_code("\n".join(lines)), *_words(item)]
    for member in members:
        if isinstance(member, griffe.Function):
            parts += ["", f"**`{item.name}.{member.name}`**", "", *_code(_signature(member)), *_words(member)]
        elif "property" in member.labels:
            parts += ["", f"**`{item.name}.{member.name}`** (`{member.annotation}`): {_first(member)}"]
    return parts


def _field(member: griffe.Object | griffe.Alias) -> str:
    """A field with its kind and default; of what ``__init__`` sets, the kind alone, and nothing where it is untold."""
    if not isinstance(member, griffe.Attribute) or "property" in member.labels:
        return ""
    if "class-attribute" in member.labels or member.value is None:
        return f"{member.name}{_kind(member)}{_default(member.value)}"
    return f"{member.name}{_kind(member)}" if member.annotation is not None else ""


def _shown(name: str, member: griffe.Object | griffe.Alias) -> bool:
    return not name.startswith("_") and name != "model_config" and not member.is_alias


def _signature(item: griffe.Function) -> str:
    """The call, on one line where it fits and else with a parameter a line."""
    name = item.name
    shown = list(_parameters(item))
    returns = f" -> {item.returns}" if item.returns is not None and name != "__init__" else ""
    line = f"{name}({', '.join(shown)}){returns}"
    if len(line) <= _WIDEST:
        return line
    return "\n".join([f"{name}(", *(f"    {text}," for text in shown), f"){returns}"])


def _parameters(item: griffe.Function) -> Iterator[str]:
    star = only = False
    for parameter in item.parameters:
        if parameter.name in ("self", "cls"):
            if item.name == "__init__":
                yield "self"
            continue
        kind = parameter.kind
        if only and kind is not griffe.ParameterKind.positional_only:
            yield "/"
        only = kind is griffe.ParameterKind.positional_only
        if kind is griffe.ParameterKind.keyword_only and not star:
            star = True
            yield "*"
        star = star or kind is griffe.ParameterKind.var_positional
        mark = {griffe.ParameterKind.var_positional: "*", griffe.ParameterKind.var_keyword: "**"}.get(kind, "")
        yield f"{mark}{parameter.name}{_kind(parameter)}{'' if mark else _default(parameter.default)}"


def _kind(item: griffe.Attribute | griffe.Parameter) -> str:
    return "" if item.annotation is None else f": {item.annotation}"


def _default(value: object) -> str:
    """What is taken where nothing is given; a private constant is not worth its name."""
    if value is None:
        return ""
    text = str(value)
    return " = ..." if text.startswith("_") or len(text) > 40 else f" = {text}"


def _words(item: griffe.Object) -> list[str]:
    """The docstring: prose, then law and errors in lines of their own."""
    words = item.docstring.value if item.docstring is not None else ""
    blocks = re.sub(r"\n(?=(?:Law|Raises|Returns):)", "\n\n", words).split("\n\n")
    return [line for block in blocks if block.strip() for line in ("", *_block(block.strip("\n")))]


def _block(block: str) -> Iterable[str]:
    label, colon, rest = block.partition(":")
    if colon and label in ("Law", "Raises", "Returns"):
        return [f"**{label}:** {_marked(' '.join(rest.split()))}"]
    if block.startswith("    "):
        return ["```python", *(line.removeprefix("    ") for line in block.splitlines()), "```"]
    return [_marked(block)]


def _first(item: griffe.Object) -> str:
    """The first sentence, on one line."""
    words = item.docstring.value if item.docstring is not None else ""
    return _marked(" ".join(words.split("\n\n")[0].split("\nRaises:")[0].split("\nLaw:")[0].split())).replace(
        "|", "\\|"
    )


def _marked(text: str) -> str:
    return text.replace("``", "`")


def _code(text: str) -> list[str]:
    return ["```python", text.replace("'", '"'), "```"]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8")
