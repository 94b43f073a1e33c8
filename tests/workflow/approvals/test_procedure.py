"""Templates: every fault is told at once by code and field, nothing of it is kept, and sheets keep their own."""

from datetime import date

import pytest
import rows as t
from approvals import EXTENSION, REVIEWS, ROLES, Office, directory_text, procedure_text, steps
from office import ADMIN
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker

from disclosure.states.errors import BadData, MoveRefused, SheetRefused
from disclosure.workflow import (
    ADMINISTRATOR,
    Context,
    TomlDirectory,
    drop_procedure,
    set_directory,
    set_procedure,
    show,
    show_sheet,
)
from disclosure.workflow.approvals.office import procedure_in_force
from disclosure.workflow.approvals.procedure import missing_reviewers, parse_procedure, shipped

HEAD = "head disclosure_head any 10"
LEADER = "leader leader any 10"
DENIED = {"outcome": "denied_internal", "delivery": "post", "ground": "16.1"}
EXTEND = {"days": 10, "reason": "需要核对多份档案"}
FULL = ROLES | {"u9": ("郝一", "业务科", ("staff",), "u7"), "u10": ("何二", "局领导", ("top_leader",), None)}
TEXTS = {item.key: item.text for item in shipped()}


def told(error):
    """Field, problem and value of each fault, in the order in which they are told."""
    return [(item["field"], item["problem"], item.get("value")) for item in error.value.faults]


def one_step(key="a", who='role = "leader"', more=""):
    return f'[[route.step]]\nkey = "{key}"\ntitle = "环节"\n{who}\n{more}\n'


def second(body, moves='["reply"]', more="", first=EXTENSION):
    """A procedure with a sound first route for extensions and this as its second."""
    return f'title = "试验"\n{first}\n[[route]]\nmoves = {moves}\n{more}\n{body}'


