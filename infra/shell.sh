# shellcheck shell=bash
# What the scripts of infra/minikube and infra/gcp share; they source it.

dry_run=

say() { printf '%s\n' "$*"; }

# fail SENTENCE: it could not be done. misuse SENTENCE: it was asked for in a way that makes no sense.
fail() {
    printf '%s\n' "$*" >&2
    exit 1
}
misuse() {
    printf '%s Try --help.\n' "$*" >&2
    exit 2
}

# value OPTION [VALUE]: print the value of an option that must have one.
value() {
    [[ -n ${2-} && ${2-} != --* ]] || misuse "$1 needs a value."
    printf '%s' "$2"
}

# need TOOL REMEDY: refuse to begin without a tool. A dry run needs none.
need() {
    [[ -n $dry_run ]] || command -v "$1" >/dev/null || fail "$1 is not installed. $2"
}

# run COMMAND…: run what alters something; print it instead in a dry run.
run() {
    if [[ -n $dry_run ]]; then
        printf '+'
        printf ' %q' "$@"
        printf '\n'
    else
        "$@"
    fi
}

# is COMMAND…: ask quietly whether something is there. Nothing is, to a dry run.
is() { [[ -z $dry_run ]] && "$@" >/dev/null 2>&1; }

# confirm QUESTION ASSUMED: go on only after a yes.
confirm() {
    local answer=
    [[ -z $2 && -z $dry_run ]] || return 0
    [[ -t 0 ]] || misuse "$1 Nobody can be asked here: add --yes."
    read -r -p "$1 [y/N] " answer
    [[ $answer == [yY]* ]] || fail "Nothing was removed."
}

# What may be kept from people, and is read from the environment or from standard input only.
readonly secrets=(
    GROQ_API_KEY
    GRAFANA_CLOUD_OTLP_ENDPOINT GRAFANA_CLOUD_INSTANCE_ID GRAFANA_CLOUD_TOKEN
)

# hide_secrets: keep them as variables of this script, out of its children's environment.
hide_secrets() {
    local name
    for name in "${secrets[@]}"; do
        printf -v "$name" '%s' "${!name-}"
        export -n "${name?}"
    done
}

# read_secrets: take NAME=value lines from standard input.
read_secrets() {
    local line name known
    while IFS= read -r line || [[ -n $line ]]; do
        known=
        for name in "${secrets[@]}"; do
            [[ ${line%%=*} == "$name" ]] && known=yes
        done
        [[ -n $known ]] || fail "Standard input holds a line that is none of: ${secrets[*]}."
        printf -v "${line%%=*}" '%s' "${line#*=}"
    done
}

# write_secrets: print those that are set as read_secrets takes them.
write_secrets() {
    local name
    for name in "${secrets[@]}"; do
        [[ -z ${!name-} ]] || printf '%s=%s\n' "$name" "${!name}"
    done
}

# check_secrets: refuse what cannot be right, by name and never by value.
check_secrets() {
    local name missing=() given=()
    for name in "${secrets[@]}"; do
        [[ ${!name-} != *[[:space:]]* ]] ||
            fail "$name holds a space or a line break. Copy the value again."
        [[ $name != GRAFANA_* ]] || if [[ -n ${!name-} ]]; then
            given+=("$name")
        else
            missing+=("$name")
        fi
    done
    [[ ${#given[@]} -eq 0 || ${#missing[@]} -eq 0 ]] ||
        fail "${given[*]} alone is not enough for Grafana Cloud. Set also: ${missing[*]}."
    [[ ${GRAFANA_CLOUD_OTLP_ENDPOINT:-https://x/otlp} == https://*/otlp ]] ||
        fail "GRAFANA_CLOUD_OTLP_ENDPOINT must begin with https:// and end with /otlp."
    [[ -n $GROQ_API_KEY ]] || say "GROQ_API_KEY is not set: answers come from the offline mind."
    [[ ${#given[@]} -gt 0 ]] || say "GRAFANA_CLOUD_… is not set: telemetry stays in the cluster."
}
