// The plan: what a checked rule means, as plain data with every name resolved and every type known.
//
// It is what the matcher compiles, what the reference matcher of the tests walks, and what fingerprints are taken of.
// Expressions are small trees; their null and overflow rules are those of the language reference ("Expressions").
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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
  step_field,  // a field of the event that single step `step` took; null while it took none: step, field. Of a joined
               // row: of its event of side `step` (WindowPlan::sides)
  aggregate,   // fn over the turns of step `step` taken so far: step, fn, field (kNoField for count(step))
  turn_field,  // a field of turn number `turn` of step `step`, null where there is none: step, turn, field
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
  is_not_null,   // args[0]
  conditional,   // if args[0] then args[1] else args[2]; a null condition counts as false
  in,            // args[0] equals one of args[1…], each compared as by eq
  list,          // the list of args, of type list<type of args>; null when one of them is
  index,         // args[0][args[1]]: from 0, negative ones from the end; null outside
  lookup,        // table[args].field: the row whose key the args are, null without one: table, field
  window_value,  // what aggregate `field` of WindowPlan::aggregates gives
  window_start,  // time: @start
  window_end,    // time: @end
  window_grain,  // duration: @grain, of a rollup
  call,          // function(args)
  format,        // texts[0] args[0] texts[2] args[1] … : see Expr::texts; never null
};
std::string_view name_of(Op op);

/// Nulls are skipped. Of no value: count and sum give 0, the others null. `avg` of ints is a float. `stddev` is of the
/// population, by Welford's recurrence in order of the turns. Float sums add in order of the turns.
/// `first` and `last` are of the first and last turn, null where that turn's field is null. `distinct` counts different
/// values, null of no turn; `collect` is their list in order of the turns, of type list<T>, empty of none; a list
/// longer than kMaxCollected is null, which is counted.
///
/// From `variance` on only of windows; WindowPlan says more of windows. x1 … xn are the values in order of the rows,
/// t1 … tn their times in seconds; formulas, edges and sources: docs/language.md, "Aggregates".
enum class AggregateFn : std::uint8_t {
  count,
  sum,
  avg,
  min,
  max,
  first,
  last,
  stddev,
  distinct,
  collect,
  variance,           // of the population
  median,             // percentile 50
  percentile,         // parameter p in [0, 100]; between ranks, type 7 of Hyndman and Fan
  slope,              // least squares against time, per second; null under two different times
  ewma,               // parameter a in (0, 1]: s1 = x1, sn = a·xn + (1 - a)·s(n-1)
  zscore,             // (xn - mean) / stddev of the others; null under three others
  mad,                // median absolute deviation from the median, not scaled
  autocorrelation,    // parameter lag: int, at least 1; null under lag + 2 values or without variance
  approx_distinct,    // HyperLogLog++
  approx_percentile,  // parameter p; DDSketch
  approx_top,         // parameter k: list<T>, the most frequent first; SpaceSaving
  anomaly,            // parameter k: |xn - mean| > k · stddev of the others: bool
  spike,              // parameter f: |xn - mean| > f · |mean| of the others: bool
  trend,              // "rising", "falling", "steady": string
  seasonal,           // parameters period: duration, k: anomaly against the values one, two, … periods before: bool
};
inline constexpr std::uint32_t kMaxCollected = 10'000;
std::string_view name_of(AggregateFn fn);

/// The functions of the language, and the operators on strings that are functions here: `like`, `matches`,
/// `in_network` (`in "10.0.0.0/8"`) and `in_list` (`x in list`). Arguments, results and edges: rules/functions.hpp.
enum class Function : std::uint8_t {
  abs,
  floor,
  ceil,
  round,
  sqrt,
  pow,
  exp,
  ln,
  log10,
  clamp,
  lower,
  upper,
  trim,
  length,
  contains,
  starts_with,
  ends_with,
  replace,
  substring,
  split,
  hour,
  minute,
  weekday,
  date,
  cidr,
  distance,
  inside,
  hash,
  mask,
  redact,
  like,
  matches,
  in_network,
  in_list,
};
std::string_view name_of(Function function);

inline constexpr std::uint32_t kNoField = 0xffff'ffff;

