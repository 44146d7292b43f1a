// See layout_lines.hpp. Which breaks a line gets depends on tokens and on comments that end lines, never on where the
// lines ended before.
#include "rules/layout_lines.hpp"

#include <algorithm>

#include "rules/layout.hpp"

namespace tocsin::rules {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kContinued = 4;

bool is_arrow(const Atom& atom) {
  return atom.token == TokenKind::arrow || atom.token == TokenKind::fat_arrow || atom.token == TokenKind::any_arrow;
}

}  // namespace

void LayoutLines::blank_line() {
  if (!lines_.empty() && !line().empty()) lines_.emplace_back();
}

void LayoutLines::no_blank_line() {
  if (line().empty()) lines_.pop_back();
}

void LayoutLines::comment(std::size_t index, std::size_t indent) {
  new_line(indent);
  line() += atoms_[index].text;
}

std::size_t LayoutLines::width(AtomRange range) const {
  std::size_t width = 0;
  for (std::size_t i = range.begin; i < range.end; ++i)
    width += width_of(atoms_[i].text) + (i > range.begin && atoms_[i].space ? 1 : 0);
  return width;
}

/// No choice: a comment stands alone in its line or ends one.
bool LayoutLines::breaks_before(std::size_t index) const {
  const Atom& atom = atoms_[index];
  const Atom& before = atoms_[index - 1];
  if (before.ends_line()) return true;
  const bool alone = atom.comment() && atom.line_ends > 0;
  return alone || (before.comment() && before.line_ends > 0 && atom.line_ends > 0);
}

bool LayoutLines::has_line_ends(AtomRange range) const {
  for (std::size_t i = range.begin + 1; i < range.end; ++i)
    if (breaks_before(i)) return true;
  return false;
}

bool LayoutLines::fresh() const { return lines_.back().find_first_not_of(' ') == std::string::npos; }

void LayoutLines::put(std::size_t index) {
  const Atom& atom = atoms_[index];
  const bool begins = fresh();
  if (atom.space && !begins && line().back() != ' ') line() += ' ';
  if (atom.kind == Atom::Kind::line_comment && !begins) line() += ' ';
  line() += atom.text;
}

void LayoutLines::fill(AtomRange range, std::size_t continued) {
  std::size_t line_begin = range.begin;
  std::size_t best = 0;  // 0: the line has no place to break
  std::size_t column = width_of(line());
  const auto begin_line = [&](std::size_t index) {
    new_line(continued);
    line_begin = index;
    best = 0;
    column = continued;
  };
  const auto place = [&](std::size_t index) {
    const std::size_t before = line().size();
    put(index);
    column += width_of(std::string_view(line()).substr(before));
  };
  for (std::size_t i = range.begin; i < range.end; ++i) {
    if (!fresh() && breaks_before(i)) begin_line(i);
    if (i > line_begin && atoms_[i].may_break && (best == 0 || atoms_[i].depth <= atoms_[best].depth)) best = i;
    const std::size_t wanted = column + width_of(atoms_[i].text) + (atoms_[i].space && i > line_begin ? 1 : 0);
    if (wanted > kLayoutColumns && best != 0 && !atoms_[i].comment()) {
      const std::size_t from = best;
      std::size_t length = 0;
      for (std::size_t k = from; k < i; ++k) length += atoms_[k].text.size() + (atoms_[k].space ? 1 : 0);
      line().resize(line().size() - length);
      while (!line().empty() && line().back() == ' ') line().pop_back();
      begin_line(from);
      i = from;
    }
    place(i);
  }
}

AtomRange LayoutLines::first_block(AtomRange range) const {
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const Atom& open = atoms_[i];
    if (open.token != TokenKind::open_brace || open.depth != 0) continue;
    std::size_t close = i + 1;
    while (close < range.end && !(atoms_[close].token == TokenKind::close_brace && atoms_[close].depth == 0)) ++close;
    if (close == i + 1 || close == range.end) return {};
    return {i, close + 1};
  }
  return {};
}

std::size_t LayoutLines::take_trailing(AtomRange range) {
  std::size_t at = range.begin;
  for (; at < range.end && atoms_[at].comment() && atoms_[at].line_ends == 0; ++at) put(at);
  return at;
}

