#!/usr/bin/env node
// galley serve in a real browser: pages reload after an edit, style sheets are exchanged without, errors lie over the
// page and go again.
//
//     tests/programs/serve_look.mjs [PICTURES]     PICTURES: a folder where screenshots go
//
// Skipped where there is no Chromium. It is driven over a pipe (--remote-debugging-pipe), one JSON message each way.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const top = process.env.TOP ?? resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const galley = process.env.GALLEY ?? join(top, "build/galley");
const pictures = process.argv[2];
let failed = false;
function check(name, good, why = "") {
    console.log(good ? `ok - ${name}` : `not ok - ${name}: ${typeof why === "string" ? why : JSON.stringify(why)}`);
    failed ||= !good;
}

const program = ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
if (!program || /libmicrohttpd +missing/.test(spawnSync(galley, ["doctor"], { encoding: "utf8" }).stdout)) {
    console.log(`skip - galley serve in a browser: ${program ? "this galley was built without libmicrohttpd" : "chromium is not installed"}`);
    process.exit(0);
}

const scratch = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), "look-"));
const site = join(scratch, "site");
const put = (name, text) => {
    mkdirSync(dirname(join(site, name)), { recursive: true });
    writeFileSync(join(site, name), text);
};
const article = (title) => `---\ntitle: ${title}\n---\n\n${"Words and more words.\n\n".repeat(60)}`;
put("galley.yaml", "title: Desk\nlayout: docs\n");
put("content/a.md", article("First"));
put("static/more.css", "h1 { color: rgb(1, 2, 3); }\n");
put("layouts/page.html", '<!doctype html><title>{{ article.title }}</title><link rel="stylesheet" href="../more.css"><h1>{{ article.title }}</h1>{{ raw(article:html()) }}');

