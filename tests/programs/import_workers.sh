#!/usr/bin/env bash
# Imports make the same files and say the same, whatever the number of workers.
. "${BASH_SOURCE%/*}/lib/test.sh"

# ---- inputs whose articles need each other or share files ----
mkdir -p pages/part pages/img hugo/content/posts/pictures hugo/static wordpress
printf 'pixels' > pages/img/a.png
printf 'more pixels' > pages/part/b.png
printf 'nobody shows it' > pages/img/none.png
printf 'baseURL = "https://old.example/"\n' > hugo/hugo.toml
printf -- '---\ntitle: Posts\ncascade:\n  kind: post\n---\n' > hugo/content/posts/_index.md
printf 'pixels' > hugo/content/posts/pictures/a.png
printf 'x\n' > hugo/static/x.css
printf 'title,date,text\n' > rows.csv
printf '<rss><channel><title>F</title>' > feed.xml
printf '<rss xmlns:content="c" xmlns:dc="d" xmlns:wp="w"><channel>' > wordpress/export.xml
printf '<wp:author><wp:author_login>mo</wp:author_login><wp:author_display_name>Maria</wp:author_display_name></wp:author>' >> wordpress/export.xml
: > lines.json
mkdir -p wordpress/uploads
printf 'pixels' > wordpress/uploads/a.png
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17; do
    next=$((i % 17 + 1)) picture=img/a.png
    [ $((i % 3)) = 0 ] && picture=part/b.png
    [ $((i % 5)) = 0 ] && picture=img/gone.png
    printf '<html><head><title>T%d</title></head><body><article><h1>T%d</h1><p>Text %d <a href="p%d.html">next</a> <img src="%s" alt="p"> caf\xe9</p></article></body></html>' \
        $i $i $i $next "$picture" > pages/p$i.html
    printf '<html><body><article><h1>Q%d</h1><p>Low <img src="b.png" alt="p"></p></article></body></html>' $i > pages/part/q$i.html
    printf -- '+++\ntitle = "P%d"\ndate = 2024-01-%02d\n+++\n\n[n]({{< ref "p%d.md" >}}) {{< em >}}x{{< /em >}} ![a](pictures/a.png)\n' $i $i $next > hugo/content/posts/p$i.md
    printf '"Row %d",2024-01-%02d,"some text"\n' $((i % 4)) $i >> rows.csv
    printf '{"title":"Line %d","body":"text","date":"2024-01-%02d"}\n' $((i % 4)) $i >> lines.json
    printf '<item><title>E%d</title><link>https://old.example/e%d</link><description>a &lt;b&gt;text&lt;/b&gt;</description></item>' $i $i >> feed.xml
    printf '<item><title>W%d</title><dc:creator>%s</dc:creator><content:encoded><![CDATA[Text %d <img src="/wp-content/uploads/a.png" alt="p">]]></content:encoded><wp:post_id>%d</wp:post_id><wp:post_name>w%d</wp:post_name><wp:post_date>2024-01-%02d 10:00:00</wp:post_date><wp:post_type>%s</wp:post_type></item>' \
        $i "$([ $((i % 2)) = 0 ] && echo mo || echo "guest$i")" $i $i $((i % 4)) $i "$([ $((i % 6)) = 0 ] && echo other || echo post)" >> wordpress/export.xml
done
printf '</channel></rss>' >> feed.xml
printf '</channel></rss>' >> wordpress/export.xml

same() { # NAME SOURCE...: the articles, the files that come with them and the report
    local name=$1 jobs
    shift
    for jobs in 1 2 8; do
        mkdir -p "$name-$jobs"
        (cd "$name-$jobs" && "$GALLEY" import "$name" "${@/#/../}" -j "$jobs" --apply > ../"$name-$jobs.list" 2> ../"$name-$jobs.said")
        echo "$?" >> "$name-$jobs.said"
        rm -rf "$name-$jobs/.galley"
        [ "$jobs" = 1 ] && continue
        check "$name: $jobs workers make what one makes" diff -r "$name-1" "$name-$jobs"
        check "$name: $jobs workers say what one says" cmp "$name-1.list" "$name-$jobs.list"
        check "$name: $jobs workers end as one ends" cmp "$name-1.said" "$name-$jobs.said"
    done
}
same html pages
same folder hugo
same csv rows.csv
same json lines.json
same feed feed.xml
same wordpress wordpress/export.xml wordpress/uploads

check "html: a picture of many pages comes once" test "$(find html-8 -name 'a.png' -o -name 'b.png' | wc -l)" = 2
check "html: it is what it was" cmp html-8/part/b.png pages/part/b.png
check "html: a page in another encoding is told by its article" grep -q "^unsure: p1.md: it was read as Windows-1252 (and so in 16 more)" html-8.list
check "html: what nobody shows is told" grep -q "^lost: *1 file that no page shows is left out" html-8.list
check "wordpress: a picture of many articles comes once" test "$(find wordpress-8 -name '*.png')" = wordpress-8/media/a.png
check "folder: what was done is summed up" grep -q "^note: *17 links lead to articles now" folder-8.list
check "folder: all articles got the inherited key" test "$(grep -l '^kind: post' folder-8/posts/*.md | wc -l)" = 18

# ---- links in a folder, as in the content folder ----
mkdir -p outside linked/inner linked-site
cp pages/p1.html outside/far.html
cp pages/p2.html linked/inner/near.html
ln -s inner/near.html linked/again.html
ln -s inner linked/twin
ln -s ../outside/far.html linked/far.html
ln -s ../outside linked/away
ln -s . linked/loop
(cd linked-site && "$GALLEY" import html ../linked --apply > ../linked.list 2> ../linked.said)
check "links: what leads somewhere else is left out, and that is a problem" test $? = 1
check "links: those within the folder are followed" test -f linked-site/again.md -a -f linked-site/twin/near.md -a -f linked-site/inner/near.md
check "links: those that lead out of it are not" test ! -e linked-site/far.md -a ! -e linked-site/away
check "links: why, and what to do" grep -q "^far.md: error: the file cannot be read: a link leads to it, .*; copy it in" linked.said
check "links: a loop is an error" grep -q "^../linked/loop: error: this folder is a link to \".\", in which it stands" linked.said
