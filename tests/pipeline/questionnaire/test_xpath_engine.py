"""Our XPath against an independent engine: openrosa-xpath-evaluator, which Enketo runs ODK's forms with.

``xpath_engine/corpus.tsv`` holds the expressions, ``xpath_engine/differences.tsv`` what is known to differ, and why.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from xpath_corpus import Asked, Corpus, differing, read_corpus, read_differences

Results = dict[Asked, tuple[dict[str, str], dict[str, str]]]
DATES = re.compile(r"date|day|due|leap|begins|today|now|\d{4}-\d{2}-\d{2}")


@pytest.fixture(scope="module")
def results(tool: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory) -> Results:
    """What either engine makes of every expression of the corpus."""
    corpus, asked = Corpus(tmp_path_factory.mktemp("corpus")), read_corpus()
    theirs = corpus.theirs(asked, tool("node"), str(Path(tool("openrosa-xpath-evaluator")).parent))
    return {one: (corpus.ours(one), their) for one, their in zip(asked, theirs, strict=True)}


@pytest.mark.slow
def test_both_engines_agree_but_for_the_differences_that_are_explained(results: Results):
    known = {place: (difference.ours, difference.theirs) for place, difference in read_differences().items()}
    found = {
        (asked, kind): difference
        for asked, (ours, theirs) in results.items()
        for kind, difference in differing(ours, theirs).items()
    }
    new = {place: difference for place, difference in found.items() if place not in known}
    assert not new, "These differ and are not explained in differences.tsv."
    gone = set(known) - set(found)
    assert not gone, "These do not differ any more: take them out of differences.tsv."
    assert found == known


@pytest.mark.slow
def test_at_least_300_expressions_agree_in_all_kinds_of_results_80_of_them_about_dates(results: Results):
    agreed = [asked.expression for asked, (ours, theirs) in results.items() if not differing(ours, theirs)]
    assert len(agreed) >= 300
    assert sum(DATES.search(expression) is not None for expression in agreed) >= 80


def test_the_corpus_names_every_expression_once_and_every_difference_has_its_reason():
    corpus, differences = read_corpus(), read_differences()
    assert len(set(corpus)) == len(corpus)
    assert {asked for asked, _ in differences} <= set(corpus)
    assert all(len(difference.why.split()) >= 8 for difference in differences.values())


@pytest.mark.slow
def test_nearly_nothing_of_the_corpus_is_refused_by_either_engine(results: Results):
    # An engine that refuses everything would agree with another that does.
    refused = [asked.expression for asked, (ours, theirs) in results.items() if "refused" in ours and "error" in theirs]
    assert refused == ["format-date(date('2014-02-01'), '%A')"]
