from __future__ import annotations

from pathlib import Path

import pytest
from check_cases import CYCLE, Brazil, earlier_answer

from pipeline.checking.earlier import earlier_answers_at_hand
from pipeline.frames import frame, write_table
from pipeline.settings import Settings, SettingsError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_environment({"STOCKTAKE_DATA": str(tmp_path)})


def test_the_table_of_a_run_of_the_cycle_is_read(case: Brazil, settings: Settings) -> None:
    table = frame("earlier_answers", [earlier_answer("rios", 100)])
    write_table(settings.table(CYCLE, "earlier_answers"), "earlier_answers", table)
    found = earlier_answers_at_hand(settings, case.alliance, case.alliance.cycle(CYCLE))
    assert found is not None
    assert found.equals(table)


def test_without_it_the_answers_of_earlier_cycles_are_read(case: Brazil, settings: Settings) -> None:
    answer = {name: value for name, value in earlier_answer("rios", 100).items() if name != "cycle"}
    write_table(settings.table(CYCLE, "answers"), "answers", frame("answers", [answer]))
    later = case.with_later_cycle().alliance
    found = earlier_answers_at_hand(settings, later, later.cycle("2031-1"))
    assert found is not None
    assert list(found[["cycle", "member", "question", "number"]].itertuples(index=False, name=None)) == [
        (CYCLE, "BRA", "rios", 100.0)
    ]
    assert earlier_answers_at_hand(settings, later, later.cycle(CYCLE)) is None, "its own answers are no earlier ones"


def test_where_nothing_was_run_there_are_none_and_no_folder_is_made(case: Brazil, settings: Settings) -> None:
    assert earlier_answers_at_hand(settings, case.alliance, case.alliance.cycle(CYCLE)) is None
    assert list(settings.data.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no Parquet at all", "wrong columns"])
def test_a_damaged_table_is_named_with_the_mend(case: Brazil, settings: Settings, content: bytes | str) -> None:
    path = settings.table(CYCLE, "earlier_answers")
    if isinstance(content, str):
        write_table(path, "goals", frame("goals", []))
    else:
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=rf"{path} cannot be used\. Run `stocktake report {CYCLE}`"):
        earlier_answers_at_hand(settings, case.alliance, case.alliance.cycle(CYCLE))
