"""What `warraq up` asks Airflow's own API: whether its parts are healthy, and to end what is no longer wanted."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote

from pipelines.service_settings import HOST, USER, service_secrets
from spiders.errors import WarraqError

_UNFINISHED = "/api/v2/dags/~/dagRuns?run_type=scheduled&state=queued&state=running&limit=100"


class ServiceFailed(WarraqError):
    """Airflow did not start, or did not do what it was asked; the message says why, or names the log that does."""


def health(port: int) -> dict[str, str | None]:
    """The status of each part by Airflow's own account; empty while it does not answer."""
    try:
        _, answer = _call(port, "GET", "/api/v2/monitor/health")
        return {part: state.get("status") for part, state in answer.items()}
    except (OSError, HTTPException, ValueError, AttributeError):
        return {}


def end_scheduled_runs(port: int) -> None:
    """Fails the runs that the schedule has begun and nobody has finished, while no scheduler runs."""
    token = _asked(port, "POST", "/auth/token", {"username": USER, "password": service_secrets()["password"]})
    for run in _asked(port, "GET", _UNFINISHED, token=token["access_token"])["dag_runs"]:
        path = f"/api/v2/dags/{quote(run['dag_id'])}/dagRuns/{quote(run['dag_run_id'])}"
        _asked(port, "PATCH", path, {"state": "failed"}, token=token["access_token"], may_be_gone=True)


def _asked(
    port: int, method: str, path: str, body: object = None, *, token: str = "", may_be_gone: bool = False
) -> Any:
    try:
        status, answer = _call(port, method, path, body, token)
    except (OSError, HTTPException, ValueError) as error:
        raise ServiceFailed(f"Airflow's API at port {port} does not answer ({error}).") from error
    if status >= 300 and not (may_be_gone and status == 404):
        raise ServiceFailed(f"Airflow's API refuses {method} {path} ({status}: {answer}).")
    return answer


def _call(port: int, method: str, path: str, body: object = None, token: str = "") -> tuple[int, Any]:
    connection = HTTPConnection(HOST, port, timeout=30)
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()
