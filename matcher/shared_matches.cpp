#include "matcher/shared_matches.hpp"

#include <algorithm>

#include "events/assert.hpp"
#include "matcher/threads.hpp"

namespace tocsin::matcher {

namespace {

using List = SharedLists::List;

constexpr std::uint32_t kNotTaken = 0xffff'ffff;

class SharedStep {
 public:
  SharedStep(const Program& program, RunPool& pool, KeyState& key, const SharedEvent& event, MatchSink& sink)
      : program_(program),
        plan_(program.shared_plan),
        pool_(pool),
        key_(key),
        event_(event),
        head_(event.head()),
        sink_(sink),
        lists_(shared_lists(program, pool, key)) {}

  void run() {
    expire();
    for (SpotId spot = 0; spot < plan_.spots.size(); ++spot)
      if (!lists_.lists[spot].empty()) judge(spot);
    if (may_start(program_, head_, event_.bits)) begin();
    if (!tell()) return shared_clear(pool_, key_);
    for (const Taking& taking : takings_) place(taking);
    start();
    if (lists_.size() > lists_.room) compact(plan_, pool_, lists_);
    shared_settle(program_, pool_, key_);
  }

 private:
  /// What waited in [low, high) of a spot goes on by a way.
  struct Taking {
    SpotId spot = 0;
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    std::uint32_t way = 0;
    std::uint64_t newest = 0;
  };

  bool fits(const FitRange& range) const {
    for (std::uint32_t i = range.begin; i < range.end; ++i)
      if (program_.fits[i].type == head_.type && event_.bits.test(program_.fits[i].bit, head_.index)) return true;
    return false;
  }

  void expire() {
    std::uint32_t& first = lists_.first_start;
    if (program_.has_within)
      for (; first < lists_.starts.size() && head_.time - lists_.starts[first].time > program_.within; ++first)
        ++pool_.counts.expired;
    floor_ = lists_.floor();
    if (lists_.open() > 0) return;
    for (List& list : lists_.lists) empty(list);
  }

  static void empty(List& list) {
    list.low = static_cast<std::uint32_t>(list.placed.size());
    list.newest = 0;
  }

  events::Duration since(const List& list, std::uint32_t i) const {
    return head_.time - lists_.taken[list.placed[i].taken].time;
  }

  /// What is over by time goes from the list's front.
  void trim(List& list, const State& state) {
    if (list.newest < floor_) return empty(list);
    while (!list.empty() && list.placed[list.low].newest < floor_) ++list.low;
    if (!state.bounded || state.most == kForever) return;
    while (!list.empty() && since(list, list.low) > state.most) {
      ++list.low;
      lists_.lossy = true;
    }
  }

  /// What came with the event before and mustn't be followed by this one.
  void end_fresh(List& list, const State& state) {
    const std::uint32_t from = std::max(list.low, list.fresh);
    if (from >= list.placed.size() || std::none_of(state.guards.begin(), state.guards.end(), [&](const Guard& guard) {
          return guard.next_only && fits(guard.fits);
        }))
      return;
    list.placed.resize(from);
    lists_.lossy = true;
  }

  void judge(SpotId spot) {
    List& list = lists_.lists[spot];
    const State& state = program_.states[plan_.spots[spot].state];
    trim(list, state);
    if (state.has_next_guard) end_fresh(list, state);
    if (list.empty()) return;
    const auto size = static_cast<std::uint32_t>(list.placed.size());
    std::uint32_t high = size;
    if (state.bounded && state.least.ns > 0) {
      const auto late = std::partition_point(list.placed.begin() + list.low, list.placed.end(),
                                             [&](const SharedLists::Placement& placed) {
                                               return head_.time - lists_.taken[placed.taken].time >= state.least;
                                             });
      high = static_cast<std::uint32_t>(late - list.placed.begin());
    }
    bool any_fits = false;
    const std::vector<SpotWay>& ways = plan_.spots[spot].ways;
    for (std::uint32_t i = 0; i < ways.size(); ++i) {
      if (!fits(program_.turns[ways[i].step].fits)) continue;
      any_fits = true;
      if (high == list.low) continue;
      if (ways[i].to == kEndSpot)
        ends_.push_back({spot, list.low, high, &ways[i]});
      else
        takings_.push_back({spot, list.low, high, i, list.newest});
    }
    if (!may_skip(state, any_fits)) {
      empty(list);
      lists_.lossy = true;
    }
    list.fresh = size;
  }

