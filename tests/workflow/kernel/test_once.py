"""One request under one key, whatever the command: repeated or raced, it is done once and gives the first result."""

import inspect
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import NamedTuple

import pytest
import rows as t
from approvals import ROLES, Office, directory_text, person, procedure_text
from counter import REPLIED, Counter
from doors import WITHOUT_KEY, functions
from erasing import LATER, set_retention
from forked import LEVELS
from office import ADMIN, CLERK, SUBMIT, operator
from pydantic import BaseModel
from register_book import FULL, book, table
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

import disclosure.workflow as face
from disclosure.notifications.documents.render import shipped
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
    RoleAuthorizer,
    ServiceEvent,
    StandIn,
    TomlDirectory,
    appoint,
    appoint_acting,
    attach,
    change_settings,
    drop_procedure,
    edit,
    end_acting,
    end_appointment,
    erase,
    forget_owner,
    freeze,
    hand_over,
    install_templates,
    issue,
    list_erasure,
    load_calendar,
    metadata,
    move,
    propose,
    record_service,
    register_agency,
    relay,
    replay,
    replay_dead,
    reset_templates,
    set_case_numbering,
    set_channels,
    set_directory,
    set_numbering,
    set_procedure,
    set_profile,
    sign,
    submit,
    take_in,
    void,
)
from disclosure.workflow.kernel.retries import transaction
from disclosure.workflow.kernel.unit import Key, once
from disclosure.workflow.kernel.versions import add_version
from disclosure.workflow.register.journal import JournalLine

DAY = date(2024, 3, 5)
CLOCK = FixedClock(DAY)
HANDS = 8
GRANTED = {"answer": "O02", "delivery": "post"}
POST = ServiceEvent(act="dispatched", data={"method": "post", "carrier": "EMS", "waybill": "E1", "address": "某路"})


NUMBERS = ("2025-001", "2025-002")
OTHER_PEOPLE = ROLES | {"u9": ("冯二", "办公室", ("staff",), "u2")}
OTHER_STEPS = procedure_text("head disclosure_head any 10")
SHORTER = procedure_text("head disclosure_head any 5")
CLOSURE = """\
[closure]
place = "湖城市"
reason = "台风停工"
decided_by = "湖城市人民政府"
[[closure.day]]
first = 2024-03-20
last = 2024-03-21
"""
FOLDER = '[channel.box]\ntype = "folder"\npath = "box"\n'
OWN = {"reply.j2": f"{shipped('reply').rstrip()}\n@注 监督电话见本局网站\n".encode()}
OTHER = {"reply.j2": f"{shipped('reply').rstrip()}\n@注 监督电话见大厅\n".encode()}
VISITS = "oa.visits"


class Asked(NamedTuple):
    """A request: who asks, what it is, and another one that the same person could make of the same command."""

    context: Context
    command: Callable[[Context, str], object]
    another: Callable[[Context, str], object]


Prepare = Callable[[sessionmaker, Path], Asked]
ROOT = Context(None, ADMIN, clock=CLOCK)
U1 = Context(None, person("u1").model_copy(update={"roles": ("staff", "recorder")}), clock=CLOCK)
U2 = Context(None, person("u2"), clock=CLOCK)
DESK = Context(None, ADMIN, clock=FixedClock(REPLIED))


def opened(sessions, folder):
    Office(sessions)
    asked = partial(move, number="A-9", name="submit", data=SUBMIT)
    return Asked(
        replace(ROOT, actor=CLERK),
        lambda c, k: asked(c, at="2024-03-01", idempotency_key=k),
        lambda c, k: asked(c, at="2024-03-04", idempotency_key=k),
    )


def moved(sessions, folder):
    Office(sessions).accept()
    return Asked(
        replace(ROOT, actor=CLERK),
        lambda c, k: move(c, "A-1", "withdraw", {"reason": "撤回"}, at=DAY, idempotency_key=k),
        lambda c, k: move(c, "A-1", "withdraw", {"reason": "不要了"}, at=DAY, idempotency_key=k),
    )


