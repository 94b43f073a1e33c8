"""From the outbox to people: who is told, over what, when, and never twice."""

import json
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from approvals import directory_text, person, template_text
from counter import PROFILE
from office import ADMIN, CLERK, SUBMIT
from receivers import Mailbox, Web, mail_server, web_server
from sqlalchemy import select

from disclosure.notifications.channels.chat import SHORT
from disclosure.states.calendar.dates import SHANGHAI
from disclosure.states.errors import BadData, NotPermitted
from disclosure.workflow import (
    FixedClock,
    appoint,
    issue,
    move,
    propose,
    relay,
    set_directory,
    set_profile,
    set_template,
    tick,
)
from disclosure.workflow.delivery.dispatcher import Courier, channels_of, send_all, set_channels, try_channels
from disclosure.workflow.delivery.relay import dead_letters, replay_dead
from disclosure.workflow.kernel import tables as t

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # a library that apprise imports

ENV = {"HOOK_SECRET": "某个密钥"}
REMINDERS = "[reminders]\nhandler = 5\nhead = 3\nleader = 1\n"
CONTACTS = '[contacts]\nu1 = "zhang@example.gov.cn"\nu2 = "li@example.gov.cn"\nu3 = "wang@example.gov.cn"\n'
NIGHT = "[quiet]\nbegins = 20:00:00\nends = 08:00:00\n"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


@pytest.fixture
def web(monkeypatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with web_server() as found:
        yield found


def mail(box: Mailbox) -> str:
    return (
        f'[channel.mail]\ntype = "mail"\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\n'
        'sender = "disclosure@example.gov.cn"\n'
    )


def hook(web: Web) -> str:
    return f'[channel.oa]\ntype = "webhook"\nurl = "{web.url}"\nsecret_env = "HOOK_SECRET"\n'


def folder(path) -> str:
    return f'[channel.box]\ntype = "folder"\npath = "{path.as_posix()}"\n'


def route(*channels: str, topics='"case.due"', to="") -> str:
    names = ", ".join(f'"{name}"' for name in channels)
    return f"[[route]]\ntopics = [{topics}]\nchannels = [{names}]\n" + (f"to = [{to}]\n" if to else "")


@pytest.fixture
def setup(sessions, clock):
    """Puts a text on record."""

    def put(*parts: str, agency: str = "default"):
        with sessions() as session, session.begin():
            return set_channels(session, ADMIN, "\n".join(parts), agency=agency, clock=clock)

    return put


@pytest.fixture
def people(sessions, clock):
    """The people of the office."""
    with sessions() as session, session.begin():
        set_directory(session, ADMIN, directory_text(), clock=clock)


@pytest.fixture
def case(work, people):
    """A case that 张三 handles, due on 29 March."""
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "u1"}))


@pytest.fixture
def at(sessions):
    """Sweeps and sends at a moment of March; gives the result of sending."""

    def run(day: int, hour: int = 9, *, sweep: bool = True, env=ENV, attempts: int = 20):
        clock = FixedClock(datetime(2024, 3, day, hour, tzinfo=SHANGHAI))
        if sweep:
            tick(sessions, clock)
        return send_all(sessions, Courier(sessions, clock=clock, env=env), clock=clock, attempts=attempts)

    return run


def told(box: Mailbox) -> list[tuple[str, str]]:
    """Who got mail, and on what."""
    return [(to[0].partition("@")[0], str(mail["Subject"])) for to, mail in zip(box.to, box.mails, strict=True)]


def due_rows(sessions) -> list[tuple[str, list[str], bool]]:
    """The reminders of the outbox: mark, levels, late."""
    with sessions() as session:
        rows = session.execute(select(t.outbox).where(t.outbox.c.topic == "case.due").order_by(t.outbox.c.id)).all()
    found = [(row.event_key.rpartition(":")[2], json.loads(row.payload)) for row in rows]
    return [(mark, payload["levels"], payload["late"]) for mark, payload in found]


# Reminders by levels


