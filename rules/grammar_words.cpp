// See grammar_words.hpp.
#include "rules/grammar_words.hpp"

#include <algorithm>

#include "rules/grammar.hpp"
#include "rules/lexer_signs.hpp"

namespace tocsin::rules::grammar {
namespace {

constexpr std::string_view kClauseWords[] = {"match", "from",   "by",      "within",   "after",  "limit",    "throttle",
                                             "tags",  "owner",  "runbook", "priority", "shadow", "disabled", "alert",
                                             "emit",  "action", "resolve", "timeout",  "forget"};
constexpr std::string_view kDeclarationWords[] = {"event", "rule", "test", "let", "fn", "table"};

std::string_view text_of(std::string_view text, Iterator token) {
  return text.substr(token->begin, token->end - token->begin);
}

/// A value could end here, so that a clause may follow on the same line.
bool may_end(Iterator token) { return ends_operand(token->kind) || token->kind == TokenKind::close_brace; }

/// Something follows that a clause word never has after it, so it is a name here.
bool is_used_as_name(Iterator token) {
  switch (token[1].kind) {
    case TokenKind::colon:
    case TokenKind::comma:
    case TokenKind::dot:
    case TokenKind::close_paren:
    case TokenKind::assign:
    case TokenKind::equal:
    case TokenKind::unequal:
    case TokenKind::less:
    case TokenKind::less_equal:
    case TokenKind::greater:
    case TokenKind::greater_equal:
    case TokenKind::plus:
    case TokenKind::star:
    case TokenKind::slash:
    case TokenKind::percent:
    case TokenKind::double_question:
    case TokenKind::word_is:
    case TokenKind::word_and:
    case TokenKind::word_or:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::span<const RefusedWord> refused_clauses() {
  static const RefusedWord kRefused[] = {
      {"window", "windows (`window`)", {"every", "late"}},
      {"when", "`when` clauses", {}},
      {"every", "`every` clauses", {}},
      {"rollup", "`rollup` clauses", {}},
      {"late", "`late` clauses", {}},
      {"hold", "`hold` of an alert", {}},
      {"keep", "`keep` of an alert", {}},
      {"dedup", "`dedup by` of an alert", {"by"}},
  };
  return kRefused;
}

bool is_clause_word(std::string_view word, Likeness likeness) {
  const auto refused = refused_clauses();
  if (std::find(std::begin(kClauseWords), std::end(kClauseWords), word) != std::end(kClauseWords)) return true;
  if (std::any_of(refused.begin(), refused.end(), [word](const RefusedWord& entry) { return entry.word == word; }))
    return true;
  if (likeness == Likeness::same) return false;
  std::vector<std::string> words(std::begin(kClauseWords), std::end(kClauseWords));
  for (const RefusedWord& entry : refused) words.emplace_back(entry.word);
  return !nearest(word, words).empty();
}

bool is_declaration_word(std::string_view word) {
  return std::find(std::begin(kDeclarationWords), std::end(kDeclarationWords), word) != std::end(kDeclarationWords);
}

bool starts_declaration(std::string_view text, Iterator token) {
  return token->first_of_line && token->kind == TokenKind::word && is_declaration_word(text_of(text, token)) &&
         token[1].kind == TokenKind::word && !token[1].first_of_line;
}

bool surely_declares(std::string_view text, Iterator token) {
  if (!starts_declaration(text, token)) return false;
  const std::string_view word = text_of(text, token);
  const TokenKind next = token[2].kind;
  const bool is_text = next == TokenKind::text || next == TokenKind::raw_text;
  if (word == "event" || word == "rule") return is_text || next == TokenKind::open_brace;
  if (word == "test") return is_text;
  if (word == "let") return next == TokenKind::assign;
  if (word == "fn") return next == TokenKind::open_paren;
  return next == TokenKind::word && text_of(text, token + 2) == "from";
}

bool starts_clause(std::string_view text, Iterator token) {
  return token->first_of_line && token->kind == TokenKind::word &&
         is_clause_word(text_of(text, token), Likeness::same) && !is_used_as_name(token);
}

Iterator clause_end(std::string_view text, Iterator token, const std::vector<std::string_view>& own_words) {
  int depth = 0;
  for (; token->kind != TokenKind::end; ++token) {
    if (starts_declaration(text, token)) return token;
    switch (token->kind) {
      case TokenKind::open_brace:
      case TokenKind::open_paren:
      case TokenKind::open_bracket:
        ++depth;
        break;
      case TokenKind::close_brace:
      case TokenKind::close_paren:
      case TokenKind::close_bracket:
        if (depth-- == 0) return token;
        break;
      case TokenKind::word: {
        const std::string_view word = text_of(text, token);
        if (depth > 0 || !is_clause_word(word, Likeness::same) || is_used_as_name(token)) break;
        const bool own = std::find(own_words.begin(), own_words.end(), word) != own_words.end();
        if (token->first_of_line || (!own && may_end(token - 1))) return token;
        break;
      }
      default:
        break;
    }
  }
  return token;
}

}  // namespace tocsin::rules::grammar
