#!/usr/bin/env bash
# From a machine with Docker to the page running in Minikube. Run again, it brings up to date.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source-path=SCRIPTDIR/../..
source infra/shell.sh

readonly kubernetes=v1.35.1
readonly mini=(minikube --profile osusume)
readonly any=(kubectl --context osusume)
readonly kube=("${any[@]}" --namespace osusume)
overlay=minikube memory=4g cpus=2 ports=() from_stdin='' tag=local before=''

usage() {
    cat <<'END'
Usage: infra/minikube/deploy.sh [OPTIONS]

  Start a Minikube cluster named osusume, build the image into it, create the
  secrets, apply infra/k8s, wait until the page answers, print its address.
  Nothing happens twice: what is there already stays.

Options:
  --replicas      Several pods, their conversations in PostgreSQL.
  --public        Publish the page on port 80 of this machine; only for a
                  cluster that is not there yet.
  --cpus N        Of the cluster.  [default: 2]
  --memory SIZE   Of the cluster.  [default: 4g]
  --secrets-from-stdin
                  Read the variables below from standard input, one NAME=value
                  a line, instead of from the environment.
  --dry-run       Print what would be done, and do nothing.
  --help          Show this message and exit.

Environment (a secret that is unset stays as it is in the cluster):
  GROQ_API_KEY    For a chat model; without one the offline mind answers.
  GRAFANA_CLOUD_OTLP_ENDPOINT, GRAFANA_CLOUD_INSTANCE_ID, GRAFANA_CLOUD_TOKEN
                  For traces, metrics and logs in Grafana Cloud; all or none.

Examples:
  infra/minikube/deploy.sh
  GROQ_API_KEY=… infra/minikube/deploy.sh --replicas --memory 6g
  infra/minikube/deploy.sh --dry-run
END
}

check() {
    need docker "Get it from https://docs.docker.com/engine/install/."
    need minikube "Get it from https://minikube.sigs.k8s.io/docs/start/."
    need kubectl "Get it from https://kubernetes.io/docs/tasks/tools/."
    check_secrets
    [[ -n $dry_run ]] || docker info >/dev/null 2>&1 ||
        fail "Docker does not answer. Start it, and see that $(id -un) is in the group docker."
}

