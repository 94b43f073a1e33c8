"""Commands for those who look after the installation: database, sweep, delivery."""

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from ...notifications.messages.catalogue import say
from .chinese import command, group
from .options import ChoiceType, CountType, Found, Options, answer, given_key, tell, with_options
from .screen import line, table
from .told import document, sentence, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..cases.recompute import CheckResult, Refolded
    from ..delivery.relay import DeadLetter, RelayResult
    from ..delivery.sweep import TickResult


@group(name="db", help=say("cli_help_db"))
@with_options
def db_(options: Options) -> None:
    """The database."""


@db_.command("create", help=say("cli_help_db_create"))
@with_options
def create_(options: Options) -> None:
    """Creates the tables; on a database that has them it changes nothing."""
    from ..kernel.database import create_database, shown_url

    create_database(options.url)
    document = {"database": shown_url(options.url), "created": True}
    answer(options, document, lambda found: line(say("cli_created", url=found["database"])))


@db_.command("upgrade", help=say("cli_help_db_upgrade"))
@with_options
def upgrade_(options: Options) -> None:
    """Brings the tables of an earlier version to this one, and folds again the cases that it judges otherwise."""
    from ..cases.recompute import fold_again
    from ..kernel.database import shown_url
    from ..kernel.migrations import upgrade_database

    before, after = upgrade_database(options.url)
    with options.session() as session:
        changed = fold_again(session.connection())
    document: dict[str, object] = {"database": shown_url(options.url), "from": before, "to": after}
    document["changed"] = [item.model_dump(mode="json") for item in changed]
    answer(options, document, lambda found: _print_upgrade(before, after, changed))


def _print_upgrade(before: str | None, after: str, changed: "Sequence[Refolded]") -> None:
    line(say("cli_upgraded" if before != after else "cli_upgraded_already", before=before, after=after))
    if changed:
        line(say("cli_folded_again", n=len(changed)))
        table(("agency", "case"), [(item.agency, item.case) for item in changed])


@db_.command("check", help=say("cli_help_db_check"))
@click.option("--mend", is_flag=True, help=say("cli_opt_mend"))
@with_options
def check_(options: Options, mend: bool) -> None:
    """Computes every case again from its history and compares; what differs may be mended."""
    from ..cases.recompute import recompute

    with options.writing_all() as context:
        found = recompute(context, mend=mend)
    answer(options, found, _print_differences)
    if found.differences:
        raise Found


def _print_differences(found: "CheckResult") -> None:
    if not found.differences:
        line(say("cli_db_good", cases=found.cases))
        return
    line(say("cli_db_differs", n=len(found.differences)))
    rows = [(item.agency, item.case, item.column, item.stored, item.computed) for item in found.differences]
    table(("agency", "case", "column", "found", "expected"), rows)


@db_.command("sql", help=say("cli_help_db_sql"))
@click.option("--dialect", type=ChoiceType(("sqlite", "postgresql")), help=say("cli_opt_dialect"))
@with_options
def sql_(options: Options, dialect: str | None) -> None:
    """The statements that create the tables, for administrators who run them by hand."""
    from sqlalchemy.engine import make_url

    from ..kernel.database import schema_sql

    text = schema_sql(dialect or make_url(options.url).get_backend_name())
    answer(options, {"sql": text}, lambda found: click.echo(found["sql"], nl=False))


@command(help=say("cli_help_tick"))
@click.option("--health", "only_health", is_flag=True, help=say("cli_opt_health"))
@click.option("--key", "key_file", type=click.Path(path_type=Path), help=say("cli_opt_key"))
@with_options
def tick_(options: Options, only_health: bool, key_file: Path | None) -> None:
    """The deadline sweep."""
    from ..delivery.sweep import health, tick

    if only_health:
        with options.writing_all() as context:
            state = health(context)
        message = sentence(state.remark)
        answer(options, document(state, "remark", message=message), lambda _: line(message))
        if not state.healthy:
            raise Found
        return
    done = tick(options.operator, key=given_key(key_file))
    answer(options, document(done, warnings=sentences(done.warnings)), lambda _: _print_tick(done))


