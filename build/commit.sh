#!/usr/bin/env bash
# Prints the commit that the tool is built from: abbreviated, "-dirty" when what it is built of differs, "unknown" outside git.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A folder that merely lies inside somebody else's working copy is not ours.
if [ -e .git ] && commit=$(git rev-parse --short=12 HEAD 2>/dev/null); then
    changes=$(git status --porcelain -- src build ./*.props global.json 2>/dev/null) || changes=
    printf '%s%s\n' "$commit" "${changes:+-dirty}"
else
    echo unknown
fi