start() {
    if [[ -z $dry_run && $("${mini[@]}" status --format '{{.Host}}' 2>/dev/null) == Running ]]; then
        say "Minikube runs."
    else
        say "Minikube starts …"
        # Calico, because Minikube's own network lets everything through whatever a policy says.
        run "${mini[@]}" start --driver docker --container-runtime docker --cni calico \
            --kubernetes-version "$kubernetes" --cpus "$cpus" --memory "$memory" \
            ${ports[@]+"${ports[@]}"} || not_started
    fi
    [[ -n $dry_run || ${#ports[@]} -eq 0 ]] || docker port osusume 80/tcp >/dev/null 2>&1 ||
        fail "The cluster was made without --public." \
            "Remove it by infra/minikube/destroy.sh, conversations included, then run this again."
    local addon
    for addon in metrics-server ingress; do
        run "${mini[@]}" addons enable "$addon" ||
            fail "Minikube's addon $addon could not be enabled. Run this again."
    done
}

not_started() {
    [[ $EUID -ne 0 ]] || fail "Minikube did not start, for root may not: use a user of the group docker."
    fail "Minikube did not start. Give it less (--cpus, --memory), free some disk, or read:" \
        "minikube --profile osusume logs"
}

build() {
    say "The image is built …"
    if [[ -n $dry_run ]]; then
        run docker build --tag osusume:local .
        return
    fi
    local environment id
    environment=$("${mini[@]}" docker-env --shell bash) || fail "Minikube's Docker cannot be reached."
    id=$(
        eval "$environment"
        docker build --tag osusume:local . >&2 && docker image inspect --format '{{.Id}}' osusume:local
    ) || fail "The image could not be built; what runs already runs on."
    # By its content: an unchanged image is an unchanged tag, and no rollout.
    id=${id#sha256:}
    tag=${id:0:12}
    (eval "$environment" && docker tag osusume:local "osusume:$tag")
}

# put_secret NAME KEY VALUE…: by standard input and builtins, so that no list of processes shows it;
# on the server's side, so that no annotation keeps a copy.
put_secret() {
    local name=$1 manifest
    shift
    manifest="{apiVersion: v1, kind: Secret, metadata: {name: $name}, type: Opaque, data: {"
    while [[ $# -gt 0 ]]; do
        manifest+="$1: \"$(printf %s "$2" | base64 | tr -d "\n")\", "
        shift 2
    done
    if [[ -n $dry_run ]]; then
        say "+ kubectl apply --server-side (Secret $name from standard input)"
    else
        printf '%s}}\n' "$manifest" |
            "${kube[@]}" apply --server-side --force-conflicts --field-manager deploy --filename - ||
            fail "The Secret $name could not be written."
    fi
}

random() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

create_secrets() {
    is "${kube[@]}" get namespace osusume ||
        run "${kube[@]}" create --save-config --filename infra/k8s/base/namespace.yaml ||
        fail "The namespace could not be made. See: kubectl --context osusume cluster-info"
    [[ -z $GROQ_API_KEY ]] || put_secret osusume-groq GROQ_API_KEY "$GROQ_API_KEY"
    if [[ -n $GRAFANA_CLOUD_TOKEN ]]; then
        local pair
        pair=$(printf '%s' "$GRAFANA_CLOUD_INSTANCE_ID:$GRAFANA_CLOUD_TOKEN" | base64 | tr -d '\n')
        put_secret osusume-otlp OTEL_EXPORTER_OTLP_ENDPOINT "$GRAFANA_CLOUD_OTLP_ENDPOINT" \
            OTEL_EXPORTER_OTLP_HEADERS "Authorization=Basic%20$pair"
    fi
    if [[ $overlay == *replicas ]] && ! is "${kube[@]}" get secret osusume-memory; then
        local password
        password=$(random)
        put_secret osusume-postgres password "$password"
        put_secret osusume-memory DSN \
            "postgresql://osusume:$password@osusume-postgres:5432/osusume"
    fi
}

# Pods read secrets when they start: this goes into their template, so that altered ones roll out.
secret_versions() {
    "${kube[@]}" get secrets --field-selector type=Opaque \
        --output 'jsonpath={range .items[*]}{.metadata.resourceVersion}.{end}'
}

revision() {
    "${kube[@]}" get deployment osusume --ignore-not-found \
        --output 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}'
}

apply() {
    local manifests versions
    run "${any[@]}" --namespace ingress-nginx rollout status \
        deployment/ingress-nginx-controller --timeout 300s ||
        fail "The ingress controller did not start. See: kubectl --context osusume get pods -A"
    if [[ -n $dry_run ]]; then
        run kubectl kustomize "infra/k8s/overlays/$overlay"
        run "${kube[@]}" apply --filename -
        return
    fi
    manifests=$(kubectl kustomize "infra/k8s/overlays/$overlay") ||
        fail "infra/k8s/overlays/$overlay cannot be rendered. Update kubectl to 1.21 or newer."
    before=$(revision)
    versions=$(secret_versions)
    manifests=${manifests//image: osusume:local/image: osusume:$tag}
    manifests=${manifests//osusume-secrets: none/osusume-secrets: v$versions}
    # What the other of the two overlays has left behind, and does not go with this one.
    if [[ $overlay == *replicas ]]; then
        "${kube[@]}" delete cronjob osusume-index --ignore-not-found
    else
        "${kube[@]}" delete horizontalpodautoscaler osusume --ignore-not-found
    fi
    "${kube[@]}" apply --filename - <<<"$manifests" ||
        fail "The cluster refused the manifests; what ran before runs on."
}

wait_until_ready() {
    local workload
    for workload in statefulset/osusume-postgres deployment/osusume; do
        [[ $workload == deployment* || $overlay == *replicas ]] || continue
        run "${kube[@]}" rollout status "$workload" --timeout 300s || explain "$workload"
    done
}

# explain WORKLOAD: say why it is not ready; go back to what ran before, if anything did.
explain() {
    {
        "${kube[@]}" get pods --output wide
        "${kube[@]}" get events --sort-by .lastTimestamp | tail -n 15
        "${kube[@]}" logs --selector 'app.kubernetes.io/component!=index' \
            --prefix --tail 40
    } >&2 || true
    if [[ -n $before && $(revision) != "$before" ]]; then
        "${kube[@]}" rollout undo deployment/osusume --to-revision "$before" >&2
        fail "$1 did not become ready, the reason stands above. The version before serves on."
    fi
    fail "$1 did not become ready, the reason stands above. Mend it and run this again."
}

show() {
    local address
    [[ -z $dry_run ]] || return 0
    address=$("${mini[@]}" ip)
    say "Osusume runs: http://$address/"
    [[ ${#ports[@]} -eq 0 ]] || say "From outside: port 80 of this machine."
    say "Where that address does not answer (macOS, Windows):"
    say "  kubectl --context osusume --namespace osusume port-forward service/osusume 8501:80"
}

while [[ $# -gt 0 ]]; do
    case $1 in
        --replicas) overlay=minikube-replicas ;;
        --public) ports=(--ports 80:80) ;;
        --cpus) cpus=$(value "$@") || exit; shift ;;
        --memory) memory=$(value "$@") || exit; shift ;;
        --secrets-from-stdin) from_stdin=yes ;;
        --dry-run) dry_run=yes ;;
        --help) usage; exit ;;
        *) misuse "Unknown option: $1." ;;
    esac
    shift
done

hide_secrets
[[ -z $from_stdin ]] || read_secrets
check
start
build
create_secrets
apply
wait_until_ready
show
