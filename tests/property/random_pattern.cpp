// Elements are written from left to right, each step numbered as it comes, with what a condition at this place can read
// kept beside; where fields stand is settled when all types are known.
#include "tests/property/random_pattern.hpp"

#include <algorithm>
#include <string>

#include "tests/oracle/make.hpp"
#include "tests/property/edit_pattern.hpp"
#include "tests/property/random_condition.hpp"

namespace tocsin::property {
namespace {

using events::Duration;
using rules::Arrow;
using rules::Element;
using rules::Greed;
using rules::Single;
using rules::Step;

constexpr int kDepth = 3;

struct Shape {
  std::uint32_t min;
  std::optional<std::uint32_t> max;
};

class Writer {
 public:
  Writer(Random& random, const Taste& taste, std::size_t types, Duration unit)
      : random_(random), taste_(taste), types_(types), unit_(unit) {}

  rules::Pattern write() {
    const std::size_t steps = 1 + std::min(random_.below(8), random_.below(8));
    pattern_.elements = sequence(steps, kDepth, true);
    if (random_.chance(taste_.closing)) close();
    settle();
    return std::move(pattern_);
  }

 private:
  /// What is known of a step written.
  struct Written {
    std::vector<std::size_t> groups;  ///< looping ones around it, by number
    bool looped = false;
    bool visible = true;
  };

  Duration duration() { return {unit_.ns * random_.between(1, 3)}; }
  events::TypeId type() { return events::TypeId{static_cast<std::uint32_t>(random_.below(types_))}; }

  std::vector<Readable> readable(std::optional<std::uint32_t> own) const {
    std::vector<Readable> found;
    for (std::uint32_t step = 0; step < written_.size(); ++step) {
      const Step& of = pattern_.steps[step];
      if (own && step == pattern_.steps[*own].binding) continue;
      if (!written_[step].visible || of.name.empty() || of.binding != step) continue;
      const std::vector<std::size_t>& around = written_[step].groups;
      const bool same_turn = around.empty() || std::count(groups_.begin(), groups_.end(), around.back()) > 0;
      found.push_back({step, same_turn && !written_[step].looped});
    }
    if (own && !pattern_.steps[*own].name.empty() && (written_[*own].looped || !groups_.empty()))
      found.push_back({pattern_.steps[*own].binding, false});
    return found;
  }

  std::optional<rules::Expr> condition(std::optional<std::uint32_t> own) {
    if (!random_.chance(taste_.condition)) return std::nullopt;
    return random_condition(random_, random_.chance(taste_.look_back) ? readable(own) : std::vector<Readable>{});
  }

  Arrow arrow() {
    if (random_.chance(taste_.next)) return Arrow::next;
    return random_.chance(taste_.any) ? Arrow::any : Arrow::followed_by;
  }

  std::optional<rules::Bound> bound() {
    if (!random_.chance(taste_.bound)) return std::nullopt;
    rules::Bound bound{{0}, duration()};
    if (random_.chance(45)) bound.least = {std::min(duration().ns, bound.most.ns)};
    return bound;
  }

  /// `not A(…)`, `not (A(…) or B(…))`
  rules::Absent absence() {
    rules::Absent absent;
    do {
      const events::TypeId of = type();
      absent.fits.push_back({of, condition(std::nullopt)});
    } while (absent.fits.size() < 2 && random_.chance(16));
    return absent;
  }

  void give_span(rules::Absent& absent) {
    const std::vector<Readable> read = readable(std::nullopt);
    if (!read.empty() && random_.chance(taste_.absent_expr))
      absent.span = random_span(random_, read, unit_);
    else
      absent.span = oracle::make::constant(duration());
  }

  void add_absences(Elements& elements) {
    const int count = random_.chance(taste_.absent) ? (random_.chance(22) ? 2 : 1) : 0;
    for (int i = 0; i < count; ++i) {
      Element element{random_.chance(65) ? Arrow::followed_by : Arrow::next, std::nullopt, absence()};
      if (elements.empty()) element.arrow.reset();
      if (element.arrow != Arrow::next && random_.chance(taste_.absent_span))
        give_span(std::get<rules::Absent>(element.node));
      elements.push_back(std::move(element));
    }
  }

