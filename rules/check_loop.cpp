// Quantifiers, loops and bounds of a pattern: their numbers, and words that have no loop.
#include <algorithm>

#include "rules/check_pattern.hpp"

namespace tocsin::rules::checking {
namespace {

constexpr std::uint64_t kMaxTurns = 1'000'000;

Greed greed_of(syntax::Greed written) {
  if (written == syntax::Greed::reluctant) return Greed::reluctant;
  return written == syntax::Greed::possessive ? Greed::possessive : Greed::greedy;
}

/// `A until (c)`: there are no turns that it could end.
void refuse_words(Draft& draft, const syntax::Loop& loop, Span element, bool group) {
  const std::pair<std::optional<Span>, std::string_view> words[] = {
      {loop.strict, "`strict`"},
      {loop.any, "`any`"},
      {loop.gap ? std::optional(loop.gap->span) : std::nullopt, "a time from turn to turn"},
      {loop.until ? std::optional(loop.until->span) : std::nullopt, "`until`"},
  };
  for (const auto& [place, word] : words) {
    if (!place) continue;
    Diagnostic& problem =
        error(draft, "E0325", *place, std::string(word) + " belongs to a loop", "nothing here has several turns");
    also(problem, element, "taken once");
    help(problem, std::string("a quantifier makes a loop: ") + (group ? "`(a -> b)+`" : "`A+`, `A{3}`"));
    if (word.starts_with("a time") && !group)
      help(problem, "the time since the step before belongs to the arrow: `->[10s]`");
  }
}

void refuse_loop(Draft& draft, const std::optional<syntax::Quantifier>& quantifier, const syntax::Loop& loop,
                 Span element, bool group) {
  if (!quantifier) {
    refuse_words(draft, loop, element, group);
    return;
  }
  if (loop.strict && loop.any) {
    Diagnostic& problem = error(draft, "E0325", *loop.any, "a loop can't be `strict` and `any`", "one or the other");
    also(problem, *loop.strict, "each turn next to the one before");
    help(problem, "`any` may skip events that fit, `strict` skips none");
  }
  if (group && quantifier->greed == syntax::Greed::possessive) {
    Diagnostic& problem = error(draft, "E0326", quantifier->span, "a group can't be possessive", "of a group");
    help(problem, "possessive are loops of one step: `A++`");
  }
}

}  // namespace

Turns check_turns(Draft& draft, RuleDraft& rule, const syntax::Quantifier& written) {
  const std::optional<std::uint64_t> min = count_of(draft, written.min);
  const std::optional<std::uint64_t> max = written.max ? count_of(draft, *written.max) : std::uint64_t{0};
  if (!min || !max) {
    rule.partial = true;
    return {};
  }
  if (written.max && *max < *min) {
    const std::string turned = "{" + std::to_string(*max) + "," + std::to_string(*min) + "}";
    help(error(draft, "E0307", written.span, "the lower bound is above the upper one", "can't be fulfilled"),
         "bounds stand in order", written.span, turned);
  } else if (written.max && *max == 0) {
    help(error(draft, "E0307", written.span, "a step that is never taken", "no turn"),
         "leave the step out, or write `not` for events that must not come");
  } else if (std::max(*min, *max) > kMaxTurns) {
    help(error(draft, "E0307", written.span, "more turns than can be counted", "too many"),
         "a step takes up to 1000000 events; `{n,}` has no upper bound");
  } else {
    Turns turns{static_cast<std::uint32_t>(*min), std::nullopt};
    if (written.max) turns.max = static_cast<std::uint32_t>(*max);
    return turns;
  }
  return {};
}

Loop check_loop(Draft& draft, const Turns& turns, const std::optional<syntax::Quantifier>& quantifier,
                const syntax::Loop& written) {
  Loop loop;
  loop.min = turns.min;
  loop.max = turns.max;
  if (!quantifier) return loop;
  loop.greed = greed_of(quantifier->greed);
  loop.mode = written.strict ? Arrow::next : written.any ? Arrow::any : Arrow::followed_by;
  if (written.gap) loop.gap = check_length(draft, *written.gap, "the time from turn to turn");
  return loop;
}

std::optional<Bound> check_bound(Draft& draft, const syntax::Bound& written) {
  std::optional<events::Duration> least = events::Duration{};
  if (written.least) least = check_length(draft, *written.least, "the time between two steps");
  const std::optional<events::Duration> most = check_length(draft, written.most, "the time between two steps");
  if (!least || !most) return std::nullopt;
  if (least->ns <= most->ns) return Bound{*least, *most};
  const std::string turned = "[" + events::format_duration(*most) + ", " + events::format_duration(*least) + "]";
  help(error(draft, "E0324", written.span, "the shortest time is longer than the longest", "can't be fulfilled"),
       "bounds stand in order", written.span, turned);
  return std::nullopt;
}

std::optional<events::Duration> check_length(Draft& draft, const syntax::DurationOf& written, std::string_view what) {
  const std::optional<events::Duration> length = duration_of(draft, written);
  if (!length || length->ns >= 0) return length;
  error(draft, "E0316", written.span, std::string(what) + " can't be negative", "less than `0s`");
  return std::nullopt;
}

std::optional<events::Duration> check_period(Draft& draft, const syntax::DurationOf& written, std::string_view what) {
  const std::optional<events::Duration> period = duration_of(draft, written);
  if (!period || period->ns > 0) return period;
  error(draft, "E0316", written.span, std::string(what) + " must be longer than nothing", "more than `0s`");
  return std::nullopt;
}

void refuse_misplaced(Draft& draft, const std::vector<syntax::Element>& elements) {
  for (const syntax::Element& element : elements) {
    std::visit(
        overloaded{
            [&](const syntax::Step& step) { refuse_loop(draft, step.quantifier, step.loop, step.event.span, false); },
            [](const syntax::Absent&) {},
            [&](const syntax::Group& group) {
              refuse_loop(draft, group.quantifier, group.loop, element.span, true);
              refuse_misplaced(draft, group.elements);
            },
            [&](const syntax::Choice& choice) { refuse_misplaced(draft, choice.sides); },
            [&](const syntax::Both& both) { refuse_misplaced(draft, both.sides); },
        },
        element.node);
  }
}

}  // namespace tocsin::rules::checking
