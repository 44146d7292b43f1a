// Rows that a join keeps, where windows have them only when they are told.
//
// A left side is a row of those windows that have it and no event that it makes a row with: of these events the newest
// one's time is enough.
#include "matcher/join_state.hpp"

namespace tocsin::matcher {

using events::Slot;
using events::Time;

void keep_row(const JoinStep& at, std::uint64_t later, std::uint64_t earlier, bool alone) {
  JoinedKey& key = at.key;
  if (key.rows.size() >= kMaxJoined) {
    const std::uint64_t oldest = key.rows.first();
    drop_row(at);
    ++at.state.counts.cut;
    if (at.program.sums_rows) touch_row(at, oldest);
  }
  KeptRow kept;
  kept.later = later;
  kept.time = key.events[later].time;
  kept.earlier = key.events[earlier].time;
  kept.alone = alone;
  const std::uint64_t number = key.rows.push(std::move(kept));
  ++at.state.rows;
  if (at.program.sums_rows) touch_row(at, number);
  if (alone) key.events[later].null_row = number;
  key.events[earlier].leaves = true;
  key.leaving = std::min(key.leaving, earlier);
  const std::size_t arguments = at.program.arguments.size();
  Slot* const words = key.rows.words(number);
  for (std::size_t i = 0; i < arguments; ++i) {
    const Cell cell = at.state.cells[i];
    if (!cell.valid) continue;
    words[i >> 6] |= Slot{1} << (i & 63);
    Slot& slot = words[(arguments + 63) / 64 + i];
    slot = cell.slot;
    if (!holds_text(at.program.arguments[i].type) || !rules::Texts::is_made(slot)) continue;
    auto& made = key.rows[number].made;
    if (made == nullptr) made = std::make_unique<std::vector<std::string>>(arguments);
    (*made)[i] = at.state.texts.text(slot);
  }
}

void load_row(const JoinStep& at, std::uint64_t number) {
  const std::size_t arguments = at.program.arguments.size();
  const Slot* const words = at.key.rows.words(number);
  const auto& made = at.key.rows[number].made;
  at.state.texts.release();
  for (std::size_t i = 0; i < arguments; ++i) {
    const bool valid = ((words[i >> 6] >> (i & 63)) & 1) != 0;
    Slot slot = words[(arguments + 63) / 64 + i];
    if (valid && made != nullptr && holds_text(at.program.arguments[i].type) && rules::Texts::is_made(slot))
      slot = at.state.texts.store((*made)[i]);
    at.state.cells[i] = {slot, valid};
  }
}

void note_partner(const JoinStep& at, std::uint64_t left, std::uint64_t other) {
  JoinedEvent& event = at.key.events[left];
  event.paired = true;
  if (!at.key.rows.has(event.null_row)) return;
  KeptRow& row = at.key.rows[event.null_row];
  row.has_partner = true;
  row.partner = std::max(row.partner, at.key.events[other].time);
  if (at.program.sums_rows) touch_row(at, event.null_row);
}

/// The kept rows that count from `from` on, into the scratch block.
JoinGathered gather_rows(const JoinStep& at, Time from) {
  if (at.program.sums_rows) {
    const JoinSums::Node sum = sum_rows(at, from);
    return {at.state.scratch.data(), at.state.scratch.front(), sum.first, sum.last};
  }
  const JoinRing<KeptRow>& rows = at.key.rows;
  std::uint64_t number = rows.first();
  for (std::uint64_t end = rows.end(); number < end;) {
    const std::uint64_t middle = number + (end - number) / 2;
    if (rows[middle].time < from)
      number = middle + 1;
    else
      end = middle;
  }
  JoinGathered gathered{at.state.scratch.data()};
  for (; number < rows.end(); ++number) {
    const KeptRow& row = rows[number];
    if (!row.counts_from(from)) continue;
    load_row(at, number);
    matcher::add_row(at.program.set, gathered.block, at.state.kept, at.state.cells.data(), row.time, at.state.texts);
    ++gathered.rows;
    if (gathered.first == kNoEvent) gathered.first = row.later;
    gathered.last = row.later;
  }
  return gathered;
}

}  // namespace tocsin::matcher
