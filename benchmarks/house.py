"""Counts how the product is built: rooms, the arrows between them, floors, circles, wide and long functions.

    python benchmarks/house.py                  # the figures, with what stands behind them
    python benchmarks/house.py --walk           # runs one last approval too and lists which functions it enters
    python benchmarks/house.py --walk --check   # status 1 when a bound is exceeded
    python benchmarks/house.py --json

The house is seen twice. Its rooms: the law (``states``), the papers (``notifications``), and of ``workflow``, which
is opened, each folder. And its parts: each folder of all three, or a module that lies there directly. Who imports
from another points an arrow at it; rooms, floors and arrows are bounded for the rooms, and no arrow between parts
may run up or round. What the faces of the three hand on counts for where it comes from. The source is read as text;
only ``--walk`` runs it.

Which room of ``workflow`` may import from which stands in ``pyproject.toml``, the ground first; a bare name is
a room of ``workflow``, and what isn't placed there may be in no circle::

    [tool.disclosure.house]
    floors = [["kernel"], ["cases"], ["approvals", "notices"], ["cli"]]
"""

import argparse
import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

BOUNDS = {
    "rooms": 20,
    "floors": 9,
    "arrows": 100,
    "arrows_up": 0,
    "room_circles": 0,
    "file_circles": 0,
    "modules_in_workflow": 0,
    "wide_functions": 5,
    "long_functions": 3,
    "dict_any": 60,
    "any": 250,
    "walk_files": 13,
}
PARAMETERS, LINES, FACE_LINES = 6, 45, 40
"""A function may have so many parameters and lines, a face so many lines."""

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "disclosure"
TOPS = ("states", "notifications", "workflow")
FACE = "__init__.py"
BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)

Name = tuple[str, ...]
Function = ast.FunctionDef | ast.AsyncFunctionDef
Graph = Mapping[str, set[str]]


@dataclass(frozen=True)
class Source:
    """One file of the product, by its path from the root."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What it says."""
        return ast.parse(self.text, self.path)

    @property
    def name(self) -> Name:
        """The module's name without the product's."""
        parts = tuple(self.path.removesuffix(".py").split("/"))
        return parts[:-1] if self.is_face else parts

    @property
    def is_face(self) -> bool:
        """Whether it stands for its folder."""
        return self.path.rpartition("/")[2] == FACE

    @property
    def package(self) -> Name:
        """The package that its relative imports start from."""
        return self.name if self.is_face else self.name[:-1]

    @property
    def functions(self) -> Iterator[Function]:
        """Every function, methods and inner functions too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def count(self, pattern: str) -> int:
        """How often a pattern occurs."""
        return len(re.findall(pattern, self.text))


def read(root: Path) -> list[Source]:
    """Every file of the three folders."""
    paths = sorted(path for top in TOPS for path in (root / top).rglob("*.py"))
    return [Source(path.relative_to(root).as_posix(), path.read_text("utf-8")) for path in paths]


# What a file imports


def absolute(source: Source, module: str, level: int) -> Name | None:
    """A module's name as seen from the product's root; nothing for what isn't the product's."""
    parts = tuple(module.split(".")) if module else ()
    if level:
        return source.package[: len(source.package) - level + 1] + parts
    return parts[1:] if parts[:1] == (PACKAGE,) else None


def imports(source: Source, nodes: Iterable[ast.AST]) -> Iterator[tuple[Name, str | None, str | None]]:
    """The modules that these nodes import, each with the name taken from it and what it is called here."""
    wanted: list[tuple[str, int, str | None, str | None]]
    for node in nodes:
        if isinstance(node, ast.Import):
            wanted = [(alias.name, 0, None, alias.asname) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            wanted = [(node.module or "", node.level, alias.name, alias.asname) for alias in node.names]
        elif isinstance(node, ast.Call) and (called := by_text(node)) is not None:
            wanted = [(called.lstrip("."), len(called) - len(called.lstrip(".")), None, None)]
        else:
            continue
        for module, level, taken, known_as in wanted:
            if (base := absolute(source, module, level)) is not None:
                yield base, taken, known_as or taken


def by_text(call: ast.Call) -> str | None:
    """The module in ``import_module("...")``."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    if called == "import_module" and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return None


