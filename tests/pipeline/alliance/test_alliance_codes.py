"""Codes of countries, languages, time zones, addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.alliance.codes import is_address, is_language, is_time_zone, territory, territory_name


@pytest.mark.parametrize(
    ("code", "short"),
    [("ALB", "AL"), ("CHE", "CH"), ("GBR", "GB"), ("MNE", "ME"), ("SRB", "RS"), ("VNM", "VN"), ("XKX", "XK")],
)
def test_a_country_is_known_by_its_three_letters(code: str, short: str):
    assert territory(code) == short


@pytest.mark.parametrize("code", ["", "AL", "alb", "ALB ", "YUG", "SUN", "DDR", "ZAR", "XKK", "XXX", "ZZZ", "001"])
def test_what_is_no_country_today_is_unknown(code: str):
    assert territory(code) is None
    assert territory_name(code, "en") is None


def test_a_language_that_cldr_lacks_gives_no_name():
    assert territory_name("ALB", "xx") is None


@pytest.mark.parametrize(("code", "known"), [("en", True), ("pt-BR", True), ("xx", False), ("", False), ("e n", False)])
def test_languages_are_those_of_cldr(code: str, known: bool):
    assert is_language(code) is known


@pytest.mark.parametrize(
    ("name", "known"),
    [("Europe/Kyiv", True), ("UTC", True), ("Europe/Nowhere", False), ("Europe", False), ("/etc/passwd", False)],
)
def test_time_zones_are_those_of_iana(name: str, known: bool):
    assert is_time_zone(name) is known


@given(st.text())
def test_an_address_never_has_what_would_break_a_header(text: str):
    for address in (text, f"{text}@alb.example", f"a@{text}.example"):
        if is_address(address):
            assert address.isascii()
            assert address.isprintable()
            assert address.count("@") == 1
            assert not set(address) & set(' ,;:<>()[]"\\=?')