  void loop(rules::Loop& loop, bool of_step) {
    static const std::vector<Shape> kShapes = {{0, 1},  {0, 1},  {0, {}}, {0, {}}, {1, {}}, {1, {}}, {2, 2},
                                               {2, {}}, {2, {}}, {1, 2},  {0, 2},  {3, 3},  {1, 3},  {2, 3}};
    const Shape& shape = random_.pick(kShapes);
    loop.min = shape.min;
    loop.max = shape.max;
    if (of_step && random_.chance(taste_.possessive))
      loop.greed = Greed::possessive;
    else if (random_.chance(taste_.reluctant))
      loop.greed = Greed::reluctant;
    if (!loop.loops()) return;
    if (random_.chance(taste_.strict))
      loop.mode = Arrow::next;
    else if (random_.chance(taste_.any_turns))
      loop.mode = Arrow::any;
    if (random_.chance(taste_.gap)) loop.gap = duration();
  }

  /// `until (c)` or `until T(c)`; `own`: the types of what loops.
  void until(rules::Loop& loop, const std::vector<events::TypeId>& own, std::optional<std::uint32_t> step) {
    if (!loop.loops() || !random_.chance(taste_.until)) return;
    if (random_.chance(40)) {
      const events::TypeId named = type();
      loop.until = {
          {named, random_.chance(50) ? std::optional(random_condition(random_, readable(step))) : std::nullopt}};
      return;
    }
    const rules::Expr condition = random_condition(random_, readable(step));
    for (const events::TypeId each : own) loop.until.push_back({each, condition});
  }

  /// A new step of `A` or `A|B` without a quantifier, with its number in `id`.
  Step& add_step(std::uint32_t& id) {
    id = static_cast<std::uint32_t>(pattern_.steps.size());
    Step& step = pattern_.steps.emplace_back();
    step.binding = id;
    if (!random_.chance(taste_.unnamed)) step.name = "s" + std::to_string(id);
    step.fits = {{type(), std::nullopt}};
    written_.push_back({groups_, false, true});
    return step;
  }

  void add_condition(std::uint32_t id) {
    const std::optional<rules::Expr> made = condition(id);
    for (Single& single : pattern_.steps[id].fits) single.condition = made;
  }

  rules::Take take() {
    std::uint32_t id = 0;
    const std::optional<std::uint32_t> same = namesake();
    Step& step = add_step(id);
    const events::TypeId other = type();
    if (random_.chance(taste_.several) && other != step.fits[0].type) step.fits.push_back({other, std::nullopt});
    const bool apart = !same && random_.chance(taste_.several / 2);
    if (!apart && !same && random_.chance(taste_.loop)) loop(step, true);
    if (same) {
      step.name = pattern_.steps[*same].name;
      step.binding = pattern_.steps[*same].binding;
      while (step.loops() != written_[*same].looped) loop(step, true);
    }
    written_[id].looped = step.loops();
    add_condition(id);
    if (apart) pattern_.steps[id].fits.push_back({other, condition(id)});
    std::vector<events::TypeId> own;
    for (const Single& single : pattern_.steps[id].fits) own.push_back(single.type);
    std::sort(own.begin(), own.end());
    until(pattern_.steps[id], own, id);
    return {id};
  }

  rules::Either either(std::size_t takes) {
    rules::Either either;
    for (std::size_t i = 0; i < takes; ++i) {
      std::uint32_t id = 0;
      add_step(id);
      written_[id].visible = false;
      add_condition(id);
      either.takes.push_back({id});
    }
    bool unnamed = false;
    for (const rules::Take& take : either.takes) {
      Step& step = pattern_.steps[take.step];
      if (step.name.empty() && unnamed) step.name = "s" + std::to_string(take.step);
      unnamed = unnamed || step.name.empty();
      written_[take.step].visible = true;
    }
    return either;
  }

