"""Every word that the page says, in Chinese and English."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr

LANGUAGES = {"zh": "zh-CN", "en": "en"}
"""What the `baogao_lang` cookie says → the BCP 47 name of the language (also gradio's)."""

# key: (Chinese, English); `{…}` is filled in by `Say`.
TEXTS = {
    # The frame.
    "title": ("报告", "Baogao"),
    "what": (
        "向政府工作报告提问，每句回答都标明出处。",
        "Ask government work reports; every sentence of the answer shows its source.",
    ),
    "mode_generative": ("生成模式", "Generative mode"),
    "mode_generative_why": (
        "生成模式：语言模型写回答，每句话都与它引用的原文核对。",
        "Generative mode: a language model writes the answer; each sentence is checked against what it cites.",
    ),
    "mode_excerpt": ("摘录模式", "Excerpt mode"),
    "mode_excerpt_why": (
        "摘录模式：回答只用报告里的原句，不经语言模型改写。",
        "Excerpt mode: answers are made of the reports' own sentences; no language model rewrites them.",
    ),
    "private": ("不向外发送任何内容", "Nothing leaves this machine"),
    "sent": ("问题和引用的原文会发送到 {host}", "Questions and cited text are sent to {host}"),
    "other_language": ("English", "中文"),
    "theme": ("深浅色", "Light/dark"),
    "to_chat": ("回到对话", "Back to the chat"),
    # The doors.
    "login": ("登录", "Log in"),
    "logout": ("退出", "Log out"),
    "login_name": ("用户名", "Name"),
    "login_password": ("密码", "Password"),
    "login_wrong": ("用户名或密码不对。", "Wrong name or password."),
    "login_wait": ("试错的次数太多，请 {s} 秒后再试。", "Too many wrong passwords; try again in {s} seconds."),
    "editors_only": (
        "只有编辑可以添加、更正和移出报告。",
        "Only editors may add, correct or remove reports.",
    ),
    # The conversation.
    "chat": ("对话", "Conversation"),
    "ask_here": ("输入问题，按回车发送", "Type a question, press Enter"),
    "question": ("问题", "Question"),
    "send": ("提问", "Ask"),
    "stop": ("停止", "Stop"),
    "new": ("新对话", "New chat"),
    "welcome": (
        "## 想知道报告里的什么？\n\n直接提问，或者从下面选一个。",
        "## What would you like to know?\n\nAsk in Chinese, or start from one of these.",
    ),
    "empty": (
        "资料库里还没有报告。请在“资料库”里添加文件，然后提问。",
        "The library is empty. Add files under Library, then ask.",
    ),
    "done": ("完成", "Done"),
    "trouble": ("没有做成", "Not done"),
    "stopped": ("已停止", "Stopped"),
    "failed": ("没有答成：{why}", "No answer: {why}"),
    "broken": ("程序出错，详情见服务器的日志。请重试。", "Something went wrong; see the server's log. Please retry."),
    "source_n": ("引用 {n}", "Source {n}"),
    "see_source": ("看原文", "See the source"),
    "copy": ("复制回答和引用", "Copy with sources"),
    "copy_plain": ("复制回答", "Copy"),
    "copied": ("已复制", "Copied"),
    "sources_of": ("{n} 处引用", "{n} sources"),
    "sources_of_one": ("{n} 处引用", "{n} source"),
    "sources_head": ("引用：", "Sources:"),
    "useful": ("有用", "Useful"),
    "useless": ("没用", "Not useful"),
    "why": ("为什么", "Why"),
    "why_useful": ("好在哪里？可以不写", "What was good? Optional"),
    "why_useless": ("哪里不对、缺了什么？可以不写", "What is wrong or missing? Optional"),
    "say_why": ("提交", "Send"),
    "say_nothing": ("不写了", "Skip"),
    "thanks": ("已记下，谢谢。", "Noted, thank you."),
    # The scope.
    "scope": ("限定范围", "Limit the scope"),
    "scope_all": ("范围：全部资料", "Scope: whole library"),
    "scope_set": ("范围：{what}", "Scope: {what}"),
    "orgs": ("单位", "Organisations"),
    "years": ("年份", "Years"),
    "reports": ("报告", "Reports"),
    "understood": ("上一问理解为", "Last question understood as"),
    "pin": ("点一下，以后的问题都限定为：{what}", "Click to limit further questions to: {what}"),
    "instead": ("改问", "Ask instead:"),
    "ask_instead": ("点一下，改为问：{what}", "Click to ask about {what} instead"),
    "and": ("、", ", "),
    "scope_clear": ("不限", "Clear"),
    "year": ("{y}年", "{y}"),
    "kind_summary": ("总结", "achievements"),
    "kind_highlight": ("亮点", "highlights"),
    "kind_problem": ("问题", "problems"),
    "kind_plan": ("打算", "plans"),
    "kind_suggestion": ("建议", "suggestions"),
    # The sources.
    "tab_sources": ("引用", "Sources"),
    "tab_read": ("原文", "Report"),
    "tab_library": ("资料库", "Library"),
    "tab_history": ("历史", "History"),
    "no_sources": (
        "这里显示回答的引用。点击回答里的编号，可以看到它在原文里的位置。",
        "The sources of an answer appear here. Click a number in the answer to see it in its place.",
    ),
    "none_cited": ("这条回答没有引用。", "This answer cites nothing."),
    "answer_to": ("问：{question}", "Question: {question}"),
    "masked": ("原文数字已隐去", "Figures are hidden in the source"),
    "file": ("文件：{name}", "File: {name}"),
    "page": ("，第 {n} 页", ", page {n}"),
    "open_report": ("在报告里看", "See it in the report"),
    "section_of": ("所在的一节", "Its section"),
    "section_before": ("‹ 上一节 {heading}", "‹ Previous: {heading}"),
    "section_after": ("下一节 {heading} ›", "Next: {heading} ›"),
    "gone": (
        "这份报告已经不在资料库里，下面是回答时的摘录。",
        "This report is no longer in the library; this is the excerpt as it was.",
    ),
    "changed": (
        "报告的文字已更新，下面是回答时的摘录。",
        "The report's text has changed; this is the excerpt as it was.",
    ),
    "original": ("整理前的原文字句", "The file's own wording"),
    "cut": ("（这一节较长，只显示摘录前后的部分）", "(A long section: only the part around the excerpt is shown)"),
    # The reader.
    "no_report": (
        "从“资料库”或一条引用里打开报告，在这里阅读。",
        "Open a report from the library or from a source to read it here.",
    ),
    "contents": ("目录", "Contents"),
    "ask_this": ("只问这份报告", "Ask only this report"),
    "correct": ("更正信息", "Correct the details"),
    "field_title": ("标题", "Title"),
    "field_org": ("单位", "Organisation"),
    "field_year": ("总结年份", "Year reported"),
    "field_plan_year": ("计划年份", "Year planned"),
    "save": ("保存", "Save"),
    "saved": ("已保存，提问时立即生效。", "Saved; questions follow at once."),
    "bad_year": ("年份要写成四位数字，例如 2023；不知道就留空。", "Write a year as four digits, or leave it empty."),
    "no_title": ("标题不能为空。", "The title cannot be empty."),
    "remove": ("移出资料库", "Remove from the library"),
    "remove_sure": ("确定移出", "Yes, remove it"),
    "remove_what": (
        "移出后不能再问到这份报告；需要时可以重新添加它的文件。",
        "It can no longer be asked about; add its file again if you need it.",
    ),
    "keep": ("不移出", "Keep it"),
    "removed": ("已移出：{name}", "Removed: {name}"),
    "fuller_version": (
        "这份报告有隐去的内容，提问时用的是更全的版本：",
        "Some of this version is hidden; questions use the fuller one: ",
    ),
    "other_version": ("同一份报告的另一个版本：", "Another version of the same report: "),
    "characters": ("{n} 字", "{n} characters"),
    "sections": ("{n} 节", "{n} sections"),
    "sections_one": ("{n} 节", "{n} section"),
    "hidden_figures": ("隐去数字 {n} 处", "{n} figures hidden"),
    "hidden_figures_one": ("隐去数字 {n} 处", "{n} figure hidden"),
    # The library.
    "add": ("添加报告文件（可多选）", "Add report files (several at once)"),
    "holds": ("共 {reports} 份报告，{orgs} 个单位", "Reports: {reports} · organisations: {orgs}"),
    "holds_years": ("，{years} 年", " · {years}"),
    "by_year": ("单位 × 年份", "Organisations × years"),
    "cell": ("{what}：{n} 份报告", "{what}: {n} reports"),
    "cell_one": ("打开：{what}", "Open: {what}"),
    "unknown_org": ("未注明单位", "Organisation unknown"),
    "unknown_year": ("年份不详", "year unknown"),
    "search": ("查找", "Find"),
    "search_hint": ("标题、单位、文件名或年份", "Title, office, file, year"),
    "sort": ("排序", "Sort by"),
    "sort_org": ("单位", "Organisation"),
    "sort_year": ("年份（新的在前）", "Year (newest first)"),
    "sort_title": ("标题", "Title"),
    "sort_sections": ("节数（多的在前）", "Sections (most first)"),
    "sort_added": ("添加时间（新的在前）", "Added (newest first)"),
    "sample": ("示例", "sample"),
    "samples_note": (
        "资料库里现在是一个虚构地区的示例报告。在“资料库”里添加你自己的文件，示例可以随时移出。",
        "The library holds sample reports of a fictional district. Add your own files under Library.",
    ),
    "no_match": ("没有符合的报告。", "No report matches."),
    "open": ("打开", "Open"),
    "waiting": ("等待处理", "Waiting"),
    "stage_读取": ("读取", "Reading"),
    "stage_拆分": ("拆分成报告", "Splitting into reports"),
    "stage_向量": ("建立索引", "Indexing"),
    "stage_存入": ("存入资料库", "Storing"),
    "finished": ("处理完成", "Done"),
    "not_all": ("处理完成，有 {n} 个文件没有加入", "Done; {n} files were not added"),
    "not_all_one": ("处理完成，有 {n} 个文件没有加入", "Done; {n} file was not added"),
    "added": ("已加入，{n} 份报告", "Added: {n} reports"),
    "added_one": ("已加入，{n} 份报告", "Added: {n} report"),
    "unchanged": ("资料库里已有，没有变化", "Already in the library"),
    "replaced": ("已替换旧的，{n} 份报告", "Replaced: {n} reports"),
    "replaced_one": ("已替换旧的，{n} 份报告", "Replaced: {n} report"),
    "skipped": ("已跳过：{why}", "Skipped: {why}"),
    "too_large": ("文件超过 {n} MB。请拆成几个文件再添加", "The file is larger than {n} MB; split it"),
    "too_many": (
        "一次最多添加 {n} 个文件。请分几次，或打成 .zip 再添加",
        "At most {n} files at once; add them in parts",
    ),
    "failed_file": ("没有加入：{why}", "Not added: {why}"),
    "opinions": ("大家对回答的评价", "What people thought of answers"),
    "no_opinions": ("还没有人评价过回答。", "Nobody has judged an answer yet."),
    "all_opinions": ("最近 {n} 条；全部：{command}", "The latest {n}; for all: {command}"),
    # Earlier conversations.
    "no_history": (
        "还没有历史对话。对话只保存在这个浏览器里。",
        "No earlier chats. Chats are kept in this browser only.",
    ),
    "history_where": ("对话只保存在这个浏览器里。", "Chats are kept in this browser only."),
    "forget": ("删除", "Delete"),
    "questions": ("{n} 问", "{n} questions"),
    "questions_one": ("{n} 问", "{n} question"),
    "export_md": ("导出 .md", "Export as .md"),
    "export_docx": ("导出 Word", "Export as Word"),
    "export_name": ("报告问答", "reports-chat"),
}


class Say:
    """Speaks one of the two languages: `Say("en")("copied")`."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "zh"

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key`, filled in; in English the form for one where there is one."""
        if values.get("n") == 1 and f"{key}_one" in TEXTS:
            key = f"{key}_one"
        text = TEXTS[key][0 if self.language == "zh" else 1]
        return text.format(**values) if values else text

    def html(self, key: str, **values: object) -> str:
        """The same, safe inside HTML and its attributes."""
        return escape(self(key, **values))

    def years(self, years: tuple[int, ...] | list[int]) -> str:
        """`2023–2024`, or that the year is not known."""
        return "–".join(str(year) for year in sorted(years)) or self("unknown_year")


def language_of(cookies: dict[str, str]) -> str:
    """The language a visitor has chosen; Chinese until they choose."""
    chosen = cookies.get("baogao_lang", "zh")
    return chosen if chosen in LANGUAGES else "zh"


def translations() -> gr.I18n:
    """The same texts for labels that the browser translates."""
    import gradio as gr

    return gr.I18n(**{name: {key: pair[i] for key, pair in TEXTS.items()} for i, name in enumerate(LANGUAGES.values())})
