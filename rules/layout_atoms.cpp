// See layout_atoms.hpp.
#include "rules/layout_atoms.hpp"

#include <algorithm>
#include <array>

#include "rules/columns.hpp"
#include "rules/grammar_words.hpp"
#include "rules/lexer_signs.hpp"

namespace tocsin::rules {
namespace {

bool is_among(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Without blanks at the end of lines; the lines of a block comment stay as they are otherwise.
std::string comment_text(std::string_view text, bool line) {
  std::string out{text};
  std::erase(out, '\r');
  while (line && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
  return out;
}

bool is_arrow(TokenKind kind) {
  return kind == TokenKind::arrow || kind == TokenKind::fat_arrow || kind == TokenKind::any_arrow;
}
bool is_operator(TokenKind kind) {
  return (kind >= TokenKind::equal && kind <= TokenKind::percent) || kind == TokenKind::double_question;
}
bool is_quantifier(TokenKind kind) {
  return kind == TokenKind::question || kind == TokenKind::double_question || kind == TokenKind::star ||
         kind == TokenKind::plus;
}

/// Walks an item, with what the brackets around each token mean.
class Spacer {
 public:
  Spacer(Atoms& atoms, AtomRange item, ItemKind kind) : atoms_(atoms), item_(item), kind_(kind) {}

  void run() {
    for (at_ = item_.begin; at_ < item_.end; ++at_) {
      Atom& atom = atoms_[at_];
      if (atom.comment() || !previous_) {
        atom.space = at_ > item_.begin;
        atom.depth = depth();
        if (!atom.comment()) take(atom);
        continue;
      }
      closes(atom);
      atom.depth = depth();
      atom.space = space(atom) || atoms_[at_ - 1].comment();
      atom.begins_part = begins_part(atom);
      atom.may_break = may_break(atom);
      take(atom);
    }
  }

 private:
  enum class Inside : std::uint8_t { pattern, values, types, quantifier };

  Inside inside() const {
    if (!open_.empty()) return open_.back();
    return kind_ == ItemKind::pattern ? Inside::pattern : kind_ == ItemKind::types ? Inside::types : Inside::values;
  }
  std::uint32_t depth() const { return static_cast<std::uint32_t>(open_.size()); }

  void closes(const Atom& atom) {
    closed_quantifier_ = false;
    if (atom.token != TokenKind::close_paren && atom.token != TokenKind::close_bracket &&
        atom.token != TokenKind::close_brace)
      return;
    closed_quantifier_ = inside() == Inside::quantifier;
    if (!open_.empty()) open_.pop_back();
  }

  /// What the bracket that `atom` opens has inside.
  Inside opened(const Atom& atom) const {
    if (inside() != Inside::pattern) return inside();
    if (atom.token == TokenKind::open_brace) return Inside::quantifier;
    if (atom.token == TokenKind::open_bracket) return Inside::values;
    return begins_group() ? Inside::pattern : Inside::values;
  }
  /// A `(` after the token before begins a group of steps, not a condition.
  bool begins_group() const {
    if (previous_->token != TokenKind::word) return true;
    return previous_ == &atoms_[item_.begin] || follows_manner();
  }
  /// `match all`, `match up to 10`
  bool follows_manner() const {
    if (taken_.size() == 2) return taken_[1]->text == "all";
    return taken_.size() == 4 && taken_[1]->text == "up" && taken_[2]->text == "to";
  }

  bool space(const Atom& atom) const {
    const TokenKind left = previous_->token;
    const TokenKind right = atom.token;
    const bool quantifier = inside() == Inside::quantifier || closed_quantifier_;
    if (left == TokenKind::open_paren || left == TokenKind::open_bracket || left == TokenKind::dot ||
        left == TokenKind::at || left == TokenKind::bar || unary_)
      return false;
    if (inside() == Inside::types && (left == TokenKind::less || right == TokenKind::less ||
                                      right == TokenKind::greater || right == TokenKind::question))
      return false;
    switch (right) {
      case TokenKind::close_paren:
      case TokenKind::close_bracket:
      case TokenKind::comma:
      case TokenKind::colon:
      case TokenKind::dot:
      case TokenKind::bar:
        return false;
      case TokenKind::open_brace:
        return inside() != Inside::pattern;
      case TokenKind::close_brace:
        return !quantifier && left != TokenKind::open_brace;
      case TokenKind::open_paren:
        return !glues_paren();
      case TokenKind::open_bracket:
        return !glues_bracket(left);
      default:
        break;
    }
    if (quantifier) return false;
    return !(inside() == Inside::pattern && is_quantifier(right));
  }

  /// `f(`, `A(`
  bool glues_paren() const {
    if (previous_->token != TokenKind::word || previous_ == &atoms_[item_.begin]) return false;
    if (inside() == Inside::pattern && follows_manner()) return false;
    return !is_among(previous_->text, {"for", "until", "resolve", "on"}) &&
           !(previous_->text == "by" && before_previous_ == "dedup");
  }
  /// `a[`, `->[`, `A+[`, but `strict [`
  bool glues_bracket(TokenKind left) const {
    if (previous_ == &atoms_[item_.begin]) return false;
    if (inside() == Inside::pattern) return !is_among(previous_->text, {"strict", "any"});
    return left == TokenKind::word || left == TokenKind::close_paren || left == TokenKind::close_bracket;
  }

  bool may_break(const Atom& atom) const {
    if (inside() == Inside::quantifier || closed_quantifier_) return false;
    if (atom.begins_part) return true;
    const bool tail = open_.empty() && is_among(atom.text, {"resolve", "hold", "keep", "dedup"}) &&
                      !is_among(previous_->text, {"after", "hold", "keep"});
    if (atom.token == TokenKind::word && !tail && !may_begin_line()) return false;
    if (tail && kind_ == ItemKind::values && previous_ != &atoms_[item_.begin]) return true;
    if (previous_->token == TokenKind::comma || (previous_->token == TokenKind::assign && open_.empty())) return true;
    switch (atom.token) {
      case TokenKind::word_and:
      case TokenKind::word_or:
      case TokenKind::word_then:
      case TokenKind::word_else:
        return true;
      case TokenKind::word_if:
        return open_.empty() && previous_ != &atoms_[item_.begin] && !is_operator(previous_->token);
      default:
        break;
    }
    if (is_arrow(atom.token)) return true;
    return inside() == Inside::values && is_operator(atom.token) && ends_operand(previous_->token);
  }
  /// Arrows of a pattern; `join` and `left join` of an input.
  bool begins_part(const Atom& atom) const {
    if (kind_ == ItemKind::pattern) return open_.empty() && is_arrow(atom.token);
    if (!open_.empty() || atoms_[item_.begin].text != "from" || at_ + 1 >= item_.end) return false;
    const bool word_follows = atoms_[at_ + 1].token == TokenKind::word;
    if (atom.text == "left") return previous_->text != "as" && atoms_[at_ + 1].text == "join";
    return atom.text == "join" && word_follows && !is_among(previous_->text, {"as", "left"});
  }
  /// A word that begins clauses, items or declarations may mean one at the beginning of a line.
  bool may_begin_line() const {
    const std::string& word = atoms_[at_].text;
    const bool named = at_ + 1 < atoms_.size() && atoms_[at_ + 1].token == TokenKind::colon;
    return named || !(grammar::is_clause_word(word, grammar::Likeness::same) || grammar::is_declaration_word(word) ||
                      is_among(word, {"at", "expect", "load", "start", "lateness"}));
  }

  void take(const Atom& atom) {
    const bool operand_before = previous_ && ends_operand(previous_->token) && previous_ != &atoms_[item_.begin];
    unary_ = atom.token == TokenKind::minus && !operand_before;
    if (atom.token == TokenKind::open_paren || atom.token == TokenKind::open_bracket ||
        atom.token == TokenKind::open_brace)
      open_.push_back(previous_ ? opened(atom) : inside());
    before_previous_ = previous_ ? std::string_view(previous_->text) : std::string_view();
    previous_ = &atom;
    if (taken_.size() < 5) taken_.push_back(previous_);
  }

  Atoms& atoms_;
  AtomRange item_;
  ItemKind kind_;
  std::size_t at_ = 0;
  std::vector<Inside> open_;
  bool closed_quantifier_ = false;  ///< the atom at hand closes one
  bool unary_ = false;              ///< the token before is a minus without a left side
  const Atom* previous_ = nullptr;  ///< token
  std::string_view before_previous_;
  std::vector<const Atom*> taken_;  ///< the first tokens
};

}  // namespace

Atoms atoms_of(const Source& source) {
  Diagnostics none;
  Problems problems(0, none);
  std::vector<syntax::Comment> comments;
  const std::string_view text = source.text;
  const std::uint32_t from = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const Tokens lexed = lex(text, from, static_cast<std::uint32_t>(text.size()), Quotes::plain, problems, &comments);
  Atoms atoms;
  std::uint32_t last_end = from;
  const auto add = [&](Atom atom, std::uint32_t begin, std::uint32_t end) {
    const std::string_view between = text.substr(last_end, begin - last_end);
    atom.begin = begin;
    atom.line_ends = static_cast<std::uint32_t>(std::count(between.begin(), between.end(), '\n'));
    last_end = end;
    atoms.push_back(std::move(atom));
  };
  std::size_t next = 0;
  const auto add_comments = [&](std::uint32_t before) {
    for (; next < comments.size() && comments[next].span.begin < before; ++next) {
      const Span span = comments[next].span;
      const std::string_view written = text.substr(span.begin, span.end - span.begin);
      Atom atom;
      atom.kind = written.starts_with("//") ? Atom::Kind::line_comment : Atom::Kind::block_comment;
      atom.text = comment_text(written, atom.kind == Atom::Kind::line_comment);
      add(std::move(atom), span.begin, span.end);
    }
  };
  for (const Token& token : lexed.tokens) {
    if (token.kind == TokenKind::begin || token.kind == TokenKind::end) continue;
    add_comments(token.begin);
    Atom atom;
    atom.token = token.kind;
    atom.text = text.substr(token.begin, token.end - token.begin);
    add(std::move(atom), token.begin, token.end);
  }
  add_comments(static_cast<std::uint32_t>(text.size()));
  return atoms;
}

void set_spaces(Atoms& atoms, AtomRange item, ItemKind kind) { Spacer(atoms, item, kind).run(); }

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size(); at += length_at(text, at))
    width += columns_of(text.substr(at, length_at(text, at)));
  return width;
}

}  // namespace tocsin::rules
