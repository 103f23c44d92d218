"""Ratings computed again in a spreadsheet, from nothing but the row of ``commitment_scores`` itself.

The formulas are written from the published methods (docs/scoring.md), not from the program: what a reader in a ministry
would type beside an exported row. ``[name]`` is the cell of that name in the same row, of an input or of a formula above.
LibreOffice calculates them.
"""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from pipeline.tables import TABLES

MOST_VALUES = 8  # of a growth rule, as far as the sheet's columns go
OF_ONE_METHOD = ";".join(
    f'"{code}"'
    for code in (
        "fewer_than_two_years", "out_of_range", "target_year_missing", "target_year_not_after_baseline", "signs_differ",
        "target_sign_differs", "baseline_missing", "target_missing", "direction_missing",
    )
)  # fmt: skip
ALTERNATIVES = ("growth_ratio", "projection", "linear_gap")


def _banded(number: str, bands: tuple[str, str] = ("0.95", "0.6")) -> str:
    """The rating of a number by its bands; rounded, so that 0.9499999999999997 is the 0.95 that it stands for."""
    return (
        f'IF(ROUND({number},9)>={bands[0]},"on_track",IF(ROUND({number},9)>={bands[1]},"acceleration_needed",'
        f'IF(ROUND({number},12)>=0,"limited","deterioration")))'
    )


def _numeric() -> dict[str, str]:
    no_growth = "OR([y0]*[current_value]<0,[y0]*[Y]<0)"
    late = "OR([current_year]-[baseline_year]<1,[target_year]<=[baseline_year])"
    blank = '[baseline_value]="",[baseline_year]="",[current_year]="",[target_year]=""'
    formulas = {
        "y0": "=IF([baseline_value]=0,0.001,[baseline_value])",
        "outside": "=OR([current_value]<[target_value],[current_value]>[target_upper])",
        "above": "=IF([outside],[current_value],[baseline_value])>([target_value]+[target_upper])/2",
        "target": "=IF([direction]=0,IF([above],[target_upper],[target_value]),[target_value])",
        "d": "=IF([direction]=0,IF([above],-1,1),[direction])",
        "Y": "=IF([target]=0,0.001,[target])",
        "reached": "=OR([d]*[current_value]>=[d]*[target],[d]*[current_value]>=[d]*[Y])",
        "CAGR_a": "=([current_value]/[y0])^(1/([current_year]-[baseline_year]))-1",
        "CAGR_r": "=([Y]/[y0])^(1/([target_year]-[baseline_year]))-1",
        "R": "=[d]*[sign]*[CAGR_a]/ABS([CAGR_r])",
        "v": "=IF([current_value]=0,0,[current_value]*(1+[CAGR_a])^([target_year]-[current_year]))",
        "q": "=[d]*([v]-[y0])/ABS([Y]-[y0])",
        "covered": "=[d]*([current_value]-[baseline_value])/ABS([target]-[baseline_value])",
        "used": "=([current_year]-[baseline_year])/([target_year]-[baseline_year])",
        "gap": "=[covered]/[used]",
        "without_growth": f"=IF(OR({blank}),TRUE,IF({late},TRUE,{no_growth}))",
        "without_line": f"=IF(OR({blank}),TRUE,{late})",
    }
    for name, number, missing, bands in (
        ("growth_ratio", "R", "without_growth", ("0.95", "0.6")),
        ("projection", "q", "without_growth", ("0.95", "0.1")),
        ("linear_gap", "gap", "without_line", ("0.95", "0.6")),
    ):
        formulas[f"rated_{name}"] = (
            '=IF(OR([given_reason],[current_value]="",[target_value]="",[direction]=""),"not_available",'
            f'IF([reached],"achieved",IF([{missing}],"not_available",'
            f'IF(ISERROR([{number}]),"deterioration",{_banded(f"[{number}]", bands)}))))'
        )
    formulas["score_of_R"] = (
        "=IF([reached],5,IF(ISERROR([R]),-5,IF(ROUND([R],9)>=0.6,MIN(7.1429*[R]-4.2857,5),MAX(4.1667*[R]-2.5,-5))))"
    )
    return formulas


def _directional() -> dict[str, str]:
    eased = "=IF([C]=0,SIGN([yearly]),[yearly]/[C])"
    return {
        "yearly": "=[sign]*[direction]*[CAGR_a]",
        "C": (
            '=IF([natural_limit]="",1,IF(ABS([y0_as_given])>=2*ABS([natural_limit]),1,'
            "IF(ABS([y0_as_given])<=ABS([natural_limit]),1-(ABS([y0_as_given])/ABS([natural_limit]))^4.44,"
            "1-((2*ABS([natural_limit])-ABS([y0_as_given]))/ABS([natural_limit]))^4.44)))"
        ),
        "eased": eased,
        "rated_directional": (
            '=IF(AND([C]=0,[yearly]>=0),"on_track",IF(ROUND([eased],9)>=0.015,"on_track",'
            'IF(ROUND([eased],9)>=0.005,"acceleration_needed",IF(ROUND([eased],12)>=0,"limited","deterioration"))))'
        ),
        "score_of_yearly": (
            "=IF([yearly]<0,MAX(125*[yearly]-2.5,-5),IF([C]=0,5,IF(ROUND([eased],9)>=0.015,MIN(500*[eased]-5,5),"
            "IF(ROUND([eased],9)>=0.005,250*[eased]-1.25,500*[eased]-2.5))))"
        ),
    }


