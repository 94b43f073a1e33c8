"""Evidence bundles: how one is made, touched afterwards, and verified by the script that lies in it."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import date

from counter import Counter

from disclosure.workflow import ADMINISTRATOR, Context, FixedClock, attach, checkpoint
from disclosure.workflow.casefile.bundle import bundle
from disclosure.workflow.casefile.verifier import SIGNATURE, SUMS

ON = date(2024, 6, 3)
CHAINS = "证明/chains.json"
POST = {"method": "post", "carrier": "EMS", "waybill": "E1", "address": "某路1号"}


def served(sessions) -> Counter:
    """A case with a receipt, a reply that was returned once and signed for, and one voided paper."""
    counter = Counter(sessions).replied("A-1").replied("A-2")
    counter.issue("A-1", "receipt")
    counter.issue("A-1", "registration")
    counter.issue("A-1")
    counter.at(date(2024, 3, 25))
    for act, data, file in (
        ("dispatched", POST, None),
        ("returned", {"reason": "地址不详"}, ("退件..a.jpg", b"one")),
        ("dispatched", POST | {"waybill": "E2"}, None),
        ("signed", {"signed_by": "本人"}, ("回执.jpg", b"two")),
    ):
        counter.serve("3", act, data, file=file)
    with sessions() as session, session.begin():
        context = Context(session, ADMINISTRATOR, clock=FixedClock(ON))
        attach(context, "A-1", "申请书.txt", "申请公开".encode())
        attach(context, "A-1", "..证据：一.txt", "证据".encode(), role="evidence")
        checkpoint(Context(session, ADMINISTRATOR, clock=FixedClock(ON)))
    return counter


def made(counter, number="A-1", on=ON, key=None) -> dict[str, bytes]:
    with counter.sessions() as session:
        content = bundle(Context(session.connection(), ADMINISTRATOR), number, on, key=key)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verdict(tmp_path, files, *options, again=False):
    """What the bundle's own verifier says of it, in a Python that sees no installed package."""
    if again:  # somebody has put the list of hashes in order after touching a file
        rest = sorted((name, content) for name, content in files.items() if name not in (SUMS, SIGNATURE))
        sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in rest)
        files = files | {SUMS: sums.encode()}
    for name, content in files.items():
        path = tmp_path / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    script = tmp_path / "bundle" / "verify.py"
    command = [sys.executable, "-I", "-S", str(script), *([str(tmp_path / "bundle"), *options] if options else [])]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60)  # noqa: S603
    return done.returncode, done.stdout + done.stderr


def chains_with(files, change):
    """The bundle with its rows changed."""
    proof = json.loads(files[CHAINS])
    change(proof)
    return files | {CHAINS: json.dumps(proof, ensure_ascii=False).encode()}
