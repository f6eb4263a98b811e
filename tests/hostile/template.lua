--- Renders every hostile value in every context of a template, for tests/hostile/template.mjs to parse.
--
-- Writes records "context NUL index NUL length LF bytes"; index 0 is the harmless value "x". "first" and "second" are the
-- value's halves, so that values which are harmless only apart are met too.

local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/../../scripts/?.lua;" .. package.path
local template = require("galley.template")

local contexts = {
  { "text", "<p>{{ x }}</p>" },
  { "text-halves", "<p>{{ first }}{{ second }}</p>" },
  { "text-after-sign", "<p>a < {{ x }} & {{ x }} &{{ x }}</p>" },
  { "title", "<title>{{ x }}</title><p>y</p>" },
  { "textarea", "<textarea>{{ x }}</textarea><p>y</p>" },
  { "double", '<p title="{{ x }}" class="z">y</p>' },
  { "single", "<p title='{{ x }}' class='z'>y</p>" },
  { "attribute-halves", '<p title="{{ first }}{{ second }}" class="z">y</p>' },
  { "unquoted", "<p title={{ x }} class=z>y</p>" },
  { "unquoted-last", "<p class=z title={{ x }}>y</p>" },
  { "unquoted-later", "<p title=a{{ x }} class=z>y</p>" },
  { "unquoted-middle", "<p title=a{{ x }}b{{ x }} class=z>y</p>" },
  { "data-attribute", '<p data-name="{{ x }}">y</p>' },
  { "href", '<a href="{{ x }}">y</a>' },
  { "href-single", "<a href='{{ x }}'>y</a>" },
  { "href-unquoted", "<a href={{ x }} class=z>y</a>" },
  { "href-halves", '<a href="{{ first }}{{ second }}">y</a>' },
  { "href-space", '<a href=" {{ first }} {{ second }}">y</a>' },
  { "href-prefix", '<a href="java{{ x }}">y</a>' },
  { "href-path", '<a href="/a/{{ x }}/b">y</a>' },
  { "href-host", '<a href="https://example.org/{{ x }}">y</a>' },
  { "href-query", '<a href="/a?q={{ x }}&r={{ x }}">y</a>' },
  { "href-fragment", '<a href="#{{ x }}">y</a>' },
  { "href-mailto", '<a href="mailto:{{ x }}">y</a>' },
  { "href-branch", '<a href="{% if true then %}/a{% else %}/b{% end %}{{ x }}">y</a>' },
  { "src", '<img src="{{ x }}" alt="{{ x }}">' },
  { "action", '<form action="{{ x }}"><button formaction="{{ x }}">y</button></form>' },
  { "poster-cite-data", '<video poster="{{ x }}"></video><q cite="{{ x }}">y</q><object data="{{ x }}"></object>' },
  { "xlink", '<svg><a xlink:href="{{ x }}"><text>{{ x }}</text></a></svg>' },
  { "svg-title", "<svg><title>{{ x }}</title><desc>{{ x }}</desc></svg>" },
  { "svg-animate", '<svg><a><animate attributeName="href" to="{{ x }}" values="{{ x }}"/></a></svg>' },
  { "data-src", '<img data-src="{{ x }}" alt="">' },
  { "srcset", '<img srcset="{{ x }}" alt="">' },
  { "srcset-candidates", '<img srcset="{{ x }} 1x, {{ x }} 2x" alt="">' },
  { "srcset-path", '<img srcset="/a/{{ x }}.jpg 1x, /b/{{ x }}.jpg 2x" alt="">' },
  { "srcset-halves", '<img srcset="{{ first }}{{ second }} 1x" alt="">' },
  { "style-attribute", '<p style="color: {{ x }}; width: {{ x }}">y</p>' },
  { "style-attribute-string", "<p style=\"font-family: '{{ x }}'; color: red\">y</p>" },
  { "style-attribute-url", '<p style="background: url({{ x }})">y</p>' },
  { "style-attribute-quoted-url", "<p style=\"background: url('{{ x }}')\">y</p>" },
  { "style", "<style>p { color: {{ x }}; margin: {{ first }}{{ second }} }</style><p>y</p>" },
  { "style-string", "<style>p::before { content: \"{{ x }}\"; color: '{{ x }}' }</style><p>y</p>" },
  { "style-url", "<style>p { background: url({{ x }}) } q { background: url(\"/a/{{ x }}\") }</style><p>y</p>" },
  { "style-comment", "<style>/* {{ x }} */ p { color: red }</style><p>y</p>" },
  { "script", "<script>f({{ x }}); f({{ x }})</script><p>y</p>" },
  { "script-table", "<script>f([{{ x }}, {{ table1 }}])</script><p>y</p>" },
  { "script-double", '<script>f("{{ x }}"); f("a{{ first }}{{ second }}")</script><p>y</p>' },
  { "script-single", "<script>f('{{ x }}'); f('a{{ first }}{{ second }}')</script><p>y</p>" },
  { "script-line-comment", "<script>// {{ x }}\nf(1)</script><p>y</p>" },
  { "script-block-comment", "<script>/* {{ x }} */ f(1)</script><p>y</p>" },
  { "script-after-regex", "<script>f(/['\"]/.source.length, {{ x }})</script><p>y</p>" },
  { "script-in-template-string", "<script>f(`a${ {{ x }} }b`)</script><p>y</p>" },
  { "json-ld", '<script type="application/ld+json">{ "name": {{ x }}, "also": "{{ x }}", "all": {{ table1 }} }</script><p>y</p>' },
  { "handler", '<p onclick="f({{ x }})">y</p>' },
  { "handler-single", "<p onclick='f({{ x }})'>y</p>" },
  { "handler-string", "<p onclick=\"f('{{ x }}')\">y</p>" },
  { "handler-entity-string", '<p onclick="f(&quot;{{ x }}&quot;)">y</p>' },
  { "handler-unquoted", "<p onclick=f({{ x }}) class=z>y</p>" },
  { "svg-script", "<svg><script>f({{ x }}); f('{{ x }}')</script></svg><p>y</p>" },
  { "comment", "<!-- {{ x }} --><p>y</p>" },
  { "comment-tight", "<!--{{ x }}--><p>y</p>" },
  { "comment-halves", "<!--{{ first }}{{ second }}--><p>y</p>" },
  { "comment-at-once", "<!--{{ x }}> y --><p>y</p>" },
  { "comment-sign", "<!-- {{ x }}> --><p>y</p>" },
  { "meta-content", '<meta name="description" content="{{ x }}">' },
  { "refresh", '<meta http-equiv="refresh" content="0; url={{ x }}">' },
  { "srcdoc", '<iframe srcdoc="{{ x }}"></iframe>' },
  { "include", '<p>{( "partial.html", { inner = x } )}</p><a href="{( "url.html" )}">y</a>' },
  { "macro", '{% macro card(v) %}<b title="{{ v }}">{{ v }}</b>{% endmacro %}<p>{{ card(x) }}</p><p title="{{ card(x) }}">y</p>' },
  { "block", '{% block a %}<p title="{{ x }}">{{ x }}</p>{% endblock %}' },
  { "noscript", '<noscript><img src="{{ x }}" alt="{{ x }}"></noscript>' },
  { "loop", '<ul>{% for _, v in ipairs({ x, x }) do %}<li class="{{ v }}"{% if v then %} title="{{ v }}"{% end %}>{{ v }}</li>{% end %}</ul>' },
  { "xhtml-branch", '<p{% if x then %} title="{{ x }}"{% end %}>y</p>' },
}

