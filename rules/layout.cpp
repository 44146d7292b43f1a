// See layout.hpp. Declarations and the blocks of rules and tests; lines are made in layout_lines.cpp.
#include "rules/layout.hpp"

#include <algorithm>
#include <optional>

#include "events/assert.hpp"
#include "rules/layout_lines.hpp"

namespace tocsin::rules {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kContinued = 4;
constexpr std::size_t kLongestAlignedClause = 7;  ///< letters; longer words have one space behind them
constexpr std::size_t kLongestAlignedTime = 16;   ///< columns of `at 10s`

bool stands_alone(const syntax::Declaration& declaration) {
  return std::holds_alternative<syntax::Rule>(declaration.node) ||
         std::holds_alternative<syntax::Test>(declaration.node);
}

class Layout {
 public:
  Layout(const Source& source, const syntax::Tree& tree) : tree_(tree), atoms_(atoms_of(source)), lines_(atoms_) {}

  std::string run() {
    for (const syntax::Declaration& declaration : tree_.declarations) ranges_.push_back(range_of(declaration.span));
    measure_events();
    std::size_t at = 0;
    for (std::size_t i = 0; i < ranges_.size(); ++i) {
      const bool apart = i > 0 && (stands_alone(tree_.declarations[i]) || stands_alone(tree_.declarations[i - 1]));
      gap({at, ranges_[i].begin}, 0, apart ? Blank::one : Blank::kept);
      std::visit([&](const auto& node) { declaration(node, i); }, tree_.declarations[i].node);
      at = ranges_[i].end;
    }
    gap({at, atoms_.size()}, 0, Blank::kept);
    return lines_.take();
  }

 private:
  enum class Blank : std::uint8_t { none, kept, one };  ///< lines before what follows: 0, 0 or 1 as it was, 1

  std::size_t atom_at(std::uint32_t offset) const {
    const auto found = std::lower_bound(atoms_.begin(), atoms_.end(), offset,
                                        [](const Atom& atom, std::uint32_t at) { return atom.begin < at; });
    return static_cast<std::size_t>(found - atoms_.begin());
  }
  /// From the first token of `span` to its last.
  AtomRange range_of(const Span& span) const {
    AtomRange range{atom_at(span.begin), atom_at(span.end)};
    while (range.end > range.begin + 1 && atoms_[range.end - 1].comment()) --range.end;
    return range;
  }

  /// Comments between two items, and the blank lines between them. The last in `range` may stand before anything.
  void gap(AtomRange range, std::size_t indent, Blank blank) {
    std::size_t i = range.begin;
    for (; i < range.end && atoms_[i].line_ends == 0 && i > 0; ++i) lines_.trailing_comment(i);
    const auto was_blank = [&](std::size_t index) { return index < atoms_.size() && atoms_[index].line_ends > 1; };
    if (blank == Blank::one) {
      bool any = false;
      for (std::size_t k = i; k <= range.end; ++k) any = any || was_blank(k);
      if (!any) lines_.blank_line();
    }
    bool first = true;
    for (; i < range.end; ++i) {
      if (was_blank(i) && !(first && blank == Blank::none)) lines_.blank_line();
      if (!first && atoms_[i].line_ends == 0)
        lines_.trailing_comment(i);
      else
        lines_.comment(i, indent);
      first = false;
    }
    if (was_blank(range.end) && !(first && blank == Blank::none)) lines_.blank_line();
  }

  // ---- one line or one block: constants, functions, tables, event types

  void declaration(const syntax::LetDecl&, std::size_t i) {
    set_spaces(atoms_, ranges_[i], ItemKind::values);
    lines_.definition(ranges_[i]);
  }
  void declaration(const syntax::TableDecl&, std::size_t i) {
    set_spaces(atoms_, ranges_[i], ItemKind::types);
    lines_.item(ranges_[i], {0, kContinued});
  }
  void declaration(const syntax::FnDecl&, std::size_t i) {
    AtomRange range = ranges_[i];
    std::size_t body = range.begin;
    while (body < range.end && atoms_[body].token != TokenKind::assign) ++body;
    set_spaces(atoms_, {range.begin, body}, ItemKind::types);
    set_spaces(atoms_, {body, range.end}, ItemKind::values);
    if (body < range.end) atoms_[body].space = true;
    lines_.definition(range);
  }
  void declaration(const syntax::EventDecl&, std::size_t i) {
    if (pads_[i])
      lines_.padded(ranges_[i], *pads_[i]);
    else
      lines_.item(ranges_[i], {0, kContinued});
  }

