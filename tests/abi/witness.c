/* Shows the structs of the ABI to abidiff, which looks at what exported functions take. */
#include "chx/chx_fused.h"
#include "chx/ops/convolution.h"
#include "chx/ops/pooling.h"
#include "chx/ops/reduction.h"

#define SHOW(type)                       \
    void witness_##type(const type* it); \
    void witness_##type(const type* it) { (void)it; }

SHOW(chx_plugin_desc)
SHOW(chx_host_api)
SHOW(chx_device_api)
SHOW(chx_device_info)
SHOW(chx_kernel_def)
SHOW(chx_op_def)
SHOW(chx_launch)
SHOW(chx_tensor)
SHOW(chx_plan)
SHOW(chx_program)
SHOW(chx_attrs_conv)
SHOW(chx_attrs_sum)
