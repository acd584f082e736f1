#!/usr/bin/env bash
# Makes a release in dist/: tarball, .deb, dotnet tool, SBOM and SHA256SUMS. The same commit and VERSION make the same bytes.
#
#   ./release.sh VERSION [--allow-dirty] [--output DIR]
#
#   VERSION         as Semantic Versioning has it: 1.2.3 or 1.2.3-rc.1
#   --allow-dirty   also from files that differ from the commit; --version then says so
#   --output DIR    another folder than dist/: a new or empty one, or one with an earlier release, which is replaced
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/build/lib.sh"

VERSION='' DIRTY='' OUTPUT=$ROOT/dist
while [ $# -gt 0 ]; do
    case $1 in
        --allow-dirty) DIRTY=yes ;;
        --output) [ -n "${2:-}" ] || die "--output needs a folder" && OUTPUT=$(realpath -m "$2") && shift ;;
        -*) die "unknown argument '$1': VERSION [--allow-dirty] [--output DIR]" ;;
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

./build.sh "$VERSION"
only_one "$CACHE/release.lock"
WORK=$CACHE/release
rm -rf "$WORK"
mkdir -p "$WORK/dist"

packaging/sbom.sh "$VERSION" "$WORK/dist/etcd-defrag-$VERSION.cdx.json"
packaging/tree.sh "$VERSION" "$WORK/dist/etcd-defrag-$VERSION.cdx.json" "$WORK/tree"
packaging/tarball.sh "$VERSION" "$WORK/tree" "$WORK/dist"
packaging/deb.sh "$VERSION" "$WORK/tree" "$WORK/dist"
packaging/tool.sh "$VERSION" "$WORK/tree" "$WORK/dist"
(cd "$WORK/dist" && sha256sum -- * >"$WORK/SHA256SUMS" && mv "$WORK/SHA256SUMS" .)

rm -rf "$OUTPUT"
mkdir -p "$(dirname "$OUTPUT")"
mv "$WORK/dist" "$OUTPUT"
say "$VERSION is in $OUTPUT:"
(cd "$OUTPUT" && du --apparent-size -h -- * >&2)
