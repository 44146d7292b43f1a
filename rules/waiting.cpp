#include "rules/waiting.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "rules/overloaded.hpp"

namespace tocsin::rules {

namespace {

/// The pattern (number 0) or a group (its number + 1).
struct Sequence {
  const std::vector<Element>* elements = nullptr;
  std::vector<std::uint32_t> numbers;  ///< by element: of the step, absence or group
  std::uint32_t parent = kNoNumber;
  std::size_t place = 0;  ///< in the parent
};

bool reads_fields(const Expr& expr, const GroupShape& group) {
  if (expr.op == Op::step_field && expr.step >= group.first_step && expr.step < group.end_step) return true;
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return reads_fields(arg, group); });
}

bool reads_fields(const Absent& absent, const GroupShape& group) {
  return std::any_of(absent.fits.begin(), absent.fits.end(),
                     [&](const Single& single) { return single.condition && reads_fields(*single.condition, group); });
}

class Walk {
 public:
  explicit Walk(const Pattern& pattern) : pattern_(pattern), places_(pattern.steps.size()) {
    can_be_empty_ = number(pattern.elements, kNoNumber, 0, kNoNumber);
  }

  WaitingPoints run() {
    result_.can_be_empty = can_be_empty_;
    result_.after.resize(pattern_.steps.size());
    if (result_.excess.empty()) check_counts();
    if (!result_.excess.empty()) return std::move(result_);
    begin();
    for (std::uint32_t step = 0; step < result_.after.size() && result_.excess.empty(); ++step) leave(step);
    const auto tidy = [](std::vector<std::uint32_t>& numbers) {
      std::sort(numbers.begin(), numbers.end());
      numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    };
    tidy(result_.leading);
    tidy(result_.closing);
    return std::move(result_);
  }

 private:
  struct Place {
    std::uint32_t sequence = 0;
    std::size_t index = 0;
  };

  /// Numbers what stands in `elements`. True: all of it can be left out.
  bool number(const std::vector<Element>& elements, std::uint32_t parent, std::size_t place, std::uint32_t group) {
    const auto sequence = static_cast<std::uint32_t>(sequences_.size());
    sequences_.push_back({&elements, {}, parent, place});
    bool optional = true;
    for (std::size_t i = 0; i < elements.size(); ++i) {
      const std::uint32_t id =
          std::visit(overloaded{[&](const Take& take) {
                                  places_.at(take.step) = {sequence, i};
                                  optional = optional && pattern_.steps[take.step].min == 0;
                                  ++steps_;
                                  return take.step;
                                },
                                [&](const Absent& absent) {
                                  absences_.push_back(&absent);
                                  return static_cast<std::uint32_t>(absences_.size() - 1);
                                },
                                [&](const Either&) { return refuse(); },
                                [&](const Choice&) { return refuse(); },
                                [&](const Both&) { return refuse(); },
                                [&](const Group& inner) {
                                  const auto number_of_group = static_cast<std::uint32_t>(result_.groups.size());
                                  result_.groups.push_back({group, inner.min, inner.max, steps_, 0});
                                  const bool empty = number(inner.elements, sequence, i, number_of_group);
                                  GroupShape& shape = result_.groups[number_of_group];
                                  shape.end_step = steps_;
                                  if (empty) shape.min = 0;
                                  optional = optional && shape.min == 0;
                                  return number_of_group;
                                }},
                     elements[i].node);
      sequences_[sequence].numbers.push_back(id);
    }
    return optional;
  }

  std::uint32_t refuse() {
    result_.excess = "a choice or an interleaving, which can't be used yet";
    return 0;
  }

