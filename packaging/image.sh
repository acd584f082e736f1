#!/usr/bin/env bash
# Makes etcd-defrag-VERSION.oci.tar: an OCI layout whose index names the container image of each architecture. The images are the
# Dockerfile's final stage, built of what its first stage would lay out; no registry is asked for anything.
#
#   packaging/image.sh VERSION FOLDER ARCHITECTURE…
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
cd "$ROOT"
VERSION=$1 FOLDER=$2
shift 2
INDEX=localhost/etcd-defrag:$VERSION
REVISION=$(git rev-parse HEAD 2>/dev/null || echo unknown)

WORK=$(mktemp -d "$CACHE/image.XXXXXX")
trap 'as_root rm -rf "$WORK"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
sed -n '/^FROM scratch$/,$p' Dockerfile >"$WORK/Dockerfile"
grep -q '^COPY --from=build' "$WORK/Dockerfile" || die "the Dockerfile's final stage takes nothing from its first"

# Storage of its own, as root without a daemon.
store() { as_root buildah --root "$WORK/store" --runroot "$WORK/run" --storage-driver vfs "$@"; }
for architecture in "$@"; do
    packaging/image-root.sh "$VERSION" "$WORK/$architecture/rootfs" "$architecture"
    store build --isolation chroot --pull-never --platform "linux/$architecture" --manifest "$INDEX" --identity-label=false \
        --build-context "build=$WORK/$architecture" --build-arg "VERSION=$VERSION" --build-arg "REVISION=$REVISION" \
        --timestamp "$SOURCE_DATE_EPOCH" -f "$WORK/Dockerfile" "$WORK/$architecture" >"$WORK/log" 2>&1 || die "buildah: $(cat "$WORK/log")"
done
store manifest push --all "$INDEX" "oci:$WORK/layout:$VERSION" >"$WORK/log" 2>&1 || die "buildah: $(cat "$WORK/log")"
as_root chmod -R a+rX "$WORK/layout"
tar --create --format=ustar --sort=name --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' --mtime="@$SOURCE_DATE_EPOCH" \
    --directory "$WORK/layout" blobs index.json oci-layout >"$FOLDER/etcd-defrag-$VERSION.oci.tar"
