"""infra/k8s rendered: schemas, Pod Security, and whether its parts fit each other and the code."""

import ast
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from pydantic import BaseModel

from agent.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parent.parent.parent
OVERLAYS = ("minikube", "cloud", "minikube-replicas", "cloud-replicas")
ONE_POD, MANY_PODS = OVERLAYS[:2], OVERLAYS[2:]
SECRET = re.compile(r"KEY|TOKEN|PASSWORD|SECRET|DSN|HEADERS", re.IGNORECASE)
# Network policies for every pod, and for cert-manager's.
ELSEWHERE = {"deny-all", "certificate"}

Object = dict[str, Any]


@cache
def text(overlay: str) -> str:
    """Return an overlay as kustomize renders it."""
    for tool, *verb in (("kustomize", "build"), ("kubectl", "kustomize")):
        if path := shutil.which(tool):
            command = [path, *verb, str(ROOT / "infra/k8s/overlays" / overlay)]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            return done.stdout
    reason = "NOT CHECKED: infra/k8s cannot be rendered without kubectl or kustomize"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def every(overlay: str) -> list[Object]:
    return list(yaml.load_all(text(overlay), Loader=yaml.CSafeLoader))


def objects(overlay: str, *kinds: str) -> list[Object]:
    return [each for each in every(overlay) if not kinds or each["kind"] in kinds]


def one(overlay: str, kind: str, name: str) -> Object:
    (found,) = [each for each in objects(overlay, kind) if each["metadata"]["name"] == name]
    return found


def template(workload: Object) -> Object:
    spec = workload["spec"]
    found: Object = (spec["jobTemplate"]["spec"] if "jobTemplate" in spec else spec)["template"]
    return found


def templates(overlay: str) -> list[Object]:
    return [template(each) for each in objects(overlay, "Deployment", "StatefulSet", "CronJob")]


def page(overlay: str) -> Object:
    """Return the container that serves the page."""
    pod = template(one(overlay, "Deployment", "osusume"))
    container: Object = pod["spec"]["containers"][0]
    return container


def selectors(overlay: str) -> Iterator[tuple[str, Object]]:
    """Yield what an object is called and the labels of the pods that it means."""
    for each in objects(overlay):
        spec, name = each.get("spec", {}), f"{each['kind']} {each['metadata']['name']}"
        if each["kind"] == "Service" and "selector" in spec:
            yield name, spec["selector"]
        elif each["kind"] in {"Deployment", "StatefulSet", "PodDisruptionBudget"}:
            yield name, spec["selector"]["matchLabels"]
        elif each["kind"] == "NetworkPolicy" and each["metadata"]["name"] not in ELSEWHERE:
            yield name, spec["podSelector"]["matchLabels"]


def chosen(overlay: str, labels: Object) -> list[Object]:
    pods = templates(overlay)
    return [each for each in pods if labels.items() <= each["metadata"]["labels"].items()]


