# What the shell programs share. One begins with
#
#     . "${BASH_SOURCE%/*}/lib/test.sh"
#
# and then stands in `work`, an empty folder of its own that goes when it ends. TOP, GALLEY, SHARED and TMPDIR are as
# tests/run sets them, also where it is run by hand. Its exit status says whether all was well.
set -u
TOP=${TOP:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)}
GALLEY=${GALLEY:-$TOP/build/galley}
if [ -z "${SHARED:-}" ] && [ -d "$TOP/../shared/data" ]; then SHARED=$(cd "$TOP/../shared" && pwd); fi
SHARED=${SHARED:-}
export TOP GALLEY SHARED
TMPDIR=$(mktemp -d) || exit 3
export TMPDIR
failures=0
trap 'chmod -R u+rwX "$TMPDIR" 2>/dev/null; rm -rf "$TMPDIR"; [ $failures = 0 ] || exit 1' EXIT
work=$TMPDIR/work
mkdir "$work" && cd "$work" || exit 3

# check NAME COMMAND...: the command must succeed; what it said is shown when it does not. Without a command it is what
# ran before, which may have put what it said into $TMPDIR/said.
check() {
    local status=$? name=$1
    shift
    if [ $# -gt 0 ]; then
        "$@" >"$TMPDIR/said" 2>&1
        status=$?
    fi
    if [ $status = 0 ]; then
        echo "ok - $name"
    else
        [ -e "$TMPDIR/said" ] && sed 's/^/# /' "$TMPDIR/said" | head -n 20
        echo "not ok - $name${*:+: $*}"
        failures=$((failures + 1))
    fi
    rm -f "$TMPDIR/said"
}
not() { ! "$@"; }