  /// A step on a side of an `or` may be called as one on a side before; both loop, or none.
  std::optional<std::uint32_t> namesake() {
    if (sides_before_.empty() || !random_.chance(taste_.same_name)) return std::nullopt;
    for (const std::uint32_t other : sides_before_.back()) {
      const std::string& name = pattern_.steps[other].name;
      const bool taken = std::any_of(pattern_.steps.begin() + first_of_side_, pattern_.steps.end(),
                                     [&](const Step& step) { return step.name == name; });
      if (!name.empty() && !taken && written_[other].groups == groups_) return other;
    }
    return std::nullopt;
  }

  rules::Group group(std::size_t steps, int depth) {
    rules::Group group;
    loop(group, false);
    if (random_.chance(taste_.group_span)) {
      group.span = duration();
      if (random_.chance(30)) group.min = 1, group.max = 1, group.mode = Arrow::followed_by, group.gap.reset();
    }
    const bool once = group.min == 1 && group.max == 1U;
    if (once) group.greed = Greed::greedy;
    if (group.loops()) groups_.push_back(group_count_++);
    group.elements = sequence(steps, depth - 1, false);
    if (group.loops()) groups_.pop_back();
    until(group, types_taken(pattern_, group.elements), std::nullopt);
    if (can_be_empty(pattern_, group.elements)) group.min = 0;
    return group;
  }

  /// Parts of `steps`, one for each side; none empty.
  std::vector<std::size_t> parts(std::size_t steps) {
    const std::size_t sides = steps > 2 && random_.chance(25) ? 3 : 2;
    std::vector<std::size_t> parts(sides, 1);
    for (std::size_t left = sides; left < steps; ++left) ++parts[random_.below(sides)];
    return parts;
  }

  Elements side(std::size_t steps, int depth) {
    if (!pattern_.steps.empty() && random_.chance(taste_.absent_side)) {
      Element element{std::nullopt, std::nullopt, absence()};
      give_span(std::get<rules::Absent>(element.node));
      return {std::move(element)};
    }
    return sequence(steps, depth - 1, false);
  }

  rules::Both both(std::size_t steps, int depth) {
    rules::Both both;
    const std::size_t first = pattern_.steps.size();
    for (const std::size_t part : parts(steps)) {
      const std::size_t begin = pattern_.steps.size();
      sides_before_.emplace_back();  // names of an `or` around are unique in all sides
      both.sides.push_back(side(part, depth));
      sides_before_.pop_back();
      for (std::size_t i = begin; i < pattern_.steps.size(); ++i) written_[i].visible = false;
    }
    for (std::size_t i = first; i < pattern_.steps.size(); ++i) written_[i].visible = true;
    return both;
  }

  rules::Choice choice(std::size_t steps, int depth) {
    rules::Choice choice;
    const std::size_t first = pattern_.steps.size();
    const std::ptrdiff_t around = first_of_side_;
    sides_before_.emplace_back();
    const bool look_across = taste_.same_name == 0 && random_.chance(25);
    for (const std::size_t part : parts(steps)) {
      const std::size_t begin = pattern_.steps.size();
      first_of_side_ = static_cast<std::ptrdiff_t>(begin);
      choice.sides.push_back(side(part, depth));
      for (std::size_t i = begin; i < pattern_.steps.size(); ++i) {
        sides_before_.back().push_back(static_cast<std::uint32_t>(i));
        written_[i].visible = look_across;
      }
    }
    sides_before_.pop_back();
    first_of_side_ = around;
    for (std::size_t i = first; i < pattern_.steps.size(); ++i) written_[i].visible = true;
    return choice;
  }

  /// The next element, of up to `steps` steps, which are taken off.
  Element element(std::size_t& steps, int depth) {
    const auto some = [&](std::size_t least) {
      const std::size_t taken = least + random_.below(std::min<std::size_t>(3, steps - least + 1));
      steps -= taken;
      return taken;
    };
    if (depth > 0 && random_.chance(taste_.group)) return {{}, {}, group(some(1), depth)};
    if (depth > 0 && steps > 1 && random_.chance(taste_.both)) return {{}, {}, both(some(2), depth)};
    if (depth > 0 && steps > 1 && random_.chance(taste_.choice)) return {{}, {}, choice(some(2), depth)};
    if (steps > 1 && random_.chance(taste_.either)) return {{}, {}, either(some(2))};
    --steps;
    return {{}, {}, take()};
  }

