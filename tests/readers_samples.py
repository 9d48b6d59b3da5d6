"""One report, saved in every format that is read; shared by the tests of the readers."""

from __future__ import annotations

import html
import io
from collections.abc import Sequence
from typing import Any

import docx
import pypdfium2 as pdfium
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_RIGHT
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

REPORT = """\
临江区交通运输局
2023年工作总结和2024年工作打算
2023年，我局在区委、区政府的坚强领导下，紧扣“交通强区”目标，统筹推进公路建设、运输服务和安全生产，各项工作取得新进展。现将有关情况报告如下：
一、2023年工作总结
（一）夯实项目基础，公路建设提质增效。全年完成交通固定资产投资12.56亿元，同比增长8.3%，新开工项目36个，新改建农村公路156.8公里，实施危桥改造12座。
一是加快骨干路网建设。临江大道二期工程完成投资3.2亿元，占年度计划的104%，累计完成路基土石方181万立方米。
二是完善农村路网。投入2450万元，完成“四好农村路”示范创建3条，惠及群众5.6万人，群众满意度达到96.5%。
（二）优化运输服务，群众出行更加便捷。新增公交线路4条，更新新能源公交车60辆，城区公交分担率达到28.7%。
（三）筑牢安全防线，行业治理不断加强。开展专项检查48次，整改隐患312处，办结率为100%。
二、存在的问题
（一）资金缺口仍然较大。部分项目配套资金到位率仅为61.4%，影响了工程进度。
（二）专业人才不足。全局具有高级职称的技术人员只有7人，“放管服”改革对队伍素质提出了更高要求。
三、2024年工作打算
（一）全力推进重大项目。计划完成投资15亿元，其中国省干线6.5亿元，农村公路3.5亿元，枢纽场站5亿元。
（二）持续提升运输服务。力争开通城际公交2条，新建港湾式停靠站40个。
（三）坚持不懈抓好安全生产。落实“一岗双责”，确保全年不发生较大及以上事故。
临江区交通运输局
2023年12月26日
"""

LINES = REPORT.splitlines()


def save_docx(lines: Sequence[str] = LINES) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    return docx_bytes(document)


def docx_bytes(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def add_list(document: Any, levels: Sequence[tuple[str, str]], *, start: int | None = None) -> int:
    """A multi-level list (number format and text of each level) in `numbering.xml`; returns its numId."""
    root = document.part.numbering_part.element
    abstract, num = 100 + len(root), 500 + len(root)
    rows = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for i, (kind, text) in enumerate(levels)
    )
    node = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract}">{rows}</w:abstractNum>')
    root.insert(0, node)
    override = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>' if start else ""
    pointer = f'<w:abstractNumId w:val="{abstract}"/>'
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{num}">{pointer}{override}</w:num>'))
    return num


def add_numbered(document: Any, text: str, num: int, depth: int = 0) -> None:
    numbered_by(document.add_paragraph(text)._p, num, depth)


def numbered_by(node: Any, num: int, depth: int = 0) -> None:
    """Give a paragraph or style (its XML) a list and level; list 0 is none."""
    level = f'<w:ilvl w:val="{depth}"/><w:numId w:val="{num}"/>'
    node.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}>{level}</w:numPr>"))


def save_html(lines: Sequence[str] = LINES) -> bytes:
    """A page as sites have them: navigation, title, article, advertising, comments, foot."""
    menu = "".join(f'<li><a href="/{i}">{word}</a></li>' for i, word in enumerate(["首页", "公开", "服务", "互动"]))
    body = "\n".join(f"<p>　　{html.escape(line)}</p>" for line in lines[2:])
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{lines[0]}{lines[1]}_某某网</title>
<style>p {{margin: 0}}</style><script>var text = "脚本里的字";</script></head><body>
<ul class="menu">{menu}</ul><div class="crumb">当前位置：<a href="/">首页</a> &gt; 公开</div>
<div class="main"><div class="editor"><p>{lines[0]}</p><p>{lines[1]}</p>{body}</div></div>
<div class="guanggao">加客服微信abc，领取范文一万篇。先到先得。数量有限。</div>
<div><h3>网友评论（2）</h3><p>写得很好。谢谢分享。</p><p>收藏了。明年还用。</p></div>
<div id="footer">版权所有 某某网 京ICP备00000000号</div></body></html>""".encode()


def save_pdf(lines: Sequence[str] = LINES, *, columns: int = 1, rotate: int = 0, password: str = "") -> bytes:
    """Titled, set-in and justified as offices print it, with a running head and page numbers."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    size = 16 if columns == 1 else 10
    body = ParagraphStyle("body", fontName="STSong-Light", fontSize=size, leading=size * 1.75, wordWrap="CJK")
    body = ParagraphStyle("set in", parent=body, firstLineIndent=2 * size, alignment=TA_JUSTIFY)
    title = ParagraphStyle("title", parent=body, fontSize=1.3 * size, firstLineIndent=0, alignment=TA_CENTER)
    signature = ParagraphStyle("signature", parent=body, firstLineIndent=0, alignment=TA_RIGHT)

    def frame(canvas: Any, document: Any) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(80, 800, "临江区交通运输局文件")
        canvas.drawCentredString(297, 30, f"— {document.page} —")
        canvas.setPageRotation(rotate)

    styles = [title, title, *[body] * (len(lines) - 4), signature, signature]
    stream = io.BytesIO()
    document = BaseDocTemplate(stream, encrypt=StandardEncryption(password) if password else None)
    width = (440 - 20 * (columns - 1)) / columns
    frames = [Frame(78 + i * (width + 20), 70, width, 690, 0, 0, 0, 0) for i in range(columns)]
    document.addPageTemplates(PageTemplate(frames=frames, onPage=frame))
    document.build([Paragraph(html.escape(line), style) for line, style in zip(lines, styles, strict=True)])
    return stream.getvalue()


def scanned(pdf: bytes) -> bytes:
    """The same pages as pictures at 216 dpi, grey as office scanners make them."""
    document = pdfium.PdfDocument(pdf)
    pictures = [page.render(scale=3).to_pil().convert("L") for page in document]
    stream = io.BytesIO()
    pictures[0].save(stream, "PDF", resolution=216, save_all=True, append_images=pictures[1:])
    return stream.getvalue()
