// Attributes of an event's envelope: `@time`, `a.@source`, and by name any other that CloudEvents allows.
//
// One that is read becomes a field of the event type, behind the declared ones.
#include <algorithm>
#include <array>

#include "rules/check_table.hpp"
#include "rules/check_window.hpp"

namespace tocsin::rules::checking {
namespace {

/// What envelopes commonly have, for guesses at what was meant.
const std::vector<std::string> kKnown = {"time",        "id",           "source",          "type",
                                         "subject",     "dataschema",   "datacontenttype", "specversion",
                                         "traceparent", "tracestate",   "correlationid",   "causationid",
                                         "sequence",    "partitionkey", "expirytime"};

bool is_attribute_name(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

bool is_of_windows(std::string_view name) { return name == "start" || name == "end" || name == "grain"; }

/// Tells whether events can have an attribute of this name; warns of one that is hardly meant.
bool judge_name(Draft& draft, const syntax::Name& name) {
  const std::string shown = "@" + name.text;
  if (is_of_windows(name.text)) {
    Diagnostic& problem =
        error(draft, "E0226", name.span, quoted(shown) + " is of windows, not of events", "no attribute of an event");
    help(problem, "an event's own time is `@time`");
    return false;
  }
  if (!is_attribute_name(name.text)) {
    Diagnostic& problem = error(draft, "E0226", name.span, "no attribute can be called " + quoted(shown),
                                "lower-case letters and digits only");
    const std::string near = nearest(lowered(name.text), kKnown);
    if (!near.empty()) help(problem, "an attribute with a similar name exists", name.span, "@" + near);
    return false;
  }
  const bool known = std::find(kKnown.begin(), kKnown.end(), name.text) != kKnown.end();
  const std::string near = known || name.text.size() <= 2 ? std::string() : nearest(name.text, kKnown);
  if (near.empty()) return true;
  Diagnostic& problem = warning(draft, "W0205", name.span, "events seldom have an attribute " + quoted(shown),
                                "read as an extension attribute");
  help(problem, "an attribute with a similar name is common", name.span, "@" + near);
  return true;
}

events::Field attribute_field(const std::string& name) {
  events::Field field;
  field.name = "@" + name;
  field.path = {name};
  field.attribute = true;
  field.stored = true;
  field.type = name == "time" ? events::Type::time : events::Type::string;
  constexpr std::array<std::string_view, 4> kAlways = {"time", "id", "source", "type"};
  field.optional = std::find(kAlways.begin(), kAlways.end(), name) == kAlways.end();
  return field;
}

std::optional<Expr> of_candidate(const syntax::Name& name, const Scope& scope) {
  if (scope.candidate == events::kNoType) return std::nullopt;
  const std::optional<std::uint32_t> field = find_attribute(scope.draft, scope.candidate, name);
  if (!field) return std::nullopt;
  const events::Field& read = scope.draft.schema[scope.candidate].fields[*field];
  Expr expr;
  expr.op = Op::field;
  expr.field = *field;
  expr.type = read.type;
  expr.nullable = read.optional;
  return expr;
}

void refuse_bare(const syntax::Name& name, Span span, const Scope& scope) {
  const std::string shown = "@" + name.text;
  if (scope.place == Place::constant || scope.place == Place::span) {
    error(scope.draft, "E0502", span, "this is not a constant", "of an event");
    return;
  }
  if (scope.place == Place::function) {
    Diagnostic& problem = error(scope.draft, "E0220", span,
                                "a function can't tell of which event " + quoted(shown) + " is", "of which event?");
    help(problem, "give it to the function as an argument");
    return;
  }
  if (scope.rule->partial) return;
  Diagnostic& problem =
      error(scope.draft, "E0401", span, "an output can't tell whose " + quoted(shown) + " this is", "of which event?");
  for (std::uint32_t i = 0; i < scope.rule->plan.pattern.steps.size(); ++i) {
    const Step& step = step_of(i, scope);
    if (step.name.empty()) continue;
    const std::string read = step.name + "." + shown;
    help(problem, "an attribute is read through a step", span,
         may_have_several(i, scope) ? "last(" + read + ")" : read);
    return;
  }
  help(problem, "an attribute is read through a step that has a name: `match a: Type`, then " + quoted("a." + shown));
}

/// `sum(@end - @time)`
std::nullopt_t refuse_of_window(const syntax::Name& name, Span span, const Scope& scope) {
  Diagnostic& problem = error(
      scope.draft, "E0350", span,
      "an aggregate's argument is of one event, and " + quoted("@" + name.text) + " of the window", "not of an event");
  help(problem, "put it outside of the aggregate");
  return std::nullopt;
}

}  // namespace

std::optional<std::uint32_t> find_attribute(Draft& draft, events::TypeId type, const syntax::Name& name) {
  events::EventType& event = draft.schema.types[events::index_of(type)];
  if (const int found = event.find("@" + name.text); found >= 0) return static_cast<std::uint32_t>(found);
  if (!judge_name(draft, name)) return std::nullopt;
  event.fields.push_back(attribute_field(name.text));
  draft.of(type).fields.push_back({name.span, false});
  return static_cast<std::uint32_t>(event.fields.size() - 1);
}

std::optional<Expr> check_attribute(const syntax::Attribute& written, Span span, const Scope& scope) {
  const bool candidate = scope.place == Place::condition || scope.place == Place::event;
  const auto* object = written.object ? std::get_if<syntax::Reference>(&written.object->node) : nullptr;
  if ((scope.place == Place::window || scope.place == Place::row) && (object || !written.object))
    return attribute_in_window(object ? &object->name : nullptr, written.name, span, scope);
  if (candidate && object && side_called(object->name.text, scope)) return of_candidate(written.name, scope);
  if (!written.object) {
    if (scope.aggregate && (written.name.text == "start" || written.name.text == "end" || written.name.text == "grain"))
      return refuse_of_window(written.name, span, scope);
    if (candidate) return of_candidate(written.name, scope);
    refuse_bare(written.name, span, scope);
    return std::nullopt;
  }
  if (const std::optional<LookupPath> lookup = lookup_path_of(*written.object, written.name, true, scope))
    return check_lookup(*lookup, span, scope);
  const syntax::Reference* of = object;
  if (of && (scope.place == Place::condition || scope.place == Place::span || scope.place == Place::output))
    return read_attribute_of_step({of->name, written.name}, span, scope);
  if (const std::optional<TurnPath> turn = turn_path_of(*written.object, written.name, true);
      turn && step_called(turn->step.text, scope))
    return check_turn(*turn, span, scope);
  Diagnostic& problem = error(scope.draft, "E0226", span, "only events have attributes", "not of an event");
  help(problem, "an attribute is read through a step's name: " + quoted("a.@" + written.name.text));
  return std::nullopt;
}

}  // namespace tocsin::rules::checking
