// `match`: steps with their types, names and turns, then conditions. What may stand where is in check_shape.cpp.
//
// Steps are numbered before any condition is read, so that a step that comes later is told from one that isn't there.
// Parentheses without turns of their own leave: their elements take their place.
#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {
namespace {

constexpr std::uint64_t kMaxTurns = 1'000'000;

struct Turns {
  std::uint32_t min = 1;
  std::optional<std::uint32_t> max = 1;
};

/// Turns of a step or a group; {1,1} where they can't be judged, which is reported.
Turns check_quantifier(Draft& draft, RuleDraft& rule, const std::optional<syntax::Quantifier>& written) {
  if (!written) return {};
  const std::optional<std::uint64_t> min = count_of(draft, written->min);
  const std::optional<std::uint64_t> max = written->max ? count_of(draft, *written->max) : std::uint64_t{0};
  if (!min || !max) {
    rule.partial = true;
    return {};
  }
  if (written->max && *max < *min) {
    const std::string turned = "{" + std::to_string(*max) + "," + std::to_string(*min) + "}";
    help(error(draft, "E0307", written->span, "the lower bound is above the upper one", "can't be fulfilled"),
         "bounds stand in order", written->span, turned);
  } else if (written->max && *max == 0) {
    help(error(draft, "E0307", written->span, "a step that is never taken", "no turn"),
         "leave the step out, or write `not` for events that must not come");
  } else if (std::max(*min, *max) > kMaxTurns) {
    help(error(draft, "E0307", written->span, "more turns than can be counted", "too many"),
         "a step takes up to 1000000 events; `{n,}` has no upper bound");
  } else {
    Turns turns{static_cast<std::uint32_t>(*min), std::nullopt};
    if (written->max) turns.max = static_cast<std::uint32_t>(*max);
    return turns;
  }
  return {};
}

std::optional<Arrow> arrow_of(const syntax::Element& element) {
  if (!element.arrow) return std::nullopt;
  return *element.arrow == syntax::Arrow::next ? Arrow::next : Arrow::followed_by;
}

std::vector<events::TypeId> types_of(const std::vector<Single>& fits) {
  std::vector<events::TypeId> types;
  for (const Single& single : fits) types.push_back(single.type);
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
  return types;
}

/// A condition that waits until all steps have their numbers.
struct Pending {
  const syntax::EventRef* written = nullptr;
  std::vector<events::TypeId> types;  ///< of the singles that it is the condition of
  std::size_t first = 0;              ///< the first of these, in the step or absence
  std::optional<std::uint32_t> own{};
  std::size_t absence = 0;   ///< where it isn't a step's: in the order of writing
  std::uint32_t before = 0;  ///< steps
  std::vector<std::uint32_t> inside{};
};

/// Written elements → the plan's, without conditions.
struct Declaring {
  Draft& draft;
  RuleDraft& rule;
  std::map<std::string, Span> names{};
  std::vector<std::uint32_t> inside{};  ///< groups around, outer before inner
  std::vector<Pending> pending{};
  std::size_t absences = 0;
  std::set<events::TypeId> reported{};  ///< types that `from` leaves out

  /// A single for each of the types, each once.
  void add_singles(const syntax::EventRef& event, std::vector<Single>& fits, std::optional<std::uint32_t> own) {
    Pending condition{&event, {}, fits.size(), own, absences, 0, inside};
    condition.before = static_cast<std::uint32_t>(rule.plan.pattern.steps.size());
    std::set<events::TypeId> known;
    for (const syntax::Name& name : event.types) {
      const events::TypeId type = find_type(draft, name);
      if (type == events::kNoType) rule.partial = true;
      if (!known.insert(type).second) continue;
      condition.types.push_back(type);
      if (type != events::kNoType && !std::binary_search(rule.patterns.begin(), rule.patterns.end(), type) &&
          reported.insert(type).second)
        left_out(name);
      fits.push_back({type, std::nullopt});
    }
    if (event.condition) pending.push_back(std::move(condition));
  }

  /// `from` says what the rule's input is.
  void left_out(const syntax::Name& name) const {
    Diagnostic& problem =
        error(draft, "E0318", name.span, "`from` leaves out " + quoted(name.text), "no input of the rule");
    const syntax::Name& last = rule.from->types.back();
    also(problem, last.span, "the rule's input");
    help(problem, "name it there", Span{last.span.file, last.span.end, last.span.end}, ", " + name.text);
  }

  void name_step(const syntax::Name& name, Step& step) {
    const auto [first, is_new] = names.try_emplace(name.text, name.span);
    if (is_new)
      step.name = name.text;
    else
      also(error(draft, "E0301", name.span, "two steps are called " + quoted(name.text), "second step of this name"),
           first->second, "the first one");
  }

