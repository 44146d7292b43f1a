// A read, a comparison with it, and sometimes logic over two comparisons.
#include "tests/property/random_condition.hpp"

#include "tests/oracle/make.hpp"

namespace tocsin::property {
namespace {

using namespace oracle::make;
using rules::Function;

constexpr std::array kComparisons = {Op::eq, Op::ne, Op::lt, Op::le, Op::gt, Op::ge};

Expr half(std::int64_t halves) { return constant(0.5 * static_cast<double>(halves)); }

Expr candidate_field(Random& random) { return random.chance(70) ? field(kInt) : field(kFloat, Type::floating, true); }

/// Reads the candidate alone.
Expr own_condition(Random& random) {
  const Op op = random.pick(kComparisons);
  switch (random.below(7)) {
    case 0:
      return truth(op, {field(kFloat, Type::floating, true), half(random.between(0, 6))});
    case 1:
      return truth(random.chance(50) ? Op::is_null : Op::is_not_null, {field(kFloat, Type::floating, true)});
    case 2:
      return truth(op, {node(Op::add, Type::integer, {field(kInt), number(1)}), candidate_field(random)});
    case 3:
      return truth(Op::logical_not, {truth(op, {candidate_field(random), number(random.between(0, 4))})});
    case 4:
      return truth(Op::ne, {field(kInt), number(random.between(0, 4))});
    default:
      return truth(op, {field(kInt), number(random.between(0, 4))});
  }
}

Expr of_step(Op op, std::uint32_t step, std::uint32_t index, Type type) {
  Expr expr = step_field(step, index, type, true);
  expr.op = op;
  return expr;
}

/// `v in collect(s.v)`
Expr among(Random& random, std::uint32_t step) {
  const bool whole = random.chance(70);
  const Type type = whole ? Type::integer : Type::floating;
  Expr list = of_step(Op::aggregate, step, whole ? kInt : kFloat, events::list_of(type));
  list.fn = AggregateFn::collect;
  list.nullable = true;
  Expr expr = truth(Op::call, {whole ? field(kInt) : field(kFloat, Type::floating, true), std::move(list)});
  expr.function = Function::in_list;
  return expr;
}

/// Something of a step's events: a number.
Expr of_step(Random& random, Readable readable) {
  using Fn = AggregateFn;
  const bool whole = random.chance(70);
  const std::uint32_t index = whole ? kInt : kFloat;
  const Type type = whole ? Type::integer : Type::floating;
  const std::uint32_t id = readable.step;
  if (readable.single && random.chance(80)) return step_field(id, index, type, true);
  if (random.chance(20)) {
    constexpr std::array<std::int64_t, 6> kTurns = {0, 0, 1, 2, -1, -2};
    Expr turn = of_step(Op::turn_field, id, index, type);
    turn.turn = random.pick(kTurns);
    return turn;
  }
  constexpr std::array kFns = {Fn::count, Fn::sum,  Fn::avg,  Fn::min,    Fn::max,
                               Fn::first, Fn::last, Fn::last, Fn::stddev, Fn::distinct};
  const Fn fn = random.pick(kFns);
  Expr expr = of_step(Op::aggregate, id, index, type);
  expr.fn = fn;
  expr.nullable = fn != Fn::count && fn != Fn::sum;
  if (fn == Fn::count && random.chance(60)) expr.field = rules::kNoField;
  if (fn == Fn::count || fn == Fn::distinct) expr.type = Type::integer;
  if (fn == Fn::stddev || (fn == Fn::avg && whole)) expr.type = Type::floating;
  return expr;
}

/// Compares the candidate, or a count, with events of an earlier step, or of turns before this one.
Expr look_back(Random& random, const std::vector<Readable>& readable) {
  const auto any = [&] { return of_step(random, random.pick(readable)); };
  const Op op = random.pick(kComparisons);
  if (random.chance(8)) return among(random, random.pick(readable).step);
  Expr read = any();
  const bool counts = read.op == Op::aggregate && (read.fn == AggregateFn::count || read.fn == AggregateFn::distinct);
  if (counts) {
    if (read.nullable) read = coalesce(std::move(read), number(random.between(0, 2)));
    return truth(random.chance(50) ? Op::lt : op, {std::move(read), number(random.between(0, 4))});
  }
  if (read.type == Type::integer && random.chance(25)) {
    Expr other = any();
    read = coalesce(std::move(read), other.type == Type::integer ? std::move(other) : number(2));
  } else if (random.chance(40)) {
    Expr instead = read.type == Type::integer ? number(random.between(0, 3)) : half(random.between(0, 6));
    read = coalesce(std::move(read), std::move(instead));
  }
  if (random.chance(20)) read = node(Op::sub, read.type, {std::move(read), number(1)});
  return truth(op, {candidate_field(random), std::move(read)});
}

}  // namespace

std::uint32_t place_of(std::uint32_t field, events::TypeId type) {
  return events::index_of(type) % 2 == 0 ? field : 1 - field;
}

Expr random_condition(Random& random, const std::vector<Readable>& readable) {
  const std::size_t kind = random.below(100);
  if (kind < 40 || readable.empty()) return own_condition(random);
  Expr back = look_back(random, readable);
  if (kind < 74) return back;
  if (kind < 80) return truth(Op::logical_not, {std::move(back)});
  const Expr second = random.chance(60) ? own_condition(random) : look_back(random, readable);
  return truth(kind < 88 ? Op::logical_and : Op::logical_or, {std::move(back), second});
}

Expr random_span(Random& random, const std::vector<Readable>& readable, events::Duration unit) {
  Expr read = of_step(random, random.pick(readable));
  if (random.chance(40)) read = coalesce(std::move(read), read.type == Type::integer ? number(1) : half(2));
  if (random.chance(70)) return node(Op::mul, Type::duration, {std::move(read), constant(unit)});
  Expr either =
      node(Op::conditional, Type::duration,
           {truth(Op::gt, {std::move(read), number(1)}), constant(unit), constant(events::Duration{2 * unit.ns})});
  either.nullable = false;
  return either;
}

void lay_out(Expr& expr, events::TypeId type, const rules::Pattern& pattern) {
  if (expr.op == Op::field) expr.field = place_of(expr.field, type);
  const bool reads = expr.op == Op::step_field || expr.op == Op::aggregate || expr.op == Op::turn_field;
  if (reads && expr.field != rules::kNoField) {
    const std::vector<events::TypeId>& types = pattern.steps[expr.step].types;
    if (types.size() > 1)
      for (const events::TypeId each : types) expr.fields.push_back(place_of(expr.field, each));
    expr.field = place_of(expr.field, types.front());
  }
  for (Expr& arg : expr.args) lay_out(arg, type, pattern);
}

}  // namespace tocsin::property
