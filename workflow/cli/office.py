"""Commands about the office: chosen readings, its own particulars, erasing personal data."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, TypedDict

import click

from ...notifications.messages.catalogue import say
from .cases import pairs
from .chinese import command
from .options import Options, answer, with_options
from .screen import line, table

if TYPE_CHECKING:
    from ..cases.recompute import Impact


@command(help=say("cli_help_settings"))
@click.option("--set", "chosen", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_set"))
@with_options
def settings_(options: Options, chosen: tuple[str, ...]) -> None:
    """The readings of open questions, with their sources."""
    if chosen:
        from ..cases.recompute import change_settings

        wanted = {key: str(value) for key, value in pairs(chosen, "--set").items()}
        with options.writing_all(create=True) as context:
            impact = change_settings(context, wanted)
        answer(options, {"settings": wanted, "impact": impact}, lambda _: print_impact(impact))
        return
    answer(options, {"settings": _readings(options)}, lambda document: _print_settings(document["settings"]))


class _Reading(TypedDict):
    """One open question with the reading that was chosen, as JSON tells it."""

    id: str | None
    key: str | None
    question: str
    chosen: str | int
    default: str | int
    readings: dict[str, str]
    source: str
    confidence: str | None
    adjustable: bool
    why_fixed: str | None


def _readings(options: Options) -> list[_Reading]:
    from ...states.rules.settings import Settings, questions

    settings = Settings()
    if options.has_database:
        from ..kernel.versions import latest, law_at

        with options.connecting() as connection:
            settings = law_at(connection, latest(connection)).settings
    return [
        {
            "id": item.id,
            "key": item.key,
            "question": item.title,
            "chosen": settings.reading(item.key, options.day) if item.key else item.newest.default,
            "default": item.newest.default,
            "readings": dict(item.readings),
            "source": item.newest.source,
            "confidence": item.newest.confidence,
            "adjustable": item.adjustable,
            "why_fixed": item.why_fixed or None,
        }
        for item in questions()
    ] + [
        {
            "id": None,
            "key": key,
            "question": say(f"setting_{key}"),
            "chosen": getattr(settings, key),
            "default": getattr(Settings, key),
            "readings": {},
            "source": say("setting_own_choice"),
            "confidence": None,
            "adjustable": True,
            "why_fixed": None,
        }
        for key in ("red_days", "yellow_days")
    ]


def _print_settings(readings: Iterable[_Reading]) -> None:
    from ...notifications.messages.sentences import name

    table(
        ("code", "question", "chosen", "source", "confidence"),
        [
            (
                item["id"] or "",
                item["question"] + (f"\n{item['key']}" if item["key"] else ""),
                _chosen(item),
                item["source"],
                name("confidence", item["confidence"]) if item["confidence"] else "",
            )
            for item in readings
        ],
    )
    line(say("cli_settings_how"))


def _chosen(item: _Reading) -> str:
    chosen = item["readings"].get(str(item["chosen"]), item["chosen"])
    lines = [f"●{chosen}" + ("" if item["chosen"] == item["default"] else say("cli_not_default"))]
    if item["adjustable"]:
        lines[0] += f"（{item['chosen']}）" if item["readings"] else ""
        lines += [f"○{text}（{key}）" for key, text in item["readings"].items() if key != item["chosen"]]
    elif item["why_fixed"]:
        lines.append(item["why_fixed"])
    return "\n".join(lines)


def print_impact(impact: "Sequence[Impact]") -> None:
    """The open cases whose dates have changed."""
    from ...notifications.messages.sentences import name

    line(say("cli_impact", n=len(impact)) if impact else say("cli_no_impact"))
    if impact:
        rows = [(item.case, name("rule", item.rule), item.old_due_on, item.new_due_on) for item in impact]
        table(("case", "rule", "old_due", "new_due"), rows)


@command(help=say("cli_help_agency"))
@click.option("--set", "fields", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_agency_set"))
@with_options
def agency_(options: Options, fields: tuple[str, ...]) -> None:
    """The office's own particulars, which its notices need."""
    from ...notifications.documents.agency import FIELDS
    from ..kernel.agencies import profile, set_profile

    if fields:
        with options.writing(create=True, register=True) as context:
            set_profile(context, pairs(fields, "--set"))
    with options.reading() as read:
        code, known = read.agency, profile(read.connection, read.agency)
    found = {key: known.get(key) for key in FIELDS}
    answer(options, {"agency": code, "profile": found}, lambda _: _print_profile(code, found))


def _print_profile(code: str, found: dict[str, str | None]) -> None:
    rows = [(say(f"agency_{key}"), key, value or "") for key, value in found.items()]
    table(("field", "code", "value"), rows, code)


@command(help=say("cli_help_erase"))
@click.argument("case")
@with_options
def erase_(options: Options, case: str) -> None:
    """Erases the personal data of a closed case; its history and its chain stay."""
    from ..casefile.erase import erase

    with options.writing() as context:
        erase(context, case)
    answer(options, {"case": case, "erased": True}, lambda found: line(say("cli_erased", case=case)))


COMMANDS = {"settings": settings_, "agency": agency_, "erase": erase_}
