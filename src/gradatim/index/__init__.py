"""The workshop: terms as sums of products of indexed factors."""
