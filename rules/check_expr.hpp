// Written expressions → typed ones. Where an expression stands decides what its names mean: the scope.
#pragma once

#include "rules/check.hpp"

namespace tocsin::rules::checking {

enum class Place : std::uint8_t {
  condition,  ///< bare names are fields of the candidate event; earlier steps can be read
  event,      ///< bare names are fields of the candidate event; no steps: a part of the key, what resolves an alert
  output,     ///< bare names are parts of the key; all steps can be read
  constant,   ///< constants only
  function,   ///< bare names are parameters
};

/// What a function's parameters stand for while its body is put in.
struct Arguments {
  const FunctionDraft* function = nullptr;
  std::vector<Expr> values;  ///< parallel to its parameters
};

struct Scope {
  Draft& draft;
  Place place = Place::constant;
  const RuleDraft* rule = nullptr;             ///< whose steps and key are read; none for constants
  events::TypeId candidate = events::kNoType;  ///< in conditions
  std::uint32_t readable = 0;                  ///< steps below it are over
  std::optional<std::uint32_t> own{};          ///< the step whose condition this is
  bool shorthand = false;                      ///< `{ name }` for `{ name: name }`
  const Arguments* arguments = nullptr;        ///< in functions
  std::vector<std::uint32_t> inside{};         ///< groups around where it stands, outer before inner: RuleDraft::groups
};

/// Empty: there is something wrong with it, and it is reported.
std::optional<Expr> check_expr(const syntax::Expr& written, const Scope& scope);
/// The value of a field that an output or a test gives. `expected`: its type where that is known; an empty list has one
/// only so.
std::optional<Expr> check_field_value(const syntax::NamedExpr& written, const Scope& scope,
                                      std::optional<events::Type> expected = std::nullopt);
/// A bool; null counts as false.
std::optional<Expr> check_condition(const syntax::Expr& written, const Scope& scope);
/// A condition of an alternative, once for each of `types`; what is wrong is reported once. Parallel to `types`.
std::vector<std::optional<Expr>> check_condition_of_each(const syntax::Expr& written, const Scope& scope,
                                                         const std::vector<events::TypeId>& types);
/// Texts and `{expr:format}` of a message or of `format(…)`, formats judged. Parts with something wrong are left out.
std::vector<MessagePart> check_message(const syntax::Message& written, const Scope& scope);

std::optional<Expr> check_reference(const syntax::Reference& written, const Scope& scope);
std::optional<Expr> check_member(const syntax::Member& written, Span span, const Scope& scope);
std::optional<Expr> check_attribute(const syntax::Attribute& written, Span span, const Scope& scope);
std::optional<Expr> check_call(const syntax::Call& written, Span span, const Scope& scope);

// ---- steps that expressions read

std::optional<std::uint32_t> step_called(std::string_view name, const Scope& scope);
const Step& step_of(std::uint32_t step, const Scope& scope);
events::TypeId type_of_step(std::uint32_t step, const Scope& scope);
/// The step, if it stands early enough to be read here; else reported. Also the step whose condition this is.
std::optional<std::uint32_t> readable_step(const syntax::Name& name, const Scope& scope);
/// A step that may be left out, by itself or with a group around it that isn't around the reader, or that isn't over,
/// may have no event.
bool may_be_empty(std::uint32_t step, const Scope& scope);
/// It loops, or stands in a looping group that isn't around the reader: a bare field of it doesn't say which event's.
bool may_have_several(std::uint32_t step, const Scope& scope);

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
/// The value of an operator whose args are all constants; null as the language reference says.
events::Value evaluate(const Expr& expr);
/// Puts a constant in the place of an operator on constants, unless it is null. Tells whether it is null.
bool fold(Expr& expr);

}  // namespace tocsin::rules::checking
