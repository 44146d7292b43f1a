#include "rules/waiting.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

#include "rules/overloaded.hpp"
#include "rules/waiting_places.hpp"

namespace tocsin::rules {

namespace {

constexpr std::int64_t kMaxLoops = 8;
constexpr std::uint32_t kMaxDepth = 2'000;
constexpr std::int64_t kNoLimit = std::numeric_limits<std::int64_t>::max();

/// What the first event of a sequence is reached by.
struct Head {
  Arrow arrow = Arrow::followed_by;
  std::int64_t least_ns = 0;
  std::int64_t most_ns = kNoLimit;
};

Head head_of(const Element& element) {
  Head head{element.arrow.value_or(Arrow::followed_by)};
  if (element.bound) {
    head.least_ns = element.bound->least.ns;
    head.most_ns = element.bound->most.ns;
  }
  return head;
}

Head head_of_turn(const Loop& loop) { return {loop.mode, 0, loop.gap ? loop.gap->ns : kNoLimit}; }

/// A group whose turns end: the fields of its steps are those of the turn.
struct TurnOf {
  const Pattern& pattern;
  const GroupShape& group;

  bool gives(std::uint32_t binding) const {
    for (std::uint32_t step = group.first_step; step < group.end_step; ++step)
      if (pattern.steps[step].binding == binding) return true;
    return false;
  }
};

bool reads_fields(const Expr& expr, const TurnOf& turn) {
  if (expr.op == Op::step_field && turn.gives(expr.step)) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return reads_fields(arg, turn); });
}

bool reads_fields(const std::vector<Single>& fits, const TurnOf& turn) {
  return std::any_of(fits.begin(), fits.end(),
                     [&](const Single& single) { return single.condition && reads_fields(*single.condition, turn); });
}

bool reads_fields(const Absent& absent, const TurnOf& turn) {
  return (absent.span && reads_fields(*absent.span, turn)) || reads_fields(absent.fits, turn);
}

bool reads_fields(const Step& loop, const TurnOf& turn) {
  return reads_fields(loop.fits, turn) || reads_fields(loop.until, turn);
}

class Walk {
 public:
  explicit Walk(const Pattern& pattern) : pattern_(pattern), at_(places_of(pattern, result_)) {}

  WaitingPoints run() {
    result_.after.resize(pattern_.steps.size());
    entered_.resize(result_.groups.size());
    check_counts();
    if (!result_.excess.empty()) return std::move(result_);
    begin();
    for (std::uint32_t step = 0; step < result_.after.size() && result_.excess.empty(); ++step) leave(step);
    result_.ended.resize(result_.boths.size());
    for (std::uint32_t both = 0; both < result_.boths.size() && result_.excess.empty(); ++both) after_both(both);
    const auto tidy = [](std::vector<std::uint32_t>& numbers) {
      std::sort(numbers.begin(), numbers.end());
      numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    };
    tidy(result_.leading);
    tidy(result_.closing);
    return std::move(result_);
  }

 private:
  using Ways = std::vector<Way>;

  void check_counts() {
    for (std::uint32_t step = 0; step < at_.places.size(); ++step) {
      const Step& shape = pattern_.steps[step];
      std::uint64_t counts = std::max(shape.max.value_or(shape.min), 1U);
      for (const std::uint32_t group : result_.steps[step].groups) {
        counts *= std::max(result_.groups[group].counted(), 1U);
        if (counts <= kMaxCounts) continue;
        result_.excess = fmt::format("more than {} ways to count turns in one another", kMaxCounts);
        return;
      }
    }
  }

  void begin() {
    first_ = true;
    ways_ = &result_.starts;
    at(0, 0, {});
    first_ = false;
    passed_.clear();
    for (const Way& way : result_.starts) {
      const auto add = [&](std::uint32_t point) {
        for (const Passed& passed : result_.points[point].passed)
          if (passed.kind == Passed::Kind::absent) result_.leading.push_back(passed.number);
      };
      add(way.point);
      for (const std::uint32_t side : way.sides) add(side);
    }
    std::erase_if(result_.starts,
                  [&](const Way& way) { return result_.points[way.point].kind == WaitingPoint::Kind::end; });
  }

