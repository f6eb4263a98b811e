#!/usr/bin/env bash
# Each rule of .ci/includes is broken once on purpose and must be named with file and line.
# tests/run: quick
. "${BASH_SOURCE%/*}/lib/test.sh"
tree=$TMPDIR/tree
start() {
    rm -rf "$tree"
    mkdir -p "$tree/.ci" "$tree"/core/{base,document,read,lua}
    cp "$TOP/.ci/includes" "$tree/.ci/"
    echo '#include <stddef.h>' >"$tree/core/base/text.h"
    echo '#include "base/text.h"' >"$tree/core/document/document.h"
    echo '#include <cmark.h>' >"$tree/core/document/markdown.c"
    echo '#include <yaml.h>' >"$tree/core/read/yaml_read.c"
    echo '#include <lua.h>' >"$tree/core/lua/host.h"
    printf '#include <lua.h>\n#include "lua/host.h"\n' >"$tree/core/main.c"
}
broken() { # NAME FILE:LINE [FILE LINE...]: the message starts with FILE:LINE
    local name=$1 place=$2 output status
    output=$("$tree/.ci/includes" 2>&1)
    status=$?
    if [ $status = 1 ] && [[ $'\n'$output == *$'\n'"$place: "* ]]; then
        echo "ok - $name"
    else
        printf '# status %d\n%s\n' $status "$output"
        echo "not ok - $name"
        failures=$((failures + 1))
    fi
}
start
check "a tree that keeps the rules" "$tree/.ci/includes"
printf '\n#include <cmark.h>\n' >"$tree/core/document/html.c"; broken "cmark.h elsewhere" core/document/html.c:2
start; echo '#include <yaml.h>' >"$tree/core/read/source.c"; broken "yaml.h elsewhere" core/read/source.c:1
start; echo '# include <lauxlib.h>' >"$tree/core/read/source.c"; broken "Lua in the engine" core/read/source.c:1
start; echo '#include "lua/host.h"' >"$tree/core/read/source.c"; broken "the bindings in the engine" core/read/source.c:1
start; echo '#include "document/document.h"' >"$tree/core/base/text.c"; broken "base/ includes another folder" core/base/text.c:1
start; echo '#include "text.h"' >"$tree/core/base/text.c"; broken "a path that does not start at core/" core/base/text.c:1
start; echo '#include "base/none.h"' >"$tree/core/base/text.c"; broken "a header that is not there" core/base/text.c:1
start
echo '#include "read/b.h"' >"$tree/core/document/a.h"
echo '#include "read/c.h"' >"$tree/core/read/b.h"
printf '\n#include "document/a.h"\n' >"$tree/core/read/c.h"
broken "a cycle of three headers" core/read/c.h:2
