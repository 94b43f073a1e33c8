"""All benchmarks, one after the other, each in a process of its own."""

import subprocess
import sys
from pathlib import Path

NAMES = ("calendar_days", "start", "moves", "approvals", "notices", "recompute", "million", "memory", "attachments")


def main() -> None:
    """Runs them all."""
    for name in NAMES:
        subprocess.run([sys.executable, str(Path(__file__).with_name(f"{name}.py"))], check=True)


if __name__ == "__main__":
    main()