def literals(node: ast.expr) -> list[str]:
    """The texts in a text, tuple or list."""
    items = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    return [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]


class Modules:
    """Finds the file that an import reaches."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = {source.name: source for source in sources}
        self.faces = {name: self.handed_on(face) for name, face in self.sources.items() if face.is_face}

    def handed_on(self, face: Source) -> dict[str, tuple[Name, str]]:
        """The names that a face takes from elsewhere: by its imports, or by a table of modules and names."""
        inside = [node for node in ast.walk(face.tree) if isinstance(node, ast.ImportFrom)]
        found = {name: (base, taken) for base, taken, name in imports(face, inside) if name and taken}
        for table in (node for node in ast.walk(face.tree) if isinstance(node, ast.Dict)):
            for key, value in zip(table.keys, table.values, strict=True):
                for left in literals(key) if key else ():
                    for right in literals(value):
                        found |= self.row(face, left, right) or self.row(face, right, left)
        return found

    def row(self, face: Source, module: str, name: str) -> dict[str, tuple[Name, str]]:
        """One name of a face's table, where there is such a module."""
        inside = face.name + tuple(module.lstrip(".").split("."))
        outside = absolute(face, module, 0)
        base = outside if outside in self.sources else inside
        return {name: (base, name)} if base in self.sources else {}

    def defines(self, face: Source, name: str) -> bool:
        """Whether a face has a thing of its own by this name."""
        for node in face.tree.body:
            if isinstance(node, Function | ast.ClassDef) and node.name == name:
                return True
            stored = (part for part in ast.walk(node) if isinstance(part, ast.Name))
            if any(part.id == name and isinstance(part.ctx, ast.Store) for part in stored):
                return True
        return False

    def find(self, base: Name, name: str | None, seen: frozenset[Name] = frozenset()) -> Source | None:
        """The file that holds this name of this module; nothing where it can't be read."""
        if name and (inner := self.sources.get((*base, name))):
            return inner
        source = self.sources.get(base)
        if source is None or not source.is_face or name in (None, "*"):
            return source
        if name in self.faces[base] and base not in seen:
            further, taken = self.faces[base][name]
            return self.find(further, taken, seen | {base})
        return source if self.defines(source, name or "") else None

    def reached(self, source: Source) -> set[str]:
        """The other files that a file imports from, wherever in it the import stands."""
        wanted = imports(source, ast.walk(source.tree))
        found = (self.find(base, taken) for base, taken, _ in wanted)
        return {other.path for other in found if other} - {source.path}


# Rooms and floors


CLOSED = ("states", "notifications")
"""Tops that are one room each; the one at work, ``workflow``, is opened."""


def room_of(part: str | None) -> str | None:
    """The room that a part belongs to."""
    top = part.partition("/")[0] if part else None
    return top if top in CLOSED else part


def part_of(source: Source) -> str | None:
    """The part that a file lies in; nothing for a face that is no part."""
    top, _, rest = source.path.partition("/")
    inner, deeper, _ = rest.partition("/")
    if deeper:
        return f"{top}/{inner}"
    if inner != FACE:
        return f"{top}/{inner.removesuffix('.py')}"
    defines = any(isinstance(node, Function | ast.ClassDef) for node in ast.walk(source.tree))
    return top if defines and len(source.text.splitlines()) > FACE_LINES else None


