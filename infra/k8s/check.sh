#!/usr/bin/env bash
# Render every overlay and hold it to Kubernetes' schemas, to checkov and to what the code expects.
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly versions=(1.34 1.35 1.36)
readonly checkov=checkov==3.3.30
bin=$PWD/.venv/bin
rendered=$(mktemp -d)
trap 'rm -rf "$rendered"' EXIT

render() {
    if command -v kustomize >/dev/null; then
        kustomize build "$1"
    elif command -v kubectl >/dev/null; then
        kubectl kustomize "$1"
    else
        echo "Neither kustomize nor kubectl (1.21 or newer) found: infra/k8s cannot be rendered." \
            "Install one; on Debian 13: apt install kubectl." >&2
        return 1
    fi
}

for overlay in infra/k8s/overlays/*/; do
    name=$(basename "$overlay")
    render "$overlay" >"$rendered/$name.yaml"
    for version in "${versions[@]}"; do
        "$bin/kubernetes-validate" --strict --no-warn --quiet -k "$version" "$rendered/$name.yaml"
    done
    echo "$name: $(grep -c '^kind:' "$rendered/$name.yaml") objects," \
        "valid for Kubernetes ${versions[*]}"
done

echo "checkov …"
"$bin/uv" tool run --quiet --from "$checkov" checkov \
    --config-file infra/k8s/.checkov.yaml --directory "$rendered"
echo "checkov: nothing found"

"$bin/python" -m pytest -q -n 0 tests/infra/test_manifests.py
