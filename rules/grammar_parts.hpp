// The parsers and directives of the grammar's own, over tokens: words, signs, leaves, spans, limits.
#pragma once

#include <array>
#include <boost/spirit/home/x3.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "rules/grammar_state.hpp"

namespace tocsin::rules::grammar {

namespace x3 = boost::spirit::x3;

struct state_tag;
using Context = x3::context<state_tag, State>;

template <class Ctx>
State& state_of(const Ctx& context) {
  return x3::get<state_tag>(context);
}

/// The token, if it is of `kind`.
struct TokenParser : x3::parser<TokenParser> {
  using attribute_type = Iterator;
  static constexpr bool has_attribute = true;
  TokenKind kind;
  std::string_view label;
  Expected::Strength strength;
  bool is_word;

  constexpr TokenParser(TokenKind k, std::string_view l, Expected::Strength s, bool w)
      : kind(k), label(l), strength(s), is_word(w) {}
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, R&, Attribute& attribute) const {
    if (first->kind != kind) {
      state_of(context).fail(first, {label, {}, strength, is_word});
      return false;
    }
    x3::traits::move_to(Iterator{first}, attribute);
    ++first;
    return true;
  }
};
/// A sign or reserved word that could be what is missing.
inline TokenParser sign(TokenKind kind) { return {kind, spelling(kind), Expected::Strength::strong, true}; }
/// One that merely could go on.
inline TokenParser weak(TokenKind kind) { return {kind, spelling(kind), Expected::Strength::weak, true}; }
/// A token of many texts, called `label`.
inline TokenParser leaf(TokenKind kind, std::string_view label) {
  return {kind, label, Expected::Strength::strong, false};
}

/// A text in quotes, raw or not: its token.
struct TextParser : x3::parser<TextParser> {
  using attribute_type = Iterator;
  static constexpr bool has_attribute = true;
  std::string_view label;

  explicit constexpr TextParser(std::string_view l) : label(l) {}
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, R&, Attribute& attribute) const {
    if (first->kind != TokenKind::text && first->kind != TokenKind::raw_text) {
      state_of(context).fail(first, {label, {}, Expected::Strength::strong, false});
      return false;
    }
    x3::traits::move_to(Iterator{first}, attribute);
    ++first;
    return true;
  }
};
inline TextParser text(std::string_view label) { return TextParser{label}; }

/// A token of any of some kinds; an operator.
template <std::size_t N>
struct OneOfParser : x3::parser<OneOfParser<N>> {
  using attribute_type = Iterator;
  static constexpr bool has_attribute = true;
  std::array<TokenKind, N> kinds;

  explicit constexpr OneOfParser(const std::array<TokenKind, N>& k) : kinds(k) {}
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Ctx& context, R& rule_value, Attribute& attribute) const {
    for (const TokenKind kind : kinds)
      if (weak(kind).parse(first, last, context, rule_value, attribute)) return true;
    return false;
  }
};

template <class... Kinds>
auto one_of(Kinds... kinds) {
  return OneOfParser<sizeof...(Kinds)>{std::array<TokenKind, sizeof...(Kinds)>{kinds...}};
}

/// A contextual word.
struct WordParser : x3::parser<WordParser> {
  using attribute_type = Iterator;
  static constexpr bool has_attribute = true;
  std::string_view word;
  Expected::Strength strength;

  constexpr WordParser(std::string_view w, Expected::Strength s) : word(w), strength(s) {}
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, R&, Attribute& attribute) const {
    State& state = state_of(context);
    if (first->kind != TokenKind::word || state.text_of(first) != word) {
      state.fail(first, {word, {}, strength, true});
      return false;
    }
    x3::traits::move_to(Iterator{first}, attribute);
    ++first;
    return true;
  }
};
inline WordParser word(std::string_view text) { return {text, Expected::Strength::strong}; }
/// One that merely could go on.
inline WordParser weak_word(std::string_view text) { return {text, Expected::Strength::weak}; }

/// A word that may be a name, as a syntax::Name; not one that begins the next declaration.
struct NameParser : x3::parser<NameParser> {
  using attribute_type = syntax::Name;
  static constexpr bool has_attribute = true;
  std::string_view label;

  explicit constexpr NameParser(std::string_view l) : label(l) {}
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, R&, Attribute& attribute) const {
    State& state = state_of(context);
    if (first->kind != TokenKind::word || surely_declares(state.text(), first)) {
      state.fail(first, {label, {}, Expected::Strength::strong, false});
      return false;
    }
    x3::traits::move_to(state.name(first), attribute);
    ++first;
    return true;
  }
};
inline NameParser name(std::string_view label) { return NameParser{label}; }

