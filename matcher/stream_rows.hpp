// Rows of stream tables as expressions ask for them: what was written before the reader, in processing order.
//
// The engine holds the rows (engine/stream_tables.hpp); code finds them by the number of the table and the slots of its
// key. Any number of threads may read while none writes.
#pragma once

#include <cstdint>
#include <limits>

#include "events/batch.hpp"
#include "rules/texts.hpp"

namespace tocsin::matcher {

/// A place in the processing order of a layer: what was written before it can be read. An event of time t and order o
/// is at {t, o}.
struct AsOf {
  events::Time time = events::kEarliest;
  std::uint64_t order = 0;

  /// Of a timer: behind all events of its time.
  static AsOf timer(events::Time time) { return {time, std::numeric_limits<std::uint64_t>::max()}; }
  auto operator<=>(const AsOf&) const = default;
};

class StreamRows {
 public:
  virtual ~StreamRows() = default;
  /// Field `field` of the row of table number `table` whose key is `key`, as it stood at `as_of`. Null: there is no
  /// row, or the field is null.
  virtual rules::Cell read(std::uint32_t table, const events::Slot* key, std::uint32_t field, AsOf as_of) const = 0;
};

}  // namespace tocsin::matcher
