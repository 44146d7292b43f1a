// The table of `tocsin run --stats`.
#pragma once

#include <string>

#include "engine/stats.hpp"

namespace tocsin::cli {

struct RunFigures {
  double seconds = 0;      ///< wall time
  double cpu_seconds = 0;  ///< of all threads
  std::uint64_t dead_letters = 0;
  std::uint64_t ignored = 0;     ///< events of undeclared types
  std::uint64_t peak_bytes = 0;  ///< largest resident memory
};

std::string stats_table(const engine::Stats& stats, const RunFigures& figures);

}  // namespace tocsin::cli
