/* Stands before the library oneDNN at run time and says that it is one for SYCL. */

/* As in oneDNN's dnnl_common_types.h. */
typedef struct {
    int major, minor, patch;
    const char* hash;
    unsigned cpu_runtime, gpu_runtime;
} dnnl_version_t;

__attribute__((visibility("default"))) const dnnl_version_t* dnnl_version(void);

const dnnl_version_t* dnnl_version(void) {
    static const dnnl_version_t version = {3, 9, 0, "", 512, 0};
    return &version;
}
