"""Commands about the office's people and its approval procedure."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from ...notifications.messages.catalogue import say
from ...states.admission import visible
from ..kernel.files import read_text
from .approvals import show
from .chinese import command
from .options import DAY, ChoiceType, CountType, Options, answer, refusals, tell, with_options
from .screen import line, table
from .words import help_of, typed_role

if TYPE_CHECKING:
    from ..approvals.acting import ActingAppointment
    from ..approvals.office import Appointment, HandedOver
    from ..approvals.procedure import Procedure, Shipped
    from ..kernel.context import Actor


@command(help=say("cli_help_directory"))
@click.option("--load", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_load_directory"))
@click.option("--check", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_check_directory"))
@with_options
def directory_(options: Options, load: Path | None, check: Path | None) -> None:
    """The office's people."""
    from ..approvals.office import set_directory
    from ..kernel.context import DEFAULT, PERMISSIONS, RoleAuthorizer
    from ..kernel.directory import TomlDirectory, check_sight, directory_of

    if check is not None:
        text = read_text(check)
        with refusals(options, check.name, "check"):
            found = TomlDirectory.parse(text, check.name)
            check_sight(found, RoleAuthorizer(), options.agency or DEFAULT)
    elif load is not None:
        text = read_text(load)
        with options.writing(create=True) as context:
            found = set_directory(context, text, name=load.name)
    else:
        with options.reading() as context:
            context.require(*PERMISSIONS)
            found = directory_of(context.connection, context.agency)
    people = found.people()
    answer(options, {"people": [item.model_dump(mode="json") for item in people]}, lambda _: _print_people(people))


def _print_people(people: "Sequence[Actor]") -> None:
    from ...notifications.messages.sentences import name

    if not people:
        line(say("cli_nobody_known"))
        return
    rows = [
        (item.user_id, item.name, item.department, "、".join(name("role", role) for role in item.roles))
        for item in people
    ]
    table(("user", "name", "department", "roles"), rows)


