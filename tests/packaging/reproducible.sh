#!/usr/bin/env bash
# Makes the release that the other tests try, and tries what release.sh refuses.
#
#   tests/packaging/reproducible.sh [--all]
#
#   --all    releases once more, in another folder and under other settings of the shell: every file must be the same, byte by byte.
#            Both native binaries are built anew for that.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

ALL=${1:-}

# Refused before anything is built.
for bad in 1.2 v1.2.3 1.2.3.4 01.2.3 1.2.3- 1.2.3-01 1.2.3+build ../1.2.3; do
    expect 1 ./release.sh "$bad" --allow-dirty
    expect_text "'$bad' is no version"
done
expect 1 ./release.sh
expect_text "which version?"
expect 1 ./release.sh 1.2.3 --loud
expect_text "unknown argument '--loud'"
expect 1 ./release.sh 1.2.3 --arch vax
expect_text "no native build for vax"
# Nobody's files are replaced by a release.
mkdir "$WORK/mine"
touch "$WORK/mine/file"
for folder in "$WORK/mine" "$WORK/mine/file"; do
    expect 1 ./release.sh 1.2.3 --allow-dirty --output "$folder"
    expect_text "$folder holds something else"
done
[ -e "$WORK/mine/file" ] || die "a refused release removed a file"

# This working copy as it is, with what git does not know yet.
COPY=$WORK/another/folder
mkdir -p "$COPY"
git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
    if [ -e "$file" ]; then printf '%s\0' "$file"; fi
done | tar -c --null -T - | tar -x -C "$COPY"
cp -R "$(git rev-parse --absolute-git-dir)" "$COPY/.git"

# A changed file is named, and nothing is made.
(
    cd "$COPY"
    touch left-over
    expect 1 ./release.sh "$VERSION"
    expect_text "left-over"
    expect_text "--allow-dirty"
    [ ! -e dist ] || die "a refused release made dist/"
    rm left-over
)

./release.sh "$VERSION" --allow-dirty --output "$RELEASED"
(cd "$RELEASED" && sha256sum --quiet --check SHA256SUMS)
expect_same "$(cd "$RELEASED" && printf '%s\n' *)" "$(cut -d ' ' -f 3 "$RELEASED/SHA256SUMS" | sort - <(echo SHA256SUMS))" "the files of SHA256SUMS"
[ -n "$ALL" ] || exit 0

# What was downloaded for the first is taken for the second too.
[ -n "${ETCD_DEFRAG_SYSROOT_DIR:-}" ] || ETCD_DEFRAG_SYSROOT_DIR=$CACHE/sysroot
(umask 077 && cd "$COPY" && ETCD_DEFRAG_SYSROOT_DIR=$ETCD_DEFRAG_SYSROOT_DIR TZ=Asia/Kolkata LC_ALL=C.UTF-8 ./release.sh "$VERSION" --allow-dirty)
if ! diff -r "$RELEASED" "$COPY/dist"; then
    rm -rf "$RELEASED-second"
    mv "$COPY/dist" "$RELEASED-second"
    die "two releases of the same files differ: compare $RELEASED and $RELEASED-second"
fi
