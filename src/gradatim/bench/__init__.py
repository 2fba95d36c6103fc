"""Collections of questions with reference answers: loaded, asked, judged by value."""
