// The steps' shapes come first, so that conditions can tell which steps loop; then conditions, absences, the stream.
#include "tests/property/random_case.hpp"

#include <algorithm>

#include "tests/oracle/make.hpp"

namespace tocsin::property {
namespace {

using namespace oracle::make;
using events::Duration;
using rules::Pattern;
using rules::Step;

constexpr std::uint32_t kInt = 0, kFloat = 1;  // the fields of each type
constexpr std::array kComparisons = {Op::eq, Op::ne, Op::lt, Op::le, Op::gt, Op::ge};

Expr half(std::int64_t halves) { return constant(0.5 * static_cast<double>(halves)); }

Expr candidate_field(Random& random) { return random.chance(70) ? field(kInt) : field(kFloat, Type::floating, true); }

/// Reads the candidate alone.
Expr own_condition(Random& random) {
  const Op op = random.pick(kComparisons);
  switch (random.below(6)) {
    case 0:
      return truth(op, {field(kFloat, Type::floating, true), half(random.between(0, 6))});
    case 1:
      return truth(random.chance(50) ? Op::is_null : Op::is_not_null, {field(kFloat, Type::floating, true)});
    case 2:
      return truth(op, {node(Op::add, Type::integer, {field(kInt), number(1)}), candidate_field(random)});
    case 3:
      return truth(Op::logical_not, {truth(op, {candidate_field(random), number(random.between(0, 4))})});
    default:
      return truth(op, {field(kInt), number(random.between(0, 4))});
  }
}

/// Something of a step's events: a number.
Expr of_step(Random& random, const Step& step, std::uint32_t id) {
  using Fn = AggregateFn;
  const bool whole = random.chance(70);
  const std::uint32_t index = whole ? kInt : kFloat;
  const Type type = whole ? Type::integer : Type::floating;
  if (!step.looped() && random.chance(85)) return step_field(id, index, type, true);
  constexpr std::array kFns = {Fn::count, Fn::sum,  Fn::avg,  Fn::min,   Fn::max,
                               Fn::first, Fn::last, Fn::last, Fn::stddev};
  const Fn fn = random.pick(kFns);
  return aggregate(fn, id, fn == Fn::count && random.chance(60) ? rules::kNoField : index, type);
}

/// Compares the candidate, or a count, with events of an earlier step, or of turns before this one.
Expr look_back(Random& random, const Pattern& pattern, const std::vector<std::uint32_t>& readable) {
  const auto any = [&] {
    const std::uint32_t id = random.pick(readable);
    return of_step(random, pattern.steps[id], id);
  };
  const Op op = random.pick(kComparisons);
  Expr read = any();
  if (read.op == Op::aggregate && read.fn == AggregateFn::count)
    return truth(random.chance(50) ? Op::lt : op, {std::move(read), number(random.between(0, 4))});
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

std::optional<Expr> random_condition(Random& random, const Pattern& pattern,
                                     const std::vector<std::uint32_t>& readable) {
  const std::size_t kind = random.below(100);
  if (kind < 50) return std::nullopt;
  if (kind < 68 || readable.empty()) return own_condition(random);
  Expr back = look_back(random, pattern, readable);
  if (kind < 85) return back;
  if (kind < 89) return truth(Op::logical_not, {std::move(back)});
  const Expr second = random.chance(60) ? own_condition(random) : look_back(random, pattern, readable);
  return truth(kind < 95 ? Op::logical_and : Op::logical_or, {std::move(back), second});
}

events::TypeId random_type(Random& random, std::size_t types) {
  return events::TypeId{static_cast<std::uint32_t>(random.below(types))};
}

/// `A(…)`, or `A|B(…)`.
std::vector<rules::Single> random_fits(Random& random, std::size_t types, const Pattern& pattern,
                                       const std::vector<std::uint32_t>& readable) {
  std::vector<rules::Single> fits = {{random_type(random, types), random_condition(random, pattern, readable)}};
  const events::TypeId other = random_type(random, types);
  if (random.chance(16) && other != fits[0].type) fits.push_back({other, fits[0].condition});
  return fits;
}

/// `A(…)`, or `(A(…) or B(…))`.
std::vector<rules::Single> random_absence(Random& random, std::size_t types, const Pattern& pattern,
                                          const std::vector<std::uint32_t>& readable) {
  std::vector<rules::Single> fits = {{random_type(random, types), random_condition(random, pattern, readable)}};
  if (random.chance(16)) fits.push_back({random_type(random, types), random_condition(random, pattern, readable)});
  return fits;
}

void random_shapes(Random& random, Pattern& pattern) {
  struct Shape {
    std::uint32_t min;
    std::optional<std::uint32_t> max;
  };
  static const std::vector<Shape> kShapes = {{1, 1},  {1, 1},  {1, 1}, {1, 1},  {1, 1}, {1, 1}, {0, 1}, {0, 1}, {0, {}},
                                             {1, {}}, {1, {}}, {2, 2}, {2, {}}, {1, 2}, {0, 2}, {3, 3}, {1, 3}, {2, 3}};
  const std::size_t steps = 1 + random.below(6);
  do {
    pattern.steps.clear();
    for (std::size_t i = 0; i < steps; ++i) {
      const Shape& shape = random.pick(kShapes);
      pattern.steps.push_back({"s" + std::to_string(i), {}, shape.min, shape.max});
    }
  } while (std::all_of(pattern.steps.begin(), pattern.steps.end(), [](const Step& step) { return step.min == 0; }));
}

rules::Arrow random_arrow(Random& random) { return random.chance(78) ? rules::Arrow::followed_by : rules::Arrow::next; }

void random_elements(Random& random, std::size_t types, Pattern& pattern) {
  const auto must_be_taken = [](const Step& step) { return step.min > 0; };
  std::vector<std::uint32_t> readable;
  for (std::uint32_t i = 0; i < pattern.steps.size(); ++i) {
    Step& step = pattern.steps[i];
    const auto here = pattern.steps.begin() + i;
    const bool may_negate = std::any_of(pattern.steps.begin(), here, must_be_taken) &&
                            std::any_of(here, pattern.steps.end(), must_be_taken);
    while (may_negate && random.chance(22))
      pattern.elements.push_back({random.chance(60) ? rules::Arrow::followed_by : rules::Arrow::next,
                                  rules::Absent{random_absence(random, types, pattern, readable)}});
    if (step.looped()) readable.push_back(i);
    step.fits = random_fits(random, types, pattern, readable);
    if (!step.looped()) readable.push_back(i);
    pattern.elements.push_back({i == 0 ? std::nullopt : std::optional(random_arrow(random)), rules::Take{i}});
  }
}

/// Walks along the pattern with detours.
std::vector<oracle::Event> random_stream(Random& random, std::size_t types, const Pattern& pattern) {
  constexpr std::array<std::int64_t, 10> kGaps = {
      0, 0, 0, 1, 1'000'000, 500'000'000, 1'000'000'000, 1'000'000'000, 2'000'000'000, 3'000'000'000};
  std::vector<oracle::Event> stream;
  std::size_t at = 0;
  events::Time time{0};
  const std::size_t length = 1 + std::max(random.below(14), random.below(14));
  while (stream.size() < length) {
    oracle::Event event{events::TypeId{static_cast<std::uint32_t>(random.below(types))}, time, {}};
    if (random.chance(70)) {
      event.type = pattern.steps[at].fits.front().type;
      if (random.chance(60)) at = (at + 1) % pattern.steps.size();
    }
    event.fields.emplace_back(random.between(0, 4));
    event.fields.emplace_back();
    if (random.chance(80)) event.fields.back() = 0.5 * static_cast<double>(random.between(0, 8));
    stream.push_back(std::move(event));
    time = time + Duration{random.pick(kGaps)};
  }
  return stream;
}

bool any_of_tree(const Expr& expr, bool (*holds)(const Expr&)) {
  return holds(expr) ||
         std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return any_of_tree(arg, holds); });
}

std::string quantifier_name(const Step& step) {
  if (!step.max) return step.min == 0 ? "*" : step.min == 1 ? "+" : "{n,}";
  if (*step.max == 1) return step.min == 0 ? "?" : "single";
  return *step.max == step.min ? "{n}" : "{n,m}";
}

void add_condition_names(const std::vector<rules::Single>& singles, std::vector<std::string>& names) {
  if (singles.size() > 1) names.emplace_back("or");
  for (const rules::Single& single : singles) {
    if (!single.condition) continue;
    names.emplace_back("condition");
    const bool aggregates = any_of_tree(*single.condition, [](const Expr& e) { return e.op == Op::aggregate; });
    if (aggregates) names.emplace_back("aggregate");
    if (aggregates || any_of_tree(*single.condition, [](const Expr& e) { return e.op == Op::step_field; }))
      names.emplace_back("look-back");
  }
}

}  // namespace

