// A join's key from the bytes that join_bytes.cpp writes, whose grammar stands there.
#include <algorithm>
#include <bit>
#include <cmath>

#include "events/bytes.hpp"
#include "matcher/join_state.hpp"

namespace tocsin::matcher {

using events::Slot;

namespace {

constexpr std::uint32_t kGone = 0xffff'ffff;
constexpr std::uint64_t kMostRows = std::uint64_t{1} << 63;

class Reader {
 public:
  Reader(const JoinStep& at, events::ByteReader& in, events::SymbolTable& symbols)
      : at_(at), in_(in), symbols_(symbols) {}

  void read() {
    JoinedKey& key = at_.key;
    key.next_end = {in_.get<std::int64_t>()};
    key.next_early = {in_.get<std::int64_t>()};
    key.in_session = flag();
    key.session_start = {in_.get<std::int64_t>()};
    key.session_last = {in_.get<std::int64_t>()};
    const auto first_row = in_.get<std::uint64_t>();
    const auto leaves = in_.get<std::uint32_t>();
    check(first_row < kMostRows);
    if (!in_.good) return;
    key.rows.start(first_row);
    key.pending = in_.get<std::uint32_t>();
    key.leaving = in_.get<std::uint32_t>();
    const auto events = in_.get<std::uint32_t>();
    check(events <= kMaxJoined && key.pending <= events && key.leaving <= events);
    for (std::uint32_t i = 0; i < events && in_.good; ++i) event();
    const auto rows = in_.get<std::uint32_t>();
    check(rows == 0 || (at_.program.keeps_rows && rows <= kMaxJoined));
    for (std::uint32_t i = 0; i < rows && in_.good; ++i) row();
    sums(leaves);
    for (std::uint64_t i = 0; i < key.events.end(); ++i)
      check(key.events[i].null_row == kNoEvent || key.rows.has(key.events[i].null_row));
    const auto windows = in_.get<std::uint32_t>();
    check(windows == 0 || (at_.program.aggregated && at_.program.keeps_windows));
    for (std::uint32_t i = 0; i < windows && in_.good; ++i) window();
    const bool session = at_.program.kind == rules::WindowPlan::Kind::session;
    check(session ? key.windows.size() == (key.in_session && at_.program.aggregated ? 1U : 0U) : !key.in_session);
  }

 private:
  void check(bool holds) {
    if (!holds) in_.good = false;
  }
  bool flag() { return in_.get<std::uint8_t>() != 0; }
  std::uint64_t place() {
    const auto number = in_.get<std::uint32_t>();
    return number == kGone ? kNoEvent : number;
  }
  Cell cell(events::Type type) {
    Cell cell{0, flag()};
    if (!cell.valid) return {};
    if (holds_text(type)) {
      const std::string_view text = in_.text();
      if (in_.good) cell.slot = events::slot_of(symbols_.intern(text));
    } else {
      cell.slot = in_.get<std::uint64_t>();
      if (type == events::Type::floating) check(std::isfinite(events::float_of(cell.slot)));
    }
    return cell;
  }

  void event() {
    JoinRing<JoinedEvent>& events = at_.key.events;
    events::RowHead head;
    events::RowOrigin origin;
    head.time = {in_.get<std::int64_t>()};
    origin.id_hash = in_.get<std::uint64_t>();
    const auto sides = in_.get<std::uint8_t>();
    const bool paired = flag();
    const bool leaves = flag();
    const std::uint64_t null_row = place();
    const std::string_view source = in_.text();
    origin.id = in_.text();
    origin.correlation_id = in_.text();
    origin.trace_parent = in_.text();
    const bool both = at_.program.at[1] != 0 || at_.program.sides[0].registers.empty();
    check(sides == 1 || sides == 2 || (sides == 3 && both));
    check(events.empty() || events[events.end() - 1].time <= head.time);
    if (!in_.good) return;
    origin.source = symbols_.intern(source);
    std::fill(at_.state.words.begin(), at_.state.words.end(), 0);
    for (std::uint32_t side = 0; side < 2; ++side) {
      if (((sides >> side) & 1) == 0) continue;
      const JoinSide& of = at_.program.sides[side];
      Slot* const own = at_.state.words.data() + at_.program.at[side];
      for (std::size_t i = 0; i < of.registers.size(); ++i) put_cell(own, of.registers.size(), i, cell(of.types[i]));
    }
    if (!in_.good) return;
    const std::uint64_t number = keep_event(at_, head, origin, sides);
    events[number].paired = paired;
    events[number].leaves = leaves;
    events[number].null_row = null_row == kNoEvent ? kNoEvent : at_.key.rows.first() + null_row;
    chain_event(at_, number);
  }

