"""How a verb of approval is declared: once, for every use.

``check`` tells whether the verb is allowed at all, ``do`` carries it out; both are pure functions of the sheet
and of who acts. ``rule`` is the Chinese sentence of the precondition, and a rule of ``features/14_内部审批.feature``.
To add a verb, add it to a file of ``verbs/`` or add a file; its name, title, description and order are written there
as plain literals, since the list of commands is read from the text of the files. No other list is to be kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from ...states.procedure.fields import Label, Text
from .sheet import ActingPerson, Sheet


class Typed(NamedTuple):
    """What stands for the value of a field in the help of the command line."""

    metavar: str


class VerbData(BaseModel):
    """What any verb may be given: an opinion."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)
    opinion: Annotated[str, Field(max_length=20_000), Label("意见", "personal")] = ""


class WithOpinion(VerbData):
    """Data of a verb that requires an opinion."""

    opinion: Annotated[Text, Label("意见", "personal")]


D = TypeVar("D", bound=VerbData)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbEntry:
    """A verb of a sheet as lists and help show it: its name, Chinese title, precondition and order.

    ``description`` says in the list of commands what the title does not.
    """

    name: str
    title: str
    rule: str
    order: int
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb(VerbEntry, Generic[D]):
    """A verb that is done with ``sign``: its data, its precondition and its effect.

    ``for_others``: it is also for those who have no task on the sheet. ``on_form``: the approval form shows who did it.
    """

    data: type[D]
    check: Callable[[Sheet, ActingPerson], object]
    do: Callable[[Sheet, ActingPerson, D], None]
    for_others: bool = False
    on_form: bool = False


AnyVerb: TypeAlias = Verb[Any]
"""A verb whatever its data."""