def reach(graph: Graph, start: str) -> set[str]:
    """All that can be reached from here."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = graph[waiting.pop()] - found
        found |= fresh
        waiting.extend(fresh)
    return found


def circles(graph: Graph) -> list[list[str]]:
    """Those that reach one another, each circle once."""
    reached = {name: reach(graph, name) for name in graph}
    inside = [name for name in sorted(graph) if name in reached[name]]
    found = {tuple(other for other in inside if other in reached[name] and name in reached[other]) for name in inside}
    return [list(circle) for circle in sorted(found)]


def floors(graph: Graph) -> dict[str, int]:
    """The floor of each, the ground being 1; a circle lies on one floor."""
    whole = {name: frozenset([name]) for name in graph}
    whole |= {name: frozenset(circle) for circle in circles(graph) for name in circle}
    known: dict[frozenset[str], int] = {}

    def floor(group: frozenset[str]) -> int:
        if group not in known:
            below = {whole[other] for name in group for other in graph[name]} - {group}
            known[group] = 1 + max(map(floor, below), default=0)
        return known[group]

    return {name: floor(whole[name]) for name in sorted(graph)}


def placed(root: Path) -> dict[str, int]:
    """The floors that ``pyproject.toml`` gives to rooms."""
    project = root / "pyproject.toml"
    settings = tomllib.loads(project.read_text("utf-8")) if project.exists() else {}
    rows = settings.get("tool", {}).get(PACKAGE, {}).get("house", {}).get("floors", [])
    return {name if "/" in name else f"workflow/{name}": place for place, row in enumerate(rows) for name in row}


def rises(start: str, end: str, places: Mapping[str, int], rounds: list[list[str]]) -> bool:
    """Whether an arrow goes up."""
    here, there = (TOPS.index(name.partition("/")[0]) for name in (start, end))
    if here != there:
        return there > here
    if start in places and end in places:
        return places[end] > places[start]
    return any(start in circle and end in circle for circle in rounds)


# Functions


def parameters(function: Function) -> int:
    """How many parameters a function has, without ``self``, ``cls`` and the starred ones."""
    given = function.args
    names = [item.arg for item in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def length(function: Function) -> int:
    """How many lines a function has, without its decorators."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def nesting(node: ast.AST, above: int = 0) -> int:
    """How deep blocks lie in each other; an ``elif`` lies no deeper, an inner function is measured apart."""
    deepest = above
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef | ast.Lambda):
            continue
        deeper = isinstance(child, BLOCKS) and not is_elif(node, child)
        deepest = max(deepest, nesting(child, above + deeper))
    return deepest


def is_elif(node: ast.AST, child: ast.AST) -> bool:
    """Whether a condition is the ``elif`` of another, which starts in the same column."""
    if not (isinstance(node, ast.If) and isinstance(child, ast.If)):
        return False
    return child in node.orelse and child.col_offset == node.col_offset


@dataclass(frozen=True)
class Place:
    """A function with a number of it."""

    number: int
    path: str
    line: int
    name: str

    def __str__(self) -> str:
        return f"{self.number:4} {self.path}:{self.line} {self.name}"


def ranked(numbers: Iterable[tuple[int, Source, Function]]) -> list[Place]:
    """Functions by their numbers, the greatest first."""
    found = [Place(number, source.path, function.lineno, function.name) for number, source, function in numbers]
    return sorted(found, key=lambda place: (-place.number, place.path, place.line))


# The figures


@dataclass(frozen=True)
class Arrow:
    """One room imports from another, by these files."""

    start: str
    end: str
    files: list[str]

    def __str__(self) -> str:
        return f"{self.start} -> {self.end}   ({'; '.join(self.files)})"


@dataclass(frozen=True)
class Loose:
    """How often a file says ``Any``."""

    path: str
    any: int
    dict_any: int

    def __str__(self) -> str:
        return f"{self.any:4} {self.dict_any:4} {self.path}"


