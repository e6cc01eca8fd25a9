"""The scripts of infra/minikube and infra/gcp, with stand-ins that record what they are asked."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY, CREATE = "infra/minikube/deploy.sh", "infra/gcp/create.sh"
REMOVE_CLUSTER, REMOVE_VM = "infra/minikube/destroy.sh", "infra/gcp/destroy.sh"
SCRIPTS = [
    ".ci/kubectl",
    *sorted(str(each.relative_to(ROOT)) for each in (ROOT / "infra").rglob("*.sh")),
]
# All that the scripts may use beside the tools that are stood in for.
BASICS = "base64 bash cat cmp dirname env grep head id mktemp od rm sleep tail tar tr".split()
KEY, TOKEN = "gsk_never_shown", "glc_never_shown"
SECRETS = {
    "GROQ_API_KEY": KEY,
    "GRAFANA_CLOUD_OTLP_ENDPOINT": "https://otlp.example.org/otlp",
    "GRAFANA_CLOUD_INSTANCE_ID": "774411",
    "GRAFANA_CLOUD_TOKEN": TOKEN,
}
STAND_IN = r"""#!/bin/bash
line="${0##*/} $*"
printf '%s\n' "$line" >>"$RECORDS/calls"
env >>"$RECORDS/environment"
[[ $line != *"--filename -"* && $line != *"sudo osusume-"* ]] || cat >>"$RECORDS/stdin"
while IFS=$'\t' read -r pattern status answer; do
    [[ $line == $pattern ]] || continue
    if [[ $status != 0 ]]; then printf '%b\n' "$answer" >&2; exit "$status"; fi
    if [[ $answer == !* ]]; then eval "${answer#!}"; else printf '%b' "$answer"; fi
    exit
done <"$RECORDS/answers"
"""
# What a machine says on which nothing has been deployed: a pattern, an exit code, an answer.
Answer = tuple[str, int, str]
BARE: tuple[Answer, ...] = (
    ("minikube *status*", 85, ""),
    ("minikube *ip", 0, "192.0.2.7"),
    ("docker image inspect*", 0, "sha256:0123456789abcdef0123456789abcdef"),
    ("kubectl *get namespace*", 1, ""),
    ("kubectl *get secret osusume-memory*", 1, ""),
    ("kubectl *get secrets*", 0, "41.42."),
    ("kubectl kustomize*", 0, r"image: osusume:local\nosusume-secrets: none\n"),
    ("git archive HEAD", 0, r"the tree\n"),
    ("gcloud auth list*", 0, "somebody@example.org"),
    ("gcloud *instances describe*natIP*", 0, "192.0.2.8"),
    ("gcloud * describe *", 1, "not found"),
    ("gcloud *status --wait*", 0, "tools: 0"),
)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a script came to."""

    code: int
    out: str
    err: str
    calls: list[str]
    stdin: str
    environment: str