SOUND = one_step()
FAULTS = {
    "unknown move": (second(SOUND, '["reply", "fly"]'), [("route.2.moves", "unknown_move", "fly")]),
    "a request is not approved": (second(SOUND, '["submit"]'), [("route.2.moves", "unknown_move", "submit")]),
    "a move listed twice": (second(SOUND, '["reply", "reply"]'), [("route.2.moves", "never_reached", "reply")]),
    "a route behind one for every matter": (
        second(SOUND) + '[[route]]\nmoves = ["reply"]\nmatter = "refusal"\n' + SOUND,
        [("route.3.moves", "never_reached", "reply")],
    ),
    "a route behind its like": (
        second(SOUND, more='matter = "refusal"') + '[[route]]\nmoves = ["reply"]\nmatter = "refusal"\n' + SOUND,
        [("route.3.moves", "never_reached", "reply")],
    ),
    "only replies refuse": (
        second(SOUND, '["charge"]', 'matter = "refusal"'),
        [("route.2.matter", "matter_of_replies", "refusal")],
    ),
    "not every move a reply": (
        second(SOUND, '["reply", "charge"]', 'matter = "refusal"'),
        [("route.2.matter", "matter_of_replies", "refusal")],
    ),
    "no steps": (second(""), [("route.2.step", "no_steps", None)]),
    "no step for certain": (second(one_step(more="where_held = true")), [("route.2.step", "no_steps", None)]),
    "step without people": (second(SOUND + one_step("b", "")), [("route.2.step.2.role", "step_without_people", "b")]),
    "role and people": (
        second(one_step(who='role = "leader"\npeople = ["u3"]')),
        [("route.2.step.1.role", "step_without_people", "a")],
    ),
    "key twice": (
        second(SOUND + one_step("b") + SOUND),
        [("route.2.step.1.key", "twice", "a"), ("route.2.step.3.key", "twice", "a")],
    ),
    "next is no step": (second(one_step(more='next = "z"')), [("route.2.step.1.next", "unknown_step", "z")]),
    "next of another route": (
        second(one_step(more='next = "head"')),
        [("route.2.step.1.next", "unknown_step", "head")],
    ),
    "loop back": (second(SOUND + one_step("b", more='next = "a"')), [("route.2.step", "loop", "a → b")]),
    "loop behind the first": (
        second(SOUND + one_step("b") + one_step("c", more='next = "b"')),
        [("route.2.step", "loop", "a → b → c")],
    ),
    "its own next": (second(one_step(more='next = "a"')), [("route.2.step", "loop", "a")]),
    "step never reached": (
        second(one_step(more='next = "d"') + one_step("b") + one_step("c") + one_step("d")),
        [("route.2.step", "never_reached", "b、c")],
    ),
    "shares over the whole": (
        second(one_step(more="share = 60") + one_step("b", more="share = 41")),
        [("route.2.step", "shares_too_large", 101)],
    ),
    "share of a step over the whole": (
        second(one_step(more="share = 101")),
        [("route.2.step.1.share", "wrong_kind", "101")],
    ),
    "share of nothing": (second(one_step(more="share = 0")), [("route.2.step.1.share", "wrong_kind", "0")]),
    "no extension at all": (second(SOUND, first=""), [("route", "extension_without_head", "disclosure_head")]),
    "extension by another": (
        second(SOUND, '["reply", "extend"]', first=""),
        [("route.1.step", "extension_without_head", "disclosure_head")],
    ),
    "extension by a head who may be left out": (
        second(SOUND + one_step("h", 'role = "disclosure_head"', "where_held = true"), '["extend"]', first=""),
        [("route.1.step", "extension_without_head", "disclosure_head")],
    ),
    "extension by people named": (
        second(one_step(who='people = ["u2"]'), '["extend"]', first=""),
        [("route.1.step", "extension_without_head", "disclosure_head")],
    ),
    "extension by the head and people named": (
        second(one_step(who='role = "disclosure_head"\npeople = ["u3"]'), '["extend"]', first=""),
        [
            ("route.1.step.1.role", "step_without_people", "a"),
            ("route.1.step", "extension_without_head", "disclosure_head"),
        ],
    ),
    "a second extension without the head": (
        second(SOUND, '["extend"]'),
        [("route.2.moves", "never_reached", "extend"), ("route.2.step", "extension_without_head", "disclosure_head")],
    ),
    "annulment by another": (
        second(SOUND, '["annul"]'),
        [("route.2.step", "annulment_without_head", "disclosure_head")],
    ),
    "unknown mode": (second(one_step(more='mode = "some"')), [("route.2.step.1.mode", "not_one_of", "some")]),
    "unknown matter": (second(SOUND, more='matter = "secret"'), [("route.2.matter", "not_one_of", "secret")]),
    "unknown key of a step": (
        second(one_step(more='colour = "red"')),
        [("route.2.step.1.colour", "not_a_field", "red")],
    ),
    "unknown key of a route": (second(SOUND, more='goto = "x"'), [("route.2.goto", "not_a_field", "x")]),
    "unknown key of the procedure": ('colour = "red"\n' + second(SOUND), [("colour", "not_a_field", "red")]),
    "empty key": (second(one_step("")), [("route.2.step.1.key", "empty", "")]),
    "long key": (second(one_step("k" * 33)), [("route.2.step.1.key", "too_long", "k" * 33)]),
    "no moves": (second(SOUND, "[]"), [("route.2.moves", "empty", "[]")]),
    "no routes": ('title = "试验"\nroute = []', [("route", "empty", "[]")]),
    "urging without a pause": ("urge_hours = 0\n" + second(SOUND), [("urge_hours", "wrong_kind", "0")]),
    "number for a text": (second(one_step(who="role = 7")), [("route.2.step.1.role", "wrong_kind", "7")]),
}


