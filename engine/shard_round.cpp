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
  position.time = (*round_.items)[item].time();
  position.order = round_.first_order + item;
  return position;
}

Position ShardRound::timer_position(events::Time time) const {
  Position position;
  position.time = time;
  position.phase = 1;
  position.layer = shard_.rule->plan->layer;
  return position;
}

void ShardRound::step(std::uint32_t item, std::uint32_t key) {
  using Role = CompiledRule::Role;
  const Item& each = (*round_.items)[item];
  const events::RowHead& head = each.head();
  const Role role = shard_.rule->role(head.type);
  if (role == Role::none) return;
  if (shard_.windows) return step_windows(each, item, key);
  if (each.late) return;
  if (shard_.in_order && shard_.next_due() < head.time) run_queue(head.time);
  if (shard_.forgets) {
    if (shard_.forgotten_at(key) < head.time && shard_.holds(key)) pass(key, head.time);
    shard_.heard[key] = head.time;
  }
  if (outputs_.has_lives() && shard_.outputs.lives.holds(key)) {
    outputs_.due(head.time, round_.resolve_until, key_of(key), shard_.outputs, out_);
    shard_.outputs.as_of = {head.time, round_.first_order + item};
    outputs_.event(each, position_of(item), key_of(key), shard_.outputs, out_);
  }
  if (role != Role::only_resolves) step_runs(each, item, key);
}

void ShardRound::step_runs(const Item& each, std::uint32_t item, std::uint32_t key) {
  Shard::Entry& entry = shard_.keys[key];
  if (round_.watch != nullptr) round_.watch->before(shard_.pool, entry.state, each);
  if (!matcher::concerns(program_, shard_.pool, entry.state, each.head(), each.loaded->bits)) return;
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

void ShardRound::step_windows(const Item& each, std::uint32_t item, std::uint32_t key) {
  if (each.late && !shard_.rule->takes_late()) return;
  const events::Time time = each.time();
  if (shard_.next_due() < time) run_queue_side_by_side(time);
  if (outputs_.has_lives() && shard_.outputs.lives.holds(key))
    outputs_.due(time, round_.resolve_until, key_of(key), shard_.outputs, out_);
  item_ = item;
  key_ = key;
  matcher::WindowPool& windows = *shard_.windows;
  events::Time deadline;
  if (each.late) {
    late_ = true;
    bool taken = false;
    deadline = matcher::step_late(windows, key, each.loaded->batch, each.row, round_.first_order + item, time,
                                  each.loaded->bits, *this, taken);
    late_ = false;
    if (taken) {
      shard_.heard[key] = time;
      each.loaded->late_event(each.row).taken.store(true, std::memory_order_relaxed);
    }
  } else {
    shard_.heard[key] = time;
    deadline = matcher::step_window(windows, key, each.loaded->batch, each.row, round_.first_order + item,
                                    each.loaded->bits, *this);
  }
  if (shard_.remembers(key)) shard_.wait(key, std::min(deadline, shard_.forgotten_at(key)));
  if (shard_.is_over_memory()) evict_windows(item);
}

void ShardRound::evict_windows(std::uint32_t item) {
  for (const std::uint32_t key : shard_.silent()) {
    if (shard_.bytes() <= shard_.memory - shard_.memory / 8) return;
    outputs_.evict(position_of(item), key_of(key), shard_.outputs, out_);
    shard_.windows->forget(key);
    ++shard_.evicted;
  }
}

void ShardRound::take(const matcher::Match& match) {
  gave_ = true;
  const std::size_t first = out_.size();
  if (!match.by_time) {
    const Item& item = (*round_.items)[item_];
    shard_.outputs.as_of = {item.time(), round_.first_order + item_};
    outputs_.match(match, position_of(item_), key_of(key_), &item.loaded->batch.origins[item.row], shard_.outputs,
                   out_);
  } else {
    if (outputs_.has_lives()) outputs_.due(match.completion, round_.resolve_until, key_of(key_), shard_.outputs, out_);
    if (shard_.forgets && match.completion > shard_.forgotten_at(key_)) shard_.heard[key_] = match.completion;
    shard_.outputs.as_of = matcher::AsOf::timer(match.completion);
    outputs_.match(match, timer_position(match.completion), key_of(key_), nullptr, shard_.outputs, out_);
  }
  if (round_.watch != nullptr) round_.watch->matched(match, out_, first);
}

/// What a late event corrects stands where that event is processed.
bool ShardRound::take(const matcher::WindowResult& result) {
  const std::size_t first = out_.size();
  const bool timer = result.by_time && !late_;
  if (timer && outputs_.has_lives() && shard_.outputs.lives.holds(key_))
    outputs_.due(result.completion, round_.resolve_until, key_of(key_), shard_.outputs, out_);
  shard_.outputs.as_of = timer ? matcher::AsOf::timer(result.completion)
                               : matcher::AsOf{(*round_.items)[item_].time(), round_.first_order + item_};
  const bool told = outputs_.window(result, timer ? timer_position(result.completion) : position_of(item_),
                                    key_of(key_), at_end_, shard_.outputs, out_);
  if (round_.watch != nullptr) round_.watch->told(result, key_of(key_), out_, first);
  return told;
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
  if (shard_.windows) return pass_windows(key, now);
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
  if (outputs_.has_lives() && shard_.outputs.lives.holds(key))
    outputs_.due(until, until, key_of(key), shard_.outputs, out_);
  gave_ = true;
  wait(key, deadline);
}

void ShardRound::pass_windows(std::uint32_t key, events::Time now) {
  if (!shard_.remembers(key)) return;
  key_ = key;
  const events::Time until = std::min(now, round_.resolve_until);
  const events::Time forgotten = shard_.forgotten_at(key);
  if (forgotten < until) {
    matcher::advance_window(*shard_.windows, key, forgotten + kInstant, *this);
    return forget(key, forgotten);
  }
  events::Time deadline = matcher::advance_window(*shard_.windows, key, now, *this);
  TOCSIN_ASSERT(deadline >= now);
  if (outputs_.has_lives() && shard_.outputs.lives.holds(key))
    outputs_.due(now, until, key_of(key), shard_.outputs, out_);
  if (at_end_) return;
  shard_.wait(key, std::min(deadline, forgotten));
}

void ShardRound::forget(std::uint32_t key, events::Time at) {
  if (!shard_.remembers(key)) return;
  outputs_.due(at + kInstant, at + kInstant, key_of(key), shard_.outputs, out_);
  outputs_.forget(at, key_of(key), shard_.outputs, out_);
  matcher::forget(shard_.keys[key].state);
  if (shard_.windows) shard_.windows->forget(key);
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
    prefetch(due.data(), count);
    for (std::size_t i = 0; i < count; ++i) pass(due[i], now);
  }
}

