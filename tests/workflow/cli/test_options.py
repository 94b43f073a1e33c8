"""Values of options, and how a command answers."""

import io
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import click
import pytest
from pydantic import BaseModel

from disclosure.states.errors import SetupError
from disclosure.workflow.cli.options import DAY, ChoiceType, CountType, Options, answer, write_out


class Model(BaseModel):
    """A typed result."""

    on: date


@dataclass(frozen=True)
class Part:
    """Another."""

    case: str
    on: date | None


@pytest.mark.parametrize("text", ["2024-3-1", "20240301", "2024-02-30", "x"])
def test_a_day_is_written_in_full_or_refused(text: str) -> None:
    assert DAY.convert("2024-03-01", None, None) == date(2024, 3, 1)
    with pytest.raises(click.BadParameter):
        DAY.convert(text, None, None)


@pytest.mark.parametrize("text", ["-1", "11", "1.0", "１", "", "999999999999"])
def test_a_count_is_a_whole_number_within_its_bounds(text: str) -> None:
    assert [CountType(0, 10).convert(value, None, None) for value in ("0", "10", 7)] == [0, 10, 7]
    with pytest.raises(click.BadParameter):
        CountType(0, 10).convert(text, None, None)


def test_a_choice_is_one_of_its_words() -> None:
    assert ChoiceType(("text", "json")).convert("json", None, None) == "json"
    with pytest.raises(click.BadParameter, match="text"):
        ChoiceType(("text", "json")).convert("xml", None, None)


def test_typed_results_become_json_at_the_door(capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        "a": Model(on=date(2024, 3, 1)),
        "b": [Part("A-1", None), Part("A-2", date(2024, 3, 2))],
        "c": Decimal("4.0"),
    }
    answer(Options(format="json"), found, lambda _: pytest.fail("no text is asked for"))
    assert json.loads(capsys.readouterr().out) == {
        "a": {"on": "2024-03-01"},
        "b": [{"case": "A-1", "on": None}, {"case": "A-2", "on": "2024-03-02"}],
        "c": "4.0",
    }


def test_a_document_goes_to_a_captured_stream_of_text_as_far_as_it_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stdout", stream)
    write_out("告知书\n".encode(), None)
    assert stream.getvalue() == "告知书\n"
    with pytest.raises(SetupError, match="output_needed"):
        write_out(b"PK\x03\x04\xff", None)
    assert stream.getvalue() == "告知书\n"


def test_for_people_the_result_is_handed_on_as_it_is() -> None:
    told: list[Part] = []
    answer(Options(), Part("A-1", None), told.append)
    assert told == [Part("A-1", None)]
