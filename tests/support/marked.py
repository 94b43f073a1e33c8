"""A case in whose history every text that anybody can type holds one mark, whatever is done with it."""

from datetime import timedelta

import rows as t
from approvals import Office, directory_text, person, procedure_text
from counter import PROFILE
from hypothesis import strategies as st
from office import ADMIN, operator
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from disclosure.notifications.documents.kinds import kind
from disclosure.states.errors import DisclosureError
from disclosure.states.procedure.catalogue import fields_of, moves
from disclosure.workflow import (
    Acting,
    Change,
    Context,
    IssueOptions,
    ProofFile,
    Proposal,
    ServiceEvent,
    appoint_acting,
    attach,
    attachment,
    attachments,
    bundle,
    checkpoint,
    edit,
    hand_over,
    issue,
    issued_papers,
    metadata,
    move,
    propose,
    record_service,
    relay,
    replay,
    set_directory,
    set_profile,
    show,
    sign,
    void,
)
from disclosure.workflow.approvals.catalogue import VERBS
from disclosure.workflow.register.journal import JournalLine

MARK = "QZMARKER"
"""Stands in every text that is typed; no code, no key and no name of the product holds it."""
OF_OFFICE = "QYOFFICE"
"""Stands in what is typed about the office's own people and no case."""
APPLICANT = {
    "kind": "natural_person",
    "name": f"{MARK}名",
    "id_number": f"{MARK}1",
    "phone": f"{MARK}2",
    "address": f"{MARK}3",
    "email": f"{MARK}@example.com",
    f"{MARK}另": "值",
}
_SAID: dict[str, object] = {
    "channel": "in_person",
    "due_on": "2024-06-28",
    "with": "third_party",
    "opinion": "objects",
    "days": 5,
    "accepted": True,
    "endangers": "public_security",
    "overruled_for": "unreasonable",
    "until": "2024-07-30",
    "basis": "items",
    "quantity": 12,
    "already": 0,
    "answer": "O12",
    "delivery": "post",
    "procedure": "ordinary",
    "instance": 1,
    "seq": 1,
    "method": "post",
    "carrier": "ems",
    "department": f"{MARK}科",
    "handler": f"{MARK}承办",
}
"""What a field says that is no free text, and where somebody of the office is to be named a text that names nobody."""
_UNSAID = {"outcome", "of", "at", "served_on", "sent_on", "after_review", "kind"}
"""Fields that are left out: they contradict others here, or name another case."""
_REPLY: dict[str, object] = {
    "ground": f"{MARK}理由，第三十六条",
    "items": [{"item": "1", "part": f"{MARK}部分", "answer": "O12", "ground": f"{MARK}没有"}],
    "search": {"systems": f"{MARK}系统", "person": f"{MARK}人", "keywords": f"{MARK}词", "result": f"{MARK}没有"},
}
_OWN: dict[str, dict[str, object]] = {
    "submit": {"applicant": APPLICANT},
    "request_correction": {"items": [f"{MARK}一", f"{MARK}二"]},
    "reply": _REPLY,
    "decide": _REPLY,
    "dispatch": {"of": "reply"},
    "fail_service": {"of": "reply", "reason": "refused"},
    "renew_term": {"of": "correction"},
    "decide_review": {"result": "upheld"},
    "judge": {"result": "claim_dismissed"},
    "amend": {
        "data": {
            "information": f"{MARK}改",
            "applicant": APPLICANT,
            f"{MARK}随手": f"{MARK}填",
        }
    },
}
_IDS = {"case": "c", "review": "r", "suit": "s"}


def marked(name: str) -> dict[str, object]:
    """Data for a move that fill each of its fields; a text is the mark, also in a field that no declaration knows."""
    told: dict[str, object] = {f"{MARK}未知": f"{MARK}别的"}
    found = fields_of(name)
    unsaid = _UNSAID | ({"days"} if any(item.key == "due_on" for item in found) else set())
    for item in found:
        if item.inner or item.key == "late_reason" or (item.key in unsaid and item.key not in _OWN.get(name, {})):
            continue
        if item.key in _OWN.get(name, {}):
            told[item.key] = _OWN[name][item.key]
        elif item.privacy == "personal":
            told[item.key] = f"{MARK}{item.key}"
        else:
            told[item.key] = _SAID[item.key] if item.key != "id" else _id_for(name)
    return told


