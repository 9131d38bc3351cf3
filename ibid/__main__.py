"""`python -m ibid`."""

from __future__ import annotations

import sys

from ibid.cli import main

if __name__ == "__main__":
    sys.exit(main())
