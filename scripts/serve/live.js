// What galley serve adds to the pages that it shows: they reload when the site was built again, take a new style sheet
// in without reloading, and say what is wrong with the last build. No page in the output folder has it.
(() => {
    "use strict";
    const script = document.currentScript;
    const address = new URL(script.src);
    let build = address.search.slice(1); // the one that this page is of
    let source;
    let shown;

    const style = `
        :host { all: initial; }
        section { position: fixed; inset: auto 0 0 0; z-index: 2147483647; max-height: 70vh; overflow: auto;
            box-sizing: border-box; padding: 16px 24px; background: #fff; color: #1a1a1a; border-top: 6px solid #b3261e;
            box-shadow: 0 -4px 24px rgb(0 0 0 / 35%); font: 16px/1.5 system-ui, sans-serif; text-align: left; }
        section > div { display: flex; gap: 16px; align-items: baseline; justify-content: space-between; }
        h2 { margin: 0; font-size: 18px; }
        p { margin: 4px 0 0; color: #595959; }
        ol { margin: 12px 0 0; padding: 0; list-style: none; }
        li { padding: 8px 0; border-top: 1px solid #ddd; }
        code { display: block; font: 14px/1.5 ui-monospace, monospace; color: #b3261e; overflow-wrap: anywhere; }
        span { overflow-wrap: anywhere; }
        button { font: inherit; padding: 4px 12px; border: 1px solid #767676; border-radius: 4px; background: #fff; color: inherit; }
        @media (prefers-color-scheme: dark) {
            section { background: #1f1f1f; color: #f1f1f1; }
            p { color: #b5b5b5; }
            li { border-color: #444; }
            code { color: #ff8a80; }
            button { background: #1f1f1f; border-color: #8a8a8a; }
        }
        @media print { section { display: none; } }`;

    function element(name, text) {
        const made = document.createElement(name);
        if (text !== undefined) made.textContent = text;
        return made;
    }

    function hide() {
        shown?.remove();
        shown = undefined;
    }

    function show(state) {
        hide();
        // The page that stands in for all others says it itself; a frame leaves it to the page around it.
        if (!state.errors.length || document.documentElement.dataset.galley === "instead" || window.top !== window) return;
        shown = element("galley-errors");
        const root = shown.attachShadow({ mode: "open" });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(style);
        root.adoptedStyleSheets = [sheet];
        const section = element("section");
        section.setAttribute("role", "alert");
        const header = element("div"); // no banner: the page has its own
        const close = element("button", "Hide");
        close.type = "button";
        close.addEventListener("click", hide);
        header.append(element("h2", state.title), close);
        const list = element("ol");
        for (const error of state.errors) {
            const item = element("li");
            if (error.place) item.append(element("code", error.place));
            item.append(element("span", error.message));
            if (error.plugin) item.append(element("code", error.plugin));
            list.append(item);
        }
        section.append(header, element("p", state.note), list);
        if (state.more) section.append(element("p", state.more));
        root.append(section);
        document.body.append(shown);
    }

    // True when each of the style sheets is one that the page links to, so that all was done.
    function exchange(paths) {
        const links = [...document.querySelectorAll("link[rel~='stylesheet'][href]")];
        const of = (link) => new URL(link.href);
        const path = (link) => decodeURI(of(link).pathname);
        const ours = links.filter((link) => of(link).host === address.host && paths.includes(path(link)));
        if (!paths.every((each) => ours.some((link) => path(link) === each))) return false;
        for (const link of ours) {
            const next = link.cloneNode();
            const to = of(link);
            to.search = `?${build}`;
            next.href = to.href;
            // The old one stays until the new one is there: no flash of an unstyled page.
            next.addEventListener("load", () => link.remove());
            next.addEventListener("error", () => link.remove());
            link.after(next);
        }
        return true;
    }

    function told(state) {
        if (state.build !== build) {
            const swaps = state.styles && state.previous === build;
            build = state.build;
            if (!swaps || !exchange(state.styles)) {
                source.close();
                location.reload();
                return;
            }
        }
        show(state);
    }

    // A browser opens few connections to one server: a page that nobody sees gives its own back.
    function listen() {
        if (document.hidden) {
            source?.close();
            source = undefined;
        } else if (!source) {
            source = new EventSource(new URL("/.galley/events", address));
            source.addEventListener("message", (event) => told(JSON.parse(event.data)));
        }
    }

    document.addEventListener("visibilitychange", listen);
    window.addEventListener("pagehide", () => {
        source?.close();
        source = undefined;
    });
    window.addEventListener("pageshow", listen);
    listen();
})();