const server = spawn(galley, ["serve", site, "--port", "0"], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, TMPDIR: scratch } });
let log = "";
server.stderr.on("data", (data) => (log += data));
const browser = spawn(program, [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars", "--window-size=1000,700",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    `--user-data-dir=${join(scratch, "profile")}`, "--remote-debugging-pipe", "about:blank",
], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const deadline = setTimeout(() => {
    console.log(`not ok - galley serve in a browser: no answer in 600 s; ${log}`);
    browser.kill("SIGKILL");
    server.kill("SIGKILL");
    process.exit(1);
}, 600_000);

let last = 0;
let rest = "";
const waiting = new Map();
browser.stdio[4].setEncoding("utf8");
browser.stdio[4].on("data", (data) => {
    const messages = (rest + data).split("\0");
    rest = messages.pop();
    for (const text of messages) {
        const message = JSON.parse(text);
        if (!message.id) continue;
        const { good, bad } = waiting.get(message.id);
        waiting.delete(message.id);
        if (message.error) bad(new Error(message.error.message));
        else good(message.result);
    }
});
let session;
function send(method, params = {}) {
    last += 1;
    browser.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId: session })}\0`);
    return new Promise((good, bad) => waiting.set(last, { good, bad }));
}
async function evaluate(expression) {
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
}
// The value, as soon as it is a true one; a page that is just being exchanged is asked again.
async function until(expression, what) {
    const end = Date.now() + 120_000;
    let value;
    while (Date.now() < end) {
        try {
            value = await evaluate(expression);
            if (value) return value;
        } catch (error) {
            value = error.message;
        }
        await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`${what} did not come: ${JSON.stringify(value)}; ${log}`);
}
async function picture(name) {
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    const { data } = await send("Page.captureScreenshot", { format: "png" });
    writeFileSync(join(pictures, `${name}.png`), Buffer.from(data, "base64"));
}
const overlay = `document.querySelector("galley-errors")?.shadowRoot.textContent.replace(/\\s+/g, " ")`;

try {
    const { targetInfos } = await send("Target.getTargets");
    const page = targetInfos.find((each) => each.type === "page");
    ({ sessionId: session } = await send("Target.attachToTarget", { targetId: page.targetId, flatten: true }));
    await send("Page.enable");
    while (!/^Serving .* at (http\S+)/m.test(log)) await new Promise((done) => setTimeout(done, 20));
    const address = log.match(/^Serving .* at (http\S+)/m)[1];

    await send("Page.navigate", { url: `${address}a/` });
    await until(`document.readyState === "complete" && document.querySelector("h1")?.textContent === "First"`, "the page");
    await evaluate(`scrollTo(0, 500); window.kept = true`);
    put("content/a.md", article("Second"));
    await until(`document.querySelector("h1")?.textContent === "Second"`, "the new page");
    check("an edit reloads the page", (await evaluate(`window.kept`)) === undefined);
    check("at the place where it was", (await until(`scrollY > 400 && scrollY`, "the place")) > 400);

    await evaluate(`window.kept = true`);
    put("static/more.css", "h1 { color: rgb(9, 8, 7); }\n");
    await until(`getComputedStyle(document.querySelector("h1")).color === "rgb(9, 8, 7)"`, "the new colour");
    await until(`document.querySelectorAll("link").length === 1`, "the end of the old style sheet");
    check("a style sheet is exchanged without reloading", await evaluate(`window.kept`));

    put("content/a.md", `---\ntitle: [x, <img src=x onerror="window.bad = true">\n---\n\nText\n`);
    const said = await until(overlay, "the overlay");
    check("an error lies over the page, with its place", /^1 errorHide.*content\/a\.md:\d+:\d+/.test(said), said);
    check("which is as it was, and was not reloaded", (await evaluate(`window.kept && document.querySelector("h1").textContent`)) === "Second");
    await picture("error");
    put("content/a.md", article("Second"));
    await until(`!document.querySelector("galley-errors")`, "the end of the error");
    check("taken back, it goes without a reload too", await evaluate(`window.kept`));
    put("content/a.md", "---\ntitle: [x\n---\n\nText\n");
    await until(overlay, "the next error");
    await send("Page.reload");
    await until(overlay, "the overlay after a reload");
    check("and is there again after a reload", true);
    await evaluate(`document.querySelector("galley-errors").shadowRoot.querySelector("button").click()`);
    check("it can be hidden", (await evaluate(`document.querySelector("galley-errors")`)) === null);
    put("layouts/page.html", "{{ <img src=x onerror='window.bad = true'> ");
    await until(overlay, "the next errors");
    await send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
    await picture("errors-dark");
    put("layouts/page.html", "<!doctype html><title>T</title><h1>{{ article.title }}</h1>");
    put("content/a.md", article("Third"));
    await until(`document.querySelector("h1")?.textContent === "Third" && !document.querySelector("galley-errors")`, "the mended page");
    check("the next good build takes it away", (await evaluate(`window.bad`)) === undefined);

    put("galley.yaml", '"<b>x</b>": 1\n');
    await until(overlay, "the error in galley.yaml");
    server.kill("SIGINT");
    await new Promise((done) => server.on("exit", done));
    const port = new URL(address).port;
    const second = spawn(galley, ["serve", site, "--port", port], { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, TMPDIR: scratch } });
    second.stderr.on("data", (data) => (log += data));
    try {
        await until(`document.documentElement.dataset.galley === "instead" && document.querySelector("li")?.textContent.includes("galley.yaml:1:1")`, "the page of errors");
        check("a page finds the next server by itself; where nothing can be built, the errors are the page",
            (await evaluate(`document.querySelector("b, galley-errors")`)) === null);
        await picture("instead");
        put("galley.yaml", "title: Desk\nlayout: docs\n");
        await until(`document.querySelector("h1")?.textContent === "Third"`, "the page");
        check("until it can", true);
    } finally {
        second.kill("SIGINT");
        await new Promise((done) => second.on("exit", done));
    }
    check("nothing of either server is left", readdirSync(scratch).every((name) => !name.startsWith("galley-serve")), readdirSync(scratch));
} catch (error) {
    check("galley serve in a browser", false, error.message);
} finally {
    clearTimeout(deadline);
    server.kill("SIGINT");
    const gone = new Promise((done) => browser.on("exit", done));
    session = undefined;
    send("Browser.close").catch(() => browser.kill());
    await gone;
    try {
        rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch {
        // A helper process of the browser may still be writing; the runner removes its TMPDIR.
    }
}
process.exit(failed ? 1 : 0);
