"""Tables and lines for a terminal."""

import json
import os
import pty
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from disclosure.states import admission
from disclosure.workflow import cli
from disclosure.workflow.cli.options import Options, answer, tell, write_out
from disclosure.workflow.cli.screen import coloured, days, heading, line, table, weekday, yes_no


def test_a_table_has_chinese_heads_blanks_for_nothing_and_no_cell_cut(capsys: pytest.CaptureFixture[str]) -> None:
    table(("case", "left>"), [("A-1", None), ("甲" * 100, 3)], "题目")
    shown = capsys.readouterr().out
    assert "题目" in shown and "A-1" in shown and "None" not in shown
    assert shown.count("甲") == 100


def test_a_line_is_never_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    line("长" * 400)
    assert capsys.readouterr().out == "长" * 400 + "\n"


def test_words_for_days_weekdays_and_yes_or_no() -> None:
    assert (days(None), days(3) != days(-3), "3" in days(-3)) == ("", True, True)
    assert weekday(date(2024, 3, 1)) == "五"
    assert yes_no(True) != yes_no(False)
    assert coloured("x", "missed").style == "red"


HIDDEN = "改正\x1b[8m二\u202e〇\u2066日\x9b2J\r完\x7f\tA\n乙"
SHOWN = "改正〔U+001B〕[8m二〔U+202E〕〇〔U+2066〕日〔U+009B〕2J〔U+000D〕完〔U+007F〕"


def test_what_would_hide_or_turn_text_on_a_terminal_stands_as_its_code(capsys: pytest.CaptureFixture[str]) -> None:
    line(HIDDEN)
    tell(HIDDEN)
    out, err = capsys.readouterr()
    assert out == err == SHOWN + "\tA\n乙\n"
    heading("cli_moved", case=HIDDEN, move="", state="")
    table(("case", "left>"), [(HIDDEN, coloured(HIDDEN, "red"))], HIDDEN)
    out = capsys.readouterr().out
    assert out.count("〔U+001B〕") == 4 and admission.visible(out) == out


PRINTED = re.compile(r"(?:click\.echo|(?<![\w.])print)\((?!visible(?:_json)?\()(.*)")
OTHERWISE = [
    ("main.py", 'f"{code}: {message}", err=True)'),
    ("main.py", 'json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False))'),
    ("maintenance.py", 'found["sql"], nl=False))'),
    ("screen.py", '"")'),
]
"""What is printed in another way: a message that is made visible before, the product's own tables, nothing."""


def test_whatever_is_printed_is_made_visible_before() -> None:
    folder = Path(cli.__file__).parent
    found = [
        (path.name, text) for path in sorted(folder.glob("*.py")) for text in PRINTED.findall(path.read_text("utf-8"))
    ]
    assert found == OTHERWISE


def test_a_json_document_has_the_same_texts_and_nothing_that_a_terminal_obeys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer(Options(format="json"), {"opinion": HIDDEN}, lambda _: None)
    out = capsys.readouterr().out
    assert admission.visible(out) == out
    assert json.loads(out) == {"opinion": HIDDEN}


def test_a_document_is_shown_on_a_terminal_and_goes_into_a_file_as_it_is(tmp_path: Path) -> None:
    seen = on_a_terminal(HIDDEN.encode())
    assert SHOWN in seen and "\x1b" not in seen
    write_out(HIDDEN.encode(), str(tmp_path / "a.txt"))
    assert (tmp_path / "a.txt").read_bytes() == HIDDEN.encode()


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"%PDF-1.7\n\xe2\xe3"])
def test_what_is_no_text_is_not_written_to_a_terminal(content: bytes) -> None:
    assert "output_needed" in on_a_terminal(content)


def on_a_terminal(content: bytes) -> str:
    """What a terminal gets of a document."""
    program = f"from disclosure.workflow.cli.options import write_out; write_out({content!r}, None)"
    master, slave = pty.openpty()
    done = subprocess.run([sys.executable, "-c", program], stdout=slave, stderr=slave, stdin=slave, check=False)  # noqa: S603
    assert done.returncode in (0, 1)
    os.close(slave)
    parts = []
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # everything has been read
            break
        if not part:
            break
        parts.append(part)
    os.close(master)
    return b"".join(parts).decode()
