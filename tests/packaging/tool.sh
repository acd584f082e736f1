#!/usr/bin/env bash
# Installs the dotnet tool from the release's folder, with no other source of packages, and runs it.
set -euo pipefail
# shellcheck source=tests/packaging/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

package=$(released 'etcd-defrag.*.nupkg')
cat >"$WORK/nuget.config" <<CONFIG
<configuration><packageSources><clear /><add key="release" value="$RELEASED" /></packageSources></configuration>
CONFIG
# A cache of its own: this version, released before with other bytes, may lie in the usual one.
export NUGET_PACKAGES=$WORK/packages
expect 0 dotnet tool install etcd-defrag --version "$VERSION" --tool-path "$WORK/tool" --configfile "$WORK/nuget.config"

expect 0 "$WORK/tool/etcd-defrag" --version
expect_text "etcd-defrag Version: $VERSION"
expect 0 "$WORK/tool/etcd-defrag" rule --db-size 3G --db-size-in-use 1G 'dbQuotaUsage > 0.8 || dbSizeFree > 200MiB'
expect_same "$OUTPUT" true "the rule"
expect 2 "$WORK/tool/etcd-defrag" --no-such-flag
start_etcd
dry_run "$WORK/tool/etcd-defrag" --cacert "$CA"

expect 0 unzip -Z1 "$package"
for file in README.md LICENSE THIRD-PARTY-NOTICES.txt; do
    grep -qxF "$file" <<<"$OUTPUT" || die "the package lacks $file"
done
! grep -E '\.(pdb|xml)$' <<<"${OUTPUT/tools\/net10.0\/any\/DotnetToolSettings.xml/}" | grep -v 'Content_Types' || die "the package has files that nobody needs"

# It runs on any machine: every library in it is .NET's own format (its metadata begin with BSJB), and nothing lies in a folder for one system.
! grep -E '\.(so|dylib|a|exe)$|/runtimes/' <<<"$OUTPUT" || die "the package has files for one kind of machine"
mapfile -t libraries < <(grep '\.dll$' <<<"$OUTPUT")
[ ${#libraries[@]} -gt 0 ] || die "the package has no library"
for library in "${libraries[@]}"; do
    unzip -p "$package" "$library" | grep -a BSJB >/dev/null || die "$library is native" # no -q: unzip must reach its end
done
