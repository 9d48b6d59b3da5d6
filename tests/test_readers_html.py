"""Web pages: the article is kept whole, what is around it is not."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readers_samples import LINES, save_html

from ingest.readers.html import looks_like_html, read_html
from rag.errors import FileError


def text_of(page: str) -> list[str]:
    return read_html(page.encode(), "x.html").text.split("\n")


def page(article: str, *, head: str = "", before: str = "", after: str = "") -> list[str]:
    frame = f'<div class="wrap">{before}<div class="content">{article}</div>{after}</div>'
    return text_of(f"<html><head>{head}</head><body>{frame}</body></html>")


PROSE = "".join(f"<p>{line}</p>" for line in LINES[2:8])
PROSE_LINES = LINES[2:8]


def test_a_saved_page_gives_the_article_alone():
    parsed = read_html(save_html(), "x.html")
    assert [line.strip() for line in parsed.text.split("\n")] == LINES
    assert parsed.encoding == "UTF-8"


def test_a_page_that_is_only_the_report():
    body = "".join(f"<p>{line}</p>" for line in LINES[1:])
    assert text_of(f"<html><body><h1>{LINES[0]}</h1>{body}</body></html>") == LINES
    assert text_of(body) == LINES[1:]


@pytest.mark.parametrize(
    "before",
    [
        f"<h1>{LINES[1]}</h1><div class=info>来源：某某网</div>",
        f"<div class='article-title'>{LINES[1]}</div>",
        f"<div><b>{LINES[1]}</b></div>",
    ],
)
def test_title_outside_the_article_is_kept(before):
    assert page(PROSE, before=before) == [LINES[1], *PROSE_LINES]


def test_title_that_the_page_title_begins_with():
    head = f"<title>{LINES[1]}-某某文库</title>"
    assert page(PROSE, head=head, before=f"<div>{LINES[1]}</div><div>编辑推荐</div>") == [LINES[1], *PROSE_LINES]


def test_headings_lists_tables_and_line_breaks_survive():
    article = """
      <h2>一、总结</h2><div>（一）项目。<br>一是快。<br/>二是好。</div>
      <ol start="3"><li>修路</li><li>架桥<ol type="a"><li>甲桥</li></ol></li></ol><ul><li>要点</li></ul>
      <table><caption>表1</caption><thead><tr><th>区域</th><th>项目</th><th>投资</th></tr></thead>
      <tr><td rowspan=2>东区</td><td>甲路</td><td>1亿元</td></tr><tr><td>乙桥</td><td>2亿元</td></tr></table>后文
      <pre>第一行
第二行</pre>末行"""
    assert page(article + PROSE) == [
        *["一、总结", "（一）项目。", "一是快。", "二是好。", "3.修路", "4.架桥", "a.甲桥", "要点", "表1"],
        *["区域 | 项目 | 投资", "东区 | 甲路 | 1亿元", "东区 | 乙桥 | 2亿元", "后文", "第一行", "第二行", "末行"],
        *PROSE_LINES,
    ]


def test_a_page_laid_out_in_tables():
    menu = "".join(f"<a href=/{i}>栏目{i}</a> " for i in range(6))
    body = "<br>".join(LINES[2:])
    layout = (
        f"<table><tr><td>{menu}</td></tr><tr><td><table><tr><td><b>{LINES[0]}</b></td></tr>"
        f"<tr><td id=zoom>{body}</td></tr></table></td></tr></table>"
    )
    assert text_of(f"<html><body>{layout}</body></html>") == [LINES[0], *LINES[2:]]


def test_paragraphs_written_as_div_are_not_taken_for_frames():
    long = "<br>".join(["全年完成投资12亿元。"] * 20)
    blocks = ["一、总结", long, "二、打算", "继续努力。", "某某局"]
    found = text_of("<html><body><div>" + "".join(f"<div>{b}</div>" for b in blocks) + "</div></body></html>")
    assert found == ["一、总结", *["全年完成投资12亿元。"] * 20, "二、打算", "继续努力。", "某某局"]


def test_source_line_breaks_between_chinese_characters_are_no_blanks():
    assert text_of("<p>全年完成\n      投资12亿元，\n同比增长</p>") == ["全年完成投资12亿元，同比增长"]


@pytest.mark.parametrize(
    "junk",
    [
        "<script>var a = 1</script>",
        "<style>p {}</style>",
        "<!-- 注释 -->",
        "<div style='display: none'>隐藏。隐藏。隐藏。</div>",
        "<div class='related-news'>某某局总结。某某镇总结。</div>",
        "<p>当前位置：首页 &gt; 公开</p>",
        "<p>上一篇：<a href=1>某某局总结</a></p>",
        "<div><h3>相关阅读</h3><p>某某局总结。某某镇总结。</p></div>",
        "<ul><li><a href=1>某某局2022年工作总结</a></li><li><a href=2>某镇</a></li><li><a href=3>某县</a></li></ul>",
        "<footer>版权所有</footer>",
        "<p>【打印】【关闭】</p>",
    ],
)
def test_what_is_no_article_goes_even_from_inside_it(junk):
    assert page(PROSE + junk) == PROSE_LINES


def test_contents_with_links_inside_the_page_stay():
    contents = "<ul>" + "".join(f"<li><a href='#{i}'>篇{i}：某某局总结</a></li>" for i in range(1, 5)) + "</ul>"
    assert page(contents + PROSE) == [*[f"篇{i}：某某局总结" for i in range(1, 5)], *PROSE_LINES]


@pytest.mark.parametrize(
    ("charset", "codec", "label"),
    [("gb2312", "gb18030", "GB18030"), ("utf-8", "utf-8", "UTF-8"), ("iso-8859-1", "gb18030", "GB18030")],
)
def test_charset(charset, codec, label):
    source = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}"><p>{"</p><p>".join(LINES)}</p>'
    parsed = read_html(source.encode(codec), "x.html")
    assert parsed.text.split("\n") == LINES
    assert parsed.encoding == label


def test_declared_charset_helps_where_there_is_little_text():
    assert read_html('<meta charset="big5"><p>卓</p>'.encode("big5"), "x").text == "卓"


def test_pages_that_nest_deep():
    assert text_of("<div><font>" * 500 + "底部文字") == ["底部文字"]
    with pytest.raises(FileError, match="嵌套太深"):
        read_html(("<div>" * 50_000 + "底").encode(), "x.html")


@pytest.mark.parametrize("source", [" ", "<html></html>", "<script>var a</script>", "<p>&nbsp;</p>"])
def test_no_article(source):
    with pytest.raises(FileError, match="正文"):
        read_html(source.encode(), "x.html")


def test_looks_like_html():
    assert looks_like_html(b"\xef\xbb\xbf\n<!DOCTYPE HTML><html>")
    assert looks_like_html(b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">')
    assert not looks_like_html("一、总结 <html>".encode())


TAGS = [
    "<p>",
    "</p>",
    "<div class=ad>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<li>",
    "<ol>",
    "<br>",
    "<a href=x>",
]


@given(st.lists(st.sampled_from([*TAGS, "全年完成投资。", "<", "&#0;", "&nbsp;", "<pre>", "<!--", "x"]), max_size=30))
def test_any_tag_soup_gives_text_or_a_file_error(parts):
    with contextlib.suppress(FileError):
        assert read_html("".join(parts).encode(), "x.html").text.strip()


def test_control_characters_are_left_out():
    page = save_html().decode().replace("</p>", "</p>\x0e\x01", 1).encode()
    assert read_html(page, "页.html").text == read_html(save_html(), "页.html").text