def proposed(sessions, folder):
    Office(sessions).accept()
    wanted = Proposal(move="reply", data=GRANTED)
    other = wanted.model_copy(update={"draft": "另拟"})
    return Asked(
        U1,
        lambda c, k: propose(c, "A-1", wanted, idempotency_key=k),
        lambda c, k: propose(c, "A-1", other, idempotency_key=k),
    )


def edited(sessions, folder):
    Office(sessions).accept().propose()
    return Asked(
        U1,
        lambda c, k: edit(c, "A-1", Change(data=GRANTED, draft="第二稿"), idempotency_key=k),
        lambda c, k: edit(c, "A-1", Change(data=GRANTED, draft="第三稿"), idempotency_key=k),
    )


def signed(sessions, folder):
    Office(sessions).accept().propose()
    return Asked(
        U2,
        lambda c, k: sign(c, "A-1#1", "approve", {"opinion": "同意"}, idempotency_key=k),
        lambda c, k: sign(c, "A-1#1", "return", {"opinion": "同意"}, idempotency_key=k),
    )


def issued(sessions, folder):
    Counter(sessions).replied()
    return Asked(
        DESK,
        lambda c, k: issue(c, "A-1", "reply", idempotency_key=k),
        lambda c, k: issue(c, "A-1", "reply", IssueOptions(carriers=("text",)), idempotency_key=k),
    )


def filed(sessions, folder):
    Counter(sessions).replied()
    return Asked(
        DESK,
        lambda c, k: attach(c, "A-1", "a.txt", b"scan", idempotency_key=k),
        lambda c, k: attach(c, "A-1", "a.txt", b"another", idempotency_key=k),
    )


def served(sessions, folder):
    with_a_paper(sessions)
    event = POST.model_copy(update={"on": REPLIED, "file": ProofFile("回执.pdf", b"scan")})
    other = event.model_copy(update={"file": ProofFile("回执.pdf", b"another")})
    return Asked(
        DESK,
        lambda c, k: record_service(c, "A-1", "1", event, idempotency_key=k),
        lambda c, k: record_service(c, "A-1", "1", other, idempotency_key=k),
    )


def voided(sessions, folder):
    with_a_paper(sessions)
    return Asked(
        DESK,
        lambda c, k: void(c, "A-1", "1", "写错", idempotency_key=k),
        lambda c, k: void(c, "A-1", "1", "重复", idempotency_key=k),
    )


def appointed(sessions, folder):
    Office(sessions)
    return Asked(
        ROOT,
        lambda c, k: appoint(c, StandIn("u2", "u3", DAY, DAY), idempotency_key=k),
        lambda c, k: appoint(c, StandIn("u2", "u3", DAY, DAY, ("reply",)), idempotency_key=k),
    )


def appointment_ended(sessions, folder):
    asked = appointed(sessions, folder)
    for key in ("one", "two"):
        done(sessions, asked.context, lambda c, key=key: asked.command(c, key))
    return Asked(
        ROOT,
        lambda c, k: end_appointment(c, 1, idempotency_key=k),
        lambda c, k: end_appointment(c, 2, idempotency_key=k),
    )


def acted(sessions, folder):
    Office(sessions)
    wanted = Acting("u3", "disclosure_head", DAY, DAY, "会议纪要")
    return Asked(
        ROOT,
        lambda c, k: appoint_acting(c, wanted, idempotency_key=k),
        lambda c, k: appoint_acting(c, wanted._replace(basis="另一纪要"), idempotency_key=k),
    )


def acting_ended(sessions, folder):
    asked = acted(sessions, folder)
    for key in ("one", "two"):
        done(sessions, asked.context, lambda c, key=key: asked.command(c, key))
    return Asked(
        ROOT, lambda c, k: end_acting(c, 1, idempotency_key=k), lambda c, k: end_acting(c, 2, idempotency_key=k)
    )


def handed(sessions, folder):
    Office(sessions).accept().propose()
    return Asked(
        ROOT,
        lambda c, k: hand_over(c, "u2", "u3", "离岗", idempotency_key=k),
        lambda c, k: hand_over(c, "u2", "u3", "调离", idempotency_key=k),
    )


