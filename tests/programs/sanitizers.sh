#!/usr/bin/env bash
# All other tests on a build with the address and undefined-behaviour sanitizers, as `make asan` runs
# them. tests/run: plain build; tests/run: limit 3600
unset BUILD GALLEY
make --no-print-directory asan TESTS= >"$TMPDIR/log" 2>&1
status=$?
sum=$(grep -aE '^[0-9]+ passed, ' "$TMPDIR/log" | tail -n 1)
if [ $status = 0 ] && [[ $sum == *" passed, 0 failed, "* ]]; then
    echo "ok - under the sanitizers: $sum"
else
    sed -n '/^Failed:/,$p' "$TMPDIR/log" | head -n 100 | sed 's/^\(not \)\{0,1\}ok - /# &/'
    grep -q '^Failed:' "$TMPDIR/log" || tail -n 30 "$TMPDIR/log" | sed 's/^/# /'
    echo "not ok - under the sanitizers: ${sum:-it was not built}"
    exit 1
fi
