// Assertions that stay on in every build: our own bugs end the process with the condition and its place on stderr.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace tocsin::events {

[[noreturn, gnu::cold, gnu::noinline]] inline void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, condition);
  std::abort();
}

}  // namespace tocsin::events

#define TOCSIN_ASSERT(condition)                       \
  (static_cast<bool>(condition) ? static_cast<void>(0) \
                                : ::tocsin::events::assertion_failed(#condition, __FILE__, __LINE__))
