#!/usr/bin/env bash
# Makes docs/run.svg, the README's picture: the demo's cluster, with more to copy, worked on in a real terminal (tmux).
# demo.sh runs this script again in the place of the tool; that part drives the terminal and takes down what is to be seen.
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

COLUMNS=112
ROWS=36

if [ $# -eq 0 ]; then
    need_packages tmux python3
    ./build.sh
    PICTURE_SHOTS=$(mktemp -d)
    export PICTURE_SHOTS
    trap 'rm -rf "$PICTURE_SHOTS"' EXIT
    ETCD_DEFRAG_BINARY=$ROOT/build/picture.sh ETCD_DEFRAG_DEMO_LIVE=260 ./demo.sh
    python3 build/picture.py "$COLUMNS" "$PICTURE_SHOTS"/{middle,end} >docs/run.svg
    say "docs/run.svg"
    exit
fi

terminal() { tmux -S "$PICTURE_SHOTS/tmux" -f /dev/null "$@"; }

# Waits until the last lines of the screen match, and keeps the screen with its colours.
shoot() {
    local name=$1 pattern=$2 try
    for ((try = 0; try < 1200; try++)); do
        if terminal capture-pane -p | grep -v '^$' | tail -n 2 | grep -Eq "$pattern"; then
            terminal capture-pane -e -p >"$PICTURE_SHOTS/$name"
            return
        fi
        sleep 0.05
    done
    terminal capture-pane -p >&2
    die "the screen never showed '$pattern'"
}

# The tool as its users call it.
ln -sf "$ROOT/out/etcd-defrag" "$PICTURE_SHOTS/etcd-defrag"
terminal new-session -d -x "$COLUMNS" -y "$ROWS" \
    "exec env -i PATH='$PICTURE_SHOTS:/usr/bin:/bin' TERM=screen-256color LANG=C.UTF-8 PS1='\$ ' sh -i"
trap 'terminal kill-server 2>/dev/null || true' EXIT
for ((try = 0; try < 200; try++)); do
    [ "$(terminal capture-pane -p | grep -v '^$')" = '$' ] && break # the shell is there
    sleep 0.05
done
terminal send-keys "etcd-defrag $*" Enter
shoot middle 'm[0-9].*: defragmenting.*[1-9]s of about'
shoot end '^\$$'
