// What the tests of joins share: a rule over event types A and B and a stream in few words in, results as text out.
//
// A stream is words `A1:2@3s`: a type, its fields k and v (`_`: null; v left out: 0), the time since the first
// (without: a second after the word before). A result is `kind start..end at rows:first-last fields`: times since the
// test's start, `at` `@10s`, of a timer `!10s`, a nanosecond before a second `<10s`; first and last are numbers of
// events.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/windows.hpp"
#include "rules/compile.hpp"

namespace tocsin::matcher::testing {

/// `rule r { body }` over `event A { k: int?, v: int?, s: string? }` and B alike; its first output is an alert or an
/// emit. Throws std::runtime_error with the diagnostics when it isn't right.
rules::RuleSet join_rule(const std::string& body);

struct JoinEvent {
  events::TypeId type = events::kNoType;
  events::Time time;
  events::Value k;
  events::Value v;
};
std::vector<JoinEvent> join_stream(const rules::RuleSet& set, std::string_view words);

/// The set's rule, compiled, and what it told so far.
class JoinMachine : public WindowSink {
 public:
  explicit JoinMachine(const rules::RuleSet& rule_set);

  /// Advances the key to the event's time where its deadline lies before.
  void step(const JoinEvent& event, std::uint64_t order, std::uint32_t key = 0);
  void advance(events::Time now, std::uint32_t key = 0) { deadline_ = advance_window(pool, key, now, *this); }
  /// Symbols that nothing holds are freed.
  void sweep();
  /// The key's state goes through bytes. What is wrong with them; empty: nothing.
  std::string save_and_load(std::uint32_t key = 0);
  bool take(const WindowResult& result) override;

  const rules::RuleSet& set;
  events::SymbolTable symbols;
  Conditions conditions;
  RegisterFile registers;
  std::vector<rules::NamedExpr> named;  ///< fields of its first output
  std::vector<Code> fields;
  std::shared_ptr<const WindowProgram> program;
  WindowPool pool;
  std::vector<std::string> told;

 private:
  events::Batch batch_;
  ConditionBits bits_;
  events::Time deadline_ = events::kLatest;
};

/// Everything that `words` brings about, to the end of input.
std::vector<std::string> joined(const std::string& body, std::string_view words);

/// `10s`, since the test's start.
std::string since_start(events::Time time);
/// `@10s`, `!10s`, `<10s`.
std::string point(events::Time completion, bool by_time);

}  // namespace tocsin::matcher::testing