  void check_counts() {
    for (std::uint32_t step = 0; step < places_.size(); ++step) {
      const Step& shape = pattern_.steps[step];
      std::uint64_t counts = std::max(shape.max.value_or(shape.min), 1U);
      for (std::uint32_t group = places_[step].sequence - 1; group != kNoNumber; group = result_.groups[group].parent) {
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
    walk(0, 0, Arrow::followed_by);
    first_ = false;
    passed_.clear();
  }

  /// All ways from an event that `step` took.
  void leave(std::uint32_t step) {
    WaitingPoints::AfterStep& after = result_.after[step];
    const Step& shape = pattern_.steps[step];
    if (shape.looped()) after.again = point({.step = step, .further_turn = true, .passed = {}});
    ways_ = &after.ways;
    passed_.clear();
    move_ = {};
    Place at = places_[step];
    for (++at.index; walk(at.sequence, at.index, Arrow::followed_by); ++at.index) {
      if (at.sequence == 0) {
        after.ends = true;
        after.end_move = number_of_move();
        for (const Passed& passed : passed_) result_.closing.push_back(passed.absent);
        return;
      }
      const std::uint32_t group = at.sequence - 1;
      const GroupShape& loop = result_.groups[group];
      if (!loop.max || *loop.max > 1) {
        const std::size_t passed = passed_.size();
        move_.turned = group;
        for (Passed& one : passed_) one.turn_before = reads_fields(*absences_[one.absent], loop);
        walk(at.sequence, 0, Arrow::followed_by);
        move_.turned = kNoNumber;
        passed_.resize(passed);
        for (Passed& one : passed_) one.turn_before = false;
      }
      move_.left.push_back(group);
      at = {sequences_[at.sequence].parent, sequences_[at.sequence].place};
      if (!result_.excess.empty()) return;
    }
  }

  /// The elements of a sequence from one on; `head` is the arrow of its first. True: its end is reached with no event
  /// taken; what was passed is in passed_.
  bool walk(std::uint32_t sequence, std::size_t from, Arrow head) {
    const std::vector<Element>& elements = *sequences_[sequence].elements;
    for (std::size_t i = from; i < elements.size(); ++i) {
      if (!result_.excess.empty()) return false;
      const Arrow arrow = i == 0 ? head : elements[i].arrow.value_or(Arrow::followed_by);
      const std::uint32_t id = sequences_[sequence].numbers[i];
      if (std::holds_alternative<Absent>(elements[i].node)) {
        passed_.push_back({id, arrow == Arrow::next, false});
      } else if (std::holds_alternative<Take>(elements[i].node)) {
        add_way(id, arrow);
        if (pattern_.steps[id].min > 0) return false;
      } else {
        const std::size_t passed = passed_.size();
        move_.entered.push_back(id);
        walk(id + 1, 0, arrow);
        move_.entered.pop_back();
        passed_.resize(passed);
        if (result_.groups[id].min > 0) return false;
      }
    }
    return true;
  }

  void add_way(std::uint32_t step, Arrow arrow) {
    size_ += 1 + passed_.size() + move_.left.size() + move_.entered.size();
    if (size_ > kMaxWays) {
      result_.excess = fmt::format("more than {} ways from step to step", kMaxWays);
      return;
    }
    WaitingPoint waiting{.step = step, .arrow = first_ ? Arrow::followed_by : arrow, .first = first_, .passed = {}};
    if (first_) {
      for (const Passed& passed : passed_) result_.leading.push_back(passed.absent);
    } else {
      pass(waiting);
    }
    ways_->push_back({point(std::move(waiting)), number_of_move()});
  }

  void pass(WaitingPoint& waiting) const {
    if (move_.turned == kNoNumber) {
      waiting.passed = passed_;
      return;
    }
    std::set<Passed> seen;  // from one turn to the next an absence may be passed twice
    for (const Passed& passed : passed_) {
      if (passed.turn_before) waiting.turned = move_.turned;
      if (seen.insert(passed).second) waiting.passed.push_back(passed);
    }
  }

  /// Points that wait for the same in the same way are one.
  std::uint32_t point(WaitingPoint waiting) {
    const auto [found, is_new] =
        numbers_of_points_.try_emplace(waiting, static_cast<std::uint32_t>(result_.points.size()));
    if (is_new) result_.points.push_back(std::move(waiting));
    if (result_.points.size() > kMaxPoints) result_.excess = fmt::format("more than {} places to wait at", kMaxPoints);
    return found->second;
  }

  std::uint32_t number_of_move() {
    if (move_.empty()) return kNoNumber;
    const auto [found, is_new] = numbers_of_moves_.try_emplace(move_, static_cast<std::uint32_t>(result_.moves.size()));
    if (is_new) result_.moves.push_back(move_);
    return found->second;
  }

  const Pattern& pattern_;
  std::vector<Sequence> sequences_;
  std::vector<Place> places_;  ///< by step
  std::vector<const Absent*> absences_;
  std::uint32_t steps_ = 0;
  bool can_be_empty_ = false;
  WaitingPoints result_;
  std::size_t size_ = 0;
  std::map<WaitingPoint, std::uint32_t> numbers_of_points_;
  std::map<GroupMove, std::uint32_t> numbers_of_moves_;
  // the way being walked
  std::vector<Way>* ways_ = nullptr;
  bool first_ = false;
  std::vector<Passed> passed_;
  GroupMove move_;
};

void gather(const std::vector<Element>& elements, std::vector<const Absent*>& absences) {
  for (const Element& element : elements) {
    if (const auto* absent = std::get_if<Absent>(&element.node)) absences.push_back(absent);
    if (const auto* group = std::get_if<Group>(&element.node)) gather(group->elements, absences);
  }
}

}  // namespace

WaitingPoints waiting_points(const Pattern& pattern) { return Walk(pattern).run(); }

std::vector<const Absent*> absences_of(const Pattern& pattern) {
  std::vector<const Absent*> absences;
  gather(pattern.elements, absences);
  return absences;
}

}  // namespace tocsin::rules
