"""The document context: what each kind of paper takes from the case and the law of its time."""

import re
from datetime import date

import pytest
from notices import replied, submitted, written

from disclosure.notifications.customization.sample import sample_day, variants
from disclosure.notifications.documents.kinds import kinds
from disclosure.states.procedure.periods import Law


def test_a_case_of_2018_bears_the_law_of_its_time_whenever_it_is_printed():
    notice = written(submitted(date(2018, 3, 1)), kind="receipt")
    assert "15个工作日" in notice.text
    assert "2018年3月22日" in notice.text
    assert "2019年修订" not in notice.text
    reply = written(*replied("granted", date(2018, 3, 20), date(2018, 3, 1)), kind="reply")
    assert "2019年修订" not in reply.text
    assert "（2007年）第二十一条第一项" in reply.text


_FACTS = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|第[一二三四五六七八九十百]+条|\d+\.\d{2}(?=元)|\d+(?=个?(?:工作日|月|日)(?!\d))|〔.{2,4}〕\d+号"
)


@pytest.mark.parametrize("kind", [item.key for item in kinds()])
def test_every_date_article_amount_length_and_number_of_every_paper_comes_from_somewhere(kind):
    for name, found in variants(kind, sample_day(Law.standard()), Law.standard()):
        if name in ("awkward", "long"):
            continue
        notice = found.notice()
        traced = [trace.value for trace in notice.traces]
        rows = [cell for rows in notice.facts.values.get("documents", []) for cell in rows]
        for fact in set(_FACTS.findall(notice.text)):
            assert any(fact in value for value in (*traced, *rows)), (name, fact)
