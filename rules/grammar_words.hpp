// The words that clauses and declarations begin with, and where one that isn't read any further ends.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "rules/grammar_state.hpp"

namespace tocsin::rules::grammar {

/// A construct that is refused by its first word.
struct RefusedWord {
  std::string_view word;
  std::string_view what;
  std::vector<std::string_view> own_words;  ///< words that begin clauses elsewhere and belong to it on its own line
};
std::span<const RefusedWord> refused_clauses();

/// The words that clauses begin with, refused ones too, or one that is nearly so.
bool is_clause_word(std::string_view word, Likeness likeness);

}  // namespace tocsin::rules::grammar
