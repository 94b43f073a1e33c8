"""An office's own templates and letterhead: validated, kept by version, in force for what is issued next."""

import base64
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from ...notifications.customization.sample import NUMBER, sample, sample_day
from ...notifications.customization.validation import LETTERHEAD, OwnTemplates, validate_templates
from ...notifications.documents.kinds import kind
from ...notifications.documents.render import SUFFIX, Notice, notice_for, shipped_names, templates_of
from ...notifications.messages.catalogue import say
from ...states.errors import BadData, SetupError
from ...states.procedure.description import key_of
from ...states.rules.outcomes import outcomes
from ..cases.documents import LETTERHEAD_KEY, TOPIC, letterhead_of, office_of, overrides
from ..kernel.chains import canonical
from ..kernel.context import Context
from ..kernel.files import read_bytes, reading
from ..kernel.unit import Done, Key, once
from ..kernel.versions import add_version, latest, law_at

_NOTHING = OwnTemplates({}, None)


def own_templates(connection: Connection, agency: str) -> OwnTemplates:
    """What the office has put in force; empty where it uses the product's."""
    return OwnTemplates(overrides(connection, agency), letterhead_of(connection, agency))


def install_templates(
    context: Context, files: Mapping[str, bytes], *, idempotency_key: str | None = None
) -> OwnTemplates:
    """Puts a folder of templates in force, in place of what the office had before; issued papers stay as they are.

    Raises:
        NotPermitted; BadData: everything that the validation finds.
    """
    context.require("configure")
    found = validate_templates(files)
    asked = sorted((name, sha256(content).hexdigest()) for name, content in files.items())
    _keep(context, found, Key.of(context, idempotency_key, "install_templates", asked))
    return found


def reset_templates(context: Context, *, idempotency_key: str | None = None) -> None:
    """Puts the product's own templates and letterhead in force again.

    Raises:
        NotPermitted.
    """
    context.require("configure")
    _keep(context, _NOTHING, Key.of(context, idempotency_key, "reset_templates"))


def _keep(context: Context, found: OwnTemplates, key: Key) -> None:
    letterhead = base64.b64encode(found.letterhead).decode() if found.letterhead else None
    text = canonical({"templates": dict(found.templates), LETTERHEAD_KEY: letterhead})

    def work() -> Done:
        add_version(context.connection, TOPIC, {context.agency: text}, context.actor.user_id, context.stamp)
        return Done()

    once(context, key, Done, work)


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by name; hidden ones and those that Word and WPS keep beside an open file are left out.

    Raises:
        SetupError: file_missing, file_unreadable.
    """
    with reading(folder):
        if not folder.is_dir():
            raise SetupError("file_missing", path=str(folder))
        found = [path for path in sorted(folder.iterdir()) if path.is_file()]
    return {path.name: read_bytes(path) for path in found if not path.name.startswith((".", "~$"))}


def in_force(own: OwnTemplates) -> dict[str, bytes]:
    """Every template and part as it is in force, and the letterhead, by file name: to begin changes from."""
    from ...notifications.formats.letterhead import default_letterhead

    templates = templates_of(own.templates)
    names = sorted({*shipped_names(), *own.templates})
    files = {name + SUFFIX: (templates.source(name) or "").encode() for name in names}
    return files | {LETTERHEAD: own.letterhead or default_letterhead()}


def preview(context: Context, key: str, own: OwnTemplates, outcome: str = "") -> Notice:
    """A paper of a sample case, in the office's name and its own words; ``outcome`` is a reply's code, such as O04, its
    Chinese name, or a row of the report, by its key or name: then the first reply that is counted there.

    Raises:
        BadData: no such kind or outcome.
    """
    law = law_at(context.connection, latest(context.connection), context.agency)
    day = sample_day(law)
    more = _of_outcome(key, outcome, day) if outcome else {}
    found = sample(key, day, law, data=more)
    office = office_of(context.connection, context.agency)
    if not office.name:
        office = found.agency
    return notice_for(found.history, found.ref, office, given=found.given, overrides=own.templates)


def _meant(word: str, field: str) -> str:
    """The value of a reply's field that a typed word means; none where it means none."""
    try:
        return key_of(word, "reply", field)
    except BadData:
        return ""


def _of_outcome(key: str, outcome: str, on: date) -> dict[str, object]:
    known = {item.code: item for item in outcomes() if item.code in kind(key).decisions and item.holds(on)}
    by_row = {item.row: item for item in reversed(known.values())}
    answer, row = _meant(outcome, "answer") or outcome.upper(), _meant(outcome, "outcome")
    found = known.get(answer) or by_row.get(row)
    if found is None:
        choices = "、".join(f"{item.code}（{item.label}）" for item in known.values())
        raise BadData({"field": "outcome", "problem": "not_one_of", "value": outcome, "choices": choices})
    code, row = found.code, found.row
    items: dict[str, object] = {} if row == "partial" else {"items": []}
    return {"answer": code, "ground": say("sample_ground"), "earlier": NUMBER} | items
