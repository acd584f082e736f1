#!/usr/bin/env bash
# Loads the container images of the release's archive and runs them. They are the Dockerfile's final stage; its first stage needs a base image
# from a registry, and runs the same packaging/image-root.sh.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

LIMIT_MIB=20 # chosen: binary 15, C library 3, certificate authorities, licences

mkdir "$WORK/layout"
tar -xf "$(released 'etcd-defrag-*.oci.tar')" -C "$WORK/layout"
# What a digest names: index.json leads to the index, the index to each image.
blob() { cat "$WORK/layout/blobs/sha256/${1#sha256:}"; }
INDEX=$(blob "$(jq -r '.manifests[0].digest' "$WORK/layout/index.json")")
expect_same "$(jq -r '.manifests[].platform | "\(.os)/\(.architecture)"' <<<"$INDEX")" "$(printf 'linux/%s\n' "${ARCHITECTURES[@]}")" "the platforms of the index"
for file in "$WORK"/layout/blobs/sha256/*; do
    expect_same "$(sha256sum "$file" | cut -d ' ' -f 1)" "$(basename "$file")" "the digest of a blob"
done

# Storage of its own, as root without a daemon; nothing is asked of any registry.
store=(--root "$WORK/store" --runroot "$WORK/run" --storage-driver vfs)
image() { (cd "$WORK" && as_root buildah "${store[@]}" "$@"); }
# As a registry would: the image of a platform.
load() {
    # Relative: buildah makes a name of the path, and takes no capital letters in it.
    expect 0 image pull --quiet --platform "linux/$1" "oci:layout:$VERSION"
    IMAGE=$(tail -n 1 <<<"$OUTPUT")
    expect 0 image inspect --type image "$IMAGE"
    expect_same "$(jq -r '.OCIv1 | .architecture, (.config | .User, (.Entrypoint | join(" ")), (.Labels | to_entries[] | "\(.key)=\(.value)"))' <<<"$OUTPUT")" \
        "$1
65532:65532
/usr/bin/etcd-defrag
org.opencontainers.image.description=Defragments an etcd cluster, one member after the other
org.opencontainers.image.licenses=MIT
org.opencontainers.image.revision=$(git rev-parse HEAD)
org.opencontainers.image.title=etcd-defrag
org.opencontainers.image.version=$VERSION" "architecture, user, entry point and labels"
    container=$(image from --pull-never "$IMAGE")
    root=$(image mount "$container")
    size=$(as_root du -sb "$root" | cut -f 1)
    say "image of $1: $(numfmt --to=iec-i --suffix=B "$size")"
    [ "$size" -le $((LIMIT_MIB * 1024 * 1024)) ] || die "the image has $size bytes: more than $LIMIT_MIB MiB"
}

start_etcd
load "$FOREIGN"
expect 0 emulate "$root" "$root/usr/bin/etcd-defrag" --version
expect_text "etcd-defrag Version: $VERSION"
dry_run emulate "$root" "$root/usr/bin/etcd-defrag" --cacert "$CA"
as_root grep -q 'BEGIN CERTIFICATE' "$root/etc/ssl/certs/ca-certificates.crt"

load "$OWN"
[ "$(as_root grep -c 'BEGIN CERTIFICATE' "$root/etc/ssl/certs/ca-certificates.crt")" -gt 50 ] || die "the image knows no certificate authorities"

# In the container: the tool's own user, the image's own files, and nothing of this machine but its network.
inside() { image run --isolation chroot "${MOUNTS[@]}" "$container" -- /usr/bin/etcd-defrag "$@"; }
MOUNTS=(--volume "$CA:/pki/ca.crt:ro")
expect 0 inside --version
expect_text "etcd-defrag Version: $VERSION"
dry_run inside --cacert /pki/ca.crt
# A host name, so that the C library's resolver works; a server that nobody known has signed is refused.
expect 0 inside status --endpoints "${ENDPOINT/127.0.0.1/localhost}" --cacert /pki/ca.crt
expect 4 inside status --endpoints "$ENDPOINT"
# The authorities are read from the image's bundle: with another one in its place, the same server is trusted.
MOUNTS=(--volume "$CA:/etc/ssl/certs/ca-certificates.crt:ro")
expect 0 inside status --endpoints "$ENDPOINT"
