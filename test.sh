#!/usr/bin/env bash
# Sets up what the tests need, runs every one of them and ends with the line "N passed, N failed".
#
#   ./test.sh                       everything
#   ./test.sh --all                 also what is slow and rarely broken, once a day: a second release, for equal bytes; every way to connect by
#                                   the emulated binary; every etcd version at hand, not only the oldest and the newest; every vector of the
#                                   rule language through the binary; the analyzers' part of the format check, which the build does too
#   ./test.sh --fast                without real etcd, the native binary, deploy/ and the format check: for while you write code
#   ./test.sh --simulate N          only the simulation of the executor, over N schedules instead of 20,000
#   ./test.sh --fuzz N              only damaged database files, N of them instead of 200,000
#   ./test.sh [--fast] -- FILTER…   only what xunit's runner selects, e.g. -- -method '*leader*' or -- -class '*.ServerLogTests'
#
# The demo, the mutants, shellcheck, the format check and each part of the release count as one test each; a test project that crashes or runs
# nothing counts as one failure.
set -euo pipefail
# shellcheck source=build/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/build/lib.sh"
cd "$ROOT"

FAST=
ALL=
FILTER=()
# Longer than any test project takes, so that a hanging one ends with a word instead of with the machine's patience.
PROJECT_LIMIT=60m
while [ $# -gt 0 ]; do
    case $1 in
        --all) ALL=--all && export ETCD_DEFRAG_ALL=yes ;;
        --fast) FAST=yes ;;
        --simulate)
            [[ ${2:-} =~ ^[0-9]+$ ]] || die "--simulate needs a number of schedules, e.g. --simulate 1000000"
            export ETCD_DEFRAG_SIMULATE=$2
            FAST=yes FILTER=(-class "*.ExecutorTests" -showLiveOutput) PROJECT_LIMIT=6h
            shift
            ;;
        --fuzz)
            [[ ${2:-} =~ ^[0-9]+$ ]] || die "--fuzz needs a number of files, e.g. --fuzz 5000000"
            export ETCD_DEFRAG_FUZZ=$2
            FAST=yes FILTER=(-class "*.HostileFileTests" -showLiveOutput) PROJECT_LIMIT=6h
            shift
            ;;
        --) shift && FILTER=("$@") && break ;;
        *) die "unknown argument '$1': --all, --fast, or -- and a filter for xunit's runner" ;;
    esac
    shift
done

# A quick run tries a tenth of them.
[ -n "$FAST" ] || export ETCD_DEFRAG_FUZZ=${ETCD_DEFRAG_FUZZ:-200000}

CONFIGURATION=Release
SCRIPTS=(bench/run.sh build.sh demo.sh release.sh test.sh .ci/run build/*.sh packaging/*.sh packaging/debian/{prerm,postrm} tests/packaging/*.sh)
LOGS=$CACHE/test-logs
rm -rf "$LOGS"
mkdir -p "$LOGS"

passed=0 failed=0 skipped=0 ran=0
FAILURES=()

fail() {
    failed=$((failed + 1))
    FAILURES+=("$*")
    say "FAILED: $*"
}

# A check that is no test project: it counts as one test.
check() {
    local name=$1 began=$SECONDS
    shift
    say "$name"
    if "$@" </dev/null; then passed=$((passed + 1)); else fail "$name"; fi
    say "$name: $((SECONDS - began)) s"
}

# Reads "Total: 41, Errors: 0, Failed: 7, Skipped: 0, Not Run: 0" from a runner's log.
figure() { sed -n "s/.*Total: .*$2: \([0-9]*\).*/\1/p" "$1" | tail -n 1; }

run_project() {
    local name=$1 binary=tests/$1/bin/$CONFIGURATION/net10.0/$1 log=$LOGS/$1.log code=0
    say "$name"
    [ -x "$binary" ] || { fail "$name was not built: is it in EtcdDefrag.slnx?" && return; }
    timeout --kill-after=10 "$PROJECT_LIMIT" "$binary" -noColor "${FILTER[@]}" </dev/null 2>&1 | tee "$log" || code=$?

    local total errors failures skips
    total=$(sed -n 's/.*Total: \([0-9]*\),.*/\1/p' "$log" | tail -n 1)
    if [ -z "$total" ]; then
        fail "$name ended with exit code $code and without a summary"
        return
    fi
    errors=$(figure "$log" Errors) failures=$(figure "$log" Failed) skips=$(figure "$log" Skipped)
    ran=$((ran + total))
    passed=$((passed + total - failures - skips))
    failed=$((failed + failures + errors))
    skipped=$((skipped + skips))
    if [ $((failures + errors)) -gt 0 ]; then
        FAILURES+=("$name: $failures tests, $errors errors; all output is in ${log#"$ROOT"/}")
    elif [ "$total" -eq 0 ] && [ ${#FILTER[@]} -eq 0 ]; then
        fail "$name ran no test"
    elif [ "$code" -ne 0 ] && [ "$total" -gt 0 ]; then
        fail "$name ended with exit code $code although no test failed"
    fi
}

set_up() {
    need_dotnet
    need_packages "${TEST_PACKAGES[@]}"
    if [ -z "$FAST" ]; then
        ./build.sh
        build/get-etcd.sh
        build/get-tools.sh
    fi
    say "building everything ($CONFIGURATION)"
    dotnet build EtcdDefrag.slnx -c "$CONFIGURATION" -nologo -verbosity:quiet </dev/null
}

# A process of its own, in which the first failing step is the end (in a condition, bash would go on after it).
(set_up) &
if ! wait $!; then
    say "the set-up failed: nothing was tested"
    echo "0 passed, 1 failed"
    exit 1
fi

if [ -z "$FAST" ] && [ ${#FILTER[@]} -eq 0 ]; then
    check "shellcheck" shellcheck -x "${SCRIPTS[@]}"
    check "demo" ./demo.sh
    check "bugs planted in the executor are found" build/mutants.sh
    # Style and analyzers are part of the build, where a warning is an error.
    format=()
    [ -n "$ALL" ] || format=(whitespace)
    check "dotnet format" dotnet format "${format[@]}" EtcdDefrag.slnx --verify-no-changes --no-restore
    # The others try what this makes.
    check "release: made" tests/packaging/reproducible.sh ${ALL:+"$ALL"}
    for part in sbom tarball deb rpm tool image; do
        check "release: $part" "tests/packaging/$part.sh"
    done
    check "release: emulated" tests/packaging/emulated.sh ${ALL:+"$ALL"}
fi
for project in tests/*.Tests/; do
    project=$(basename "$project")
    [ -n "$FAST" ] && [[ $project =~ \.(Integration|Deploy)\.Tests$ ]] && continue
    run_project "$project"
done
[ "$ran" -gt 0 ] || fail "no test was run"

if [ "$failed" -gt 0 ]; then
    printf '\n' >&2
    printf 'failed: %s\n' "${FAILURES[@]}" >&2
fi
summary="$passed passed, $failed failed"
[ "$skipped" -eq 0 ] || summary+=", $skipped skipped"
printf '%s\n' "$summary"
[ "$failed" -eq 0 ]
