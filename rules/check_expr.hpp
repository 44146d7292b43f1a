// Written expressions → typed ones. Where an expression stands decides what its names mean: the scope.
#pragma once

#include "rules/check.hpp"
#include "rules/functions.hpp"

namespace tocsin::rules::checking {

enum class Place : std::uint8_t {
  condition,  ///< bare names are fields of the candidate event; earlier steps can be read
  span,       ///< bare names are constants; earlier steps can be read: how long an absence lasts
  event,      ///< bare names are fields of the candidate event; no steps: a part of the key, what resolves an alert
  output,     ///< bare names are parts of the key; all steps can be read
  window,     ///< bare names are parts of the key; aggregates go over the window's rows: outputs and `when`
  row,        ///< bare names are parts of the key; both sides of a joined row can be read: `on`, in aggregates
  constant,   ///< constants only
  function,   ///< bare names are parameters
};

/// What a function's parameters stand for while its body is put in.
struct Arguments {
  const FunctionDraft* function = nullptr;
  std::vector<std::optional<Expr>> values;  ///< parallel to its parameters; empty: of no known type
};

struct Scope {
  Draft& draft;
  Place place = Place::constant;
  const RuleDraft* rule = nullptr;             ///< whose steps and key are read; none for constants
  events::TypeId candidate = events::kNoType;  ///< in conditions
  /// Steps below it are written before: they are over, or on other sides of an `or` or `and` around. For the `until` of
  /// a group: those of the group are below it too.
  std::uint32_t readable = 0;
  std::optional<std::uint32_t> own{};    ///< the step whose condition, or whose `until`, this is
  bool shorthand = false;                ///< `{ name }` for `{ name: name }`
  const Arguments* arguments = nullptr;  ///< in functions
  /// In a condition of an alternative: its types, the candidate's among them.
  const std::vector<events::TypeId>* alternatives = nullptr;
  bool grave = false;  ///< an alert's severity: `high` is one, whatever else is called so
  /// Groups around where it stands, outer before inner: RuleDraft::groups. An `until` stands in its group.
  std::vector<std::uint32_t> inside{};
  bool anywhere = false;  ///< the `until` of a group: at any place inside of the innermost
  bool timeout = false;   ///< in an output of a start that time ended: any step may be absent
  /// Sides around where it stands, outer before inner. A step on another side of an `and` can't be read in conditions
  /// and spans; one that only another side of an `or` has is null there.
  std::vector<SideDraft> sides{};
  WindowDraft* window = nullptr;           ///< of a window rule, behind its `from`
  std::optional<AggregateFn> aggregate{};  ///< of a window, whose argument this is
  bool has_rows = false;                   ///< only judged for windows with rows: in emits and actions
};

/// Empty: there is something wrong with it, and it is reported.
std::optional<Expr> check_expr(const syntax::Expr& written, const Scope& scope);
/// The value of a field that an output or a test gives. `expected`: its type where that is known; an empty list has one
/// only so.
std::optional<Expr> check_field_value(const syntax::NamedExpr& written, const Scope& scope,
                                      std::optional<events::Type> expected = std::nullopt);
/// A bool; null counts as false.
std::optional<Expr> check_condition(const syntax::Expr& written, const Scope& scope);
/// A duration: of `not … for (…)`, in Place::span.
std::optional<Expr> check_span(const syntax::Expr& written, const Scope& scope);
/// A condition of an alternative, once for each of `types`; what is wrong is reported once. Parallel to `types`.
std::vector<std::optional<Expr>> check_condition_of_each(const syntax::Expr& written, const Scope& scope,
                                                         const std::vector<events::TypeId>& types);
/// The same of any expression.
std::vector<std::optional<Expr>> check_expr_of_each(const syntax::Expr& written, const Scope& scope,
                                                    const std::vector<events::TypeId>& types);
/// Texts and `{expr:format}` of a message or of `format(…)`, formats judged. Parts with something wrong are left out.
std::vector<MessagePart> check_message(const syntax::Message& written, const Scope& scope);

// ---- the kinds of expressions

std::optional<Expr> check_reference(const syntax::Reference& written, const Scope& scope);
std::optional<Expr> check_member(const syntax::Member& written, Span span, const Scope& scope);
std::optional<Expr> check_attribute(const syntax::Attribute& written, Span span, const Scope& scope);
std::optional<Expr> check_call(const syntax::Call& written, Span span, const Scope& scope);
std::optional<Expr> check_aggregate(AggregateFn fn, const syntax::Call& call, Span span, const Scope& scope);
/// A call of a `fn`.
std::optional<Expr> check_function_call(FunctionDraft& function, const syntax::Call& call, Span span,
                                        const Scope& scope);
std::optional<Expr> check_membership(const syntax::Membership& written, Span span, const Scope& scope);
std::optional<Expr> check_conditional(const syntax::Conditional& written, Span span, const Scope& scope);
std::optional<Expr> check_list(const syntax::ListOf& written, Span span, const Scope& scope);
std::optional<Expr> check_index(const syntax::Index& written, Span span, const Scope& scope);
std::optional<Expr> check_format(const syntax::Format& written, Span span, const Scope& scope);

// ---- what they share

/// Folds, and warns of constants that give null.
Expr folded(Expr expr, Span span, const Scope& scope);
bool require_bool(const syntax::Expr& written, const Expr& expr, std::string_view who, const Scope& scope);
/// Adds what would make `side`, written as `written`, fit `other`, where that can be guessed.
void help_types(Diagnostic& problem, const syntax::Expr& written, const Expr& side, const Expr& other);
Expr operation(Op op, events::Type type, bool nullable, Expr left, Expr right);
Expr unary(Op op, events::Type type, bool nullable, Expr operand);
/// An int as a float.
Expr as_float(Expr expr);
/// Gives both one type: theirs, or with floats where one has ints. Tells whether there is one.
bool unite(Expr& left, Expr& right);
/// A call of `function`, which takes such args: judged, folded. Reports constants that it can't use.
std::optional<Expr> call_of(Function function, std::vector<Expr> args, const std::vector<Span>& places, Span span,
                            const Scope& scope);
/// "int and string"
std::string types_of(const std::vector<Expr>& args);
/// Counts `expr` as one more copy; reports where there are too many and tells whether there aren't.
bool afford(const Expr& expr, Span span, const Scope& scope);

// ---- constants and functions

/// Its value, judged now if it wasn't; `at`: where it is read. Null: it is bad.
const Expr* value_of_constant(Draft& draft, ConstantDraft& constant, const syntax::Name& at);
/// Judges its parameters and its body, once. `at`: where it is called. Tells whether its body may be put in.
bool judge_function(Draft& draft, FunctionDraft& function, const syntax::Name& at);
/// What the language calls functions, also those that this version doesn't run.
std::vector<std::string> names_of_functions();
/// `hot(c: float)`
std::string usage_of(const syntax::FnDecl& function);

// ---- steps that expressions read

/// `a.pos.lat`: a name, and the names behind it as one.
struct Path {
  syntax::Name first;
  syntax::Name rest;
};
/// Empty: not names with dots between.
std::optional<Path> path_of(const syntax::Expr& written);
/// `r[0].pos.lat`, `r[-1].@time`: one turn of a step.
struct TurnPath {
  syntax::Name step;
  const syntax::Expr* turn = nullptr;
  syntax::Name rest;       ///< without `@`
  bool attribute = false;  ///< it is one's name
};
/// `object.field`, `object.@field`; empty: it isn't of a turn.
std::optional<TurnPath> turn_path_of(const syntax::Expr& object, const syntax::Name& field, bool attribute);
std::optional<Expr> check_turn(const TurnPath& path, Span span, const Scope& scope);
/// `a.@time`: the step's name and the attribute's; empty: something else.
std::optional<Path> attribute_path_of(const syntax::Expr& written);

/// Steps are known by their bindings: the first step that has the name.
std::optional<std::uint32_t> step_called(std::string_view name, const Scope& scope);
/// The types it takes, each once, sorted; kNoType among them: one isn't known.
std::vector<events::TypeId> types_of_step(std::uint32_t step, const Scope& scope);
/// A step_field of all types that the step takes, without a judgement of whether it may be read; else reported.
std::optional<Expr> find_step_field(std::uint32_t step, const syntax::Name& of, const syntax::Name& field,
                                    const Scope& scope);
/// The same of an attribute, named without `@`.
std::optional<Expr> find_step_attribute(std::uint32_t step, const syntax::Name& of, const syntax::Name& attribute,
                                        const Scope& scope);
/// `a.pos.lat` and `a.@time`, judged.
std::optional<Expr> read_of_step(const Path& path, Span span, const Scope& scope);
std::optional<Expr> read_attribute_of_step(const Path& path, Span span, const Scope& scope);
/// The index of the attribute called `name`, added to the type's fields where nothing has read it before.
std::optional<std::uint32_t> find_attribute(Draft& draft, events::TypeId type, const syntax::Name& name);
/// Whether fields of `type` are called `name.…`.
bool is_object(const events::EventType& type, std::string_view name);
const Step& step_of(std::uint32_t step, const Scope& scope);
void report_unknown_step(const syntax::Name& name, const Scope& scope);
/// The step, if it can be read here; else reported. Also the step whose condition this is. `current`: of the turn of
/// groups around, not of all.
std::optional<std::uint32_t> readable_step(const syntax::Name& name, const Scope& scope, bool current = false);
/// The reader is its condition or `until`.
bool is_own(std::uint32_t step, const Scope& scope);
/// A step that may be left out, by itself or with a group around it that isn't around the reader, or that isn't over,
/// may have no event.
bool may_be_empty(std::uint32_t step, const Scope& scope);
/// It loops, or stands in a looping group that isn't around the reader: a bare field of it doesn't say which event's.
bool may_have_several(std::uint32_t step, const Scope& scope);
/// It has taken so many turns whenever the reader is judged.
bool surely_has(std::uint32_t step, std::uint32_t turns, const Scope& scope);
/// It may take more turns than that.
bool may_exceed(std::uint32_t step, std::uint32_t turns, const Scope& scope);

bool is_null_literal(const syntax::Expr& written);
Expr constant(events::Value value);
/// Makes constants of ints (and lists of them) ones of floats where floats are asked for. Tells whether `expr` is of
/// `type` then.
bool fits(Expr& expr, events::Type type);

// ---- the operators on types and constants (fold.cpp)

/// The type of `left op right`, of arithmetic; empty where there is none.
std::optional<events::Type> arithmetic_type(Op op, events::Type left, events::Type right);
/// Whether `==` (ordered: `<`) stands between them.
bool comparable(events::Type left, events::Type right, bool ordered);
/// Exact also between int and float. Both of comparable types, not null.
std::partial_ordering compare(const events::Value& left, const events::Value& right);
/// Puts a constant in the place of an operator on constants, unless it is null. Tells whether it is null.
bool fold(Expr& expr);

}  // namespace tocsin::rules::checking
