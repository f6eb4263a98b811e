#!/usr/bin/env node
// The example in a real browser: nothing sticks out, everything can be read, nothing is fetched from elsewhere.
//
//     tests/programs/newsroom_look.mjs [FOLDER [PICTURES]]     FOLDER: a site built before; PICTURES: where screenshots go
//
// Skipped where there is no Chromium. It is driven over a pipe (--remote-debugging-pipe), one JSON message each way.
// Contrast is computed as in WCAG 2.2, 1.4.3; sizes are CSS pixels.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const top = process.env.TOP ?? resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const scratch = mkdtempSync(join(process.env.TMPDIR ?? tmpdir(), "look-"));
let failed = false;
function check(name, problems) {
    if (problems.length === 0) console.log(`ok - ${name}`);
    else {
        failed = true;
        console.log(`not ok - ${name}: ${problems.slice(0, 5).join("; ")}`);
    }
}

// An article with what is wide: long words everywhere, lists in lists, a table of many columns.
function wideArticle() {
    const word = "Donaudampfschifffahrtsgesellschaft".repeat(6);
    const lists = Array.from({ length: 30 }, (_, depth) => `${"  ".repeat(depth)}- list ${depth}`).join("\n");
    const row = (cell) => `|${` ${cell} |`.repeat(20)}`;
    return [
        `---\ntitle: ${word}\nsummary: ${word}\ndate: 2025-01-01\nauthors: [${word}]\ntopics: [${word}]\n---`, word, `## ${word}`, lists,
        `> ${word}`, [row("column"), row("---"), row("value")].join("\n"), `::: note [${word}]\n${word}\n:::`, `[${word}](https://example.org/)`,
    ].join("\n\n");
}

const program = ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
if (!program) {
    console.log("skip - the example in a browser: chromium is not installed");
    process.exit(0);
}

let site = process.argv[2];
const pictures = process.argv[3];
if (!site) {
    site = join(scratch, "site");
    const galley = process.env.GALLEY ?? join(top, "build/galley");
    const done = spawnSync(galley, ["build", join(top, "examples/newsroom"), "-o", site], { encoding: "utf8" });
    if (done.status !== 0) {
        console.log(`not ok - the example builds: status ${done.status}; ${done.stderr}`);
        process.exit(1);
    }
}

