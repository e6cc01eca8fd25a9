#!/usr/bin/env bash
# Remove the cluster that deploy.sh made, with everything in it.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source-path=SCRIPTDIR/../..
source infra/shell.sh

assumed=

usage() {
    cat <<'END'
Usage: infra/minikube/destroy.sh [OPTIONS]

  Remove the Minikube cluster osusume: pods, secrets, and all conversations.

Options:
  --yes      Do not ask.
  --dry-run  Print what would be done, and do nothing.
  --help     Show this message and exit.

Examples:
  infra/minikube/destroy.sh
  infra/minikube/destroy.sh --yes
END
}

while [[ $# -gt 0 ]]; do
    case $1 in
        --yes) assumed=yes ;;
        --dry-run) dry_run=yes ;;
        --help) usage; exit ;;
        *) misuse "Unknown option: $1." ;;
    esac
    shift
done

need minikube "Without it there is no cluster either."
confirm "Remove the cluster osusume with all its conversations?" "$assumed"
run minikube --profile osusume delete || fail "The cluster could not be removed."
