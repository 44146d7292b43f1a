// Rule text in the one layout: same tokens and comments in the same order, with blanks and line ends as they should be.
//
// Works on tokens and comments; the tree only tells where declarations, clauses and items of tests begin and end, so
// that constructs that can't be used yet are laid out as all others. What a token looks like never depends on where it
// stood: laying out twice gives what once gave.
#pragma once

#include <string>

#include "rules/syntax.hpp"

namespace tocsin::rules {

inline constexpr std::size_t kLayoutColumns = 120;

/// `tree` is that of `source`, in which parse() found no problem. Lines are at most kLayoutColumns wide where a break
/// is possible; the text ends with a line end, unless it is empty.
std::string lay_out(const Source& source, const syntax::Tree& tree);

}  // namespace tocsin::rules
