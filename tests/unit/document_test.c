#include "document/document.h"
#include "unit.h"

static node_id add(struct document *document, node_id parent, enum node_type type,
                   const char *text) {
    node_id id = document_add(document, type);
    if (text) node_set_text(document, id, text_of(text));
    node_append(document, parent, id);
    return id;
}

/* The tree as types and texts in brackets. */
static struct text shape(const struct document *document, node_id id, struct buffer *out) {
    out->length = 0;
    for (struct walk walk = walk_from(document, id); walk_next(&walk);) {
        const struct node *node = document_node(document, walk.id);
        if (!walk.entering) {
            buffer_append_byte(out, ')');
            continue;
        }
        if (out->length && out->bytes[out->length - 1] != '(') buffer_append_byte(out, ' ');
        buffer_append_string(out, node_type_name((enum node_type)node->type));
        if (node->text.length) {
            buffer_append_byte(out, '=');
            buffer_append_text(out, node_text(document, walk.id));
        }
        if (node_type_is_container((enum node_type)node->type)) buffer_append_byte(out, '(');
    }
    return buffer_text(out);
}

static void building_and_moving(void) {
    struct document document;
    struct buffer out = {0};
    document_open(&document, TEXT("a source"), 2);
    CHECK(document_node(&document, ROOT_NODE)->place.offset == 2);
    node_id one = add(&document, ROOT_NODE, NODE_PARAGRAPH, NULL);
    add(&document, one, NODE_TEXT, "a");
    node_id b = add(&document, one, NODE_TEXT, "b");
    node_id two = document_add(&document, NODE_HEADING);
    node_insert_before(&document, one, two);
    CHECK_TEXT(shape(&document, ROOT_NODE, &out), "document(heading() paragraph(text=a text=b))");
    node_unlink(&document, b);
    node_insert_before(&document, document_node(&document, one)->first, b);
    node_id c = document_add(&document, NODE_SOFTBREAK);
    node_insert_after(&document, b, c);
    CHECK_TEXT(shape(&document, ROOT_NODE, &out),
               "document(heading() paragraph(text=b softbreak text=a))");
    CHECK(node_is_within(&document, b, one) && !node_is_within(&document, b, two));
    document_free(&document);
    buffer_free(&out);
}

static void copies(void) {
    struct document document, other;
    struct buffer out = {0};
    document_open(&document, TEXT("text of the source"), 0);
    document_open(&other, TEXT("another"), 0);
    node_id list = add(&document, ROOT_NODE, NODE_LIST, NULL);
    node_id item = add(&document, list, NODE_ITEM, NULL);
    node_id link = add(&document, item, NODE_LINK, NULL);
    node_set_field(&document, link, FIELD_URL, TEXT("/x"));
    node_set_attribute(&document, link, TEXT("rel"), TEXT("me"));
    node_id text = add(&document, link, NODE_TEXT, NULL);
    document_node(&document, text)->text = (struct span){0, 4};
    document_node(&document, text)->place = (struct span){0, 4};
    add(&document, list, NODE_ITEM, NULL);
    node_id same = document_copy(&document, &document, list);
    node_id far = document_copy(&other, &document, list);
    CHECK_TEXT(shape(&document, same, &out), "list(item(link(text=text)) item())");
    CHECK_TEXT(shape(&other, far, &out), "list(item(link(text=text)) item())");
    CHECK(document_node(&other, far)->parent == NO_NODE);
    node_id copied = other.nodes[other.nodes[far].first].first;
    CHECK_TEXT(node_field(&other, copied, FIELD_URL), "/x");
    CHECK_TEXT(node_attribute(&other, copied, TEXT("rel")), "me");
    CHECK(other.nodes[other.nodes[copied].first].place.length == 0);
    document_free(&document);
    document_free(&other);
    buffer_free(&out);
}

