#!/usr/bin/env bash
# From a Google Cloud project to the page running on a VM. Run again, it brings up to date.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source-path=SCRIPTDIR/../..
source infra/shell.sh

project='' zone=europe-west1-b machine=e2-standard-4 allowed=0.0.0.0/0
deploy=(--public --cpus no-limit --memory no-limit)
readonly vm=osusume
readonly patience=${OSUSUME_PATIENCE:-15} # seconds between two tries to reach a new VM

usage() {
    cat <<'END'
Usage: infra/gcp/create.sh --project PROJECT [OPTIONS]

  Create a VM named osusume in a network of its own, open to the world on the
  page's port alone; install Docker, Minikube and kubectl; send it what is
  committed here; run infra/minikube/deploy.sh there; print the address.
  Nothing happens twice: what is there already stays, and gets the new version.

Options:
  --project PROJECT  The Google Cloud project; it needs a billing account.
  --zone ZONE        [default: europe-west1-b]
  --machine TYPE     [default: e2-standard-4]
  --allow RANGE      Addresses that may open the page.  [default: 0.0.0.0/0]
  --replicas         As for infra/minikube/deploy.sh.
  --dry-run          Print what would be done, and do nothing.
  --help             Show this message and exit.

Environment: the secrets of infra/minikube/deploy.sh. They travel by SSH into
the cluster, and are stored neither on the VM's disk nor in its metadata.

Examples:
  infra/gcp/create.sh --project my-project
  GROQ_API_KEY=… infra/gcp/create.sh --project my-project --allow 203.0.113.7/32
  infra/gcp/create.sh --project my-project --dry-run
END
}

cloud=(gcloud --quiet)
ssh() { # SSH by Google's proxy: port 22 is not open to the world
    run "${cloud[@]}" compute ssh "$vm" --zone "$zone" --tunnel-through-iap --command "$1"
}

check() {
    need gcloud "Get it from https://cloud.google.com/sdk/docs/install."
    need git "Get it from https://git-scm.com/downloads."
    [[ -n $project ]] || misuse "Which project? Give --project."
    cloud+=(--project "$project")
    check_secrets
    [[ -z $dry_run ]] || return 0
    [[ -n $(gcloud auth list --filter status:ACTIVE --format 'value(account)') ]] ||
        fail "Nobody is logged in to Google Cloud. Run: gcloud auth login"
    git rev-parse --quiet --verify HEAD >/dev/null ||
        fail "Only what is committed is sent, and nothing is. Run this in a git clone."
    [[ -z $(git status --porcelain) ]] || say "What is not committed is not sent."
}

# attempt WHAT COMMAND…: run it; where it fails, say what to do about the usual reasons.
attempt() {
    local what=$1 told
    shift
    if [[ -n $dry_run ]]; then
        run "$@"
        return
    fi
    told=$("$@" 2>&1) && return
    printf '%s\n' "$told" >&2
    case $told in
        *[Qq]uota* | *QUOTA*)
            fail "$what failed: the project's quota is used up. Take another --zone or a smaller" \
                "--machine, or ask for more:" \
                "https://console.cloud.google.com/iam-admin/quotas?project=$project"
            ;;
        *RESOURCE_POOL_EXHAUSTED* | *"enough resources"*)
            fail "$what failed: $zone has no such machine left. Take another --zone."
            ;;
        *[Bb]illing*)
            fail "$what failed: the project has no billing account. Link one:" \
                "https://console.cloud.google.com/billing/linkedaccount?project=$project"
            ;;
        *PERMISSION_DENIED* | *"Required '"* | *forbidden*)
            fail "$what failed: your account may not. Ask the project's owner for the roles" \
                "Compute Admin, Compute OS Admin Login, IAP-secured Tunnel User and Service Usage Admin."
            ;;
        *) fail "$what failed, the reason stands above." ;;
    esac
}

# ensure WHAT GROUP NAME OPTION…: create it if it is not there.
ensure() {
    local what=$1 group=$2 each=$3 place=()
    shift 3
    case $group in
        *subnets) place=(--region "${zone%-*}") ;;
        instances) place=(--zone "$zone") ;;
    esac
    # shellcheck disable=SC2206 # a group is one word or two
    group=($group)
    if is "${cloud[@]}" compute "${group[@]}" describe "$each" ${place[@]+"${place[@]}"}; then
        say "$what: is there."
        return
    fi
    say "$what …"
    attempt "$what" "${cloud[@]}" compute "${group[@]}" create "$each" \
        ${place[@]+"${place[@]}"} "$@"
}

