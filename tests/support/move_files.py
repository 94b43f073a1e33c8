"""The faults with which a package of moves is refused."""

import pytest

from disclosure.states.errors import BadData
from disclosure.states.procedure.catalogue import load


def faults(folder) -> list[tuple[str, str, str]]:
    with pytest.raises(BadData) as refused:
        load(folder.package)
    return [(item["file"], item["name"], item["problem"]) for item in refused.value.faults]
