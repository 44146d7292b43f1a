// The steps' shapes come first, so that conditions can tell which steps loop; then conditions, absences, the stream.
#include "tests/property/random_case.hpp"

#include <algorithm>

#include "tests/oracle/make.hpp"
#include "tests/oracle/pattern_text.hpp"
#include "tests/property/edit_pattern.hpp"

namespace tocsin::property {
namespace {

using namespace oracle::make;
using events::Duration;
using rules::Pattern;
using rules::Step;

/// The fields of each type. Conditions are made for a type that has them in this order, and then laid out for theirs:
/// every other type has them the other way round.
constexpr std::uint32_t kInt = 0, kFloat = 1;
std::uint32_t place_of(std::uint32_t field, events::TypeId type) {
  return events::index_of(type) % 2 == 0 ? field : 1 - field;
}

/// Makes `expr` read the fields where `type` and the types of its steps have them.
void lay_out(Expr& expr, events::TypeId type, const Pattern& pattern) {
  if (expr.op == Op::field) expr.field = place_of(expr.field, type);
  if ((expr.op == Op::step_field || expr.op == Op::aggregate) && expr.field != rules::kNoField) {
    const std::vector<events::TypeId>& types = pattern.steps[expr.step].types;
    if (types.size() > 1)
      for (const events::TypeId each : types) expr.fields.push_back(place_of(expr.field, each));
    expr.field = place_of(expr.field, types.front());
  }
  for (Expr& arg : expr.args) lay_out(arg, type, pattern);
}
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

/// A step that a condition can read; `single`: as one event, its own or that of the group's turn.
struct Readable {
  std::uint32_t step = 0;
  bool single = false;
};

/// Something of a step's events: a number.
Expr of_step(Random& random, Readable readable) {
  using Fn = AggregateFn;
  const bool whole = random.chance(70);
  const std::uint32_t index = whole ? kInt : kFloat;
  const Type type = whole ? Type::integer : Type::floating;
  const std::uint32_t id = readable.step;
  if (readable.single && random.chance(85)) return step_field(id, index, type, true);
  constexpr std::array kFns = {Fn::count, Fn::sum,  Fn::avg,  Fn::min,   Fn::max,
                               Fn::first, Fn::last, Fn::last, Fn::stddev};
  const Fn fn = random.pick(kFns);
  return aggregate(fn, id, fn == Fn::count && random.chance(60) ? rules::kNoField : index, type);
}

/// Compares the candidate, or a count, with events of an earlier step, or of turns before this one.
Expr look_back(Random& random, const std::vector<Readable>& readable) {
  const auto any = [&] { return of_step(random, random.pick(readable)); };
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

std::optional<Expr> random_condition(Random& random, const std::vector<Readable>& readable) {
  const std::size_t kind = random.below(100);
  if (kind < 50) return std::nullopt;
  if (kind < 68 || readable.empty()) return own_condition(random);
  Expr back = look_back(random, readable);
  if (kind < 85) return back;
  if (kind < 89) return truth(Op::logical_not, {std::move(back)});
  const Expr second = random.chance(60) ? own_condition(random) : look_back(random, readable);
  return truth(kind < 95 ? Op::logical_and : Op::logical_or, {std::move(back), second});
}

events::TypeId random_type(Random& random, std::size_t types) {
  return events::TypeId{static_cast<std::uint32_t>(random.below(types))};
}

std::optional<Expr> laid_out(std::optional<Expr> condition, events::TypeId type, const Pattern& pattern) {
  if (condition) lay_out(*condition, type, pattern);
  return condition;
}

/// `A(…)`, or `(A(…) or B(…))`.
std::vector<rules::Single> random_absence(Random& random, std::size_t types, const Pattern& pattern,
                                          const std::vector<Readable>& readable) {
  std::vector<rules::Single> fits;
  do {
    const events::TypeId type = random_type(random, types);
    fits.push_back({type, laid_out(random_condition(random, readable), type, pattern)});
  } while (fits.size() < 2 && random.chance(16));
  return fits;
}

struct Shape {
  std::uint32_t min;
  std::optional<std::uint32_t> max;
};

/// Steps with their types and quantifiers: `A`, or `A|B`.
void random_steps(Random& random, std::size_t types, Pattern& pattern) {
  static const std::vector<Shape> kShapes = {{1, 1},  {1, 1},  {1, 1}, {1, 1},  {1, 1}, {1, 1}, {0, 1}, {0, 1}, {0, {}},
                                             {1, {}}, {1, {}}, {2, 2}, {2, {}}, {1, 2}, {0, 2}, {3, 3}, {1, 3}, {2, 3}};
  const std::size_t steps = 1 + random.below(6);
  for (std::size_t i = 0; i < steps; ++i) {
    std::vector<rules::Single> fits = {{random_type(random, types), std::nullopt}};
    const events::TypeId other = random_type(random, types);
    if (random.chance(16) && other != fits[0].type) fits.push_back({other, std::nullopt});
    pattern.steps.push_back(oracle::step_of(i, std::move(fits)));
    pattern.steps.back().binding = static_cast<std::uint32_t>(i);
    const Shape& shape = random.pick(kShapes);
    pattern.steps.back().min = shape.min;
    pattern.steps.back().max = shape.max;
  }
}

rules::Arrow random_arrow(Random& random) { return random.chance(78) ? rules::Arrow::followed_by : rules::Arrow::next; }

/// Writes the elements of a pattern, groups first, and conditions on the way.
struct Writer {
  Random& random;
  std::size_t types;
  Pattern& pattern;
  std::vector<std::size_t> groups{};                  ///< looping ones around what is being written, by number
  std::vector<std::vector<std::size_t>> groups_of{};  ///< by step written
  std::size_t group_count = 0;

  /// Earlier steps; one in a looping group is a single event to what stands in the same group.
  std::vector<Readable> readable(std::optional<std::uint32_t> own) const {
    std::vector<Readable> found;
    for (std::uint32_t step = 0; step < groups_of.size(); ++step) {
      const std::vector<std::size_t>& around = groups_of[step];
      const bool same_turn = around.empty() || std::count(groups.begin(), groups.end(), around.back()) > 0;
      found.push_back({step, same_turn && !pattern.steps[step].looped()});
    }
    if (own && (pattern.steps[*own].looped() || !groups.empty())) found.push_back({*own, false});
    return found;
  }

  void step(std::uint32_t id, std::vector<rules::Element>& elements) {
    const int negations = random.chance(22) ? (random.chance(22) ? 2 : 1) : 0;
    for (int i = 0; i < negations; ++i)
      elements.push_back({random.chance(60) ? rules::Arrow::followed_by : rules::Arrow::next, std::nullopt,
                          rules::Absent{random_absence(random, types, pattern, readable(std::nullopt))}});
    Step& written = pattern.steps[id];
    const std::optional<Expr> condition = random_condition(random, readable(id));
    for (rules::Single& single : written.fits) single.condition = laid_out(condition, single.type, pattern);
    written.in_looping_group = !groups.empty();
    elements.push_back({random_arrow(random), std::nullopt, rules::Take{id}});
    groups_of.push_back(groups);
  }

  std::vector<rules::Element> sequence(std::uint32_t from, std::uint32_t to, int depth) {
    static const std::vector<Shape> kShapes = {{1, 1}, {0, 1},  {0, {}}, {1, {}}, {1, {}},
                                               {2, 2}, {2, {}}, {1, 2},  {0, 2}};
    std::vector<rules::Element> elements;
    for (std::uint32_t i = from; i < to;) {
      if (depth == 0 || !random.chance(depth == 2 ? 20 : 25)) {
        step(i++, elements);
        continue;
      }
      const std::uint32_t end = i + 1 + static_cast<std::uint32_t>(random.below(std::min<std::size_t>(3, to - i)));
      const Shape& shape = random.pick(kShapes);
      const bool looping = !shape.max || *shape.max > 1;
      if (looping) groups.push_back(group_count++);
      rules::Group group;
      group.elements = sequence(i, end, depth - 1);
      group.min = shape.min;
      group.max = shape.max;
      if (looping) groups.pop_back();
      if (shape.max == 1U && shape.min == 1) {  // mere parentheses are dissolved
        group.elements.front().arrow = random_arrow(random);
        elements.insert(elements.end(), group.elements.begin(), group.elements.end());
      } else {
        elements.push_back({random_arrow(random), std::nullopt, std::move(group)});
      }
      i = end;
    }
    elements.front().arrow.reset();
    return elements;
  }
};

Pattern random_pattern(Random& random, std::size_t types) {
  for (;;) {
    Pattern pattern;
    random_steps(random, types, pattern);
    Writer writer{random, types, pattern};
    pattern.elements = writer.sequence(0, static_cast<std::uint32_t>(pattern.steps.size()), 2);
    rules::RulePlan plan;
    plan.pattern = pattern;
    if (!is_refused(plan)) return pattern;
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
    event.fields.resize(2);
    event.fields[place_of(kInt, event.type)] = random.between(0, 4);
    if (random.chance(80)) event.fields[place_of(kFloat, event.type)] = 0.5 * static_cast<double>(random.between(0, 8));
    stream.push_back(std::move(event));
    time = time + Duration{random.pick(kGaps)};
  }
  return stream;
}

bool any_of_tree(const Expr& expr, bool (*holds)(const Expr&)) {
  return holds(expr) ||
         std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return any_of_tree(arg, holds); });
}

template <class Looped>
std::string quantifier_name(const Looped& step) {
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

void add_element_names(const std::vector<rules::Element>& elements, int depth, std::vector<std::string>& names) {
  for (const rules::Element& element : elements) {
    std::string name = element.arrow == rules::Arrow::next ? "=>" : "->";
    if (const auto* absent = std::get_if<rules::Absent>(&element.node)) {
      add_condition_names(absent->fits, names);
      name += " not";
    }
    if (const auto* group = std::get_if<rules::Group>(&element.node)) {
      names.push_back("group " + quantifier_name(*group));
      names.emplace_back(depth > 0 ? "group in a group" : "group");
      add_element_names(group->elements, depth + 1, names);
    }
    if (element.arrow) names.push_back(std::move(name));
  }
}

}  // namespace

Case random_case(Random& random) {
  Case test;
  const std::size_t types = 2 + random.below(3);
  for (std::size_t i = 0; i < types; ++i) {
    const std::string name(1, static_cast<char>('A' + i));
    std::vector<events::Field> fields = {{"v", Type::integer, false, {"v"}, true},
                                         {"w", Type::floating, true, {"w"}, true}};
    if (i % 2 == 1) std::swap(fields[0], fields[1]);
    test.schema.types.push_back({name, name, std::move(fields), false});
  }
  test.plan.name = "random";
  test.plan.pattern = random_pattern(random, types);
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
  add_element_names(plan.pattern.elements, 0, names);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace tocsin::property
