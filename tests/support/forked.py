"""What the attacks share: forked processes, let go at one moment or killed, and how their scripts are run and read.

Only a process with one thread may fork, so that each attack is a script of its own that prints one JSON document.
"""

import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="this machine cannot fork a process")
LEVELS = ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE")
"""How far PostgreSQL keeps transactions apart, from little to all."""


def outcome(script: ModuleType, *given: object) -> Any:
    """Runs a script of an attack; what it has printed."""
    command = [sys.executable, str(Path(str(script.__file__))), *map(str, given)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own text
    assert done.returncode in (0, 1), done.stdout + done.stderr  # 1: something was found
    return json.loads(done.stdout)


def at_once(works: Sequence[Callable[[Callable[[], None]], object]]) -> list[Any]:
    """Does each work in a process of its own; what each gave, as JSON has it.

    A work gets a function that returns once all are ready, and calls it before it begins.
    """
    ready, gate = os.pipe(), os.pipe()
    children = []
    for work in works:
        reads, writes = os.pipe()
        child = os.fork()
        if child == 0:
            _in_child(work, ready, gate, writes)
        os.close(writes)
        children.append((child, reads))
    os.close(ready[1])
    with os.fdopen(ready[0], "rb") as each:
        each.read()  # until the last has closed its end
    os.close(gate[0])
    os.close(gate[1])
    given = []
    for child, reads in children:
        with os.fdopen(reads) as told:
            given.append(told.read())
        _, status = os.waitpid(child, 0)
        assert status == 0, "a process has failed"
    return [json.loads(text) for text in given]


def _in_child(
    work: Callable[[Callable[[], None]], object], ready: tuple[int, int], gate: tuple[int, int], writes: int
) -> None:
    status = 1

    def wait() -> None:
        os.close(ready[1])
        os.read(gate[0], 1)  # ends when the gate has no writer any more

    try:
        os.close(gate[1])
        with os.fdopen(writes, "w") as told:
            json.dump(work(wait), told)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def killed(work: Callable[[int, Callable[[], None]], None], after: float) -> list[str]:
    """Lets a process work and kills it; the lines that it had told.

    The work gets where to write its lines, and a function from whose call on its seconds are counted: those in which it
    works, so that a busy machine kills it no earlier.
    """
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # which ends the process at once, whatever it is doing
        work(writes, lambda: signal.setitimer(signal.ITIMER_PROF, after) and None)
    os.close(writes)
    os.waitpid(child, 0)
    with os.fdopen(reads) as told:
        return [line for line in told.read().split("\n") if line]
