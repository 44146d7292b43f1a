// Messages: text with `{expr:format}`. Braces themselves are written `{{` and `}}`; the format begins at the first `:`
// outside brackets and strings. Places inside a message are places in the file.
#include <string>

#include "rules/grammar.hpp"

namespace tocsin::rules::grammar {
namespace {

class MessageReader {
 public:
  MessageReader(State& state, Iterator token) : state_(state), raw_(token->kind == TokenKind::raw_text) {
    message_.span = state.span(token);
    const std::uint32_t quote = state.text()[token->begin] == '\\' ? 2 : 1;  // in braces of a message
    at_ = token->begin + (raw_ ? 2 : quote);
    end_ = token->end - quote;
  }

  syntax::Message run() {
    part_begin_ = at_;
    while (at_ < end_) {
      const char c = peek(0);
      if ((c == '{' || c == '}') && peek(1) == c) {
        plain_ += c;
        at_ += 2;
      } else if (c == '{') {
        hole();
      } else if (c == '}') {
        lone_close();
      } else {
        character();
      }
    }
    finish_text(end_);
    return std::move(message_);
  }

 private:
  static constexpr std::size_t kMaxParts = 2000;  ///< texts and `{…}`

  char peek(std::uint32_t ahead) const { return at_ + ahead < end_ ? state_.text()[at_ + ahead] : '\0'; }

  void character() {
    std::uint32_t next = raw_ || peek(0) != '\\' ? at_ : decode_escape(state_.text(), at_, end_, plain_);
    const bool no_character = next == at_ && !raw_ && peek(0) == '\\' && peek(1) == 'u' && peek(2) == '{';
    if (no_character) next = at_ + 3;  // reported; its brace opens no hole
    while (no_character && next < end_ && state_.text()[next] != ' ' && state_.text()[next - 1] != '}') ++next;
    if (next == at_)
      plain_ += state_.text()[at_++];
    else
      at_ = next;
  }

  void finish_text(std::uint32_t end) {
    if (!plain_.empty()) message_.parts.push_back({std::move(plain_), {}, state_.span(part_begin_, end)});
    plain_.clear();
  }

  void lone_close() {
    state_.report("E0116", state_.span(at_, at_ + 1), "a `}` without its `{`", "in a text it is written `}}`")
        .helps.push_back({"write it twice", state_.span(at_, at_ + 1), "}}"});
    ++at_;
  }

  /// The end of the hole's expression, and of the hole, before its `}`.
  struct Extent {
    std::uint32_t colon;
    std::uint32_t close;
  };
  std::optional<Extent> extent() const {
    std::optional<std::uint32_t> colon;
    int depth = 0;
    for (std::uint32_t i = at_ + 1; i < end_; ++i) {
      const char c = state_.text()[i];
      if (!colon && c == '\\' && !raw_) {
        i = string_end(i + 2);
      } else if (c == '(' || c == '[') {
        ++depth;
      } else if (c == ')' || c == ']') {
        --depth;
      } else if (c == ':' && depth <= 0 && !colon) {
        colon = i;
      } else if (c == '}') {
        return Extent{colon.value_or(i), i};
      } else if (c == '{') {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }
  /// The place of the last byte of the string whose inside begins at `i`; its quotes are written `\"`.
  std::uint32_t string_end(std::uint32_t i) const {
    while (i + 1 < end_ && !(state_.text()[i] == '\\' && state_.text()[i + 1] == '"')) ++i;
    return i + 1;
  }

  /// `{expr:{`, closed twice.
  bool nested_format() const {
    const std::string_view rest = state_.text().substr(at_ + 1, end_ - at_ - 1);
    const std::size_t open = rest.find('{');
    const std::size_t close = rest.find('}', open);
    return rest.find(':') < open && close != rest.npos &&
           rest.find_first_of("{}", close + 1) == rest.find('}', close + 1) && rest.find('}', close + 1) != rest.npos;
  }

  void hole() {
    if (state_.problems().full()) throw Reported{};
    const auto found = extent();
    if (!found && nested_format()) {
      state_.report("E0116", state_.span(at_, at_ + 1), "a format can't hold another `{…}`", "formats don't nest");
      throw Reported{};
    }
    if (!found) {
      state_.report("E0116", state_.span(at_, at_ + 1), "this `{` is not closed in its message", "no `}` follows")
          .helps.push_back({"a brace in a text is written `{{`, quotes inside of braces `\\\"`", std::nullopt, {}});
      throw Reported{};  // where the message was meant to end isn't known
    }
    finish_text(at_);
    if (message_.parts.size() > kMaxParts) {
      state_.report("E0111", state_.span(at_, found->close + 1),
                    "this text has more than " + std::to_string(kMaxParts) + " parts", "too long here");
      throw Reported{};
    }
    auto expr = read_expression(state_, at_ + 1, found->colon, raw_ ? Quotes::plain : Quotes::escaped);
    if (expr) {
      std::string format;
      if (found->colon < found->close) format = state_.text().substr(found->colon + 1, found->close - found->colon - 1);
      message_.parts.push_back({std::move(*expr), std::move(format), state_.span(at_, found->close + 1)});
    }
    at_ = found->close + 1;
    part_begin_ = at_;
  }

  State& state_;
  bool raw_;
  std::uint32_t at_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t part_begin_ = 0;
  std::string plain_;
  syntax::Message message_;
};

}  // namespace

syntax::Message read_message(State& state, Iterator text) {
  if (text->broken) {
    state.broken = true;  // the rest of its line, where fields may stand, was taken for text
    return {{}, state.span(text)};
  }
  return MessageReader(state, text).run();
}

}  // namespace tocsin::rules::grammar
