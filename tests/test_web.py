"""The scripts of the canvas as they lie: small, alone, and with every word in both languages."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted((ROOT / "web").rglob("*.js"))
WORDS = {language: json.loads((ROOT / "locales" / language / "main.json").read_text(encoding="utf-8"))["raccord"]
         for language in ("en", "fr")}
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setTimeout\(\s*[\"'`]|"
                    r"https?://(?!www\.w3\.org)")
KEY = re.compile(r"""\bt\(\s*["']([^"']+)["']""")
SPOKEN = {key for path in SCRIPTS for key in KEY.findall(path.read_text(encoding="utf-8"))}
each_script = pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.relative_to(ROOT).as_posix())


MOST_BYTES = 60_000  # ComfyUI sends all of it, as it lies, at every page start


def test_the_web_is_small():
    files = [path for path in (ROOT / "web").rglob("*") if path.is_file() and "docs" not in path.relative_to(ROOT / "web").parts]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES


@each_script
def test_a_script_puts_no_text_into_the_page_as_markup(path):
    assert MARKUP.findall(path.read_text(encoding="utf-8")) == []


@each_script
def test_only_the_entry_does_something_when_it_is_imported(path):
    """ComfyUI imports every script at page start; apart from the entry, each only declares."""
    if path.name == "raccord.js":
        return
    starts = [line for line in path.read_text(encoding="utf-8").splitlines() if re.match(r"[\w.\[(]", line)]
    assert [line for line in starts if not re.match(r"(import|export|const|let|function|async function)\b", line)] == []


@each_script
def test_a_module_imports_only_its_neighbours(path):
    for wanted in re.findall(r"""from ["']([^"']+)["']""", path.read_text(encoding="utf-8")):
        if path.name == "comfy.js" and wanted.startswith("../../../scripts/"):
            continue
        found = (path.parent / wanted).resolve()
        assert found.is_relative_to(ROOT / "web")
        assert found.is_file()


def test_a_class_has_rules_in_one_module():
    """Style sheets are the page's: rules of two modules for one class would dress each other's elements."""
    dressed = {}
    for path in SCRIPTS:
        for rules in re.findall(r"= `\n(.*?)`;", path.read_text(encoding="utf-8"), re.DOTALL):
            for name in re.findall(r"\.(rc-[\w-]+)", re.sub(r"\{[^{}]*\}", "", rules)):
                dressed.setdefault(name, set()).add(path.parent.name)
    assert {name: folders for name, folders in dressed.items() if len(folders) > 1 and "base" not in folders} == {}


@pytest.mark.parametrize("language", WORDS)
def test_every_word_is_there(language):
    assert sorted(SPOKEN - WORDS[language].keys()) == []


def test_both_languages_say_the_same_things():
    assert WORDS["en"].keys() == WORDS["fr"].keys()
    for key, text in WORDS["en"].items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(re.findall(r"\{\w+\}", WORDS["fr"][key])), key


def test_french_keeps_signs_with_their_word():
    assert [text for text in WORDS["fr"].values() if re.search(r"[^\u00a0\u202f][:;!?»](\s|$)|«[^\u00a0\u202f]", text)] == []