const browser = spawn(program, [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--allow-file-access-from-files", `--user-data-dir=${join(scratch, "profile")}`, "--remote-debugging-pipe", "about:blank",
], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const deadline = setTimeout(() => {
    console.log("not ok - the example in a browser: no answer in 600 s");
    browser.kill("SIGKILL");
    process.exit(1);
}, 600_000);

let last = 0;
let rest = "";
const waiting = new Map();
const requests = new Set();
browser.stdio[4].setEncoding("utf8");
browser.stdio[4].on("data", (data) => {
    const messages = (rest + data).split("\0");
    rest = messages.pop();
    for (const text of messages) {
        const message = JSON.parse(text);
        if (message.id) {
            const { good, bad } = waiting.get(message.id);
            waiting.delete(message.id);
            if (message.error) bad(new Error(message.error.message));
            else good(message.result);
        } else if (message.method === "Network.requestWillBeSent") requests.add(message.params.request.url);
    }
});
let session;
function send(method, params = {}) {
    last += 1;
    browser.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId: session })}\0`);
    return new Promise((good, bad) => waiting.set(last, { good, bad }));
}

async function open(page, { width, scheme, media = "screen" }, folder = site) {
    await send("Emulation.setEmulatedMedia", { media, features: [{ name: "prefers-color-scheme", value: scheme }] });
    await send("Emulation.setDeviceMetricsOverride", { width, height: width < 500 ? 844 : 900, deviceScaleFactor: 1, mobile: width < 500 });
    await send("Page.navigate", { url: pathToFileURL(join(folder, page)).href });
    for (const end = Date.now() + 60_000; Date.now() < end;) {
        // A page that is just being exchanged is asked again.
        const ready = await evaluate(`document.readyState === "complete" && location.href.endsWith(${JSON.stringify(page)})`).catch(() => false);
        if (ready) break;
        await new Promise((done) => setTimeout(done, 25));
    }
    await evaluate(`Promise.all([...document.images].map((image) => { image.loading = "eager"; return image.decode().catch(() => 0); }))`);
}

async function evaluate(expression) {
    const answer = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? "an error in the page");
    return answer.result.value;
}

// Runs in the page; returns what is wrong with it.
function look(width) {
    const problems = [];
    if (document.documentElement.scrollWidth > innerWidth) problems.push(`${document.documentElement.scrollWidth} px wide`);
    for (const image of document.images) if (!image.naturalWidth) problems.push(`${image.getAttribute("src")} does not show`);
    const number = (colour) => colour.match(/[\d.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = number(colour).map((part) => (part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if ((number(colour)[3] ?? 1) > 0.99) return colour;
        }
        return "rgb(255, 255, 255)";
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const element = text.parentElement;
        if (!text.data.trim() || !element.checkVisibility() || element.tagName === "SCRIPT") continue;
        const style = getComputedStyle(element);
        const [one, other] = [light(style.color), light(ground(element))];
        const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
        const what = `"${text.data.trim().slice(0, 20)}"`;
        if (contrast < 4.5) problems.push(`${what} has a contrast of ${contrast.toFixed(2)}`);
        if (parseFloat(style.fontSize) < 14) problems.push(`${what} is ${style.fontSize}`);
        const range = document.createRange();
        range.selectNodeContents(text);
        for (const box of range.getClientRects()) {
            if (!element.closest(".skip, pre, table") && (box.right > width + 1 || box.left < -1)) problems.push(`${what} sticks out`);
        }
    }
    for (const link of document.querySelectorAll("header nav a, .pages a")) {
        const box = link.getBoundingClientRect();
        if (box.height < 24) problems.push(`${link.textContent} is ${box.height} px high`);
    }
    const words = [...document.querySelectorAll("main :is(h1, h2, h3, p, img, li > div)")].filter((each) => each.checkVisibility());
    for (const one of words) for (const other of words) {
        if (one === other || one.contains(other) || other.contains(one)) continue;
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) {
            problems.push(`"${one.textContent.slice(0, 20)}" covers "${other.textContent.slice(0, 20)}"`);
        }
    }
    return problems;
}

try {
    const { targetInfos } = await send("Target.getTargets");
    const page = targetInfos.find((each) => each.type === "page");
    ({ sessionId: session } = await send("Target.attachToTarget", { targetId: page.targetId, flatten: true }));
    await send("Page.enable");
    await send("Network.enable");

    const names = readdirSync(site, { recursive: true }).map(String).filter((name) => name.endsWith(".html")).sort();
    const seen = names.filter((name) => !/[\\/]page[\\/]|^404/.test(name));
    for (const width of [390, 1280]) for (const scheme of ["light", "dark"]) {
        const problems = [];
        for (const name of seen) {
            await open(name, { width, scheme });
            problems.push(...(await evaluate(`(${look})(${width})`)).map((problem) => `${name}: ${problem}`));
            if (pictures) {
                const { data } = await send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
                mkdirSync(pictures, { recursive: true });
                writeFileSync(join(pictures, `${name.replace(/[\\/]/g, "-").replace(".html", "")}-${width}-${scheme}.png`), Buffer.from(data, "base64"));
            }
        }
        check(`${seen.length} pages at ${width} px, ${scheme}: nothing sticks out or overlaps, all can be read, all pictures show`, problems);
    }

    const wide = join(scratch, "wide");
    cpSync(join(top, "examples/newsroom/galley.yaml"), join(wide, "galley.yaml"));
    mkdirSync(join(wide, "content"));
    writeFileSync(join(wide, "content/wide.md"), wideArticle());
    const galley = process.env.GALLEY ?? join(top, "build/galley");
    const built = spawnSync(galley, ["build", wide, "-o", join(wide, "public")], { encoding: "utf8" });
    const sticking = built.status === 0 ? [] : [built.stderr];
    for (const name of readdirSync(join(wide, "public"), { recursive: true }).map(String).filter((each) => /(?<!404)\.html$/.test(each))) {
        await open(name, { width: 390, scheme: "light" }, join(wide, "public"));
        sticking.push(...(await evaluate(`(${look})(390)`)).filter((problem) => /wide$|sticks out/.test(problem)).map((problem) => `${name}: ${problem}`));
    }
    check("long words, lists in lists and a wide table make no page wider than the screen", sticking);
    requests.clear();

    await open("index.html", { width: 1280, scheme: "light" });
    await send("Input.dispatchKeyEvent", { type: "keyDown", key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 });
    await send("Input.dispatchKeyEvent", { type: "keyUp", key: "Tab", code: "Tab", windowsVirtualKeyCode: 9 });
    const skip = await evaluate(`(() => { const link = document.activeElement, box = link.getBoundingClientRect();
        return { is: link.className, top: box.top, outline: getComputedStyle(link).outlineStyle }; })()`);
    check("the first press of Tab shows the skip link", skip.is === "skip" && skip.top >= 0 && skip.outline !== "none" ? [] : [JSON.stringify(skip)]);
    await send("Input.dispatchKeyEvent", { type: "keyDown", key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" });
    await send("Input.dispatchKeyEvent", { type: "keyUp", key: "Enter", code: "Enter", windowsVirtualKeyCode: 13 });
    const focus = await evaluate(`document.activeElement.id`);
    check("it leads to the content", focus === "content" ? [] : [`the focus is on "${focus}"`]);

    const article = names.find((name) => name.startsWith("news"));
    await open(article, { width: 1280, scheme: "dark", media: "print" });
    const print = await evaluate(`(() => { const shown = (what) => [...document.querySelectorAll(what)].some((each) => each.checkVisibility());
        return { left: [".skip", "header nav", ".related", ".around"].filter(shown), text: shown(".body p"),
            paper: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color }; })()`);
    check("print leaves out what only leads elsewhere, and is black on white",
        print.left.length === 0 && print.text && print.paper === "rgb(255, 255, 255)" && print.ink === "rgb(0, 0, 0)" ? [] : [JSON.stringify(print)]);
    if (pictures) {
        const { data } = await send("Page.printToPDF", { preferCSSPageSize: true, paperWidth: 8.27, paperHeight: 11.69 });
        writeFileSync(join(pictures, "print.pdf"), Buffer.from(data, "base64"));
    }

    const inside = pathToFileURL(resolve(site)).href;
    const outside = [...requests].filter((url) => !url.startsWith(inside) && url !== "about:blank");
    check("nothing is fetched from elsewhere", requests.size > 0 ? outside.map((url) => relative(inside, url)) : ["no request was seen"]);
} catch (error) {
    check("the example in a browser", [error.message]);
} finally {
    clearTimeout(deadline);
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
