#!/usr/bin/env bash
# test.sh: installs what the tests need, builds, and runs them all. The last line is "N passed, N failed".
#
#   ./test.sh            everything
#   ./test.sh quick      checks and unit tests only
set -uo pipefail
cd "$(dirname "$0")"
passed=0 failed=0
started=$(date +%s)
slow=()
jobs=$(nproc)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# part NAME COMMAND...: a part without a count of its own is one test.
part() {
    local name=$1 begin end counts
    shift
    printf '\n== %s\n' "$name"
    begin=$(date +%s)
    "$@" 2>&1 | tee "$log"
    local status=${PIPESTATUS[0]}
    end=$(date +%s)
    counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -1)
    if [ -n "$counts" ]; then
        passed=$((passed + ${counts%% passed*}))
        local bad=${counts##*, }
        bad=${bad%% *}
        failed=$((failed + bad))
        [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || failed=$((failed + 1))
    elif [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name (exit $status)"
    fi
    slow+=("$((end - begin)) s  $name")
}

part "packages" scripts/install-deps build run test
part "build" make -j"$jobs" all
part "layers" scripts/check-layers
part "sizes" scripts/check-sizes
part "format" scripts/check-house format
part "columns" scripts/check-house columns
part "callers outside tests" scripts/check-house callers
part "words of languages outside lang/" scripts/check-house words
part "headers and their sources" scripts/check-house headers
part "circles" scripts/check-house circles
part "names" scripts/check-house names
part "documents" scripts/check-docs
# For the tests of the sentence encoder; without the network they are skipped.
build/footnote encoder install >/dev/null || echo "no sentence encoder: its tests are skipped"
part "unit tests" make -s -j"$jobs" test
if [ "${1:-}" != quick ]; then
    part "unit tests, address and undefined behaviour sanitizers" make -s -j"$jobs" SAN=address,undefined test
    part "unit tests, thread sanitizer" make -s -j"$jobs" SAN=thread test
    part "clients, commands and the wire" scripts/e2e
    part "fuzzing, a fixed run of each" scripts/fuzz check
fi

printf '\nWhat took long (of %d s):\n' $(($(date +%s) - started))
printf '  %s\n' "${slow[@]}" | sort -rn | head -5
echo
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
