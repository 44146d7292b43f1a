#include "engine/generate_walk.hpp"

#include <algorithm>

#include "rules/overloaded.hpp"

namespace tocsin::engine {

namespace {

using rules::Bound;
using rules::Element;
using rules::overloaded;
using Elements = std::vector<Element>;

constexpr std::size_t kMostTurns = 5000;

class Walker {
 public:
  Walker(const rules::RulePlan& rule, Shape shape, Random& random)
      : pattern_(rule.pattern), shape_(shape), random_(random) {}

  /// False: too many turns.
  bool operator()(Instance& instance) {
    Line line;
    if (!add_elements(pattern_.elements, line, std::nullopt)) return false;
    std::vector<std::size_t> place(turns_.size());
    for (std::size_t i = 0; i < line.order.size(); ++i) place[line.order[i]] = i;
    const auto placed = [&](std::size_t id) { return id == kNone ? kNone : place[id]; };
    for (const std::size_t id : line.order) {
      Turn& turn = turns_[id];
      turn.after = placed(turn.after);
      for (Span& span : turn.spans) span.since = placed(span.since);
      for (Quiet& quiet : turn.quiets) quiet.since = placed(quiet.since);
      instance.turns.push_back(std::move(turn));
    }
    for (const Quiet& quiet : line.open.quiets) instance.closings.push_back({placed(quiet.since), quiet.absent});
    for (const auto* absences : {&line.open.absences, &line.open.next})
      for (const rules::Absent* absent : *absences)
        instance.closings.push_back({instance.turns.empty() ? kNone : instance.turns.size() - 1, absent});
    return true;
  }

 private:
  /// What stands on the way to the next turn.
  struct Open {
    std::vector<std::uint32_t> begins{};
    std::vector<const rules::Absent*> absences{};
    std::vector<const rules::Absent*> next{};
    std::vector<Quiet> quiets{};
    std::vector<std::uint32_t> left{};
  };
  /// The pattern, or a side of an `and`. Turns are named by their number in `turns_`.
  struct Line {
    std::vector<std::size_t> order{};  ///< in order of time
    std::size_t last = kNone;
    Open open{};
  };

  std::uint32_t times(const rules::Loop& loop) {
    std::uint32_t more = 0;
    if (shape_.turns == Shape::Turns::rich) more = 1;
    if (shape_.turns == Shape::Turns::random) more = static_cast<std::uint32_t>(random_.below(3));
    return loop.max ? std::min(*loop.max, loop.min + more) : loop.min + more;
  }
  std::size_t side(std::size_t sides) {
    return shape_.turns == Shape::Turns::random ? random_.below(sides) : shape_.side % sides;
  }
  static std::optional<Bound> gap_of(const rules::Loop& loop) {
    if (!loop.gap) return std::nullopt;
    return Bound{{0}, *loop.gap};
  }

  /// `head`: the bound of what comes first.
  bool add_elements(const Elements& elements, Line& line, std::optional<Bound> head) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const Element& element = elements[i];
      const std::optional<Bound> bound = i == 0 ? head : element.bound;
      const bool good =
          std::visit(overloaded{[&](const rules::Take& take) { return add_step(take.step, line, bound); },
                                [&](const rules::Absent& absent) { return add_absent(absent, element.arrow, line); },
                                [&](const rules::Group& group) { return add_group(group, line, bound); },
                                [&](const rules::Either& either) {
                                  return add_step(either.takes[side(either.takes.size())].step, line, bound);
                                },
                                [&](const rules::Choice& choice) {
                                  return add_elements(choice.sides[side(choice.sides.size())], line, bound);
                                },
                                [&](const rules::Both& both) { return add_both(both, line, bound); }},
                     element.node);
      if (!good) return false;
    }
    return true;
  }

  bool add_absent(const rules::Absent& absent, std::optional<rules::Arrow> arrow, Line& line) {
    if (absent.span)
      line.open.quiets.push_back({line.last, &absent});
    else if (arrow == rules::Arrow::next)
      line.open.next.push_back(&absent);
    else
      line.open.absences.push_back(&absent);
    return true;
  }

