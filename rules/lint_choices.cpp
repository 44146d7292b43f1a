// Warnings of choices that nothing reaches: an earlier one of the same place takes all that could come there, or is
// complete before.
#include <algorithm>
#include <map>

#include "rules/check_rule.hpp"
#include "rules/elements.hpp"
#include "rules/lint_covers.hpp"

namespace tocsin::rules::checking {
namespace {

/// How many earlier choices one is compared with: of long lists only those that are alike are found.
constexpr std::size_t kCompared = 32;

/// The singles of one place that stood before.
struct Seen {
  const Covers& covers;
  std::map<events::TypeId, std::vector<std::size_t>> of_type;
  std::map<std::pair<events::TypeId, std::string>, std::size_t> alike;  ///< by condition, empty of none

  std::pair<events::TypeId, std::string> key(const Single& single) const {
    return {single.type, single.condition ? covers.text(*single.condition) : std::string()};
  }
  void add(const std::vector<Single>& fits, std::size_t i) {
    alike.try_emplace(key(fits[i]), i);
    of_type[fits[i].type].push_back(i);
  }
  std::optional<std::size_t> before(const std::vector<Single>& fits, std::size_t later) const {
    for (const auto& known : {std::pair(fits[later].type, std::string()), key(fits[later])})
      if (const auto found = alike.find(known); found != alike.end()) return found->second;
    const auto others = of_type.find(fits[later].type);
    if (others == of_type.end()) return std::nullopt;
    const std::size_t count = std::min(others->second.size(), kCompared);
    for (std::size_t i = 0; i < count; ++i)
      if (covers(fits[others->second[i]], fits[later])) return others->second[i];
    return std::nullopt;
  }
};

bool reads(const Expr& expr, std::uint32_t binding) {
  const bool of_step = expr.op == Op::step_field || expr.op == Op::aggregate || expr.op == Op::turn_field;
  return (of_step && expr.step == binding) ||
         std::any_of(expr.args.begin(), expr.args.end(), [&](const Expr& arg) { return reads(arg, binding); });
}

struct ChoiceLint {
  Draft& draft;
  const RuleDraft& rule;
  const Pattern& pattern;
  Covers covers;
  std::size_t absences = 0;

  void report(Span place, Span first, std::string_view by) const {
    also(warning(draft, "W0309", place, "this choice is never reached", "taken by the one before"), first,
         std::string(by));
  }

  /// What a match is depends on the step, not only what is told of it.
  bool decides(std::uint32_t step) const {
    const std::uint32_t binding = pattern.steps[step].binding;
    bool read = std::any_of(rule.conditions.begin(), rule.conditions.end(),
                            [&](const JudgedCondition& condition) { return reads(condition.expr, binding); });
    each_element(pattern.elements, [&](const Element& element) {
      const auto* absent = std::get_if<Absent>(&element.node);
      read = read || (absent && absent->span && reads(*absent->span, binding));
    });
    return read;
  }

  /// A type that stood before without a condition, or under one that covers this. All that one place gives, of `_`.
  void singles(const std::vector<Single>& fits, const std::vector<Span>& places) const {
    Seen seen{covers, {}, {}};
    for (std::size_t begin = 0, end = 0; begin < fits.size(); begin = end) {
      while (end < fits.size() && places[end].begin == places[begin].begin) ++end;
      std::optional<std::size_t> first;
      bool taken = true;
      for (std::size_t i = begin; i < end && taken; ++i) {
        first = seen.before(fits, i);
        taken = first.has_value();
      }
      if (taken) {
        const std::string& type = draft.schema[fits[begin].type].name;
        report(places[begin], places[*first],
               fits[*first].condition ? "takes all of these" : "takes every " + quoted(type) + " that comes here");
      }
      for (std::size_t i = begin; i < end; ++i) seen.add(fits, i);
    }
  }

  /// Steps of several names at one place: the left one is preferred, unless the others can tell them apart.
  void either(const Either& either) const {
    if (rule.plan.matching.mode != Matching::Mode::one) return;
    for (std::size_t later = 1; later < either.takes.size(); ++later)
      for (std::size_t earlier = 0; earlier < std::min(later, kCompared); ++earlier) {
        const std::uint32_t left = either.takes[earlier].step;
        const std::uint32_t right = either.takes[later].step;
        if (!covers(pattern.steps[left].fits, pattern.steps[right].fits) || decides(left) || decides(right)) continue;
        report(rule.step_places[right], rule.step_places[left], "takes all of these");
        break;
      }
  }