  /// All ways from an event that `step` took.
  void leave(std::uint32_t step) {
    WaitingPoints::AfterStep& after = result_.after[step];
    const Step& shape = pattern_.steps[step];
    machine_ = result_.steps[step].machine;
    const Place place = at_.places[step];
    const bool alone = std::holds_alternative<Take>((*at_.sequences[place.sequence].elements)[place.index].node);
    if (alone && shape.loops()) {
      const Head head = head_of_turn(shape);
      after.again = point(
          {.machine = machine_, .steps = {step}, .arrow = head.arrow, .most_ns = head.most_ns, .further_turn = true});
      if (shape.greed == Greed::possessive && shape.max) {
        ways_ = &after.full_ways;
        go_on(place);
      }
      if (shape.greed == Greed::possessive) passed_.push_back(loop_passed(step, head, false));
    }
    ways_ = &after.ways;
    go_on(place);
    for (const Way& way : after.ways) {
      const WaitingPoint& end = result_.points[way.point];
      if (end.kind != WaitingPoint::Kind::end || end.machine != 0) continue;
      after.ends = true;
      after.end_move = way.move;
      for (const Passed& passed : end.passed)
        if (passed.kind == Passed::Kind::absent) result_.closing.push_back(passed.number);
    }
  }

  /// From behind an element, in whose place an event was taken last.
  void go_on(Place place) {
    std::fill(entered_.begin(), entered_.end(), false);
    at(place.sequence, place.index + 1, {});
    passed_.clear();
  }

  void after_both(std::uint32_t both) {
    machine_ = result_.boths[both].machine;
    inherits_ = both;
    ways_ = &result_.ended[both];
    go_on(at_.both_places[both]);
    inherits_ = kNoNumber;
  }

  Passed loop_passed(std::uint32_t step, const Head& head, bool no_turn) const {
    Passed passed{.kind = Passed::Kind::loop, .number = step, .no_turn = no_turn};
    passed.arrow = first_ ? Arrow::any : head.arrow;
    passed.next_only = passed.arrow == Arrow::next;
    passed.least_ns = first_ ? 0 : head.least_ns;
    passed.most_ns = first_ ? kNoLimit : head.most_ns;
    if (no_turn)
      for (const Passed& other : passed_)
        if (other.kind == Passed::Kind::absent && result_.absences[other.number]->span)
          passed.before.push_back(other.number);
    return passed;
  }

  /// The elements of a sequence from one on; `head` is the arrow of its first.
  void at(std::uint32_t sequence, std::size_t index, const Head& head) {
    if (!result_.excess.empty()) return;
    if (depth_ == kMaxDepth) {
      result_.excess = fmt::format("more than {} elements in a row that may be left out", kMaxDepth);
      return;
    }
    ++depth_;
    go_on_at(sequence, index, head);
    --depth_;
  }

  void go_on_at(std::uint32_t sequence, std::size_t index, const Head& head) {
    const std::vector<Element>& elements = *at_.sequences[sequence].elements;
    if (index == elements.size()) return end_of(sequence);
    const Head own = index == 0 ? head : head_of(elements[index]);
    const std::uint32_t id = at_.sequences[sequence].numbers[index];
    std::visit(overloaded{[&](const Take&) { at_step(id, sequence, index, own); },
                          [&](const Either& either) {
                            std::vector<std::uint32_t> steps;
                            for (const Take& take : either.takes) steps.push_back(take.step);
                            add_way({.steps = std::move(steps)}, own);
                          },
                          [&](const Absent&) {
                            passed_.push_back({.number = id, .next_only = own.arrow == Arrow::next});
                            at(sequence, index + 1, {});
                            passed_.pop_back();
                          },
                          [&](const Group&) { at_group(id, sequence, index, own); },
                          [&](const Choice&) {
                            for (const std::uint32_t side : at_.choice_sequences[id]) at(side, 0, own);
                          },
                          [&](const Both&) { at_both(id, sequence, index, own); }},
               elements[index].node);
  }

