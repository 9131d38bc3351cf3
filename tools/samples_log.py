"""The maintenance log: 520 jobs of the year 2024, most of them drawn from lists; `samples_log.txt` has the others."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

COLUMNS = ("job_no", "date", "vessel", "system", "kind", "work_done", "technician", "hours", "parts_cost", "remarks")
FIRST = 4181
ROWS = 520
DIESEL = ("Kittiwake", "Curlew", "Dunlin", "Turnstone", "Oystercatcher")
VESSELS = (*DIESEL, "Avocet", "Sanderling")
MECHANICS = ("Conlan", "Maddock", "Ferris", "Tully", "Brightwater", "Sorrel", "Hanrahan", "Vesey", "Lomax")
ELECTRICIANS = ("Pike", "Dray", "Achterberg")
JOBS = (  # system, vessels, planned, work, technicians, hours, cost
    ("main engine", DIESEL, True, "Oil and filters changed on the {side} engine", MECHANICS, (3, 6), (180, 420)),
    ("main engine", DIESEL, True, "Valve clearances checked, cylinder {n} adjusted", MECHANICS, (4, 8), (0, 30)),
    ("main engine", DIESEL, True, "Injectors {n} to {m} tested on the bench", MECHANICS, (5, 10), (60, 640)),
    ("main engine", DIESEL, False, "Coolant leak at the {side} heat exchanger sealed", MECHANICS, (2, 7), (15, 160)),
    ("main engine", DIESEL, False, "Fuel lift pump replaced, {side} engine", MECHANICS, (2, 5), (210, 380)),
    (
        "generator",
        ("Kittiwake", "Curlew", "Avocet"),
        True,
        "Generator serviced at {k} hours",
        MECHANICS,
        (3, 6),
        (90, 300),
    ),
    (
        "generator",
        ("Kittiwake", "Curlew", "Avocet"),
        False,
        "Voltage regulator exchanged",
        ELECTRICIANS,
        (2, 4),
        (140, 260),
    ),
    (
        "battery",
        ("Avocet", "Sanderling"),
        True,
        "Insulation of battery string {n} measured",
        ELECTRICIANS,
        (2, 4),
        (0, 0),
    ),
    (
        "battery",
        ("Avocet", "Sanderling"),
        True,
        "Cooling loop of string {n} flushed and refilled",
        ELECTRICIANS,
        (3, 6),
        (40, 120),
    ),
    (
        "battery",
        ("Avocet", "Sanderling"),
        False,
        "Cell monitor {n} on string {m} replaced",
        ELECTRICIANS,
        (2, 5),
        (95, 240),
    ),
    (
        "hydraulics",
        ("Kittiwake", "Dunlin"),
        True,
        "Ramp cylinders greased, hoses inspected",
        MECHANICS,
        (2, 4),
        (10, 45),
    ),
    (
        "hydraulics",
        ("Kittiwake", "Dunlin"),
        False,
        "Pressure loss traced to valve {n}, seal renewed",
        MECHANICS,
        (2, 8),
        (20, 190),
    ),
    ("hull", VESSELS, True, "Anodes inspected by diver, {n} of 16 noted as worn", MECHANICS, (2, 3), (0, 0)),
    ("hull", VESSELS, True, "Rubbing strake on the {side} side repainted", MECHANICS, (4, 9), (35, 110)),
    ("safety", VESSELS, True, "Life rafts and lights checked, {n} lamps renewed", MECHANICS, (2, 4), (0, 60)),
    ("safety", VESSELS, True, "Fire dampers and extinguishers tested", MECHANICS, (2, 5), (0, 80)),
    ("safety", VESSELS, True, "Emergency lighting run for {n} hours on batteries", ELECTRICIANS, (2, 5), (0, 25)),
    ("navigation", VESSELS, True, "Radar and echo sounder checked against chart", ELECTRICIANS, (1, 3), (0, 0)),
    ("navigation", VESSELS, False, "Aerial cable of VHF set {n} renewed", ELECTRICIANS, (1, 3), (18, 75)),
    ("doors", VESSELS, False, "Saloon door on the {side} side rehung", MECHANICS, (1, 3), (5, 60)),
    ("heating", VESSELS, False, "Heater fan {n} cleaned and balanced", ELECTRICIANS, (1, 3), (0, 40)),
    ("toilets", VESSELS, False, "Blocked discharge cleared", MECHANICS, (1, 3), (0, 15)),
    ("pumps", VESSELS, True, "Bilge pump {n} opened and cleaned", MECHANICS, (2, 4), (8, 55)),
    ("steering", VESSELS, True, "Rudder linkage greased, play measured at 0.{n} mm", MECHANICS, (2, 4), (5, 20)),
)
REMARKS = (
    ("", 60),
    ("Worked on night shift.", 5),
    ("Spare taken from store, reorder placed.", 5),
    ("To be watched.", 4),
    ("Second visit needed, part on order.", 3),
    ("Signed off by the chief engineer.", 4),
    ("Done alongside, between sailings.", 4),
    ("Old part kept for examination, shelf C.", 2),
    ("Noise gone, vibration unchanged.", 2),
    ("Apprentice assisted, job used for training.", 3),
)


def write_log(source: Path, target: Path) -> None:
    """Draw the everyday jobs, put those of the source among them, number all by date."""
    chance = random.Random(2029)
    rows = [tuple(line.split("|")) for line in source.read_text(encoding="utf-8").splitlines()]
    rows += [_everyday(chance) for _ in range(ROWS - len(rows))]
    rows.sort(key=lambda row: row[0])
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((f"{FIRST + number:06}", *row) for number, row in enumerate(rows))


def _everyday(chance: random.Random) -> tuple[str, ...]:
    wanted = chance.random() < 0.62
    system, vessels, planned, work, people, hours, cost = chance.choice([job for job in JOBS if job[2] == wanted])
    vessel = chance.choice(vessels)
    earliest = date(2024, 2, 12) if vessel == "Sanderling" else date(2024, 1, 2)
    day = earliest + timedelta(days=chance.randrange((date(2024, 12, 30) - earliest).days + 1))
    n = chance.randint(2, 5)
    text = work.format(side=chance.choice(("port", "starboard")), n=n, m=n + 2, k=f"{chance.randint(9, 60) * 250:,}")
    spent = chance.randint(*cost)
    remark = chance.choices([text for text, _ in REMARKS], [weight for _, weight in REMARKS])[0]
    time = chance.randint(hours[0] * 2, hours[1] * 2) / 2
    kind = "planned" if planned else "unplanned"
    return (day.isoformat(), vessel, system, kind, text, chance.choice(people), f"{time:g}", str(spent or ""), remark)
