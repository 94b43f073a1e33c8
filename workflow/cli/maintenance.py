"""Commands for those who look after the installation: database, sweep, delivery, audit."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...notifications.messages.catalogue import say
from .chinese import command, group
from .options import ChoiceType, CountType, Found, Options, answer, tell, with_options
from .screen import line, table

if TYPE_CHECKING:
    from ..delivery.relay import RelayResult


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
    """Brings the tables of an earlier version to this one."""
    from ..kernel.database import shown_url, upgrade_database

    before, after = upgrade_database(options.url)
    document = {"database": shown_url(options.url), "from": before, "to": after}
    key = "cli_upgraded" if before != after else "cli_upgraded_already"
    answer(options, document, lambda found: line(say(key, before=found["from"], after=found["to"])))


@db_.command("check", help=say("cli_help_db_check"))
@with_options
def check_(options: Options) -> None:
    """Computes every case again from its history and compares."""
    from ..cases.recompute import recompute

    with options.session() as session:
        found = recompute(options.reader(session))
    document = found.model_dump(mode="json")
    answer(options, document, _print_differences)
    if document["differences"]:
        raise Found


def _print_differences(document: dict[str, Any]) -> None:
    if not document["differences"]:
        line(say("cli_db_good", cases=document["cases"]))
        return
    line(say("cli_db_differs", n=len(document["differences"])))
    rows = [
        (item["agency"], item["case"], item["column"], item["stored"], item["computed"])
        for item in document["differences"]
    ]
    table(("agency", "case", "column", "found", "expected"), rows)


@db_.command("sql", help=say("cli_help_db_sql"))
@click.option("--dialect", type=ChoiceType(("sqlite", "postgresql", "mysql", "mariadb")), help=say("cli_opt_dialect"))
@with_options
def sql_(options: Options, dialect: str | None) -> None:
    """The statements that create the tables, for administrators who run them by hand."""
    from sqlalchemy.engine import make_url

    from ..kernel.database import schema_sql

    text = schema_sql(dialect or make_url(options.url).get_backend_name())
    answer(options, {"sql": text}, lambda found: click.echo(found["sql"], nl=False))


@command(help=say("cli_help_tick"))
@click.option("--health", "only_health", is_flag=True, help=say("cli_opt_health"))
@with_options
def tick_(options: Options, only_health: bool) -> None:
    """The deadline sweep."""
    from ..delivery.sweep import health, tick

    if only_health:
        with options.session() as session:
            state = health(options.reader(session))
        answer(options, state.model_dump(mode="json"), lambda found: line(found["message"]))
        if not state.healthy:
            raise Found
        return
    done = tick(options.sessions, options.clock)
    answer(options, done.model_dump(mode="json"), _print_tick)


def _print_tick(document: dict[str, Any]) -> None:
    line(say("cli_ticked", day=document["day"], reminders=document["reminders"]))
    for text in document["warnings"]:
        tell(say("cli_warning", message=text))


@command(help=say("cli_help_relay"))
@click.option("--to", "target", type=click.Path(path_type=Path), help=say("cli_opt_deliver"))
@click.option("--send", is_flag=True, help=say("cli_opt_relay_send"))
@click.option("--dead", is_flag=True, help=say("cli_opt_relay_dead"))
@click.option("--replay", "keys", multiple=True, metavar="KEY", help=say("cli_opt_relay_replay"))
@click.option("--replay-all", is_flag=True, help=say("cli_opt_relay_replay_all"))
@click.option("--limit", type=CountType(1, 100_000), default=1000, help=say("cli_opt_limit"))
@with_options
def relay_(
    options: Options, target: Path | None, send: bool, dead: bool, keys: tuple[str, ...], replay_all: bool, limit: int
) -> None:
    """Delivers what waits in the outbox: over the agency's channels, or as JSON lines; and what was given up."""
    if [target is not None, send, dead, bool(keys), replay_all].count(True) > 1:
        raise click.UsageError(say("cli_relay_one_way"))
    if dead:
        _tell_dead(options)
    elif keys or replay_all:
        _replay(options, keys or None)
    else:
        _relay(options, target, send, limit)


def _relay(options: Options, target: Path | None, send: bool, limit: int) -> None:
    if send:
        done = _sent(options, limit)
    else:
        from ..delivery.relay import FileSender, relay

        if options.wants_json and target is None:
            raise click.UsageError(say("cli_relay_needs_file"))
        with FileSender(target) as sender:
            done = relay(options.sessions, sender, clock=options.clock, limit=limit)
    document = done.model_dump(mode="json")
    answer(options, document, lambda found: tell(say("cli_relayed", **found)))
    if document["dead"]:
        tell(say("cli_relay_dead", dead=document["dead"]))
    if document["failed"]:
        raise Found


def _sent(options: Options, limit: int) -> "RelayResult":
    from ...states.errors import SetupError
    from ..delivery.dispatcher import Dispatcher, send_all
    from ..kernel.versions import latest, names_at

    with options.reading_all() as connection:
        if not names_at(connection, latest(connection), "channels"):
            raise SetupError("channels_needed")
    dispatcher = Dispatcher(options.sessions, clock=options.clock)
    return send_all(options.sessions, dispatcher, clock=options.clock, limit=limit)


def _tell_dead(options: Options) -> None:
    from ..delivery.relay import dead_letters

    with options.session() as session:
        agency, _ = options.acting(session)
        options.all_departments(session.connection(), agency)
        found = dead_letters(options.reader(session, agency))
    answer(options, {"dead": [letter.model_dump() for letter in found]}, _print_dead)


def _print_dead(document: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import moment

    if not document["dead"]:
        line(say("cli_no_dead"))
        return
    rows = [
        (item["key"], item["topic"], moment(item["dead_at"]), item["attempts"], item["failure"])
        for item in document["dead"]
    ]
    table(("key", "topic", "dead_at", "attempts>", "failure"), rows)


def _replay(options: Options, keys: tuple[str, ...] | None) -> None:
    from ..delivery.relay import replay_dead

    with options.session() as session:
        agency, actor = options.acting(session)
        count = replay_dead(options.context(session, actor, agency), keys)
    answer(options, {"replayed": count}, lambda found: line(say("cli_put_back", n=found["replayed"])))


@group(name="audit", help=say("cli_help_audit"))
@with_options
def audit_(options: Options) -> None:
    """The history's chain."""


@audit_.command("verify", help=say("cli_help_audit_verify"))
@with_options
def verify_(options: Options) -> None:
    """Recomputes every link of every case's chain, and the checkpoints over them."""
    from ..casefile.audit import verify

    with options.session() as session:
        found = verify(options.reader(session), options.agency)
    document = found.model_dump(mode="json")
    answer(options, document, _print_audit)
    if document["faults"]:
        raise Found


def _print_audit(document: dict[str, Any]) -> None:
    if not document["faults"]:
        numbers = {name: document[name] for name in ("cases", "events", "checkpoints")}
        line(say("cli_audit_good", **numbers))
        return
    line(say("cli_audit_bad", n=len(document["faults"])))
    for fault in document["faults"]:
        line(f"- {fault['message']}")


COMMANDS = {"db": db_, "tick": tick_, "relay": relay_, "audit": audit_}
