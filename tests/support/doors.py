"""Every door of the product with a call of it: public functions, commands, HTTP, and what each asks of who comes.

A door that is not here, neither called nor exempt with a reason, fails a test.
"""

import inspect
import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import click
from approvals import ROLES, Office, directory_text
from counter import PROFILE
from office import ADMIN, SCHEDULER, SUBMIT
from overlay_texts import CLOSURE
from sqlalchemy import select
from sqlalchemy.orm import sessionmaker
from werkzeug.test import Client, TestResponse

import disclosure.workflow as w
from disclosure.workflow import Actor, Context, Disclosure, Operator
from disclosure.workflow.cli.main import disclosure as program
from disclosure.workflow.cli.main import run
from disclosure.workflow.kernel.context import permission_of
from disclosure.workflow.kernel.database import metadata, open_engine
from disclosure.workflow.web import create_app

CASE, SHEET = "A-1", "A-1#1"
DAY = date(2024, 3, 5)
SECRETS = (*SUBMIT["applicant"].values(), SUBMIT["information"])[1:]
"""What no answer may hold: who asked, and for what."""
NOBODY = Actor(user_id="n1", name="无名", department="办公室")
STRANGER = Actor(user_id="f1", name="外人", department="规划科", roles=("staff",))
PEOPLE = ROLES | {
    "n1": ("无名", "办公室", (), None),
    "f1": ("外人", "规划科", ("staff",), None),
}
_OWN_LAW = "law"


