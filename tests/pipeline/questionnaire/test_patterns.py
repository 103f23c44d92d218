"""Patterns of regex() mean what they mean in Java, or are refused. Expected values: java.util.regex.Pattern, Java SE 17."""

from __future__ import annotations

import time

import pytest

from pipeline.questionnaire.patterns import PatternError, compile_pattern, matches


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("[a-z]+", "abc", True),
        ("[a-z]+", "1abc", False),  # the whole text, anchors or not
        ("^[a-z]+$", "abc", True),
        ("a|ab", "ab", True),
        ("", "", True),
        ("", "a", False),
        (r"\d{4}-\d{2}", "2014-02", True),
        (r"\d", "٣", False),  # ASCII only, as in Java
        (r"\D", "٣", True),
        (r"\w+", "Zürich", False),
        (r"\W", "ü", True),
        (r"\s", "\u00a0", False),
        (r"\S", "\u00a0", True),
        (r"[\w.-]+@[\w-]+", "a.b-c@d-e", True),
        (r"[-\w]+", "a-b", True),
        (r"[^\d]", "x", True),
        (r"[^\d]", "1", False),
        (r"[\D]", "x", True),
        (r"[\S ]+", "a b", True),
        (r"\p{L}+", "Zürich", True),
        (r"\p{L}+", "Ζυρίχη", True),
        (r"\p{Lu}\p{Ll}+", "Éa", True),
        (r"\pL+", "é", True),
        (r"\P{L}+", "12", True),
        (r"[\p{L} ]+", "é è", True),
        (r"\p{Alpha}+", "é", False),
        (r"\p{Upper}\p{Lower}", "Ab", True),
        (r"[\p{Alpha}_]+", "a_b", True),
        (r"\P{Digit}", "1", False),
        (r"\p{Punct}+", "!/:@[`{~", True),
        (r"\p{IsLatin}+", "é", True),
        (r"\p{IsLatin}+", "α", False),
        ("a.b", "a\nb", False),
        ("a.b", "a\u2028b", False),  # Java knows more line ends
        ("a.b", "a\u0085b", False),
        ("(?s)a.b", "a\nb", True),
        ("(?i)abc", "aBC", True),
        ("a(?i:b)c", "aBc", True),
        ("a(?i:b)c", "aBC", False),
        ("(?:ab)+", "abab", True),
        ("(a)\\1", "aa", True),
        (r"(?<x>a)\k<x>", "aa", True),
        ("(?=a)a", "a", True),
        ("a(?!b).", "ac", True),
        ("a++b", "aab", True),
        (".*?x", "aax", True),
        ("a{2,}", "aaa", True),
        ("a{2,3}", "aaaa", False),
        (r"\Qa.b\E+", "a.bbb", True),
        (r"\Qa.b", "a.b", True),
        (r"\Q.\E", "x", False),
        (r"\.\-\/\@", ".-/@", True),
        (r"\t\n", "\t\n", True),
        (r"\x41\u00e9", "Aé", True),
        ("[.]", ".", True),
        ("[.]", "x", False),
        ("[$^|?*+()]+", "^$|?*+()", True),
        ("[{}]+", "{}", True),
        ("[a{2}]+", "a{2}", True),
        ("[&~#]+", "&~#", True),
        (r"\[x\]", "[x]", True),
        (r"\babc\b", "abc", True),
        ("😀", "😀", True),
        ("[😀é]", "é", True),
    ],
)
def test_a_pattern_matches_as_in_java(pattern: str, text: str, expected: bool):
    assert matches(text, pattern) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "[a",
        "[]a]",  # not the same in all dialects
        "a]",
        "a{",
        "a}",
        "a{,3}",
        "*a",
        "[z-a]",
        "[a-z&&[^b]]",
        "[a[b]]",
        "[a--b]",
        "[a||b]",
        "[[:alpha:]]",
        r"[\w-z]",
        r"[a-\d]",
        r"[\b]",
        r"\h",
        r"\R",
        r"\X",
        r"\G",
        r"\Z",
        r"\01",
        r"\cA",
        r"\N{DIGIT ONE}",
        r"\L<names>",
        r"\p{javaLowerCase}",
        r"\p{Lowercase}",
        r"\p{IsNoSuchScript}",
        r"\1",
        r"\k<x>",
        "(?x)a b",
        "(?P<x>a)",
        "(?R)",
        "(?1)",
        "(?#x)",
        "(?:foo){e<=1}",
        "(?|a|b)",
        "\\",
    ],
)
def test_what_is_wrong_or_means_something_else_in_java_is_refused(pattern: str):
    with pytest.raises(PatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["(a|aa)+$", "(a|a)*b", "((a{1,2}){1,2}){1,20}b"])
def test_a_pattern_that_never_ends_is_given_up_in_time(pattern: str):
    began = time.process_time()
    assert matches("a" * 60 + "cb", pattern, 0.1) is None
    assert time.process_time() - began < 0.5


def test_a_harmless_pattern_on_the_longest_cell_ends_long_before_the_limit():
    began = time.process_time()
    assert matches("a" * 32_767, "^[^@ ]+@[^@ ]+[.][^@ ]+$") is False
    assert matches("word " * 6_553, r"(\w+ )+") is True
    assert time.process_time() - began < 0.5
