"""What the product answers about a case, as the steps read it: the only place that knows the form of its answers."""

from datetime import date
from typing import Any, NamedTuple

from disclosure.states.rules.forms import form_for
from disclosure.workflow import Context, annual_report, cell, due, explain, show, why
from disclosure.workflow.cases.due_list import DueCase
from disclosure.workflow.reports.annual import report_checks

USUAL = {"granted": "O02", "unable_not_held": "O12"}
"""The answer that is meant where several share a row."""


class PeriodTold(NamedTuple):
    """One period of a case: its days and how it stands."""

    starts_on: date | None
    due_on: date | None
    status: str


class DayTold(NamedTuple):
    """One day of a period's ledger."""

    counted: bool
    n: int
    why: str
    source: str


class StepTold(NamedTuple):
    """One move of the history: its day, who made it, and what it said."""

    move: str
    on: date
    by: str
    data: dict[str, Any]


class Asked(NamedTuple):
    """A case, and the end of the day at which it is looked at."""

    context: Context
    case: str
    on: date


def shown(asked: Asked, *, unmasked: bool = False) -> dict[str, Any]:
    """The whole case, as JSON has it."""
    return show(*asked, unmasked=unmasked).model_dump(mode="json", by_alias=True)


def explained(asked: Asked, rule: str) -> dict[str, Any]:
    """The ledger of a period, as JSON has it."""
    return explain(asked.context, asked.case, rule, asked.on).model_dump(mode="json")


class ChargeTold(NamedTuple):
    """A fee that was charged: what the month had had before, and the amount in yuan."""

    already: int
    amount: str


def charges_of(asked: Asked) -> list[ChargeTold]:
    """The fees of a case that stand."""
    return [ChargeTold(item["already"], item["amount"]) for item in shown(asked)["charges"]]


def state_of(asked: Asked) -> str:
    """The case's state."""
    return str(shown(asked)["state"])


def version_of(asked: Asked) -> int:
    """How often the case has been written."""
    return int(shown(asked)["version"])


def receipt_of(asked: Asked) -> date | None:
    """The day of receipt, once there is one."""
    found = shown(asked)["received_on"]
    return date.fromisoformat(found) if found else None


def periods_of(asked: Asked, rule: str) -> list[PeriodTold]:
    """The periods of that kind, oldest first."""
    periods = [item for item in shown(asked)["periods"] if item["rule"] == rule]
    day = date.fromisoformat
    return [
        PeriodTold(
            day(item["starts_on"]) if item["starts_on"] else None,
            day(item["due_on"]) if item["due_on"] else None,
            item["status"],
        )
        for item in periods
    ]


def breach_of(asked: Asked) -> date | None:
    """The day from which the reply is late."""
    found = shown(asked)["breached_on"]
    return date.fromisoformat(found) if found else None


def pending_of(asked: Asked) -> dict[str, Any] | None:
    """The extension of which the applicant has not been told."""
    found: dict[str, Any] | None = next(
        item["pending"] for item in reversed(shown(asked)["periods"]) if item["rule"] == "reply"
    )
    return found


def period_of(asked: Asked, rule: str) -> PeriodTold:
    """The latest period of that kind."""
    found = periods_of(asked, rule)
    assert found, f"没有{rule}"
    return found[-1]


def is_listed_late(asked: Asked, rule: str) -> bool | None:
    """Whether the list of what falls due shows that period as overdue; None where it lists another one, or none."""
    listed = due(asked.context, asked.on, asked.context.today)
    return next((item.bucket == "overdue" for item in listed if (item.case, item.rule) == (asked.case, rule)), None)


def listed(asked: Asked) -> DueCase | None:
    """The case in the list of what falls due; None where it is not in it."""
    return next((item for item in due(asked.context, asked.on, asked.context.today) if item.case == asked.case), None)


def stage_of(asked: Asked) -> str | None:
    """Where the case stands; ``show`` and the list of what falls due tell the same."""
    found, item = shown(asked)["stage"], listed(asked)
    assert item is None or item.stage == found
    return str(found) if found else None


def blocks_of(asked: Asked, move: str) -> list[str]:
    """The codes of what stands in a move's way, whatever its data say."""
    (found,) = why(asked.context, asked.case, asked.on, move)
    option = found.model_dump(mode="json")
    assert option["available"] is not any(item["blocks"] for item in option["unmet"])
    return [item["code"] for item in option["unmet"] if item["blocks"]]


def ways_on(asked: Asked, move: str) -> list[str]:
    """The moves that lead to where that move can be made."""
    (found,) = why(asked.context, asked.case, asked.on, move)
    return [name for item in found.unmet for name in item.fields.get("ways", ())]


def is_provisional(asked: Asked, rule: str) -> bool:
    """Whether that period's last day may still move with a notice on holidays."""
    return bool(explained(asked, rule)["provisional"])


def ledger_of(asked: Asked, rule: str) -> dict[date, DayTold]:
    """The day-by-day account of that period."""
    days = explained(asked, rule)["days"]
    return {
        date.fromisoformat(item["date"]): DayTold(item["counted"], item["n"], _reason(item), item["source"])
        for item in days
    }


def _reason(item: dict[str, Any]) -> str:
    """Why a day counts or not, and what it is left out for."""
    return "_".join(filter(None, (item["why"], item["stopped_by"])))


def opinion_of(asked: Asked) -> str | None:
    """The opinion of who was consulted last."""
    return shown(asked)["consultations"][-1]["opinion"]


def papers_of(asked: Asked) -> list[str]:
    """The titles of the papers that the case gives rise to."""
    return [item["title"] for item in shown(asked)["notices"]]


def history_of(asked: Asked) -> list[StepTold]:
    """The moves that were made, oldest first, with the personal data of each."""
    history = shown(asked, unmasked=True)["history"]
    return [StepTold(item["move"], date.fromisoformat(item["at"][:10]), item["by"], item["data"]) for item in history]


def last_safe_of(asked: Asked) -> dict[str, date]:
    """The last days on which a paper can still go out in time."""
    return {key: date.fromisoformat(day) for key, day in (shown(asked)["last_safe"] or {}).items()}


def outcome_of(asked: Asked) -> str | None:
    """The outcome of the decision in force."""
    return shown(asked)["outcome"]


def route_of(asked: Asked) -> tuple[str, str]:
    """The remedy route, with its source."""
    found = shown(asked)
    return found["remedy_route"], found["remedy_source"]


def figures_of(context: Context, year: int) -> dict[str, int]:
    """Section three of a year's report by the labels of its rows; behind every figure stand its cases."""
    rows = annual_report(context, year).section3
    for key, cells in rows.items():
        assert len(cell(context, year, key, "total")) == cells["total"]
    return {row.label: rows[row.key]["total"] for row in form_for(year).rows}


def result_rows_of(context: Context, year: int) -> list[str]:
    """The labels of section three's rows of results that hold something."""
    form, found = form_for(year), figures_of(context, year)
    return [row.label for row in form.rows if row.key in form.result_rows and found[row.label]]


def columns_of(context: Context, year: int) -> list[str]:
    """The columns of section four that hold something, their sums left out."""
    section4 = annual_report(context, year).section4
    return [key for key, n in section4.items() if n and not key.endswith("_total")]


def broken_checks(context: Context, year: int) -> list[str]:
    """The checks that a year's report does not pass."""
    return [item.id for item in report_checks(annual_report(context, year)) if item.status not in ("ok", "not_checked")]
