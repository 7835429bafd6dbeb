// What an embedder's first program does: makes an array, sums it, prints the sum.
#include <iostream>

#include "chainerx/chainerx.h"

int main() {
    const chainerx::Array sum = chainerx::sum(chainerx::ones({2, 3}));
    std::cout << "sum: " << static_cast<double>(sum.item()) << "\n";
}
