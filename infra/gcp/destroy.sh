#!/usr/bin/env bash
# Remove from a Google Cloud project what create.sh made in it.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source-path=SCRIPTDIR/../..
source infra/shell.sh

project='' zone=europe-west1-b assumed=''

usage() {
    cat <<'END'
Usage: infra/gcp/destroy.sh --project PROJECT [OPTIONS]

  Remove the VM osusume with its disk, hence all conversations, then its
  firewall rules and its network. What is not there is passed over.

Options:
  --project PROJECT  The Google Cloud project.
  --zone ZONE        [default: europe-west1-b]
  --yes              Do not ask.
  --dry-run          Print what would be done, and do nothing.
  --help             Show this message and exit.

Examples:
  infra/gcp/destroy.sh --project my-project
  infra/gcp/destroy.sh --project my-project --yes
END
}

# remove WHAT GROUP… NAME OPTION…: where it is there.
remove() {
    local what=$1 verb=() rest
    shift
    while [[ $1 != osusume* ]]; do
        verb+=("$1")
        shift
    done
    rest=("$@")
    if [[ -z $dry_run ]] && ! is "${cloud[@]}" compute "${verb[@]}" describe "${rest[@]}"; then
        say "$what: is not there."
        return
    fi
    say "$what …"
    run "${cloud[@]}" compute "${verb[@]}" delete "${rest[@]}" ||
        fail "$what could not be removed. Run this again, or see what still uses it."
}

while [[ $# -gt 0 ]]; do
    case $1 in
        --project) project=$(value "$@") || exit; shift ;;
        --zone) zone=$(value "$@") || exit; shift ;;
        --yes) assumed=yes ;;
        --dry-run) dry_run=yes ;;
        --help) usage; exit ;;
        *) misuse "Unknown option: $1." ;;
    esac
    shift
done

need gcloud "Get it from https://cloud.google.com/sdk/docs/install."
[[ -n $project ]] || misuse "Which project? Give --project."
[[ -n $dry_run || -n $(gcloud auth list --filter status:ACTIVE --format 'value(account)') ]] ||
    fail "Nobody is logged in to Google Cloud. Run: gcloud auth login"
confirm "Remove the VM osusume of $project with all its conversations?" "$assumed"
readonly cloud=(gcloud --quiet --project "$project")
remove "VM" instances osusume --zone "$zone"
remove "Firewall, the page" firewall-rules osusume-page
remove "Firewall, SSH by Google's proxy" firewall-rules osusume-iap
remove "Subnet" networks subnets osusume --region "${zone%-*}"
remove "Network" networks osusume
