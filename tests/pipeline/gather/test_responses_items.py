"""Rows without keys are those of the commitments that their titles name, and of no others."""

from __future__ import annotations

import pytest
from books import values
from web_forms import ALLIANCE, node, odk_xml, one

from pipeline.gather.found import Note
from pipeline.gather.reading import Answer, Reading
from pipeline.gather.responses.items import name_items

REGISTER = {"ALB-01": "Join the database", "ALB-02": "Créer une unité", "ALB-12": "Train judges"}


def named(*titles: str, register: dict[str, str] | None = None) -> Reading:
    items = "".join(
        f"<commitments>{node('c_title', title)}{node('c_status', 'limited')}</commitments>" for title in titles
    )
    reading = one(odk_xml(f"<pt1>{node('victims', '3')}</pt1>{items}"), "odk_central")
    return name_items(reading, REGISTER if register is None else register, ALLIANCE.form)


@pytest.mark.parametrize(
    ("title", "row"),
    [
        ("ALB-02", "ALB-02"),
        ("alb-02: Set up a unit", "ALB-02"),
        ("ALB-12 – Train", "ALB-12"),
        ("ALB-01. Join", "ALB-01"),
        ("creer  une UNITE", "ALB-02"),
        ("Train judges", "ALB-12"),
        ("Train judges and prosecutors", "NEW-1"),
        ("ALB-1", "NEW-1"),
        ("ALB-123 Something", "NEW-1"),
        ("USA-01", "NEW-1"),
        ("It continues ALB-02", "NEW-1"),
    ],
)
def test_a_title_names_a_commitment_by_its_number_or_its_words(title: str, row: str) -> None:
    reading = named(title)
    assert values(reading) == {("", "victims"): "3", (row, "c_title"): title, (row, "c_status"): "limited"}
    assert list(reading.items["commitments"]) == [row]
    assert [(n.note, n.row) for n in reading.notes] == ([("unnamed_item", row)] if row == "NEW-1" else [])


def test_two_rows_that_name_the_same_commitment_stay_new_and_are_asked_about() -> None:
    reading = named("ALB-01", "Join the database", "ALB-02")
    assert list(reading.items["commitments"]) == ["NEW-1", "NEW-2", "ALB-02"]
    assert [n for n in reading.notes if n.note == "unnamed_item"] == [
        Note("unnamed_item", row="NEW-1"),
        Note("unnamed_item", row="NEW-2"),
    ]


def test_a_title_that_two_commitments_bear_names_none() -> None:
    reading = named("The same", register={"ALB-01": "The same", "ALB-02": "The same"})
    assert list(reading.items["commitments"]) == ["NEW-1"]


def test_a_member_without_commitments_is_not_asked_whether_they_are_new() -> None:
    reading = named("First", register={})
    assert (list(reading.items["commitments"]), reading.notes) == (["NEW-1"], ())


def test_labels_of_rows_are_compared_without_signs_and_move_all_that_is_said_of_them() -> None:
    answer = Answer("ALB01", "c_title", "x", "x", None, None, "text", None, None, None, "", "B2")
    outside = Answer("ALB01", "victims", "x", None, None, None, None, "not_a_number", None, None, "", "C2")
    reading = Reading(
        None,
        None,
        (answer, outside),
        (Note("conflicting_rows", "", "B2", "ALB01", "c_title"),),
        items={"commitments": {"ALB01": ("", "B2")}},
        places={("ALB01", "c_title"): ("", "B2")},
    )
    moved = name_items(reading, REGISTER, ALLIANCE.form)
    assert [(a.row, a.question) for a in moved.answers] == [("ALB-01", "c_title"), ("ALB01", "victims")]
    assert moved.notes == (Note("conflicting_rows", "", "B2", "ALB-01", "c_title"),)
    assert (moved.items, moved.places) == (
        {"commitments": {"ALB-01": ("", "B2")}},
        {("ALB-01", "c_title"): ("", "B2")},
    )
