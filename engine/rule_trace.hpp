// How far the runs of rules came, and how close their windows, as lines for a person: why an expected output didn't
// come, and which events an unexpected one took. A second run of a failed test is watched; what is told is what the
// matcher did, and conditions are evaluated again, part by part, with the values that the run had.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "engine/stats.hpp"
#include "engine/watch.hpp"
#include "matcher/whereabouts.hpp"

namespace tocsin::engine {

/// One part of a condition that is an `and`, and what it reads.
struct ConditionPart {
  struct Leaf {
    std::string text;
    matcher::Code code;
  };
  std::string text;
  matcher::Code code;
  std::vector<Leaf> leaves;
};

/// A type with its condition in parts.
struct SingleParts {
  events::TypeId type = events::kNoType;
  std::vector<ConditionPart> parts;
};

class RuleTrace final : public Watch {
 public:
  /// Times are told from `start` on. The rule set must outlive it, the engine need not.
  explicit RuleTrace(events::Time start) : start_(start) {}

  void begin(const CompiledRules& rules, events::SymbolTable& symbols) override;
  void at(const CompiledRule& rule) override;
  void before(const matcher::RunPool& pool, const matcher::KeyState& key, const Item& item) override;
  void after(const matcher::RunPool& pool, const matcher::KeyState& key) override;
  void matched(const matcher::Match& match, const OutputList& out, std::size_t first) override;
  void told(const matcher::WindowResult& result, const KeyRef& key, const OutputList& out, std::size_t first) override;
  void took(std::uint64_t, std::uint32_t, std::uint64_t) override {}
  void ended(std::uint64_t start_order, End why) override;

  /// Why rule `rule` put out less than expected.
  std::vector<std::string> why_not(const std::string& rule, const RuleStats& stats) const;
  /// `a = event 3 (2s A n=1) -> r = events 6, 7`, and what did not stop it; empty: nothing is known of the message.
  std::vector<std::string> taken_by(const std::string& message_id) const;

 private:
  /// Lines of which the first ones are kept.
  struct Some {
    static constexpr std::size_t kKept = 3;
    void add(std::string line);
    void tell(std::string_view indent, std::vector<std::string>& to) const;
    std::vector<std::string> lines;
    std::size_t more = 0;
  };
  struct Taken {
    std::uint32_t step = 0;
    std::string event;
  };
  /// The run of a start that came furthest.
  struct Attempt {
    std::uint64_t taken = 0;
    std::vector<Taken> chain;
    std::vector<std::string> awaits;
    Some refused;     ///< events that its steps did not take
    Some spared;      ///< events that did not stop it
    std::string end;  ///< empty: it waits
  };
  /// A window of which `when` didn't hold.
  struct Seen {
    std::size_t held = 0;  ///< parts of `when`
    std::uint64_t rows = 0;
    std::string text;
  };
  struct Traced {
    const CompiledRule* rule = nullptr;  ///< while it runs
    const rules::RulePlan* plan = nullptr;
    std::vector<std::vector<SingleParts>> steps;    ///< by step
    std::vector<std::vector<SingleParts>> absents;  ///< by number of the absence
    std::vector<const rules::Absent*> absences;     ///< by number
    std::map<std::uint64_t, Attempt> attempts;      ///< by order of the start; those without a match
    std::size_t events = 0;                         ///< of its pattern's types, with a key
    Some no_start;
    bool started = false;
    std::vector<ConditionPart> when;  ///< of a window rule
    std::vector<Seen> windows;        ///< of which `when` didn't hold: those that came closest
  };
  static constexpr std::size_t kMaxAttempts = 10'000;

  static constexpr std::size_t kMaxWindows = 3;
  static constexpr std::size_t kMaxMessages = 100'000;  ///< of windows, whose lines are kept

  /// The parts of an `and`, and what they read.
  std::vector<ConditionPart> parts_of(const rules::Expr& condition, const rules::RulePlan& plan, events::TypeId type,
                                      matcher::RegisterFile& registers);
  /// Of a part that doesn't hold: with the values of what it reads.
  static std::string refused_text(const ConditionPart& part, const matcher::Bindings& bindings);
  std::string window_text(const matcher::WindowResult& result) const;
  std::vector<std::string> why_no_window(const Traced& traced, const RuleStats& stats) const;
  std::vector<SingleParts> compile(const std::vector<rules::Single>& fits, const Traced& traced);
  /// Which part of the condition the current event doesn't fulfil; empty: it fits, or is of no type of these.
  std::string refusal(const std::vector<SingleParts>& fits, const matcher::RunPool& pool, const matcher::Run* run,
                      const matcher::State* state) const;
  std::vector<Taken> chain_of(const matcher::RunPool& pool, const matcher::Run& run) const;
  std::string chain_text(const rules::RulePlan& plan, const std::vector<Taken>& chain) const;
  std::string describe(const Item& item) const;
  std::string step_text(const Traced& traced, std::uint32_t step) const;
  std::string absent_text(const Traced& traced, std::uint32_t number) const;
  std::string time_text(events::Time time) const;
  /// What the run waits for: the steps, or the ends of absences.
  std::vector<std::string> awaited(const Traced& traced, const matcher::Whereabouts& at) const;
  /// What time did, of a match that it completed or a start that it ended.
  std::string by_time_text(const matcher::Match& match) const;
  std::string end_text(End why) const;

  events::Time start_;
  const events::Schema* schema_ = nullptr;
  events::SymbolTable* symbols_ = nullptr;  ///< while it runs
  std::shared_ptr<matcher::TableIndexes> tables_;
  std::map<std::string, Traced> traced_;  ///< by rule
  Traced* current_ = nullptr;
  const Item* item_ = nullptr;                                  ///< the current event; none: time passes
  std::string event_;                                           ///< it as text
  bool may_start_ = false;                                      ///< it fits a first step
  absl::flat_hash_map<std::string, std::string> descriptions_;  ///< by source and id
  absl::flat_hash_map<std::string, std::vector<std::string>> by_message_;
};

}  // namespace tocsin::engine