@dataclass(slots=True)
class Machine:
    """A machine with the tools that are named, none of them real."""

    folder: Path
    missing: set[str] = field(default_factory=set)

    def run(
        self,
        script: str,
        *options: str,
        answers: tuple[Answer, ...] = (),
        stdin: str = "",
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> Ran:
        tools, records = self.folder / "tools", self.folder / "records"
        for each in (tools, records):
            shutil.rmtree(each, ignore_errors=True)
            each.mkdir()
        for name in {"docker", "minikube", "kubectl", "gcloud", "git"} - self.missing:
            (tools / name).write_text(STAND_IN, "utf-8")
            (tools / name).chmod(0o755)
        for name in {*BASICS} - self.missing:
            (tools / name).symlink_to(shutil.which(name) or f"/bin/{name}")
        table = "".join(f"{a}\t{b}\t{c}\n" for a, b, c in (*answers, *BARE))
        (records / "answers").write_text(table, "utf-8")
        for name in ("calls", "environment", "stdin"):
            (records / name).touch()
        done = subprocess.run(
            ["/bin/bash", str(ROOT / script), *options],
            env={"PATH": str(tools), "RECORDS": str(records), "OSUSUME_PATIENCE": "0", **variables},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
        )
        calls, environment, taken = (
            (records / name).read_text("utf-8") for name in ("calls", "environment", "stdin")
        )
        return Ran(
            done.returncode, done.stdout, done.stderr, calls.splitlines(), taken, environment
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in SECRETS.items() if name not in names}


def documents(stdin: str) -> Iterator[dict[str, dict[str, str]]]:
    """Yield the Secrets among what was applied; each is one line."""
    for line in stdin.splitlines():
        if line.startswith("{"):
            yield yaml.safe_load(line)


def secret_values(stdin: str) -> dict[str, str]:
    return {
        key: base64.b64decode(value).decode()
        for each in documents(stdin)
        for key, value in each["data"].items()
    }


# --- all scripts


@pytest.mark.parametrize("script", SCRIPTS)
def test_shellcheck_finds_nothing(script: str) -> None:
    linter = Path(sys.executable).with_name("shellcheck")
    done = subprocess.run([linter, "-x", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("script", [DEPLOY, REMOVE_CLUSTER, CREATE, REMOVE_VM])
def test_help_shows_examples_and_an_unknown_option_is_bad_use(
    script: str, machine: Machine
) -> None:
    shown = machine.run(script, "--help")
    assert (shown.code, shown.err) == (0, "")
    assert f"Examples:\n  {script}" in shown.out.replace("GROQ_API_KEY=… ", "")
    refused = machine.run(script, "--bogus")
    assert (refused.code, refused.err) == (2, "Unknown option: --bogus. Try --help.\n")


@pytest.mark.parametrize("script", [DEPLOY, REMOVE_CLUSTER, CREATE, REMOVE_VM])
def test_a_dry_run_does_nothing_and_needs_no_tool(script: str, machine: Machine) -> None:
    machine.missing = {"docker", "minikube", "kubectl", "gcloud", "git"}
    options = ("--project", "p") if "gcp" in script else ()
    ran = machine.run(script, "--dry-run", *options, variables=SECRETS)
    assert (ran.code, ran.err, ran.calls) == (0, "", [])
    assert re.search(r"^\+ (minikube|gcloud) ", ran.out, re.MULTILINE)
    assert not {KEY, TOKEN} & {*re.split(r"\W", ran.out)}


@pytest.mark.parametrize(
    ("script", "option"),
    [(DEPLOY, "--cpus"), (DEPLOY, "--memory"), (CREATE, "--zone"), (REMOVE_VM, "--project")],
)
def test_an_option_without_its_value_is_bad_use(script: str, option: str, machine: Machine) -> None:
    ran = machine.run(script, option)
    assert (ran.code, ran.err) == (2, f"{option} needs a value. Try --help.\n")
    assert ran.calls == []


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        (SECRETS | {"GROQ_API_KEY": f"{KEY}\n"}, "GROQ_API_KEY holds a space or a line break."),
        (without("GRAFANA_CLOUD_TOKEN"), "Set also: GRAFANA_CLOUD_TOKEN."),
        (
            SECRETS | {"GRAFANA_CLOUD_OTLP_ENDPOINT": "https://otlp.example.org"},
            "must begin with https:// and end with /otlp",
        ),
    ],
)
@pytest.mark.parametrize("script", [DEPLOY, CREATE])
def test_keys_that_cannot_be_right_are_refused_by_name(
    script: str, variables: dict[str, str], told: str, machine: Machine
) -> None:
    options = ("--project", "p") if script == CREATE else ()
    ran = machine.run(script, *options, variables=variables)
    assert (ran.code, ran.calls) == (1, [])
    assert told in ran.err
    assert KEY not in ran.err and TOKEN not in ran.err


# --- Minikube


def test_a_bare_machine_ends_with_an_address(machine: Machine) -> None:
    ran = machine.run(DEPLOY, "--public", variables=SECRETS)
    assert ran.code == 0, ran.err
    assert "Osusume runs: http://192.0.2.7/" in ran.out
    steps = [
        "docker info",
        "minikube --profile osusume start *--ports 80:80",
        "minikube * addons enable metrics-server",
        "minikube * addons enable ingress",
        "docker build --tag osusume:local .",
        "docker tag osusume:local osusume:0123456789ab",
        "kubectl * create --save-config --filename infra/k8s/base/namespace.yaml",
        "kubectl * apply --server-side *",
        "kubectl * rollout status deployment/ingress-nginx-controller *",
        "kubectl kustomize infra/k8s/overlays/minikube",
        "kubectl * apply --filename -",
        "kubectl * rollout status deployment/osusume *",
    ]
    asked = iter(ran.calls)
    for step in steps:
        assert any(matches(step, call) for call in asked), step
    others = [each for each in ran.calls if each.startswith("kubectl") and "kustomize" not in each]
    assert all("--context osusume" in each for each in others), "another cluster is never touched"


def matches(pattern: str, call: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), call) is not None


