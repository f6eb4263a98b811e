#!/usr/bin/env bash
# `make install` below DESTDIR: what is there works away from the checkout, for every user; another install leaves nothing of
# an older one, and `make uninstall` nothing at all. tests/run: plain build
. "${BASH_SOURCE%/*}/lib/test.sh"
there=$work/there usr=$work/there/usr/local
# What is built is what other tests run meanwhile: nothing is made again.
goal() { make --no-print-directory -s -C "$TOP" -o all BUILD="$(dirname "$GALLEY")" DESTDIR="$there" "$@"; }
everybody_reads() { [ -z "$(find "$there" ! -type l ! -perm -o+r -o -type d ! -perm -o+x)" ]; }

mkdir -p "$usr/share/galley/plugins/filters" "$usr/share/other"
touch "$usr/share/galley/plugins/filters/of-an-older-version.lua"
(umask 077 && goal install >"$TMPDIR/said" 2>&1)
check "make install"
check "what an older version had is gone" test ! -e "$usr/share/galley/plugins/filters/of-an-older-version.lua"
check "everybody may read it, whatever the umask was" everybody_reads
check "nothing that was built, and no hidden file, is among it" test -z "$(find "$there" -name public -o -name '.*')"
unset GALLEY_HOME
galley=$usr/bin/galley
check "it makes a site" "$galley" new paper
check "and builds it" "$galley" build -q paper
check "with what was installed" grep -q . paper/public/index.html
check "its plugins are found" bash -c '"$1" plugins --names export | grep -qx csv' - "$galley"
check "make uninstall" goal uninstall
check "leaves nothing of its own" test -z "$(find "$there" -type f)"
check "and what is not its own" test -d "$usr/share/other"
