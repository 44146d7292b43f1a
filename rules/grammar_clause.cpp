// The clauses of a rule. Clauses that can't be used yet are read to their end (grammar_words.hpp) and become
// NotYet clauses.
#include <limits>
#include <string>

#include "rules/grammar.hpp"
#include "rules/grammar_words.hpp"

namespace tocsin::rules::grammar {
namespace {

using By = WithNotYet<syntax::By>;

TOCSIN_RULE(match_body, syntax::Match);
TOCSIN_RULE(by, By);
TOCSIN_RULE(key_part, WithNotYet<syntax::KeyPart>);
TOCSIN_RULE(key_fields, syntax::KeyPart);
TOCSIN_RULE(typed_field, syntax::KeyPart::Typed);
TOCSIN_RULE(within, syntax::Within);
TOCSIN_RULE(after_match, syntax::Clause);
TOCSIN_RULE(limit, syntax::Clause);
TOCSIN_RULE(alert, syntax::Clause);
TOCSIN_RULE(emit, syntax::Emit);
TOCSIN_RULE(clause, syntax::Clause);
TOCSIN_RULE(condition, syntax::Clause);

constexpr auto value = [](auto& c) -> decltype(auto) { return x3::_val(c); };
const auto set_node = [](auto& c) { value(c).node = std::move(x3::_attr(c)); };
const auto set_keyword = [](auto& c) { value(c).keyword = state_of(c).span(x3::_attr(c)); };

/// The clause becomes a construct that can't be used yet.
struct Refuse {
  std::string_view what;
  template <class Ctx>
  void operator()(Ctx& c) const {
    x3::_val(c).node = syntax::NotYet{std::string(what), state_of(c).span(x3::_attr(c)), {}};
  }
};
Refuse refuse(std::string_view what) { return Refuse{what}; }

// ---- match

/// `all` and `up to n` before the pattern, which then begins with a NotYet.
struct RefuseManner {
  std::string_view what;
  template <class Ctx>
  void operator()(Ctx& c) const {
    const Span span = state_of(c).span(x3::_attr(c));
    x3::_val(c).pattern.elements.push_back({std::nullopt, {}, syntax::NotYet{std::string(what), span, {}}, span});
  }
};
const auto is_manner = ahead([](State&, Iterator it) {
  const TokenKind next = it[1].kind;
  return next == TokenKind::word || next == TokenKind::open_paren || next == TokenKind::word_not;
});
const auto set_pattern = [](auto& c) {
  syntax::Pattern& read = value(c).pattern;
  read.span = x3::_attr(c).span;
  for (syntax::Element& item : x3::_attr(c).elements) read.elements.push_back(std::move(item));
};
const auto match_body_def =
    -(is_manner >> (ahead_word("all") >> later_word("all")[RefuseManner{"`match all`"}] |
                    ahead_word("up") >> later_word("up")[RefuseManner{"`match up to`"}] > word("to") > count)) >
    pattern[set_pattern];

// ---- by

const auto set_type = [](auto& c) { value(c).type = std::move(x3::_attr(c)); };
const auto set_field = [](auto& c) { value(c).field = std::move(x3::_attr(c)); };
const auto typed_field_def = name("an event type")[set_type] > sign(TokenKind::dot) > name("a field's name")[set_field];

const auto add_typed = [](auto& c) {
  auto& node = value(c).node;
  if (!std::holds_alternative<std::vector<syntax::KeyPart::Typed>>(node)) node = std::vector<syntax::KeyPart::Typed>{};
  std::get<std::vector<syntax::KeyPart::Typed>>(node).push_back(std::move(x3::_attr(c)));
};
const auto typed_ahead =
    ahead([](State&, Iterator it) { return it->kind == TokenKind::word && it[1].kind == TokenKind::dot; });
const auto key_fields_def =
    node[typed_ahead >> typed_field[add_typed] > +(sign(TokenKind::equal) > typed_field[add_typed]) |
         name("a field's name")[set_node]];

const auto refuse_part = [](auto& c) {
  value(c).not_yet.push_back({"computed keys (`by name = …`)", state_of(c).span(x3::_attr(c)), {}});
};
const auto refuse_attribute = [](auto& c) {
  value(c).not_yet.push_back({"`@` attributes", state_of(c).span(x3::_attr(c)), {}});
};
const auto key_part_def = key_fields[set_node] >> -(weak(TokenKind::assign)[refuse_part] > expression) |
                          weak(TokenKind::at)[refuse_attribute] > name("an attribute's name") % sign(TokenKind::dot);

const auto add_part = [](auto& c) {
  auto& parsed = x3::_attr(c);
  for (syntax::NotYet& construct : parsed.not_yet) value(c).not_yet.push_back(std::move(construct));
  value(c).node.parts.push_back(std::move(parsed.node));
};
const auto by_def = called("a field's name", key_part[add_part] % sign(TokenKind::comma));
const auto set_by = [](auto& c) {
  By& parsed = x3::_attr(c);
  if (parsed.not_yet.empty())
    value(c).node = std::move(parsed.node);
  else
    value(c).node = std::move(parsed.not_yet.front());
};

// ---- within, after match, limit

const auto within_def = duration[set<&syntax::Within::bound>];

/// The rest of the clause belongs to a construct that can't be used yet.
const auto rest = ahead([](State& state, Iterator& it) {
  it = clause_end(state.text(), it, {"keep", "every", "by"});
  return true;
});
const auto skip_past_last = [](auto& c) { value(c).node = syntax::AfterMatchSkipPastLast{}; };
const auto after_match_def = word("match") >
                             (word("skip") > (word("past") > word("last")[skip_past_last] |
                                              later_word("to")[refuse("`after match skip to`")] >> rest) |
                              later_word("keep")[refuse("`after match keep`")]);

const auto set_runs = [](auto& c) { value(c).node = syntax::LimitRuns{std::move(x3::_attr(c))}; };
const auto limit_def = word("runs") > count[set_runs] | sign(TokenKind::word_matches)[refuse("`limit matches`")] > count
                       | later_word("memory")[refuse("`limit memory`")] > leaf(TokenKind::size, "a size like `64MB`");

// ---- outputs

/// A severity's word with the message after it, or the message alone, without the severity that is missing; all else
/// is an expression.
struct SeverityParser : x3::parser<SeverityParser> {
  using attribute_type = Span;
  [[maybe_unused]] static constexpr bool has_attribute = true;
  template <class Ctx, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, syntax::Clause& rule_value, Attribute&) const {
    State& state = state_of(context);
    syntax::Alert read;
    read.severity.span = state.span(first);
    read.severity.node = syntax::Reference{{"info", read.severity.span}};
    if (is_message(first) && ends_alert(first + 1)) {
      state.report("E0101", state.span(first), "a severity is missing before the message", "expected before this")
          .helps.push_back({"severities are info, low, medium, high and critical", std::nullopt, {}});
    } else if (first->kind == TokenKind::word && is_message(first + 1)) {
      read.severity.node = syntax::Reference{state.name(first)};
      find_severity(state, first);
      ++first;
    } else {
      for (std::size_t i = 0; i < kSeverities; ++i)
        state.fail(first, {events::name_of(events::Severity{static_cast<std::uint8_t>(i)}), "a severity"});
      return false;
    }
    rule_value.node = std::move(read);
    return true;
  }

