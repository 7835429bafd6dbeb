//! A device in Rust, without bindings: the structs of the ABI written down by hand, as far as this plugin needs them. It has
//! memory and copies and no kernel.
#![crate_type = "cdylib"]
#![allow(non_camel_case_types)]

use std::alloc::{alloc, dealloc, Layout};
use std::os::raw::{c_char, c_void};
use std::ptr::{addr_of_mut, null, null_mut};

type Status = i32;
const OK: Status = 0;
const E_INVALID: Status = 2;
const E_OOM: Status = 3;

/// chx_memref
#[repr(C)]
pub struct MemRef {
    base: *mut c_void,
    offset: u64,
    kind: i32,
    reserved: i32,
}

/// chx_host_api, up to set_error
#[repr(C)]
pub struct HostApi {
    struct_size: u32,
    abi_minor: u32,
    log_level: *const i32,
    log: *const c_void,
    set_error: unsafe extern "C" fn(Status, *const c_char) -> Status,
}

/// chx_device_info, up to host_accessible_kinds
#[repr(C)]
pub struct DeviceInfo {
    struct_size: u32,
    dl_device_type: i32,
    name: [u8; 64],
    uuid: [u8; 40],
    memory_kind: [u8; 32],
    memory_total: u64,
    memory_free: u64,
    caps: u64,
    alignment: u32,
    host_accessible_kinds: u32,
}

type Plugin = c_void;
type Device = c_void;
type Stream = c_void;

/// chx_device_api, up to the end of tier 0
#[repr(C)]
pub struct DeviceApi {
    struct_size: u32,
    n_kernels: u32,
    n_ops: u32,
    reserved: u32,
    kernels: *const c_void,
    ops: *const c_void,
    device_count: Option<unsafe extern "C" fn(*mut Plugin, *mut i32) -> Status>,
    device_open: Option<unsafe extern "C" fn(*mut Plugin, i32, *mut *mut Device) -> Status>,
    device_close: Option<unsafe extern "C" fn(*mut Device) -> Status>,
    device_info: Option<unsafe extern "C" fn(*mut Device, *mut DeviceInfo) -> Status>,
    alloc: Option<unsafe extern "C" fn(*mut Device, u64, u64, i32, *mut Stream, *mut MemRef) -> Status>,
    free: Option<unsafe extern "C" fn(*mut Device, *const MemRef, *mut Stream) -> Status>,
    copy: Option<unsafe extern "C" fn(*mut Device, *const MemRef, *const MemRef, u64, *mut Stream) -> Status>,
    sync: Option<unsafe extern "C" fn(*mut Device, *mut Stream) -> Status>,
}

/// chx_plugin_desc
#[repr(C)]
pub struct Desc {
    struct_size: u32,
    magic: u32,
    abi_major: u32,
    abi_minor: u32,
    abi_minor_required: u32,
    flags: u32,
    layout_hash: u64,
    name: *const c_char,
    version: *const c_char,
    vendor: *const c_char,
    build_info: *const c_char,
    kernels_for: *const c_char,
    native_stream_kind: *const c_char,
    create: unsafe extern "C" fn(*const HostApi, *const c_void, u32, *mut *mut Plugin, *mut DeviceApi) -> Status,
    destroy: unsafe extern "C" fn(*mut Plugin) -> Status,
    prepare_exit: *const c_void,
    after_fork_child: *const c_void,
    option_defs: *const c_void,
    n_option_defs: u32,
    reserved: u32,
}
unsafe impl Sync for Desc {}

static mut HOST: *const HostApi = null();
static mut DEVICE: u8 = 0;
const PAGE: usize = 4096;
// Each block is preceded by its size, which dealloc asks for.

unsafe fn error(code: Status, text: &[u8]) -> Status {
    ((*HOST).set_error)(code, text.as_ptr().cast())
}

unsafe extern "C" fn device_count(_: *mut Plugin, count: *mut i32) -> Status {
    *count = 1;
    OK
}

