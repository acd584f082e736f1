#!/usr/bin/env bash
# Packs the tree into etcd-defrag-VERSION-linux-ARCHITECTURE.tar.gz. Order, owner, time and rights are fixed: the same tree, the same bytes.
#
#   packaging/tarball.sh VERSION ARCHITECTURE TREE FOLDER
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
VERSION=$1 ARCHITECTURE=$2 TREE=$3 FOLDER=$4
NAME=etcd-defrag-$VERSION-linux-$ARCHITECTURE

tar --create --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' --mtime="@$SOURCE_DATE_EPOCH" \
    --directory "$TREE" --transform "s:^\.:$NAME:" . | gzip -9 -n >"$FOLDER/$NAME.tar.gz"
