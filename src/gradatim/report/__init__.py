"""Answers as people meet them: what is said of one question, as text, Markdown, LaTeX and a page of HTML with MathML."""
