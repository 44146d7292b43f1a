// Warnings of choices that nothing reaches: an earlier one of the same place takes all that could come there, or is
// complete before.
//
// One condition covers another where each of its parts is among the other's, or follows from its comparisons.
#include <algorithm>
#include <map>

#include "rules/check_rule.hpp"
#include "rules/elements.hpp"

namespace tocsin::rules::checking {
namespace {

std::vector<Expr> parts_of(const Expr& condition) {
  return condition.op == Op::logical_and ? condition.args : std::vector<Expr>{condition};
}

/// The comparison that fails where `op` holds, of values that are there.
std::optional<Op> opposite(Op op) {
  switch (op) {
    case Op::lt:
      return Op::ge;
    case Op::le:
      return Op::gt;
    case Op::gt:
      return Op::le;
    case Op::ge:
      return Op::lt;
    default:
      return std::nullopt;
  }
}

struct Covers {
  const Draft& draft;
  const RulePlan& plan;

  std::string text(const Expr& expr) const { return dump(expr, plan, draft.schema); }

  bool follows(const Expr& part, const Expr& from) const {
    const std::vector<Expr> given = parts_of(from);
    const std::string wanted = text(part);
    if (std::any_of(given.begin(), given.end(), [&](const Expr& each) { return text(each) == wanted; })) return true;
    const std::optional<Op> opposed = opposite(part.op);
    if (!opposed) return false;
    Expr both;
    both.op = Op::logical_and;
    both.args = given;
    both.args.push_back(part);
    both.args.back().op = *opposed;
    return contradicts_itself(both) && !contradicts_itself(from);
  }

  /// Whatever fits `later` fits `earlier`.
  bool operator()(const Single& earlier, const Single& later) const {
    if (earlier.type != later.type) return false;
    if (!earlier.condition) return true;
    if (!later.condition) return false;
    const std::vector<Expr> parts = parts_of(*earlier.condition);
    return std::all_of(parts.begin(), parts.end(), [&](const Expr& part) { return follows(part, *later.condition); });
  }
  bool operator()(const std::vector<Single>& earlier, const std::vector<Single>& later) const {
    return std::all_of(later.begin(), later.end(), [&](const Single& single) {
      return std::any_of(earlier.begin(), earlier.end(), [&](const Single& other) { return (*this)(other, single); });
    });
  }
};

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

  void operator()(const std::vector<Element>& elements, bool ends) {
    for (const Element& element : elements) {
      const bool last = ends && &element == &elements.back();
      for (const std::uint32_t step : own_steps(element)) singles(pattern.steps[step].fits, rule.fit_places[step]);
      if (const auto* absent = std::get_if<Absent>(&element.node))
        singles(absent->fits, rule.absences[absences++].fit_places);
      if (const auto* several = std::get_if<Either>(&element.node)) either(*several);
      const auto* choice = std::get_if<Choice>(&element.node);
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