def test_each_level_is_reminded_on_its_day_and_all_of_them_once_overdue(case, setup, sessions, at, box):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS)
    for day in (*range(19, 32),):
        at(day)
    for day in (1, 2, 3, 8):
        tick(sessions, FixedClock(date(2024, 4, day)))
    assert told(box) == [
        ("zhang", "【到期提醒】A-1 答复期限：5 个工作日"),
        ("li", "【到期提醒】A-1 答复期限：3 个工作日"),
        ("wang", "【到期提醒】A-1 答复期限：1 个工作日"),
        ("zhang", "【逾期提醒】A-1 答复期限：逾期 1 个工作日"),
        ("li", "【逾期提醒】A-1 答复期限：逾期 1 个工作日"),
        ("wang", "【逾期提醒】A-1 答复期限：逾期 1 个工作日"),
    ]
    assert due_rows(sessions) == [
        ("handler", ["handler"], False),
        ("head", ["head"], False),
        ("leader", ["leader"], False),
        ("overdue", ["handler", "head", "leader"], False),
    ]


def test_days_that_the_sweep_missed_lose_no_level_and_repeat_none(case, setup, sessions, at, box):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS)
    at(21)
    assert told(box) == []
    for day in (27, 27, 28, 28, 29):
        at(day)
    assert [who for who, _ in told(box)] == ["zhang", "li", "wang"]
    assert due_rows(sessions) == [
        ("handler", ["handler"], True),
        ("head", ["head"], True),
        ("leader", ["leader"], False),
    ]


@pytest.mark.parametrize(
    ("day", "levels"),
    [(21, []), (22, ["handler"]), (25, ["handler"]), (26, ["handler", "head"]), (28, ["handler", "head", "leader"])],
)
def test_a_threshold_holds_from_its_very_day(case, setup, sessions, day, levels):
    setup(REMINDERS)
    tick(sessions, FixedClock(date(2024, 3, day)))
    assert [mark for mark, _, _ in due_rows(sessions)] == levels


def test_a_level_that_is_left_out_is_not_reminded(case, setup, sessions):
    setup("[reminders]\nhead = 2\n")
    for day in (22, 28, 30):
        tick(sessions, FixedClock(date(2024, 3, day)))
    assert due_rows(sessions) == [("head", ["head"], True), ("overdue", ["head"], False)]


def test_a_due_day_that_moves_is_reminded_of_anew(case, setup, sessions, work):
    setup("[reminders]\nhandler = 1\n")
    tick(sessions, FixedClock(date(2024, 3, 28)))
    work("A-1", ("extend", date(2024, 3, 28), {"days": 10, "reason": "多", "approved_by": "主任"}))
    tick(sessions, FixedClock(date(2024, 4, 12)))
    tick(sessions, FixedClock(date(2024, 4, 15)))
    assert due_rows(sessions) == [("handler", ["handler"], False), ("handler", ["handler"], False)]


def test_while_the_period_stands_still_nobody_is_reminded(case, setup, sessions, work):
    work("A-1", ("consult", date(2024, 3, 15), {"id": "c", "with": "third_party", "name": "某公司"}))
    setup("[reminders]\nhandler = 60\n")
    tick(sessions, FixedClock(date(2024, 3, 18)))
    assert due_rows(sessions) == []
    work("A-1", ("opinion", date(2024, 3, 20), {"id": "c", "opinion": "agrees"}))
    tick(sessions, FixedClock(date(2024, 3, 20)))
    assert [mark for mark, _, _ in due_rows(sessions)] == ["handler"]


def test_an_agency_keeps_to_its_own_thresholds(sessions, work, setup):
    for agency in ("a", "b"):
        work("1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)), agency=agency)
    setup("[reminders]\nhandler = 15\n", agency="a")
    tick(sessions, FixedClock(date(2024, 3, 15)))
    with sessions() as session:
        assert session.execute(select(t.outbox.c.agency).where(t.outbox.c.topic == "case.due")).scalars().all() == ["a"]


# Words


def test_a_reminder_tells_the_case_and_nothing_of_the_applicant(case, setup, at, box, web, tmp_path):
    setup(mail(box), hook(web), folder(tmp_path / "out"), route("mail", "oa", "box"), REMINDERS, CONTACTS)
    at(22)
    text = box.mails[0].get_content().replace("\r\n", "\n").rstrip("\n")
    assert text == "登记号：A-1\n步骤：答复期限\n最后一日：2024年3月29日\n剩余：5 个工作日\n经办：张三"
    (file,) = (tmp_path / "out").iterdir()
    for sent in (box.mails[0].as_string(), web.requests[0][2].decode(), file.read_text("utf-8")):
        for hidden in ("欧阳小明", "110101199003078888", "13800138000", "滨河路"):
            assert hidden not in sent
    assert web.documents[0]["data"]["payload"]["due_on"] == "2024-03-29"


def test_the_longest_names_stay_within_six_hundred_characters(sessions, work, setup, at, web, monkeypatch):
    number = "依" * 128
    work(number, ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "办" * 128}))
    monkeypatch.setitem(ENV, "CHAT", web.url.replace("http:", "json:"))
    setup('[channel.group]\ntype = "chat"\nservice = "wecom"\naddress_env = "CHAT"\n', route("group"), REMINDERS)
    at(22)
    sent = web.documents[0]["message"]
    assert len(sent) < 600
    assert len(sent.encode()) <= 2 * 1024
    assert SHORT == 600 * 3