  static void put_cell(Slot* words, std::size_t count, std::size_t i, Cell cell) {
    if (!cell.valid) return;
    words[i >> 6] |= Slot{1} << (i & 63);
    words[(count + 63) / 64 + i] = cell.slot;
  }

  void row() {
    JoinRing<KeptRow>& rows = at_.key.rows;
    KeptRow row;
    row.later = place();
    row.time = {in_.get<std::int64_t>()};
    row.earlier = {in_.get<std::int64_t>()};
    row.partner = {in_.get<std::int64_t>()};
    row.has_partner = flag();
    row.alone = flag();
    check(row.later == kNoEvent || row.later <= at_.key.events.end());
    check(rows.empty() || rows[rows.end() - 1].time <= row.time);
    if (!in_.good) return;
    const std::uint64_t number = rows.push(std::move(row));
    ++at_.state.rows;
    const std::vector<Code>& arguments = at_.program.arguments;
    for (std::size_t i = 0; i < arguments.size(); ++i)
      put_cell(rows.words(number), arguments.size(), i, cell(arguments[i].type));
  }

  /// As they were, so that floats are added up in the same order.
  void sums(std::uint32_t leaves) {
    JoinedKey& key = at_.key;
    if (!at_.program.sums_rows || key.rows.empty()) return check(leaves == 0);
    const std::uint64_t stretches = (key.rows.end() - 1) / kSummedRows - key.rows.first() / kSummedRows + 1;
    check(std::has_single_bit(leaves) && leaves >= stretches && leaves <= 2 * kMaxJoined / kSummedRows);
    if (!in_.good) return;
    key.sums.leaves = leaves;
    key.sums.nodes.resize(2 * std::size_t{leaves});
    key.sums.blocks.resize(2 * std::size_t{leaves} * at_.program.set.words);
  }

  void window() {
    JoinWindow window;
    window.end = {in_.get<std::int64_t>()};
    window.rows = in_.get<std::uint64_t>();
    window.early = in_.get<std::uint64_t>();
    window.asked = in_.get<std::uint64_t>();
    window.changed = flag();
    window.first = place();
    window.last = place();
    check(at_.key.windows.empty() || at_.key.windows.back().end < window.end);
    if (!in_.good) return;
    ++at_.state.windows;
    at_.key.windows.push_back(std::move(window));
    if (!flag()) return;
    check(!at_.program.keeps_rows);
    if (!in_.good) return;
    std::vector<Slot>& block = at_.key.windows.back().block;
    block.resize(at_.program.set.words);
    read_block(at_.program.set, block.data(), at_.state.kept, in_, symbols_);
  }

  const JoinStep& at_;
  events::ByteReader& in_;
  events::SymbolTable& symbols_;
};

}  // namespace

tl::expected<void, std::string> read_join(JoinPool& pool, std::uint32_t number, std::string_view& bytes,
                                          events::SymbolTable& symbols) {
  events::ByteReader in{bytes};
  JoinPool::State& state = pool.state();
  const bool kept = in.get<std::uint8_t>() != 0;
  if (in.good && kept) Reader({state, state.program, number, joined_key(state, number), nullptr}, in, symbols).read();
  if (in.good) return {};
  pool.forget(number);
  return tl::unexpected(std::string("the bytes are no events of this join"));
}

}  // namespace tocsin::matcher
