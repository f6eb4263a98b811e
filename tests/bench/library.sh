# What the topics share. $work is theirs; $galley, $tools and $top are set.

# site COUNT: the folder of a generated site; made once.
site() {
    [ -d "$work/site-$1" ] || "$tools/articles" "$work/site-$1" "$1" >"$work/site-$1.log" || exit 3
    echo "$work/site-$1"
}

# timed COMMAND...: "WALL PROCESSOR" in seconds.
timed() {
    "$tools/measure" "$@" 2>"$work/log" || { cat "$work/log" >&2; echo "# failed: $*" >&2; echo "nan nan"; }
}

# pairs N NAME... : calls the functions run_NAME in turn N times, the order turned round each time, and keeps what
# each prints ("WALL PROCESSOR") in $work/times/NAME.
pairs() {
    local rounds=$1 round name names turned
    shift
    mkdir -p "$work/times"
    for name in "$@"; do : >"$work/times/$name"; done
    for ((round = 1; round <= rounds; round++)); do
        names=$*
        turned=
        ((round % 2)) || { for name in $names; do turned="$name $turned"; done; names=$turned; }
        for name in $names; do "run_$name" "$round" >>"$work/times/$name"; done
    done
}

# median_of_ratios A B [COLUMN]: the median over pairs of A's by B's time (column 1 the clock, 2 the processors).
median_of_ratios() {
    paste "$work/times/$1" "$work/times/$2" | awk -v c="${3:-1}" '{ print $c / $(c + 2) }' | median
}
median() { sort -g | awk '{ v[NR] = $1 } END { if (NR) printf "%.4f\n", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
# median_time NAME [COLUMN]
median_time() { awk -v c="${2:-1}" '{ print $c }' "$work/times/$1" | median; }

# figure TEXT VALUE UNIT AIM: one line of the report.
figure() { printf '%-66s %10s %-6s %s\n' "$1" "$2" "$3" "${4:+(aim: $4)}"; }
calculate() { awk "BEGIN { printf \"${2:-%.2f}\", $1 }"; }
