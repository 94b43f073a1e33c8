"""What a Word file would fetch from elsewhere."""

import pytest
from own_templates import field, in_the_header, letterhead, relation

from disclosure.notifications.formats.letterhead import default_letterhead
from disclosure.notifications.formats.reaching import reaching


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (relation("attachedTemplate"), ["/word/document.xml attachedTemplate"]),
        (relation("hyperlink"), []),
        (in_the_header, ["/word/header1.xml image"]),
        (field("INCLUDEPICTURE http://x.example/a.png"), ["/word/document.xml INCLUDEPICTURE"]),
        (field(" dde", "auto x"), ["/word/document.xml DDEAUTO"]),
        (field("PAGE"), []),
    ],
)
def test_relations_and_fields_that_reach_out_are_named_by_their_part(change, found):
    assert list(reaching(letterhead(change))) == found


def test_the_shipped_letterhead_reaches_for_nothing():
    assert list(reaching(default_letterhead())) == []
