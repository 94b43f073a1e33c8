"""The attacks in their long form: portion by portion, each on a database of its own and under a seed of its own.

    python tests/support/long_runs.py RESULTS [ATTACK ...]

Each portion adds one line of JSON to the file RESULTS. A run that was broken off goes on where it stood; when all is
done, or of any run before, the sums over all portions are what is printed. Without an ATTACK all are made, in their order.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forked import LEVELS
from sqlalchemy import Engine

from disclosure.workflow.kernel.database import create_database

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Attack:
    """A script, on which database, how much of it one portion is, and how many portions there are."""

    script: str
    database: str
    portion: int
    portions: int


ATTACKS = {
    "kills": Attack("kills.py", "file", 200, 10),
    "steps": Attack("steps.py", "sqlite", 2_500, 40),
    "steps-postgresql": Attack("steps.py", "postgresql", 2_500, 40),
    "races": Attack("races.py", "sqlite", 1_250, 40),
    "races-postgresql": Attack("races.py", "postgresql", 1_250, 40),
    "files": Attack("hostile.py", "folder", 2_500, 20),
}


def main() -> int:
    """Makes the portions that are not there yet, and sums up."""
    results = Path(sys.argv[1])
    for name in sys.argv[2:] or ATTACKS:
        attack = ATTACKS[name]
        made = {line["seed"] for line in _lines(results) if line["attack"] == name}
        with _targets(attack.database) as target:
            for seed in sorted(set(range(1, attack.portions + 1)) - made):
                with target(seed) as where, results.open("a") as file:
                    found = {"attack": name, "seed": seed} | portion(attack, where, seed)
                    file.write(json.dumps(found, ensure_ascii=False) + "\n")
        print(json.dumps({name: _sums(_lines(results), name)}, ensure_ascii=False), flush=True)
    return int(any(line["exit"] for line in _lines(results)))


def portion(attack: Attack, where: str, seed: int) -> dict[str, Any]:
    """What one run of the script has printed; of one that broke down, its last words."""
    given = [str(attack.portion), str(seed)]
    if attack.script == "races.py":  # whose chance is the machine's own
        given[1:] = [LEVELS[seed % len(LEVELS)]] if attack.database == "postgresql" else []
    command = [sys.executable, str(HERE / attack.script), where, *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own text
    try:
        found = json.loads(done.stdout)
    except ValueError:
        found = {"broken": done.stderr[-2000:]}
    return {"exit": done.returncode} | found


@contextmanager
def _targets(database: str) -> Iterator[Callable[[int], AbstractContextManager[str]]]:
    """Gives each portion a database of its own, empty but for the tables; PostgreSQL's in one server, which stops slowly."""
    if database != "postgresql":
        yield lambda seed: _folder(database)
        return
    sys.path.append(str(HERE.parents[1] / "benchmarks"))
    from support import postgresql

    with postgresql() as engine:
        yield lambda seed: _in_server(engine.execution_options(isolation_level="AUTOCOMMIT"), f"portion_{seed}")


@contextmanager
def _folder(database: str) -> Iterator[str]:
    with TemporaryDirectory() as folder:
        path = f"{folder}/attacked.db"
        yield {"sqlite": f"sqlite:///{path}", "file": path, "folder": folder}[database]


@contextmanager
def _in_server(engine: Engine, name: str) -> Iterator[str]:
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    address = engine.url.set(database=name).render_as_string(hide_password=False)
    create_database(address)
    yield address
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name}")


def _lines(results: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []


def _sums(lines: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """What the portions of an attack come to: numbers are added, lists are counted."""
    total: Counter[str] = Counter()
    mine = [line for line in lines if line["attack"] == name]
    for line in mine:
        for key, value in line.items():
            if key not in ("attack", "seed", "exit"):
                total[key] += value if isinstance(value, int) else len(value)
    return {"portions": len(mine), "with faults": sum(bool(line["exit"]) for line in mine)} | dict(total)


if __name__ == "__main__":
    sys.exit(main())
