/* files.h: listing a folder and reading files of it, on file systems that change meanwhile.
 *
 * Listing: every regular file below a folder, by path relative to it, sorted by bytes. Hidden names
 * (a leading dot) and ignored ones are left out. Symbolic links are followed; a folder that is
 * reached again below itself is an error and not entered. Names that are not UTF-8 or hold control
 * characters are errors, and left out; a link to nothing and what is no regular file are warnings.
 * A folder below the listed one that was built by Galley (OUTPUT_MARK lies in it) is not entered.
 * Files and folders that vanish while the listing runs are left out in silence.
 *
 * Ownership: a list owns its paths (NUL-terminated), freed by file_list_free. A folder is an open
 * descriptor that the caller closes.
 * Units: bytes; nanoseconds since 1970.
 */
#ifndef GALLEY_FILES_H
#define GALLEY_FILES_H

#include "base/diagnostic.h"
#include "base/memory.h"

/* The file in an output folder that says what Galley made in it, see run/output.h. */
#define OUTPUT_MARK ".galley-outputs"

enum file_kind { FILE_OTHER, FILE_ARTICLE /* .md or .markdown */ };

struct file {
    struct text path;
    uint64_t size;
    int64_t modified, changed; /* its bytes; anything about it */
    uint64_t inode, device;
    uint32_t mode;
    uint8_t kind;
};

struct file_list {
    struct arena arena;
    struct file *items;
    uint32_t count, capacity;
};

/* An open descriptor of the folder, or -1 with an error added. */
int folder_open(const char *path, struct diagnostics *diagnostics);

/* Adds to `list`, which was zeroed or filled before. Not `described`: only paths and kinds, which
 * the folders themselves know on most file systems; the rest of a file stays zero. An ignore
 * pattern without "/" is compared with each name, one with "/" with the relative path ("/data":
 * only at the top); "*", "?" and [...] as in a shell, where a "*" also takes in "/". An ignored
 * folder is not entered. False: errors were added; the list holds the rest.
 */
bool files_list(int folder, const struct text *ignored, uint32_t ignored_count, bool described,
                struct file_list *list, struct diagnostics *diagnostics);
/* Whether a pattern of these fits a file or folder: its path below the folder, and its name. */
bool file_is_ignored(const struct text *ignored, uint32_t count, const char *path,
                     const char *name);
void file_list_free(struct file_list *list);

enum file_kind file_kind_of(struct text path);
/* Whether its name says Markdown to other programs, but not here: .mdx, .mkd, .Rmd, ... */
bool file_is_other_markdown(struct text path);
struct stat;
/* Fills in what the system says of a file; not its path and kind. */
void file_describe(struct file *file, const struct stat *stat);

/* Replaces the buffer's content by the whole file's. Of a file over `most` bytes nothing is kept.
 * `file` (may be NULL) gets what the system says of the opened file, without its path. False: an
 * error was added: vanished, too large, a folder, a pipe or another thing that is no file. */
bool files_read(int folder, struct text path, uint32_t most, struct buffer *out, struct file *file,
                struct diagnostics *diagnostics);
/* The same for the file's first `most` bytes, however long it is. */
bool files_read_beginning(int folder, struct text path, uint32_t most, struct buffer *out,
                          struct diagnostics *diagnostics);

#endif
