"""Commands about the office: chosen readings, its own particulars, erasing personal data."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypedDict

import click

from ...notifications.messages.catalogue import say, text_of
from .cases import pairs
from .chinese import command
from .options import Options, answer, tell, with_options
from .screen import line, table
from .told import sentence

if TYPE_CHECKING:
    from ..casefile.erase import Erased, ErasureItem, ErasureList
    from ..casefile.retention import Erasable
    from ..cases.across import AgencyOverview
    from ..cases.recompute import Impact
    from ..kernel.agencies import AgencyEntry


@command(help=say("cli_help_settings"))
@click.option("--set", "chosen", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_set"))
@with_options
def settings_(options: Options, chosen: tuple[str, ...]) -> None:
    """The readings of open questions, with their sources."""
    if chosen:
        from ..cases.recompute import change_settings

        wanted = {key: text for one in chosen for key, text in _flat(pairs((one,), "--set"))}
        own = options.agency is not None
        with options.writing(create=True) if own else options.writing_all(create=True) as context:
            impact = change_settings(context, wanted, own=own)
        answer(options, {"settings": wanted, "impact": impact}, lambda _: print_impact(impact))
        return
    answer(options, {"settings": _readings(options)}, lambda document: _print_settings(document["settings"]))


def _flat(given: Mapping[str, object], outer: str = "") -> Iterator[tuple[str, str]]:
    """Names and values; a name with a dot in it is one name here, as of ``retention_years.refused``."""
    for key, value in given.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{outer}{key}.")
        else:
            yield outer + key, str(value)


_OWN = (
    "red_days",
    "yellow_days",
    "resend_days",
    "receipt_days",
    "attachment_mb",
    "case_attachments_mb",
    "attachment_store",
    "hash",
)
"""Settings that answer no question of law."""


class _Reading(TypedDict):
    """One open question with the reading that was chosen, as JSON tells it."""

    id: str | None
    key: str | None
    question: str
    chosen: str | int | None
    default: str | int | None
    readings: dict[str, str]
    source: str
    confidence: str | None
    adjustable: bool
    why_fixed: str | None


def _readings(options: Options) -> list[_Reading]:
    from ...states.rules.settings import RETENTION_KEYS, Settings, questions

    settings = Settings()
    if options.has_database:
        from ..kernel.context import PERMISSIONS
        from ..kernel.versions import latest, law_at

        with options.reading() as context:
            context.require(*PERMISSIONS)
            settings = law_at(context.connection, latest(context.connection), context.agency).settings
    return (
        [
            {
                "id": item.id,
                "key": item.key,
                "question": item.title,
                "chosen": settings.reading(item.key, options.day) if item.key else item.newest.default,
                "default": item.newest.default,
                "readings": dict(item.readings),
                "source": item.newest.source,
                "confidence": item.newest.confidence,
                "adjustable": item.adjustable,
                "why_fixed": item.why_fixed or None,
            }
            for item in questions()
        ]
        + [
            {
                "id": None,
                "key": key,
                "question": say(f"setting_{key}"),
                "chosen": getattr(settings, key),
                "default": getattr(Settings, key),
                "readings": {},
                "source": say("setting_own_choice"),
                "confidence": None,
                "adjustable": True,
                "why_fixed": None,
            }
            for key in _OWN
        ]
        + [_retention(key, dict(settings.retention).get(key)) for key in RETENTION_KEYS]
    )


def _retention(key: str, years: str | None) -> _Reading:
    """A retention that the office has set, or has not: there is none that would hold without it."""
    return {
        "id": None,
        "key": key,
        "question": say(f"setting_{key.replace('.', '_')}"),
        "chosen": years,
        "default": None,
        "readings": {},
        "source": say("setting_own_choice"),
        "confidence": None,
        "adjustable": True,
        "why_fixed": None,
    }


def _print_settings(readings: Iterable[_Reading]) -> None:
    from ...notifications.messages.sentences import name

    table(
        ("code", "question", "chosen", "source", "confidence"),
        [
            (
                item["id"] or "",
                item["question"] + (f"\n{item['key']}" if item["key"] else ""),
                _chosen(item),
                item["source"],
                name("confidence", item["confidence"]) if item["confidence"] else "",
            )
            for item in readings
        ],
    )
    line(say("cli_settings_how"))


def _chosen(item: _Reading) -> str:
    chosen = item["readings"].get(str(item["chosen"]), item["chosen"]) or say("setting_not_set")
    lines = [f"●{chosen}" + ("" if item["default"] in (None, item["chosen"]) else say("cli_not_default"))]
    if item["adjustable"]:
        lines[0] += f"（{item['chosen']}）" if item["readings"] else ""
        lines += [f"○{text}（{key}）" for key, text in item["readings"].items() if key != item["chosen"]]
    elif item["why_fixed"]:
        lines.append(item["why_fixed"])
    return "\n".join(lines)


def print_impact(impact: "Sequence[Impact]") -> None:
    """The open cases whose dates have changed."""
    from ...notifications.messages.sentences import name

    line(say("cli_impact", n=len(impact)) if impact else say("cli_no_impact"))
    if impact:
        rows = [(item.case, name("rule", item.rule), item.old_due_on, item.new_due_on) for item in impact]
        table(("case", "rule", "old_due", "new_due"), rows)


@command(help=say("cli_help_agency"))
@click.option("--set", "fields", multiple=True, metavar="KEY=VALUE", help=say("cli_opt_agency_set"))
@click.option("--all", "every", is_flag=True, help=say("cli_opt_agency_all"))
@with_options
def agency_(options: Options, fields: tuple[str, ...], every: bool) -> None:
    """The office's own particulars, which its notices need, and how it is registered."""
    from ...notifications.documents.agency import FIELDS
    from ..cases.agencies import ENTRY_FIELDS, register_agency
    from ..kernel.agencies import agencies, entry_of, profile

    impact: Sequence[Impact] = ()
    if fields:
        with options.writing(create=True, register=True) as context:
            impact = register_agency(context, _typed(pairs(fields, "--set"))).impacts
    with options.reading() as read:
        if every:
            known = agencies(read)
            answer(options, {"agencies": [item.model_dump(mode="json") for item in known]}, lambda _: _print_all(known))
            return
        code, particulars, entry = read.agency, profile(read), entry_of(read.connection, read.agency)
    found = {key: getattr(particulars, key) or None for key in FIELDS}
    own = {key: entry.model_dump(mode="json")[key] or None for key in ENTRY_FIELDS}
    document = {"agency": code, "profile": found, "entry": own, "impact": impact}
    answer(options, document, lambda _: _print_profile(code, found | own, impact))