make_network() {
    ensure "Network" networks "$vm" --subnet-mode custom
    ensure "Subnet" "networks subnets" "$vm" --network "$vm" --range 10.10.0.0/24
    ensure "Firewall, the page" firewall-rules osusume-page --network "$vm" \
        --allow tcp:80 --source-ranges "$allowed" --target-tags "$vm"
    ensure "Firewall, SSH by Google's proxy" firewall-rules osusume-iap --network "$vm" \
        --allow tcp:22 --source-ranges 35.235.240.0/20 --target-tags "$vm"
}

make_machine() {
    # No service account: nothing on the VM may speak for the project.
    ensure "VM" instances "$vm" --machine-type "$machine" \
        --image-family ubuntu-2404-lts-amd64 --image-project ubuntu-os-cloud \
        --boot-disk-size 50GB --boot-disk-type pd-balanced \
        --network "$vm" --subnet "$vm" --tags "$vm" \
        --no-service-account --no-scopes \
        --shielded-secure-boot --shielded-vtpm --shielded-integrity-monitoring \
        --metadata enable-oslogin=TRUE,block-project-ssh-keys=TRUE \
        --metadata-from-file user-data=infra/gcp/cloud-init.yaml
}

# A new VM takes a minute to answer, and some more to install its tools. What cloud-init came to is
# printed, since an exit code could as well be SSH's own.
wait_for_machine() {
    say "The VM installs its tools, some minutes …"
    local tries told
    if [[ -n $dry_run ]]; then
        ssh "cloud-init status --wait"
        return
    fi
    for ((tries = 1; tries <= 20; tries++)); do
        told=$(ssh 'cloud-init status --wait >/dev/null; echo "tools: $?"') || true
        case $told in
            *"tools: 0"* | *"tools: 2"*) return ;; # 2: done, with warnings
            *"tools: "*)
                ssh "sudo tail -n 40 /var/log/cloud-init-output.log" >&2 || true
                fail "The VM could not install its tools, the reason stands above." \
                    "Remove it by infra/gcp/destroy.sh, then run this again."
                ;;
        esac
        sleep "$patience"
    done
    fail "The VM cannot be reached by SSH. See why: gcloud compute ssh $vm --zone $zone" \
        "--project $project --tunnel-through-iap --troubleshoot"
}

send_and_deploy() {
    say "The project is sent …"
    if [[ -n $dry_run ]]; then
        run git archive HEAD
        ssh "sudo osusume-receive"
        ssh "sudo osusume-deploy ${deploy[*]}"
        return
    fi
    git archive HEAD | ssh "sudo osusume-receive" ||
        fail "The project could not be sent. Run this again."
    write_secrets | ssh "sudo osusume-deploy ${deploy[*]}" ||
        fail "The VM runs, the page does not, the reason stands above. Mend it and run this again."
}

show() {
    [[ -z $dry_run ]] || return 0
    local address
    address=$("${cloud[@]}" compute instances describe "$vm" --zone "$zone" \
        --format 'get(networkInterfaces[0].accessConfigs[0].natIP)')
    say "Osusume runs: http://$address/"
    say "Everything goes by: infra/gcp/destroy.sh --project $project --zone $zone"
}

while [[ $# -gt 0 ]]; do
    case $1 in
        --project) project=$(value "$@") || exit; shift ;;
        --zone) zone=$(value "$@") || exit; shift ;;
        --machine) machine=$(value "$@") || exit; shift ;;
        --allow) allowed=$(value "$@") || exit; shift ;;
        --replicas) deploy+=(--replicas) ;;
        --dry-run) dry_run=yes ;;
        --help) usage; exit ;;
        *) misuse "Unknown option: $1." ;;
    esac
    shift
done

hide_secrets
check
attempt "Enabling the services" "${cloud[@]}" services enable compute.googleapis.com iap.googleapis.com
make_network
make_machine
wait_for_machine
send_and_deploy
show
