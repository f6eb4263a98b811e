#ifdef HAVE_LIBMICROHTTPD

#include "serve/http_library.h"

#include <dlfcn.h>

bool http_library_open(struct http_library *library, struct diagnostics *diagnostics) {
    const char *missing = NULL;
    /* It stays: what it brings along does not bear being taken out of a process again. */
    library->handle = dlopen(MICROHTTPD_FILE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
#define FIND(name)                                                                                 \
    if (library->handle && !missing &&                                                             \
        !(*(void **)&library->name = dlsym(library->handle, "MHD_" #name)))                        \
        missing = "MHD_" #name;
    HTTP_FUNCTIONS(FIND)
#undef FIND
    if (library->handle && !missing) return true;
    const char *reason = dlerror();
    diagnostics_add(diagnostics, SEVERITY_ERROR, (struct text){NULL, 0}, (struct place){0, 0},
                    "libmicrohttpd cannot be loaded (%s); install it again",
                    reason    ? reason
                    : missing ? missing
                              : MICROHTTPD_FILE);
    http_library_close(library);
    return false;
}

void http_library_close(struct http_library *library) {
    if (library->handle) dlclose(library->handle);
    *library = (struct http_library){0};
}

#endif
