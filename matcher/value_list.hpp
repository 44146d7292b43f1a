// Values in order of their times, and on demand in order of size: what medians and the like are read from.
//
// The sorted copy is kept once the list was asked for it a second time: what came and went since is then put in by one
// pass, or one by one where that is little, so that a window that moves by a row costs a move of memory and no sorting.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "events/batch.hpp"

namespace tocsin::matcher {

class ValueList {
 public:
  std::size_t size() const { return values_.size() - from_; }
  std::span<const events::Slot> values() const { return std::span(values_).subspan(from_); }
  /// Parallel to values(); empty where the list is kept without times.
  std::span<const std::int64_t> times() const {
    return times_.empty() ? std::span<const std::int64_t>{} : std::span(times_).subspan(from_);
  }

  /// At the end.
  void append(events::Slot value);
  /// Behind all with a time of `time` or before.
  void insert(events::Slot value, std::int64_t time);
  /// `later` lies behind, or where `timed` among these by time, of one time behind.
  void merge(const ValueList& later, bool timed);
  /// Takes the oldest off the front; it must not be empty.
  events::Slot drop_oldest();
  /// The values in rising order, ints and durations or floats, good until the list changes; `scratch` is used where the
  /// order isn't kept.
  std::span<const events::Slot> sorted(events::Type type, std::vector<events::Slot>& scratch);

  std::uint64_t bytes() const {
    return sizeof *this +
           (values_.capacity() + times_.capacity() + sorted_.capacity() + came_.capacity() + went_.capacity()) *
               sizeof(events::Slot);
  }
  std::uint64_t cut = 0;  ///< of the oldest, values that no room was left for and that haven't been dropped since

 private:
  void forget_order();
  void note(std::vector<events::Slot>& changes, events::Slot value);

  std::vector<events::Slot> values_;
  std::vector<std::int64_t> times_;
  std::size_t from_ = 0;  ///< the first that is still in it
  bool asked_ = false;    ///< for the order, at least once
  bool ordered_ = false;  ///< sorted_ holds what the list held before came_ and went_
  std::vector<events::Slot> sorted_;
  std::vector<events::Slot> came_;
  std::vector<events::Slot> went_;
};

}  // namespace tocsin::matcher
