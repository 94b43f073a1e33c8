"""Commands of internal approval: one for each verb, the sheet itself, and everybody's lists."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click
from pydantic import BaseModel

from ...notifications.messages.catalogue import say
from ...notifications.messages.move_data import told_data
from ...states.procedure.description import read_typed
from ..approvals.catalogue import VERBS
from ..approvals.commands import Change, Proposal, SheetResult
from ..approvals.description import options_of
from ..approvals.lists import BOXES, Box, Counters, Page, Stuck
from ..approvals.names import verb_names
from ..kernel.files import read_text
from .cases import pairs
from .chinese import ChineseCommand, command
from .options import ChoiceType, CountType, Options, answer, refusals, tell, with_options
from .screen import coloured, days, heading, line, table
from .told import coded, document, sentence, sentences, told
from .words import MoveCommand, help_of, typed_move

if TYPE_CHECKING:
    from ..approvals.views import ActionView, SheetView, StepView, TaskView, VerbAnswer, VerbPreview

SHORT = 12
_Found = TypeVar("_Found", bound=BaseModel)


def show(options: Options, found: _Found, text: Callable[[_Found], None]) -> None:
    """Prints what a command gave, as JSON or for people."""
    answer(options, found.model_dump(mode="json"), lambda _: text(found))


@click.command(cls=MoveCommand, help=help_of("propose"))
@click.argument("case")
@click.argument("name", metavar="MOVE")
@click.option("--data", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_data"))
@click.option("--draft", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_draft"))
@click.option("--keep", is_flag=True, help=say("cli_opt_keep"))
@with_options
def propose_(options: Options, case: str, name: str, data: tuple[str, ...], draft: Path | None, keep: bool) -> None:
    """Proposes a move for approval."""
    from ..approvals.commands import propose

    name = typed_move(name)
    body = read_typed(name, pairs(data, "--data"))
    text = read_text(draft) if draft is not None else None
    with refusals(options, case, f"propose {name}"), options.writing() as context:
        done = propose(context, case, Proposal(move=name, data=body, draft=text, send=not keep))
    answer(options, _done(done), lambda _: _print_done(done))


@command(help=help_of("edit"))
@click.argument("sheet")
@click.option("--data", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_data"))
@click.option("--draft", type=click.Path(path_type=Path), metavar="FILE", help=say("cli_opt_draft"))
@click.option("--opinion", default="", help=say("cli_opt_opinion"))
@with_options
def edit_(options: Options, sheet: str, data: tuple[str, ...], draft: Path | None, opinion: str) -> None:
    """Changes what a sheet proposes; fields that are not given stay."""
    from ..approvals.commands import edit, proposed

    given = pairs(data, "--data")
    text = read_text(draft) if draft is not None else None
    with refusals(options, sheet, "edit"), options.writing() as context:
        move, before = proposed(context, sheet)
        changed = before | read_typed(move, given)
        body = {key: value for key, value in changed.items() if value is not None}
        done = edit(context, sheet, Change(data=body, draft=text, opinion=opinion))
    answer(options, _done(done), lambda _: _print_done(done))


def _done(done: SheetResult) -> dict[str, object]:
    moved = document(done.moved, warnings=coded(done.moved.warnings)) if done.moved else None
    return document(done, moved=moved, warnings=coded(done.warnings))


def _print_done(done: SheetResult) -> None:
    from ...notifications.messages.sentences import describe, name

    waiting = "、".join(done.waiting_for)
    status = name("sheet_status", done.status)
    line(say("cli_sheet_done", sheet=done.sheet, verb=name("verb", done.verb), status=status))
    if done.status == "running":
        line(say("cli_sheet_waits", step=done.step, people=waiting or say("word_nobody")))
    if done.trouble:
        tell(say("cli_warning", message=say(f"trouble_{done.trouble}")))
    for warning in done.warnings:
        tell(say("cli_warning", message=describe(warning)))
    if done.moved:
        moved = done.moved
        due = say("cli_due_is", due_on=moved.due_on) if moved.due_on else ""
        line(say("cli_moved", case=moved.case, move=name("move", moved.move), state=name("state", moved.state)) + due)
        for warning in moved.warnings:
            tell(say("cli_warning", message=describe(warning)))
        line(say("cli_sheet_hash", hash=done.content[:SHORT]))


_Run = Callable[..., object]


def _verb(verb: str) -> click.Command:
    """The command of one verb, with an option for each thing that the verb takes."""

    @click.argument("sheet")
    @click.option("--dry-run", is_flag=True, help=say("cli_opt_dry_run"))
    @with_options
    def run(options: Options, sheet: str, dry_run: bool, **given: object) -> None:
        from ..approvals.commands import sign
        from ..approvals.views import preview_verb

        data = {key: value for key, value in given.items() if value not in (None, ())}
        with refusals(options, sheet, verb), options.writing() as context:
            if dry_run:
                found = preview_verb(context, sheet, verb, data)
            else:
                done = sign(context, sheet, verb, data)
        if dry_run:
            made = found.move
            move = document(made, warnings=sentences(made.warnings)) if made else None
            answer(options, document(found, move=move), lambda _: _print_preview(found))
        else:
            answer(options, _done(done), lambda _: _print_done(done))

    for option in reversed(_options(verb)):
        run = option(run)  # type: ignore[assignment]  # click decorates whatever it is given
    text = say("cli_help_verb", verb=help_of(verb), rule=VERBS[verb].rule)
    return click.command(cls=ChineseCommand, help=text)(run)


def _options(verb: str) -> list[Callable[[_Run], _Run]]:
    """An option for each field of the verb's data."""
    return [
        click.option(
            f"--{option.field.key.replace('_', '-')}",
            type=ChoiceType(tuple(option.field.choices)) if option.field.choices else None,
            metavar=option.metavar,
            required=option.is_asked,
            multiple=option.is_repeated,
            help=option.field.description or option.field.title,
        )
        for option in options_of(verb)
    ]


