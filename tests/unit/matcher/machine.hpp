// What the matcher's tests share: rule text and a stream in few words in, matches as text out.
//
// A stream is words `A`, `A4`, `N_` (null), `A4@10s`: a type, the value of its field v, the time since the first
// (without: one second after the word before). A match is `0|1,2|-`: by step the numbers of its events, `-` for a step
// left out; the fields of the rule's alert follow as ` name=value`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/matcher.hpp"
#include "rules/compile.hpp"

namespace tocsin::matcher::testing {

/// `rule r { body }` over event types with one field v: A B C X (int), N (int?), F (float?), S (string?), D
/// (duration?), and P, whose v (int) is its second field. A body without an alert gets one. Throws std::runtime_error
/// with the diagnostics when it isn't right.
rules::RuleSet rule_of(const std::string& body);

struct StreamEvent {
  events::TypeId type = events::kNoType;
  events::Time time;
  events::Value value;
};
std::vector<StreamEvent> stream_of(const rules::RuleSet& set, std::string_view words);

/// The set's first rule compiled, one key, and what matched so far.
class Machine : public MatchSink {
 public:
  /// `id_prefix`: of the events' ids, which end in their number.
  explicit Machine(const rules::RuleSet& set, std::string id_prefix = "");

  void step(const StreamEvent& event, std::uint64_t order, Tracer* tracer = nullptr);
  void advance(events::Time now, Tracer* tracer = nullptr) { matcher::advance(program, pool, key, now, *this, tracer); }
  std::string write() const;
  /// Replaces the state. False: the bytes are no state.
  bool read(std::string_view bytes);
  void take(const Match& match) override;

  const rules::RuleSet& set;
  events::SymbolTable symbols;
  Conditions conditions;
  RegisterFile registers;
  std::vector<Code> fields;  ///< of the rule's alert
  Program program;
  RunPool pool;
  KeyState key;
  std::string matches;  ///< separated by `; `

 private:
  std::string id_prefix_;
  events::Batch batch_;
  ConditionBits bits_;
};

/// The matches of `words`, all in one go.
std::string matches_of(const rules::RuleSet& set, std::string_view words);

}  // namespace tocsin::matcher::testing
