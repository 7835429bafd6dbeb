// Marks the symbols that libchainerx.so exports.
#pragma once

#if defined(_WIN32)
#ifdef CHAINERX_BUILDING_CORE
#define CHAINERX_EXPORT __declspec(dllexport)
#else
#define CHAINERX_EXPORT __declspec(dllimport)
#endif
#else
#define CHAINERX_EXPORT __attribute__((visibility("default")))
#endif
