"""Operations as they are declared."""

from collections import Counter

import pytest
from approvals import person
from web import Web

from disclosure.notifications.messages.catalogue import message_keys
from disclosure.states.errors import Conflict
from disclosure.workflow import Context
from disclosure.workflow.web.operations import Call, Nothing
from disclosure.workflow.web.resources import operations


def test_each_has_its_own_name_address_and_title() -> None:
    found = operations()
    assert max(Counter(item.name for item in found).values()) == 1
    assert max(Counter((item.method, item.path) for item in found).values()) == 1
    assert {f"web_op_{item.name}" for item in found} <= message_keys()


def test_no_title_is_left_of_an_operation_that_is_gone() -> None:
    titles = {key.removeprefix("web_op_") for key in message_keys() if key.startswith("web_op_")}
    assert titles == {item.name for item in operations()}


@pytest.mark.parametrize("operation", operations(), ids=lambda item: item.name)
def test_it_gives_something(operation) -> None:
    assert bool(operation.gives) is not bool(operation.documents) or operation.name == "describeApi"


def test_a_version_is_compared_where_the_command_does_not_ask(web: Web) -> None:
    with web.office.sessions() as session:
        context = Context(session, person("u2"), clock=web.office.clock)
        for version, moved_on in ((None, False), (2, False), (1, True)):
            call = Call(context, {"case": "A-1"}, Nothing(), Nothing(), version=version)
            if moved_on:
                with pytest.raises(Conflict):
                    call.check_version()
            else:
                call.check_version()
