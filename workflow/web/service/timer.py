"""The timer of a service: does a round again and again in a thread of its own, until it is stopped."""

import logging
import threading
from collections.abc import Callable

LOGGER = logging.getLogger("disclosure.timer")
LOGGER.addHandler(logging.NullHandler())


class Timer:
    """Does a round at the start and then every so many seconds; one that fails is logged, and the next one comes.

    A round goes by what is on record, not by what the timer remembers: none is lost by a restart.
    """

    def __init__(self, work: Callable[[], object], every: float) -> None:
        self._work, self._every = work, every
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="disclosure-timer")

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the round that is under way."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                self._work()
            except Exception as error:  # whatever it is: the next round comes
                LOGGER.error("round failed error=%s", type(error).__name__)
            if self._stopped.wait(self._every):
                return
