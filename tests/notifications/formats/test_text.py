"""The plain text carrier."""

from papers import paper

from disclosure.notifications.formats.text import write


def test_the_text_is_that_of_the_notice_whatever_the_letterhead():
    notice = paper("reply")
    assert write(notice, None) == write(notice, b"a letterhead") == notice.text.encode()
