"""Filing something with a case, listing it, reading it again."""

import io
from datetime import date

import pytest
import rows as t
from attached import PDF
from office import ADMIN, SUBMIT
from sqlalchemy import func, select

from disclosure.notifications.messages.sentences import describe
from disclosure.states.errors import BadData, Conflict, NotPermitted, SetupError, UnknownCase
from disclosure.workflow import (
    Actor,
    Context,
    FixedClock,
    attach,
    attachment,
    attachments,
    change_settings,
    move,
    read_log,
)
from disclosure.workflow.filing.commands import MB, masked
from disclosure.workflow.filing.entries import ROLES

CLERK = Actor(user_id="u1", name="张三", department="业务科", roles=("staff",))
STRANGER = Actor(user_id="f1", name="外人", department="规划科", roles=("staff",))
DAY = date(2024, 3, 5)
TEXT = "申请补正".encode()


@pytest.fixture
def desk(sessions):
    """A case, and contexts in one transaction that is not committed."""
    with sessions() as session, session.begin():
        move(Context(session, CLERK, clock=FixedClock(DAY)), "A-1", "submit", SUBMIT)

    def at(actor=CLERK, **more):
        return Context(session, actor, clock=FixedClock(DAY), **more)

    with sessions() as session, session.begin():
        yield at


def refused(work, kind=BadData):
    """The one fault, once it is sure that it has its sentence."""
    with pytest.raises(kind) as error:
        work()
    assert "{" not in describe(error.value)
    (fault,) = error.value.faults
    return fault


def content_of(found):
    return b"".join(found.content)


def test_what_is_filed_comes_back_as_it_was_with_what_it_is(desk):
    made = attach(desk(), "A-1", "身份证.pdf", PDF, role="identity")
    assert made.model_dump(exclude={"sha256", "at"}) == {
        "number": 1,
        "name": "身份证.pdf",
        "role": "identity",
        "type": "application/pdf",
        "size": len(PDF),
        "on": DAY,
        "by": "张三",
        "erased": False,
        "repeated": False,
    }
    found = attachment(desk(), "A-1", 1)
    assert (found.attachment, content_of(found)) == (made, PDF)


