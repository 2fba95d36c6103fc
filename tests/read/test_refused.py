"""What cannot be meant is an error that says so; nothing is read as something else."""

import pytest

import gradatim as gd
from gradatim.cli import main
from gradatim.read.unheard import not_taken


@pytest.mark.parametrize(
    ("text", "given", "said"),
    [
        ("f(x) = f(x) + 1", "", "f is defined by itself"),
        ("z = z + x", "", "z is defined by itself"),
        ("Q(x, u) = x^T Q x + u^T R u", "", None),
        ("x^T A x; x^T B x", "", "two formulas stand here without a name"),
        ("c^T x + d", "c in R, x in R^n", "`c` is a scalar, and a scalar has no transpose"),
        ("c_t = f \\odot c", "f in R, c in R", None),
        ("x / y^T z", "x a matrix, y, z vectors", None),
    ],
)
def test_one_line_says_why(text: str, given: str, said: str | None) -> None:
    if said is None:
        gd.read(text, given=given)
        return
    with pytest.raises(gd.GradatimError, match=said):
        gd.read(text, given=given)


def test_a_greek_letter_before_one_name_is_asked_about() -> None:
    with pytest.raises(gd.ReadError, match="a function of its argument or a product"):
        gd.read(r"\sum_{i=1}^n \rho(r_i)", given=r"$r \in \mathbb{R}^n$")


def test_a_vector_is_no_number_because_its_matrix_is_not_square() -> None:
    with pytest.raises(gd.ShapeError, match="does not conform"):
        gd.read("x^T A x", given=r"$A \in \mathbb{R}^{m \times n}$")


def test_a_label_below_the_same_letter_is_another_name() -> None:
    assert set(gd.read(r"J = J_{\text{MLE}} + \lambda w^T w").symbols) == {"J_MLE", "lam", "w"}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("# Syllabus\n\nWelcome.\n", "asks for no derivative"),
        ("1. What is a norm?\n2. Prove it.\n", "asks for no derivative (2 items: 1, 2)"),
    ],
)
def test_a_document_without_a_question_is_an_error(document: str, said: str, tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "sheet.md"
    path.write_text(document)
    assert main(["solve", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_a_dollar_that_is_not_closed_is_said(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "sheet.md"
    path.write_text("1. Find $\\nabla_x x^T A x with x in R^n.\n")
    assert main(["solve", str(path)]) == 1
    assert "a `$` of it is not closed" in capsys.readouterr().out


def test_a_list_of_names_is_no_sentence() -> None:
    assert not_taken("A, B are n × n matrices, t is a scalar") == []
    assert not_taken("$A$, $B$ are symmetric, foo is bar") == ["nothing is declared by “foo is bar”"]


def test_a_bar_in_round_brackets_makes_no_row() -> None:
    """Chemists' (μν|λσ) is an entry of an array with four indices, and no row of two numbers."""
    with pytest.raises(gd.ReadError, match="bar in round brackets"):
        gd.read(r"\sum_{\mu\nu\lambda\sigma} P_{\mu\nu} P_{\lambda\sigma} (\mu\nu|\lambda\sigma)")
