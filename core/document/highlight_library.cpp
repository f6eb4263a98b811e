#include "document/highlight_library.h"

#include <boost/make_shared.hpp>
#include <exception>
#include <memory>
#include <new>
#include <string>

#include <srchilite/formatter.h>
#include <srchilite/formattermanager.h>
#include <srchilite/langdefmanager.h>
#include <srchilite/langmap.h>
#include <srchilite/regexrulefactory.h>
#include <srchilite/settings.h>
#include <srchilite/sourcehighlighter.h>

namespace {

struct given_up : std::exception {};

/* What all formatters of one run share. */
struct run {
    highlight_piece *piece;
    void *context;
    size_t left_in_line, work, most_work;
};

/* The library asks the formatter of an element to write its text. */
class element_formatter : public srchilite::Formatter {
  public:
    element_formatter(run *shared, int element) : shared_(shared), element_(element) {}

    void format(const std::string &text, const srchilite::FormatterParams *) override {
        shared_->piece(shared_->context, element_, text.data(), text.size());
        shared_->work += shared_->left_in_line;
        if (shared_->work > shared_->most_work) throw given_up();
        shared_->left_in_line -= std::min(text.size(), shared_->left_in_line);
    }

  private:
    run *shared_;
    int element_;
};

/* Made when they are first wanted, and kept: a definition takes milliseconds to read. */
srchilite::LangMap &languages() {
    static srchilite::LangMap map(srchilite::Settings::getDefaultDataDir(), "lang.map");
    return map;
}

srchilite::LangDefManager &definitions() {
    static srchilite::RegexRuleFactory rules;
    static srchilite::LangDefManager manager(&rules);
    return manager;
}

} // namespace

const char *highlight_library_folder(void) {
    static const std::string folder = srchilite::Settings::getDefaultDataDir();
    return folder.c_str();
}

enum highlight_library_result highlight_library_run(const char *language, const char *code,
                                                    size_t length, size_t most_work,
                                                    const char *const *elements, size_t count,
                                                    highlight_piece *piece, void *context) {
    srchilite::HighlightStatePtr state;
    try {
        const std::string file = languages().getMappedFileName(language);
        if (file.empty()) return LIBRARY_UNKNOWN;
        state = definitions().getHighlightState(highlight_library_folder(), file);
    } catch (const std::exception &) {
        return LIBRARY_NO_DEFINITIONS;
    }
    run shared = {piece, context, 0, 0, most_work};
    try {
        srchilite::FormatterManager formatters(boost::make_shared<element_formatter>(&shared, -1));
        for (size_t i = 0; i < count; i++)
            formatters.addFormatter(elements[i],
                                    boost::make_shared<element_formatter>(&shared, (int)i));
        srchilite::SourceHighlighter highlighter(state);
        highlighter.setFormatterManager(&formatters);
        highlighter.setOptimize(false);
        const std::string all(code, length);
        for (size_t at = 0; at < length;) {
            size_t end = all.find('\n', at);
            if (end == std::string::npos) end = length;
            shared.left_in_line = end - at;
            shared.work += 1;
            highlighter.highlightParagraph(all.substr(at, end - at));
            if (end < length) piece(context, -1, "\n", 1);
            at = end + 1;
        }
    } catch (const std::exception &) {
        /* Given up, or the expression was too complex: the rest stays plain. */
    }
    return LIBRARY_DONE;
}

enum highlight_library_result highlight_library_names(void (*name)(void *context, const char *name),
                                                      void *context) {
    try {
        languages().open();
        for (const auto &entry : languages().getLangNames()) name(context, entry.c_str());
    } catch (const std::exception &) {
        return LIBRARY_NO_DEFINITIONS;
    }
    return LIBRARY_DONE;
}
