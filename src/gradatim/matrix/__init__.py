"""The way back up: from index sums to the formula that a person would have written."""
