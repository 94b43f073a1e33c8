"""What a drafter does: propose, change what is proposed, send it."""

from ..declaration import Verb, VerbData, VerbEntry
from ..sheet import ActingPerson, Sheet, Task, act, begin, finish_task, refuse


def _may_send(sheet: Sheet, acting: ActingPerson) -> None:
    if not sheet.can("send"):
        refuse(sheet, "send", "sheet_status", status=sheet.status)
    _is_drafter(sheet, acting, "send")


def _send(sheet: Sheet, acting: ActingPerson, data: VerbData) -> None:
    _may_send(sheet, acting)
    sent(sheet, acting, data.opinion)


def sent(sheet: Sheet, acting: ActingPerson, opinion: str, **noted: object) -> None:
    """The sheet goes on its way, by the steps that have been laid out; ``noted`` is what the act tells of them."""
    sheet.go("send", "send")
    act(sheet, acting, "send", None, opinion, **noted)
    for task in sheet.tasks:
        if task.kind == "revise" and task.state == "open":
            finish_task(task, acting, "send")
    begin(sheet, acting)


def may_edit(sheet: Sheet, acting: ActingPerson) -> None:
    """Whether the person may change what the sheet proposes.

    Raises:
        SheetRefused.
    """
    if not sheet.is_open:
        refuse(sheet, "edit", "sheet_status", status=sheet.status)
    _is_drafter(sheet, acting, "edit")


def _is_drafter(sheet: Sheet, acting: ActingPerson, verb: str) -> None:
    """Whether the person drafts the sheet, and still sees its case, which may have gone to another department."""
    if sheet.drafter != acting.actor.user_id:
        refuse(sheet, verb, "not_the_drafter")
    if not acting.sees(acting.actor, sheet):
        refuse(sheet, verb, "drafter_without_sight")


def edited(sheet: Sheet, acting: ActingPerson, opinion: str, voided: list[Task]) -> None:
    """After an edit, which has voided the approvals of the earlier text: a sheet under way begins again.

    The act notes the last amendment that the text may know of.
    """
    if acting.actor.user_id not in sheet.authors:
        sheet.authors.append(acting.actor.user_id)
    numbers = [task.no for task in voided]
    act(sheet, acting, "edit", None, opinion, voided=numbers, revision=sheet.revision, case_seq=sheet.amended)
    if sheet.status == "running":
        begin(sheet, acting)


propose = VerbEntry(
    name="propose",
    title="拟稿",
    rule="有拟稿权限，这一步今天可以办理，并且本案没有正在审批的同一事项",
    order=10,
    description="把一步办理连同内容和通知书稿送交审批",
)
edit = VerbEntry(
    name="edit",
    title="修改",
    rule="只有拟稿人可以修改尚未办结的审批单；修改以后，此前的同意一律失效，从头审批",
    order=20,
    description="改审批单的内容，此前的同意一律失效",
)
send = Verb(
    name="send",
    title="送审",
    rule="草稿、被退回或者撤回的审批单，由拟稿人送审；环节按送审时施行的审批程序和在岗人员排定，与先前不同的，此前的同意一律失效",
    order=30,
    data=VerbData,
    check=_may_send,
    do=_send,
)
