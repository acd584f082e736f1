#!/usr/bin/env bash
# Unpacks the tarball and runs what is in it.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tarball=$(released "etcd-defrag-*-linux-$OWN.tar.gz")
tar -xzf "$tarball" -C "$WORK"
cd "$WORK/$(basename "$tarball" .tar.gz)"
expect_same "$(find . -type f ! -path './docs/*' ! -path './deploy/*' | sort)" "./CHANGELOG.md
./LICENSE
./README.md
./SECURITY.md
./THIRD-PARTY-NOTICES.txt
./completions/etcd-defrag.bash
./completions/etcd-defrag.fish
./completions/etcd-defrag.zsh
./etcd-defrag
./etcd-defrag.1" "the tarball's files"
expect 0 tar -tvzf "$tarball"
! grep -qv ' 0/0 ' <<<"$OUTPUT" || die "files of others than root: $OUTPUT"

# What the pages name is there: each document that README.md points to, each file and folder of deploy/.
{
    grep -oh "](\(docs/[^)#]*\)" README.md CHANGELOG.md | cut -c 3-
    grep -ohE '\bdeploy/[a-z]+[-./a-z0-9]*[a-z0-9]' README.md docs/*.md | sort -u
} >"$WORK/named"
grep -qx deploy/systemd/metrics.conf "$WORK/named" || die "the pages no longer name deploy/systemd/metrics.conf?"
while read -r named; do
    [ -e "$named" ] || die "the pages name $named, which the tarball lacks"
done <"$WORK/named"
expect 0 diff -r deploy "$ROOT/deploy"

# The other architecture's holds the same, but for what is made of its binary.
mkdir "$WORK/other"
tar -xzf "$(released "etcd-defrag-*-linux-$FOREIGN.tar.gz")" -C "$WORK/other" --strip-components 1
expect_same "$(diff -rq . "$WORK/other" | sort)" "Files ./THIRD-PARTY-NOTICES.txt and $WORK/other/THIRD-PARTY-NOTICES.txt differ
Files ./etcd-defrag and $WORK/other/etcd-defrag differ" "what differs between the architectures"

expect 0 ./etcd-defrag --version
expect_text "etcd-defrag Version: $VERSION"
expect 0 ./etcd-defrag completion bash
expect_same "$OUTPUT" "$(cat completions/etcd-defrag.bash)" "the bash completion"
start_etcd
dry_run ./etcd-defrag --cacert "$CA"

# As somebody whom this machine has never heard of, who has no home: a container's user, a service's, env -i.
chmod 755 "$WORK"
dry_run as_root env -i setpriv --reuid 65532 --regid 65532 --clear-groups ./etcd-defrag --cacert "$CA"