  /// The single event that a side is; null: it is more.
  const Step* event_of(const std::vector<Element>& side) const {
    const auto* take = side.size() == 1 ? std::get_if<Take>(&side.front().node) : nullptr;
    const Step* step = take ? &pattern.steps[take->step] : nullptr;
    return step && step->min == 1 && step->max == 1U ? step : nullptr;
  }
  /// The step that a side surely begins with; null: there are several, or none.
  const Step* head_of(const std::vector<Element>& side) const {
    const auto* take = std::get_if<Take>(&side.front().node);
    return take && pattern.steps[take->step].min > 0 ? &pattern.steps[take->step] : nullptr;
  }
  Span place_of(const Step& step) const {
    return rule.step_places[static_cast<std::size_t>(&step - pattern.steps.data())];
  }

  /// `A or (A -> B)` at the end: with an A it is complete.
  void completed(const Choice& choice) const {
    if (choice.sides.size() > kCompared) return;
    for (const std::vector<Element>& longer : choice.sides) {
      const Step* head = head_of(longer);
      if (!head || event_of(longer)) continue;
      for (const std::vector<Element>& side : choice.sides) {
        const Step* event = event_of(side);
        if (!event || !covers(event->fits, head->fits)) continue;
        Diagnostic& problem = warning(draft, "W0309", place_of(*head), "this choice is never reached",
                                      "the other is complete with its first event");
        also(problem, place_of(*event), "complete with the same event");
        break;
      }
    }
  }

  /// A side that is the same as one before, unless something reads by which name.
  void alike(const Choice& choice) const {
    const Same same{pattern, covers};
    for (std::size_t later = 1; later < choice.sides.size(); ++later) {
      const auto end = choice.sides.begin() + static_cast<std::ptrdiff_t>(std::min(later, kCompared));
      const auto first =
          std::find_if(choice.sides.begin(), end, [&](const auto& side) { return same(side, choice.sides[later]); });
      if (first == end || !may_take(*first) || is_told_apart(*first) || is_told_apart(choice.sides[later])) continue;
      report(first_place(choice.sides[later]), first_place(*first), "the same as this");
    }
  }
  bool is_told_apart(const std::vector<Element>& side) const {
    bool told = false;
    each_element(side, [&](const Element& element) {
      for (const std::uint32_t step : own_steps(element)) {
        const bool named = !pattern.steps[step].name.empty();
        told = told || (named && (rule.plan.matching.mode != Matching::Mode::one || decides(step)));
      }
    });
    return told;
  }
  Span first_place(const std::vector<Element>& side) const {
    std::optional<Span> place;
    each_element(side, [&](const Element& element) {
      for (const std::uint32_t step : own_steps(element))
        if (!place) place = rule.step_places[step];
    });
    return place.value_or(rule.match->pattern.span);
  }

  void operator()(const std::vector<Element>& elements, bool ends) {
    for (const Element& element : elements) {
      const bool last = ends && &element == &elements.back();
      for (const std::uint32_t step : own_steps(element)) singles(pattern.steps[step].fits, rule.fit_places[step]);
      if (const auto* absent = std::get_if<Absent>(&element.node))
        singles(absent->fits, rule.absences[absences++].fit_places);
      if (const auto* several = std::get_if<Either>(&element.node)) either(*several);
      const auto* choice = std::get_if<Choice>(&element.node);
      if (choice) alike(*choice);
      if (choice && last && rule.plan.matching.mode == Matching::Mode::one) completed(*choice);
      for (const std::vector<Element>* sequence : inner(element)) (*this)(*sequence, last && choice != nullptr);
    }
  }
};

/// `A|A`: the plan has it once.
void repeated(Draft& draft, const syntax::EventRef& event) {
  std::map<std::string_view, Span> places;
  for (const syntax::Name& type : event.types) {
    const auto [first, is_new] = places.try_emplace(type.text, type.span);
    if (is_new) continue;
    also(warning(draft, "W0309", type.span, "this choice is never reached", "taken by the one before"), first->second,
         "takes every " + quoted(type.text) + " that comes here");
  }
}

void repeated(Draft& draft, const std::vector<syntax::Element>& elements) {
  const auto until = [&](const syntax::Loop& loop) {
    if (loop.until) repeated(draft, loop.until->event);
  };
  for (const syntax::Element& element : elements) {
    std::visit(overloaded{
                   [&](const syntax::Step& step) {
                     repeated(draft, step.event);
                     until(step.loop);
                   },
                   [&](const syntax::Absent& absent) {
                     for (const syntax::EventRef& event : absent.events) repeated(draft, event);
                   },
                   [&](const syntax::Group& group) {
                     repeated(draft, group.elements);
                     until(group.loop);
                   },
                   [&](const syntax::Choice& choice) { repeated(draft, choice.sides); },
                   [&](const syntax::Both& both) { repeated(draft, both.sides); },
               },
               element.node);
  }
}

}  // namespace

void lint_choices(Draft& draft, const RuleDraft& rule) {
  repeated(draft, rule.match->pattern.elements);
  ChoiceLint lint{draft, rule, rule.plan.pattern, {draft, rule.plan}};
  lint(rule.plan.pattern.elements, true);
}

}  // namespace tocsin::rules::checking
