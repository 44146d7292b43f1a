// Failures of the grammar as problems in people's words, and where reading goes on after them.
#include <algorithm>
#include <string>

#include "rules/grammar_state.hpp"
#include "rules/lexer_signs.hpp"

namespace tocsin::rules::grammar {
namespace {

bool is_written_word(std::string_view text) {
  return !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
}

bool is_name_label(std::string_view label) { return label.ends_with("name") || label.ends_with("type"); }

}  // namespace

bool is_among(std::string_view word, const std::vector<std::string>& words, Likeness likeness) {
  if (std::find(words.begin(), words.end(), word) != words.end()) return true;
  return likeness == Likeness::near && !nearest(word, words).empty();
}

void State::report_failure() {
  const Iterator found = furthest_;
  const bool told =
      !found || found->kind == TokenKind::bad || found->broken || found[-1].kind == TokenKind::bad || found[-1].broken;
  if (!told && !report_known_slip(found) && !report_reserved(found) && !report_unfinished_line(found) &&
      !report_mistyped(found))
    report_expected(found);
  expected_.clear();
}

/// A line that begins like a new item, taken for a part of the one before: what is missing is missing there.
bool State::report_unfinished_line(Iterator found) {
  const Iterator line = found - 1;
  if (!inner || line == item || line == item_before || found->first_of_line || !line->first_of_line) return false;
  const bool begins = inner->starts_item(text(), line) || (outer && outer->starts_item(text(), line));
  if (!begins) return false;
  report("E0101", span(line - 1), "something is missing after " + quoted(text_of(line - 1)),
         "the next line begins something new");
  furthest_ = line;
  return true;
}

/// Signs of other languages.
bool State::report_known_slip(Iterator found) {
  const auto wants = [this](std::string_view sign) {
    return std::any_of(expected_.begin(), expected_.end(), [sign](const Expected& e) { return e.text == sign; });
  };
  if (found->kind == TokenKind::assign && wants("==")) {
    report("E0101", span(found), "`=` does not compare", "comparisons are written `==`")
        .helps.push_back({"write it so", span(found), "=="});
    return true;
  }
  if (found->kind == TokenKind::fat_arrow && wants(">=") && !wants("=>")) {
    report("E0101", span(found), "`=>` is an arrow between steps", "the comparison is written `>=`")
        .helps.push_back({"write it so", span(found), ">="});
    return true;
  }
  const auto begins_file = found[-1].kind == TokenKind::begin;
  if (begins_file && (found->kind == TokenKind::open_brace || found->kind == TokenKind::open_bracket)) {
    report("E0101", span(found), "this is no file of rules", "rules and declarations begin with a word")
        .helps.push_back({"events in JSON are what `tocsin run RULES --in FILE` reads", std::nullopt, {}});
    return true;
  }
  return report_capitals(found) || (!found->first_of_line && report_capitals(found - 1));
}

/// `AND`, `Not`: a word of the language but for its case, after which or at which the grammar was at its end.
bool State::report_capitals(Iterator token) {
  if (token->kind != TokenKind::word) return false;
  std::string word{text_of(token)};
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (word == text_of(token) || kind_of_word(word) == TokenKind::word) return false;
  report("E0112", span(token), "unknown word " + quoted(text_of(token)), "did you mean " + quoted(word) + "?")
      .helps.push_back({"words of the language are in small letters", span(token), word});
  return true;
}

bool State::report_reserved(Iterator found) {
  const bool wants_name = std::any_of(expected_.begin(), expected_.end(), [](const Expected& expected) {
    return !expected.is_word && is_name_label(expected.text);
  });
  if (!found->reserved() || !wants_name) return false;
  const std::string word{text_of(found)};
  report("E0117", span(found), "`" + word + "` is a word of the language and can't be a name", "a reserved word");
  return true;
}

/// A word nearly as one that could stand there: the one found or, where that is in the middle of a line, the line's
/// first, which the grammar may have taken for a name.
bool State::report_mistyped(Iterator found) {
  std::vector<std::string> words;
  std::vector<std::string> beginnings;
  for (const Expected& expected : expected_) {
    if (!expected.is_word || !is_written_word(expected.text)) continue;
    words.emplace_back(expected.text);
    if (!expected.group.empty()) beginnings.emplace_back(expected.text);
  }
  const auto tell = [this](Iterator token, const std::vector<std::string>& candidates) {
    if (token->kind != TokenKind::word) return false;
    const std::string near = nearest(text_of(token), candidates);
    if (near.empty() || near == text_of(token)) return false;
    report("E0112", span(token), "unknown word " + quoted(text_of(token)), "did you mean `" + near + "`?")
        .helps.push_back({"a similar word can stand here", span(token), near});
    return true;
  };
  if (tell(found, words)) return true;
  return !found->first_of_line && found[-1].first_of_line && tell(found - 1, beginnings);
}

/// "`)`", "a step or `}`": up to three of what could stand there, else the last, which had to.
std::string State::wanted() const {
  std::vector<std::string> texts;
  const auto collect = [&](Expected::Strength strength) {
    for (const Expected& expected : expected_) {
      if (expected.strength != strength) continue;
      std::string text{expected.group.empty() ? expected.text : expected.group};
      if (expected.group.empty() && expected.is_word) text = "`" + text + "`";
      if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
    }
  };
  collect(Expected::Strength::strong);
  if (texts.empty()) collect(Expected::Strength::weak);
  if (texts.size() > 3) texts.erase(texts.begin(), texts.end() - 1);
  std::string out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += i + 1 == texts.size() ? " or " : ", ";
    out += texts[i];
  }
  return out;
}