def test_a_reminder_that_waited_tells_the_days_that_are_left_now(case, setup, at, box):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS, NIGHT)
    assert at(22, 21).sent == 0
    assert at(25, 9, sweep=False).sent == 1
    assert told(box) == [("zhang", "【到期提醒】A-1 答复期限：4 个工作日")]


def test_a_reminder_of_a_case_that_was_answered_meanwhile_troubles_nobody(case, setup, work, at, box, web):
    setup(mail(box), hook(web), route("mail", "oa"), REMINDERS, CONTACTS, NIGHT)
    at(22, 21)
    work("A-1", ("reply", date(2024, 3, 22), {"outcome": "granted", "delivery": "post"}))
    done = at(25, 9, sweep=False)
    assert (told(box), len(web.requests), done.left) == ([], 1, 0)


# Who


def test_a_case_without_a_handler_reminds_the_head_and_an_office_without_a_leader_the_head_again(
    work, setup, sessions, clock, at, box
):
    with sessions() as session, session.begin():
        from approvals import ROLES

        set_directory(
            session,
            ADMIN,
            directory_text({key: ROLES[key] for key in ("u1", "u2", "root")} | {"u2": (*ROLES["u2"][:3], None)}),
            clock=clock,
        )
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)))
    setup(mail(box), route("mail"), REMINDERS, '[contacts]\nu2 = "li@example.gov.cn"')
    for day in (22, 26, 28):
        at(day)
    assert [who for who, _ in told(box)] == ["li", "li", "li"]


def test_a_handler_on_record_by_name_is_found_by_it(work, people, setup, at, box):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "张三"}))
    setup(mail(box), route("mail"), REMINDERS, CONTACTS)
    at(22)
    assert [who for who, _ in told(box)] == ["zhang"]


def test_an_office_without_people_on_record_writes_to_the_handlers_contact(work, setup, at, box):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "u9"}))
    setup(mail(box), route("mail"), REMINDERS, '[contacts]\nu9 = "nine@example.gov.cn"')
    at(22)
    assert [who for who, _ in told(box)] == ["nine"]


def test_the_head_is_that_of_the_cases_department(work, people, setup, sessions, clock, at, box):
    from approvals import person

    with sessions() as session, session.begin():
        move(session, person("u7"), "A-1", "submit", SUBMIT, at=date(2024, 3, 1), clock=clock)
        move(session, person("u7"), "A-1", "accept", {"handler": "u7"}, at=date(2024, 3, 1), clock=clock)
    with sessions() as session:
        department = session.execute(select(t.case.c.department)).scalar()
    setup(
        mail(box),
        route("mail"),
        "[reminders]\nhead = 3\n",
        '[contacts]\nu7 = "zhou@example.gov.cn"\nu2 = "li@example.gov.cn"',
    )
    at(26)
    assert [who for who, _ in told(box)] == (["zhou"] if department == "业务科" else ["li"])


def test_a_route_can_be_for_one_level_only(case, setup, at, box, web):
    setup(mail(box), hook(web), route("mail"), route("oa", to='"leader"'), REMINDERS, CONTACTS)
    for day in (22, 26):
        at(day)
    assert (len(box.mails), len(web.requests)) == (2, 0)
    at(28)
    assert (len(box.mails), len(web.requests)) == (3, 1)


