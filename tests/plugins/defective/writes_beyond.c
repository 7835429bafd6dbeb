#define IN_CREATE(host, out) *(void**)((char*)(out) + sizeof(chx_device_api)) = 0
#include "flawless.h"
