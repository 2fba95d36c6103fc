"""Homework documents: read into sections and questions, solved, reported."""
