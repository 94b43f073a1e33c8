"""After erasing, no text that anybody typed about a case is left anywhere, whatever its history was."""

from datetime import date, timedelta
from tempfile import TemporaryDirectory

import pytest
from approvals import Office, person
from counter import PROFILE
from erasing import LATER, erased
from hypothesis import given, settings
from hypothesis import strategies as st
from office import ADMIN, operator
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import sessionmaker

from disclosure.notifications.documents.kinds import kind
from disclosure.states.errors import DisclosureError
from disclosure.workflow import (
    ADMINISTRATOR,
    Change,
    Context,
    FixedClock,
    IssueOptions,
    ProofFile,
    Proposal,
    ServiceEvent,
    annual_report,
    bundle,
    checkpoint,
    clear_traces,
    create_schema,
    edit,
    issue,
    issued_papers,
    metadata,
    move,
    propose,
    recompute,
    record_service,
    relay,
    set_profile,
    show,
    sign,
    verify,
    void,
)
from disclosure.workflow.kernel.database import open_engine

MARK = "QZMARKER"
"""Stands in every text that is typed; no code, no key and no name of the product holds it."""
START = date(2024, 3, 5)
APPLICANT = {
    "kind": "natural_person",
    "name": f"{MARK}名",
    "id_number": f"{MARK}1",
    "phone": f"{MARK}2",
    "address": f"{MARK}3",
    "email": f"{MARK}@example.com",
    f"{MARK}另": "值",
}
SUBMIT = {"channel": "in_person", "applicant": APPLICANT, "information": f"{MARK}文件", f"{MARK}未知": f"{MARK}别的"}
MOVES = {
    "accept": {},
    "request_correction": {"items": [f"{MARK}一", f"{MARK}二"], "due_on": "2024-06-28"},
    "correct": {},
    "consult": {"id": "c", "with": "third_party", "name": f"{MARK}第三方"},
    "opinion": {"id": "c", "opinion": "objects", "reason": f"{MARK}不同意"},
    "cancel_consultation": {"id": "c", "reason": f"{MARK}撤销"},
    "extend": {"days": 5, "reason": f"{MARK}多", "approved_by": f"{MARK}主任"},
    "demand_reasons": {"due_on": "2024-06-28", "counts": f"{MARK}多件"},
    "give_reasons": {"accepted": True},
    "reply": {
        "answer": "O12",
        "delivery": "post",
        "ground": f"{MARK}理由，第三十六条",
        "items": [{"item": "1", "part": f"{MARK}部分", "answer": "O12", "ground": f"{MARK}没有"}],
        "search": {"systems": f"{MARK}系统", "person": f"{MARK}人", "keywords": f"{MARK}词", f"{MARK}另": f"{MARK}记"},
        "earlier": f"{MARK}先前",
        "overruled": f"{MARK}不采纳",
    },
    "serve": {"proof": f"{MARK}回执"},
    "file_review": {"id": "r", "organ": f"{MARK}府"},
    "decide_review": {"id": "r", "result": "upheld", f"{MARK}备注": f"{MARK}注"},
    "withdraw": {"reason": f"{MARK}不要了"},
    "reopen": {"ordered_by": f"{MARK}决定"},
    "amend": {
        "seq": 1,
        "reason": f"{MARK}写错了",
        "data": {"information": f"{MARK}改", "applicant": APPLICANT, f"{MARK}随手": f"{MARK}填"},
    },
    "confirm": {"proof": f"{MARK}凭证"},
}
WAYS = {
    "dispatched": {"method": "post", "carrier": "邮政", "waybill": f"{MARK}E1", "address": f"{MARK}路"},
    "signed": {"signed_by": f"{MARK}签收"},
    "returned": {"reason": f"{MARK}拒收"},
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("move"), st.sampled_from(sorted(MOVES)), st.booleans()),
        st.tuples(st.just("propose"), st.sampled_from(["reply", "request_correction", "consult"]), st.booleans()),
        st.tuples(st.just("sign"), st.sampled_from(["approve", "return", "transfer", "save"]), st.booleans()),
        st.tuples(st.just("edit"), st.just(""), st.booleans()),
        st.tuples(st.just("issue"), st.sampled_from(["reply", "correction", "consultation_notice"]), st.booleans()),
        st.tuples(st.just("void"), st.just(""), st.booleans()),
        st.tuples(st.just("service"), st.sampled_from(sorted(WAYS)), st.booleans()),
        st.tuples(st.just("relay"), st.just(""), st.booleans()),
        st.tuples(st.just("checkpoint"), st.just(""), st.booleans()),
    ),
    max_size=14,
)


