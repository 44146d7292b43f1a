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

void read_quantifier(std::string_view text, rules::Step& step) {
  if (text.empty()) return;
  if (text == "?" || text == "*") step.min = 0;
  if (text == "*" || text == "+") step.max = std::nullopt;
  if (text.size() == 1) return;
  const std::string inside(text.substr(1, text.size() - 2));
  const auto comma = inside.find(',');
  step.min = static_cast<std::uint32_t>(std::stoul(inside));
  if (comma == std::string::npos)
    step.max = step.min;
  else if (comma + 1 == inside.size())
    step.max = std::nullopt;
  else
    step.max = static_cast<std::uint32_t>(std::stoul(inside.substr(comma + 1)));
}

}  // namespace

rules::RulePlan plan_of(std::string_view pattern, std::string_view also) {
  rules::RulePlan plan;
  plan.name = "r";
  std::istringstream words{std::string(pattern)};
  std::optional<rules::Arrow> arrow;
  bool is_absent = false;
  for (std::string word; words >> word;) {
    if (word == "->" || word == "=>") {
      arrow = word == "->" ? rules::Arrow::followed_by : rules::Arrow::next;
      continue;
    }
    if (word == "not") {
      is_absent = true;
      continue;
    }
    std::string_view rest = word;
    auto singles = read_types(rest);
    for (const rules::Single& single : singles) plan.inputs.push_back(single.type);
    if (is_absent) {
      plan.pattern.elements.push_back({arrow, rules::Absent{std::move(singles)}});
    } else {
      const auto number = static_cast<std::uint32_t>(plan.pattern.steps.size());
      plan.pattern.elements.push_back({arrow, rules::Take{number}});
      rules::Step step{"s" + std::to_string(number), std::move(singles), 1, 1};
      read_quantifier(rest, step);
      plan.pattern.steps.push_back(std::move(step));
    }
    is_absent = false;
  }
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
