from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.questionnaire.identity import Token, is_genuine, read_token, sign, write_token

TOKEN = Token("GA", "2014", "ALB", "3", "fr")
texts = st.text(max_size=8)
tokens = st.builds(Token, texts, texts, texts, texts, texts)


def test_a_signature_is_the_hmac_of_the_canonical_json():
    canonical = b'{"alliance":"GA","cycle":"2014","form_version":"3","language":"fr","member":"ALB"}'
    assert sign(TOKEN, b"secret") == hmac.new(b"secret", canonical, hashlib.sha256).hexdigest()


@pytest.mark.parametrize("field", ["alliance", "cycle", "member", "form_version", "language"])
def test_a_signature_covers_every_field(field: str):
    assert not is_genuine(replace(TOKEN, **{field: "other"}), sign(TOKEN, b"secret"), b"secret")


def test_a_signature_made_with_another_key_is_not_genuine():
    assert not is_genuine(TOKEN, sign(TOKEN, b"other"), b"secret")


def test_moving_a_sign_from_one_field_to_the_next_changes_the_signature():
    assert sign(Token("A", "BC", "", "", ""), b"k") != sign(Token("AB", "C", "", "", ""), b"k")


@pytest.mark.parametrize("signature", ["", "é", "\ud800", "0" * 64, "x" * 10_000])
def test_any_text_is_refused_as_a_signature_without_an_error(signature: str):
    assert not is_genuine(TOKEN, signature, b"secret")


@given(tokens)
def test_a_token_comes_back_as_it_was_written_and_is_genuine(token: Token):
    assert read_token(write_token(token)) == token
    assert is_genuine(token, sign(token, b"k"), b"k")


@given(tokens, tokens)
def test_different_tokens_have_different_signatures(first: Token, second: Token):
    assert (sign(first, b"k") == sign(second, b"k")) == (first == second)


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", "{", '{"alliance":"GA"}', write_token(TOKEN).replace('"3"', "3"), "[" * 100_000,
     write_token(TOKEN)[:-1] + ',"more":"x"}'],
)  # fmt: skip
def test_what_is_no_token_is_read_as_none(text: str):
    assert read_token(text) is None
