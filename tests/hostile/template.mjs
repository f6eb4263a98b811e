// Parses what tests/hostile/template.lua renders, with a browser's HTML parser (parse5), and compares each page with the one
// made from the harmless value "x": the same elements in the same order, the same attributes, no other handler, no other
// scheme; scripts run in an empty world and may only call f with what they were given; styles keep their tokens.
import vm from 'node:vm'
import { parse } from 'parse5'

const urlAttributes = new Set(['href', 'src', 'action', 'formaction', 'poster', 'cite', 'data', 'xlink:href', 'data-src', 'to'])
const schemes = new Set(['http:', 'https:', 'mailto:', 'tel:'])
const base = 'https://base.example/dir/page.html'

function badUrl(value) {
  let url
  try { url = new URL(value, base) } catch { return false }
  return !schemes.has(url.protocol)
}

// The tokens of a style, as CSS Syntax 3 makes them; names, numbers and blanks become one sort, as values may be any of them.
function styleTokens(css) {
  const out = []
  let at = 0
  const push = (t) => { if (t !== 'v' || out[out.length - 1] !== 'v') out.push(t) }
  css = css.replace(/\r\n?|\f/g, '\n').replace(/\0/g, '\uFFFD')
  while (at < css.length) {
    const c = css[at]
    if (css.startsWith('/*', at)) {
      const stop = css.indexOf('*/', at + 2)
      push(stop < 0 ? 'open comment' : 'comment')
      at = stop < 0 ? css.length : stop + 2
    } else if (c === '"' || c === "'") {
      at++
      let bad = false
      while (at < css.length && css[at] !== c) {
        if (css[at] === '\n') { bad = true; break }
        at += css[at] === '\\' ? 2 : 1
      }
      push(bad ? 'bad string' : 'string')
      at++
    } else if (/^url\(\s*[^\s"')]/i.test(css.slice(at, at + 40)) || /^url\(\s*\)/i.test(css.slice(at))) {
      at = css.indexOf('(', at) + 1
      let bad = false, text = ''
      while (at < css.length && css[at] !== ')') {
        if (/["'(\x00-\x08\x0b\x0e-\x1f\x7f\n ]/.test(css[at])) bad = true
        text += css[at]
        at += css[at] === '\\' ? 2 : 1
      }
      at++
      push(bad || badUrl(text) ? 'bad url' : 'url')
    } else if (/[\w\s.,#%+\-\u0080-\uffff]/.test(c)) { push('v'); at++ } else { push(c); at++ }
  }
  return out.join(' ')
}

function runScript(source, given) {
  const calls = []
  let touched = null
  const world = new Proxy({ f: (...all) => { calls.push(all) } }, {
    has: () => true,
    get: (target, key) => {
      if (key === Symbol.unscopables) return undefined
      if (key === 'f') return target.f
      touched = String(key)
      return () => undefined
    },
    set: (target, key) => { touched = String(key); return true },
  })
  try {
    vm.runInThisContext(`(function (world) { with (world) {\n${source}\n} })`)(world)
  } catch (error) { return `script fails: ${error.message}` }
  if (touched) return `script touches ${touched}`
  const flat = JSON.stringify(calls)
  return { shape: shapeOf(calls), flat, given }
}

const shapeOf = (v) => Array.isArray(v) ? `[${v.map(shapeOf)}]` : v && typeof v === 'object' ? `{${Object.keys(v).length}}` : typeof v

// A line for each node, values left out; problems are added to `problems`.
function shape(node, problems, given) {
  const lines = []
  const walk = (n, depth) => {
    if (n.nodeName === '#text') {
      const parent = n.parentNode.nodeName
      if (parent === 'script') {
        const type = n.parentNode.attrs.find((a) => a.name === 'type')
        if (type) {
          try { const v = JSON.parse(n.value); lines.push('json ' + Object.keys(v).length + (v.name === given && v.also === given ? '' : ' changed')) } catch (e) { problems.push('JSON: ' + e.message) }
        } else {
          const ran = runScript(n.value, given)
          if (typeof ran === 'string') problems.push(ran)
          else lines.push('script ' + ran.shape)
        }
      } else if (parent === 'style') lines.push('style ' + styleTokens(n.value))
      return
    }
    if (n.nodeName === '#comment') { lines.push(' '.repeat(depth) + '#comment'); return }
    const attrs = (n.attrs || []).map((a) => (a.prefix ? a.prefix + ':' : '') + a.name)
    lines.push(' '.repeat(depth) + n.nodeName + ' ' + attrs.join(' '))
    for (const a of n.attrs || []) {
      const name = (a.prefix ? a.prefix + ':' : '') + a.name
      if (urlAttributes.has(name) && badUrl(a.value)) problems.push(`${name} has the URL ${JSON.stringify(a.value)}`)
      if (name === 'srcset') for (const each of a.value.split(/,\s|,$/)) { if (badUrl(each.trim().split(/\s+/)[0])) problems.push(`srcset has ${JSON.stringify(each)}`) }
      if (name === 'style') lines.push('style ' + styleTokens(a.value))
      if (name === 'content') {
        const refresh = a.value.match(/^\s*0; url=(.*)$/s)
        if (n.attrs.some((b) => b.name === 'http-equiv') && (!refresh || badUrl(refresh[1].replace(/^['"]/, '')))) problems.push(`refresh to ${JSON.stringify(a.value)}`)
      }
      if (name === 'onclick') {
        const ran = runScript(a.value, given)
        if (typeof ran === 'string') problems.push(ran)
        else lines.push('handler ' + ran.shape)
      }
      if (name === 'srcdoc') {
        const inner = parse(a.value)
        const elements = []
        const each = (m) => { if (m.tagName) elements.push(m.tagName); (m.childNodes || []).forEach(each) }
        each(inner)
        if (elements.join() !== 'html,head,body') problems.push(`srcdoc holds ${elements}`)
      }
    }
    for (const child of n.childNodes || []) walk(child, depth + 1)
    if (n.content) walk(n.content, depth + 1)
  }
  walk(node, 0)
  return lines.join('\n')
}

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const input = Buffer.concat(chunks)
let at = 0
function record() {
  const a = input.indexOf(0, at), b = input.indexOf(0, a + 1), c = input.indexOf(10, b)
  const name = input.toString('latin1', at, a), index = +input.toString('latin1', a + 1, b), length = +input.toString('latin1', b + 1, c)
  at = c + 1 + length
  return { name, index, bytes: input.subarray(c + 1, at) }
}

const contexts = new Map()
while (at < input.length) {
  const page = record(), value = record()
  if (!contexts.has(page.name)) contexts.set(page.name, [])
  contexts.get(page.name).push({ html: page.bytes.toString('utf8'), value: value.bytes.toString('utf8'), index: page.index })
}

// Each JSON value must come back as it went in; a NUL or a lone byte the parser replaces is not the escaper's doing.
let failed = 0
for (const [name, pages] of contexts) {
  const harmless = []
  const expected = shape(parse(pages[0].html), harmless, 'x')
  let why = harmless[0] && `the harmless page: ${harmless[0]}`
  let bad = 0
  for (const page of pages.slice(1)) {
    const problems = []
    const got = shape(parse(page.html), problems, page.value)
    if (got !== expected) problems.push(`another structure:\n${got}\n--- instead of\n${expected}`)
    if (problems.length) { bad++; why ??= `${JSON.stringify(page.value)} makes ${JSON.stringify(page.html.slice(0, 600))}: ${problems[0]}` }
  }
  if (why) { failed++; console.log(`not ok - ${name}: ${bad} values; ${why.replaceAll('\n', '\n# ')}`) } else console.log(`ok - ${name}: ${pages.length - 1} values`)
}
if (contexts.size < 30) { failed++; console.log('not ok - contexts: too few came in') }
process.exit(failed ? 1 : 0)
