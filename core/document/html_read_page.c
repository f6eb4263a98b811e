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

/* Looks through the page for its content and for what it says of itself. */
const GumboNode *html_find_content(const GumboNode *root, struct html_read *read) {
    const GumboNode *best = NULL, *body = root, *node = root;
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
        if (element->tag == GUMBO_TAG_ARTICLE) rank = 3, articles++;
        if (element->tag == GUMBO_TAG_MAIN) rank = 2;
        if (!rank && says_content(element)) rank = 1;
        if (rank > best_rank) best = child, best_rank = rank;
        if (element->tag == GUMBO_TAG_TITLE && !read->title.length)
            html_gather(child, &read->title);
        const char *rel = html_attribute(element, "rel"), *href = html_attribute(element, "href");
        if (element->tag == GUMBO_TAG_LINK && rel && href && strcasecmp(rel, "canonical") == 0 &&
            !read->canonical.length)
            buffer_append_string(&read->canonical, href);
        if (element->tag == GUMBO_TAG_META) {
            const char *name = html_attribute(element, "property");
            const char *content = html_attribute(element, "content");
            if (!name) name = html_attribute(element, "name");
            if (!name) name = html_attribute(element, "itemprop");
            if (name && content && !strpbrk(name, "\t\n") && !strpbrk(content, "\n"))
                buffer_printf(&read->meta, "%s\t%s\n", name, content);
        }
        if (depth + 1 < HTML_MOST_DEPTH) {
            node = child;
            path[++depth] = 0;
        }
    }
    /* Of several articles none is the content; what holds them is. */
    if (best_rank == 3 && articles > 1) {
        const GumboNode *parent = best->parent;
        return parent && parent->type == GUMBO_NODE_ELEMENT ? parent : body;
    }
    return best ? best : body;
}

#endif
