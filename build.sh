#!/usr/bin/env bash
# Builds out/etcd-defrag: one native file that needs no .NET where it runs. Does nothing when nothing changed since.
#
#   ./build.sh [--arch amd64|arm64] [VERSION]
#
#   --arch     the architecture to build for; not given: this machine's. Another one's goes to out/ARCHITECTURE/etcd-defrag
#   VERSION    the version to write into it; not given: the one of Directory.Build.props
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/build/lib.sh"
cd "$ROOT"

ARCHITECTURE=$(machine_architecture) VERSION=''
while [ $# -gt 0 ]; do
    case $1 in
        --arch) [ -n "${2:-}" ] || die "--arch needs an architecture: ${ARCHITECTURES[*]}" && ARCHITECTURE=$2 && shift ;;
        -*) die "unknown argument '$1': [--arch ARCHITECTURE] [VERSION]" ;;
        *) [ -z "$VERSION" ] || die "one VERSION, not '$VERSION' and '$1'" && VERSION=$1 ;;
    esac
    shift
done
TRIPLET=$(triplet "$ARCHITECTURE")
RID=$(runtime_identifier "$ARCHITECTURE")
SYSROOT=$(sysroot "$ARCHITECTURE")

need_dotnet
if [ "$ARCHITECTURE" = "$(machine_architecture)" ]; then
    need_packages "${NATIVE_PACKAGES[@]}"
elif [ -n "$SYSROOT" ]; then
    need_packages "${NATIVE_PACKAGES[@]}" "gcc-$TRIPLET" # brings its binutils
else
    die "to build for $ARCHITECTURE on another machine takes Debian's packages: do it on Debian 12, or on a machine of that architecture"
fi
[ -n "$SYSROOT" ] || need_packages libc6-dev libssl-dev
mkdir -p "$CACHE/native"
only_one "$CACHE/native/$ARCHITECTURE.lock"
[ -z "$SYSROOT" ] || build/sysroot.sh "$ARCHITECTURE"

SDK=$(dotnet --version)
VERSION=${VERSION:-$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)}
OUTPUT=$(native_binary "$ARCHITECTURE")
NATIVE=$CACHE/native/$ARCHITECTURE

# Everything that the binary depends on.
fingerprint() {
    {
        printf '%s\n' "$SDK" "$RID" "$VERSION" "$(build/commit.sh)" "$SYSROOT"
        find src -type d \( -name bin -o -name obj \) -prune -o -type f -print0 | sort -z | xargs -0 sha256sum
        sha256sum ./*.props global.json build.sh build/{cc,commit,sysroot}.sh build/{glibc-floor,process}.c build/BuildInfo.targets build/substitutions.xml
        [ -z "$SYSROOT" ] || cat "$SYSROOT/packages"
    } | sha256sum | cut -d ' ' -f 1
}

FINGERPRINT=$(fingerprint)
if [ -x "$OUTPUT" ] && [ "$(cat "$NATIVE/fingerprint" 2>/dev/null)" = "$FINGERPRINT" ]; then
    exit 0
fi

# No path of this machine in what gcc compiles here (.NET's OpenSSL shim), as PathMap keeps them out of the rest: same commit, same bytes.
# A section for each function: the linker leaves out those that are not called, and the parts of OpenSSL that only they call.
NUGET=$(nuget_folder)
export CFLAGS="-ffile-prefix-map=$ROOT=/_ -ffile-prefix-map=$NUGET=/nuget -ffunction-sections -fdata-sections"
TOOLS=()
mkdir -p "$NATIVE"
rm -f "$NATIVE/fingerprint"
if [ -n "$SYSROOT" ]; then
    export TARGET_TRIPLET=$TRIPLET TARGET_SYSROOT=$SYSROOT CMAKE_PREFIX_PATH=$SYSROOT/usr
    CFLAGS+=" -ffile-prefix-map=$SYSROOT=/sysroot"
    # For CMake's look at what OpenSSL has: the shared one there needs a newer C library.
    export LDFLAGS=-Wl,--unresolved-symbols=ignore-in-shared-libs
    mkdir -p "$NATIVE/linked"
    for source in glibc-floor process; do
        build/cc.sh -O2 -c "build/$source.c" -o "$NATIVE/linked/$source.o"
    done
    TOOLS=(-p:CppCompilerAndLinker="$ROOT/build/cc.sh" -p:ObjCopyName="$TRIPLET-objcopy" -p:LinkedToo="$NATIVE/linked/")
fi

say "building ${OUTPUT#"$ROOT"/} ($RID, SDK $SDK, version $VERSION, commit $(build/commit.sh))"
# The shim is configured anew: CMake would go on with the flags of the first time.
rm -rf "$NATIVE"/obj/EtcdDefrag/*/libs
# Folders of its own: what a native build resolves must neither reach the committed lock files nor the obj folders of normal builds.
# The one line left out is about .NET's own OpenSSL shim, which a static OpenSSL compiles here.
without_locks dotnet publish src/EtcdDefrag/EtcdDefrag.csproj -nologo -verbosity:quiet -c Release -r "$RID" --artifacts-path "$NATIVE" -o "$NATIVE/publish" \
    -p:PublishAot=true -p:Version="$VERSION" -p:RunAnalyzers=false "${TOOLS[@]}" </dev/null \
    > >(without_locks grep -v 'CMake warning' >&2) || die "the native build failed"

# A look that failed says the same as an OpenSSL that lacks it, and without this no server is spoken to.
grep -qr 'define HAVE_OPENSSL_ALPN 1' --include=pal_crypto_config.h "$NATIVE"/obj || die "CMake did not find ALPN in OpenSSL: see $NATIVE/obj"

# Renamed into place, so that a running or half-copied binary never stands there.
mkdir -p "$(dirname "$OUTPUT")"
cp "$NATIVE/publish/etcd-defrag" "$OUTPUT.new"
mv "$OUTPUT.new" "$OUTPUT"
printf '%s\n' "$FINGERPRINT" >"$NATIVE/fingerprint"
say "${OUTPUT#"$ROOT"/}: $(stat -c %s "$OUTPUT" | numfmt --to=iec-i --suffix=B)"