@dataclass(frozen=True)
class Figures:
    """All that is counted."""

    rooms: dict[str, int]
    """Each room with its floor."""
    arrows: list[Arrow]
    parts: dict[str, int]
    """Each part with its floor."""
    part_arrows: list[Arrow]
    arrows_up: list[Arrow]
    room_circles: list[list[str]]
    file_circles: list[list[str]]
    placed_but_missing: list[str]
    modules_in_workflow: list[str]
    wide_functions: list[Place]
    long_functions: list[Place]
    longest_function: Place | None
    deepest_function: Place | None
    any: int
    dict_any: int
    worst_files: list[Loose]
    fmt_skip: int
    walk: dict[str, list[str]] = field(default_factory=dict)
    """The files that the last approval enters, each with its functions; empty unless it was run."""

    def measures(self) -> dict[str, int]:
        """What the bounds are about."""
        return {
            "rooms": len(self.rooms),
            "floors": max(self.rooms.values(), default=0),
            "arrows": len(self.arrows),
            "arrows_up": len(self.arrows_up),
            "room_circles": len(self.room_circles),
            "file_circles": len(self.file_circles),
            "modules_in_workflow": len(self.modules_in_workflow),
            "wide_functions": len(self.wide_functions),
            "long_functions": len(self.long_functions),
            "dict_any": self.dict_any,
            "any": self.any,
            "walk_files": len(self.walk),
        }

    def exceeded(self) -> list[str]:
        """The bounds that don't hold."""
        return [name for name, number in self.measures().items() if number > BOUNDS[name]]


def figures(root: Path, walk: dict[str, list[str]] | None = None) -> Figures:
    """Counts the product below a root."""
    sources = read(root)
    modules = Modules(sources)
    files = {source.path: modules.reached(source) for source in sources}
    parts = {source.path: part_of(source) for source in sources}
    rooms = {path: room_of(part) for path, part in parts.items()}
    arrows, part_arrows = arrows_between(files, rooms), arrows_between(files, parts)
    names = {name for name in parts.values() if name}
    places, rounds = placed(root), circles(graph_of(names, part_arrows))
    plain = [source for source in sources if "migrations" not in source.path.split("/")]
    lengths = ranked((length(function), source, function) for source in plain for function in source.functions)
    widths = ranked((parameters(function), source, function) for source in sources for function in source.functions)
    depths = ranked((nesting(function), source, function) for source in sources for function in source.functions)
    loose = [Loose(source.path, source.count(r"\bAny\b"), source.count(r"\bdict\[str, Any\]")) for source in sources]
    return Figures(
        rooms=floors(graph_of({name for name in rooms.values() if name}, arrows)),
        arrows=arrows,
        parts=floors(graph_of(names, part_arrows)),
        part_arrows=part_arrows,
        arrows_up=[arrow for arrow in part_arrows if rises(arrow.start, arrow.end, places, rounds)],
        room_circles=rounds,
        file_circles=circles(files),
        placed_but_missing=sorted(set(places) - names),
        modules_in_workflow=sorted(path.name for path in (root / "workflow").glob("*.py") if path.name != FACE),
        wide_functions=[place for place in widths if place.number > PARAMETERS],
        long_functions=[place for place in lengths if place.number > LINES],
        longest_function=next(iter(lengths), None),
        deepest_function=next(iter(depths), None),
        any=sum(item.any for item in loose),
        dict_any=sum(item.dict_any for item in loose),
        worst_files=sorted(loose, key=lambda item: (-item.any, item.path))[:10],
        fmt_skip=sum(source.count(r"#\s*fmt:\s*skip") for source in sources),
        walk=walk or {},
    )


def graph_of(names: Iterable[str], arrows: Iterable[Arrow]) -> Graph:
    """Which of them point at which."""
    graph: dict[str, set[str]] = {name: set() for name in names}
    for arrow in arrows:
        graph[arrow.start].add(arrow.end)
    return graph


