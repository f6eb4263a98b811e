#include "document/foreign_names.h"

struct pair {
    const char *theirs, *ours;
};

static const struct pair types[] = {
    /* HTML */
    {"a", "link"},
    {"img", "image"},
    {"p", "paragraph"},
    {"h1", "heading[level=1]"},
    {"h2", "heading[level=2]"},
    {"h3", "heading[level=3]"},
    {"h4", "heading[level=4]"},
    {"h5", "heading[level=5]"},
    {"h6", "heading[level=6]"},
    {"em", "emph"},
    {"i", "emph"},
    {"b", "strong"},
    {"s", "strikethrough"},
    {"del", "strikethrough"},
    {"sup", "superscript"},
    {"sub", "subscript"},
    {"br", "linebreak"},
    {"hr", "thematic_break"},
    {"ul", "list[ordered=false]"},
    {"ol", "list[ordered]"},
    {"li", "item"},
    {"blockquote", "block_quote"},
    {"pre", "code_block"},
    {"tr", "table_row"},
    {"td", "table_cell"},
    {"th", "table_row[header] > table_cell"},
    {"figcaption", "caption"},
    {"dl", "definition_list"},
    {"dt", "definition_term"},
    {"dd", "definition"},
    {"div", "directive"},
    {"aside", "directive"},
    {"#text", "text"},
    /* pandoc */
    {"Header", "heading"},
    {"Para", "paragraph"},
    {"Plain", "paragraph"},
    {"Str", "text"},
    {"Space", "text"},
    {"Quoted", "text"},
    {"Strikeout", "strikethrough"},
    {"Underline", "span"},
    {"BulletList", "list[ordered=false]"},
    {"OrderedList", "list[ordered]"},
    {"DefinitionList", "definition_list"},
    {"CodeBlock", "code_block"},
    {"RawBlock", "html_block"},
    {"RawInline", "html_inline"},
    {"HorizontalRule", "thematic_break"},
    {"Note", "footnote_reference"},
    {"Div", "directive"},
    {"Pandoc", "document"},
    {"Cite", "footnote_reference"},
};

static const struct pair fields[] = {
    {"href", "url"},
    {"src", "url"},
    {"target", "url"},
    {"identifier", "id"},
    {"classes", "class"},
    {"attr", "attributes"},
    {"literal", "text"},
    {"value", "text"},
    {"language", "info"},
    {"lang", "info"},
    {"align", "alignment"},
    {"caption", "title"},
    {"nextSibling", "next"},
    {"previousSibling", "previous"},
    {"parentNode", "parent"},
    {"firstChild", "first"},
    {"lastChild", "last"},
    {"textContent", "plain"},
    {"t", "type"},
    {"tag", "type"},
    {"kind", "type"},
    {"line", "position"},
};

static struct text find(const struct pair *pairs, size_t count, struct text name) {
    for (size_t i = 0; i < count; i++)
        if (text_is(name, pairs[i].theirs)) return text_of(pairs[i].ours);
    return (struct text){NULL, 0};
}

struct text foreign_type(struct text name) {
    return find(types, sizeof types / sizeof *types, name);
}

struct text foreign_field(struct text name) {
    return find(fields, sizeof fields / sizeof *fields, name);
}
