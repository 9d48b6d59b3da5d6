"""A file's text becomes reports, and nothing of them gets lost."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from texts import FRAGMENTS

from ingest.alignment import AlignedText
from ingest.cleaning import clean
from ingest.compilation import split
from ingest.contents import contents_page
from ingest.titles import contents_title, is_title, piece_number

PROSE = "推进各项重点工作落到实处，取得新的进展。" * 8


def titles(text: str) -> list[str]:
    return [text[slice(*piece.title)] or piece.label for piece in split(text)]


def test_one_report() -> None:
    assert titles(f"某县水利局2023年工作总结\n{PROSE}") == ["某县水利局2023年工作总结"]
    assert titles(PROSE) == [""]
    assert split(" \n ") == []


def test_a_title_of_its_own_above_the_occasion() -> None:
    occasion = "（1978年2月26日在某省第五届人民代表大会第一次会议上的政府工作报告）"
    assert titles(f"会议文件（三）\n团结起来，奋勇前进\n{occasion}\n各位代表：\n{PROSE}") == ["团结起来，奋勇前进"]


def test_title_lines() -> None:
    assert titles(f"甲县水利局2023年工作总结\n{PROSE}\n乙县水利局2023年工作总结\n{PROSE}") == [
        "甲县水利局2023年工作总结",
        "乙县水利局2023年工作总结",
    ]


def test_parts_of_a_report_are_no_reports() -> None:
    parts = ("2023年工作总结", PROSE, "一、甲", PROSE, "二、乙", PROSE, "2024年工作计划", PROSE, "一、丙", PROSE)
    text = "\n".join(("某县水利局2023年工作总结和2024年计划", *parts, "下一步工作打算", PROSE))
    assert titles(text) == ["某县水利局2023年工作总结和2024年计划"]


def test_a_title_without_a_body_needs_numbering_that_starts_again() -> None:
    one = "\n".join(("一、甲", PROSE, "二、乙", PROSE))
    assert titles(f"某县水利局2023年工作总结\n{one}\n工作总结\n{one}") == ["某县水利局2023年工作总结", "工作总结"]


def test_the_title_page_and_the_contents_are_no_reports() -> None:
    listed = "甲县水利局2023年工作总结", "乙县水利局2023年工作总结"
    contents = "\n".join(f"{title}………………{i}" for i, title in enumerate(listed, 1))
    bodies = "\n".join(f"{title}\n{PROSE}" for title in listed)
    assert titles(f"工作总结汇编（2篇）\n目录\n{contents}\n{bodies}") == list(listed)


def test_contents_with_titles_that_do_not_look_like_any() -> None:
    listed = "甲县水利局2023年工作总结", "乘势而上开新局", "乙县财政局2023年工作总结"
    contents = "\n".join(f"{title}\t{i}" for i, title in enumerate(listed, 1))
    bodies = "\n".join(f"{title}\n{PROSE}" for title in listed)
    assert titles(f"{contents}\n{bodies}") == list(listed)


def test_a_short_report_is_one_where_its_title_is_sure() -> None:
    short = "今年共办理建议提案十二件，办结率百分之百，代表和委员都表示满意；培训干部三百人次，走访企业四十家。"
    named = "甲县水利局2023年工作总结", "乙县水利局2023年工作总结", "丙县水利局2023年工作总结"
    assert titles(f"{named[0]}\n{short}\n{named[1]}\n{short}\n{named[2]}\n{PROSE}") == list(named)
    assert titles(f"{named[0]}\n2023年12月3日\n{named[1]}\n{PROSE}") == [named[1]]


def test_of_two_titles_above_one_text_the_fuller_is_its_title() -> None:
    for above in ("砚溪区2016年政府工作报告", "2016年政府工作报告"):
        text = f"{above}\n某某网\n政府工作报告\n各位代表：\n{PROSE}"
        (piece,) = split(text)
        assert text[slice(*piece.title)] == above
        assert [text[slice(*span)] for span in piece.repeated] == ["政府工作报告"]


@pytest.mark.parametrize(
    "upper", ["溪口县", "2023年", "2023年云岭市溪口县", "溪口县2023年", "在溪口县第十八届人民代表大会第三次会议上的"]
)
def test_the_place_above_a_government_report(upper: str) -> None:
    assert titles(f"{upper}\n政府工作报告\n各位代表：\n{PROSE}") == [f"{upper}\n政府工作报告"]


def test_a_list_of_titles_says_nothing_of_the_report_below_it() -> None:
    listed = "2015年政府工作报告\n2016年政府工作报告\n2017年政府工作报告"
    assert titles(f"{listed}\n政府工作报告\n各位代表：\n{PROSE}") == ["政府工作报告"]


def test_records_with_their_years_in_front() -> None:
    untitled = f"各位代表：\n一、甲\n{PROSE}\n二、乙\n{PROSE}"
    assert titles(f"2020\n{untitled}\n2021\n2021年政府工作报告\n{untitled}") == ["2020", "2021年政府工作报告"]
    assert titles(f"某县2023年工作总结\n{PROSE}\n2020\n{PROSE}") == ["某县2023年工作总结"]


@pytest.mark.parametrize("label", ["篇{}", "【篇{}】", "范文{}", "第{}篇"])
def test_numbered_pieces(label: str) -> None:
    text = "\n".join(f"{label.format(i)}\n{PROSE}" for i in (1, 2, 3))
    assert len(split(text)) == 3


def test_a_number_that_is_missing_loses_nothing() -> None:
    assert titles("\n".join(f"篇{i}\n{PROSE}" for i in (1, 2, 4, 5))) == ["篇1", "篇2", "篇4", "篇5"]


def test_only_the_first_carries_its_number() -> None:
    text = f"篇1：甲县水利局2023年工作总结\n{PROSE}\n乙县水利局2023年工作总结\n{PROSE}"
    assert titles(text) == ["甲县水利局2023年工作总结", "乙县水利局2023年工作总结"]


def test_numbering_that_starts_again_behind_an_opening_formula() -> None:
    one = f"2022年，某局在县委的领导下，扎实工作。现将情况汇报如下：\n一、甲\n{PROSE}\n二、乙\n{PROSE}"
    assert len(split(f"{one}\n{one}")) == 2
    again = f"{one}\n三、2023年打算\n2023年，某局将在县委的领导下，继续努力。\n一、丙\n{PROSE}"
    assert len(split(again)) == 1


def test_names_of_bodies_above_numberings_that_start_again() -> None:
    text = "\n".join(
        f"{name}\n{PROSE}\n一、总结\n{PROSE}\n二、打算\n{PROSE}\n2021年12月2日" for name in ("县水利局", "县林业局")
    )
    assert [text[piece.start :][:4] for piece in split(text)] == ["县水利局", "县林业局"]
    assert len(split(f"一、总结\n{PROSE}\n二、打算\n{PROSE}\n县水利局\n2021年12月2日\n一、附件\n{PROSE}")) == 1


def test_a_signature_ends_a_report() -> None:
    one = f"一、甲\n{PROSE}\n二、乙\n{PROSE}\n某县水利局\n2023年12月3日"
    first, second = split(f"{one}\n围绕中心，服务大局\n{one}")
    assert second.start > first.end


def chapters(*names: str) -> str:
    return "\n".join(f"{n}、{name}\n{PROSE}" for n, name in zip("一二三四", names, strict=False))


SPEECH = (
    f"在全市河湖治理现场会上的汇报材料\n青山县水利局\n（2023年5月）\n各位领导、同志们：\n{chapters('做法', '困难')}"
)
STUDY = f"关于青山县茶农增收情况的调研报告\n青山县统计局调研组（2023年9月）\n{chapters('现状', '问题', '对策')}"


def test_a_speech_between_numbered_pieces_and_a_study_behind_them() -> None:
    first, second = (
        f"{name}\n{chapters('工作', '打算')}" for name in ("某县水利局2023年工作总结", "2023年，某县林业局")
    )
    text = clean(f"篇1：{first}\n篇2\n{second}\n{SPEECH}\n篇4：某县教育局2023年工作总结\n{PROSE}\n{STUDY}").text
    speech, study = SPEECH.partition("\n")[0], STUDY.partition("\n")[0]
    assert titles(text) == ["某县水利局2023年工作总结", "篇2", speech, "某县教育局2023年工作总结", study]


def test_a_speech_or_a_study_behind_a_report() -> None:
    report = f"某县水利局2023年工作总结\n{chapters('工作', '打算')}"
    for other in (SPEECH, STUDY):
        assert titles(clean(f"{report}\n{other}").text) == [report.partition("\n")[0], other.partition("\n")[0]]
    mentioned = "在全市河湖治理现场会上的汇报材料"
    assert len(split(clean(f"{report}\n{mentioned}\n{PROSE}").text)) == 1


def test_a_date_below_the_title_ends_nothing() -> None:
    assert titles(f"某县水利局工作汇报\n（2024年1月5日）\n2023年工作情况\n{PROSE}") == ["某县水利局工作汇报"]


def test_a_title_on_two_lines() -> None:
    (piece,) = split(f"某县水利局\n2023年工作总结\n{PROSE}")
    assert piece.title == (0, len("某县水利局\n2023年工作总结"))


def test_a_motto_above_the_title_is_not_part_of_it() -> None:
    assert titles(f"踔厉奋发开新局\n——某县水利局2023年工作总结\n{PROSE}") == ["某县水利局2023年工作总结"]


def test_the_title_that_every_page_repeats_begins_one_report() -> None:
    page = f"某县水利局2023年工作总结\n{PROSE}\n"
    assert len(split(page * 3)) == 1


def test_links_to_other_years_are_no_titles() -> None:
    text = f"1984年政府工作报告\n1985年政府工作报告\n——1984年5月15日在第六届全国人民代表大会第二次会议上\n{PROSE}"
    assert titles(text) == ["1984年政府工作报告"]


def test_a_long_text_before_the_first_title_is_a_report() -> None:
    assert len(split(f"{PROSE * 3}\n某县水利局2023年工作总结\n{PROSE}")) == 2


def test_the_contents_page_of_a_report_is_deleted() -> None:
    text = "某局工作总结\n目 录\n一、总结………1\n二、打算………5\n三、建议………9\n\n一、总结\n甲。"
    assert AlignedText(text).edited(contents_page(text, 6)).text == "某局工作总结\n\n一、总结\n甲。"
    without_numbers = "某局工作总结\n目录\n一、总结\n二、打算\n一、总结\n甲。\n二、打算\n乙。"
    assert AlignedText(without_numbers).edited(contents_page(without_numbers, 6)).text.count("一、总结") == 1
    plain = "某局工作总结\n一、总结\n甲。"
    assert list(contents_page(plain, 6)) == []


def no_prose(text: str) -> bool:
    lines = [line.strip() for line in text.splitlines()]
    return all(not line or is_title(line) or contents_title(line) or piece_number(line) for line in lines)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=60).map("".join))
def test_no_prose_is_lost_between_reports(text: str) -> None:
    text = clean(text.replace("工作总结", f"工作总结\n{PROSE}")).text
    pieces = split(text)
    for piece, following in pairwise(pieces):
        assert piece.start < piece.end <= following.start
        assert no_prose(text[piece.end : following.start])
    if pieces:
        assert no_prose(text[pieces[-1].end :])


@pytest.mark.parametrize("number", ["第{}篇", "（第{}篇）", "篇{}", " 范文{}"])
def test_model_texts_numbered_behind_their_titles(number: str) -> None:
    texts = (f"我局抓好{name}。{PROSE}" for name in ("茶叶", "竹笋", "柚子"))
    text = "\n".join(f"某某局年度工作总结范文 {number.format(i)}\n{body}" for i, body in enumerate(texts, 1))
    pieces = split(text)
    assert [name in text[p.start : p.end] for p, name in zip(pieces, ("茶叶", "竹笋", "柚子"), strict=True)] == [
        True
    ] * 3
