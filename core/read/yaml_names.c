#include "read/yaml_names.h"

void yaml_names_open(struct yaml_names *names) {
    *names = (struct yaml_names){.capacity = YAML_FEW_NAMES};
    names->slots = names->few;
}

void yaml_names_free(struct yaml_names *names) {
    if (names->slots != names->few) memory_free(names->slots);
}

/* Where the name is, or where it would go. */
static struct yaml_name *find(const struct yaml_names *names, const struct strings *strings,
                              uint64_t hash, uint32_t scope, struct text name) {
    uint32_t mask = names->capacity - 1, at = (uint32_t)(hash >> 32) & mask;
    for (;; at = (at + 1) & mask) {
        struct yaml_name *slot = &names->slots[at];
        if (!slot->id || (slot->hash == hash && slot->scope == scope &&
                          text_equal(strings_text(strings, slot->name), name)))
            return slot;
    }
}

static uint64_t hash_of(uint32_t scope, struct text name) {
    return (text_hash(name) ^ scope) * 0x9E3779B97F4A7C15u;
}

static void grow(struct yaml_names *names) {
    struct yaml_name *old = names->slots;
    uint32_t count = names->capacity, mask = count * 2 - 1;
    names->slots = memory_allocate_zeroed((size_t)count * 2 * sizeof *old);
    names->capacity = count * 2;
    for (uint32_t i = 0; i < count; i++) {
        if (!old[i].id) continue;
        uint32_t at = (uint32_t)(old[i].hash >> 32) & mask;
        while (names->slots[at].id) at = (at + 1) & mask;
        names->slots[at] = old[i];
    }
    if (old != names->few) memory_free(old);
}

uint32_t *yaml_names_place(struct yaml_names *names, const struct strings *strings, uint32_t scope,
                           struct span name) {
    if (++names->count * 4 >= names->capacity * 3) grow(names);
    struct text text = strings_text(strings, name);
    uint64_t hash = hash_of(scope, text);
    struct yaml_name *slot = find(names, strings, hash, scope, text);
    if (!slot->id) *slot = (struct yaml_name){.hash = hash, .scope = scope, .name = name};
    return &slot->id;
}

uint32_t yaml_names_find(const struct yaml_names *names, const struct strings *strings,
                         uint32_t scope, struct text name) {
    return find(names, strings, hash_of(scope, name), scope, name)->id;
}
