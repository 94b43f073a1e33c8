"""Commands about the office's people and its approval template."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...notifications.messages.catalogue import say
from .approvals import text_of
from .chinese import command
from .options import DAY, ChoiceType, CountType, Options, answer, refusals, tell, with_options
from .screen import line, table

if TYPE_CHECKING:
    from ..approvals.template import Template


@command(help=say("cli_help_directory"))
@click.option("--load", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_load_directory"))
@click.option("--check", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_check_directory"))
@with_options
def directory_(options: Options, load: Path | None, check: Path | None) -> None:
    """The office's people."""
    from ..approvals.office import set_directory
    from ..kernel.directory import TomlDirectory, directory_of

    if check is not None:
        text = text_of(check)
        with refusals(options, check.name, "check"):
            found = TomlDirectory.parse(text, check.name)
    elif load is not None:
        text = text_of(load)
        with options.session() as session:
            agency, actor = options.acting(session)
            found = set_directory(options.context(session, actor, agency), text, name=load.name)
    else:
        with options.reading() as (connection, agency):
            found = directory_of(connection, agency)
    document = {"people": [item.model_dump(mode="json") for item in found.people()]}
    answer(options, document, _print_people)


def _print_people(document: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    if not document["people"]:
        line(say("cli_nobody_known"))
        return
    rows = [
        (item["user_id"], item["name"], item["department"], "、".join(name("role", role) for role in item["roles"]))
        for item in document["people"]
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
    """The agency's approval template."""
    from ..approvals.office import drop_template, set_template, template_in_force
    from ..approvals.template import shipped

    given = next((item.text for item in shipped() if item.key == use), None)
    origin = use or ""
    if load is not None or check is not None:
        path = load or check
        assert path is not None  # noqa: S101 - for the type checker
        given, origin = text_of(path), path.name
    if check is not None and given is not None:
        template = _checked(options, given, origin)
    elif given is not None:
        with options.session() as session:
            agency, actor = options.acting(session)
            template = set_template(options.context(session, actor, agency), given, name=origin)
    else:
        if drop:
            with options.session() as session:
                agency, actor = options.acting(session)
                drop_template(options.context(session, actor, agency))
        with options.reading() as (connection, agency):
            found = template_in_force(options.reader(connection, agency))
        if found is None:
            answer(options, {"template": None, "shipped": [_brief(item) for item in shipped()]}, _print_none)
            return
        template, given = found
    if as_text and given is not None:
        click.echo(given, nl=False)
        return
    answer(options, {"template": template.model_dump(mode="json")}, _print_template)


def _checked(options: Options, text: str, origin: str) -> "Template":
    """A procedure, checked by itself and, where people are on record, against them."""
    from ..approvals.template import check_people, parse_template
    from ..kernel.directory import directory_of

    with refusals(options, origin, "check"):
        template = parse_template(text, origin)
        with options.reading() as (connection, agency):
            people = directory_of(connection, agency)
        if len(people):
            check_people(template, people, options.day)
    return template


def _brief(item: Any) -> dict[str, str]:
    return {"key": item.key, "title": item.title}


def _print_none(document: dict[str, Any]) -> None:
    line(say("cli_no_procedure"))
    table(("code", "name"), [(item["key"], item["title"]) for item in document["shipped"]])


def _print_template(document: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    template = document["template"]
    line(say("cli_procedure", title=template["title"], hours=template["urge_hours"]))
    rows = []
    for route in template["route"]:
        moves = "、".join(name("move", move) for move in route["moves"])
        if route["matter"] == "refusal":
            moves += say("word_refusals")
        for number, step in enumerate(route["step"]):
            people = name("role", step["role"]) if step["role"] else "、".join(step["people"])
            remark = say("word_by_law") if step["floor"] else say("word_where_held") if step["where_held"] else ""
            rows.append(
                (
                    moves if number == 0 else "",
                    step["title"],
                    people,
                    name("mode", step["mode"]),
                    f"{step['share']}%",
                    remark,
                )
            )
    table(("moves", "step", "people", "mode", "share>", "remark"), rows)


@command(help=say("cli_help_substitute"))
@click.argument("principal", required=False)
@click.argument("stand_in", required=False)
@click.option("--from", "from_on", type=DAY, help=say("cli_opt_from"))
@click.option("--until", "until_on", type=DAY, help=say("cli_opt_until"))
@click.option("--move", "moves", multiple=True, metavar="MOVE", help=say("cli_opt_moves"))
@click.option("--end", type=CountType(1, 2_000_000_000), metavar="N", help=say("cli_opt_end"))
@with_options
def substitute_(
    options: Options,
    principal: str | None,
    stand_in: str | None,
    from_on: date | None,
    until_on: date | None,
    moves: tuple[str, ...],
    end: int | None,
) -> None:
    """Who acts for whom."""
    from ..approvals.office import appoint, appointments, end_appointment

    if end is not None:
        with options.session() as session:
            agency, actor = options.acting(session)
            end_appointment(options.context(session, actor, agency), end)
    elif principal is not None:
        if stand_in is None or until_on is None:
            raise click.UsageError(say("cli_substitute_how"))
        with options.session() as session:
            agency, actor = options.acting(session)
            appoint(
                options.context(session, actor, agency),
                principal,
                stand_in,
                from_on or options.day,
                until_on,
                moves,
            )
    with options.reading() as (connection, agency):
        found = appointments(options.reader(connection, agency), options.day)
    answer(options, {"substitutes": found}, _print_substitutes)


def _print_substitutes(document: dict[str, Any]) -> None:
    import json

    from ...notifications.messages.sentences import name

    rows = [
        (
            item["id"],
            item["principal"],
            item["stand_in"],
            item["from_on"],
            item["until_on"],
            "、".join(name("move", move) for move in json.loads(item["moves"])) or say("word_all_moves"),
        )
        for item in document["substitutes"]
    ]
    table(("number>", "principal", "stand_in", "from_on", "until_on", "moves"), rows)


@command(help=say("cli_help_handover"))
@click.argument("leaver")
@click.argument("successor")
@click.option("--opinion", default="", help=say("cli_opt_opinion"))
@with_options
def handover_(options: Options, leaver: str, successor: str, opinion: str) -> None:
    """A leaver's work goes to a successor."""
    from ..approvals.office import hand_over

    with options.session() as session:
        agency, actor = options.acting(session)
        done = hand_over(options.context(session, actor, agency), leaver, successor, opinion)
    answer(options, done.model_dump(mode="json"), _print_handover)


def _print_handover(document: dict[str, Any]) -> None:
    line(say("cli_handed_over", n=len(document["sheets"]), sheets="、".join(document["sheets"]) or say("word_none")))
    for sheet, code in document["kept_back"]:
        tell(say("cli_kept_back", sheet=sheet, reason=say(f"kept_back_{code}")))


COMMANDS = {
    "directory": directory_,
    "procedure": procedure_,
    "substitute": substitute_,
    "handover": handover_,
}
