/* A library that a manifest has to name. */
int driver_answer(void);
__attribute__((visibility("default"))) int driver_answer(void) { return 42; }