def _print_tick(done: "TickResult") -> None:
    line(say("cli_ticked", day=done.day, reminders=done.reminders))
    for text in sentences(done.warnings):
        tell(say("cli_warning", message=text))


class _Round(TypedDict):
    """What is to be done with the outbox: one way of these, and how many messages of it."""

    target: Path | None
    send: bool
    dead: bool
    keys: tuple[str, ...]
    replay_all: bool
    limit: int


@command(help=say("cli_help_relay"))
@click.option("--to", "target", type=click.Path(path_type=Path), help=say("cli_opt_deliver"))
@click.option("--send", is_flag=True, help=say("cli_opt_relay_send"))
@click.option("--dead", is_flag=True, help=say("cli_opt_relay_dead"))
@click.option("--replay", "keys", multiple=True, metavar="KEY", help=say("cli_opt_relay_replay"))
@click.option("--replay-all", is_flag=True, help=say("cli_opt_relay_replay_all"))
@click.option("--limit", type=CountType(1, 100_000), default=1000, help=say("cli_opt_limit"))
@with_options
def relay_(options: Options, **given: Unpack[_Round]) -> None:
    """Delivers what waits in the outbox: over the agency's channels, or as JSON lines; and what was given up."""
    ways = (given["target"] is not None, given["send"], given["dead"], bool(given["keys"]), given["replay_all"])
    if ways.count(True) > 1:
        raise click.UsageError(say("cli_relay_one_way"))
    if given["dead"]:
        _tell_dead(options)
    elif given["keys"] or given["replay_all"]:
        _replay(options, given["keys"] or None)
    else:
        _relay(options, given["target"], given["send"], given["limit"])


def _relay(options: Options, target: Path | None, send: bool, limit: int) -> None:
    if send:
        done = _sent(options, limit)
    else:
        from ..delivery.relay import FileSender, relay

        if options.wants_json and target is None:
            raise click.UsageError(say("cli_relay_needs_file"))
        operator = options.operator
        operator.require()  # before a file is made for who may not
        with FileSender(target) as sender:
            done = relay(operator, sender, limit=limit)
    answer(options, done, lambda found: tell(say("cli_relayed", **found.model_dump())))
    if done.dead:
        tell(say("cli_relay_dead", dead=done.dead))
    if done.failed:
        raise Found


def _sent(options: Options, limit: int) -> "RelayResult":
    from ...states.errors import SetupError
    from ..delivery.dispatcher import Dispatcher, send_all
    from ..kernel.versions import latest, names_at

    with options.writing_all() as context:
        context.require_everywhere("operate")
        if not names_at(context.connection, latest(context.connection), "channels"):
            raise SetupError("channels_needed")
    operator = options.operator
    return send_all(operator, Dispatcher(operator), limit=limit)


def _tell_dead(options: Options) -> None:
    from ..delivery.relay import dead_letters

    with options.reading() as context:
        found = dead_letters(context)
    dead = [document(item, failure=_failure(item)) for item in found]
    answer(options, {"dead": dead}, lambda _: _print_dead(found))


def _failure(letter: "DeadLetter") -> str:
    """The code of the failure and its sentence; words of others alone."""
    from ...states.remark import QUOTED

    text = sentence(letter.failure)
    return text if letter.failure.text == QUOTED else f"{letter.failure.code}: {text}"


def _print_dead(letters: "list[DeadLetter]") -> None:
    from ...notifications.messages.sentences import moment

    if not letters:
        line(say("cli_no_dead"))
        return
    rows = [(item.key, item.topic, moment(item.dead_at), item.attempts, _failure(item)) for item in letters]
    table(("key", "topic", "dead_at", "attempts>", "failure"), rows)


def _replay(options: Options, keys: tuple[str, ...] | None) -> None:
    from ..delivery.relay import replay_dead

    with options.writing() as context:
        count = replay_dead(context, keys)
    answer(options, {"replayed": count}, lambda found: line(say("cli_put_back", n=found["replayed"])))


COMMANDS = {"db": db_, "tick": tick_, "relay": relay_}
