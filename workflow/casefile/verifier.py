"""核对证据包：python3 verify.py [证据包.zip 或者解开后的目录]

Stand-alone: the standard library alone, nothing of the product. Recomputes the hash of every file, the
chains of the case's history, of its papers and of its approvals, what was put aside from them, and the
checkpoints that tie the chain to those of all other cases. Exit status 0: whole; 1: faults; 2: unreadable.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Files = dict[str, bytes]
Row = dict[str, Any]
GENESIS = "0" * 64
REDACTED = "sealed:"
SUMS = "SHA256SUMS"
SIGNATURE = "SHA256SUMS.sig"


def digest(*parts: str, algorithm: str = "sha256") -> str:
    """SHA-256 (or SM3) over the parts, each followed by a zero byte."""
    sha = hashlib.new(algorithm)
    for part in parts:
        sha.update(part.encode("utf-8"))
        sha.update(b"\0")
    return sha.hexdigest()


def canonical(value: Any) -> str:
    """One text for one value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def read_bundle(place: str | Path) -> Files:
    """Every file of a bundle, by name.

    Raises:
        ValueError: a name is there twice, so that two people who open it may see two different files.
    """
    path = Path(place)
    if path.is_dir():
        return {item.relative_to(path).as_posix(): item.read_bytes() for item in path.rglob("*") if item.is_file()}
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if len({name.casefold() for name in names}) != len(names):
            raise ValueError("有同名的文件，不同的人打开会看到不同的内容")
        return {name: archive.read(name) for name in names}


FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD
_ROOT = pow(2, (FIELD - 1) // 4, FIELD)
Point = tuple[int, int, int, int]
"""A point of the curve of Ed25519 (RFC 8032): x and y over z, and their product over z."""


def _add(one: Point, two: Point) -> Point:
    minus = (one[1] - one[0]) * (two[1] - two[0]) % FIELD
    plus = (one[1] + one[0]) * (two[1] + two[0]) % FIELD
    both, double = 2 * one[3] * two[3] * _D % FIELD, 2 * one[2] * two[2] % FIELD
    e, f, g, h = plus - minus, double - both, double + both, plus + minus
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


def multiply(point: Point, number: int) -> Point:
    """A point added to itself so many times."""
    found: Point = (0, 1, 1, 0)
    while number:
        if number & 1:
            found = _add(found, point)
        point = _add(point, point)
        number >>= 1
    return found


def pressed(point: Point) -> bytes:
    """A point as it is written."""
    inverse = pow(point[2], FIELD - 2, FIELD)
    x, y = point[0] * inverse % FIELD, point[1] * inverse % FIELD
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _side(y: int, odd: int) -> int:
    """The x that belongs to a y.

    Raises:
        ValueError: there is none.
    """
    square = (y * y - 1) * pow(_D * y * y + 1, FIELD - 2, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if (x * x - square) % FIELD:
        x = x * _ROOT % FIELD
    if y >= FIELD or (x * x - square) % FIELD or (x == 0 and odd):
        raise ValueError("no point")
    return x if x & 1 == odd else FIELD - x


_Y = 4 * pow(5, FIELD - 2, FIELD) % FIELD
_X = _side(_Y, 0)
BASE: Point = (_X, _Y, 1, _X * _Y % FIELD)
"""The point from which every key is made."""


def _read_point(text: bytes) -> Point:
    number = int.from_bytes(text, "little")
    y = number & ((1 << 255) - 1)
    x = _side(y, number >> 255)
    return x, y, 1, x * y % FIELD


def is_signed(public: str, signature: str, content: bytes) -> bool:
    """Whether a signature is that of the key for these bytes."""
    try:
        key, both = bytes.fromhex(public), bytes.fromhex(signature)
        if len(key) != 32 or len(both) != 64:
            return False
        point, owner = _read_point(both[:32]), _read_point(key)
    except ValueError:
        return False
    rest = int.from_bytes(both[32:], "little")
    if rest >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(both[:32] + key + content).digest(), "little") % ORDER
    return pressed(multiply(BASE, rest)) == pressed(_add(point, multiply(owner, challenge)))


def check_signature(files: Files, trusted: str | None) -> Iterator[str]:
    """The office's signature under the list of all files; ``trusted`` is the key that the office has made known."""
    if SIGNATURE not in files:
        if trusted is not None:
            yield f"没有签名（{SIGNATURE}）：文件清单可能是后来另写的"
        return
    found = json.loads(files[SIGNATURE])
    if not is_signed(found["public_key"], found["signature"], files[SUMS]):
        yield "签名与文件清单不符：清单或者签名被改动过"
    elif trusted is not None and trusted not in (found["public_key"], shown_key(found["public_key"])):
        yield "签名不是该机关公布的密钥所签"


def shown_key(public: str) -> str:
    """A short text by which people compare keys."""
    found = hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]
    return "-".join(found[start : start + 4] for start in range(0, len(found), 4))


