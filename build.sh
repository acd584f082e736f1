#!/usr/bin/env bash
# Builds out/etcd-defrag: one native file that needs no .NET where it runs. Does nothing when nothing changed since.
#
#   ./build.sh [VERSION]     the version to write into it; not given: the one of Directory.Build.props
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/build/lib.sh"
cd "$ROOT"

need_dotnet
need_packages "${NATIVE_PACKAGES[@]}"
only_one "$CACHE/build.lock"

case $(uname -m) in
    x86_64) RID=linux-x64 ;;
    aarch64) RID=linux-arm64 ;;
    *) die "no native build for $(uname -m): only for x86_64 and aarch64" ;;
esac
SDK=$(dotnet --version)
VERSION=${1:-$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)}

# Everything that the binary depends on.
fingerprint() {
    {
        printf '%s\n' "$SDK" "$RID" "$VERSION" "$(build/commit.sh)"
        find src -type d \( -name bin -o -name obj \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
        sha256sum ./*.props global.json build.sh build/*
    } | sha256sum | cut -d ' ' -f 1
}

FINGERPRINT=$(fingerprint)
if [ -x out/etcd-defrag ] && [ "$(cat "$CACHE/native-fingerprint" 2>/dev/null)" = "$FINGERPRINT" ]; then
    exit 0
fi

# No path of this machine in what gcc compiles here (.NET's OpenSSL shim), as PathMap keeps them out of the rest: same commit, same bytes.
NUGET=$(nuget_folder)
export CFLAGS="-ffile-prefix-map=$ROOT=/_ -ffile-prefix-map=$NUGET=/nuget"

say "building out/etcd-defrag ($RID, SDK $SDK, version $VERSION, commit $(build/commit.sh))"
rm -f "$CACHE/native-fingerprint"
# The shim is configured anew: CMake would go on with the flags of the first time.
rm -rf "$CACHE"/native/obj/EtcdDefrag/*/libs
# Folders of its own: what a native build resolves must neither reach the committed lock files nor the obj folders of normal builds.
# The one line left out is about .NET's own OpenSSL shim, which a static OpenSSL compiles here.
dotnet publish src/EtcdDefrag/EtcdDefrag.csproj -nologo -verbosity:quiet -c Release -r "$RID" --artifacts-path "$CACHE/native" -o "$CACHE/native/publish" \
    -p:PublishAot=true -p:Version="$VERSION" -p:RunAnalyzers=false </dev/null > >(grep -v 'CMake warning' >&2) || die "the native build failed"

# Renamed into place, so that a running or half-copied binary never stands there.
mkdir -p out
cp "$CACHE/native/publish/etcd-defrag" out/.etcd-defrag.new
mv out/.etcd-defrag.new out/etcd-defrag
printf '%s\n' "$FINGERPRINT" >"$CACHE/native-fingerprint"
say "out/etcd-defrag: $(stat -c %s out/etcd-defrag | numfmt --to=iec-i --suffix=B)"
