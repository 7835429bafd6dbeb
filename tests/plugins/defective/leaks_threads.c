/* Its threads wait for work that never comes, and nobody ends them. */
#include <pthread.h>
#include <unistd.h>

static void* waits(void* unused) {
    for (;;) pause();
    return unused;
}
static void start_thread(void) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, waits, NULL) == 0) pthread_detach(thread);
}
#define IN_OPEN start_thread()
#include "flawless.h"