def _print_preview(found: "VerbPreview") -> None:
    from ...notifications.messages.sentences import describe, name

    before, after = name("sheet_status", found.status.before), name("sheet_status", found.status.after)
    line(say("cli_would", sheet=found.sheet, verb=name("verb", found.verb), before=before, after=after))
    if found.step:
        people = "、".join(found.waiting_for) or say("word_nobody")
        line(say("cli_sheet_waits", step=found.step, people=people))
    if found.voided:
        line(say("cli_would_void", people="、".join(found.voided)))
    if found.due_on:
        line(say("cli_would_leave", due_on=found.due_on, left=days(found.days_left)))
    if found.move:
        made = found.move
        line(say("cli_would_move", move=name("move", made.move), state=name("state", made.state)))
        for warning in made.warnings:
            tell(say("cli_warning", message=describe(warning)))


@command(help=say("cli_help_sheet"))
@click.argument("sheet")
@click.option("--why", is_flag=True, help=say("cli_opt_why"))
@with_options
def sheet_(options: Options, sheet: str, why: bool) -> None:
    """One sheet, or what can be done with it."""
    from ..approvals.views import show_sheet, why_sheet

    with options.writing() as context:
        if why:
            found = why_sheet(context, sheet)
        else:
            shown = show_sheet(context, sheet)
    if why:
        verbs = [document(item, "refusal", **told(item.refusal)) for item in found]
        answer(options, {"sheet": sheet, "verbs": verbs}, lambda _: _print_why(sheet, found))
    else:
        remedy = sentence(shown.remedy) if shown.remedy else None
        told_as = document(shown, remedy=remedy, warnings=coded(shown.warnings))
        answer(options, told_as, lambda _: _print_sheet(shown))


def _print_why(sheet: str, found: "list[VerbAnswer]") -> None:
    from ...notifications.messages.sentences import describe

    rows = []
    for item in found:
        reason = describe(item.refusal) if item.refusal else item.rule
        rows.append((item.name, item.verb, say("word_yes" if item.allowed else "word_no"), reason))
    table(("step", "code", "allowed", "reason"), rows, sheet)


def _print_sheet(shown: "SheetView") -> None:
    from ...notifications.messages.sentences import moment, name

    line(
        say(
            "cli_sheet_head",
            sheet=shown.sheet,
            move=name("move", shown.move),
            status=name("sheet_status", shown.status),
            drafter=shown.drafter.name,
        )
    )
    for warning in shown.warnings:
        line(say("cli_warning", message=sentence(warning)))
    if shown.due_on:
        line(say("cli_sheet_due", due_on=shown.due_on))
    if shown.trouble:
        line(say("cli_warning", message=say(f"trouble_{shown.trouble}")))
    if shown.remedy:
        line(say("cli_sheet_remedy", remedy=sentence(shown.remedy)))
    line(say("cli_sheet_hash", hash=shown.content[:SHORT]))
    if shown.in_force is False:
        line(say("cli_warning", message=say("cli_sheet_amended")))
    heading("cli_sheet_steps")
    table(("step", "mode", "status", "people", "cost"), [_step_row(step) for step in shown.steps])
    for step in shown.steps:
        if step.left_out_for:
            reason = say("review_left_out", post=step.title, name="、".join(step.left_out_for))
            line(say("cli_sheet_left_out", step=step.title, reason=reason))
    heading("cli_sheet_actions")
    table(
        ("at", "step", "by", "opinion"),
        [(moment(item.at), name("verb", item.verb), _who(item), item.opinion) for item in shown.actions],
    )
    if shown.saved_opinion:
        line(say("cli_sheet_saved", text=shown.saved_opinion))
    heading("cli_sheet_proposed")
    for title, value in told_data(shown.move, shown.data, shown.amends or ""):
        line(say("told_field", title=title, value=value))
    heading("cli_sheet_draft")
    line(shown.draft or say("word_none"))