static void fields(void) {
    struct document document;
    document_open(&document, (struct text){NULL, 0}, 0);
    node_id link = add(&document, ROOT_NODE, NODE_LINK, NULL);
    CHECK(node_field(&document, link, FIELD_URL).bytes == NULL);
    node_set_field(&document, link, FIELD_URL, TEXT(""));
    CHECK(node_field(&document, link, FIELD_URL).bytes != NULL);
    node_set_field(&document, link, FIELD_TITLE, TEXT("t"));
    node_set_field(&document, link, FIELD_URL, TEXT("u"));
    node_set_attribute(&document, link, TEXT("a"), TEXT("1"));
    node_set_attribute(&document, link, TEXT("b"), TEXT("2"));
    node_set_attribute(&document, link, TEXT("a"), (struct text){NULL, 0});
    CHECK_TEXT(node_field(&document, link, FIELD_URL), "u");
    CHECK_TEXT(node_field(&document, link, FIELD_TITLE), "t");
    CHECK(node_attribute(&document, link, TEXT("a")).bytes == NULL);
    CHECK_TEXT(node_attribute(&document, link, TEXT("b")), "2");
    document_free(&document);
}

static void frozen_documents_are_copied_before_they_grow(void) {
    struct document document;
    document_open(&document, TEXT("s"), 0);
    add(&document, ROOT_NODE, NODE_TEXT, "pool");
    struct document frozen = document;
    frozen.capacity = frozen.field_capacity = frozen.strings.pool_capacity = 0;
    add(&frozen, ROOT_NODE, NODE_TEXT, "more");
    CHECK(frozen.nodes != document.nodes && frozen.count == document.count + 1);
    CHECK(document.nodes[ROOT_NODE].first == document.nodes[ROOT_NODE].last);
    node_set_field(&frozen, ROOT_NODE, FIELD_ID, TEXT("x"));
    CHECK(frozen.fields != document.fields);
    document_free(&frozen);
    document_free(&document);
}

static void skipping(void) {
    struct document document;
    document_open(&document, TEXT(""), 0);
    node_id one = add(&document, ROOT_NODE, NODE_PARAGRAPH, NULL);
    add(&document, one, NODE_TEXT, "hidden");
    add(&document, ROOT_NODE, NODE_PARAGRAPH, NULL);
    int entered = 0, left = 0;
    for (struct walk walk = walk_from(&document, ROOT_NODE); walk_next(&walk);) {
        if (walk.entering)
            entered++;
        else
            left++;
        if (walk.entering && walk.id == one) walk_skip(&walk);
    }
    CHECK(entered == 3 && left == 3);
    document_free(&document);
}

static void plain_text(void) {
    struct document document;
    struct buffer out = {0};
    document_open(&document, TEXT(""), 0);
    node_id one = add(&document, ROOT_NODE, NODE_PARAGRAPH, NULL);
    add(&document, one, NODE_TEXT, "a");
    add(&document, one, NODE_SOFTBREAK, NULL);
    node_id strong = add(&document, one, NODE_STRONG, NULL);
    add(&document, strong, NODE_CODE, "b");
    add(&document, one, NODE_HTML_INLINE, "<i>");
    add(&document, one, NODE_LINEBREAK, NULL);
    add(&document, one, NODE_TEXT, "c");
    add(&document, ROOT_NODE, NODE_CODE_BLOCK, "code\n");
    node_id two = add(&document, ROOT_NODE, NODE_PARAGRAPH, NULL);
    add(&document, two, NODE_TEXT, "d");
    document_plain(&document, ROOT_NODE, &out);
    CHECK_TEXT(buffer_text(&out), "a b\nc\ncode\nd");
    document_free(&document);
    buffer_free(&out);
}

static void names(void) {
    for (int type = 1; type < NODE_TYPE_COUNT; type++)
        CHECK(node_type_of(text_of(node_type_name((enum node_type)type))) == (enum node_type)type);
    CHECK(node_type_of(TEXT("para")) == NODE_NONE);
    for (int key = 1; key < FIELD_KEY_COUNT; key++) CHECK(field_key_name((enum field_key)key));
}

int main(void) {
    RUN(building_and_moving);
    RUN(copies);
    RUN(fields);
    RUN(frozen_documents_are_copied_before_they_grow);
    RUN(skipping);
    RUN(plain_text);
    RUN(names);
    return unit_end();
}