unsafe extern "C" fn device_open(_: *mut Plugin, index: i32, device: *mut *mut Device) -> Status {
    if index != 0 {
        return error(E_INVALID, b"rust_device: no such device; there is only index 0\0");
    }
    *device = addr_of_mut!(DEVICE).cast();
    OK
}

unsafe extern "C" fn device_close(_: *mut Device) -> Status {
    OK
}

unsafe extern "C" fn device_info(_: *mut Device, info: *mut DeviceInfo) -> Status {
    (*info).dl_device_type = 12;
    (&mut (*info).name)[..11].copy_from_slice(b"Rust device");
    (&mut (*info).memory_kind)[..11].copy_from_slice(b"rust_device");
    (*info).alignment = 64;
    OK
}

unsafe fn layout_of(bytes: u64) -> Option<Layout> {
    Layout::from_size_align(usize::try_from(bytes).ok()?.checked_add(PAGE)?, PAGE).ok()
}

unsafe extern "C" fn allocate(_: *mut Device, bytes: u64, align: u64, kind: i32, _: *mut Stream, memory: *mut MemRef) -> Status {
    if align > PAGE as u64 {
        return error(E_INVALID, b"rust_device: alignment above 4096 bytes\0");
    }
    let block = match layout_of(bytes) {
        Some(layout) => alloc(layout),
        None => null_mut(),
    };
    if block.is_null() {
        return error(E_OOM, b"rust_device: out of memory\0");
    }
    block.cast::<u64>().write(bytes);
    *memory = MemRef { base: block.add(PAGE).cast(), offset: 0, kind, reserved: 0 };
    OK
}

unsafe extern "C" fn free(_: *mut Device, memory: *const MemRef, _: *mut Stream) -> Status {
    let block = (*memory).base.cast::<u8>().sub(PAGE);
    if let Some(layout) = layout_of(block.cast::<u64>().read()) {
        dealloc(block, layout);
    }
    OK
}

unsafe extern "C" fn copy(_: *mut Device, to: *const MemRef, from: *const MemRef, bytes: u64, _: *mut Stream) -> Status {
    let source = (*from).base.cast::<u8>().add((*from).offset as usize);
    source.copy_to_nonoverlapping((*to).base.cast::<u8>().add((*to).offset as usize), bytes as usize);
    OK
}

unsafe extern "C" fn sync(_: *mut Device, _: *mut Stream) -> Status {
    OK
}

unsafe extern "C" fn create(host: *const HostApi, _: *const c_void, _: u32, plugin: *mut *mut Plugin, api: *mut DeviceApi) -> Status {
    HOST = host;
    *plugin = null_mut();
    (*api).device_count = Some(device_count);
    (*api).device_open = Some(device_open);
    (*api).device_close = Some(device_close);
    (*api).device_info = Some(device_info);
    (*api).alloc = Some(allocate);
    (*api).free = Some(free);
    (*api).copy = Some(copy);
    (*api).sync = Some(sync);
    OK
}

unsafe extern "C" fn destroy(_: *mut Plugin) -> Status {
    OK
}

static DESC: Desc = Desc {
    struct_size: std::mem::size_of::<Desc>() as u32,
    magic: 0x5058_4843,
    abi_major: 0,
    abi_minor: 1,
    abi_minor_required: 1,
    flags: 0,
    layout_hash: LAYOUT_HASH,
    name: b"rust_device\0".as_ptr() as *const c_char,
    version: b"1.0.0\0".as_ptr() as *const c_char,
    vendor: b"ChainerX tests\0".as_ptr() as *const c_char,
    build_info: b"Rust\0".as_ptr() as *const c_char,
    kernels_for: null(),
    native_stream_kind: null(),
    create,
    destroy,
    prepare_exit: null(),
    after_fork_child: null(),
    option_defs: null(),
    n_option_defs: 0,
    reserved: 0,
};

// The build writes it down from chx_plugin.h.
include!(env!("CHX_LAYOUT_HASH_FILE"));

/// The one exported symbol.
#[no_mangle]
pub extern "C" fn chx_plugin_query_v0(host_major: u32, _host_minor: u32) -> *const Desc {
    if host_major == 0 {
        &DESC
    } else {
        null()
    }
}
