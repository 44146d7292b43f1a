#include "matcher/threads.hpp"

#include <algorithm>

#include "events/assert.hpp"
#include "matcher/fold.hpp"

namespace tocsin::matcher {

using events::Slot;
using Policy = rules::AfterMatch::Policy;
using Mode = rules::Matching::Mode;

namespace {
constexpr std::uint64_t kAllStarts = ~std::uint64_t{0};
constexpr Slot kNoRepeats = ~Slot{0};
}  // namespace

Threads::Threads(const Program& program, RunPool& pool, KeyState& key, MatchSink& sink, Tracer* tracer)
    : program_(program), pool_(pool), key_(key), sink_(sink), tracer_(tracer) {}

Threads::Threads(const Program& program, RunPool& pool, KeyState& key, const events::Batch& batch, events::Row row,
                 std::uint64_t order, const ConditionBits& bits, Watching watching, MatchSink& sink, Tracer* tracer)
    : program_(program),
      pool_(pool),
      key_(key),
      sink_(sink),
      tracer_(tracer),
      batch_(&batch),
      row_(row),
      head_(&batch.heads[row]),
      bits_(&bits),
      order_(order),
      watching_(watching) {}

void Threads::begin_walk() {
  link_ = start_link_ = first_compared_ = &key_.head;
  start_order_ = over_ = kAllStarts;
  over_before_ = starts_ = matches_now_ = 0;
  changed_ = program_.one_start_a_state;
  repeating_ = by_time_ = matched_ = indexed_ = false;
  listed_ = 0;
  folds_.clear();
}

void Threads::event() {
  begin_walk();
  for (RunId current = key_.head; current != kNoRun;) {
    const RunId next = pool_[current].next;
    begin_start(pool_[current].start_order);
    thread(current);
    current = next;
  }
  *link_ = kNoRun;
  end_start();
  if (!repeating_ && over_before_ <= order_ && !is_exhausted()) start();
  record();
}

bool Threads::is_exhausted() const { return program_.limit_matches && key_.matches >= *program_.limit_matches; }

/// What follows is of the start with that order.
void Threads::begin_start(std::uint64_t order) {
  if (order == start_order_) return;
  if (start_order_ != kAllStarts) end_start();
  start_order_ = order;
  ++starts_;
  start_link_ = link_;
  by_time_ = matched_ = false;
  folds_.clear();
  if (program_.one_start_a_state) return;
  first_compared_ = link_;
  listed_ = 0;
  indexed_ = changed_ = false;
}

/// All threads of a start were looked at: is it over, and by time?
void Threads::end_start() {
  if (!program_.has_timeouts && !matched_) return;
  RunId best = kNoRun;
  bool lives = false;
  for (RunId* at = start_link_; at != link_; at = &pool_[*at].next) {
    Run& run = pool_[*at];
    if (matched_) run.fresh |= kHasMatched;
    if ((run.fresh & kEndedByTime) == 0)
      lives = true;
    else if (best == kNoRun || run.taken > pool_[best].taken)
      best = *at;
  }
  if (best == kNoRun) return;
  if (!lives && by_time_ && !matched_)
    sink_.take({.pool = pool_, .run = pool_[best], .completion = moment_, .by_time = true, .timeout = true});
  // Of a start that goes on the one with most events is remembered.
  for (RunId* at = start_link_; at != link_;) {
    const RunId id = *at;
    if ((pool_[id].fresh & kEndedByTime) == 0 || (lives && !matched_ && id == best)) {
      at = &pool_[id].next;
      continue;
    }
    unlink(at);
  }
}

/// Ends the thread that `at` links.
void Threads::unlink(RunId* at) {
  const RunId id = *at;
  *at = pool_[id].next;
  if (link_ == &pool_[id].next) link_ = at;
  if (indexed_) indexed_ = false;
  --listed_;
  pool_.free(id);
}

void Threads::drop(RunId id, End why) {
  if (tracer_ != nullptr) tracer_->ended(pool_[id].start_order, why);
  pool_.free(id);
}

void Threads::link(RunId id) {
  *link_ = id;
  link_ = &pool_[id].next;
  ++listed_;
}

/// Links the thread, unless its start is over or one before it makes it superfluous.
void Threads::keep(RunId id) {
  if (is_over(pool_[id])) return drop(id, End::after_match);
  if (changed_ && first_compared_ != link_ && superseded(id)) return drop(id, End::superseded);
  link(id);
  if (indexed_) pool_.merging.emplace(identity(pool_[id]), id);
}

// ---- one thread against the event

void Threads::thread(RunId id) {
  Run& run = pool_[id];
  if (is_over(run)) return drop(id, End::after_match);
  if ((run.fresh & kEndedByTime) != 0) return link(id);
  if (program_.states[run.state].kind == State::Kind::end) return pending(id);
  if (program_.has_within && head_->time - run.start > program_.within) {
    ++pool_.counts.expired;
    return drop(id, End::within);
  }
  if (program_.has_bounds && bound_of(program_, pool_, run, 0) < head_->time) return drop(id, End::bound);
  verdict_.takes.clear();
  const bool skippable = consider(run, 0, verdict_);
  if (verdict_.takes.empty() && !skippable) return drop(id, verdict_.why);
  takes(id, skippable);
  if (!skippable) return;
  if (is_over(run)) return drop(id, End::after_match);
  skip(run, 0);
  keep(id);
}

/// The takes of verdict_, in order. The thread itself is the last unless it is kept.
void Threads::takes(RunId id, bool kept) {
  const std::size_t count = verdict_.takes.size();
  for (std::size_t i = 0; i < count; ++i) {
    const bool last = i + 1 == count && !kept;
    if (is_over(pool_[id])) {
      if (!kept) drop(id, End::after_match);
      return;
    }
    take(last ? id : pool_.copy(id), verdict_.takes[i]);
  }
}

/// At the pattern's end, where absences are waited for.
void Threads::pending(RunId id) {
  Run& run = pool_[id];
  Position& at = position(run, 0);
  const State& state = program_.states[at.state];
  End why = End::absence;
  if (!may_pass(run, state, why)) return drop(id, why);
  if (program_.repeats != kNoSlot) {
    Slot& repeats = pool_.registers(run)[program_.repeats];
    if (repeats != 0 && repeats != kNoRepeats) {
      repeating_ = true;
      return keep(id);
    }
    // What came when its own time was over, but not that of others, leaves nothing to repeat.
    if (std::any_of(state.guards.begin(), state.guards.end(),
                    [&](const Guard& guard) { return guard.repeats && fits(guard, run, state); }))
      repeats = kNoRepeats;
  }
  if (is_blocked(run, state, at, why)) return drop(id, why);
  skip_guards(run, state, at);
  if (end_of_closings(program_, pool_, run) < head_->time) {
    is_behind_last_ = true;
    complete(id, head_->time, false);
    is_behind_last_ = false;
    return;
  }
  if (is_complete_already(run)) return drop(id, End::superseded);
  keep(id);
}

void Threads::at_end(RunId id) {
  const Run& run = pool_[id];
  const State& state = program_.states[run.state];
  if (is_over(run)) return drop(id, End::after_match);
  if (!has_closing(run, state)) return complete(id, head_->time, false);
  if (has_own_closing(state) && is_violated(run, state.inherits)) return drop(id, End::possessive);
  // Absences of sides may be over already.
  if (end_of_closings(program_, pool_, run) < head_->time) return complete(id, head_->time, false);
  if (is_complete_already(run)) return drop(id, End::superseded);
  keep(id);
}

// ---- completion, and what it ends

void Threads::complete(RunId id, events::Time completion, bool by_time) {
  Run& run = pool_[id];
  if (tells_assignments()) {
    if (std::find(folds_.begin(), folds_.end(), run.fold) != folds_.end()) return drop(id, End::superseded);
    folds_.push_back(run.fold);
    drop_assignment(run);
  }
  std::uint64_t repeat = program_.repeats == kNoSlot ? 0 : pool_.registers(run)[program_.repeats];
  const bool repeats = program_.states[run.state].every && !at_last_ && repeat != kNoRepeats;
  if (repeat == kNoRepeats) repeat = 0;
  // What is too much for `match up to` isn't told; it is a match all the same.
  if (program_.matching.mode == Mode::up_to && matches_now_ >= program_.matching.most) {
    matched_ = true;
  } else {
    ++matches_now_;
    ++pool_.counts.matches;
    sink_.take({.pool = pool_,
                .run = run,
                .completion = completion,
                .completion_order = by_time ? 0 : order_,
                .by_time = by_time,
                .repeat = repeat});
    if (program_.limit_matches && ++key_.matches >= *program_.limit_matches) {
      over_before_ = kAllStarts;
      drop_kept(&key_.head);
      return drop(id, End::after_match);
    }
  }
  if (repeat == 0) after_match(run.start_order, program_.target == kNoSlot ? 0 : pool_.registers(run)[program_.target]);
  if (!repeats) return pool_.free(id);
  const State& state = program_.states[run.state];
  ++pool_.registers(run)[program_.repeats];
  for (const Guard& guard : state.guards)
    if (guard.repeats) pool_.registers(run)[guard.deadline] = clock_of(plus(completion, *state.every));
  repeating_ = true;
  link(id);
}

/// `match all`: another thread of this start, which took the same events, is complete now.
bool Threads::is_complete_already(const Run& run) const {
  return tells_assignments() && program_.states[run.state].kind == State::Kind::end &&
         std::find(folds_.begin(), folds_.end(), run.fold) != folds_.end();
}

/// Threads of this start that await absences for the assignment that is complete now.
void Threads::drop_assignment(const Run& match) {
  for (RunId* at = start_link_; at != link_;) {
    const Run& run = pool_[*at];
    if (run.fold == match.fold && run.taken == match.taken && program_.states[run.state].kind == State::Kind::end)
      unlink(at);
    else
      at = &pool_[*at].next;
  }
}

/// `target`: the order of the event that `skip to` speaks of, plus 1; 0: there is none.
void Threads::after_match(std::uint64_t start_order, Slot target) {
  switch (program_.after.policy) {
    case Policy::skip_past_last:
      over_before_ = is_behind_last_ ? order_ : kAllStarts;
      return drop_kept(&key_.head);
    case Policy::skip_to_first:
    case Policy::skip_to_last:
      if (target != 0 && target - 1 > start_order) {
        over_before_ = std::max(over_before_, target - 1);
        return drop_kept(&key_.head);
      }
      break;
    case Policy::skip_to_next:
      break;
    case Policy::keep:
      matched_ = true;
      if (program_.matching.mode != Mode::one) return;
      break;
  }
  over_ = start_order;
  drop_kept(start_link_);
}

/// Ends the threads kept so far from `from` on.
void Threads::drop_kept(RunId* from) {
  *link_ = kNoRun;
  for (RunId id = *from; id != kNoRun;) {
    const RunId next = pool_[id].next;
    drop(id, End::after_match);
    id = next;
  }
  *from = kNoRun;
  link_ = from;
  if (from == &key_.head) start_link_ = first_compared_ = from;
  listed_ = 0;
  indexed_ = false;
}

// ---- time

events::Time Threads::end_of_closings(const Program& program, const RunPool& pool, const Run& run) {
  return end_of_closings(program, pool, run, program.states[run.state], position(program, pool, run, 0));
}

events::Time Threads::end_of_closings(const Program& program, const RunPool& pool, const Run& run, const State& state,
                                      const Position& at) {
  events::Time end = events::kEarliest;
  const events::Time window = program.has_within ? plus(run.start, program.within) : events::kLatest;
  for (const Guard& guard : state.guards) {
    if (guard.loop || (guard.next_only && (at.fresh & kFresh) == 0)) continue;
    end = std::max(end, guard.deadline == kNoSlot ? window : time_of(pool.registers(run)[guard.deadline]));
  }
  if (state.inherits == kNoSides) return end;
  const Both& sides = program.boths[state.inherits];
  for (std::uint32_t side = sides.first_machine; side < sides.first_machine + sides.sides; ++side) {
    const Position& inherited = position(program, pool, run, program.machines + side);
    if (inherited.state != kNoState)
      end = std::max(end, end_of_closings(program, pool, run, program.states[inherited.state], inherited));
  }
  return end;
}

/// The last moment at which the machines under way could take an event, by their bounds.
events::Time Threads::bound_of(const Program& program, const RunPool& pool, const Run& run, std::uint32_t machine) {
  const Position& at = position(program, pool, run, machine);
  const State& state = program.states[at.state];
  events::Time end = events::kLatest;
  if (state.kind == State::Kind::end) return end;
  if (state.kind == State::Kind::both) {
    const Both& both = program.boths[state.both];
    for (std::uint32_t side = both.first_machine; side < both.first_machine + both.sides; ++side)
      end = std::min(end, bound_of(program, pool, run, side));
    return end;
  }
  if (state.bounded && state.most != kForever) end = plus(at.last, state.most);
  events::Time spans = events::kEarliest;  // of several steps, of an `or`, the latest
  for (const std::uint16_t step : state.takes) {
    events::Time span = events::kLatest;
    for (const SpanLimit& limit : program.turns[step].spans)
      if (const Slot first = pool.registers(run)[limit.slot]; first != 0)
        span = std::min(span, plus(time_of(first), limit.span));
    spans = std::max(spans, span);
  }
  return std::min(end, spans);
}

events::Time Threads::due(const Program& program, const RunPool& pool, const Run& run) {
  if ((run.fresh & kEndedByTime) != 0) return events::kLatest;
  if (program.states[run.state].kind == State::Kind::end) return end_of_closings(program, pool, run);
  const events::Time window = program.has_within ? plus(run.start, program.within) : events::kLatest;
  return program.has_bounds ? std::min(window, bound_of(program, pool, run, 0)) : window;
}

events::Time Threads::deadline(const Program& program, const RunPool& pool, const KeyState& key) {
  events::Time next = key.record == kNoRun ? events::kLatest : pool[key.record].start;
  if (!program.has_timers && !program.has_within) return next;
  for (RunId id = key.head; id != kNoRun; id = pool[id].next) {
    next = std::min(next, due(program, pool, pool[id]));
    if (!program.has_timers) break;  // the oldest start's window ends first
  }
  return next;
}

events::Time Threads::time(events::Time now) {
  at_last_ = now == events::kLatest;
  for (;;) {
    const events::Time next = deadline(program_, pool_, key_);
    if (next >= now) return next;
    if (key_.record != kNoRun && pool_[key_.record].start == next) free_record(pool_, key_);
    fire(next);
  }
}

/// Deadlines at a moment. Starts in order; of one its completions, then its ends.
void Threads::fire(events::Time at) {
  begin_walk();
  moment_ = at;
  for (RunId current = key_.head; current != kNoRun;) {
    const RunId next = pool_[current].next;
    begin_start(pool_[current].start_order);
    const Run& run = pool_[current];
    if (is_over(run))
      drop(current, End::after_match);
    else if (due(program_, pool_, run) > at)
      is_complete_already(run) ? drop(current, End::superseded) : link(current);
    else if (program_.states[run.state].kind == State::Kind::end)
      complete(current, at, true);
    else
      ended_by_time(current);
    current = next;
  }
  *link_ = kNoRun;
  end_start();
}

void Threads::ended_by_time(RunId id) {
  Run& run = pool_[id];
  const bool window = program_.has_within && plus(run.start, program_.within) <= moment_;
  if (window) ++pool_.counts.expired;
  const End why = window ? End::within : End::bound;
  if (!program_.has_timeouts || (run.fresh & kHasMatched) != 0) return drop(id, why);
  if (tracer_ != nullptr) tracer_->ended(run.start_order, why);
  run.fresh |= kEndedByTime;
  by_time_ = true;
  link(id);
}

// ---- starts

void Threads::start() {
  if (!may_start(program_, *head_, *bits_)) return;
  const std::uint64_t matches = pool_.counts.matches;
  begin_start(order_);
  RunId* const before = link_;
  for (const Exit& way : program_.starts) {
    if (over_before_ > order_ || over_ == order_) break;
    start_by(way);
  }
  *link_ = kNoRun;
  end_start();
  if (link_ == before && matches == pool_.counts.matches) return;
  ++pool_.counts.starts;
  if (link_ != before && starts_ > program_.limit_runs) evict();
}

void Threads::start_by(const Exit& way) {
  const RunId id = pool_.make();
  Run& run = pool_[id];
  run.start = head_->time;
  run.start_order = order_;
  for (std::uint32_t machine = 0; machine < program_.held_positions(); ++machine) position(run, machine) = {};
  apply(run, way.move);
  place(run, 0, way.state);
  bool begins = lead(run, program_.states[way.state]);
  if (way.sides != kNoSides)
    for (const auto& [side, state] : program_.sides[way.sides]) {
      place(run, side, state);
      begins = lead(run, program_.states[state]) && begins;
    }
  if (!begins) return pool_.free(id);
  verdict_.takes.clear();
  consider(run, 0, verdict_);
  if (verdict_.takes.empty()) return pool_.free(id);
  takes(id, false);
}

/// When the events came that absences before the first event speak of. False: such an absence has no span.
bool Threads::lead(Run& run, const State& state) {
  for (const Guard& guard : state.guards) {
    if (guard.deadline == kNoSlot) continue;
    if (span_of(guard, {pool_.fresh_registers(), pool_.fresh_valid()}).ns <= 0) return false;
    if (key_.record != kNoRun)
      pool_.registers(run)[guard.deadline] = pool_.registers(pool_[key_.record])[guard.deadline];
  }
  return true;
}

void Threads::record() {
  for (const Guard& guard : program_.leads) {
    const Registers none{pool_.fresh_registers(), pool_.fresh_valid()};
    if (!fits(guard.fits, none)) continue;
    const events::Duration span = span_of(guard, none);
    if (span.ns <= 0) continue;
    if (key_.record == kNoRun) key_.record = make_record(pool_);
    Run& record = pool_[key_.record];
    pool_.registers(record)[guard.deadline] = clock_of(head_->time);
    record.start = std::max(record.start, plus(head_->time, span));
  }
}

/// Ends the oldest start if there are more than the limit.
void Threads::evict() {
  std::uint64_t open = 0;
  std::uint64_t last = kAllStarts;
  for (RunId at = key_.head; at != kNoRun; at = pool_[at].next) {
    if (pool_[at].start_order != last) ++open;
    last = pool_[at].start_order;
  }
  if (open <= program_.limit_runs) return;
  ++pool_.counts.evicted;
  const std::uint64_t oldest = pool_[key_.head].start_order;
  while (key_.head != kNoRun && pool_[key_.head].start_order == oldest) {
    const RunId id = key_.head;
    key_.head = pool_[id].next;
    drop(id, End::evicted);
  }
}

}  // namespace tocsin::matcher
