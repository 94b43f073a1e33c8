"""The fee, and since when it is law."""

from datetime import date

import pytest
from histories import LAW
from lives import codes

from disclosure.states.procedure.advance import fold
from disclosure.states.procedure.history import Event


@pytest.mark.parametrize(("on", "codes_"), [("2020-12-31", ["move_not_allowed"]), ("2021-01-01", [])])
def test_fees_are_charged_from_the_day_of_the_tariff(on, codes_):
    submit = {"channel": "in_person", "applicant": {"kind": "org_other"}, "information": "x"}
    case = fold(
        "一件", [Event(1, "submit", date(2020, 12, 15), data=submit), Event(2, "accept", date(2020, 12, 15))], LAW
    )[0]
    assert codes(case, "charge", on) == codes_
