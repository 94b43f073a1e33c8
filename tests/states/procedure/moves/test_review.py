"""Reviews: what there must be to contest."""

import pytest
from lives import ACCEPT, codes, opened


@pytest.mark.parametrize(("on", "codes_"), [("2024-03-29", ["move_not_allowed"]), ("2024-03-30", [])])
def test_silence_can_be_contested_from_the_day_after_the_last_one(on, codes_):
    assert codes(opened(ACCEPT), "file_review", on) == codes_
    assert codes(opened(ACCEPT), "file_suit", on) == codes_
