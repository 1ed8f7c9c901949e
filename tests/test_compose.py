"""What the image and the compose file must keep to, read from the files; no engine is needed."""

import re
import subprocess
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
AIRFLOW = {name: service for name, service in SERVICES.items() if "warraq:" in service["image"]}
ONE_SHOT = {"roles", "init"}
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
SECRET_WORD = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|ALCHEMY_CONN|DATABASE_URL")

each_service = pytest.mark.parametrize("name", SERVICES)


def test_the_services() -> None:
    assert set(SERVICES) == {
        "postgres", "roles", "init", "api-server", "scheduler", "dag-processor", "triggerer",
    }  # fmt: skip


def test_an_old_compose_reads_it_too() -> None:
    assert not {"name", "version", "include"} & set(COMPOSE)


@each_service
def test_ports_are_published_on_loopback_only(name: str) -> None:
    service = SERVICES[name]
    assert all(str(port).startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "network_mode" not in service
    assert name == "api-server" or "ports" not in service


def test_the_database_is_on_a_network_without_a_way_out() -> None:
    assert COMPOSE["networks"]["database"]["internal"] is True
    assert SERVICES["postgres"]["networks"] == ["database"]


def test_postgres_is_18_in_utf8_and_never_in_plain_c() -> None:
    postgres = SERVICES["postgres"]
    arguments = postgres["environment"]["POSTGRES_INITDB_ARGS"].split()
    locales = [argument.partition("=")[2] for argument in arguments if "locale=" in argument]
    assert postgres["image"] == "postgres:18"
    assert "--encoding=UTF8" in arguments
    assert locales
    assert all(locale.endswith("UTF-8") for locale in locales)
    # Version 18 keeps its data in a folder of its version below this one.
    assert postgres["volumes"] == ["postgres:/var/lib/postgresql"]


@each_service
def test_every_service_is_watched_or_ends(name: str) -> None:
    service = SERVICES[name]
    if name in ONE_SHOT:
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]


@each_service
def test_every_service_has_few_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged")
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))


@pytest.mark.parametrize("name", AIRFLOW)
def test_airflow_is_read_only_and_adds_no_rights(name: str) -> None:
    assert AIRFLOW[name]["read_only"] is True
    assert "cap_add" not in AIRFLOW[name]


@each_service
def test_no_secret_stands_in_the_environment(name: str) -> None:
    environment = SERVICES[name].get("environment", {})
    plain = {key for key in environment if SECRET_WORD.search(key) and not key.endswith(("_CMD", "_FILE"))}
    assert plain == set()


@pytest.mark.parametrize("name", AIRFLOW)
def test_airflow_s_settings(name: str) -> None:
    settings = AIRFLOW[name]["environment"]
    wanted = {
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "8",
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__TEST_CONNECTION": "Disabled",
        "CORE__EXECUTION_API_SERVER_URL": "http://api-server:8080/execution/",
        "API__EXPOSE_CONFIG": "False",
        "SCHEDULER__ENABLE_HEALTH_CHECK": "True",
    }
    assert {key: settings[f"AIRFLOW__{key}"] for key in wanted} == wanted
    # An outlet may be given a day, and its task has an hour more (dags/): the token must last longer.
    assert int(settings["AIRFLOW__EXECUTION_API__JWT_EXPIRATION_TIME"]) > 25 * 3600


