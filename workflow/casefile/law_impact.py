"""What another law would change for the cases that are open: asked before it is put in force, and written nowhere.

The other law is a folder with the files that differ from the product's own (``states/law/*.toml``).
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from ...notifications.documents.facts import CaseHistory
from ...notifications.documents.kinds import due_notices, kind
from ...notifications.documents.render import notice_for
from ...states.errors import BadData, DisclosureError, SetupError
from ...states.law.files import LawFiles, using
from ...states.procedure.advance import fold
from ...states.procedure.history import Event, timeline
from ...states.procedure.law_faults import law_faults
from ...states.procedure.periods import rule_of
from ...states.remark import Remark
from ..cases.documents import office_of, overrides, with_personal_data
from ..cases.queries import numbers_under_way
from ..cases.store import Loaded, load_case
from ..kernel.context import Context


class PeriodChange(BaseModel):
    """A running period whose last day or article would be another; None where it would not be there."""

    model_config = ConfigDict(frozen=True)
    rule: str
    ref: str | None
    old_due_on: date | None
    new_due_on: date | None
    old_source: str | None
    new_source: str | None


class PaperChange(BaseModel):
    """A paper of the case that would be worded otherwise, or that only one of the two laws wants."""

    model_config = ConfigDict(frozen=True)
    paper: str
    title: str
    seq: int


class LawImpact(BaseModel):
    """An open case that another law would change; ``error`` tells why its history can't be followed under it."""

    model_config = ConfigDict(frozen=True)
    agency: str
    case: str
    periods: tuple[PeriodChange, ...]
    papers: tuple[PaperChange, ...]
    error: Remark | None = None


def law_impact(context: Context, folder: Path) -> list[LawImpact]:
    """The open cases of every agency that the law of a folder would change, each with its days and papers.

    Raises:
        NotPermitted; BadData: every fault of the files, with file and line; SetupError: there is no such folder.
    """
    context.require_everywhere("configure")
    _check_folder(folder)
    files = LawFiles(folder)
    faults = law_faults(files)
    if faults:
        raise BadData(*faults)
    found = (_impact(context, agency, number, files) for agency, number in numbers_under_way(context.connection))
    return [item for item in found if item is not None]


def _check_folder(folder: Path) -> None:
    try:
        if folder.is_dir():
            return
    except OSError:  # a name that the system cannot even look up
        pass
    raise SetupError("file_missing", path=str(folder))


class _Seen(NamedTuple):
    """What one law makes of a case: the last day and article of each running period, the text of each paper."""

    periods: dict[tuple[str, str, date], tuple[date, str]]
    papers: dict[tuple[str, int, str], str]


def _impact(context: Context, agency: str, number: str, files: LawFiles) -> LawImpact | None:
    loaded = load_case(context.connection, agency, number)
    events = list(with_personal_data(context.connection, loaded))
    try:
        before = _seen(context, agency, loaded, events)
        with using(files):
            after = _seen(context, agency, loaded, events)
    except DisclosureError as error:
        return LawImpact(agency=agency, case=number, periods=(), papers=(), error=Remark.of_error(error))
    if before == after:
        return None
    periods, papers = tuple(_periods(before, after)), tuple(_papers(before, after))
    return LawImpact(agency=agency, case=number, periods=periods, papers=papers)


def _seen(context: Context, agency: str, loaded: Loaded, events: list[Event]) -> _Seen:
    number, law = loaded.case.case, loaded.law
    case, _ = fold(number, events, law)
    running = [item for item in case.periods if item.ended_on is None]
    office, words = office_of(context.connection, agency), overrides(context.connection, agency)
    refs = due_notices(case, timeline(events))
    told = CaseHistory(number, events, law)
    return _Seen(
        {(item.rule, item.ref, item.starts_on): (item.due_on, rule_of(item).source) for item in running},
        {(ref.kind, ref.seq, ref.ref): notice_for(told, ref, office, overrides=words).text for ref in refs},
    )


def _periods(before: _Seen, after: _Seen) -> Iterator[PeriodChange]:
    for key in dict.fromkeys((*before.periods, *after.periods)):
        old, new = before.periods.get(key, (None, None)), after.periods.get(key, (None, None))
        if old != new:
            yield PeriodChange(
                rule=key[0],
                ref=key[1] or None,
                old_due_on=old[0],
                new_due_on=new[0],
                old_source=old[1],
                new_source=new[1],
            )


def _papers(before: _Seen, after: _Seen) -> Iterator[PaperChange]:
    for key in dict.fromkeys((*before.papers, *after.papers)):
        if before.papers.get(key) != after.papers.get(key):
            yield PaperChange(paper=key[0], title=kind(key[0]).title, seq=key[1])
