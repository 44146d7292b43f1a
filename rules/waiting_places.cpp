#include "rules/waiting_places.hpp"

#include "rules/overloaded.hpp"

namespace tocsin::rules {

namespace {

class Numbering {
 public:
  Numbering(const Pattern& pattern, WaitingPoints& to) : pattern_(pattern), to_(to) {
    at_.places.resize(pattern.steps.size());
    to_.steps.resize(pattern.steps.size());
    at_.machine_sequences.push_back(0);
    to_.can_be_empty =
        number(pattern.elements, {.kind = Sequence::Kind::machine, .elements = &pattern.elements, .numbers = {}});
    to_.machines = static_cast<std::uint32_t>(at_.machine_sequences.size());
  }

  Places result() { return std::move(at_); }

 private:
  /// True: all of it can be left out.
  bool number(const std::vector<Element>& elements, Sequence shape) {
    const auto sequence = static_cast<std::uint32_t>(at_.sequences.size());
    at_.sequences.push_back(std::move(shape));
    bool optional = true;
    for (std::size_t i = 0; i < elements.size(); ++i) {
      std::uint32_t id = 0;
      const bool skippable =
          std::visit([&](const auto& node) { return number_node(node, sequence, i, id); }, elements[i].node);
      optional = optional && skippable;
      at_.sequences[sequence].numbers.push_back(id);
    }
    return optional;
  }

  Sequence inside(std::uint32_t sequence, std::size_t i, Sequence::Kind kind,
                  const std::vector<Element>& elements) const {
    return {kind, &elements, {}, at_.sequences[sequence].machine, kNoNumber, sequence, i};
  }

  void add_step(std::uint32_t step, std::uint32_t sequence, std::size_t i) {
    at_.places.at(step) = {sequence, i};
    to_.steps[step].machine = at_.sequences[sequence].machine;
    to_.steps[step].groups = groups_;
    ++steps_;
  }

  bool number_node(const Take& take, std::uint32_t sequence, std::size_t i, std::uint32_t& id) {
    add_step(take.step, sequence, i);
    id = take.step;
    return pattern_.steps[take.step].min == 0;
  }
  bool number_node(const Either& either, std::uint32_t sequence, std::size_t i, std::uint32_t& id) {
    for (const Take& take : either.takes) add_step(take.step, sequence, i);
    id = either.takes.front().step;
    return false;
  }
  bool number_node(const Absent& absent, std::uint32_t, std::size_t, std::uint32_t& id) {
    id = static_cast<std::uint32_t>(to_.absences.size());
    to_.absences.push_back(&absent);
    return true;
  }
  bool number_node(const Group& group, std::uint32_t sequence, std::size_t i, std::uint32_t& id) {
    id = static_cast<std::uint32_t>(to_.groups.size());
    to_.groups.push_back({&group, groups_.empty() ? kNoNumber : groups_.back(), group.min, group.max, steps_, 0,
                          at_.sequences[sequence].machine});
    groups_.push_back(id);
    Sequence body = inside(sequence, i, Sequence::Kind::group, group.elements);
    body.group = id;
    at_.group_sequences.push_back(static_cast<std::uint32_t>(at_.sequences.size()));
    const bool empty = number(group.elements, std::move(body));
    groups_.pop_back();
    GroupShape& shape = to_.groups[id];
    shape.end_step = steps_;
    if (empty) shape.min = 0;
    return shape.min == 0;
  }
  bool number_node(const Choice& choice, std::uint32_t sequence, std::size_t i, std::uint32_t& id) {
    id = static_cast<std::uint32_t>(at_.choice_sequences.size());
    at_.choice_sequences.emplace_back();
    bool optional = false;
    for (const std::vector<Element>& side : choice.sides) {
      at_.choice_sequences[id].push_back(static_cast<std::uint32_t>(at_.sequences.size()));
      if (number(side, inside(sequence, i, Sequence::Kind::choice_side, side))) optional = true;
    }
    return optional;
  }
  bool number_node(const Both& both, std::uint32_t sequence, std::size_t i, std::uint32_t& id) {
    id = static_cast<std::uint32_t>(to_.boths.size());
    const auto first = static_cast<std::uint32_t>(at_.machine_sequences.size());
    const auto sides = static_cast<std::uint32_t>(both.sides.size());
    to_.boths.push_back({at_.sequences[sequence].machine, first, sides, steps_, 0, groups_});
    at_.both_places.push_back({sequence, i});
    at_.machine_sequences.resize(first + sides);
    bool optional = true;
    for (std::uint32_t side = 0; side < sides; ++side) {
      at_.machine_sequences[first + side] = static_cast<std::uint32_t>(at_.sequences.size());
      const bool skippable = number(
          both.sides[side],
          {.kind = Sequence::Kind::machine, .elements = &both.sides[side], .numbers = {}, .machine = first + side});
      optional = optional && skippable;
    }
    to_.boths[id].end_step = steps_;
    return optional;
  }

  const Pattern& pattern_;
  WaitingPoints& to_;
  Places at_;
  std::uint32_t steps_ = 0;
  std::vector<std::uint32_t> groups_;  ///< around what is being numbered
};

void gather(const std::vector<Element>& elements, std::vector<const Absent*>& absences) {
  for (const Element& element : elements)
    std::visit(overloaded{[&](const Absent& absent) { absences.push_back(&absent); },
                          [&](const Group& group) { gather(group.elements, absences); },
                          [&](const Choice& choice) {
                            for (const auto& side : choice.sides) gather(side, absences);
                          },
                          [&](const Both& both) {
                            for (const auto& side : both.sides) gather(side, absences);
                          },
                          [](const auto&) {}},
               element.node);
}

}  // namespace

Places places_of(const Pattern& pattern, WaitingPoints& to) { return Numbering(pattern, to).result(); }

std::vector<const Absent*> absences_of(const Pattern& pattern) {
  std::vector<const Absent*> absences;
  gather(pattern.elements, absences);
  return absences;
}

}  // namespace tocsin::rules