def check_files(files: Files) -> Iterator[str]:
    """The list of hashes against the files, both ways."""
    listed = {}
    for line in files[SUMS].decode("utf-8").splitlines():
        wanted, _, name = line.partition("  ")
        listed[name] = wanted
    for name, wanted in listed.items():
        if name not in files:
            yield f"缺少文件：{name}"
        elif hashlib.sha256(files[name]).hexdigest() != wanted:
            yield f"文件被改动过：{name}"
    for name in sorted(files.keys() - listed.keys() - {SUMS, SIGNATURE}):
        yield f"多出的文件：{name}"


def check_chain(rows: list[Row], link: Callable[[Row], str], what: str) -> Iterator[str]:
    """Each row's hash over its own texts and the hash before."""
    before = GENESIS
    for place, row in enumerate(rows, 1):
        if row["seq"] != place or row["prev_hash"] != before or link(row) != row["hash"]:
            yield f"{what}在第{place}条处断开或者被改动过"
            return
        before = row["hash"]


def link_over(row: Row, where: tuple[object, ...], names: str) -> str:
    """The hash of a row of a chain: over the hash before, where the chain belongs, and the row's own texts."""
    parts = (*where, *(row[name] for name in names.split()))
    return digest(row["prev_hash"], *("" if part is None else str(part) for part in parts))


def of_case(proof: Row) -> tuple[str, str]:
    """By what the chains of a case are told from those of all others."""
    return proof["agency"], proof["case"]


def redacted_places(data: Row) -> Iterator[Any]:
    """Where the history has a hash in place of personal data."""
    outer = "amend:" if isinstance(data.get("data"), dict) else ""
    for name, value in data.items():
        if name == "data" and isinstance(value, dict):
            yield from redacted_places(value)
        elif isinstance(value, dict):
            for inner, text in value.items():
                if isinstance(text, str) and text.startswith(REDACTED):
                    yield f"{name}.{inner}", text
        elif isinstance(value, str) and value.startswith(REDACTED):
            yield outer + name, value


def redacted_by(actor: str) -> Row:
    """The same where the history has a hash in place of who is said to have acted."""
    user = json.loads(actor).get("user_id")
    return {"actor:by": user} if isinstance(user, str) and user.startswith(REDACTED) else {}


def check_history(proof: Row) -> Iterator[str]:
    """The steps of the case, and the personal data that were put aside from them."""
    names = "seq move on_date at_text recorded_at actor data"

    def link(row: Row) -> str:
        return link_over(row | {"mark": "live"}, of_case(proof), f"{names} mark" if row.get("live") else names)

    yield from check_chain(proof["events"], link, "办理记录")
    if proof["events"] and proof["events"][-1]["hash"] != proof["head_hash"]:
        yield "办理记录的末尾缺少步骤"
    aside = {row["seq"]: row for row in proof["private"]}
    for event in proof["events"]:
        redacted = dict(redacted_places(json.loads(event["data"]))) | redacted_by(event["actor"])
        row = aside.get(event["seq"])
        if row is not None and row["erased_at"]:
            continue
        kept = json.loads(row["payload"]) if row is not None and row["payload"] else {}
        salt = row["salt"] or "" if row is not None else ""
        if {name: REDACTED + digest(salt, canonical(value)) for name, value in kept.items()} != redacted:
            yield f"第{event['seq']}步的个人信息与办理记录不符"


