// Partial matches of `match all` that share what they have in common: what a key holds where Program::shared_matches.
//
// A link is an event taken at a spot, together with all partial matches that waited there: an interval of the spot's
// list. What follows from it waits at another spot: a placement at the end of that spot's list. So a placement stands
// for all ways from a start to it, none of which is written out; a spot's list is emptied by moving where it begins.
// Source of the idea: Bucchi, Grez, Quintana, Riveros, Vansummeren, CORE (VLDB 2022): union and extension nodes. There
// lists are linked; here they are arrays, so that an interval of one is two numbers, and what is no longer reached is
// taken out when they have doubled.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "events/batch.hpp"
#include "events/bytes.hpp"
#include "events/symbol.hpp"
#include "matcher/shared_plan.hpp"

namespace tocsin::matcher {

class RunPool;

struct SharedLists {
  /// An event taken by a step; what the step's updates read of it stands in `values`.
  struct Taken {
    std::uint64_t order = 0;
    std::uint64_t id_hash = 0;
    events::Time time;
    std::uint32_t cause = 0xffff'ffff;  ///< a chain of one
    std::uint16_t step = 0;
  };
  struct Link {
    std::uint32_t taken = 0;
    std::uint32_t low = 0;  ///< placements [low, high) of the spot that it starts from; of a start none
    std::uint32_t high = 0;
    std::uint32_t placed = 0;  ///< in the list of the spot that its way leads to
    std::uint32_t way = 0;
  };
  struct Placement {
    std::uint64_t newest = 0;  ///< no start that leads here is newer
    std::uint32_t link = 0;
    std::uint32_t taken = 0;
    std::uint32_t from = 0;  ///< the link's spot
  };
  /// Both arrays are in order of events; low and high of links never go down.
  struct List {
    std::vector<Placement> placed;
    std::vector<Link> links;   ///< of events taken here
    std::uint32_t low = 0;     ///< placements from here on wait
    std::uint32_t fresh = 0;   ///< those from here on saw no event yet
    std::uint64_t newest = 0;  ///< no start of those that wait is newer
    bool empty() const { return low == placed.size(); }
  };
  struct Start {
    std::uint64_t order = 0;
    events::Time time;
  };

  std::vector<List> lists;  ///< by spot; the last has the links of starts
  std::vector<Taken> taken;
  std::vector<std::uint64_t> values;
  std::vector<Start> starts;  ///< from first_start on those that may still have partial matches
  std::uint32_t first_start = 0;
  std::uint32_t evicted = 0;  ///< starts that `limit memory` took since the lists were compacted
  bool lossy = false;         ///< some of the starts may have none any more
  std::uint64_t room = 0;     ///< size() at which to compact
  std::uint64_t counted_starts = 0;
  std::uint64_t counted_bytes = 0;

  std::size_t open() const { return starts.size() - first_start; }
  /// Starts before it are over.
  std::uint64_t floor() const { return open() == 0 ? ~std::uint64_t{0} : starts[first_start].order; }
  bool all_empty() const;
  /// Entries of all arrays.
  std::uint64_t size() const;
  std::uint64_t bytes(const SharedPlan& plan) const;
};

/// Links by list, those of starts last, in order: through which all ways go that end in some intervals of placements.
using SharedWays = std::vector<std::vector<std::uint32_t>>;

/// Intervals [low, high) of spots: where ways end.
struct SharedInterval {
  std::uint32_t spot = 0;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
};
SharedWays ways_to(const SharedLists& lists, const std::vector<SharedInterval>& ends);

/// Takes out all that no partial match goes through.
void compact(const SharedPlan& plan, RunPool& pool, SharedLists& lists);

/// Of one pool: by number.
class SharedPool {
 public:
  std::uint32_t make(const SharedPlan& plan);
  void free(RunPool& pool, std::uint32_t id);
  SharedLists& operator[](std::uint32_t id) { return *all_[id]; }
  const SharedLists& operator[](std::uint32_t id) const { return *all_[id]; }
  /// The lists have changed: counts what they hold now.
  void count(const SharedPlan& plan, RunPool& pool, SharedLists& lists);
  void mark_symbols(const Program& program, std::vector<std::uint64_t>& held) const;
  std::uint64_t starts() const { return starts_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::vector<std::unique_ptr<SharedLists>> all_;
  std::vector<std::uint32_t> free_;
  std::uint64_t starts_ = 0;
  std::uint64_t bytes_ = 0;
};

/// The value that update number `update` of the event's step reads.
struct SharedValue {
  events::Slot slot = 0;
  bool valid = false;
};
inline SharedValue value_of(const SharedPlan& plan, const SharedLists& lists, std::uint32_t taken, std::size_t update) {
  const std::uint64_t* words = lists.values.data() + std::size_t{taken} * plan.stride;
  return {words[plan.valid_words + update], ((words[update >> 6] >> (update & 63)) & 1) != 0};
}
/// It is a symbol, or would be.
bool reads_symbol(const Program& program, std::uint32_t step, std::size_t update);

}  // namespace tocsin::matcher
