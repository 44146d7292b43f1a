// The plan: what a checked rule means, as plain data with every name resolved and every type known.
//
// It is what the matcher compiles, what the reference matcher of the tests walks, and what fingerprints are taken of.
// Expressions are small trees; their null and overflow rules are those of the language reference ("Expressions").
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/message.hpp"
#include "events/schema.hpp"
#include "events/value.hpp"
#include "rules/source.hpp"

namespace tocsin::rules {

enum class Op : std::uint8_t {
  constant,    // value
  field,       // a field of the candidate event: field
  key_part,    // a part of the rule's key, in outputs: field = its place in RulePlan::key
  step_field,  // a field of the event that single step `step` took; null while it took none: step, field
  aggregate,   // fn over the turns of step `step` taken so far: step, fn, field (kNoField for count(step))
  negate,
  logical_not,  // args[0]
  add,
  sub,
  mul,
  div,
  rem,  // args[0], args[1]
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  logical_and,
  logical_or,  // two or more args
  coalesce,    // args[0] ?? args[1]
  is_null,
  is_not_null,  // args[0]
};
std::string_view name_of(Op op);

/// Nulls are skipped. Of no value: count and sum give 0, the others null. `avg` of ints is a float. `stddev` is of the
/// population, by Welford's recurrence in order of the turns. Float sums add in order of the turns.
/// `first` and `last` are of the first and last turn, null where that turn's field is null.
enum class AggregateFn : std::uint8_t { count, sum, avg, min, max, first, last, stddev };
std::string_view name_of(AggregateFn fn);

inline constexpr std::uint32_t kNoField = 0xffff'ffff;

/// Typing: int op int is int but for `/`, which gives float; int with float gives float (the int is converted to double
/// first), comparisons of the two are exact. time - time = duration; time ± duration = time; duration ± duration,
/// duration * number, number * duration, duration / number = duration (by an int: truncated; by a float: rounded to
/// nearest, halves away from zero); duration / duration = float. `%` is C's remainder on ints, fmod on floats.
struct Expr {
  Op op = Op::constant;
  events::Type type = events::Type::boolean;  ///< of the result
  bool nullable = false;                      ///< can be null
  events::Value value{};                      ///< constant; monostate only inside an emit of an absent optional field
  std::uint32_t step = 0;
  std::uint32_t field = 0;
  AggregateFn fn = AggregateFn::count;
  std::vector<Expr> args;
};

/// One event type with its condition (boolean; null counts as false).
struct Single {
  events::TypeId type = events::kNoType;
  std::optional<Expr> condition;
};

/// Something a match assigns events to. StepIds count steps in pattern order.
struct Step {
  std::string name;                      ///< empty where the author gave none
  std::vector<Single> fits;              ///< an event fits the step when it fits one of these, tried in order
  std::uint32_t min = 1;                 ///< turns
  std::optional<std::uint32_t> max = 1;  ///< none: no upper limit
  bool looped() const { return !max || *max > 1; }
};

enum class Arrow : std::uint8_t { followed_by, next };  ///< `->`, `=>`
std::string_view name_of(Arrow arrow);

struct Take {
  std::uint32_t step = 0;
};
/// No event that fits: `-> not X` anywhere up to the next event taken, `=> not X` right after.
struct Absent {
  std::vector<Single> fits;
};

struct Element {
  std::optional<Arrow> arrow;  ///< before it; none at the pattern's first
  std::variant<Take, Absent> node;
};

/// Elements in order. What an element's arrow, quantifier and absence mean is in the semantics, section 2.
struct Pattern {
  std::vector<Element> elements;
  std::vector<Step> steps;
};

struct KeyPart {
  std::string name;
  events::Type type = events::Type::string;  ///< bool, int, string or time
  std::vector<std::uint32_t> field;          ///< parallel to RulePlan::inputs
};

struct MessagePart {
  std::variant<std::string, Expr> node;
  std::string format;  ///< a format specification of {fmt}; empty: plain
};

struct NamedExpr {
  std::string name;
  Expr expr;
};

struct AlertPlan {
  events::Severity severity = events::Severity::info;
  std::vector<MessagePart> message;
  std::vector<NamedExpr> fields;
};
struct EmitPlan {
  events::TypeId type = events::kNoType;
  std::vector<Expr> fields;  ///< by field of the type
};
/// In an output all steps are read as they stand at completion.
struct OutputPlan {
  std::variant<AlertPlan, EmitPlan> node;
};

inline constexpr std::uint64_t kDefaultLimitRuns = 10'000;

struct RulePlan {
  std::string name;
  std::string description;
  std::string version;                 ///< fingerprint: 16 hex digits over the canonical plan
  std::vector<events::TypeId> inputs;  ///< sorted
  std::vector<KeyPart> key;            ///< empty: one partition
  Pattern pattern;
  std::optional<events::Duration> within;
  std::uint64_t limit_runs = kDefaultLimitRuns;  ///< open starts of one key
  std::vector<OutputPlan> outputs;
  std::uint32_t layer = 0;  ///< 0 reads input only; n reads what layer n-1 or lower emits
  Span span;                ///< of its name
};

struct TestEvent {
  events::Duration at;  ///< after the test's start
  events::TypeId type = events::kNoType;
  std::vector<events::Value> values;  ///< by field
};
struct Expectation {
  enum class What : std::uint8_t { alert, emit, nothing_else };
  What what = What::alert;
  std::optional<events::Duration> at;
  std::optional<std::uint64_t> count;      ///< exactly so many; none: one of its own
  std::string name;                        ///< rule, or derived type
  std::vector<events::NamedValue> fields;  ///< a subset of what must be there
  Span span;
};
struct TestPlan {
  std::string rule;
  std::string title;
  std::vector<TestEvent> events;          ///< repetitions written out, in order of time; ties as written
  events::Duration end;                   ///< the last `at`
  std::vector<Expectation> expectations;  ///< in order
  Span span;
};

/// A checked rule set: immutable.
struct RuleSet {
  events::Schema schema;
  std::vector<RulePlan> rules;  ///< by name
  std::vector<TestPlan> tests;  ///< as written
};

/// Indented text: `tocsin explain --stage plan`, golden tests, and the base of the fingerprint.
std::string dump(const RulePlan& plan, const events::Schema& schema);
std::string dump(const Expr& expr, const RulePlan& plan, const events::Schema& schema);
std::string dump(const Single& single, const RulePlan& plan, const events::Schema& schema);

/// The test's start: 2024-01-01T00:00:00Z.
inline constexpr events::Time kTestStart{1'704'067'200'000'000'000};

}  // namespace tocsin::rules
