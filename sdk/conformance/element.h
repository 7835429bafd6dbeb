// Elements of all dtypes as complex numbers in double precision, and back.
#pragma once

#include <complex>
#include <cstddef>

#include <chx/chx_fused.h>

namespace conformance {

// By CHX_TYPE_*.
std::size_t item_size(int type);
chx_dtype dtype_of(int type);
// By "f32"; -1 if there is none.
int type_named(const char* name);
bool is_inexact(int type);
bool is_complex(int type);
// The type of the same kind that references are computed in: double precision; integers and bool stay.
int wide_type(int type);
// The type of the real part of a complex type; others stay.
int real_type(int type);

std::complex<double> decode(int type, const void* element);
void encode(int type, std::complex<double> value, void* element);
// value as an element of that type would hold it.
std::complex<double> rounded(int type, std::complex<double> value);

}  // namespace conformance