def _who(item: "ActionView") -> str:
    name = item.name if item.name == item.recorder else say("recorded_by", by=item.name, recorder=item.recorder)
    return name + (say("word_for", name=item.on_behalf_of) if item.on_behalf_of else "")


def _stand(task: "TaskView") -> str:
    from ...notifications.messages.sentences import name

    return name("verb", task.verdict) if task.verdict else name("task_state", task.state)


def _step_row(step: "StepView") -> tuple[object, ...]:
    from ...notifications.messages.sentences import name

    people = [f"{task.name}（{_stand(task)}）" for task in step.tasks if task.state != "closed"]
    cost = step.cost
    spent = say("cli_step_cost", used=cost.used, length=cost.length) if cost and cost.length else ""
    if cost and cost.limit_on:
        spent += say("cli_step_limit", limit_on=cost.limit_on)
    return (
        step.title,
        name("mode", step.mode),
        name("step_state", step.state),
        "、".join(people),
        coloured(spent, "red" if cost and cost.over else ""),
    )


@command(help=say("cli_help_todo"))
@click.option("--list", "box", type=ChoiceType(BOXES), default="todo", help=say("cli_opt_list"))
@click.option("--page", type=CountType(1, 1_000_000), default=1, help=say("cli_opt_page"))
@click.option("--size", type=CountType(1, 500), default=50, help=say("cli_opt_size"))
@with_options
def todo_(options: Options, box: Box, page: int, size: int) -> None:
    """One of a person's lists, with the counters of all."""
    from ..approvals.lists import counters, worklist

    with options.writing() as context:
        found = worklist(context, box, page=page, size=size)
        numbers = counters(context)
    document = found.model_dump(mode="json") | {"counters": numbers.model_dump()}
    answer(options, document, lambda _: _print_list(found, numbers))


def _print_list(page: Page, numbers: Counters) -> None:
    from ...notifications.messages.sentences import name

    line("  ".join(f"{name('box', box)} {n}" for box, n in numbers))
    rows = [
        (
            coloured(name("bucket", item.light), item.light),
            item.sheet,
            name("move", item.move),
            name("task", item.kind) if item.task else name("sheet_status", item.status),
            name("stage", item.stage) if item.stage else "",
            item.drafter,
            item.due_on,
            days(item.days_left),
            (say("word_for", name=item.on_behalf_of) if item.on_behalf_of else "")
            + (say(f"trouble_{item.trouble}") if item.trouble else ""),
        )
        for item in page.entries
    ]
    table(
        ("light", "sheet", "task", "step", "stage", "drafter", "due_on", "left", "remark"), rows, name("box", page.box)
    )
    if page.total > len(rows):
        line(say("cli_page", page=page.page, total=page.total))


@command(help=say("cli_help_stuck"))
@with_options
def stuck_(options: Options) -> None:
    """Sheets on which nobody can act."""
    from ..approvals.lists import stuck

    with options.writing() as context:
        found = stuck(context)
    sheets = [document(item, message=sentence(item.remark), remedy=sentence(item.remedy)) for item in found]
    answer(options, {"stuck": sheets}, lambda _: _print_stuck(found))


def _print_stuck(found: list[Stuck]) -> None:
    from ...notifications.messages.sentences import describe, name

    if not found:
        line(say("cli_nothing_stuck"))
        return
    rows = [(item.sheet, name("move", item.move), describe(item.remark), describe(item.remedy)) for item in found]
    table(("sheet", "step", "reason", "remedy"), rows)


COMMANDS: dict[str, click.Command] = {
    "propose": propose_,
    "edit": edit_,
    "sheet": sheet_,
    "todo": todo_,
    "stuck": stuck_,
} | {item.typed: _verb(item.name) for item in verb_names() if item.is_signed}