def frozen(sessions, folder):
    Office(sessions)
    return Asked(
        replace(ROOT, clock=FixedClock(date(2025, 1, 10))),
        lambda c, k: freeze(c, 2024, idempotency_key=k),
        lambda c, k: freeze(c, 2023, idempotency_key=k),
    )


def closed(sessions, folder):
    context = replace(ROOT, actor=CLERK, clock=FixedClock(date(2024, 3, 1)))
    for name, data in (("submit", SUBMIT), ("withdraw", {"reason": "不要了"}), ("close", {})):
        for number in ("A-1", "A-2"):
            done(sessions, context, lambda c, n=number, m=name, d=data: move(c, n, m, d))
    set_retention(sessions)
    return Asked(
        replace(ROOT, clock=FixedClock(LATER)),
        lambda c, k: list_erasure(c, "A-1", idempotency_key=k),
        lambda c, k: list_erasure(c, "A-2", idempotency_key=k),
    )


def gone(sessions, folder):
    asked = closed(sessions, folder)
    done(sessions, asked.context, lambda c: (asked.command(c, "one"), asked.another(c, "two")))
    return Asked(
        asked.context,
        lambda c, k: erase(c, "A-1", idempotency_key=k),
        lambda c, k: erase(c, "A-2", idempotency_key=k),
    )


def replayed(sessions, folder):
    Office(sessions)
    submit = {"case": "B-1", "move": "submit", "at": "2024-03-01", "by": "u1", "data": SUBMIT}
    refused = {"case": "B-2", "move": "accept", "at": "2024-03-01"}
    lines = [JournalLine("年.jsonl", number, line) for number, line in enumerate((submit, refused), 1)]
    return Asked(
        ROOT,
        lambda c, k: replay(c, iter(lines), idempotency_key=k),
        lambda c, k: replay(c, lines[:1], idempotency_key=k),
    )


def taken_in(sessions, folder):
    Office(sessions)
    path, other = folder / "register.xlsx", folder / "other.xlsx"
    book(path, ("台账", table(FULL, {**FULL, "case": NUMBERS[1]})))
    book(other, ("台账", table(FULL)))
    return Asked(
        replace(ROOT, clock=FixedClock(LATER)),
        lambda c, k: take_in(c, path, idempotency_key=k),
        lambda c, k: take_in(c, other, idempotency_key=k),
    )


def put_back(sessions, folder):
    office = Office(sessions).accept()

    def never(topic, key, payload):
        raise ConnectionError

    with sessions() as session:
        keys = list(session.execute(select(t.outbox.c.event_key).order_by(t.outbox.c.id)).scalars())
    relay(operator(sessions, office.clock), never, attempts=1)
    return Asked(
        ROOT,
        lambda c, k: replay_dead(c, idempotency_key=k),
        lambda c, k: replay_dead(c, keys[:1], idempotency_key=k),
    )


def forgotten(sessions, folder):
    Office(sessions)
    for name in (VISITS, "oa.letters"):
        done(sessions, ROOT, lambda c, n=name: add_version(c.connection, "owner", {n: "registered"}, "root", c.stamp))
    return Asked(
        ROOT,
        lambda c, k: forget_owner(c, VISITS, idempotency_key=k),
        lambda c, k: forget_owner(c, "oa.letters", idempotency_key=k),
    )


def set_to(command, given, another):
    """What puts something in force, with the same of another content."""

    def prepare(sessions, folder):
        Office(sessions).accept()
        return Asked(
            ROOT,
            lambda c, k: command(c, *given, idempotency_key=k),
            lambda c, k: command(c, *another, idempotency_key=k),
        )

    return prepare


