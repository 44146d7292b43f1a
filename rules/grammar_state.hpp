// What the grammar carries along while it reads one file: how far it got and what it wanted there, limits, problems.
//
// Errors come from the furthest token that failed with the labels of all that was tried there, not from where a rule
// gave up. Expectation points (`>`) only cut the backtracking. Blocks (grammar_parts.hpp) recover item by item.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rules/lexer.hpp"
#include "rules/problems.hpp"
#include "rules/source.hpp"
#include "rules/syntax.hpp"

namespace tocsin::rules::grammar {

using Iterator = const Token*;

inline constexpr int kMaxDepth = 100;   ///< of brackets within brackets
inline constexpr int kMaxLinks = 1000;  ///< operators, members and signs of one expression

/// Something that could have stood at a place.
struct Expected {
  enum class Strength : std::uint8_t { weak, strong };  ///< weak: an operator, told only when nothing else could stand
  std::string_view text;                                ///< a word or sign, or "a name"
  std::string_view group;                               ///< "a clause", of which it is one; empty: none
  Strength strength = Strength::strong;
  bool is_word = false;  ///< `text` is to be written so: it can be suggested
};

/// A problem was reported; the item being read can't be understood.
struct Reported {};

enum class Likeness : std::uint8_t { same, near };  ///< near: "did you mean" would name it
bool is_among(std::string_view word, const std::vector<std::string>& words, Likeness likeness);

/// How one kind of block is read: its items, and how the next good one is found after a broken one.
struct BlockKind {
  bool commas = false;  ///< between items
  /// A token that is the first of its line begins an item.
  bool (*starts_item)(std::string_view text, Iterator token) = nullptr;
  /// Items begin with this word; null where they begin with names.
  bool (*is_word)(std::string_view word, Likeness likeness) = nullptr;
};

class State {
 public:
  State(const Source& source, Problems& problems) : source_(source), problems_(problems) {}

  std::string_view text() const { return source_.text; }
  std::string_view text_of(Iterator token) const { return text().substr(token->begin, token->end - token->begin); }
  Problems& problems() { return problems_; }
  Span span(std::uint32_t begin, std::uint32_t end) const { return {problems_.file(), begin, end}; }
  Span span(Iterator token) const { return span(token->begin, token->end); }
  syntax::Name name(Iterator token) const { return {std::string(text_of(token)), span(token)}; }

  /// The decoded text of a text token.
  const std::string& value_of(Iterator token) const;
  /// Lexes a part of the file whose tokens and texts live as long as this state.
  const Tokens& add_tokens(std::uint32_t from, std::uint32_t to, Quotes quotes, std::vector<syntax::Comment>* comments);

  /// `expected` was tried at `token` and wasn't there.
  void fail(Iterator token, Expected expected);
  /// Reports the furthest failure as a problem, unless the lexer has already told about that place.
  void report_failure();
  /// Forgets failures.
  void begin();
  Iterator furthest() const { return furthest_; }

  /// A problem with its own text.
  Diagnostic& report(std::string code, Span place, std::string message, std::string label = {});

  /// The next place after a broken item of a block that began at `start`: past a comma, at an item's start, or at the
  /// closing brace; beyond `start` unless it is the block's end.
  Iterator recover(const BlockKind& kind, Iterator start);

  std::string_view group;  ///< what called() is reading, and where it began
  std::uint32_t group_begin = 0;
  int depth = 0;  ///< of brackets, in patterns and expressions
  int expression_depth = 0;
  int links = 0;                     ///< of the outermost expression being read
  bool broken = false;               ///< something of the declaration being read couldn't be understood
  const BlockKind* outer = nullptr;  ///< of the block around the one being read
  const BlockKind* inner = nullptr;  ///< of the block being read
  Iterator item = nullptr;           ///< its item being read
  Iterator item_before = nullptr;    ///< the one before that

 private:
  void report_expected(Iterator found);
  bool report_mistyped(Iterator found);
  bool lacks_operator(Iterator found) const;
  bool report_reserved(Iterator found);
  bool report_known_slip(Iterator found);
  bool report_capitals(Iterator token);
  bool report_unfinished_line(Iterator found);
  std::string wanted() const;

  const Source& source_;
  Problems& problems_;
  std::deque<Tokens> tokens_;
  Iterator furthest_ = nullptr;
  std::vector<Expected> expected_;
};

/// A first-of-line word that opens a declaration, with a name after it.
bool starts_declaration(std::string_view text, Iterator token);
/// The same, and what follows is what only a declaration has there: no name of any other kind begins so.
bool surely_declares(std::string_view text, Iterator token);
/// The declaration words.
bool is_declaration_word(std::string_view word);

}  // namespace tocsin::rules::grammar