  bool may_skip(const State& state, bool any_fits) const {
    if (state.arrow == rules::Arrow::next || (state.arrow == rules::Arrow::followed_by && any_fits)) return false;
    return std::none_of(state.guards.begin(), state.guards.end(),
                        [&](const Guard& guard) { return !guard.next_only && fits(guard.fits); });
  }

  void begin() {
    for (const SpotWay& way : plan_.starts)
      if (fits(program_.turns[way.step].fits)) (way.to == kEndSpot ? start_ends_ : start_ways_).push_back(&way);
  }

  /// The event as `step` took it.
  std::uint32_t taken(std::uint16_t step) {
    if (taken_by_.empty()) taken_by_.assign(program_.turns.size(), kNotTaken);
    std::uint32_t& taken = taken_by_[step];
    if (taken != kNotTaken) return taken;
    taken = static_cast<std::uint32_t>(lists_.taken.size());
    const events::RowOrigin& origin = event_.batch.origins[event_.row];
    SharedLists::Taken& made = lists_.taken.emplace_back();
    made.order = event_.order;
    made.id_hash = origin.id_hash;
    made.time = head_.time;
    made.step = step;
    if (program_.keeps_causes)
      made.cause = pool_.make_cause(kNoCause, program_.turns[step].binding, origin.source, origin.id);
    const std::size_t first = lists_.values.size();
    lists_.values.resize(first + plan_.stride);
    std::uint64_t* const words = lists_.values.data() + first;
    const std::size_t type = events::index_of(head_.type);
    const std::vector<Update>& updates = program_.turns[step].updates;
    for (std::size_t i = 0; i < updates.size(); ++i) {
      const Update& change = updates[i];
      if (change.kind == Register::Kind::count) continue;
      const std::uint32_t field = change.by_input == kOneField
                                      ? change.field
                                      : program_.fields_by_input[change.by_input + program_.inputs[type]];
      const events::Column& column = event_.batch.tables[type].columns[field];
      if (!column.is_valid(head_.index)) continue;
      words[i >> 6] |= std::uint64_t{1} << (i & 63);
      words[plan_.valid_words + i] = column.slots[head_.index];
    }
    return taken;
  }

  /// False: `limit matches` is reached.
  bool tell() {
    if (ends_.empty() && start_ends_.empty()) return true;
    const std::size_t before = lists_.taken.size();
    for (const SharedEnd& end : ends_) taken(end.way->step);
    for (const SpotWay* way : start_ends_) taken(way->step);
    const bool goes_on = tell_shared(program_, pool_, key_, lists_, event_, ends_, start_ends_, taken_by_, sink_);
    for (std::size_t i = before; i < lists_.taken.size(); ++i) pool_.release_cause(lists_.taken[i].cause);
    lists_.taken.resize(before);
    lists_.values.resize(before * plan_.stride);
    taken_by_.clear();
    return goes_on;
  }

  void place(const Taking& taking) {
    const SpotWay& way =
        taking.spot == plan_.spots.size() ? plan_.starts[taking.way] : plan_.spots[taking.spot].ways[taking.way];
    const std::uint32_t event = taken(way.step);
    std::vector<SharedLists::Link>& links = lists_.lists[taking.spot].links;
    List& to = lists_.lists[way.to];
    to.placed.push_back({taking.newest, static_cast<std::uint32_t>(links.size()), event, taking.spot});
    to.newest = std::max(to.newest, taking.newest);
    links.push_back({event, taking.low, taking.high, static_cast<std::uint32_t>(to.placed.size() - 1), taking.way});
  }

  void start() {
    if (start_ways_.empty() && start_ends_.empty()) return;
    ++pool_.counts.starts;
    if (start_ways_.empty()) return;
    for (const SpotWay* way : start_ways_)
      place({static_cast<SpotId>(plan_.spots.size()), 0, 0, static_cast<std::uint32_t>(way - plan_.starts.data()),
             event_.order});
    lists_.starts.push_back({event_.order, head_.time});
    if (lists_.open() <= program_.limit_runs) return;
    if (lists_.lossy) compact(plan_, pool_, lists_);
    if (lists_.open() <= program_.limit_runs) return;
    ++pool_.counts.evicted;
    ++lists_.first_start;
  }

