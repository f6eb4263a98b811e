#include "document/html_read_parts.h"

#ifdef HAVE_GUMBO

#include <string.h>
#include <strings.h>

static bool says_content(const GumboElement *element) {
    static const char *const names[] = {
        "main-content", "maincontent",     "content",   "entry-content", "post-content",
        "article-body", "article-content", "post-body", "story-body",    NULL};
    const char *role = html_attribute(element, "role"), *id = html_attribute(element, "id");
    const char *class = html_attribute(element, "class");
    const char *item = html_attribute(element, "itemprop");
    if ((role && strcmp(role, "main") == 0) || (item && strcmp(item, "articleBody") == 0))
        return true;
    if (id && html_is_one_of(id, names)) return true;
    for (int i = 3; class && names[i]; i++)
        if (strstr(class, names[i])) return true;
    return false;
}

/* ---- parts that are no content ---- */

/* Words of a class or an id, between "-", "_" and blanks. */
static const char *const boilerplate[] = {"nav",
                                          "navbar",
                                          "navigation",
                                          "menu",
                                          "breadcrumb",
                                          "breadcrumbs",
                                          "cookie",
                                          "cookies",
                                          "consent",
                                          "gdpr",
                                          "share",
                                          "sharing",
                                          "social",
                                          "related",
                                          "comments",
                                          "respond",
                                          "sidebar",
                                          "footer",
                                          "masthead",
                                          "newsletter",
                                          "subscribe",
                                          "signup",
                                          "promo",
                                          "advert",
                                          "advertisement",
                                          "ads",
                                          "sponsored",
                                          "pagination",
                                          "pager",
                                          "toolbar",
                                          "popup",
                                          "modal",
                                          "recommended",
                                          "recommendations",
                                          "mostread",
                                          "trending",
                                          NULL};

static const char *boilerplate_in(const char *names) {
    static const char *const without[] = {"has", "no", "with", "without", "is", "hide", NULL};
    char word[32];
    bool skip = false;
    for (const char *at = names; *at;) {
        size_t length = strcspn(at, " \t\r\n-_");
        if (length && length < sizeof word) {
            for (size_t i = 0; i < length; i++)
                word[i] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] + 32 : at[i]);
            word[length] = '\0';
            for (int i = 0; boilerplate[i] && !skip; i++)
                if (strcmp(word, boilerplate[i]) == 0) return boilerplate[i];
        }
        at += length;
        skip = length && length < sizeof word && *at == '-' && html_is_one_of(word, without);
        if (*at) at++;
    }
    return NULL;
}

static const char *named_boilerplate(const GumboElement *element) {
    const char *class = html_attribute(element, "class"), *id = html_attribute(element, "id");
    const char *found = class ? boilerplate_in(class) : NULL;
    return found || !id ? found : boilerplate_in(id);
}

static bool is_silent(const GumboElement *element) {
    static const char *const tags[] = {"script", "style",    "noscript", "template",
                                       "head",   "textarea", "select",   "nav",
                                       "footer", "aside",    NULL};
    return element->tag_namespace != GUMBO_NAMESPACE_HTML ||
           html_is_one_of(gumbo_normalized_tagname(element->tag), tags);
}

static size_t letters_in(const char *text) {
    size_t count = 0;
    for (; *text; text++) count += !html_is_space(*text);
    return count;
}

struct sizes {
    size_t text, links; /* letters in all; of these, in links */
    bool main;          /* there is an <h1>, <article> or <main> */
};

/* `enough`: the first node, deepest first, that has so many letters outside of links and of parts
 * that are no content; NULL and the sizes of all when there is none. */
static const GumboNode *measure(const GumboNode *root, size_t enough, bool all,
                                struct sizes *sizes) {
    size_t path[HTML_MOST_DEPTH], start[HTML_MOST_DEPTH];
    const GumboNode *node = root;
    uint32_t depth = 0, link = 0;
    *sizes = (struct sizes){0};
    path[0] = start[0] = 0;
    for (;;) {
        const GumboVector *children = &node->v.element.children;
        if (path[depth] == children->length) {
            if (enough && sizes->text - sizes->links - start[depth] >= enough) return node;
            if (node->v.element.tag == GUMBO_TAG_A) link--;
            if (!depth) return NULL;
            depth--;
            node = node->parent;
            continue;
        }
        const GumboNode *child = children->data[path[depth]++];
        if (child->type == GUMBO_NODE_TEXT) {
            size_t letters = letters_in(child->v.text.text);
            sizes->text += letters;
            sizes->links += link ? letters : 0;
        }
        if (child->type != GUMBO_NODE_ELEMENT || depth + 1 == HTML_MOST_DEPTH) continue;
        const GumboElement *element = &child->v.element;
        if (element->tag == GUMBO_TAG_H1 || element->tag == GUMBO_TAG_ARTICLE ||
            element->tag == GUMBO_TAG_MAIN)
            sizes->main = true;
        if (is_silent(element) || (!all && named_boilerplate(element))) continue;
        if (element->tag == GUMBO_TAG_A) link++;
        node = child;
        path[++depth] = 0;
        start[depth] = sizes->text - sizes->links;
    }
}

