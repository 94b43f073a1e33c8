"""The data of moves: what is missing or malformed is refused by its field, all faults at once."""

import pytest

from disclosure.states.errors import BadData
from disclosure.states.procedure.advance import parse
from disclosure.states.procedure.catalogue import known_fields, move_of, moves

GOOD = {
    "submit": {"channel": "online", "applicant": {"kind": "org_other"}, "information": "某文件"},
    "request_correction": {"items": ["某处"], "due_on": "2024-03-20"},
    "consult": {"id": "a", "with": "third_party", "name": "某公司"},
    "opinion": {"id": "a", "opinion": "agrees"},
    "extend": {"days": 5, "reason": "多"},
    "charge": {"basis": "items", "quantity": 20},
    "reply": {"outcome": "granted", "delivery": "post"},
    "judge": {"id": "s", "instance": 1, "result": "revoked"},
    "amend": {"seq": 1, "reason": "错"},
}


def faults(move: str, **change) -> set[tuple[str, str]]:
    with pytest.raises(BadData) as refused:
        parse(move, GOOD.get(move, {}) | change)
    assert refused.value.fields["move"] == move
    return {(fault["field"], fault["problem"]) for fault in refused.value.faults}


@pytest.mark.parametrize("move", moves())
def test_the_data_of_a_move_are_refused_with_every_fault(move):
    model = move_of(move).data
    required = {item.alias or name for name, item in model.model_fields.items() if item.is_required()}
    if not required:
        assert parse(move, {})
        return
    with pytest.raises(BadData) as refused:
        parse(move, {})
    assert {(fault["field"], fault["problem"]) for fault in refused.value.faults} == {
        (name, "missing") for name in required
    }


@pytest.mark.parametrize("move", GOOD)
def test_good_data_are_taken(move):
    assert parse(move, GOOD[move])


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-30",
        "2024-3-1",
        "20240301",
        "2024-W09-5",
        "2024-03-01T00:00:00",
        20240301,
        None,
        "二〇二四年",
        True,
        "２０２４-03-01",
    ],
)
def test_a_day_that_is_none_is_refused(value):
    assert faults("defer", until=value) == {("until", "not_a_date")}


@pytest.mark.parametrize(
    ("move", "change", "fault"),
    [
        ("submit", {"channel": "pigeon"}, ("channel", "not_one_of")),
        ("submit", {"applicant": {"kind": "total"}}, ("applicant.kind", "not_one_of")),
        ("submit", {"applicant": {}}, ("applicant.kind", "missing")),
        ("submit", {"applicant": "某人"}, ("applicant", "not_an_object")),
        ("submit", {"information": "  "}, ("information", "empty")),
        ("submit", {"information": 5}, ("information", "not_a_text")),
        ("submit", {"information": "长" * 20_001}, ("information", "too_long")),
        ("request_correction", {"items": []}, ("items", "empty")),
        ("request_correction", {"items": 5}, ("items", "not_a_list")),
        ("consult", {"with": "neighbour"}, ("with", "not_one_of")),
        ("extend", {"days": 0}, ("days", "out_of_range")),
        ("extend", {"days": 2.5}, ("days", "not_a_number")),
        ("extend", {"days": True}, ("days", "not_a_number")),
        ("extend", {"days": "-3"}, ("days", "not_a_number")),
        ("charge", {"quantity": 0}, ("quantity", "out_of_range")),
        ("charge", {"quantity": 1_000_001}, ("quantity", "out_of_range")),
        ("charge", {"basis": "kilos"}, ("basis", "not_one_of")),
        ("reply", {"outcome": "results_total"}, ("outcome", "not_one_of")),
        ("reply", {"outcome": ["granted"]}, ("outcome", "not_one_of")),
        ("reply", {"delivery": "courier"}, ("delivery", "not_one_of")),
        ("judge", {"instance": 3}, ("instance", "out_of_range")),
        ("judge", {"result": "upheld"}, ("result", "not_one_of")),
        ("amend", {"seq": 0}, ("seq", "out_of_range")),
        ("amend", {"data": "x"}, ("data", "not_an_object")),
        ("give_reasons", {"accepted": "perhaps"}, ("accepted", "not_yes_or_no")),
        ("give_reasons", {"accepted": 1}, ("accepted", "not_yes_or_no")),
    ],
)
def test_what_cannot_be_used_is_told_by_its_field(move, change, fault):
    assert faults(move, **change) == {fault}


def test_several_faults_are_told_together():
    assert faults("submit", channel="pigeon", applicant={"kind": "x"}, information="") == {
        ("channel", "not_one_of"),
        ("applicant.kind", "not_one_of"),
        ("information", "empty"),
    }


def test_the_choices_are_told():
    with pytest.raises(BadData) as refused:
        parse("charge", {"basis": "kilos", "quantity": 1})
    assert refused.value.faults[0]["choices"] == "items、pages"


@pytest.mark.parametrize(
    ("written", "read"), [("true", True), ("no", False), (True, True), (False, False), ("yes", True)]
)
def test_yes_and_no_as_a_command_line_writes_them(written, read):
    assert parse("give_reasons", {"accepted": written}).accepted is read


def test_numbers_and_lists_as_a_command_line_writes_them():
    assert parse("extend", GOOD["extend"] | {"days": "20"}).days == 20
    found = parse("request_correction", GOOD["request_correction"] | {"items": " 某处 "})
    assert found.items == ["某处"]


def test_a_field_that_the_move_does_not_know_is_kept_and_named():
    found = parse("opinion", GOOD["opinion"] | {"colour": "red"})
    assert sorted(found.model_extra) == ["colour"]
    assert "colour" not in known_fields("opinion")


@pytest.mark.parametrize("data", [None, [], "x", 5])
def test_data_that_are_no_object_are_refused(data):
    with pytest.raises(BadData):
        parse("defer", data)