def test_a_stream_is_as_good_as_bytes_and_is_read_in_portions(desk):
    asked = []

    class Stream(io.BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return super().read(size)

    content = TEXT * 100_000
    made = attach(desk(), "A-1", "长.txt", Stream(content))
    assert max(asked) < len(content) and min(asked) > 0
    assert made.size == len(content)
    assert content_of(attachment(desk(), "A-1", made.number)) == content


def test_attachments_are_numbered_in_their_case_and_listed_with_names_masked(desk):
    move(desk(), "A-2", "submit", SUBMIT)
    for number, name, role in (
        ("A-1", "张三.pdf", "identity"),
        ("A-1", "张三的证据", "evidence"),
        ("A-2", "甲.txt", "opinion"),
    ):
        attach(desk(), number, name, PDF if name != "甲.txt" else TEXT, role=role)
    told = [(item.number, item.name, item.role) for item in attachments(desk(), "A-1")]
    assert told == [(1, "张***.pdf", "identity"), (2, "张***", "evidence")]
    assert [item.name for item in attachments(desk(), "A-1", unmasked=True)] == ["张三.pdf", "张三的证据"]
    assert [item.number for item in attachments(desk(), "A-2")] == [1]


def test_a_masked_name_keeps_one_letter_and_the_ending_that_tells_the_type():
    assert [masked(name) for name in ("张三.PDF", "张三", ".pdf", "2024.3.5")] == [
        "张***.pdf",
        "张***",
        ".***.pdf",
        "2***",
    ]


def test_reading_a_name_or_a_content_is_noted_and_listing_masked_names_is_not(desk):
    attach(desk(), "A-1", "a.txt", TEXT)
    attachments(desk(), "A-1")
    attachments(desk(), "A-1", unmasked=True, why="核对")
    attachment(desk(), "A-1", 1, why="送审")
    noted = [(item.what, item.about, item.by, item.why) for item in read_log(desk(ADMIN), "A-1")]
    assert noted == [("attachment", "", "u1", "核对"), ("attachment", "1", "u1", "送审")]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_can_be_given(desk, role):
    assert attach(desk(), "A-1", "a.txt", TEXT, role=role).role == role


def test_a_role_that_there_is_not_is_refused_with_those_that_there_are(desk):
    fault = refused(lambda: attach(desk(), "A-1", "a.txt", TEXT, role="other"))
    assert (fault["field"], fault["choices"]) == ("attachment_role", "、".join(ROLES))


@pytest.mark.parametrize(
    ("name", "problem", "place"),
    [
        ("名" * 300, "too_long", None),
        ("../../etc/passwd", "folder_in_name", 3),
        ("C:\\扫描\\1.pdf", "folder_in_name", 3),
        ("..", "folder_in_name", 1),
        ("", "empty", None),
        ("  ", "empty", None),
        ("一\n二.pdf", "bad_character", 2),
        ("一\u202efdp.exe", "bad_character", 2),
        ("一\x00.pdf", "bad_character", 2),
        ("刘\ue863.pdf", "private_character", 2),
    ],
)
def test_a_name_that_cannot_be_one_is_refused_with_its_place(desk, name, problem, place):
    fault = refused(lambda: attach(desk(), "A-1", name, PDF))
    assert (fault["field"], fault["problem"], fault.get("place")) == ("file", problem, place)


@pytest.mark.parametrize("name", ["刘䶮（副本） [1].pdf", "𠂉.pdf", "a" * 255, "葛\U000e0100.pdf", "😀.pdf", " .pdf"])
def test_every_other_name_is_kept_to_the_letter(desk, name):
    assert attach(desk(), "A-1", name, PDF).name == name


def test_a_file_that_lies_about_its_type_leaves_no_trace(desk):
    assert refused(lambda: attach(desk(), "A-1", "照片.png", PDF))["problem"] == "other_type"
    assert refused(lambda: attach(desk(), "A-1", "a.txt", b"MZ\x90\0"))["problem"] == "content_runs"
    assert attachments(desk(), "A-1") == ()
    assert desk().connection.scalar(select(func.count()).select_from(t.content)) == 0


@pytest.mark.parametrize("content", [b"", io.BytesIO(), io.StringIO("text"), "text", None])
def test_what_is_no_content_is_refused(desk, content):
    assert refused(lambda: attach(desk(), "A-1", "a.txt", content))["problem"] == "no_content"


def test_one_byte_more_than_the_limit_is_refused_before_all_of_it_is_read(desk):
    change_settings(desk(ADMIN), {"attachment_mb": "1"})
    assert attach(desk(), "A-1", "a.txt", b"x" * MB).size == MB

    class Endless:
        given = 0

        def read(self, size):
            self.given += size
            return b"x" * size

    stream = Endless()
    fault = refused(lambda: attach(desk(), "A-1", "a.txt", stream))
    assert (fault["problem"], fault["cap"]) == ("attachment_too_large", 1)
    assert stream.given < 2 * MB
    assert refused(lambda: attach(desk(), "A-1", "a.txt", b"x" * (MB + 1)))["problem"] == "attachment_too_large"


def test_all_of_a_case_together_have_a_limit(desk):
    change_settings(desk(ADMIN), {"attachment_mb": "2", "case_attachments_mb": "3"})
    attach(desk(), "A-1", "a.txt", b"x" * 2 * MB)
    fault = refused(lambda: attach(desk(), "A-1", "b.txt", b"x" * (MB + 1)))
    assert (fault["problem"], fault["value"], fault["cap"]) == ("attachments_too_large", "2.0", 3)
    attach(desk(), "A-1", "b.txt", b"x" * MB)


def test_the_same_request_again_gives_the_first_result_and_another_under_its_key_is_refused(desk):
    first = attach(desk(), "A-1", "a.txt", TEXT, idempotency_key="k")
    again = attach(desk(), "A-1", "a.txt", io.BytesIO(TEXT), idempotency_key="k")
    assert again == first.model_copy(update={"repeated": True})
    with pytest.raises(Conflict):
        attach(desk(), "A-1", "a.txt", TEXT + b"x", idempotency_key="k")
    assert len(attachments(desk(), "A-1")) == 1


def test_only_who_works_on_the_case_files_something_and_only_who_sees_it_reads(desk):
    attach(desk(), "A-1", "a.txt", TEXT)
    for work in (
        lambda: attach(desk(STRANGER), "A-1", "a.txt", TEXT),
        lambda: attachments(desk(STRANGER), "A-1"),
        lambda: attachment(desk(STRANGER), "A-1", 1),
        lambda: attach(desk(Actor(user_id="v", roles=("auditor",))), "A-1", "a.txt", TEXT),
        lambda: attach(desk(past=True), "A-1", "a.txt", TEXT),
    ):
        with pytest.raises(NotPermitted):
            work()
    with pytest.raises(UnknownCase):
        attach(desk(), "B-1", "a.txt", TEXT)


def test_a_record_of_the_past_tells_its_day_and_who_recorded_it(desk):
    by = Actor(user_id="old", name="前任")
    made = attach(desk(ADMIN, past=True, by=by, day=date(2023, 6, 1)), "A-1", "a.txt", TEXT)
    assert (made.on, made.by) == (date(2023, 6, 1), ADMIN.name)


def test_an_attachment_that_there_is_not_is_told_with_those_that_there_are(desk):
    attach(desk(), "A-1", "a.txt", TEXT)
    for which in (0, 2, -1, "1", True):
        fault = refused(lambda which=which: attachment(desk(), "A-1", which))
        assert (fault["problem"], fault["choices"]) == ("unknown_attachment", "1")


def test_a_content_that_was_changed_ends_in_an_error(desk):
    attach(desk(), "A-1", "a.txt", TEXT)
    connection = desk().connection
    connection.execute(t.content.update().values(portion=TEXT + b"x"))
    with pytest.raises(SetupError) as error:
        content_of(attachment(desk(), "A-1", 1))
    assert error.value.code == "attachment_altered"
    connection.execute(t.content.delete())
    with pytest.raises(SetupError) as error:
        content_of(attachment(desk(), "A-1", 1))
    assert error.value.code == "attachment_missing"
    assert "第 1 件" in describe(error.value)


def test_a_store_that_this_process_lacks_takes_nothing(desk):
    change_settings(desk(ADMIN), {"attachment_store": "oa"})
    with pytest.raises(SetupError) as error:
        attach(desk(), "A-1", "a.txt", TEXT)
    assert error.value.code == "store_missing"
    assert attachments(desk(), "A-1") == ()
