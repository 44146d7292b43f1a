// From the spots that complete matches end at back to the starts, and forward again in order of preference: a start's
// ways, then of what may follow the earlier event, then the left take, then what follows it. So the preferred way to an
// assignment is met first; others to the same spot with the same events are passed over.
#include <algorithm>

#include <absl/container/flat_hash_set.h>

#include "matcher/fold.hpp"
#include "matcher/shared_matches.hpp"
#include "matcher/update.hpp"

namespace tocsin::matcher {

namespace {

class Telling {
 public:
  Telling(const Program& program, RunPool& pool, KeyState& key, const SharedLists& lists, const SharedEvent& event,
          const std::vector<SharedEnd>& ends, const std::vector<std::uint32_t>& taken_by, MatchSink& sink)
      : program_(program),
        plan_(program.shared_plan),
        pool_(pool),
        key_(key),
        lists_(lists),
        event_(event),
        ends_(plan_.spots.size()),
        taken_by_(taken_by),
        sink_(sink) {
    for (const SharedEnd& end : ends) ends_[end.spot].push_back(end);
  }

  /// False: no more is to be told.
  bool from_starts(const std::vector<SharedInterval>& intervals) {
    ways_ = ways_to(lists_, intervals);
    const std::vector<SharedLists::Link>& starts = lists_.lists.back().links;
    for (const std::uint32_t number : ways_.back()) {
      enter(plan_.starts[starts[number].way], starts[number]);
      while (!frames_.empty())
        if (!go_on()) return false;
    }
    return true;
  }

  bool complete(const SpotWay& way) {
    path_.push_back({taken_by_[way.step], &way});
    const bool known = !is_new(kEndSpot, hash_with(taken_by_[way.step]));
    const bool goes_on = known || tell();
    path_.pop_back();
    return goes_on;
  }

  bool reached_limit() const { return reached_limit_; }

 private:
  struct Element {
    std::uint32_t taken = 0;
    const SpotWay* way = nullptr;
  };
  /// What waits there; the next link that may take it, and the next end.
  struct Frame {
    SpotId spot = 0;
    std::uint32_t placed = 0;
    std::size_t next = 0;
    std::uint64_t hash = 0;
  };

  std::uint64_t hash_with(std::uint32_t taken) const {
    const SharedLists::Taken& event = lists_.taken[taken];
    return fold_event(frames_.empty() ? 0 : frames_.back().hash, program_.turns[event.step].binding, event.order + 1);
  }

  bool is_new(std::uint32_t spot, std::uint64_t hash) {
    return !plan_.ambiguous || met_.insert(fold_event(hash, spot, 1)).second;
  }

  void enter(const SpotWay& way, const SharedLists::Link& link) {
    const std::uint64_t hash = hash_with(link.taken);
    if (!is_new(way.to, hash)) return;
    path_.push_back({link.taken, &way});
    const std::vector<std::uint32_t>& links = ways_[way.to];
    const auto first = std::partition_point(links.begin(), links.end(), [&](std::uint32_t number) {
      return lists_.lists[way.to].links[number].high <= link.placed;
    });
    frames_.push_back({way.to, link.placed, static_cast<std::size_t>(first - links.begin()), hash});
  }

  bool go_on() {
    Frame& frame = frames_.back();
    const std::vector<std::uint32_t>& numbers = ways_[frame.spot];
    if (frame.next < numbers.size()) {
      const SharedLists::Link& link = lists_.lists[frame.spot].links[numbers[frame.next]];
      if (link.low <= frame.placed) {
        ++frame.next;
        enter(plan_.spots[frame.spot].ways[link.way], link);
        return true;
      }
    }
    const Frame last = frame;
    for (const SharedEnd& end : ends_[last.spot])
      if (end.low <= last.placed && last.placed < end.high && !complete(*end.way)) return false;
    frames_.pop_back();
    path_.pop_back();
    return true;
  }

  void take(Run& run, const Element& element) {
    const SharedLists::Taken& taken = lists_.taken[element.taken];
    const Turn& turn = program_.turns[taken.step];
    for (std::size_t i = 0; i < turn.updates.size(); ++i) {
      const SharedValue value = value_of(plan_, lists_, element.taken, i);
      update(pool_, run, turn.updates[i], value.slot, value.valid);
    }
    run.fold = fold_event(run.fold, turn.binding, taken.id_hash);
    ++run.taken;
    if (taken.cause != kNoCause) {
      id_ = pool_.cause(taken.cause).id();  // making a node may move them all
      pool_.add_cause(run, turn.binding, pool_.cause(taken.cause).source, id_);
    }
    if (element.way->move == kNoMove) return;
    for (const RegisterId id : program_.moves[element.way->move].cleared) {
      pool_.registers(run)[id] = 0;
      RunPool::valid(run)[id >> 6] &= ~(std::uint64_t{1} << (id & 63));
    }
  }

  bool tell() {
    const PoolCounts before = pool_.counts;
    const RunId id = pool_.make();
    pool_.counts.open = before.open;
    pool_.counts.peak = before.peak;
    Run& run = pool_[id];
    run.start = lists_.taken[path_.front().taken].time;
    run.start_order = lists_.taken[path_.front().taken].order;
    for (const Element& element : path_) take(run, element);
    if (run.cause != kNoCause && program_.keeps_context) {
      const events::RowOrigin& origin = event_.batch.origins[event_.row];
      pool_.add_context(run.cause, origin.correlation_id, origin.trace_parent);
    }
    ++pool_.counts.matches;
    ++told_;
    sink_.take({.pool = pool_, .run = run, .completion = event_.head().time, .completion_order = event_.order});
    ++pool_.counts.open;
    pool_.free(id);
    reached_limit_ = program_.limit_matches && ++key_.matches >= *program_.limit_matches;
    return !reached_limit_ &&
           (program_.matching.mode != rules::Matching::Mode::up_to || told_ < program_.matching.most);
  }

  const Program& program_;
  const SharedPlan& plan_;
  RunPool& pool_;
  KeyState& key_;
  const SharedLists& lists_;
  const SharedEvent& event_;
  std::vector<std::vector<SharedEnd>> ends_;  ///< by spot
  const std::vector<std::uint32_t>& taken_by_;
  MatchSink& sink_;
  SharedWays ways_;
  std::vector<Element> path_;
  std::vector<Frame> frames_;
  absl::flat_hash_set<std::uint64_t> met_;  ///< places that were gone on from, with what was taken before
  std::string id_;
  std::uint64_t told_ = 0;
  bool reached_limit_ = false;
};

}  // namespace

bool tell_shared(const Program& program, RunPool& pool, KeyState& key, const SharedLists& lists,
                 const SharedEvent& event, const std::vector<SharedEnd>& ends,
                 const std::vector<const SpotWay*>& starts, const std::vector<std::uint32_t>& taken_by,
                 MatchSink& sink) {
  Telling telling(program, pool, key, lists, event, ends, taken_by, sink);
  std::vector<SharedInterval> intervals;
  for (const SharedEnd& end : ends) intervals.push_back({end.spot, end.low, end.high});
  bool goes_on = telling.from_starts(intervals);
  for (std::size_t i = 0; i < starts.size() && goes_on; ++i) goes_on = telling.complete(*starts[i]);
  return !telling.reached_limit();
}

}  // namespace tocsin::matcher
