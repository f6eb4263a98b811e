#!/usr/bin/env bash
# tests/run: limit 600
# Promises of galley build that no single expected text shows: the same bytes with any number of
# workers, plugins that misbehave cost one article each and end in time, a user's filter works on real
# posts, an equal build writes nothing.
. "${BASH_SOURCE%/*}/lib/test.sh"
same() { diff -r "$1" "$2" > diff.log || { head -5 diff.log; return 1; }; }

# ---- a hundred small articles with links, authors, topics ----
mkdir -p site/content/news site/plugins/filters
for i in $(seq 1 100); do
    printf -- '---\ntitle: Article %d\ndate: 2024-01-%02d\nauthors: [author-%d, author-%d]\ntopics: [t%d]\n---\n\nSee [next](a%d.md) and *words* %d.\n\n> Said so.\n>\n> — Somebody, Chair\n' \
        "$i" $((i % 28 + 1)) $((i % 7)) $((i % 3)) $((i % 5)) $((i % 100 + 1)) "$i" > "site/content/news/a$i.md"
done
printf 'title: Many\nplugins: [count]\n' > site/galley.yaml
cat > site/plugins/filters/count.lua <<'LUA'
--- Counts emphasised words over all articles, and says in each how many its author wrote.
return {
  kind = "filter", name = "count", api = 1,
  nodes = { emph = function(node) return galley.node.strong{ node:plain() } end },
  collect = function(article) return { path = article.path, words = article:words() } end,
  combine = function(values)
    local total = 0
    for _, entry in ipairs(values) do total = total + entry.value.words end
    return { total = total, first = values[1].value.path }
  end,
}
LUA
for jobs in 1 2 8; do "$GALLEY" build site -q -j $jobs -o out$jobs 2> err$jobs; done
check "the same bytes with 1 and with 2 workers" same out1 out2
check "the same bytes with 1 and with 8 workers" same out1 out8
check "nothing to say" test ! -s err1
check "the filter ran" grep -q '<strong>words</strong>' out1/news/a1/index.html
cp -r out1 again
find out1 -name '*.html' -exec stat -c '%n %i %Y' {} + | sort > before
"$GALLEY" build site -q -o out1
find out1 -name '*.html' -exec stat -c '%n %i %Y' {} + | sort > after
check "an equal build writes nothing" cmp -s before after
"$GALLEY" build site -q -o out1 <&- 2> closed
check "closed standard input is no matter" test $? = 0 -a ! -s closed
for to in '> /dev/full' '>&-'; do
    bash -c "'$GALLEY' query --site site $to" 2> closed
    check "standard output that cannot be written ($to): the status is 3" test $? = 3
    check "and a line says so" grep -q '^galley: error: standard output cannot be written' closed
done
"$GALLEY" query --site site 2> closed | true
check "a reader that has seen enough is no error" test ! -s closed

rm site/content/news/a50.md
"$GALLEY" build site -q -o out1 2> /dev/null
check "a page that is no longer made is removed" test ! -e out1/news/a50/index.html
check "and the others stay" test -e out1/news/a51/index.html

# ---- plugins that misbehave, each on one article; the others are built ----
# The deadline is 1 s only where it is what ends the plugin; where something else must, a slow machine has time for it.
misbehave() { # NAME, Lua in a handler, the words that the message must have
    local seconds=20
    case $3 in *'than 1 s') seconds=1 ;; esac
    rm -rf bad && mkdir -p bad/content bad/plugins/filters
    for i in 1 2 3 4; do printf -- '---\ntitle: A%d\n---\n\nText *emph* here.\n' $i > bad/content/a$i.md; done
    printf 'title: T\nplugins: [bad]\nlimits: { seconds: %d, memory: 48 }\n' $seconds > bad/galley.yaml
    printf -- '--- Misbehaves.\nreturn { kind = "filter", name = "bad", api = 1, nodes = { emph = function(node, ctx)\n  if node.position.file ~= "a2.md" then return end\n  %s\nend } }\n' "$2" > bad/plugins/filters/bad.lua
    local start=$(date +%s%N)
    "$GALLEY" build bad -q 2> message
    local status=$? took=$((($(date +%s%N) - start) / 1000000))
    check "$1: the status is 1" test $status = 1
    check "$1: the article and the plugin are named" grep -q "^bad/content/a2.md.*error: .*$3.*bad/plugins/filters/bad.lua" message
    check "$1: one message" test "$(wc -l < message)" = 1
    check "$1: the other articles are there" test -e bad/public/a1/index.html -a -e bad/public/a3/index.html -a -e bad/public/a4/index.html
    check "$1: the article itself is not" test ! -e bad/public/a2
    # The deadline, and generous time for the rest on a busy machine.
    check "$1: ended in time ($took ms)" test $took -lt $((seconds * 1000 + 30000))
    grep -v "^bad/content/a2.md" message
}
misbehave "an endless loop" 'while true do end' 'took longer than 1 s'
misbehave "a loop that catches errors" 'while true do pcall(function() while true do end end) end' 'took longer than 1 s'
misbehave "a runaway pattern" 'string.find(("a"):rep(30000), (".-"):rep(100) .. "b")' 'took longer than 1 s'
misbehave "a loop in a coroutine" 'coroutine.wrap(function() while true do end end)()' 'took longer than 1 s'
misbehave "endless memory" 'local t = {} while true do t[#t + 1] = ("x"):rep(100000) .. #t end' 'ran out of memory'
misbehave "one huge string" 'local s = ("x"):rep(1 << 40)' '.'
misbehave "recursion" 'local function f() return 1 + f() end f()' '\(stack overflow\|ran out of memory\)'
misbehave "a finalizer" 'setmetatable({}, { __gc = function() while true do end end }) collectgarbage()' '__gc'
misbehave "a to-be-closed value" 'local x <close> = setmetatable({}, { __close = function() while true do end end })' 'took longer than 1 s'
misbehave "sorting by a loop" 'table.sort({3, 2, 1}, function() while true do end end)' 'took longer than 1 s'
misbehave "a wrong answer" 'return 42' 'answered a number'
misbehave "an error that is a table" 'error({})' 'raised with a table'
misbehave "an error whose text never ends" 'error(setmetatable({}, { __tostring = function() while true do end end }))' 'took longer than 1 s'
misbehave "an error whose text fails" 'error(setmetatable({}, { __tostring = function() error("inner") end }))' 'inner'
misbehave "an error of 30 MB" 'error(("x"):rep(30000000))' '\(xxx\.\.\.\|ran out of memory\)'
misbehave "coroutines in coroutines" 'local function f(n) return coroutine.wrap(function() return f(n + 1) end)() end return f(0)' 'C stack overflow'
misbehave "nodes without end" 'local p = node.parent for i = 1, 1e9 do p:append(galley.node.text("x")) end' 'ran out of memory'
misbehave "os" 'os.execute("touch /tmp/x")' "plugins have no 'os'"
misbehave "io" 'io.open("/etc/passwd")' "plugins have no 'io'"
misbehave "bytecode" 'assert(load("\27Lua"))' 'attempt to load'
misbehave "string.dump" 'string.dump(function() end)' "dump"
misbehave "another file through require" 'require("../../../../etc/passwd")' 'require wants'

