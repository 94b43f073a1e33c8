"""Template validation: an office's own templates are put in force only when nothing is wrong with them.

First each file is checked as it stands (name, encoding, marks, parts). What passes is run in the sandbox, a
process with a time-out and a bound of memory, on every kind of paper that it changes. Even parsing happens
there, because parsing a template already evaluates the constants in it.
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
from typing import NamedTuple

from ...states import admission
from ...states.errors import BadData
from ..documents.kinds import kinds
from ..documents.paragraphs import FULL_WIDTH, prepared
from ..documents.render import SUFFIX, Templates

LETTERHEAD = "letterhead.docx"
SECONDS = 60.0
"""Seconds that the sandbox may take for all templates."""
_LONGEST = 200_000
_LARGEST_LETTERHEAD, _LARGEST_UNPACKED = 2_000_000, 50_000_000
_MACROS = ("vbaProject.bin", "activeX", "embeddings/")


class OwnTemplates(NamedTuple):
    """An office's own templates by name, and its letterhead; None where it uses the one shipped."""

    templates: Mapping[str, str]
    letterhead: bytes | None


def validate_templates(files: Mapping[str, bytes], seconds: float = SECONDS) -> OwnTemplates:
    """The templates in a folder of files, checked.

    Raises:
        BadData: every fault, each with file and line where there is one.
    """
    for name in files:
        admission.text("files", name, admission.LONGEST_KEY)
    faults: list[dict[str, object]] = []
    templates: dict[str, str] = {}
    letterhead = files.get(LETTERHEAD)
    for name, content in sorted(files.items()):
        if name == LETTERHEAD:
            faults += _letterhead_faults(content)
        else:
            text, found = _read(name, content)
            faults += found
            templates[name.removesuffix(SUFFIX)] = text
    if not files:
        faults.append({"field": "folder", "problem": "no_templates"})
    faults = faults or list(_mark_faults(templates))
    if not faults:
        faults = run_sandbox(templates, letterhead, seconds)
    if faults:
        raise BadData(*faults)
    return OwnTemplates(templates, letterhead)


def _read(name: str, content: bytes) -> tuple[str, list[dict[str, object]]]:
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


def _brace_faults(name: str, text: str) -> Iterator[dict[str, object]]:
    for number, line in enumerate(text.split("\n"), 1):
        for brace in FULL_WIDTH:
            if brace in line:
                yield {"field": f"{name}:{number}", "problem": "full_width_braces", "value": line.strip()[:60]}
                break


def _mark_faults(templates: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """Unknown marks, unknown parts, and parts that contain themselves."""
    own = Templates(templates)
    for name, text in templates.items():
        try:
            prepared(text, lambda part: own.source("_" + part))
        except BadData as error:
            for fault in error.faults:
                yield fault | {"field": place(name, text, str(fault.get("value", "@用")))}


def place(name: str, text: str, wanted: str) -> str:
    """The file and the first line that holds what is wrong."""
    found = next((place for place, line in enumerate(text.split("\n"), 1) if wanted in line), None)
    return f"{name}{SUFFIX}:{found}" if found else name + SUFFIX


def _letterhead_faults(content: bytes) -> Iterator[dict[str, object]]:
    """A letterhead is a file that can be read, not too large, and holds no program."""
    if len(content) > _LARGEST_LETTERHEAD:
        yield {"field": LETTERHEAD, "problem": "template_too_large", "value": len(content), "cap": _LARGEST_LETTERHEAD}
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
                    yield {"field": LETTERHEAD, "problem": "letterhead_has_program", "value": entry.filename}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        yield {"field": LETTERHEAD, "problem": "letterhead_unreadable", "value": type(error).__name__}


def run_sandbox(
    templates: Mapping[str, str], letterhead: bytes | None, seconds: float = SECONDS
) -> list[dict[str, object]]:
    """The faults found by writing the papers in a process of its own, which is stopped after some seconds."""
    task = {"templates": dict(templates), "letterhead": base64.b64encode(letterhead).decode() if letterhead else None}
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
        report = _report_of(error.stdout or b"")
        return [*report.faults, {"field": report.at, "problem": "template_endless", "value": f"{seconds:g}"}]
    report = _report_of(done.stdout)
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [str(done.returncode)]
        return [*report.faults, {"field": report.at, "problem": "template_broke", "reason": reason[0][:200]}]
    return report.faults


class _Report(NamedTuple):
    """What the sandbox has written so far: the faults, and what it was checking."""

    faults: list[dict[str, object]]
    at: str


def _report_of(output: bytes) -> _Report:
    faults: list[dict[str, object]] = []
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
    return _Report(faults, at)
