// See grammar_words.hpp.
#include "rules/grammar_words.hpp"

#include <algorithm>

#include "rules/grammar.hpp"

namespace tocsin::rules::grammar {
namespace {

constexpr std::string_view kClauseWords[] = {"match", "from",   "by",      "within",   "after",  "limit",    "throttle",
                                             "tags",  "owner",  "runbook", "priority", "shadow", "disabled", "alert",
                                             "emit",  "action", "resolve", "timeout",  "forget", "window",   "when",
                                             "every", "rollup", "late",    "hold",     "keep",   "dedup"};
constexpr std::string_view kDeclarationWords[] = {"event", "rule", "test", "let", "fn", "table"};

std::string_view text_of(std::string_view text, Iterator token) {
  return text.substr(token->begin, token->end - token->begin);
}

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

bool is_clause_word(std::string_view word, Likeness likeness) {
  if (std::find(std::begin(kClauseWords), std::end(kClauseWords), word) != std::end(kClauseWords)) return true;
  if (likeness == Likeness::same) return false;
  return !nearest(word, {std::begin(kClauseWords), std::end(kClauseWords)}).empty();
}

bool is_foreign_join(std::string_view word) {
  return is_among(word, {"inner", "outer", "right", "full", "cross", "natural", "asof"}, Likeness::same);
}

bool is_foreign_clause(std::string_view word) {
  return is_among(word, {"select", "where", "filter", "group", "having", "order", "partition", "insert"},
                  Likeness::same);
}

bool tell_foreign_clause(State& state, Iterator token) {
  struct Foreign {
    std::string_view word;
    std::string_view second;  ///< that may follow it
    std::string_view message;
    std::string_view help;
    std::string_view replacement;  ///< none: the help says it all
  };
  static constexpr std::string_view kKind = "a kind of window stands behind `window`";
  static constexpr Foreign kForeign[] = {
      {"group", "by", "groups are made by the key", "write it so", "by"},
      {"partition", "by", "groups are made by the key", "write it so", "by"},
      {"having", "", "a condition on windows is written `when`", "write it so", "when"},
      {"where", "", "a condition on events stands behind their type",
       "written `from T(x > 3)`; one on windows is `when avg(x) > 3`", ""},
      {"filter", "", "a condition on events stands behind their type",
       "written `from T(x > 3)`; one on windows is `when avg(x) > 3`", ""},
      {"select", "", "what a rule puts out is written `emit`, `alert` or `action`",
       "for example `emit Mean { device, mean: avg(x) }`", ""},
      {"insert", "into", "what a rule puts out is written `emit`, `alert` or `action`",
       "for example `emit Mean { device, mean: avg(x) }`", ""},
      {"order", "by", "outputs come in the order of time", "there is no clause for it", ""},
      {"for", "", "how long a condition must hold stands behind its alert",
       "in a rule with a window `alert high \"…\" hold 2m`; in a pattern `not X for 2m`", ""},
      {"join", "", "`join` stands right behind `from` and its type",
       "for example `from A as a join B as b on a.x == b.y`", ""},
      {"left", "join", "`left join` stands right behind `from` and its type",
       "for example `from A as a left join B as b on a.x == b.y`", ""},
      {"on", "", "`on` stands behind a join", "for example `from A as a join B as b on a.x == b.y`", ""},
      {"tumbling", "", kKind, "write it so", "window tumbling"},
      {"sliding", "", kKind, "write it so", "window sliding"},
      {"session", "", kKind, "write it so", "window session"},
      {"rolling", "", kKind, "write it so", "window rolling"},
      {"last", "", kKind, "write it so", "window last"},
      {"batch", "", kKind, "write it so", "window batch"},
      {"global", "", kKind, "write it so", "window global"},
  };
  if (token->kind != TokenKind::word) return false;
  for (const Foreign& foreign : kForeign) {
    if (state.text_of(token) != foreign.word) continue;
    const bool both =
        !foreign.second.empty() && token[1].kind == TokenKind::word && state.text_of(token + 1) == foreign.second;
    const Span place = state.span(token->begin, (both ? token + 1 : token)->end);
    Diagnostic& problem = state.report("E0112", place, std::string(foreign.message), "no clause begins so");
    if (foreign.replacement.empty())
      problem.helps.push_back({std::string(foreign.help), std::nullopt, {}});
    else
      problem.helps.push_back({std::string(foreign.help), place, std::string(foreign.replacement)});
    return true;
  }
  return false;
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

}  // namespace tocsin::rules::grammar