def test_pods_start_again_when_the_image_or_a_secret_has_changed(machine: Machine) -> None:
    first, again = machine.run(DEPLOY), machine.run(DEPLOY)
    assert first.stdin == "image: osusume:0123456789ab\nosusume-secrets: v41.42.\n"
    assert again.stdin == first.stdin, "nothing changed, nothing rolls out"
    altered = machine.run(DEPLOY, answers=(("kubectl *get secrets*", 0, "41.43."),))
    assert altered.stdin != first.stdin


def test_what_is_there_already_stays(machine: Machine) -> None:
    there = (
        ("minikube *status*", 0, "Running"),
        ("kubectl *get namespace*", 0, ""),
        ("kubectl *get secret osusume-memory*", 0, ""),
    )
    ran = machine.run(DEPLOY, "--replicas", answers=there)
    assert ran.code == 0, ran.err
    assert not [each for each in ran.calls if " start " in each or " create " in each]
    assert not [*documents(ran.stdin)], "unset secrets and PostgreSQL's password stay as they are"


@pytest.mark.parametrize("options", [(), ("--replicas",)])
def test_secrets_show_in_no_argument_environment_or_output(
    options: tuple[str, ...], machine: Machine
) -> None:
    ran = machine.run(DEPLOY, *options, variables=SECRETS)
    assert ran.code == 0, ran.err
    values = secret_values(ran.stdin)
    pair = base64.b64encode(f"774411:{TOKEN}".encode()).decode()
    assert values["GROQ_API_KEY"] == KEY
    assert values["OTEL_EXPORTER_OTLP_HEADERS"] == f"Authorization=Basic%20{pair}"
    assert values["OTEL_EXPORTER_OTLP_ENDPOINT"] == SECRETS["GRAFANA_CLOUD_OTLP_ENDPOINT"]
    seen = "\n".join([*ran.calls, ran.out, ran.err, ran.environment])
    for hidden in (pair, *values.values(), *SECRETS.values()):
        assert hidden not in seen
        assert base64.b64encode(hidden.encode()).decode() not in seen


def test_replicas_get_a_postgresql_with_a_password_of_its_own(machine: Machine) -> None:
    first, other = (secret_values(machine.run(DEPLOY, "--replicas").stdin) for _ in range(2))
    assert re.fullmatch("[0-9a-f]{48}", first["password"])
    assert first["DSN"] == (
        f"postgresql://osusume:{first['password']}@osusume-postgres:5432/osusume"
    )
    assert first["password"] != other["password"]


def test_one_pod_and_replicas_do_not_meet(machine: Machine) -> None:
    single = machine.run(DEPLOY).calls
    assert any("delete horizontalpodautoscaler osusume" in each for each in single)
    assert not any("statefulset" in each for each in single)
    many = machine.run(DEPLOY, "--replicas").calls
    assert "kubectl kustomize infra/k8s/overlays/minikube-replicas" in many
    assert any("delete cronjob osusume-index" in each for each in many)
    assert any("rollout status statefulset/osusume-postgres" in each for each in many)


def test_secrets_are_read_from_standard_input(machine: Machine) -> None:
    lines = "".join(f"{name}={value}\n" for name, value in SECRETS.items())
    ran = machine.run(DEPLOY, "--secrets-from-stdin", stdin=lines)
    assert secret_values(ran.stdin)["GROQ_API_KEY"] == KEY
    refused = machine.run(DEPLOY, "--secrets-from-stdin", stdin=f"PATH={KEY}\n")
    assert (refused.code, refused.calls) == (1, [])
    assert "none of: GROQ_API_KEY" in refused.err and KEY not in refused.err