  void at_step(std::uint32_t step, std::uint32_t sequence, std::size_t index, const Head& own) {
    const Step& shape = pattern_.steps[step];
    const auto take = [&] { add_way({.steps = {step}}, own); };
    const auto leave_out = [&] {
      const bool possessive = shape.greed == Greed::possessive;
      if (possessive) passed_.push_back(loop_passed(step, own, true));
      at(sequence, index + 1, {});
      if (possessive) passed_.pop_back();
    };
    if (shape.min > 0) return take();
    if (shape.greed == Greed::reluctant) {
      leave_out();
      take();
    } else {
      take();
      leave_out();
    }
  }

  void at_group(std::uint32_t group, std::uint32_t sequence, std::size_t index, const Head& own) {
    const auto turn = [&] {
      move_.entered.push_back(group);
      entered_[group] = true;
      at(at_.group_sequences[group], 0, own);
      entered_[group] = false;
      move_.entered.pop_back();
    };
    const auto leave_out = [&] { at(sequence, index + 1, {}); };
    const GroupShape& shape = result_.groups[group];
    if (shape.min > 0) return turn();
    if (shape.group->greed == Greed::reluctant) {
      leave_out();
      turn();
    } else {
      turn();
      leave_out();
    }
  }

  /// Nothing more of a sequence.
  void end_of(std::uint32_t sequence) {
    const Sequence& shape = at_.sequences[sequence];
    if (shape.kind == Sequence::Kind::machine) return add_end();
    if (shape.kind == Sequence::Kind::choice_side) return at(shape.parent, shape.place + 1, {});
    const std::uint32_t group = shape.group;
    if (entered_[group]) return;  // a turn that took nothing is no turn
    const Place behind{shape.parent, shape.place + 1};
    const auto leave_it = [&] {
      move_.left.push_back(group);
      at(behind.sequence, behind.index, {});
      move_.left.pop_back();
    };
    const bool reluctant = result_.groups[group].group->greed == Greed::reluctant;
    if (reluctant) leave_it();
    further_turn(group, sequence);
    if (!reluctant) leave_it();
  }

  void further_turn(std::uint32_t group, std::uint32_t sequence) {
    const GroupShape& shape = result_.groups[group];
    if (shape.max && *shape.max <= 1) return;
    const std::vector<Passed> before = passed_;
    const std::uint32_t inherits_before = inherits_turn_;
    const TurnOf turn{pattern_, shape};
    for (Passed& one : passed_)
      one.turn_before = one.kind == Passed::Kind::absent ? reads_fields(*result_.absences[one.number], turn)
                                                         : reads_fields(pattern_.steps[one.number], turn);
    if (inherits_ != kNoNumber && sides_read(inherits_, shape)) inherits_turn_ = group;
    move_.turned = group;
    entered_[group] = true;
    at(sequence, 0, head_of_turn(*shape.group));
    entered_[group] = false;
    move_.turned = kNoNumber;
    inherits_turn_ = inherits_before;
    passed_ = before;
  }

  /// An absence in a side of `both` reads fields of the group's turn.
  bool sides_read(std::uint32_t both, const GroupShape& group) const {
    const BothShape& shape = result_.boths[both];
    const TurnOf turn{pattern_, group};
    return std::any_of(at_.sequences.begin(), at_.sequences.end(), [&](const Sequence& sequence) {
      if (!is_in(sequence.machine, shape)) return false;
      return std::any_of(sequence.elements->begin(), sequence.elements->end(), [&](const Element& element) {
        if (const auto* take = std::get_if<Take>(&element.node))
          return pattern_.steps[take->step].greed == Greed::possessive &&
                 reads_fields(pattern_.steps[take->step], turn);
        const auto* absent = std::get_if<Absent>(&element.node);
        return absent != nullptr && reads_fields(*absent, turn);
      });
    });
  }
  bool is_in(std::uint32_t machine, const BothShape& both) const {
    if (machine >= both.first_machine && machine < both.first_machine + both.sides) return true;
    return std::any_of(result_.boths.begin(), result_.boths.end(), [&](const BothShape& inner) {
      return machine >= inner.first_machine && machine < inner.first_machine + inner.sides && inner.machine != 0 &&
             is_in(inner.machine, both);
    });
  }

