#!/usr/bin/env bash
# Unpacks the tarball and runs what is in it.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

tarball=$(released 'etcd-defrag-*-linux-*.tar.gz')
tar -xzf "$tarball" -C "$WORK"
cd "$WORK/$(basename "$tarball" .tar.gz)"
expect_same "$(find . -type f ! -path './docs/*' | sort)" "./CHANGELOG.md
./LICENSE
./README.md
./SECURITY.md
./THIRD-PARTY-NOTICES.txt
./completions/etcd-defrag.bash
./completions/etcd-defrag.fish
./completions/etcd-defrag.zsh
./etcd-defrag
./etcd-defrag.1
./systemd/etcd-defrag.env
./systemd/etcd-defrag.service
./systemd/etcd-defrag.timer
./systemd/metrics.conf" "the tarball's files"
expect 0 tar -tvzf "$tarball"
! grep -qv ' 0/0 ' <<<"$OUTPUT" || die "files of others than root: $OUTPUT"

# Every document that README.md points to is there.
grep -o '](\(docs/[^)#]*\)' README.md | cut -c 3- | while read -r document; do
    [ -e "$document" ] || die "README.md points to $document, which the tarball lacks"
done

expect 0 ./etcd-defrag --version
expect_text "etcd-defrag Version: $VERSION"
expect 0 ./etcd-defrag completion bash
expect_same "$OUTPUT" "$(cat completions/etcd-defrag.bash)" "the bash completion"
start_etcd
dry_run ./etcd-defrag --cacert "$CA"

# As somebody whom this machine has never heard of, who has no home: a container's user, a service's, env -i.
chmod 755 "$WORK"
dry_run as_root env -i setpriv --reuid 65532 --regid 65532 --clear-groups ./etcd-defrag --cacert "$CA"
