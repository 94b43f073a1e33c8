"""What an office sees of a register: every paper, every case and the year's report, as the commands print them.

Run by itself with a journal and a year: ``python law_drill.py JOURNAL YEAR``.
"""

import contextlib
import io
import sys
import tempfile
from pathlib import Path

from disclosure.workflow.cli.main import main


def run(*words: str) -> tuple[int, str]:
    """One command; its exit status and what it prints."""
    told = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    sys.argv = ["disclosure", *words]
    status = 0
    with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
        try:
            main()
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 2
    return status, told.buffer.getvalue().decode()


def serve(number: str, *known: str) -> None:
    """Issues the reply of a case and records its service: by a way that only a new law has, then by electronic mail."""
    office = {"code": "湖水公开", "address": "滨河路1号", "phone": "0000-1234567"}
    review = {"review_organ": "湖城市人民政府", "court": "湖城市中级人民法院", "online_review": "复议申请平台"}
    told = [word for key, value in {**office, **review}.items() for word in ("--set", f"{key}={value}")]
    print(*run("agency", *told, *known))
    print(*run("issue", number, "reply", "--carrier", "text", *known))
    acts = (
        ("dispatched", "method=household"),
        ("dispatched", "method=email", "address=13@example.com"),
        ("delivered",),
        ("signed", "signed_by=本人"),
    )
    for act, *items in acts:
        data = [word for item in items for word in ("--data", item)]
        print(act, *run("serve-proof", number, "1", act, *data, *known))
        print(*run("papers", number, *known))


def show(journal: Path, year: str) -> None:
    """Replays a journal into a database of its own and prints all that can be seen of it."""
    with tempfile.TemporaryDirectory() as folder:
        db = f"sqlite:///{folder}/cases.db"
        known = ("--db", db, "--today", f"{year}-12-31")
        print(*run("replay", str(journal), *known))
        print(*run("agency", "--set", "name=湖城市水务局", "--set", "kind=department", *known))
        numbers = dict.fromkeys(
            line.split('"case": "')[1].split('"')[0] for line in journal.read_text("utf-8").splitlines()
        )
        for number in numbers:
            for command in (("notice", number), ("show", number), ("explain", number), ("why", number)):
                print(*run(*command, *known))
        print(*run("report", year, *known))
        serve(next(iter(numbers)), *known)


if __name__ == "__main__":
    show(Path(sys.argv[1]), sys.argv[2])
