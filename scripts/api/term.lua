return {
  name = "Term", class = "galley.Term", variable = "term", title = "Terms", kind = "object",
  what = "An author, a topic, or whatever else the site's taxonomies are of. tostring(term) is its name.",
  sample = 'return corpus:terms("topic")[1]',
  fields = { "name string as it is written most often", "slug string", "url string its page", "count integer of its articles", "taxonomy string", "articles galley.Articles", "profile table|nil what data/<taxonomy>s/<slug>.yaml says" },
}
