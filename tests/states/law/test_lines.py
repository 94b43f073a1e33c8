"""The line of a TOML text on which something stands."""

import pytest

from disclosure.states.law.lines import line_of

TEXT = """\
# a remark
top = 1

[a]
x = 1
"quoted key" = 2
[[a.parts]]
y = 1
[[a.parts]]
y = 2
[a.parts.inner]
z = 3
rows = [
    { k = 1 },
    # between
    { k = 2 },
]
last = 4
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("top",), 2),
        (("a",), 4),
        (("a", "x"), 5),
        (("a", "quoted key"), 6),
        (("a", "parts", 0), 7),
        (("a", "parts", 0, "y"), 8),
        (("a", "parts", 1, "y"), 10),
        (("a", "parts", 1, "missing"), 9),
        (("a", "parts", 1, "inner", "z"), 12),
        (("a", "parts", 1, "inner", "rows", 1, "k"), 16),
        (("a", "parts", 1, "inner", "last"), 18),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_a_place_has_its_line_or_that_of_what_holds_it(place, line):
    assert line_of(TEXT, place) == line
