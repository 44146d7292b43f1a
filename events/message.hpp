// What rules put out, and its CloudEvents JSON form.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "events/schema.hpp"
#include "events/value.hpp"

namespace tocsin::events {

using NamedValue = std::pair<std::string, Value>;

/// Where a field of a derived event goes in its data.
struct FieldPlace {
  std::size_t field = 0;  ///< index in Message::fields
  std::vector<std::string> path;
};
/// In the order of writing: fields of one object stand together.
using FieldPlaces = std::vector<FieldPlace>;

/// Where the fields of `type` go, so that its declaration reads them there. Null: each goes under its own name, because
/// that is its place, or because two fields can't have their places in one object of JSON (one path is the other, or
/// leads through it), where nothing is to be lost.
std::shared_ptr<const FieldPlaces> places_of(const EventType& type);

/// An event that a match took: the first 16 and the last 16 of a match are told.
struct Cause {
  std::string source;
  std::string id;
};

/// What an alert says of its life: one without a life is `once`.
enum class AlertState : std::uint8_t { once, firing, updated, resolved };
constexpr std::string_view name_of(AlertState state) {
  constexpr std::string_view kNames[] = {"once", "firing", "updated", "resolved"};
  return kNames[static_cast<std::size_t>(state)];
}

/// One alert, action or derived event.
struct Message {
  enum class Kind : std::uint8_t { alert, event, action };
  Kind kind = Kind::alert;
  std::string id;    ///< 32 hex digits, fixed by what it is about (never by version, texts or partition)
  std::string type;  ///< CloudEvents type: `tocsin.alert` or the derived type's wire name
  std::string rule;
  Time time;                                  ///< completion
  std::string correlation_id;                 ///< of the last event; empty: none
  std::string trace_parent;                   ///< of the last event; empty: none
  std::vector<NamedValue> fields;             ///< as the rule names them
  std::shared_ptr<const FieldPlaces> places;  ///< of a derived event's fields; null: each under its name
  std::vector<Cause> causes;
  std::uint64_t causes_total = 0;
  std::uint64_t repeat = 0;      ///< of `every`: which repetition of the match, from 1; 0: the match itself
  std::uint64_t early = 0;       ///< of a window that isn't over: which early result of it, from 1
  std::uint64_t revision = 0;    ///< of a window corrected by late events: how often, from 1
  bool withdrawn = false;        ///< a revision: the window told before is no more
  std::uint64_t suppressed = 0;  ///< matches that a throttle held back since the last one given
  // actions only
  std::string action;  ///< its name
  // alerts and actions
  std::string version;  ///< fingerprint of the rule
  // alerts only
  AlertState state = AlertState::once;
  std::string alert;    ///< id of the life; empty: none
  std::string reason;   ///< why it was resolved; empty: as the rule says
  std::string runbook;  ///< empty: none
  Severity severity = Severity::info;
  std::string text;  ///< the alert's message
  std::vector<NamedValue> key;
  Time start;  ///< of the match's first event; of a window its @start
  Time end;    ///< of its completion; of a window its @end
};

/// One line of CloudEvents JSON and a newline. An alert's `data` has rule, version, severity, state, alert (of one
/// with a life), reason, message, key, fields, start, end, causes, causes_total, repeat, early, revision, withdrawn and
/// suppressed (where not 0 or false), runbook; an action's (type `tocsin.action`) rule, version, action, key, fields,
/// start, end, causes, causes_total, and the same where not 0 or false; a field called `a.b` stands in an object `a`. A
/// derived event's has its fields at their places (null ones left out); early, revision and withdrawn are attributes of
/// it. `source` is `/tocsin/<rule>`; a derived event names its last cause's id as `causationid`. Floats are written so
/// that reading gives the same value.
void append_json(std::string& out, const Message& message);

/// A value as JSON: times as RFC 3339 text, durations in the rule language's form.
void append_json(std::string& out, const Value& value);

}  // namespace tocsin::events
