"""The tutorial pipeline that answers are compared with."""

from pathlib import Path

from small_library import COMMERCE, TOWN, TRANSPORT, LetterEmbeddings, small_file

from rag.baseline import SIZE, TOP, Baseline
from rag.library import Library
from rag.settings import Settings


def test_the_nearest_pieces_are_the_answer(tmp_path: Path):
    long = "".join(f"第{n}项是有关道路照明的工作。" for n in range(300))
    with Library.open(Settings.from_env({}, home=tmp_path / "home"), LetterEmbeddings()) as library:
        one, two = small_file("两局.txt", TRANSPORT, COMMERCE), small_file("临河.txt", TOWN)
        library.add(*one)
        library.add(*two)
        library.add(*small_file("长.txt", ("照明局2023年工作总结", long)))
        reply = Baseline(library).ask("种植蔬菜三千亩")
        assert not Baseline(library).ask("明天天气如何").refused
    assert (reply.mode, reply.refused, len(reply.citations)) == ("baseline", False, TOP)
    first = reply.citations[0]
    assert (first.file, first.n) == ("临河.txt", 1)
    assert "三千亩" in first.excerpt
    assert reply.answer.startswith(f"{first.excerpt}[1]")
    texts = {"临河.txt": two[0].text, "两局.txt": one[0].text}
    for cited in reply.citations:
        assert len(cited.excerpt) == cited.end - cited.start <= SIZE
        if cited.file in texts:
            assert texts[cited.file][cited.start : cited.end] == cited.excerpt
