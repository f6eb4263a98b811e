#!/usr/bin/env node
// Every page of the example is valid HTML and keeps the accessibility rules of html-validate.
//
//     tests/programs/newsroom_valid.mjs [FOLDER]     FOLDER: a site built before, instead of building
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const top = process.env.TOP ?? resolve(dirname(fileURLToPath(import.meta.url)), "../..");
let library;
try {
    library = await import("html-validate");
} catch {
    console.log("skip - every page is valid HTML: npm's html-validate is not installed");
    process.exit(0);
}

let site = process.argv[2];
if (!site) {
    site = join(mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), "valid-")), "site");
    const galley = process.env.GALLEY ?? join(top, "build/galley");
    const done = spawnSync(galley, ["build", join(top, "examples/newsroom"), "-o", site], { encoding: "utf8" });
    if (done.status !== 0) {
        console.log(`not ok - every page is valid HTML: the build ended with status ${done.status}; ${done.stderr}`);
        process.exit(1);
    }
}

const { HtmlValidate, StaticConfigLoader } = library;
const validator = new HtmlValidate(new StaticConfigLoader({ root: true, extends: ["html-validate:standard", "html-validate:a11y"] }));
const wrong = await validator.validateString("<!doctype html><html lang=\"en\"><head><title>x</title></head><body><p><div></div></p><img src=x></body></html>");
const names = readdirSync(site, { recursive: true }).map(String).filter((name) => name.endsWith(".html")).sort();
const problems = wrong.valid ? ["the validator finds nothing wrong with a wrong page"] : [];
for (const name of names) {
    const report = await validator.validateString(readFileSync(join(site, name), "utf8"));
    for (const result of report.results) {
        for (const message of result.messages) problems.push(`${name}:${message.line}:${message.column}: ${message.message} (${message.ruleId})`);
    }
}
const good = problems.length === 0 && names.length > 10;
console.log(good ? `ok - ${names.length} pages are valid HTML` : `not ok - every page is valid HTML: ${names.length} pages; ${problems.slice(0, 5).join("; ")}`);
process.exit(good ? 0 : 1);
