#!/usr/bin/env bash
# Make a stand-in for python:3.12-slim-bookworm where no registry can be reached, as root.
#
#   tests/e2e/base_image.sh [TAG]
#
# LOUDLY: it holds Debian's Python 3.11, not 3.12, because Debian has no other; the paths are those
# of the real image. This machine's certificates and pip's settings go into it, so that the
# Dockerfile needs to know of neither. The engine is the one that DOCKER_HOST names.
set -euo pipefail
tag=${1:-python:3.12-slim-bookworm}
suite=bookworm
# From where this machine has its own packages.
# shellcheck disable=SC2016 # apt fills it in
here=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' |
    grep --max-count 1 '/debian/\?$' || true)
mirror=${DEBIAN_MIRROR:-${here:?no Debian mirror found: name one in DEBIAN_MIRROR}}

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
packages=ca-certificates,python3,python3-venv
debootstrap --variant=minbase --include="$packages" "$suite" "$root" "$mirror" >&2
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/*
rm -rf "$root"/usr/share/{doc,info,locale,man}/* "$root"/tmp/*

# Python and pip where the real image has them.
rm "$root"/usr/lib/python3.*/EXTERNALLY-MANAGED
ln -s ../../bin/python3 "$root/usr/local/bin/python3"
ln -s python3 "$root/usr/local/bin/python"
packages=$(echo "$root"/usr/local/lib/python3.*/dist-packages)
python3 -m zipfile -e "$(echo "$root"/usr/share/python-wheels/pip-*.whl)" "$packages"

# What this machine needs to reach the package index.
certificates=${PIP_CERT:-${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}}
cat "$certificates" >"$root/etc/ssl/certs/ca-certificates.crt"
{
    echo "[global]"
    echo "cert = /etc/ssl/certs/ca-certificates.crt"
    # The environment is listed first, and wins.
    "${PYTHON:-python3}" -m pip config list 2>/dev/null \
        | sed -nE "s/^[^.]+\.\.?(index-url|extra-index-url|trusted-host|proxy|timeout|default-timeout|retries)='(.*)'$/\1 = \2/p" \
        | grep -v 'file:' | awk -F ' = ' '!seen[$1]++' || true
} >"$root/etc/pip.conf"

tar -C "$root" -c . | docker import \
    --change 'ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV LANG=C.UTF-8' --change 'CMD ["python3"]' \
    --message "stand-in: Debian $suite, Python 3.11" - "$tag"
echo "STAND-IN: $tag is Debian's Python 3.11, not 3.12." >&2