@pytest.mark.parametrize(("text", "faults"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_by_code_and_field(text, faults):
    with pytest.raises(BadData) as error:
        parse_procedure(text)
    assert error.value.code == "bad_data"
    assert told(error) == faults


def test_the_sound_neighbours_of_the_faults_are_taken():
    rows = one_step(more='share = 60\nnext = "c"') + one_step("b", 'people = ["u3"]', 'share = 20\nnext = "d"')
    rows += one_step("c", more='next = "b"') + one_step("d", more="where_held = true")
    procedure = parse_procedure(
        second(rows, more='matter = "refusal"') + '[[route]]\nmoves = ["reply", "charge"]\n' + SOUND
    )
    assert [step.key for step in procedure.route[1].step] == ["a", "c", "b", "d"], (
        "steps stand in the order in which they follow"
    )
    assert sum(step.share for step in procedure.route[1].step) == 100
    chosen = [procedure.route_for("reply", {"outcome": outcome}) for outcome in ("denied_internal", "granted")]
    assert chosen == [procedure.route[1], procedure.route[2]]
    assert procedure.route_for("withdraw", {}) is None


def test_what_an_empty_text_lacks_is_told():
    with pytest.raises(BadData) as error:
        parse_procedure("")
    assert [(item["field"], item["problem"]) for item in error.value.faults] == [
        ("title", "missing"),
        ("route", "missing"),
    ]


def test_broken_toml_is_told_with_the_name_of_the_file_and_the_place():
    with pytest.raises(BadData) as error:
        parse_procedure('title = "试验"\n[[route]\n', "our.toml")
    (fault,) = error.value.faults
    assert (fault["field"], fault["problem"]) == ("our.toml", "broken_toml")
    assert "line 2" in fault["reason"]


def test_the_choices_of_a_mode_are_told():
    with pytest.raises(BadData) as error:
        parse_procedure(FAULTS["unknown mode"][0])
    assert error.value.faults[0]["choices"] == "any、all、sequence"


def test_faults_of_several_routes_are_told_at_once():
    text = second(SOUND + one_step("a", "", 'next = "z"\nshare = 99'), '["fly", "reply"]', first="") + (
        '[[route]]\nmoves = ["extend", "reply"]\n' + one_step("x", more='next = "x"')
    )
    with pytest.raises(BadData) as error:
        parse_procedure(text)
    assert told(error) == [
        ("route.1.moves", "unknown_move", "fly"),
        ("route.1.step.1.key", "twice", "a"),
        ("route.1.step.2.key", "twice", "a"),
        ("route.1.step.2.role", "step_without_people", "a"),
        ("route.1.step.2.next", "unknown_step", "z"),
        ("route.1.step", "shares_too_large", 109),
        ("route.2.moves", "never_reached", "reply"),
        ("route.2.step", "loop", "x"),
        ("route.2.step", "extension_without_head", "disclosure_head"),
    ]


def test_faults_of_shape_are_told_at_once():
    with pytest.raises(BadData) as error:
        parse_procedure(second(one_step(more='mode = "some"\nshare = 0\ncolour = 1'), "[]", 'matter = "x"'))
    assert {(field, problem) for field, problem, _ in told(error)} == {
        ("route.2.moves", "empty"),
        ("route.2.matter", "not_one_of"),
        ("route.2.step.1.mode", "not_one_of"),
        ("route.2.step.1.share", "wrong_kind"),
        ("route.2.step.1.colour", "not_a_field"),
    }


# against the people of the office


def put(office, text, actor=ADMIN, directory=None):
    with office.sessions() as session, session.begin():
        return set_procedure(Context(session, actor, directory=directory, **office.shared), text)


def kept(office):
    """Everything on record, and the text of the procedure in force."""
    with office.sessions() as session:
        found = procedure_in_force(Context(session.connection(), ADMINISTRATOR, agency=office.agency))
        return session.execute(select(t.config).order_by(t.config.c.id)).all(), found and found[1]


@pytest.fixture
def small(sqlite_engine):
    """An office on SQLite, for what has nothing to do with the database."""
    return Office(sessionmaker(sqlite_engine))


@pytest.fixture
def office(sessions):
    return Office(sessions)


PEOPLE_FAULTS = {
    "role that nobody holds": (
        procedure_text("top top_leader any 10"),
        [("route.2.step.3.role", "nobody_holds", "top_leader"), ("route.3.step.1.role", "nobody_holds", "top_leader")],
    ),
    "role that nobody holds in that department": (
        procedure_text(HEAD) + '\n[[route]]\nmoves = ["reopen"]\n' + one_step(more='of = "业务科"'),
        [("route.4.step.1.role", "nobody_holds", "leader")],
    ),
    "people who are not there": (
        procedure_text(HEAD) + '\n[[route]]\nmoves = ["reopen"]\n' + one_step(who='people = ["u98", "u3", "u99"]'),
        [("route.4.step.1.people", "unknown_person", "u98"), ("route.4.step.1.people", "unknown_person", "u99")],
    ),
    "seal that nobody keeps": (procedure_text(HEAD, seal="archivist"), [("route.3.seal", "nobody_holds", "archivist")]),
    "refusal without both reviews": (
        second(steps(HEAD)),
        [
            ("route", "refusal_without_review", "legal_reviewer"),
            ("route", "refusal_without_review", "confidentiality_reviewer"),
        ],
    ),
    "refusal without the legal review": (
        second(steps(REVIEWS[1], HEAD)),
        [("route", "refusal_without_review", "legal_reviewer")],
    ),
    "refusal without the confidentiality review": (
        second(steps(REVIEWS[0], HEAD)),
        [("route", "refusal_without_review", "confidentiality_reviewer")],
    ),
    "replies without any approval": (
        second(steps(*REVIEWS, HEAD), '["charge"]'),
        [
            ("route", "refusal_without_review", "legal_reviewer"),
            ("route", "refusal_without_review", "confidentiality_reviewer"),
        ],
    ),
    "reviews of other replies only": (
        second(steps(HEAD), more='matter = "refusal"') + '\n[[route]]\nmoves = ["reply"]\n' + steps(*REVIEWS),
        [
            ("route", "refusal_without_review", "legal_reviewer"),
            ("route", "refusal_without_review", "confidentiality_reviewer"),
        ],
    ),
    "reviewers named and not by their post": (
        second(one_step(who='people = ["u4", "u6"]', more='mode = "all"')),
        [
            ("route", "refusal_without_review", "legal_reviewer"),
            ("route", "refusal_without_review", "confidentiality_reviewer"),
        ],
    ),
    "all of it at once": (
        second(steps("top top_leader any 10") + "\n" + one_step(who='people = ["u99"]'), more='seal = "archivist"'),
        [
            ("route.2.step.1.role", "nobody_holds", "top_leader"),
            ("route.2.step.2.people", "unknown_person", "u99"),
            ("route.2.seal", "nobody_holds", "archivist"),
            ("route", "refusal_without_review", "legal_reviewer"),
            ("route", "refusal_without_review", "confidentiality_reviewer"),
        ],
    ),
}


@pytest.mark.parametrize(("text", "faults"), PEOPLE_FAULTS.values(), ids=PEOPLE_FAULTS)
def test_a_template_is_checked_against_the_people_on_record(small, text, faults):
    parse_procedure(text)  # by itself it is sound
    before = kept(small)
    with pytest.raises(BadData) as error:
        put(small, text)
    assert told(error) == faults
    assert kept(small) == before


def test_who_has_left_or_not_come_yet_holds_nothing(small):
    text = procedure_text("top top_leader any 10", HEAD)
    people = ROLES | {"u10": ("何二", "局领导", ("top_leader",), None)}
    for dates in ("left_on = 2024-03-05", "from_on = 2024-03-06"):
        host = TomlDirectory.parse(directory_text(people) + dates)  # the dates of the last one, who is u10
        with pytest.raises(BadData) as error:
            put(small, text, directory=host)
        assert {(problem, value) for _, problem, value in told(error)} == {("nobody_holds", "top_leader")}
    host = TomlDirectory.parse(directory_text(people) + "from_on = 2024-03-05\nleft_on = 2024-03-06")
    put(small, text, directory=host)
    assert kept(small)[1] == text


def test_posts_that_the_office_does_not_have_need_no_review(sqlite_engine):
    people = {user: row for user, row in ROLES.items() if user not in ("u4", "u5", "u6")}
    office = Office(
        sessionmaker(sqlite_engine), people=people, text=second(steps("legal [legal_reviewer] any 10", HEAD))
    )
    assert kept(office)[1].count("where_held") == 1
    office.accept().propose(data=DENIED)
    assert [step.key for step in office.ask(show_sheet, "u1", "A-1#1").steps] == ["head"]


def test_reviews_for_every_reply_serve_for_refusals(small):
    put(small, second(steps(*REVIEWS, HEAD)))
    small.accept().propose(data=DENIED)
    shown = small.ask(show_sheet, "u1", "A-1#1").steps
    assert [(step.key, step.by_law) for step in shown] == [("legal", True), ("secrecy", True), ("head", False)]


def test_a_reply_with_one_part_that_refuses_passes_the_reviews_of_a_refusal(small):
    put(small, procedure_text(HEAD))
    parts = [
        {"part": "批复", "answer": "O02"},
        {"part": "名单", "answer": "O11", "ground": "依照《不动产登记暂行条例》第二十七条"},
    ]
    small.accept().propose(data={"answer": "O02", "delivery": "post", "items": parts})
    assert [step.key for step in small.ask(show_sheet, "u1", "A-1#1").steps] == ["legal", "secrecy", "head"]


REFUSED = [
    FAULTS["loop back"][0],
    FAULTS["unknown mode"][0],
    PEOPLE_FAULTS["refusal without both reviews"][0],
    "title = ",
]


@pytest.mark.parametrize("text", REFUSED, ids=["loop", "shape", "people", "toml"])
def test_nothing_of_a_refused_template_is_stored(office, text):
    """The host goes on after the refusal and commits."""
    before = kept(office)
    with office.sessions() as session, session.begin(), pytest.raises(BadData):
        set_procedure(Context(session, ADMIN, **office.shared), text)
    assert kept(office) == before
    office.accept()
    with pytest.raises(MoveRefused) as error:
        office.make("u1", "A-1", "reply", {"answer": "O02", "delivery": "post"})
    assert error.value.code == "approval_needed", "the procedure before it is still in force"


# templates that come with the program


def going(office, sheet, reader="u9"):
    """Everybody whose turn it is approves until the sheet has ended; who signed which step."""
    signed = []
    for _ in range(20):
        shown = office.ask(show_sheet, reader, sheet)
        if shown.status != "running":
            assert shown.status == "done"
            return signed
        step = next(item for item in shown.steps if item.state == "active")
        user = next(task.user for task in step.tasks if task.state == "open")
        office.do(user, "approve", sheet)
        signed.append((step.key, user))
    raise AssertionError(f"{sheet} never ends: {signed}")


REFUSAL_SIGNERS = {
    "two_person": [("legal", "u4"), ("secrecy", "u6"), ("head", "u2")],
    "bureau": [("department", "u7"), ("legal", "u4"), ("secrecy", "u6"), ("head", "u2"), ("leader", "u3")],
    "department": [
        ("department", "u7"),
        ("legal", "u4"),
        ("legal", "u5"),
        ("secrecy", "u6"),
        ("head", "u2"),
        ("leaders", "u3"),
        ("top", "u10"),
    ],
}


def test_three_templates_are_shipped():
    assert list(TEXTS) == ["two_person", "bureau", "department"]
    assert all(parse_procedure(item.text).title == item.title for item in shipped())


@pytest.mark.parametrize("key", TEXTS)
def test_a_shipped_refusal_passes_both_reviewers(sessions, key):
    office = Office(sessions, text=TEXTS[key], people=FULL).accept(by="u9")
    office.propose("u9", data=DENIED)
    by_law = {step.key for step in office.ask(show_sheet, "u9", "A-1#1").steps if step.by_law}
    assert by_law == {"legal", "secrecy"}
    assert going(office, "A-1#1") == REFUSAL_SIGNERS[key]
    with sessions() as session:
        last = show(Context(session.connection(), ADMINISTRATOR), "A-1", date(2024, 3, 31)).history[-1]
    assert last.move == "decide"


@pytest.mark.parametrize("key", TEXTS)
def test_a_shipped_extension_is_decided_by_the_head(sessions, key):
    office = Office(sessions, text=TEXTS[key], people=FULL).accept(by="u9")
    office.propose("u9", name="extend", data=EXTEND)
    by_law = [step.key for step in office.ask(show_sheet, "u9", "A-1#1").steps if step.by_law]
    assert by_law == ["head"]
    assert going(office, "A-1#1")[-1] == ("head", "u2")
    with sessions() as session:
        last = show(Context(session.connection(), ADMINISTRATOR), "A-1", date(2024, 3, 31), unmasked=True).history[-1]
    assert (last.move, last.data["approved_by"]) == ("extend", "李四")


@pytest.mark.parametrize("key", TEXTS)
def test_no_shipped_template_lets_the_head_approve_the_own_draft(sqlite_engine, key):
    people = FULL | {"u9": ("郝一", "办公室", ("department_head",), "u2")}
    office = Office(sessionmaker(sqlite_engine), text=TEXTS[key], people=people).accept(by="u2")
    result = office.propose("u2", name="extend", data=EXTEND)
    if key != "two_person":
        result = office.do("u9", "approve")
    assert (result.status, result.waiting_for, result.trouble) == ("running", (), "no_candidate")
    with pytest.raises(SheetRefused) as error:
        office.do("u2", "approve")
    assert error.value.code == "no_task"


@pytest.mark.parametrize("key", TEXTS)
def test_a_shipped_template_without_its_floor_is_refused(small, key):
    host = TomlDirectory.parse(directory_text(FULL))
    text = TEXTS[key]
    for role in ("legal_reviewer", "confidentiality_reviewer"):
        with pytest.raises(BadData) as error:
            put(small, text.replace(f'"{role}"', '"leader"'), directory=host)
        assert told(error) == [("route", "refusal_without_review", role)]
    with pytest.raises(BadData) as error:
        put(small, text.replace('"disclosure_head"', '"leader"'), directory=host)
    assert told(error) == [("route.1.step", "extension_without_head", "disclosure_head")]
    assert missing_reviewers(parse_procedure(text), lambda role: host.holders(role, None, date(2024, 3, 5))) == []


FEW = {user: FULL[user] for user in ("u1", "u2", "u3", "u7", "u8", "u9", "u10", "root")}


@pytest.mark.parametrize("key", ["two_person", "bureau"])
def test_a_small_office_without_reviewers_takes_its_template(sqlite_engine, key):
    office = Office(sessionmaker(sqlite_engine), text=TEXTS[key], people=FEW).accept(by="u9")
    office.propose("u9", data=DENIED)
    assert going(office, "A-1#1") == [item for item in REFUSAL_SIGNERS[key] if item[0] not in ("legal", "secrecy")]


def test_the_template_of_a_large_department_asks_for_its_posts(small):
    with pytest.raises(BadData) as error:
        put(small, TEXTS["department"], directory=TomlDirectory.parse(directory_text(FEW)))
    assert told(error) == [
        ("route.2.step.2.role", "nobody_holds", "legal_reviewer"),
        ("route.2.step.3.role", "nobody_holds", "confidentiality_reviewer"),
    ]


# a procedure is replaced while sheets are under way

OLD = procedure_text(HEAD, "leader leader any 20")
NEW = procedure_text("check legal_reviewer any 10")


def keys(office, sheet):
    return [step.key for step in office.ask(show_sheet, "u1", sheet).steps]


@pytest.fixture
def replaced(sessions):
    """A sheet begun under the old procedure and signed once; then another procedure is put in force."""
    office = Office(sessions, text=OLD).accept("A-1").accept("A-2")
    office.propose(case="A-1")
    office.do("u2", "approve", "A-1#1")
    put(office, NEW)
    office.propose(case="A-2")
    return office


def test_a_running_sheet_finishes_by_its_own_steps_and_a_new_one_by_the_new(replaced):
    assert (keys(replaced, "A-1#1"), keys(replaced, "A-2#1")) == (["head", "leader"], ["check"])
    old, new = (replaced.ask(show_sheet, "u1", name).template_version for name in ("A-1#1", "A-2#1"))
    assert old < new
    assert going(replaced, "A-1#1", "u1") == [("leader", "u3")], "the signature before the change still counts"
    assert going(replaced, "A-2#1", "u1") == [("check", "u4")]
    with replaced.sessions() as session:
        moves = [
            show(Context(session.connection(), ADMINISTRATOR), case, date(2024, 3, 31)).history[-1].move
            for case in ("A-1", "A-2")
        ]
    assert moves == ["decide", "decide"]


def test_a_sheet_edited_under_way_keeps_its_routes_and_one_sent_anew_takes_those_in_force(replaced):
    replaced.edit("u1", "A-1#1", DENIED)
    assert keys(replaced, "A-1#1") == ["legal", "secrecy", "head", "leader"]
    replaced.do("u4", "return", "A-1#1", opinion="补充")
    replaced.do("u1", "send", "A-1#1")
    assert keys(replaced, "A-1#1") == ["legal", "secrecy", "check"]
    replaced.edit("u1", "A-2#1", DENIED)
    assert keys(replaced, "A-2#1") == ["legal", "secrecy", "check"]


def test_a_sheet_under_way_outlives_its_template(replaced):
    with replaced.sessions() as session, session.begin():
        drop_procedure(Context(session, ADMIN, **replaced.shared))
    assert going(replaced, "A-1#1", "u1") == [("leader", "u3")]
    assert going(replaced, "A-2#1", "u1") == [("check", "u4")]
    replaced.accept("A-3")
    with pytest.raises(SheetRefused) as error:
        replaced.propose(case="A-3")
    assert error.value.code == "no_template"
    replaced.make("u1", "A-3", "reply", {"answer": "O02", "delivery": "post"})


NAMED = '[[route]]\nmoves = ["reply"]\n[[route.step]]\nkey = "{key}"\ntitle = "某环节"\n{more}\n'


@pytest.mark.parametrize(
    ("key", "more", "field", "problem"),
    [
        ("named", 'people = ["u3"]\nwhere_held = true', "where_held", "held_needs_role"),
        ("named", 'people = ["u3", "u3"]\nmode = "all"', "people", "twice"),
        ("named", 'role = "leader"\nadded_by = "u4"', "added_by", "not_a_field"),
        ("named", 'role = "leader"\nfloor = true', "floor", "not_a_field"),
        ("named", 'role = " "', "role", "step_without_people"),
        (" ", 'role = "leader"', "key", "empty"),
    ],
)
def test_a_step_that_would_ask_nobody_or_forge_a_note_is_refused(key, more, field, problem):
    with pytest.raises(BadData) as caught:
        parse_procedure('title = "某"\n' + EXTENSION + "\n" + NAMED.format(key=key, more=more))
    assert (f"route.2.step.1.{field}", problem) in {(item["field"], item["problem"]) for item in caught.value.faults}


def test_an_empty_directory_of_the_host_is_a_directory(sessions):
    with sessions() as session, pytest.raises(BadData) as caught:
        set_directory(Context(session, ADMIN), directory_text())
        set_procedure(
            Context(session, ADMIN, directory=TomlDirectory((), ())), procedure_text("head disclosure_head any 10")
        )
    assert {item["problem"] for item in caught.value.faults} == {"nobody_holds"}


@pytest.mark.parametrize(
    ("text", "field", "problem"),
    [
        (
            '[[stand_in]]\nprincipal = "u1"\nstand_in = "u2"\nfrom_on = 2024-01-01\nuntil_on = 2024-02-01\nmoves = ["replly"]\n',
            "stand_in.1.moves",
            "unknown_move",
        ),
        (
            '[[person]]\nid = "x"\nname = "某"\nfrom_on = 2024-01-01\nleft_on = 2020-01-01\n',
            "person.10.left_on",
            "ends_before_it_starts",
        ),
    ],
)
def test_entries_that_can_never_hold_are_refused(text, field, problem):
    with pytest.raises(BadData) as caught:
        TomlDirectory.parse(directory_text() + text)
    assert [(item["field"], item["problem"]) for item in caught.value.faults] == [(field, problem)]