  const Program& program_;
  const SharedPlan& plan_;
  RunPool& pool_;
  KeyState& key_;
  const SharedEvent& event_;
  const events::RowHead& head_;
  MatchSink& sink_;
  SharedLists& lists_;
  std::vector<std::uint32_t> taken_by_;  ///< by step; empty: by none yet
  std::uint64_t floor_ = 0;
  std::vector<Taking> takings_;
  std::vector<SharedEnd> ends_;
  std::vector<const SpotWay*> start_ways_;
  std::vector<const SpotWay*> start_ends_;
};

}  // namespace

SharedLists& shared_lists(const Program& program, RunPool& pool, KeyState& key) {
  if (key.head == kNoRun) {
    key.head = pool.make();
    --pool.counts.open;
    pool[key.head].state = kNoState;
    pool[key.head].turns = pool.shared.make(program.shared_plan);
  }
  return pool.shared[pool[key.head].turns];
}

void shared_settle(const Program& program, RunPool& pool, KeyState& key) {
  SharedLists& lists = pool.shared[pool[key.head].turns];
  if (lists.open() == 0 || lists.all_empty()) return shared_clear(pool, key);
  Run& head = pool[key.head];
  head.start = lists.starts[lists.first_start].time;
  head.start_order = lists.starts[lists.first_start].order;
  pool.shared.count(program.shared_plan, pool, lists);
}

void shared_clear(RunPool& pool, KeyState& key) {
  if (key.head == kNoRun) return;
  pool.shared.free(pool, pool[key.head].turns);
  ++pool.counts.open;
  pool.free(key.head);
  key.head = kNoRun;
}

void shared_step(const Program& program, RunPool& pool, KeyState& key, const SharedEvent& event, MatchSink& sink) {
  if (program.limit_matches && key.matches >= *program.limit_matches) return;
  if (key.head == kNoRun && !may_start(program, event.head(), event.bits)) return;
  SharedStep(program, pool, key, event, sink).run();
}

namespace {
/// When the last of what waits there is over by the arrow's bound.
events::Time end_of(const Program& program, const SharedLists& lists, SpotId spot) {
  const List& list = lists.lists[spot];
  const State& state = program.states[program.shared_plan.spots[spot].state];
  if (list.empty() || !state.bounded || state.most == kForever) return events::kLatest;
  return plus(lists.taken[list.placed.back().taken].time, state.most);
}
}  // namespace

events::Time shared_deadline(const Program& program, const RunPool& pool, const KeyState& key) {
  if (key.head == kNoRun) return events::kLatest;
  const SharedLists& lists = pool.shared[pool[key.head].turns];
  events::Time end = program.has_within ? plus(pool[key.head].start, program.within) : events::kLatest;
  if (!program.has_bounds) return end;
  for (SpotId spot = 0; spot < program.shared_plan.spots.size(); ++spot)
    end = std::min(end, end_of(program, lists, spot));
  return end;
}

void shared_advance(const Program& program, RunPool& pool, KeyState& key, events::Time now) {
  if (shared_deadline(program, pool, key) >= now) return;
  SharedLists& lists = pool.shared[pool[key.head].turns];
  while (program.has_within && lists.open() > 0 && plus(lists.starts[lists.first_start].time, program.within) < now) {
    ++lists.first_start;
    ++pool.counts.expired;
  }
  for (SpotId spot = 0; spot < program.shared_plan.spots.size(); ++spot) {
    if (end_of(program, lists, spot) >= now) continue;
    List& list = lists.lists[spot];
    list.low = static_cast<std::uint32_t>(list.placed.size());
    list.newest = 0;
    lists.lossy = true;
  }
  shared_settle(program, pool, key);
}

void shared_evict(const Program& program, RunPool& pool, KeyState& key) {
  SharedLists& lists = pool.shared[pool[key.head].turns];
  TOCSIN_ASSERT(lists.open() > 0);
  ++lists.first_start;
  constexpr std::uint32_t kPart = 16;  // of the starts may go before what they held goes, too
  if (++lists.evicted > lists.open() / kPart) compact(program.shared_plan, pool, lists);
  shared_settle(program, pool, key);
}

}  // namespace tocsin::matcher
