"""The measures of an official document."""

import pytest

from disclosure.notifications.documents.paragraphs import Mark, Paragraph
from disclosure.notifications.formats.measures import signature_indents, width


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("湖城市水务局", "2024年3月20日", (4 + (6.5 - 6) / 2, 4)),
        ("湖城市自然资源和规划局综合行政执法支队办公室", "2024年3月1日", (0, 4 + 22 / 2 - 6 / 2 - 4)),
    ],
)
def test_the_signer_stands_centred_over_the_date(name, day, expected):
    found = signature_indents([Paragraph(Mark.SIGNER, name), Paragraph(Mark.DATE, day)])
    assert found[0] + width(name) / 2 == pytest.approx(found[1] + width(day) / 2)
    assert (found[0], found[1]) == pytest.approx(expected)
