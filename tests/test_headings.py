"""Where headings end, and which lines without a number are headings."""

import pytest

from ingest.headings import heading_end, is_bare_heading, label
from ingest.markers import marker_at


def heading(line: str) -> str:
    marker = marker_at(line, 0)
    assert marker is not None
    return label(line[: heading_end(line, marker, len(line))])


PROSE = "全县上下坚定信心、迎难而上，推进重点项目建设，着力保障和改善民生，各项工作取得新成效"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("一、2023年工作总结", "一、2023年工作总结"),
        (f"（一）狠抓项目建设。{PROSE}。", "（一）狠抓项目建设"),
        (f"1.项目建设：{PROSE}。", "1.项目建设"),
        (f"（二）生态篇：绘就绿水青山新画卷。{PROSE}。", "（二）生态篇：绘就绿水青山新画卷"),
        (f"（五）强化规范；监管服务。{PROSE}。", "（五）强化规范；监管服务"),
        (f"（三）落实“放管服！”改革。{PROSE}。", "（三）落实“放管服！”改革"),
        (f"三、2022年工作安排2022年，{PROSE}。", "三、2022年工作安排"),
        (f"（二）做强园区，加快推动提档升级坚持项目为王、效益优先，{PROSE}。", "（二）做强园区，加快推动提档升级"),
        (f"二、加强社区服务，方便居民 社区服务是重点，{PROSE}。", "二、加强社区服务，方便居民"),
        (f"一是抓投资，{PROSE}{PROSE}。", "一是抓投资，全县上下坚定信心、迎难而上"),
        (f"二是今年以来，对所有企业全面排查，{PROSE}{PROSE}。", "二是今年以来，对所有企业全面排查"),
    ],
)
def test_where_a_heading_ends(line: str, expected: str) -> None:
    assert heading(line) == expected


@pytest.mark.parametrize("line", ["党建引领作用更加突出", "打造区域消费中心", "加强组织领导", "（某某社区）党建联建"])
def test_short_lines_above_text_are_headings(line: str) -> None:
    assert is_bare_heading(line, PROSE)


def test_a_sentence_is_text_below_a_heading_as_long() -> None:
    line, sentence = "一年来，我们以项目建设为抓手，推动产业发展迈上新台阶", f"{PROSE[:31]}。"
    assert len(sentence) < len(line) + 12 and is_bare_heading(line, sentence)
    assert not is_bare_heading(line, PROSE[:32])


@pytest.mark.parametrize(
    ("line", "following"),
    [
        ("全面完成目标任务。", PROSE),
        ("各位代表：", PROSE),
        ("国务院总理 某某某", PROSE),
        ("——2019年3月5日在某县第一届人民代表大会上", PROSE),
        ("某县水利局", "2023年12月3日"),
        ("张某某", PROSE),
        ("指标 | 单位 | 数量", PROSE),
        ("表1 主要指标", PROSE),
        ("12.5%", PROSE),
        ("党建引领作用更加突出", "短行"),
        ("党建引领作用更加突出", ""),
        (PROSE, PROSE),
    ],
)
def test_other_short_lines_are_none(line: str, following: str) -> None:
    assert not is_bare_heading(line, following)
