# WordPress's export as a stream: speed beside a plain pass of expat over the same file, and the memory of two sizes.
small=10 large=100
[ -n "${QUICK:-}" ] && small=2 large=10
python3 - "$work" "$small" "$large" <<'PY' || exit 3
import sys
folder, sizes = sys.argv[1], sys.argv[2:]
head = ('<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:content="c" xmlns:dc="d" xmlns:wp="w"><channel>\n'
        '<wp:author><wp:author_login>mo</wp:author_login><wp:author_display_name>Maria Okafor</wp:author_display_name></wp:author>\n')
words = "the council said on Monday that its <em>new</em> bridge over the <a href=\"/river\">river</a> opens &amp; closes at night".split()
def item(number):
    parts = []
    for at in range(14):
        turned = words[(number + at) % len(words):] + words[:(number + at) % len(words)]
        text = " ".join(word for word in turned if "<" not in word and ">" not in word and "href" not in word)
        parts.append((text + " <em>new</em> <a href=\"/river\">river</a> ") * 3)
    body = "\n\n".join(parts) if number % 2 else "\n\n".join("<!-- wp:paragraph -->\n<p>%s</p>\n<!-- /wp:paragraph -->" % part for part in parts)
    return ("<item><title>Article %d</title><dc:creator>mo</dc:creator><content:encoded><![CDATA[%s]]></content:encoded><wp:post_id>%d</wp:post_id>"
            "<wp:post_date>2024-03-12 18:30:00</wp:post_date><wp:post_date_gmt>2024-03-12 17:30:00</wp:post_date_gmt><wp:post_name>article-%d</wp:post_name>"
            "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>\n" % (number, body, number, number))
for size in sizes:
    written, number, limit = 0, 0, int(size) << 20
    with open("%s/wxr-%s.xml" % (folder, size), "w") as out:
        out.write(head)
        while written < limit:
            number += 1
            written += out.write(item(number))
        out.write("</channel></rss>\n")
PY
plain_pass='import sys, xml.parsers.expat
xml.parsers.expat.ParserCreate().ParseFile(open(sys.argv[1], "rb"))'
# peak FILE: the most memory, in MB, that one process of the import had.
peak() {
    (cd "$work" && python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)' "$galley" import wordpress --site "$work/wxr-site" "$1")
}
mkdir -p "$work/wxr-site"
run_expat() { timed python3 -c "$plain_pass" "$work/wxr-$large.xml"; }
run_wordpress() { timed "$galley" import wordpress --site "$work/wxr-site" "$work/wxr-$large.xml"; }
pairs 1 expat wordpress
figure "$large MB of WXR: import wordpress" "$(calculate "$large / $(median_time wordpress)" %.1f)" MB/s "20 MB/s"
figure "$large MB of WXR: import wordpress / a plain pass of expat" "$(calculate "$(median_of_ratios wordpress expat)" %.1f)" x
less=$(peak "$work/wxr-$small.xml") more=$(peak "$work/wxr-$large.xml")
figure "peak memory at $small MB" "$less" MB
figure "peak memory at $large MB" "$more" MB "as at $small MB"
rm -rf "$work"/wxr-*
