// Grammar (integers little-endian, fixed width; symbols and ids as text):
//   lists := u32 starts  (u64 order  i64 time)*  u32 events  event*  list of each spot  list of starts  u8 lossy
//   event := u64 order  u64 hash of its id  i64 time  u16 step  u8 has a cause  (text source  text id)?
//            validity words  values, a symbol as text where it isn't null
//   list  := u32 links  (u32 event  u32 low  u32 high  u32 placed  u32 way)*
//            u32 placements  (u64 newest  u32 link  u32 event  u32 from)*  u32 low  u32 fresh  u64 newest
// What was read is held against all that stepping relies on.
#include <algorithm>
#include <cmath>

#include "matcher/shared_matches.hpp"

namespace tocsin::matcher {

namespace {

using Taken = SharedLists::Taken;
using List = SharedLists::List;
using Link = SharedLists::Link;
using Placement = SharedLists::Placement;

template <class T>
void put_size(std::string& out, const std::vector<T>& all) {
  events::put(out, static_cast<std::uint32_t>(all.size()));
}

void put_taken(const Program& program, const RunPool& pool, const SharedLists& lists, std::uint32_t number,
               std::string& out) {
  const Taken& taken = lists.taken[number];
  const SharedPlan& plan = program.shared_plan;
  events::put(out, taken.order);
  events::put(out, taken.id_hash);
  events::put(out, taken.time.ns);
  events::put(out, taken.step);
  events::put(out, static_cast<std::uint8_t>(taken.cause != kNoCause));
  if (taken.cause != kNoCause) {
    events::put_text(out, pool.symbols().text(pool.cause(taken.cause).source));
    events::put_text(out, pool.cause(taken.cause).id());
  }
  const std::uint64_t* words = lists.values.data() + std::size_t{number} * plan.stride;
  for (std::uint32_t i = 0; i < plan.valid_words; ++i) events::put(out, words[i]);
  for (std::size_t i = 0; i + plan.valid_words < plan.stride; ++i) {
    const SharedValue value = value_of(plan, lists, number, i);
    if (value.valid && reads_symbol(program, taken.step, i))
      events::put_text(out, pool.symbols().text(events::symbol_of(value.slot)));
    else
      events::put(out, value.slot);
  }
}

void put_list(const List& list, std::string& out) {
  put_size(out, list.links);
  for (const Link& link : list.links)
    for (const std::uint32_t each : {link.taken, link.low, link.high, link.placed, link.way}) events::put(out, each);
  put_size(out, list.placed);
  for (const Placement& placed : list.placed) {
    events::put(out, placed.newest);
    for (const std::uint32_t each : {placed.link, placed.taken, placed.from}) events::put(out, each);
  }
  events::put(out, list.low);
  events::put(out, list.fresh);
  events::put(out, list.newest);
}

bool is_value(const Program& program, std::uint32_t step, std::size_t update, const SharedValue& value) {
  if (!value.valid) return value.slot == 0;
  const std::vector<Update>& updates = program.turns[step].updates;
  return update < updates.size() &&
         (updates[update].type != events::Type::floating || std::isfinite(events::float_of(value.slot)));
}

/// False: its step isn't one of the program's.
bool get_taken(const Program& program, RunPool& pool, SharedLists& lists, events::ByteReader& in,
               events::SymbolTable& symbols) {
  const SharedPlan& plan = program.shared_plan;
  Taken taken;
  taken.order = in.get<std::uint64_t>();
  taken.id_hash = in.get<std::uint64_t>();
  taken.time.ns = in.get<std::int64_t>();
  taken.step = in.get<std::uint16_t>();
  const bool caused = in.get<std::uint8_t>() != 0;
  const std::string_view source = caused ? in.text() : std::string_view();
  const std::string_view id = caused ? in.text() : std::string_view();
  if (!in.good || taken.step >= program.turns.size()) return false;
  if (caused) taken.cause = pool.make_cause(kNoCause, program.turns[taken.step].binding, symbols.intern(source), id);
  const auto number = static_cast<std::uint32_t>(lists.taken.size());
  lists.taken.push_back(taken);
  lists.values.resize(lists.values.size() + plan.stride);
  std::uint64_t* words = lists.values.data() + std::size_t{number} * plan.stride;
  for (std::uint32_t i = 0; i < plan.valid_words; ++i) words[i] = in.get<std::uint64_t>();
  for (std::size_t i = 0; i + plan.valid_words < plan.stride; ++i) {
    std::uint64_t& word = words[plan.valid_words + i];
    if (value_of(plan, lists, number, i).valid && reads_symbol(program, taken.step, i))
      word = events::slot_of(symbols.intern(in.text()));
    else
      word = in.get<std::uint64_t>();
    if (!is_value(program, taken.step, i, value_of(plan, lists, number, i))) return false;
  }
  return in.good;
}

void get_list(List& list, events::ByteReader& in) {
  for (auto count = in.get<std::uint32_t>(); count > 0 && in.good; --count) {
    Link& link = list.links.emplace_back();
    for (std::uint32_t* each : {&link.taken, &link.low, &link.high, &link.placed, &link.way})
      *each = in.get<std::uint32_t>();
  }
  for (auto count = in.get<std::uint32_t>(); count > 0 && in.good; --count) {
    Placement& placed = list.placed.emplace_back();
    placed.newest = in.get<std::uint64_t>();
    for (std::uint32_t* each : {&placed.link, &placed.taken, &placed.from}) *each = in.get<std::uint32_t>();
  }
  list.low = in.get<std::uint32_t>();
  list.fresh = in.get<std::uint32_t>();
  list.newest = in.get<std::uint64_t>();
}

class Possible {
 public:
  Possible(const Program& program, const SharedLists& lists) : program_(program), lists_(lists) {}

