"""20,000 open cases computed again after the next year's notice has been loaded."""

from datetime import date

from sqlalchemy.orm import Session
from support import sqlite, tell

from disclosure.workflow import ADMINISTRATOR, Context
from disclosure.workflow.cases.commands import move
from disclosure.workflow.cases.recompute import load_calendar

CASES = 20_000
HOLIDAYS = (
    ("元旦", "2027-01-01", "2027-01-03", ""),
    ("春节", "2027-02-05", "2027-02-12", "2027-01-31, 2027-02-20"),
    ("清明节", "2027-04-03", "2027-04-05", ""),
    ("劳动节", "2027-05-01", "2027-05-05", "2027-04-25, 2027-05-08"),
    ("端午节", "2027-06-09", "2027-06-09", ""),
    ("中秋节", "2027-09-15", "2027-09-15", ""),
    ("国庆节", "2027-10-01", "2027-10-07", "2027-09-26, 2027-10-09"),
)
"""An invented notice of the right shape."""
NOTICE = '[notice]\nnumber = "国办发明电〔2026〕8号"\npublished_on = 2026-11-05\nyear = 2027\n' + "".join(
    f'[[holiday]]\nname = "{name}"\nfirst = {first}\nlast = {last}\nmake_up = [{make_up}]\n'
    for name, first, last, make_up in HOLIDAYS
)
MORE = (
    [("accept", {})],
    [("accept", {}), ("consult", {"id": "c", "with": "third_party", "name": "某公司"})],
    [("request_correction", {"items": ["文号"], "due_on": "2026-12-20"}), ("correct", {})],
)
SUBMIT = {"applicant": {"kind": "natural_person", "name": "某人"}, "information": "某文件"}


def main() -> None:
    """Prints the time for the worst case: every open period runs into the new year.

    A third are plain, a third wait for a consultation, a third were corrected and are folded from their history.
    """
    import time

    with sqlite() as engine:
        on = date(2026, 12, 10)
        for start in range(0, CASES, 1000):
            with Session(engine) as session:
                for n in range(start, start + 1000):
                    steps = [("submit", SUBMIT | {"channel": "online"}), ("confirm", {}), *MORE[n % 3]]
                    for name, data in steps:
                        move(Context(session, ADMINISTRATOR), f"C-{n}", name, data, at=on)
                session.commit()
        with Session(engine) as session:
            begin = time.perf_counter()
            impact = load_calendar(Context(session, ADMINISTRATOR), NOTICE, "2027.toml")
            session.commit()
            spent = time.perf_counter() - begin
    cases = len({item.case for item in impact})
    tell(f"{CASES:,} open cases, {cases:,} of them moved", f"{spent:.2f} s", "", None, "2 s")


if __name__ == "__main__":
    main()
