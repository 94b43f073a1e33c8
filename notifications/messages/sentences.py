"""Errors, warnings and names as Chinese sentences: where, what is wrong, and what to do."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ...states.admission import storable
from ...states.calendar.dates import SHANGHAI
from ...states.errors import BadData, DisclosureError
from ...states.law.files import of_law
from .catalogue import message_keys, say, say_with, text_of

if TYPE_CHECKING:
    from ...states.remark import Remark


def name(kind: str, key: str) -> str:
    """The Chinese name of a state, move, rule, status, bucket and so on, or of a value of a move's field ``kind``.

    The key itself where it has none.
    """
    return text_of(f"{kind}_{key}") or _named_by_law(kind, key) or _values(kind).get(key, key)


def _named_by_law(kind: str, key: str) -> str | None:
    try:
        return _law_names().get((kind, key))
    except BadData:  # the law's files have faults, and it may be these that are being told
        return None


@of_law
def _law_names() -> dict[tuple[str, str], str]:
    """Outcomes, applicants and places of remedies as the newest form of the report prints them, and ways of service."""
    from ...states.rules.forms import forms
    from ...states.rules.service import ways

    form, rows = forms()[-1], [row for form in forms() for row in form.rows]
    return (
        {("outcome", row.key): "".join((*row.path[1:], row.label)) for row in rows}
        | {("row", row.key): row.label for row in rows}
        | {("applicant", column.key): column.label for column in form.columns}
        | {("delivery", way.key): way.label for way in ways()}
        | {("column", column.key): "·".join((*column.group_path, column.label)) for column in form.section4}
    )


def _values(field: str, move: str = "") -> Mapping[str, str]:
    from ...states.procedure.description import labels_of  # every declaration: not for a command without faults

    try:
        return labels_of(field, move)
    except BadData:  # as above: no move can be read without the law
        return {}


def describe(told: "DisclosureError | Remark") -> str:
    """The Chinese sentence of an error, with all its faults, or of a remark in a result.

    What no output can hold is written as its code.
    """
    if isinstance(told, DisclosureError):
        return storable(_sentence(told.code, told.fields))
    fields = {**told.fields, "article": told.source or told.fields.get("article", "")}
    text = storable(_sentence(told.code, fields, told.text))
    return text if told.step is None else say("remark_step", seq=told.step, text=text)


def _sentence(code: str, fields: Mapping[str, object], text: str = "") -> str:
    if code == "bad_data":
        faults = fields.get("faults")
        found = faults if isinstance(faults, list) else [fields]
        move = str(fields.get("move", "")) if found is faults else ""
        return "；".join(describe_fault(fault, move) for fault in found)
    if code == "not_permitted":
        action = str(fields["action"])
        kind = "action" if f"action_{action}" in message_keys() else "move"
        fields = {**fields, "action": name(kind, action)}
    key = text or str(fields.get("text", code))
    told = _say(key if key in message_keys() else code, fields)
    return say("fault_in_part", part=fields["part"]) + told if key.startswith("problem_") and "part" in fields else told


def describe_fault(fault: Mapping[str, object], move: str = "") -> str:
    """One fault of the data: the field, what is wrong with it, what it should be."""
    problem = f"problem_{fault.get('text', fault['problem'])}"
    fields = _fields(fault) | {"field": field_name(str(fault["field"]), move)}
    if fault["problem"] in _ABOUT_ROLES:
        role = name("role", str(fault.get("value")))
        fields["value"] = role if role == fault.get("value") else f"{role}（{fault['value']}）"
    if fault["problem"] == "other_type":
        fields["type"] = name("file_type", str(fault["type"]))
    if fault["problem"] == "no_such_period":
        known = [f"{name('rule', rule)}（{rule}）" for rule in str(fault["choices"]).split("、") if rule]
        fields["choices"] = "、".join(known) or say("no_period")
    if fault["problem"] == "not_one_of":
        choices = _choices(str(fault["field"]).split(".")[-1], str(fault.get("choices", "")), move)
        near = _nearest(str(fault.get("value", "")), choices) if len(choices) > MANY_CHOICES else []
        problem = "problem_not_one_of_many" if near else problem
        fields["choices"] = "、".join(near) or _listed(choices)
    told = _say(problem, fields) if problem in message_keys() else _say("problem_other", fields)
    if "part" in fault:
        told = say("fault_in_part", part=fault["part"]) + told
    if "line" in fault and "origin" in fault:
        return say("fault_in_file", file=fault["origin"], line=fault["line"]) + told
    return told


_ABOUT_ROLES = ("nobody_holds", "extension_without_head", "annulment_without_head", "refusal_without_review")


MANY_CHOICES = 15
"""So many choices are told one by one; of more the nearest are told, else their names alone."""


def _choices(field: str, choices: str, move: str) -> dict[str, str]:
    """The values that a field may have, each with its label; of a field that no move has, as the messages name it."""
    labels = _values(field, move)
    told = (_KEYED.fullmatch(value) for value in choices.split("、"))
    named = {item[2]: item[1] for item in told if item is not None}
    return named or {value: labels.get(value) or text_of(f"{field}_{value}") or value for value in choices.split("、")}


def _listed(choices: Mapping[str, str]) -> str:
    """All choices, with their keys where they are few."""
    few = len(choices) <= MANY_CHOICES
    return "、".join(f"{key}（{text}）" if few and text != key else text for key, text in choices.items())


_KEYED = re.compile(r"(.+)（([a-z0-9_]+)）")
"""A choice that is told with its key already."""


def _nearest(typed: str, known: Mapping[str, str]) -> list[str]:
    """The names of choices that are near to what was typed, by key or by name."""
    keys = {text: text for text in known.values()} | dict(known)
    holding = [text for text in known.values() if typed and typed in text]
    near = holding or [keys[word] for word in get_close_matches(typed, keys, n=5, cutoff=0.5)]
    return list(dict.fromkeys(near))[:5]


def field_name(field: str, move: str = "") -> str:
    """A field's Chinese name with its key, as the move calls it where it is named; an item of a list has the list's."""
    parts = [part for part in field.split(".") if not part.isdecimal()] or [field]
    text = (_label_of(parts, move) if move else None) or text_of(f"field_{parts[-1]}")
    return f"{text}（{field}）" if text else field


def _label_of(parts: list[str], move: str) -> str | None:
    from ...states.procedure.description import label_of  # every declaration: not for a command without faults

    return label_of(".".join(parts), move) or label_of(parts[-1], move)


def mend(told: "DisclosureError | Remark") -> str:
    """What would satisfy a condition that does not hold, or lead on from a refusal; empty where nothing is known."""
    fields: Mapping[str, object] = told.fields
    text = ("" if isinstance(told, DisclosureError) else told.text) or str(fields.get("text", ""))
    if not text and "allowed" in fields:
        text, fields = "wrong_state", {**fields, "ways": _ways(str(fields["state"]), fields["allowed"])}
    if text == "wrong_state" and not fields.get("ways"):
        return say("mend_state_passed")
    key = f"mend_{text or told.code}"
    return storable(_say(key, fields)) if key in message_keys() else ""


def _ways(state: str, allowed: object) -> list[str]:
    from ...states.procedure.options import ways_to  # every declaration: not for a command without faults

    return ways_to(state, map(str, allowed)) if isinstance(allowed, (list, tuple)) else []


def day(value: date) -> str:
    """A date as Chinese offices write it: 2024年3月1日."""
    return f"{value.year}年{value.month}月{value.day}日"


class _Forgiving(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "？"


def moment(instant: str) -> str:
    """A recorded instant by the clock in China: 2024-03-05 12:00."""
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).isoformat(" ", "minutes")[: len("2024-03-05 12:00")]


_NAMED = {
    "move": "move",
    "status": "sheet_status",
    "verb": "verb",
    "did": "verb",
    "role": "role",
    "method": "delivery",
    "duty": "rule",
}


def _fields(fields: Mapping[str, object]) -> dict[str, object]:
    shown: dict[str, object] = {}
    for key, value in fields.items():
        if key in ("state",):
            shown[key] = name("state", str(value))
        elif key in _NAMED:
            shown[key] = name(_NAMED[key], str(value))
        elif key == "of" and isinstance(value, str):
            shown[key] = _values("of", "dispatch").get(value, value)
        elif key == "allowed" and isinstance(value, (list, tuple)):
            shown[key] = "、".join(name("state", str(item)) for item in value)
        elif key == "days" and isinstance(value, list):
            shown[key] = "、".join(map(str, value))
        elif key == "ways" and isinstance(value, (list, tuple)):
            shown[key] = "、".join(f"“{name('move', str(item))}”" for item in value) or "（无）"
        elif key in ("at", "when", "again") and isinstance(value, str) and "T" in value:
            shown[key] = moment(value)
        elif isinstance(value, Mapping) and "code" in value:  # a remark itself
            shown[key] = _sentence(str(value["code"]), value.get("fields", {}), str(value.get("text", "")))
        else:
            shown[key] = value.isoformat() if isinstance(value, date) else value
    return shown


def _say(key: str, fields: Mapping[str, object]) -> str:
    return say_with(key, _Forgiving(_fields(fields))) if key in message_keys() else f"{key} {dict(fields)}"
