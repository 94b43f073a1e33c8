"""Tables and lines for a terminal."""

from datetime import date

import pytest

from disclosure.workflow.cli.screen import coloured, days, line, table, weekday, yes_no


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
