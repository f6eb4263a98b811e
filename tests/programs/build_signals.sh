#!/usr/bin/env bash
# tests/run: plain build
# A build that a signal meets anywhere: what is published is the old site or the new one, whole, and nothing is left beside it.
# Needs strace, which sends the signal at a given system call of the publishing.
. "${BASH_SOURCE%/*}/lib/test.sh"
if ! command -v strace > /dev/null || ! strace -o /dev/null true 2> /dev/null; then
    echo "skip - builds that signals meet: strace is missing or may not trace here"
    exit
fi
bad() { echo "# $*"; failures=$((failures + 1)); }
digest() { (cd "$1" && find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum); }
write() { # WORD: the articles, with it in them
    local i
    for i in 1 2 3 4 5 6 7 8; do printf -- '---\ntitle: Article %d\n---\n%s\n' $i "$1" > site/content/a$i.md; done
}
mkdir -p site/content
: > site/galley.yaml
write old; "$GALLEY" build site -q; old=$(digest site/public); cp -a site/public before
write new; "$GALLEY" build site -q; new=$(digest site/public)
beside() { ls -A site | grep -vx '\.galley'; } # the record of the last build may be there
there=$(beside)

# Of the parent alone (no -f): it is the one that publishes.
rm -rf site/public; cp -a before site/public
strace -qq -o trace -e trace=renameat,unlinkat "$GALLEY" build site -q
calls=$(grep -c '^renameat(' trace)
[ "$calls" -ge 8 ] || bad "the build moves only $calls files"
[ "$(digest site/public)" = "$new" ] || bad "the build under strace is another"
for signal in SIGTERM SIGINT SIGHUP; do
    for ((at = 1; at <= calls; at++)); do
        [ $signal = SIGTERM ] || ((at == 3)) || continue
        rm -rf site/public; cp -a before site/public
        { strace -qq -o /dev/null -e trace=renameat -e "inject=renameat:signal=$signal:when=$at" "$GALLEY" build site -q; } > said 2>&1
        is=$(digest site/public)
        [ "$is" = "$new" ] || [ "$is" = "$old" ] || bad "$signal at move $at of $calls: old and new files"
        [ "$(beside)" = "$there" ] || bad "$signal at move $at of $calls leaves $(beside | tr '\n' ' ')"
    done
done
if [ $failures = 0 ]; then echo "ok - a signal while files are moved: $calls moves"; else echo "not ok - a signal while files are moved"; fi

# At any other time: old or new, the same.
moved=$failures
for ((at = 0; at < 20; at++)); do
    rm -rf site/public; cp -a before site/public
    { timeout -s TERM "0.0$((at / 2 + 10 * (at % 2)))5" "$GALLEY" build site -q; } > said 2>&1
    is=$(digest site/public)
    [ "$is" = "$new" ] || [ "$is" = "$old" ] || bad "SIGTERM after some time: old and new files"
done
if [ $failures = "$moved" ]; then echo "ok - a signal at some time"; else echo "not ok - a signal at some time"; fi

# A move that fails is tried once more. A disk that goes on failing: the message says what there is, the status is 3, each
# file is the old or the new one, and the next build mends it.
moved=$failures
fails() { # ERROR WHEN: publishes, with that error from that move on, or at it
    rm -rf site/public; cp -a before site/public
    strace -qq -o /dev/null -e trace=renameat -e "inject=renameat:error=$1:when=$2" "$GALLEY" build site -q > said 2>&1
}
for at in 1 2 $((calls - 1)); do
    fails EIO "$at" || bad "EIO at move $at: $(cat said)"
    [ "$(digest site/public)" = "$new" ] || bad "EIO at move $at: the move was not tried again"
done
for error in ENOSPC EIO; do
    for at in 1+ 3+ "$calls+"; do
        fails $error $at
        [ $? = 3 ] || bad "$error at moves $at: the status is not 3"
        grep -q 'error: cannot be published (.*); what is there is old and new files, each whole; check the disk and build again$' said ||
            bad "$error at moves $at: $(cat said)"
        grep -rLE '^<p>(old|new)' site/public/a* | grep . && bad "$error at moves $at: a file is neither old nor new"
        "$GALLEY" build site -q
        [ "$(digest site/public)" = "$new" ] || bad "$error at moves $at: the next build does not mend it"
        [ "$(beside)" = "$there" ] || bad "$error at moves $at leaves $(beside | tr '\n' ' ')"
    done
done
if [ $failures = "$moved" ]; then echo "ok - a disk that fails while files are moved"; else echo "not ok - a disk that fails while files are moved"; fi
