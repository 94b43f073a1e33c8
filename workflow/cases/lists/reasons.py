"""Why a case has its lamp, as a remark that the doors put into words."""

from collections.abc import Mapping
from typing import Any

from ....states.remark import Remark, plain


def reason_of(shown: Mapping[str, Any], bucket: str | None) -> Remark:
    """The reason of a lamp, from what is shown of the case; of none, where the case stands."""
    if bucket is None:
        return _remark("lamp_finished", state=shown["state"])
    code, days, rule = f"lamp_{bucket}", shown["days_left"], shown["rule"]
    dated = {"duty": rule, "due_on": shown["due_on"]}
    if bucket == "act":
        return _remark(code, f"{code}_{shown['to_do'][0]}", since=shown["unanswered_since"])
    if bucket == "awaiting":
        return _remark(code, state=shown["state"])
    if bucket == "suspended":
        return _remark(code, until=shown["paused_until"], **dated)
    if bucket == "overdue":
        return _remark(code, f"{code}_to_confirm" if shown["to_confirm"] else "", over=-days, **dated)
    if bucket == "today":
        return _remark(code, **dated)
    return _remark(code, "lamp_provisional" if shown["provisional"] else "lamp_running", left=days, **dated)


def _remark(code: str, text: str = "", **fields: object) -> Remark:
    return Remark(code=code, text=text, fields=plain(fields))