@pytest.mark.parametrize(
    ("failing", "told"),
    [
        ("docker info*", "Docker does not answer."),
        ("minikube * start *", "Minikube did not start"),
        ("minikube *enable ingress*", "Minikube's addon ingress could not be enabled."),
        ("minikube *docker-env*", "Minikube's Docker cannot be reached."),
        ("docker build*", "The image could not be built; what runs already runs on."),
        ("kubectl *create --save-config*", "The namespace could not be made."),
        ("kubectl *--server-side*", "The Secret osusume-groq could not be written."),
        ("kubectl *ingress-nginx-controller*", "The ingress controller did not start."),
        ("kubectl kustomize*", "Update kubectl to 1.21 or newer."),
        ("kubectl *apply --filename -", "The cluster refused the manifests"),
        ("kubectl *rollout status deployment/osusume*", "Mend it and run this again."),
        ("docker port*", "The cluster was made without --public."),
    ],
)
def test_every_failure_is_one_sentence_at_the_end(
    failing: str, told: str, machine: Machine
) -> None:
    broken = ((failing, 1, "a tool's own words"),)
    ran = machine.run(DEPLOY, "--public", answers=broken, variables=SECRETS)
    assert ran.code == 1
    assert told in ran.err.splitlines()[-1]
    assert "Osusume runs" not in ran.out
    assert matches(f"{failing}*", ran.calls[-1]) or "rollout" in failing, "nothing follows"


@pytest.mark.parametrize("tool", ["docker", "minikube", "kubectl"])
def test_a_missing_tool_is_named_with_where_to_get_it(tool: str, machine: Machine) -> None:
    machine.missing = {tool}
    ran = machine.run(DEPLOY)
    assert (ran.code, ran.calls) == (1, [])
    assert re.search(rf"^{tool} is not installed\. Get it from https://\S+\.$", ran.err, re.M)


def rollout(before: str, after: str) -> tuple[Answer, ...]:
    """Return the answers of a cluster in which the new pods do not become ready."""
    applied = "grep -q 'apply --filename -' \"$RECORDS/calls\""
    return (
        ("kubectl *rollout status deployment/osusume*", 1, "timed out"),
        ("kubectl *get deployment osusume*", 0, f"!{applied} && echo {after} || echo {before}"),
        ("kubectl *logs*", 0, "the reason"),
    )


def test_a_bad_rollout_is_undone_and_explained(machine: Machine) -> None:
    ran = machine.run(DEPLOY, answers=rollout("3", "4"))
    assert ran.code == 1
    assert "the reason" in ran.err
    assert ran.err.endswith("The version before serves on.\n")
    assert any("rollout undo deployment/osusume --to-revision 3" in each for each in ran.calls)


@pytest.mark.parametrize("before", ["", "4"])
def test_nothing_is_undone_where_nothing_was_rolled_out(before: str, machine: Machine) -> None:
    ran = machine.run(DEPLOY, answers=rollout(before, "4"))
    assert ran.code == 1
    assert not any("undo" in each for each in ran.calls)
    assert ran.err.endswith("Mend it and run this again.\n")


@pytest.mark.parametrize("script", [REMOVE_CLUSTER, REMOVE_VM])
def test_nothing_is_removed_unless_somebody_says_yes(script: str, machine: Machine) -> None:
    options = ("--project", "p") if script == REMOVE_VM else ()
    ran = machine.run(script, *options)
    assert ran.code == 2
    assert "add --yes" in ran.err
    assert not any("delete" in each for each in ran.calls)
    failed = machine.run(
        script,
        "--yes",
        *options,
        answers=(("* delete*", 1, "in use"), ("gcloud * describe *", 0, "")),
    )
    assert failed.code == 1
    assert "could not be removed" in failed.err


def test_the_cluster_is_removed(machine: Machine) -> None:
    ran = machine.run(REMOVE_CLUSTER, "--yes")
    assert (ran.code, ran.calls) == (0, ["minikube --profile osusume delete"])