const char *html_boilerplate(struct html_reader *reader, const GumboNode *node) {
    const char *name = named_boilerplate(&node->v.element);
    struct sizes sizes;
    if (!name || reader->looks == HTML_MOST_LOOKS) return NULL;
    reader->looks++;
    measure(node, 0, true, &sizes);
    return sizes.main || sizes.text * 5 > reader->page_text * 2 ? NULL : name;
}

/* What has most of the text, as narrow as can be. */
static const GumboNode *most_text(const GumboNode *body) {
    static const char *const wide[] = {"div",    "section", "td",   "body",
                                       "center", "form",    "font", NULL};
    struct sizes sizes;
    measure(body, 0, false, &sizes);
    if (sizes.text == sizes.links) return body;
    const GumboNode *found = measure(body, (sizes.text - sizes.links) * 6 / 10, false, &sizes);
    while (found && found != body &&
           !html_is_one_of(gumbo_normalized_tagname(found->v.element.tag), wide))
        found = found->parent;
    return found ? found : body;
}

/* ---- the content ---- */

static void read_meta(const GumboElement *element, struct html_read *read) {
    const char *rel = html_attribute(element, "rel"), *href = html_attribute(element, "href");
    if (element->tag == GUMBO_TAG_LINK && rel && href && strcasecmp(rel, "canonical") == 0 &&
        !read->canonical.length)
        buffer_append_string(&read->canonical, href);
    if (element->tag != GUMBO_TAG_META) return;
    const char *name = html_attribute(element, "property");
    const char *content = html_attribute(element, "content");
    if (!name) name = html_attribute(element, "name");
    if (!name) name = html_attribute(element, "itemprop");
    if (name && content && !strpbrk(name, "\t\n") && !strpbrk(content, "\n"))
        buffer_printf(&read->meta, "%s\t%s\n", name, content);
}

static bool is_within(const GumboNode *node, const GumboNode *outer) {
    for (; node && node != outer; node = node->parent)
        ;
    return node != NULL;
}

const GumboNode *html_find_content(const GumboNode *root, struct html_read *read) {
    const GumboNode *best = NULL, *body = root, *node = root, *heading = NULL, *main = NULL;
    int best_rank = 0, articles = 0;
    size_t path[HTML_MOST_DEPTH];
    uint32_t depth = 0;
    path[0] = 0;
    for (;;) {
        const GumboVector *children = &node->v.element.children;
        if (path[depth] == children->length) {
            if (!depth) break;
            depth--;
            node = node->parent;
            continue;
        }
        const GumboNode *child = children->data[path[depth]++];
        if (child->type != GUMBO_NODE_ELEMENT) continue;
        const GumboElement *element = &child->v.element;
        int rank = 0;
        if (element->tag == GUMBO_TAG_BODY) body = child;
        if (element->tag == GUMBO_TAG_MAIN) rank = 2, main = main ? main : child;
        if (element->tag == GUMBO_TAG_ARTICLE) rank = 3, articles++;
        if (element->tag == GUMBO_TAG_H1 && !heading) heading = child;
        if (!rank && says_content(element)) rank = 1;
        if (rank > best_rank) best = child, best_rank = rank;
        if (element->tag == GUMBO_TAG_TITLE && !read->title.length)
            html_gather(NULL, child, &read->title);
        read_meta(element, read);
        if (depth + 1 < HTML_MOST_DEPTH) {
            node = child;
            path[++depth] = 0;
        }
    }
    if (heading) html_gather(NULL, heading, &read->heading);
    read->guessed = !best;
    if (!best) return most_text(body);
    /* The title may stand in <main> above its one <article>. */
    if (best_rank == 3 && articles == 1 && main && heading && is_within(best, main) &&
        is_within(heading, main) && !is_within(heading, best))
        return main;
    /* Of several articles none is the content; what holds them is. */
    if (best_rank == 3 && articles > 1) {
        const GumboNode *parent = best->parent;
        return parent && parent->type == GUMBO_NODE_ELEMENT ? parent : body;
    }
    return best;
}

size_t html_page_text(const GumboNode *content) {
    struct sizes sizes;
    measure(content, 0, true, &sizes);
    return sizes.text;
}

#endif
