"""People and a request that the tests of the workflow share."""

from disclosure.workflow import Actor

CLERK = Actor(user_id="u017", name="张三", department="办公室", posts=("科员",), roles=("staff",))
ADMIN = Actor(user_id="root", name="管理员", roles=("administrator",))
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
