"""Correcting what was recorded wrongly: the record stays, and the case is put together anew."""

from typing import Annotated

from ..declaration import Move, ProcedureStep
from ..fields import Count, DataOf, Label, MoveData, Text

STEP = ProcedureStep("更正登记", 120)


class Amend(MoveData):
    """Replaces an earlier move of the case: ``data`` replaces single fields of the earlier data, null removes one."""

    seq: Annotated[Count, Label("步骤序号", "public", "要更正的步骤在案件里的序号")]
    reason: Annotated[Text, Label("理由", "personal", "为什么更正")]
    at: Annotated[str | None, Label("日期", "public", "更正后的日期")] = None
    data: Annotated[
        dict[str, object] | None,
        DataOf("seq"),
        Label("动作内容", "office", "更正后的内容，字段与所更正的步骤相同；没有写的字段照旧，写成空值的字段去掉"),
    ] = None


amend = Move(
    name="amend",
    title="更正登记",
    description="更正先前登记的一步；原来的记录保留，案件按更正后的经过重新推算。",
    article="record_amended",
    data=Amend,
    amends=True,
)
