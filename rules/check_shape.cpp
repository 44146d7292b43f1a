// What may stand where in a pattern: absences with an event on the side that they are counted from, something that must
// be taken, no more than can be run.
//
// Two walks over the plan's elements, along and against the arrows, that know what is taken on all ways.
#include <algorithm>

#include "rules/check_rule.hpp"
#include "rules/elements.hpp"
#include "rules/waiting.hpp"

namespace tocsin::rules::checking {
namespace {

/// The numbers of absences that may have no event before them, and of those that may have none behind them.
struct Ends {
  const RuleDraft& rule;
  const Pattern& pattern = rule.plan.pattern;
  std::vector<std::uint32_t> leading{};   ///< but those with `for` that are counted back from a step
  std::vector<std::uint32_t> trailing{};  ///< without `for`, anywhere up to the next event
  std::uint32_t number = 0;

  using Elements = std::vector<Element>;

  /// `for` before a step of the same sequence, further absences between.
  bool counts_back(const Elements& elements, std::size_t at) const {
    for (std::uint32_t absence = number; at < elements.size(); ++at, ++absence) {
      if (!std::holds_alternative<Absent>(elements[at].node)) return true;
      if (!lasts(absence)) return false;
    }
    return false;
  }
  /// It has a `for`; what is wrong with its time is told elsewhere.
  bool lasts(std::uint32_t absence) const { return rule.absences[absence].written->span.has_value(); }

  /// `sure`: an event comes before on every way. `closes`: of a turn, which takes some event, none comes behind.
  void forward(const Elements& elements, bool sure, bool closes) {
    std::size_t takers = 0;  // from here on
    for (const Element& element : elements) takers += may_take(element) ? 1U : 0U;
    for (std::size_t i = 0; i < elements.size(); ++i) {
      takers -= may_take(elements[i]) ? 1U : 0U;
      const bool none_behind = closes && takers == 0;
      if (std::holds_alternative<Absent>(elements[i].node)) {
        if (!sure && !none_behind && !counts_back(elements, i)) leading.push_back(number);
        ++number;
      }
      within(elements[i], sure, none_behind);
      sure = sure || !may_take_nothing(pattern, elements[i]);
    }
  }

  void within(const Element& element, bool sure, bool none_behind) {
    const auto sequences = inner(element);
    const bool both = std::holds_alternative<Both>(element.node);
    const auto takers =
        std::count_if(sequences.begin(), sequences.end(), [](const Elements* sequence) { return may_take(*sequence); });
    for (const Elements* sequence : sequences) {
      const bool alone = !both || takers == (may_take(*sequence) ? 1 : 0);
      const bool turn = std::holds_alternative<Group>(element.node) && takers > 0;
      forward(*sequence, sure, turn || (none_behind && alone));
    }
  }

  /// What stands around a sequence, seen from its end.
  struct Around {
    bool sure = false;       ///< an event comes behind on every way
    bool may_begin = false;  ///< no event of the turn, or of the pattern, need have come before
    std::optional<Arrow> head{};
  };

  /// Of a turn, and of the whole pattern, some event is taken: an absence that none can precede has one behind it.
  void backward(const Elements& elements, const Around& around) {
    std::vector<std::uint32_t> numbers;  // of each element's first absence
    for (const Element& element : elements) {
      numbers.push_back(number);
      each_element_of(element,
                      [this](const Element& each) { number += std::holds_alternative<Absent>(each.node) ? 1U : 0U; });
    }
    const std::uint32_t end = number;
    bool sure = around.sure;
    const auto taker =
        std::find_if(elements.begin(), elements.end(), [](const Element& element) { return may_take(element); });
    const auto first_taker = static_cast<std::size_t>(taker - elements.begin());
    for (std::size_t i = elements.size(); i-- > 0;) {
      const bool none_before = around.may_begin && i <= first_taker;
      const std::optional<Arrow> arrow = i == 0 && !elements[i].arrow ? around.head : elements[i].arrow;
      number = numbers[i];
      if (std::holds_alternative<Absent>(elements[i].node) && !sure && !none_before && !lasts(number) &&
          arrow != Arrow::next)
        trailing.push_back(number);
      inside(elements[i], {sure, none_before, arrow});
      sure = sure || !may_take_nothing(pattern, elements[i]);
    }
    number = end;
  }