local values = {}
local function add(value) values[#values + 1] = value end

-- Every byte of ASCII, alone and doubled.
for code = 0, 127 do add(string.char(code)) end
for code = 33, 126 do
  local c = string.char(code)
  if c:find("%p") then add(c .. c .. "a" .. c) end
end

local code = { "alert(1)", "alert`1`", "location='https://evil.example'" }
for _, each in ipairs(code) do
  for _, scheme in ipairs { "javascript:", "JaVaScRiPt:", " javascript:", "\tjavascript:", "java\tscript:", "java\nscript:", "java\0script:",
    "\1javascript:", "\127javascript:", "javascript&colon;", "javascript&#58;", "javascript%3A", "vbscript:", "data:text/html,", "data:text/html;base64,",
    "livescript:", "feed:javascript:", "view-source:javascript:", "jar:javascript:", "blob:", "file:///", "//", "\\\\", "/\\", "http:javascript:",
    "\226\128\139javascript:", "\194\160javascript:", "\239\187\191javascript:" } do
    add(scheme .. each)
  end
  for _, wrap in ipairs { "<script>%s</script>", "</script><script>%s</script>", "</title><script>%s</script>", "</textarea><script>%s</script>",
    "</style><script>%s</script>", "--><script>%s</script>", "--!><script>%s</script>", "><script>%s</script>", "\"><script>%s</script>",
    "'><script>%s</script>", "</noscript><script>%s</script>", "</iframe><script>%s</script>", "]]><script>%s</script>", "<img src=x onerror=%s>",
    "\" onmouseover=\"%s", "' onmouseover='%s", "` onmouseover=`%s", " onmouseover=%s ", "/onmouseover=%s/", "x onmouseover=%s", "x\tonfocus=%s\tautofocus",
    "<svg onload=%s>", "<svg><script>%s</script></svg>", "<math><mtext></form><form><mglyph><style></math><img src onerror=%s>",
    "\");%s;//", "');%s;//", "\\\");%s;//", "\\');%s;//", ");%s;(", "];%s;[", "};%s;{", "\n%s\n//", "\226\128\168%s", "\226\128\169%s", "*/%s/*", "`;%s;`", "${%s}",
    "<!--<script>%s", "<!--%s", "-->%s", "</script %s>", "</SCRIPT/%s>", "<script/%s", "&quot;);%s;//", "&#39;);%s;//", "&apos;);%s;//", "\\u0027);%s;//", "\\x27);%s;//",
    "url(javascript:%s)", "expression(%s)", "red; background: url(javascript:%s)", "red} * {background: url(javascript:%s)", "'; behavior: url(x); a: '%s",
    "\"; } body { x: %s", "\\27; %s", "\\", "\\\n%s", ")%s(", "x) %s", "@import '%s'", "</style%s>", "-moz-binding: url(%s)", "<template>%s</template>", "<plaintext>%s",
    "<base href=//%s>", "<meta http-equiv=refresh content='0;url=javascript:%s'>", "<iframe srcdoc='<script>%s</script>'>", "0;url=javascript:%s", "x, javascript:%s 1x",
    "x 1x, javascript:%s 2x", "javascript:%s 1x", "x onerror=%s 1x", "<p id=%s>", "</p><p %s>", "</a><a href='javascript:%s'>", "<a href='javascript:%s'>", "{{ %s }}", "{% %s %}", "{{{%s}}}" } do
    add((wrap:gsub("%%s", function() return each end)))
  end
end
for _, each in ipairs { "", " ", "\n", "--", "->", "-->", "--!>", "!>", "!-->", "<", "<!", "<!-", "<!--", "</", "<a", "</p", "&", "&#", "&#x", "&#60", "&#60;", "&lt", "&lt;", "&amp;lt;",
  "\"", "'", "`", "=", "\r\n", "\12", "\194\133", "\226\128\168", "\226\128\169", "\192\188script\192\190", "\255\254", "\239\191\190", "\237\160\128", "+ADw-script+AD4-", "%3Cscript%3E", "%00", "%", "%2", "%zz",
  "../../../etc", "?x=1&y=2#z", "#", "//evil.example", "https://evil.example/\"onload=", "http://a b/c", "mailto:a@b.example?subject=\"<script>", "tel:+44'onclick=", "a:b", ":", "::", ":javascript:alert(1)", "constructor",
  "__proto__", "toString", "null", "undefined", "NaN", "0", "-1", "1e9", "true", ("<"):rep(500), ("\""):rep(500), ("a"):rep(5000), ("&"):rep(300) } do
  add(each)
end

local partials = { ["partial.html"] = '<i title="{{ inner }}">{{ inner }}{{ x }}</i>', ["url.html"] = "{{ x }}" }

local function halves(value)
  local middle = #value // 2
  return value:sub(1, middle), value:sub(middle + 1)
end

if arg[1] == "count" then
  print(#contexts, #values)
  return
end

for _, each in ipairs(contexts) do
  local name, text = each[1], each[2]
  local compiled = assert(template.compile(text, { name = name .. ".html", load = function(wanted) return partials[wanted] end }))
  for index = 0, #values do
    local value = index == 0 and "x" or values[index]
    local first, second = halves(index == 0 and "xx" or value)
    local page = template.render(compiled, { x = value, first = first, second = second, table1 = { { [value] = value }, value } })
    for _, part in ipairs { page, value } do
      io.write(name, "\0", tostring(index), "\0", tostring(#part), "\n", part)
    end
  end
end
