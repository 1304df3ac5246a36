"""Reading articles: formats, metadata, encodings, white space, and what is said about files that cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg import articles
from kg.articles import load, normalise, parse_text, read_file
from kg.errors import ArticleError


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_front_matter_is_read_and_left_out_of_the_text(tmp_path: Path) -> None:
    front = "---\ntitle: La cumbre\ndate: 2022-06-29\nsource: Redacción\n---\n"
    file = write(tmp_path / "a.md", front + "\nMadrid, 29 jun.- Texto.\n")
    article = read_file(file)
    assert (article.id, article.title, article.date, article.source) == ("a", "La cumbre", "2022-06-29", "Redacción")
    assert article.text == "Madrid, 29 jun.- Texto."


@pytest.mark.parametrize(("front", "plain"), [
    ("title: Crónica  de una cumbre \ndate: 2022-06-29\nurl: https://example.org/1?a=b\nsource: Agencia Uno", True),
    ("title: ¿Qué hará la OTAN?\nauthor: Ana Ruiz", True),
    ("title: «La cumbre» de Madrid, [sic] & \"más\"", True),
    ("title: La cumbre: el final\ndate: 2022-06-29", False), ("title: No", False), ("title: ~", False),
    ("title: Cumbre\nlanguage: es\nsource: EFE", True), ("title: 'La cumbre'", False),
    ("title: La cumbre # de Madrid", False), ("title: La\u2028cumbre de Madrid", False), ("title: La cumbre\n  de Madrid", False),
    ("title: La cumbre\ntitle: Otra cumbre", False), ("title: |\n  La cumbre\n  de Madrid", False), ("date: 2022-6-1", False),
    ("title: La cumbre\n\ndate: 2022-06", False),
])
def test_plain_front_matter_is_read_as_yaml_reads_it(front: str, plain: bool) -> None:
    quick = articles._plain_fields(front)
    assert (quick is not None) == plain
    if quick:
        assert quick == articles._fields(front, "a.md")


def test_metadata_csv_serves_files_without_front_matter(tmp_path: Path) -> None:
    write(tmp_path / "metadata.csv", "file,date,title,source,url\na.txt,2000-05-23,Título,EFE,\n")
    write(tmp_path / "a.txt", "Un texto.")
    write(tmp_path / "b.txt", "Otro texto.")
    first, second = load([tmp_path]).articles
    assert (first.date, first.title, first.source, first.url) == ("2000-05-23", "Título", "EFE", None)
    assert second.date is None


def test_markdown_becomes_plain_text() -> None:
    text = "# Título\n\nUn *texto* con [enlace](https://example.org)\ny **fuerza**.\n\n## Medio\n\nFin."
    article = parse_text(text, markdown=True)
    assert article.title == "Título"
    assert article.text == "Un texto con enlace y fuerza.\n\nMedio\n\nFin."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path / "a.txt", "España respondió: «Sí, mañana».".encode(encoding))
    assert read_file(file).text == "España respondió: «Sí, mañana»."


@pytest.mark.parametrize(("raw", "expected"), [
    ("Uno.\n\n\n\nDos.", "Uno.\n\nDos."),
    ("Uno.\r\n\r\nDos.", "Uno.\n\nDos."),
    ("Una línea partida\npor el editor.", "Una línea partida por el editor."),
    ("Titular sin punto\n\nTexto.", "Titular sin punto\n\nTexto."),
    ("«Cita».\nSigue.", "«Cita».\n\nSigue."),
    ("con\u00a0espacio\u2009raro\u200b y\ttab", "con espacio raro y tab"),
    ("Mala\u0301ga", "Malága"),
])
def test_white_space(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


def test_normalise_is_idempotent() -> None:
    text = normalise("Titular\n\nUno. «Dos»\n\n\tTres\ncuatro.")
    assert normalise(text) == text


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path / "good.txt", "Un texto.")
    write(tmp_path / "empty.txt", " \n\n")
    write(tmp_path / "binary.txt", b"\x89PNG\x00\x00")
    write(tmp_path / "date.md", "---\ndate: mañana\n---\nTexto.")
    write(tmp_path / "english.md", "---\nlanguage: en\n---\nText.")
    write(tmp_path / "broken.md", "---\ntitle: [\n---\nTexto.")
    batch = load([tmp_path])
    assert [a.id for a in batch.articles] == ["good"]
    named = {Path(p.where or "").name: str(p) for p in batch.problems}
    assert set(named) == {"empty.txt", "binary.txt", "date.md", "english.md", "broken.md"}
    assert "YYYY-MM-DD" in named["date.md"]


def test_broken_metadata_is_told_once_and_articles_are_read(tmp_path: Path) -> None:
    write(tmp_path / "metadata.csv", "name,when\na,b\n")
    write(tmp_path / "a.txt", "Un texto.")
    write(tmp_path / "b.txt", "Otro texto.")
    batch = load([tmp_path])
    assert len(batch.articles) == 2
    assert [p.what for p in batch.problems] == ["has no column «file»"]


def test_equal_names_in_two_folders_stay_apart(tmp_path: Path) -> None:
    for folder in ("lunes", "martes"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder / "a.txt", f"Texto del {folder}.")
    assert [a.id for a in load([tmp_path]).articles] == ["lunes-a", "martes-a"]


def test_what_is_hidden_is_not_read(tmp_path: Path) -> None:
    for name in (".venv/lib/a.txt", ".b.txt", "c.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        write(tmp_path / name, "Texto.")
    assert [path.name for path in articles.find([tmp_path])] == ["c.txt"]
    assert [path.name for path in articles.find([tmp_path / ".b.txt"])] == [".b.txt"]


def test_an_empty_name_is_not_the_current_folder() -> None:
    with pytest.raises(ArticleError, match="an empty name"):
        articles.find([""])


def test_readme_is_not_an_article_and_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "README.md", "# About")
    with pytest.raises(ArticleError, match=r"no articles here.*\.txt"):
        load([tmp_path])


def test_a_missing_source_is_named() -> None:
    with pytest.raises(ArticleError, match="nowhere"):
        load(["nowhere"])


def test_without_a_name_the_digest_is_the_id() -> None:
    article = parse_text("Un texto.")
    assert len(article.id) == 16
    assert article.id == parse_text("Un  texto.").id


def test_files_seen_before_are_not_opened_again(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        os.utime(write(tmp_path / f"{name}.txt", f"Un texto de {name}."), (1e9, 1e9))
    first = load([tmp_path])
    assert len(first.articles) == len(first.seen) == 3
    write(tmp_path / "b.txt", "Otro texto.")
    os.utime(write(tmp_path / "metadata.csv", "file,title\na.txt,Uno\n"), (1e9, 1e9))
    changed = load([tmp_path], first.seen)
    assert [a.id for a in changed.articles] == ["a", "b", "c"]  # what is known of them has changed, too
    assert set(changed.seen) == {str(tmp_path / "a.txt"), str(tmp_path / "c.txt")}  # b was written a moment ago
    again = load([tmp_path], changed.seen)
    assert [a.id for a in again.articles] == ["b"]
    assert [file.digest for file in again.unchanged] == [a.digest for a in changed.articles if a.id != "b"]
