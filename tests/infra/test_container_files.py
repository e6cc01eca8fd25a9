"""The files of the container and of the stack around it: linted, and true to each other."""

import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra import names

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
SCRIPTS = (
    ".ci/kubectl",
    ".ci/run",
    "infra/docker/trim.sh",
    "tests/e2e/base_image.sh",
    "tests/e2e/engine.sh",
)
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    return found


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    done = subprocess.run([BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing_in_a_script_and_it_can_be_run(script: str) -> None:
    done = subprocess.run([BIN / "shellcheck", ROOT / script], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")
    assert os.access(ROOT / script, os.X_OK)


def test_the_dockerfile_asks_for_nothing_that_an_old_builder_lacks() -> None:
    assert not re.search(r"^#\s*syntax=|--mount|--chmod|<<", DOCKERFILE, re.M)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)) == {"python:3.12-slim-bookworm"}


def test_what_is_sent_to_the_builder_is_named_one_by_one() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    wanted = [rule[1:] for rule in rules if rule.startswith("!")]
    assert all([*ROOT.glob(each)] for each in wanted)
    secret = (".env", ".git/config", "compose.yaml", "tests/conftest.py", "infra/k8s/base/x.yaml")
    assert not [path for path in secret for each in wanted if fnmatch(path, each)]


def test_compose_fits_the_specification() -> None:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [sys.executable, *command, ROOT / "compose.yaml"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_mounts_what_exists_where_the_provisioning_says(services: dict[str, Any]) -> None:
    mounts = dict(each.split(":")[:2] for each in services["lgtm"]["volumes"] if each[0] == ".")
    assert all((ROOT / source).exists() for source in mounts)
    places = {Path(target) for target in mounts.values()}
    assert Path(services["lgtm"]["environment"]["GF_PATHS_PROVISIONING"]) in places

    provider = ROOT / "infra/grafana/provisioning/dashboards/dashboards.yaml"
    for each in yaml.safe_load(provider.read_text("utf-8"))["providers"]:
        assert Path(each["options"]["path"]) in places

    config = Path(mounts["./infra/prometheus/prometheus.yaml"])
    stated = yaml.safe_load((ROOT / "infra/prometheus/prometheus.yaml").read_text("utf-8"))
    lists = [each["file_sd_configs"] for each in stated["scrape_configs"]]
    globs = [*stated["rule_files"], *(glob for [each] in lists for glob in each["files"])]
    assert all((config.parent / glob).parent in places for glob in globs)


def test_compose_speaks_of_the_images_own_port_folder_and_services(
    services: dict[str, Any],
) -> None:
    page = services["osusume"]
    [exposed] = re.findall(r"^EXPOSE (\d+)", DOCKERFILE, re.M)
    assert page["ports"] == [f"127.0.0.1:{exposed}:{exposed}"]
    assert page["volumes"] == ["osusume:/data"]
    assert "OSUSUME_HOME=/data" in DOCKERFILE
    assert page["read_only"] and page["cap_drop"] == ["ALL"] and page["tmpfs"] == ["/tmp"]
    assert "OTEL_EXPORTER_OTLP_ENDPOINT=http://lgtm:4318" in page["environment"]

    targets = yaml.safe_load((ROOT / "infra/docker/targets/compose.yaml").read_text("utf-8"))
    assert targets == [{"targets": [f"{names.SERVICE}:{exposed}"]}]
    assert {names.SERVICE, "lgtm"} == set(services)


def test_images_have_exact_versions(services: dict[str, Any]) -> None:
    assert re.fullmatch(r"grafana/otel-lgtm:\d+\.\d+\.\d+", services["lgtm"]["image"])