  bool add_step(std::uint32_t step, Line& line, std::optional<Bound> bound) {
    const rules::Step& plan = pattern_.steps[step];
    const std::uint32_t turns = times(plan);
    if (!plan.until.empty()) loops_.push_back(&plan);
    for (std::uint32_t i = 0; i < turns; ++i) {
      if (turns_.size() == kMostTurns) return false;
      Turn turn;
      turn.step = step;
      turn.fit = static_cast<std::uint32_t>(shape_.turns == Shape::Turns::random ? random_.below(plan.fits.size())
                                                                                 : shape_.side % plan.fits.size());
      add_turn(std::move(turn), line, bound);
      bound = gap_of(plan);
    }
    if (!plan.until.empty()) loops_.pop_back();
    if (plan.greed == rules::Greed::possessive && (!plan.max || turns < *plan.max)) line.open.left.push_back(step);
    return true;
  }

  void add_turn(Turn turn, Line& line, std::optional<Bound> bound) {
    turn.after = line.last;
    if (bound && line.last != kNone) turn.spans.push_back({line.last, *bound});
    turn.begins = std::move(line.open.begins);
    turn.absences = std::move(line.open.absences);
    turn.next = std::move(line.open.next);
    turn.quiets = std::move(line.open.quiets);
    turn.left = std::move(line.open.left);
    turn.loops = loops_;
    line.open = {};
    line.last = turns_.size();
    line.order.push_back(turns_.size());
    turns_.push_back(std::move(turn));
  }

  bool add_group(const rules::Group& group, Line& line, std::optional<Bound> bound) {
    if (!group.until.empty()) loops_.push_back(&group);
    for (std::uint32_t left = times(group); left > 0; --left) {
      bindings_in(group.elements, line.open.begins);
      const std::size_t first = line.order.size();
      if (!add_elements(group.elements, line, bound)) return false;
      bound = gap_of(group);
      if (group.span && line.order.size() > first + 1)
        turns_[line.last].spans.push_back({line.order[first], {{0}, *group.span}});
    }
    if (!group.until.empty()) loops_.pop_back();
    return true;
  }

  bool add_both(const rules::Both& both, Line& line, std::optional<Bound> bound) {
    std::vector<Line> sides(both.sides.size());
    const auto before = static_cast<std::ptrdiff_t>(line.open.quiets.size());
    for (std::size_t i = 0; i < sides.size(); ++i) {
      sides[i].last = line.last;
      sides[i].open.quiets = line.open.quiets;
      if (!add_elements(both.sides[i], sides[i], bound)) return false;
    }
    const std::size_t first = line.order.size();
    lay_together(sides, line.order);
    Open after;
    if (line.order.size() > first) {
      give(line.open, turns_[line.order[first]]);
      line.last = line.order.back();
    } else {
      after = std::move(line.open);
    }
    for (Line& side : sides) {
      auto& quiets = side.open.quiets;
      after.quiets.insert(after.quiets.end(), quiets.begin() + (side.order.empty() ? before : 0), quiets.end());
      after.absences.insert(after.absences.end(), side.open.absences.begin(), side.open.absences.end());
      after.next.insert(after.next.end(), side.open.next.begin(), side.open.next.end());
    }
    line.open = std::move(after);
    return true;
  }

  /// What stood before an `and` ends with its first turn; its times are kept by the sides.
  static void give(Open& open, Turn& turn) {
    turn.begins.insert(turn.begins.end(), open.begins.begin(), open.begins.end());
    turn.absences.insert(turn.absences.end(), open.absences.begin(), open.absences.end());
    turn.next.insert(turn.next.end(), open.next.begin(), open.next.end());
    turn.left.insert(turn.left.end(), open.left.begin(), open.left.end());
  }

