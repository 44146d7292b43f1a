// `limit memory`: the engine takes starts from whichever keys have the oldest ones.
#include "events/assert.hpp"
#include "matcher/matcher.hpp"
#include "matcher/shared_matches.hpp"

namespace tocsin::matcher {

std::uint64_t oldest_start(const RunPool& pool, const KeyState& key) {
  return key.head == kNoRun ? ~std::uint64_t{0} : pool[key.head].start_order;
}

void evict_oldest(RunPool& pool, KeyState& key, Tracer* tracer) {
  TOCSIN_ASSERT(key.head != kNoRun);
  const std::uint64_t oldest = pool[key.head].start_order;
  if (tracer != nullptr) tracer->ended(oldest, Tracer::End::evicted);
  if (pool.program().shared_matches) return shared_evict(pool.program(), pool, key);
  while (key.head != kNoRun && pool[key.head].start_order == oldest) {
    const RunId id = key.head;
    key.head = pool[id].next;
    pool.free(id);
  }
}

}  // namespace tocsin::matcher