  bool all() const {
    return lists_.open() > 0 && in_order(lists_.starts) && steps_in_order() && links() && placements();
  }

 private:
  const std::vector<SpotWay>& ways(std::size_t spot) const {
    return spot == program_.shared_plan.spots.size() ? program_.shared_plan.starts
                                                     : program_.shared_plan.spots[spot].ways;
  }
  std::uint64_t order(std::uint32_t taken) const { return lists_.taken[taken].order; }

  static bool in_order(const std::vector<SharedLists::Start>& starts) {
    return std::is_sorted(starts.begin(), starts.end(), [](const auto& a, const auto& b) {
      return a.order < b.order || (a.order == b.order && a.time < b.time);
    });
  }
  bool steps_in_order() const {
    return std::is_sorted(lists_.taken.begin(), lists_.taken.end(),
                          [](const Taken& a, const Taken& b) { return a.order < b.order || a.time < b.time; });
  }

  /// Each is of an event, by a way to a spot, from what was there before.
  bool links() const {
    for (std::size_t spot = 0; spot < lists_.lists.size(); ++spot) {
      const List& list = lists_.lists[spot];
      const Link* before = nullptr;
      for (const Link& link : list.links) {
        if (link.taken >= lists_.taken.size() || link.way >= ways(spot).size()) return false;
        const SpotWay& way = ways(spot)[link.way];
        if (way.to == kEndSpot || way.step != lists_.taken[link.taken].step) return false;
        if (link.low > link.high || link.high > list.placed.size()) return false;
        if (before != nullptr &&
            (link.low < before->low || link.high < before->high || order(link.taken) < order(before->taken)))
          return false;
        before = &link;
      }
    }
    return true;
  }

  bool placements() const {
    for (std::size_t spot = 0; spot < lists_.lists.size(); ++spot) {
      const List& list = lists_.lists[spot];
      if (list.low > list.placed.size() || list.fresh > list.placed.size() ||
          (spot + 1 == lists_.lists.size() && !list.placed.empty()))
        return false;
      for (std::uint32_t i = 0; i < list.placed.size(); ++i) {
        const Placement& placed = list.placed[i];
        if (placed.from >= lists_.lists.size() || placed.link >= lists_.lists[placed.from].links.size()) return false;
        const Link& link = lists_.lists[placed.from].links[placed.link];
        if (link.taken != placed.taken || link.placed != i || ways(placed.from)[link.way].to != spot) return false;
        if (i > 0 && order(placed.taken) < order(list.placed[i - 1].taken)) return false;
      }
      for (const Link& link : list.links)  // what it took waited before its event
        if (link.high > link.low && order(list.placed[link.high - 1].taken) >= order(link.taken)) return false;
    }
    return true;
  }

  const Program& program_;
  const SharedLists& lists_;
};

}  // namespace

void shared_write(const Program& program, const RunPool& pool, const KeyState& key, std::string& out) {
  const SharedLists& lists = pool.shared[pool[key.head].turns];
  events::put(out, static_cast<std::uint32_t>(lists.open()));
  for (std::size_t i = lists.first_start; i < lists.starts.size(); ++i) {
    events::put(out, lists.starts[i].order);
    events::put(out, lists.starts[i].time.ns);
  }
  put_size(out, lists.taken);
  for (std::uint32_t i = 0; i < lists.taken.size(); ++i) put_taken(program, pool, lists, i, out);
  for (const List& list : lists.lists) put_list(list, out);
  events::put(out, static_cast<std::uint8_t>(lists.lossy));
}

bool shared_read(const Program& program, RunPool& pool, KeyState& key, events::ByteReader& in,
                 events::SymbolTable& symbols) {
  SharedLists& lists = shared_lists(program, pool, key);
  for (auto count = in.get<std::uint32_t>(); count > 0 && in.good; --count) {
    SharedLists::Start& start = lists.starts.emplace_back();
    start.order = in.get<std::uint64_t>();
    start.time.ns = in.get<std::int64_t>();
  }
  bool possible = true;
  for (auto count = in.get<std::uint32_t>(); count > 0 && in.good && possible; --count)
    possible = get_taken(program, pool, lists, in, symbols);
  for (List& list : lists.lists)
    if (possible) get_list(list, in);
  lists.lossy = in.get<std::uint8_t>() != 0;
  if (!in.good || !possible || !Possible(program, lists).all()) {
    shared_clear(pool, key);
    return false;
  }
  lists.room = 2 * lists.size();
  shared_settle(program, pool, key);
  return true;
}

}  // namespace tocsin::matcher