inline constexpr std::int64_t kMaxTurnRead = 1'000;

/// Typing: int op int is int but for `/`, which gives float; int with float gives float (the int is converted to double
/// first), comparisons of the two are exact. time - time = duration; time ± duration = time; duration ± duration,
/// duration * number, number * duration, duration / number = duration (by an int: truncated; by a float: rounded to
/// nearest, halves away from zero); duration / duration = float. `%` is C's remainder on ints, fmod on floats.
struct Table;

struct Expr {
  Op op = Op::constant;
  events::Type type = events::Type::boolean;  ///< of the result
  bool nullable = false;                      ///< can be null
  events::Value value{};                      ///< constant; monostate only inside an emit of an absent optional field
  std::uint32_t step = 0;
  std::uint32_t field = 0;
  AggregateFn fn = AggregateFn::count;
  std::vector<Expr> args;
  std::int64_t turn = 0;  ///< turn_field: from 0; negative: from the last taken, which is -1; at most kMaxTurnRead away
  /// step_field, turn_field, aggregate of a step that takes more than one type: the field's index in each of
  /// Step::types, in their order; empty: the step takes one type, and it is `field`.
  std::vector<std::uint32_t> fields{};
  Function function = Function::abs;  ///< of a call
  /// format: a text, the format specification of args[0], a text, that of args[1], …, a text: 2 · args + 1 of them.
  std::vector<std::string> texts{};
  std::shared_ptr<const Table> table{};  ///< of a lookup
  std::string zone{};  ///< format with a time in it, hour, minute, weekday, date: the time zone; empty: UTC
};

/// One event type with its condition (boolean; null counts as false).
struct Single {
  events::TypeId type = events::kNoType;
  std::optional<Expr> condition;
};

/// What comes first where a loop may go on and may be left (semantics, sections 2.4 and 3).
enum class Greed : std::uint8_t { greedy, reluctant, possessive };

enum class Arrow : std::uint8_t { followed_by, next, any };  ///< `->`, `=>`, `~>`
std::string_view name_of(Arrow arrow);

/// A lookup table: rows by key. One of a file holds what the file said when the rules were read; a stream table has the
/// latest event of its type for each key, as of the event that reads it (which itself isn't in it yet), and no rows.
struct Table {
  std::string name;
  std::vector<events::Field> fields;      ///< of a stream table those of the type, by the same index
  std::vector<std::uint32_t> key;         ///< fields, in the order in which a lookup gives their values; none nullable
  events::TypeId type = events::kNoType;  ///< of a stream table
  std::string path;                       ///< of a file: as the rules write it, put together with their own place
  std::vector<std::vector<events::Value>> rows{};  ///< of a file, in its order, by field; no two with one key
};

/// How often something is taken, and how one turn follows the other. {1,1}: once, and the rest says nothing.
struct Loop {
  std::uint32_t min = 1;                  ///< turns
  std::optional<std::uint32_t> max = 1;   ///< none: no upper limit
  Greed greed = Greed::greedy;            ///< possessive: only of a step
  Arrow mode = Arrow::followed_by;        ///< from turn to turn: next is `strict`, any is `any`
  std::optional<events::Duration> gap{};  ///< at most so long from the last event of a turn to the first of the next
  std::vector<Single> until{};            ///< none: no `until`
  bool loops() const { return !max || *max > 1; }
};

/// Something a match assigns events to. StepIds count steps in pattern order, sides of `or` and `and` left to right.
struct Step : Loop {
  std::string name;          ///< empty where the author gave none
  std::vector<Single> fits;  ///< an event fits the step when it fits one of these, tried in order
  /// The step whose events its events are: itself; where sides of an `or` give steps one name, the first of these. All
  /// that reads a step (expressions, `after match`, causes, ids) names it by this.
  std::uint32_t binding = 0;
  /// A group around it, or around a step with its binding, may have several turns.
  bool in_looping_group = false;
  /// Of `fits`, sorted, each once; of a binding those of all its steps.
  std::vector<events::TypeId> types{};
  bool looped() const { return loops(); }
};

/// At least 0 and at most so long after the last event taken before; `least` 0 unless the author says otherwise.
struct Bound {
  events::Duration least{};
  events::Duration most{};
};

