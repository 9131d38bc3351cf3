"""ibid in other frameworks: one file per framework."""
