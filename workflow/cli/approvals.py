"""Commands of internal approval: one for each verb, the sheet itself, and everybody's lists."""

from pathlib import Path
from typing import Any

import click

from ...notifications.messages.catalogue import say
from ..approvals.commands import Change, Proposal
from .cases import pairs
from .chinese import ChineseCommand, command
from .options import ChoiceType, CountType, Options, answer, refusals, tell, with_options
from .screen import coloured, days, heading, line, table
from .words import MoveCommand, typed_data, typed_move

BOXES = ("todo", "done", "toread", "read", "mine", "drafts", "monitor")
SHORT = 12
VERBS = (
    "send",
    "read",
    "save",
    "approve",
    "return",
    "recall",
    "transfer",
    "delegate",
    "advise",
    "add-signer",
    "copy",
    "urge",
    "void",
    "complete",
    "assign",
    "seal",
)


def text_of(path: Path) -> str:
    from ...states.errors import SetupError

    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise SetupError("file_missing", path=str(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError("file_unreadable", path=str(path), reason=str(error)) from None


@click.command(cls=MoveCommand, help=say("cli_help_propose"))
@click.argument("case")
@click.argument("name", metavar="MOVE")
@click.option("--data", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_data"))
@click.option("--draft", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_draft"))
@click.option("--keep", is_flag=True, help=say("cli_opt_keep"))
@with_options
def propose_(options: Options, case: str, name: str, data: tuple[str, ...], draft: Path | None, keep: bool) -> None:
    """A move is proposed for approval."""
    from ..approvals.commands import propose

    name = typed_move(name)
    body = typed_data(name, pairs(data, "--data"))
    text = text_of(draft) if draft is not None else None
    with refusals(options, case, f"propose {name}"), options.session() as session:
        agency, actor = options.acting(session)
        done = propose(
            options.context(session, actor, agency),
            case,
            Proposal(move=name, data=body, draft=text, send=not keep),
        )
    answer(options, done.model_dump(mode="json"), _print_done)


@command(help=say("cli_help_edit"))
@click.argument("sheet")
@click.option("--data", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_data"))
@click.option("--draft", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_draft"))
@click.option("--opinion", default="", help=say("cli_opt_opinion"))
@with_options
def edit_(options: Options, sheet: str, data: tuple[str, ...], draft: Path | None, opinion: str) -> None:
    """What a sheet proposes is changed: fields given are laid over those that it has."""
    from ..approvals.commands import edit
    from ..approvals.store import content, load_sheet

    given = pairs(data, "--data")
    text = text_of(draft) if draft is not None else None
    with refusals(options, sheet, "edit"), options.session() as session:
        agency, actor = options.acting(session)
        connection = session.connection()
        found = load_sheet(connection, agency, sheet).sheet
        before, _ = content(connection, found)
        changed = before | typed_data(found.move, given)
        body = {key: value for key, value in changed.items() if value is not None}
        done = edit(
            options.context(session, actor, agency),
            sheet,
            Change(data=body, draft=text, opinion=opinion),
        )
    answer(options, done.model_dump(mode="json"), _print_done)


def _print_done(done: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    waiting = "、".join(done["waiting_for"])
    line(
        say(
            "cli_sheet_done",
            sheet=done["sheet"],
            verb=name("verb", done["verb"]),
            status=name("sheet_status", done["status"]),
        )
    )
    if done["status"] == "running":
        line(say("cli_sheet_waits", step=done["step"], people=waiting or say("word_nobody")))
    if done["trouble"]:
        tell(say("cli_warning", message=say(f"trouble_{done['trouble']}")))
    if done["moved"]:
        moved = done["moved"]
        due = say("cli_due_is", due_on=moved["due_on"]) if moved["due_on"] else ""
        text = say(
            "cli_moved", case=moved["case"], move=name("move", moved["move"]), state=name("state", moved["state"])
        )
        line(text + due)
        for warning in moved["warnings"]:
            tell(say("cli_warning", message=warning["message"]))
        line(say("cli_sheet_hash", hash=done["content"][:SHORT]))


def _verb(command: str) -> click.Command:
    """The command of one verb, with an option for each thing that the verb takes."""
    verb = command.replace("-", "_")

    @click.argument("sheet")
    @click.option("--dry-run", is_flag=True, help=say("cli_opt_dry_run"))
    @with_options
    def run(options: Options, sheet: str, dry_run: bool, **given: Any) -> None:
        from ..approvals.commands import sign
        from ..approvals.views import what_if

        data = {key: value for key, value in given.items() if value not in (None, ())}
        with refusals(options, sheet, verb), options.session() as session:
            agency, actor = options.acting(session)
            if dry_run:
                found = what_if(options.context(session, actor, agency), sheet, verb, data)
            else:
                done = sign(options.context(session, actor, agency), sheet, verb, data)
        if dry_run:
            answer(options, found, _print_what_if)
        else:
            answer(options, done.model_dump(mode="json"), _print_done)

    for option in reversed(_options(verb)):
        run = option(run)
    return click.command(
        name=command, cls=ChineseCommand, help=say(f"cli_help_{command}") + "。" + say(f"verb_rule_{verb}")
    )(run)


def _options(verb: str) -> list[Any]:
    several = verb in ("add_signer", "copy")
    found = [click.option("--opinion", help=say("cli_opt_opinion"))]
    if verb in ("transfer", "delegate", "assign"):
        found.append(click.option("--to", metavar="USER", required=True, help=say("cli_opt_receiver")))
    if several:
        found.append(click.option("--to", metavar="USER", required=True, multiple=True, help=say("cli_opt_to_many")))
    if verb == "return":
        found.append(click.option("--to", metavar="STEP", help=say("cli_opt_to_step")))
    if verb == "add_signer":
        found.append(click.option("--where", type=ChoiceType(("before", "after")), help=say("cli_opt_where")))
        found.append(click.option("--mode", type=ChoiceType(("any", "all", "sequence")), help=say("cli_opt_mode")))
    if verb in ("approve", "seal"):
        found.append(click.option("--content", metavar="HASH", required=verb == "seal", help=say("cli_opt_content")))
    return found


def _print_what_if(found: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    before, after = (name("sheet_status", found["status"][key]) for key in ("before", "after"))
    line(say("cli_would", sheet=found["sheet"], verb=name("verb", found["verb"]), before=before, after=after))
    if found["step"]:
        people = "、".join(found["waiting_for"]) or say("word_nobody")
        line(say("cli_sheet_waits", step=found["step"], people=people))
    if found["voided"]:
        line(say("cli_would_void", people="、".join(found["voided"])))
    if found["due_on"]:
        line(say("cli_would_leave", due_on=found["due_on"], left=days(found["days_left"])))
    if found["move"]:
        made = found["move"]
        line(say("cli_would_move", move=name("move", made["move"]), state=name("state", made["state"])))
        for warning in made["warnings"]:
            tell(say("cli_warning", message=warning))


@command(help=say("cli_help_sheet"))
@click.argument("sheet")
@click.option("--why", is_flag=True, help=say("cli_opt_why"))
@with_options
def sheet_(options: Options, sheet: str, why: bool) -> None:
    """One sheet, or what can be done with it."""
    from ..approvals.views import show_sheet, why_sheet

    with options.session() as session:
        agency, actor = options.acting(session)
        if why:
            found = why_sheet(options.context(session, actor, agency), sheet)
        else:
            shown = show_sheet(options.context(session, actor, agency), sheet)
    if why:
        answer(options, {"sheet": sheet, "verbs": found}, _print_why)
    else:
        answer(options, shown, _print_sheet)


def _print_why(document: dict[str, Any]) -> None:
    rows = [
        (item["name"], item["verb"], say("word_yes" if item["allowed"] else "word_no"), item["message"] or item["rule"])
        for item in document["verbs"]
    ]
    table(("step", "code", "allowed", "reason"), rows, document["sheet"])


def _print_sheet(shown: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import moment, name

    line(
        say(
            "cli_sheet_head",
            sheet=shown["sheet"],
            move=name("move", shown["move"]),
            status=name("sheet_status", shown["status"]),
            drafter=shown["drafter"]["name"],
        )
    )
    if shown["due_on"]:
        line(say("cli_sheet_due", due_on=shown["due_on"]))
    if shown["trouble"]:
        line(say("cli_warning", message=say(f"trouble_{shown['trouble']}")))
    line(say("cli_sheet_hash", hash=shown["content"][:SHORT]))
    heading("cli_sheet_steps")
    table(("step", "mode", "status", "people", "cost"), [_step_row(step) for step in shown["steps"]])
    heading("cli_sheet_actions")
    table(
        ("at", "step", "by", "opinion"),
        [(moment(item["at"]), name("verb", item["verb"]), _who(item), item["opinion"]) for item in shown["actions"]],
    )
    if shown["saved_opinion"]:
        line(say("cli_sheet_saved", text=shown["saved_opinion"]))
    heading("cli_sheet_draft")
    line(shown["draft"] or say("word_none"))


def _who(item: dict[str, Any]) -> str:
    return str(item["name"]) + (say("word_for", name=item["on_behalf_of"]) if item["on_behalf_of"] else "")


def _stand(task: dict[str, Any]) -> str:
    from ...notifications.messages.sentences import name

    return name("verb", task["verdict"]) if task["verdict"] else name("task_state", task["state"])


def _step_row(step: dict[str, Any]) -> tuple[Any, ...]:
    from ...notifications.messages.sentences import name

    people = [f"{task['name']}（{_stand(task)}）" for task in step["tasks"] if task["state"] != "closed"]
    cost = step["cost"]
    spent = say("cli_step_cost", used=cost["used"], length=cost["length"]) if cost and cost["length"] else ""
    if cost and cost["limit_on"]:
        spent += say("cli_step_limit", limit_on=cost["limit_on"])
    return (
        step["title"],
        name("mode", step["mode"]),
        name("step_state", step["state"]),
        "、".join(people),
        coloured(spent, "red" if cost and cost["over"] else ""),
    )


@command(help=say("cli_help_todo"))
@click.option("--list", "box", type=ChoiceType(BOXES), default="todo", help=say("cli_opt_list"))
@click.option("--page", type=CountType(1, 1_000_000), default=1, help=say("cli_opt_page"))
@click.option("--size", type=CountType(1, 500), default=50, help=say("cli_opt_size"))
@with_options
def todo_(options: Options, box: Any, page: int, size: int) -> None:
    """One of a person's lists, with the counters of all."""
    from ..approvals.lists import counters, worklist

    with options.session() as session:
        agency, actor = options.acting(session)
        found = worklist(options.context(session, actor, agency), box, page=page, size=size)
        numbers = counters(options.context(session, actor, agency))
    answer(options, found.model_dump(mode="json") | {"counters": numbers}, _print_list)


def _print_list(document: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    line("  ".join(f"{name('box', box)} {n}" for box, n in document["counters"].items()))
    rows = [
        (
            coloured(name("bucket", item["light"]), item["light"]),
            item["sheet"],
            name("move", item["move"]),
            name("task", item["kind"]) if item["task"] else name("sheet_status", item["status"]),
            item["drafter"],
            item["due_on"],
            days(item["days_left"]),
            (say("word_for", name=item["on_behalf_of"]) if item["on_behalf_of"] else "")
            + (say(f"trouble_{item['trouble']}") if item["trouble"] else ""),
        )
        for item in document["entries"]
    ]
    table(("light", "sheet", "step", "task", "drafter", "due_on", "left", "remark"), rows, name("box", document["box"]))
    if document["total"] > len(rows):
        line(say("cli_page", page=document["page"], total=document["total"]))


@command(help=say("cli_help_stuck"))
@with_options
def stuck_(options: Options) -> None:
    """Sheets on which nobody can act."""
    from ..approvals.lists import stuck

    with options.session() as session:
        agency, actor = options.acting(session)
        found = stuck(options.context(session, actor, agency))
    answer(options, {"stuck": [item.model_dump(mode="json") for item in found]}, _print_stuck)


def _print_stuck(document: dict[str, Any]) -> None:
    from ...notifications.messages.sentences import name

    if not document["stuck"]:
        line(say("cli_nothing_stuck"))
        return
    rows = [(item["sheet"], name("move", item["move"]), item["message"]) for item in document["stuck"]]
    table(("sheet", "step", "reason"), rows)


COMMANDS: dict[str, click.Command] = {
    "propose": propose_,
    "edit": edit_,
    "sheet": sheet_,
    "todo": todo_,
    "stuck": stuck_,
} | {name: _verb(name) for name in VERBS}
