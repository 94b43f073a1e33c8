"""Names in addresses: what gateways swallow is written with ``~``, and both ways are read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.workflow.web.names import keep_slashes, read, written

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("2024-017", "2024-017"),
        ("2024/017", "2024~2F017"),
        ("2024-017#1", "2024-017~231"),
        ("a~2Fb", "a~7E2Fb"),
        ("..", "~2E~2E"),
        ("v1.2", "v1.2"),
        ("〔2024〕1号", "〔2024〕1号"),
        ("a b?c%", "a~20b~3Fc~25"),
    ],
)
def test_a_name_is_written_so_that_no_gateway_swallows_it(name, address):
    assert written(name) == address
    assert read(address) == name


@given(TEXTS)
def test_every_name_comes_back(name):
    assert read(written(name)) == name
    assert not set(written(name)) & set("/#?% ;\\")


def test_a_name_that_was_not_written_here_is_read_as_it_stands():
    assert read("2024~x~8") == "2024~x~8"


@pytest.mark.parametrize(
    ("raw", "path", "kept"),
    [
        ("/foi/api/v1/cases/2024%2F017", "/api/v1/cases/2024/017", "/api/v1/cases/2024~2F017"),
        ("/cases/2024%2f017?x=%2F", "/cases/2024/017", "/cases/2024~2F017"),
        ("http://host/cases/a%2Fb%20c", "/cases/a/b c", "/cases/a~2Fb c"),
        ("/cases/a/b", "/cases/a/b", "/cases/a/b"),
        ("/other%2Fplace", "/cases/a/b", "/cases/a/b"),
        ("/a%2Fb", "", ""),
    ],
)
def test_an_encoded_slash_stays_one_where_the_server_tells_the_address_as_it_came(raw, path, kept):
    for name in ("REQUEST_URI", "RAW_URI"):
        environ = {name: raw, "PATH_INFO": path}
        keep_slashes(environ)
        assert environ["PATH_INFO"] == kept
