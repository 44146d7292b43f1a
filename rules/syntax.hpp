// The syntax tree: what an author wrote, with places, nothing resolved. Comments are kept for the formatter.
//
// Every node has its span. Variants over class trees: visit with `overloaded`. Constructs of the language that this
// version doesn't run are recorded as NotYet nodes where they stand, so that the checker can refuse them by name.
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

/// A construct of the language that can't be used yet: "`timeout` outputs", "the arrow `~>`".
/// Where it refines something that can be read, it stands beside it: `A ~> B` is A, NotYet, B; `match all P` is a
/// pattern that begins with a NotYet; `alert … if (c)` is the alert's clause, then a NotYet clause. So a rule with a
/// NotYet may lack things, and what follows from that is no further error.
struct NotYet {
  std::string what;
  Span span;
  std::vector<Name> declares{};  ///< names it would have given: steps of a group, a constant, a function
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

struct Expr {
  std::variant<Literal, Reference, Member, Call, Unary, Binary, IsNull, NotYet> node;
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

// ---- patterns

enum class Arrow : std::uint8_t { followed_by, next };  ///< `->` and `=>`

struct EventRef {  ///< Type(condition)
  Name type;
  std::optional<Expr> condition;
  Span span;
};

struct Quantifier {
  std::uint32_t min = 1;
  std::optional<std::uint32_t> max = 1;  ///< none: no upper limit
  Span span;
};

struct Step {  ///< name: Type(condition) quantifier
  std::optional<Name> name;
  EventRef event;
  std::optional<Quantifier> quantifier;
};
struct Absent {  ///< `not X`, `not (X or Y)`
  std::vector<EventRef> events;
};

struct Element {
  std::optional<Arrow> arrow;  ///< before it; none at the first
  Span arrow_span;
  std::variant<Step, Absent, NotYet> node;
  Span span;
};

struct Pattern {
  std::vector<Element> elements;
  Span span;
};

// ---- rules

struct NamedExpr {  ///< `name: expr`; the shorthand `name` has expr = Reference{name}
  Name name;
  Expr expr;
};

struct Match {
  Pattern pattern;
};
struct KeyPart {  ///< `field`, or `A.f == B.g == …`
  struct Typed {
    Name type;
    Name field;
  };
  std::variant<Name, std::vector<Typed>> node;
  Span span;
};
struct By {
  std::vector<KeyPart> parts;
};
struct Within {
  events::Duration bound;
  Span bound_span;
};
struct AfterMatchSkipPastLast {};
struct LimitRuns {
  std::uint64_t runs = 0;
  Span runs_span;
};
struct Alert {
  events::Severity severity = events::Severity::info;
  Span severity_span;
  Message message;
  std::vector<NamedExpr> fields;
};
struct Emit {
  Name type;
  std::vector<NamedExpr> fields;
};

struct Clause {
  std::variant<Match, By, Within, AfterMatchSkipPastLast, LimitRuns, Alert, Emit, NotYet> node;
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

struct FieldDecl {  ///< field: type [from "/json/pointer"]
  Name name;
  std::variant<Name, NotYet> type;  ///< the type's name without `?`
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

struct TestEvent {  ///< at T Type { … } [x n every d]
  events::Duration at;
  Name type;
  std::vector<NamedExpr> fields;
  std::uint64_t repeat = 1;
  events::Duration every{};
  Span span;
};
struct TestWait {  ///< at T wait
  events::Duration at;
  Span span;
};
struct Expect {
  enum class What : std::uint8_t { alert, emit, nothing_else };
  What what = What::alert;
  std::optional<events::Duration> at;
  std::optional<std::uint64_t> count;  ///< `expect N alert …`; 0 for `expect no …`; none: at least one of its own
  Name name;                           ///< rule for alerts, type for emits
  std::vector<NamedExpr> fields;
  Span span;
};
struct Test {
  Name rule;
  std::string title;
  std::vector<std::variant<TestEvent, TestWait, Expect, NotYet>> items;
  bool broken = false;
};

struct Declaration {
  std::variant<EventDecl, Rule, Test, NotYet> node;
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
std::string dump(const Tree& tree, const Source& source);

}  // namespace tocsin::rules::syntax
