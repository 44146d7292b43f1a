// Reading and writing the notation. Text that isn't in it throws std::invalid_argument.
#include "tests/oracle/pattern_text.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "tests/oracle/make.hpp"

namespace tocsin::oracle {
namespace {

using rules::Element;
using Elements = std::vector<Element>;

events::TypeId type_of(char letter) {
  if (letter < 'a' || letter > 'z') throw std::invalid_argument("a type is a small letter");
  return events::TypeId{static_cast<std::uint32_t>(letter - 'a')};
}

events::Duration seconds_of(const std::string& text) { return {std::llround(std::stold(text) * 1e9L)}; }

/// One side of an `or`: a single event has a name, or none; what else there is is elements.
struct Side {
  Elements elements;
  bool is_single = false;
  std::string name{};
};

/// Recursive descent over the pattern's notation.
class Reader {
 public:
  Reader(std::string_view text, rules::RulePlan& plan) : text_(text), plan_(plan) {}

  Elements pattern() {
    Elements elements = element();
    for (;;) {
      const auto arrow = read_arrow();
      if (!arrow) return elements;
      std::optional<rules::Bound> bound;
      if (eat("[")) bound = read_bound();
      Elements next = element();
      next.front().arrow = arrow;
      next.front().bound = bound;
      elements.insert(elements.end(), next.begin(), next.end());
    }
  }

  void end() {
    skip_spaces();
    if (!text_.empty()) throw std::invalid_argument("not read: " + std::string(text_));
  }

 private:
  void skip_spaces() {
    while (!text_.empty() && text_.front() == ' ') text_.remove_prefix(1);
  }
  /// Words end where no letter follows.
  bool eat(std::string_view token) {
    skip_spaces();
    if (!text_.starts_with(token)) return false;
    const bool is_word = token.back() >= 'a' && token.back() <= 'z';
    if (is_word && text_.size() > token.size() && std::isalnum(text_[token.size()])) return false;
    text_.remove_prefix(token.size());
    return true;
  }
  bool eat_at_once(char sign) {
    if (text_.empty() || text_.front() != sign) return false;
    text_.remove_prefix(1);
    return true;
  }
  void need(std::string_view token) {
    if (!eat(token)) throw std::invalid_argument(std::string(token) + " is missing before: " + std::string(text_));
  }
  std::string number() {
    skip_spaces();
    std::string digits;
    while (!text_.empty() && (std::isdigit(text_.front()) || text_.front() == '.')) {
      digits += text_.front();
      text_.remove_prefix(1);
    }
    return digits;
  }

  std::optional<rules::Arrow> read_arrow() {
    if (eat("->")) return rules::Arrow::followed_by;
    if (eat("=>")) return rules::Arrow::next;
    if (eat("~>")) return rules::Arrow::any;
    return std::nullopt;
  }

  rules::Bound read_bound() {
    rules::Bound bound{{}, seconds_of(number())};
    if (eat(",")) bound = {bound.most, seconds_of(number())};
    need("]");
    return bound;
  }

  std::vector<rules::Single> types() {
    skip_spaces();
    std::vector<rules::Single> singles;
    do {
      singles.push_back({type_of(text_.empty() ? ' ' : text_.front()), std::nullopt});
      plan_.inputs.push_back(singles.back().type);
      text_.remove_prefix(1);
    } while (eat_at_once('|'));
    return singles;
  }

  Elements element() {
    if (eat("not")) return {{{}, {}, absent()}};
    std::vector<Side> sides;
    do sides.push_back(both());
    while (eat("or"));
    if (sides.size() == 1) return std::move(sides.front().elements);
    if (std::any_of(sides.begin(), sides.end(), [](const Side& side) { return !side.is_single; })) {
      rules::Choice choice;
      for (Side& side : sides) choice.sides.push_back(std::move(side.elements));
      return {{{}, {}, std::move(choice)}};
    }
    rules::Either either;
    for (const Side& side : sides) either.takes.push_back(std::get<rules::Take>(side.elements.front().node));
    if (std::any_of(sides.begin(), sides.end(), [&](const Side& side) { return side.name != sides.front().name; }))
      return {{{}, {}, std::move(either)}};
    rules::Step& one = plan_.pattern.steps[either.takes.front().step];
    for (std::size_t i = 1; i < sides.size(); ++i)
      one.fits.push_back(plan_.pattern.steps[either.takes[i].step].fits[0]);
    plan_.pattern.steps.resize(either.takes.front().step + 1);
    return std::move(sides.front().elements);
  }