@pytest.mark.parametrize("version", ["1.34", "1.35", "1.36"])
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_object_is_valid_for_the_kubernetes_versions_we_support(
    overlay: str, version: str
) -> None:
    for each in objects(overlay):
        kubernetes_validate.validate(each, version, strict=True)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_applying_twice_changes_nothing(overlay: str) -> None:
    first = text(overlay)
    text.cache_clear()
    assert text(overlay) == first
    assert not [each for each in objects(overlay) if "generateName" in each["metadata"]]
    assert not objects(overlay, "Job"), "a Job cannot be applied again with another image"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_selector_means_one_kind_of_pod(overlay: str) -> None:
    meant = {name: len(chosen(overlay, labels)) for name, labels in selectors(overlay)}
    assert meant == dict.fromkeys(meant, 1)
    assert {"Service osusume", "PodDisruptionBudget osusume", "NetworkPolicy osusume"} <= {*meant}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_ports_are_those_that_containers_have(overlay: str) -> None:
    for service in objects(overlay, "Service"):
        if "selector" in service["spec"]:
            (pod,) = chosen(overlay, service["spec"]["selector"])
            ports = {port["name"] for port in pod["spec"]["containers"][0]["ports"]}
            assert {port["targetPort"] for port in service["spec"]["ports"]} <= ports
    for policy in objects(overlay, "NetworkPolicy"):
        if policy["metadata"]["name"] in ELSEWHERE:
            continue
        for rule in policy["spec"].get("ingress", ()):
            (pod,) = chosen(overlay, policy["spec"]["podSelector"]["matchLabels"])
            numbers = {port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]}
            assert {port["port"] for port in rule["ports"]} <= numbers
    for ingress in objects(overlay, "Ingress"):
        for path in ingress["spec"]["rules"][0]["http"]["paths"]:
            backend = path["backend"]["service"]
            ports = one(overlay, "Service", backend["name"])["spec"]["ports"]
            assert backend["port"]["name"] in {port["name"] for port in ports}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_probes_ask_for_what_the_page_serves(overlay: str) -> None:
    served = {
        node.value
        for path in (ROOT / "ui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    container = page(overlay)
    asked = {
        name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")
    }
    assert {each["path"] for each in asked.values()} <= served
    assert {each["port"] for each in asked.values()} == {"http"}
    assert asked["readiness"]["path"] == "/readyz"
    notes = template(one(overlay, "Deployment", "osusume"))["metadata"]["annotations"]
    assert notes["k8s.grafana.com/metrics.path"] in served


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_bad_rollout_keeps_the_old_pod_serving(overlay: str) -> None:
    spec = one(overlay, "Deployment", "osusume")["spec"]
    assert spec["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    pod, container = template({"spec": spec})["spec"], page(overlay)
    pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod["terminationGracePeriodSeconds"] >= pause + 20, "running turns are finished first"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_pod_is_what_the_image_is_made_for(overlay: str) -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    pod, container = template(one(overlay, "Deployment", "osusume"))["spec"], page(overlay)
    user = pod["securityContext"]["runAsUser"]
    assert f"USER {user}:{pod['securityContext']['runAsGroup']}" in image
    assert pod["securityContext"]["fsGroup"] == user
    assert f"EXPOSE {container['ports'][0]['containerPort']}" in image
    assert "VOLUME /data" in image
    assert {"/data", "/tmp"} < {each["mountPath"] for each in container["volumeMounts"]}
    assert container["resources"]["limits"]["memory"] == "768Mi"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_mounts_volumes_claims_and_settings_belong_together(overlay: str) -> None:
    claims = {each["metadata"]["name"] for each in objects(overlay, "PersistentVolumeClaim")}
    maps = {each["metadata"]["name"] for each in objects(overlay, "ConfigMap")}
    used: set[str] = set()
    for workload in objects(overlay, "Deployment", "StatefulSet", "CronJob"):
        pod, own = template(workload)["spec"], workload["spec"].get("volumeClaimTemplates", ())
        names = {volume["name"] for volume in pod["volumes"]} | {
            each["metadata"]["name"] for each in own
        }
        mounted = [each["name"] for each in pod["containers"][0]["volumeMounts"]]
        assert sorted(mounted) == sorted(names)
        for volume in pod["volumes"]:
            used |= (
                {volume["persistentVolumeClaim"]["claimName"]}
                if ("persistentVolumeClaim" in volume)
                else set()
            )
            assert "configMap" not in volume or volume["configMap"]["name"] in maps
    assert used == claims


def field(settings: type[BaseModel], path: list[str]) -> bool:
    """Tell whether a dotted path is a setting."""
    if path[0] not in settings.model_fields:
        return False
    kind = settings.model_fields[path[0]].annotation
    deeper = isinstance(kind, type) and issubclass(kind, BaseModel)
    return len(path) == 1 or (deeper and field(kind, path[1:]))  # type: ignore[arg-type]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_settings_are_ones_that_the_code_knows(
    overlay: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (generated,) = objects(overlay, "ConfigMap")
    (tmp_path / "settings.yaml").write_text(generated["data"]["settings.yaml"], "utf-8")
    monkeypatch.setenv("OSUSUME_CONFIG", str(tmp_path / "settings.yaml"))
    assert load_settings().catalogue == "anime"
    variables = {each["name"]: each for each in page(overlay)["env"]}
    mounts = {each["mountPath"] for each in page(overlay)["volumeMounts"]}
    assert str(Path(variables["OSUSUME_CONFIG"]["value"]).parent) in mounts
    ours = [name.split("__")[1:] for name in variables if name.startswith("OSUSUME__")]
    assert all(field(Settings, [part.lower() for part in path]) for path in ours)
    assert bool(ours) == (overlay in MANY_PODS)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_variables_are_defined_before_they_are_used(overlay: str) -> None:
    known: set[str] = set()
    for each in page(overlay)["env"]:
        assert {*re.findall(r"\$\((\w+)\)", each.get("value", ""))} <= known
        known.add(each["name"])
    assert len(known) == len(page(overlay)["env"])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_secrets_are_only_referred_to(overlay: str) -> None:
    assert not objects(overlay, "Secret")
    documented = (ROOT / "docs/kubernetes.md").read_text("utf-8")
    for pod in templates(overlay):
        for variable in pod["spec"]["containers"][0].get("env", ()):
            literal = SECRET.search(variable["name"]) and not variable["name"].endswith("_FILE")
            assert not (literal and "value" in variable), variable["name"]
            if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                assert f"`{reference['name']}`" in documented
    for generated in objects(overlay, "ConfigMap"):
        for line in generated["data"]["settings.yaml"].splitlines():
            assert not SECRET.search(line.partition("#")[0]), line
            assert not re.search(r"gsk_|glc_|Basic |://[^/\s]*@", line), line


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_pod_satisfies_the_restricted_pod_security_standard(overlay: str) -> None:
    labels = objects(overlay, "Namespace")[0]["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    allowed = {"name", "emptyDir", "configMap", "secret", "persistentVolumeClaim"}
    for pod in (each["spec"] for each in templates(overlay)):
        assert not {"hostNetwork", "hostPID", "hostIPC", "initContainers"} & {*pod}
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] > 0
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert {key for volume in pod["volumes"] for key in volume} <= allowed
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert not [port for port in container.get("ports", ()) if "hostPort" in port]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_images_are_pinned(overlay: str) -> None:
    for pod in templates(overlay):
        image = pod["spec"]["containers"][0]["image"]
        assert re.search(r":(?!latest)[\w.-]+$", image), image
    pulls = page(overlay)["imagePullPolicy"]
    assert pulls == ("IfNotPresent" if overlay.startswith("minikube") else "Always")


@pytest.mark.parametrize("overlay", ONE_POD)
def test_one_pod_keeps_its_conversations_on_a_volume(overlay: str) -> None:
    assert one(overlay, "Deployment", "osusume")["spec"]["replicas"] == 1
    assert not objects(overlay, "HorizontalPodAutoscaler", "StatefulSet")
    assert objects(overlay, "PersistentVolumeClaim")


@pytest.mark.parametrize("overlay", MANY_PODS)
def test_pods_are_added_by_load_only_where_none_keeps_anything(overlay: str) -> None:
    scaler = one(overlay, "HorizontalPodAutoscaler", "osusume")["spec"]
    deployment = one(overlay, "Deployment", scaler["scaleTargetRef"]["name"])
    assert scaler["minReplicas"] >= 2
    assert "replicas" not in deployment["spec"], "applying again would undo the autoscaler"
    assert not objects(overlay, "PersistentVolumeClaim", "CronJob")
    volumes = {each["name"]: each for each in template(deployment)["spec"]["volumes"]}
    assert "emptyDir" in volumes["data"]
    (dsn,) = [each for each in page(overlay)["env"] if each["name"] == "OSUSUME__MEMORY__DSN"]
    assert "optional" not in dsn["valueFrom"]["secretKeyRef"], "no server, no pod"
    policies = [each["spec"].get("egress", ()) for each in objects(overlay, "NetworkPolicy")]
    assert {"ports": [{"port": 5432}]} in [rule for rules in policies for rule in rules]


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "osusume"),
        ("/_stcore/stream", "osusume"),
        ("/metricsandmore", "osusume"),
        ("/metrics", "nowhere"),
        ("/metrics/", "nowhere"),
        ("/_stcore/metrics", "nowhere"),
    ],
)
def test_metrics_cannot_be_read_from_outside(overlay: str, path: str, service: str) -> None:
    rules = one(overlay, "Ingress", "osusume")["spec"]["rules"][0]["http"]["paths"]
    asked = [part for part in path.split("/") if part]
    fitting = {}
    for rule in rules:
        assert rule["pathType"] == "Prefix"
        parts = [part for part in rule["path"].split("/") if part]
        if asked[: len(parts)] == parts:
            fitting[len(parts)] = rule["backend"]["service"]["name"]
    assert fitting[max(fitting)] == service
    assert "selector" not in one(overlay, "Service", "nowhere")["spec"]