/// An operand right after a whole expression.
bool State::lacks_operator(Iterator found) const {
  const bool operand = found->kind == TokenKind::word || found->kind == TokenKind::integer ||
                       found->kind == TokenKind::floating || found->kind == TokenKind::duration ||
                       found->kind == TokenKind::text || found->kind == TokenKind::raw_text;
  if (!operand || found->first_of_line || found[1].kind == TokenKind::colon) return false;
  const auto could_stand = [this](TokenKind sign) {
    return std::any_of(expected_.begin(), expected_.end(), [sign](const Expected& expected) {
      return expected.strength == Expected::Strength::weak && expected.text == spelling(sign);
    });
  };
  return could_stand(TokenKind::word_and) && could_stand(TokenKind::plus) && could_stand(TokenKind::slash);
}

void State::report_expected(Iterator found) {
  const std::string want = (lacks_operator(found) ? "an operator such as `and`, or " : "") + wanted();
  const auto shown = [this](Iterator token) -> std::string {
    switch (token->kind) {
      case TokenKind::text:
      case TokenKind::raw_text:
        return "a text";
      case TokenKind::end:
        return token->begin == text().size() ? "the end of the file" : "the end of the braces";
      default:
        return quoted(text_of(token));
    }
  };
  const bool declares = std::any_of(expected_.begin(), expected_.end(),
                                    [](const Expected& expected) { return expected.group == "a declaration"; });
  const bool after_line = !declares && (found->kind == TokenKind::end || found->first_of_line);
  if (after_line && found[-1].kind != TokenKind::begin) {
    report("E0101", span(found - 1), "expected " + want + " after " + shown(found - 1) + ", found " + shown(found),
           "something is missing after this");
    return;
  }
  report("E0101", span(found), "expected " + want + ", found " + shown(found), "not expected here");
}

Iterator State::recover(const BlockKind& kind, Iterator start) {
  const std::uint32_t failed = furthest_ ? std::max(furthest_->begin, start->begin) : start->begin;
  begin();
  int braces = 0;
  int brackets = 0;
  for (Iterator it = start; it->kind != TokenKind::end; ++it) {
    const bool beyond = it != start && it->begin >= failed;
    if (it != start && starts_declaration(text(), it)) return it;
    if (beyond && kind.commas && braces <= 0 && brackets <= 0 && kind.starts_item(text(), it)) return it;
    if (beyond && it->first_of_line) {
      if (kind.starts_item(text(), it) && (!kind.commas || braces <= 0)) return it;
      if (kind.is_word && kind.is_word(text_of(it), Likeness::near) && it[1].kind != TokenKind::colon) return it;
      if (kind.commas && outer && outer->starts_item(text(), it)) return it;
    }
    switch (it->kind) {
      case TokenKind::open_brace:
        ++braces;
        break;
      case TokenKind::close_brace:
        if (braces-- <= 0) return it;
        break;
      case TokenKind::open_paren:
      case TokenKind::open_bracket:
        ++brackets;
        break;
      case TokenKind::close_paren:
      case TokenKind::close_bracket:
        --brackets;
        break;
      case TokenKind::comma:
        if (beyond && kind.commas && braces <= 0 && brackets <= 0) return it + 1;
        break;
      default:
        break;
    }
  }
  const Token* end = start;
  while (end->kind != TokenKind::end) ++end;
  return end;
}

}  // namespace tocsin::rules::grammar
