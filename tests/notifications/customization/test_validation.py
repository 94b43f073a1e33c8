"""The gate for an office's own templates: what is wrong, hostile or endless is told with file and line."""

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import OxmlElement

from disclosure.notifications.customization.sample import facts_of
from disclosure.notifications.customization.validation import LETTERHEAD, validate_templates
from disclosure.notifications.documents.kinds import kinds
from disclosure.notifications.documents.render import shipped, shipped_names
from disclosure.notifications.formats.letterhead import default_letterhead
from disclosure.states.errors import BadData

REPLY = shipped("reply")


def faults(seconds: float = 60.0, **files) -> list[tuple[str, str]]:
    """The places and problems that the gate tells of files, named reply for reply.j2."""
    content = {f"{name}.j2": text.encode() for name, text in files.items()}
    with pytest.raises(BadData) as caught:
        validate_templates(content, seconds)
    return [(fault["field"], fault["problem"]) for fault in caught.value.faults]


def reply_with(text: str, seconds: float = 60.0) -> list[tuple[str, str]]:
    return faults(seconds, reply=f"{REPLY.rstrip()}\n{text}\n")


LINE = REPLY.rstrip().count("\n") + 2


def test_every_template_of_the_product_passes_its_own_gate():
    changed = {f"{name}.j2": f"{shipped(name).rstrip()}\n{{# changed #}}\n".encode() for name in shipped_names()}
    found = validate_templates(changed | {LETTERHEAD: default_letterhead()})
    assert set(found.templates) == set(shipped_names())
    assert found.letterhead == default_letterhead()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("｛｛ applicant ｝｝", "full_width_braces"),
        ("｛% if reopened %｝", "full_width_braces"),
        ("{{ applicannt }}", "unknown_fact"),
        ("{{ range(9) }}", "unknown_fact"),
        ("{{ agency | shorten }}", "template_syntax"),
        ("{% if reopened %}", "template_syntax"),
        ("@问 {{ agency }}", "unknown_mark"),
        ("@用 nothing", "unknown_part"),
        ("{{ agency.__class__ }}", "template_unsafe"),
        ("{% if false %}{{ agency['__class__'] }}{% endif %}", "template_unsafe"),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(text, problem):
    assert reply_with(text) == [(f"reply.j2:{LINE}", problem)]


def test_the_nearest_fact_is_named():
    with pytest.raises(BadData) as caught:
        validate_templates({"reply.j2": f"{REPLY}{{{{ applicannt }}}}".encode()})
    assert caught.value.faults[0]["nearest"] == "applicant"


@pytest.mark.parametrize(
    "text",
    [
        "{{ agency|attr('_' ~ '_class__') }}",
        "{{ agency['_' ~ '_class__'] }}",
        "{{ told.append('x') }}",
        "{{ '{0.__class__}'.format(agency) }}",
        "{% for row in [''.format] %}{{ row('a').mro }}{% endfor %}",
    ],
)
def test_nothing_gets_out_of_the_sandbox(text):
    found = reply_with(text)
    assert found
    assert {problem for _, problem in found} <= {"template_unsafe", "fact_not_always_there"}


@pytest.mark.parametrize(
    "text", ["{{ 'x' * 99999999999 }}", "{{ 'x' | center(99999999999) }}", "{{ '%99999999999d' % 1 }}"]
)
def test_what_would_fill_the_memory_fails_in_the_trial_alone(text):
    assert {problem for _, problem in reply_with(text)} == {"template_fails"}


def test_an_endless_loop_is_stopped_and_named():
    loops = "{% for a in information %}" * 4 + "{% endfor %}" * 4
    assert reply_with(loops, seconds=3) == [("reply.j2", "template_endless")]


def test_a_template_that_repeats_a_request_over_and_over_is_too_long():
    assert ("reply.j2", "paper_too_long") in reply_with("{{ information }}" * 40)


def test_what_is_not_there_in_every_case_is_told_with_the_case():
    assert reply_with("{{ search[0] }}") == [("reply.j2", "fact_not_always_there")]


@pytest.mark.parametrize(
    ("drop", "lost"),
    [
        ("@用 remedy", "remedy"),
        ("@用 head", "document_number"),
        ("@用 request", "information"),
        ("@用 foot", "issued_on"),
    ],
)
def test_a_required_element_left_out_is_named(drop, lost):
    found = faults(reply=REPLY.replace(drop, ""))
    assert f"reply.j2 {lost}" in {field for field, _ in found}


