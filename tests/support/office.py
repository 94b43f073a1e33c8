"""People and a request that the tests of the workflow share."""

from disclosure.workflow import Actor, Operator, SystemClock

CLERK = Actor(user_id="u017", name="张三", department="办公室", posts=("科员",), roles=("staff",))
HEAD = CLERK.model_copy(update={"roles": ("disclosure_head",)})
"""The same person as head of the disclosure office, who may set right what lies behind a missed day."""
ADMIN = Actor(user_id="root", name="管理员", roles=("administrator",))
SCHEDULER = Actor(user_id="scheduler", name="定时任务", roles=("operator",))
SUBMIT = {
    "channel": "in_person",
    "applicant": {
        "kind": "natural_person",
        "name": "欧阳小明",
        "id_number": "110101199003078888",
        "phone": "13800138000",
    },
    "information": "滨河路改造规划批复",
}


def operator(sessions, clock=None):
    """Who runs the sweep and delivery: the account of the host's scheduler."""
    return Operator(sessions, SCHEDULER, clock or SystemClock())