def _id_for(name: str) -> str:
    suit = name.endswith("_suit") or name in ("appeal", "judge")
    return _IDS["suit" if suit else "review" if name.endswith("_review") else "case"]


MOVES = {name: marked(name) for name in moves()}
"""Every declared move with data in which every text is the mark."""
_RECEIVERS = {"transfer": "u3", "delegate": "u7", "assign": "u3", "return": None}
SIGNERS = ("u4", "u6", "u2", "u3", "u7", "u1", "u8", "root")
WAYS = {
    "dispatched": {"method": "post", "carrier": "邮政", "waybill": f"{MARK}E1", "address": f"{MARK}路"},
    "signed": {"signed_by": f"{MARK}签收"},
    "returned": {"reason": f"{MARK}拒收"},
}
_DRAWN = {
    "move": sorted(MOVES),
    "journal": sorted(MOVES),
    "late": ["reply", "withdraw"],
    "propose": ["reply", "request_correction", "consult", "extend"],
    "sign": sorted(VERBS),
    "edit": [""],
    "leave": ["u2", "u4"],
    "hand_over": ["u1", "u2"],
    "appoint_acting": ["legal_reviewer"],
    "read": ["show", "bundle", "attachments", "attachment"],
    "issue": ["reply", "correction", "consultation_notice"],
    "void": [""],
    "service": sorted(WAYS),
    "attach": ["evidence", "annex"],
    "relay": [""],
    "checkpoint": [""],
    "wait": [""],
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just(kind_of_step), st.sampled_from(names), st.booleans())
        for kind_of_step, names in _DRAWN.items()
    ),
    max_size=14,
)
"""What may be done, in any order, allowed or not."""


