#include "read/toml_library.h"

#include <algorithm>
#include <cstring>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/* Its code as well, not the shared library's, which would have to be loaded whenever the program
 * starts. */
#undef TOML_SHARED_LIB
#undef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

namespace {

/* The library keeps a map's members by their names; here they stand as in the source. */
struct member {
    std::string_view key;
    const toml::node *node;
    toml::source_position place;
};

struct level {
    std::vector<member> members;
    size_t next;
};

std::vector<member> members_of(const toml::node &node) {
    std::vector<member> members;
    if (const toml::array *list = node.as_array()) {
        for (const toml::node &item : *list) members.push_back({{}, &item, {}});
        return members;
    }
    for (auto &&[key, value] : *node.as_table())
        members.push_back({key.str(), &value, key.source().begin});
    std::stable_sort(members.begin(), members.end(), [](const member &a, const member &b) {
        return a.place.line != b.place.line ? a.place.line < b.place.line
                                            : a.place.column < b.place.column;
    });
    return members;
}

template <class Value> std::string written(const Value &value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

/* A scalar as an event; `text` holds what it points to. */
void read_scalar(const toml::node &node, toml_event &event, std::string &text) {
    if (const auto *string = node.as_string()) {
        event.kind = TOML_STRING, text = string->get();
    } else if (const auto *integer = node.as_integer()) {
        event.kind = TOML_INTEGER, event.integer = integer->get();
    } else if (const auto *number = node.as_floating_point()) {
        event.kind = TOML_NUMBER, event.number = number->get();
    } else if (const auto *boolean = node.as_boolean()) {
        event.kind = TOML_BOOLEAN, event.integer = boolean->get();
    } else {
        event.kind = TOML_TIME;
        if (const auto *date = node.as_date()) text = written(date->get());
        if (const auto *time = node.as_time()) text = written(time->get());
        if (const auto *both = node.as_date_time()) text = written(both->get());
    }
    event.text = text.data(), event.text_length = text.size();
}

/* A loop, not recursion: the levels that are open are in a list. */
void walk(const toml::table &root, void (*take)(void *, const toml_event *), void *context) {
    std::vector<level> levels;
    toml_event event = {};
    event.kind = TOML_MAP;
    take(context, &event);
    levels.push_back({members_of(root), 0});
    while (!levels.empty()) {
        level &top = levels.back();
        event = {};
        if (top.next == top.members.size()) {
            event.kind = TOML_CLOSE;
            take(context, &event);
            levels.pop_back();
            continue;
        }
        const member &now = top.members[top.next++];
        event.key = now.key.data(), event.key_length = now.key.size();
        std::string text;
        if (now.node->is_table() || now.node->is_array()) {
            event.kind = now.node->is_table() ? TOML_MAP : TOML_LIST;
            take(context, &event);
            levels.push_back({members_of(*now.node), 0}); /* `top` and `now` are stale from here */
        } else {
            read_scalar(*now.node, event, text);
            take(context, &event);
        }
    }
}

} // namespace

bool toml_library_read(const char *bytes, size_t length, void (*take)(void *, const toml_event *),
                       void *context, toml_problem *problem) {
    std::string what;
    *problem = {};
    try {
        walk(toml::parse(std::string_view(bytes, length)), take, context);
        return true;
    } catch (const toml::parse_error &error) {
        what = std::string(error.description());
        problem->line = error.source().begin.line, problem->column = error.source().begin.column;
    } catch (const std::exception &error) {
        what = error.what();
    }
    const size_t count = std::min(what.size(), sizeof problem->text - 1);
    std::memcpy(problem->text, what.data(), count);
    return false;
}
