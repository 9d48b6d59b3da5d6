"""Geometry: characters on pages become lines, columns, paragraphs; nothing is lost, running heads go."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.layout import Glyph, Line, Page, regions_of
from ingest.readers.paragraphs import running_text
from ingest.readers.running_heads import without_running_heads


def row(text: str, x: float, y: float, size: float = 10) -> list[Glyph]:
    glyphs = []
    for char in text:
        width = size / 2 if char.isascii() else size
        glyphs.append(Glyph(char, x, x + width, y, size))
        x += width
    return glyphs


def texts(regions) -> list[list[str]]:
    return [[line.text for line in region] for region in regions]


def line(text: str, y: float, *, left: float = 100, size: float = 10) -> Line:
    width = sum(size / 2 if char.isascii() else size for char in text)
    return Line((text,), left, left + width, y, size)


def page(*lines: Line, height: float = 1000) -> Page:
    return Page(height, (lines,) if lines else ())


def test_lines_come_from_top_to_bottom_whatever_the_order_in_the_file():
    glyphs = row("第二行", 0, 80) + row("第一行", 0, 100)[::-1] + row("³", 30, 103, 8)
    assert texts(regions_of(glyphs)) == [["第一行³", "第二行"]]


def test_wide_gaps_part_cells_and_a_page_number_of_a_contents_page():
    glyphs = row("甲路", 0, 100) + row("1亿元", 80, 100) + row("一、总结", 0, 80) + row("12", 200, 80)
    assert texts(regions_of(glyphs)) == [["甲路 | 1亿元", "一、总结\t12"]]


def test_spaced_titles_are_one_cell_and_latin_words_are_parted():
    glyphs = [g for i, char in enumerate("工作报告") for g in row(char, i * 20, 100)]
    assert texts(regions_of([*glyphs, *row("Open", 0, 80), *row("AI", 24, 80)])) == [["工作报告", "Open AI"]]


def test_two_columns_are_read_one_after_the_other_between_lines_of_full_width():
    glyphs = row("一行通栏的标题一行通栏的标题一行通栏的标题", 20, 300)
    for i in range(8):
        glyphs += row("左栏的文字排满一栏宽", 0, 280 - 20 * i) + row("右栏的文字排满一栏宽", 130, 279 - 20 * i)
    glyphs += row("又一行通栏的文字又一行通栏的文字又一行", 20, 100)
    found = texts(regions_of(glyphs))
    assert [len(region) for region in found] == [1, 8, 8, 1]
    assert found[1][0].startswith("左") and found[2][0].startswith("右")


def test_a_table_is_not_taken_for_columns():
    glyphs = []
    for i in range(8):
        glyphs += row(f"第{i}号项目", 0, 300 - 20 * i) + row(f"投资{i}亿元", 130, 300 - 20 * i)
    assert texts(regions_of(glyphs))[0][0] == "第0号项目 | 投资0亿元"


positions = st.tuples(st.text("总结ab1 。", min_size=1, max_size=8), *[st.integers(0, 500)] * 2, st.integers(5, 30))


@given(st.lists(positions, max_size=25))
def test_no_character_is_lost_wherever_it_stands(pieces):
    glyphs = [glyph for text, x, y, size in pieces for glyph in row(text, x, y, size)]
    found = running_text([Page(600, regions_of(glyphs))])[0]
    found = found.replace(" | ", "")
    assert sorted("".join(found.split())) == sorted("".join("".join(text for text, *_ in pieces).split()))


def test_paragraphs_by_set_in_lines_and_across_pages():
    one = page(
        *[
            line("第一段排满一行的文字共有二十个字没有错误", 500, left=120),
            line("第一段的第二行也排满了整整一行共二十二个字了", 480),
        ],
        *[line("第一段完。", 460), line("第二段排满一行的文字共有二十个字没有错误", 440, left=120)],
        *[line("第二段的第二行也排满了整整一行共二十二个字了", 420)],
    )
    two = page(line("接在下一页。", 500), line("第三段。", 480, left=120))
    text, offsets = running_text([one, two])
    first, second, third = text.split("\n")
    assert first.endswith("二十二个字了第一段完。") and third == "第三段。"
    assert second.endswith("二十二个字了接在下一页。")
    assert text[offsets[1] :].startswith("接在下一页")


def test_a_set_in_title_that_fills_its_line_ends_there():
    title, first, rest = (
        "某某县教育局工作总结和下一年工作打算各项了",
        "今年新建学校若干所并且改造校舍若干平方米了",
        "一行排满了的文字用来表示栏有多宽共二十二个字了",
    )
    lines = [
        line(title, 500, left=120),
        line(first, 480, left=120),
        line(rest, 460),
        line(rest, 440),
        line("完。", 420),
    ]
    text, _ = running_text([page(*lines)])
    assert text.split("\n") == [title, f"{first}{rest}{rest}完。"]
    block = [line(title, 500, left=120), line(first, 480, left=120), line("一块缩进的文字完。", 460, left=120)]
    text, _ = running_text([page(*block, line(rest, 440), line(rest, 420))])
    assert text.startswith(f"{title}{first}一块缩进的文字完。")


def test_a_number_too_long_for_the_line_goes_on():
    text, _ = running_text(
        [
            page(
                line("一行排满了的文字用来表示栏有多宽共二十二个字了", 500),
                line("一行排满了的文字用来表示栏有多宽共二十二个字了", 480),
                line("另一行差一点就排满的文字后面是长数字达到", 460),
                line("12345.67亿元。", 440),
                line("一行排满了的文字用来表示栏有多宽共二十二个字了", 420),
            )
        ]
    )
    assert "达到12345.67亿元。" in text


def test_title_on_two_lines_signature_and_headings_without_set_in_lines():
    body = "一行排满了的文字用来表示栏有多宽共二十二个字"
    text, _ = running_text(
        [
            page(
                *[
                    line("某某区某某局年度工作总结以及", 560, left=103, size=16),
                    line("工作打算", 536, left=180, size=16),
                ],
                *[
                    line(body + "完", 500),
                    line(body + "。", 480),
                    line("（一）编号标题" + body[6:] + "，", 460),
                    line("完。", 440),
                ],
                *[line("某某局", 420, left=290), line("12月26日", 400, left=280)],
            )
        ]
    )
    assert text.split("\n") == [
        "某某区某某局年度工作总结以及工作打算",
        body + "完" + body + "。",
        "（一）编号标题" + body[6:] + "，完。",
        "某某局",
        "12月26日",
    ]


def test_running_heads_and_page_numbers_go_and_repeated_titles_stay():
    pages = [
        page(
            line("某某局文件", 970, size=9),
            line(
                "2023年工作总结" if number % 3 == 0 else "正文在页首的一行",
                900 if number % 3 == 0 else 890 - 7 * number,
            ),
            line(f"第{number}页的正文", 500),
            line(f"— {number} —", 30),
        )
        for number in range(1, 10)
    ]
    found = without_running_heads(pages)
    lines = [item.text for item in found[2].regions[0]]
    assert lines == ["2023年工作总结", "第3页的正文"]
    assert all(len(item.regions[0]) == 2 for item in found)


def test_heads_of_odd_and_even_pages_and_page_numbers_on_a_single_page():
    pages = [page(line("单页" if n % 2 else "双页", 970), line("正文", 500)) for n in range(8)]
    assert {item.text for p in without_running_heads(pages) for item in p.regions[0]} == {"正文"}
    (single,) = without_running_heads([page(line("正文", 500), line("第 1 页 共 1 页", 30))])
    assert [item.text for item in single.regions[0]] == ["正文"]
    two = [page(line("小字页眉", 970, size=8), line("同样的标题", 950), line("正文", 500)) for _ in range(2)]
    assert [item.text for item in without_running_heads(two)[1].regions[0]] == ["同样的标题", "正文"]
