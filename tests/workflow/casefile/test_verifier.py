"""The verifier that lies in a bundle: whatever is touched, missing or added is named, without the product."""

import warnings
import zipfile

import pytest
from bundles import CHAINS, chains_with, made, served, verdict

from disclosure.workflow.casefile.signing import public_half
from disclosure.workflow.casefile.verifier import SIGNATURE, SUMS, read_bundle, shown_key


@pytest.fixture
def counter(sessions):
    """A case with papers that were served."""
    return served(sessions)


def test_every_touched_file_is_named(counter, tmp_path):
    files = made(counter)
    for place, name in enumerate(sorted(files.keys() - {SUMS, "verify.py", CHAINS})):
        status, told = verdict(tmp_path / str(place), files | {name: files[name] + b" "})
        assert (status, name in told) == (1, True), told


@pytest.mark.parametrize(
    "drop", ["文书/03-公开政府信息告知书.txt", "送达/07-回执.jpg", "附件/01-申请材料-申请书.txt", "依据/法律.txt"]
)
def test_a_missing_file_is_named(counter, tmp_path, drop):
    files = made(counter)
    del files[drop]
    status, told = verdict(tmp_path, files)
    assert (status, drop in told) == (1, True), told


def test_an_added_file_is_named(counter, tmp_path):
    assert verdict(tmp_path, made(counter) | {"文书/99.txt": b"x"})[0] == 1


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
    "checkpoint head": _put(("checkpoints", 0, "ends", 0, 3), "0" * 64),
    "attachment's role": _put(("attachments", 0, "entry", "role"), "evidence"),
    "attachment's name": _put(("attachments", 0, "name"), "另.txt"),
    "attachment's hash": _put(("attachments", 0, "sha256"), "0" * 64),
    "attachment's file": _put(("attachments", 0, "file"), None),
    "attachment gone": lambda proof: proof["attachments"].pop(0),
    "last attachment gone": lambda proof: proof["attachments"].pop(),
    "proof gone": lambda proof: proof["proofs"].pop("4"),
    "paper gone": lambda proof: proof["papers"].pop("1"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_chain_is_found_even_with_the_list_put_in_order(counter, tmp_path, change):
    files = made(counter)
    status, told = verdict(tmp_path, chains_with(files, change), again=True)
    assert (status, "✗" in told) == (1, True), told


@pytest.mark.parametrize("name", ["文书/03-公开政府信息告知书.txt", "送达/07-回执.jpg", "附件/01-申请材料-申请书.txt"])
def test_changed_bytes_are_found_even_with_the_list_put_in_order(counter, tmp_path, name):
    files = made(counter)
    status, told = verdict(tmp_path, files | {name: b"other"}, again=True)
    assert (status, name in told) == (1, True), told


def test_what_is_no_bundle_is_told(tmp_path, counter):
    files = made(counter)
    assert verdict(tmp_path, {"verify.py": files["verify.py"], "x": b""})[0] == 1
    broken = verdict(tmp_path / "b", files | {CHAINS: b"{"}, again=True)
    assert broken[0] == 2 and "Traceback" not in broken[1]


def test_a_name_that_would_hide_what_is_told_stands_as_its_code(counter, tmp_path):
    status, told = verdict(tmp_path, made(counter) | {"文书/99\x1b[8m\u202e.txt": b"x"})
    assert (status, "文书/99〔U+001B〕[8m〔U+202E〕.txt" in told, "\x1b" in told) == (1, True, False)


KEY = bytes(range(32))
OFFICE = public_half(KEY)


def test_a_signed_bundle_is_whole_by_the_key_that_the_office_has_made_known(counter, tmp_path):
    files = made(counter, key=KEY)
    for place, options in enumerate(((), ("--key", OFFICE), ("--key", shown_key(OFFICE)))):
        status, told = verdict(tmp_path / str(place), files, *options)
        assert (status, "完整" in told) == (0, True), told
    assert "没有签名" in verdict(tmp_path / "unsigned", made(counter))[1]


def test_every_file_is_covered_by_the_signature_whoever_puts_the_list_in_order(counter, tmp_path):
    files = made(counter, key=KEY)
    for place, name in enumerate(sorted(files.keys() - {SUMS, SIGNATURE, "verify.py", CHAINS})):
        status, told = verdict(tmp_path / str(place), files | {name: files[name] + b" "}, again=True)
        assert (status, "签名与文件清单不符" in told) == (1, True), (name, told)
    rest = {name: content for name, content in files.items() if name != "案件.json"}
    assert "签名与文件清单不符" in verdict(tmp_path / "gone", rest, again=True)[1]
    assert "签名与文件清单不符" in verdict(tmp_path / "more", files | {"另.txt": b"x"}, again=True)[1]


def test_a_signature_that_was_taken_away_or_is_somebody_elses_is_found(counter, tmp_path):
    files = made(counter, key=KEY)
    unsigned = {name: content for name, content in files.items() if name != SIGNATURE}
    assert "没有签名" in verdict(tmp_path / "a", unsigned, "--key", OFFICE)[1]
    status, told = verdict(tmp_path / "b", made(counter, key=bytes(32)), "--key", OFFICE)
    assert (status, "不是该机关公布的密钥" in told) == (1, True), told
    broken = files | {SIGNATURE: files[SIGNATURE].replace(b'"signature":"', b'"signature":"00')}
    assert verdict(tmp_path / "c", broken)[0] == 1


@pytest.mark.parametrize("twin", ["文书/03-公开政府信息告知书.txt", "Verify.py"])
def test_a_name_that_is_there_twice_is_refused(counter, tmp_path, twin):
    """One program opens the first of them, another the last: the verifier must not have looked at one alone."""
    path = tmp_path / "bundle.zip"
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings(action="ignore"):
        for name, content in [(twin, b"another"), *made(counter).items()]:
            archive.writestr(name, content)
    with pytest.raises(ValueError, match="同名"):
        read_bundle(path)
