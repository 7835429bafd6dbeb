/* A library that a manifest has to name. */
int helper_answer(void);
__attribute__((visibility("default"))) int helper_answer(void) { return 42; }
