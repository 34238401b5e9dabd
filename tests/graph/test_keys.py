"""Keys of identifiers: what they are made of, and that a copy of the keyring makes the same."""

import hmac
import pickle

import pytest

from graph.keys import KEY_BYTES, Keyring

SECRETS = [b"k", bytes(range(32)), b"s" * 64, b"longer than a block of SHA-256 " * 4]


@pytest.mark.parametrize("secret", SECRETS, ids=len)
def test_a_key_is_the_hmac_of_namespace_scope_and_token(secret: bytes):
    whole = hmac.digest(secret, "openid\0wxShop\0o-张".encode(), "sha256")
    assert Keyring(secret).of("openid", "wxShop", "o-张") == whole[:KEY_BYTES]


def test_one_function_makes_the_keys_of_many_tokens():
    keyring = Keyring(SECRETS[1])
    make = keyring.maker("phone", "")
    assert [make(token) for token in "abca"] == [keyring.of("phone", "", token) for token in "abca"]


def test_a_keyring_in_another_process_makes_the_same_keys():
    keyring = Keyring(SECRETS[1])
    assert pickle.loads(pickle.dumps(keyring)).of("crm", "", "c1") == keyring.of("crm", "", "c1")