  rules::Absent absent() {
    rules::Absent absent{types()};
    if (eat("for")) absent.span = make::constant(seconds_of(number()));
    if (eat("every")) absent.every = seconds_of(number());
    return absent;
  }

  Side both() {
    Side side = looped();
    if (!eat("and")) return side;
    rules::Both both{{std::move(side.elements)}};
    do both.sides.push_back(looped().elements);
    while (eat("and"));
    return {{{{}, {}, std::move(both)}}};
  }

  Side looped() {
    if (eat("(")) {
      rules::Group group;
      group.elements = pattern();
      need(")");
      if (eat_at_once('[')) group.span = read_bound().most;
      read_loop(group);
      if (!group.span && !group.loops() && group.min == 1) return {std::move(group.elements)};
      return {{{{}, {}, std::move(group)}}};
    }
    skip_spaces();
    std::string name;
    if (text_.size() > 1 && text_[1] == ':') {
      name = text_[0];
      text_.remove_prefix(2);
    }
    const auto step = static_cast<std::uint32_t>(plan_.pattern.steps.size());
    plan_.pattern.steps.push_back(step_of(step, types()));
    if (!name.empty()) plan_.pattern.steps.back().name = name;
    read_loop(plan_.pattern.steps.back());
    const bool is_single = plan_.pattern.steps.back().min == 1 && !plan_.pattern.steps.back().loops();
    return {{{{}, {}, rules::Take{step}}}, is_single, name};
  }

  void read_loop(rules::Loop& loop) {
    if (eat_at_once('?'))
      loop.min = 0;
    else if (eat_at_once('*'))
      loop.min = 0, loop.max = std::nullopt;
    else if (eat_at_once('+'))
      loop.max = std::nullopt;
    else if (eat_at_once('{'))
      read_counts(loop);
    else
      return;
    if (eat_at_once('?')) loop.greed = rules::Greed::reluctant;
    if (eat_at_once('+')) loop.greed = rules::Greed::possessive;
    for (;;) {
      if (eat("strict"))
        loop.mode = rules::Arrow::next;
      else if (eat("any"))
        loop.mode = rules::Arrow::any;
      else if (eat("["))
        loop.gap = read_bound().most;
      else
        break;
    }
    if (eat("until")) loop.until = types();
  }

  void read_counts(rules::Loop& loop) {
    loop.min = static_cast<std::uint32_t>(std::stoul(number()));
    loop.max = loop.min;
    if (eat(",")) {
      const std::string most = number();
      loop.max = most.empty() ? std::nullopt : std::optional(static_cast<std::uint32_t>(std::stoul(most)));
    }
    need("}");
  }