def test_a_part_is_tried_on_every_paper_that_it_is_in():
    found = faults(_head="@题 {{ title }}")
    papers = {field.split()[0] for field, _ in found}
    assert {"reply.j2", "fee.j2", "extension.j2"} <= papers
    assert {problem for _, problem in found} == {"element_not_shown"}


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({}, "no_templates"),
        ({"replly.j2": b"x"}, "unknown_template"),
        ({"reply.txt": b"x"}, "unknown_template"),
        ({"reply.j2": "答复".encode("gb18030")}, "template_not_utf8"),
        ({"reply.j2": b"x" * 300_000}, "template_too_large"),
        ({"_own.j2": b"x"}, "part_unused"),
        ({"_own.j2": "@用 own".encode(), "reply.j2": "@用 own".encode()}, "parts_in_a_circle"),
        ({LETTERHEAD: b"not a file"}, "letterhead_unreadable"),
        ({LETTERHEAD: b"x" * 3_000_000}, "template_too_large"),
    ],
)
def test_files_that_are_no_templates(files, problem):
    with pytest.raises(BadData) as caught:
        validate_templates(files)
    assert {fault["problem"] for fault in caught.value.faults} == {problem}


def test_all_faults_are_told_at_once():
    assert [problem for _, problem in faults(reply="｛｛x｝｝\nyes\n｛｛y｝｝", fee="｛｛z｝｝")] == [
        "full_width_braces"
    ] * 3


def letterhead(change=lambda document: None, **entries: bytes) -> bytes:
    document = Document(io.BytesIO(default_letterhead()))
    change(document)
    file = io.BytesIO()
    document.save(file)
    with zipfile.ZipFile(file, "a") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def tag(text):
    return lambda document: document.add_paragraph(text)


def relation(kind: str, target: str = "http://x.example/a"):
    """A relation of the letterhead to the outside."""
    return lambda document: document.part.relate_to(
        target, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}", is_external=True
    )


def field(*texts: str):
    """A field, its code in so many runs."""

    def add(document):
        paragraph = document.add_paragraph()
        for text in texts:
            code = OxmlElement("w:instrText")
            code.text = text
            paragraph.add_run()._element.append(code)

    return add


def in_the_header(document):
    """A picture in the header that is fetched when the file is opened."""
    document.sections[0].header.is_linked_to_previous = False
    document.sections[0].header.part.relate_to(
        "http://x.example/a.png",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )


@pytest.mark.parametrize(
    ("letterhead_file", "problem"),
    [
        (letterhead(tag("{{ 段落.__class__ }}")), "letterhead_template"),
        (letterhead(tag("{{ nothing }}")), "letterhead_template"),
        (letterhead(tag("｛｛ 机关 ｝｝")), "full_width_braces"),
        (letterhead(tag("{{ ''.__class__.__mro__[1].__subclasses__() }}")), "letterhead_template"),
        (letterhead(tag("{% for a in 段落 %}{% endfor")), "letterhead_template"),
        (letterhead(**{"word__vbaProject.bin": b"x"}), "letterhead_has_program"),
        (letterhead(relation("attachedTemplate")), "letterhead_fetches"),
        (letterhead(relation("image")), "letterhead_fetches"),
        (letterhead(in_the_header), "letterhead_fetches"),
        (letterhead(field("INCLUDEPICTURE http://x.example/a.png")), "letterhead_fetches"),
        (letterhead(field(" INCLUDE", "TEXT http://x.example/a ")), "letterhead_fetches"),
    ],
)
def test_a_letterhead_that_may_not_be_used(letterhead_file, problem):
    with pytest.raises(BadData) as caught:
        validate_templates({LETTERHEAD: letterhead_file})
    assert [fault["problem"] for fault in caught.value.faults] == [problem]


def test_a_letterhead_with_a_link_to_click_passes():
    letterhead_file = letterhead(relation("hyperlink"))
    assert validate_templates({LETTERHEAD: letterhead_file}).letterhead == letterhead_file


def test_the_dictionary_holds_every_fact_that_a_paper_must_show():
    for item in kinds():
        assert set(item.needs) <= set(facts_of(item.key)), item.key
