"""Commands about the office: chosen readings, its own particulars, erasing personal data."""

from typing import Any

import click

from ...notifications.messages.catalogue import say
from .cases import pairs
from .chinese import command
from .options import Options, answer, with_options
from .screen import line, table


@command(help=say("cli_help_settings"))
@click.option("--set", "chosen", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_set"))
@with_options
def settings_(options: Options, chosen: tuple[str, ...]) -> None:
    """The readings of open questions, with their sources."""
    if chosen:
        from ..cases.recompute import change_settings

        wanted = {key: str(value) for key, value in pairs(chosen, "--set").items()}
        with options.session() as session:
            impact = change_settings(options.context(session, options.administering(session)), wanted)
        document = {"settings": wanted, "impact": [item.model_dump(mode="json") for item in impact]}
        answer(options, document, print_impact)
        return
    answer(options, {"settings": _readings(options)}, _print_settings)


def _readings(options: Options) -> list[dict[str, Any]]:
    from ...states.rules.settings import Settings, questions

    settings = Settings()
    if options.has_database:
        from ..kernel.versions import latest, law_at

        with options.reading_all() as connection:
            settings = law_at(connection, latest(connection)).settings
    return [
        {
            "id": item.id,
            "key": item.key,
            "question": item.title,
            "chosen": getattr(settings, item.key) if item.key else item.default,
            "default": item.default,
            "readings": dict(item.readings),
            "source": item.source,
            "confidence": item.confidence,
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
            "default": Settings.model_fields[key].default,
            "readings": {},
            "source": say("setting_own_choice"),
            "confidence": None,
            "adjustable": True,
            "why_fixed": None,
        }
        for key in ("red_days", "yellow_days")
    ]


def _print_settings(document: dict[str, Any]) -> None:
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
            for item in document["settings"]
        ],
    )
    line(say("cli_settings_how"))


def _chosen(item: dict[str, Any]) -> str:
    chosen = item["readings"].get(item["chosen"], item["chosen"])
    lines = [f"●{chosen}" + ("" if item["chosen"] == item["default"] else say("cli_not_default"))]
    if item["adjustable"]:
        lines[0] += f"（{item['chosen']}）" if item["readings"] else ""
        lines += [f"○{text}（{key}）" for key, text in item["readings"].items() if key != item["chosen"]]
    elif item["why_fixed"]:
        lines.append(item["why_fixed"])
    return "\n".join(lines)


def print_impact(document: dict[str, Any]) -> None:
    """The open cases whose dates have changed."""
    from ...notifications.messages.sentences import name

    impact = document["impact"]
    line(say("cli_impact", n=len(impact)) if impact else say("cli_no_impact"))
    if impact:
        rows = [(item["case"], name("rule", item["rule"]), item["old_due_on"], item["new_due_on"]) for item in impact]
        table(("case", "rule", "old_due", "new_due"), rows)


@command(help=say("cli_help_agency"))
@click.option("--set", "fields", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_agency_set"))
@with_options
def agency_(options: Options, fields: tuple[str, ...]) -> None:
    """The office's own particulars, which its notices need."""
    from ...notifications.documents.agency import FIELDS
    from ..kernel.agencies import profile, set_profile

    if fields:
        with options.session() as session:
            code, actor = options.acting(session)
            set_profile(options.context(session, actor, code), pairs(fields, "--set"))
    with options.reading() as (connection, code):
        found = profile(connection, code)
    document = {"agency": code, "profile": {key: found.get(key) for key in FIELDS}}
    answer(options, document, _print_profile)


def _print_profile(document: dict[str, Any]) -> None:
    rows = [(say(f"agency_{key}"), key, value or "") for key, value in document["profile"].items()]
    table(("field", "code", "value"), rows, document["agency"])


@command(help=say("cli_help_erase"))
@click.argument("case")
@with_options
def erase_(options: Options, case: str) -> None:
    """Erases the personal data of a closed case; its history and its chain stay."""
    from ..casefile.erase import erase

    with options.session() as session:
        agency, actor = options.acting(session)
        erase(options.context(session, actor, agency), case)
    answer(options, {"case": case, "erased": True}, lambda found: line(say("cli_erased", case=case)))


COMMANDS = {"settings": settings_, "agency": agency_, "erase": erase_}
