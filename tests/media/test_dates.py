from datetime import date

import pytest
from raccord.nodes.media.dates import days_meant


@pytest.mark.parametrize("text", [
    "2027-12-31", "2027-12-31T23:59:59Z", "2027-12-31 10:00", "20271231", "2027:12:31", "2027:12:31 00:00:00", "2027/12/31",
    "2027.12.31", "31/12/2027", "12/31/2027", "31.12.2027", "31-12-2027", "31 Dec 2027", "31-Dec-2027", "December 31, 2027",
    "Dec 31st 2027", "31 décembre 2027", "31. Dezember 2027", "31 de diciembre de 2027", "2027-12", "2027", "December 2027",
    " 31  DEC  2027 "])
def test_one_day_in_many_writings(text):
    assert days_meant(text) == (date(2027, 12, 31),)


@pytest.mark.parametrize(("text", "days"), [
    ("02/01/2027", ((2027, 1, 2), (2027, 2, 1))), ("2.1.2027", ((2027, 1, 2),)), ("1er juin 2027", ((2027, 6, 1),)),
    ("3 juillet 2027", ((2027, 7, 3),)), ("2027-1-5", ((2027, 1, 5),)), ("2028-02", ((2028, 2, 29),)),
    ("5/5/2027", ((2027, 5, 5),)), ("2020-13-45", ()), ("30/02/2027", ()), ("perpetual", ()), ("", ()), ("31 Foo 2027", ()),
    ("12/31/27", ()), ("2027-12-31x", ())])
def test_what_a_text_may_mean(text, days):
    assert days_meant(text) == tuple(date(*day) for day in days)
