#!/usr/bin/env bash
# Builds the container image's final stage, as the Dockerfile has it, from the files that its first stage would lay out, and runs it.
# The first stage itself needs a base image from a registry; it runs the same packaging/image-root.sh.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

LIMIT_MIB=20 # chosen: binary 15, C library 3, certificate authorities, licences
IMAGE=localhost/etcd-defrag:test
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
packaging/image-root.sh "$VERSION" "$WORK/build/rootfs"
sed -n '/^FROM scratch$/,$p' Dockerfile >"$WORK/Dockerfile"
grep -q '^COPY --from=build' "$WORK/Dockerfile" || die "the Dockerfile's final stage takes nothing from its first"

# Storage of its own, as root without a daemon; nothing is asked of any registry.
store=(--root "$WORK/store" --runroot "$WORK/run" --storage-driver vfs)
image() { as_root buildah "${store[@]}" "$@"; }
build() {
    image build --isolation chroot --pull-never --build-context "build=$WORK/build" --build-arg "VERSION=$VERSION" --build-arg REVISION=abc \
        --timestamp "$SOURCE_DATE_EPOCH" --iidfile "$1" -t "$IMAGE" -f "$WORK/Dockerfile" "$WORK/build" >"$WORK/log" 2>&1 || die "buildah: $(cat "$WORK/log")"
}
build "$WORK/first"
image rmi --all --force >/dev/null
build "$WORK/second"
expect_same "$(cat "$WORK/first")" "$(cat "$WORK/second")" "the image's id when it is built again"

expect 0 image inspect --type image "$IMAGE"
expect_same "$(jq -r '.OCIv1.config | .User, (.Entrypoint | join(" ")), (.Labels | to_entries[] | select(.key | startswith("org.opencontainers")) | "\(.key)=\(.value)")' <<<"$OUTPUT")" \
    "65532:65532
/usr/bin/etcd-defrag
org.opencontainers.image.description=Defragments an etcd cluster, one member after the other, without taking it down
org.opencontainers.image.licenses=MIT
org.opencontainers.image.revision=abc
org.opencontainers.image.title=etcd-defrag
org.opencontainers.image.version=$VERSION" "user, entry point and labels"

container=$(image from --pull-never "$IMAGE")
root=$(image mount "$container")
size=$(as_root du -sb "$root" | cut -f 1)
say "image: $(numfmt --to=iec-i --suffix=B "$size")"
[ "$size" -le $((LIMIT_MIB * 1024 * 1024)) ] || die "the image has $size bytes: more than $LIMIT_MIB MiB"

[ "$(as_root grep -c 'BEGIN CERTIFICATE' "$root/etc/ssl/certs/ca-certificates.crt")" -gt 50 ] || die "the image knows no certificate authorities"

# In the container: the tool's own user, the image's own files, and nothing of this machine but its network.
inside() { image run --isolation chroot "${MOUNTS[@]}" "$container" -- /usr/bin/etcd-defrag "$@"; }
start_etcd
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
