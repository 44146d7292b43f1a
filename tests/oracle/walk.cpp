// The walk, element by element.
#include "tests/oracle/walk.hpp"

#include <algorithm>
#include <iterator>

#include "tests/oracle/expression.hpp"

namespace tocsin::oracle {
namespace {

using rules::Absent;
using rules::Arrow;
using rules::Both;
using rules::Element;
using rules::Greed;
using rules::Group;
using rules::Loop;
using Elements = std::vector<Element>;

const Element& element_at(const Frame& frame) { return (*frame.elements)[frame.index]; }

bool can_be_empty(const rules::Pattern& pattern, const Elements& elements);

bool can_be_empty(const rules::Pattern& pattern, const Element& element) {
  const auto sequence_can = [&](const Elements& elements) { return can_be_empty(pattern, elements); };
  if (const auto* take = std::get_if<rules::Take>(&element.node)) return pattern.steps[take->step].min == 0;
  if (const auto* group = std::get_if<Group>(&element.node)) return group->min == 0 || sequence_can(group->elements);
  if (const auto* choice = std::get_if<rules::Choice>(&element.node))
    return std::any_of(choice->sides.begin(), choice->sides.end(), sequence_can);
  if (const auto* both = std::get_if<Both>(&element.node))
    return std::all_of(both->sides.begin(), both->sides.end(), sequence_can);
  return std::holds_alternative<Absent>(element.node);
}

bool can_be_empty(const rules::Pattern& pattern, const Elements& elements) {
  return std::all_of(elements.begin(), elements.end(),
                     [&](const Element& element) { return can_be_empty(pattern, element); });
}

/// The same, and it says nothing either.
bool can_be_silent(const rules::Pattern& pattern, const Elements& elements, std::size_t from = 0) {
  const auto silent = [&](const Elements& inside) { return can_be_silent(pattern, inside); };
  return std::all_of(elements.begin() + static_cast<std::ptrdiff_t>(from), elements.end(), [&](const Element& element) {
    if (std::holds_alternative<Absent>(element.node)) return false;
    if (const auto* group = std::get_if<Group>(&element.node)) return group->min == 0 || silent(group->elements);
    if (const auto* choice = std::get_if<rules::Choice>(&element.node))
      return std::any_of(choice->sides.begin(), choice->sides.end(), silent);
    if (const auto* both = std::get_if<Both>(&element.node))
      return std::all_of(both->sides.begin(), both->sides.end(), silent);
    return can_be_empty(pattern, element);
  });
}

/// Sets `since` to `begin` for all that is bound in `elements`.
void read_from(const rules::Pattern& pattern, const Elements& elements, std::size_t begin, Since& since) {
  const auto in_sides = [&](const std::vector<Elements>& sides) {
    for (const Elements& side : sides) read_from(pattern, side, begin, since);
  };
  const auto bound = [&](const rules::Take& take) { since[pattern.steps[take.step].binding] = begin; };
  for (const Element& element : elements) {
    if (const auto* take = std::get_if<rules::Take>(&element.node)) bound(*take);
    if (const auto* group = std::get_if<Group>(&element.node)) read_from(pattern, group->elements, begin, since);
    if (const auto* either = std::get_if<rules::Either>(&element.node))
      std::for_each(either->takes.begin(), either->takes.end(), bound);
    if (const auto* choice = std::get_if<rules::Choice>(&element.node)) in_sides(choice->sides);
    if (const auto* both = std::get_if<Both>(&element.node)) in_sides(both->sides);
  }
}

Joint from_turn_to_turn(const Loop& loop) {
  Joint joint{loop.mode, std::nullopt};
  if (loop.gap) joint.bound = rules::Bound{{}, *loop.gap};
  return joint;
}

struct Walk {
  const Trial& trial;
  std::optional<std::size_t> p;  ///< the last event taken
  Joint head;                    ///< what stands before the whole sequence
  const Since& around;           ///< of what stands around it
  bool may_be_last = true;       ///< what stands behind the whole sequence can be silent
  std::vector<Spot> found{};

  const rules::Pattern& pattern() const { return trial.plan.pattern; }

  /// An arrow belongs to the step written after it; a group's to its first one, in the first turn; in later turns the
  /// loop's mode stands there.
  Joint joint_at(const Place& place) const {
    if (!p) return {};
    for (std::size_t depth = place.size(); depth-- > 0;) {
      const Frame& frame = place[depth];
      if (frame.index > 0) return {element_at(frame).arrow, element_at(frame).bound};
      if (frame.group != nullptr && place[depth - 1].turns > 0) return from_turn_to_turn(*frame.group);
    }
    return head;
  }

