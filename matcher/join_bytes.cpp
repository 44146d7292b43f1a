// What a join keeps of a key: how much it is, the symbols in it, and the whole of it as bytes; back: join_read.cpp.
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

#include "events/bytes.hpp"
#include "matcher/join_state.hpp"

namespace tocsin::matcher {

using events::put;
using events::put_text;
using events::Slot;

namespace {

constexpr std::uint32_t kGone = 0xffff'ffff;

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
    if (holds_text(type))
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
      if (valid && row.made != nullptr && holds_text(type) && rules::Texts::is_made(slot)) {
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
          if (!holds_text(program.sides[side].types[i])) continue;
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
        if (valid && holds_text(program.arguments[i].type) && !rules::Texts::is_made(slot)) mark(slot, held);
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

}  // namespace tocsin::matcher
