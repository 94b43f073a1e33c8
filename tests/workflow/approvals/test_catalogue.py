"""The verbs' files as a whole: their order stands, and files with faults are refused with all of them."""

import sys
import textwrap

import pytest

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData
from disclosure.workflow.approvals.catalogue import FOLDER, VERB_ENTRIES, VERBS, load

ORDER = [  # in which lists, help and manual show them
    "send",
    "read",
    "save",
    "approve",
    "return",
    "recall",
    "transfer",
    "delegate",
    "advise",
    "add_signer",
    "remove_signer",
    "copy",
    "urge",
    "void",
    "complete",
    "assign",
    "seal",
]

HEAD = """
    from typing import Annotated

    from disclosure.states.procedure.fields import Choice, Label
    from disclosure.workflow.approvals.declaration import VerbData, VerbEntry, Verb


    def nothing(*given):
        return None


    GOOD = dict(title="甲", rule="随时", data=VerbData, check=nothing, do=nothing)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A package of verbs; ``write`` adds a file to it."""
    name = "verbs_" + "".join(char if char.isalnum() else "_" for char in tmp_path.name)
    package = tmp_path / name
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(file: str, body: str) -> None:
        (package / file).write_text(textwrap.dedent(HEAD) + textwrap.dedent(body), "utf-8")

    write.package = name  # type: ignore[attr-defined]
    yield write
    for loaded in [item for item in sys.modules if item.split(".")[0] == name]:
        del sys.modules[loaded]


def test_the_verbs_keep_their_order():
    known = ["propose", "edit", *ORDER, "substitute", "acting", "handover"]
    assert [item.name for item in VERB_ENTRIES if item.name in known] == known
    assert [name for name in VERBS if name in known] == ORDER
    assert [item.verb for item in load(FOLDER)] == list(VERB_ENTRIES)


def test_a_file_that_is_added_is_a_verb_more(folder):
    folder(
        "a.py",
        'late = Verb(name="late", order=30, **GOOD)\nearly = VerbEntry(name="early", title="乙", rule="是", order=10)',
    )
    folder("b.py", 'middle = Verb(name="middle", order=20, **GOOD | {"title": "丙"})')
    assert [(item.file, item.verb.name) for item in load(folder.package)] == [
        ("a.py", "early"),
        ("b.py", "middle"),
        ("a.py", "late"),
    ]


def test_every_fault_of_every_file_is_told_at_once(folder):
    folder(
        "a.py", 'one = Verb(name="nod", order=10, **GOOD)\ntwo = Verb(name="bow", order=20, **(GOOD | {"title": ""}))'
    )
    folder(
        "b.py", 'one = Verb(name="nod", order=30, **GOOD)\nfour = VerbEntry(name="sit", title="坐", rule="", order=20)'
    )
    folder(
        "c.py",
        """
        class Other(VerbData):
            bare: str = ""
            unlabelled: Annotated[str, Label("", "office")] = ""
            open: Annotated[str, Label("对方")] = ""
            way: Annotated[str, Choice(post="邮寄", fax=""), Label("方式", "public")] = "post"


        wave = Verb(name="wave", order=40, **(GOOD | {"data": Other}))  # with the title of another
        bag = Verb(name="bag", order=50, **(GOOD | {"title": "袋", "data": dict}))
        wink = Verb(name="winkTwice", order=60, **(GOOD | {"title": "眨眼", "data": Other}))
        """,
    )
    folder("d.py", "raise RuntimeError('torn')")
    with pytest.raises(BadData) as refused:
        load(folder.package)
    assert sorted((item["field"], item["problem"]) for item in refused.value.faults) == [
        ("a.py bow.title", "missing"),
        ("b.py nod.name", "name_taken"),
        ("b.py sit.order", "order_taken"),
        ("b.py sit.rule", "missing"),
        ("c.py bag.data", "not_a_model"),
        ("c.py wave.bare", "label_missing"),
        ("c.py wave.bare", "privacy_missing"),
        ("c.py wave.open", "privacy_missing"),
        ("c.py wave.title", "title_taken"),
        ("c.py wave.unlabelled", "label_missing"),
        ("c.py wave.way", "choice_label_missing"),
        ("c.py winkTwice.name", "name_not_snake"),
        ("d.py", "declaration_unreadable"),
    ]
    assert all(item["field"] == item["file"] or item["name"] for item in refused.value.faults)
    told = describe(refused.value)
    assert "（b.py nod.name）”：这个名字在 a.py 里已经用过" in told and "“c.py wave.open”没有写明隐私类别" in told
