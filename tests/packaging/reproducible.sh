#!/usr/bin/env bash
# Releases twice, in two folders and under two settings of the shell: every file must be the same, byte by byte.
# The native binary is built anew only in the copy; here it is the one that the other tests run.
#
#   tests/packaging/reproducible.sh [--all]    --all: the second time for both architectures, instead of this machine's alone
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
# What was downloaded for the first is taken for the second too.
second=(--allow-dirty)
[ -n "$ALL" ] || second+=(--arch "$OWN")
[ -n "${ETCD_DEFRAG_SYSROOT_DIR:-}" ] || ETCD_DEFRAG_SYSROOT_DIR=$CACHE/sysroot
(umask 077 && cd "$COPY" && ETCD_DEFRAG_SYSROOT_DIR=$ETCD_DEFRAG_SYSROOT_DIR TZ=Asia/Kolkata LC_ALL=C.UTF-8 ./release.sh "$VERSION" "${second[@]}")

(cd "$RELEASED" && sha256sum --quiet --check SHA256SUMS)
expect_same "$(cd "$RELEASED" && printf '%s\n' *)" "$(cut -d ' ' -f 3 "$RELEASED/SHA256SUMS" | sort - <(echo SHA256SUMS))" "the files of SHA256SUMS"

# The images of an archive, by their digests: an archive of one architecture has one of the same.
images() { tar -xOf "$1" --wildcards 'blobs/sha256/*' | grep -ao '"digest":"sha256:[0-9a-f]*"' | sort -u; }
compare() {
    local file
    if [ -n "$ALL" ]; then
        diff -r "$RELEASED" "$COPY/dist"
        return
    fi
    [ "$(find "$COPY/dist" -type f | wc -l)" -ge 7 ] || die "the second release has not every kind: $(ls "$COPY/dist")"
    for file in "$COPY"/dist/*; do
        case $file in
            */SHA256SUMS) ;;
            *.oci.tar) [ -z "$(comm -23 <(images "$file") <(images "$RELEASED/$(basename "$file")"))" ] || return 1 ;;
            *) cmp "$file" "$RELEASED/$(basename "$file")" || return 1 ;;
        esac
    done
}
if ! compare; then
    rm -rf "$RELEASED-second"
    mv "$COPY/dist" "$RELEASED-second"
    die "two releases of the same files differ: compare $RELEASED and $RELEASED-second"
fi
