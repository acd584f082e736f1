#!/usr/bin/env bash
# Makes the .rpm of the tree. Pre-releases sort before their release, as rpm spells it: 1.2.3~rc.1.
#
#   packaging/rpm.sh VERSION ARCHITECTURE TREE FOLDER
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
VERSION=$1 ARCHITECTURE=$2 TREE=$3 FOLDER=$4
TRIPLET=$(triplet "$ARCHITECTURE")
TOP=$CACHE/release/rpm-$ARCHITECTURE

rm -rf "$TOP"
mkdir -p "$TOP"
log=$TOP.log
# Nothing of this machine's, this hour's or this user's; compressed as every rpm since RHEL 8's can read.
SYSTEMD=$(sed -n 's/^EnvironmentFile=-\{0,1\}//p' "$TREE/deploy/systemd/etcd-defrag.service")
rpmbuild -bb --nodeps --target "${TRIPLET%%-*}-linux" \
    --define "_topdir $TOP" --define "_rpmdir $TOP/out" --define "_buildhost localhost" --define "_dbpath $TOP/db" \
    --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
    --define "_binary_payload w6.xzdio" --define "_binary_filedigest_algorithm 8" \
    --define "release_version ${VERSION/-/\~}" --define "tree $TREE" --define "settings $SYSTEMD" \
    "$ROOT/packaging/etcd-defrag.spec" >"$log" 2>&1 </dev/null || die "rpmbuild failed:"$'\n'"$(tail -n 30 "$log")"
cp "$TOP"/out/*/*.rpm "$FOLDER/"
