// How the command speaks: data on stdout, talk on stderr.
//
// Neither throws. Talk that nobody takes (a closed terminal, a full disk) is let go: it must not end a stream. Whether
// data got out is known by whoever flushes stdout at the end.
#pragma once

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace tocsin::cli {

/// To stderr.
template <class... Args>
void say(fmt::format_string<Args...> format, Args&&... args) {
  const std::string text = fmt::format(format, std::forward<Args>(args)...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

/// To stdout, buffered.
template <class... Args>
void put(fmt::format_string<Args...> format, Args&&... args) {
  const std::string text = fmt::format(format, std::forward<Args>(args)...);
  std::fwrite(text.data(), 1, text.size(), stdout);
}

}  // namespace tocsin::cli