class Life:
    """A case of an office, and whatever is done with it, allowed or not; a repeated request comes twice.

    ``made`` are the moves and verbs that were done.
    """

    def __init__(self, engine, start, channel="in_person") -> None:
        self.sessions = sessionmaker(engine)
        text = procedure_text("head disclosure_head any 10", "leader leader any 20", seal="seal_keeper")
        self.office = Office(self.sessions, start, text=text)
        self.clock = self.office.clock
        self.made: set[str] = set()
        with self.sessions() as session, session.begin():
            set_profile(Context(session, ADMIN), PROFILE)
        self.number = 0
        registered = {name: value for name, value in MOVES["submit"].items() if name != "department"}
        self.note("submit", self.do(move, "A-1", "submit", registered | {"channel": channel}, actor=person("u1")))
        self._move("confirm" if channel == "online" else "accept", False)

    def do(self, verb, *args, actor=ADMIN, past=False, twice=False, **more) -> bool:
        """Whether it was done; a request that is repeated has a key."""
        self.number += 1
        key = {"idempotency_key": f"k{self.number}"} if twice else {}
        done = False
        for _ in range(2 if twice else 1):
            try:
                with self.sessions() as session, session.begin():
                    verb(Context(session, actor, clock=self.clock, past=past), *args, **more, **key)
                done = True
            except DisclosureError:
                continue
        self.clock.advance(hours=7)
        return done

    def note(self, name, done) -> bool:
        if done:
            self.made.add(name)
        return done

    def step(self, kind, what, twice) -> None:
        getattr(self, f"_{kind}")(what, twice)

    def _wait(self, what, twice) -> None:
        self.clock.advance(days=60)

    def _move(self, what, twice) -> None:
        late = {"late_reason": f"{MARK}迟了"} if twice else {}
        actor = person("u2") if what == "annul" else ADMIN  # which the head decides
        past = what != "annul"
        self.note(what, self.do(move, "A-1", what, MOVES[what] | late, actor=actor, past=past, twice=twice))

    def _late(self, what, twice) -> None:
        """Live work writes a step down when the reply has been missed, and the head confirms it by its proof."""
        on = self.clock.moment.date()
        self.clock.advance(days=40)
        self.note(what, self.do(move, "A-1", what, MOVES[what], at=on, actor=person("u1")))
        with self.sessions() as session:
            seq = session.execute(select(func.max(t.event.c.seq))).scalar_one()
        proof = MOVES["lift_breach"] | {"seq": seq}
        self.note("lift_breach", self.do(move, "A-1", "lift_breach", proof, actor=person("u2"), twice=twice))

    def _journal(self, what, twice) -> None:
        line = {
            "case": "A-1",
            "move": what,
            "at": f"{self.clock.moment:%Y-%m-%d}",
            "by": f"{MARK}某",
            "data": MOVES[what],
        }
        self.do(replay, [JournalLine("journal.jsonl", 1, line)])

    def _propose(self, what, twice) -> None:
        draft = f"{MARK}稿" if twice else None
        given = Proposal(move=what, data=MOVES[what], draft=draft, send=twice)
        self.note("propose", self.do(propose, "A-1", given, actor=person("u1"), twice=twice))

    def _sign(self, what, twice) -> None:
        fields = VERBS[what].data.model_fields
        data: dict[str, object] = {"opinion": f"{MARK}意见"}
        if "to" in fields and _RECEIVERS.get(what, "u7") is not None:
            data["to"] = _RECEIVERS.get(what, ["u7"])
        if what == "seal":
            data["content"] = self.approved_text()
        for user in SIGNERS:
            if self.note(what, self.do(sign, "A-1#1", what, data, actor=person(user), twice=twice)):
                break

    def approved_text(self) -> str:
        """The hash of the text of the first sheet; none where there is no sheet yet."""
        with self.sessions() as session:
            return session.execute(select(t.sheet.c.content_hash)).scalar() or ""

    def _edit(self, what, twice) -> None:
        change = Change(data=MOVES["reply"] | {"ground": f"{MARK}另一理由"}, opinion=f"{MARK}改稿")
        self.note("edit", self.do(edit, "A-1", change, actor=person("u1"), twice=twice))

    def _leave(self, what, twice) -> None:
        self.do(set_directory, directory_text(left=(what,)))

    def _hand_over(self, what, twice) -> None:
        self.note("hand_over", self.do(hand_over, what, "u7", f"{MARK}调离", twice=twice))

    def _appoint_acting(self, what, twice) -> None:
        on = self.clock.moment.date()
        wanted = Acting("u7", what, on, on + timedelta(days=90), f"{OF_OFFICE}号文")
        self.note("appoint_acting", self.do(appoint_acting, wanted, twice=twice))

    def _read(self, what, twice) -> None:
        if what == "show":
            self.do(show, "A-1", unmasked=True, why=f"{MARK}查询")
        elif what == "attachments":
            self.do(attachments, "A-1", unmasked=True, why=f"{MARK}核对")
        elif what == "attachment":
            self.do(attachment, "A-1", 1, why=f"{MARK}核对")
        else:
            self.do(bundle, "A-1", why=f"{MARK}应诉")

    def _issue(self, what, twice) -> None:
        given = dict.fromkeys(kind(what).asks, f"{MARK}收件")
        options = IssueOptions(carriers=("text", "docx"), reason=f"{MARK}与审批稿不同", given=given)
        self.do(issue, "A-1", what, options, twice=twice)

    def _void(self, what, twice) -> None:
        self.do(void, "A-1", self.newest(), f"{MARK}作废")

    def _service(self, what, twice) -> None:
        file = ProofFile(f"{MARK}.txt", f"{MARK} scan".encode())
        event = ServiceEvent(act=what, data=WAYS[what], file=file)
        self.do(record_service, "A-1", self.newest(), event, twice=twice)

    def _attach(self, what, twice) -> None:
        self.do(attach, "A-1", f"{MARK}.txt", f"{MARK} scan".encode(), role=what, twice=twice)

    def newest(self) -> str:
        """The last paper of the case; the first where none was issued yet."""
        with self.sessions() as session:
            return str(len(issued_papers(Context(session, ADMIN), "A-1")) or 1)

    def _relay(self, what, twice) -> None:
        def broken(topic, key, payload):
            raise RuntimeError(f"{MARK} {payload}")

        relay(operator(self.sessions, self.clock), broken, attempts=1 if twice else 3)

    def _checkpoint(self, what, twice) -> None:
        self.do(checkpoint)

    def end(self) -> None:
        """Whatever is open ends, and the case is archived."""
        self.clock.advance(days=40)
        for name in ("cancel_consultation", "correct", "pay", "give_reasons", "withdraw"):
            self._move(name, False)
        for name in ("resume_review", "decide_review", "judge", "close"):
            self._move(name, False)


def places(engine, mark=MARK) -> set[str]:
    """The columns of our tables in which the mark stands."""
    found = set()
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                found |= {f"{table.name}.{name}" for name, value in row.items() if _holds(value, mark)}
    return found


def _holds(value, mark) -> bool:
    return (mark.encode() in bytes(value)) if isinstance(value, (bytes, memoryview)) else mark in str(value)