  /// What one side of an `and` can begin with.
  struct Beginning {
    Way way;
    GroupMove move;
    std::vector<Passed> passed;  ///< where all of it is left out
    bool ends = false;
  };

  std::vector<Beginning> beginnings(std::uint32_t machine, const Head& own) {
    Ways ways;
    Ways* const outer_ways = ways_;
    const GroupMove outer_move = move_;
    const std::vector<Passed> outer_passed = passed_;
    const std::uint32_t outer_machine = machine_;
    const std::uint32_t outer_inherits = inherits_;
    const std::vector<bool> outer_entered = entered_;
    ways_ = &ways;
    move_ = {};
    passed_.clear();
    machine_ = machine;
    inherits_ = kNoNumber;
    at(at_.machine_sequences[machine], 0, own);
    ways_ = outer_ways;
    move_ = outer_move;
    passed_ = outer_passed;
    machine_ = outer_machine;
    inherits_ = outer_inherits;
    entered_ = outer_entered;
    std::vector<Beginning> found;
    for (Way& way : ways) {
      Beginning beginning;
      const WaitingPoint& to = result_.points[way.point];
      beginning.ends = to.kind == WaitingPoint::Kind::end;
      if (beginning.ends) beginning.passed = to.passed;
      if (way.move != kNoNumber) beginning.move = result_.moves[way.move];
      beginning.way = std::move(way);
      found.push_back(std::move(beginning));
    }
    return found;
  }

  /// Each side begins in some way: all combinations, the ways of the first side first.
  void at_both(std::uint32_t both, std::uint32_t sequence, std::size_t index, const Head& own) {
    const BothShape shape = result_.boths[both];
    std::vector<std::vector<Beginning>> sides;
    for (std::uint32_t side = 0; side < shape.sides; ++side)
      sides.push_back(beginnings(shape.first_machine + side, own));
    if (std::any_of(sides.begin(), sides.end(), [](const auto& side) { return side.empty(); })) return;
    std::vector<std::size_t> chosen(sides.size());
    while (result_.excess.empty()) {
      enter_both(both, sides, chosen, sequence, index);
      std::size_t side = sides.size();
      while (side > 0 && ++chosen[side - 1] == sides[side - 1].size()) chosen[--side] = 0;
      if (side == 0) return;
    }
  }

  void enter_both(std::uint32_t both, const std::vector<std::vector<Beginning>>& sides,
                  const std::vector<std::size_t>& chosen, std::uint32_t sequence, std::size_t index) {
    const GroupMove outer = move_;
    bool nothing = true;
    std::vector<std::uint32_t> points;
    for (std::size_t side = 0; side < sides.size(); ++side) {
      const Beginning& beginning = sides[side][chosen[side]];
      nothing = nothing && beginning.ends;
      points.push_back(beginning.way.point);
      points.insert(points.end(), beginning.way.sides.begin(), beginning.way.sides.end());
      move_.entered.insert(move_.entered.end(), beginning.move.entered.begin(), beginning.move.entered.end());
    }
    if (nothing) {
      // All sides are left out: what they passed is passed here. Behind a loop at the end of its side stands only what
      // stands behind the `and`, no absence of another side.
      const std::size_t before = passed_.size();
      std::vector<Passed> last;
      for (std::size_t side = 0; side < sides.size(); ++side) {
        const std::vector<Passed>& passed = sides[side][chosen[side]].passed;
        auto end = passed.end();
        while (end != passed.begin() && std::prev(end)->kind == Passed::Kind::loop) --end;
        passed_.insert(passed_.end(), passed.begin(), end);
        last.insert(last.end(), end, passed.end());
      }
      passed_.insert(passed_.end(), last.begin(), last.end());
      at(sequence, index + 1, {});
      passed_.resize(before);
    } else {
      WaitingPoint waiting{.kind = WaitingPoint::Kind::both, .both = both};
      waiting.first = first_;
      pass(waiting);
      add_point(std::move(waiting), std::move(points));
    }
    move_ = outer;
  }