Case random_case(Random& random) {
  Case test;
  const std::size_t types = 2 + random.below(3);
  for (std::size_t i = 0; i < types; ++i) {
    const std::string name(1, static_cast<char>('A' + i));
    test.schema.types.push_back(
        {name, name, {{"v", Type::integer, false, {"v"}, true}, {"w", Type::floating, true, {"w"}, true}}, false});
  }
  test.plan.name = "random";
  random_shapes(random, test.plan.pattern);
  random_elements(random, types, test.plan.pattern);
  complete_plan(test.plan);
  constexpr std::array<std::int64_t, 6> kWithin = {1'000'000,     1'000'000'000, 2'000'000'000,
                                                   3'000'000'000, 5'000'000'000, 10'000'000'000};
  if (random.chance(50)) test.plan.within = Duration{random.pick(kWithin)};
  test.stream = random_stream(random, types, test.plan.pattern);
  return test;
}

std::vector<std::string> operators_of(const rules::RulePlan& plan) {
  std::vector<std::string> names;
  if (plan.within) names.emplace_back("within");
  for (const Step& step : plan.pattern.steps) {
    names.push_back(quantifier_name(step));
    add_condition_names(step.fits, names);
  }
  for (const rules::Element& element : plan.pattern.elements) {
    std::string name = element.arrow == rules::Arrow::next ? "=>" : "->";
    if (const auto* absent = std::get_if<rules::Absent>(&element.node)) {
      add_condition_names(absent->fits, names);
      name += " not";
    }
    if (element.arrow) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace tocsin::property
