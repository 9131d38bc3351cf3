"""Makes the samples that are not written by hand: the PDF report, the scan, the picture and the maintenance log.

It needs reportlab, pillow and pypdfium2, in an environment of their own (ibid does not depend on reportlab):

    python3 -m venv /tmp/samples
    /tmp/samples/bin/pip install reportlab==5.1.0 pillow==13.0.0 pypdfium2==5.15.2
    /tmp/samples/bin/python tools/make_samples.py

With the same versions the same bytes come out: no clock, no system fonts, seeded noise. The texts are in the
`samples_*.md` and `samples_*.txt` beside this file. `landings.json`, `incidents.jsonl`, the handbook, the minutes and
`questions.jsonl` are written by hand; `tests/house/test_samples.py` checks the questions against all documents.
"""

from __future__ import annotations

import sys
from pathlib import Path

from samples_log import write_log
from samples_notice import draw_notice
from samples_report import write_report
from samples_scan import write_scan

TOOLS = Path(__file__).resolve().parent
DOCS = TOOLS.parent / "data" / "samples" / "docs"


def main() -> int:
    """Write the four files and say how large they are."""
    DOCS.mkdir(parents=True, exist_ok=True)
    made = [DOCS / name for name in ("annual-report-2024.pdf", "dunlin-inspection.pdf", "fares-notice.png")]
    write_report(TOOLS / "samples_report.md", made[0])
    write_scan(TOOLS / "samples_scan.txt", made[1])
    draw_notice(TOOLS / "samples_notice.txt", made[2])
    made.append(DOCS / "maintenance-log-2024.csv")
    write_log(TOOLS / "samples_log.txt", made[3])
    for file in made:
        print(f"{file.relative_to(TOOLS.parent)}: {file.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