def _typed(fields: dict[str, object]) -> dict[str, object]:
    """Fields in which a choice may be typed by its Chinese name."""
    from ...states.rules.remedies import agency_kinds
    from ..kernel.agencies import LEVELS

    choices = {"level": ("agency_level", LEVELS), "kind": ("agency_kind", agency_kinds())}
    read = dict(fields)
    for field, (prefix, keys) in choices.items():
        words = {text_of(f"{prefix}_{key}") or key: key for key in keys}
        if field in read:
            read[field] = words.get(str(read[field]), read[field])
    return read


def _print_profile(code: str, found: "Mapping[str, str | None]", impact: "Sequence[Impact]") -> None:
    rows = [(say(f"agency_{key}"), key, value or "") for key, value in found.items()]
    table(("field", "code", "value"), rows, code)
    if impact:
        print_impact(impact)


def _print_all(known: "Sequence[AgencyEntry]") -> None:
    rows = [
        (item.code, item.name, _level(item), item.parent, item.place, item.opened_on or "", item.closed_on or "")
        for item in known
    ]
    table(("code", "agency_name", "agency_level", "agency_parent", "agency_place", "opened_on", "closed_on"), rows)


def _level(item: "AgencyEntry") -> str:
    return say(f"agency_level_{item.level}") if item.level else ""


