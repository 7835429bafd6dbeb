// chainerx.h - everything that a program needs: arrays, functions, gradients, devices, plugins, optimizers.
#pragma once

#include "chainerx/array.h"
#include "chainerx/custom_op.h"
#include "chainerx/device.h"
#include "chainerx/dtype.h"
#include "chainerx/error.h"
#include "chainerx/fallback.h"
#include "chainerx/gradient.h"
#include "chainerx/io.h"
#include "chainerx/log.h"
#include "chainerx/operators.h"
#include "chainerx/ops.h"
#include "chainerx/optimizer.h"
#include "chainerx/plugin.h"
#include "chainerx/random.h"
#include "chainerx/scalar.h"
#include "chainerx/shape.h"
