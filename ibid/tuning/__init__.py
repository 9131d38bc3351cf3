"""Tuning: chunking configurations compared on a case file, at equal numbers of tokens sent."""
