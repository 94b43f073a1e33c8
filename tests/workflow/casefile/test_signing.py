"""The office's signature: Ed25519 as RFC 8032 has it, and a key that lies in a file of its owner."""

import pytest
from office import ADMIN, CLERK

from disclosure.states.errors import NotPermitted, SetupError
from disclosure.workflow import Context
from disclosure.workflow.casefile.signing import (
    as_signature,
    known_keys,
    new_key,
    note_key,
    public_half,
    read_key,
    sign,
)
from disclosure.workflow.casefile.verifier import ORDER, is_signed

RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC_8032)
def test_signatures_are_those_of_the_standard(secret, public, message, signature):
    key, content = bytes.fromhex(secret), bytes.fromhex(message)
    assert public_half(key) == public
    assert sign(key, content) == signature
    assert is_signed(public, signature, content)


def test_another_text_another_key_and_another_signature_do_not_hold():
    _, public, _, signature = RFC_8032[1]
    other = RFC_8032[2][1]
    assert not is_signed(public, signature, b"other")
    assert not is_signed(other, signature, bytes.fromhex("72"))
    for changed in (signature[:-2] + "01", "00" + signature[2:], signature[:64], "zz" * 64, ""):
        assert not is_signed(public, changed, bytes.fromhex("72"))
    rest = int.from_bytes(bytes.fromhex(signature)[32:], "little") + ORDER  # the same number, written longer
    assert not is_signed(public, signature[:64] + rest.to_bytes(32, "little").hex(), bytes.fromhex("72"))


def test_a_key_is_read_from_its_file_and_nothing_else_is_taken_for_one(tmp_path):
    path = tmp_path / "key"
    text = new_key()
    path.write_text(text, "utf-8")
    assert read_key(path).hex() == text.split()[1]
    assert new_key() != text
    for other in ("", "disclosure-key-1 zz", text.upper(), text.split()[1]):
        path.write_text(other, "utf-8")
        with pytest.raises(SetupError) as refused:
            read_key(path)
        assert refused.value.code == "no_key"


def test_the_public_half_goes_on_record_once_by_who_may(sessions):
    key = bytes(32)
    with sessions() as session, session.begin():
        first = note_key(Context(session, ADMIN), key)
        assert note_key(Context(session, ADMIN), key) == first
        assert known_keys(session.connection()) == {first: public_half(key)}
        with pytest.raises(NotPermitted):
            note_key(Context(session, CLERK), bytes(31) + b"1")


def test_the_same_bytes_have_the_same_signature():
    assert as_signature(bytes(32), b"x") == as_signature(bytes(32), b"x")
