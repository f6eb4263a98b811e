#include "document/writer_state.h"

#include "document/equal.h"
#include "document/markdown.h"

bool writer_fail_list(struct writer *writer, node_id node, node_id list, const char *message) {
    if (!writer->failed) writer->problem = (struct writer_problem){node, message, list};
    writer->failed = true;
    return false;
}

bool writer_fail(struct writer *writer, node_id node, const char *message) {
    return writer_fail_list(writer, node, NO_NODE, message);
}

bool writer_fail_tight(struct writer *writer, node_id node, const char *message) {
    const struct document *document = writer->document;
    node_id list = node;
    while (list && !(document_node(document, list)->type == NODE_LIST &&
                     document_node(document, list)->flags & NODE_TIGHT))
        list = document_node(document, list)->parent;
    return writer_fail_list(writer, node, list, message);
}

void writer_begin_line(struct writer *writer) {
    if (writer->in_line) return;
    buffer_append_text(writer->out, buffer_text(&writer->prefix));
    writer->prefixes += writer->prefix.length;
    writer->in_line = true;
    size_t content = writer->out->length - writer->start - writer->prefixes;
    if (writer->prefixes > PREFIX_ALLOWED && writer->prefixes / PREFIX_RATIO > content)
        writer_fail(writer, writer->root,
                    "containers nest so deep that their indentation would outweigh the text; "
                    "unwrap some");
}

void writer_end_line(struct writer *writer) {
    buffer_append_string(writer->out, writer->line_end);
    writer->in_line = false;
}

void writer_blank_line(struct writer *writer) {
    struct text prefix = buffer_text(&writer->prefix);
    while (prefix.length && prefix.bytes[prefix.length - 1] == ' ') prefix.length--;
    buffer_append_text(writer->out, prefix);
    writer->prefixes += prefix.length;
    writer_end_line(writer);
}

static struct writer writer_open(const struct document *document,
                                 const struct writer_options *options, struct text prefix,
                                 struct buffer *out) {
    struct writer writer = {.document = document,
                            .options = options,
                            .out = out,
                            .start = out->length,
                            .line_end = options->line_end ? options->line_end : "\n"};
    writer.habits = options->habits ? *options->habits : writer_habits_of(document);
    buffer_append_text(&writer.prefix, prefix);
    return writer;
}

static bool writer_close(struct writer *writer, struct writer_problem *problem) {
    bool fine = !writer->failed;
    if (!fine) writer->out->length = writer->start;
    if (problem)
        *problem = fine ? (struct writer_problem){NO_NODE, NULL, NO_NODE} : writer->problem;
    buffer_free(&writer->prefix);
    buffer_free(&writer->inlines.bytes);
    buffer_free(&writer->inlines.kinds);
    buffer_free(&writer->inlines.saved);
    memory_free(writer->inlines.marks);
    memory_free(writer->inlines.pieces);
    memory_free(writer->frames);
    memory_free(writer->labels);
    return fine;
}

static bool write_node(const struct document *document, node_id id, bool as_typed,
                       const struct writer_options *options, struct buffer *out,
                       struct writer_problem *problem) {
    struct writer writer = writer_open(document, options, TEXT(""), out);
    writer.as_typed = as_typed && options->dialect & DIALECT_SMART;
    if (node_type_is_block((enum node_type)document_node(document, id)->type)) {
        writer_blocks(&writer, id);
    } else if (writer_collect(&writer, id, CONTEXT_PARAGRAPH, NO_NODE, NO_NODE)) {
        writer.in_line = true;
        writer_put_inlines(&writer, 0, (uint32_t)writer.inlines.bytes.length);
    }
    return writer_close(&writer, problem);
}

bool markdown_write(const struct document *document, node_id id,
                    const struct writer_options *options, struct buffer *out,
                    struct writer_problem *problem) {
    return write_node(document, id, false, options, out, problem);
}

bool markdown_write_block(const struct document *document, node_id id, struct text prefix,
                          const struct writer_options *options, struct buffer *out,
                          struct writer_problem *problem) {
    struct writer writer = writer_open(document, options, prefix, out);
    writer.in_line = true;
    if (writer_blocks(&writer, id)) {
        size_t length = strlen(writer.line_end);
        if (out->length - writer.start >= length) out->length -= length;
    }
    return writer_close(&writer, problem);
}

bool markdown_write_inlines(const struct document *document, node_id first, node_id last,
                            struct text prefix, const struct writer_options *options,
                            struct buffer *out, struct writer_problem *problem) {
    struct writer writer = writer_open(document, options, prefix, out);
    node_id block = first, parent;
    while ((parent = document_node(document, block)->parent) &&
           !node_type_is_block((enum node_type)document_node(document, block)->type))
        block = parent;
    const struct node *node = document_node(document, block);
    bool one_line = node->type == NODE_HEADING && node->mark != '=' && node->mark != '-';
    writer.in_line = true;
    if (writer_collect(&writer, block, one_line ? CONTEXT_ONE_LINE : CONTEXT_PARAGRAPH, first,
                       last))
        writer_put_inlines(&writer, writer.inlines.from, writer.inlines.to);
    return writer_close(&writer, problem);
}

/* The first node that is another when what was written is read again. */
static node_id read_again(struct markdown *markdown, const struct document *document,
                          struct text written, uint64_t dialect, const char **message) {
    struct document again;
    struct diagnostics diagnostics = {0};
    document_open(&again, written, 0);
    node_id wrong = ROOT_NODE;
    *message = "it would not be read as it is written; simplify it";
    if (markdown_parse(markdown, TEXT("markdown"), dialect, &again, &diagnostics))
        wrong = document_difference(document, ROOT_NODE, &again, ROOT_NODE);
    else
        *message = "what is written passes a limit of the parser; make it simpler";
    document_free(&again);
    diagnostics_free(&diagnostics);
    return wrong;
}

bool markdown_write_verified(struct markdown *markdown, const struct document *document,
                             const struct writer_options *options, struct buffer *out,
                             struct writer_problem *problem) {
    size_t start = out->length;
    /* Straight quotes are made the same of only where their surroundings are: if not, the ones that
     * they became are written. */
    for (int as_typed = 1; as_typed >= 0; as_typed--) {
        const char *message;
        if (!write_node(document, ROOT_NODE, as_typed, options, out, problem)) {
            if (as_typed) continue;
            return false;
        }
        struct text written = TEXT("");
        if (out->length > start) written = (struct text){out->bytes + start, out->length - start};
        node_id wrong = read_again(markdown, document, written, options->dialect, &message);
        if (!wrong) return true;
        out->length = start;
        if (problem) *problem = (struct writer_problem){wrong, message, false};
        if (!(options->dialect & DIALECT_SMART)) break;
    }
    return false;
}