def _growth_rule() -> dict[str, str]:
    spread = 'SUBSTITUTE([series]," ",REPT(" ",80))'
    formulas: dict[str, str] = {}
    places = range(1, MOST_VALUES + 1)
    for k in places:
        formulas[f"pair{k}"] = f"=TRIM(MID({spread},{(k - 1) * 80 + 1},80))"
        formulas[f"year{k}"] = f'=IF([pair{k}]="","",VALUE(LEFT([pair{k}],FIND("=",[pair{k}])-1)))'
        formulas[f"value{k}"] = f'=IF([pair{k}]="","",VALUE(MID([pair{k}],FIND("=",[pair{k}])+1,80)))'
    for k in places[1:]:
        before = f"[value{k - 1}]"
        formulas[f"step{k}"] = (
            f'=IF([pair{k}]="","",IF(OR([year{k}]<>[year{k - 1}]+1,{before}<=0),"unknown",'
            f"([value{k}]-{before})/({before}*[growth_rate])))"
        )
    known_steps = ",".join(f"IF(ISNUMBER([step{k}]),[step{k}],9E+99)" for k in places[1:])
    unknown = "+".join(f'([step{k}]="unknown")' for k in places[1:])
    whole = "+".join(f'IF([value{k}]="",0,IF([value{k}]=INT([value{k}]),0,1))' for k in places)
    return formulas | {
        "n_values": "=" + "+".join(f'([pair{k}]<>"")' for k in places),
        "first": "=[value1]",
        "last": "=CHOOSE([n_values]," + ",".join(f"[value{k}]" for k in places) + ")",
        "last_year": "=CHOOSE([n_values]," + ",".join(f"[year{k}]" for k in places) + ")",
        "path": "=[first]*(1+[growth_rate])^([last_year]-[year1])",
        "whole": f"=({whole})=0",
        "needed": ("=IF([whole],IF([growth_rate]>0,ROUNDUP(ROUND([path],6),0),ROUNDDOWN(ROUND([path],6),0)),[path])"),
        "worst": f"=MIN({known_steps})",
        "each": (f'=IF(AND([worst]<9E+99,ROUND([worst],9)<1),"not_met",IF(({unknown})>0,"not_assessable","met"))'),
        "share": "=IF([first]>0,([last]-[first])/([path]-[first]),[worst])",
        "average": '=IF([first]<=0,"not_assessable",IF(ROUND([share],9)>=1,"met","not_met"))',
        "rated_each_year": _rule_rating("each"),
        "rated_on_average": _rule_rating("average"),
        "rated_growth_rule": '=IF([growth_reading]="each_year",[rated_each_year],[rated_on_average])',
    }


def _rule_rating(met: str) -> str:
    return (
        f'=IF([{met}]="met",IF(AND([target_year]<>"",[last_year]>=[target_year]),"achieved","on_track"),'
        f'IF([{met}]="not_assessable","not_available",IF(ROUND([share],9)>=0.6,"acceleration_needed",'
        'IF(ROUND([share],12)>=0,"limited","deterioration"))))'
    )


def _milestone() -> dict[str, str]:
    return {
        "in_time": (
            '=INDEX({"achieved";"on_track";"acceleration_needed";"limited"},'
            'MATCH([status],{"complete";"substantial";"limited";"not_started"},0))'
        ),
        "late": (
            '=INDEX({"achieved";"acceleration_needed";"limited";"limited"},'
            'MATCH([status],{"complete";"substantial";"limited";"not_started"},0))'
        ),
        "early": '=AND([status]="not_started",[start_date]<>"",[start_date]>[cut_off])',
        "step": '=MATCH([status],{"not_started";"limited";"substantial";"complete"},0)',
        "step_before": '=IF([previous_status]="",0,MATCH([previous_status],{"not_started";"limited";"substantial";"complete"},0))',
        "rated_milestone": (
            '=IF([step]<[step_before],"deterioration",IF([overdue]=TRUE,[late],IF([early],"on_track",[in_time])))'
        ),
    }


def _checklist() -> dict[str, str]:
    at_least = "3*[elements_in_place]>={}*[elements_total]"
    return {
        "in_place_share": "=[elements_in_place]/[elements_total]",
        "rated_checklist": (
            '=IF(AND([baseline_value]<>"",[elements_in_place]<[baseline_value]),"deterioration",'
            'IF([elements_in_place]>=[elements_total],"achieved",'
            f'IF({at_least.format(2)},IF([overdue]=TRUE,"acceleration_needed","on_track"),'
            f'IF(AND({at_least.format(1)},[overdue]<>TRUE),"acceleration_needed","limited"))))'
        ),
    }


