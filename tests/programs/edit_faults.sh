#!/usr/bin/env bash
# `galley edit --apply` and its recovery, killed at every system call that matters and refused every one
# of them: the articles are all old or all new, the next command leaves nothing behind, and an error
# names a file. Needs strace. tests/run: plain build; tests/run: limit 1800
#
# tests/unit/batch_faults_test.c does the same inside one process; here it is the program as it stands.
# GALLEY_TEST_FULL=1: every error at every call, and every pair of kills, instead of a part of them.
set -u
failures=0
if ! command -v strace >/dev/null || ! strace -o /dev/null true 2>/dev/null; then
    echo "skip - edits at every system call: strace is missing or may not trace here"
    exit 0
fi
cd "$TMPDIR" || exit 3
calls=openat,mkdirat,read,pread64,write,renameat,renameat2,linkat,unlinkat,syncfs,fsync,fdatasync,newfstatat,fstat,flock
calls=$calls,faccessat2,fchmod,fchown,flistxattr,fgetxattr,fsetxattr,getdents64,ftruncate
mkdir old new
printf -- '---\ntitle: "A" # mine\n---\n\nOne.\n' >old/a.md
printf -- '---\r\ntitle: B\r\n---\r\n\r\nTwo.' >old/b.md
cat >title.lua <<'LUA'
--- Puts a word before each title, once.
return { kind = "edit", name = "title", api = 1, article = function(article)
  local title = tostring(article.meta.title)
  if not title:find("^New") then article.meta.title = "New " .. title end
end }
LUA
fresh() { chmod -R u+rwX site 2>/dev/null; rm -rf site; mkdir -p site/content; cp old/*.md site/content; echo 'title: T' >site/galley.yaml; }
is() { diff -r "$1" site/content >/dev/null; }
apply=("$GALLEY" edit title.lua --site site --apply -q)
next=("$GALLEY" undo --list --site site)
bad() { echo "# $1"; why=${why:-$1}; }
whole() { # WHAT: all old or all new, and nothing else is there after the next command
    "${next[@]}" >out 2>err </dev/null || bad "$1: the next command: $(head -n 1 err)"
    is old || is new || bad "$1: neither old nor new: $(ls -A site/content | tr '\n' ' ')"
    [ ! -e site/.galley/journal ] || bad "$1: a journal is left"
}
# What the traced program did from its first writing call on: "call ordinal" a line, counted as strace does.
points() {
    awk -v first="$1" '{ name = $1; sub(/\(.*/, "", name); count[name]++ }
        index($0, first) { on = 1 }
        on && !/^write\([12],/ && name ~ /^[a-z]/ { print name, count[name] }' trace
}
injected() { # CALL WHAT COMMAND...: the shell's own word of a killed child goes nowhere
    local call=$1 what=$2
    shift 2
    { timeout 300 strace -qq -o /dev/null -e "trace=$call" -e "inject=$call:$what" "$@" >out 2>err </dev/null; } 2>/dev/null
}
verdict() { # NAME COUNT
    if [ -z "$why" ] && [ "$2" -gt 0 ]; then echo "ok - $1: $2 places"
    else echo "not ok - $1: ${why:-nothing was tried}"; failures=$((failures + 1)); fi
    why=
}

why=
fresh
strace -qq -o trace -e "trace=$calls" "${apply[@]}" >out 2>err || bad "the edit itself: $(head -n 1 err)"
cp site/content/*.md new
! diff -r old new >/dev/null || bad "the edit changes nothing"
points 'mkdirat(' >apply.points

count=0
while read -r call at; do
    fresh
    injected "$call" "signal=KILL:when=$at" "${apply[@]}"
    whole "killed at $call $at"
    count=$((count + 1))
done <apply.points
verdict "an edit killed at every call" $count

# The recovery: after a kill at this call, kills at every call of what the next command does.
count=0
while read -r call at; do
    [ -n "${GALLEY_TEST_FULL:-}" ] || [ "$call" = renameat2 ] || [ "$call" = syncfs ] || continue
    broken() {
        fresh
        injected "$call" "signal=KILL:when=$at" "${apply[@]}"
    }
    broken
    strace -qq -o trace -e "trace=$calls" "${next[@]}" >out 2>err </dev/null
    points '".galley' >next.points
    while read -r second when; do
        broken
        injected "$second" "signal=KILL:when=$when" "${next[@]}"
        whole "killed at $call $at, then the recovery at $second $when"
        count=$((count + 1))
    done <next.points
done <apply.points
verdict "a recovery killed at every call" $count

count=0
errors=(ENOSPC EIO EMFILE EACCES)
while read -r call at; do
    tried=("${errors[count % 4]}")
    [ -n "${GALLEY_TEST_FULL:-}" ] && tried=("${errors[@]}")
    for error in "${tried[@]}"; do
        fresh
        injected "$call" "error=$error:when=$at" "${apply[@]}"
        status=$?
        case $status in
        0) is new || bad "$error at $call $at: says it is done and is not" ;;
        1 | 3)
            is old || is new || bad "$error at $call $at: the articles are not whole: $(ls -A site/content | tr '\n' ' ')"
            grep -Eq '(site|content|\.galley)[/:]?.*error: ' err || bad "$error at $call $at names no file: $(head -n 1 err)" ;;
        *) bad "$error at $call $at: status $status: $(head -n 1 err)" ;;
        esac
        # That a file may not be written is no fault of the world.
        [ $status = 1 ] && ! grep -q 'write-protected' err && bad "$error at $call $at: status 1: $(head -n 1 err)"
        whole "$error at $call $at"
    done
    count=$((count + 1))
done <apply.points
verdict "an edit refused every call" $count

# What is read before anything is written: the site's own configuration.
count=0
for error in EIO EACCES; do
    fresh
    { strace -qq -o /dev/null -P site/galley.yaml -e trace=read -e "inject=read:error=$error:when=1" \
        "${apply[@]}" >out 2>err </dev/null; } 2>/dev/null
    status=$?
    [ $status = 3 ] || bad "$error at galley.yaml: status $status"
    grep -q 'galley.yaml: error: cannot read' err || bad "$error at galley.yaml: $(head -n 1 err)"
    is old || bad "$error at galley.yaml: the articles changed"
    count=$((count + 1))
done
verdict "a configuration that cannot be read" $count
[ "$failures" = 0 ]
