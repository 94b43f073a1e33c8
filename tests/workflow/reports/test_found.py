"""Why a document can't be checked."""

from pathlib import Path

import pytest

from disclosure.notifications.messages.catalogue import message_keys
from disclosure.notifications.messages.sentences import describe
from disclosure.workflow.reports.found import unreadable

REASONS = sorted(key.removeprefix("check_file_") for key in message_keys() if key.startswith("check_file_"))


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_told_in_chinese_with_the_path(reason: str) -> None:
    error = unreadable(Path("年报.html"), reason, limit=50, problem="")
    assert error.code == "unreadable_report"
    assert error.fields["path"] == "年报.html"
    assert describe(error).endswith("。")
