"""Words of a question as the reports put them."""

from rag.wording import full_forms, official_forms, short_forms

TEXTS = ["拆除违法建设136处，违法建设存量下降。地区生产总值增长6%。", "加强环境保护，落实环境保护责任。"]


def test_an_abbreviation_in_full() -> None:
    assert full_forms(["违建", "环保"], TEXTS) == {"违建": "违法建设", "环保": "环境保护"}


def test_a_word_that_the_texts_use_needs_no_other() -> None:
    assert full_forms(["违建"], [*TEXTS, "违建、违建、违建"]) == {}


def test_only_abbreviations_of_two_words_are_opened() -> None:
    assert full_forms(["道路", "B2C", "违法建设", "违"], TEXTS) == {}
    assert full_forms(["违建"], []) == {}


def test_official_wording_for_everyday_words() -> None:
    assert official_forms(["gdp", "道路"], TEXTS) == {"gdp": "生产总值"}
    assert official_forms(["gdp"], ["没有这样的词"]) == {}
    assert official_forms(["gdp"], ["GDP增长，地区生产总值"]) == {}
    assert official_forms(["gdp"], [*TEXTS, "GDP增长"]) == {"gdp": "生产总值"}  # one report puts it so, another so


def test_a_phrase_of_four_that_the_reports_put_in_three() -> None:
    assert short_forms(["红白喜事", "公交车站", "秋季开学"], ["红白事宴席从简。", "公交站更新。"]) == {
        "红白喜事": "红白事",
        "公交车站": "公交站",
    }


def test_of_several_official_wordings_the_one_that_the_texts_use() -> None:
    assert official_forms(["城里人"], ["城市居民增收。"]) == {"城里人": "城市居民"}
    assert official_forms(["城里人"], ["城镇居民增收。", "城市居民增收。"]) == {"城里人": "城镇居民"}
