#include <pthread.h>
#include <unistd.h>

static void* sleeps(void* unused) {
    sleep(5);
    return unused;
}
static void start_thread(void) {
    static int is_started;
    pthread_t thread;
    if (!is_started++) pthread_create(&thread, 0, sleeps, 0);
}
#define IN_QUERY start_thread()
#include "flawless.h"
