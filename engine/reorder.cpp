#include "engine/reorder.hpp"

#include <algorithm>

namespace tocsin::engine {

LateEvent& LoadedBatch::late_event(events::Row row) {
  return *std::lower_bound(late.begin(), late.end(), row,
                           [](const LateEvent& event, events::Row wanted) { return event.row < wanted; });
}

LoadedBatch& ReorderBuffer::hold(std::unique_ptr<LoadedBatch> batch) {
  batches_.push_back(std::move(batch));
  return *batches_.back();
}

void ReorderBuffer::add(LoadedBatch& owner, events::Row row, bool late) {
  ++owner.waiting;
  heap_.push_back({owner.batch.heads[row].time, arrivals_++, {&owner, row, late}});
  std::push_heap(heap_.begin(), heap_.end(), later);
}

void ReorderBuffer::release(events::Time watermark, std::vector<Item>& out) {
  while (!heap_.empty() && heap_.front().time <= watermark) {
    const Item item = heap_.front().item;
    std::pop_heap(heap_.begin(), heap_.end(), later);
    heap_.pop_back();
    --item.loaded->waiting;
    out.push_back(item);
  }
}

void ReorderBuffer::collect(std::vector<std::unique_ptr<LoadedBatch>>& spent) {
  const auto done =
      std::partition(batches_.begin(), batches_.end(), [](const auto& batch) { return batch->waiting > 0; });
  std::move(done, batches_.end(), std::back_inserter(spent));
  batches_.erase(done, batches_.end());
}

}  // namespace tocsin::engine
