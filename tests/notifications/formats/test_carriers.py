"""One text, three carriers: Word and PDF show what the plain text says, letter for letter and byte for byte."""

import re
import subprocess
import sys
from collections import Counter

import pytest
from carried import bare, pdf_text, plain, word_text
from carriers import json_carrier
from papers import can_print, paper, to_pdf

from disclosure.notifications.documents.kinds import kinds
from disclosure.notifications.documents.paragraphs import Mark, same_text
from disclosure.notifications.formats.carriers import (
    SHIPPED,
    Carrier,
    carriers,
    find_carrier,
    register_carrier,
    suffix_of,
)
from disclosure.notifications.formats.word import to_word
from disclosure.states.errors import BadData

pytestmark = pytest.mark.skipif(not can_print(), reason="PDF needs the Pango libraries and a Chinese font")
KINDS = [item.key for item in kinds()]


AWKWARD = '<&{{乙}} ]]> "引" {%x%} & ｛｛ ' + "很长的名称" * 40


@pytest.mark.parametrize("kind", KINDS)
def test_the_three_texts_agree(kind):
    items = list(paper(kind).paragraphs)
    attached = "附件：" if any(item.mark is Mark.ATTACHMENT for item in items) else ""
    wanted = same_text(items)
    assert same_text(items) == bare(plain(items)).replace("附件：", "", len(attached))
    assert word_text(to_word(items)).replace("附件：", "", len(attached)) == wanted
    printed, letters = Counter(pdf_text(to_pdf(items)).replace("附件：", "", len(attached))), Counter(wanted)
    heads = "".join("".join(item.cells) for item in items if item.mark is Mark.HEADER_ROW)
    assert letters - printed == Counter(), "nothing is lost"
    assert set(printed - letters) <= set(heads), "only the head of a table stands again on the next page"


@pytest.mark.parametrize("kind", ["receipt", "reply", "registration"])
def test_what_an_applicant_writes_comes_out_whole_in_every_carrier(kind):
    items = list(paper(kind, information=AWKWARD, name=AWKWARD).paragraphs)
    shown = re.sub(r"\s", "", AWKWARD)
    assert same_text(items).count(shown) == 2
    assert word_text(to_word(items)).count(shown) == 2
    assert sorted(pdf_text(to_pdf(items))) == sorted(same_text(items))


def test_twenty_thousand_letters_come_out_whole_and_one_more_is_refused():
    items = list(paper("receipt", information="鑫" * 20_000).paragraphs)
    assert word_text(to_word(items)).count("鑫") == 20_000
    assert pdf_text(to_pdf(items)).count("鑫") == same_text(items).count("鑫") == 20_000
    with pytest.raises(BadData) as caught:
        paper("receipt", information="鑫" * 20_001)
    assert caught.value.faults[0]["problem"] == "too_long"


def test_writing_again_gives_the_same_bytes():
    items = list(paper("reply").paragraphs)
    assert to_word(items) == to_word(items)
    assert to_pdf(items, "题") == to_pdf(items, "题")


def test_the_shipped_carriers_are_registered_like_a_hosts():
    assert [item.key for item in carriers()] == [item.key for item in SHIPPED] == ["text", "docx", "pdf"]
    with json_carrier() as own:
        assert [item.key for item in carriers()] == ["text", "docx", "pdf", "json"]
        assert find_carrier("json") is own
        assert suffix_of("json") == "json"
    assert find_carrier("json") is None
    assert [suffix_of(key) for key in ("text", "docx", "pdf", "ofd")] == ["txt", "docx", "pdf", "ofd"]


@pytest.mark.wheel
@pytest.mark.parametrize("carrier", SHIPPED, ids=lambda carrier: carrier.key)
def test_each_shipped_carrier_writes_a_notice(carrier):
    beginnings = {"text": paper("reply").paragraphs[0].text.encode(), "docx": b"PK", "pdf": b"%PDF"}
    assert carrier.write(paper("reply"), None).startswith(beginnings[carrier.key])


def test_a_key_belongs_to_one_carrier_and_is_a_short_word():
    with json_carrier() as own:
        register_carrier(own)  # again: it changes nothing
        with pytest.raises(ValueError, match="json"):
            register_carrier(Carrier("json", "text/json", "json", own.write))
    for key in ("", "Word", "a/b", "a" * 17, "../x"):
        with pytest.raises(ValueError, match="small letters"):
            register_carrier(Carrier(key, "text/plain", "txt", SHIPPED[0].write))
    with pytest.raises(ValueError, match="pdf"):
        register_carrier(Carrier("pdf", "application/pdf", "pdf", SHIPPED[0].write))


def test_the_writers_are_imported_when_they_are_used():
    code = (
        "import sys\n"
        "from disclosure.notifications.formats.carriers import carriers\n"
        "print(len(carriers()))\n"
        "print(sorted({'docx', 'docxtpl', 'weasyprint', 'jinja2', 'lxml'} & set(sys.modules)))\n"
    )
    run = [sys.executable, "-c", code]
    printed = subprocess.run(run, check=True, capture_output=True, text=True)  # noqa: S603 - this interpreter
    assert printed.stdout.split() == ["3", "[]"]
