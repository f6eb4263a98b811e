#!/usr/bin/env bash
# tests/run: limit 300
# A galley that was built without expat, gumbo and libmicrohttpd: what needs them says so in one clear line.
. "${BASH_SOURCE%/*}/lib/test.sh"
mkdir "$work/tree" && cp -r "$TOP/scripts" "$TOP/plugins" "$work/tree" || exit 3
unset MAKEFLAGS MAKELEVEL
# Their headers are on this machine, most likely: these stand before them.
mkdir -p "$work/absent/editline" "$work/absent/readline"
for header in expat gumbo utf8proc zip zlib sqlite3 microhttpd editline/readline readline/readline readline/history; do
    echo "#error \"$header.h is included where its library may be missing\"" > "$work/absent/$header.h"
done
check "it builds without the optional libraries" make CPPFLAGS="-I$work/absent" -C "$TOP" -s -j2 OPTIONAL= CXX_LIBRARIES= BUILD="$work/tree/build" CFLAGS=-O0 "$work/tree/build/galley"
bare=$work/tree/build/galley
[ -x "$bare" ] || exit 1
mkdir "$work/site" && cd "$work/site" || exit 3
echo '<rss><channel><item><title>A</title><description>x</description></item></channel></rss>' > a.xml
echo '<p>x</p>' > a.html

# says LIBRARY PACKAGE, then an import and its file: one line names both, status 1, and nothing is written.
says() {
    local library=$1 package=$2
    shift 2
    "$bare" import "$@" --apply > out 2> err
    [ $? = 1 ] || { cat err; return 1; }
    cat out err
    [ "$(cat out err | grep -c "needs the library $library, which this galley was built without; install $package and build again")" = 1 ] || return 1
    ! grep -q 'traceback' out err || return 1
    [ "$(cat out err | wc -l)" -le 3 ] && [ -z "$(find . -name '*.md')" ]
}
check "feed, without expat" says expat libexpat1-dev feed a.xml
check "wordpress, without expat" says expat libexpat1-dev wordpress a.xml
check "html, without gumbo" says gumbo libgumbo-dev html a.html
mkdir content
serves_not() {
    "$bare" serve > out 2> err
    [ $? = 3 ] || { cat err; return 1; }
    cat out err
    [ "$(cat out err)" = "galley: error: this galley was built without libmicrohttpd, which serves pages; install libmicrohttpd-dev and run make again" ]
}
check "serve, without libmicrohttpd" serves_not
"$bare" doctor > doctor.log
check "and doctor says so" grep -q "libmicrohttpd  *missing: without it there is no galley serve" doctor.log
mkdir -p toml/old/content && cd toml || exit 3
touch old/hugo.toml
printf -- '+++\ntitle = "A"\n+++\nA\n' > old/content/a.md
printf -- '---\ntitle: B\n---\nB\n' > old/content/b.md
no_toml() {
    "$bare" import folder old > out 2> err
    [ $? = 1 ] || { cat err; return 1; }
    cat out err
    [ "$(cat out err | grep -c 'needs the library toml++, which this galley was built without; install libtomlplusplus-dev and build again')" = 2 ] || return 1
    grep -q '^a.md: error: its front matter is TOML, which this galley cannot read$' err && grep -q '^new b.md: B' out
}
check "folder, without toml++: what is YAML still comes" no_toml