  Elements sequence(std::size_t steps, int depth, bool top) {
    Elements elements;
    if (top && random_.chance(taste_.leading)) {
      elements.push_back({{}, {}, absence()});
      std::get<rules::Absent>(elements.back().node).span = oracle::make::constant(duration());
    }
    while (steps > 0) {
      if (!top || !elements.empty()) add_absences(elements);
      const bool first = elements.empty();
      const Arrow before = arrow();
      const std::optional<rules::Bound> within = bound();
      Element next = element(steps, depth);
      if (!first) {
        next.arrow = before;
        next.bound = within;
      }
      elements.push_back(std::move(next));
    }
    if (!top && random_.chance(taste_.absent / 3)) add_absences(elements);
    return elements;
  }

  /// What must not come behind the last event.
  void close() {
    do {
      Element element{Arrow::followed_by, std::nullopt, absence()};
      rules::Absent& absent = std::get<rules::Absent>(element.node);
      const std::size_t kind = random_.below(10);
      if (kind < 5)
        give_span(absent);
      else if (kind < 7)
        element.arrow = Arrow::next;
      if (absent.span && random_.chance(taste_.every)) absent.every = duration();
      pattern_.elements.push_back(std::move(element));
      if (absent.every) break;
    } while (random_.chance(15));
  }

  void settle() {
    flatten(pattern_.elements);
    std::vector<Step>& steps = pattern_.steps;
    for (std::uint32_t i = 0; i < steps.size(); ++i) {
      steps[i].in_looping_group = !written_[i].groups.empty();
      for (const Single& single : steps[i].fits) {
        steps[i].types.push_back(single.type);
        steps[steps[i].binding].types.push_back(single.type);
      }
    }
    for (Step& step : steps) {
      std::sort(step.types.begin(), step.types.end());
      step.types.erase(std::unique(step.types.begin(), step.types.end()), step.types.end());
    }
    for (Single* single : singles_of(pattern_))
      if (single->condition) lay_out(*single->condition, single->type, pattern_);
    for (rules::Expr* span : spans_of(pattern_)) lay_out(*span, events::kNoType, pattern_);
  }

  Random& random_;
  const Taste& taste_;
  std::size_t types_;
  Duration unit_;
  rules::Pattern pattern_{};
  std::vector<Written> written_{};     ///< by step
  std::vector<std::size_t> groups_{};  ///< looping ones around what is being written, by number
  std::size_t group_count_ = 0;
  std::vector<std::vector<std::uint32_t>> sides_before_{};  ///< steps of sides before this one, of each `or` around
  std::ptrdiff_t first_of_side_ = 0;
};

}  // namespace

Taste::Taste(Random& random) {
  const auto often = [&](std::size_t cases, std::size_t percent) { return random.chance(cases) ? percent : 0; };
  next = often(70, 25);
  any = often(25, 40);
  bound = often(30, 40);
  loop = often(85, 40);
  reluctant = often(28, 45);
  possessive = often(25, 45);
  strict = often(28, 50);
  any_turns = often(25, 60);
  gap = often(28, 50);
  until = often(30, 50);
  group = often(50, 28);
  group_span = often(40, 40);
  several = often(30, 30);
  either = often(20, 30);
  choice = often(38, 42);
  both = often(25, 35);
  same_name = often(75, 90);
  absent = often(45, 30);
  absent_span = often(50, 50);
  absent_expr = often(35, 60);
  absent_side = often(30, 15);
  closing = often(38, 80);
  leading = often(9, 80);
  every = often(35, 60);
  condition = often(75, 50);
  look_back = often(85, 100);
  unnamed = often(30, 30);
}

void Taste::keep_shareable() {
  possessive = until = both = closing = leading = absent_span = absent_side = look_back = 0;
}

rules::Pattern random_pattern(Random& random, const Taste& taste, std::size_t types, Duration unit) {
  return Writer(random, taste, types, unit).write();
}

}  // namespace tocsin::property
