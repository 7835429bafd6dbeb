/* chx_capture.h - the extension "chx.capture", version 1: calls on a stream are recorded once and launched again as a whole.
 *
 * The core asks chx_device_api.get_extension(plugin, CHX_CAPTURE, 1) for a chx_capture_api. It captures runs of kernels of a
 * Program whose kernels all have CHX_K_CAPTURE_SAFE, after the Program has run once without; it launches the capture at every
 * run in which all operands are where they were, and captures anew otherwise. Host calls are never inside.
 */
#ifndef CHX_CAPTURE_H
#define CHX_CAPTURE_H

#include "chx/chx_plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CHX_CAPTURE "chx.capture"

/* What has been captured; owned by the plugin. Refers to memory by place, and holds copies of host scalars and attributes. */
typedef struct chx_captured chx_captured;

/* All four are offered. */
typedef struct chx_capture_api {
    uint32_t struct_size, reserved;
    /* From now on kernels that are launched on the stream, with CHX_L_CAPTURING, are recorded and not run; nothing else
     * happens there until end(), other streams are not concerned. The stream is one that the core has made for this.
     * host->scratch works meanwhile: the memory stays theirs as long as the capture lives. */
    chx_status(CHX_CALL *begin)(chx_device *, chx_stream *);
    /* captured NULL: drops what was recorded, for a kernel has failed; this never fails. Else *captured becomes what was
     * recorded; if it is not NULL before, it is a capture of the same calls on other places and may be updated. On failure
     * it stays as it was, and the stream is no longer being captured either way. */
    chx_status(CHX_CALL *end)(chx_device *, chx_stream *, chx_captured **captured);
    /* Enqueues all of it on a stream, in order with what else is there; NULL: the default stream. */
    chx_status(CHX_CALL *launch)(chx_captured *, chx_stream *);
    /* After its launches have completed. */
    chx_status(CHX_CALL *destroy)(chx_captured *);
} chx_capture_api;

#ifdef __cplusplus
}
#endif
#endif
