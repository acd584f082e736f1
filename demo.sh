#!/usr/bin/env bash
# Shows the tool at work: a throwaway etcd cluster of three members on 127.0.0.1, fragmented to about 200 MB a member,
# is defragmented by out/etcd-defrag. Touches nothing else, and leaves nothing behind, also on Ctrl-C.
#
#   ETCD_DEFRAG_BINARY      another binary than out/etcd-defrag
#   ETCD_DEFRAG_DEMO_LIVE   how much stays, in transactions of 1.25 MiB (3)
#   ETCD_DEFRAG_DEMO_ETCD   another etcd version than the newest one at hand, e.g. 3.4.23
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/build/lib.sh"
cd "$ROOT"

MEMBERS=3
VALUES=40               # in one transaction, 32 KiB each: below what etcd takes in one request (1.5 MiB)
JUNK_TRANSACTIONS=136   # 170 MiB that will be deleted; pages make some 190 MiB of them on disk
LIVE_TRANSACTIONS=${ETCD_DEFRAG_DEMO_LIVE:-3}     # 4 MiB that stay
BINARY=${ETCD_DEFRAG_BINARY:-}
if [ -z "$BINARY" ]; then
    ./build.sh
    BINARY=$ROOT/out/etcd-defrag
fi
build/get-etcd.sh
VERSION=${ETCD_DEFRAG_DEMO_ETCD:-$(etcd_versions | tail -n 1)}
ETCD=$(etcd_folder)/$VERSION
[ -x "$ETCD/etcd" ] || die "no etcd $VERSION in $(etcd_folder): there are $(etcd_versions | paste -sd ' ')"

# Whatever this shell is set up for, the demo speaks to its own cluster only.
unset "${!ETCDCTL_@}" "${!ETCD_@}"
export ETCDCTL_API=3

WORK=$(mktemp -d "${TMPDIR:-/tmp}/etcd-defrag-demo.XXXXXX")
SERVERS=()
CURRENT=

# By process id only. What runs at the moment leads a process group of its own, so that its children go with it.
clean_up() {
    trap - EXIT
    trap '' INT TERM HUP
    exec 2>/dev/null # bash would report each server that is killed here
    if [ -n "$CURRENT" ]; then kill -KILL -- "-$CURRENT" 2>/dev/null || kill -KILL "$CURRENT" 2>/dev/null || true; fi
    if [ ${#SERVERS[@]} -gt 0 ]; then kill -KILL "${SERVERS[@]}" 2>/dev/null || true; fi
    wait
    rm -rf "$WORK"
}
trap clean_up EXIT
trap 'clean_up; exit 129' HUP
trap 'clean_up; exit 130' INT
trap 'clean_up; exit 143' TERM

# Runs a program so that the traps above need not wait for its end.
patiently() {
    local code=0
    setsid "$@" <&0 &
    CURRENT=$!
    wait "$CURRENT" || code=$?
    CURRENT=
    return "$code"
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Below the range that outgoing connections take their ports from.
declare -A TAKEN=()
free_port() {
    PORT=$((10000 + RANDOM % 20000))
    while [ -n "${TAKEN[$PORT]:-}" ] || ! is_free "$PORT"; do
        PORT=$((10000 + RANDOM % 20000))
    done
    TAKEN[$PORT]=yes
}

start_cluster() {
    local i initial=() flags
    CLIENT=() PEER=() ENDPOINTS=
    for ((i = 1; i <= MEMBERS; i++)); do
        free_port && CLIENT[i]=$PORT
        free_port && PEER[i]=$PORT
        initial+=("m$i=http://127.0.0.1:${PEER[i]}")
        ENDPOINTS+="${ENDPOINTS:+,}http://127.0.0.1:${CLIENT[i]}"
    done
    for ((i = 1; i <= MEMBERS; i++)); do
        flags=(--name "m$i" --data-dir "$WORK/m$i"
            --listen-client-urls "http://127.0.0.1:${CLIENT[i]}" --advertise-client-urls "http://127.0.0.1:${CLIENT[i]}"
            --listen-peer-urls "http://127.0.0.1:${PEER[i]}" --initial-advertise-peer-urls "http://127.0.0.1:${PEER[i]}"
            --initial-cluster "$(IFS=, && echo "${initial[*]}")" --initial-cluster-state new --initial-cluster-token "${WORK##*.}"
            --election-timeout 3000 --pre-vote
            --logger zap --log-outputs "$WORK/m$i.log")
        # Nothing here has to survive the machine. 3.4 has no such flag.
        [[ $VERSION == 3.4.* ]] || flags+=(--unsafe-no-fsync)
        setpriv --pdeathsig KILL -- "$ETCD/etcd" "${flags[@]}" >>"$WORK/m$i.out" 2>&1 </dev/null &
        SERVERS+=($!)
    done
}

etcdctl() { patiently "$ETCD/etcdctl" --endpoints "$ENDPOINTS" "$@"; }

wait_for_cluster() {
    local try
    for ((try = 0; try < 60; try++)); do
        if etcdctl --command-timeout=2s endpoint health >"$WORK/health" 2>&1; then return; fi
        sleep 0.5
    done
    cat "$WORK/health" "$WORK"/m*.out >&2
    die "the cluster did not become healthy"
}

# Puts so many transactions under a prefix, by one etcdctl each, four at a time. etcdctl reads a transaction as three
# parts with an empty line after each: conditions (none here), what to do when they hold, what to do when not.
fill() {
    local prefix=$1 count=$2
    seq "$count" >"$WORK/numbers"
    # shellcheck disable=SC2016 # for the inner shell
    FILL="$ETCD/etcdctl" ENDPOINTS=$ENDPOINTS VALUES=$VALUES PREFIX=$prefix VALUE=$WORK/value \
        patiently xargs -P 4 -n 1 -a "$WORK/numbers" bash -c '
            value=$(<"$VALUE")
            put() {
                {
                    echo
                    for ((i = 0; i < VALUES; i++)); do printf "put %s/%s/%s %s\n" "$PREFIX" "$0" "$i" "$value"; done
                    echo
                    echo
                } | "$FILL" --endpoints "$ENDPOINTS" --command-timeout=30s txn >/dev/null
            }
            put || put || put # the same once more is harmless, where a busy machine makes etcd give one up'
}

show() {
    local i
    etcdctl endpoint status --cluster -w table
    for ((i = 1; i <= MEMBERS; i++)); do
        printf 'm%d  %s on disk\n' "$i" "$(stat -c %s "$WORK/m$i/member/snap/db" | numfmt --to=iec-i --suffix=B)"
    done
}

say "starting etcd $VERSION with $MEMBERS members in $WORK"
start_cluster
wait_for_cluster

say "writing, overwriting and deleting until the databases are mostly empty pages"
head -c 24576 /dev/urandom | base64 -w 0 >"$WORK/value"   # 32 KiB of text
fill live "$LIVE_TRANSACTIONS"
fill live "$LIVE_TRANSACTIONS"
fill junk "$JUNK_TRANSACTIONS"
etcdctl --command-timeout=30s del --prefix junk/ >/dev/null

say "before"
show

say "${BINARY#"$ROOT"/} --endpoints http://127.0.0.1:${CLIENT[1]} --cluster"
patiently "$BINARY" --endpoints "http://127.0.0.1:${CLIENT[1]}" --cluster

say "after"
show
