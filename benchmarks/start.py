"""Starting a command, as a whole process."""

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from support import median, seconds, tell

PROGRAM = str(Path(sysconfig.get_path("scripts"), "disclosure"))
ROUNDS = 9
LIBRARIES = """
import click, pydantic, sqlalchemy
class Model(pydantic.BaseModel):
    field: int
Model(field=1)
sqlalchemy.create_engine("sqlite:///floor.db").connect().execute(sqlalchemy.text("select 1"))
"""
"""The floor: the libraries that every question to a database loads, each used once."""


def main() -> None:
    """Prints the median of some starts, with compiled bytecode as an installation has it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:

        def start(run: list[str]) -> None:
            subprocess.run(run, cwd=folder, env=environment, check=True, capture_output=True)

        floor = [sys.executable, "-c", LIBRARIES]
        for command, promised in (
            (["calendar", "add", "2024-03-01", "20"], 0.5),
            (["due"], 0.4),
            (["report", "2024"], 0.5),
        ):
            run = [PROGRAM, *command]
            if command == ["due"]:  # the calendar is asked without a database
                start([PROGRAM, "db", "create"])
            start(run)
            spent, bare = [], []
            for _ in range(ROUNDS):  # in turn, so that both meet the same load
                spent.append(seconds(lambda: start(run)))  # noqa: B023 - called at once
                bare.append(seconds(lambda: start(floor)))
            tell(
                f"disclosure {' '.join(command)}",
                f"{median(spent):.2f} s",
                f"{median(bare):.2f} s",
                median(spent) / median(bare),
                f"{promised} s",
            )


if __name__ == "__main__":
    main()
