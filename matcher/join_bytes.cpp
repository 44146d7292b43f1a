// What a join keeps of a key: how much it is, the symbols in it, and the whole of it as bytes and back.
//
// Grammar (integers little-endian; text := u32 length, bytes; place: u32 from the oldest on, ~0: it is gone):
//   key    := u8 kept  [i64 next end  i64 next early  u8 in session  i64 start  i64 last  u64 number of the oldest row
//             u32 leaves of its sums  place pending  place leaving
//             u32 events event*  u32 rows row*  u32 windows window*]
//   event  := i64 time  u64 hash of the id  u8 sides  u8 paired  u8 leaves  place of its row  text source  text id
//             text correlation id  text trace parent  cells of each of its sides
//   row    := place of the later event  i64 time  i64 earlier  i64 partner  u8 has partner  u8 alone  cells
//   window := i64 end  u64 rows  u64 early  u64 asked  u8 changed  place first  place last  u8 block?  [block]
//   cell   := u8 valid  [text, where it is one; else u64 slot]
#include <algorithm>
#include <bit>
#include <cmath>

#include "events/bytes.hpp"
#include "matcher/join_state.hpp"

namespace tocsin::matcher {

using events::put;
using events::put_text;
using events::Slot;

namespace {

constexpr std::uint32_t kGone = 0xffff'ffff;
constexpr std::uint64_t kMostRows = std::uint64_t{1} << 63;

bool is_text(events::Type type) { return type == events::Type::string || events::is_list(type); }

void mark(Slot slot, std::vector<std::uint64_t>& held) { held[slot >> 6] |= std::uint64_t{1} << (slot & 63); }

struct Arguments {
  const JoinProgram& program;
  std::size_t count() const { return program.arguments.size(); }
  std::size_t slots() const { return (count() + 63) / 64; }
};

class Writer {
 public:
  Writer(const JoinPool::State& state, const JoinedKey& key, std::string& out) : state_(state), key_(key), out_(out) {}

  void write() {
    put(out_, key_.next_end.ns);
    put(out_, key_.next_early.ns);
    flag(key_.in_session);
    put(out_, key_.session_start.ns);
    put(out_, key_.session_last.ns);
    put(out_, key_.rows.first());
    put(out_, static_cast<std::uint32_t>(key_.sums.leaves));
    place(state_.program.last ? key_.events.first() : within(key_.pending));
    place(state_.program.last ? key_.events.first() : within(key_.leaving));
    put(out_, static_cast<std::uint32_t>(key_.events.size() - key_.dead));
    for (std::uint64_t i = key_.events.first(); i < key_.events.end(); ++i)
      if (!key_.events[i].dead) event(i);
    put(out_, static_cast<std::uint32_t>(key_.rows.size()));
    for (std::uint64_t i = key_.rows.first(); i < key_.rows.end(); ++i) row(i);
    put(out_, static_cast<std::uint32_t>(key_.windows.size()));
    for (const JoinWindow& each : key_.windows) window(each);
  }

 private:
  void flag(bool value) { put(out_, static_cast<std::uint8_t>(value)); }
  std::uint64_t within(std::uint64_t number) const {
    return std::clamp(number, key_.events.first(), key_.events.end());
  }
  void place(std::uint64_t number) {
    const bool there = number >= key_.events.first() && number <= key_.events.end();
    put(out_, there ? static_cast<std::uint32_t>(number - key_.events.first()) : kGone);
  }
  void cell(events::Type type, Cell cell) {
    flag(cell.valid);
    if (!cell.valid) return;
    if (is_text(type))
      put_text(out_, state_.symbols.text(events::symbol_of(cell.slot)));
    else
      put(out_, cell.slot);
  }

  void event(std::uint64_t number) {
    const JoinedEvent& event = key_.events[number];
    put(out_, event.time.ns);
    put(out_, event.id_hash);
    put(out_, event.sides);
    flag(event.paired);
    flag(event.leaves);
    put(out_, key_.rows.has(event.null_row) ? static_cast<std::uint32_t>(event.null_row - key_.rows.first()) : kGone);
    const ToldEvent told = state_.names[event.name];
    put_text(out_, state_.symbols.text(told.source));
    put_text(out_, told.id);
    put_text(out_, event.context == nullptr ? "" : event.context->correlation_id);
    put_text(out_, event.context == nullptr ? "" : event.context->trace_parent);
    for (std::uint32_t side = 0; side < 2; ++side) {
      if (((event.sides >> side) & 1) == 0) continue;
      const JoinSide& of = state_.program.sides[side];
      for (std::uint32_t i = 0; i < of.registers.size(); ++i)
        cell(of.types[i], joined_cell(state_.program, key_.events.words(number), side, i));
    }
  }

