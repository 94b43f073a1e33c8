"""One request under one key, whatever the command: repeated or raced, it is done once and gives the first result."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
import rows as t
from approvals import Office, directory_text, person, procedure_text
from counter import REPLIED, Counter
from office import ADMIN, CLERK, SUBMIT
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import (
    BadData,
    Conflict,
    DuplicateCase,
    MoveRefused,
    NotPermitted,
    SheetRefused,
    UnknownSheet,
)
from disclosure.workflow import (
    Acting,
    Change,
    Context,
    FixedClock,
    IssueOptions,
    ProofFile,
    Proposal,
    ServiceEvent,
    StandIn,
    appoint,
    appoint_acting,
    edit,
    freeze,
    hand_over,
    issue,
    move,
    propose,
    record_service,
    reset_templates,
    set_channels,
    set_directory,
    set_numbering,
    set_procedure,
    set_profile,
    sign,
    void,
)
from disclosure.workflow.kernel.unit import Key, once

DAY = date(2024, 3, 5)
CLOCK = FixedClock(DAY)
HANDS = 8
GRANTED = {"answer": "O02", "delivery": "post"}
POST = ServiceEvent(act="dispatched", data={"method": "post", "carrier": "EMS", "waybill": "E1", "address": "某路"})


def opened(sessions):
    Office(sessions)
    return Context(None, CLERK, clock=CLOCK), lambda context: move(
        context, "A-9", "submit", SUBMIT, at="2024-03-01", idempotency_key="k"
    )


def moved(sessions):
    Office(sessions).accept()
    return Context(None, CLERK, clock=CLOCK), lambda context: move(
        context, "A-1", "withdraw", {"reason": "撤回"}, at=DAY, idempotency_key="k"
    )


def proposed(sessions):
    Office(sessions).accept()
    wanted = Proposal(move="reply", data=GRANTED)
    return Context(None, person("u1"), clock=CLOCK), lambda context: propose(
        context, "A-1", wanted, idempotency_key="k"
    )


def signed(sessions):
    Office(sessions).accept().propose()
    return Context(None, person("u2"), clock=CLOCK), lambda context: sign(
        context, "A-1#1", "approve", {"opinion": "同意"}, idempotency_key="k"
    )


def issued(sessions):
    counter = Counter(sessions).replied()
    return Context(None, ADMIN, clock=counter.clock), lambda context: issue(
        context, "A-1", "reply", idempotency_key="k"
    )


def served(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    event = POST.model_copy(update={"on": REPLIED, "file": ProofFile("回执.pdf", b"scan")})
    return Context(None, ADMIN, clock=counter.clock), lambda context: record_service(
        context, "A-1", "1", event, idempotency_key="k"
    )


def voided(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    return Context(None, ADMIN, clock=counter.clock), lambda context: void(
        context, "A-1", "1", "写错", idempotency_key="k"
    )


def appointed(sessions):
    Office(sessions)
    return Context(None, ADMIN, clock=CLOCK), lambda context: appoint(
        context, StandIn("u2", "u3", DAY, DAY), idempotency_key="k"
    )


def acted(sessions):
    Office(sessions)
    wanted = Acting("u3", "disclosure_head", DAY, DAY, "会议纪要")
    return Context(None, ADMIN, clock=CLOCK), lambda context: appoint_acting(context, wanted, idempotency_key="k")


def handed(sessions):
    Office(sessions).accept().propose()
    return Context(None, ADMIN, clock=CLOCK), lambda context: hand_over(
        context, "u2", "u3", "离岗", idempotency_key="k"
    )


def frozen(sessions):
    Office(sessions)
    return Context(None, ADMIN, clock=FixedClock(date(2025, 1, 10))), lambda context: freeze(
        context, 2024, idempotency_key="k"
    )


RACED = (opened, moved, proposed, signed, issued, served)
COMMANDS = (*RACED, voided, appointed, acted, handed, frozen)
COUNTED = (t.event, t.sheet, t.action, t.notice, t.paper_act, t.substitute, t.acting, t.frozen, t.outbox)


def done(sessions, context, command):
    with sessions() as session, session.begin():
        return command(replace(context, session=session))


def rows(sessions):
    with sessions() as session:
        return [session.execute(select(func.count()).select_from(table)).scalar_one() for table in COUNTED]


def plain(result):
    return result.model_copy(update={"repeated": False}) if hasattr(result, "repeated") else result


@pytest.mark.parametrize("prepare", COMMANDS)
def test_a_request_that_is_repeated_gives_the_first_result_and_writes_nothing(sessions, prepare):
    context, command = prepare(sessions)
    first = done(sessions, context, command)
    before = rows(sessions)
    again = done(sessions, context, command)
    assert plain(again) == plain(first)
    assert rows(sessions) == before


@pytest.mark.parametrize("prepare", RACED)
def test_requests_that_race_under_one_key_all_get_the_first_result(sessions, prepare):
    context, command = prepare(sessions)
    barrier = Barrier(HANDS)

    def one():
        barrier.wait(timeout=60)
        return done(sessions, context, command)

    with ThreadPoolExecutor(HANDS) as pool:
        results = [item.result() for item in [pool.submit(one) for _ in range(HANDS)]]
    assert sum(not item.repeated for item in results) == 1
    assert all(plain(item) == plain(results[0]) for item in results)
    with sessions() as session:
        assert session.execute(select(func.count()).select_from(t.idempotency)).scalar_one() == 1


PAST = {"clock": CLOCK, "past": True, "day": DAY}


def recorded(by="u2", day=DAY):
    """An administrator who records what another did on a day."""
    return Context(None, ADMIN, **PAST | {"by": person(by), "day": day})


def moves(**more):
    asked = {"name": "reply", "data": GRANTED, "at": DAY} | more
    return lambda c: move(c, "A-1", asked["name"], asked["data"], at=asked["at"], idempotency_key="k")


def proposes(**more):
    wanted = Proposal(**{"move": "reply", "data": GRANTED, "draft": "第一稿"} | more)
    return lambda c: propose(c, "A-1", wanted, idempotency_key="k")


def edits(sheet="A-1", **more):
    wanted = Change(**{"data": GRANTED, "draft": "第二稿"} | more)
    return lambda c: edit(c, sheet, wanted, idempotency_key="k")


def signs(verb="approve", sheet="A-1", **data):
    return lambda c: sign(c, sheet, verb, {"opinion": "同意"} | data, idempotency_key="k")


def issues(kind="oral_record", **options):
    wanted = IssueOptions(**{"carriers": ("text",), "given": {"taken_by": "张三"}} | options)
    return lambda c: issue(c, "A-1", kind, wanted, idempotency_key="k")


def serves(data=POST.data, **more):
    wanted = ServiceEvent(**{"act": "dispatched", "data": data, "on": REPLIED, "file": PROOF} | more)
    return lambda c: record_service(c, "A-1", "1", wanted, idempotency_key="k")


PROOF = ProofFile("回执.pdf", b"scan")
U1 = Context(None, person("u1").model_copy(update={"roles": ("staff", "recorder")}), clock=CLOCK)
U2 = Context(None, person("u2"), clock=CLOCK)
DESK = Context(None, ADMIN, clock=FixedClock(REPLIED))
PAST_DESK = Context(None, ADMIN, clock=CLOCK, past=True)


def accepted(sessions):
    return Office(sessions).accept()


def with_a_sheet(sessions):
    return Office(sessions).accept().propose()


def oral(sessions):
    return Counter(sessions).replied(submit=SUBMIT | {"channel": "oral"})


def with_a_paper(sessions):
    counter = Counter(sessions).replied()
    counter.issue()
    return counter


@pytest.mark.parametrize(
    ("prepare", "context", "command", "others"),
    [
        (
            accepted,
            PAST_DESK,
            moves(),
            {
                "body": (PAST_DESK, moves(data=GRANTED | {"ground": "可以公开"})),
                "day": (PAST_DESK, moves(at="2024-03-04")),
                "no day": (PAST_DESK, moves(at=None)),
                "moment": (PAST_DESK, moves(at="2024-03-05T09:00:00+08:00")),
                "who acted": (recorded(), moves()),
                "day of the record": (replace(PAST_DESK, day=date(2024, 3, 4)), moves()),
                "live": (replace(PAST_DESK, past=False), moves()),
            },
        ),
        (
            accepted,
            U1,
            proposes(),
            {
                "body": (U1, proposes(data=GRANTED | {"ground": "可以公开"})),
                "draft": (U1, proposes(draft="第二稿")),
                "no draft": (U1, proposes(draft=None)),
                "kept": (U1, proposes(send=False)),
                "another command": (U1, edits(draft="第一稿")),
                "past": (replace(U1, past=True), proposes()),
            },
        ),
        (
            with_a_sheet,
            U1,
            edits(),
            {
                "body": (U1, edits(data=GRANTED | {"ground": "可以公开"})),
                "draft": (U1, edits(draft="第三稿")),
                "why": (U1, edits(opinion="改正")),
                "another sheet": (U1, edits("A-1#2")),
                "past": (replace(U1, past=True), edits()),
            },
        ),
        (
            with_a_sheet,
            recorded(),
            signs(),
            {
                "opinion": (recorded(), signs(opinion="不同意")),
                "verb": (recorded(), signs("return")),
                "who signed": (recorded("u3"), signs()),
                "day": (recorded(day=date(2024, 3, 4)), signs()),
                "live": (replace(recorded(), past=False), signs()),
            },
        ),
        (
            oral,
            DESK,
            issues(),
            {
                "carriers": (DESK, issues(carriers=("text", "docx"))),
                "day": (DESK, issues(on=REPLIED)),
                "reason": (DESK, issues(reason="改正")),
                "facts": (DESK, issues(given={"taken_by": "李四"})),
                "kind": (DESK, issues("registration", given={})),
            },
        ),
        (
            with_a_paper,
            DESK,
            serves(),
            {
                "bytes": (DESK, serves(file=ProofFile("回执.pdf", b"another"))),
                "name": (DESK, serves(file=ProofFile("回单.pdf", b"scan"))),
                "no file": (DESK, serves(file=None)),
                "day": (DESK, serves(on=None)),
                "particulars": (DESK, serves({**POST.data, "waybill": "E2"})),
                "act": (DESK, serves(act="delivered")),
            },
        ),
    ],
    ids=["move", "propose", "edit", "sign", "issue", "record_service"],
)
def test_a_key_stands_for_one_request_with_all_that_was_asked(sessions, prepare, context, command, others):
    """Another body, file, day, option, person or command under the key of an earlier request is told."""
    prepare(sessions)
    done(sessions, context, command)
    before = rows(sessions)
    for part, (other, asked) in others.items():
        with pytest.raises(Conflict) as caught:
            done(sessions, other, asked)
        assert caught.value.fields["text"] == "idempotency_key_reused", part
    assert rows(sessions) == before


@pytest.mark.parametrize(
    ("prepare", "context", "command", "again"),
    [
        (accepted, PAST_DESK, moves(), moves(data=GRANTED | {"ground": " "}, at="2024-03-05")),
        (accepted, U1, proposes(), proposes(data=GRANTED | {"ground": ""})),
        (accepted, U1, proposes(draft=None), proposes(draft=" ")),
        (with_a_sheet, U1, edits(), edits(data=GRANTED | {"ground": ""}, opinion=" ")),
        (with_a_sheet, U2, signs(), signs(sheet="Ａ－1", content=None)),
        (oral, DESK, issues(), issues(reason=" ", ref="")),
        (with_a_paper, DESK, serves(), serves({**POST.data, "note": ""})),
    ],
    ids=["move", "propose", "draft", "edit", "sign", "issue", "record_service"],
)
def test_what_was_left_blank_or_written_in_another_form_is_no_other_request(sessions, prepare, context, command, again):
    prepare(sessions)
    first = done(sessions, context, command)
    found = done(sessions, context, again)
    assert found.repeated and plain(found) == plain(first)


def test_what_an_amendment_takes_away_or_empties_is_part_of_the_request(sessions):
    """There a blank says that the field is to be blank."""
    accepted(sessions)
    done(sessions, PAST_DESK, lambda c: move(c, "A-1", "reply", GRANTED | {"ground": "可以公开"}, at=DAY))

    def amends(inner):
        return moves(name="amend", data={"seq": 3, "data": inner, "reason": "笔误"})

    done(sessions, PAST_DESK, amends({"ground": "依法公开"}))
    for inner in ({"ground": None}, {"ground": ""}):
        with pytest.raises(Conflict):
            done(sessions, PAST_DESK, amends(inner))


def test_a_key_is_the_own_of_each_person(sessions):
    Office(sessions)
    for number, actor in (("A-8", CLERK), ("A-9", ADMIN)):
        context = Context(None, actor, clock=CLOCK)
        found = done(sessions, context, lambda c, n=number: move(c, n, "submit", SUBMIT, idempotency_key="k"))
        assert found.case == number and not found.repeated


@pytest.mark.parametrize("setup", [opened, moved, issued, served, voided, proposed])
def test_who_has_lost_the_sight_of_a_case_is_not_given_its_result_again(sessions, setup):
    context, command = setup(sessions)
    done(sessions, context, command)
    done(sessions, context, command)
    stranger = context.actor.model_copy(update={"department": "别的科", "grants": (), "roles": ("staff",)})
    with pytest.raises(NotPermitted):
        done(sessions, replace(context, actor=stranger), command)


class Result(BaseModel):
    """What a unit of work gives."""

    number: int
    repeated: bool = False


@pytest.mark.parametrize("error", [DuplicateCase, MoveRefused, SheetRefused, UnknownSheet, BadData, Conflict])
def test_a_loser_that_was_refused_for_what_the_winner_did_gets_the_first_result(postgresql_engine, error):
    """Between the look for the key and the work the same request was done by another hand."""
    sessions = sessionmaker(postgresql_engine)
    key = Key.of(Context(None, ADMIN), "k", "command", "asked")

    def loses():
        with sessions() as other, other.begin():
            once(Context(other, ADMIN), key, Result, lambda: Result(number=1))
        raise error()

    with sessions() as session, session.begin():
        assert once(Context(session, ADMIN), key, Result, loses) == Result(number=1, repeated=True)
    with sessions() as session, session.begin(), pytest.raises(error):
        once(
            Context(session, ADMIN),
            Key.of(Context(None, ADMIN), "another", "command"),
            Result,
            lambda: (_ for _ in ()).throw(error()),
        )


@pytest.mark.parametrize(
    "command",
    [
        lambda c: set_directory(c, directory_text()),
        lambda c: set_procedure(c, procedure_text("head disclosure_head any 10")),
        lambda c: set_profile(c, {"name": "湖城市水务局"}),
        lambda c: set_channels(c, ""),
        lambda c: set_numbering(c, ""),
        lambda c: reset_templates(c),
    ],
    ids=["directory", "procedure", "profile", "channels", "numbering", "templates"],
)
def test_what_takes_no_key_sets_what_is_set_already_when_it_is_repeated(sqlite_engine, command):
    sessions = sessionmaker(sqlite_engine)
    Office(sessions)
    context = Context(None, ADMIN, clock=CLOCK)

    def in_force():
        with sessions() as session:
            rows = session.execute(select(t.config.c.topic, t.config.c.name, t.config.c.value).order_by(t.config.c.id))
            return {(topic, name): value for topic, name, value in rows}

    done(sessions, context, command)
    once_set = in_force()
    done(sessions, context, command)
    assert in_force() == once_set
