"""The evidence bundle: whole by its own verifier, which runs without the product; whatever is touched is named."""

import pytest
from approvals import Office
from bundles import CHAINS, ON, chains_with, made, served, verdict
from erasing import erased

from disclosure.states.errors import UnknownCase
from disclosure.workflow import ADMINISTRATOR, Context
from disclosure.workflow.casefile.bundle import bundle
from disclosure.workflow.casefile.verifier import SUMS


@pytest.fixture
def counter(sessions):
    """A case with a receipt, a reply that was returned once and signed for, and one voided paper."""
    return served(sessions)


def test_a_bundle_holds_everything_and_verifies_itself(counter, tmp_path):
    files = made(counter)
    status, told = verdict(tmp_path, files)
    assert (status, "完整" in told) == (0, True), told
    assert "1个检查点" in told
    names = set(files)
    assert {
        "说明.txt",
        "办理经过.txt",
        "案件.json",
        "依据/法律.txt",
        "依据/放假安排.txt",
        "verify.py",
        SUMS,
        CHAINS,
    } <= names
    assert "期限/01-答复期限.txt" in names
    assert sum(name.startswith("文书/") for name in names) == 3
    assert "送达/07-回执.jpg" in names
    assert files["附件/01-申请材料-申请书.txt"].decode() == "申请公开"
    assert "附件/02-证据-．.证据：一.txt" in names
    assert not any(".." in name.split("/") or name.startswith("/") for name in names)
    assert "第三十三条" in files["依据/法律.txt"].decode()
    assert "清明节" in files["依据/放假安排.txt"].decode() or "2024-04-04" in files["依据/放假安排.txt"].decode()
    assert "文书退回：湖水公开〔2024〕2号（第1次）" in files["办理经过.txt"].decode()


def test_a_case_and_day_give_the_same_bytes(counter):
    with counter.sessions() as session:
        connection = session.connection()
        assert bundle(Context(connection, ADMINISTRATOR), "A-1", ON) == bundle(
            Context(connection, ADMINISTRATOR), "A-1", ON
        )
        with pytest.raises(UnknownCase):
            bundle(Context(connection, ADMINISTRATOR), "A-9", ON)


def test_nothing_of_another_case_is_in_it(counter):
    files = made(counter)
    assert [
        name for name, content in files.items() if b"A-2" in content and not name.endswith((".docx", ".pdf", ".py"))
    ] == []


def test_an_erased_case_still_verifies(counter, tmp_path):
    counter.make("A-1", "close", {}, ON)
    erased(counter.sessions, "A-1")
    files = made(counter)
    assert not any(name.startswith("文书/") for name in files)
    assert verdict(tmp_path, files)[0] == 0


@pytest.fixture
def approved(sessions):
    """A reply that went through a sheet."""
    office = Office(sessions).accept()
    office.propose()
    office.do("u2", "approve")
    office.do("u3", "approve")
    return office


def test_approvals_are_told_and_verified(approved, tmp_path):
    files = made(approved)
    assert "审批单1：同意" in files["办理经过.txt"].decode()
    status, told = verdict(tmp_path / "whole", files)
    assert (status, "1份审批单" in told) == (0, True), told

    def forge(proof):
        proof["sheets"][0]["actions"][-1]["user_id"] = "u9"

    assert verdict(tmp_path / "forged", chains_with(files, forge), again=True)[0] == 1
