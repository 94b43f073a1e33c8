"""Verbs that leave a sheet where it is: mark as read, save an opinion, urge late signers."""

from datetime import datetime, timedelta

from ..declaration import Verb, VerbData, WithOpinion
from ..sheet import ActingPerson, Sheet, Task, Urge, act, finish_task, own_task, refuse, takes_part


def _may_read(sheet: Sheet, acting: ActingPerson) -> None:
    if not acting.tasks(sheet, "approve", "advise", "revise", "seal", "read", "watch"):
        refuse(sheet, "read", "no_task")


def _read(sheet: Sheet, acting: ActingPerson, data: VerbData) -> None:
    _may_read(sheet, acting)
    fresh = False
    for task in acting.tasks(sheet, "approve", "advise", "revise", "seal", "read", "watch"):
        fresh = fresh or task.opened_at is None or task.box == "toread"
        task.opened_at = task.opened_at or acting.at
        if task.box == "toread":
            finish_task(task, acting, "read")
    if fresh:
        act(sheet, acting, "read", None, data.opinion)


def _may_save(sheet: Sheet, acting: ActingPerson) -> Task:
    return own_task(sheet, acting, "save", "approve", "advise")


def _save(sheet: Sheet, acting: ActingPerson, data: WithOpinion) -> None:
    task = _may_save(sheet, acting)
    task.saved = data.opinion
    task.opened_at = task.opened_at or acting.at


def _may_urge(sheet: Sheet, acting: ActingPerson) -> None:
    if sheet.status != "running":
        refuse(sheet, "urge", "sheet_status", status=sheet.status)
    watches = acting.may(acting.actor, "administer") or acting.may(acting.actor, "see_all")
    if not takes_part(sheet, acting) and not watches:
        refuse(sheet, "urge", "not_taking_part")
    if sheet.urged_at is not None:
        last = sheet.urged_at
        again = datetime.fromisoformat(last) + timedelta(hours=acting.office.procedure.urge_hours)
        if datetime.fromisoformat(acting.at) < again:
            refuse(sheet, "urge", "urged_recently", when=last, again=again.isoformat(timespec="milliseconds"))


def _urge(sheet: Sheet, acting: ActingPerson, data: VerbData) -> None:
    _may_urge(sheet, acting)
    waiting = [task for task in sheet.tasks if task.state == "open" and task.box == "todo"]
    for task in waiting:
        sheet.urges.append(Urge(task.no, task.user_id, acting.actor.user_id, acting.at))
    sheet.urged_at = acting.at
    act(sheet, acting, "urge", None, data.opinion, to=[task.user_id for task in waiting])


read = Verb(
    name="read",
    title="阅",
    rule="审批单在自己的待办或者待阅里",
    order=40,
    data=VerbData,
    check=_may_read,
    do=_read,
    description="标记已经看过",
)
save = Verb(
    name="save",
    title="暂存",
    rule="审批单在自己的待办里；暂存的意见只有自己看得到，不算签字",
    order=50,
    data=WithOpinion,
    check=_may_save,
    do=_save,
    description="意见先存着，还不办理",
)
urge = Verb(
    name="urge",
    title="催办",
    rule="审批正在进行，由拟稿人、办理过的人或者有监控权限的人催办，两次催办之间须间隔规定的小时数",
    order=140,
    data=VerbData,
    check=_may_urge,
    do=_urge,
    for_others=True,
)
