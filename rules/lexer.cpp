// See lexer.hpp. One pass, one character of lookahead; numbers are taken as a whole run of letters and digits and
// judged afterwards (lexer_number.cpp), which gives `5minutes` one clear error.
#include "rules/lexer.hpp"

#include <algorithm>
#include <utility>

#include "rules/lexer_number.hpp"
#include "rules/lexer_signs.hpp"

namespace tocsin::rules {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool is_text(TokenKind kind) { return kind == TokenKind::text || kind == TokenKind::raw_text; }

class Lexer {
 public:
  Lexer(std::string_view text, std::uint32_t from, std::uint32_t to, Quotes quotes, Problems& problems,
        std::vector<syntax::Comment>* comments)
      : text_(text.substr(0, to)), at_(from), quotes_(quotes), problems_(problems), comments_(comments) {}

  Tokens run() {
    push(TokenKind::begin, at_);
    line_start_ = true;
    while (!problems_.full() && skip_blanks()) token();
    const bool open_text = out_.tokens.back().broken && is_text(out_.tokens.back().kind);
    push(TokenKind::end, at_).broken = open_comment_ || open_text || problems_.full();
    return std::move(out_);
  }

 private:
  bool here(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  char peek(std::uint32_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(text_.size()); }

  Token& push(TokenKind kind, std::uint32_t begin) {
    Token token;
    token.kind = kind;
    token.begin = begin;
    token.end = at_;
    token.first_of_line = line_start_;
    token.glued = !out_.tokens.empty() && out_.tokens.back().end == begin;
    line_start_ = false;
    return out_.tokens.emplace_back(token);
  }
  void push_text(TokenKind kind, std::uint32_t begin, std::string value) {
    push(kind, begin).text_index = out_.texts.size();
    out_.texts.push_back(std::move(value));
  }

  /// False at the end.
  bool skip_blanks() {
    while (at_ < size()) {
      const char c = text_[at_];
      if (c == '\n') line_start_ = true;
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at_;
      } else if (here("//")) {
        line_comment();
      } else if (here("/*")) {
        block_comment();
      } else if (c == '#') {
        problems_.report("E0105", at_, at_ + 1, "`#` does not begin a comment", "comments begin with `//`");
        line_comment();
      } else if (c == ';') {
        semicolon();
      } else {
        return true;
      }
    }
    return false;
  }

  /// Between fields it stands for a comma; elsewhere for nothing.
  void semicolon() {
    const std::uint32_t begin = at_++;
    if (!among_fields()) {
      problems_.report("E0105", begin, at_, "statements end by themselves: there are no semicolons", "leave it out");
      return;
    }
    problems_.report("E0105", begin, at_, "`;` is written `,` between fields")
        .helps.push_back({"write it so", Span{problems_.file(), begin, at_}, ","});
    push(TokenKind::comma, begin);
  }

  /// The innermost open brace has `name:` after it.
  bool among_fields() const {
    if (problems_.full()) return false;
    int depth = 0;
    for (std::size_t i = out_.tokens.size(); i-- > 0;) {
      if (out_.tokens[i].kind == TokenKind::close_brace) ++depth;
      if (out_.tokens[i].kind != TokenKind::open_brace || depth-- > 0) continue;
      return i + 2 < out_.tokens.size() && out_.tokens[i + 1].kind == TokenKind::word &&
             out_.tokens[i + 2].kind == TokenKind::colon;
    }
    return false;
  }

  void line_comment() {
    const std::uint32_t begin = at_;
    while (at_ < size() && text_[at_] != '\n') ++at_;
    if (comments_) comments_->push_back({Span{problems_.file(), begin, at_}});
  }

  void block_comment() {
    const std::uint32_t begin = at_;
    const std::size_t close = text_.find("*/", at_ + 2);
    if (close == std::string_view::npos) {
      problems_.report("E0103", begin, begin + 2, "this comment is not closed", "no `*/` follows");
      at_ = size();
      open_comment_ = true;
    } else {
      at_ = static_cast<std::uint32_t>(close) + 2;
      if (text_.substr(begin, at_ - begin).find('\n') != std::string_view::npos) line_start_ = true;
    }
    if (comments_) comments_->push_back({Span{problems_.file(), begin, at_}});
  }

  void token() {
    const char c = text_[at_];
    if (is_digit(c)) return number();
    if (c == '"') return quoted_text(1, "\"");
    if (quotes_ == Quotes::escaped && here("\\\"")) return quoted_text(2, "\\\"");
    if (c == 'r' && peek(1) == '"') return raw();
    if (is_letter(c)) return word();
    const std::string_view rest = text_.substr(at_, 4);
    if (const auto habit = habit_at(rest)) return habitual(*habit);
    if (const auto sign = sign_at(rest)) {
      const std::uint32_t begin = at_;
      at_ += static_cast<std::uint32_t>(sign->written.size());
      push(sign->kind, begin);
      return;
    }
    for (const auto& [open, close] : {std::pair{"'", "'"}, {"“", "”"}, {"„", "“"}, {"‘", "’"}})
      if (here(open)) return foreign_quotes(open, close);
    stray();
  }

  void habitual(const Sign& habit) {
    const std::uint32_t begin = at_;
    at_ += static_cast<std::uint32_t>(habit.written.size());
    std::string meant{spelling(habit.kind)};
    Diagnostic& problem =
        problems_.report("E0105", begin, at_, "`" + std::string(habit.written) + "` is written `" + meant + "`");
    if (habit.kind == TokenKind::word_not) meant += ' ';
    problem.helps.push_back({"write it so", Span{problems_.file(), begin, at_}, std::move(meant)});
    push(habit.kind, begin).broken = true;
  }

