"""What the VM begins with: infra/gcp/cloud-init.yaml, and the scripts in it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = "infra/minikube/deploy.sh"


def cloud_init() -> dict[str, Any]:
    text = (ROOT / "infra/gcp/cloud-init.yaml").read_text("utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def embedded(name: str) -> str:
    (found,) = [each for each in cloud_init()["write_files"] if each["path"].endswith(f"/{name}")]
    content: str = found["content"]
    return content


def test_cloud_init_takes_its_file() -> None:
    tool = shutil.which("cloud-init")
    if not tool:
        reason = "NOT CHECKED: no cloud-init here to read infra/gcp/cloud-init.yaml"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    path = ROOT / "infra/gcp/cloud-init.yaml"
    done = subprocess.run([tool, "schema", "--config-file", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Valid" in done.stdout


@pytest.mark.parametrize("name", ["osusume-tools", "osusume-receive", "osusume-deploy"])
def test_scripts_on_the_vm_are_clean(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(embedded(name), "utf-8")
    linter = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([linter, tmp_path / name], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_tools_on_the_vm_are_of_fixed_versions() -> None:
    pinned = dict(each for each in cloud_init()["packages"] if isinstance(each, list))
    assert {*pinned} == {"docker-ce", "docker-ce-cli"}
    tools, deploy = embedded("osusume-tools"), (ROOT / DEPLOY).read_text("utf-8")
    (kubectl,) = re.findall(r"KUBECTL=v1\.(\d+)\.\d+ ", tools)
    (cluster,) = re.findall(r"kubernetes=v1\.(\d+)\.\d+", deploy)
    assert abs(int(kubectl) - int(cluster)) <= 1, "kubectl serves one version up and down"
    assert 34 <= int(cluster) <= 36, "what the manifests are validated for"


@pytest.mark.parametrize("altered", ["kubectl", "minikube", ""])
def test_a_tool_that_is_not_the_one_meant_is_not_installed(altered: str, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    fetched = {"kubectl": "kubectl as published", "minikube": "minikube as published"}
    sums = {
        name: subprocess.run(
            ["sha256sum"], input=text, capture_output=True, text=True, check=True
        ).stdout[:64]
        for name, text in fetched.items()
    }
    curl = "#!/bin/bash\n"
    for name, text in fetched.items():
        said = text + "!" * (name == altered)
        curl += f'[[ "$*" != *"--output {name} "* ]] || printf %s "{said}" >{name}\n'
    (tools / "curl").write_text(f"{curl}[[ $* != *.sha256 ]] || echo {sums['minikube']}\n")
    (tools / "install").write_text('#!/bin/bash\necho "installed $*"\n')
    for name in ("curl", "install"):
        (tools / name).chmod(0o755)
    script = re.sub("[0-9a-f]{64}", sums["kubectl"], embedded("osusume-tools"))
    done = subprocess.run(
        ["/bin/bash", "-c", script],
        env={"PATH": f"{tools}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode == 0, "installed" in done.stdout) == (not altered, not altered)


def test_the_project_on_the_vm_is_replaced_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "osusume").mkdir()
    (tmp_path / "osusume" / "old").touch()
    sent = subprocess.run(
        ["tar", "--create", "--directory", ROOT, DEPLOY], capture_output=True, check=True
    ).stdout
    script = embedded("osusume-receive").replace("/opt", str(tmp_path))
    subprocess.run(["/bin/bash", "-c", script], input=sent, check=True)
    found = [str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file()]
    assert found == [f"osusume/{DEPLOY}"]
    cut = subprocess.run(["/bin/bash", "-c", script], input=sent[:700], capture_output=True)
    assert cut.returncode != 0
    assert (tmp_path / "osusume" / DEPLOY).is_file(), "half a project replaces nothing"