  std::string_view text_;
  rules::RulePlan& plan_;
};

/// What a step's place says of it: whether a group around it loops.
void mark_looping(rules::Pattern& pattern, const Elements& elements, bool looping) {
  const auto mark = [&](const rules::Take& take) {
    rules::Step& binding = pattern.steps[pattern.steps[take.step].binding];
    binding.in_looping_group = binding.in_looping_group || looping;
  };
  const auto mark_sides = [&](const std::vector<Elements>& sides) {
    for (const Elements& side : sides) mark_looping(pattern, side, looping);
  };
  for (const Element& element : elements) {
    if (const auto* take = std::get_if<rules::Take>(&element.node)) mark(*take);
    if (const auto* either = std::get_if<rules::Either>(&element.node))
      std::for_each(either->takes.begin(), either->takes.end(), mark);
    if (const auto* group = std::get_if<rules::Group>(&element.node))
      mark_looping(pattern, group->elements, looping || group->loops());
    if (const auto* choice = std::get_if<rules::Choice>(&element.node)) mark_sides(choice->sides);
    if (const auto* both = std::get_if<rules::Both>(&element.node)) mark_sides(both->sides);
  }
}

/// Steps of one name are of one binding: the first's.
void bind(std::vector<rules::Step>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto first = std::find_if(steps.begin(), steps.end(), [&](const auto& s) { return s.name == steps[i].name; });
    steps[i].binding = static_cast<std::uint32_t>(first - steps.begin());
    for (const rules::Single& single : steps[i].fits) first->types.push_back(single.type);
  }
  for (rules::Step& step : steps) {
    step.types = steps[step.binding].types;
    std::sort(step.types.begin(), step.types.end());
    step.types.erase(std::unique(step.types.begin(), step.types.end()), step.types.end());
  }
  for (rules::Step& step : steps) step.in_looping_group = steps[step.binding].in_looping_group;
}

void read_clauses(std::string_view text, rules::RulePlan& plan) {
  using Policy = rules::AfterMatch::Policy;
  std::istringstream words{std::string(text)};
  for (std::string word, value; words >> word;) {
    const auto number = [&] { return words >> value ? std::stoul(value) : throw std::invalid_argument(word); };
    if (word == "all") {
      plan.matching.mode = rules::Matching::Mode::all;
    } else if (word == "up") {
      plan.matching = {rules::Matching::Mode::up_to, number()};
    } else if (word == "keep") {
      plan.after.policy = Policy::keep;
    } else if (word == "next") {
      plan.after.policy = Policy::skip_to_next;
    } else if (word == "first" || word == "last") {
      plan.after = {word == "first" ? Policy::skip_to_first : Policy::skip_to_last,
                    static_cast<std::uint32_t>(number())};
    } else if (word == "timeout") {
      rules::AlertPlan alert;
      alert.severity = make::constant(events::Severity::info);
      plan.outputs.push_back({std::move(alert), std::nullopt, true});
    } else if (word == "runs") {
      plan.limit_runs = number();
    } else if (word == "matches") {
      plan.limit_matches = number();
    } else if (word == "within" && words >> value) {
      plan.within = seconds_of(value);
    } else {
      throw std::invalid_argument("no clause: " + word);
    }
  }
}

std::string events_of(const Match& match) {
  std::string text;
  for (std::size_t step = 0; step < match.steps.size(); ++step) {
    if (step > 0) text += "|";
    if (match.steps[step].empty()) text += "-";
    for (std::size_t turn = 0; turn < match.steps[step].size(); ++turn) {
      if (turn > 0) text += ',';
      text += std::to_string(match.steps[step][turn]);
    }
  }
  return text;
}

std::string seconds_text(events::Time time) {
  std::string text = std::to_string(time.ns / events::kSecond.ns);
  std::string decimals = std::to_string(events::kSecond.ns + std::abs(time.ns % events::kSecond.ns)).substr(1);
  decimals.erase(decimals.find_last_not_of('0') + 1);
  return decimals.empty() ? text : text + "." + decimals;
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

rules::RulePlan plan_of(std::string_view pattern, std::string_view also, std::string_view clauses) {
  rules::RulePlan plan;
  plan.name = "r";
  Reader reader(pattern, plan);
  plan.pattern.elements = reader.pattern();
  reader.end();
  bind(plan.pattern.steps);
  mark_looping(plan.pattern, plan.pattern.elements, false);
  bind(plan.pattern.steps);
  read_clauses(clauses, plan);
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
    Event event{type_of(word[0]), {seconds_of(word.substr(2)).ns}, {}};
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
    if (match.timeout) text += "timeout ";
    text += events_of(match);
    std::size_t last = 0;
    for (const auto& turns : match.steps)
      for (const std::size_t turn : turns) last = std::max(last, turn);
    if (match.by_time)
      text += "@" + seconds_text(match.completion);
    else if (match.completing != last)
      text += "!" + std::to_string(match.completing);
    if (match.repeat > 0) text += "#" + std::to_string(match.repeat);
  }
  return text;
}

}  // namespace tocsin::oracle
