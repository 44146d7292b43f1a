// What the engine takes from outside: where outputs go, and what time it is. cli/ joins these with transports.
#pragma once

#include "events/message.hpp"
#include "events/time.hpp"

namespace tocsin::engine {

/// Takes outputs in their final order (semantics, section 7), from the thread that pushes batches.
class OutputSink {
 public:
  virtual ~OutputSink() = default;
  virtual void take(const events::Message& message) = 0;
};

/// Wall time for arrival and `future`; monotonic time for silence.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual events::Time now() = 0;
  virtual events::Duration monotonic() = 0;
};

}  // namespace tocsin::engine