@command(help=say("cli_help_agencies"))
@with_options
def agencies_(options: Options) -> None:
    """Which agencies are late, in how many cases and why."""
    from ..cases.across import overview

    with options.reading() as context:
        found = overview(context)
    document = {"as_of": options.day.isoformat(), "agencies": [_overview(item) for item in found]}
    answer(options, document, lambda _: _print_overview(found))


def _overview(item: "AgencyOverview") -> dict[str, object]:
    late = [{**one.model_dump(mode="json"), "reason": sentence(one.reason)} for one in item.late]
    return {**item.model_dump(mode="json"), "late": late}


def _print_overview(found: "Sequence[AgencyOverview]") -> None:
    rows = [
        (item.agency.code, item.agency.name, _level(item.agency), item.open, item.counts.today, len(item.late))
        for item in found
    ]
    table(("code", "agency_name", "agency_level", "open>", "due_today>", "late>"), rows)
    late = [
        (item.agency.name or item.agency.code, one.case, sentence(one.reason)) for item in found for one in item.late
    ]
    if late:
        table(("agency", "case", "why"), late, say("cli_late_cases", n=len(late)))


@command(help=say("cli_help_erase"))
@click.argument("case", required=False)
@click.option("--yes", "agreed", is_flag=True, help=say("cli_opt_erase_yes"))
@click.option("--due", "only_due", is_flag=True, help=say("cli_opt_erase_due"))
@with_options
def erase_(options: Options, case: str | None, agreed: bool, only_due: bool) -> None:
    """Lists the personal data of an archived case, or erases what was listed; its history and its chain stay."""
    if (case is None) != only_due or (agreed and case is None):
        raise click.UsageError(say("cli_erase_one_way"))
    if case is None:
        _tell_due(options)
    elif agreed:
        _erase(options, case)
    else:
        from ..casefile.erase import list_erasure

        with options.writing() as context:
            listed = list_erasure(context, case)
        answer(options, {"listed": True} | _document(listed), lambda _: _print_listed(listed))


def _tell_due(options: Options) -> None:
    from ..casefile.retention import erasable

    with options.reading() as context:
        found = erasable(context)
    document = {"cases": [item.model_dump(mode="json") for item in found]}
    answer(options, document, lambda _: _print_due(found))


def _print_due(found: "Sequence[Erasable]") -> None:
    if not found:
        line(say("cli_erase_none_due"))
        return
    rows = [(item.case, item.remedies_ended_on, item.kept_until) for item in found]
    table(("case", "remedies_ended_on", "kept_until"), rows)


def _erase(options: Options, case: str) -> None:
    from ..casefile.erase import erase
    from ..kernel.database import clear_traces

    with options.writing() as context:
        erased = erase(context, case)
    document = {"erased": True} | _document(erased)
    answer(options, document, lambda _: line(say("cli_erased", **erased.model_dump())))
    if not clear_traces(options.engine):
        tell(say("cli_erase_wal"))


def _document(found: "ErasureList | Erased") -> dict[str, object]:
    items = [{"table": item.table, "what": _what(item), "rows": item.rows} for item in found.items]
    return found.model_dump(mode="json", exclude={"items"}) | {"items": items}


def _what(item: "ErasureItem") -> str:
    """In words what the rows of a table are."""
    from ..kernel.tables.base import PREFIX

    key = f"erasure_{item.table.removeprefix(PREFIX)}"
    return item.words or (say(key) if text_of(key) is not None else item.table)


def _print_listed(found: "ErasureList") -> None:
    line(say("cli_erase_listed", case=found.case, until=found.kept_until, by=found.by, on=found.on))
    if found.items:
        table(("what", "rows>"), [(_what(item), item.rows) for item in found.items])
    else:
        line(say("cli_erase_nothing"))
    if found.left:
        line(say("cli_erase_left", n=found.left))
    line(say("cli_erase_next", case=found.case))


COMMANDS = {"settings": settings_, "agency": agency_, "agencies": agencies_, "erase": erase_}