/// `range` goes on behind what stands in the line.
void LayoutLines::after_head(AtomRange range, Indents indents) {
  const AtomRange block = first_block(range);
  const bool fits = width_of(line()) + width(range) <= kLayoutColumns;
  const bool broken_inside = block.end > 0 && has_line_ends(block);
  if (block.end == 0 || (fits && !broken_inside)) return fill(range, indents.continued);

  const AtomRange whole{range.begin, block.end};
  if (!broken_inside && width_of(line()) + width(whole) <= kLayoutColumns) {
    fill(whole, indents.continued);
    if (block.end == range.end) return;
    const std::size_t rest = take_trailing({block.end, range.end});
    new_line(indents.continued);
    return fill({rest, range.end}, indents.continued);
  }
  fill({range.begin, block.begin + 1}, indents.continued);
  const std::size_t inside = take_trailing({block.begin + 1, block.end - 1});
  if (inside + 1 < block.end) {
    new_line(indents.first + kIndent);
    fill({inside, block.end - 1}, indents.first + kIndent);
  }
  new_line(indents.first);
  put(block.end - 1);
  fill({block.end, range.end}, indents.continued);
}

void LayoutLines::item(AtomRange range, Indents indents) {
  new_line(indents.first);
  after_head(range, indents);
}

void LayoutLines::definition(AtomRange range) {
  new_line(0);
  if (width(range) <= kLayoutColumns && !has_line_ends(range)) return fill(range, kIndent);
  std::size_t value = range.begin;
  while (value < range.end && !(atoms_[value].token == TokenKind::assign && atoms_[value].depth == 0)) ++value;
  fill({range.begin, std::min(value + 1, range.end)}, kIndent);
  value = take_trailing({std::min(value + 1, range.end), range.end});
  if (value == range.end) return;
  new_line(kIndent);
  fill({value, range.end}, kIndent);
}

void LayoutLines::clause(AtomRange range, std::size_t indent, std::size_t content, bool in_parts) {
  new_line(indent);
  put(range.begin);
  if (range.begin + 1 == range.end) return;
  const AtomRange rest{range.begin + 1, range.end};
  if (breaks_before(rest.begin))
    new_line(content);
  else
    line().resize(std::max(content, line().size() + 1), ' ');
  if (!in_parts) return after_head(rest, {indent, content});

  const bool fits = width_of(line()) + width(rest) <= kLayoutColumns;
  if (fits && !has_line_ends(rest)) return fill(rest, content);
  const std::size_t outwards = content < kIndent + 3 ? content : content - 3;
  std::size_t begin = rest.begin;
  for (std::size_t i = rest.begin + 1; i <= rest.end; ++i) {
    if (i < rest.end && !atoms_[i].begins_part) continue;
    if (begin > rest.begin) new_line(is_arrow(atoms_[begin]) ? outwards : content);
    fill({begin, i}, content + (begin > rest.begin ? kContinued : 0));
    begin = i;
  }
}

void LayoutLines::timed(AtomRange range, std::size_t indent, std::size_t content) {
  new_line(indent);
  put(range.begin);
  put(range.begin + 1);
  if (!breaks_before(range.begin + 2)) line().resize(std::max(content, line().size() + 1), ' ');
  after_head({range.begin + 2, range.end}, {indent, indent + kContinued});
}

void LayoutLines::padded(AtomRange range, const std::vector<std::size_t>& pads) {
  new_line(0);
  for (std::size_t i = range.begin; i < range.end; ++i) {
    put(i);
    const std::size_t nth = i - range.begin;
    const std::size_t wide = width_of(atoms_[i].text);
    if (nth < pads.size() && wide < pads[nth]) line().append(pads[nth] - wide, ' ');
    if (nth < pads.size()) line() += ' ';
  }
}

std::string LayoutLines::take() {
  while (!lines_.empty() && line().empty()) lines_.pop_back();
  std::string out;
  for (const std::string& text : lines_) out.append(text).append("\n");
  return out;
}

}  // namespace tocsin::rules
