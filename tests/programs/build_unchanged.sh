#!/usr/bin/env bash
# tests/run: plain build
# A build of which nothing has changed has nothing to do; whatever a build can see to have changed makes the next one whole.
. "${BASH_SOURCE%/*}/lib/test.sh"
command -v strace > /dev/null || { echo "skip - builds of which nothing has changed: strace is not installed"; exit; }

mkdir -p site/content/news site/plugins/filters
for i in 7 8 9; do printf -- '---\ntitle: Article %d\n---\n\nText %d.\n' $i $i > site/content/news/a$i.md; done
cat > site/plugins/filters/warn.lua <<'LUA'
return { kind = "filter", name = "warn", api = 1, article = function(article, ctx)
  if article.path:find("a7.md") then ctx.log.warn("seven " .. tostring(galley.date.parse("2024-01-02"))) end
  if article.meta.clock then ctx.log.note(ctx.now:format("%Y")) end
end }
LUA
printf 'title: Idle\nplugins: [warn]\n' > site/galley.yaml
# Whether a build was one that had nothing to do: it starts no worker.
idle() {
    strace -f -e trace=clone,clone3,fork,vfork -o calls "$GALLEY" build site -o idle "$@" 2> said
    ! grep -qE 'clone|fork' calls
}

sleep 0.1 # so that the files have been at rest
"$GALLEY" build site -o idle 2> first
check "nothing has changed: nothing is done" idle
check "and the warnings are said again" grep -q '^site/content/news/a7.md: warning: seven 2024-01-02' said
check "--again does it all" not idle --again
check "other options are another build" not idle --drafts
"$GALLEY" build site -q -o idle 2> /dev/null
check "until something changes" idle
again() { # NAME, a command that changes something: the next build is a whole one
    local name=$1
    shift
    sleep 0.1
    "$GALLEY" build site -q -o idle 2> /dev/null
    "$@"
    check "$name is seen" not idle
}
again "an article that is touched" touch site/content/news/a9.md
again "an article of other bytes and the old time" sh -c 'touch -r site/content/news/a9.md t; printf x >> site/content/news/a9.md; touch -r t site/content/news/a9.md'
again "a new article" sh -c 'printf "New.\n" > site/content/news/new.md'
again "an article that is gone" rm site/content/news/new.md
again "a new name" mv site/content/news/a9.md site/content/news/a900.md
again "an older file in the place of another" sh -c 'cp -p site/content/news/a900.md t && mv t site/content/news/a8.md'
again "a change of galley.yaml" sh -c 'printf "language: de\n" >> site/galley.yaml'
again "a change of a plugin" sh -c 'printf "\n" >> site/plugins/filters/warn.lua'
again "data" sh -c 'mkdir -p site/data; printf "a: 1\n" > site/data/x.yaml'
again "a static file" sh -c 'mkdir -p site/static; printf x > site/static/x.txt'
again "a layout's template" sh -c 'mkdir -p site/layouts; cp "$0" site/layouts/' "$TOP/plugins/layouts/newsroom/templates/404.html"
again "an output that was changed" sh -c 'printf x >> idle/404.html'
check "and mended" not grep -q 'x$' idle/404.html
again "an output that was removed" rm idle/404.html
# A build that is over before the embargo, which is later where the machine is slow; then the end of it.
embargo_ends() {
    local seconds end
    for seconds in 3 10 30 90; do
        end=$(($(date +%s) + seconds))
        printf -- '---\nembargo: %s\n---\n\nSoon.\n' "$(date -u -d "@$end" +%Y-%m-%dT%H:%M:%SZ)" > site/content/soon.md
        sleep 0.1
        "$GALLEY" build site -q -o idle
        [ "$(date +%s)" -lt $end ] && break
    done
    while [ "$(date +%s)" -le $end ]; do sleep 0.1; done
}
again "an embargo that ends" embargo_ends
check "and the article published" test -e idle/soon/index.html
printf -- '---\nclock: true\n---\n\nNow.\n' > site/content/clock.md
sleep 0.1
"$GALLEY" build site -q -o idle 2> /dev/null
check "where a plugin asks for the time, every build is whole" not idle
"$GALLEY" build site -q -o idle --now 2024-05-01 2> /dev/null
check "unless the time is given" idle --now 2024-05-01

