// Watermarks: how far event time has come on each input and for the engine (semantics, section 5).
//
// An input's watermark is its largest event time minus its lateness and moves with each event. Silence, measured on the
// monotonic clock while a peer is connected, moves it on: after `lateness` to the largest event time; after `idle` the
// input is left out of the engine's smallest; when all are left out, time goes on at the clock's pace. Pure: the clock
// is a parameter.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "events/time.hpp"

namespace tocsin::engine {

using events::Duration;
using events::Time;
using InputId = std::uint32_t;

struct InputOptions {
  std::string name;
  bool live = false;  ///< a socket: silence counts, arrival time stands in, `future` is judged
  Duration lateness{0};
  Duration idle{5 * events::kSecond.ns};
  Duration hold{60 * events::kSecond.ns};  ///< how long an input that lost its peers holds the watermark
  Duration future{60 * events::kSecond.ns};
};

class Watermarks {
 public:
  InputId add(InputOptions options, Duration monotonic_now);
  const InputOptions& options(InputId input) const { return inputs_[input].options; }
  std::size_t inputs() const { return inputs_.size(); }

  /// Behind its input's watermark or the engine's: nothing may come there any more.
  bool is_late(InputId input, Time time) const { return time < inputs_[input].watermark || time < engine_; }
  /// An event that isn't late arrived.
  void event(InputId input, Time time) {
    Input& in = inputs_[input];
    if (time <= in.largest) return;
    in.largest = time;
    const Time mark = time - in.options.lateness;
    if (mark > in.watermark) in.watermark = mark;
  }
  /// Something arrived on the input: silence begins anew.
  void heard(InputId input, Duration monotonic_now);
  /// Peers connected now; losing the last one begins `hold`.
  void peers(InputId input, std::size_t count, Duration monotonic_now);
  /// Nothing will come on it any more.
  void end(InputId input);

  /// The engine's watermark as of `monotonic_now`; never goes back.
  Time update(Duration monotonic_now);
  Time engine() const { return engine_; }
  /// The watermark must be at least `time`: the reorder buffer is full, or a finite input has ended.
  void force(Time time) {
    if (time > engine_) engine_ = time;
  }
  /// The largest event time of all inputs.
  Time largest() const;
  Time watermark(InputId input) const { return inputs_[input].watermark; }
  /// The input that holds the engine's watermark back, if any.
  std::optional<InputId> holder() const;

  /// How long from `monotonic_now` until silence alone moves the watermark, or brings it past `deadline`. None: never.
  std::optional<Duration> next_change(Duration monotonic_now, Time deadline) const;

  /// Goes on from a state that was saved, with what engine() and largest() gave then.
  void restore(Time engine, Time largest) {
    force(engine);
    restored_ = largest;
  }

 private:
  struct Input {
    InputOptions options;
    Time largest = events::kEarliest;
    Time watermark = events::kEarliest;
    Duration heard{0};  ///< monotonic time of the last arrival, or since when it is connected
    Duration lost{0};   ///< monotonic time when the last peer went
    bool connected = true;
    bool ended = false;
  };
  /// Silence that counts: none while nobody is connected, until `hold` is over.
  static Duration silence(const Input& input, Duration now);
  static bool is_idle(const Input& input, Duration now);

  std::vector<Input> inputs_;
  Time engine_ = events::kEarliest;
  Time restored_ = events::kEarliest;  ///< the largest event time before the state was read
};

}  // namespace tocsin::engine