  /// One side behind the other, or by chance.
  void lay_together(const std::vector<Line>& sides, std::vector<std::size_t>& order) {
    std::vector<std::size_t> at(sides.size(), 0);
    for (;;) {
      std::vector<std::size_t> open;
      for (std::size_t i = 0; i < sides.size(); ++i)
        if (at[i] < sides[i].order.size()) open.push_back(i);
      if (open.empty()) return;
      const bool mixed = shape_.turns == Shape::Turns::random;
      const std::size_t which = mixed                  ? open[random_.below(open.size())]
                                : shape_.side % 2 == 0 ? open.front()
                                                       : open.back();
      order.push_back(sides[which].order[at[which]++]);
    }
  }

  void bindings_in(const Elements& elements, std::vector<std::uint32_t>& out) const {
    const auto add = [&](std::uint32_t step) { out.push_back(pattern_.steps[step].binding); };
    for (const Element& element : elements)
      std::visit(overloaded{[&](const rules::Take& take) { add(take.step); }, [](const rules::Absent&) {},
                            [&](const rules::Group& group) { bindings_in(group.elements, out); },
                            [&](const rules::Either& either) {
                              for (const rules::Take& take : either.takes) add(take.step);
                            },
                            [&](const auto& joined) {
                              for (const Elements& side : joined.sides) bindings_in(side, out);
                            }},
                 element.node);
  }

  const rules::Pattern& pattern_;
  Shape shape_;
  Random& random_;
  std::vector<Turn> turns_;
  std::vector<const rules::Loop*> loops_;  ///< those with an `until` around what is walked
};

/// What bounds the wait after the first `kept` turns, beside `within`.
std::vector<Span> ends_of(const Instance& instance, std::size_t kept) {
  std::vector<Span> ends;
  for (std::size_t i = kept; i < instance.turns.size(); ++i)
    for (const Span& span : instance.turns[i].spans)
      if (span.since < kept) ends.push_back(span);
  return ends;
}

/// Only the first turns are there, and time passes. False: it ends no wait.
bool cut(Instance& instance, Shape shape, Random& random) {
  std::vector<std::size_t> kept;
  for (std::size_t i = 1; i < instance.turns.size(); ++i)
    if (instance.rule->within || !ends_of(instance, i).empty()) kept.push_back(i);
  if (kept.empty()) return false;
  std::size_t chosen = kept.front();
  if (shape.turns == Shape::Turns::rich) chosen = kept.back();
  if (shape.turns == Shape::Turns::random) chosen = kept[random.below(kept.size())];
  instance.ends = ends_of(instance, chosen);
  instance.turns.resize(chosen);
  instance.closings.clear();
  return true;
}

bool stands_behind_next(const Elements& elements, const rules::Absent* absent) {
  return std::any_of(elements.begin(), elements.end(), [&](const Element& element) {
    return std::visit(
        overloaded{[&](const rules::Absent& each) { return &each == absent && element.arrow == rules::Arrow::next; },
                   [&](const rules::Group& group) { return stands_behind_next(group.elements, absent); },
                   [](const rules::Take&) { return false; }, [](const rules::Either&) { return false; },
                   [&](const auto& joined) {
                     return std::any_of(joined.sides.begin(), joined.sides.end(),
                                        [&](const Elements& side) { return stands_behind_next(side, absent); });
                   }},
        element.node);
  });
}

}  // namespace

std::optional<Instance> walk(const rules::RulePlan& rule, Shape shape, bool timeout, Random& random, std::string& why) {
  Instance instance;
  instance.rule = &rule;
  instance.timeout = timeout;
  bool good = Walker(rule, shape, random)(instance);
  if (good && instance.turns.empty()) {  // all of it may be left out: not all at once
    instance = {};
    instance.rule = &rule;
    instance.timeout = timeout;
    shape.turns = Shape::Turns::rich;
    good = Walker(rule, shape, random)(instance);
  }
  if (!good) {
    why = "it takes too many events";
  } else if (instance.turns.empty()) {
    why = "its pattern takes no event";
  } else if (timeout && !cut(instance, shape, random)) {
    why = "nothing of it times out";
  } else {
    return instance;
  }
  return std::nullopt;
}

bool is_next(const rules::Pattern& pattern, const rules::Absent* absent) {
  return stands_behind_next(pattern.elements, absent);
}

}  // namespace tocsin::engine
