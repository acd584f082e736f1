#!/usr/bin/env bash
# Makes a release in dist/: tarball, .deb, .rpm and SBOM of each architecture, the container image of all, the dotnet tool and SHA256SUMS.
# The same commit and VERSION make the same bytes.
#
#   ./release.sh VERSION [--arch ARCHITECTURE] [--allow-dirty] [--output DIR]
#
#   VERSION         as Semantic Versioning has it: 1.2.3 or 1.2.3-rc.1
#   --arch          only this one, amd64 or arm64, instead of both
#   --allow-dirty   also from files that differ from the commit; --version then says so
#   --output DIR    another folder than dist/: a new or empty one, or one with an earlier release, which is replaced
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/build/lib.sh"

VERSION='' DIRTY='' ONLY='' OUTPUT=$ROOT/dist
while [ $# -gt 0 ]; do
    case $1 in
        --allow-dirty) DIRTY=yes ;;
        --arch) [ -n "${2:-}" ] || die "--arch needs an architecture: ${ARCHITECTURES[*]}" && ONLY=$2 && shift ;;
        --output) [ -n "${2:-}" ] || die "--output needs a folder" && OUTPUT=$(realpath -m "$2") && shift ;;
        -*) die "unknown argument '$1': VERSION [--arch ARCHITECTURE] [--allow-dirty] [--output DIR]" ;;
        *) [ -z "$VERSION" ] || die "one VERSION, not '$VERSION' and '$1'" && VERSION=$1 ;;
    esac
    shift
done
cd "$ROOT"

[ -n "$VERSION" ] || die "which version? ./release.sh VERSION, e.g. ./release.sh 1.2.3"
NUMBER='(0|[1-9][0-9]*)'
# Without "+build": neither Debian nor NuGet tells two builds of one version apart by it.
[[ $VERSION =~ ^$NUMBER\.$NUMBER\.$NUMBER(-($NUMBER|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\.($NUMBER|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*)?$ ]] ||
    die "'$VERSION' is no version: MAJOR.MINOR.PATCH as in 1.2.3, or with what comes before it, as in 1.2.3-rc.1"
[ -z "$ONLY" ] || { triplet "$ONLY" >/dev/null && ARCHITECTURES=("$ONLY"); }
{ [ -e .git ] && git rev-parse --quiet --verify HEAD >/dev/null; } || die "no git working copy: what is released must be a commit"
changes=$(git status --porcelain)
[ -z "$changes" ] || [ -n "$DIRTY" ] ||
    die "these files differ from the commit:"$'\n'"$changes"$'\n'"commit them, or say --allow-dirty for something to try out"

# Replaced is what a release made and nothing else: not the home folder of somebody who meant a folder in it.
[ ! -e "$OUTPUT" ] || [ -e "$OUTPUT/SHA256SUMS" ] || { [ -d "$OUTPUT" ] && [ -z "$(ls -A "$OUTPUT")" ]; } ||
    die "$OUTPUT holds something else than a release (it has no SHA256SUMS): name another folder, or remove it yourself"

need_dotnet
need_packages "${RELEASE_PACKAGES[@]}"

# Nothing of this machine or of this hour gets into what is made.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

# This machine's own as well, whatever is asked for: it prints the completions.
for architecture in $(printf '%s\n' "$(machine_architecture)" "${ARCHITECTURES[@]}" | sort -u); do
    ./build.sh --arch "$architecture" "$VERSION"
done
only_one "$CACHE/release.lock"
WORK=$CACHE/release
rm -rf "$WORK"
mkdir -p "$WORK/dist"

for architecture in "${ARCHITECTURES[@]}"; do
    sbom=$WORK/dist/etcd-defrag-$VERSION-linux-$architecture.cdx.json
    tree=$WORK/tree-$architecture
    packaging/sbom.sh "$VERSION" "$architecture" "$sbom"
    packaging/tree.sh "$VERSION" "$architecture" "$sbom" "$tree"
    packaging/tarball.sh "$VERSION" "$architecture" "$tree" "$WORK/dist"
    packaging/deb.sh "$VERSION" "$architecture" "$tree" "$WORK/dist"
    packaging/rpm.sh "$VERSION" "$architecture" "$tree" "$WORK/dist"
done
# The notices of this machine's architecture where it is among them, so that the package does not depend on which others are.
[ ! -d "$WORK/tree-$(machine_architecture)" ] || tree=$WORK/tree-$(machine_architecture)
packaging/tool.sh "$VERSION" "$tree" "$WORK/dist"
packaging/image.sh "$VERSION" "$WORK/dist" "${ARCHITECTURES[@]}"
(cd "$WORK/dist" && sha256sum -- * >"$WORK/SHA256SUMS" && mv "$WORK/SHA256SUMS" .)

rm -rf "$OUTPUT"
mkdir -p "$(dirname "$OUTPUT")"
mv "$WORK/dist" "$OUTPUT"
say "$VERSION is in $OUTPUT:"
(cd "$OUTPUT" && du --apparent-size -h -- * >&2)
