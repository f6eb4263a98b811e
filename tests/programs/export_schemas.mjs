#!/usr/bin/env node
// Exports that are JSON, held against schemas of what their specifications say: JSON Feed 1.1, ninjs 2.1.
import { execFileSync, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const top = process.env.TOP || path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const galley = process.env.GALLEY || path.join(top, "build/galley");
const site = path.join(top, "tests/cases/export/site");
const shared = process.env.SHARED && path.join(process.env.SHARED, "data/18f-posts");

let Ajv;
try {
  Ajv = createRequire(path.join(top, "tests/package.json"))("ajv/dist/2020.js");
} catch {
  console.log("skip - exports and their schemas: tests/node_modules/ajv is missing; npm ci in tests/");
  process.exit(0);
}
const text = { type: "string" };
const uri = { type: "string", pattern: "^[A-Za-z][A-Za-z0-9+.-]*:\\S+$" };
const date = { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)$" };
const list = (items) => ({ type: "array", items });
const closed = (properties, required = []) => ({ type: "object", properties, required, additionalProperties: false });

const author = { ...closed({ name: text, url: uri, avatar: uri }), minProperties: 1 };
const feed = closed({
  version: { const: "https://jsonfeed.org/version/1.1" }, title: text, home_page_url: uri, feed_url: uri, description: text,
  user_comment: text, next_url: uri, icon: uri, favicon: uri, authors: list(author), language: text, expired: { type: "boolean" },
  items: list({
    ...closed({
      id: { type: "string", minLength: 1 }, url: uri, external_url: uri, title: text, content_html: text, content_text: text, summary: text,
      image: uri, banner_image: uri, date_published: date, date_modified: date, authors: list(author), tags: list(text), language: text,
      attachments: list(closed({ url: uri, mime_type: text, title: text, size_in_bytes: { type: "integer" }, duration_in_seconds: { type: "number" } },
        ["url", "mime_type"])),
    }, ["id"]),
    anyOf: [{ required: ["content_html"] }, { required: ["content_text"] }],
  }),
}, ["version", "title", "items"]);

const said = (more = {}) => list(closed({ role: text, contenttype: text, value: text, ...more }, ["value"]));
const thing = (more = {}) => list(closed({ name: text, rel: text, uri, literal: text, ...more }));
const count = { type: "integer", minimum: 0 };
const news = {
  uri, type: { enum: ["text", "audio", "video", "picture", "graphic", "composite", "component"] }, representationtype: { enum: ["full", "partial"] },
  profile: text, version: text, firstcreated: date, versioncreated: date, contentcreated: date, embargoed: date, expires: date,
  pubstatus: { enum: ["usable", "withheld", "canceled"] }, urgency: { type: "integer", minimum: 1, maximum: 9 }, ednote: text, language: text,
  headlines: said(), descriptions: said(), bodies: said({ charcount: count, wordcount: count }), people: thing(), organisations: thing(),
  places: thing(), subjects: thing({ creator: text, relevance: count, confidence: count }), title: text, by: text, slugline: text, located: text,
  renditions: list(closed({ name: text, href: uri, contenttype: text, title: text, height: count, width: count, sizeinbytes: count, format: text }, ["name"])),
  altids: list(closed({ role: text, value: text })), standard: closed({ name: text, version: text, schema: uri }),
};
const ninjs = closed({ ...news, associations: list(closed({ ...news, name: text }, ["name", "uri"])) }, ["uri"]);

let failed = false;
function check(name, right, why = "") {
  failed ||= !right;
  console.log(right ? `ok - ${name}` : `not ok - ${name}: ${why}`);
}
function exported(...words) {
  return execFileSync(galley, ["export", ...words, "--quiet"], { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "ignore"] });
}
const ajv = new Ajv({ allErrors: true });
const of = { jsonfeed: ajv.compile(feed), ninjs: ajv.compile(ninjs) };
function valid(name, schema, values) {
  const wrong = values.find((value) => !of[schema](value));
  check(name, values.length > 0 && !wrong, wrong && of[schema](wrong) === false && ajv.errorsText(of[schema].errors).slice(0, 300));
}
// A validator that takes anything would be none.
check("the schemas refuse", !of.jsonfeed({ version: "https://jsonfeed.org/version/1.1", title: "x", items: [{ id: "1" }] }) && !of.ninjs({ uri: "x y" }));
const lines = (data) => data.trim().split("\n").map((line) => JSON.parse(line));
const room = ["--embargoed", "--expired", "--drafts"];
for (const content of ["full", "summary"])
  valid(`jsonfeed, ${content}`, "jsonfeed", [JSON.parse(exported("jsonfeed", "--site", site, "--option", `content=${content}`, ...room))]);
valid("ninjs", "ninjs", lines(exported("ninjs", "--site", site)));
valid("ninjs, also of what is withheld", "ninjs", lines(exported("ninjs", "--site", site, ...room)));
const withheld = lines(exported("ninjs", "--site", site, ...room)).filter((item) => item.pubstatus === "withheld");
check("ninjs: what is not published is withheld", withheld.length === 3 && withheld.some((item) => item.embargoed), JSON.stringify(withheld).slice(0, 200));
if (shared && spawnSync("test", ["-d", shared]).status === 0) {
  valid("jsonfeed of 18F's posts", "jsonfeed", [JSON.parse(exported("jsonfeed", "--site", shared, "--option", "limit=0"))]);
  valid("ninjs of 18F's posts", "ninjs", lines(exported("ninjs", "--site", shared)));
} else {
  console.log("skip - jsonfeed and ninjs of 18F's posts: the sample data is not here");
}
process.exit(failed ? 1 : 0);
