/* The thread has ended when the query returns. */
#include <pthread.h>
#include <stddef.h>

static void* work(void* unused) { return unused; }
static void start_thread(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, work, NULL) == 0) pthread_join(thread, NULL);
}
#define IN_QUERY start_thread()
#include "flawless.h"