 private:
  static constexpr std::size_t kSeverities = 5;
  static bool is_message(Iterator token) {
    return token->kind == TokenKind::text || token->kind == TokenKind::raw_text;
  }
  /// What stands after a message.
  static bool ends_alert(Iterator token) {
    return token->first_of_line || token->kind == TokenKind::end || token->kind == TokenKind::word ||
           token->kind == TokenKind::open_brace || token->kind == TokenKind::close_brace;
  }
  static void find_severity(State& state, Iterator token) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < kSeverities; ++i) {
      const events::Severity severity{static_cast<std::uint8_t>(i)};
      all.emplace_back(events::name_of(severity));
      if (state.text_of(token) == all.back()) return;
    }
    const std::string near = nearest(state.text_of(token), all);
    Diagnostic& problem = state.report("E0112", state.span(token), "unknown severity " + quoted(state.text_of(token)),
                                       near.empty() ? "not a severity" : "did you mean `" + near + "`?");
    const std::string severities = "severities are info, low, medium, high and critical";
    if (near.empty())
      problem.helps.push_back({severities, std::nullopt, {}});
    else
      problem.helps.push_back({severities, state.span(token), near});
  }
};
const auto severity_expression = [](auto& c) {
  value(c).node = syntax::NotYet{"severities that are expressions", x3::_attr(c).span, {}};
};
const auto set_message = [](auto& c) {
  State& state = state_of(c);
  syntax::Message read = read_message(state, x3::_attr(c));
  if (auto* output = std::get_if<syntax::Alert>(&value(c).node)) output->message = std::move(read);
};
const auto set_alert_fields = [](auto& c) {
  if (auto* output = std::get_if<syntax::Alert>(&value(c).node)) output->fields = std::move(x3::_attr(c));
};
const auto message = leaf(TokenKind::text, "a message in quotes")[set_message] |
                     leaf(TokenKind::raw_text, "a message in quotes")[set_message];
