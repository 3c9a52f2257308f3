"""The heat strip of the canvas: which row, which column, how near to the limit."""

from raccord.nodes.page.strip import COLUMNS, strip_of


def row(check="a", verdict="warn", frames=(), **more):
    return {"check": check, "verdict": verdict, "frames": list(frames), **more}


def test_levels_are_per_cent_of_the_limit_and_gaps_stay():
    strip = strip_of([row(limit=2.0, frames=[2])], {"a": [0.5, None, -1.0, 8.0]})
    assert strip == {"start": 0, "count": 4, "columns": 4, "rows": [
        {"check": "a", "verdict": "warn", "finding": 0, "levels": [25, None, 50, 100], "marks": [[2, 2, "warn", 0]]}]}


def test_a_ratio_counts_from_one():
    assert strip_of([row(limit=4.0, unit="ratio")], {"a": [1.0, 2.0, 0.5, 16.0]})["rows"][0]["levels"] == [0, 50, 50, 100]


def test_a_number_without_a_limit_stands_in_the_middle():
    assert strip_of([row(verdict="pass")], {"a": [7.0]})["rows"][0]["levels"] == [50]


def test_frames_of_both_neighbours_have_their_columns():
    strip = strip_of([row(frames=[-2, -1]), row("b", "fail", frames=[4, 5])], {"a": [0.1] * 4})
    assert (strip["start"], strip["count"]) == (-2, 8)
    assert [one["marks"] for one in strip["rows"]] == [[[-2, -1, "warn", 0]], [[4, 5, "fail", 1]]]
    assert strip["rows"][0]["levels"][:2] == [None, None]


def test_a_long_clip_is_pooled_to_its_peaks():
    values = [0.0] * 2400
    values[1205] = 1.0
    strip = strip_of([row(limit=1.0, frames=[1205, 1214])], {"a": values})
    assert strip["columns"] == COLUMNS
    assert [i for i, level in enumerate(strip["rows"][0]["levels"]) if level == 100] == [120]
    assert strip["rows"][0]["marks"] == [[1205, 1205, "warn", 0], [1214, 1214, "warn", 0]]


def test_what_holds_without_numbers_and_raw_curves_have_no_row():
    assert strip_of([row(verdict="pass", frames=[3]), row("b", "not tested")], {"clip.luma": [1.0, 2.0]}) is None
    assert strip_of([], {}) is None


def test_a_range_is_one_mark_and_the_worst_verdict_names_the_row():
    others = row("b", "fail", frames=[3], node="RaccordGate")
    strip = strip_of([others, row(verdict="fail", frames=[1]), row(frames=[0, 9], range=True)], {})
    assert strip["rows"] == [{"check": "a", "verdict": "fail", "finding": 1,
                              "marks": [[1, 1, "fail", 1], [0, 9, "warn", 2]]}]
