"""A package of moves that a test writes."""

import sys
import textwrap

import pytest

HEAD = """
    from typing import Annotated

    from disclosure.states.procedure.declaration import Condition, Finding, Move, ProcedureStep, lead
    from disclosure.states.procedure.fields import Choice, IsoDate, Label, MoveData, DayOnly

    STEP = ProcedureStep("试验", {order})


    class Data(MoveData):
        day: Annotated[IsoDate, Label("日期", "public")]


    def never(q):
        return None


    GOOD = dict(title="甲", description="甲。", article="reply", data=Data, arrows=lead(["received"], "accepted"))
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package of moves; ``write`` adds a file to it."""
    name = "moves_" + "".join(char if char.isalnum() else "_" for char in tmp_path.name)
    package = tmp_path / name
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(file: str, body: str, order: int = 10) -> None:
        (package / file).write_text(textwrap.dedent(HEAD.format(order=order)) + textwrap.dedent(body), "utf-8")

    write.package = name  # type: ignore[attr-defined]
    yield write
    for loaded in [item for item in sys.modules if item.split(".")[0] == name]:
        del sys.modules[loaded]
