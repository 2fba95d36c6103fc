"""The door in: LaTeX, plain text and declarations in prose, read to typed terms."""