struct Take {
  std::uint32_t step = 0;
};
/// No event that fits: `-> not X` anywhere up to the next event taken, `=> not X` right after; with `span` for so long
/// after the last event taken before (before the first event, at the pattern's start). It has no name and no bound.
struct Absent {
  std::vector<Single> fits;
  std::optional<Expr> span{};               ///< a duration; null or not above 0 ends the run, which is counted
  std::optional<events::Duration> every{};  ///< only of the pattern's last element, with a span; above 0
};

struct Element;
/// `(pattern)[span]{min,max}`, a loop over the whole of it. With {1,1} and no span it is mere parentheses, which the
/// checker dissolves.
struct Group : Loop {
  std::vector<Element> elements;           ///< the first's arrow is the group's
  std::optional<events::Duration> span{};  ///< of each turn: from its first event to its last
};
/// `or` of single events: one waiting point that takes whichever fits, the left of two. Steps without a name, or of one
/// name, are one Step with several `fits`; so all these differ in name. Their loop is {1,1}.
struct Either {
  std::vector<Take> takes;
};
/// `or` with a side that isn't a single event: the union of the patterns that each side gives.
struct Choice {
  std::vector<std::vector<Element>> sides;  ///< none empty; of each the first element's arrow is the choice's
};
/// `and`: all sides, interleaving.
struct Both {
  std::vector<std::vector<Element>> sides;  ///< none empty; of each the first element's arrow is this one's
};

struct Element {
  std::optional<Arrow> arrow{};  ///< before it; none at the pattern's first, at a group's and at a side's first
  std::optional<Bound> bound{};  ///< of the arrow
  std::variant<Take, Absent, Group, Either, Choice, Both> node;
};

/// Elements in order. A step in a group is one step, whatever the group's turns: a `step_field` outside the group, and
/// an aggregate anywhere, speak of the events of all turns; inside the group a `step_field` is that of the current
/// turn. What an element's arrow, quantifier and absence mean is in the semantics, section 2.
struct Pattern {
  std::vector<Element> elements;
  std::vector<Step> steps;
};

/// Which ways of one start to a match count (semantics, section 3).
struct Matching {
  enum class Mode : std::uint8_t { one, all, up_to };  ///< `match`, `match all`, `match up to most`
  Mode mode = Mode::one;
  std::uint64_t most = 0;  ///< of up_to: matches of one key at one completing event or time, over all starts
};

/// What a match ends (semantics, section 4).
struct AfterMatch {
  enum class Policy : std::uint8_t { skip_past_last, skip_to_next, skip_to_first, skip_to_last, keep };
  Policy policy = Policy::skip_past_last;
  std::uint32_t step = 0;  ///< v: a binding
};

struct KeyPart {
  std::string name;
  events::Type type = events::Type::string;  ///< bool, int, string or time
  std::vector<std::uint32_t> field;          ///< parallel to RulePlan::inputs; kNoField: see exprs
  /// `name = expression`: over the candidate's fields, parallel to RulePlan::inputs; empty: the part is a field.
  std::vector<Expr> exprs{};
};

struct MessagePart {
  std::variant<std::string, Expr> node;
  std::string format;  ///< a specification as rules/functions.hpp has them; empty: plain
};

struct NamedExpr {
  std::string name;
  Expr expr;
};

/// A rule's alerts as events that other rules read, `alert.NAME`. The type's fields: 0 `alert` (string), 1 `state`
/// (string), 2 `severity`, then the parts of the key, then the fields of the rule's alerts that no part of the key is
/// called by, each nullable where an alert lacks it.
struct AlertEvent {
  events::TypeId type = events::kNoType;
  std::vector<std::uint32_t> fields;  ///< by field of the type from 3 + key parts on: AlertPlan::fields, or kNoField
};

/// What ends an alert's life (only an alert that has one is ever more than `once`).
struct Resolve {
  enum class Kind : std::uint8_t { on, absent, after };  ///< `resolve X`, `resolve not X for d`, `resolve after d`
  Kind kind = Kind::on;
  std::vector<Single> fits;  ///< X, of the rule's key; its types are among RulePlan::inputs
  events::Duration span{};
};

