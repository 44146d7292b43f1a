// Which of some known words a person probably meant: for "did you mean" in this folder's errors.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tocsin::transports {

/// Insertions, deletions, replacements and swaps of neighbours that make `a` into `b` (bytes).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate nearest to `word` if it is near enough to be a slip: at most a third of the word's length changed, or
/// one change in a short word. Empty: none.
std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// ` (did you mean `x`?)`, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace tocsin::transports