def _by_method(cells: Mapping[str, str], otherwise: str) -> str:
    formula = otherwise
    for method, cell in cells.items():
        formula = f'IF([method]="{method}",{cell},{formula})'
    return f"={formula}"


NUMBERS = {
    # A value that has reached its target is rated even where growth has no meaning; it then has no number.
    "growth_ratio": 'IF(OR([without_growth],ISERROR([R])),"",[R])',
    "projection": 'IF(OR([without_growth],ISERROR([q])),"",[q])',
    "linear_gap": 'IF(OR([without_line],ISERROR([gap])),"",[gap])',
    "directional": "[yearly]", "growth_rule": "[share]", "checklist": "[in_place_share]",
}  # fmt: skip
RATED = (*ALTERNATIVES, "directional", "growth_rule", "milestone", "checklist")
FORMULAS: dict[str, str] = {
    # Reasons of one method leave the others free; any other reason stands for all methods.
    "given_reason": f'=AND([reason]<>"",ISERROR(MATCH([reason],{{{OF_ONE_METHOD}}},0)))',
    "y0_as_given": "=[baseline_value]",
    **_numeric(),
    **_directional(),
    **_growth_rule(),
    **_milestone(),
    **_checklist(),
    "late_again": '=IF([due_date]="","",AND([due_date]<[cut_off],[rating]<>"achieved"))',
    "progress_again": _by_method(NUMBERS, '""'),
    "rating_again": _by_method({name: f"[rated_{name}]" for name in RATED}, '"unknown method"'),
    "score_again": _by_method({"growth_ratio": "[score_of_R]", "directional": "[score_of_yearly]"}, '""'),
}
"""Name and formula of each cell beside the row, in order."""


def recomputed(soffice: str, folder: Path, scores: pd.DataFrame) -> pd.DataFrame:
    """Give each row with what LibreOffice makes of it.

    Args:
        soffice: LibreOffice.
        folder: An empty folder to work in.
        scores: Table ``commitment_scores``.

    Returns:
        The rows as exported, and a column per formula; errors are missing.
    """
    exported = [name for name in TABLES["commitment_scores"].names if name in scores.columns]
    names = [*exported, *FORMULAS]
    letters = {name: get_column_letter(position) for position, name in enumerate(names, 1)}
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(names)
    for at, row in enumerate(scores.to_dict("records"), 2):
        sheet.append([_plain(row[name]) for name in exported])
        for name, formula in FORMULAS.items():
            sheet[f"{letters[name]}{at}"] = re.sub(r"\[(\w+)\]", lambda m, at=at: f"{letters[m[1]]}{at}", formula)
    book.save(folder / "rows.xlsx")
    command = [soffice, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", str(folder / "out"), str(folder / "rows.xlsx")], check=True, capture_output=True
    )
    head, *rows = load_workbook(folder / "out" / "rows.xlsx", data_only=True).worksheets[0].iter_rows(values_only=True)
    known = [[None if str(value).startswith("#") else value for value in row] for row in rows]
    return pd.DataFrame(known, columns=pd.Index(head), dtype=object)


def _plain(value: Any) -> object:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def disagreements(again: pd.DataFrame) -> list[str]:
    """Where the recomputed rows say something else than the rows themselves: the numbers to 1e-9, ratings exactly."""
    found: list[str] = []
    for row in again.to_dict("records"):
        if row["rating"] == "not_available":
            found += [] if row["reason"] else [f"{row['commitment']} is not available, for no reason"]
            continue
        pairs = [("rating", "rating_again"), ("progress_value", "progress_again"), ("score", "score_again")]
        if row["due_date"]:
            pairs.append(("overdue", "late_again"))
        if row["kind"] == "growth_rule":
            pairs += [("meets_each_year", "each"), ("meets_on_average", "average"), ("required_value", "needed")]
            pairs += [("rating_each_year", "rated_each_year"), ("rating_on_average", "rated_on_average")]
        found += [
            f"{row['commitment']} {a}: {row[a]!r}, again {row[b]!r}" for a, b in pairs if not _same(row[a], row[b])
        ]
    for row in again[again["kind"] == "numeric"].to_dict("records"):
        ratings = [(row[f"rating_{name}"], row[f"rated_{name}"], name) for name in ALTERNATIVES]
        found += [f"{row['commitment']} {name}: {a}, again {b}" for a, b, name in ratings if a != b]
    return found


def _same(stated: Any, again: Any) -> bool:
    if isinstance(stated, float | int) and isinstance(again, float | int):
        return math.isclose(stated, again, rel_tol=1e-9, abs_tol=1e-9)
    return (stated or None) == (again or None)
