#!/usr/bin/env node
// The structured data of the newsroom layout's pages, those of the example and of a site full of hostile texts, held
// against schemas of what schema.org and the Open Graph protocol say, and against the page that it stands in.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const top = process.env.TOP || path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const galley = process.env.GALLEY || path.join(top, "build/galley");
const room = process.env.TMPDIR || os.tmpdir();

let Ajv, parse5;
try {
  const needs = createRequire(path.join(top, "tests/package.json"));
  Ajv = needs("ajv/dist/2020.js");
  parse5 = await import(needs.resolve("parse5"));
} catch {
  console.log("skip - structured data: tests/node_modules is missing; npm ci in tests/");
  process.exit(0);
}

let failed = false;
function check(name, problems) {
  failed ||= problems.length > 0;
  console.log(problems.length ? `not ok - ${name}: ${problems.slice(0, 5).join("; ")}` : `ok - ${name}`);
}

// ---------------------------------------------------------------- what the vocabularies say

const text = { type: "string", pattern: "\\S" };
const address = { type: "string", pattern: "^https?://[^\\s\"<>\\\\^`{|}]+$" };
const date = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)?)?$" };
const closed = (type, properties, required) => ({ type: "object", properties: { "@type": { const: type }, ...properties },
  required: ["@type", ...required], additionalProperties: false });
const person = closed("Person", { name: text, url: address, jobTitle: text, description: text, image: address }, ["name", "url"]);
const steps = { type: "array", minItems: 2, items: closed("ListItem", { position: { type: "integer", minimum: 1 }, name: text, item: address },
  ["position", "name", "item"]) };
const kinds = {
  NewsArticle: closed("NewsArticle", { headline: text, description: text, datePublished: date, dateModified: date,
    image: { type: "array", minItems: 1, items: address }, author: { type: "array", minItems: 1, items: person },
    publisher: closed("Organization", { name: text, logo: address, url: address }, ["name"]), mainEntityOfPage: address }, ["headline", "publisher", "mainEntityOfPage"]),
  ProfilePage: closed("ProfilePage", { mainEntity: person }, ["mainEntity"]),
  BreadcrumbList: closed("BreadcrumbList", { itemListElement: steps }, ["itemListElement"]),
};
const graph = { type: "object", required: ["@context", "@graph"], additionalProperties: false, properties: {
  "@context": { const: "https://schema.org" },
  "@graph": { type: "array", minItems: 1, items: { type: "object", required: ["@type"], anyOf: Object.values(kinds) } } } };
const open = { type: "object", required: ["og:title", "og:type", "og:url"], properties: {
  "og:title": text, "og:type": { enum: ["article", "profile", "website"] }, "og:url": address, "og:image": address, "og:image:alt": text,
  "og:site_name": text, "og:description": text, "og:locale": { type: "string", pattern: "^[a-z]{2}_[A-Z]{2}$" },
  "article:published_time": date, "article:modified_time": date }, additionalProperties: false,
  dependentRequired: { "og:image:alt": ["og:image"], "og:image": ["og:image:alt"] } };
const ajv = new Ajv({ allErrors: false });
const holds = { graph: ajv.compile(graph), open: ajv.compile(open) };

// ---------------------------------------------------------------- the pages

function* elements(node) {
  for (const child of node.childNodes || []) {
    if (child.tagName) yield child;
    yield* elements(child);
  }
}
const attribute = (node, name) => node.attrs.find((one) => one.name === name)?.value;
const content = (node) => (node.childNodes || []).map((one) => one.value ?? content(one)).join("");

function read(file) {
  const page = { open: {}, graphs: [], problems: [] };
  for (const node of elements(parse5.parse(fs.readFileSync(file, "utf8")))) {
    const property = node.tagName === "meta" && attribute(node, "property");
    if (property && property in page.open) page.problems.push(`${property} twice`);
    if (property) page.open[property] = attribute(node, "content");
    if (node.tagName === "link" && attribute(node, "rel") === "canonical") page.canonical = attribute(node, "href");
    if (node.tagName === "h1") page.heading = content(node).replace(/\s+/g, " ").trim();
    if (node.tagName === "script" && attribute(node, "type") === "application/ld+json") {
      try {
        page.graphs.push(JSON.parse(content(node)));
      } catch (problem) {
        page.problems.push(`its JSON-LD is none: ${problem.message}`);
      }
    }
  }
  return page;
}

