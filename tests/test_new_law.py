"""A new law comes by data alone: fictitious Regulations of 2027, put into a copy of the product's data files.

Not one line of Python is touched. What was decided under the law before is printed byte for byte as it was.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pytest

import disclosure
from disclosure.states.law.files import LawFiles
from disclosure.states.procedure.law_faults import law_faults
from disclosure.states.rules.outcomes import outcomes

INSTALLED = Path(str(resources.files(disclosure)))
DATA = Path(__file__).parent / "data" / "law_2027"
DRILL = Path(__file__).parent / "support" / "law_drill.py"
LAW, TEMPLATES = Path("states/law"), Path("notifications/documents/templates")
ENDS = {
    "instruments.toml": ("[REG19]", "since = 2019-05-15", "until = 2027-07-01"),
    "forms.toml": ("[2021]", "years_from = 2021", "years_to = 2026"),
}
"""What ends when the new law begins: in which part, after which line, the line that says so."""


FIRST = date(2027, 7, 1)
"""The first day of the new law."""
VERSION = re.compile(r"^\[\[\w+\.versions\]\]\nsince = (\d{4}-\d\d-\d\d)\n(?:[^\[\n].*\n)*", re.MULTILINE)


def law_of_2027(name: str, text: str) -> str:
    """One of the law's files with what the new law adds, and without what the shipped one has from its first day on."""
    text = VERSION.sub(lambda found: found[0] if date.fromisoformat(found[1]) < FIRST else "", text)
    if name in ENDS:
        part, after, line = ENDS[name]
        before, _, rest = text.partition(f"{part}\n")
        assert after in rest
        text = f"{before}{part}\n" + rest.replace(after, after + "\n" + line, 1)
    added = DATA / "append" / name
    return text + "\n" + added.read_text("utf-8") if added.is_file() else text


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A copy of the product with the data of the new law."""
    root = tmp_path_factory.mktemp("law") / "disclosure"
    root.mkdir()
    for name in ("states", "notifications", "workflow"):
        shutil.copytree(INSTALLED / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(INSTALLED / "__init__.py", root)
    for path in (root / LAW).glob("*.toml"):
        path.write_text(law_of_2027(path.name, path.read_text("utf-8")), "utf-8")
    kinds = root / TEMPLATES / "kinds.toml"
    kinds.write_text(law_of_2027("kinds.toml", kinds.read_text("utf-8")), "utf-8")
    for path in (DATA / "templates").iterdir():
        shutil.copy(path, root / TEMPLATES)
    return root


def seen(package: Path, journal: Path, year: str) -> str:
    """All that an office sees of a journal with one copy of the product."""
    env = {**os.environ, "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, str(DRILL), str(journal), year], env=env, capture_output=True, check=False, timeout=500
    )
    assert done.returncode == 0, done.stderr.decode()
    shown = re.sub(r"sqlite:/+\S+", "〔数据库〕", done.stdout.decode())
    return re.sub(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d[^ \"]*", "〔登记时刻〕", shown)


def line(case: str, move: str, at: date, **data: object) -> str:
    return json.dumps({"case": case, "move": move, "at": at.isoformat(), "by": "u1", "data": data}, ensure_ascii=False)


APPLICANT = {"kind": "natural_person", "name": "欧阳小明"}


def opened(case: str, on: date, **more: object) -> Iterator[str]:
    yield line(case, "submit", on, **{"channel": "in_person", "applicant": APPLICANT, "information": "规划批复"} | more)
    yield line(case, "accept", on, handler="u1")


def lives(year: int, codes: Mapping[str, str]) -> Iterator[str]:
    """Cases of one year: each answer, and each way on which a paper is written."""
    start = date(year, 3, 2)
    for number, code in enumerate(codes, 1):
        case = f"{year}-{number:03}"
        yield from opened(case, start)
        yield line(case, "reply", start + timedelta(21), answer=code, delivery="post", ground="《某法》第一条的规定")
        yield line(case, "serve", start + timedelta(23))
    way = f"{year}-101"
    yield from opened(way, start)
    yield line(way, "request_correction", start + timedelta(3), items=["文号"], due_on=str(start + timedelta(14)))
    yield line(way, "correct", start + timedelta(9))
    yield line(way, "consult", start + timedelta(10), id="c1", **{"with": "third_party"}, name="某公司")
    yield line(way, "opinion", start + timedelta(17), id="c1", opinion="agrees")
    yield line(way, "extend", start + timedelta(18), days=10, reason="核对", approved_by="主任")
    yield line(way, "charge", start + timedelta(21), basis="items", quantity=31)
    lapsed = f"{year}-102"
    yield from opened(lapsed, start)
    yield line(lapsed, "request_correction", start + timedelta(3), items=["文号"], due_on=str(start + timedelta(14)))
    yield line(lapsed, "abandon", start + timedelta(21))
    fax = f"{year}-103"
    yield line(fax, "submit", start, channel="fax", applicant=APPLICANT, information="规划批复")
    contested = f"{year}-104"
    yield from opened(contested, start)
    yield line(contested, "reply", start + timedelta(7), answer="O09", delivery="post", ground="讨论记录")
    yield line(contested, "serve", start + timedelta(9))
    yield line(contested, "file_review", start + timedelta(21), id="r1")
    yield line(contested, "notify_review", start + timedelta(28), id="r1", procedure="ordinary")


ANSWERS = {item.code: item.row for item in outcomes() if item.category != "other" or item.code == "O23"}


def test_cases_under_the_law_before_are_decided_and_printed_byte_for_byte_as_they_were(folder, tmp_path):
    journal = tmp_path / "2026.jsonl"
    journal.write_text("\n".join(lives(2026, ANSWERS)) + "\n", "utf-8")
    before = seen(INSTALLED, journal, "2026")
    assert "不予公开政府信息告知书" in before
    assert "（2019年修订）第三十六条第四项" in before
    assert seen(folder, journal, "2026") == before


def test_cases_under_the_new_law_follow_it_from_its_first_day(folder, tmp_path):
    journal = tmp_path / "2027.jsonl"
    last, first = FIRST - timedelta(1), FIRST
    lines = [
        *opened("旧", last),
        line("旧", "reply", last + timedelta(5), answer="O25", delivery="post", ground="他人信息"),
        line("旧", "reply", last + timedelta(5), answer="O04", delivery="post", ground="机密"),
        *opened("新", first),
        line("新", "reply", first + timedelta(5), answer="O25", delivery="post", ground="他人信息"),
        *opened("新密", first),
        line("新密", "reply", first + timedelta(5), answer="O04", delivery="post", ground="机密"),
        *opened("新分", first),
        line("新分", "reply", first + timedelta(5), answer="O26", delivery="post", items=PARTS),
        *opened("新延", first),
        line("新延", "extend", first + timedelta(5), days=11, reason="核对", approved_by="主任"),
        line("新延", "extend", first + timedelta(5), days=4, reason="核对", approved_by="主任"),
        line("新延", "extend", first + timedelta(6), days=6, reason="核对", approved_by="主任"),
        line("新传真", "submit", first, channel="fax", applicant=APPLICANT, information="规划批复"),
    ]
    journal.write_text("\n".join(lines) + "\n", "utf-8")
    told = seen(folder, journal, "2027")
    assert "2027.jsonl:3 " in told, "the new answer does not exist for a request of the day before"
    assert "累计最多 10" in told
    assert told.count("不是收到申请时的法律规定") == 1
    assert "属于他人的个人信息。根据《中华人民共和国政府信息公开条例》（2027年修订）第十八条" in told
    assert "属于国家秘密。根据《中华人民共和国政府信息公开条例》（2019年修订）第十四条" in told
    assert "依法定为国家秘密。根据《中华人民共和国政府信息公开条例》（2027年修订）第十七条" in told
    assert "2027-07-28" in told, "twenty working days from the last day of the old law"
    assert "2027-08-05" in told, "twenty-five from the first day of the new one"
    assert "9.属于他人的个人信息" in told
    assert "（2027年修订）第四十条第二款，你申请的信息中能够分开的部分先行提供" in told
    assert "对其中不予公开的部分（第2部分）不服的，应当先申请行政复议" in told, "its row divides, whatever it is called"
    assert (
        "不予公开的部分先复议，其余部分可以复议也可以起诉\n《中华人民共和国政府信息公开条例》（2027年修订）第五十五条"
        in told
    )
    assert re.search(r"^  （二之二）先行提供 +1 .* 1$", told, re.MULTILINE), "and has its place in the report"


PARTS = [{"part": "平面图", "answer": "O02"}, {"part": "住户名册", "answer": "O25", "ground": "他人信息"}]
ACT = re.compile(r"^(?=(?:dispatched|delivered|signed) \d )", re.MULTILINE)


def test_the_new_law_changes_the_act_that_makes_a_reply_and_adds_a_way_of_service(folder, tmp_path):
    told = {}
    for year in (2026, 2027):
        journal, start = tmp_path / f"{year}.jsonl", date(year, 12, 1)
        reply = line("件", "reply", start + timedelta(7), answer="O02", delivery="email", ground="可以公开")
        journal.write_text("\n".join([*opened("件", start), reply]) + "\n", "utf-8")
        told[year] = seen(folder, journal, str(year))
    assert told[2026] == seen(INSTALLED, tmp_path / "2026.jsonl", "2026")
    old, new = (ACT.split(told[year])[1:] for year in (2026, 2027))
    assert ["实际算作" in act for act in old] == [False, True, False, False], "made when it leaves"
    assert ["实际算作" in act for act in new] == [False, False, True, False], "made when it arrives"
    assert "“送达方式（method）”的值不认识" in old[0] and "缺少“proxy”" in new[0], "the new way, and what it must tell"
    assert "已登记：签收" in old[3] and "（proof）”，请补上" in new[3], "a signature needs its proof"


def test_the_data_of_the_new_law_are_in_order_and_a_gap_is_told_with_file_and_line(tmp_path):
    for path in (INSTALLED / LAW).glob("*.toml"):
        (tmp_path / path.name).write_text(law_of_2027(path.name, path.read_text("utf-8")), "utf-8")
    assert law_faults(LawFiles(tmp_path)) == []
    periods = tmp_path / "periods.toml"
    text = periods.read_text("utf-8")
    added = text.index("[[reply.versions]]\nsince = 2027-07-01")
    periods.write_text(text[:added] + text[text.index("[[", added + 2) :], "utf-8")
    (fault,) = law_faults(LawFiles(tmp_path))
    assert (fault["field"], fault["problem"], fault["origin"]) == (
        "reply.versions[1]",
        "outlives_its_text",
        "periods.toml",
    )
    assert periods.read_text("utf-8").splitlines()[fault["line"] - 1 :][:2] == [
        "[[reply.versions]]",
        "since = 2019-05-15",
    ]
