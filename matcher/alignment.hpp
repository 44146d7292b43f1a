// Where aligned windows begin and end: tumbling and sliding ones by multiples since the epoch, days of a calendar by
// its zone (semantics, section 11). Pure.
//
// Windows are [k·every, k·every + size). Panes of the greatest common divisor of both make them up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <absl/time/time.h>

#include "events/time.hpp"

namespace tocsin::matcher {

class Alignment {
 public:
  static Alignment of(events::Duration size, events::Duration every);
  /// Tumbling windows of so many whole days. The zone must be known.
  static Alignment of_days(std::int64_t days, const std::string& zone);

  events::Time pane_of(events::Time time) const;          ///< where the pane that has `time` begins
  events::Time pane_end(events::Time pane) const;         ///< where the pane that begins there ends
  events::Time first_end_after(events::Time time) const;  ///< the least end of a window that is > `time`
  events::Time next_end(events::Time end) const;          ///< of the window behind the one that ends at `end`
  events::Time start_of(events::Time end) const;          ///< of the window that ends at `end`
  events::Time last_end_of(events::Time pane) const;      ///< of the last window that has the pane; if any has it
  /// Some window has `time`: not so between sliding windows that are further apart than they are long.
  bool covers(events::Time time) const { return start_of(first_end_after(time)) <= time; }
  events::Duration size{};
  events::Duration every{};

 private:
  std::int64_t pane_ = 1;
  std::int64_t days_ = 0;  ///< 0: not by a calendar
  absl::TimeZone zone_;
};

}  // namespace tocsin::matcher