  void add_way(WaitingPoint waiting, const Head& own) {
    waiting.arrow = first_ ? Arrow::any : own.arrow;
    waiting.least_ns = first_ ? 0 : own.least_ns;
    waiting.most_ns = first_ ? kNoLimit : own.most_ns;
    waiting.first = first_;
    pass(waiting);
    add_point(std::move(waiting), {});
  }

  void add_end() {
    WaitingPoint waiting{.kind = WaitingPoint::Kind::end};
    pass(waiting);
    waiting.first = first_;
    // A possessive loop at the very end, with no absence behind it, has no effect.
    while (machine_ == 0 && !waiting.passed.empty() && waiting.passed.back().kind == Passed::Kind::loop)
      waiting.passed.pop_back();
    add_point(std::move(waiting), {});
  }

  void pass(WaitingPoint& waiting) {
    waiting.machine = machine_;
    waiting.inherits = inherits_;
    if (waiting.most_ns == 0 && waiting.kind != WaitingPoint::Kind::step) waiting.most_ns = kNoLimit;
    if (inherits_ != kNoNumber) waiting.turned = inherits_turn_;
    std::set<Passed> seen;  // from one turn to the next an absence may be passed twice
    for (const Passed& passed : passed_) {
      if (passed.turn_before) waiting.turned = move_.turned;
      if (seen.insert(passed).second) waiting.passed.push_back(passed);
    }
    if (std::count_if(waiting.passed.begin(), waiting.passed.end(),
                      [](const Passed& passed) { return passed.kind == Passed::Kind::loop; }) > kMaxLoops)
      result_.excess = fmt::format("more than {} possessive loops in a row that may be left out", kMaxLoops);
  }

  void add_point(WaitingPoint waiting, std::vector<std::uint32_t> sides) {
    size_ += 1 + passed_.size() + move_.left.size() + move_.entered.size() + sides.size();
    if (size_ > kMaxWays) {
      result_.excess = fmt::format("more than {} ways from step to step", kMaxWays);
      return;
    }
    const std::uint32_t to = point(std::move(waiting));
    ways_->push_back({to, number_of_move(), std::move(sides)});
  }

  /// Points that wait for the same in the same way are one.
  std::uint32_t point(WaitingPoint waiting) {
    const auto [found, is_new] =
        numbers_of_points_.try_emplace(waiting, static_cast<std::uint32_t>(result_.points.size()));
    if (is_new) result_.points.push_back(waiting);
    const std::uint32_t id = found->second;
    if (result_.points.size() > kMaxPoints) result_.excess = fmt::format("more than {} places to wait at", kMaxPoints);
    if (is_new && waiting.kind == WaitingPoint::Kind::both && !waiting.begun) {
      // Once a side has taken an event.
      point({.kind = WaitingPoint::Kind::both, .machine = waiting.machine, .both = waiting.both, .begun = true});
    }
    return id;
  }

  std::uint32_t number_of_move() {
    if (move_.empty()) return kNoNumber;
    const auto [found, is_new] = numbers_of_moves_.try_emplace(move_, static_cast<std::uint32_t>(result_.moves.size()));
    if (is_new) result_.moves.push_back(move_);
    return found->second;
  }

  const Pattern& pattern_;
  WaitingPoints result_;
  const Places at_;
  std::size_t size_ = 0;
  std::map<WaitingPoint, std::uint32_t> numbers_of_points_;
  std::map<GroupMove, std::uint32_t> numbers_of_moves_;
  std::uint32_t depth_ = 0;
  // the way being walked
  Ways* ways_ = nullptr;
  std::uint32_t machine_ = 0;
  bool first_ = false;
  std::vector<Passed> passed_;
  std::uint32_t inherits_ = kNoNumber;
  std::uint32_t inherits_turn_ = kNoNumber;
  std::vector<bool> entered_;  ///< by group: its turn began on this way
  GroupMove move_;
};

}  // namespace

WaitingPoints waiting_points(const Pattern& pattern) { return Walk(pattern).run(); }

}  // namespace tocsin::rules
