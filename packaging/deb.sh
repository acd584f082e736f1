#!/usr/bin/env bash
# Makes the .deb of the tree with debhelper. Pre-releases sort before their release, as Debian spells it: 1.2.3~rc.1.
#
#   packaging/deb.sh VERSION ARCHITECTURE TREE FOLDER
#
#   DEBFULLNAME, DEBEMAIL   who packages it, as for Debian's own tools
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../build/lib.sh"
VERSION=$1 ARCHITECTURE=$2 TREE=$3 FOLDER=$4
SOURCE=$CACHE/release/deb-$ARCHITECTURE/etcd-defrag
MAINTAINER="${DEBFULLNAME:-etcd-defrag contributors} <${DEBEMAIL:-noreply@etcd-defrag.invalid}>"

rm -rf "$(dirname "$SOURCE")"
mkdir -p "$SOURCE"
cp -R "$TREE/." "$SOURCE/"
cp -R "$ROOT/packaging/debian" "$SOURCE/debian"
# Not by sed: a name may hold what sed takes for its own, as "R&D / Operations" does.
for file in "$SOURCE"/debian/{control,copyright}; do
    text=$(cat "$file")
    text=${text//@GLIBC@/"$GLIBC_FLOOR"}
    printf '%s\n' "${text//@MAINTAINER@/"$MAINTAINER"}" >"$file"
done
cat >"$SOURCE/debian/changelog" <<CHANGELOG
etcd-defrag (${VERSION/-/\~}-1) stable; urgency=medium

  * Release $VERSION; what is new stands in CHANGELOG.md.

 -- $MAINTAINER  $(date -u -R -d "@$SOURCE_DATE_EPOCH")
CHANGELOG

# What it needs is in RELEASE_PACKAGES; build-essential, which dpkg would ask for as well, is not needed.
log=$CACHE/release/deb-$ARCHITECTURE.log
(cd "$SOURCE" && dpkg-buildpackage --host-arch "$ARCHITECTURE" --build=binary --no-sign --no-check-builddeps >"$log" 2>&1 </dev/null) ||
    die "dpkg-buildpackage failed:"$'\n'"$(tail -n 30 "$log")"
cp "$(dirname "$SOURCE")"/*.deb "$FOLDER/"
