#!/usr/bin/env bash
# Print the address of a container engine that answers; as root, start Debian's where none does.
set -euo pipefail
folder=${OSUSUME_ENGINE:-/tmp/osusume-engine}
own=unix://$folder/engine.sock

answers() { timeout 20 docker --host "$1" version --format '{{.Server.Version}}' >/dev/null 2>&1; }

if ! command -v docker >/dev/null; then
    echo "docker is not installed: apt install docker.io" >&2
    exit 1
fi
for host in "${DOCKER_HOST:-}" unix:///var/run/docker.sock "$own"; do
    if [ -n "$host" ] && answers "$host"; then
        echo "$host"
        exit
    fi
done
if [ "$(id -u)" != 0 ] || ! command -v dockerd >/dev/null; then
    echo "no container engine answers, and only root can start one: systemctl start docker" >&2
    exit 1
fi
mkdir -p "$folder"
setsid dockerd --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/pid" \
    --host "$own" >"$folder/log" 2>&1 </dev/null &
for _ in $(seq 60); do
    if answers "$own"; then
        echo "$own"
        exit
    fi
    sleep 1
done
echo "dockerd does not answer: $(tail -n 3 "$folder/log")" >&2
exit 1
