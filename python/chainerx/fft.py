"""Discrete Fourier transforms: the extension ``fft`` of the array API standard, and NumPy's two-dimensional ones.

Complex arrays give complex ones of the same dtype; float64 gives complex128, all others complex64 (computed in double precision).
All are differentiable.
"""

from __future__ import annotations

from chainerx._core import _fft

fft = _fft.fft
ifft = _fft.ifft
fftn = _fft.fftn
ifftn = _fft.ifftn
fft2 = _fft.fft2
ifft2 = _fft.ifft2
rfft = _fft.rfft
irfft = _fft.irfft
rfftn = _fft.rfftn
irfftn = _fft.irfftn
rfft2 = _fft.rfft2
irfft2 = _fft.irfft2
hfft = _fft.hfft
ihfft = _fft.ihfft
fftfreq = _fft.fftfreq
rfftfreq = _fft.rfftfreq
fftshift = _fft.fftshift
ifftshift = _fft.ifftshift