def test_nobody_to_tell_is_a_failure_with_a_remedy_and_no_silence(work, setup, sessions, at, box):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)))
    setup(mail(box), route("mail"), REMINDERS)
    assert at(22, attempts=1).dead == 1
    with sessions() as session:
        assert "找不到应当通知的人" in dead_letters(session, "default")[0].failure


def test_entries_of_the_to_do_list_go_to_their_receivers(sessions, people, clock, work, setup, at, box, web):
    from approvals import person

    with sessions() as session, session.begin():
        set_template(session, ADMIN, template_text("head disclosure_head any 10"), clock=clock)
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)))
    setup(mail(box), hook(web), route("mail", "oa", topics='"todo.changed"'), CONTACTS)
    with sessions() as session, session.begin():
        propose(
            session,
            person("u1"),
            "A-1",
            "reply",
            {"outcome": "granted", "delivery": "post"},
            clock=FixedClock(date(2024, 3, 5)),
        )
    at(5, sweep=False)
    assert [who for who, _ in told(box)] == ["li"]
    assert "【待办】" in told(box)[0][1]
    assert {item["receiver"] for item in web.documents[0]["data"]["payload"]["items"]} >= {"u2"}


def test_a_move_is_told_to_the_handler(case, setup, at, box):
    setup(mail(box), route("mail", topics='"case.moved"'), CONTACTS)
    at(15, sweep=False)
    assert told(box) == [("zhang", "【办理进展】A-1 已办理“登记申请”"), ("zhang", "【办理进展】A-1 已办理“受理”")]


def test_a_paper_that_was_issued_is_told_to_the_handler_and_to_the_oa_without_its_text(
    case, setup, sessions, clock, at, box, web
):
    setup(mail(box), hook(web), route("mail", "oa", topics='"notice.issued"'), CONTACTS)
    with sessions() as session, session.begin():
        set_profile(session, ADMIN, "default", PROFILE)
        issue(session, person("u1"), "A-1", "receipt", carriers=("text",), clock=clock)
    at(15, sweep=False)
    assert told(box) == [("zhang", "【文书签发】A-1 政府信息公开申请收件回执湖水公开〔2024〕1号")]
    assert web.documents[0]["data"]["payload"]["notice"] == 1
    assert SUBMIT["information"] not in json.dumps(web.documents, ensure_ascii=False) + box.mails[0].get_content()


# Once


def test_a_broken_channel_repeats_nothing_on_the_others(case, setup, at, box, web, sessions):
    setup(mail(box), hook(web), route("mail", "oa"), REMINDERS, CONTACTS)
    web.status = 500
    assert (at(22).failed, len(box.mails)) == (1, 1)
    for hour in (10, 11, 12):
        at(22, hour)
    assert (len(box.mails), len(web.requests)) == (1, 4)
    web.status = 200
    assert at(22, 20).sent == 1
    assert len({document["key"] for document in web.documents}) == 1
    assert at(25).left == 0


def test_what_was_spread_before_a_crash_is_not_spread_twice(case, setup, sessions, clock, box, tmp_path):
    setup(folder(tmp_path / "out"), route("box"), REMINDERS)
    tick(sessions, FixedClock(date(2024, 3, 22)))
    with sessions() as session:
        row = session.execute(select(t.outbox).where(t.outbox.c.topic == "case.due")).one()
    courier = Courier(sessions, clock=clock, env=ENV)
    courier(row.topic, row.event_key, row.payload)
    done = send_all(sessions, Courier(sessions, clock=clock, env=ENV), clock=clock)
    assert (done.sent, done.failed, done.left) == (1, 0, 0)
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_lost_secret_is_a_dead_letter_that_comes_back_with_its_key(case, setup, sessions, at, web):
    setup(hook(web), route("oa"), REMINDERS)
    assert at(22, env={}, attempts=1).dead == 1
    with sessions() as session:
        (letter,) = dead_letters(session, "default")
    assert "HOOK_SECRET" in letter.failure
    with sessions() as session, session.begin():
        assert replay_dead(session, ADMIN, [letter.key]) == 1
    assert at(22, 10).sent == 1
    assert web.documents[0]["key"] == letter.key


