"""What a file is, by its content: a name that claims another type is refused, and so is whatever runs."""

import codecs
import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ...states.errors import BadData, Fault

PORTION = 256 * 1024
"""Bytes that are held at a time."""
_HEAD = 4096
_LARGEST_INDEX = 1024 * 1024
"""Bytes of a ZIP's list of entries: a longer one would fill the memory."""


class FileType(NamedTuple):
    """A type of files: its key, its media type, and how the names of such files may end."""

    key: str
    media_type: str
    suffixes: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument."
TYPES = {
    item.key: item
    for item in (
        FileType("pdf", "application/pdf", ("pdf",)),
        FileType("jpeg", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif")),
        FileType("png", "image/png", ("png",)),
        FileType("gif", "image/gif", ("gif",)),
        FileType("bmp", "image/bmp", ("bmp",)),
        FileType("tiff", "image/tiff", ("tif", "tiff")),
        FileType("webp", "image/webp", ("webp",)),
        FileType("heic", "image/heic", ("heic", "heif")),
        FileType("ofd", "application/ofd", ("ofd",)),
        FileType("docx", f"{_OFFICE}wordprocessingml.document", ("docx",)),
        FileType("xlsx", f"{_OFFICE}spreadsheetml.sheet", ("xlsx",)),
        FileType("pptx", f"{_OFFICE}presentationml.presentation", ("pptx",)),
        FileType("doc", "application/msword", ("doc",)),
        FileType("xls", "application/vnd.ms-excel", ("xls",)),
        FileType("ppt", "application/vnd.ms-powerpoint", ("ppt",)),
        FileType("wps", "application/vnd.ms-works", ("wps",)),
        FileType("et", "application/vnd.ms-works", ("et",)),
        FileType("dps", "application/vnd.ms-works", ("dps",)),
        FileType("rtf", "application/rtf", ("rtf",)),
        FileType("zip", "application/zip", ("zip",)),
        FileType("text", "text/plain", ("txt", "csv", "log", "md")),
        FileType("eml", "message/rfc822", ("eml",)),
        FileType("mp3", "audio/mpeg", ("mp3",)),
        FileType("wav", "audio/wav", ("wav",)),
        FileType("amr", "audio/amr", ("amr",)),
        FileType("mp4", "video/mp4", ("mp4", "m4a", "m4v", "mov", "3gp")),
    )
}
"""Every type that may be attached, by its key."""

_SIGNATURES = tuple(
    (re.compile(pattern, re.DOTALL), keys)
    for pattern, keys in (
        (rb"%PDF-", ("pdf",)),
        (rb"\xff\xd8\xff", ("jpeg",)),
        (rb"\x89PNG\r\n\x1a\n", ("png",)),
        (rb"GIF8[79]a", ("gif",)),
        (rb"BM.{4}\0{4}", ("bmp",)),
        (rb"II\*\0|MM\0\*", ("tiff",)),
        (rb"RIFF.{4}WEBP", ("webp",)),
        (rb"RIFF.{4}WAVE", ("wav",)),
        (rb".{4}ftyp(?:hei[cmsx]|hevc|hevx|mif1|msf1)", ("heic",)),
        (rb".{4}ftyp", ("mp4",)),
        (rb"ID3[\x02-\x04]|\xff[\xf2\xf3\xfa\xfb]", ("mp3",)),
        (rb"#!AMR", ("amr",)),
        (rb"\{\\rtf1", ("rtf",)),
        (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("doc", "xls", "ppt", "wps", "et", "dps")),
        (rb"PK\x03\x04|PK\x05\x06", ("zip",)),
    )
)
_RUNS = re.compile(
    rb"MZ[^ -~]|\x7fELF|\xca\xfe\xba\xbe|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|L\0{3}\x01\x14\x02\0|dex\n|\0asm"
    rb"|#!(?!AMR)"
)
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<")
_ACTIVE = re.compile(rb"<(?:!doctype\s+html|html|svg|script|\?php|%|hta:)", re.IGNORECASE)
_HEADERS = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]*: .*(?:\r?\n[ \t].*)*\r?\n){2}")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")

