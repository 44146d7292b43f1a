// The parts of checking a pattern: its numbers and durations, its elements, then what its conditions say.
#pragma once

#include <set>

#include "rules/check_rule.hpp"

namespace tocsin::rules::checking {

struct Turns {
  std::uint32_t min = 1;
  std::optional<std::uint32_t> max = 1U;  ///< none: no upper limit
  bool once() const { return min == 1 && max == 1U; }
};

/// {1,1} where they can't be judged, which is reported.
Turns check_turns(Draft& draft, RuleDraft& rule, const syntax::Quantifier& written);
/// All of a loop but its `until`.
Loop check_loop(Draft& draft, const Turns& turns, const std::optional<syntax::Quantifier>& quantifier,
                const syntax::Loop& written);
/// Empty: reported.
std::optional<Bound> check_bound(Draft& draft, const syntax::Bound& written);
/// 0 or longer; `what` names it: "a span". Empty: reported.
std::optional<events::Duration> check_length(Draft& draft, const syntax::DurationOf& written, std::string_view what);
/// Longer than 0.
std::optional<events::Duration> check_period(Draft& draft, const syntax::DurationOf& written, std::string_view what);
/// `strict`, `any`, `[d]` and `until` without a loop, possessive groups.
void refuse_misplaced(Draft& draft, const std::vector<syntax::Element>& elements);

/// The types that single events of a rule's pattern are of; what can't be is reported once.
class TypesNamed {
 public:
  TypesNamed(Draft& draft, RuleDraft& rule) : draft_(draft), rule_(rule) {}
  /// Each type once, of `_` all that the rule reads.
  std::vector<events::TypeId> of(const syntax::EventRef& event);
  /// Where these are named.
  std::vector<Span> places(const syntax::EventRef& event) const;

 private:
  std::vector<events::TypeId> all(Span place);
  std::vector<events::TypeId> named(const syntax::EventRef& event);

  Draft& draft_;
  RuleDraft& rule_;
  std::set<events::TypeId> reported_{};  ///< types that `from` leaves out
  bool any_reported_ = false;
};

/// What is judged once all steps have their numbers: a condition, or how long an absence lasts.
struct Pending {
  enum class Of : std::uint8_t { step, absence, step_until, group_until, span };
  Of of = Of::step;
  std::uint32_t target = 0;  ///< the number of the step, the absence or the group
  const syntax::EventRef* written = nullptr;
  std::vector<events::TypeId> types{};  ///< of the singles that it is the condition of
  std::size_t first = 0;                ///< the first of these, in the target
  const syntax::Expr* span = nullptr;
  std::uint32_t before = 0;  ///< steps
  std::vector<std::uint32_t> groups{};
  std::vector<SideDraft> sides{};
};
/// Conditions and spans to their places in the plan, whose elements stand.
void judge_pending(Draft& draft, RuleDraft& rule, const std::vector<Pending>& pending);

/// `match all`, `up to`, `after match`, `limit …`, `forget`; needs the steps.
void check_policies(Draft& draft, RuleDraft& rule);

}  // namespace tocsin::rules::checking