  Since since_at(const Place& place) const {
    Since since = around;
    for (const Frame& frame : place) {
      if (frame.group == nullptr || !frame.group->loops()) continue;
      since.resize(pattern().steps.size());
      read_from(pattern(), *frame.elements, frame.turn_begin, since);
    }
    return since;
  }

  void put(Spot::Kind kind, Place place, Joint joint, std::vector<Guard> guards, std::vector<Spot> sides = {}) {
    if (kind != Spot::Kind::end &&
        std::any_of(guards.begin(), guards.end(), [](const Guard& guard) { return guard.is_broken; }))
      return;
    Since since = since_at(place);
    const bool last = kind == Spot::Kind::end ? may_be_last : may_be_last_behind(place);
    found.push_back({kind, std::move(place), std::move(joint), std::move(guards), p, true, std::move(sides), last,
                     std::move(since)});
  }

  bool may_be_last_behind(const Place& place) const {
    bool silent = may_be_last;
    for (const Frame& frame : place) {
      silent = silent && can_be_silent(pattern(), *frame.elements, frame.index + 1);
      if (&frame == &place.back() || (&frame + 1)->group == nullptr) continue;
      const Group& group = *(&frame + 1)->group;
      silent = silent && (frame.turns + 1 >= group.min || can_be_empty(pattern(), group.elements));
    }
    return silent;
  }

  /// At the element of the innermost frame, none of whose turns are taken yet.
  void enter(Place place, std::vector<Guard> guards) {
    if (place.back().index == place.back().elements->size()) return at_end(std::move(place), std::move(guards));
    const Element& element = element_at(place.back());
    if (const auto* absent = std::get_if<Absent>(&element.node)) return negate(std::move(place), *absent, guards);
    if (const auto* take = std::get_if<rules::Take>(&element.node)) return turn_or_leave(place, *take, guards);
    if (const auto* group = std::get_if<Group>(&element.node)) return turn_or_leave(place, *group, guards);
    if (const auto* both = std::get_if<Both>(&element.node)) return enter_sides(place, *both, guards);
    if (std::holds_alternative<rules::Either>(element.node))
      return put(Spot::Kind::single, place, joint_at(place), guards);
    for (const Elements& side : std::get<rules::Choice>(element.node).sides) {
      Place inside = place;
      inside.push_back({&side});
      enter(std::move(inside), guards);
    }
  }

  void negate(Place place, const Absent& absent, std::vector<Guard> guards) {
    Guard guard{&absent, nullptr, joint_at(place), {}, p, true, false, false, false, since_at(place)};
    if (absent.span) {
      const Since* from = guard.since.empty() ? nullptr : &guard.since;
      const auto value = evaluate(*absent.span, {trial.plan, trial.input, trial.takes, nullptr, from});
      const auto* span = std::get_if<events::Duration>(&value);
      if (span == nullptr || span->ns <= 0) return;
      guard.span = *span;
    }
    if (!put_absence_behind(guards)) return;
    guards.push_back(std::move(guard));
    pass(std::move(place), std::move(guards));
  }

  /// False: a possessive loop before it could have gone on.
  static bool put_absence_behind(std::vector<Guard>& guards) {
    for (Guard& before : guards) {
      if (before.is_broken) return false;
      before.before_absence = true;
    }
    return true;
  }

  /// Before and behind a turn: whether there may be a further one, whether the loop may be left, and which comes first.
  void turn_or_leave(const Place& place, const rules::Take& take, const std::vector<Guard>& guards) {
    const rules::Step& step = pattern().steps[take.step];
    const std::size_t turns = place.back().turns;
    const bool further = !step.max || turns < *step.max;
    const Joint joint = turns == 0 ? joint_at(place) : from_turn_to_turn(step);
    const auto leave = [&] {
      if (turns < step.min) return;
      std::vector<Guard> passed = guards;
      if (further && step.greed == Greed::possessive) {
        Guard guard{nullptr, &step, joint, {}, p, true, false, false, false, since_at(place)};
        std::copy_if(guards.begin(), guards.end(), std::back_inserter(guard.quiet),
                     [](const Guard& before) { return before.span.has_value(); });
        passed.push_back(std::move(guard));
      }
      pass(place, std::move(passed));
    };
    if (step.greed == Greed::reluctant) leave();
    if (further) put(Spot::Kind::single, place, joint, guards);
    if (step.greed != Greed::reluctant) leave();
  }

  void turn_or_leave(const Place& place, const Group& group, const std::vector<Guard>& guards) {
    const std::size_t turns = place.back().turns;
    const bool may_leave = turns >= group.min || can_be_empty(pattern(), group.elements);
    if (may_leave && group.greed == Greed::reluctant) pass(place, guards);
    if (!group.max || turns < *group.max) {
      Place inside = place;
      inside.push_back({&group.elements, 0, 0, &group, trial.takes.size()});
      enter(std::move(inside), guards);
    }
    if (may_leave && group.greed != Greed::reluctant) pass(place, guards);
  }