@pytest.mark.parametrize("overlay", ["cloud", "cloud-replicas"])
def test_the_cloud_page_comes_by_tls(overlay: str) -> None:
    spec = one(overlay, "Ingress", "osusume")["spec"]
    assert spec["tls"] == [{"hosts": [spec["rules"][0]["host"]], "secretName": "osusume-tls"}]


def test_grafanas_chart_watches_this_namespace_with_credentials_of_a_secret() -> None:
    path = ROOT / "infra/grafana/cloud/k8s-monitoring-values.yaml"
    values: Object = yaml.safe_load(path.read_text("utf-8"))
    features = [each for each in values.values() if "collector" in each]
    assert all(each["enabled"] for each in features)
    assert {each["collector"] for each in features} == {*values["collectors"]}
    watched = [each["namespaces"] for each in features if "namespaces" in each]
    assert watched == [["osusume"]] * 3
    namespace = objects("minikube", "Namespace")[0]["metadata"]["name"]
    assert namespace == "osusume"
    for destination in values["destinations"].values():
        assert destination["url"].startswith("https://")
        assert destination["secret"]["create"] is False
        assert {*destination["auth"]} == {"type", "usernameKey", "passwordKey"}
    policy = one("minikube", "NetworkPolicy", "osusume")["spec"]["ingress"][0]["from"][0]
    (allowed,) = policy["namespaceSelector"]["matchExpressions"]
    assert destination["secret"]["namespace"] in allowed["values"], "it may reach the pods"
