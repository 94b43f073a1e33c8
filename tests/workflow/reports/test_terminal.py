"""Both tables as lines of text."""

from published_report import busy, made
from rich.cells import cell_len

from disclosure.workflow.reports.footing import Check
from disclosure.workflow.reports.terminal import as_text


def test_the_text_stays_within_a_terminals_width() -> None:
    assert max(cell_len(line) for line in shown()) <= 100


def shown(*checks: Check) -> list[str]:
    report = busy()
    return as_text(report.form, report.tables(), checks).splitlines()


def test_figures_end_under_the_ends_of_their_headers() -> None:
    lines = shown()
    header = next(line for line in lines if "商业企业" in line)
    ends = [cell_len(header[: header.index(name) + len(name)]) for name in ("商业企业", "科研机构", "法律服务机构")]
    row = next(line for line in lines if line.strip().startswith("（一）予以公开"))
    assert cell_len(row) == cell_len(header)
    assert all(cut(row, end)[-1].isdecimal() and cut(row, end + 1)[-1] in " " for end in ends)


def cut(line: str, width: int) -> str:
    """The part of a line that fills so many columns."""
    return next(line[:end] for end in range(len(line) + 1) if cell_len(line[:end]) >= width)


def test_a_label_too_long_for_its_place_stands_above_its_figures() -> None:
    lines = shown()
    at = next(index for index, line in enumerate(lines) if "申请人无正当理由逾期不补正" in line)
    assert not any(char.isdecimal() for char in lines[at].strip()[2:])
    assert len(lines[at + 1].split()) == 7


def test_figures_of_any_size_are_printed_whole() -> None:
    report = made(2024, {("granted", "natural_person"): 123_456_789_012})
    assert as_text(report.form, report.tables(), ()).count("123456789012") == 2 * 3


def test_checks_stand_below_where_there_are_any() -> None:
    assert "勾稽关系核对结果" not in "".join(shown())
    assert shown(Check("S4-SUM", "ok", "相符。"))[-1] == "  S4-SUM   相符。"
