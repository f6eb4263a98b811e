#include "run/worker_slot.h"

void worker_record(struct worker *worker, uint32_t kind, const void *bytes, size_t length) {
    struct worker_slot *slot = worker->slot;
    uint32_t task = atomic_load_explicit(&slot->task, memory_order_relaxed);
    uint64_t offset = shared_allocate(&worker->writer, sizeof(struct record) + length);
    struct record *record = shared_at(worker->writer.shared, offset);
    record->task = task;
    record->kind = kind;
    record->length = length;
    if (length) memcpy(record->bytes, bytes, length);
    /* Whole before it can be found: the parent reads the list of a worker that died anywhere. */
    uint64_t last = atomic_load_explicit(&slot->last_record, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    if (last)
        ((struct record *)shared_at(worker->writer.shared, last))->next = offset;
    else
        atomic_store_explicit(&slot->first_record, offset, memory_order_release);
    atomic_store_explicit(&slot->last_record, offset, memory_order_release);
}

struct packed_diagnostic {
    uint32_t severity;
    struct place place;
    uint32_t file, message, plugin; /* lengths; the bytes follow */
};

void worker_report(struct worker *worker, const struct diagnostics *diagnostics) {
    struct buffer buffer = {0};
    for (uint32_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        struct packed_diagnostic head = {
            .severity = item->severity,
            .place = item->place,
            .file = (uint32_t)item->file.length,
            .message = (uint32_t)item->message.length,
            .plugin = (uint32_t)item->plugin.length,
        };
        buffer.length = 0;
        buffer_append(&buffer, (const char *)&head, sizeof head);
        buffer_append_text(&buffer, item->file);
        buffer_append_text(&buffer, item->message);
        buffer_append_text(&buffer, item->plugin);
        worker_record(worker, RECORD_DIAGNOSTIC, buffer.bytes, buffer.length);
    }
    buffer_free(&buffer);
}

void record_diagnostic(const struct record *record, struct diagnostics *diagnostics) {
    struct packed_diagnostic head;
    if (record->kind != RECORD_DIAGNOSTIC || record->length < sizeof head) return;
    memcpy(&head, record->bytes, sizeof head);
    const char *bytes = record->bytes + sizeof head;
    uint64_t length = record->length - sizeof head;
    if ((uint64_t)head.file + head.message + head.plugin != length) return;
    if (head.severity > SEVERITY_ERROR) return;
    diagnostics_add_item(diagnostics, (struct diagnostic){
                                          .severity = (enum severity)head.severity,
                                          .file = {bytes, head.file},
                                          .place = head.place,
                                          .message = {bytes + head.file, head.message},
                                          .plugin = {bytes + head.file + head.message, head.plugin},
                                      });
}

void records_drop(const struct shared *shared, uint64_t first, uint32_t task,
                  bool also_diagnostics) {
    for (uint64_t at = first; at;) {
        struct record *record = shared_at(shared, at);
        if (record->task == task && (also_diagnostics || record->kind != RECORD_DIAGNOSTIC))
            record->kind = RECORD_DROPPED;
        at = record->next;
    }
}

/* Begin comes before task 0. */
static uint64_t rank(const struct record *record) {
    return record->task == WORKER_BEGIN ? 0 : (uint64_t)record->task + 1;
}

/* Each slot's list is in the order of its tasks, since runs are claimed in ascending order and a
 * replacement first does what its predecessor had claimed. So this merges. */
const struct record *workers_next_record(struct workers *workers, struct record_cursor *cursor) {
    uint32_t count = workers_count(workers);
    const struct shared *shared = workers_shared(workers);
    if (!cursor->next) {
        cursor->next = memory_allocate(count * sizeof *cursor->next);
        for (uint32_t i = 0; i < count; i++)
            cursor->next[i] = atomic_load(&workers_slot(workers, i)->first_record);
    }
    const struct record *first = NULL;
    uint32_t from = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct record *record = NULL;
        while (cursor->next[i]) {
            record = shared_at(shared, cursor->next[i]);
            if (record->kind != RECORD_DROPPED) break;
            cursor->next[i] = record->next;
        }
        if (!cursor->next[i] || (first && rank(record) >= rank(first))) continue;
        first = record;
        from = i;
    }
    if (first)
        cursor->next[from] = first->next;
    else
        record_cursor_free(cursor);
    return first;
}

void record_cursor_free(struct record_cursor *cursor) {
    memory_free(cursor->next);
    *cursor = (struct record_cursor){0};
}

void workers_diagnostics(struct workers *workers, struct diagnostics *diagnostics) {
    struct record_cursor cursor = {0};
    const struct record *record;
    while ((record = workers_next_record(workers, &cursor))) record_diagnostic(record, diagnostics);
}
