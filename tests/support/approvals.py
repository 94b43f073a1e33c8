"""An office with approvals for tests: people, templates, a request that waits for its reply."""

from contextlib import contextmanager
from datetime import date

from office import ADMIN, SUBMIT

from disclosure.workflow import (
    Actor,
    Change,
    Context,
    FixedClock,
    Proposal,
    edit,
    move,
    propose,
    set_directory,
    set_procedure,
    set_profile,
    sign,
)
from disclosure.workflow.approvals.commands import acting_person
from disclosure.workflow.approvals.store import load_sheet

ROLES = {
    "u1": ("张三", "办公室", ("staff",), "u2"),
    "u2": ("李四", "办公室", ("disclosure_head",), "u3"),
    "u3": ("王五", "局领导", ("leader",), None),
    "u4": ("赵六", "法制科", ("legal_reviewer",), "u3"),
    "u5": ("钱七", "法制科", ("legal_reviewer",), "u3"),
    "u6": ("孙八", "保密室", ("confidentiality_reviewer",), "u3"),
    "u7": ("周九", "业务科", ("staff", "department_head"), "u3"),
    "u8": ("吴十", "办公室", ("seal_keeper",), "u2"),
    "root": ("郑管", "信息中心", ("administrator",), None),
}


def directory_text(people=ROLES, left=()) -> str:
    """The people of the office as TOML; who has left is still written down."""
    parts = []
    for user, (name, department, roles, superior) in people.items():
        parts.append(f'[[person]]\nid = "{user}"\nname = "{name}"\ndepartment = "{department}"')
        parts.append("roles = [" + ", ".join(f'"{role}"' for role in roles) + "]")
        if superior is not None:
            parts.append(f'superior = "{superior}"')
        if user in left:
            parts.append("left_on = 2020-01-01")
    return "\n".join(parts) + "\n"


def person(user, people=ROLES) -> Actor:
    """One of them, as the host knows the person."""
    name, department, roles, _ = people[user]
    return Actor(user_id=user, name=name, department=department, roles=roles)


def steps(*rows: str) -> str:
    """Steps in short: ``key role mode share``; a role in brackets is left out where nobody holds it."""
    parts = []
    for row in rows:
        key, role, mode, share = row.split()
        held = role.startswith("[")
        parts.append(
            f'[[route.step]]\nkey = "{key}"\ntitle = "{key}环节"\nrole = "{role.strip("[]")}"\nmode = "{mode}"\nshare = {share}'
            + ("\nwhere_held = true" if held else "")
        )
    return "\n".join(parts)


EXTENSION = '[[route]]\nmoves = ["extend"]\n' + steps("head disclosure_head any 10")
REVIEWS = ("legal legal_reviewer any 10", "secrecy confidentiality_reviewer any 10")


def procedure_text(
    *rows: str, moves='["reply", "discontinue", "consult", "charge", "request_correction"]', more="", seal=""
) -> str:
    """A procedure whose replies go through these steps, refusals through the reviewers before them."""
    refusal = '[[route]]\nmoves = ["reply"]\nmatter = "refusal"\n' + steps(*REVIEWS, *rows)
    sealed = f'seal = "{seal}"\n' if seal else ""
    other = f"[[route]]\nmoves = {moves}\n{sealed}" + steps(*rows)
    return "\n".join(('title = "试验"', "urge_hours = 24", more, EXTENSION, refusal, other))


class Office:
    """A database with people, a procedure and a case that has been accepted."""

    def __init__(self, sessions, on=date(2024, 3, 5), agency="default", text=None, people=ROLES) -> None:
        self.sessions, self.agency, self.people = sessions, agency, people
        self.clock = FixedClock(on)
        self.shared = {"agency": agency, "clock": self.clock}
        with sessions() as session, session.begin():
            if agency != "default":
                set_profile(Context(session, ADMIN, **self.shared), {"name": self.shared["agency"]})
            set_directory(Context(session, ADMIN, **self.shared), directory_text(people))
            set_procedure(
                Context(session, ADMIN, **self.shared),
                text or procedure_text("head disclosure_head any 10", "leader leader any 20"),
            )

    def accept(self, case="A-1", on=date(2024, 3, 1), by="u1", **submit):
        """A request that has been received and accepted."""
        for name, data in (("submit", SUBMIT | submit), ("accept", {})):
            self.make(by, case, name, data, on)
        return self

    def make(self, by, case, name, data=None, on=None):
        """One move, committed."""
        with self.sessions() as session, session.begin():
            return move(Context(session, person(by, self.people), **self.shared), case, name, data or {}, at=on)

    def propose(self, by="u1", case="A-1", name="reply", data=None, **more):
        """A proposal, committed."""
        body = data or {"answer": "O02", "delivery": "post"}
        with self.sessions() as session, session.begin():
            return propose(
                Context(session, person(by, self.people), **self.shared),
                case,
                Proposal(move=name, data=body, **{key: more.pop(key) for key in ("draft", "send") if key in more}),
                **more,
            )

    def edit(self, by, sheet, data, **more):
        """Another content, committed."""
        with self.sessions() as session, session.begin():
            return edit(
                Context(session, person(by, self.people), **self.shared),
                sheet,
                Change(data=data, **{key: more.pop(key) for key in ("draft", "opinion") if key in more}),
                **more,
            )

    def do(self, by, verb, sheet="A-1", expected_version=None, idempotency_key=None, **data):
        """One verb, committed."""
        with self.sessions() as session, session.begin():
            return sign(
                Context(session, person(by, self.people), **self.shared),
                sheet,
                verb,
                data,
                expected_version=expected_version,
                idempotency_key=idempotency_key,
            )

    def ask(self, question, by, *rest, **more):
        """A reading question as one of the people."""
        with self.sessions() as session:
            return question(Context(session, person(by, self.people), **self.shared), *rest, **more)

    @contextmanager
    def at_hand(self, by, sheet="A-1"):
        """A sheet as it is stored, and one of the people who is about to act on it; nothing is written."""
        with self.sessions() as session:
            context = Context(session, person(by, self.people), **self.shared)
            kept = load_sheet(context.connection, self.agency, sheet)
            yield kept.sheet, acting_person(context, kept.sheet.config_id, kept.latest)