def check_papers(proof: Row, files: Files) -> Iterator[str]:
    """The acts of the papers, the bytes of each paper, the proofs of service."""

    def link(row: Row) -> str:
        return link_over(row, of_case(proof), "seq act notice_no on_date recorded_at actor data")

    yield from check_chain(proof["paper_acts"], link, "文书记录")
    for act in proof["paper_acts"]:
        data = json.loads(act["data"])
        if act["act"] == "issued":
            yield from check_paper(act, data, proof["papers"].get(str(act["notice_no"])), files)
        if "proof" in data:
            yield from check_proof(act, data, proof["proofs"].get(str(act["seq"])), files)


def check_paper(act: Row, data: Row, paper: Any, files: Files) -> Iterator[str]:
    """One paper: its bytes and facts are those whose hashes were recorded when it was issued."""
    if paper is None:
        yield f"缺少第{act['notice_no']}份文书"
        return
    for carrier, wanted in data["hashes"].items():
        name = paper["files"].get(carrier)
        if name is None:
            if not paper["erased"]:
                yield f"第{act['notice_no']}份文书缺少 {carrier}"
        elif hashlib.sha256(files.get(name, b"")).hexdigest() != wanted:
            yield f"第{act['notice_no']}份文书（{name}）不是签发时的那一份"
    if paper["facts"] is not None and digest(paper["salt"], paper["facts"]) != data["facts_hash"]:
        yield f"第{act['notice_no']}份文书的内容依据被改动过"


def check_proof(act: Row, data: Row, kept: Any, files: Files) -> Iterator[str]:
    """One event of service: what was put aside of it is what was recorded."""
    if kept is None:
        yield f"缺少第{act['seq']}条送达记录的证明"
        return
    if kept["payload"] is not None and digest(kept["salt"], kept["payload"]) != data["proof"]:
        yield f"第{act['seq']}条送达记录的证明被改动过"
    if kept["file"] and hashlib.sha256(files.get(kept["file"], b"")).hexdigest() != data["file"]:
        yield f"第{act['seq']}条送达记录的证明文件（{kept['file']}）不是登记时的那一份"


def check_attachments(proof: Row, files: Files) -> Iterator[str]:
    """The entries of what is filed with the case, and the content of each."""

    def link(row: Row) -> str:
        return link_over(row, of_case(proof), "seq role type size seal on_date recorded_at actor")

    kept = proof.get("attachments", [])
    yield from check_chain([item["entry"] for item in kept], link, "附件记录")
    for item in kept:
        seq, content = item["entry"]["seq"], files.get(item["file"] or "")
        if item["erased"]:
            continue
        if content is None:
            yield f"缺少第{seq}件附件"
        elif hashlib.sha256(content).hexdigest() != item["sha256"]:
            yield f"第{seq}件附件（{item['file']}）不是登记时的那一份"
        if digest(item["salt"] or "", item["name"] or "", item["sha256"] or "") != item["entry"]["seal"]:
            yield f"第{seq}件附件的名称或者内容与登记时不符"


def check_approvals(proof: Row) -> Iterator[str]:
    """The actions of each approval sheet."""
    names = "seq verb on_date recorded_at user_id on_behalf_of actor content_hash data"
    for sheet in proof["sheets"]:

        def link(row: Row, sheet: Row = sheet) -> str:
            return link_over(row, (*of_case(proof), sheet["sheet_no"]), names)

        yield from check_chain(sheet["actions"], link, f"审批单{sheet['sheet_no']}的记录")