# --- Google Cloud


def test_a_project_ends_with_a_vm_that_serves(machine: Machine) -> None:
    ran = machine.run(CREATE, "--project", "p", "--replicas", variables=SECRETS)
    assert ran.code == 0, ran.err
    assert "Osusume runs: http://192.0.2.8/" in ran.out
    done = [re.sub(r".*compute |--zone.*?(?=--command)", "", each) for each in ran.calls]
    made = [each.split(" --")[0] for each in done if " create " in each]
    assert made == [
        "networks create osusume",
        "networks subnets create osusume",
        "firewall-rules create osusume-page",
        "firewall-rules create osusume-iap",
        "instances create osusume",
    ]
    steps = [each for each in done if not each.startswith("git ")]  # at both ends of one pipe
    assert steps[-3].endswith("--command sudo osusume-receive")
    assert steps[-2].endswith(
        "--command sudo osusume-deploy --public --cpus no-limit --memory no-limit --replicas"
    )
    cloud = [each for each in ran.calls if each.startswith("gcloud")]
    assert all("--project p" in each or "auth list" in each for each in cloud)


def test_the_vm_is_open_on_the_pages_port_alone(machine: Machine) -> None:
    calls = machine.run(CREATE, "--project", "p", "--allow", "203.0.113.7/32").calls
    rules = [each for each in calls if "firewall-rules create" in each]
    opened = [re.findall(r"--(?:allow|source-ranges) (\S+)", each) for each in rules]
    assert opened == [["tcp:80", "203.0.113.7/32"], ["tcp:22", "35.235.240.0/20"]]
    (vm,) = [each for each in calls if "instances create" in each]
    assert "--no-service-account --no-scopes" in vm
    assert "--image-family ubuntu-2404-lts-amd64 --image-project ubuntu-os-cloud" in vm


def test_secrets_reach_the_vm_by_ssh_alone(machine: Machine) -> None:
    ran = machine.run(CREATE, "--project", "p", variables=SECRETS)
    lines = [f"{name}={value}" for name, value in SECRETS.items()]
    assert ran.stdin.splitlines() == ["the tree", *lines]
    seen = "\n".join([*ran.calls, ran.out, ran.err, ran.environment])
    assert KEY not in seen and TOKEN not in seen


def test_a_vm_that_is_there_gets_the_new_version(machine: Machine) -> None:
    ran = machine.run(CREATE, "--project", "p", answers=(("gcloud * describe *", 0, ""),))
    assert ran.code == 0, ran.err
    assert not any(" create " in each for each in ran.calls)
    assert any("osusume-deploy" in each for each in ran.calls)


def test_a_vm_that_is_slow_to_answer_is_waited_for(machine: Machine) -> None:
    slow = '![[ $(grep -c "status --wait" "$RECORDS/calls") -lt 4 ]] && exit 255; echo "tools: 2"'
    ran = machine.run(CREATE, "--project", "p", answers=(("gcloud *status --wait*", 0, slow),))
    assert ran.code == 0, ran.err
    assert sum("status --wait" in each for each in ran.calls) == 4


@pytest.mark.parametrize(
    ("failing", "words", "told"),
    [
        ("gcloud auth list*", "", "Nobody is logged in to Google Cloud. Run: gcloud auth login"),
        ("git rev-parse*", "", "nothing is. Run this in a git clone."),
        ("*services enable*", "Billing account for project is not open", "has no billing account"),
        ("*services enable*", "PERMISSION_DENIED", "Ask the project's owner for the roles"),
        ("*networks create*", "something else", "Network failed, the reason stands above."),
        ("*instances create*", "Quota 'CPUS' exceeded. Limit: 8.0", "quota is used up"),
        ("*instances create*", "ZONE_RESOURCE_POOL_EXHAUSTED", "Take another --zone."),
        ("*status --wait*", "", "The VM cannot be reached by SSH."),
        ("*osusume-receive*", "", "The project could not be sent. Run this again."),
        ("*osusume-deploy*", "", "The VM runs, the page does not"),
    ],
)
def test_every_failure_in_the_cloud_has_its_remedy(
    failing: str, words: str, told: str, machine: Machine
) -> None:
    status = 0 if "auth" in failing else 255 if "--wait" in failing else 1
    ran = machine.run(CREATE, "--project", "p", answers=((failing, status, words),))
    assert ran.code == 1
    assert told in ran.err.splitlines()[-1]
    assert words in ran.err
    assert "Osusume runs" not in ran.out