def test_long_keys_stay_within_their_column_and_keep_their_order(sessions, work, setup, clock, tmp_path):
    number = "依" * 128
    work(number, ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1)), agency="a" * 64)
    setup(
        folder(tmp_path / "out").replace("channel.box", f"channel.{'b' * 32}"),
        route("b" * 32, topics='"case.moved"'),
        agency="a" * 64,
    )
    send_all(sessions, Courier(sessions, clock=clock, env=ENV), clock=clock)
    with sessions() as session:
        keys = session.execute(select(t.outbox.c.event_key).where(t.outbox.c.topic == "message.send")).scalars().all()
    assert len(set(keys)) == 2
    assert len({key.rpartition("/")[0] for key in keys}) == 1
    assert all(len(key) <= 220 for key in keys)


# Quiet hours


def test_people_are_left_alone_at_night_and_machines_are_not(case, setup, at, box, web):
    setup(mail(box), hook(web), route("mail", "oa"), REMINDERS, CONTACTS, NIGHT)
    done = at(22, 20)
    assert (len(box.mails), len(web.requests), done.failed, done.left) == (0, 1, 0, 1)
    assert at(22, 23).sent == 0
    assert (at(23, 8).sent, len(box.mails)) == (1, 1)


def test_a_night_is_no_failed_attempt(case, setup, at, box):
    setup(mail(box), route("mail"), REMINDERS, CONTACTS, NIGHT)
    at(22, 21, attempts=1)
    assert at(22, 22, attempts=1).dead == 0
    assert at(25, 9, attempts=1).sent == 1


# The text on record


def test_only_who_may_configure_sets_channels_and_every_version_is_kept(sessions, clock, setup, tmp_path):
    with sessions() as session, pytest.raises(NotPermitted):
        set_channels(session, CLERK, "", clock=clock)
    setup(folder(tmp_path))
    setup(NIGHT)
    with sessions() as session:
        connection = session.connection()
        plan = channels_of(connection, "default")
        texts = connection.execute(select(t.config.c.value).where(t.config.c.topic == "channels")).scalars().all()
    assert plan is not None
    assert (plan.channel, len(texts)) == ({}, 2)


def test_people_and_roles_that_the_office_does_not_have_are_faults(people, setup):
    with pytest.raises(BadData) as caught:
        setup('[contacts]\nu99 = "x@example.gov.cn"\n[roles]\nhead = ["boss"]\n')
    assert {(fault["field"], fault["problem"]) for fault in caught.value.faults} == {
        ("contacts.u99", "unknown_person"),
        ("roles.head", "nobody_holds"),
    }


def test_an_agency_without_channels_is_a_failure_unless_somebody_else_takes_it(sessions, work, clock):
    work("A-1", ("submit", date(2024, 3, 1)))
    assert relay(sessions, Courier(sessions, clock=clock, env=ENV), clock=clock).failed == 1
    taken = []
    clock.advance(days=2)
    courier = Courier(sessions, clock=clock, env=ENV, others=lambda *message: taken.append(message[0]))
    assert relay(sessions, courier, clock=clock).sent == 1
    assert taken == ["case.moved"]


def test_each_channel_can_be_tried(setup, clock, box, web, tmp_path):
    plan = setup(mail(box), hook(web), folder(tmp_path / "out"), CONTACTS)
    web.status = 500
    found = try_channels(plan, "u2", ENV, clock.now())
    assert [(item.channel, item.delivered) for item in found] == [("mail", True), ("oa", False), ("box", True)]
    assert box.to == [["li@example.gov.cn"]]
    assert "500" in found[1].message


@pytest.mark.parametrize(
    ("moves", "from_on", "reminded"),
    [((), 20, True), (("reply",), 20, True), (("charge",), 20, False), ((), 29, False)],
)
def test_who_stands_in_for_the_handler_is_reminded_too(
    work, people, setup, sessions, clock, at, box, moves, from_on, reminded
):
    work("A-1", ("submit", date(2024, 3, 1)), ("accept", date(2024, 3, 1), {"handler": "u1"}))
    setup(mail(box), route("mail"), '[contacts]\nu1 = "zhang@example.gov.cn"\nu7 = "zhou@example.gov.cn"\n', REMINDERS)
    with sessions() as session, session.begin():
        appoint(session, ADMIN, "u1", "u7", date(2024, 3, from_on), date(2024, 3, 31), moves=moves, clock=clock)
    at(22)
    assert sorted(who for who, _ in told(box)) == ["zhang", *(["zhou"] if reminded else [])]
