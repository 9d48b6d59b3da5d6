"""Names of organisations: short, popular, with a place, and of strangers."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.organisation import (
    bare,
    in_order,
    leading_mention,
    mentions,
    names,
    org_short,
    place_in,
    same_bodies,
    stem_of_government,
)


def means(words: str, org: str) -> bool:
    """Whether the words as a whole name the organisation."""
    return any(names(mention, org) for mention in mentions(words) if mention.words == words)


@pytest.mark.parametrize(
    ("words", "org"),
    [
        ("发改局", "临江市发展和改革局"),
        ("临江市发改委", "临江市发展和改革委员会"),
        ("城管局", "区城市管理局"),
        ("交通局", "青山县交通运输局"),
        ("青山县交通局", "青山县交通运输局"),
        ("区教育局", "砚溪区教育局"),
        ("卫健委", "卫生健康委员会"),
        ("人社局", "人力资源和社会保障局"),
        ("应急局", "XX区应急管理局"),
        ("经开区", "砚溪经济开发区"),
        ("开发区", "砚溪经济开发区"),
        ("砚溪经开区", "砚溪经济开发区"),
        ("霁云乡", "霁云乡人民政府"),
        ("鼓楼街道", "鼓楼街道办事处"),
        ("交通运输局", "交通运输局"),
        ("团区委", "共青团砚溪区委"),
        ("砚溪团区委", "共青团砚溪区委员会"),
        ("团委", "共青团砚溪区委"),
        ("共青团", "团县委"),
        ("区妇联", "砚溪区妇女联合会"),
        ("妇女联合会", "区妇联"),
        ("工商联", "区工商业联合会"),
        ("区工会", "岚川市砚溪区总工会"),
        ("科协", "县科学技术协会"),
        ("侨联", "县归国华侨联合会"),
        ("供销社", "砚溪区供销合作社联合社"),
        ("县委党校", "中共青山县委党校"),
        ("人社局", "砚溪区人力资源和社会保障局"),
        ("税务局", "国家税务总局岚川市砚溪区税务局"),
        ("法院", "砚溪区人民法院"),
        ("检察院", "砚溪区人民检察院"),
        ("区政协", "中国人民政治协商会议砚溪区委员会"),
        ("人大常委会", "砚溪区人民代表大会常务委员会"),
        ("纪委", "砚溪区纪委监委"),
        ("区委宣传部", "中共砚溪区委宣传部"),
        ("区委办", "中共砚溪区委办公室"),
        ("区政府办", "砚溪区人民政府办公室"),
        ("公安分局", "岚川市公安局砚溪分局"),
        ("砚溪分局", "岚川市公安局砚溪分局"),
        ("自然资源分局", "市自然资源和规划局砚溪区分局"),
        ("机关事务中心", "砚溪区机关事务服务中心"),
        ("街道", "鼓楼街道办事处"),
        ("幸福社区", "鼓楼街道幸福社区"),
        ("实验小学", "砚溪区实验小学"),
        ("县医院", "青山县人民医院"),
        ("城投公司", "砚溪城市建设投资集团有限公司"),
    ],
)
def test_a_short_name_means_the_full_one(words: str, org: str) -> None:
    assert means(words, org)


@pytest.mark.parametrize(
    ("words", "org"),
    [
        ("招商局", "投资促进局"),
        ("住建局", "住房和城乡建设局"),
        ("水务局", "水利局"),
        ("农业局", "农业农村局"),
        ("环保局", "生态环境局"),
        ("文旅局", "文化和旅游局"),
    ],
)
def test_a_popular_name_means_the_official_one(words: str, org: str) -> None:
    assert means(words, org)


@pytest.mark.parametrize(
    ("words", "org"),
    [
        ("教育局", "交通运输局"),
        ("交通镇", "交通运输局"),
        ("教育局", "教育镇"),
        ("绿水县交通局", "青山县交通运输局"),
        ("滨海经开区", "砚溪经济开发区"),
        ("南岭镇", "柚坪镇"),
        ("团区委", "区委宣传部"),
        ("砚溪区委", "共青团砚溪区委"),
        ("区委", "中共砚溪区委办公室"),
        ("青山县妇联", "砚溪区妇联"),
        ("政协", "区人大常委会"),
        ("税务局", "区统计局"),
        ("公安分局", "市自然资源和规划局砚溪区分局"),
        ("南岭分局", "岚川市公安局砚溪分局"),
        ("人民医院", "区中医院"),
        ("城东街道", "鼓楼街道"),
    ],
)
def test_another_body_is_not_meant(words: str, org: str) -> None:
    assert not means(words, org)


def test_a_name_without_place_mask_and_unit() -> None:
    assert bare("砚江市临水区交通运输局") == "交通运输"
    assert bare("XX区应急管理局") == "应急管理"
    assert bare("发展和改革委员会") == "发展和改革"
    assert bare("柚坪镇") == "柚坪"
    assert org_short("砚江市临水区交通运输局") == "交通运输局"
    assert bare("共青团砚溪区委") == bare("团区委") == "共青团"
    assert bare("砚溪城市建设投资集团有限公司") == "砚溪城市建设投资集团有限"
    assert bare("盐城市水利局") == "水利"


def test_the_place_that_a_name_holds() -> None:
    places = {mention.words: place_in(mention) for mention in mentions("青山县交通局和滨海经开区和教育局")}
    assert places["青山县交通局"] == "青山县"
    assert places["滨海经开区"] == "滨海"
    assert places["教育局"] == ""


def test_a_name_ends_where_a_word_cannot_be_part_of_it() -> None:
    words = {mention.words for mention in mentions("帮我查一下教育局和交通局的打算")}
    assert {"教育局", "交通局"} <= words
    assert not any("和" in word or "一下" in word for word in words)
    assert mentions("茶叶产量多少") == []
    assert [mention.words for mention in mentions("青山、临江两家人大")] == ["人大"]


def test_a_name_without_its_unit_at_the_head() -> None:
    for question, stem in (("城管2025年有哪些打算", "城管"), ("教育工作存在的问题", "教育")):
        mention = leading_mention(question)
        assert mention is not None
        assert mention.stem == stem
    assert leading_mention("有哪些打算") is None


@given(st.text("交通运输局教育城市管理开发区经镇乡柚坪的和那个哪2024年", max_size=30))
def test_mentions_stand_in_the_question(question: str) -> None:
    for mention in mentions(question):
        assert question[slice(*mention.span)] == mention.words == mention.stem + mention.unit


@given(st.text(min_size=1, max_size=12), st.sets(st.integers(0, 11)))
def test_characters_left_out_keep_their_order(full: str, kept: set[int]) -> None:
    assert in_order("".join(c for i, c in enumerate(full) if i in kept), full)


@given(st.text("市区县交通运输局委员会镇乡×X", max_size=12))
def test_a_name_is_never_cut_to_nothing(org: str) -> None:
    assert bare(org) or not org.strip("×X")


@pytest.mark.parametrize(
    ("org", "stem"),
    [
        ("临江市人民政府", "临江"),
        ("云岭苗族侗族自治州人民政府", "云岭"),
        ("北原蒙古自治县人民政府", "北原"),
        ("广西壮族自治区人民政府", "广西"),
        ("中共石泉县委、石泉县人民政府", "石泉"),
        ("国务院", ""),
    ],
)
def test_what_people_call_the_place_of_a_government(org: str, stem: str) -> None:
    assert stem_of_government(org) == stem


def test_a_body_named_without_its_place_is_the_one_that_is_named_with_it() -> None:
    assert same_bodies(["区水利局", "岚山区水利局", "镇政府"]) == {
        "区水利局": "岚山区水利局",
        "岚山区水利局": "岚山区水利局",
        "镇政府": "镇政府",
    }
    assert same_bodies(["市水利局", "岚山区水利局"])["市水利局"] == "市水利局"
    assert same_bodies(["团区委", "共青团岚山区委"])["团区委"] == "共青团岚山区委"
    two = ["区水利局", "岚山区水利局", "云水区水利局"]
    assert same_bodies(two) == {org: org for org in two}


@pytest.mark.parametrize("unit", ["区", "省", "市区", "州市"])
def test_a_name_of_nothing_but_places_is_soon_compared(unit: str) -> None:
    began = time.process_time()
    for end in ("", "之"):
        assert not names(mentions("公安分局")[0], unit * 30 + end)
    assert time.process_time() - began < 1
