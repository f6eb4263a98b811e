#!/usr/bin/env bash
# Every allocation fails once: the process then says so in one line and ends with status 3; it never
# crashes, and never goes on with half of its work. tests/run: plain build; tests/run: limit 1800
#
# Of a unit test's, each of the first 400 allocations is tried; beyond, steps grow by 5 %.
set -u
failures=0
unset BUILD GALLEY
make --no-print-directory -s -j2 BUILD=build/faults CPPFLAGS=-DGALLEY_FAULTS DATA_FOLDER="$TOP" all unit-tests >"$TMPDIR/log" 2>&1 ||
    { cat "$TMPDIR/log"; echo "not ok - the build whose allocations fail"; exit 1; }

each() { # NAME COMMAND...: runs it with the 1st, 2nd, ... allocation failing, until one run meets none
    local name=$1 count=1 runs=0 status why=
    shift
    while :; do
        GALLEY_FAULT_ALLOCATION=$count timeout 300 "$@" >"$TMPDIR/out" 2>"$TMPDIR/err" </dev/null
        status=$?
        runs=$((runs + 1))
        grep -aq '^fault: ' "$TMPDIR/err" || break
        case $status in
        0) ;;
        3) [ "$(grep -c 'out of memory' "$TMPDIR/err")" = 1 ] || why="says nothing about memory" ;;
        *) why="status $status" ;;
        esac
        [ -n "$why" ] && break
        count=$((count < 400 ? count + 1 : count + count / 20))
    done
    if [ -z "$why" ] && [ "$runs" -gt 1 ]; then
        echo "ok - $name: $((runs - 1)) places"
    else
        tail -n 5 "$TMPDIR/err" | sed 's/^/# /'
        echo "not ok - $name: allocation $count: ${why:-nothing was made to fail}"
        failures=$((failures + 1))
    fi
}

# What forks or tries exhaustion itself has tests of its own for it.
for program in document value source yaml yaml_write selector diff markdown html article corpus equal replace splice files date; do
    each "unit/$program" "build/faults/tests/${program}_test"
done

# The commands. Lua collects its garbage and asks again, so two allocations in a row fail, in each process
# that gets so far: the command or one of its workers. Status 1 or 3 and a line that speaks of memory; or 0
# and the whole result, where Lua can do without. Steps
# grow by 5 %; GALLEY_TEST_FULL=1 tries each.
cd "$TMPDIR" || exit 3
galley=$TOP/build/faults/galley
each_command() { # NAME FIRST CHECK COMMAND...: CHECK runs after each
    local name=$1 count=$2 check=$3 runs=0 status why=
    shift 3
    [ -n "${GALLEY_TEST_FULL:-}" ] && count=1
    while :; do
        [ -e site ] && { rm -rf site; cp -r pristine site; }
        GALLEY_FAULT_ALLOCATION=$count-$((count + 1)) timeout 300 "$@" >out 2>err </dev/null
        status=$?
        grep -aq '^fault: ' err || break
        runs=$((runs + 1))
        grep -av '^fault: ' err >said
        case $status in
        0) ;;
        1 | 3) grep -q 'memory' said || why="status $status, and nothing about memory" ;;
        *) why="status $status" ;;
        esac
        if grep -Eq 'signal|crash|report (this|it)|traceback|0x[0-9a-f]{6}' said; then why="it crashed, or says it is a mistake of ours"; fi
        [ -z "$why" ] && ! $check "$status" && why="status $status, and the result is neither whole nor absent"
        [ -n "$why" ] && break
        if [ -n "${GALLEY_TEST_FULL:-}" ]; then count=$((count + 1)); else count=$((count + count / 20 + 1)); fi
    done
    if [ -z "$why" ] && [ "$runs" -gt 9 ] && [ "$status" = 0 ]; then
        echo "ok - $name: $runs places"
    else
        tail -n 5 err | sed 's/^/# /'
        echo "not ok - $name: allocation $count: ${why:-$runs places, status $status}"
        failures=$((failures + 1))
    fi
}
mkdir -p pristine/content whole edited
printf -- '---\ntitle: "A"\ndate: 2024-01-02\ntopics: [a, b]\n---\n\n# One\n\n- *two* [three](b.md)\n\n| a |\n|---|\n| b |\n' >pristine/content/a.md
printf -- '---\ntitle: B # why\ndate: 2024-01-03\n---\n\n## Two\n\nText of b.\n' >pristine/content/b.md
printf 'title: T\n' >pristine/galley.yaml
cat >title.lua <<'LUA'
--- Puts a word before each title, once.
return { kind = "edit", name = "title", api = 1, article = function(article)
  local title = tostring(article.meta.title)
  if not title:find("^New") then article.meta.title = "New " .. title end
end }
LUA
cp -r pristine site
"$galley" build site -q && cp -r site/public whole/ && "$galley" edit title.lua --site site --apply -q >/dev/null && cp site/content/*.md edited ||
    { echo "not ok - the commands without a fault"; exit 1; }
printf 'title,date\nC,2024-01-04\nD,2024-01-05\n' >list.csv
cp -r pristine imported
"$galley" import csv list.csv --into news --site imported --apply -q ||
    { echo "not ok - an import without a fault"; exit 1; }
"$galley" export csv --site pristine >export.csv
"$galley" query --site pristine >query.txt
"$galley" render pristine/content/a.md >render.html
same() { [ "$1" != 0 ] || cmp -s out "$wanted"; }
# Every page that is there is one of a whole build; and nothing of the work itself is left.
pages() {
    diff -r pristine/content site/content >/dev/null || return 1
    [ "$1" != 0 ] || diff -r whole/public site/public >/dev/null
}
articles() {
    if [ "$1" = 0 ]; then diff -r edited site/content >/dev/null; return; fi
    "$TOP/build/faults/galley" undo --list --site site >/dev/null 2>&1
    diff -r pristine/content site/content >/dev/null || diff -r edited site/content >/dev/null
}
imports() {
    if [ "$1" = 0 ]; then diff -r imported/content site/content >/dev/null; return; fi
    "$TOP/build/faults/galley" undo --list --site site >/dev/null 2>&1
    diff -r pristine/content site/content >/dev/null || diff -r imported/content site/content >/dev/null
}
wanted=render.html
each_command "galley render" 1 same "$galley" render pristine/content/a.md
wanted=query.txt
each_command "galley query" 2000 same "$galley" query --site pristine
wanted=export.csv
each_command "galley export" 2000 same "$galley" export csv --site pristine
each_command "galley build -j1" 2000 pages "$galley" build site -j1
each_command "galley build -j2" 2000 pages "$galley" build site -j2
each_command "galley edit --apply" 2000 articles "$galley" edit title.lua --site site --apply
each_command "galley import --apply" 2000 imports "$galley" import csv list.csv --into news --site site --apply
[ "$failures" = 0 ]
