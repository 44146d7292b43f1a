// What a taken event changes in a run's registers: fields, and aggregates kept one event at a time.
//
// Nulls are skipped but by `value`, `first`, `last`, `turn`, `before` and `count`; a sum that overflowed, and what is
// not finite, stays null (rules/plan.hpp, AggregateFn). In a header, since it runs for each event taken.
#pragma once

#include "matcher/program.hpp"
#include "matcher/run_pool.hpp"
#include "rules/arithmetic.hpp"

namespace tocsin::matcher {

/// `slot`: what the change reads of the event, null unless `ok`; of Kind::count and Kind::before it says nothing.
inline void update(RunPool& pool, Run& run, const Update& change, events::Slot slot, bool ok) {
  using Kind = Register::Kind;
  std::uint64_t* valid = RunPool::valid(run);
  events::Slot* registers = pool.registers(run);
  const auto is_valid = [&](RegisterId id) { return ((valid[id >> 6] >> (id & 63)) & 1) != 0; };
  const auto set = [&](RegisterId id, events::Slot to, bool holds) {
    registers[id] = holds ? to : 0;
    const std::uint64_t bit = std::uint64_t{1} << (id & 63);
    valid[id >> 6] = holds ? valid[id >> 6] | bit : valid[id >> 6] & ~bit;
  };
  const RegisterId target = change.target;
  if (change.kind == Kind::count) {
    ++registers[target];
    return;
  }
  if (change.kind == Kind::before) return set(target, registers[change.from], is_valid(change.from));
  if (change.kind == Kind::value || change.kind == Kind::last) return set(target, slot, ok);
  if (change.kind == Kind::first) {
    if (is_valid(target) || registers[target] == kFirstIsNull) return;
    set(target, slot, ok);
    if (!ok) registers[target] = kFirstIsNull;
    return;
  }
  if (change.kind == Kind::turn) {
    if (is_valid(target) || registers[target] > change.turn) return;
    if (registers[target]++ < change.turn) return;
    if (ok) set(target, slot, true);
    return;
  }
  if (change.kind == Kind::distinct && !is_valid(target)) set(target, kNoValues, true);
  if (!ok) return;
  events::Slot result = 0;
  switch (change.kind) {
    case Kind::count_values:
      ++registers[target];
      return;
    case Kind::sum:
      if (!is_valid(target)) return;  // once out of range it stays null
      if (!rules::arithmetic(rules::Op::add, change.type, registers[target], change.type, slot, result)) {
        ++pool.counts.nulls;
        return set(target, 0, false);
      }
      return set(target, result, true);
    case Kind::float_sum:
      if (!is_valid(target)) return;
      if (!rules::float_arithmetic(rules::Op::add, events::float_of(registers[target]),
                                   rules::as_float(change.type, slot), result)) {
        ++pool.counts.nulls;
        return set(target, 0, false);
      }
      return set(target, result, true);
    case Kind::min:
    case Kind::max: {
      const int order = is_valid(target) ? rules::order_of(change.type, slot, change.type, registers[target]) : 0;
      if (!is_valid(target) || (change.kind == Kind::min ? order < 0 : order > 0)) set(target, slot, true);
      return;
    }
    case Kind::m2: {  // Welford, Technometrics 4 (1962); the count includes this value already
      const double value = rules::as_float(change.type, slot);
      const double before = events::float_of(registers[change.mean]);
      const double delta = value - before;
      const double mean = before + delta / static_cast<double>(events::int_of(registers[change.count]));
      registers[change.mean] = events::slot_of(mean);
      if (!is_valid(target)) return;
      if (!rules::finite(events::float_of(registers[target]) + delta * (value - mean), result)) {
        ++pool.counts.nulls;
        return set(target, 0, false);
      }
      return set(target, result, true);
    }
    case Kind::distinct:
      registers[target] = pool.values.insert(static_cast<ValuesId>(registers[target]), change.type, slot);
      return;
    case Kind::collect: {
      if (!is_valid(target)) return;  // it has grown too long
      const auto list = static_cast<ValuesId>(registers[target]);
      if (pool.values.size(list) < rules::kMaxCollected) {
        registers[target] = pool.values.append(list, change.type, slot);
        return;
      }
      pool.values.release(list);
      ++pool.counts.nulls;
      return set(target, kNoValues, false);
    }
    default:
      return;
  }
}

/// `column`: of the field that the change reads, null where it reads none (Kind::count); `index`: the event's row
/// there.
inline void update(RunPool& pool, Run& run, const Update& change, const events::Column* column, std::uint32_t index) {
  if (column == nullptr)
    update(pool, run, change, 0, false);
  else
    update(pool, run, change, column->slots[index], column->is_valid(index));
}

}  // namespace tocsin::matcher
