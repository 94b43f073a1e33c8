"""Template validation: every fault of a folder at once, with file and line."""

import pytest
from own_templates import LINE, REPLY, faults, field, in_the_header, letterhead, relation, reply_with, tag

from disclosure.notifications.customization.validation import LETTERHEAD, validate_templates
from disclosure.notifications.documents.render import shipped, shipped_names
from disclosure.notifications.formats.letterhead import default_letterhead
from disclosure.states.errors import BadData


def test_every_template_of_the_product_passes_its_own_validation():
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
    ids=lambda value: value if isinstance(value, str) else "file",  # its bytes tell the second in which it was made
)
def test_a_letterhead_that_may_not_be_used(letterhead_file, problem):
    with pytest.raises(BadData) as caught:
        validate_templates({LETTERHEAD: letterhead_file})
    assert [fault["problem"] for fault in caught.value.faults] == [problem]


def test_a_letterhead_with_a_link_to_click_passes():
    letterhead_file = letterhead(relation("hyperlink"))
    assert validate_templates({LETTERHEAD: letterhead_file}).letterhead == letterhead_file
