"""Starting a command, as a whole process."""

import subprocess
import sys
import sysconfig
from pathlib import Path

from support import median, seconds, tell

PROGRAM = str(Path(sysconfig.get_path("scripts"), "disclosure"))
ROUNDS = 9


def main() -> None:
    """Prints the median of some starts."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for command in (["calendar", "add", "2024-03-01", "20"], ["due"], ["report", "2024"]):
            run = [PROGRAM, *command]
            subprocess.run(run, cwd=folder, check=True, capture_output=True)

            def start(run: list[str] = run) -> None:
                subprocess.run(run, cwd=folder, check=True, capture_output=True)

            spent = median([seconds(start) for _ in range(ROUNDS)])
            bare = median(
                [seconds(lambda: subprocess.run([sys.executable, "-c", ""], check=True)) for _ in range(ROUNDS)]
            )
            tell(f"disclosure {' '.join(command)}", f"{spent:.2f} s", f"{bare:.2f} s", None, "0.5 s")


if __name__ == "__main__":
    main()
