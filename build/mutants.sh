#!/usr/bin/env bash
# Shows that the simulation finds bugs: plants each of tests/mutants/*.mutant in the executor and wants it found. Wants the solution built (test.sh).
#
#   build/mutants.sh [NAME…]    all mutants, or those named
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$ROOT"

# Enough for every mutant to be found more than once.
SCHEDULES=4000
RANDOM_SCHEDULES='*.ExecutorTests.No_schedule_makes_it_break_a_promise'
HOST=tests/EtcdDefrag.Simulation.Tests/bin/Release/net10.0
WORK=$CACHE/mutants
[ -x "$HOST/EtcdDefrag.Simulation.Tests" ] || die "build the solution first: $HOST is not there"
rm -rf "$WORK"
mkdir -p "$WORK"

# Replaces a text that stands exactly once in a file.
plant() {
    local file=$1 original=$2 mutant=$3 text before after
    [ -n "$original" ] || return 1
    text=$(<"$file")
    before=${text%%"$original"*}
    [ "$before" != "$text" ] || return 1
    after=${text#*"$original"}
    [[ $after != *"$original"* ]] || return 1
    printf '%s\n' "$before$mutant$after" >"$file"
}

# Makes a project of a mutant: the core with the mutant's edits.
prepare() {
    local definition=$1 folder=$2 line file='' state='' original='' mutant='' edits=0
    mkdir -p "$folder"
    tar -C src/EtcdDefrag.Core --exclude=./bin --exclude=./obj --exclude=packages.lock.json -cf - . | tar -C "$folder" -xf -
    while IFS= read -r line; do
        case $line in
            'in: '*) file=$folder/${line#in: } original='' mutant='' state='' ;;
            '--- original') state=original ;;
            '+++ mutant') state=mutant ;;
            '===')
                plant "$file" "${original%$'\n'}" "${mutant%$'\n'}" || die "$definition: this does not stand exactly once in ${file#"$folder"/}: $original"
                state='' edits=$((edits + 1))
                ;;
            *)
                case $state in
                    original) original+=$line$'\n' ;;
                    mutant) mutant+=$line$'\n' ;;
                esac
                ;;
        esac
    done <"$definition"
    [ "$edits" -gt 0 ] || die "$definition changes nothing"
}

if [ $# -gt 0 ]; then NAMES=("$@"); else
    NAMES=()
    for definition in tests/mutants/*.mutant; do NAMES+=("$(basename "$definition" .mutant)"); done
fi
for name in "${NAMES[@]}"; do
    prepare "tests/mutants/$name.mutant" "$WORK/$name"
done

# All of them in one go, without what costs time and says nothing here.
cat >"$WORK/all.proj" <<'PROJECT'
<Project>
  <ItemGroup><Mutant Include="*/EtcdDefrag.Core.csproj" /></ItemGroup>
  <PropertyGroup><Settings>Configuration=Release;TargetFrameworks=net10.0;TargetFramework=net10.0;RunAnalyzers=false;EnforceCodeStyleInBuild=false;TreatWarningsAsErrors=false;NoWarn=1591;WarningsAsErrors=nullable;GenerateDocumentationFile=false;RestorePackagesWithLockFile=false;RestoreLockedMode=false;NuGetAudit=false;UseSharedCompilation=true</Settings></PropertyGroup>
  <Target Name="Build">
    <MSBuild Projects="@(Mutant)" Targets="Restore" Properties="$(Settings);Restoring=yes" BuildInParallel="true" />
    <MSBuild Projects="@(Mutant)" Targets="Build" Properties="$(Settings)" BuildInParallel="true" />
  </Target>
</Project>
PROJECT
say "building ${#NAMES[@]} mutants"
dotnet build "$WORK/all.proj" -nologo -verbosity:quiet -maxCpuCount:2 </dev/null >"$WORK/build.log" 2>&1 || { cat "$WORK/build.log" >&2 && die "the mutants do not build"; }
dotnet build-server shutdown --vbcscompiler >/dev/null # one compiler for all of them, which would stay for ten minutes

cp -r "$HOST" "$WORK/host"
# Ends at the first schedule that fails, or at another number of them.
simulate() {
    ETCD_DEFRAG_SIMULATE=$SCHEDULES ETCD_DEFRAG_FAILURES=${3:-1} "$WORK/host/EtcdDefrag.Simulation.Tests" \
        -noColor -method "${2:-$RANDOM_SCHEDULES}" </dev/null >"$1" 2>&1
}

SCHEDULES=400 simulate "$WORK/original.log" || { tail -n 50 "$WORK/original.log" >&2 && die "the executor as it is fails already"; }
missed=0
for name in "${NAMES[@]}"; do
    found=$(sed -n 's/^found: //p' "tests/mutants/$name.mutant")
    cp "$WORK/$name/bin/Release/net10.0/EtcdDefrag.Core.dll" "$WORK/host/"
    with=$(sed -n 's/^with: //p' "tests/mutants/$name.mutant")
    log=$WORK/$name.log
    wanted="^ *failing seeds: .*\] .*\b(${found// /|}): [0-9]"
    [ -z "$with" ] || wanted="\b(${found// /|}): "
    if simulate "$log" "$with"; then
        say "$name: NOT FOUND in $SCHEDULES schedules"
        missed=$((missed + 1))
    elif grep -Eq "$wanted" "$log" || { [ -z "$with" ] && ! simulate "$log" "" 50 && grep -Eq "$wanted" "$log"; }; then
        broken=$(sed -n 's/^ *failing seeds: .*\] //p' "$log")
        say "$name: found${broken:+ (${broken%%$'\n'*})}"
    else
        say "$name: failed, but none of '$found' was named: see ${log#"$ROOT"/}"
        missed=$((missed + 1))
    fi
done
[ "$missed" -eq 0 ] || die "$missed of ${#NAMES[@]} mutants were not found"
