// Spellings of the syntax tree's parts.
#include "rules/syntax.hpp"

namespace tocsin::rules::syntax {

std::string_view text_of(BinaryOp op) {
  constexpr std::string_view kTexts[] = {"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or", "??"};
  return kTexts[static_cast<std::size_t>(op)];
}

}  // namespace tocsin::rules::syntax