@pytest.mark.parametrize(
    ("daily", "contact", "exit_code", "words"),
    [
        ("False", "", 0, ""),
        ("false", "", 0, ""),
        ("true", "desk@raqib.tld", 0, ""),
        ("True", "", 2, "WARRAQ_DAILY needs WARRAQ_CONTACT"),
        ("true", "", 2, "WARRAQ_DAILY needs WARRAQ_CONTACT"),
        ("yes", "desk@raqib.tld", 2, "WARRAQ_DAILY must be true or false"),
    ],
)
def test_nobody_is_crawled_every_day_without_a_contact(
    tmp_path: Path, daily: str, contact: str, exit_code: int, words: str
) -> None:
    setting = AIRFLOW["scheduler"]["environment"]["AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE"]
    assert setting == "${WARRAQ_DAILY:-False}"
    for name in ("airflow", "warraq"):  # what comes after the check is tried with an engine, in test_docker.py
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    env = {
        "PATH": f"{tmp_path}:/usr/bin:/bin", "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE": daily, "WARRAQ_CONTACT": contact,
    }  # fmt: skip
    done = subprocess.run(["sh", ROOT / "docker" / "init"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == exit_code, done.stderr
    assert words in done.stderr


def test_only_the_roles_step_and_the_server_know_the_superuser() -> None:
    knowing = {name for name, service in SERVICES.items() if "postgres_password" in service["secrets"]}
    assert knowing == {"postgres", "roles"}


def test_everything_waits_for_what_it_needs() -> None:
    waits = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    done, healthy = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}
    assert waits["roles"] == {"postgres": healthy}
    assert waits["init"] == {"roles": done}
    assert waits["scheduler"] == {"api-server": healthy}
    assert all(waits[name] == {"init": done} for name in ("api-server", "dag-processor", "triggerer"))


def make_secrets(folder: Path) -> str:
    script = ROOT / "docker" / "secrets.sh"
    return subprocess.run(["sh", script, folder], check=True, capture_output=True, text=True).stdout


def test_make_secrets_makes_what_the_services_read(tmp_path: Path) -> None:
    make_secrets(tmp_path / "secrets")
    made = {file.name for file in (tmp_path / "secrets").iterdir()}
    assert made == set(COMPOSE["secrets"])
    assert made == {name for service in SERVICES.values() for name in service["secrets"]}
    assert all(secret["file"].endswith(f"/{name}") for name, secret in COMPOSE["secrets"].items())


def test_secrets_are_kept_closed_and_different_on_every_machine(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    said = make_secrets(ours)
    before = {file.name: file.read_text() for file in ours.iterdir()}
    make_secrets(ours)
    make_secrets(theirs)
    assert ours.stat().st_mode & 0o777 == 0o700
    assert {file.name: file.read_text() for file in ours.iterdir()} == before
    assert all((theirs / name).read_text() != value for name, value in before.items())
    assert all(len(value.strip()) >= 44 and value.strip() not in said for value in before.values())
    assert len(urlsafe_b64decode(before["fernet_key"])) == 32
    assert before["airflow_password"].strip() in before["airflow_database_url"]
    assert before["warehouse_password"].strip() in before["warehouse_database_url"]


def test_secrets_are_in_neither_the_repository_nor_the_image() -> None:
    assert "secrets/" in (ROOT / ".gitignore").read_text().split()
    sent = [line for line in (ROOT / ".dockerignore").read_text().split() if not line.startswith("**/")]
    assert sent[0] == "*"
    assert all(line.startswith("!") and "secrets/" not in line for line in sent[1:])


def test_the_image_is_installed_from_the_lock_by_hash_and_runs_as_its_own_user() -> None:
    commands = DOCKERFILE.replace("\\\n", " ").replace("&&", "\n").splitlines()
    installs = [command.strip() for command in commands if "pip install" in command]
    from_outside = [command for command in installs if not command.endswith(" .")]
    assert from_outside
    assert all("--require-hashes" in line and "--only-binary :all:" in line for line in from_outside)
    assert all("--no-deps" in line for line in installs)
    assert re.findall(r"^ARG BASE=(.*)$", DOCKERFILE, re.M) == ["python:3.11-slim-bookworm"]
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.M) == ["warraq"]
    assert not re.search(r"apt-get|gcc|build-essential|https?://|sudo", DOCKERFILE)


def test_what_the_image_copies_is_there_and_is_sent_to_the_engine() -> None:
    lines = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.M)
    paths = [path for line in lines for path in line.split()]
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line.startswith("!")}
    assert all((ROOT / path).exists() for path in paths)
    assert set(paths) == sent


def test_image_and_compose_file_know_nothing_of_stand_ins() -> None:
    for text in (DOCKERFILE, (ROOT / "docker-compose.yml").read_text("utf-8")):
        assert not re.search(r"\.ci|stand.in|replay|recording|debootstrap", text, re.I)


def test_the_address_of_the_warehouse_comes_from_its_file(tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://warraq:pass@postgres/warraq\n")
    done = subprocess.run(
        ["sh", ROOT / "docker" / "with-secrets", "sh", "-c", 'printf "[%s]" "$WARRAQ_DATABASE_URL"'],
        env={"PATH": "/usr/bin:/bin", "WARRAQ_DATABASE_URL_FILE": str(secret)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "[postgresql://warraq:pass@postgres/warraq]"
