#!/usr/bin/env bash
# Runs the other architecture's binary of the release on this machine, by qemu's user mode, against etcd as it is; and both on the oldest C
# library that is to be had (2.31).
#
#   tests/packaging/emulated.sh [--all]    --all: also every way to connect
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

for architecture in "${ARCHITECTURES[@]}"; do
    mkdir "$WORK/$architecture"
    tar -xzf "$(released "etcd-defrag-*-linux-$architecture.tar.gz")" -C "$WORK/$architecture" --strip-components 1
    expect_same "$(newest_glibc "$WORK/$architecture/etcd-defrag")" "$GLIBC_FLOOR" "the newest glibc that the $architecture binary asks for"
done
BINARY=$WORK/$FOREIGN/etcd-defrag
LIBRARIES=$(sysroot "$FOREIGN")

say "on glibc 2.31"
OLD=$(sysroot "$OWN")
expect 0 "$OLD$(readelf --wide --program-headers "$WORK/$OWN/etcd-defrag" | sed -n 's/.*interpreter: \(.*\)]/\1/p')" \
    --library-path "$OLD/lib/$(triplet "$OWN")" "$WORK/$OWN/etcd-defrag" --version
expect_text "etcd-defrag Version: $VERSION"
expect 0 emulate "$LIBRARIES" "$BINARY" --version
expect_text "etcd-defrag Version: $VERSION"
expect_text ".NET OS/Arch: linux/$FOREIGN"

# Kernels with pages of 64 KiB load nothing that is aligned to less.
if [ "$FOREIGN" = arm64 ]; then
    ! readelf --wide --program-headers "$BINARY" | grep LOAD | grep -v '0x10000$' || die "a segment is not aligned to pages of 64 KiB"
    expect 0 "qemu-aarch64" -p 65536 -L "$LIBRARIES" "$BINARY" --version
fi

say "rule vectors, ten of them"
sed -n '1~150p' tests/EtcdDefrag.Core.Tests/Rules/Data/vectors.jsonl |
    jq -r '[.dbSize, .dbSizeInUse, .dbQuota, (if has("dropped") then "dropped" else .expect end), .rule] | @tsv' >"$WORK/vectors"
tried=0
while IFS=$'\t' read -r size in_use quota wanted rule; do
    rule=$(printf '%b' "$rule") # as @tsv wrote it
    code=0
    [[ $wanted =~ ^(true|false)$ ]] || code=2
    expect "$code" emulate "$LIBRARIES" "$BINARY" rule "--db-size=$size" "--db-size-in-use=$in_use" "--db-quota=$quota" -- "$rule"
    if [ "$code" = 0 ]; then expect_same "$OUTPUT" "$wanted" "the rule $rule"; else expect_text "Error: invalid rule, "; fi
    tried=$((tried + 1))
done <"$WORK/vectors"
[ "$tried" -eq 10 ] || die "$tried vectors instead of 10"

say "the database of a stopped etcd: both architectures write the same"
start_etcd
fill() { ETCDCTL_API=3 "$(etcd_folder)/$(etcd_versions | tail -n 1)/etcdctl" --endpoints "$ENDPOINT" --cacert "$CA" "$@" >/dev/null; }
for key in {1..20}; do
    head -c 50000 /dev/zero | tr '\0' x | fill put "key$key"
done
fill del key --prefix
kill "${SERVERS[@]}"
wait "${SERVERS[@]}" || true
cp -R "$WORK"/etcd-*/ "$WORK/for-own"
cp -R "$WORK/for-own" "$WORK/for-foreign"
expect 0 "$WORK/$OWN/etcd-defrag" --data-dir "$WORK/for-own"
expect 0 emulate "$LIBRARIES" "$BINARY" --data-dir "$WORK/for-foreign"
cmp "$WORK"/for-{own,foreign}/member/snap/db || die "the two wrote different files"
expect 0 emulate "$LIBRARIES" "$BINARY" check "$WORK/for-own"

say "TLS"
start_etcd
dry_run emulate "$LIBRARIES" "$BINARY" --cacert "$CA"
expect 4 emulate "$LIBRARIES" "$BINARY" --endpoints "$ENDPOINT"
expect_text "does not trust"

say "real etcd: whole runs, exit codes, signals"
cat >"$WORK/emulated" <<SCRIPT
#!/bin/sh
exec qemu-$(triplet "$FOREIGN" | cut -d - -f 1) -L $LIBRARIES $BINARY "\$@"
SCRIPT
chmod +x "$WORK/emulated"
TESTS=tests/EtcdDefrag.Integration.Tests/bin/Release/net10.0/EtcdDefrag.Integration.Tests
[ -x "$TESTS" ] || die "build the solution first: $TESTS is not there"
chosen=(
    '*.MainJobTests.Every_member_is_defragmented_once_one_at_a_time_and_the_leader_last'
    '*.MainJobTests.A_dry_run_tells_by_its_exit_code_whether_there_is_work'
    '*.SignalTests.In_a_pause_the_run_ends_at_once'
    '*.SignalTests.During_a_defragmentation_its_end_is_waited_for'
    '*.PageSizeTests.Another_machines_page_size_is_kept'
)
[ "${1:-}" != --all ] || chosen+=('*.WaysToConnect.Right_way_defragments_and_wrong_way_explains_itself_and_changes_nothing')
mapfile -t filter < <(printf -- '-method\n%s\n' "${chosen[@]}")
ETCD_DEFRAG_BINARY=$WORK/emulated "$TESTS" -noColor "${filter[@]}" </dev/null >"$WORK/log" 2>&1 || die "$(tail -n 100 "$WORK/log")"
total=$(sed -n 's/.*Total: \([0-9]*\),.*/\1/p' "$WORK/log" | tail -n 1)
[ "${total:-0}" -ge "${#chosen[@]}" ] || die "the tests that were chosen are no longer there: $(tail -n 5 "$WORK/log")"
say "$total tests passed"
