// The single events that a step, an absence or an `until` names, and what `from` says of them.
#include <algorithm>
#include <utility>

#include "rules/check_pattern.hpp"

namespace tocsin::rules::checking {
namespace {

/// `from` says what the rule's input is.
void left_out(Draft& draft, const RuleDraft& rule, const syntax::Name& name) {
  Diagnostic& problem =
      error(draft, "E0318", name.span, "`from` leaves out " + quoted(name.text), "no input of the rule");
  const syntax::Name& last = rule.from->sources.back().event.types.back();
  also(problem, last.span, "the rule's input");
  help(problem, "name it there", Span{last.span.file, last.span.end, last.span.end}, ", " + name.text);
}

}  // namespace

std::vector<events::TypeId> TypesNamed::of(const syntax::EventRef& event) {
  return event.any ? all(event.span) : named(event);
}

std::vector<events::TypeId> TypesNamed::all(Span place) {
  if (!rule_.patterns.empty() || std::exchange(any_reported_, true)) return rule_.patterns;
  bool one_named = false;
  each_type_name(rule_, [&](const syntax::Name&) { one_named = true; });
  if (one_named) return {};
  Diagnostic& problem = error(draft_, "E0328", place, "`_` of no known type", "any type of which?");
  help(problem, "`_` is any type that the rule reads, and its pattern names none: add `from A, B`");
  return {};
}

std::vector<events::TypeId> TypesNamed::named(const syntax::EventRef& event) {
  std::vector<events::TypeId> types;
  std::set<events::TypeId> known;
  for (const syntax::Name& name : event.types) {
    const events::TypeId type = find_type(draft_, name);
    if (type == events::kNoType) rule_.partial = true;
    if (!known.insert(type).second) continue;
    types.push_back(type);
    if (type != events::kNoType && !std::binary_search(rule_.patterns.begin(), rule_.patterns.end(), type) &&
        reported_.insert(type).second)
      left_out(draft_, rule_, name);
  }
  return types;
}

std::vector<Span> TypesNamed::places(const syntax::EventRef& event) const {
  if (event.any) return std::vector<Span>(rule_.patterns.size(), event.span);
  std::vector<Span> places;
  std::set<std::string_view> known;
  for (const syntax::Name& name : event.types)
    if (known.insert(name.text).second) places.push_back(name.span);
  return places;
}

}  // namespace tocsin::rules::checking
