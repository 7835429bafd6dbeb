"""Property tests of the Python array API standard, against array_api_strict."""
