#!/usr/bin/env bash
# The module rule holds: a planted wrong include fails to compile, and a dependency that points the wrong way fails to
# configure. Uses the project's own CMake files on a project of three tiny modules.
set -u
cd "$(dirname "$0")/../.."
source tests/system/statements.sh
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT

mkdir -p "$project"/src/{base,core/feel,core/dmn,platform/db}
cp -r cmake "$project/cmake"
cat > "$project/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.25)
project(planted LANGUAGES CXX)
list(APPEND CMAKE_MODULE_PATH "${CMAKE_SOURCE_DIR}/cmake")
include(guildhall_toolchain)
include(guildhall_module)
foreach(module base core/feel core/dmn platform/db)
  add_subdirectory(src/${module})
endforeach()
guildhall_check_modules()
CMAKE
echo 'guildhall_module(base)' > "$project/src/base/CMakeLists.txt"
echo 'guildhall_module(feel DEPENDS base)' > "$project/src/core/feel/CMakeLists.txt"
echo 'guildhall_module(dmn DEPENDS base feel)' > "$project/src/core/dmn/CMakeLists.txt"
echo 'guildhall_module(db DEPENDS base)' > "$project/src/platform/db/CMakeLists.txt"
echo '#pragma once' | tee "$project"/src/{base/base.h,core/feel/feel.h,core/dmn/dmn.h,platform/db/db.h} > /dev/null
echo '#include "feel/feel.h"' > "$project/src/core/dmn/dmn.cpp"
echo '#include "base/base.h"' > "$project/src/core/feel/feel.cpp"
configure() { cmake -G Ninja -S "$project" -B "$project/build" -DGUILDHALL_TESTS=OFF > "$project/log" 2>&1; }
build() { ninja -C "$project/build" > "$project/log" 2>&1; }

configure && build
state "a module reaches the modules it names" test $? = 0

echo '#include "dmn/dmn.h"' > "$project/src/core/feel/feel.cpp"
build
state "a planted include of a module that is not named fails the build" grep -q 'dmn/dmn.h: No such file' "$project/log"
echo '#include "base/base.h"' > "$project/src/core/feel/feel.cpp"

echo 'guildhall_module(feel DEPENDS base db)' > "$project/src/core/feel/CMakeLists.txt"
configure
state "core may not depend on platform" grep -q 'Module feel (core) may not depend on db (platform)' "$project/log"

echo 'guildhall_module(feel DEPENDS base fell)' > "$project/src/core/feel/CMakeLists.txt"
configure
state "a misspelt module is named" grep -q 'names fell, which is not a module' "$project/log"
finish