// Every address below the site's own leads to a file that was built.
function addresses(value, list = []) {
  if (typeof value === "string" && /^https?:/.test(value)) list.push(value);
  else if (value && typeof value === "object") Object.values(value).forEach((one) => addresses(one, list));
  return list;
}

// Control characters and the like are no part of what is compared.
const plain = (words) => words.replace(/[\u0000-\u001f\u007f\ufffd\s]+/g, " ").trim();

function look(folder, base, name) {
  const page = read(path.join(folder, name)), problems = page.problems.map((one) => `${name}: ${one}`);
  const wrong = (what) => problems.push(`${name}: ${what}`);
  if (!holds.open(page.open)) wrong(`Open Graph: ${ajv.errorsText(holds.open.errors)}`);
  if (page.open["og:url"] !== page.canonical) wrong(`og:url is ${page.open["og:url"]}, canonical ${page.canonical}`);
  if (page.graphs.length > 1) wrong("several graphs");
  const found = {};
  for (const one of page.graphs) {
    if (!holds.graph(one)) {
      wrong(`JSON-LD: ${ajv.errorsText(holds.graph.errors)}`);
      continue;
    }
    for (const thing of one["@graph"]) found[thing["@type"]] = thing;
    for (const link of addresses({ ...one, "@context": null })) {
      if (!link.startsWith(base + "/")) continue;
      const file = decodeURIComponent(link.slice(base.length + 1)).replace(/(^|\/)$/, "$1index.html");
      if (!fs.existsSync(path.join(folder, file))) wrong(`${link} is no page`);
    }
  }
  const trail = found.BreadcrumbList?.itemListElement || [];
  trail.forEach((step, i) => { if (step.position !== i + 1) wrong(`step ${i + 1} of the trail says ${step.position}`); });
  if (trail.length && trail.at(-1).item !== page.canonical) wrong(`the trail ends at ${trail.at(-1).item}`);
  if (trail.length && trail[0].item !== base + "/") wrong(`the trail begins at ${trail[0].item}`);
  const news = found.NewsArticle, profile = found.ProfilePage;
  if (news) {
    if (news.mainEntityOfPage !== page.canonical) wrong("mainEntityOfPage is another page");
    if (plain(news.headline) !== plain(page.heading)) wrong(`headline '${news.headline}', heading '${page.heading}'`);
    if (news.datePublished && news.datePublished !== page.open["article:published_time"]) wrong("two dates");
    if (news.image && news.image[0] !== page.open["og:image"]) wrong("two pictures");
    if (news.dateModified && news.dateModified < news.datePublished) wrong("modified before it was published");
  }
  if (profile && profile.mainEntity.url !== page.canonical) wrong("the profile is of another page");
  if ((page.open["og:type"] === "article") !== Boolean(news) || (page.open["og:type"] === "profile") !== Boolean(profile))
    wrong(`og:type is ${page.open["og:type"]}, JSON-LD has ${Object.keys(found)}`);
  return { problems, kinds: Object.keys(found), canonical: page.canonical, items: trail.map((step) => step.item) };
}

for (const [site, base] of [["examples/newsroom", "https://newsroom.example"], ["tests/cases/export/site", "https://desk.example"]]) {
  const folder = path.join(room, path.basename(path.dirname(site)) + path.basename(site));
  const run = spawnSync(galley, ["build", path.join(top, site), "--layout", "newsroom", "-o", folder, "--quiet"], { encoding: "utf8" });
  check(`${site}: built`, run.status === 0 ? [] : [run.stderr]);
  const pages = fs.readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".html") && name !== "404.html").sort();
  const seen = pages.map((name) => look(folder, base, name)), counts = {};
  for (const kind of seen.flatMap((one) => one.kinds)) counts[kind] = (counts[kind] || 0) + 1;
  check(`${site}: ${pages.length} pages, with ${Object.entries(counts).sort().map(([kind, count]) => `${count} ${kind}`).join(", ")}`,
    seen.flatMap((one) => one.problems));
  const canonical = new Set(seen.map((one) => one.canonical));
  check(`${site}: trails lead to pages by their canonical addresses`,
    seen.flatMap((one) => one.items.filter((item) => !canonical.has(item)).map((item) => `${item} on the way to ${one.canonical}`)));
  check(`${site}: all three are there`, Object.keys(kinds).filter((kind) => !counts[kind]).map((kind) => `no ${kind}`));
}
process.exit(failed ? 1 : 0);
