// Text → syntax tree: the lexer, then declaration by declaration with the grammar. Never fails: what can't be
// understood is a problem, and reading goes on at the next declaration.
#include "rules/code_points.hpp"
#include "rules/codes.hpp"
#include "rules/compile.hpp"
#include "rules/grammar.hpp"

namespace tocsin::rules {
namespace {

using grammar::Iterator;
using grammar::State;

class FileReader {
 public:
  FileReader(const Source& source, Problems& problems) : state_(source, problems) {}

  syntax::Tree run() {
    const bool mark = state_.text().starts_with("\xEF\xBB\xBF");
    const auto size = static_cast<std::uint32_t>(state_.text().size());
    const Tokens& tokens = state_.add_tokens(mark ? 3 : 0, size, Quotes::plain, &tree_.comments);
    first_ = &tokens.tokens[1];
    while (first_->kind != TokenKind::end && !state_.problems().full()) {
      if (first_->kind == TokenKind::close_brace)
        lone_brace();
      else
        declaration();
    }
    return std::move(tree_);
  }

 private:
  void lone_brace() {
    state_.report("E0101", state_.span(first_), "a `}` without its `{`", "not expected here");
    ++first_;
  }

  void declaration() {
    const Iterator start = first_;
    const Iterator last = nullptr;
    const auto context = grammar::x3::make_context<grammar::state_tag>(state_);
    syntax::Declaration read;
    state_.begin();
    state_.broken = false;
    const bool good = grammar::attempt(
        state_, [&] { return grammar::declaration.parse(first_, last, context, grammar::x3::unused, read); });
    if (good) {
      tree_.declarations.push_back(std::move(read));
      return;
    }
    keep_name(start);
    first_ = next_declaration(start);
  }

  /// What a declaration that can't be read would have declared is known by its name.
  void keep_name(Iterator start) {
    if (start->kind != TokenKind::word || start[1].kind != TokenKind::word) return;
    const std::string word = nearest(state_.text_of(start), {"event", "rule", "let", "fn", "table"});
    syntax::Declaration stub;
    stub.span = state_.span(start->begin, start[1].end);
    if (word == "event")
      stub.node = syntax::EventDecl{state_.name(start + 1), {}, {}, {}, true};
    else if (word == "rule")
      stub.node = syntax::Rule{state_.name(start + 1), {}, {}, true};
    else if (word == "let")
      stub.node = syntax::LetDecl{state_.name(start + 1), {}, true};
    else if (word == "fn")
      stub.node = syntax::FnDecl{state_.name(start + 1), {}, {}, true};
    else if (word == "table")
      stub.node = syntax::TableDecl{state_.name(start + 1), {}, {}, {}, true};
    else
      return;
    tree_.declarations.push_back(std::move(stub));
  }

  /// The next declaration's first token after the failed one that began at `start`; outside of braces any two words
  /// before a brace or text may be one with a mistyped word.
  Iterator next_declaration(Iterator start) {
    const std::uint32_t failed = state_.furthest() ? state_.furthest()->begin : start->begin;
    int braces = 0;
    for (Iterator it = start; it->kind != TokenKind::end; ++it) {
      if (it != start && it->begin >= failed) {
        if (grammar::starts_declaration(state_.text(), it)) return it;
        if (braces <= 0 && may_declare(it)) return it;
      }
      if (it->kind == TokenKind::open_brace) ++braces;
      if (it->kind == TokenKind::close_brace && braces > 0) --braces;
    }
    while (start->kind != TokenKind::end) ++start;
    return start;
  }

  /// Two words before a brace, a text or `from`, of which the first begins nothing else.
  bool may_declare(Iterator it) const {
    if (!it->first_of_line || it->kind != TokenKind::word || it[1].kind != TokenKind::word) return false;
    const bool from = it[2].kind == TokenKind::word && state_.text_of(it + 2) == "from" && !it[2].first_of_line;
    return (it[2].kind == TokenKind::open_brace || it[2].kind == TokenKind::text || from) &&
           !grammar::starts_clause(state_.text(), it) &&
           !grammar::is_among(state_.text_of(it), {"at", "expect"}, grammar::Likeness::same);
  }

  State state_;
  Iterator first_ = nullptr;
  syntax::Tree tree_;
};

}  // namespace

syntax::Tree parse(const Sources& sources, FileId file, Diagnostics& diagnostics) {
  const Source& source = sources[file];
  Problems problems(file, diagnostics);
  if (source.text.size() > kMaxFileBytes) {
    problems.report("E0113", 0, 0, "this file is larger than 16 MiB", "a rule file has at most 16 MiB");
    return {};
  }
  const auto bad = static_cast<std::uint32_t>(first_not_utf8(source.text));
  if (bad < source.text.size()) {
    problems.report("E0114", bad, bad + 1, "this file is not UTF-8", "this byte belongs to no character");
    return {};
  }
  return FileReader(source, problems).run();
}

}  // namespace tocsin::rules