  bool one_line(AtomRange range) const { return !lines_.has_line_ends(range) && lines_.width(range) <= kLayoutColumns; }
  bool is_event(std::size_t i) const {
    return i < ranges_.size() && std::holds_alternative<syntax::EventDecl>(tree_.declarations[i].node);
  }
  /// Event types in lines that follow each other are aligned: those with a name on the wire, and those without.
  void measure_events() {
    pads_.resize(ranges_.size());
    for (std::size_t i = 0; i < ranges_.size(); ++i)
      if (is_event(i)) set_spaces(atoms_, ranges_[i], ItemKind::types);
    for (std::size_t begin = 0; begin < ranges_.size();) {
      std::size_t end = begin;
      while (is_event(end) && one_line(ranges_[end]) && (end == begin || adjacent(end))) ++end;
      for (const bool wire : {false, true}) align(begin, end, wire);
      begin = std::max(end, begin + 1);
    }
  }
  /// No blank line before declaration `i`.
  bool adjacent(std::size_t i) const {
    for (std::size_t k = ranges_[i - 1].end; k <= ranges_[i].begin; ++k)
      if (atoms_[k].line_ends > 1) return false;
    return true;
  }
  bool has_wire(std::size_t i) const {
    return std::get<syntax::EventDecl>(tree_.declarations[i].node).wire.has_value();
  }
  void align(std::size_t begin, std::size_t end, bool wire) {
    std::vector<std::size_t> pads(wire ? 3 : 2, 0);
    for (std::size_t i = begin; i < end; ++i)
      for (std::size_t k = 1; k < pads.size() && has_wire(i) == wire; ++k)
        pads[k] = std::max(pads[k], width_of(atoms_[ranges_[i].begin + k].text));
    for (std::size_t i = begin; i < end; ++i) {
      if (has_wire(i) != wire) continue;
      std::size_t wide = lines_.width(ranges_[i]);
      for (std::size_t k = 1; k < pads.size(); ++k) wide += pads[k] - width_of(atoms_[ranges_[i].begin + k].text);
      pads_[i] = wide <= kLayoutColumns ? pads : std::vector<std::size_t>{};
    }
  }

  // ---- rules and tests

  struct Item {
    AtomRange range;
    ItemKind kind = ItemKind::values;
    bool in_parts = false;  ///< broken before each arrow or join
  };

  /// `head {`, the items with what stands between them, `}`.
  template <class ShowItem>
  void block(AtomRange range, const std::vector<Item>& items, ShowItem show) {
    std::size_t open = range.begin;
    while (atoms_[open].token != TokenKind::open_brace) ++open;
    const AtomRange head{range.begin, open + 1};
    set_spaces(atoms_, head, ItemKind::values);
    lines_.item(head, {0, kContinued});
    const std::size_t close = range.end - 1;
    if (open + 1 == close) return lines_.append("}");
    std::size_t at = open + 1;
    for (const Item& each : items) {
      gap({at, each.range.begin}, kIndent, at == open + 1 ? Blank::none : Blank::kept);
      show(each);
      at = each.range.end;
    }
    gap_before_close({at, close}, at == open + 1);
    lines_.comment(close, 0);
  }
  void gap_before_close(AtomRange range, bool no_items) {
    gap(range, kIndent, no_items ? Blank::none : Blank::kept);
    lines_.no_blank_line();
  }

  void declaration(const syntax::Rule& rule, std::size_t i) {
    std::vector<Item> clauses;
    std::size_t widest = 0;
    for (const syntax::Clause& clause : rule.clauses) {
      const AtomRange range = range_of(clause.span);
      const bool match = std::holds_alternative<syntax::Match>(clause.node);
      const bool in_parts = match || std::holds_alternative<syntax::From>(clause.node);
      clauses.push_back({range, match ? ItemKind::pattern : ItemKind::values, in_parts});
      const std::size_t letters = atoms_[range.begin].text.size();
      if (letters <= kLongestAlignedClause) widest = std::max(widest, letters);
    }
    block(ranges_[i], clauses, [&](const Item& clause) {
      set_spaces(atoms_, clause.range, clause.kind);
      lines_.clause(clause.range, kIndent, kIndent + widest + 2, clause.in_parts);
    });
  }

  /// `at 10s`: columns, or 0 of an item that isn't given in time.
  std::size_t time_columns(const Item& item) const {
    const Atom& word = atoms_[item.range.begin];
    if (word.text != "at" || item.range.begin + 2 >= item.range.end || atoms_[item.range.begin + 1].comment()) return 0;
    const std::size_t wide = 3 + width_of(atoms_[item.range.begin + 1].text);
    return wide <= kLongestAlignedTime ? wide : 0;
  }

  void declaration(const syntax::Test& test, std::size_t i) {
    std::vector<Item> items;
    std::size_t widest = 0;
    for (const auto& read : test.items) {
      const Span span = std::visit([](const auto& node) { return node.span; }, read);
      items.push_back({range_of(span), ItemKind::values});
      widest = std::max(widest, time_columns(items.back()));
    }
    block(ranges_[i], items, [&](const Item& item) {
      set_spaces(atoms_, item.range, item.kind);
      if (time_columns(item) > 0)
        lines_.timed(item.range, kIndent, kIndent + widest + 2);
      else
        lines_.item(item.range, {kIndent, kIndent + kContinued});
    });
  }

  const syntax::Tree& tree_;
  Atoms atoms_;
  LayoutLines lines_;
  std::vector<AtomRange> ranges_;                              ///< by declaration
  std::vector<std::optional<std::vector<std::size_t>>> pads_;  ///< of event types in one line
};

bool same_atoms(const Atoms& a, const Atoms& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Atom& x, const Atom& y) { return x.kind == y.kind && x.text == y.text; });
}

}  // namespace

std::string lay_out(const Source& source, const syntax::Tree& tree) {
  std::string text = Layout(source, tree).run();
  TOCSIN_ASSERT(same_atoms(atoms_of(source), atoms_of({source.name, text})));
  return text;
}

}  // namespace tocsin::rules