  Take step(const syntax::Step& written) {
    Step step;
    const auto id = static_cast<std::uint32_t>(rule.plan.pattern.steps.size());
    add_singles(written.event, step.fits, id);
    step.binding = id;
    step.types = types_of(step.fits);
    const Turns turns = check_quantifier(draft, rule, written.quantifier);
    step.min = turns.min;
    step.max = turns.max;
    if (written.name) name_step(*written.name, step);
    step.in_looping_group =
        std::any_of(inside.begin(), inside.end(), [&](std::uint32_t group) { return rule.groups[group].looped; });
    rule.step_places.push_back(written.name ? written.name->span : written.event.span);
    rule.groups_around.push_back(inside);
    rule.plan.pattern.steps.push_back(std::move(step));
    return Take{id};
  }

  Absent absent(const syntax::Absent& written) {
    Absent none;
    for (const syntax::EventRef& event : written.events) add_singles(event, none.fits, std::nullopt);
    ++absences;
    return none;
  }

  void group(const syntax::Group& written, std::optional<Arrow> arrow, std::vector<Element>& out) {
    const Turns turns = check_quantifier(draft, rule, written.quantifier);
    if (turns.min == 1 && turns.max == 1U) {
      const std::size_t first = out.size();
      elements(written.elements, out);
      if (first < out.size()) out[first].arrow = arrow;
      return;
    }
    const auto id = static_cast<std::uint32_t>(rule.groups.size());
    rule.groups.push_back({turns.min == 0, turns.max != 1U});
    inside.push_back(id);
    Group group;
    group.min = turns.min;
    group.max = turns.max;
    elements(written.elements, group.elements);
    inside.pop_back();
    if (may_take_nothing(rule.plan.pattern, group.elements))
      group.min = 0;  // such a turn counts as all that are asked for
    rule.groups[id].optional = group.min == 0;
    Element& element = out.emplace_back();
    element.arrow = arrow;
    element.node = std::move(group);
  }

  void elements(const std::vector<syntax::Element>& written, std::vector<Element>& out) {
    for (const syntax::Element& element : written) {
      std::visit(overloaded{
                     [&](const syntax::Step& node) {
                       const Take take = step(node);
                       Element& added = out.emplace_back();
                       added.arrow = arrow_of(element);
                       added.node = take;
                     },
                     [&](const syntax::Absent& node) {
                       Absent none = absent(node);
                       Element& added = out.emplace_back();
                       added.arrow = arrow_of(element);
                       added.node = std::move(none);
                     },
                     [&](const syntax::Group& node) { group(node, arrow_of(element), out); },
                     [](const syntax::Choice&) {},
                     [](const syntax::Both&) {},
                 },
                 element.node);
    }
  }
};

void all_absences(std::vector<Element>& elements, std::vector<Absent*>& out) {
  for (Element& element : elements) {
    if (auto* absent = std::get_if<Absent>(&element.node)) out.push_back(absent);
    if (auto* group = std::get_if<Group>(&element.node)) all_absences(group->elements, out);
  }
}

void judge(Draft& draft, RuleDraft& rule, const Pending& condition, std::vector<Single>& fits) {
  Scope scope{draft, Place::condition, &rule, events::kNoType, condition.before, condition.own};
  scope.inside = condition.inside;
  std::vector<std::optional<Expr>> exprs =
      check_condition_of_each(*condition.written->condition, scope, condition.types);
  for (std::size_t i = 0; i < exprs.size(); ++i) {
    if (exprs[i]) rule.conditions.push_back({condition.written, condition.types[i], condition.own, *exprs[i]});
    fits[condition.first + i].condition = std::move(exprs[i]);
  }
}

}  // namespace

bool may_take_nothing(const Pattern& pattern, const std::vector<Element>& elements) {
  return std::all_of(elements.begin(), elements.end(), [&](const Element& element) {
    if (const auto* take = std::get_if<Take>(&element.node)) return pattern.steps[take->step].min == 0;
    if (const auto* group = std::get_if<Group>(&element.node)) return group->min == 0;
    return true;
  });
}

void check_pattern(Draft& draft, RuleDraft& rule) {
  Declaring declaring{draft, rule};
  Pattern& pattern = rule.plan.pattern;
  declaring.elements(rule.match->pattern.elements, pattern.elements);
  std::vector<Absent*> absences;
  all_absences(pattern.elements, absences);
  for (const Pending& condition : declaring.pending)
    judge(draft, rule, condition,
          condition.own ? pattern.steps[*condition.own].fits : absences[condition.absence]->fits);
  if (!has_not_yet(rule.match->pattern)) check_shape(draft, rule);
}

}  // namespace tocsin::rules::checking