def checkpoint_sum(item: Row) -> str:
    """The hash of a checkpoint by its scheme: 1 knew cases only, 2 holds every kind, 3 is 2 with SM3 for SHA-256."""
    scheme, before = item["scheme"], (item["prev_hash"], item["created_at"])
    if scheme == 1:
        return digest(*before, *(f"{ref}:{seq}:{head}" for _, ref, seq, head, _ in item["ends"]))
    ends = (f"{kind}:{ref}:{seq}:{head}:{state or ''}" for kind, ref, seq, head, state in item["ends"])
    return digest(str(scheme), *before, *ends, algorithm={2: "sha256", 3: "sm3"}[scheme])


def check_checkpoints(proof: Row) -> Iterator[str]:
    """The checkpoints that hold this case: their sums, and the step and the attachment that each names."""
    known = {
        "case": ({row["seq"]: row["hash"] for row in proof["events"]}, "步骤与办理记录"),
        "attachment": (
            {item["entry"]["seq"]: item["entry"]["hash"] for item in proof.get("attachments", [])},
            "附件与附件记录",
        ),
    }
    for item in proof["checkpoints"]:
        if checkpoint_sum(item) != item["hash"]:
            yield f"检查点{item['id']}被改动过"
        for kind, ref, seq, head, _ in item["ends"]:
            if ref == proof["case_id"] and kind in known and known[kind][0].get(seq) != head:
                yield f"检查点{item['id']}记下的{known[kind][1]}不符"


def verify(files: Files, trusted: str | None = None) -> list[str]:
    """Every fault of a bundle; ``trusted`` is the office's public key or its fingerprint, where one is known."""
    if SUMS not in files or "证明/chains.json" not in files:
        return ["不是证据包，或者缺少 SHA256SUMS、证明/chains.json"]
    proof = json.loads(files["证明/chains.json"])
    return [
        *check_signature(files, trusted),
        *check_files(files),
        *check_history(proof),
        *check_papers(proof, files),
        *check_attachments(proof, files),
        *check_approvals(proof),
        *check_checkpoints(proof),
    ]


def _visible(text: str) -> str:
    """A text as a terminal can show it: what nobody would see stands as its code."""
    return "".join(letter if letter.isprintable() else f"〔U+{ord(letter):04X}〕" for letter in text)


def main() -> int:
    """Prints every fault, or that there is none."""
    arguments = sys.argv[1:]
    trusted = None
    if "--key" in arguments:
        at = arguments.index("--key")
        trusted = "".join(arguments[at + 1 : at + 2])
        arguments[at : at + 2] = []
    place = arguments[0] if arguments else Path(__file__).resolve().parent
    try:
        files = read_bundle(place)
        faults = verify(files, trusted)
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        print(_visible(f"读不了证据包：{type(error).__name__} {error}"))
        return 2
    for fault in faults:
        print(_visible(f"✗ {fault}"))
    if faults:
        return 1
    proof = json.loads(files["证明/chains.json"])
    summary = f"案件{proof['case']}：{len(files)}个文件，{len(proof['events'])}步办理记录"
    summary += f"，{len(proof['paper_acts'])}条文书记录，{len(proof.get('attachments', []))}件附件"
    summary += f"，{len(proof['sheets'])}份审批单"
    summary += f"，{len(proof['checkpoints'])}个检查点"
    print(_visible(f"✓ 完整。{summary}"))
    print(f"  SHA256SUMS 的指纹：{hashlib.sha256(files[SUMS]).hexdigest()}")
    if SIGNATURE not in files:
        print("  ⚠ 没有签名：以上只说明文件彼此一致，请向出具机关核对指纹")
    elif trusted is None:
        key = shown_key(json.loads(files[SIGNATURE])["public_key"])
        print(f"  ⚠ 签名密钥 {key}：请与该机关公布的密钥核对，或者用 --key {key} 再核一次")
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
