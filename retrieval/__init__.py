"""Chunks become an index, a question becomes hits."""
