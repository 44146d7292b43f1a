# How every target of this project is built: language, warnings, sanitizers, linker, ccache, and the packages used.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(TOCSIN_CCACHE ccache)
if(TOCSIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_NOHASHDIR=1 ${TOCSIN_CCACHE})
endif()

# Floating point without contraction: the same results on every machine (docs/semantics.md).
add_compile_options(-ffp-contract=off)

find_program(TOCSIN_MOLD mold)
find_program(TOCSIN_LLD ld.lld)
if(TOCSIN_MOLD AND (CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12.1))
  add_link_options(-fuse-ld=mold)
elseif(TOCSIN_LLD)
  add_link_options(-fuse-ld=lld)
endif()

if(TOCSIN_SANITIZE)
  add_compile_options(-fsanitize=${TOCSIN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TOCSIN_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # False alarms: GCC 12 loses track of optionals through the sanitizers' checks.
    add_compile_options(-Wno-maybe-uninitialized)
  elseif(TOCSIN_SANITIZE MATCHES "undefined")
    # RapidJSON 1.1 adds to null pointers where nothing is written.
    add_compile_options(-fno-sanitize=pointer-overflow)
  endif()
endif()
if(TOCSIN_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

add_library(tocsin_warnings INTERFACE)
target_compile_options(tocsin_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms about std::string's operator+ (GCC bug 105651).
  target_compile_options(tocsin_warnings INTERFACE -Wno-restrict)
endif()
if(TOCSIN_WERROR)
  target_compile_options(tocsin_warnings INTERFACE -Werror)
endif()

find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(TBB REQUIRED)
find_package(fmt REQUIRED)
find_package(absl REQUIRED)
find_package(simdjson REQUIRED)
find_package(tl-expected REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(ZMQ REQUIRED IMPORTED_TARGET libzmq)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)

# tocsin_library(name SOURCES a.cpp … [DEPS targets])  a folder's library, included as "folder/header.hpp"
function(tocsin_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ARG_DEPS} PRIVATE tocsin_warnings)
endfunction()

# tocsin_test(name SOURCES a.cpp … [DEPS targets] [LABELS l …])  a GoogleTest program, one CTest case
function(tocsin_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} GTest::gtest_main tocsin_warnings)
  target_compile_definitions(${name} PRIVATE TOCSIN_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()

# tocsin_python_test(name SCRIPT a.py [ARGS …] [LABELS l …])  a Python program, one CTest case; it finds the built `tocsin`
# in the environment variable TOCSIN. Debian's own python3 comes first: python3-zmq belongs to it.
find_program(TOCSIN_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH)
find_program(TOCSIN_PYTHON python3 REQUIRED)
function(tocsin_python_test name)
  cmake_parse_arguments(ARG "" "SCRIPT" "ARGS;LABELS" ${ARGN})
  add_test(NAME ${name} COMMAND ${TOCSIN_PYTHON} -B ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SCRIPT} ${ARG_ARGS})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    ENVIRONMENT "TOCSIN=${PROJECT_BINARY_DIR}/cli/tocsin")
endfunction()
