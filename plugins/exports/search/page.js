// The search page: what is typed is looked up in window.galleyArticles by MiniSearch; results are links.
(function () {
  const form = document.getElementById("search"), list = document.getElementById("results"), said = document.getElementById("said");
  const articles = window.galleyArticles || [], root = form.dataset.root;
  const forms = JSON.parse(form.dataset.found || '{"other":"{count}"}');
  const cases = new Intl.PluralRules(document.documentElement.lang.replace(/_/g, "-"));
  const plain = (word) => word.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const index = new MiniSearch({ fields: ["title", "summary", "names", "text"], processTerm: plain,
    searchOptions: { boost: { title: 4, summary: 2, names: 2 }, prefix: true, fuzzy: 0.15, combineWith: "AND" } });
  articles.forEach((article, number) => { article.id = number; });
  index.addAll(articles);

  function show() {
    const words = form.q.value.trim();
    const found = words ? index.search(words) : [];
    list.replaceChildren(...found.slice(0, 50).map((result) => {
      const article = articles[result.id], item = document.createElement("li"), body = document.createElement("div");
      const heading = document.createElement("h2"), link = document.createElement("a"), summary = document.createElement("p");
      if (article.date) {
        const day = document.createElement("p");
        day.className = "meta";
        day.textContent = article.date;
        item.append(day);
      }
      link.href = root + article.url.slice(1) + (article.url.endsWith("/") && location.protocol === "file:" ? "index.html" : "");
      link.textContent = article.title;
      heading.append(link);
      summary.textContent = article.summary || "";
      body.append(heading, summary);
      item.append(body);
      return item;
    }));
    said.textContent = !words ? "" : (forms[cases.select(found.length)] || forms.other).replace("{count}", found.length);
    history.replaceState(null, "", words ? "?q=" + encodeURIComponent(words) : location.pathname);
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  form.q.addEventListener("input", show);
  form.q.value = new URLSearchParams(location.search).get("q") || "";
  show();
})();
