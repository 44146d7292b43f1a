// Reading and writing the notation. Text that isn't in it throws std::invalid_argument.
#include "tests/oracle/pattern_text.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <stdexcept>

namespace tocsin::oracle {
namespace {

events::TypeId type_of(char letter) {
  if (letter < 'a' || letter > 'z') throw std::invalid_argument("a type is a small letter");
  return events::TypeId{static_cast<std::uint32_t>(letter - 'a')};
}

/// Reads `a|b` from the front of `text`.
std::vector<rules::Single> read_types(std::string_view& text) {
  std::vector<rules::Single> singles;
  do {
    if (!singles.empty()) text.remove_prefix(1);
    singles.push_back({type_of(text.empty() ? ' ' : text.front()), std::nullopt});
    text.remove_prefix(1);
  } while (!text.empty() && text.front() == '|');
  return singles;
}

/// The quantifier at the end of a step or group: `?`, `*`, `+`, `{n,m}` or none.
template <class Looped>
void read_quantifier(std::string_view text, Looped& looped) {
  if (text.empty()) return;
  if (text == "?" || text == "*") looped.min = 0;
  if (text == "*" || text == "+") looped.max = std::nullopt;
  if (text.size() == 1) return;
  const std::string inside(text.substr(1, text.size() - 2));
  const auto comma = inside.find(',');
  looped.min = static_cast<std::uint32_t>(std::stoul(inside));
  if (comma == std::string::npos)
    looped.max = looped.min;
  else if (comma + 1 == inside.size())
    looped.max = std::nullopt;
  else
    looped.max = static_cast<std::uint32_t>(std::stoul(inside.substr(comma + 1)));
}

void mark_looping(rules::Pattern& pattern, const std::vector<rules::Element>& elements) {
  for (const rules::Element& element : elements) {
    if (const auto* take = std::get_if<rules::Take>(&element.node)) pattern.steps[take->step].in_looping_group = true;
    if (const auto* group = std::get_if<rules::Group>(&element.node)) mark_looping(pattern, group->elements);
  }
}

/// Reads words into `elements` up to the one that closes their group, which is given back; at the end nothing.
std::string read_elements(std::istringstream& words, rules::RulePlan& plan, std::vector<rules::Element>& elements) {
  std::optional<rules::Arrow> arrow;
  bool is_absent = false;
  for (std::string word; words >> word;) {
    if (word == "->" || word == "=>") {
      arrow = word == "->" ? rules::Arrow::followed_by : rules::Arrow::next;
    } else if (word == "not") {
      is_absent = true;
    } else if (word == "(") {
      rules::Group group;
      const std::string end = read_elements(words, plan, group.elements);
      read_quantifier(std::string_view(end).substr(1), group);
      if (!group.max || *group.max > 1) mark_looping(plan.pattern, group.elements);
      elements.push_back({arrow, {}, std::move(group)});
    } else if (word[0] == ')') {
      return word;
    } else {
      std::string_view rest = word;
      auto singles = read_types(rest);
      for (const rules::Single& single : singles) plan.inputs.push_back(single.type);
      if (is_absent) {
        elements.push_back({arrow, {}, rules::Absent{std::move(singles)}});
      } else {
        const auto number = static_cast<std::uint32_t>(plan.pattern.steps.size());
        elements.push_back({arrow, {}, rules::Take{number}});
        plan.pattern.steps.push_back(step_of(number, std::move(singles)));
        read_quantifier(rest, plan.pattern.steps.back());
      }
      is_absent = false;
    }
  }
  return {};
}

}  // namespace

rules::Step step_of(std::size_t number, std::vector<rules::Single> fits) {
  rules::Step step;
  step.binding = static_cast<std::uint32_t>(number);
  step.name = "s" + std::to_string(number);
  for (const rules::Single& single : fits) step.types.push_back(single.type);
  std::sort(step.types.begin(), step.types.end());
  step.types.erase(std::unique(step.types.begin(), step.types.end()), step.types.end());
  step.fits = std::move(fits);
  return step;
}

rules::RulePlan plan_of(std::string_view pattern, std::string_view also) {
  rules::RulePlan plan;
  plan.name = "r";
  std::istringstream words{std::string(pattern)};
  read_elements(words, plan, plan.pattern.elements);
  for (const char letter : also) plan.inputs.push_back(type_of(letter));
  std::sort(plan.inputs.begin(), plan.inputs.end());
  plan.inputs.erase(std::unique(plan.inputs.begin(), plan.inputs.end()), plan.inputs.end());
  return plan;
}

std::vector<Event> stream_of(std::string_view text) {
  std::vector<Event> stream;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    const long double seconds = std::stold(word.substr(2));
    Event event{type_of(word[0]), {std::llround(seconds * 1e9L)}, {}};
    if (equals != std::string::npos) {
      std::istringstream values(word.substr(equals + 1));
      for (std::string value; std::getline(values, value, ',');) {
        event.fields.emplace_back();
        if (value != "null") event.fields.back() = std::int64_t{std::stoll(value)};
      }
    }
    stream.push_back(std::move(event));
  }
  return stream;
}

std::string text_of(const std::vector<Match>& matches) {
  std::string text;
  for (const Match& match : matches) {
    if (!text.empty()) text += "; ";
    for (std::size_t step = 0; step < match.steps.size(); ++step) {
      if (step > 0) text += "|";
      if (match.steps[step].empty()) text += "-";
      for (std::size_t turn = 0; turn < match.steps[step].size(); ++turn) {
        if (turn > 0) text += ',';
        text += std::to_string(match.steps[step][turn]);
      }
    }
  }
  return text;
}

}  // namespace tocsin::oracle