# ---- the line that is named is the plugin's own, also where it is in a shipped function; logs have an end ----
printf 'return { kind = "filter", name = "bad", api = 1, article = function(article, ctx)\n\n  if article.path == "a2.md" then for i = 1, 1e9 do ctx.log.warn("w" .. i) end end\nend }\n' > bad/plugins/filters/bad.lua
printf 'title: T\nplugins: [bad]\nlimits: { seconds: 3 }\n' > bad/galley.yaml
"$GALLEY" build bad 2> message
check "the plugin's own line is named" grep -q '^bad/content/a2.md: error: took longer than 3 s.*(bad/plugins/filters/bad.lua:3)$' message
check "a log has an end" grep -q 'warning: more than 1000 messages; the others are not shown' message
check "and no more than that is shown" test "$(wc -l < message)" -lt 1010
printf 'return { kind = "filter", name = "bad", api = 1, collect = function(article) return article.path == "a2.md" and print or 1 end }\n' > bad/plugins/filters/bad.lua
"$GALLEY" build bad -q 2> message
check "what cannot be collected is named" grep -q '^bad/content/a2.md: error: what collect returned has a function in it.*(bad/plugins/filters/bad.lua)$' message

# ---- what a link outside leads to is not read, and says why ----
if "$GALLEY" doctor | grep -q 'Landlock version'; then
    ln -s ../../site/content/news bad/content/linked
    "$GALLEY" build bad -q 2> message
    check "a link out of the site says why it is not followed" grep -q '^bad/content/linked/a1.md: error: .* a link leads to it' message
    rm bad/content/linked
fi

# ---- one that misbehaves on every article must not take a deadline for each ----
rm -rf bad/public
sed -i 's/seconds: 3/seconds: 1/' bad/galley.yaml
for i in $(seq 5 60); do printf -- 'Text *emph* %d.\n' "$i" > "bad/content/a$i.md"; done
printf 'return { kind = "filter", name = "bad", api = 1, nodes = { emph = function() while true do end end } }\n' > bad/plugins/filters/bad.lua
"$GALLEY" build bad -q 2> message
check "a plugin that never ends anywhere stops the build" grep -q 'stopped after 16 tasks took too long' message
check "and nothing is published" test ! -e bad/public

# ---- real posts ----
if [ -n "${SHARED:-}" ] && [ -d "$SHARED/data/18f-posts" ]; then
    "$GALLEY" build "$SHARED/data/18f-posts" -q -o posts 2> posts.log
    check "504 real posts build" test $? = 0
    check "each has its page" test "$(find posts -path '*/20??/??/??/*/index.html' | wc -l)" = 504
    cat > ten.lua <<'LUA'
--- Ten lines: links to a retired host are marked, headings lose their full stop.
return {
  kind = "filter", name = "ten", api = 1,
  nodes = {
    ['link[url*="18fblog.tumblr.com"]'] = function(node) node.class = "retired" end,
    heading = function(node)
      local last = node.last
      if last and last.type == "text" then last.text = last.text:gsub("%.$", "") end
    end,
  },
}
LUA
    "$GALLEY" build "$SHARED/data/18f-posts" -q --plugin ./ten.lua -o posts10 2> posts10.log
    check "a filter of ten lines works on them" test $? = 0
    check "and changes what it says" bash -c '! diff -rq posts posts10 > /dev/null'
else
    echo "skip - real posts: the sample data is not here"
fi
