// What the parts of the syntax tree's dump share: indented lines, each with its place as line:column.
#pragma once

#include <string>
#include <vector>

#include "rules/syntax.hpp"

namespace tocsin::rules::syntax {

class DumpLines {
 public:
  explicit DumpLines(const rules::Source& source);

  /// `text` and the place where `span` begins.
  void line(const std::string& text, const Span& span);
  /// What `body` writes is one level further in.
  template <class Body>
  void inside(Body body) {
    ++depth_;
    body();
    --depth_;
  }
  std::string take() { return std::move(out_); }

 private:
  std::string place(const Span& span) const;

  const rules::Source& source_;
  std::vector<std::uint32_t> line_begins_{0};
  std::string out_;
  int depth_ = 0;
};

/// In quotes, with escapes.
std::string quoted_text(const std::string& text);
std::string text_of(const DurationOf& duration);
std::string text_of(const CountOf& count);

/// `a, b`
std::string joined(const std::vector<Name>& names, std::string_view between);

void dump_pattern(DumpLines& out, const Pattern& pattern);
/// An event with its condition; `behind` ends its line.
void dump_event(DumpLines& out, const EventRef& event, const std::string& behind = {});
void dump_expression(DumpLines& out, const Expr& expr);
void dump_message(DumpLines& out, const Message& message);

}  // namespace tocsin::rules::syntax
