"""An example for hosts: the JSON bodies in which office products take an entry of somebody's to-do list.

Copy what you need into the sink that you hand to ``TodoSender``. Only bodies are built here: addresses, tokens and
whatever belongs to a connection are the sink's. Each shape is the one that its maker documents:

- ``weaver``: 泛微 e-cology, 统一待办中心接口说明, 接收异构系统流程 (``receiveRequestInfoByJson``)
- ``seeyon``: 致远 A8, 第三方待办集成, 单条待办 (``thirdpartyPending/receive`` and ``updatePendingState``)
- ``dingtalk``: 钉钉开放平台, 待办任务 1.0, 创建钉钉待办任务 and 更新钉钉待办任务
- ``feishu``: 飞书开放平台, 任务 v2, 创建任务
- ``wecom``: 企业微信开发者中心, 发送应用消息, 模板卡片消息 (文本通知型)
- ``generic``: a plain one, for everything else

Titles are cut where a product takes no longer ones; nothing else is ever shortened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from disclosure.states.errors import BadData
from disclosure.workflow.approvals.items import Status, TodoItem

DINGTALK_SUBJECT = 1024
FEISHU_SUMMARY = 3000
WECOM_TITLE = 36
WEAVER_REQUESTNAME = 200
"""The product documents no limit; this one is cautious."""
SEEYON_TITLE = 200
"""Likewise."""

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_EPOCH = datetime.fromtimestamp(0, UTC)
_LAST_SECOND = time(23, 59, 59)

_WEAVER_ISREMARK: Mapping[Status, str] = {"todo": "0", "done": "2", "closed": "4", "cc": "8"}
_SEEYON_SUBSTATE: Mapping[Status, str] = {"done": "0", "closed": "2"}
_DINGTALK_LOW, _DINGTALK_NORMAL = 10, 20
_WECOM_STATUS: Mapping[Status, str] = {"todo": "待办", "done": "已办", "closed": "已办结", "cc": "待阅"}
_WECOM_OPENS_ADDRESS = 1

Body = dict[str, Any]


@dataclass(frozen=True)
class Office:
    """How the office's own systems know this one and its people.

    ``user_ids`` gives for each person's id here the one that the product uses (for DingTalk the unionId).
    """

    system_code: str
    system_name: str
    user_ids: Mapping[str, str]


Builder = Callable[[TodoItem, Office], Body]


def weaver(item: TodoItem, office: Office) -> Body:
    """The entry for 泛微 e-cology; ``receivets`` grows with ``rev``, so that a late message changes nothing.

    Raises:
        BadData: the receiver or the sender has no id there.
    """
    people = _people(item, office, "receiver", "sender")
    created = _instant(item.created_at)
    seen = item.read or item.status in ("done", "closed")
    return {
        "syscode": office.system_code,
        "flowid": item.id,
        "requestname": _cut(item.title, WEAVER_REQUESTNAME),
        "workflowname": item.kind,
        "nodename": item.step,
        "pcurl": item.pc_url,
        "appurl": item.mobile_url,
        "isremark": _WEAVER_ISREMARK[item.status],
        "viewtype": "1" if seen else "0",
        "creator": people["sender"],
        "createdatetime": _local(created, "%Y-%m-%d %H:%M:%S"),
        "receiver": people["receiver"],
        "receivedatetime": _local(created, "%Y-%m-%d %H:%M:%S"),
        "receivets": str(_milliseconds(created) + item.rev),
    }


def seeyon(item: TodoItem, office: Office) -> Body:
    """The entry for 致远 A8; ``subState`` stands only where the entry is settled.

    Raises:
        BadData: the receiver or the sender has no id there.
    """
    people = _people(item, office, "receiver", "sender")
    body = {
        "registerCode": office.system_code,
        "taskId": item.id,
        "title": _cut(item.title, SEEYON_TITLE),
        "senderName": item.sender_name,
        "classify": item.kind,
        "contentType": item.step,
        "thirdSenderId": people["sender"],
        "thirdReceiverId": people["receiver"],
        "creationDate": _local(_instant(item.created_at), "%Y-%m-%d %H:%M"),
        "state": "1" if _settled(item) else "0",
        "url": item.pc_url,
        "h5url": item.mobile_url,
    }
    if _settled(item):
        body["subState"] = _SEEYON_SUBSTATE.get(item.status, "0")
    return body


def dingtalk(item: TodoItem, office: Office) -> Body:
    """The entry for 钉钉, for creating a task and for changing it: ``done`` counts in the change only.

    Raises:
        BadData: the receiver or the sender has no unionId there.
    """
    people = _people(item, office, "receiver", "sender")
    body: Body = {
        "sourceId": item.id,
        "subject": _cut(item.title, DINGTALK_SUBJECT),
        "creatorId": people["sender"],
        "executorIds": [people["receiver"]],
        "isOnlyShowExecutor": True,
        "priority": _DINGTALK_LOW if item.status == "cc" else _DINGTALK_NORMAL,
        "done": _settled(item),
    }
    if item.due_on is not None:
        body["dueTime"] = _end_of(item.due_on)
    addresses = {"pcUrl": item.pc_url, "appUrl": item.mobile_url}
    if any(addresses.values()):
        body["detailUrl"] = {name: address for name, address in addresses.items() if address}
    return body


def feishu(item: TodoItem, office: Office) -> Body:
    """The entry for 飞书; ``client_token`` never changes, so that the same entry makes one task only.

    Raises:
        BadData: the receiver has no id there.
    """
    people = _people(item, office, "receiver")
    role = "follower" if item.status == "cc" else "assignee"
    origin: Body = {"platform_i18n_name": {"zh_cn": office.system_name}}
    if address := item.pc_url or item.mobile_url:
        origin["href"] = {"url": address, "title": item.case}
    body: Body = {
        "summary": _cut(item.title, FEISHU_SUMMARY),
        "members": [{"id": people["receiver"], "type": "user", "role": role}],
        "origin": origin,
        "client_token": _token(item, office),
        "completed_at": str(_milliseconds(_instant(item.changed_at))) if _settled(item) else "0",
    }
    if item.due_on is not None:
        body["due"] = {"timestamp": str(_end_of(item.due_on)), "is_all_day": True}
    return body


def wecom(item: TodoItem, office: Office) -> Body:
    """The entry as a card for 企业微信; the sink adds its own ``agentid``.

    Each ``rev`` is a card of its own, because the product takes a ``task_id`` only once.

    Raises:
        BadData: the receiver has no id there, or the entry no address: the card has to lead somewhere.
    """
    address = item.mobile_url or item.pc_url
    missing = [] if address else [{"field": "mobile_url", "problem": "missing"}]
    people = _people(item, office, "receiver", faults=missing)
    rows = {
        "案件编号": item.case,
        "类别": item.kind,
        "环节": item.step,
        "送交人": item.sender_name,
        "最后一日": item.due_on.isoformat() if item.due_on else "",
        "状态": _WECOM_STATUS[item.status],
    }
    card = {
        "card_type": "text_notice",
        "source": {"desc": office.system_name},
        "main_title": {"title": _cut(item.title, WECOM_TITLE)},
        "horizontal_content_list": [{"keyname": name, "value": text} for name, text in rows.items() if text],
        "card_action": {"type": _WECOM_OPENS_ADDRESS, "url": address},
        "task_id": f"{_token(item, office)}@{item.rev}",
    }
    return {"touser": people["receiver"], "msgtype": "template_card", "template_card": card}


def generic(item: TodoItem, office: Office) -> Body:
    """The entry as it is, with the office's ids of people and the code and name of this system.

    Raises:
        BadData: the receiver or the sender has no id there.
    """
    people = _people(item, office, "receiver", "sender")
    fields = item.model_dump(mode="json", include=set(TodoItem.model_fields))
    return {"system_code": office.system_code, "system_name": office.system_name, **fields, **people}


BUILDERS: Mapping[str, Builder] = {
    "weaver": weaver,
    "seeyon": seeyon,
    "dingtalk": dingtalk,
    "feishu": feishu,
    "wecom": wecom,
    "generic": generic,
}
"""Each product's builder under the product's name."""


def _people(item: TodoItem, office: Office, *fields: str, faults: list[dict[str, Any]] | None = None) -> dict[str, str]:
    """The office's ids of the people in these fields; ``faults`` found before are reported along with its own."""
    ids: dict[str, str] = {field: getattr(item, field) for field in fields}
    found = list(faults or ()) + [
        {"field": field, "problem": "unknown_person", "value": person}
        for field, person in ids.items()
        if not office.user_ids.get(person)
    ]
    if found:
        raise BadData(*found)
    return {field: office.user_ids[person] for field, person in ids.items()}


def _settled(item: TodoItem) -> bool:
    """Whether nothing is left to do: an entry to be read only is settled by reading it."""
    return item.status in ("done", "closed") or (item.status == "cc" and item.read)


def _cut(title: str, limit: int) -> str:
    return title if len(title) <= limit else title[: limit - 1] + "…"


def _token(item: TodoItem, office: Office) -> str:
    """An id of the entry in letters, digits and hyphens alone, whatever its own looks like."""
    return str(uuid5(NAMESPACE_URL, f"{office.system_code}/{item.id}"))


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _local(moment: datetime, form: str) -> str:
    return moment.astimezone(_SHANGHAI).strftime(form)


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _end_of(day: date) -> int:
    """The day's last second in China, in milliseconds."""
    return _milliseconds(datetime.combine(day, _LAST_SECOND, _SHANGHAI))
