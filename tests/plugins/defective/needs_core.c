#include "flawless.h"
