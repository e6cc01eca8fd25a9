"""The few calls of Grafana's HTTP API that an upload needs, each safe to repeat."""

from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx
import yaml

from infra.errors import GrafanaError

Json = dict[str, Any]
RULES = "/api/convert/prometheus/config/v1/rules"  # mimirtool's protocol, by Grafana itself
NEEDED = (
    "the role Editor, and the roles 'Data sources: Reader' and "
    "'Alerting: Set provisioning status'; or the role Admin"
)
REMEDIES = {
    401: "Put a token of a service account of this Grafana into GRAFANA_TOKEN",
    403: f"Give the token's service account {NEEDED}",
    404: "Check that GRAFANA_URL is the address of a Grafana, version 12 or newer",
    429: "Wait a minute and run it again: what is there already is not written twice",
}


class Grafana:
    """One Grafana, by its address and a service account's token."""

    def __init__(self, url: str, token: str, timeout: float = 30.0) -> None:
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def has_source(self, uid: str) -> bool:
        """Tell whether there is a data source of this uid."""
        return self._get(f"/api/datasources/uid/{quote(uid, safe='')}") is not None

    def keep_folder(self, uid: str, title: str) -> bool:
        """Make a folder unless it is there; tell whether it was made."""
        if self._get(f"/api/folders/{uid}") is not None:
            return False
        self._send("POST", "/api/folders", json={"uid": uid, "title": title})
        return True

    def write_dashboard(self, board: Json, folder: str, message: str) -> str:
        """Put a dashboard in place of the one with its uid, and return its address."""
        sent = {"dashboard": board, "folderUid": folder, "overwrite": True, "message": message}
        done = self._send("POST", "/api/dashboards/db", json=sent)
        return f"{self.url}{done.get('url', '')}"

    def write_rules(self, namespace: str, group: Json, folder: str, source: str) -> None:
        """Put a group of Prometheus' rules in place of the one with its name."""
        headers = {
            "Content-Type": "application/yaml",
            "X-Grafana-Alerting-Datasource-UID": source,
            "X-Grafana-Alerting-Folder-UID": folder,
        }
        body = yaml.safe_dump(group, sort_keys=False, allow_unicode=True)
        self._send("POST", f"{RULES}/{quote(namespace, safe='')}", content=body, headers=headers)

    def rule_groups(self, namespace: str, folder: str) -> list[str]:
        """Return the names of the groups that were written before."""
        headers = {"X-Grafana-Alerting-Folder-UID": folder}
        found = self._get(f"{RULES}/{quote(namespace, safe='')}", headers) or {}
        return [group["name"] for group in found.get(namespace, [])]

    def drop_rules(self, namespace: str, group: str, folder: str) -> None:
        """Remove a group of rules."""
        headers = {"X-Grafana-Alerting-Folder-UID": folder}
        path = f"{RULES}/{quote(namespace, safe='')}/{quote(group, safe='')}"
        self._send("DELETE", path, headers=headers)

    def _get(self, path: str, headers: Mapping[str, str] | None = None) -> Json | None:
        """Return what is there, or None where nothing is."""
        answer = self._ask("GET", path, headers=headers)
        return None if answer.status_code == 404 else self._read(answer)

    def _send(self, method: str, path: str, **more: Any) -> Json:
        return self._read(self._ask(method, path, **more))

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise GrafanaError(
                f"No answer from {self.url}: {reason}. Check GRAFANA_URL and the network."
            ) from error

    def _read(self, answer: httpx.Response) -> Json:
        """Return the answer's JSON. Raises GrafanaError where Grafana refused, or is none."""
        said = _json(answer)
        if answer.is_success and said is not None:
            return said
        status = answer.status_code
        told = (said or {}).get("message") or "an answer that is not Grafana's"
        remedy = REMEDIES.get(status, "Check that GRAFANA_URL is a running Grafana's address")
        what = f"{answer.request.method} {answer.request.url.path}"
        raise GrafanaError(f"{self.url} answered {status} to {what}: {told}. {remedy}.")


def _json(answer: httpx.Response) -> Json | None:
    if not answer.content:
        return {}
    try:
        said = answer.json()
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
