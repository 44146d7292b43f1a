// The machine's clocks, for the engine.
#pragma once

#include <chrono>

#include "engine/ports.hpp"

namespace tocsin::cli {

class SystemClock final : public engine::Clock {
 public:
  events::Time now() override {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
                .count()};
  }
  events::Duration monotonic() override {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
                .count()};
  }
};

}  // namespace tocsin::cli