  void inside(const Element& element, Around around) {
    if (std::holds_alternative<Group>(element.node)) around.may_begin = true;
    const auto sequences = inner(element);
    if (std::holds_alternative<Both>(element.node) && sequences.size() > 1) {
      const auto takers =
          std::count_if(sequences.begin(), sequences.end(), [](const Elements* side) { return may_take(*side); });
      for (const Elements* side : sequences) {
        Around one = around;
        one.may_begin = around.may_begin && takers <= (may_take(*side) ? 1 : 0);
        backward(*side, one);
      }
      return;
    }
    for (const Elements* sequence : sequences) backward(*sequence, around);
  }

  template <class Visit>
  static void each_element_of(const Element& element, const Visit& visit) {
    visit(element);
    for (const Elements* sequence : inner(element)) each_element(*sequence, visit);
  }
};

std::vector<Absent> absences_of_plan(const Pattern& pattern) {
  std::vector<Absent> absences;
  each_element(pattern.elements, [&](const Element& element) {
    if (const auto* absent = std::get_if<Absent>(&element.node)) absences.push_back(*absent);
  });
  return absences;
}

void refuse_leading(Draft& draft, const RuleDraft& rule, const std::vector<std::uint32_t>& leading) {
  for (const std::uint32_t number : leading) {
    const AbsenceDraft& at = rule.absences[number];
    const bool lasts = at.written->span.has_value();
    const bool first = at.place.begin == rule.match->pattern.span.begin;
    Diagnostic& problem = error(draft, "E0305", at.place,
                                lasts   ? "`not` may have no event before it, and no step behind it"
                                : first ? "a pattern can't begin with `not` without `for`"
                                        : "`not` may have no event before it",
                                lasts ? "from when to when?" : "absent since when?");
    help(problem, lasts ? "counted back it stands before its step: `not X for 10m -> a`"
                        : "between two steps: `a -> not X -> b`; counted back from a step: `not X for 10m -> a`");
  }
}

void refuse_endless(Draft& draft, const RuleDraft& rule, const std::vector<std::uint32_t>& trailing) {
  for (const std::uint32_t number : trailing) {
    const AbsenceDraft& at = rule.absences[number];
    const bool last = at.place.end == rule.match->pattern.span.end;
    Diagnostic& problem = error(draft, "E0320", at.place, "an absence at the end of a pattern needs an end",
                                last ? "absent until when?" : "all steps behind it may be left out");
    help(problem, "say for how long: `-> not X for 10m`");
    help(problem, "or until the rule's `within` runs out: `within 10m`");
  }
}

/// `every` goes on with a match: it belongs to what ends it.
void refuse_every(Draft& draft, const RuleDraft& rule, const std::vector<Absent>& absences) {
  const std::vector<Element>& elements = rule.plan.pattern.elements;
  const bool closes = !elements.empty() && std::holds_alternative<Absent>(elements.back().node);
  for (std::size_t i = 0; i < absences.size(); ++i) {
    if (!rule.absences[i].written->every || (closes && i + 1 == absences.size())) continue;
    Diagnostic& problem = error(draft, "E0322", rule.absences[i].written->every_span,
                                "`every` belongs to the absence that ends a pattern", "the match isn't complete here");
    help(problem, "`a -> not X for 10m every 10m` matches again as long as X stays away");
  }
}

}  // namespace

void check_shape(Draft& draft, const RuleDraft& rule) {
  const Pattern& pattern = rule.plan.pattern;
  const Span place = rule.match->pattern.span;
  const std::string excess = waiting_points(pattern).excess;
  if (!excess.empty()) {
    help(error(draft, "E0317", place, "a pattern with too many steps", excess),
         "fewer steps, fewer of them optional, or fewer absences between optional ones");
    return;
  }
  Ends ends{rule};
  ends.forward(pattern.elements, false, false);
  ends.number = 0;
  ends.backward(pattern.elements, {false, true, std::nullopt});
  const bool empty = may_take_nothing(pattern, pattern.elements);
  if (!empty || pattern.steps.empty()) refuse_leading(draft, rule, ends.leading);
  if (!rule.within && !empty) refuse_endless(draft, rule, ends.trailing);
  refuse_every(draft, rule, absences_of_plan(pattern));
  if (empty && (!pattern.steps.empty() || ends.leading.empty()))
    help(error(draft, "E0306", place, "a pattern that can match nothing",
               pattern.steps.empty() ? "no event is taken" : "every step may be left out"),
         pattern.steps.empty() ? "an absence follows a step: `a -> not X for 10m`"
                               : "one step at least must take an event: `+` instead of `*`");
}

}  // namespace tocsin::rules::checking