_PROGRAMS = frozenset(
    (
        *(
            "exe",
            "com",
            "scr",
            "bat",
            "cmd",
            "ps1",
            "psm1",
            "vbs",
            "vbe",
            "js",
            "jse",
            "mjs",
            "wsf",
            "wsh",
            "hta",
            "msi",
        ),
        *(
            "msp",
            "msc",
            "dll",
            "sys",
            "cpl",
            "lnk",
            "reg",
            "inf",
            "jar",
            "class",
            "apk",
            "ipa",
            "sh",
            "bash",
            "py",
            "pyc",
        ),
        *("pyw", "pl", "rb", "php", "asp", "aspx", "jsp", "chm"),
        *("docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppam"),
    )
)
"""Endings of programs, scripts, and documents with macros."""
_PAGES = frozenset(("html", "htm", "xhtml", "shtml", "mht", "mhtml", "svg", "svgz", "url"))
"""Endings of pages, which run scripts where they are opened."""
_MACROS = "vbaproject.bin"
_INSIDE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_CLAIM = re.compile(r"\.([0-9A-Za-z]{1,5})[. ]*\Z")


def type_of(name: str, content: BinaryIO) -> FileType:
    """The type of a file that may be attached; which of several that look alike, its name tells.

    Raises:
        BadData: ``file_runs``, ``content_runs``, ``type_unknown``, ``zip_damaged``, or ``other_type``: its name claims
            another type.
    """
    claimed = claim_of(name)
    if claimed in _PROGRAMS | _PAGES:
        raise _refusal("file_runs", value=f".{claimed}")
    found = [TYPES[key] for key in _keys(content)]
    if not found:
        raise _refusal("type_unknown")
    if not claimed:
        return found[0]
    fitting = [item for item in found if claimed in item.suffixes]
    if not fitting:
        wanted = "、".join(f".{item.suffixes[0]}" for item in found)
        raise _refusal("other_type", value=f".{claimed}", type=found[0].key, choices=wanted)
    return fitting[0]


def claim_of(name: str) -> str:
    """The ending of a name that claims a type, in small letters; empty where there is none, or a number alone."""
    found = _CLAIM.search(name)
    return "" if found is None or found[1].isdigit() else found[1].lower()


def _refusal(problem: str, **fields: object) -> BadData:
    fault: Fault = {"field": "file", "problem": problem, **fields}
    return BadData(fault)


def _keys(content: BinaryIO) -> tuple[str, ...]:
    """The keys of the types that the content may be of.

    Raises:
        BadData: it runs, or is a ZIP that is damaged or holds what runs.
    """
    content.seek(0)
    head = content.read(_HEAD)
    if _RUNS.match(head) or (_MARKUP.match(head) and _ACTIVE.search(head)):
        raise _refusal("content_runs")
    keys = next((keys for pattern, keys in _SIGNATURES if pattern.match(head)), ())
    if keys == ("zip",):
        return _in_zip(content)
    if keys or not _is_text(content):
        return keys
    return ("text", "eml") if _HEADERS.match(head) else ("text",)


def _in_zip(content: BinaryIO) -> tuple[str, ...]:
    """What a ZIP is, by the names of its entries.

    Raises:
        BadData.
    """
    try:
        names = _entries(content)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise _refusal("zip_damaged") from None
    for name in names:
        if name.rpartition("/")[2].lower() == _MACROS or claim_of(name) in _PROGRAMS:
            raise _refusal("file_runs", value=name[-60:])
    known = set(names)
    if "OFD.xml" in known:
        return ("ofd",)
    if "[Content_Types].xml" in known:
        return tuple(key for name, key in _INSIDE.items() if name in known) or ("zip",)
    return ("zip",)


def _entries(content: BinaryIO) -> list[str]:
    """The names of a ZIP's entries.

    Raises:
        BadZipFile: also where its list of entries is too long to be held.
    """
    size = content.seek(0, 2)
    content.seek(max(0, size - 66_000))
    end = content.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0 or int.from_bytes(end[at + 12 : at + 16], "little") > _LARGEST_INDEX:
        raise zipfile.BadZipFile
    content.seek(0)
    with zipfile.ZipFile(content) as archive:
        return archive.namelist()


def _is_text(content: BinaryIO) -> bool:
    """Whether all of it is text in one of the encodings of an office."""
    content.seek(0)
    marked = content.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return any(_reads_as(content, name) for name in (("utf-16",) if marked else ("utf-8", "gb18030")))


def _reads_as(content: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        plain = not any(_CONTROLS.search(decoder.decode(portion)) for portion in portions(content))
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return plain


def portions(content: BinaryIO) -> Iterator[bytes]:
    """A content from its beginning, a portion at a time."""
    content.seek(0)
    while portion := content.read(PORTION):
        yield portion
