// Blocks `{ … }` and how reading survives a broken item in them: report, leave it out, go on at the next.
#pragma once

#include "rules/grammar_parts.hpp"

namespace tocsin::rules::grammar {

/// Runs `parse`; false if it failed, which has then been reported.
template <class Parse>
bool attempt(State& state, Parse parse) {
  const int depth = state.depth;
  const int expression_depth = state.expression_depth;
  const std::string_view group = state.group;
  const std::uint32_t group_begin = state.group_begin;
  const BlockKind* outer = state.outer;
  const BlockKind* inner = state.inner;
  const Iterator item = state.item;
  const Iterator item_before = state.item_before;
  bool parsed = false;
  try {
    parsed = parse();
    if (!parsed) state.report_failure();
  } catch (const x3::expectation_failure<Iterator>&) {
    state.report_failure();
  } catch (const Reported&) {
  }
  state.depth = depth;
  state.expression_depth = expression_depth;
  state.group = group;
  state.group_begin = group_begin;
  state.outer = outer;
  state.inner = inner;
  state.item = item;
  state.item_before = item_before;
  if (!parsed) state.broken = true;
  return parsed;
}

/// `{ item … }`. A broken item is reported and left out, and reading goes on at the next.
template <class Subject>
struct BlockDirective : Directive<Subject, BlockDirective<Subject>> {
  BlockKind kind;

  BlockDirective(const Subject& of, const BlockKind& k) : Directive<Subject, BlockDirective<Subject>>(of), kind(k) {}

  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Ctx& context, R& rule_value, Attribute& attribute) const {
    State& state = state_of(context);
    const Iterator open = first;
    if (open->kind != TokenKind::open_brace) {
      state.fail(first, {"{", {}, Expected::Strength::strong, true});
      return false;
    }
    ++first;
    bool good = true;
    Iterator before = nullptr;
    while (first->kind != TokenKind::close_brace) {
      if (ends_early(state, first)) {
        if (good) not_closed(state, open, first);
        return true;
      }
      const Iterator start = first;
      good = attempt(state, [&] {
        if (!kind.commas) state.outer = &kind;
        state.inner = &kind;
        state.item = first;
        state.item_before = before;
        return this->subject.parse(first, last, context, rule_value, attribute) && separated(state, first);
      });
      if (state.problems().full()) throw Reported{};
      if (!good) first = state.recover(kind, start);
      before = start;
    }
    ++first;
    return true;
  }

 private:
  bool separated(State& state, Iterator& first) const {
    if (!kind.commas || first->kind == TokenKind::close_brace) return true;
    if (first->kind == TokenKind::comma) return ++first, true;
    if (ends_early(state, first)) return true;
    state.fail(first, {",", {}, Expected::Strength::strong, true});
    state.fail(first, {"}", {}, Expected::Strength::strong, true});
    return false;
  }
  bool ends_early(State& state, Iterator first) const {
    if (first->kind == TokenKind::end || starts_declaration(state.text(), first)) return true;
    const bool last_item = first[1].kind == TokenKind::close_brace;  // a field that is called as a clause is
    return kind.commas && state.outer && first->first_of_line && !last_item &&
           state.outer->starts_item(state.text(), first);
  }
  void not_closed(State& state, Iterator open, Iterator found) const {
    state.broken = true;
    if (found->broken || found[-1].broken) return;  // an open text took the brace
    Diagnostic& problem = state.report("E0101", state.span(open), "this `{` is not closed", "no `}` belongs to it");
    if (found->kind != TokenKind::end) problem.related.push_back({state.span(found), "something else begins here"});
  }
};
template <class Subject>
auto block(const BlockKind& kind, const Subject& subject) {
  return BlockDirective<typename x3::extension::as_parser<Subject>::value_type>(x3::as_parser(subject), kind);
}

}  // namespace tocsin::rules::grammar