  void row(std::uint64_t number) {
    const KeptRow& row = key_.rows[number];
    const Arguments arguments{state_.program};
    place(row.later);
    put(out_, row.time.ns);
    put(out_, row.earlier.ns);
    put(out_, row.partner.ns);
    flag(row.has_partner);
    flag(row.alone);
    const Slot* const words = key_.rows.words(number);
    for (std::size_t i = 0; i < arguments.count(); ++i) {
      const Slot slot = words[arguments.slots() + i];
      const bool valid = ((words[i >> 6] >> (i & 63)) & 1) != 0;
      const events::Type type = state_.program.arguments[i].type;
      if (valid && row.made != nullptr && is_text(type) && rules::Texts::is_made(slot)) {
        flag(true);
        put_text(out_, (*row.made)[i]);
      } else {
        cell(type, {slot, valid});
      }
    }
  }

  void window(const JoinWindow& window) {
    put(out_, window.end.ns);
    put(out_, window.rows);
    put(out_, window.early);
    put(out_, window.asked);
    flag(window.changed);
    place(window.first);
    place(window.last);
    flag(!window.block.empty());
    if (!window.block.empty()) write_block(state_.program.set, window.block.data(), state_.kept, out_);
  }

  const JoinPool::State& state_;
  const JoinedKey& key_;
  std::string& out_;
};

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
    if (is_text(type)) {
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

void JoinPool::mark_symbols(std::vector<std::uint64_t>& held) const {
  const JoinProgram& program = state_->program;
  const Arguments arguments{program};
  for (const std::unique_ptr<JoinedKey>& key : state_->keys) {
    if (key == nullptr) continue;
    for (std::uint64_t number = key->events.first(); number < key->events.end(); ++number) {
      const JoinedEvent& event = key->events[number];
      state_->names.mark_symbol(event.name, held);
      for (std::uint32_t side = 0; side < 2; ++side) {
        if (((event.sides >> side) & 1) == 0) continue;
        for (std::uint32_t i = 0; i < program.sides[side].registers.size(); ++i) {
          if (!is_text(program.sides[side].types[i])) continue;
          if (const Cell cell = joined_cell(program, key->events.words(number), side, i); cell.valid)
            mark(cell.slot, held);
        }
      }
    }
    for (std::uint64_t number = key->rows.first(); number < key->rows.end(); ++number) {
      const Slot* const words = key->rows.words(number);
      for (std::size_t i = 0; i < arguments.count(); ++i) {
        const Slot slot = words[arguments.slots() + i];
        const bool valid = ((words[i >> 6] >> (i & 63)) & 1) != 0;
        if (valid && is_text(program.arguments[i].type) && !rules::Texts::is_made(slot)) mark(slot, held);
      }
    }
    for (const JoinWindow& window : key->windows)
      if (!window.block.empty()) matcher::mark_symbols(program.set, window.block.data(), state_->kept, held);
  }
}

std::uint64_t JoinPool::bytes() const {
  const JoinProgram& program = state_->program;
  const std::uint64_t nodes = program.sums_rows ? 2 * state_->rows / kSummedRows : 0;
  const std::uint64_t sums = nodes * (sizeof(JoinSums::Node) + program.set.words * sizeof(Slot));
  return state_->live * sizeof(JoinedKey) + state_->events * (sizeof(JoinedEvent) + program.words * sizeof(Slot)) +
         state_->rows * (sizeof(KeptRow) + program.row_words * sizeof(Slot)) +
         state_->windows * (sizeof(JoinWindow) + program.set.words * sizeof(Slot)) + sums +
         state_->heads.size() * (sizeof(State::Chain) + sizeof(std::uint64_t)) + state_->names.bytes() +
         state_->kept.bytes();
}

void write_join(const JoinPool& pool, std::uint32_t number, std::string& out) {
  put(out, static_cast<std::uint8_t>(pool.holds(number)));
  if (pool.holds(number)) Writer(pool.state(), *pool.state().keys[number], out).write();
}

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