def arrows_between(files: Graph, rooms: Mapping[str, str | None]) -> list[Arrow]:
    """One arrow for all the imports from a room to another."""
    found: dict[tuple[str, str], list[str]] = {}
    for path, others in files.items():
        for other in sorted(others):
            start, end = rooms[path], rooms[other]
            if start and end and start != end:
                found.setdefault((start, end), []).append(f"{path} -> {other}")
    return [Arrow(*ends, imported) for ends, imported in sorted(found.items())]


# What is printed


def table(found: Figures) -> Iterator[str]:
    """Each measure with its bound."""
    for name, number in found.measures().items():
        if name != "walk_files" or found.walk:
            mark = "  exceeded" if name in found.exceeded() else ""
            yield f"{name.replace('_', ' '):<22}{number:>6}  (at most {BOUNDS[name]}){mark}"
    yield f"{'fmt: skip':<22}{found.fmt_skip:>6}"
    yield f"longest function      {found.longest_function}"
    yield f"deepest nesting       {found.deepest_function}"


def by_floor(places: Mapping[str, int], arrows: Iterable[Arrow]) -> Iterator[str]:
    """Each on its floor, with those that its arrows point at."""
    for name, floor in sorted(places.items(), key=lambda item: (item[1], item[0])):
        ends = [arrow.end for arrow in arrows if arrow.start == name]
        yield f"{floor:4} {name}" + (f" -> {', '.join(ends)}" if ends else "")


def section(title: str, lines: Iterable[object]) -> Iterator[str]:
    """Lines below a title, nothing where there are none."""
    shown = [f"  {line}" for line in lines]
    return iter(["", title, *shown] if shown else [])


def report(found: Figures) -> Iterator[str]:
    """All figures for the reader."""
    functions = sum(map(len, found.walk.values()))
    yield from table(found)
    yield from section("Rooms by floor", by_floor(found.rooms, found.arrows))
    yield from section("Parts by floor", by_floor(found.parts, found.part_arrows))
    yield from section("Arrows up", found.arrows_up)
    yield from section("Circles of rooms", map(", ".join, found.room_circles))
    yield from section("Circles of files", map(", ".join, found.file_circles))
    yield from section("Rooms that pyproject.toml places but that aren't there", found.placed_but_missing)
    yield from section("Modules directly in workflow", found.modules_in_workflow)
    yield from section(f"Functions with more than {PARAMETERS} parameters", found.wide_functions)
    yield from section(f"Functions longer than {LINES} lines, outside migrations", found.long_functions)
    yield from section("Most Any, and dict[str, Any] among them", found.worst_files)
    title = f"The last approval enters {functions} functions in {len(found.walk)} files"
    yield from section(title, (f"{path} ({len(names)}): {', '.join(names)}" for path, names in found.walk.items()))


def last_approval() -> dict[str, list[str]]:
    """The functions that a last approval enters, as reported by a process of its own that runs the product."""
    run = [sys.executable, str(Path(__file__).with_name("walk.py"))]
    entered: dict[str, list[str]] = json.loads(subprocess.run(run, check=True, stdout=subprocess.PIPE).stdout)
    return entered


def main(given: list[str] | None = None) -> int:
    """Counts, prints, and gives the status."""
    parser = argparse.ArgumentParser(description="Counts how the product is built.")
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder with states, notifications and workflow")
    parser.add_argument("--walk", action="store_true", help="run a last approval too")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.add_argument("--check", action="store_true", help="status 1 beyond a bound; the walk's needs --walk")
    asked = parser.parse_args(given)
    found = figures(asked.root, last_approval() if asked.walk else None)
    if asked.json:
        whole = {"measures": found.measures(), "bounds": BOUNDS, "exceeded": found.exceeded()} | asdict(found)
        print(json.dumps(whole, ensure_ascii=False, indent=2))
    else:
        print(*report(found), sep="\n")
    return int(asked.check and bool(found.exceeded()))


if __name__ == "__main__":
    sys.exit(main())
