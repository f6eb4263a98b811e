#!/usr/bin/env bash
# The set-up on machines that are made up: what it installs, and what it says where it cannot.
# tests/run: quick
. "${BASH_SOURCE%/*}/lib/test.sh"
bin=$TMPDIR/bin
machine() { # COMMAND...: a PATH with a shell's tools and these, which do what $TMPDIR/COMMAND says
    local tool
    rm -rf "$bin" "$TMPDIR/calls"
    mkdir "$bin"
    for tool in sh cat tr sed dirname env "$@"; do
        if [ -e "$TMPDIR/$tool" ]; then cp "$TMPDIR/$tool" "$bin/"
        else ln -s "$(command -v "$tool" || echo /bin/true)" "$bin/$tool"; fi
    done
}
fake() { # NAME BODY
    printf '#!/bin/sh\n%s\n' "$2" >"$TMPDIR/$1"
    chmod +x "$TMPDIR/$1"
}
setup() { PATH=$bin sh "$TOP/.ci/setup.sh" "$@" >"$TMPDIR/said" 2>&1; }
fake apt-get "echo \"apt-get \$*\" >>'$TMPDIR/calls'"
fake sudo "echo sudo >>'$TMPDIR/calls'; exec env \"\$@\""
fake pkg-config 'case "$*" in *libcmark*|*yaml*|*lua*) exit 1 ;; esac'

fake id 'echo 1000'
machine cc make id pkg-config
setup build
[ $? = 1 ] && grep -q 'apt-get install liblua5.4-dev libcmark-dev libyaml-dev$' "$TMPDIR/said" &&
    grep -q 'dnf install lua-devel cmark-devel libyaml-devel$' "$TMPDIR/said" &&
    grep -q 'pacman -S --needed lua54 cmark libyaml$' "$TMPDIR/said" &&
    grep -q 'brew install lua@5.4 cmark libyaml$' "$TMPDIR/said"
check "another system: the command of each package manager, exit 1"

machine cc make id pkg-config apt-get
setup build
[ $? = 1 ] && [ ! -e "$TMPDIR/calls" ] && grep -q 'sudo apt-get install' "$TMPDIR/said"
check "apt-get, but neither root nor sudo: the same"

machine cc make id pkg-config apt-get sudo
setup build && [ "$(head -n 2 "$TMPDIR/calls" | tr '\n' ' ')" = "sudo apt-get -q -y update " ] &&
    grep -q '^apt-get -q -y install --no-install-recommends liblua5.4-dev libcmark-dev libyaml-dev$' "$TMPDIR/calls"
check "a user with sudo: apt-get by sudo"

fake id 'echo 0'
machine id apt-get sudo
setup build && ! grep -q sudo "$TMPDIR/calls" && grep -q 'gcc libc6-dev make pkg-config liblua5.4-dev libcmark-dev libyaml-dev' "$TMPDIR/calls"
check "root on a machine with nothing: everything, without sudo"

fake apt-get "echo \"apt-get \$*\" >>'$TMPDIR/calls'; case \"\$*\" in *install*) exit 100 ;; esac"
machine id apt-get
setup build; [ $? = 1 ]
check "what the build needs cannot be had: exit 1"

fake pkg-config 'exit 0'
fake apt-get "echo \"apt-get \$*\" >>'$TMPDIR/calls'; case \"\$*\" in *install*epubcheck*) exit 100 ;; esac"
machine cc make id pkg-config apt-get
setup build tests && grep -q '^galley: epubcheck cannot be installed' "$TMPDIR/said" && grep -q 'install --no-install-recommends pandoc$' "$TMPDIR/calls"
check "what the tests want cannot be had: named, and the rest is installed"

machine cc make id pkg-config
setup build && [ ! -s "$TMPDIR/said" ]
check "nothing is missing: nothing is said or done"

fake pkg-config 'case "$*" in *yaml*) exit 1 ;; esac'
machine cc make id pkg-config apt-get
setup --check build; [ $? = 1 ] && [ "$(cat "$TMPDIR/said")" = "galley: missing: libyaml-dev (the Debian packages' names). \`make demo\` installs them." ] && [ ! -e "$TMPDIR/calls" ]
check "--check: one line, nothing installed"
