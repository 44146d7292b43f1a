#include "engine/shard_round.hpp"

#include <algorithm>
#include <array>

#include "engine/watch.hpp"
#include "events/assert.hpp"

namespace tocsin::engine {

namespace {
constexpr events::Duration kInstant{1};
}

ShardRound::ShardRound(Shard& shard, const Round& round, const Keying& keying, const KeyTable& table,
                       std::uint32_t partition, std::uint32_t partitions, OutputList& out)
    : shard_(shard),
      round_(round),
      keying_(keying),
      table_(table),
      partition_(partition),
      partitions_(partitions),
      out_(out),
      program_(shard.rule->program),
      outputs_(*shard.rule->outputs),
      at_end_(round.watermark == events::kLatest) {}

KeyRef ShardRound::key_of(std::uint32_t key) {
  key_slots(keying_, table_, key, partition_, partitions_, slots_);
  return {key, slots_};
}

Position ShardRound::position_of(std::uint32_t item) const {
  if (round_.positions != nullptr) return (*round_.positions)[item];
  Position position;
  position.time = (*round_.items)[item].head().time;
  position.order = round_.first_order + item;
  return position;
}

void ShardRound::step(std::uint32_t item, std::uint32_t key) {
  using Role = CompiledRule::Role;
  const Item& each = (*round_.items)[item];
  const events::RowHead& head = each.head();
  const Role role = shard_.rule->role(head.type);
  if (role == Role::none) return;
  if (shard_.in_order && shard_.next_due() < head.time) run_queue(head.time);
  if (shard_.forgets) {
    if (shard_.forgotten_at(key) < head.time && shard_.holds(key)) pass(key, head.time);
    shard_.heard[key] = head.time;
  }
  if (outputs_.has_lives() && shard_.outputs.lives.holds(key)) {
    outputs_.due(std::min(head.time, round_.resolve_until), key_of(key), shard_.outputs, out_);
    outputs_.event(each, position_of(item), key_of(key), shard_.outputs, out_);
  }
  if (role == Role::only_resolves) return;
  Shard::Entry& entry = shard_.keys[key];
  if (round_.watch != nullptr) round_.watch->before(shard_.pool, entry.state, each);
  if (!matcher::concerns(program_, shard_.pool, entry.state, head, each.loaded->bits)) return;
  item_ = item;
  key_ = key;
  gave_ = false;
  const events::Time deadline =
      matcher::step(program_, shard_.pool, entry.state, each.loaded->batch, each.row, round_.first_order + item,
                    each.loaded->bits, (*round_.watching)[shard_.index], *this, round_.watch);
  if (round_.watch != nullptr) round_.watch->after(shard_.pool, entry.state);
  wait(key, deadline);
  if (shard_.is_over_memory()) shard_.evict(round_.watch);
}

void ShardRound::take(const matcher::Match& match) {
  gave_ = true;
  const std::size_t first = out_.size();
  if (!match.by_time) {
    const Item& item = (*round_.items)[item_];
    outputs_.match(match, position_of(item_), key_of(key_), &item.loaded->batch.origins[item.row], shard_.outputs,
                   out_);
  } else {
    if (outputs_.has_lives())
      outputs_.due(std::min(match.completion, round_.resolve_until), key_of(key_), shard_.outputs, out_);
    if (shard_.forgets && match.completion > shard_.forgotten_at(key_)) shard_.heard[key_] = match.completion;
    Position position;
    position.time = match.completion;
    position.phase = 1;
    position.layer = shard_.rule->plan->layer;
    outputs_.match(match, position, key_of(key_), nullptr, shard_.outputs, out_);
  }
  if (round_.watch != nullptr) round_.watch->matched(match, out_, first);
}

events::Time ShardRound::advance(std::uint32_t key, events::Time now) {
  key_ = key;
  const events::Time deadline =
      matcher::advance(program_, shard_.pool, shard_.keys[key].state, now, *this, round_.watch);
  TOCSIN_ASSERT(deadline >= now);
  return deadline;
}

/// Time goes on from forgetting to forgetting. What completes when the key is forgotten already is remembered anew, and
/// silence counts from there: take() notes it, for which it must be told of one time after the other.
void ShardRound::pass(std::uint32_t key, events::Time now) {
  const events::Time until = std::min(now, round_.resolve_until);
  gave_ = false;
  events::Time deadline;
  for (;;) {
    const events::Time forgotten = shard_.forgets ? shard_.forgotten_at(key) : events::kLatest;
    if (forgotten >= until) {
      deadline = advance(key, now);
      break;
    }
    deadline = advance(key, forgotten + kInstant);
    forget(key, forgotten);
    if (deadline >= now) break;
    deadline = advance(key, deadline + kInstant);
    if (deadline >= now) break;
  }
  if (outputs_.has_lives() && shard_.outputs.lives.holds(key)) outputs_.due(until, key_of(key), shard_.outputs, out_);
  gave_ = true;
  wait(key, deadline);
}

void ShardRound::forget(std::uint32_t key, events::Time at) {
  if (!shard_.remembers(key)) return;
  outputs_.due(at + kInstant, key_of(key), shard_.outputs, out_);
  outputs_.forget(at, key_of(key), shard_.outputs, out_);
  matcher::forget(shard_.keys[key].state);
  ++shard_.forgotten;
}

void ShardRound::wait(std::uint32_t key, events::Time deadline) {
  if (gave_ && shard_.forgets && !at_end_ && shard_.remembers(key))
    deadline = std::min(deadline, shard_.forgotten_at(key));
  shard_.wait(key, deadline);
}

void ShardRound::run_queue(events::Time now) {
  std::uint32_t key = 0;
  while (shard_.next_due() < now)
    if (shard_.pop(key)) pass(key, now);
}

/// Some at a time, so that their keys, runs and causes can be fetched side by side.
void ShardRound::run_queue_side_by_side(events::Time now) {
  std::array<std::uint32_t, 32> due{};
  while (shard_.next_due() < now) {
    std::size_t count = 0;
    while (count < due.size() && shard_.next_due() < now)
      if (shard_.pop(due[count])) __builtin_prefetch(&shard_.keys[due[count++]]);
    for (std::size_t i = 0; i < count; ++i)
      if (const matcher::RunId head = shard_.keys[due[i]].state.head; head != matcher::kNoRun)
        shard_.pool.prefetch(head);
    for (std::size_t i = 0; i < count; ++i)
      if (const matcher::RunId head = shard_.keys[due[i]].state.head; head != matcher::kNoRun)
        shard_.pool.prefetch_cause(head);
    for (std::size_t i = 0; i < count; ++i) pass(due[i], now);
  }
}

void ShardRound::finish() {
  if (shard_.in_order)
    run_queue(round_.watermark);
  else
    run_queue_side_by_side(round_.watermark);
  Lives& lives = shard_.outputs.lives;
  while (lives.next() < round_.resolve_until) {
    const std::uint32_t key = lives.pop();
    outputs_.due(round_.resolve_until, key_of(key), shard_.outputs, out_);
    lives.asked(key);
  }
  if (shard_.rule->plan->throttle) shard_.outputs.throttled.sweep(*shard_.rule->plan->throttle, round_.resolve_until);
}

}  // namespace tocsin::engine