  void word() {
    const std::uint32_t begin = at_;
    while (at_ < size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    push(kind_of_word(text_.substr(begin, at_ - begin)), begin);
  }

  /// A word or number after which `-` is a binary minus.
  bool operand_before() const {
    if (out_.tokens.size() < 2) return false;
    return ends_operand(out_.tokens[out_.tokens.size() - 2].kind);
  }

  void number() {
    const std::uint32_t begin = at_;
    at_ = end_of_number(text_, at_);
    const Token& before = out_.tokens.back();
    Meant meant = Meant::plain;
    if (before.kind == TokenKind::minus && !operand_before()) meant = Meant::negated;
    if (text_.substr(before.begin, before.end - before.begin) == "memory") meant = Meant::size;
    Token& token = push(TokenKind::integer, begin);
    judge_number(text_.substr(begin, at_ - begin), meant, token, problems_);
  }

  void quoted_text(std::uint32_t quote_size, std::string_view quote) {
    const std::uint32_t begin = at_;
    std::string value;
    at_ += quote_size;
    while (at_ < size() && text_[at_] != '\n' && !here(quote)) {
      if (text_[at_] != '\\') {
        value += text_[at_++];
        continue;
      }
      const std::uint32_t next = decode_escape(text_, at_, size(), value);
      if (next == at_) bad_escape();
      at_ = next == at_ ? at_ + 1 : next;
    }
    close_text(TokenKind::text, begin, quote, std::move(value));
  }

  void bad_escape() {
    if (problems_.full()) return;
    const std::uint32_t length =
        at_ + 1 < size() && static_cast<unsigned char>(text_[at_ + 1]) < 0x80 && text_[at_ + 1] != '\n' ? 2 : 1;
    if (text_.substr(at_, 3) == "\\u{") {
      std::uint32_t end = at_ + 3;
      while (end < size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
      if (text_.substr(end, 1) == "}") ++end;
      problems_.report("E0104", at_, end, "no character has this number",
                       "`\\u{…}` takes the number of a character in 1 to 6 hex digits");
      return;
    }
    const std::string written{text_.substr(at_, length)};
    problems_
        .report("E0104", at_, at_ + length, "unknown escape `" + written + "`",
                "there are `\\\"`, `\\\\`, `\\n`, `\\t` and `\\u{…}`")
        .helps.push_back(
            {"a backslash itself is written twice", Span{problems_.file(), at_, at_ + length}, "\\" + written});
  }

  void raw() {
    const std::uint32_t begin = at_;
    at_ += 2;
    while (at_ < size() && text_[at_] != '\n' && text_[at_] != '"') ++at_;
    close_text(TokenKind::raw_text, begin, "\"", std::string(text_.substr(begin + 2, at_ - begin - 2)));
  }

  void close_text(TokenKind kind, std::uint32_t begin, std::string_view quote, std::string value) {
    const bool closed = here(quote);
    if (closed) {
      at_ += static_cast<std::uint32_t>(quote.size());
    } else {
      if (at_ > begin + 1 && text_[at_ - 1] == '\r') --at_;
      problems_.report("E0102", begin, at_, "this text is not closed", "no `\"` before the end of the line");
    }
    push_text(kind, begin, std::move(value));
    out_.tokens.back().broken = !closed;
  }

  void foreign_quotes(std::string_view open, std::string_view close) {
    const std::uint32_t begin = at_;
    constexpr std::size_t kLongest = 1000;
    const std::string_view near = text_.substr(0, begin + kLongest);
    const std::size_t line_end = std::min(near.find('\n', begin), near.size());
    const std::string_view line = text_.substr(0, line_end);
    std::size_t end = line.find(close, begin + open.size());
    if (end == std::string_view::npos) return stray();
    const std::string value{line.substr(begin + open.size(), end - begin - open.size())};
    end += close.size();
    at_ = static_cast<std::uint32_t>(end);
    Diagnostic& problem = problems_.report("E0105", begin, at_, "texts stand in double quotes");
    if (value.find_first_of("\"\\") == std::string::npos)
      problem.helps.push_back({"write it so", Span{problems_.file(), begin, at_}, "\"" + value + "\""});
    push_text(TokenKind::text, begin, value);
    out_.tokens.back().broken = true;
  }

  void stray() {
    std::uint32_t begin = at_++;
    if (static_cast<unsigned char>(text_[begin]) >= 0x80) {
      const Token& before = out_.tokens.back();
      if (before.end == begin && (before.kind == TokenKind::word || before.reserved())) {
        begin = before.begin;
        line_start_ = before.first_of_line;
        out_.tokens.pop_back();
      }
      while (at_ < size() && static_cast<unsigned char>(text_[at_]) >= 0x80) ++at_;
      while (at_ < size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
    }
    const std::string run{text_.substr(begin, at_ - begin)};
    const auto code = static_cast<unsigned char>(run[0]);
    if (code < 0x20 || code == 0x7f)
      problems_.report("E0105", begin, at_, "a control character stands here", "it has no meaning");
    else
      problems_.report(
          "E0105", begin, at_, quoted(run) + " has no meaning here",
          run.size() > 1 ? "names are made of the letters A to Z, digits and `_`" : "not a sign of the language");
    push(TokenKind::bad, begin);
  }

  std::string_view text_;
  std::uint32_t at_;
  Quotes quotes_;
  Problems& problems_;
  std::vector<syntax::Comment>* comments_;
  bool line_start_ = true;
  bool open_comment_ = false;
  Tokens out_;
};

}  // namespace

Tokens lex(std::string_view text, std::uint32_t from, std::uint32_t to, Quotes quotes, Problems& problems,
           std::vector<syntax::Comment>* comments) {
  return Lexer(text, from, to, quotes, problems, comments).run();
}

}  // namespace tocsin::rules