def test_a_vm_without_its_tools_shows_its_log(machine: Machine) -> None:
    broken = (
        ("gcloud *status --wait*", 0, "tools: 1"),
        ("gcloud *cloud-init-output.log*", 0, "minikube: FAILED"),
    )
    ran = machine.run(CREATE, "--project", "p", answers=broken)
    assert ran.code == 1
    assert "minikube: FAILED" in ran.err
    assert "Remove it by infra/gcp/destroy.sh" in ran.err
    assert not any("osusume-receive" in each for each in ran.calls)


@pytest.mark.parametrize("tool", ["gcloud", "git"])
def test_a_missing_cloud_tool_is_named(tool: str, machine: Machine) -> None:
    machine.missing = {tool}
    ran = machine.run(CREATE, "--project", "p")
    assert (ran.code, ran.calls) == (1, [])
    assert f"{tool} is not installed." in ran.err


def test_no_project_is_bad_use(machine: Machine) -> None:
    for script in (CREATE, REMOVE_VM):
        ran = machine.run(script)
        assert (ran.code, ran.calls) == (2, [])
        assert "Which project? Give --project." in ran.err


def test_a_vm_goes_with_all_that_was_made_for_it(machine: Machine) -> None:
    there = (("gcloud *firewall-rules describe*", 1, ""), ("gcloud * describe *", 0, ""))
    ran = machine.run(REMOVE_VM, "--project", "p", "--yes", answers=there)
    assert ran.code == 0, ran.err
    deleted = [each.split("compute ")[1] for each in ran.calls if " delete " in each]
    assert deleted == [
        "instances delete osusume --zone europe-west1-b",
        "networks subnets delete osusume --region europe-west1",
        "networks delete osusume",
    ]
    assert ran.out.count("is not there.") == 2


def test_gcloud_itself_understands_every_command(machine: Machine, tmp_path: Path) -> None:
    gcloud = shutil.which("gcloud")
    if not gcloud:
        pytest.skip("NOT CHECKED: no gcloud here to read the commands")
    calls = machine.run(CREATE, "--project", "p").calls
    removed = machine.run(
        REMOVE_VM, "--project", "p", "--yes", answers=(("gcloud * describe *", 0, ""),)
    ).calls
    asked = {re.sub(r"--command .*", "--command x", each) for each in (*calls, *removed)}
    commands = [{"command_string": each} for each in sorted(asked) if each.startswith("gcloud")]
    listed = tmp_path / "commands.json"
    listed.write_text(json.dumps(commands), "utf-8")
    linted = subprocess.run(
        [gcloud, "meta", "lint-gcloud-commands", f"--commands-file={listed}"],
        env=os.environ | {"CLOUDSDK_CONFIG": str(tmp_path / "gcloud")},
        capture_output=True,
        text=True,
    )
    verdicts = json.loads(linted.stdout)
    assert len(verdicts) == len(commands) >= 18
    assert [each["error_message"] for each in verdicts if not each["success"]] == []


def test_kubectl_itself_understands_every_command(machine: Machine, tmp_path: Path) -> None:
    kubectl = shutil.which("kubectl")
    if not kubectl:
        pytest.skip("NOT CHECKED: no kubectl here to read the commands")
    failed = machine.run(DEPLOY, answers=rollout("3", "4")).calls
    calls = {*machine.run(DEPLOY, "--replicas", variables=SECRETS).calls, *failed}
    commands = [each for each in calls if each.startswith("kubectl --context")]
    assert len(commands) >= 14
    for command in commands:
        read = subprocess.run(
            [kubectl, *command.split()[1:]],
            env={"KUBECONFIG": str(tmp_path / "none"), "HOME": str(tmp_path)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert read.stderr == 'error: context "osusume" does not exist\n', command
