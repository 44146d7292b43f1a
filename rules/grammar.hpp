// The rules of the grammar that one file defines and others use. Instantiated once each, for tokens and one context.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "rules/grammar_block.hpp"
#include "rules/grammar_parts.hpp"
#include "rules/syntax.hpp"

namespace tocsin::rules::grammar {

/// A declaration of an x3 rule; constexpr, so there is no order of initialisation to get wrong.
#define TOCSIN_RULE(id, Attribute) \
  struct id##_id;                  \
  inline constexpr x3::rule<id##_id, Attribute> id { #id }

TOCSIN_RULE(expression, syntax::Expr);
TOCSIN_RULE(postfix, syntax::Expr);
TOCSIN_RULE(field_values, std::vector<syntax::NamedExpr>);
TOCSIN_RULE(type_name, syntax::Name);
TOCSIN_RULE(duration, syntax::DurationOf);
TOCSIN_RULE(count, syntax::CountOf);
TOCSIN_RULE(event, syntax::EventRef);
TOCSIN_RULE(quantifier, syntax::Quantifier);
TOCSIN_RULE(until, syntax::Until);
TOCSIN_RULE(pattern, syntax::Pattern);
TOCSIN_RULE(from_clause, syntax::From);
TOCSIN_RULE(window, syntax::Window);
TOCSIN_RULE(every, syntax::Every);
TOCSIN_RULE(rollup, syntax::Rollup);
TOCSIN_RULE(output, syntax::Clause);
TOCSIN_RULE(any_clause, syntax::Clause);
TOCSIN_RULE(rule_body, syntax::Rule);
TOCSIN_RULE(test_body, syntax::Test);
TOCSIN_RULE(declaration, syntax::Declaration);
BOOST_SPIRIT_DECLARE(decltype(expression), decltype(postfix), decltype(field_values), decltype(type_name),
                     decltype(duration), decltype(count), decltype(event), decltype(quantifier), decltype(until),
                     decltype(pattern), decltype(from_clause), decltype(window), decltype(every), decltype(rollup),
                     decltype(output), decltype(any_clause), decltype(rule_body), decltype(test_body),
                     decltype(declaration))

#define TOCSIN_INSTANTIATE(id) BOOST_SPIRIT_INSTANTIATE(decltype(id), Iterator, Context)

/// A first-of-line word that begins a clause of a rule.
bool starts_clause(std::string_view text, Iterator token);
/// A duration or number, or a word that may be a constant of one and isn't what follows where one is missing.
bool holds_duration(State& state, Iterator token);
bool holds_count(State& state, Iterator token);

/// Names with dots between, as one.
syntax::Name joined(State& state, std::vector<syntax::Name>::const_iterator first,
                    std::vector<syntax::Name>::const_iterator last);

/// A message with its `{expr:format}`; each broken one is reported. `text` is a text token.
syntax::Message read_message(State& state, Iterator text);
/// The expression in bytes [from, to) of the file, all of them.
std::optional<syntax::Expr> read_expression(State& state, std::uint32_t from, std::uint32_t to, Quotes quotes);

}  // namespace tocsin::rules::grammar
