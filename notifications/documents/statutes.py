"""Whether a text names a law or an administrative regulation with its article, and no other rule in their place.

Law: 条例 arts. 14, 36 item 7; 行政法规制定程序条例 art. 5: of rules below the law only those of the State Council, and
local regulations, may be called 条例.
"""

import re

_CITED = re.compile(r"(国务院)?《([^《》]{1,80})》[^《》，。；;,]{0,20}?第[一二三四五六七八九十百千零〇\d]+条")
_OWN = re.compile("^(?:条例|(?:中华人民共和国)?政府信息公开条例)")
_EDITION = re.compile("[（(][^（）()]*[）)]$")
_LAW = re.compile("(?:法典|(?<!办)法)$|^全国人民代表大会.*(?:决定|决议|解释)$")
_REGULATION = re.compile("条例$|^中华人民共和国.+(?:规定|办法|细则)$|^国务院.+(?:规定|办法|决定)$")
_LOCAL = re.compile(
    "^(?!国务院|中华人民共和国|全国)(?:.{1,8}?(?:省|自治区|自治州|自治县|自治旗|特别行政区|经济特区)|.{2,6}?市(?!场)|某市)"
)


def names_statute(text: str) -> bool:
    """Whether a text names a law or an administrative regulation with its article.

    Local rules, rules of ministries and the Regulations on disclosure themselves are none. What is called 规定 or 办法
    is one where the text says that the State Council has made it.
    """
    return any(_is_statute(found[2], made_by=found[1] or "") for found in _CITED.finditer(text))


def _is_statute(title: str, *, made_by: str) -> bool:
    name = _EDITION.sub("", title.strip())
    if _OWN.search(name):
        return False
    if _LAW.search(name):
        return True
    return bool(made_by) or (bool(_REGULATION.search(name)) and not _LOCAL.search(name))
