"""What a move's data say to people: titles of fields, labels of choices, everything that is given."""

from disclosure.notifications.messages.move_data import told_data

REPLY = {
    "answer": "O03",
    "delivery": "post",
    "items": [{"part": "甲部分", "answer": "O02"}, {"part": "乙部分", "answer": "O09"}],
    "search": {"systems": ["档案系统", "公文系统"], "on": "2024-03-01"},
    "unheard": True,
}


def test_each_field_is_told_by_its_title_and_each_choice_by_its_label_and_code():
    told = dict(told_data("reply", REPLY))
    assert told["答复种类"] == "区分处理，部分公开（O03）"
    assert told["送达方式"] == "邮寄（post）"
    assert told["其他内容（unheard）"] == "是"
    assert dict(told_data("extend", {"days": 20})) == {"延长的工作日数": "20"}


def test_nothing_that_lies_inside_a_field_is_left_out():
    told = told_data("reply", REPLY)
    parts = [(title, value) for title, value in told if title[0] in "12"]
    assert [value for _, value in parts] == [
        "甲部分",
        "可以公开，予以提供（O02）",
        "乙部分",
        "属于过程性信息，不予公开（O09）",
    ]
    assert all("分项答复" in title for title, _ in parts)
    assert ("检索记录·检索日期", "2024-03-01") in told
    assert [value for title, value in told if title.startswith("检索记录") and "系统" in value] == [
        "档案系统、公文系统"
    ]


def test_an_amendment_tells_the_step_and_the_data_that_it_is_to_have():
    told = told_data("amend", {"seq": 3, "data": {"days": 1, "reason": None}, "reason": "写错"}, "extend")
    assert told[0].value == "第 3 步（延长答复期限）"
    assert ("改后的延长的工作日数", "1") in told
    assert ("改后的理由", "（删去）") in told
    assert told[-1] == ("理由", "写错")
