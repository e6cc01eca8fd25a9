"""Put dashboards, recording rules and alerts into a Grafana: `python -m infra.grafana.upload`."""

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from infra.errors import OsusumeError, UsageError
from infra.grafana.api import Grafana, Json
from infra.grafana.dashboards import BOARDS

RULES = Path(__file__).parents[1] / "prometheus" / "rules" / "osusume.yaml"
FOLDER, TITLE = "osusume", "Osusume"
NAMESPACE = "Alerts"  # a folder in ours, as Grafana keeps imported rules
LOCAL = {"localhost", "127.0.0.1", "::1"}
ABOUT = """Put Osusume's dashboards, recording rules and alerts into a Grafana.

Everything has a fixed uid or name: run again, it replaces what it wrote before.
The address and the token come from the environment alone:

  GRAFANA_URL    https://<stack>.grafana.net
  GRAFANA_TOKEN  token of a service account with the role Editor and the roles
                 'Data sources: Reader' and 'Alerting: Set provisioning status'
"""
EXAMPLES = """examples:
  python -m infra.grafana.upload --dry-run
  python -m infra.grafana.upload
  python -m infra.grafana.upload --prometheus prometheus --tempo tempo
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 well, 1 failed, 2 bad use."""
    given = _parser().parse_args(arguments)
    try:
        for line in planned(given) if given.dry_run else uploaded(given):
            print(line)
    except OsusumeError as error:
        print(error, file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m infra.grafana.upload",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--dry-run", action="store_true", help="say what would be written, and ask nobody")
    add("--prometheus", default="grafanacloud-prom", metavar="UID", help="data source of metrics")
    add("--tempo", default="grafanacloud-traces", metavar="UID", help="data source of traces")
    add("--docs", default="", metavar="URL", help="where docs/runbooks is to be read, for links")
    return parser


def planned(given: Namespace) -> Iterator[str]:
    """Yield what an upload would write."""
    yield f"would keep folder {FOLDER} ({TITLE})"
    for board in dashboards(given):
        yield f"would write dashboard {board['uid']}: {len(_drawn(board))} panels"
    for group in rule_groups(given.docs):
        yield f"would write rules {group['name']}: {len(group['rules'])}"


def uploaded(given: Namespace) -> Iterator[str]:
    """Write everything and yield what was written."""
    with Grafana(*_access()) as grafana:
        _check_sources(grafana, given)
        made = grafana.keep_folder(FOLDER, TITLE)
        yield f"folder {FOLDER}: {'made' if made else 'kept'}"
        for board in dashboards(given):
            url = grafana.write_dashboard(board, FOLDER, "python -m infra.grafana.upload")
            yield f"dashboard {board['uid']}: {url}"
        yield from _rules(grafana, given)


def _rules(grafana: Grafana, given: Namespace) -> Iterator[str]:
    groups = rule_groups(given.docs)
    for group in groups:
        grafana.write_rules(NAMESPACE, group, FOLDER, given.prometheus)
        yield f"rules {group['name']}: {len(group['rules'])}"
    ours = {group["name"] for group in groups}
    for name in grafana.rule_groups(NAMESPACE, FOLDER):
        if name not in ours and name.startswith("osusume-"):
            grafana.drop_rules(NAMESPACE, name, FOLDER)
            yield f"rules {name}: removed, as they are no longer in {RULES.name}"


def dashboards(given: Namespace) -> list[Json]:
    """Return the dashboards over the data sources that were named."""
    uids = {"prometheus": given.prometheus, "tempo": given.tempo}
    return [_renamed(board.json(), uids) for board in BOARDS]


def rule_groups(docs: str) -> list[Json]:
    """Return the rules; with the docs' address a runbook becomes a link."""
    groups: list[Json] = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    for rule in (rule for group in groups for rule in group["rules"] if docs):
        if "annotations" in rule:
            page = rule["annotations"].pop("runbook")
            rule["annotations"]["runbook_url"] = f"{docs.rstrip('/')}/{page}"
    return groups


def _renamed(value: Any, uids: dict[str, str]) -> Any:
    """Return a copy whose data sources have other uids."""
    if isinstance(value, list):
        return [_renamed(each, uids) for each in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"type", "uid"} and value["type"] in uids:
        return {"type": value["type"], "uid": uids[value["type"]]}
    return {key: _renamed(each, uids) for key, each in value.items()}


def _drawn(board: Json) -> list[Json]:
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def _access() -> tuple[str, str]:
    url, token = (os.environ.get(name, "").strip() for name in ("GRAFANA_URL", "GRAFANA_TOKEN"))
    if not url or not token:
        missing = "GRAFANA_URL" if not url else "GRAFANA_TOKEN"
        raise UsageError(f"{missing} is not set. --help says what it is; --dry-run needs neither.")
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise UsageError(
            f"GRAFANA_URL is {url}: a token is sent over https alone. Write https://… ."
        )
    return url, token


def _check_sources(grafana: Grafana, given: Namespace) -> None:
    for option, uid in (("--prometheus", given.prometheus), ("--tempo", given.tempo)):
        if not grafana.has_source(uid):
            raise UsageError(
                f"{grafana.url} has no data source '{uid}'. Name yours: {option} UID "
                "(Connections > Data sources > the source; the uid ends its address)."
            )


if __name__ == "__main__":
    sys.exit(main())
