"""Resources of the process, and whether its telemetry arrives."""

from infra.grafana.boards import Board
from infra.grafana.panels import BAD, GOOD, WARN, Panel, Query
from infra.grafana.promql import JOB, MEMORY, grown, or_none, rate, total
from infra.names import DROPPED, INFO, RUNNING, SESSIONS

STATE = (
    Panel(
        "Processes",
        "That told their metrics in the last minutes.",
        (Query(or_none(f"count({INFO.prometheus})")),),
        "stat",
        width=4,
        height=4,
        steps=((None, BAD), (1, GOOD)),
        decimals=0,
    ),
    Panel(
        "Running since",
        "The youngest process: a small figure that stays small is a crash loop.",
        (Query(f"min(time() - process_start_time_seconds{{{JOB}}})"),),
        "stat",
        "s",
        4,
        4,
    ),
    Panel(
        "Version",
        "What runs, and which mind answers.",
        (Query(f"max by (version, mind) ({INFO.prometheus})", "{{version}}, {{mind}}"),),
        "stat",
        width=8,
        height=4,
    ),
    Panel(
        "Telemetry dropped",
        "Spans, metrics and log records that did not reach their back end, in the time shown. "
        "No turn is lost with them.",
        (Query(or_none(grown(total(DROPPED)))),),
        "stat",
        width=8,
        height=4,
        steps=((None, GOOD), (1, BAD)),
        decimals=0,
    ),
)
PROCESS = (
    Panel(
        "Memory",
        "Resident, by instance. The line is nine tenths of the container's limit.",
        (Query(f"process_resident_memory_bytes{{{JOB}}}", "{{instance}}"),),
        unit="bytes",
        steps=((None, GOOD), (MEMORY, BAD)),
    ),
    Panel(
        "Processor",
        "Cores in use, by instance.",
        (Query(rate(f"process_cpu_seconds_total{{{JOB}}}", "instance"), "{{instance}}"),),
        steps=((None, GOOD), (1.5, WARN)),
    ),
    Panel(
        "Open files",
        "Files and connections, by instance. A line that only climbs is a leak.",
        (Query(f"process_open_fds{{{JOB}}}", "{{instance}}"),),
    ),
    Panel(
        "Load",
        "Turns under way and sessions of the last 15 minutes, by instance.",
        (
            Query(f"sum by (instance) ({RUNNING.prometheus})", "turns {{instance}}"),
            Query(f"sum by (instance) ({SESSIONS.prometheus})", "sessions {{instance}}"),
        ),
    ),
    Panel(
        "Telemetry dropped, a minute",
        "By signal: the back end is away, slow, or refuses the token.",
        (Query(f"60 * {rate(total(DROPPED), 'signal')}", "{{signal}}"),),
    ),
    Panel(
        "Scrape",
        "How long Prometheus takes to read /metrics.",
        (Query(f"scrape_duration_seconds{{{JOB}}}", "{{instance}}"),),
        unit="s",
    ),
)

RESOURCES = Board(
    "osusume-resources",
    "Osusume / Resources",
    "Memory, processor and files of the process, and whether its telemetry arrives.",
    (("State", STATE), ("Process", PROCESS)),
)
