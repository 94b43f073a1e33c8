"""The log of requests: who did what how, and nothing of any case."""

import logging

import pytest
from web import Web, code
from werkzeug.test import Client

from disclosure.workflow.web.service.access import logged


def test_a_request_leaves_one_record_that_tells_nothing_of_a_case(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    web.client = Client(logged(web.app))
    with caplog.at_level(logging.INFO, "disclosure.access"):
        web.get("cases/A-1?unmasked=true&why=欧阳小明")
        web.get("cases?query=欧阳小明", "u1")
        code(web.get("nowhere"))
        web.get("health/live", user=None)
    told = [(vars(item).get("operation"), item.status, vars(item).get("user")) for item in caplog.records]
    assert told == [
        ("showCase", "200", "u2"),
        ("findCases", "200", "u1"),
        (None, "404", None),
        ("tellLive", "200", None),
    ]
    assert not [word for word in ("A-1", "欧阳", "%E6", "query", "unmasked", "nowhere") if word in caplog.text]
    assert all(item.ms >= 0 for item in caplog.records)
