"""Adding 20 working days by the checked public function, against the loop over the calendar package."""

from datetime import date, timedelta

import chinese_calendar
from support import interleaved, tell

from disclosure.states.calendar.calendar import Calendar

STARTS = [date(2023, 1, 1) + timedelta(days=n) for n in range(700)]


def loop() -> None:
    """Day by day."""
    for start in STARTS:
        day, left = start, 20
        while left:
            day += timedelta(days=1)
            left -= chinese_calendar.is_workday(day)


def main() -> None:
    """Prints microseconds for one addition."""
    add = Calendar.official().add

    def ours() -> None:
        for start in STARTS:
            add(start, 20)

    quick, slow = interleaved(ours, loop, 9)
    each = len(STARTS) / 1e6
    tell("adding 20 working days", f"{quick / each:.2f} µs", f"{slow / each:.1f} µs", quick / slow, "1 µs")


if __name__ == "__main__":
    main()
