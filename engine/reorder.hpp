// The reorder buffer: events wait here, by (time, arrival), until the watermark reaches them.
//
// Batches stay alive while one of their rows waits. With nothing waiting and rows in order, they pass through
// untouched.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "events/batch.hpp"
#include "matcher/conditions.hpp"

namespace tocsin::engine {

/// An event behind the watermark, for windows that take it all the same.
struct LateEvent {
  events::Row row = 0;
  events::Time mark;        ///< the watermark when it came: where it stands in processing order
  events::Duration behind;  ///< for the dead letter, where no window takes it
  std::uint32_t input = 0;
  std::atomic<bool> taken = false;  ///< by partitions that run side by side
};

/// A batch with what was computed of it once.
struct LoadedBatch {
  explicit LoadedBatch(const events::Schema& schema) : batch(schema) {}
  events::Batch batch;
  matcher::ConditionBits bits;
  std::uint32_t waiting = 0;   ///< rows not yet processed
  std::deque<LateEvent> late;  ///< by row

  LateEvent& late_event(events::Row row);
  /// Empty, to be filled again.
  void clear() {
    batch.clear();
    late.clear();
  }
};

/// One event on its way through the rules.
struct Item {
  LoadedBatch* loaded = nullptr;
  events::Row row = 0;
  bool late = false;  ///< it is among the batch's late events
  const events::RowHead& head() const { return loaded->batch.heads[row]; }
  /// When it is processed.
  events::Time time() const { return late ? loaded->late_event(row).mark : head().time; }
};

class ReorderBuffer {
 public:
  /// `limit`: rows that may wait.
  explicit ReorderBuffer(std::size_t limit) : limit_(limit) {}

  /// Keeps `batch` alive until none of its rows waits and collect() gives it back.
  LoadedBatch& hold(std::unique_ptr<LoadedBatch> batch);
  /// A row of a batch that is held; it waits for its own time.
  void add(LoadedBatch& owner, events::Row row, bool late = false);

  /// Moves rows with time <= `watermark` to the end of `out`, in order of (time, arrival).
  void release(events::Time watermark, std::vector<Item>& out);
  /// Gives back the batches of which no row waits; items released before must not be used any more.
  void collect(std::vector<std::unique_ptr<LoadedBatch>>& spent);

  std::size_t size() const { return heap_.size(); }
  bool empty() const { return heap_.empty(); }
  bool full() const { return heap_.size() >= limit_; }
  /// Time of the oldest waiting row; there must be one.
  events::Time oldest() const { return heap_.front().time; }
  const std::vector<std::unique_ptr<LoadedBatch>>& batches() const { return batches_; }

 private:
  struct Waiting {
    events::Time time;
    std::uint64_t arrival = 0;
    Item item;
  };
  /// For a heap with the oldest in front.
  static bool later(const Waiting& a, const Waiting& b) {
    return a.time != b.time ? a.time > b.time : a.arrival > b.arrival;
  }

  std::size_t limit_;
  std::uint64_t arrivals_ = 0;
  std::vector<Waiting> heap_;
  std::vector<std::unique_ptr<LoadedBatch>> batches_;
};

}  // namespace tocsin::engine
