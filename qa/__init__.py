"""A question and its hits become a cited answer."""