struct AlertPlan {
  Expr severity;  ///< of type severity; null counts as info
  std::vector<MessagePart> message;
  std::vector<NamedExpr> fields;
  AlertEvent event{};  ///< kNoType: no rule reads this rule's alerts
  std::optional<Resolve> resolve{};
  events::Duration hold{};      ///< of a window rule: fires when its condition held for so long
  events::Duration keep{};      ///< of a window rule: resolved when its condition didn't hold for so long
  std::optional<Expr> dedup{};  ///< one life for each value of it, whatever the keys
};
struct EmitPlan {
  events::TypeId type = events::kNoType;
  std::vector<Expr> fields;  ///< by field of the type that isn't an attribute
};
/// `action name { … }`: a command for whoever carries it out.
struct ActionPlan {
  std::string name;
  std::vector<NamedExpr> fields;  ///< a name with dots stands for nested objects
};
/// In an output all steps are read as they stand at completion.
struct OutputPlan {
  std::variant<AlertPlan, EmitPlan, ActionPlan> node;
  std::optional<Expr> condition{};  ///< `if (…)`: put out only where it is true
  bool timeout = false;             ///< for starts that time ended without a match, instead of matches
};

/// At most `count` matches put out in `per` for each key and values of `each`, counted from the first one given: that
/// span is [its completion, its completion + per). What is held back is counted in the next one given as `suppressed`.
/// A match of which no output's condition holds isn't one put out.
struct Throttle {
  std::uint64_t count = 1;
  events::Duration per{};
  std::vector<Expr> each;
};

/// What goes over a window's rows: nulls are skipped; of no value as AggregateFn says.
struct Aggregate {
  AggregateFn fn = AggregateFn::count;
  events::Type type = events::Type::integer;  ///< of the result
  /// Of a row's event, by RulePlan::inputs (parallel), without key parts; of a join one, over its sides and key parts.
  /// Empty: count().
  std::vector<Expr> argument;
  /// Behind the argument, of fixed types: p, a, k of anomaly and seasonal, f: float; lag, k of approx_top: int; period:
  /// duration.
  std::vector<events::Value> parameters;
};

/// One side of a join, or all that a window without one reads.
struct Side {
  std::string name;  ///< the alias; empty: none
  /// As written: an event is a row once, whichever it fits. A step_field of a side of several types has `fields` by
  /// these types sorted, each once.
  std::vector<Single> fits;
};

/// Pairs of events as rows (semantics, section 11).
struct Join {
  bool left = false;         ///< a row with a null right side where none came
  bool last = false;         ///< as-of: each event of side 0 with the latest before it of side 1
  std::optional<Expr> on{};  ///< over step_field of side 0 and 1
  /// `a.x == b.y` of `on`: fields of side 0 and 1 whose values are the same in each pair; to find pairs by.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> equal{};
  std::optional<events::Duration> within{};  ///< of `last`
};

/// A window rule: what is gathered and when it is told (semantics, section 11).
struct WindowPlan {
  enum class Kind : std::uint8_t {
    tumbling,  ///< size
    sliding,   ///< size, every
    session,   ///< size: the gap
    rolling,   ///< size; with `every` the window begins at a multiple of it: the least above t - size
    last,      ///< count
    batch,     ///< count
    global,
    rows,  ///< none: each row of a join by itself; only of a join without aggregates
  };
  Kind kind = Kind::tumbling;
  events::Duration size{};
  events::Duration every{};
  std::uint64_t count = 0;
  std::string zone{};                           ///< tumbling days of a calendar; empty: aligned to the epoch in UTC
  std::vector<events::Duration> grains{};       ///< of a rollup, rising, each once; tumbling, size unused
  std::optional<events::Duration> early{};      ///< `every 10s`
  std::optional<std::uint64_t> early_events{};  ///< `every 100 events`
  std::optional<events::Duration> late{};
  std::vector<Side> sides;  ///< one, or two of a join
  std::optional<Join> join{};
  std::vector<Aggregate> aggregates;  ///< each once
  std::optional<Expr> when{};         ///< over key parts, window_*, and step_fields of a row where it has no aggregate
  bool aggregated = true;             ///< of a join: one output a window; false: one a row
};
std::string_view name_of(WindowPlan::Kind kind);

