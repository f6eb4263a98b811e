#!/usr/bin/env bash
# The test runner and the golden cases, tried on a small checkout of their own. tests/run: quick
. "${BASH_SOURCE%/*}/lib/test.sh"
checkout=$TMPDIR/checkout
mkdir -p "$checkout/tests/programs" "$checkout/tests/cases"
cp "$TOP/tests/run" "$TOP/tests/golden" "$checkout/tests/"
unset BUILD GALLEY TOP SHARED
cd "$checkout" || exit 3
program() { # NAME: a test program from stdin
    { echo '#!/bin/sh'; cat; } >"tests/programs/$1"
    chmod +x "tests/programs/$1"
}
last() { tail -n 1 output; }

tests/run >output; [ $? = 1 ] && [ "$(last)" = "0 passed, 0 failed, 0 skipped" ]
check "a run of no test fails"

program good <<<'echo "ok - a"; echo "ok - b"; echo "skip - c: no such thing"'
tests/run >output && [ "$(last)" = "2 passed, 0 failed, 1 skipped" ] && grep -q '^skip - programs/good: c: no such thing$' output
check "sums, and skips with their reasons"

program bad <<<'echo "# seen"; echo "not ok - d: wrong"; exit 1'
tests/run >output; [ $? = 1 ] && [ "$(last)" = "2 passed, 1 failed, 1 skipped" ] && grep -q '^# seen$' output && grep -q '^not ok - d: wrong$' output
check "a failure is shown with what was said about it"

program bad <<<'echo "not ok - d: wrong"; exit 0'
tests/run >output; [ $? = 1 ] && [ "$(last)" = "2 passed, 1 failed, 1 skipped" ]
check "a program that fails and exits 0 has failed"

program bad <<<'echo "ok - e"; exit 4'
tests/run >output; [ $? = 1 ] && [ "$(last)" = "3 passed, 1 failed, 1 skipped" ] && grep -q '^not ok - programs/bad: exited with status 4$' output
check "a program that exits with a failure has failed"

program bad <<<'echo "ok - e"; kill -SEGV $$'
tests/run >output; [ $? = 1 ] && [ "$(last)" = "3 passed, 1 failed, 1 skipped" ] && grep -q 'ended by signal 11' output
check "a crash is a failure"

program bad <<<'echo nothing'
tests/run >output; [ $? = 1 ] && grep -q '^not ok - programs/bad: ran no test$' output
check "a program without a test is a failure"

program bad <<<'echo "ok - e"; sleep 60'
SECONDS=0
tests/run --limit 1 >output; [ $? = 1 ] && [ $SECONDS -lt 50 ] && grep -q '^not ok - programs/bad: ended at its limit of 1 s$' output
check "a program that runs for ever ends at its limit"

program bad <<<'[ -d "$HOME" ] && [ ! -e "$XDG_DATA_HOME/galley" ] && echo "ok - e"'
env -u HOME XDG_DATA_HOME="$TMPDIR" tests/run bad >output && [ "$(last)" = "1 passed, 0 failed, 0 skipped" ]
check "there is a home, and nothing of the user's own data"

program bad <<<'echo "ok - e"; [ "$PWD" = "$TOP" ] && [ -d "$TMPDIR" ] && echo "ok - f" >"$TMPDIR/x" && cat "$TMPDIR/x"'
tests/run bad >output && [ "$(last)" = "2 passed, 0 failed, 0 skipped" ]
check "a word chooses programs; each has a folder of its own"
rm tests/programs/bad

cat >tests/cases/one.test <<'END'
A comment.

--- case: first
--- run: printf 'new\n\n'; echo oops >&2; echo kept >file; exit 2
--- stdout
old
--- output: file
lost

--- case: second
--- run: printf '%s\n' '--- case: x' '\--- case: y'
END
cp tests/cases/one.test before
tests/run cases >output; [ $? = 1 ] && grep -q '^#   -old' output && grep -q '^#   +oops' output && grep -q 'expected status 0, actual 2' output &&
    grep -q '^#   +kept' output && [ "$(last)" = "0 passed, 2 failed, 0 skipped" ] && cmp -s before tests/cases/one.test
check "a golden case fails on stdout, stderr, status and files, and shows how"

tests/golden --accept tests/cases/one.test >output && diff - tests/cases/one.test <<'END'
A comment.

--- case: first
--- run: printf 'new\n\n'; echo oops >&2; echo kept >file; exit 2
--- stdout
new

--- output: file
kept
--- stderr
oops
--- status: 2

--- case: second
--- run: printf '%s\n' '--- case: x' '\--- case: y'
--- stdout
\--- case: x
\\--- case: y
END
check "--accept writes what came, and nothing else changes"
tests/run cases >output && [ "$(last)" = "2 passed, 0 failed, 0 skipped" ]
check "what was accepted passes"

printf -- '--- case: a\n--- needs: no-such-command-x\n--- run: false\n\n--- case: a\n--- run: true\n' >tests/cases/one.test
tests/run cases >output; [ $? = 1 ] && [ "$(last)" = "0 passed, 1 failed, 1 skipped" ] && grep -q 'needs no-such-command-x' output
check "a missing need is a skip, a name given twice a failure"
