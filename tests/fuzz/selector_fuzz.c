/* Any bytes as a selector; what compiles is matched against every node of a small document. */
#include "document/selector.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct selector_error error;
    struct selector *selector = selector_compile((struct text){(const char *)data, size}, &error);
    if (!selector) return 0;
    struct document document;
    document_open(&document, TEXT(""), 0);
    node_id last = ROOT_NODE;
    for (uint8_t type = 1; type < 40; type++) {
        node_id node = document_add(&document, type % 20 + 1);
        node_append(&document, type % 3 ? last : ROOT_NODE, node);
        if (type % 5) last = node;
    }
    struct selector_memory memory = {0};
    for (node_id node = 1; node < document.count; node++)
        selector_matches(selector, &document, node, &memory);
    selector_memory_free(&memory);
    document_free(&document);
    selector_free(selector);
    return 0;
}
