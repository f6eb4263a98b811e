# Other generators over the same articles, where they are installed: one page an article, nothing else.
folder=$(site 10000)
run_floor() { rm -rf "$work/floor"; timed "$tools/floor" "$folder/content" "$work/floor"; }
run_fresh() { rm -rf "$work/out"; timed "$galley" build "$folder" -o "$work/out"; }
if command -v hugo >/dev/null; then
    mkdir -p "$work/hugo/layouts/_default"
    ln -sfn "$folder/content" "$work/hugo/content"
    printf 'title = "The Bench"\nbaseURL = "https://bench.example/"\n' >"$work/hugo/hugo.toml"
    printf '<!doctype html><html><title>{{ .Title }}</title><body>{{ .Content }}</body></html>\n' >"$work/hugo/layouts/_default/single.html"
    printf '<!doctype html><html><title>{{ .Title }}</title><body>{{ range .Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</body></html>\n' >"$work/hugo/layouts/_default/list.html"
    run_hugo() { rm -rf "$work/hugo/public"; timed hugo --quiet -s "$work/hugo"; }
    pairs 3 floor fresh hugo
    figure "10000 articles: hugo / galley build, by the clock" "$(calculate "$(median_of_ratios hugo fresh)")" x
    rm -rf "$work/hugo"
else
    echo "skip - hugo: not installed"
fi
eleventy=$(command -v eleventy || ls "$top/tests/node_modules/.bin/eleventy" 2>/dev/null)
if [ -n "$eleventy" ]; then
    mkdir -p "$work/eleventy/_includes"
    cp -r "$folder/content" "$work/eleventy/content"
    printf '<!doctype html><html><title>{{ title }}</title><body>{{ content }}</body></html>\n' >"$work/eleventy/_includes/page.liquid"
    printf '{ "layout": "page.liquid" }\n' >"$work/eleventy/content/content.json"
    run_eleventy() { rm -rf "$work/eleventy/_site"; (cd "$work/eleventy" && timed "$eleventy" --quiet); }
    pairs 2 floor fresh eleventy
    figure "10000 articles: eleventy / galley build, by the clock" "$(calculate "$(median_of_ratios eleventy fresh)")" x
    rm -rf "$work/eleventy"
else
    echo "skip - eleventy: not installed"
fi
rm -rf "$work/floor" "$work/out"
