"""The reference of the Python face is what the sources say."""

import re
from importlib import import_module

import pytest
from reference_pages import FOLDER, OPEN, entries, pages

RUN = "run: python tests/support/reference_pages.py"


def test_the_pages_are_fresh():
    assert {path.name: path.read_text("utf-8") for path in FOLDER.iterdir()} == pages(), RUN


@pytest.mark.parametrize("floor", ["states", "workflow", "workflow.web"])
def test_every_public_name_of_a_floor_has_its_place(floor):
    assert sorted(entry.name for entry in entries(floor)) == sorted(import_module(f"disclosure.{floor}").__all__)


@pytest.mark.parametrize("module", OPEN)
def test_what_a_host_imports_from_a_module_is_there(module):
    found = import_module(f"disclosure.notifications.{module}")
    assert [name for name in OPEN[module] if not hasattr(found, name)] == []


@pytest.mark.parametrize("floor", ["states", "notifications", "workflow", "workflow.web"])
def test_every_public_name_says_what_it_is(floor):
    assert [entry.name for entry in entries(floor) if entry.item.docstring is None] == []


@pytest.mark.parametrize("floor", ["states", "notifications", "workflow", "workflow.web"])
def test_the_list_at_the_head_leads_to_every_heading(floor):
    text = pages()[f"{floor}.md"]
    assert re.findall(r"^\| \[`(\w+)`\]", text, re.MULTILINE) == re.findall(r"^### (\w+)$", text, re.MULTILINE)
