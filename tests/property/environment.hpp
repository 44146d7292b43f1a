// What a run of a random test can be told from outside: TOCSIN_SEED, TOCSIN_CASES.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace tocsin::property {

/// The number in the environment variable `name`, or `otherwise`.
inline std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 0) : otherwise;
}

/// Case number i of a run has the seed `seed + i`, so that a single case can be run again.
inline std::string run_again(const std::string& test, std::uint64_t seed) {
  return "run it again: TOCSIN_SEED=" + std::to_string(seed) + " TOCSIN_CASES=1 " + test;
}

}  // namespace tocsin::property