void ShardRound::prefetch(const std::uint32_t* keys, std::size_t count) const {
  if (shard_.windows) {
    for (std::size_t i = 0; i < count; ++i) shard_.windows->prefetch(keys[i]);
    for (std::size_t i = 0; i < count; ++i) shard_.windows->prefetch_panes(keys[i]);
    return;
  }
  for (std::size_t i = 0; i < count; ++i)
    if (const matcher::RunId head = shard_.keys[keys[i]].state.head; head != matcher::kNoRun)
      shard_.pool.prefetch(head);
  for (std::size_t i = 0; i < count; ++i)
    if (const matcher::RunId head = shard_.keys[keys[i]].state.head; head != matcher::kNoRun)
      shard_.pool.prefetch_cause(head);
}

void ShardRound::finish() {
  if (shard_.in_order && !shard_.windows)
    run_queue(round_.watermark);
  else
    run_queue_side_by_side(round_.watermark);
  Lives& lives = shard_.outputs.lives;
  while (lives.next() < round_.resolve_until) {
    const std::uint32_t key = lives.pop();
    outputs_.due(round_.resolve_until, round_.resolve_until, key_of(key), shard_.outputs, out_);
    lives.asked(key);
  }
  if (at_end_ && shard_.windows)  // what is held fires
    for (const std::uint32_t key : lives.keys())
      outputs_.due(round_.watermark, round_.resolve_until, key_of(key), shard_.outputs, out_);
  if (shard_.rule->plan->throttle) shard_.outputs.throttled.sweep(*shard_.rule->plan->throttle, round_.resolve_until);
}

}  // namespace tocsin::engine