class House:
    """An office on a database of its own: a case with its sheet and a paper, an absence, a dead letter, a frozen year."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "disclosure.db"
        self.engine = open_engine(f"sqlite:///{self.db}")
        self.sessions = sessionmaker(self.engine)
        self.office = Office(self.sessions, on=DAY, people=PEOPLE).accept()
        (folder / _OWN_LAW).mkdir()
        line = {"case": "B-1", "move": "submit", "at": "2024-03-01", "by": "u1", "data": SUBMIT}
        (folder / "register.xlsx").touch()
        (folder / "scan.txt").write_text("scan", "utf-8")
        for name in ("own.key", "office.key"):
            (folder / name).write_text(f"disclosure-key-1 {'0' * 64}\n", "utf-8")
        (folder / "journal.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
        for name in ("people.toml", "channels.toml", "numbering.toml", "calendar.toml"):
            (folder / name).write_text("", "utf-8")
        with self.context(ADMIN) as context:
            w.set_profile(context, dict(PROFILE))
            w.appoint(context, w.StandIn("u2", "u3", DAY, DAY))
            w.set_channels(context, '[channel.box]\ntype = "folder"\npath = "box"\n')
            w.issue(context, CASE, "registration", w.IssueOptions(carriers=("text",)))
            w.attach(context, CASE, f"{SECRETS[0]}.txt", SECRETS[1].encode())
            w.freeze(context, 2023)
        self.office.propose()
        w.relay(Operator(self.sessions, SCHEDULER, self.office.clock), _refuse, attempts=1)

    @contextmanager
    def context(self, actor: Actor) -> Iterator[Context]:
        """Somebody at work, in a transaction that is kept."""
        with self.sessions() as session, session.begin():
            yield Context(session, actor, clock=self.office.clock)

    def call(self, name: str, actor: Actor) -> object:
        """One public function as that person calls it."""
        door = FUNCTIONS[name]
        if next(iter(inspect.signature(getattr(w, name)).parameters)) == "operator":
            return door(Operator(self.sessions, actor, self.office.clock), self)
        with self.context(actor) as context:
            return door(context, self)

    def run(self, arguments: tuple[str, ...], user: str | None) -> int:
        """One command as that person gives it; files are those of the folder."""
        typed = [part.replace("@", f"{self.folder}/", 1) if part.startswith("@") else part for part in arguments]
        named = ["--as", user] if user is not None else []
        return run([*typed, *named, "--db", str(self.db), "--today", DAY.isoformat(), "--format", "json"])

    def ask(self, name: str, actor: Actor) -> TestResponse:
        """One operation of the HTTP interface as that person asks for it."""
        app = create_app(self.sessions, authenticate=lambda environ: actor, clock=self.office.clock)
        method, path, *sent = OPERATIONS[name]
        given: dict[str, Any] = dict(sent[0]) if sent else {}
        files = {key: (io.BytesIO(content), "scan.txt") for key, content in given.pop("files", {}).items()}
        body: dict[str, Any] = {"data": files} if files else {"json": given} if method == "POST" else {}
        return Client(app).open(f"/api/v1/{path}", method=method, buffered=True, **body)

    def rows(self) -> dict[str, list[object]]:
        """All that is stored."""
        with self.engine.connect() as connection:
            return {
                name: [tuple(row) for row in connection.execute(select(table))]
                for name, table in metadata.tables.items()
            }

    def files(self) -> set[str]:
        """The files beside the database."""
        return {path.name for path in self.folder.iterdir() if not path.name.startswith(self.db.name)}


def _refuse(topic: str, key: str, payload: str) -> None:
    raise ConnectionError


Door = Callable[..., object]
FUNCTIONS: dict[str, Door] = {
    "agencies": lambda context, house: w.agencies(context),
    "annulled": lambda context, house: w.annulled(context),
    "all_reports": lambda context, house: w.all_reports(context, 2024),
    "annual_report": lambda context, house: w.annual_report(context, 2024),
    "acting_appointments": lambda context, house: w.acting_appointments(context),
    "appoint_acting": lambda context, house: w.appoint_acting(
        context, w.Acting("u1", "legal_reviewer", DAY, DAY, "某号文")
    ),
    "end_acting": lambda context, house: w.end_acting(context, 1),
    "appoint": lambda context, house: w.appoint(context, w.StandIn("u1", "u2", DAY, DAY)),
    "attach": lambda context, house: w.attach(context, CASE, "a.txt", b"scan"),
    "attachment": lambda context, house: b"".join(w.attachment(context, CASE, 1).content),
    "attachments": lambda context, house: w.attachments(context, CASE),
    "bundle": lambda context, house: w.bundle(context, CASE),
    "case_numbering": lambda context, house: w.case_numbering(context),
    "cell": lambda context, house: w.cell(context, 2024, "new", "total"),
    "change_settings": lambda context, house: w.change_settings(context, {"red_days": "4"}),
    "check_seen": lambda context, house: w.check_seen(context, CASE),
    "checkpoint": lambda context, house: w.checkpoint(context),
    "counters": lambda context, house: w.counters(context),
    "dead_letters": lambda context, house: w.dead_letters(context),
    "drafts": lambda context, house: w.drafts(context, CASE),
    "drop_procedure": lambda context, house: w.drop_procedure(context),
    "due": lambda context, house: w.due(context),
    "edit": lambda context, house: w.edit(context, SHEET, w.Change(data={"answer": "O02", "delivery": "fax"})),
    "end_appointment": lambda context, house: w.end_appointment(context, 1),
    "erasable": lambda context, house: w.erasable(context),
    "erase": lambda context, house: w.erase(context, CASE),
    "escalate": lambda operator, house: w.escalate(operator),
    "explain": lambda context, house: w.explain(context, CASE),
    "forget_owner": lambda context, house: w.forget_owner(context, "oa"),
    "freeze": lambda context, house: w.freeze(context, 2024),
    "hand_over": lambda context, house: w.hand_over(context, "u1", "u7", "调离"),
    "health": lambda context, house: w.health(context),
    "install_templates": lambda context, house: w.install_templates(context, {}),
    "issue": lambda context, house: w.issue(context, CASE, "registration", w.IssueOptions(carriers=("text",))),
    "issued_papers": lambda context, house: w.issued_papers(context, CASE),
    "law_impact": lambda context, house: w.law_impact(context, house.folder / _OWN_LAW),
    "list_erasure": lambda context, house: w.list_erasure(context, CASE),
    "list_cases": lambda context, house: w.list_cases(context, w.CaseFilter(query=CASE)),
    "load_calendar": lambda context, house: w.load_calendar(context, CLOSURE, "calendar.toml"),
    "look_alikes": lambda context, house: w.look_alikes(context, SUBMIT["applicant"], SUBMIT["information"]),
    "move": lambda context, house: w.move(context, CASE, "withdraw", {"reason": "不要了"}),
    "overview": lambda context, house: w.overview(context),
    "preview": lambda context, house: w.preview(context, CASE, w.MoveRequest("withdraw", {"reason": "不要了"})),
    "preview_verb": lambda context, house: w.preview_verb(context, SHEET, "urge"),
    "profile": lambda context, house: w.profile(context),
    "propose": lambda context, house: w.propose(
        context, CASE, w.Proposal(move="extend", data={"days": 5, "reason": "多"})
    ),
    "pull": lambda context, house: w.pull(context, "u2"),
    "read_log": lambda context, house: w.read_log(context, CASE),
    "recompute": lambda context, house: w.recompute(context),
    "record_service": lambda context, house: w.record_service(context, CASE, "1", w.ServiceEvent(act="signed")),
    "register_agency": lambda context, house: w.register_agency(context, {"level": "city"}),
    "relay": lambda operator, house: w.relay(operator, lambda topic, key, payload: None),
    "replay": lambda context, house: w.replay(context, []),
    "replay_dead": lambda context, house: w.replay_dead(context),
    "reprint": lambda context, house: w.reprint(context, CASE, "1", "text"),
    "reset_templates": lambda context, house: w.reset_templates(context),
    "restatement": lambda context, house: w.restatement(context, 2023),
    "send_all": lambda operator, house: w.send_all(operator, w.Dispatcher(operator)),
    "set_case_numbering": lambda context, house: w.set_case_numbering(context, "{year}-{serial}"),
    "set_channels": lambda context, house: w.set_channels(context, ""),
    "set_directory": lambda context, house: w.set_directory(context, directory_text()),
    "set_numbering": lambda context, house: w.set_numbering(context, ""),
    "set_procedure": lambda context, house: w.set_procedure(context, ""),
    "set_profile": lambda context, house: w.set_profile(context, {"phone": "0"}),
    "show": lambda context, house: w.show(context, CASE),
    "show_sheet": lambda context, house: w.show_sheet(context, SHEET),
    "sign": lambda context, house: w.sign(context, SHEET, "urge"),
    "stuck": lambda context, house: w.stuck(context),
    "submit": lambda context, house: w.submit(context, {}),
    "take_in": lambda context, house: w.take_in(context, house.folder / "register.xlsx"),
    "tick": lambda operator, house: w.tick(operator),
    "verify": lambda context, house: w.verify(context),
    "void": lambda context, house: w.void(context, CASE, "1", "有误"),
    "why": lambda context, house: w.why(context, CASE),
    "why_sheet": lambda context, house: w.why_sheet(context, SHEET),
    "worklist": lambda context, house: w.worklist(context, "monitor"),
}
"""A call of each public function, by its name."""
EXEMPT_FUNCTIONS = {
    "clear_traces": "takes the engine itself, and empties a log without reading it",
    "check_schema": "takes the engine itself; tells whether the tables are there and shows none of their rows",
    "counts": "counts the list that it is given",
    "borrowed_engine": "makes an engine on the host's own connection; whatever works on it asks",
    "create_schema": "takes the engine itself, before there is anything to see",
    "include_name": "tells names of tables apart",
    "describe": "makes a sentence of the error that it is given",
    "describe_verbs": "the product's own declarations",
    "mend": "makes a sentence of the condition that it is given",
    "read_journal": "reads the file that it is given; `replay` asks before a line is applied",
    "register_owner": "the host's own code in its own process",
    "register_store": "the same",
    "schema_sql": "prints the statements that create the tables",
    "upgrade": "takes the connection itself, as `create_schema` does the engine",
    "Disclosure.transaction": "opens a session for who has the database; whatever works in it asks",
}
"""Public functions and methods that ask nobody, each with its reason."""

_SWEPT = "writes what is not there yet; run again it finds nothing to write"
_READ = "notes that a person has read; each reading is one"
WITHOUT_KEY = {
    "attachment": _READ,
    "attachments": _READ,
    "bundle": _READ,
    "drafts": _READ,
    "list_cases": _READ,
    "look_alikes": _READ,
    "reprint": _READ,
    "show": _READ,
    "show_sheet": _READ,
    "checkpoint": _SWEPT,
    "escalate": _SWEPT,
    "relay": "sends what has not been sent, each message under a key of its own",
    "send_all": "sends what has not been sent, each message under a key of its own",
    "tick": _SWEPT,
    "clear_traces": "empties a log of the database",
    "create_schema": "makes the tables that are not there yet",
    "upgrade": "makes the tables that are not there yet, and brings those that are to this version",
    "register_owner": "puts an owner on a list in its own process, once",
    "register_store": "puts a store on a list in its own process, once",
}
"""Public functions that change something and take no idempotency key, each with its reason."""

_SUBMITTED = ("--data", "channel=in_person", "--data", "applicant.name=某某", "--data", "information=某事项")
COMMANDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "replay": (("replay", "@journal.jsonl"),),
    "import": (("import", "@register.xlsx"), ("import", "@register.xlsx", "--dry-run")),
    "submit": (("submit", *_SUBMITTED),),
    "move": (
        ("move", CASE, "withdraw", "--data", "reason=不要了"),
        ("move", CASE, "withdraw", "--data", "reason=不要了", "--dry-run"),
    ),
    "why": (("why", CASE), ("why", CASE, "extend")),
    "show": (("show", CASE), ("show", CASE, "--unmask", "--why", "看看")),
    "explain": (("explain", CASE),),
    "due": (("due",),),
    "cases": (("cases",), ("cases", "--query", SUBMIT["applicant"]["name"]), ("cases", "--unmasked")),
    "annulled": (("annulled",),),
    "notice": (("notice", CASE),),
    "issue": (("issue", CASE, "registration", "--to", "@out"), ("issue", CASE, "--void", "1", "--reason", "有误")),
    "serve-proof": (("serve-proof", CASE, "1", "signed"),),
    "papers": (("papers", CASE), ("papers", CASE, "1", "--to", "@paper.txt")),
    "bundle": (("bundle", CASE, "--to", "@bundle.zip"),),
    "attach": (("attach", CASE, "@scan.txt"),),
    "attachments": (("attachments", CASE), ("attachments", CASE, "1", "--to", "@taken.txt")),
    "propose": (("propose", CASE, "extend", "--data", "days=5", "--data", "reason=多"),),
    "edit": (("edit", SHEET, "--data", "delivery=fax"),),
    "send": (("send", SHEET),),
    "read": (("read", SHEET),),
    "save": (("save", SHEET, "--opinion", "看过"),),
    "approve": (("approve", SHEET), ("approve", SHEET, "--dry-run")),
    "return": (("return", SHEET, "--opinion", "不妥"),),
    "recall": (("recall", SHEET),),
    "transfer": (("transfer", SHEET, "--to", "u3", "--opinion", "请办"),),
    "delegate": (("delegate", SHEET, "--to", "u3", "--opinion", "请办"),),
    "advise": (("advise", SHEET, "--opinion", "可以"),),
    "add-signer": (("add-signer", SHEET, "--to", "u3", "--opinion", "请办"),),
    "remove-signer": (("remove-signer", SHEET, "--to", "u3", "--opinion", "不必"),),
    "copy": (("copy", SHEET, "--to", "u3", "--opinion", "请办"),),
    "urge": (("urge", SHEET), ("urge", SHEET, "--dry-run")),
    "void": (("void", SHEET, "--opinion", "不办了"),),
    "complete": (("complete", SHEET, "--opinion", "办过了"),),
    "assign": (("assign", SHEET, "--to", "u3", "--opinion", "代办"),),
    "seal": (("seal", SHEET, "--content", "0"),),
    "sheet": (("sheet", SHEET), ("sheet", SHEET, "--why")),
    "todo": (("todo",), ("todo", "--list", "monitor")),
    "stuck": (("stuck",),),
    "directory": (("directory",), ("directory", "--load", "@people.toml")),
    "procedure": (("procedure",), ("procedure", "--use", "bureau"), ("procedure", "--drop")),
    "substitute": (
        ("substitute",),
        ("substitute", "u1", "u2", "--until", DAY.isoformat()),
        ("substitute", "--end", "1"),
    ),
    "acting": (
        ("acting",),
        ("acting", "u1", "legal_reviewer", "--until", DAY.isoformat(), "--basis", "某号文"),
        ("acting", "--end", "1"),
    ),
    "handover": (("handover", "u1", "u7", "--opinion", "调离"),),
    "report": (("report", "2024"), ("report", "2024", "--all"), ("report", "2024", "--cell", "new:total")),
    "freeze": (("freeze", "2024"), ("freeze", "2023", "--diff")),
    "calendar load": (("calendar", "load", "@calendar.toml"),),
    "law impact": (("law", "impact", "@law"),),
    "numbering": (("numbering",), ("numbering", "--load", "@numbering.toml"), ("numbering", "--next-case", "9")),
    "template export": (("template", "export", "@own"),),
    "template install": (("template", "install", "@law"),),
    "template preview": (("template", "preview", "reply"),),
    "template reset": (("template", "reset"),),
    "settings": (("settings",), ("settings", "--set", "red_days=4")),
    "agency": (("agency",), ("agency", "--set", "phone=0"), ("agency", "--all")),
    "agencies": (("agencies",),),
    "erase": (("erase", CASE), ("erase", CASE, "--yes"), ("erase", "--due")),
    "db check": (("db", "check"),),
    "tick": (("tick",), ("tick", "--health")),
    "relay": (
        ("relay", "--to", "@sent.jsonl"),
        ("relay", "--send"),
        ("relay", "--dead"),
        ("relay", "--replay-all"),
    ),
    "channels": (("channels",), ("channels", "@channels.toml"), ("channels", "--test")),
    "audit forget": (("audit", "forget", "oa"),),
    "audit reads": (("audit", "reads", CASE),),
    "audit verify": (("audit", "verify"),),
    "audit key": (("audit", "key", "@own.key"),),
    "audit anchor": (("audit", "anchor", "@anchor.json", "--key", "@office.key"),),
    "backup": (("backup", "@copy.db"),),
}
"""What is typed after the program's name, in every way in which a command reaches data; ``@`` is the test's folder."""
EXEMPT_COMMANDS = {
    "check": "reads the file that it is given",
    "calendar add": "counts days: the calendar holds nothing of any case",
    "calendar count": "the same",
    "calendar export": "the same",
    "fee": "reckons by the law's tariff",
    "law check": "reads the law's own files",
    "template check": "reads the folder that it is given",
    "template facts": "the product's own dictionary, with an invented case",
    "serve": "starts the HTTP interface: each of its operations asks, as listed below",
    "restore": "fills a database that holds nothing yet, from a copy that somebody has: there is nobody on record to ask",
    "db create": "makes the tables, before there is anybody on record",
    "db sql": "prints the statements that create the tables",
    "db upgrade": "tables of another version cannot be asked who may; it changes their shape and shows none of their rows",
}
"""Commands that ask nobody, each with its reason."""


_CASE, _SHEET = f"cases/{CASE}", "sheets/A-1~231"
_WITHDRAW = {"move": "withdraw", "data": {"reason": "不要了"}}
OPERATIONS: dict[str, tuple[Any, ...]] = {
    "findCases": ("GET", f"cases?query={CASE}"),
    "submitCase": ("POST", "cases", {"case": "B-1", "data": SUBMIT}),
    "showCase": ("GET", _CASE),
    "listCaseMoves": ("GET", f"{_CASE}/moves"),
    "makeMove": ("POST", f"{_CASE}/moves", _WITHDRAW),
    "explainPeriod": ("GET", f"{_CASE}/periods/reply"),
    "listDue": ("GET", "due"),
    "listTodo": ("GET", "todo?box=monitor"),
    "countTodo": ("GET", "todo/counters"),
    "listStuck": ("GET", "stuck"),
    "listAnnulled": ("GET", "annulled"),
    "proposeMove": ("POST", "sheets", {"case": CASE, "move": "extend", "data": {"days": 5, "reason": "多"}}),
    "showSheet": ("GET", _SHEET),
    "listSheetVerbs": ("GET", f"{_SHEET}/verbs"),
    "editSheet": ("POST", f"{_SHEET}/edit", {"data": {"delivery": "fax"}}),
    "doVerb": ("POST", f"{_SHEET}/urge", {}),
    "listDrafts": ("GET", f"{_CASE}/drafts"),
    "listPapers": ("GET", f"{_CASE}/papers"),
    "issuePaper": ("POST", f"{_CASE}/papers", {"kind": "registration", "carriers": ["text"]}),
    "printPaper": ("GET", f"{_CASE}/papers/1/text"),
    "voidPaper": ("POST", f"{_CASE}/papers/1/void", {"reason": "有误"}),
    "servePaper": ("POST", f"{_CASE}/papers/1/service", {"act": "signed"}),
    "takeBundle": ("GET", f"{_CASE}/bundle"),
    "listAttachments": ("GET", f"{_CASE}/attachments"),
    "fileAttachment": ("POST", f"{_CASE}/attachments", {"files": {"file": b"scan"}}),
    "takeAttachment": ("GET", f"{_CASE}/attachments/1"),
    "showReport": ("GET", "reports/2024"),
    "downloadReportDocx": ("GET", "reports/2024.docx"),
    "downloadReportXlsx": ("GET", "reports/2024.xlsx"),
    "downloadReportHtml": ("GET", "reports/2024.html"),
    "openCell": ("GET", "reports/2024/cells/new/total"),
    "freezeReport": ("POST", "reports/2024/freeze", {}),
    "showReportChanges": ("GET", "reports/2023/changes"),
}
"""A request for each operation of the HTTP interface: method, path, what is sent along."""
EXEMPT_OPERATIONS = {
    "describeApi": "the product's own declarations",
    "listMoves": "the same",
    "showMove": "the same",
    "listVerbs": "the same",
    "checkReport": "reads the file that it is given",
    "tellLive": "tells that the process answers",
    "tellReady": "tells whether the tables are there and on which day the sweep ran, to whoever watches over the service",
}
"""Operations that ask nobody, each with its reason; only the first and the last two are open without a login."""


def functions() -> list[str]:
    """The public functions of the floor, and the public methods of the class for hosts without a session."""
    found = [name for name in w.__all__ if inspect.isfunction(getattr(w, name))]
    return found + [f"Disclosure.{name}" for name in vars(Disclosure) if not name.startswith("_")]


def commands(found: click.Command = program, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command of the program, those of groups with the group's name before."""
    if not isinstance(found, click.Group):
        yield " ".join(path)
        return
    at = click.Context(found)
    for name in found.list_commands(at):
        inner = found.get_command(at, name)
        assert inner is not None
        yield from commands(inner, (*path, name))


def text_in(found: object) -> str:
    """All that an answer shows, unpacked."""
    if isinstance(found, bytes) and found.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(found)) as archive:
            return "".join(text_in(archive.read(name)) for name in archive.namelist())
    return found.decode("utf-8", "replace") if isinstance(found, bytes) else repr(found)


class Ask(NamedTuple):
    """What a door asked when it refused: the permissions of which one is enough, and whether it was about a case."""

    permissions: tuple[str, ...]
    of_case: bool


class Asked(logging.Handler):
    """Takes down what is asked of who is refused."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.found: list[Ask] = []

    def emit(self, record: logging.LogRecord) -> None:
        names = dict.fromkeys(permission_of(action) for action in vars(record)["asked"].split())
        self.found.append(Ask(tuple(names), vars(record)["touched"] == "OfCase"))

    def __enter__(self) -> "Asked":
        self.logger = logging.getLogger("disclosure.authority")
        self.before = self.logger.level
        self.logger.setLevel(logging.INFO)
        self.logger.addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        self.logger.removeHandler(self)
        self.logger.setLevel(self.before)
