"""Reading .cube LUTs of every dialect, and refusing what is none."""

import time

import numpy as np
import pytest
from raccord.nodes.media.cube_read import parse_cube

CUBE = "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
CURVE = "0 0 0\n.25 .5 .75\n1 1 1\n"


@pytest.mark.parametrize("text", [
    f"LUT_3D_SIZE 2\n{CUBE}", f"lut_3d_size 2\n{CUBE}", f"\ufeffLUT_3D_SIZE 2\n{CUBE}", f"{CUBE}LUT_3D_SIZE 2\n",
    f"LUT_3D_SIZE 2\n{CUBE}".replace("\n", "\r\n"), f"LUT_3D_SIZE 2\n{CUBE}".replace("\n", "\r"),
    f"LUT_3D_SIZE\t2\n{CUBE}".replace(" ", "\t"), f"# x\n\n  LUT_3D_SIZE 2 # y\n{CUBE}\n\n".replace("1 1 1", "  1 1 1 # white "),
    f'LUT_3D_SIZE 2\n{CUBE}TITLE "1 # 2"\n', f"LUT_3D_SIZE 2\n{CUBE}".replace("1", "+1.0E+00"),
    f"TITLE\nLUT_3D_SIZE 2\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 1 1\n{CUBE}".rstrip("\n")])
def test_every_hand_is_read(text):
    lut = parse_cube(text)
    assert lut.shaper is None
    assert lut.table.shape == (2, 2, 2, 3)
    assert lut.table[1, 0, 0].tolist() == [0, 0, 1]
    assert lut.domain.tolist() == [[0, 0, 0], [1, 1, 1]]


def test_curves_alone_and_before_a_table():
    alone = parse_cube(f"LUT_1D_SIZE 3\nDOMAIN_MIN -1 0 0\nDOMAIN_MAX 2 1 1\n{CURVE}")
    assert alone.table is None
    assert alone.shaper[1].tolist() == [0.25, 0.5, 0.75]
    assert alone.shaper_domain.tolist() == [[-1, 0, 0], [2, 1, 1]]
    both = parse_cube("LUT_3D_SIZE 2\nLUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE 0 2\nLUT_3D_INPUT_RANGE 0 0.5\n" + CURVE + CUBE)
    assert both.shaper.shape == (3, 3)
    assert both.table.shape == (2, 2, 2, 3)
    assert both.shaper_domain[1].tolist() == [2, 2, 2]
    assert both.domain[1].tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(("text", "said"), [
    ("", "neither"), ("<xml/>\n", "line 1 '<xml/>'"), (CUBE, "neither"),
    ("LUT_3D_SIZE 2\n" + CUBE[:-6], "expected 8 rows (2³) in a .cube, got 7, the last at line 8"),
    ("LUT_3D_SIZE 2\n" + CUBE + "0 0 0\n1 1 1\n", "got 10, one too many at line 10"),
    ("LUT_1D_SIZE 3\nLUT_3D_SIZE 2\n" + CUBE, "expected 11 rows (3 + 2³)"), ("LUT_3D_SIZE 2\n", "got 0, the last at line 0"),
    ("LUT_3D_SIZE 2\n" + CUBE.replace("0 1 0", "0 nan 0"), "line 4 '0 nan 0': 3 finite numbers"),
    ("LUT_3D_SIZE 2\nnan 0 0\n", "line 2 'nan 0 0'"), ("LUT_3D_SIZE 2\n" + CUBE.replace("0 1 0", "0 1e999 0"), "line 4"),
    ("LUT_3D_SIZE 2\n" + CUBE.replace("0 1 0", "0 1 0 1"), "line 4 '0 1 0 1'"),
    ("LUT_3D_SIZE 2\n" + CUBE.replace("\n", " 1\n"), "line 2 '0 0 0 1'"),
    ("LUT_3D_SIZE 2\n" + CUBE.replace("0 1 0", "0 1_0 0"), "line 4 '0 1_0 0'"),
    ("LUT_3D_SIZE 2\n" + CUBE.replace("0 1 0", "0,1,0"), "line 4 '0,1,0'"), ("LUT_3D_SIZE 0\n", "line 1 'LUT_3D_SIZE 0'"),
    ("LUT_3D_SIZE 1\n0 0 0\n", "2 to 256"), ("LUT_3D_SIZE 1000000\n", "2 to 256"), ("LUT_3D_SIZE\n", "line 1 'LUT_3D_SIZE'"),
    ("LUT_3D_SIZE 2.5\n", "one whole number"), ("LUT_3D_SIZE 2\nLUT_3D_SIZE 2\n", "line 2 'LUT_3D_SIZE 2': it is there twice"),
    ("LUT_3D_SIZE 2\nDOMAIN_MIN 1 1 1\n" + CUBE, "domain that rises"), ("DOMAIN_MIN 0 0\n", "line 1 'DOMAIN_MIN 0 0': 3 finite"),
    ("DOMAIN_MAX 1 1 inf\n", "3 finite"), ("LUT_IN_VIDEO_RANGE\n", "line 1 'LUT_IN_VIDEO_RANGE': that keyword is not known"),
    ("PK\x03\x04\0\0", "a file of bytes"), ("L\0U\0T\0", "UTF-16")])
def test_what_is_no_cube_is_refused_by_its_line(text, said):
    with pytest.raises(ValueError, match="expected") as refused:
        parse_cube(text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_large_cube_is_read_in_little_time():
    rows = np.random.default_rng(0).random((65**3, 3))
    text = "LUT_3D_SIZE 65\n" + "\n".join(f"{r:.6f} {g:.6f} {b:.6f}" for r, g, b in rows.tolist())
    start = time.process_time()
    assert np.allclose(parse_cube(text).table.reshape(-1, 3), rows, atol=1e-6)
    assert time.process_time() - start < 5
