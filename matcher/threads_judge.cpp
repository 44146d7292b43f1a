// May a thread take the event, and may it skip it.
//
// Sides of an `and` are asked one after the other. What forbids a side to take the event, or to skip it, concerns only
// that side: another one may still take it, and then the others don't judge it (semantics, section 2.7).
#include <algorithm>

#include "events/assert.hpp"
#include "matcher/threads.hpp"

namespace tocsin::matcher {

using events::Slot;

Position& Threads::position(Run& run, std::uint32_t machine) const {
  return reinterpret_cast<Position*>(pool_.registers(run) + program_.positions)[machine];
}

const Position& Threads::position(const Program& program, const RunPool& pool, const Run& run, std::uint32_t machine) {
  return reinterpret_cast<const Position*>(pool.registers(run) + program.positions)[machine];
}

bool Threads::fits(const FitRange& range, const Registers& registers) {
  for (std::uint32_t i = range.begin; i < range.end; ++i) {
    const Fit& fit = program_.fits[i];
    if (fit.type != head_->type || !bits_->test(fit.bit, head_->index)) continue;
    if (fit.code == kNoCode || fulfils(program_.codes[fit.code], registers)) return true;
  }
  return false;
}

bool Threads::fulfils(const Code& code, const Registers& registers) {
  Bindings bindings;
  bindings.table = &batch_->tables[events::index_of(head_->type)];
  bindings.index = head_->index;
  bindings.registers = registers.slots;
  bindings.valid = registers.valid;
  bindings.values = &pool_.values;
  bindings.tables = pool_.tables;
  bindings.as_of = as_of();
  bindings.texts = &pool_.texts;
  const Cell result = evaluate(code, bindings, pool_.counts.nulls);
  return result.valid && result.slot != 0;
}

template <class Holds>
bool Threads::any_side(const Run& run, std::uint32_t both, const Holds& holds) const {
  if (both == kNoSides) return false;
  const Both& sides = program_.boths[both];
  for (std::uint32_t side = sides.first_machine; side < sides.first_machine + sides.sides; ++side) {
    const Position& at = position(program_, pool_, run, program_.machines + side);
    if (at.state != kNoState && holds(program_.states[at.state], at)) return true;
  }
  return false;
}

/// The run's registers without the fields of a turn that is over.
Threads::Registers Threads::now(const Run& run, const State& state) {
  if (state.cleared.empty()) return of(run);
  pool_.masked.assign(RunPool::valid(run), RunPool::valid(run) + pool_.valid_words());
  for (const RegisterId id : state.cleared) pool_.masked[id >> 6] &= ~(std::uint64_t{1} << (id & 63));
  return {pool_.registers(run), pool_.masked.data()};
}

bool Threads::fits(const Guard& guard, const Run& run, const State& state) {
  return fits(guard.fits, guard.turn_before ? of(run) : now(run, state));
}

bool Threads::is_until(const Guard& guard, const Run& run, const State& state) {
  return fits(guard.until, guard.turn_before ? of(run) : now(run, state));
}

/// The event could be a further turn of the possessive loop that was left.
bool Threads::is_further_turn(const Guard& guard, const Position& at, const Run& run, const State& state) {
  if (guard.next_only && (at.fresh & kFresh) == 0) return false;
  if (guard.spent != kNoBit && (at.spent & (1U << guard.spent)) != 0) return false;
  if (guard.least.ns > 0 || guard.most != kForever) {
    const events::Duration since = head_->time - at.last;
    if (since < guard.least || since > guard.most) return false;
  }
  if (std::any_of(guard.before.begin(), guard.before.end(),
                  [&](RegisterId deadline) { return time_of(pool_.registers(run)[deadline]) >= head_->time; }))
    return false;
  if (guard.inherits && inherits_wait(run, state.inherits)) return false;
  return fits(guard, run, state) && !is_until(guard, run, state);
}

bool Threads::is_blocked(const Run& run, const State& state, const Position& at, End& why) {
  return is_blocked_now(run, state, at, why) || is_passed_over(run, state, at, state.kind != State::Kind::end, why);
}

/// A loop around what is waited for can have no further turn from the event on.
bool Threads::is_until(const Run& run, const State& state) {
  return std::any_of(state.untils.begin(), state.untils.end(),
                     [&](const FitRange& until) { return fits(until, now(run, state)); });
}

/// By what speaks of the very next event and by `until`.
bool Threads::is_blocked_now(const Run& run, const State& state, const Position& at, End& why) {
  for (const Guard& guard : state.guards) {
    if (!guard.next_only || guard.loop || (at.fresh & kFresh) == 0 || !in_window(run) || !fits(guard, run, state))
      continue;
    why = End::absence;
    return true;
  }
  if (!state.first && is_until(run, state)) {
    why = End::until;
    return true;
  }
  return any_side(run, state.inherits,
                  [&](const State& ended, const Position& there) { return is_blocked_now(run, ended, there, why); });
}

/// The event could be a further turn of a possessive loop. `behind`: something stands behind what ended there, an
/// event that was or will be taken or an absence; a loop at the very end has no effect.
bool Threads::is_passed_over(const Run& run, const State& state, const Position& at, bool behind, End& why) {
  for (const Guard& guard : state.guards) {
    if (!guard.loop || (guard.trailing && !behind) || !is_further_turn(guard, at, run, state)) continue;
    why = End::possessive;
    return true;
  }
  return any_side(run, state.inherits, [&](const State& ended, const Position& there) {
    return is_passed_over(run, ended, there, behind || has_own_closing(state), why);
  });
}

bool Threads::has_own_closing(const State& state) {
  return std::any_of(state.guards.begin(), state.guards.end(), [](const Guard& guard) { return !guard.loop; });
}

bool Threads::waits(const Run& run, const State& state) const {
  if (!state.first)
    for (const Guard& guard : state.guards)
      if (guard.deadline != kNoSlot && time_of(pool_.registers(run)[guard.deadline]) >= head_->time) return true;
  return state.inherits != kNoSides && inherits_wait(run, state.inherits);
}

bool Threads::inherits_wait(const Run& run, std::uint32_t both) const {
  return any_side(run, both, [&](const State& ended, const Position&) { return waits(run, ended); });
}

bool Threads::may_pass(const Run& run, const State& state, End& why) {
  for (const Guard& guard : state.guards) {
    if (guard.loop || guard.next_only) continue;
    const bool over = guard.deadline == kNoSlot
                          ? !in_window(run)
                          : state.first || time_of(pool_.registers(run)[guard.deadline]) < head_->time;
    if (over || !fits(guard, run, state)) continue;
    why = End::absence;
    return false;
  }
  return state.inherits == kNoSides || inherits_pass(run, state.inherits, why);
}

bool Threads::inherits_pass(const Run& run, std::uint32_t both, End& why) {
  return !any_side(run, both, [&](const State& ended, const Position&) { return !may_pass(run, ended, why); });
}

bool Threads::ended_side_passes(const Run& run, std::uint32_t machine, const Both& both, End& why) {
  const Position& at = position(program_, pool_, run, machine);
  const State& state = program_.states[at.state];
  // Behind a loop at the side's end there may be nothing more.
  if (is_blocked_now(run, state, at, why) || is_passed_over(run, state, at, !both.may_end, why)) return false;
  return may_pass(run, state, why);
}

/// `within` isn't over: a closing absence without a span ends with it.
bool Threads::in_window(const Run& run) const {
  return !program_.has_within || head_->time - run.start <= program_.within;
}

bool Threads::spans_allow(const Run& run, const Turn& turn) const {
  for (const SpanLimit& limit : turn.spans) {
    const Slot first = pool_.registers(run)[limit.slot];
    if (first != 0 && head_->time - time_of(first) > limit.span) return false;
  }
  return true;
}

/// Absences before a match's first event.
bool Threads::leads_allow(const Run& run, const State& state) {
  if (!state.first) return true;
  for (const Guard& guard : state.guards) {
    if (guard.deadline == kNoSlot) continue;
    const events::Duration span = span_of(guard, {pool_.fresh_registers(), pool_.fresh_valid()});
    if (span.ns <= 0) return false;
    if (watching_ > head_->time || head_->time - watching_ < span) return false;
    const Slot last = pool_.registers(run)[guard.deadline];
    if (last != 0 && head_->time - time_of(last) <= span) return false;
  }
  return true;
}

bool Threads::consider(Run& run, std::uint32_t machine, Verdict& verdict) {
  const State& state = program_.states[position(run, machine).state];
  return state.kind == State::Kind::both ? consider_both(run, machine, state, verdict)
                                         : consider_step(run, machine, state, verdict);
}

bool Threads::consider_step(Run& run, std::uint32_t machine, const State& state, Verdict& verdict) {
  const Position& at = position(run, machine);
  if (is_blocked(run, state, at, verdict.why)) return false;
  bool any_fits = false;
  bool in_time = (!state.bounded || head_->time - at.last >= state.least) && !waits(run, state);
  // With no event before a loop, what ends it is asked of its first turn's event on.
  if (state.first && is_until(run, state)) in_time = false;
  for (const std::uint16_t step : state.takes) {
    const Turn& turn = program_.turns[step];
    if (!fits(turn.fits, now(run, state))) continue;
    any_fits = true;
    if (in_time && spans_allow(run, turn) && leads_allow(run, state))
      verdict.takes.push_back({static_cast<std::uint16_t>(machine), step});
  }
  if (state.arrow == rules::Arrow::next || (state.arrow == rules::Arrow::followed_by && any_fits)) {
    verdict.why = any_fits ? End::bound : End::arrow;
    return false;
  }
  return may_pass(run, state, verdict.why);
}

bool Threads::consider_both(Run& run, std::uint32_t machine, const State& state, Verdict& verdict) {
  if (is_blocked(run, state, position(run, machine), verdict.why)) return false;
  const bool in_time = !waits(run, state) && leads_allow(run, state) && !(state.first && is_until(run, state));
  const Both& both = program_.boths[state.both];
  const std::size_t before = verdict.takes.size();
  bool skippable = may_pass(run, state, verdict.why);
  for (std::uint32_t side = both.first_machine; side < both.first_machine + both.sides; ++side) {
    const Position& at = position(run, side);
    TOCSIN_ASSERT(at.state != kNoState);
    const bool passes = program_.states[at.state].kind == State::Kind::end
                            ? ended_side_passes(run, side, both, verdict.why)
                            : consider(run, side, verdict);
    skippable = skippable && passes;
  }
  if (!in_time) verdict.takes.resize(before);
  return skippable;
}

void Threads::skip_guards(Run& run, const State& state, Position& at) {
  for (const Guard& guard : state.guards) {
    if (state.first && guard.deadline != kNoSlot && fits(guard, run, state))
      pool_.registers(run)[guard.deadline] = clock_of(head_->time);
    if (!guard.loop || guard.spent == kNoBit) continue;
    if (is_until(guard, run, state)) at.spent = static_cast<std::uint8_t>(at.spent | (1U << guard.spent));
  }
  at.fresh = static_cast<std::uint8_t>(at.fresh & ~kFresh);
  if (state.inherits != kNoSides) skip_inherited(run, state.inherits);
}

void Threads::skip_inherited(Run& run, std::uint32_t both) {
  const Both& sides = program_.boths[both];
  for (std::uint32_t side = sides.first_machine; side < sides.first_machine + sides.sides; ++side) {
    Position& at = position(run, program_.machines + side);
    if (at.state != kNoState) skip_guards(run, program_.states[at.state], at);
  }
}

void Threads::skip(Run& run, std::uint32_t machine) {
  Position& at = position(run, machine);
  const State& state = program_.states[at.state];
  End why = End::possessive;
  // Whether that forbids anything is known when the pattern goes on, or ends, behind the `and`.
  if (state.kind == State::Kind::end && is_passed_over(run, state, at, true, why)) at.fresh |= kViolated;
  skip_guards(run, state, at);
  if (state.kind != State::Kind::both) return;
  const Both& both = program_.boths[state.both];
  for (std::uint32_t side = both.first_machine; side < both.first_machine + both.sides; ++side) skip(run, side);
}

/// An absence closes the pattern there.
bool Threads::has_closing(const Run& run, const State& state) const {
  return has_own_closing(state) ||
         any_side(run, state.inherits, [&](const State& ended, const Position&) { return has_closing(run, ended); });
}

bool Threads::is_violated(const Run& run, std::uint32_t both) const {
  return any_side(run, both, [&](const State& ended, const Position& there) {
    return (there.fresh & kViolated) != 0 || is_violated(run, ended.inherits);
  });
}

}  // namespace tocsin::matcher
