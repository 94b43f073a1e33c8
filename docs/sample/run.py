"""Sets up a virtual environment beside the project and runs the main job on the sample register.

    python3 docs/sample/run.py

The register of an invented water bureau (68 cases of two years) becomes cases in a database of its own;
then: what falls due, why one due day is what it is, and sections three and four of the annual report.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REGISTER = Path(__file__).with_name("register.xlsx")
TODAY = "2026-11-23"
COMMANDS = (
    ("把台账变成案件", ["import", str(REGISTER)]),
    ("哪些快到期了", ["due", "--within", "20"]),
    ("这一天是怎么算出来的", ["explain", "2026-025"]),
    ("这一件现在能做什么、不能做什么", ["why", "2026-020"]),
    ("年度报告第三、四部分", ["report", "2025"]),
    ("表中一格是哪些案件", ["report", "2025", "--cell", "carry_out:total"]),
)


def main() -> int:
    """Installs, then runs each command; the first that fails ends the run."""
    folder = ROOT / ".venv"
    program = folder / ("Scripts" if os.name == "nt" else "bin") / "disclosure"
    python = program.with_name("python")
    if not python.exists():
        try:
            venv.create(folder, with_pip=True)
        except subprocess.CalledProcessError:
            print("缺少 venv 模块；Debian、Ubuntu 上请先运行：apt install python3-venv", file=sys.stderr)
            return 2
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--editable", f"{ROOT}[all]"], check=True)
    with tempfile.TemporaryDirectory() as work:
        shared = ["--db", str(Path(work, "disclosure.db")), "--today", TODAY]
        for title, command in COMMANDS:
            shown = " ".join(["disclosure", *command]).replace(str(ROOT) + os.sep, "")
            print(f"\n━━ {title}\n$ {shown}", flush=True)
            status = subprocess.run([str(program), *command, *shared], check=False).returncode
            if status:
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