  /// The product of the sides' ways, the first side's first.
  void enter_sides(const Place& place, const Both& both, const std::vector<Guard>& guards) {
    const Since since = since_at(place);
    std::vector<std::vector<Spot>> ways = {{}};
    for (const Elements& side : both.sides) {
      Walk inside{trial, p, joint_at(place), since, may_be_last_behind(place)};
      inside.enter({{&side}}, {});
      std::vector<std::vector<Spot>> longer;
      for (const std::vector<Spot>& way : ways)
        for (const Spot& next : inside.found) {
          longer.push_back(way);
          longer.back().push_back(next);
        }
      ways = std::move(longer);
    }
    for (std::vector<Spot>& way : ways) in_sides(place, std::move(way), guards);
  }

  /// When all sides have ended, what they were ended by goes on to the next event taken.
  void in_sides(const Place& place, std::vector<Spot> sides, std::vector<Guard> guards) {
    if (std::any_of(sides.begin(), sides.end(), [](const Spot& side) { return side.kind != Spot::Kind::end; }))
      return put(Spot::Kind::both, place, {}, std::move(guards), std::move(sides));
    const bool negates = std::any_of(sides.begin(), sides.end(), [](const Spot& side) {
      return std::any_of(side.guards.begin(), side.guards.end(), [](const Guard& g) { return g.absent != nullptr; });
    });
    if (negates && !put_absence_behind(guards)) return;
    for (const Spot& side : sides) guards.insert(guards.end(), side.guards.begin(), side.guards.end());
    pass(place, std::move(guards));
  }

  void pass(Place place, std::vector<Guard> guards) {
    ++place.back().index;
    place.back().turns = 0;
    enter(std::move(place), std::move(guards));
  }

  void at_end(Place place, std::vector<Guard> guards) {
    const Frame ended = place.back();
    if (place.size() == 1) return put(Spot::Kind::end, std::move(place), {}, std::move(guards));
    place.pop_back();
    if (ended.group == nullptr) return pass(std::move(place), std::move(guards));
    if (!ended.first) return;  // a turn takes at least one event
    ++place.back().turns;
    turn_or_leave(place, *ended.group, guards);
  }
};

void collect_options(const Spot& spot, std::vector<std::size_t>& sides, std::vector<Option>& found) {
  if (spot.kind == Spot::Kind::end) return;
  if (spot.kind == Spot::Kind::both) {
    for (std::size_t side = 0; side < spot.sides.size(); ++side) {
      sides.push_back(side);
      collect_options(spot.sides[side], sides, found);
      sides.pop_back();
    }
    return;
  }
  const Element& element = element_at(spot.place.back());
  if (const auto* take = std::get_if<rules::Take>(&element.node)) return found.push_back({sides, take->step});
  for (const rules::Take& take : std::get<rules::Either>(element.node).takes) found.push_back({sides, take.step});
}

std::vector<Spot> followers_in(const Trial& trial, Spot spot, const Option& option, std::size_t depth,
                               std::size_t event, const Since& around, bool may_be_last) {
  for (Frame& frame : spot.place)
    if (frame.group != nullptr && !frame.first) frame.first = event;
  Walk walk{trial, event, {}, around, may_be_last};
  if (spot.kind == Spot::Kind::both) {
    const std::size_t side = option.sides[depth];
    for (Spot& next : followers_in(trial, spot.sides[side], option, depth + 1, event, spot.since, spot.may_be_last)) {
      std::vector<Spot> sides = spot.sides;
      sides[side] = std::move(next);
      walk.in_sides(spot.place, std::move(sides), {});
    }
    return std::move(walk.found);
  }
  ++spot.place.back().turns;
  const Element& element = element_at(spot.place.back());
  if (const auto* take = std::get_if<rules::Take>(&element.node))
    walk.turn_or_leave(spot.place, *take, {});
  else
    walk.pass(std::move(spot.place), {});
  return std::move(walk.found);
}

}  // namespace

std::vector<Option> options(const Spot& spot) {
  std::vector<Option> found;
  std::vector<std::size_t> sides;
  collect_options(spot, sides, found);
  return found;
}

std::vector<Spot> beginnings(const Trial& trial) {
  const Since none;
  Walk walk{trial, std::nullopt, {}, none};
  walk.enter({{&trial.plan.pattern.elements}}, {});
  return std::move(walk.found);
}

std::vector<Spot> followers(const Trial& trial, const Spot& spot, const Option& option, std::size_t event) {
  return followers_in(trial, spot, option, 0, event, {}, true);
}

}  // namespace tocsin::oracle