inline constexpr std::uint64_t kDefaultLimitRuns = 10'000;
inline constexpr events::Duration kDefaultForget{std::int64_t{86'400'000'000'000}};

struct RulePlan {
  std::string name;
  std::string description;
  std::string version;                 ///< fingerprint: 16 hex digits over the canonical plan
  std::vector<events::TypeId> inputs;  ///< sorted
  /// Those of the inputs that only a `resolve` names, sorted: the pattern doesn't see them, so that they don't stand
  /// between neighbours either.
  std::vector<events::TypeId> only_resolving{};
  std::vector<KeyPart> key;            ///< empty: one partition
  Pattern pattern;                     ///< of a window rule without elements
  std::optional<WindowPlan> window{};  ///< a window rule
  /// Types of the stream tables that its expressions read, sorted. They needn't be inputs.
  std::vector<events::TypeId> table_types{};
  std::optional<events::Duration> within;
  Matching matching{};
  AfterMatch after{};
  std::uint64_t limit_runs = kDefaultLimitRuns;  ///< open starts of one key
  std::optional<std::uint64_t> limit_matches{};  ///< of one key, until it is forgotten
  std::optional<std::uint64_t> limit_memory{};   ///< bytes of the rule's runs, over all keys
  /// What is kept of a key beyond its open runs goes when it was silent so long in event time.
  events::Duration forget = kDefaultForget;
  std::vector<OutputPlan> outputs;
  std::optional<Throttle> throttle{};
  std::vector<std::string> tags{};
  std::string owner{};
  std::string runbook{};      ///< told in every alert
  std::int64_t priority = 0;  ///< order of outputs of one instant, high first
  bool shadow = false;        ///< runs and counts, puts nothing out
  bool disabled = false;      ///< doesn't run
  std::uint32_t layer = 0;    ///< 0 reads input only; n reads what layer n-1 or lower emits
  Span span;                  ///< of its name
};

struct TestEvent {
  events::Duration at;        ///< its time, after the test's start
  events::Duration arriving;  ///< when it comes, after the test's start; `at` unless the test says otherwise
  events::TypeId type = events::kNoType;
  std::vector<events::Value> values;  ///< by field
};
/// `load "file"`: recorded events, in the order of the file. Each comes at its own time, or with the one before it
/// where that is later.
struct TestLoad {
  std::string path;  ///< relative paths are those of the file that the test stands in, already put together
  Span span;
};
struct Expectation {
  enum class What : std::uint8_t { alert, emit, action, resolved, updated, nothing_else };
  What what = What::alert;
  std::optional<events::Duration> at;
  std::optional<std::uint64_t> count;      ///< exactly so many; none: one of its own
  std::string name;                        ///< rule (alert, resolved, updated), derived type, or action
  std::vector<events::NamedValue> fields;  ///< a subset of what must be there
  Span span;
};
/// The test's start unless it says otherwise: 2024-01-01T00:00:00Z.
inline constexpr events::Time kTestStart{1'704'067'200'000'000'000};

struct TestPlan {
  std::string rule;
  std::string title;
  events::Time start = kTestStart;
  events::Duration lateness{};
  std::vector<TestEvent> events;  ///< repetitions written out, in order of arrival; ties as written
  std::vector<TestLoad> loads;
  events::Duration end;                   ///< the last `at` or `arriving`; recorded events may end it later
  std::vector<Expectation> expectations;  ///< in order
  Span span;
};

/// A checked rule set: immutable.
struct RuleSet {
  events::Schema schema;
  std::string zone{};  ///< of `let zone`: times in messages are written in it; empty: UTC
  std::vector<std::shared_ptr<const Table>> tables{};  ///< by name
  std::vector<RulePlan> rules;                         ///< by name
  std::vector<TestPlan> tests;                         ///< as written
};

/// Indented text: `tocsin explain --stage plan`, golden tests, and the base of the fingerprint.
std::string dump(const RulePlan& plan, const events::Schema& schema);
std::string dump(const Expr& expr, const RulePlan& plan, const events::Schema& schema);
std::string dump(const Single& single, const RulePlan& plan, const events::Schema& schema);

}  // namespace tocsin::rules
