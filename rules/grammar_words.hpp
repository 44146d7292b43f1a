// The words that clauses and declarations begin with, and those of other languages that stand in their place.
#pragma once

#include <string_view>

#include "rules/grammar_state.hpp"

namespace tocsin::rules::grammar {

/// The words that clauses begin with, or one that is nearly so.
bool is_clause_word(std::string_view word, Likeness likeness);

/// `inner`, `outer`, …: what SQL has before `join`.
bool is_foreign_join(std::string_view word);
/// `select`, `where`, …: what begins clauses elsewhere and never goes on with one of a rule.
bool is_foreign_clause(std::string_view word);
/// Tells of a clause that other languages call differently, or of one that is out of place: `group by`, `having`,
/// `tumbling` without `window`. True if it did.
bool tell_foreign_clause(State& state, Iterator token);

}  // namespace tocsin::rules::grammar
