"""Measuring answers and retrieval on a case file."""