@command(help=say("cli_help_procedure"))
@click.option("--load", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_load_procedure"))
@click.option("--check", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_check_procedure"))
@click.option("--use", type=ChoiceType(("two_person", "bureau", "department")), help=say("cli_opt_use"))
@click.option("--drop", is_flag=True, help=say("cli_opt_drop"))
@click.option("--text", "as_text", is_flag=True, help=say("cli_opt_text"))
@with_options
def procedure_(
    options: Options, load: Path | None, check: Path | None, use: str | None, drop: bool, as_text: bool
) -> None:
    """The agency's approval procedure."""
    from ..approvals.office import drop_procedure, procedure_in_force, set_procedure
    from ..approvals.procedure import shipped

    given = next((item.text for item in shipped() if item.key == use), None)
    origin = use or ""
    if load is not None or check is not None:
        path = load or check
        assert path is not None  # noqa: S101 - for the type checker
        given, origin = read_text(path), path.name
    if check is not None and given is not None:
        procedure = _checked(options, given, origin)
    elif given is not None:
        with options.writing(create=True) as context:
            procedure = set_procedure(context, given, name=origin)
    else:
        if drop:
            with options.writing() as context:
                drop_procedure(context)
        with options.reading() as context:
            found = procedure_in_force(context)
        if found is None:
            ours = shipped()
            document = {"template": None, "shipped": [{"key": item.key, "title": item.title} for item in ours]}
            if as_text and not options.wants_json:
                tell(say("cli_no_procedure_text"))
                return
            answer(options, document, lambda _: _print_none(ours))
            return
        procedure, given = found
    if as_text and given is not None:
        click.echo(visible(given), nl=False)
        return
    answer(options, {"template": procedure.model_dump(mode="json")}, lambda _: _print_procedure(procedure))


def _checked(options: Options, text: str, origin: str) -> "Procedure":
    """A procedure, checked by itself and, where people are on record, against them."""
    from ..approvals.procedure import check_people, parse_procedure
    from ..kernel.context import PERMISSIONS
    from ..kernel.directory import directory_of

    with refusals(options, origin, "check"):
        procedure = parse_procedure(text, origin)
        if options.has_database:
            with options.reading() as context:
                context.require(*PERMISSIONS)
                people = directory_of(context.connection, context.agency)
            if len(people):
                check_people(procedure, people, options.day)
    return procedure


def _print_none(ours: "list[Shipped]") -> None:
    line(say("cli_no_procedure"))
    table(("code", "name"), [(item.key, item.title) for item in ours])


def _print_procedure(procedure: "Procedure") -> None:
    from ...notifications.messages.sentences import name

    line(say("cli_procedure", title=procedure.title, hours=procedure.urge_hours))
    rows = []
    for route in procedure.route:
        moves = "、".join(name("move", move) for move in route.moves)
        if route.matter == "refusal":
            moves += say("word_refusals")
        for number, step in enumerate(route.step):
            people = name("role", step.role) if step.role else "、".join(step.people)
            remark = say("word_by_law") if step.floor else say("word_where_held") if step.where_held else ""
            first = moves if number == 0 else ""
            rows.append((first, step.title, people, name("mode", step.mode), f"{step.share}%", remark))
    table(("moves", "step", "people", "mode", "share>", "remark"), rows)


class Asked(TypedDict):
    """The arguments of the command ``substitute``."""

    principal: str | None
    stand_in: str | None
    from_on: date | None
    until_on: date | None
    moves: tuple[str, ...]
    end: int | None


@command(help=help_of("substitute"))
@click.argument("principal", required=False)
@click.argument("stand_in", required=False)
@click.option("--from", "from_on", type=DAY, help=say("cli_opt_from"))
@click.option("--until", "until_on", type=DAY, help=say("cli_opt_until"))
@click.option("--move", "moves", multiple=True, metavar="MOVE", help=say("cli_opt_moves"))
@click.option("--end", type=CountType(1, 2_000_000_000), metavar="N", help=say("cli_opt_end"))
@with_options
def substitute_(options: Options, **asked: Unpack[Asked]) -> None:
    """Who acts for whom."""
    from ..approvals.office import appoint, appointments, end_appointment
    from ..kernel.context import StandIn

    principal, stand_in, until_on = asked["principal"], asked["stand_in"], asked["until_on"]
    if asked["end"] is not None:
        with options.writing() as context:
            end_appointment(context, asked["end"])
    elif principal is not None:
        if stand_in is None or until_on is None:
            raise click.UsageError(say("cli_substitute_how"))
        with options.writing() as context:
            appoint(context, StandIn(principal, stand_in, asked["from_on"] or options.day, until_on, asked["moves"]))
    with options.reading() as context:
        found = appointments(context, options.day)
    document = {"substitutes": [_appointment(item) for item in found]}
    answer(options, document, lambda _: _print_substitutes(found))


def _appointment(item: "Appointment") -> dict[str, object]:
    """An appointment as JSON; its moves are a text of JSON in it."""
    import json

    moves = json.dumps(item.moves, ensure_ascii=False, separators=(",", ":"))
    return item.model_dump(mode="json") | {"moves": moves}


def _print_substitutes(found: "list[Appointment]") -> None:
    from ...notifications.messages.sentences import name

    rows = [
        (
            item.id,
            item.principal,
            item.stand_in,
            item.from_on,
            item.until_on,
            "、".join(name("move", move) for move in item.moves) or say("word_all_moves"),
        )
        for item in found
    ]
    table(("number>", "principal", "stand_in", "from_on", "until_on", "moves"), rows)


class AskedActing(TypedDict):
    """The arguments of the command ``acting``."""

    who: str | None
    post: str | None
    from_on: date | None
    until_on: date | None
    basis: str
    end: int | None
    everything: bool


@command(help=help_of("acting"))
@click.argument("who", metavar="[USER]", required=False)
@click.argument("post", required=False)
@click.option("--from", "from_on", type=DAY, help=say("cli_opt_from"))
@click.option("--until", "until_on", type=DAY, help=say("cli_opt_until"))
@click.option("--basis", default="", help=say("cli_opt_basis"))
@click.option("--end", type=CountType(1, 2_000_000_000), metavar="N", help=say("cli_opt_end_acting"))
@click.option("--all", "everything", is_flag=True, help=say("cli_opt_acting_all"))
@with_options
def acting_(options: Options, **asked: Unpack[AskedActing]) -> None:
    """Who acts in which post."""
    from ..approvals.acting import Acting, acting_appointments, appoint_acting, end_acting

    user, post, until_on = asked["who"], asked["post"], asked["until_on"]
    if asked["end"] is not None:
        with options.writing() as context:
            end_acting(context, asked["end"])
    elif user is not None:
        if post is None or until_on is None:
            raise click.UsageError(say("cli_acting_how"))
        wanted = Acting(user, typed_role(post), asked["from_on"] or options.day, until_on, asked["basis"])
        with options.writing() as context:
            appoint_acting(context, wanted)
    with options.reading() as context:
        found = acting_appointments(context, past=asked["everything"])
    document = {"acting": [item.model_dump(mode="json", exclude={"repeated"}) for item in found]}
    answer(options, document, lambda _: _print_acting(found))


def _print_acting(found: "list[ActingAppointment]") -> None:
    from ...notifications.messages.sentences import moment, name

    rows = [
        (
            item.id,
            item.user,
            name("role", item.post),
            item.from_on,
            item.until_on,
            item.basis,
            f"{item.recorded_by} {moment(item.recorded_at)}",
            f"{item.ended_by} {moment(item.ended_at)}" if item.ended_at else "",
        )
        for item in found
    ]
    table(("number>", "user", "post", "from_on", "until_on", "basis", "recorded", "ended"), rows)


@command(help=help_of("handover"))
@click.argument("leaver")
@click.argument("successor")
@click.option("--opinion", default="", help=say("cli_opt_opinion"))
@with_options
def handover_(options: Options, leaver: str, successor: str, opinion: str) -> None:
    """Hands a leaver's work over to a successor."""
    from ..approvals.office import hand_over

    with options.writing() as context:
        done = hand_over(context, leaver, successor, opinion)
    show(options, done, _print_handover)


def _print_handover(done: "HandedOver") -> None:
    line(say("cli_handed_over", n=len(done.sheets), sheets="、".join(done.sheets) or say("word_none")))
    for sheet, code in done.kept_back:
        tell(say("cli_kept_back", sheet=sheet, reason=say(f"kept_back_{code}")))


COMMANDS = {
    "directory": directory_,
    "procedure": procedure_,
    "substitute": substitute_,
    "acting": acting_,
    "handover": handover_,
}
