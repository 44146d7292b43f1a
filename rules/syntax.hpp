// The syntax tree: what an author wrote, with places, nothing resolved. Comments are kept for the formatter.
//
// Every node has its span. Variants over class trees: visit with `overloaded`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "events/message.hpp"
#include "events/value.hpp"
#include "rules/source.hpp"

namespace tocsin::rules::syntax {

/// An owned child that may be of the type being defined. Move-only; empty only when default-constructed or moved from.
template <class T>
using Box = std::unique_ptr<T>;

struct Name {
  std::string text;
  Span span;
};

// ---- expressions

enum class UnaryOp : std::uint8_t { negate, logical_not };
enum class BinaryOp : std::uint8_t {
  add,
  sub,
  mul,
  div,
  rem,
  eq,
  ne,
  lt,
  le,
  gt,
  ge,
  logical_and,
  logical_or,
  coalesce
};
/// `+`, `==`, `and`, …
std::string_view text_of(BinaryOp op);

struct Expr;

struct Literal {
  events::Value value;  ///< bool, int, float, string or duration; monostate for `null`
};
struct Reference {  ///< a bare name
  Name name;
};
struct Member {  ///< object.field
  Box<Expr> object;
  Name field;
};
struct Call {  ///< function(args)
  Name function;
  std::vector<Expr> args;
};
struct Unary {
  UnaryOp op = UnaryOp::negate;
  Box<Expr> operand;
};
struct Binary {
  BinaryOp op = BinaryOp::add;
  Span op_span;
  Box<Expr> left;
  Box<Expr> right;
};
struct IsNull {  ///< `is null`, `is not null`
  Box<Expr> operand;
  bool negated = false;
};
/// `x in [a, b]` (args: the items), `x in y` (a network or a list), `x between a and b`, `x like y`, `x matches y`;
/// each may be negated by a `not` in between.
struct Membership {
  enum class Kind : std::uint8_t { in_items, in, between, like, matches };
  Kind kind = Kind::in;
  bool negated = false;
  Span op_span;  ///< of the words: `not in`
  Box<Expr> operand;
  std::vector<Expr> args;
};
struct Conditional {  ///< if condition then yes else no
  Box<Expr> condition;
  Box<Expr> yes;
  Box<Expr> no;
};
struct ListOf {  ///< [a, b]
  std::vector<Expr> items;
};
struct Index {  ///< object[index], or table[a, b]
  Box<Expr> object;
  Box<Expr> index;
  std::vector<Expr> more;  ///< the indices behind the first
};
struct Attribute {  ///< `a.@time`; `@time` alone, of the candidate, has no object; `@meta.x` is named `x`
  Box<Expr> object;
  Name name;  ///< without `@`
};
struct Format;  ///< format("…{expr:spec}…")

struct Expr {
  std::variant<Literal, Reference, Member, Call, Unary, Binary, IsNull, Membership, Conditional, ListOf, Index,
               Attribute, Box<Format>>
      node;
  Span span;
};

/// A message: texts and `{expr:format}` in turn.
struct MessagePart {
  std::variant<std::string, Expr> node;
  std::string format;  ///< after the `:`; empty: none
  Span span;           ///< of the text, or of the braces and what is between
};
struct Message {
  std::vector<MessagePart> parts;
  Span span;
};
struct Format {
  Message message;
};

// ---- what a constant may stand for

struct DurationOf {  ///< `5m`, or the name of a constant
  std::variant<events::Duration, Name> node;
  Span span;
};
struct CountOf {  ///< `5`, or the name of a constant
  std::variant<std::uint64_t, Name> node;
  Span span;
};

// ---- patterns

enum class Arrow : std::uint8_t { followed_by, next, any };  ///< `->`, `=>`, `~>`

struct Bound {  ///< of an arrow: `[10s]`, `[5s, 10s]`
  std::optional<DurationOf> least;
  DurationOf most;
  Span span;
};

struct EventRef {  ///< Type(condition), A|B(condition), _(condition); the alerts of a rule are named `alert.rule`
  std::vector<Name> types;  ///< none: see `any`
  bool any = false;         ///< `_`: any type of the rule's input
  std::optional<Expr> condition;
  Span span;
};

enum class Greed : std::uint8_t { greedy, reluctant, possessive };  ///< `+`, `+?`, `++`

struct Quantifier {  ///< `{n}` has min and max the same
  CountOf min{std::uint64_t{1}, {}};
  std::optional<CountOf> max = CountOf{std::uint64_t{1}, {}};  ///< none: no upper limit
  Greed greed = Greed::greedy;
  Span span;
};

struct Until {  ///< `until (c)`: of the loop's own types, no type is named; `until T`, `until T(c)`
  EventRef event;
  Span span;  ///< with the word
};

/// What stands behind a quantifier, in any order but `until` last: `strict`, `any`, `[10s]`.
struct Loop {
  std::optional<Span> strict;
  std::optional<Span> any;
  std::optional<DurationOf> gap;
  std::optional<Until> until;
};

struct Step {  ///< name: Type(condition) quantifier loop
  std::optional<Name> name;
  EventRef event;
  std::optional<Quantifier> quantifier;
  Loop loop;
};
struct Absent {  ///< `not X`, `not (X or Y)`, `not X for 10m every 10m`, `not X for (expression)`
  std::vector<EventRef> events;
  std::optional<std::variant<DurationOf, Expr>> span;
  Span for_span;  ///< `for …`
  std::optional<DurationOf> every;
  Span every_span;
};

struct Element;
struct Group {  ///< (pattern)[span] quantifier loop
  std::vector<Element> elements;
  std::optional<DurationOf> span;
  std::optional<Quantifier> quantifier;
  Loop loop;
};
struct Choice {  ///< `or`, two sides or more: steps, groups and what `and` joins, without arrows
  std::vector<Element> sides;
};
struct Both {  ///< `and`, two sides or more: steps and groups, without arrows
  std::vector<Element> sides;
};

struct Element {
  std::optional<Arrow> arrow;  ///< before it; none at the first
  std::optional<Bound> bound;  ///< of the arrow
  Span arrow_span;
  std::variant<Step, Absent, Group, Choice, Both> node;
  Span span;
};

struct Pattern {
  std::vector<Element> elements;
  Span span;
};

// ---- rules

/// `name: expr`; the shorthand `name` has expr = Reference{name}; `outer: { inner: expr }` is named `outer.inner`.
struct NamedExpr {
  Name name;
  Expr expr;
};

struct Match {  ///< `match P`, `match all P`, `match up to 10 P`
  bool all = false;
  std::optional<CountOf> up_to;
  Pattern pattern;
};
/// `A`, `A | B`, `A(condition)`; behind it `as a`.
struct Source {
  EventRef event;
  std::optional<Name> alias;
  Span span;
};
/// `join B as b on …`, `left join …`, `join last B as b on … within 5s`
struct Join {
  bool left = false;
  bool last = false;
  Source source;
  std::optional<Expr> on;
  std::optional<DurationOf> within;
  Span span;
};
struct From {  ///< `from A, B`: more than one source, or a source of more than one type, has no alias
  std::vector<Source> sources;
  std::vector<Join> joins;
};
/// `tumbling 1m`, `tumbling 1d in "Europe/Berlin"`, `sliding 10m every 1m`, `session 30s`, `rolling 5m`,
/// `rolling 24h step 1m`, `last 100`, `batch 100`, `global`
struct Window {
  enum class Kind : std::uint8_t { tumbling, sliding, session, rolling, last, batch, global };
  Kind kind = Kind::tumbling;
  std::optional<DurationOf> size;
  std::optional<DurationOf> every;  ///< of sliding; the step of a rolling one
  std::optional<CountOf> count;     ///< of last and batch
  std::optional<std::string> zone;
  Span zone_span;
};
struct When {
  Expr condition;
};
struct Every {  ///< `every 10s`, `every 100 events`
  std::variant<DurationOf, CountOf> period;
};
struct Rollup {
  std::vector<DurationOf> grains;
};
struct Late {
  DurationOf span;
};
struct KeyPart {  ///< `field`, `A.f == B.g == …`, or `name = expression` of the event
  struct Typed {
    Name type;
    Name field;
  };
  std::variant<Name, std::vector<Typed>, NamedExpr> node;
  Span span;
};
struct By {
  std::vector<KeyPart> parts;
};
struct Within {
  DurationOf bound;
};
/// `skip past last`, `skip to next`, `skip to first v`, `skip to last v`, `keep`
enum class AfterMatchPolicy : std::uint8_t { skip_past_last, skip_to_next, skip_to_first, skip_to_last, keep };
struct AfterMatch {
  AfterMatchPolicy policy = AfterMatchPolicy::skip_past_last;
  std::optional<Name> step;  ///< v
};
struct LimitRuns {
  CountOf runs;
};
struct LimitMatches {
  CountOf matches;
};
struct LimitMemory {  ///< `64MB`; B, KB, MB, GB of 1024
  std::uint64_t bytes = 0;
};
struct Forget {
  DurationOf span;
};
struct Throttle {  ///< throttle count per span each …
  CountOf count;
  DurationOf per;
  std::vector<Expr> each;
};
struct Tags {
  std::vector<std::string> tags;
};
struct Owner {
  std::string text;
};
struct Runbook {
  std::string text;
};
struct Priority {
  std::int64_t value = 0;
};
struct Shadow {};
struct Disabled {};

struct Resolve {                   ///< resolve X(c), resolve not X for d, resolve after d
  std::vector<EventRef> events;    ///< empty: `after`
  std::optional<DurationOf> span;  ///< none: `resolve X`
  Span place;
};
struct Alert {
  Expr severity;
  Message message;
  std::vector<NamedExpr> fields;
  std::optional<Expr> condition;  ///< `if (…)`, of any output
  std::optional<Resolve> resolve;
  std::optional<DurationOf> hold;  ///< `hold 2m`
  Span hold_span;                  ///< with the word
  std::optional<DurationOf> keep;  ///< `keep 5m`
  Span keep_span;
  std::optional<Expr> dedup;  ///< `dedup by expr`
  Span dedup_span;
  bool timeout = false;  ///< `timeout alert …`, of any output
};
struct Emit {
  Name type;
  std::vector<NamedExpr> fields;
  std::optional<Expr> condition;
  bool timeout = false;
};
struct Action {
  Name name;
  std::vector<NamedExpr> fields;
  std::optional<Expr> condition;
  bool timeout = false;
};

struct Clause {
  std::variant<Match, From, By, Within, AfterMatch, LimitRuns, LimitMatches, LimitMemory, Forget, Throttle, Window,
               When, Every, Rollup, Late, Tags, Owner, Runbook, Priority, Shadow, Disabled, Alert, Emit, Action>
      node;
  Span span;
  Span keyword;
};

struct Rule {
  Name name;
  std::optional<std::string> description;
  std::vector<Clause> clauses;
  bool broken = false;  ///< a clause had a syntax error and is missing: its absence is no further error
};

// ---- other declarations

struct FieldDecl;
struct TypeOf {  ///< `float`, `list<float>`, `{ inner: float }`; without `?`
  std::variant<Name, Box<TypeOf>, std::vector<FieldDecl>> node;  ///< a name, a list's element, a nested object's fields
  Span span;
};
struct FieldDecl {  ///< field: type [from "/json/pointer"]
  Name name;
  TypeOf type;
  bool optional = false;
  std::optional<std::string> pointer;
  Span pointer_span;
  Span span;
};
struct EventDecl {
  Name name;
  std::optional<std::string> wire;
  Span wire_span;
  std::vector<FieldDecl> fields;
  bool broken = false;
};

struct LetDecl {  ///< let name = value
  Name name;
  Expr value;
  bool broken = false;
};
struct FnDecl {  ///< fn name(a: T, …) = body
  struct Parameter {
    Name name;
    TypeOf type;
    bool optional = false;
  };
  Name name;
  std::vector<Parameter> parameters;
  Expr body;
  bool broken = false;
};

/// `table sites from "sites.csv" key device { device: string, site: string }`, `table maint from Maintenance key
/// device`
struct TableDecl {
  struct File {
    std::string path;
    Span span;
  };
  Name name;
  std::variant<File, Name> from;  ///< a file, or the event type whose latest events it holds
  std::vector<Name> key;
  std::vector<FieldDecl> fields;  ///< of a file
  bool broken = false;
};

struct TestEvent {  ///< at T [arriving T] Type { … } [x n every d]
  DurationOf at;
  std::optional<DurationOf> arriving;
  Name type;
  std::vector<NamedExpr> fields;
  std::optional<CountOf> repeat;
  std::optional<DurationOf> every;  ///< there where `repeat` is
  Span span;
};
struct TestWait {  ///< at T wait
  DurationOf at;
  Span span;
};
struct TestLoad {  ///< load "file"
  std::string path;
  Span path_span;
  Span span;
};
struct TestStart {  ///< start "2024-01-01T00:00:00Z"
  std::string time;
  Span time_span;
  Span span;
};
struct TestLateness {  ///< lateness 5s
  DurationOf lateness;
  Span span;
};
struct Expect {
  enum class What : std::uint8_t { alert, emit, action, resolved, updated, nothing_else };
  What what = What::alert;
  std::optional<DurationOf> at;
  std::optional<CountOf> count;  ///< `expect N alert …`; 0 for `expect no …`; none: at least one of its own
  Name name;                     ///< rule (alert, resolved, updated), type (emit), or action
  std::vector<NamedExpr> fields;
  Span span;
};
struct Test {
  Name rule;
  std::string title;
  std::vector<std::variant<TestEvent, TestWait, TestLoad, TestStart, TestLateness, Expect>> items;
  bool broken = false;
};

struct Declaration {
  std::variant<EventDecl, LetDecl, FnDecl, TableDecl, Rule, Test> node;
  Span span;
};

struct Comment {
  Span span;
};

/// One file.
struct Tree {
  std::vector<Declaration> declarations;
  std::vector<Comment> comments;
};

/// Indented text, a node a line with its place: `tocsin explain --stage tree`, and golden tests.
std::string dump(const Tree& tree, const rules::Source& source);

}  // namespace tocsin::rules::syntax