COMMANDS: dict[str, Prepare] = {
    "appoint": appointed,
    "appoint_acting": acted,
    "attach": filed,
    "change_settings": set_to(change_settings, ({"red_days": "4"},), ({"red_days": "5"},)),
    "drop_procedure": set_to(drop_procedure, (), ()),
    "edit": edited,
    "end_acting": acting_ended,
    "end_appointment": appointment_ended,
    "erase": gone,
    "forget_owner": forgotten,
    "freeze": frozen,
    "hand_over": handed,
    "install_templates": set_to(install_templates, (OWN,), (OTHER,)),
    "issue": issued,
    "list_erasure": closed,
    "load_calendar": set_to(load_calendar, (CLOSURE, "a.toml"), (CLOSURE, "b.toml")),
    "move": moved,
    "propose": proposed,
    "record_service": served,
    "register_agency": set_to(register_agency, ({"level": "city"},), ({"level": "county"},)),
    "replay": replayed,
    "replay_dead": put_back,
    "reset_templates": set_to(reset_templates, (), ()),
    "set_case_numbering": set_to(set_case_numbering, ("{year}-{serial:04}",), ("{year}-{serial}",)),
    "set_channels": set_to(set_channels, ("",), (FOLDER,)),
    "set_directory": set_to(set_directory, (directory_text(),), (directory_text(OTHER_PEOPLE),)),
    "set_numbering": set_to(set_numbering, ("",), ("# 同上\n",)),
    "set_procedure": set_to(set_procedure, (OTHER_STEPS,), (SHORTER,)),
    "set_profile": set_to(set_profile, ({"phone": "0", "name": ""},), ({"phone": "0"},)),
    "sign": signed,
    "submit": set_to(submit, (SUBMIT,), (SUBMIT | {"information": "另一件"},)),
    "take_in": taken_in,
    "void": voided,
}
ASK_NOTHING = ("drop_procedure", "reset_templates")
"""What is asked of these is all in their names."""
PREPARED = pytest.mark.parametrize("prepare", [pytest.param(found, id=name) for name, found in COMMANDS.items()])


def done(sessions, context, command):
    with sessions() as session, session.begin():
        return command(replace(context, session=session))


def rows(sessions):
    """All that is stored."""
    with sessions() as session:
        return everything(session)


def everything(session):
    return {
        name: session.execute(select(table).order_by(*table.primary_key)).all()
        for name, table in metadata.tables.items()
    }


def counted(session):
    return {name: len(found) for name, found in everything(session).items()}


def plain(result):
    """What was given, whether or not it was given before."""
    if isinstance(result, TomlDirectory):
        return result.people()
    return result.model_copy(update={"repeated": False}) if hasattr(result, "repeated") else result


def parameters(name):
    return inspect.signature(getattr(face, name)).parameters if hasattr(face, name) else ()


def test_every_function_that_changes_something_takes_a_key_or_has_its_reason():
    """A new function that takes none is a reader, which ``test_doors`` shows, or stands with its reason."""
    taking = {name for name in functions() if "idempotency_key" in parameters(name)}
    assert taking == set(COMMANDS)
    assert not taking & WITHOUT_KEY.keys() and WITHOUT_KEY.keys() <= set(functions())


def test_the_page_names_what_takes_a_key_and_what_needs_none():
    page = (Path(__file__).parents[3] / "docs" / "interfaces.md").read_text("utf-8")
    _, _, section = page.partition("## Idempotency keys\n")
    section, _, _ = section.partition("\n## ")
    told, _, table_of_reasons = section.partition("| function |")
    listed = told.partition("These take an `idempotency_key`:")[2].partition(".\n")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set(COMMANDS)
    assert dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", table_of_reasons, re.MULTILINE)) == WITHOUT_KEY


@PREPARED
def test_a_request_that_is_repeated_gives_the_first_result_and_writes_nothing(sessions, tmp_path, prepare):
    context, command, _ = prepare(sessions, tmp_path)
    first = done(sessions, context, lambda c: command(c, "k"))
    before = rows(sessions)
    again = done(sessions, context, lambda c: command(c, "k"))
    assert plain(again) == plain(first)
    assert rows(sessions) == before


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ASK_NOTHING])
def test_another_request_under_the_same_key_is_told(sessions, tmp_path, name):
    context, command, another = COMMANDS[name](sessions, tmp_path)
    done(sessions, context, lambda c: command(c, "k"))
    before = rows(sessions)
    with pytest.raises(Conflict) as caught:
        done(sessions, context, lambda c: another(c, "k"))
    assert caught.value.fields["text"] == "idempotency_key_reused"
    assert rows(sessions) == before


