/* A shared library that is no plugin: it does not export the query. */
__attribute__((visibility("default"))) int chx_something_else(void);

int chx_something_else(void) { return 1; }