class Life:
    """A case of an office, and whatever is done with it, allowed or not; a repeated request comes twice."""

    def __init__(self, engine) -> None:
        self.sessions = sessionmaker(engine)
        self.office = Office(self.sessions, START)
        self.clock = self.office.clock
        with self.sessions() as session, session.begin():
            set_profile(Context(session, ADMIN), PROFILE)
        self.number = 0
        for name, data in (("submit", SUBMIT), ("accept", {})):
            self.do(move, "A-1", name, data, actor=person("u1"))

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

    def move(self, name, data, twice=False) -> bool:
        return self.do(move, "A-1", name, data, past=True, twice=twice)

    def step(self, kind, what, twice) -> None:
        getattr(self, f"_{kind}")(what, twice)

    def _move(self, what, twice) -> None:
        late = {"late_reason": f"{MARK}迟了"} if twice else {}
        self.move(what, MOVES[what] | late, twice)

    def _propose(self, what, twice) -> None:
        given = Proposal(move=what, data=MOVES[what], draft=f"{MARK}稿" if twice else None)
        self.do(propose, "A-1", given, actor=person("u1"), twice=twice)

    def _sign(self, what, twice) -> None:
        data = {"opinion": f"{MARK}意见"} | ({"to": "u3"} if what == "transfer" else {})
        for user in ("u4", "u6", "u2", "u3"):
            if self.do(sign, "A-1", what, data, actor=person(user), twice=twice):
                break

    def _edit(self, what, twice) -> None:
        change = Change(data=MOVES["reply"] | {"ground": f"{MARK}另一理由"}, opinion=f"{MARK}改稿")
        self.do(edit, "A-1", change, actor=person("u1"), twice=twice)

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
        self.clock.moment += timedelta(days=40)
        for name in ("cancel_consultation", "correct", "give_reasons", "withdraw", "decide_review", "close"):
            self.move(name, MOVES.get(name, {}))


def places(engine) -> set[str]:
    """The columns of our tables in which the mark stands."""
    found = set()
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                found |= {f"{table.name}.{name}" for name, value in row.items() if _marked(value)}
    return found


def _marked(value) -> bool:
    return (MARK.encode() in bytes(value)) if isinstance(value, (bytes, memoryview)) else MARK in str(value)


def lived(engine, steps) -> None:
    """A whole life, its erasure, and that the rest of it can still be read and is whole."""
    life = Life(engine)
    for step in steps:
        life.step(*step)
    life.end()
    assert {"dsc_private.payload"} <= places(engine)
    erased(life.sessions, "A-1")
    assert places(engine) == set()
    with life.sessions() as session:
        context = Context(session, ADMINISTRATOR, clock=FixedClock(LATER))
        assert verify(context).faults == ()
        assert recompute(context).differences == ()
        assert MARK not in str(show(context, "A-1", unmasked=True))
        assert MARK.encode() not in bundle(context, "A-1")
        assert annual_report(context, 2024).section3 is not None


EXAMPLES = max(8, settings.default.max_examples // 5)


@settings(max_examples=EXAMPLES)
@given(STEPS)
def test_nothing_is_left_in_a_sqlite_file_nor_in_its_log(steps):
    with TemporaryDirectory() as folder:
        path = f"{folder}/cases.db"
        engine = open_engine(f"sqlite:///{path}")
        lived(engine, steps)
        assert clear_traces(engine)
        for name in (path, f"{path}-wal"):
            with open(name, "rb") as file:
                assert MARK.encode() not in file.read(), name
        engine.dispose()


@pytest.fixture(scope="module")
def maker(server):
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@settings(max_examples=EXAMPLES)
@given(STEPS)
def test_no_row_of_a_server_holds_it(maker, steps):
    with maker.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS erase_everywhere"))
        connection.execute(text("CREATE DATABASE erase_everywhere"))
    engine = create_engine(maker.url.set(database="erase_everywhere"))
    try:
        create_schema(engine)
        lived(engine, steps)
    finally:
        engine.dispose()


FULL = [
    ("propose", "reply", True),
    ("sign", "save", False),
    ("sign", "return", True),
    ("edit", "", True),
    ("move", "reply", True),
    ("issue", "receipt", True),
    ("void", "", False),
    ("issue", "receipt", True),
    ("service", "dispatched", True),
    ("relay", "", True),
    ("move", "amend", True),
    ("move", "file_review", False),
]
"""A history that leaves the mark wherever it can stand."""


def test_a_history_with_everything_in_it_had_the_mark_in_every_place_that_erasing_clears(engine):
    life = Life(engine)
    for step in FULL:
        life.step(*step)
    assert places(engine) >= {
        "dsc_private.payload",
        "dsc_aside.payload",
        "dsc_notice.facts",
        "dsc_carrier.content",
        "dsc_proof.payload",
        "dsc_proof.file_name",
        "dsc_proof.file_content",
        "dsc_outbox.failure",
    }
    life.end()
    erased(life.sessions, "A-1")
    assert places(engine) == set()


def test_the_lines_of_a_paper_that_the_result_of_a_request_keeps_go_too(engine):
    life = Life(engine)
    life.step("propose", "reply", True)
    for _ in range(4):
        life.step("sign", "approve", False)
    life.step("issue", "reply", True)
    assert "dsc_idempotency.result" in places(engine)
    life.end()
    erased(life.sessions, "A-1")
    assert places(engine) == set()
