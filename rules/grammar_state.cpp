// See grammar_state.hpp.
#include "rules/grammar_state.hpp"

#include <algorithm>
#include <functional>

#include "events/assert.hpp"

namespace tocsin::rules::grammar {

const std::string& State::value_of(Iterator token) const {
  const auto holds = [token](const Tokens& tokens) {
    const std::less<> before;
    return !before(token, tokens.tokens.data()) && before(token, tokens.tokens.data() + tokens.tokens.size());
  };
  if (holds(tokens_.front())) return tokens_.front().texts[token->text_index];
  const auto owner = std::find_if(tokens_.rbegin(), tokens_.rend(), holds);
  TOCSIN_ASSERT(owner != tokens_.rend());
  return owner->texts[token->text_index];
}

const Tokens& State::add_tokens(std::uint32_t from, std::uint32_t to, Quotes quotes,
                                std::vector<syntax::Comment>* comments) {
  return tokens_.emplace_back(lex(text(), from, to, quotes, problems_, comments));
}

void State::begin() {
  furthest_ = nullptr;
  expected_.clear();
}

void State::fail(Iterator token, Expected expected) {
  if (furthest_ && token->begin < furthest_->begin) return;
  if (!furthest_ || token->begin > furthest_->begin) expected_.clear();
  furthest_ = token;
  if (!group.empty() && group_begin == token->begin) expected.group = group;
  for (const Expected& known : expected_)
    if (known.text.data() == expected.text.data() && known.group.data() == expected.group.data()) return;
  expected_.push_back(expected);
}

Diagnostic& State::report(std::string code, Span place, std::string message, std::string label) {
  return problems_.report(std::move(code), place.begin, place.end, std::move(message), std::move(label));
}

}  // namespace tocsin::rules::grammar
