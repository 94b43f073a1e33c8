"""The command about channels: what goes out, over what, to whom."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from ...notifications.messages.sentences import name as label
from ...states.admission import visible
from ..kernel.files import read_text
from .chinese import command
from .options import Found, Options, answer, refusals, tell, with_options
from .screen import line, table
from .told import document, sentence

if TYPE_CHECKING:
    from ...notifications.channels.config import Plan
    from ...notifications.channels.settings import ChannelSettings
    from ..delivery.channels import ChannelTest


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
            click.echo(visible(text), nl=False)
            if kept is None:
                tell(say("cli_no_channels"))
            return
        if kept is None:
            answer(options, {"channels": None}, lambda document: line(say("cli_no_channels")))
            return
        plan = kept
    if test:
        _try(options, plan)
        return
    document = plan.model_dump(mode="json") | {
        "missing": [{"channel": channel, "name": name} for channel, name in plan.missing(os.environ)],
        "unregistered": [{"channel": channel, "kind": kind} for channel, kind in plan.unregistered.items()],
    }
    answer(options, document, lambda _: _print_plan(plan))
    for item in document["missing"]:
        tell(say("cli_warning", message=say("cli_channels_missing", **item)))
    for item in document["unregistered"]:
        tell(say("cli_warning", message=say("channel_unregistered", **item)))


def _given(options: Options, file: Path, check: bool) -> "Plan":
    """The plan of a file: put on record, or only checked."""
    from ...notifications.channels.config import parse_channels
    from ..delivery.channels import set_channels

    text = read_text(file)
    if check:
        with refusals(options, file.name, "check"):
            return parse_channels(text, file.name)
    with options.writing() as context:
        return set_channels(context, text, name=file.name)


def _kept(options: Options) -> "tuple[Plan | None, str]":
    from ..delivery.channels import channels_of
    from ..kernel.context import OVERVIEW
    from ..kernel.versions import latest, text_at

    with options.reading() as context:
        context.require(*OVERVIEW)
        connection, agency = context.connection, context.agency
        return channels_of(connection, agency), text_at(connection, latest(connection), "channels", agency) or ""


def _try(options: Options, plan: "Plan") -> None:
    from ..delivery.channels import check_delivery

    with options.reading() as context:
        context.require("administer")
    tried = check_delivery(plan, context.actor.user_id, os.environ, options.clock.now())
    found = [document(item, "remark", message=sentence(item.remark)) for item in tried]
    answer(options, {"tried": found}, lambda _: _print_tried(tried))
    if not all(item.delivered for item in tried):
        raise Found


def _print_tried(tried: "Sequence[ChannelTest]") -> None:
    for item in tried:
        line(f"{item.channel}: {sentence(item.remark)}")


def _print_plan(plan: "Plan") -> None:
    rows = [
        (name, label("channel_type", settings.type), _place(settings), _topics(plan, name))
        for name, settings in plan.channel.items()
    ]
    for name, kind in plan.unregistered.items():
        rows.append((name, say("cli_channel_unregistered", kind=kind), "", _topics(plan, name)))
    table(("channel", "channel_type", "goes_to", "topics"), rows)
    if plan.reminders:
        levels = [
            say("cli_reminder_level", level=say(f"level_{level}"), days=days)
            for level, days in plan.reminders.thresholds().items()
        ]
        line(say("cli_reminders", levels="、".join(levels)))
    if plan.quiet:
        begins, ends = (moment.isoformat("minutes") for moment in (plan.quiet.begins, plan.quiet.ends))
        line(say("cli_quiet", begins=begins, ends=ends) + (say("cli_quiet_rest_days") if plan.quiet.rest_days else ""))


def _topics(plan: "Plan", channel: str) -> str:
    """What goes over a channel."""
    topics = [topic for route in plan.route if channel in route.channels for topic in route.topics]
    return "、".join(say(f"topic_{topic.replace('.', '_')}") for topic in dict.fromkeys(topics))


def _place(settings: "ChannelSettings") -> str:
    """Where a channel leads, as far as the text tells."""
    names = ("host", "url", "path", "service", "url_env")
    return next((str(found) for name in names if (found := getattr(settings, name, None))), "")


COMMANDS = {"channels": channels_}
