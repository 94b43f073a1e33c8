"""The command about channels: what goes out, over what, to whom."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...notifications.messages.catalogue import say
from ...notifications.messages.sentences import name as label
from .approvals import text_of
from .chinese import command
from .options import Found, Options, answer, refusals, tell, with_options
from .screen import line, table

if TYPE_CHECKING:
    from ...notifications.channels.config import Plan


@command(help=say("cli_help_channels"))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help=say("cli_opt_channels_check"))
@click.option("--test", "test", is_flag=True, help=say("cli_opt_channels_test"))
@click.option("--text", "as_text", is_flag=True, help=say("cli_opt_channels_text"))
@with_options
def channels_(options: Options, file: Path | None, check: bool, test: bool, as_text: bool) -> None:
    """Channels, routes, quiet hours and reminders."""
    if file is not None:
        plan = _given(options, file, check)
    else:
        kept, text = _kept(options)
        if as_text:
            click.echo(text, nl=False)
            return
        if kept is None:
            answer(options, {"channels": None}, lambda document: line(say("cli_no_channels")))
            return
        plan = kept
    if test:
        _try(options, plan)
        return
    document = plan.model_dump(mode="json") | {
        "missing": [{"channel": channel, "name": name} for channel, name in plan.missing(os.environ)]
    }
    answer(options, document, _print_plan)
    for item in document["missing"]:
        tell(say("cli_warning", message=say("cli_channels_missing", **item)))


def _given(options: Options, file: Path, check: bool) -> "Plan":
    """The plan of a file: put on record, or only checked."""
    from ...notifications.channels.config import parse_channels
    from ..delivery.channels import set_channels

    text = text_of(file)
    if check:
        with refusals(options, file.name, "check"):
            return parse_channels(text, file.name)
    with options.session() as session:
        agency, actor = options.acting(session)
        return set_channels(options.context(session, actor, agency), text, name=file.name)


def _kept(options: Options) -> "tuple[Plan | None, str]":
    from ..delivery.channels import channels_of
    from ..kernel.versions import latest, text_at

    with options.reading() as (connection, agency):
        options.all_departments(connection, agency)
        plan = channels_of(connection, agency)
        return plan, text_at(connection, latest(connection), "channels", agency) or ""


def _try(options: Options, plan: "Plan") -> None:
    from ..delivery.channels import check_delivery
    from ..kernel.context import RoleAuthorizer, require

    with options.reading() as (connection, agency):
        person = options.person(connection, agency)
        require(RoleAuthorizer(), person, "administer", agency)
    tried = check_delivery(plan, person.user_id, os.environ, options.clock.now())
    answer(options, {"tried": [item.model_dump() for item in tried]}, _print_tried)
    if not all(item.delivered for item in tried):
        raise Found


def _print_tried(document: dict[str, Any]) -> None:
    for item in document["tried"]:
        line(f"{item['channel']}: {item['message']}")


def _print_plan(document: dict[str, Any]) -> None:
    rows = []
    for name, settings in document["channel"].items():
        topics = [topic for route in document["route"] if name in route["channels"] for topic in route["topics"]]
        told = "、".join(say(f"topic_{topic.replace('.', '_')}") for topic in dict.fromkeys(topics))
        rows.append((name, label("channel_type", settings["type"]), _place(settings), told))
    table(("channel", "channel_type", "goes_to", "topics"), rows)
    if document["reminders"]:
        levels = [
            say("cli_reminder_level", level=say(f"level_{level}"), days=days)
            for level, days in document["reminders"].items()
            if days is not None
        ]
        line(say("cli_reminders", levels="、".join(levels)))
    if document["quiet"]:
        quiet = document["quiet"]
        rest = say("cli_quiet_rest_days") if quiet["rest_days"] else ""
        line(say("cli_quiet", begins=quiet["begins"][:5], ends=quiet["ends"][:5]) + rest)


def _place(settings: dict[str, Any]) -> str:
    """Where a channel leads, as far as the text tells."""
    names = ("host", "url", "path", "service", "url_env")
    return next((str(settings[name]) for name in names if settings.get(name)), "")


COMMANDS = {"channels": channels_}
