#!/usr/bin/env bash
# A fixed number of runs of each fuzzer with clang's sanitizers, on its seeds and on what it makes of
# them: the same on every run, and short; `make fuzz` is the long one.
# tests/run: plain build
set -u
cd "$TOP" || exit 3

probe=${TMPDIR:-/tmp}/fuzz-probe
mkdir -p "$probe"
echo 'int LLVMFuzzerTestOneInput(const char *d, unsigned long n); int LLVMFuzzerTestOneInput(const char *d, unsigned long n) { return d && n > 9 ? 0 : 0; }' >"$probe/probe.c"
if ! command -v clang >/dev/null; then
    echo "skip - fuzz: clang is not installed"
    exit 0
elif ! clang -fsanitize=fuzzer,address,undefined -o "$probe/probe" "$probe/probe.c" 2>"$probe/log"; then
    echo "skip - fuzz: clang has no libFuzzer here: $(head -n 1 "$probe/log")"
    exit 0
fi
if ! make -s -j2 fuzzers >"$probe/log" 2>&1; then
    tail -n 20 "$probe/log"
    echo "not ok - fuzz: the fuzzers cannot be built"
    exit 1
fi

status=0
for source in tests/fuzz/*_fuzz.c; do
    name=$(basename "$source" .c)
    case $name in # about two seconds each
    front_matter_fuzz) runs=60000 ;;
    markdown_fuzz) runs=3000 ;;
    *) runs=15000 ;;
    esac
    seeds=tests/fuzz/${name%_fuzz}
    [ -d "$seeds" ] || seeds=
    mkdir -p "$probe/$name"
    if "build/fuzz/bin/$name" -runs=$runs -seed=1 -max_len=4096 -timeout=60 -rss_limit_mb=2048 \
        -artifact_prefix="build/fuzz/$name-" "$probe/$name" $seeds >"$probe/$name.log" 2>&1; then
        echo "ok - $name: $runs runs"
    else
        status=1
        grep -aE 'ERROR: |SUMMARY|Test unit written' "$probe/$name.log"
        echo "not ok - $name: see the input that was written"
    fi
done
exit $status
