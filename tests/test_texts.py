"""The two languages of the page."""

import re
import string
from pathlib import Path

import pytest

import ui
from ui.texts import TEXTS, Say, language_of


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_say_the_same_of_the_same(key: str) -> None:
    chinese, english = TEXTS[key]
    assert chinese
    assert english
    assert fields(chinese) == fields(english)


def test_every_text_is_used_and_every_used_text_is_there() -> None:
    modules = [path.read_text("utf-8") for path in Path(ui.__file__).parent.glob("*.py")]
    code = "".join(module.split("class Say", 1)[-1] for module in modules)  # of the table's own module, what follows it
    asked = set(re.findall(r"(?:say|i18n|say\.html)\(\s*[\"'](\w+)[\"']", code))
    assert asked <= set(TEXTS)
    made = ("kind_", "sort_", "stage_", "export_")  # put together from a part that is data
    quoted = set(re.findall(r"[\"'](\w+)[\"']", code))
    assert not {key for key in set(TEXTS) - quoted if not key.startswith(made) and not key.endswith("_one")}


def test_one_is_said_as_one() -> None:
    assert Say("en")("sections", n=1) == "1 section"
    assert Say("en")("sections", n=2) == "2 sections"
    assert Say("zh")("sections", n=1) == "1 节"


def test_the_language_is_chinese_until_another_is_chosen() -> None:
    assert language_of({}) == "zh"
    assert language_of({"baogao_lang": "en"}) == "en"
    assert language_of({"baogao_lang": "fr"}) == "zh"
    assert Say("fr").language == "zh"


def test_values_are_escaped_in_html() -> None:
    assert Say("zh").html("file", name='<a "b">') == "文件：&lt;a &quot;b&quot;&gt;"


def test_years_read_as_a_span() -> None:
    assert Say("zh").years((2024, 2023)) == "2023–2024"
    assert Say("zh").years(()) == "年份不详"
