// Atoms → lines: one item on one line where it fits, else broken at its braces, arrows or wherever it may be.
#pragma once

#include <string>

#include "rules/layout_atoms.hpp"

namespace tocsin::rules {

/// Where the lines of an item begin, in columns from 0.
struct Indents {
  std::size_t first = 0;      ///< its first line
  std::size_t continued = 0;  ///< lines that go on
};

class LayoutLines {
 public:
  explicit LayoutLines(const Atoms& atoms) : atoms_(atoms) {}

  /// At most one, and none at the beginning.
  void blank_line();
  /// A line of its own.
  void comment(std::size_t index, std::size_t indent);
  /// Behind the last line.
  void trailing_comment(std::size_t index) { line().append("  ").append(atoms_[index].text); }
  void append(std::string_view text) { line() += text; }
  void no_blank_line();

  /// An item that is broken at its first `{ … }`, if at all; a block that doesn't fit has its inside on lines of its
  /// own.
  void item(AtomRange range, Indents indents);
  /// `name = value`; a value that doesn't fit begins on the next line.
  void definition(AtomRange range);
  /// A clause whose atoms after the first begin in column `content`; one `in_parts` is broken before each of them,
  /// where arrows stand further out.
  void clause(AtomRange range, std::size_t indent, std::size_t content, bool in_parts);
  /// `at TIME …` with what follows the time in column `content`.
  void timed(AtomRange range, std::size_t indent, std::size_t content);
  /// All in one line, whatever its width. `pads[i]`: columns that the i-th atom takes, if it is less wide.
  void padded(AtomRange range, const std::vector<std::size_t>& pads);

  /// Columns that `range` takes in one line.
  std::size_t width(AtomRange range) const;
  /// A comment in it ends a line.
  bool has_line_ends(AtomRange range) const;

  std::string take();

 private:
  std::string& line() { return lines_.back(); }
  void new_line(std::size_t indent) { lines_.emplace_back(indent, ' '); }
  bool fresh() const;  ///< nothing stands in the line yet
  bool breaks_before(std::size_t index) const;
  void put(std::size_t index);
  /// Atoms behind what stands in the line already, broken where they must.
  void fill(AtomRange range, std::size_t continued);
  AtomRange first_block(AtomRange range) const;
  /// Comments behind what stands in the line; gives the first atom after them.
  std::size_t take_trailing(AtomRange range);
  void after_head(AtomRange range, Indents indents);

  const Atoms& atoms_;
  std::vector<std::string> lines_;
};

}  // namespace tocsin::rules
