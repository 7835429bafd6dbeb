// The static member of a visible template is one for the whole process.
template <class T>
struct __attribute__((visibility("default"))) Counter {
    static int count;
};
template <class T>
int Counter<T>::count = 0;

extern "C" __attribute__((visibility("hidden"))) int unique_count() {
    return ++Counter<int>::count;
}
