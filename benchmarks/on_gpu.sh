#!/usr/bin/env bash
# All that a machine with a GPU has to show, in ten minutes, and one table of it at the end.
#
#     benchmarks/on_gpu.sh [DATA]        # cifar10.npz, to train on for the time that is left
#
# MINUTES, DEVICE, PYTHON and OUT (a folder for logs, new) may be set; SIZES, TESTS and PHASES make it
# smaller. A phase that fails is told in the table, and the others go on.
set -uo pipefail
cd "$(dirname "$0")/.."

DATA=${1:-}
MINUTES=${MINUTES:-10}
DEVICE=${DEVICE:-cuda}
PYTHON=${PYTHON:-python3}
OUT=${OUT:-runs/on_gpu}
SIZES=${SIZES:---levels 2 --width 64 --blocks 8}
TESTS=${TESTS:-tests/test_transforms.py tests/test_flow.py tests/test_inference.py tests/test_devices.py}
PHASES=${PHASES:-tests speeds pad people train}
COMPILE=--compile
[ "$DEVICE" = cpu ] && COMPILE=

mkdir -p "$OUT"
ended=$(($(date +%s) + 60 * MINUTES))
failed=0
rows=()

left() { echo $((ended - $(date +%s))); }

# phase NAME COMMAND...: its output to OUT/NAME.log and here; a row of how it ended.
phase() {
    local name=$1 began rc
    shift
    [[ " $PHASES " == *" $name "* ]] || return 0
    if (($(left) < 10)); then
        rows+=("| $name | left out: no time | 0 |")
        return 0
    fi
    echo "## $name"
    echo
    began=$(date +%s)
    timeout "$(left)" "$@" 2>&1 | tee "$OUT/$name.log"
    rc=${PIPESTATUS[0]}
    echo
    case $rc in
        0) rows+=("| $name | done | $(($(date +%s) - began)) |") ;;
        124) rows+=("| $name | ended: no time left | $(($(date +%s) - began)) |") ;;
        *)
            rows+=("| $name | FAILED with $rc: $(grep . "$OUT/$name.log" | tail -n 1 | tr '|' '/' | cut -c1-90) | $(($(date +%s) - began)) |")
            failed=1
            ;;
    esac
}

# shellcheck disable=SC2086 # several words each
{
    phase tests "$PYTHON" -m pytest -q -x $TESTS
    phase speeds "$PYTHON" -m benchmarks gpu --device "$DEVICE" $SIZES $COMPILE
    phase pad "$PYTHON" -m benchmarks browser --device "$DEVICE" --moves 20 --seconds 6
    phase people "$PYTHON" -m benchmarks visitors --device "$DEVICE" --crowds 50 --seconds 12
    if [ -n "$DATA" ]; then
        # A minute is kept for what comes after the last step.
        seconds=$(($(left) - 60))
        minutes=$(awk "BEGIN { print ($seconds > 3 ? $seconds : 3) / 60 }")
        phase train "$PYTHON" -m realnvp train "$DATA" --name on-gpu --out "$OUT/train" --device "$DEVICE" --minutes "$minutes" ${TRAIN:---levels 2 --width 64 --blocks 8 --batch-size 64 --flip}
    fi
}

{
    echo "| phase | | s |"
    echo "| --- | --- | ---: |"
    printf '%s\n' "${rows[@]}"
} | tee "$OUT/table.md"
exit $failed
