#include "matcher/shared_lists.hpp"

#include <algorithm>
#include <queue>
#include <tuple>

#include "matcher/program.hpp"
#include "matcher/run_pool.hpp"

namespace tocsin::matcher {

bool SharedLists::all_empty() const {
  return std::all_of(lists.begin(), lists.end(), [](const List& list) { return list.empty(); });
}

std::uint64_t SharedLists::size() const {
  std::uint64_t size = taken.size() + starts.size();
  for (const List& list : lists) size += list.placed.size() + list.links.size();
  return size;
}

std::uint64_t SharedLists::bytes(const SharedPlan& plan) const {
  std::uint64_t bytes = sizeof(SharedLists) + lists.size() * sizeof(List) + starts.size() * sizeof(Start) +
                        taken.size() * (sizeof(Taken) + std::uint64_t{plan.stride} * sizeof(std::uint64_t));
  for (const List& list : lists) bytes += list.placed.size() * sizeof(Placement) + list.links.size() * sizeof(Link);
  return bytes;
}

// From the latest event back: intervals of one list come in falling order, so that each placement is met once.
SharedWays ways_to(const SharedLists& lists, const std::vector<SharedInterval>& ends) {
  using Entry = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;  // event, link, list
  SharedWays ways(lists.lists.size());
  std::vector<std::uint32_t> met(lists.lists.size(), ~std::uint32_t{0});
  std::priority_queue<Entry> links;
  const std::uint64_t floor = lists.floor();
  const auto meet = [&](std::uint32_t spot, std::uint32_t low, std::uint32_t high) {
    const SharedLists::List& list = lists.lists[spot];
    for (std::uint32_t i = std::min(high, met[spot]); i-- > low;) {
      const SharedLists::Placement& placed = list.placed[i];
      if (placed.newest >= floor) links.emplace(placed.taken, placed.link, placed.from);
    }
    met[spot] = std::min(met[spot], low);
  };
  for (const SharedInterval& end : ends) meet(end.spot, end.low, end.high);
  const std::size_t starts = lists.lists.size() - 1;
  while (!links.empty()) {
    const auto [event, number, spot] = links.top();
    links.pop();
    if (spot == starts && lists.taken[event].order < floor) continue;
    ways[spot].push_back(number);
    if (spot == starts) continue;
    const SharedLists::Link& link = lists.lists[spot].links[number];
    meet(spot, link.low, link.high);
  }
  for (std::vector<std::uint32_t>& each : ways) std::sort(each.begin(), each.end());
  return ways;
}

namespace {

/// The places that are kept, and where they come to stand.
struct Kept {
  explicit Kept(std::size_t size) : before(size + 1) {}
  void keep(std::uint32_t i) { before[i + 1] = 1; }
  void add_up() {
    for (std::size_t i = 1; i < before.size(); ++i) before[i] += before[i - 1];
  }
  bool operator[](std::size_t i) const { return before[i + 1] != before[i]; }
  std::vector<std::uint32_t> before;
};

template <class T>
void take_out(std::vector<T>& all, const Kept& kept) {
  std::size_t to = 0;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (kept[i]) all[to++] = all[i];
  all.resize(to);
}

const std::vector<SpotWay>& ways_of(const SharedPlan& plan, std::size_t list) {
  return list == plan.spots.size() ? plan.starts : plan.spots[list].ways;
}

}  // namespace

void compact(const SharedPlan& plan, RunPool& pool, SharedLists& lists) {
  std::vector<SharedInterval> waiting;
  for (std::uint32_t spot = 0; spot < plan.spots.size(); ++spot)
    waiting.push_back({spot, lists.lists[spot].low, static_cast<std::uint32_t>(lists.lists[spot].placed.size())});
  const SharedWays ways = ways_to(lists, waiting);
  Kept taken(lists.taken.size());
  std::vector<Kept> placed;
  std::vector<Kept> links;
  for (const SharedLists::List& list : lists.lists) {
    placed.emplace_back(list.placed.size());
    links.emplace_back(list.links.size());
  }
  for (std::size_t from = 0; from < ways.size(); ++from)
    for (const std::uint32_t number : ways[from]) {
      const SharedLists::Link& link = lists.lists[from].links[number];
      links[from].keep(number);
      taken.keep(link.taken);
      placed[ways_of(plan, from)[link.way].to].keep(link.placed);
    }
  taken.add_up();
  for (Kept& each : placed) each.add_up();
  for (Kept& each : links) each.add_up();

  std::vector<SharedLists::Start> starts;
  for (const std::uint32_t number : ways.back()) {
    const SharedLists::Taken& first = lists.taken[lists.lists.back().links[number].taken];
    if (starts.empty() || starts.back().order != first.order) starts.push_back({first.order, first.time});
  }
  for (std::size_t i = 0; i < lists.lists.size(); ++i) {
    SharedLists::List& list = lists.lists[i];
    take_out(list.placed, placed[i]);
    take_out(list.links, links[i]);
    list.low = placed[i].before[list.low];
    list.fresh = placed[i].before[list.fresh];
    for (SharedLists::Placement& each : list.placed) {
      each.link = links[each.from].before[each.link];
      each.taken = taken.before[each.taken];
    }
    for (SharedLists::Link& each : list.links) {
      each.taken = taken.before[each.taken];
      each.low = placed[i].before[each.low];
      each.high = placed[i].before[each.high];
      each.placed = placed[ways_of(plan, i)[each.way].to].before[each.placed];
    }
  }
  std::size_t to = 0;
  for (std::size_t i = 0; i < lists.taken.size(); ++i) {
    if (!taken[i]) {
      pool.release_cause(lists.taken[i].cause);
      continue;
    }
    std::copy_n(lists.values.begin() + static_cast<std::ptrdiff_t>(i * plan.stride), plan.stride,
                lists.values.begin() + static_cast<std::ptrdiff_t>(to++ * plan.stride));
  }
  lists.values.resize(to * plan.stride);
  take_out(lists.taken, taken);
  lists.starts = std::move(starts);
  lists.first_start = lists.evicted = 0;
  lists.lossy = false;
  constexpr std::uint64_t kLeast = 64;
  lists.room = 2 * lists.size() + kLeast;
}

std::uint32_t SharedPool::make(const SharedPlan& plan) {
  std::uint32_t id = 0;
  if (free_.empty()) {
    id = static_cast<std::uint32_t>(all_.size());
    all_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  all_[id] = std::make_unique<SharedLists>();
  all_[id]->lists.resize(plan.spots.size() + 1);
  all_[id]->room = 64;
  return id;
}

void SharedPool::free(RunPool& pool, std::uint32_t id) {
  SharedLists& lists = *all_[id];
  for (const SharedLists::Taken& taken : lists.taken) pool.release_cause(taken.cause);
  starts_ -= lists.counted_starts;
  pool.counts.open -= lists.counted_starts;
  bytes_ -= lists.counted_bytes;
  all_[id].reset();
  free_.push_back(id);
}

void SharedPool::count(const SharedPlan& plan, RunPool& pool, SharedLists& lists) {
  const std::uint64_t starts = lists.open();
  const std::uint64_t bytes = lists.bytes(plan);
  starts_ += starts - lists.counted_starts;
  pool.counts.open += starts - lists.counted_starts;
  pool.counts.peak = std::max(pool.counts.peak, pool.counts.open);
  bytes_ += bytes - lists.counted_bytes;
  lists.counted_starts = starts;
  lists.counted_bytes = bytes;
}

bool reads_symbol(const Program& program, std::uint32_t step, std::size_t update) {
  const std::vector<Update>& updates = program.turns[step].updates;
  return update < updates.size() &&
         (updates[update].type == events::Type::string || events::is_list(updates[update].type));
}

void SharedPool::mark_symbols(const Program& program, std::vector<std::uint64_t>& held) const {
  for (const std::unique_ptr<SharedLists>& lists : all_) {
    if (lists == nullptr) continue;
    for (std::uint32_t i = 0; i < lists->taken.size(); ++i) {
      const std::uint16_t step = lists->taken[i].step;
      for (std::size_t u = 0; u < program.turns[step].updates.size(); ++u) {
        if (!reads_symbol(program, step, u)) continue;
        const SharedValue value = value_of(program.shared_plan, *lists, i, u);
        if (!value.valid) continue;
        const std::uint32_t symbol = events::index_of(events::symbol_of(value.slot));
        held[symbol >> 6] |= std::uint64_t{1} << (symbol & 63);
      }
    }
  }
}

}  // namespace tocsin::matcher
