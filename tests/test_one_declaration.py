"""A move is one file, and so is a verb: each is put into a copy of the product and found wherever it has to be.

No other file of the copy is touched, and what runs there is the real command.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from approvals import directory_text, procedure_text
from openpyxl import Workbook, load_workbook

import disclosure

ROOT = Path(__file__).parents[1]
INSTALLED = Path(str(resources.files(disclosure)))

MOVE = '''"""Mediation, which no law knows yet."""

from typing import Annotated

from ..case import State
from ..declaration import Move, ProcedureStep, stay
from ..fields import Choice, IsoDate, Label, MoveData, Text

STEP = ProcedureStep("调解", 69)
WAY = Choice(face=("当面调解", "见面"), phone="电话调解")


class Mediate(MoveData):
    """What mediation brings."""

    way: Annotated[str, WAY, Label("调解的方式", "public", column="调解方式")]
    mediator: Annotated[Text | None, Label("调解人姓名", "personal", "主持调解的人", column="调解人姓名")] = None
    until: Annotated[IsoDate | None, Label("调解期满日", "office", column="调解期满日")] = None
    by: Annotated[Text | None, Label("提出的一方", "office")] = None


mediate = Move(
    name="mediate",
    title="组织调解",
    description="与申请人协商。",
    article="reply",
    data=Mediate,
    column="调解日期",
    arrows=stay([State.RECEIVED, State.ACCEPTED]),
)
'''

VERB = '''"""A verb that no office knows yet."""

from typing import Annotated

from ....states.procedure.fields import Choice, Label
from ..declaration import VerbData, Typed, Verb
from ..sheet import ActingPerson, Sheet, act, refuse


class Second(VerbData):
    """How firmly."""

    how: Annotated[str, Choice(firmly="坚决", faintly="勉强"), Label("附议的程度", "public")] = "firmly"
    on_page: Annotated[str | None, Typed("PAGE"), Label("所看的页", "office")] = None


def _may_second(sheet: Sheet, acting: ActingPerson) -> None:
    if not sheet.is_open:
        refuse(sheet, "second", "sheet_status", status=sheet.status)


def _second(sheet: Sheet, acting: ActingPerson, data: Second) -> None:
    _may_second(sheet, acting)
    act(sheet, acting, "second", None, data.opinion, how=data.how)


second = Verb(
    name="second",
    title="附议",
    description="表示赞成，不算签字",
    rule="审批单还没有办结",
    order=75,
    data=Second,
    check=_may_second,
    do=_second,
    for_others=True,
    on_form=True,
)
'''

WHERE_IT_RUNS = "import disclosure; print(disclosure.__file__)"
RUN = "from disclosure.workflow.cli.main import main; main()"
FORMS = """
import json
from disclosure.states import describe_moves, personal_fields
from disclosure.workflow import describe_verbs
print(json.dumps({
    "moves": {item["move"]: item for item in describe_moves()},
    "verbs": {item.verb: item.model_dump() for item in describe_verbs()},
    "personal": sorted(personal_fields("mediate")),
}))
"""


class Copy:
    """A copy of the product with a move and a verb more, and a folder to work in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.work = folder / "work"
        self.work.mkdir(parents=True)
        left_out = shutil.ignore_patterns("__pycache__", "*.pyc")
        package = folder / "disclosure"
        package.mkdir()
        shutil.copy(INSTALLED / "__init__.py", package)
        for floor in ("states", "notifications", "workflow"):
            shutil.copytree(INSTALLED / floor, package / floor, ignore=left_out)
        shutil.copytree(ROOT / "tests" / "support", folder / "tests" / "support", ignore=left_out)
        shutil.copytree(ROOT / "docs", folder / "docs")
        (package / "states" / "procedure" / "moves" / "mediation.py").write_text(MOVE, "utf-8")
        (package / "workflow" / "approvals" / "verbs" / "seconding.py").write_text(VERB, "utf-8")

    def python(self, *arguments: str) -> str:
        """What a script prints there."""
        environment = os.environ | {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        run = [sys.executable, *arguments]
        done = subprocess.run(run, cwd=self.work, env=environment, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def __call__(self, *arguments: str) -> str:
        """What the command prints."""
        return self.python("-c", RUN, *arguments)

    def json(self, *arguments: str) -> Any:
        """The document that the command prints."""
        return json.loads(self(*arguments, "--today", "2024-03-05", "--format", "json"))

    def page(self, name: str) -> str:
        """A page of the documents, written afresh."""
        self.python(str(self.folder / "tests" / "support" / f"{name}_page.py"))
        return (self.folder / "docs" / f"{name}.md").read_text("utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    made = Copy(tmp_path_factory.mktemp("copy"))
    assert Path(made.python("-c", WHERE_IT_RUNS).strip()).is_relative_to(made.folder)
    return made


@pytest.fixture(scope="module")
def forms(copy: Copy) -> Any:
    return json.loads(copy.python("-c", FORMS))


REQUEST = ("--data", "channel=oral", "--data", "applicant.kind=natural_person", "--data", "information=某文件")


def test_the_move_is_made_by_its_chinese_words(copy: Copy) -> None:
    copy("--db", "moves.db", "move", "A-1", "submit", "--at", "2024-03-04", "--today", "2024-03-05", *REQUEST)
    words = ("组织调解", "--data", "调解的方式=见面", "--data", "调解人姓名=某人")
    tried = copy.json("--db", "moves.db", "move", "A-1", *words, "--dry-run")
    assert (tried["move"], tried["after"]["state"]) == ("mediate", "received")
    assert copy.json("--db", "moves.db", "move", "A-1", *words)["move"] == "mediate"
    (made,) = [item for item in copy.json("--db", "moves.db", "show", "A-1")["history"] if item["move"] == "mediate"]
    assert made["data"]["way"] == "face"
    database = b"".join(path.read_bytes() for path in copy.work.glob("moves.db*"))
    assert b'"way":"face"' in database and '"mediator":"某人","way"'.encode() not in database


def test_help_names_the_move_and_its_fields(copy: Copy) -> None:
    told = copy("move", "--help").replace("\n", "").replace(" ", "")
    assert "mediate组织调解" in told and "way*调解的方式" in told
    asked = copy("--db", "why.db", "db", "create") + copy("--db", "why.db", "move", "A-1", "submit", *REQUEST)
    assert asked
    assert all(
        word in copy("--db", "why.db", "why", "A-1", "组织调解") for word in ("调解的方式", "当面调解", "电话调解")
    )


def test_forms_have_the_move_and_the_list_of_personal_fields_has_its_own(forms: Any) -> None:
    fields = forms["moves"]["mediate"]["data"]["properties"]
    assert [item["title"] for item in fields["way"]["oneOf"]] == ["当面调解", "电话调解"]
    assert (fields["until"]["format"], fields["by"]["title"]) == ("date", "提出的一方")
    assert forms["personal"] == ["late_reason", "mediator"]


def filled(copy: Copy, row: dict[str, object]) -> Path:
    """The register with one row, under the headers of the empty one that the command writes."""
    copy("import", "--template", "empty.xlsx")
    heads = [str(cell.value).removesuffix("（必填）") for cell in load_workbook(copy.work / "empty.xlsx")["台账"][1]]
    assert row.keys() <= set(heads)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(heads)
    sheet.append([row.get(head) for head in heads])
    book.save(copy.work / "filled.xlsx")
    return copy.work / "filled.xlsx"


ROW: dict[str, object] = {
    "登记编号": "2024-001",
    "收到日期": "2024-03-01",
    "提交方式": "口头",
    "申请人类别": "自然人",
    "申请人姓名或名称": "甄一禾",
    "申请内容": "某文件",
}
MEDIATED = {"调解日期": "2024-03-04", "调解方式": "电话调解", "调解人姓名": "某人", "调解期满日": "2024-03-20"}


def test_the_register_has_the_columns_that_the_move_asks_for(copy: Copy) -> None:
    filled(copy, ROW | MEDIATED)
    book = load_workbook(copy.work / "empty.xlsx")
    heads = [str(cell.value) for cell in book["台账"][1]]
    assert heads.index("补正日期") < heads.index("调解日期") < heads.index("答复日期")
    assert "提出的一方" not in heads  # which the move does not ask for
    assert {"当面调解", "电话调解"} <= {cell for row in book["选项"].iter_rows(values_only=True) for cell in row}
    guide = {row[0]: row for row in book["填写说明"].iter_rows(values_only=True)}
    assert guide["调解人姓名"][4] == "主持调解的人。" and guide["调解方式"][5] == "当面调解、电话调解"


def test_a_row_of_the_register_brings_the_move_into_the_history(copy: Copy) -> None:
    path = filled(copy, ROW | MEDIATED)
    done = copy.json("--db", "register.db", "import", str(path))
    assert (done["faults"], done["refused"]) == ([], [])
    history = copy.json("--db", "register.db", "show", "2024-001")["history"]
    (made,) = [item for item in history if item["move"] == "mediate"]
    assert (made["at"][:10], made["data"]["way"], made["data"]["until"]) == ("2024-03-04", "phone", "2024-03-20")


def test_a_field_that_a_known_move_declares_anew_has_its_column(tmp_path: Path) -> None:
    other = Copy(tmp_path)
    extension = other.folder / "disclosure" / "states" / "procedure" / "moves" / "extension.py"
    text, field = extension.read_text("utf-8"), '    reason: Annotated[Text, Label("理由"'
    anew = '    volume: Annotated[Text | None, Label("涉及的卷数", "office", column="涉及卷数")] = None\n'
    assert field in text
    extension.write_text(text.replace(field, anew + field), "utf-8")
    extended = {"延期日期": "2024-03-05", "延长工作日数": 5, "延期理由": "多", "延期批准人": "某人", "涉及卷数": "九卷"}
    done = other.json("--db", "register.db", "import", str(filled(other, ROW | extended)))
    assert (done["faults"], done["refused"]) == ([], [])
    history = other.json("--db", "register.db", "show", "2024-001")["history"]
    assert [item["data"]["volume"] for item in history if item["move"] == "extend"] == ["九卷"]


def test_half_of_the_moves_columns_is_a_fault(copy: Copy) -> None:
    path = filled(copy, ROW | {"调解人姓名": "某人"})
    run = [
        sys.executable,
        "-c",
        RUN,
        "--db",
        "half.db",
        "--format",
        "json",
        "--today",
        "2024-03-05",
        "import",
        str(path),
    ]
    environment = os.environ | {"PYTHONPATH": str(copy.folder)}
    done = subprocess.run(run, cwd=copy.work, env=environment, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
    found = {(item["column"].split()[-1], item["code"]) for item in json.loads(done.stdout)["faults"]}
    assert found == {("调解日期", "group_incomplete"), ("调解方式", "group_incomplete")}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "moves",
            (
                "## 调解",
                "### 组织调解 `mediate`",
                "| `way` | 调解的方式 | 是 | 当面调解 `face`、电话调解 `phone` | 公开 |",
            ),
        ),
        ("machine", ("| `mediate` | 组织调解 | `way` 调解的方式 |", "received --> received: mediate")),
        ("manual", ("| second | 附议 | 审批单还没有办结 |",)),
    ],
)
def test_the_documents_and_the_diagram_have_it(copy: Copy, name: str, words: tuple[str, ...]) -> None:
    text = copy.page(name)
    assert [word for word in words if word not in text] == []


def test_the_verb_is_a_command_with_its_own_options(copy: Copy) -> None:
    assert "second         附议：表示赞成，不算签字" in copy("--help")
    told = copy("second", "--help")
    assert "附议：表示赞成，不算签字。审批单还没有办结" in told
    assert "--how [firmly|faintly]" in told and "--on-page PAGE" in told


def test_forms_have_the_verb(forms: Any) -> None:
    told = forms["verbs"]["second"]
    assert (told["name"], told["data"]["properties"]["on_page"]["title"]) == ("附议", "所看的页")


@pytest.fixture
def office(copy: Copy) -> Callable[..., Any]:
    """A sheet that waits for its approval; answers by the JSON of a command with it."""
    (copy.work / "people.toml").write_text(directory_text(), "utf-8")
    (copy.work / "procedure.toml").write_text(procedure_text("head disclosure_head any 10"), "utf-8")

    def ask(*arguments: str) -> Any:
        return copy.json("--db", "sheets.db", *arguments)

    ask("directory", "--load", "people.toml")
    ask("procedure", "--load", "procedure.toml", "--as", "root")
    ask("move", "A-1", "submit", "--at", "2024-03-01", "--as", "u1", *REQUEST)
    ask("move", "A-1", "accept", "--at", "2024-03-01", "--as", "u1")
    ask("propose", "A-1", "reply", "--as", "u1", "--data", "answer=O02", "--data", "delivery=post")
    return ask


def test_the_verb_is_done_tried_and_told(copy: Copy, office: Callable[..., Any]) -> None:
    tried = office("second", "A-1", "--as", "u2", "--how", "faintly", "--dry-run")
    assert (tried["verb"], tried["status"]) == ("second", {"before": "running", "after": "running"})
    assert office("second", "A-1", "--as", "u2", "--opinion", "很好")["verb"] == "second"
    assert [item["verb"] for item in office("sheet", "A-1", "--as", "u1")["actions"]][-1] == "second"
    (answer,) = [item for item in office("sheet", "A-1", "--as", "u1", "--why")["verbs"] if item["verb"] == "second"]
    assert (answer["name"], answer["allowed"]) == ("附议", True)
    form = copy("--db", "sheets.db", "notice", "A-1", "approval_form", "--as", "u1", "--today", "2024-03-05")
    assert "附议：很好" in form
