"""What leaves a sheet where it is: it is read, an opinion is kept for later, those who are late are urged."""

from datetime import datetime, timedelta

from ..declaration import Plain, Verb, WithOpinion
from ..sheet import Hand, Sheet, Task, Urge, act, own_task, refuse, settle
from ..signers import takes_part


def _may_read(sheet: Sheet, hand: Hand) -> None:
    if not hand.tasks(sheet, "approve", "advise", "revise", "seal", "read", "watch"):
        refuse(sheet, "read", "no_task")


def _read(sheet: Sheet, hand: Hand, data: Plain) -> None:
    _may_read(sheet, hand)
    fresh = False
    for task in hand.tasks(sheet, "approve", "advise", "revise", "seal", "read", "watch"):
        fresh = fresh or task.opened_at is None or task.box == "toread"
        task.opened_at = task.opened_at or hand.at
        if task.box == "toread":
            settle(task, hand, "read")
    if fresh:
        act(sheet, hand, "read", None, data.opinion)


def _may_save(sheet: Sheet, hand: Hand) -> Task:
    return own_task(sheet, hand, "save", "approve", "advise")


def _save(sheet: Sheet, hand: Hand, data: WithOpinion) -> None:
    task = _may_save(sheet, hand)
    task.saved = data.opinion
    task.opened_at = task.opened_at or hand.at


def _may_urge(sheet: Sheet, hand: Hand) -> None:
    if sheet.status != "running":
        refuse(sheet, "urge", "sheet_status", status=sheet.status)
    watches = hand.may(hand.actor, "administer") or hand.may(hand.actor, "see_all")
    if not takes_part(sheet, hand) and not watches:
        refuse(sheet, "urge", "not_taking_part")
    if sheet.urged_at is not None:
        last = sheet.urged_at
        again = datetime.fromisoformat(last) + timedelta(hours=hand.office.procedure.urge_hours)
        if datetime.fromisoformat(hand.at) < again:
            refuse(sheet, "urge", "urged_recently", when=last, again=again.isoformat(timespec="milliseconds"))


def _urge(sheet: Sheet, hand: Hand, data: Plain) -> None:
    _may_urge(sheet, hand)
    waiting = [task for task in sheet.tasks if task.state == "open" and task.box == "todo"]
    for task in waiting:
        sheet.urges.append(Urge(task.no, task.user_id, hand.actor.user_id, hand.at))
    sheet.urged_at = hand.at
    act(sheet, hand, "urge", None, data.opinion, to=[task.user_id for task in waiting])


read = Verb(
    name="read",
    title="阅",
    rule="审批单在自己的待办或者待阅里",
    order=40,
    data=Plain,
    check=_may_read,
    do=_read,
)
save = Verb(
    name="save",
    title="暂存",
    rule="审批单在自己的待办里；暂存的意见只有自己看得到，不算签字",
    order=50,
    data=WithOpinion,
    check=_may_save,
    do=_save,
)
urge = Verb(
    name="urge",
    title="催办",
    rule="审批正在进行，由拟稿人、办理过的人或者有监控权限的人催办，两次催办之间须间隔规定的小时数",
    order=140,
    data=Plain,
    check=_may_urge,
    do=_urge,
)
