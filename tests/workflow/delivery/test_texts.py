"""What a message says: the case, as things stand when it goes out, and nothing of the applicant."""

from datetime import date

import pytest
from office import ADMIN, SUBMIT
from sending import CONTACTS, ENV, NIGHT, REMINDERS, folder, hook, mail, route, told

from disclosure.notifications.channels.chat import SHORT
from disclosure.workflow import Context, move

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # a library that apprise imports


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


def test_a_reminder_masks_a_handler_who_is_nobody_of_the_office(people, sessions, clock, setup, at, box):
    on = date(2024, 3, 1)
    with sessions() as session, session.begin():
        past = Context(session, ADMIN, clock=clock, past=True)
        move(past, "A-1", "submit", SUBMIT, at=on)
        move(past, "A-1", "accept", {"handler": "毛某的外甥"}, at=on)
    setup(mail(box), route("mail"), REMINDERS, CONTACTS)
    at(22)
    assert "经办：毛***甥" in box.mails[0].get_content() and "外甥" not in box.mails[0].as_string()


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
    work("A-1", ("reply", date(2024, 3, 22), {"answer": "O02", "delivery": "post"}))
    done = at(25, 9, sweep=False)
    assert (told(box), len(web.requests), done.left) == ([], 1, 0)