def kept_apart(sessions, place):
    """Sessions whose transactions PostgreSQL keeps apart; each command is raced under another of the three levels."""
    engine = sessions.kw["bind"]
    if engine.dialect.name == "sqlite":
        return [sessions]
    return [sessionmaker(engine.execution_options(isolation_level=LEVELS[place % len(LEVELS)]))]


RACED = {**COMMANDS, "submit": opened}


@pytest.mark.parametrize("name", RACED)
def test_requests_that_race_under_one_key_all_get_the_first_result(sessions, tmp_path, name):
    context, command, _ = RACED[name](sessions, tmp_path)
    with sessions() as session:  # what one request alone would leave
        alone = plain(command(replace(context, session=session), "k"))
        left = counted(session)
        session.rollback()
    results = [
        item
        for apart in kept_apart(sessions, list(RACED).index(name))
        for item in raced(apart, lambda session: command(replace(context, session=session), "k"))
    ]
    assert type(alone) is type(plain(results[0]))
    assert all(plain(item) == plain(results[0]) for item in results)
    told = [item.repeated for item in results if hasattr(item, "repeated")]
    assert not told or (told.count(False), len(told)) == (1, len(results))
    with sessions() as session:
        assert counted(session) == left


def raced(sessions, request):
    """Eight hands make the request at once, each again where the database gives the race to another."""
    barrier = Barrier(HANDS)

    def one():
        barrier.wait(timeout=60)
        return transaction(sessions, request)

    with ThreadPoolExecutor(HANDS) as pool:
        return [item.result() for item in [pool.submit(one) for _ in range(HANDS)]]


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


@pytest.mark.parametrize(
    "prepare", [opened, moved, proposed, issued, served, voided, closed], ids=lambda found: found.__name__
)
def test_who_has_lost_the_sight_of_a_case_is_not_given_its_result_again(sessions, tmp_path, prepare):
    context, command, _ = prepare(sessions, tmp_path)
    done(sessions, context, lambda c: command(c, "k"))
    done(sessions, context, lambda c: command(c, "k"))
    roles = {"roles": ("staff", "eraser")}
    stranger = context.actor.model_copy(update={"department": "别的科", "grants": ()} | roles)
    may = RoleAuthorizer({"staff": ("see", "propose"), "eraser": ("erase",)})
    with pytest.raises(NotPermitted):
        done(sessions, replace(context, actor=stranger, authorizer=may), lambda c: command(c, "k"))


def test_what_wrote_nothing_keeps_no_key_and_is_tried_anew(sessions, tmp_path):
    """A register that has been mended, a journal whose case has come meanwhile, go in under the key that they had."""
    Office(sessions)
    path, context = tmp_path / "register.xlsx", replace(ROOT, clock=FixedClock(LATER))
    book(path, ("台账", table({**FULL, "channel": "飞鸽"})))
    line = JournalLine("年.jsonl", 1, {"case": "B-1", "move": "accept", "at": "2024-03-04"})
    before = rows(sessions)
    assert not done(sessions, context, lambda c: take_in(c, path, idempotency_key="k")).written
    assert not done(sessions, context, lambda c: replay(c, [line], idempotency_key="k")).applied
    assert not done(sessions, context, lambda c: take_in(c, path, dry_run=True, idempotency_key="k")).written
    assert rows(sessions) == before
    book(path, ("台账", table(FULL)))
    assert done(sessions, context, lambda c: take_in(c, path, idempotency_key="k")).written
    done(sessions, ROOT, lambda c: move(c, "B-1", "submit", SUBMIT, at="2024-03-01"))
    assert done(sessions, context, lambda c: replay(c, [line], idempotency_key="j")).applied == 1


def test_a_list_for_erasure_under_a_key_is_the_list_by_which_the_case_is_erased(sessions, tmp_path):
    """The kept result of the listing is no row of the case that has come since."""
    context, listing, _ = gone(sessions, tmp_path)
    found = done(sessions, context, lambda c: list_erasure(c, "A-1", idempotency_key="again"))
    erased = done(sessions, context, lambda c: listing(c, "k"))
    assert (erased.items, erased.listed_by) == (found.items, found.by)


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
