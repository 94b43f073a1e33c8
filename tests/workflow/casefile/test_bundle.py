"""The evidence bundle: whole by its own verifier, which runs without the product; whatever is touched is named."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date

import pytest
from approvals import Office
from counter import Counter
from office import ADMIN

from disclosure.states.errors import UnknownCase
from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, checkpoint, erase
from disclosure.workflow.casefile.bundle import SUMS, bundle

ON = date(2024, 6, 3)
CHAINS = "证明/chains.json"
POST = {"method": "post", "carrier": "EMS", "waybill": "E1", "address": "某路1号"}


@pytest.fixture
def counter(sessions):
    """A case with a receipt, a reply that was returned once and signed for, and one voided paper."""
    made = Counter(sessions).replied("A-1").replied("A-2")
    made.issue("A-1", "receipt")
    made.issue("A-1", "registration")
    made.issue("A-1")
    made.at(date(2024, 3, 25))
    for act, data, file in (
        ("dispatched", POST, None),
        ("returned", {"reason": "地址不详"}, ("退件/../a.jpg", b"one")),
        ("dispatched", POST | {"waybill": "E2"}, None),
        ("signed", {"signed_by": "本人"}, ("回执.jpg", b"two")),
    ):
        made.serve("3", act, data, file=file)
    with sessions() as session, session.begin():
        checkpoint(Context(session, ADMINISTRATOR, clock=FixedClock(ON)))
    return made


def made(counter, number="A-1", on=ON) -> dict[str, bytes]:
    with counter.sessions() as session:
        content = bundle(Context(session.connection(), ADMINISTRATOR), number, on)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verdict(tmp_path, files, *, again=False):
    """What the bundle's own verifier says of it, in a Python that sees no installed package."""
    if again:  # somebody has put the list of hashes in order after touching a file
        rest = sorted((name, content) for name, content in files.items() if name != SUMS)
        sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in rest)
        files = files | {SUMS: sums.encode()}
    for name, content in files.items():
        path = tmp_path / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    script = tmp_path / "bundle" / "verify.py"
    command = [sys.executable, "-I", "-S", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)  # noqa: S603
    return done.returncode, done.stdout + done.stderr


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


def test_every_touched_file_is_named(counter, tmp_path):
    files = made(counter)
    for place, name in enumerate(sorted(files.keys() - {SUMS, "verify.py", CHAINS})):
        status, told = verdict(tmp_path / str(place), files | {name: files[name] + b" "})
        assert (status, name in told) == (1, True), told


@pytest.mark.parametrize("drop", ["文书/03-公开政府信息告知书.txt", "送达/07-回执.jpg", "依据/法律.txt"])
def test_a_missing_file_is_named(counter, tmp_path, drop):
    files = made(counter)
    del files[drop]
    status, told = verdict(tmp_path, files)
    assert (status, drop in told) == (1, True), told


def test_an_added_file_is_named(counter, tmp_path):
    assert verdict(tmp_path, made(counter) | {"文书/99.txt": b"x"})[0] == 1


def chains_with(files, change):
    proof = json.loads(files[CHAINS])
    change(proof)
    return files | {CHAINS: json.dumps(proof, ensure_ascii=False).encode()}


def _put(path, value):
    def change(proof):
        place = proof
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value

    return change


CHANGES = {
    "day": _put(("events", 0, "on_date"), "2024-03-02"),
    "data": _put(("events", 2, "data"), "{}"),
    "actor": _put(("events", 1, "actor"), '{"user_id":"x"}'),
    "head": _put(("head_hash",), "0" * 64),
    "step gone": lambda proof: proof["events"].pop(1),
    "end gone": lambda proof: proof["events"].pop(),
    "applicant": _put(("private", 0, "payload"), '{"applicant.name":"李四"}'),
    "act": _put(("paper_acts", 3, "on_date"), "2024-03-24"),
    "act gone": lambda proof: proof["paper_acts"].pop(2),
    "waybill": _put(("proofs", "4", "payload"), '{"waybill":"E9"}'),
    "facts": _put(("papers", "1", "facts"), "{}"),
    "checkpoint": _put(("checkpoints", 0, "created_at"), "2024-01-01"),
    "checkpoint head": _put(("checkpoints", 0, "heads", 0, 2), "0" * 64),
    "proof gone": lambda proof: proof["proofs"].pop("4"),
    "paper gone": lambda proof: proof["papers"].pop("1"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_chain_is_found_even_with_the_list_put_in_order(counter, tmp_path, change):
    files = made(counter)
    status, told = verdict(tmp_path, chains_with(files, change), again=True)
    assert (status, "✗" in told) == (1, True), told


@pytest.mark.parametrize("name", ["文书/03-公开政府信息告知书.txt", "送达/07-回执.jpg"])
def test_changed_bytes_are_found_even_with_the_list_put_in_order(counter, tmp_path, name):
    files = made(counter)
    status, told = verdict(tmp_path, files | {name: b"other"}, again=True)
    assert (status, name in told) == (1, True), told


def test_an_erased_case_still_verifies(counter, tmp_path):
    counter.make("A-1", "close", {}, ON)
    with counter.sessions() as session, session.begin():
        erase(Context(session, ADMIN, clock=FixedClock(ON)), "A-1")
    files = made(counter)
    assert not any(name.startswith("文书/") for name in files)
    assert verdict(tmp_path, files)[0] == 0


def test_what_is_no_bundle_is_told(tmp_path, counter):
    files = made(counter)
    assert verdict(tmp_path, {"verify.py": files["verify.py"], "x": b""})[0] == 1
    broken = verdict(tmp_path / "b", files | {CHAINS: b"{"}, again=True)
    assert broken[0] == 2 and "Traceback" not in broken[1]


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