/// `test` decides by tokens alone; nothing is taken and nothing recorded.
template <class Test>
struct AheadParser : x3::parser<AheadParser<Test>> {
  using attribute_type = x3::unused_type;
  static constexpr bool has_attribute = false;
  Test test;

  explicit constexpr AheadParser(Test t) : test(t) {}
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, R&, Attribute&) const {
    return test(state_of(context), first);
  }
};
template <class Test>
AheadParser<Test> ahead(Test test) {
  return AheadParser<Test>{test};
}
/// The token is `kind` / the word `text`.
inline auto ahead_kind(TokenKind kind) {
  return ahead([kind](State&, Iterator it) { return it->kind == kind; });
}
inline auto ahead_word(std::string_view text) {
  return ahead([text](State& state, Iterator it) { return it->kind == TokenKind::word && state.text_of(it) == text; });
}

/// What all directives share.
template <class Subject, class Derived>
struct Directive : x3::unary_parser<Subject, Derived> {
  static constexpr bool is_pass_through_unary = true;
  static constexpr bool handles_container = Subject::handles_container;
  explicit constexpr Directive(const Subject& of) : x3::unary_parser<Subject, Derived>(of) {}
};

/// Sets the span of the enclosing rule's value to the tokens taken.
template <class Subject>
struct NodeDirective : Directive<Subject, NodeDirective<Subject>> {
  using Directive<Subject, NodeDirective<Subject>>::Directive;
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Ctx& context, R& rule_value, Attribute& attribute) const {
    const Iterator begin = first;
    if (!this->subject.parse(first, last, context, rule_value, attribute)) return false;
    if (first != begin) rule_value.span = state_of(context).span(begin->begin, (first - 1)->end);
    return true;
  }
};

/// What fails at the beginning of the subject is told as `label`; the parts stay known as hints.
template <class Subject>
struct CalledDirective : Directive<Subject, CalledDirective<Subject>> {
  std::string_view label;

  CalledDirective(const Subject& of, std::string_view l) : Directive<Subject, CalledDirective<Subject>>(of), label(l) {}
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Ctx& context, R& rule_value, Attribute& attribute) const {
    State& state = state_of(context);
    if (!state.group.empty() && state.group_begin == first->begin)
      return this->subject.parse(first, last, context, rule_value, attribute);
    const auto saved = std::pair(state.group, state.group_begin);
    state.group = label;
    state.group_begin = first->begin;
    const bool parsed = this->subject.parse(first, last, context, rule_value, attribute);
    std::tie(state.group, state.group_begin) = saved;
    return parsed;
  }
};
template <class Subject>
auto called(std::string_view label, const Subject& subject) {
  return CalledDirective<typename x3::extension::as_parser<Subject>::value_type>(x3::as_parser(subject), label);
}

/// Brackets within brackets, at most kMaxDepth.
template <class Subject>
struct DeeperDirective : Directive<Subject, DeeperDirective<Subject>> {
  using Directive<Subject, DeeperDirective<Subject>>::Directive;
  template <class Ctx, class R, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Ctx& context, R& rule_value, Attribute& attribute) const {
    State& state = state_of(context);
    if (state.depth == kMaxDepth) {
      state.report("E0110", state.span(first), "nested more than " + std::to_string(kMaxDepth) + " deep",
                   "too deep here");
      throw Reported{};
    }
    ++state.depth;
    const bool parsed = this->subject.parse(first, last, context, rule_value, attribute);
    --state.depth;
    return parsed;
  }
};

template <template <class> class D>
struct DirectiveMaker {
  template <class Subject>
  auto operator[](const Subject& subject) const {
    return D<typename x3::extension::as_parser<Subject>::value_type>(x3::as_parser(subject));
  }
};
inline constexpr DirectiveMaker<NodeDirective> node{};
inline constexpr DirectiveMaker<DeeperDirective> deeper{};

/// Actions: the attribute becomes, or is added to, a member of the rule's value.
template <auto Member>
struct SetAction {
  template <class Ctx>
  void operator()(Ctx& context) const {
    x3::_val(context).*Member = std::move(x3::_attr(context));
  }
};
template <auto Member>
inline constexpr SetAction<Member> set{};

template <auto Member>
struct AddAction {
  template <class Ctx>
  void operator()(Ctx& context) const {
    (x3::_val(context).*Member).push_back(std::move(x3::_attr(context)));
  }
};
template <auto Member>
inline constexpr AddAction<Member> add{};

}  // namespace tocsin::rules::grammar
