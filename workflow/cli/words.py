"""Chinese words on the command line: names of moves, fields and choices, as the moves declare them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from ...notifications.messages.catalogue import say
from ..approvals.names import VerbName, verb_names
from .chinese import ChineseCommand
from .screen import table

if TYPE_CHECKING:
    from ...states.procedure.catalogue import Field


def typed_move(word: str, fields: Iterable[str] = ()) -> str:
    """The key of a move from its key or a Chinese name of it; another word is left for the command to refuse."""
    from ...states.procedure.description import meant_move

    return meant_move(word, fields)


def typed_way(word: str) -> str:
    """The key of a way of service from its key or one of its words; another word is left to be refused."""
    from ...states.rules.service import ways

    return next((way.key for way in ways() if word in (way.key, way.label, *way.words)), word)


def typed_role(word: str) -> str:
    """The key of a role from its key or its Chinese name; another word is left for the command to refuse."""
    from ...notifications.messages.catalogue import message_keys, say

    keys = (key for key in message_keys() if key.startswith("role_"))
    return {say(key): key.removeprefix("role_") for key in keys}.get(word, word)


def typed_kind(word: str | None) -> str | None:
    """The key of a kind of paper from its key or its title, from what the moves call it, or from words that only one
    title has; else as typed.
    """
    from ...notifications.documents.kinds import kinds
    from ...states.procedure.moves.service import PAPER
    from ..notices.service import PAPERS

    titles = {item.key: {item.title, *(told["title"] for told in item.decisions.values())} for item in kinds()}
    if word is None or word in titles:
        return word
    found = [key for key, known in titles.items() if word in known]
    served = [key for key, of in PAPERS.items() if word in PAPER.words[of]]
    found = found or [key for key in served if key == PAPERS[key]] or served
    found = found or [key for key, known in titles.items() if any(word in title for title in known)]
    return found[0] if len(found) == 1 else word


def typed_word(kind: str, word: str | None) -> str | None:
    """The key of a state, bucket, stage or outcome from its Chinese name; else as typed."""
    from typing import get_args

    from ...notifications.messages.sentences import name
    from ...states.procedure.case import State
    from ...states.procedure.stages import Stage
    from ...states.rules.outcomes import outcome_rows
    from ..cases.due_list import BUCKETS
    from ..cases.lists.lamps import FINISHED

    known = {"state": State, "bucket": (*BUCKETS, FINISHED), "stage": get_args(Stage), "outcome": outcome_rows()}
    return next((str(key) for key in known[kind] if word == name(kind, str(key))), word)


def verb_help(verb: VerbName) -> str:
    """What a verb is, in a line."""
    return say("verb_help", title=verb.title, description=verb.description) if verb.description else verb.title


def help_of(verb: str) -> str:
    """What the verb of that name is, in a line.

    Raises:
        StopIteration: no such verb.
    """
    return next(verb_help(item) for item in verb_names() if item.name == verb)


def print_fields(move: str) -> None:
    """The fields of a move: key, label, when required, what may be chosen."""
    from ...states.procedure.catalogue import fields_of

    rows = [
        (item.key, item.title, _required(item), "、".join(item.choices.values()) or item.description)
        for item in fields_of(move)
    ]
    table(("field", "label", "required", "value"), rows, say("heading_fields"))


def _required(item: "Field") -> str:
    if item.when is not None:
        return item.when.words
    return say("word_yes") if item.required else ""


class MoveCommand(ChineseCommand):
    """A command about a move: its help lists every move with its fields."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Every move: its Chinese name, and its fields with their labels, those that must be there marked."""
        from ...states.procedure.catalogue import fields_of, moves

        def fields_text(name: str) -> str:
            marks = {item.key: "*" if item.required else "" for item in fields_of(name)}
            return "、".join(f"{item.key}{marks[item.key]} {item.title}" for item in fields_of(name))

        with formatter.section(say("cli_help_moves")):
            formatter.write_dl([(f"{name} {move.title}", fields_text(name)) for name, move in moves().items()])
