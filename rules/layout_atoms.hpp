// Tokens and comments of a file in one row, with what stands between them: a space or none, and where a line may break.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/lexer.hpp"

namespace tocsin::rules {

struct Atom {
  enum class Kind : std::uint8_t { token, line_comment, block_comment };
  Kind kind = Kind::token;
  TokenKind token = TokenKind::end;
  std::string text;
  std::uint32_t begin = 0;
  std::uint32_t line_ends = 0;  ///< between it and the atom before
  bool space = false;           ///< before it, where it doesn't begin a line
  bool may_break = false;       ///< a line that is too long may be broken before it
  bool begins_part = false;     ///< an item that is too long is broken before it: an arrow, a join
  std::uint32_t depth = 0;      ///< brackets around it, from the item's beginning

  bool comment() const { return kind != Kind::token; }
  /// What follows begins a line.
  bool ends_line() const {
    return kind == Kind::line_comment || (kind == Kind::block_comment && text.find('\n') != std::string::npos);
  }
};
using Atoms = std::vector<Atom>;

/// Indices [begin, end) of atoms.
struct AtomRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Atoms atoms_of(const Source& source);

/// What signs mean in an item.
enum class ItemKind : std::uint8_t {
  values,   ///< expressions and fields with values
  types,    ///< fields with types: `<` and `>` are brackets
  pattern,  ///< steps: `{` and `+` are quantifiers
};
/// Sets spaces, breaks and depths of an item, whose first atom is its keyword.
void set_spaces(Atoms& atoms, AtomRange item, ItemKind kind);

/// Columns of a text on a terminal.
std::size_t width_of(std::string_view text);

}  // namespace tocsin::rules
