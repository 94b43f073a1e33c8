"""The gate for an office's own templates: nothing that could fail, mislead or reach out of the sandbox gets in.

First each file is read as it stands (names, letters, marks, parts). What passes is taken to a process of its
own, with a time-out and a bound of memory, and tried there on every kind of paper that it changes: reading
the syntax of a template already works out what is constant in it.
"""

import base64
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from io import BytesIO
from typing import Any, NamedTuple

from ...states.errors import BadData
from ..documents.kinds import kinds
from ..documents.paragraphs import FULL_WIDTH, prepared
from ..documents.render import SUFFIX, Wording

LETTERHEAD = "letterhead.docx"
SECONDS = 60.0
"""How long the trial of all templates may take."""
_LONGEST = 200_000
_LARGEST_SHELL, _LARGEST_UNPACKED = 2_000_000, 50_000_000
_MACROS = ("vbaProject.bin", "activeX", "embeddings/")


class OwnTemplates(NamedTuple):
    """An office's own wording by template name, and its letterhead; None where it uses the product's."""

    templates: Mapping[str, str]
    shell: bytes | None


def pass_gate(files: Mapping[str, bytes], seconds: float = SECONDS) -> OwnTemplates:
    """The templates in a folder of files, once nothing speaks against them.

    Raises:
        BadData: everything that does, each with file and line where there is one.
    """
    faults: list[dict[str, Any]] = []
    templates: dict[str, str] = {}
    shell = files.get(LETTERHEAD)
    for name, content in sorted(files.items()):
        if name == LETTERHEAD:
            faults += _shell_faults(content)
        else:
            text, found = _read(name, content)
            faults += found
            templates[name.removesuffix(SUFFIX)] = text
    if not files:
        faults.append({"field": "folder", "problem": "no_templates"})
    faults = faults or list(_wording_faults(templates))
    if not faults:
        faults = trial(templates, shell, seconds)
    if faults:
        raise BadData(*faults)
    return OwnTemplates(templates, shell)


def _read(name: str, content: bytes) -> tuple[str, list[dict[str, Any]]]:
    """A file as text, and what is wrong with its name or letters."""
    base = name.removesuffix(SUFFIX)
    known = [item.key for item in kinds()]
    if not name.endswith(SUFFIX) or (base not in known and not base.startswith("_")):
        near = get_close_matches(base, known, n=1, cutoff=0.6)
        return "", [{"field": name, "problem": "unknown_template", "nearest": (near or [known[0]])[0] + SUFFIX}]
    if len(content) > _LONGEST:
        return "", [{"field": name, "problem": "template_too_large", "value": len(content), "cap": _LONGEST}]
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return "", [{"field": name, "problem": "template_not_utf8"}]
    return text, list(_brace_faults(name, text))


def _brace_faults(name: str, text: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.split("\n"), 1):
        for brace in FULL_WIDTH:
            if brace in line:
                yield {"field": f"{name}:{number}", "problem": "full_width_braces", "value": line.strip()[:60]}
                break


def _wording_faults(templates: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Marks that there are not, parts that there are not or that lead in a circle."""
    words = Wording(templates)
    for name, text in templates.items():
        try:
            prepared(text, lambda part: words.source("_" + part))
        except BadData as error:
            for fault in error.faults:
                yield fault | {"field": place(name, text, str(fault.get("value", "@用")))}


def place(name: str, text: str, wanted: str) -> str:
    """The file and the first line that holds what is wrong."""
    found = next((place for place, line in enumerate(text.split("\n"), 1) if wanted in line), None)
    return f"{name}{SUFFIX}:{found}" if found else name + SUFFIX


def _shell_faults(content: bytes) -> Iterator[dict[str, Any]]:
    """A letterhead is a file that can be read, not too large, and holds no program."""
    if len(content) > _LARGEST_SHELL:
        yield {"field": LETTERHEAD, "problem": "template_too_large", "value": len(content), "cap": _LARGEST_SHELL}
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(entry.file_size for entry in entries) > _LARGEST_UNPACKED:
                cap = _LARGEST_UNPACKED
                yield {"field": LETTERHEAD, "problem": "template_too_large", "value": len(content), "cap": cap}
                return
            for entry in entries:
                if any(word in entry.filename for word in _MACROS):
                    yield {"field": LETTERHEAD, "problem": "shell_has_program", "value": entry.filename}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        yield {"field": LETTERHEAD, "problem": "shell_unreadable", "value": type(error).__name__}


def trial(templates: Mapping[str, str], shell: bytes | None, seconds: float = SECONDS) -> list[dict[str, Any]]:
    """The faults that come out when the papers are written, in a process that is stopped after a time."""
    task = {"templates": dict(templates), "shell": base64.b64encode(shell).decode() if shell else None}
    command = [sys.executable, "-P", "-m", "disclosure.notifications.customization.sandbox"]
    places = os.pathsep.join(path for path in sys.path if path)
    surroundings = {"PYTHONPATH": places, "PYTHONIOENCODING": "utf-8", "PATH": os.environ.get("PATH", "")}
    for name in ("SYSTEMROOT", "TEMP", "LD_LIBRARY_PATH"):
        if name in os.environ:
            surroundings[name] = os.environ[name]
    try:
        done = subprocess.run(  # noqa: S603 - this Python and a module of ours
            command,
            input=json.dumps(task).encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
            env=surroundings,
        )
    except subprocess.TimeoutExpired as error:
        told = _told(error.stdout or b"")
        return [*told.faults, {"field": told.at, "problem": "template_endless", "value": f"{seconds:g}"}]
    told = _told(done.stdout)
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [str(done.returncode)]
        return [*told.faults, {"field": told.at, "problem": "template_broke", "reason": reason[0][:200]}]
    return told.faults


class _Told(NamedTuple):
    """What the trial has told so far: the faults, and what it was at."""

    faults: list[dict[str, Any]]
    at: str


def _told(output: bytes) -> _Told:
    faults: list[dict[str, Any]] = []
    at = "templates"
    for line in output.decode("utf-8", "replace").splitlines():
        try:
            item = json.loads(line)
        except ValueError:
            break  # cut off in the middle of a line
        if "at" in item:
            at = item["at"]
        else:
            faults.append(item)
    return _Told(faults, at)