const auto fields_ahead = ahead_kind(TokenKind::open_brace) >> field_values[set_alert_fields];
const auto alert_def =
    (called("a severity", SeverityParser{} | expression[severity_expression])) > message > -fields_ahead;

const auto emit_def = name("an event type")[set<&syntax::Emit::type>] > field_values[set<&syntax::Emit::fields>];

// ---- clauses

const auto take_clause = [](auto& c) { value(c).node = std::move(x3::_attr(c).node); };
/// A clause that is refused by its first word and read to its end.
struct RefusedClause : x3::parser<RefusedClause> {
  using attribute_type = x3::unused_type;
  [[maybe_unused]] static constexpr bool has_attribute = false;
  template <class Ctx, class Attribute>
  bool parse(Iterator& first, const Iterator&, const Ctx& context, syntax::Clause& rule_value, Attribute&) const {
    State& state = state_of(context);
    for (const RefusedWord& refused : refused_clauses()) {
      if (first->kind != TokenKind::word || state.text_of(first) != refused.word) {
        state.fail(first, {refused.word, {}, Expected::Strength::strong, true, true});
        continue;
      }
      rule_value.keyword = state.span(first);
      rule_value.node = syntax::NotYet{std::string(refused.what), rule_value.keyword, {}};
      first = clause_end(state.text(), first + 1, refused.own_words);
      return true;
    }
    return false;
  }
};
const auto clause_def =
    called("a clause",
           node[word("match")[set_keyword] > match_body[set_node] | word("by")[set_keyword] > by[set_by] |
                word("within")[set_keyword] > within[set_node] | word("after")[set_keyword] > after_match[take_clause] |
                word("limit")[set_keyword] > limit[take_clause] | word("alert")[set_keyword] > alert[take_clause] |
                word("emit")[set_keyword] > emit[set_node] | RefusedClause{}]);

const auto condition_def = node[weak(TokenKind::word_if)[set_keyword][refuse("`if` after an output")] >
                                sign(TokenKind::open_paren) > expression > sign(TokenKind::close_paren)];
const auto add_clause = [](auto& c) { value(c).items.push_back(std::move(x3::_attr(c))); };
const auto is_output = ahead([](State& state, Iterator it) {
  return it->kind == TokenKind::word && (state.text_of(it) == "alert" || state.text_of(it) == "emit");
});
const auto clauses_def = node[is_output >> clause[add_clause] >> -condition[add_clause] | clause[add_clause]];

constexpr BlockKind kClauses{false, starts_clause, is_clause_word};
const auto add_clauses = [](auto& c) {
  for (syntax::Clause& item : x3::_attr(c).items) value(c).clauses.push_back(std::move(item));
};
const auto set_description = [](auto& c) { value(c).description = state_of(c).value_of(x3::_attr(c)); };
const auto rule_body_def = name("the rule's name")[set<&syntax::Rule::name>] >
                           -(leaf(TokenKind::text, "a description in quotes")[set_description] |
                             leaf(TokenKind::raw_text, "a description in quotes")[set_description]) >
                           block(kClauses, clauses[add_clauses]);

BOOST_SPIRIT_DEFINE(match_body, by, key_part, key_fields, typed_field, within, after_match, limit, alert, emit, clause,
                    condition)

}  // namespace

BOOST_SPIRIT_DEFINE(clauses, rule_body)
TOCSIN_INSTANTIATE(clauses)
TOCSIN_INSTANTIATE(rule_body)

}  // namespace tocsin::rules::grammar
