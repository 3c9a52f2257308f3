from fractions import Fraction

import pytest
from raccord.nodes.wires.shot import Shot, exact_rate


@pytest.mark.parametrize(("typed", "exact"), [
    (23.976, Fraction(24000, 1001)), (23.98, Fraction(24000, 1001)), (29.97, Fraction(30000, 1001)),
    (59.94, Fraction(60000, 1001)), (24.0, Fraction(24)), (25, Fraction(25)), (12.5, Fraction(25, 2)), (16.0, Fraction(16)),
])
def test_rates_as_people_type_them(typed, exact):
    assert exact_rate(typed) == exact


@pytest.mark.parametrize("rate", [0, -24, float("nan"), float("inf")])
def test_no_rate(rate):
    with pytest.raises(ValueError, match="frame rate above 0"):
        exact_rate(rate)


def test_numbers_count_from_the_start_frame():
    assert Shot(start_frame=1001).number(0) == 1001
    assert Shot(shot="SH010", take=3).subject == "SH010 take 3"


def test_json_keeps_the_exact_rate():
    assert Shot(fps=exact_rate(23.976)).to_json()["fps"] == "24000/1001"


def test_empty_name_is_refused():
    with pytest.raises(ValueError, match="expected a name in shot"):
        Shot(shot=" ")
