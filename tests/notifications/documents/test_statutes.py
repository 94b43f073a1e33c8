"""Laws and administrative regulations, told apart from what may stand in their place."""

import pytest

from disclosure.notifications.documents.statutes import names_statute


@pytest.mark.parametrize(
    "text",
    [
        "依照《统计法》第九条，不得公开",
        "依照《中华人民共和国统计法》（2024年修正）第二十五条第一款",
        "《民法典》第一千零三十四条",
        "《不动产登记暂行条例》第二十七条",
        "《城市房地产开发经营管理条例》第三条",
        "《市场主体登记管理条例》第十条",
        "《上市公司监督管理条例》第十条",
        "《自然保护区条例》第十条",
        "国务院《互联网信息服务管理办法》第十五条",
        "《中华人民共和国外汇管理条例》第33条",
        "《全国人民代表大会常务委员会关于加强网络信息保护的决定》第一条",
        "《某省档案管理办法》第三条和《档案法》第二十八条",
    ],
)
def test_a_law_or_an_administrative_regulation_is_named_with_its_article(text):
    assert names_statute(text)


@pytest.mark.parametrize(
    "text",
    [
        "法律禁止公开",
        "依照统计的法律第九条",
        "依照《统计法》不得公开",
        "依照《统计法》，见办法第九条",
        "依照《某省档案管理办法》第三条",
        "依照《某省档案管理条例》第三条",
        "依照《湖城市供水条例》第五条",
        "依照《某某自治州水资源条例》第五条",
        "依照《经济普查资料管理办法》第九条",
        "依照《条例》第十四条",
        "依照《政府信息公开条例》第十四条",
        "依照《中华人民共和国政府信息公开条例》（2019年修订）第十四条",
    ],
)
def test_no_local_rule_no_rule_of_a_ministry_and_not_the_regulations_themselves(text):
    assert not names_statute(text)
