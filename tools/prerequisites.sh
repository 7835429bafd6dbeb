# Sourced by quickstart.sh and test.sh: system packages, the virtual environment, the dev build.
# shellcheck shell=bash

apt_packages=(g++ cmake ninja-build ccache pkg-config libboost-dev libfmt-dev libspdlog-dev
    nlohmann-json3-dev zlib1g-dev libhwy-dev libblis-serial-dev librandom123-dev liblapack-dev
    libkissfft-dev libgtest-dev libgmock-dev python3-dev python3-venv graphviz)

# The same file compiled for another build folder comes from the cache.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1

# Prints a command as it could be typed, then runs it.
run() {
    echo "+ $*"
    "$@"
}

install_system_packages() {
    if ! command -v dpkg-query >/dev/null; then
        echo "Not a Debian system: install the equivalents of ${apt_packages[*]}"
        return
    fi
    local missing=() as_root=() package
    for package in "${apt_packages[@]}"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q "ok installed" ||
            missing+=("$package")
    done
    [ ${#missing[@]} != 0 ] || return 0
    if [ "$(id -u)" != 0 ]; then
        if ! sudo -n true 2>/dev/null; then
            echo "Missing packages. Run this, then start again:"
            echo "    sudo apt-get install --yes --no-install-recommends ${missing[*]}"
            exit 1
        fi
        as_root=(sudo)
    fi
    run "${as_root[@]}" apt-get update
    run "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends "${missing[@]}"
}

# .venv holds what requirements-dev.txt lists; the stamp saves asking pip when nothing changed.
make_virtual_environment() {
    local stamp=.venv/requirements.sha256
    [ -x .venv/bin/python ] || run python3 -m venv .venv
    if ! sha256sum --check --status "$stamp" 2>/dev/null; then
        run .venv/bin/python -m pip install --quiet --disable-pip-version-check \
            -r requirements-dev.txt
        sha256sum requirements-dev.txt >"$stamp"
    fi
    export VIRTUAL_ENV="$PWD/.venv" PATH="$PWD/.venv/bin:$PATH"
}

# One compiler needs up to 2 GB.
parallel_jobs() {
    local memory jobs
    memory=$(awk '/^MemAvailable/ {print int($2 / 2097152)}' /proc/meminfo)
    jobs=$(nproc)
    [ "$memory" -ge "$jobs" ] || jobs=$memory
    [ "$jobs" -ge 1 ] || jobs=1
    echo "$jobs"
}

# build_preset preset [targets...]
build_preset() {
    local preset=$1 targets=()
    shift
    [ $# = 0 ] || targets=(--target "$@")
    [ "build/$preset/build.ninja" -nt CMakePresets.json ] || run cmake --preset "$preset"
    run cmake --build --preset "$preset" -j "$(parallel_jobs)" "${targets[@]}"
}
