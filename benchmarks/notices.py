"""Writing one notice in each carrier, and a thousand in one run with the memory that they leave behind.

The promise is in absolute times at the median; the ratio is against writing the plain text.
"""

import resource
import statistics
import time
from collections.abc import Callable
from datetime import date

from support import tell

from disclosure.notifications.customization.sample import sample
from disclosure.notifications.documents.kinds import kind
from disclosure.notifications.documents.plain_text import to_text
from disclosure.notifications.documents.render import templates_of, written
from disclosure.notifications.formats.pdf import to_pdf
from disclosure.notifications.formats.word import to_word
from disclosure.states.procedure.periods import Law

DAY = date(2024, 3, 1)
WARM, MANY = 300, 1000


def middle(work: Callable[[], object], rounds: int) -> float:
    """The median of so many runs, after one that fills the caches."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main() -> None:
    """Prints the medians and the growth of memory."""
    law = Law.standard()
    found = sample("reply", DAY, law)
    notice = found.notice()
    templates = templates_of()
    text = middle(lambda: to_text(written(kind("reply"), notice.facts, found.ref, templates).paragraphs), 2000)
    tell("a notice as text", f"{text * 1e6:.0f} us", "", None, "50 us")
    word = middle(lambda: to_word(notice.paragraphs), 60)
    tell("a notice as Word", f"{word * 1e3:.0f} ms", "", word / text, "40 ms")
    pdf = middle(lambda: to_pdf(notice.paragraphs), 60)
    tell("a notice as PDF", f"{pdf * 1e3:.0f} ms", "", pdf / text, "100 ms")
    for _ in range(WARM):
        to_word(notice.paragraphs)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(MANY):
        to_word(notice.paragraphs)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tell(f"memory after {MANY:,} more in Word", f"+{(after - before) / 1024:.1f} MiB", "", None, "flat")


if __name__ == "__main__":
    main()
