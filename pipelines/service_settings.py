"""The settings and secrets of the Airflow that `warraq up` starts."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
from pathlib import Path

from pipelines import daily
from spiders.settings import contact
from spiders.warehouse import ROOT, embedded_url, home

HOST = "127.0.0.1"
USER = "admin"
MARK = "WARRAQ_SERVICE"
PATHS = ("WARRAQ_HOME", "WARRAQ_REPLAY", "WARRAQ_OUTLETS", "WARRAQ_PYTHON")
AUTH_MANAGER = "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"


def environment(port: int) -> dict[str, str]:
    """What Airflow's processes get: the caller's environment, our settings, and the mark for `down`."""
    keys, folder, logs = service_secrets(), service_folder(), home() / "logs" / "airflow"
    url = f"http://{HOST}:{port}"
    tunable = {
        "CORE__PARALLELISM": str(_parallelism()),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",  # a backfill of a paused DAG waits without a word
        "API__DEFAULT_WRAP": "True",  # or a log's long sentences run out of the page
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "LOGGING__BASE_LOG_FOLDER": str(logs),
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(logs / "dag_processor"),
    }
    ours = {
        "CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__FERNET_KEY": keys["fernet"],
        "CORE__AUTH_MANAGER": AUTH_MANAGER,
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / "passwords.json"),
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "DATABASE__SQL_ALCHEMY_CONN": re.sub("^postgresql:", "postgresql+psycopg2:", embedded_url("airflow")),
        "API__HOST": HOST,
        "API__PORT": str(port),
        "API__BASE_URL": url,
        "API__WORKERS": "1",
        "API__SECRET_KEY": keys["api"],
        "API_AUTH__JWT_SECRET": keys["jwt"],
        "API_AUTH__JWT_ISSUER": "warraq",
        # Longer than any task, an outlet's day and an hour: the token of a running task is not renewed in time.
        "EXECUTION_API__JWT_EXPIRATION_TIME": "93600",
        "SCHEDULER__ENABLE_HEALTH_CHECK": "False",
        "SCHEDULER__USE_JOB_SCHEDULE": str(daily.is_on()),  # backfills and manual runs need no schedule
    }
    base = _absolute_paths(dict(os.environ)) | {"WARRAQ_HOME": str(home()), "AIRFLOW_HOME": str(folder)}
    base["WARRAQ_CONTACT"] = contact() or daily.kept_contact()
    defaults = {f"AIRFLOW__{key}": value for key, value in tunable.items()}
    settings = {f"AIRFLOW__{key}": value for key, value in ours.items()}
    # SPT_NOENV keeps process titles out of the memory where others read a process's environment.
    local = {MARK: str(home()), "SPT_NOENV": "1"} | _no_proxy(base)
    return defaults | base | settings | local


def service_secrets() -> dict[str, str]:
    """The keys and the password, made once, readable by their owner only."""
    file = service_folder() / "secrets.json"
    if not file.exists():
        made = {name: secrets.token_urlsafe(48) for name in ("jwt", "api")}
        made["fernet"] = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        made["password"] = secrets.token_urlsafe(12)
        _write_private(service_folder() / "passwords.json", {USER: made["password"]})
        _write_private(file, made)
    return dict(json.loads(file.read_text("utf-8")))


def _write_private(file: Path, content: dict[str, str]) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(content, stream)


def _absolute_paths(env: dict[str, str]) -> dict[str, str]:
    """The environment with our paths made absolute: tasks run in folders of their own."""
    return env | {name: str(Path(env[name]).absolute()) for name in PATHS if env.get(name)}


def _no_proxy(env: dict[str, str]) -> dict[str, str]:
    """Tasks speak to the API server on this machine, never through a proxy."""
    known = env.get("no_proxy") or env.get("NO_PROXY") or ""
    value = ",".join(filter(None, [known, HOST, "localhost"]))
    return {"no_proxy": value, "NO_PROXY": value}


def _parallelism() -> int:
    """How many tasks run at once: crawls mostly wait, so twice the processors, between 4 and 16."""
    return min(16, max(4, 2 * (os.cpu_count() or 1)))


def service_folder() -> Path:
    """AIRFLOW_HOME: settings, keys, pid files; for its owner only."""
    folder = home() / "airflow"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
